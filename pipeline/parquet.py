"""Parquet files read by the calling thread alone.

Arrow's own threads read ahead in a Python file; one that is still at it when a short run ends has
the system abort the process, with its work done (https://github.com/apache/arrow/issues/34314).
"""

from collections.abc import Iterator, Sequence
from typing import BinaryIO

import pyarrow as pa
import pyarrow.parquet as pq


def opened_parquet(stream: BinaryIO, buffer_size: int = 0) -> pq.ParquetFile:
    """Return a file to read, `buffer_size` bytes of a column at a time (0: a column whole)."""
    return pq.ParquetFile(stream, buffer_size=buffer_size, pre_buffer=False)


def batches_of(
    file: pq.ParquetFile,
    rows: int,
    columns: Sequence[str],
    groups: Sequence[int] | None = None,
) -> Iterator[pa.RecordBatch]:
    """Yield some columns of a file, or of some of its row groups, so many rows at a time."""
    return iter(file.iter_batches(rows, groups, list(columns), use_threads=False))
