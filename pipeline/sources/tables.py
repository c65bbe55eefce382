"""Records of Parquet: one a row."""

from collections import Counter
from collections.abc import Iterator, Sequence
from functools import partial

import pyarrow as pa
import pyarrow.parquet as pq

from pipeline.errors import UnreadableError
from pipeline.parquet import batches_of, opened_parquet
from pipeline.sources.files import CHUNK_BYTES, opened_raw
from pipeline.sources.records import (
    Extent,
    Record,
    as_json,
    from_fields,
    listed,
    rejected,
    rest_name,
)
from pipeline.sources.source import ALL_OTHERS, Source, SourceFile

BATCH_ROWS = 64
BATCH_BYTES = 8 << 20
"""Rows are read so many at a time, fewer if the file says that they are large."""


def table_rows(file: SourceFile, extent: Extent, source: Source) -> Iterator[Record]:
    """Yield the records of a file, or of some of its row groups.

    A row group that is broken is one rejected capture; the next one is read.
    """
    with opened_raw(file) as stream:
        try:
            table = opened_parquet(stream, CHUNK_BYTES)
        except (pa.ArrowException, OSError) as error:
            raise UnreadableError(
                file.name, f"broken Parquet file ({_short(error)})", "fetch it again"
            ) from error
        columns = columns_of(table.schema_arrow.names, source)
        if isinstance(columns, str):
            yield rejected(rest_name(file, extent.first - 1), columns)
            return
        first = extent.first
        for group in range(extent.start, extent.stop or table.num_row_groups):
            if group >= table.num_row_groups:
                raise UnreadableError(
                    file.name, "has fewer row groups than when the run began", "run again"
                )
            yield from _group_rows(file, table, group, first, columns, source)
            first += table.metadata.row_group(group).num_rows


def groups_after(file: SourceFile, extent: Extent, row: int) -> Extent | None:
    """Return the row groups of a part behind the one in which the row after `row` is, if any."""
    try:
        with opened_raw(file) as stream:
            meta = pq.read_metadata(stream)
    except (UnreadableError, pa.ArrowException, OSError):  # it is no more what it was
        return None
    first = extent.first
    for group in range(extent.start, extent.stop or meta.num_row_groups):
        first += meta.row_group(group).num_rows
        if row + 1 < first:
            behind = Extent(group + 1, extent.stop or meta.num_row_groups, first)
            return behind if behind.start < behind.stop else None
    return None


def _group_rows(
    file: SourceFile,
    table: pq.ParquetFile,
    group: int,
    first: int,
    columns: list[str],
    source: Source,
) -> Iterator[Record]:
    """Yield the records of a row group, whose first row has the number `first`."""
    number = first
    try:
        for batch in batches_of(table, _batch_rows(table, group), columns, [group]):
            for at in range(batch.num_rows):
                yield _from_row(f"{file.name}:{number}", batch.slice(at, 1), source)
                number += 1
    except (pa.ArrowException, OSError) as error:
        lost = first + table.metadata.row_group(group).num_rows - number
        yield rejected(
            rest_name(file, number - 1),
            f"a row group is broken, {lost:,} rows are lost ({_short(error)}); fetch it again",
        )


def columns_of(names: Sequence[str], source: Source) -> list[str] | str:
    """Return the columns to read, or what is wrong with a table that has none.

    >>> columns_of(["id", "text", "vector"], Source(paths=(), carry=("id",)))
    ['id', 'text']
    """
    own = (source.text_field, source.html_field, source.url_field)
    if twice := [name for name, count in Counter(names).items() if count > 1]:
        return f"has two columns of one name: {listed(twice)}; give one another name"
    if source.text_field not in names and source.html_field not in names:
        return (
            f"has no column {source.text_field} and none {source.html_field}; its columns are: "
            f"{listed(names)}; name one as text_field or html_field of the source"
        )
    every = ALL_OTHERS in source.carry
    return [name for name in names if every or name in own or name in source.carry]


def _batch_rows(table: pq.ParquetFile, group: int) -> int:
    """Return how many rows of a row group to read at a time."""
    meta = table.metadata.row_group(group)
    row_bytes = max(1, int(meta.total_byte_size) // max(1, int(meta.num_rows)))
    return max(1, min(BATCH_ROWS, BATCH_BYTES // row_bytes))


def _from_row(name: str, one: pa.RecordBatch, source: Source) -> Record:
    try:
        (row,) = one.to_pylist()
    except (pa.ArrowException, ValueError, OverflowError, KeyError) as error:
        return rejected(name, f"a value of the row cannot be read ({_short(error)})")
    return Record(name, as_json(row).encode(), partial(from_fields, name, row, source))


def _short(error: Exception) -> str:
    if isinstance(error, OSError) and error.strerror:
        return error.strerror
    return str(error).partition("\n")[0]
