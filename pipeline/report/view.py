"""A capture line by line, as the page view of the report shows it: plain values for its script.

    {"source": …, "title": …, "status": …, "items": …,
     "lines": [[number, item, label, reason, doubtful, parts], …]}

`reason` is a place in a table of reasons that all captures share. `parts` is the text of the line
as a run of pairs: `=` what stayed, `-` what was captured, `+` what it became.
"""

from bisect import insort
from collections import Counter
from collections.abc import Iterable, Sequence
from difflib import SequenceMatcher
from itertools import groupby
from pathlib import Path
from typing import NamedTuple, TypeAlias

import msgspec
import pyarrow as pa
import pyarrow.compute as pc

from pipeline.document import Document, Label
from pipeline.report.inspection import LINE_COLUMNS, files_of
from pipeline.report.reasons import DOUBTFUL, MIDDLE, score_in
from pipeline.report.shortening import cut
from pipeline.storage import read_batches
from pipeline.storage.rows import Row, audit_rows, text_of_row

SAMPLED = 200
"""Most captures of a report that can be looked at line by line."""
MAX_BYTES = 3 << 20
"""All of them together have so many bytes; further ones are left out."""
MAX_CAPTURE_BYTES = 300_000
"""Of a larger one the report has the beginning."""
LINE_CHARACTERS = 10_000
"""Likewise of a longer line."""
LINE_BYTES = 40
"""What a line takes besides its text, about."""
TITLE_CHARACTERS = 60
MAX_MATCHED = 1_000
"""In a longer line a repair is shown as a whole."""

ViewLine: TypeAlias = tuple[int, int, str, int, bool, list[str]]


class View(msgspec.Struct, frozen=True):
    """One capture to look at."""

    source: str
    title: str
    """Of its first item, shortened; `` where it has none."""
    status: str
    """Why it has no document, and whether it is shown in part; or ``."""
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


class _Sampled(NamedTuple):
    """A capture that may be looked at."""

    capture: str
    bytes: int


def sample_of(folder: Path) -> frozenset[str]:
    """Return the identifiers of captures to look at: the smallest ones, as far as there is room.

    That is a draw which is the same on each day and by any order.
    """
    sample: list[_Sampled] = []
    for path in files_of(folder, "audit"):
        for each in _sizes(path):
            if len(sample) < SAMPLED or each < sample[-1]:
                insort(sample, each)
                while len(sample) > SAMPLED or sum(one.bytes for one in sample) > MAX_BYTES:
                    sample.pop()
    return frozenset(each.capture for each in sample)


def _sizes(path: Path) -> list[_Sampled]:
    """Return the captures of a shard with about what they take in a report."""
    sizes: Counter[str] = Counter()
    for batch in read_batches(path, ("capture", "text", "repaired")):
        repaired = pc.fill_null(pc.binary_length(batch["repaired"]), 0)
        taken = pc.add(pc.add(pc.binary_length(batch["text"]), repaired), LINE_BYTES)
        table = pa.table({"capture": batch["capture"], "bytes": taken})
        of_captures = table.group_by("capture", use_threads=False)
        for row in of_captures.aggregate([("bytes", "sum")]).to_pylist():
            sizes[row["capture"]] += row["bytes_sum"]
    return [_Sampled(name, min(size, MAX_CAPTURE_BYTES)) for name, size in sizes.items()]


def views_of(folder: Path, identifiers: Iterable[str]) -> Views:
    """Return captures of a run to look at, in order of their names."""
    wanted = pa.array(sorted(identifiers), pa.string())
    reasons = _Reasons()
    views: list[View] = []
    for path in files_of(folder, "audit"):
        chosen = (
            row
            for batch in read_batches(path, LINE_COLUMNS)
            for row in batch.filter(pc.is_in(batch["capture"], wanted)).to_pylist()
        )
        for _, rows in groupby(chosen, key=lambda row: row["capture"]):
            views.append(_beginning(_view(list(rows), reasons)))
    views.sort(key=lambda view: view.source)
    return Views(list(reasons.places), views)


def _beginning(view: View) -> View:
    """Return a capture, a very large one without its later lines and the ends of its long ones."""
    room = MAX_CAPTURE_BYTES
    lines: list[ViewLine] = []
    for line in view.lines:
        *_, parts = line
        shown = [cut(part, LINE_CHARACTERS) for part in parts]
        room -= LINE_BYTES + sum(len(part.encode("utf-8", "replace")) for part in shown)
        if room < 0:
            break
        lines.append((*line[:-1], shown))
    if len(lines) == len(view.lines):
        return msgspec.structs.replace(view, lines=lines)
    told = (
        f"The first {len(lines):,} of its {len(view.lines):,} lines; "
        "`pipeline explain --html` shows a whole file."
    )
    status = f"{view.status}. {told}" if view.status else told
    return msgspec.structs.replace(view, lines=lines, status=status)


def views_of_documents(captures: Iterable[list[Document]]) -> Views:
    """Return captures to look at, given the documents of each."""
    reasons = _Reasons()
    views = [_view(audit_rows(documents), reasons) for documents in captures]
    return Views(list(reasons.places), views)


def _view(rows: Sequence[Row], reasons: _Reasons) -> View:
    status = next((f"{row['label']}: {row['reason']}" for row in rows if not row["line"]), "")
    items = {row["item"] for row in rows if row["item"]}
    lines = [_line(row, reasons) for row in rows if row["line"] and row["label"] != Label.BLANK]
    title = next((text_of_row(row) for row in rows if row["label"] == Label.TITLE), "")
    shown = cut(" ".join(title.split()), TITLE_CHARACTERS)
    return View(str(rows[0]["source"]), shown, status, len(items), lines)


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
