"""fix-encoding: bytes become numbered lines, and their characters what they were meant to be."""

import re
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Annotated

import msgspec

from pipeline.document import (
    CHARSET_EDIT,
    Capture,
    Document,
    Edit,
    Label,
    Line,
    Metadata,
    apply_run,
)
from pipeline.encoding.characters import (
    Change,
    Fixer,
    fix_apostrophes,
    fix_composition,
    fix_controls,
    fix_dead_links,
    fix_direction,
    fix_invisible,
    fix_references,
    fix_spaces,
)
from pipeline.encoding.charset import Decoded, codec_of, decode
from pipeline.encoding.cuts import find_continued
from pipeline.encoding.gate import suspicious
from pipeline.encoding.hyphens import parting_hyphens
from pipeline.encoding.mojibake import fix_mojibake
from pipeline.encoding.scripts import misread_charset, repair
from pipeline.errors import ConfigurationError
from pipeline.joining import SOFT_HYPHEN
from pipeline.markup import render
from pipeline.options import StageOptions

STAGE = "fix-encoding"
MAX_ROUNDS = 100
"""A repair can uncover another (`&amp;eacute;`, double mojibake); no real line needs so many."""
MAX_CONTROL_SHARE = 0.02
"""A text with more control characters than this, in the mean, is no text."""

_MAGIC = (
    (b"%PDF-", "a PDF file"),
    (b"PK\x03\x04", "a zip archive (or an office document)"),
    (b"\x1f\x8b", "a gzip stream without the ending .gz"),
    (b"\x28\xb5\x2f\xfd", "a zstandard stream without the ending .zst"),
    (b"\x89PNG", "a PNG picture"),
    (b"\xff\xd8\xff", "a JPEG picture"),
    (b"GIF8", "a GIF picture"),
    (b"PAR1", "a Parquet file"),
    (b"WARC/1.", "a WARC archive"),
)
"""How files begin that are no text, whatever they are called."""
_LINE_END = re.compile(r"(\r\n|\r|\n)")
_ADDRESS = re.compile(r"\s*(?:url\s*:\s*)?<?(https?://[^\s<>]+)>?\s*$", re.IGNORECASE)


class FixEncoding(StageOptions, frozen=True, tag=STAGE):
    """Decode, repair mojibake and stray characters, mark lines that a break or wrap cut."""

    charset: str = ""
    """Charset that the captures are in, where it is known: read so unless the bytes contradict it
    or are valid UTF-8, whatever a page declares."""
    mojibake: bool = True
    """Repair text that was decoded in the wrong charset (ftfy)."""
    scripts: bool = True
    """Repair Cyrillic, Greek, Hebrew, Arabic and Thai that was decoded as Windows-1252, where the
    text is like no language as it stands and like one of that script once it is repaired."""
    characters: bool = True
    """Make no-break spaces spaces; remove controls, soft hyphens, zero-width and direction marks
    that nothing needs."""
    apostrophes: bool = True
    """Make apostrophes of accents that stand for them."""
    leftovers: bool = True
    """Make text of character references and of links whose target was lost."""
    composition: bool = True
    """Compose letters and accents (NFC)."""
    cuts: bool = True
    """Mark lines that a page break or a hard wrap cut, to be published as one paragraph."""
    front_line: bool = True
    """Take a first line that is only an address as the page's URL."""
    max_line_characters: Annotated[int, msgspec.Meta(ge=1)] = 1_000_000
    """A capture with a longer line is rejected."""

    def compile(self, configs: Path) -> Callable[[Document], Iterable[Document]]:
        """Return the stage; it needs nothing of the `configs` folder.

        Raises ConfigurationError if the charset is none.
        """
        del configs
        if self.charset and not codec_of(self.charset):
            raise ConfigurationError(
                STAGE, f"no charset is called {self.charset}", "name one of Python's, as cp1251"
            )
        fixers = _fixers(self)

        def fix_encoding(document: Document) -> Iterable[Document]:
            if document.capture.content is not None:
                document = _with_lines(document, self)
            yield document if document.rejected else _repaired(document, fixers, self)

        return fix_encoding


def _fixers(options: FixEncoding) -> tuple[Fixer, ...]:
    """Return the fixers that the options ask for, in order: mojibake before what it is made of."""
    wanted: list[Fixer] = []
    if options.mojibake:
        wanted.append(fix_mojibake)
    if options.characters:
        wanted += [fix_controls, fix_invisible, fix_direction, fix_spaces]
    if options.leftovers:
        wanted += [fix_references, fix_dead_links]
    if options.apostrophes:
        wanted.append(fix_apostrophes)
    if options.composition:
        wanted.append(fix_composition)
    return tuple(wanted)


def split_lines(text: str) -> tuple[Line, ...]:
    r"""Return a text's lines, each with the end that it had.

    Only the line ends of files count (`\n`, `\r\n`, `\r`); a form feed or U+2028 is a character.

    >>> [(line.number, line.text, line.ending) for line in split_lines("a\r\n\nb")]
    [(1, 'a', '\r\n'), (2, '', '\n'), (3, 'b', '')]
    >>> split_lines("")
    ()
    """
    texts, endings = _texts_and_endings(text)
    return tuple(
        Line(number=number, text=each, ending=ending)
        for number, (each, ending) in enumerate(zip(texts, endings, strict=True), start=1)
    )


def _texts_and_endings(text: str) -> tuple[list[str], list[str]]:
    """Return the lines of a text without their ends, and the ends; the last has none, if any."""
    parts = [*_LINE_END.split(text), ""]
    if not parts[-2]:
        del parts[-2:]
    return parts[::2], parts[1::2]


def _with_lines(document: Document, options: FixEncoding) -> Document:
    """Return the document with its bytes decoded and numbered as lines, or rejected."""
    content = document.capture.content or b""
    is_html = document.capture.form == "html"
    kind = next((name for start, name in _MAGIC if content.startswith(start)), "")
    if kind:
        rejected = f"{STAGE}: not text: {kind}; extract its text first"
        return msgspec.structs.replace(document, rejected=rejected)
    stated = ((options.charset, "corpus"), (document.capture.http_charset, "http"))
    decoded = decode(content, is_html, stated)
    capture = msgspec.structs.replace(
        document.capture,
        content=None,
        charset=decoded.charset,
        charset_source=decoded.source,
        charset_confidence=decoded.confidence,
    )
    bound = options.max_line_characters
    rejected = _not_text(decoded.text) or ("" if is_html else _too_long(decoded.text, bound))
    if rejected:
        return msgspec.structs.replace(document, capture=capture, rejected=f"{STAGE}: {rejected}")
    metadata, url = Metadata(), capture.url
    edits: tuple[Edit, ...] = ()
    if is_html:
        page = render(decoded.text, capture.url)
        if page.rejected:
            rejected = f"{STAGE}: {page.rejected}"
            return msgspec.structs.replace(document, capture=capture, rejected=rejected)
        long = next((line for line in page.lines if len(line.text) > bound), None)
        if long is not None:
            rejected = f"{STAGE}: {_too_long(long.text, bound)}"
            return msgspec.structs.replace(document, capture=capture, rejected=rejected)
        lines, metadata, url = page.lines, page.metadata, capture.url or page.url
        document = msgspec.structs.replace(document, html=decoded.text)
    else:
        lines = split_lines(decoded.text)
        edits = _broken_bytes(lines, decoded) + _other_charset(decoded)
        if options.front_line:
            lines, url = _front_line(lines, capture)
    capture = msgspec.structs.replace(capture, url=url)
    return msgspec.structs.replace(
        document, capture=capture, lines=lines, edits=edits, metadata=metadata
    )


def _too_long(text: str, bound: int) -> str:
    """Return why a capture's longest line is too long to be one, or ``."""
    if len(text) <= bound:
        return ""
    texts, _ = _texts_and_endings(text)
    longest, number = max((len(each), at) for at, each in enumerate(texts, start=1))
    if longest <= bound:
        return ""
    return (
        f"line {number} has {longest:,} characters, more than max_line_characters ({bound:,}); "
        "raise it in the corpus file if this is a page"
    )


_CONTROL = re.compile(r"[\x00-\x08\x0b\x0e-\x1a\x1c-\x1f]")


def _not_text(text: str) -> str:
    r"""Return why decoded bytes are no text, or ``.

    >>> _not_text("\x00\x01\x02rubbish")
    'not text: 30 % of it are control characters; is this a picture, an archive, a PDF?'
    >>> _not_text("a text\twith a tab")
    ''
    """
    sample = text[:200_000]
    controls = len(_CONTROL.findall(sample))
    broken = sample.count("\ufffd")
    share = (controls + broken) / (len(sample) or 1)
    if share <= MAX_CONTROL_SHARE:
        return ""
    return (
        f"not text: {share:.0%} of it are control characters; is this a picture, an archive, a PDF?"
    ).replace("%", " %")


def _broken_bytes(lines: tuple[Line, ...], decoded: Decoded) -> tuple[Edit, ...]:
    """Return an edit for each U+FFFD that decoding put into the text, with the bytes it stands for.

    The edit changes nothing in the text; it keeps the bytes, from which the file can be restored.
    """
    edits: list[Edit] = []
    if not decoded.broken:
        return ()
    offset = 0
    waiting = list(zip(decoded.broken_at, decoded.broken, strict=True))
    for line in lines:
        end = offset + len(line.text) + len(line.ending)
        while waiting and waiting[0][0] < end:
            place, lost = waiting.pop(0)
            start = place - offset
            detail = f"bytes {lost.hex(' ')}"
            edits.append(Edit(STAGE, line.number, "undecodable", start, "\ufffd", "\ufffd", detail))
        offset = end
    return tuple(edits)


def _other_charset(decoded: Decoded) -> tuple[Edit, ...]:
    """Return an edit that changes nothing for each line that is in another charset than the file.

    `charset` in the audit is that of the line.
    """
    return tuple(
        Edit(STAGE, number, CHARSET_EDIT, 0, "", "", decoded.other_charset)
        for number in decoded.other_lines
    )


def _front_line(lines: tuple[Line, ...], capture: Capture) -> tuple[tuple[Line, ...], str]:
    """Return the lines with a first one that is the page's address labelled so, and the address."""
    for at, line in enumerate(lines):
        text = line.text.lstrip("\ufeff")
        if not text.strip():
            continue
        match = _ADDRESS.match(text)
        if not match:
            break
        labelled = msgspec.structs.replace(
            line, label=str(Label.URL), reason="front line: the page's address"
        )
        return (*lines[:at], labelled, *lines[at + 1 :]), capture.url or match[1]
    return lines, capture.url


def _repaired(document: Document, fixers: tuple[Fixer, ...], options: FixEncoding) -> Document:
    """Return the document with all lines repaired, and those that a break cut marked."""
    edits: list[Edit] = []
    lines = list(document.lines)
    if options.scripts and (charset := misread_charset(lines)):
        for at, line in enumerate(lines):
            if change := repair(line.text, charset):
                lines[at] = msgspec.structs.replace(
                    line, text=_apply(line.text, (change,), line.number, edits)
                )
    for at in suspicious([line.text for line in lines]) if lines else ():
        lines[at], made = repair_line(lines[at], fixers)
        edits += made
    if options.cuts and document.capture.form == "text":
        lines, joins = _marked(lines)
        edits += joins
    if options.characters:
        edits += _without_loose_hyphens(lines)
    if not edits:
        return document
    return msgspec.structs.replace(
        document, lines=tuple(lines), edits=document.edits + tuple(edits)
    )


def _without_loose_hyphens(lines: list[Line]) -> list[Edit]:
    """Take soft hyphens off the ends of lines that nothing goes on below, in place."""
    edits: list[Edit] = []
    for at, line in enumerate(lines):
        if SOFT_HYPHEN not in line.text or not line.text.rstrip().endswith(SOFT_HYPHEN):
            continue
        below = next((each for each in lines[at + 1 :] if not each.is_blank), None)
        if below is None or not below.continues:
            change = Change("invisible", len(line.text.rstrip()) - 1, SOFT_HYPHEN, "")
            text = _apply(line.text, (change,), line.number, edits)
            lines[at] = msgspec.structs.replace(line, text=text)
    return edits


def repair_line(
    line: Line, fixers: tuple[Fixer, ...]
) -> tuple[Line, list[Edit]]:  # the line and what was done to it
    """Return a line that no fixer changes any more, and the edits that made it so."""
    text = line.text
    edits: list[Edit] = []
    if text.isascii() and text.isprintable() and not _NEEDS_A_LOOK.search(text):
        return line, edits
    settled: dict[Fixer, str] = {}  # what a fixer was shown and let be: it would again
    for _ in range(MAX_ROUNDS):
        before = text
        for fixer in fixers:
            if settled.get(fixer) == text:
                continue
            if changes := tuple(fixer(text)):
                text = _apply(text, changes, line.number, edits)
            else:
                settled[fixer] = text
        if text == before:
            break
    return (msgspec.structs.replace(line, text=text) if edits else line), edits


_NEEDS_A_LOOK = re.compile(r"[&`\x00-\x1f]|\]\(")
"""What a plain ASCII line must have for any fixer to change it; a test holds it to the fixers."""


def _apply(text: str, changes: tuple[Change, ...], number: int, edits: list[Edit]) -> str:
    """Return the text after one fixer's changes; the edits are appended, last change first.

    From the end backwards an offset stays right whatever was done behind it.
    """
    made = [
        Edit(STAGE, number, change.action, change.start, change.before, change.after, change.detail)
        for change in reversed(changes)
    ]
    edits += made
    return apply_run(text, made)


def _marked(lines: list[Line]) -> tuple[list[Line], list[Edit]]:  # the lines and the joins made
    """Return the lines with those marked that continue the one before, and an edit for each.

    A hyphen that only parts a word at the end of its line becomes a soft one.
    """
    found = find_continued(lines)
    if not found:
        return lines, []
    continued = frozenset(
        line.number
        for line in lines
        if line.number in found and not line.continues and not line.label
    )
    parting = parting_hyphens(lines, continued)
    marked: list[Line] = []
    joins: list[Edit] = []
    for line in lines:
        new = line
        if line.number in parting:
            at = len(line.text.rstrip()) - 1
            if line.text[at] != SOFT_HYPHEN:
                edit = Edit(STAGE, line.number, "hyphen", at, line.text[at], SOFT_HYPHEN)
                joins.append(edit)
                new = msgspec.structs.replace(new, text=apply_run(line.text, [edit]))
        if line.number in continued:
            joins.append(Edit(STAGE, line.number, "join", 0, "", ""))
            new = msgspec.structs.replace(new, continues=True)
        marked.append(new)
    return marked, joins
