"""A capture line by line, as the page view of the report shows it: plain values for its script.

    {"source": …, "status": …, "lines": [[number, item, label, reason, doubtful, parts], …]}

`reason` is a place in a table of reasons that all captures share. `parts` is the text of the line
as a run of pairs: `=` what stayed, `-` what was captured, `+` what it became.
"""

from collections.abc import Iterable
from difflib import SequenceMatcher
from pathlib import Path
from typing import TypeAlias

import msgspec

from pipeline.document import Document, Label
from pipeline.report.figures import DOUBTFUL, MIDDLE, score_in
from pipeline.report.inspection import captures_of
from pipeline.storage.rows import Row, audit_rows, text_of_row

MAX_BYTES = 3 << 20
"""All captures of a report together have so many bytes of lines; further ones are left out."""
MAX_MATCHED = 1_000
"""In a longer line a repair is shown as a whole."""

ViewLine: TypeAlias = tuple[int, int, str, int, bool, list[str]]


class View(msgspec.Struct, frozen=True):
    """One capture to look at."""

    source: str
    status: str
    """Why it has no document, or ``."""
    items: int
    lines: list[ViewLine]


class Views(msgspec.Struct, frozen=True):
    """Captures to look at."""

    reasons: list[str]
    captures: list[View]


class _Reasons:
    """A table of reasons."""

    def __init__(self) -> None:
        self.places: dict[str, int] = {}

    def place(self, reason: str) -> int:
        return self.places.setdefault(reason, len(self.places))


def views_of(folder: Path, identifiers: Iterable[str]) -> Views:
    """Return captures of a run to look at, as far as there is room for them."""
    wanted = set(identifiers)
    reasons = _Reasons()
    views: list[View] = []
    room = MAX_BYTES
    for rows in captures_of(folder):
        if rows[0]["capture"] not in wanted:
            continue
        view = _view(rows, reasons)
        room -= len(msgspec.json.encode(view))
        if room < 0:
            break
        views.append(view)
    views.sort(key=lambda view: view.source)
    return Views(list(reasons.places), views)


def views_of_documents(captures: Iterable[list[Document]]) -> Views:
    """Return captures to look at, given the documents of each."""
    reasons = _Reasons()
    views = [_view(audit_rows(documents), reasons) for documents in captures]
    return Views(list(reasons.places), views)


def _view(rows: list[Row], reasons: _Reasons) -> View:
    status = next((f"{row['label']}: {row['reason']}" for row in rows if not row["line"]), "")
    items = {row["item"] for row in rows if row["item"]}
    lines = [_line(row, reasons) for row in rows if row["line"] and row["label"] != Label.BLANK]
    return View(str(rows[0]["source"]), status, len(items), lines)


def _line(row: Row, reasons: _Reasons) -> ViewLine:
    reason = str(row["reason"])
    score = score_in(reason)
    doubtful = score is not None and abs(score - MIDDLE) <= DOUBTFUL
    return (
        int(str(row["line"])),
        int(str(row["item"] or 0)),
        str(row["label"]),
        reasons.place(reason),
        doubtful,
        parts_of(str(row["text"]), text_of_row(row)),
    )


def parts_of(before: str, after: str) -> list[str]:
    """Return a line as what stayed, what was taken and what was put in its place.

    >>> parts_of("it couldn´t leave", "it couldn't leave")
    ['=', 'it couldn', '-', '´', '+', "'", '=', 't leave']
    >>> parts_of("same", "same")
    ['=', 'same']
    """
    if before == after:
        return ["=", before]
    if max(len(before), len(after)) > MAX_MATCHED:
        return ["-", before, "+", after]
    parts: list[str] = []
    for what, low, high, start, stop in SequenceMatcher(
        None, before, after, autojunk=False
    ).get_opcodes():
        if what == "equal":
            parts += ["=", before[low:high]]
            continue
        parts += ["-", before[low:high]] if high > low else []
        parts += ["+", after[start:stop]] if stop > start else []
    return parts
