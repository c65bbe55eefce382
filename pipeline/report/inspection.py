"""A look into what a run wrote: the first rows, one record, the counts of a field."""

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import groupby, islice
from pathlib import Path

import pyarrow as pa
from wcwidth import wcswidth, wcwidth

from pipeline.errors import OutputError, near_names
from pipeline.storage import read_rows, shard_files
from pipeline.storage.rows import Cell, Row
from pipeline.storage.schema import AUDIT, DOCUMENTS

SCHEMAS: Mapping[str, pa.Schema] = {"documents": DOCUMENTS, "audit": AUDIT}
SHOWN = {
    "documents": ("id", "source", "language", "words", "published", "title"),
    "audit": ("source", "line", "item", "label", "reason", "text"),
}
"""Columns of a table of rows, where none are named."""
LINE_COLUMNS = ("capture", "source", "line", "item", "label", "reason", "text", "repaired")
FLEXIBLE = frozenset({"source", "title", "text", "reason"})
"""Columns that give way where a table is too wide."""
LEAST_WIDTH = 12
GAP = "  "


def files_of(folder: Path, dataset: str) -> tuple[Path, ...]:
    """Return the files of a dataset; raise an OutputError if there are none."""
    files = shard_files(folder, dataset)
    if not files:
        raise OutputError(
            str(folder), f"holds no {dataset}/shard-*.parquet", "name a folder that a run wrote"
        )
    return files


def captures_of(folder: Path, columns: Iterable[str] = LINE_COLUMNS) -> Iterator[list[Row]]:
    """Yield the lines of each capture, line 0 among them where it has no document."""
    rows = read_rows(files_of(folder, "audit"), tuple(columns))
    for _, own in groupby(rows, key=lambda row: row["capture"]):
        yield list(own)


def checked_fields(dataset: str, names: Sequence[str]) -> tuple[str, ...]:
    """Return names of fields, or those shown by default; raise an OutputError for unknown ones."""
    known = SCHEMAS[dataset].names
    for name in names:
        if name not in known:
            raise OutputError(dataset, f"has no field {name}", near_names(name, known))
    return tuple(names) or SHOWN[dataset]


def first_rows(
    folder: Path, dataset: str, names: Sequence[str], count: int, source: str = ""
) -> list[Row]:
    """Return the first rows of a dataset, of one source if it is named."""
    wanted = tuple(dict.fromkeys((*names, "source")))
    rows: Iterable[Row] = read_rows(files_of(folder, dataset), wanted)
    if source:
        rows = (row for row in rows if row["source"] == source)
    return [{name: row[name] for name in names} for row in islice(rows, count)]


def record(folder: Path, identifier: str) -> Row:
    """Return the record of a document by its id, its capture or its source."""
    names = ("id", "capture", "source")
    for path in files_of(folder, "documents"):
        for row in read_rows([path], DOCUMENTS.names):
            if identifier in (row[name] for name in names):
                return row
    raise OutputError(str(folder), f"has no document {identifier}", "give an id, capture or source")


def counted(folder: Path, dataset: str, name: str, source: str = "") -> list[tuple[str, int]]:
    """Return the values of a field, of one source if it is named, with their counts."""
    (name,) = checked_fields(dataset, [name])
    counts: Counter[str] = Counter()
    for row in read_rows(files_of(folder, dataset), tuple({name, "source"})):
        if not source or row["source"] == source:
            counts.update(_values(row[name]))
    return sorted(counts.items(), key=lambda entry: (-entry[1], entry[0]))


def _values(value: Cell) -> Iterator[str]:
    """Yield what is counted of a cell: in lists of counted things, the things."""
    if isinstance(value, list):
        for each in value:
            yield str(next(iter(each.values()))) if isinstance(each, dict) else each
    else:
        yield shown(value)


def shown(value: Cell) -> str:
    r"""Return a cell as text on one line.

    >>> shown(None), shown(True), shown(0.98765), shown("a\nb")
    ('–', 'yes', '0.988', 'a⏎b')
    >>> shown([{"fix": "join", "count": 2}])
    'join 2'
    """
    if value is None:
        return "–"
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, float):
        return f"{value:.3f}"
    if isinstance(value, list):
        parts = (
            " ".join(shown(inner) for inner in each.values()) if isinstance(each, dict) else each
            for each in value
        )
        return ", ".join(parts) or "–"
    return str(value).replace("\n", "⏎").replace("\t", " ")


def table(rows: Sequence[Mapping[str, Cell]], names: Sequence[str], width: int) -> str:
    """Return rows as a table no wider than a terminal; of width 0, separated by tabs, uncut."""
    cells = [list(names), *[[shown(row[name]) for name in names] for row in rows]]
    if not width:
        return "\n".join("\t".join(line) for line in cells)
    widths = [max(_width(line[at]) for line in cells) for at in range(len(names))]
    over = sum(widths) + len(GAP) * (len(names) - 1) - width
    while over > 0:
        wide = [
            at for at, name in enumerate(names) if name in FLEXIBLE and widths[at] > LEAST_WIDTH
        ] or [at for at in range(len(names)) if widths[at] > LEAST_WIDTH]
        if not wide:
            break
        at = max(wide, key=lambda each: widths[each])
        widths[at] -= 1
        over -= 1
    return "\n".join(
        GAP.join(_fitted(cell, widths[at]) for at, cell in enumerate(line)).rstrip()
        for line in cells
    )


def _width(text: str) -> int:
    """Return how many cells of a terminal a text takes."""
    return max(wcswidth(text), 0) or len(text)


def _fitted(text: str, width: int) -> str:
    """Return a text of so many cells of a terminal: filled up, or cut.

    >>> _fitted("quay", 6), _fitted("harbour", 5), _fitted("日本語の", 5)
    ('quay  ', 'harb…', '日本…')
    """
    if _width(text) <= width:
        return text + " " * (width - _width(text))
    kept, taken = "", 0
    for character in text:
        step = max(wcwidth(character), 0)
        if taken + step > width - 1:
            break
        kept, taken = kept + character, taken + step
    return f"{kept}…" + " " * (width - 1 - taken)


def record_text(row: Row) -> str:
    """Return a record field by field, its text at the end."""
    longest = max(map(len, row))
    lines = [f"{name:<{longest}}  {shown(value)}" for name, value in row.items() if name != "text"]
    return "\n".join([*lines, "", str(row["text"])])
