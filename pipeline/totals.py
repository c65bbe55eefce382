"""How many captures, documents and lines stand in an output, counted over its rows."""

from collections.abc import Iterable
from pathlib import Path

import msgspec
import pyarrow as pa
import pyarrow.compute as pc

from pipeline.document import Label
from pipeline.storage import document_files, read_columns, shard_path


class Totals(msgspec.Struct, frozen=True, kw_only=True):
    """Totals of a run. captures = published + rejected + empty."""

    captures: int = 0
    published: int = 0
    rejected: int = 0
    empty: int = 0
    documents: int = 0
    lines: int = 0
    """Lines of all captures."""


def totals_of(folder: Path, shard: str) -> Totals:
    """Return the totals of one shard."""
    audit = read_columns(shard_path(folder, "audit", shard), ["capture", "line", "label"])
    captures = [
        capture
        for path in document_files(folder, shard)
        for capture in read_columns(path, ["capture"])["capture"].to_pylist()
    ]
    status = audit.filter(pc.equal(audit["line"], 0))["label"]
    return Totals(
        captures=_distinct(audit["capture"]),
        published=len(set(captures)),
        rejected=_occurrences(status, Label.REJECTED),
        empty=_occurrences(status, Label.EMPTY),
        documents=len(captures),
        lines=audit.num_rows - len(status),
    )


def summed(totals: Iterable[Totals]) -> Totals:
    """Return the totals of several shards; no capture is in two of them.

    >>> summed([Totals(captures=1, empty=1), Totals(captures=2, published=2)]).captures
    3
    """
    names = Totals.__struct_fields__
    every = list(totals)
    return Totals(**{name: sum(getattr(each, name) for each in every) for name in names})


def _distinct(values: pa.ChunkedArray) -> int:
    return int(pc.count_distinct(values).as_py())


def _occurrences(values: pa.ChunkedArray, value: str) -> int:
    return int(pc.sum(pc.equal(values, value)).as_py() or 0)
