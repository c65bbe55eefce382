"""The margin format: a capture line by line, with number, item and label before the text.

`explain` prints it, gold files are written in it, tests compare in it. Empty lines of the capture
are left out; the numbers say where they stood.

    % author 1: Ana Ruiz
       1  -  navigation                 | Skip to content
       3  1  title                      | The harbour opens again
       5  1  content                    | First half of a sentence that a page break
       7  1  content+                   | cut in two.

Columns: line number; item, or `-` for a line of none; label, with `+` where the line goes on with
the one before; a reason, which readers of gold skip; ` | `; the text as repaired. Front lines begin
with `%` and say what is known of the page or an item.
"""

import re
from collections.abc import Iterator, Sequence
from pathlib import Path

import msgspec

from pipeline.document import ITEM_LABELS, Document, Label, Line
from pipeline.errors import GoldError, near_names

_LINE = re.compile(
    r"""
    \s*(?P<number>\d+)
    \s+(?P<item>\d+|-)
    \s+(?P<label>[a-z]+)(?P<continues>\+?)
    (?:\s+(?P<reason>.*?))??
    \s*\ ?\|(?:\ (?P<text>.*))?$
    """,
    re.VERBOSE,
)
_FRONT = re.compile(r"%\s*(?P<key>[a-z]+)(?:\s+(?P<item>\d+))?\s*:\s*(?P<value>.*?)\s*$")
FRONT_KEYS = ("author", "date", "title", "url", "status")
GOLD_ENDING = ".gold"


class MarginLine(msgspec.Struct, frozen=True):
    """One line of the margin format."""

    number: int
    item: int
    """0 for a line of no item."""
    label: str
    continues: bool
    text: str
    reason: str = ""


class MarginPage(msgspec.Struct, frozen=True):
    """A capture in the margin format."""

    lines: tuple[MarginLine, ...]
    authors: dict[int, str]
    """Item → author, for items whose author is known."""
    dates: dict[int, str]
    """Item → date, likewise."""
    url: str = ""
    status: str = ""
    """`empty` or `rejected` for a capture that publishes nothing."""


def margin_lines(documents: Sequence[Document]) -> tuple[MarginLine, ...]:
    """Return the lines of one capture, given all its documents, in order."""
    lines = [
        _margin_line(line, document)
        for document in documents
        for line in document.lines
        if not line.is_blank
    ]
    return tuple(sorted(lines, key=_number))


def _number(line: MarginLine) -> int:
    return line.number


def _margin_line(line: Line, document: Document) -> MarginLine:
    label = line.label or Label.CONTENT
    item = (document.item if document.items else 1) if label in ITEM_LABELS else 0
    reason = document.rejected or line.reason
    return MarginLine(line.number, item, str(label), line.continues, line.text.strip(), reason)


def format_margin(line: MarginLine, reason_width: int = 0) -> str:
    """Return a line in the margin format, with its reason if a width is given for it.

    >>> format_margin(MarginLine(3, 1, "title", False, "The harbour"))
    '   3  1  title        | The harbour'
    >>> format_margin(MarginLine(5, 0, "share", False, "Tweet", "rule: a | b"), 12)
    '   5  -  share        rule: a / b  | Tweet'
    """
    item = str(line.item) if line.item else "-"
    label = line.label + ("+" if line.continues else "")
    margin = f"{line.number:>4} {item:>2}  {label:<12}"
    if reason_width:
        margin += f" {line.reason.replace(' | ', ' / '):<{reason_width}}"
    return f"{margin} | {line.text}"


def parse_margin(text: str, where: str) -> MarginPage:
    """Return a page in the margin format, or raise a GoldError with the line that breaks it."""
    lines: list[MarginLine] = []
    front: dict[str, dict[int, str]] = {key: {} for key in FRONT_KEYS}
    seen: set[int] = set()
    for at, line in enumerate(text.split("\n"), start=1):
        written = line.removesuffix("\r")
        if not written.strip() or written.startswith("#"):
            continue
        if written.startswith("%"):
            key, item, value = _front(written, f"{where}:{at}")
            front[key][item] = value
        else:
            lines.append(_parsed(written, f"{where}:{at}"))
            if lines[-1].number in seen:
                raise GoldError(
                    f"{where}:{at}", f"line {lines[-1].number} stands twice", "delete one of them"
                )
            seen.add(lines[-1].number)
    return MarginPage(
        lines=tuple(lines),
        authors=front["author"],
        dates=front["date"],
        url=front["url"].get(0, ""),
        status=front["status"].get(0, ""),
    )


def _front(written: str, where: str) -> tuple[str, int, str]:  # key, item or 0, value
    match = _FRONT.match(written)
    if not match or match["key"] not in FRONT_KEYS:
        remedy = near_names(match["key"] if match else "", FRONT_KEYS)
        raise GoldError(where, f"no front line: {written!r}", f"write `% author 1: NAME`; {remedy}")
    return match["key"], int(match["item"] or 0), match["value"]


def _parsed(written: str, where: str) -> MarginLine:
    match = _LINE.match(written)
    if not match:
        raise GoldError(
            where, f"no margin line: {written[:60]!r}", "write `NUMBER ITEM LABEL | TEXT`"
        )
    if match["label"] not in set(Label):
        raise GoldError(where, f"unknown label {match['label']}", near_names(match["label"], Label))
    return MarginLine(
        number=int(match["number"]),
        item=0 if match["item"] == "-" else int(match["item"]),
        label=match["label"],
        continues=bool(match["continues"]),
        text=(match["text"] or "").strip(),
        reason=(match["reason"] or "").strip(),
    )


def read_gold(folder: Path) -> Iterator[tuple[str, MarginPage]]:
    """Yield source name and page of each gold file below a folder, in order of name."""
    for path in sorted(folder.rglob(f"*{GOLD_ENDING}")):
        name = path.relative_to(folder).as_posix().removesuffix(GOLD_ENDING)
        try:
            text = path.read_text(encoding="utf-8-sig")
        except (OSError, UnicodeDecodeError) as error:
            raise GoldError(str(path), f"cannot be read ({error})", "save it as UTF-8") from error
        yield name, parse_margin(text, str(path))
