"""write-parquet: documents/ and audit/, two datasets of one shard name."""

import json
import sys
from collections.abc import Iterable, Iterator, Sequence
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import Annotated, Any, Literal

import msgspec
import pyarrow as pa
import pyarrow.parquet as pq

from pipeline import __version__
from pipeline.document import Document
from pipeline.errors import OutputError
from pipeline.options import StageOptions
from pipeline.publishing import Structure
from pipeline.storage.files import written_whole
from pipeline.storage.rows import Row, audit_rows, document_rows
from pipeline.storage.schema import AUDIT, DOCUMENTS, SCHEMA_VERSION

DATASETS = ("documents", "audit")
SETTLED_ROWS = 2000
ROW_GROUP_BYTES = 32 << 20
"""A row group ends after so many bytes, however few its rows: a worker holds no more of one."""


class WriteParquet(StageOptions, frozen=True, tag="write-parquet"):
    """Write documents/ and audit/ as Parquet."""

    compression: Literal["zstd", "snappy", "gzip", "none"] = "zstd"
    """How columns are compressed; all readers of the README's table read all four."""
    row_group_rows: Annotated[int, msgspec.Meta(ge=1)] = 50_000
    """Most rows of a row group."""
    structure: Structure = "plain"
    """How headings, lists, tables, quotations and code of HTML captures are written in `text`."""


class ShardStamp(msgspec.Struct, frozen=True):
    """What made a shard. Two shards of the same stamp have the same bytes."""

    plan: str
    """Fingerprint of everything that shapes the output."""
    source: str
    """Fingerprint of the captures: their names and contents."""


class ParquetShard:
    """Writes the two files of one shard, row group by row group.

    They appear when its context is left without an error; the audit first, so that documents never
    stand without it.
    """

    def __init__(
        self, folder: Path, name: str, options: WriteParquet, stamp: ShardStamp, plan: str
    ) -> None:
        self._structure = options.structure
        self._stack = ExitStack()
        footer = {
            "pipeline.plan": plan,
            "pipeline.plan_fingerprint": stamp.plan,
            "pipeline.source_fingerprint": stamp.source,
            "pipeline.version": __version__,
            "pipeline.schema_version": str(SCHEMA_VERSION),
        }
        with ExitStack() as stack:  # the documents are closed last
            self._documents = stack.enter_context(
                _Table(shard_path(folder, "documents", name), DOCUMENTS, options, footer)
            )
            self._audit = stack.enter_context(
                _Table(shard_path(folder, "audit", name), AUDIT, options, footer)
            )
            self._stack = stack.pop_all()

    def __enter__(self) -> "ParquetShard":
        return self

    def __exit__(self, *error: Any) -> None:
        self._stack.__exit__(*error)

    def add(self, documents: Sequence[Document]) -> None:
        """Add all documents of one capture."""
        self._documents.add(document_rows(documents, self._structure))
        self._audit.add(audit_rows(documents))


class _Table:
    """One Parquet file under way."""

    def __init__(
        self, path: Path, schema: pa.Schema, options: WriteParquet, footer: dict[str, str]
    ) -> None:
        self._schema = schema
        self._footer = footer
        self._most_rows = options.row_group_rows
        self._rows: list[Row] = []
        self._tables: list[pa.Table] = []
        self._stack = ExitStack()
        with ExitStack() as stack:
            stream = stack.enter_context(written_whole(path))
            self._writer = stack.enter_context(
                pq.ParquetWriter(stream, schema, version="2.6", compression=options.compression)
            )
            self._stack = stack.pop_all()

    def __enter__(self) -> "_Table":
        return self

    def __exit__(self, kind: type[BaseException] | None, *error: Any) -> None:
        if kind is None:
            try:
                self._settle()
                self._write(all_of_it=True)
                self._writer.add_key_value_metadata(self._footer)
            except BaseException:
                self._stack.__exit__(*sys.exc_info())
                raise
        self._stack.__exit__(kind, *error)

    def add(self, rows: Sequence[Row]) -> None:
        """Add rows; what fills a row group is written."""
        self._rows += rows
        if len(self._rows) >= SETTLED_ROWS:
            self._settle()
            self._write()

    def _settle(self) -> None:
        """Make an Arrow table of the rows, which is many times smaller."""
        if self._rows:
            self._tables.append(pa.Table.from_pylist(self._rows, schema=self._schema))
            self._rows = []

    def _write(self, all_of_it: bool = False) -> None:
        """Write full row groups: of so many rows, or of so many bytes."""
        while self._tables:
            rows = sum(table.num_rows for table in self._tables)
            size = sum(table.nbytes for table in self._tables)
            if not all_of_it and rows < self._most_rows and size < ROW_GROUP_BYTES:
                return
            whole = pa.concat_tables(self._tables)
            taken = whole.slice(0, self._most_rows)
            self._writer.write_table(taken, row_group_size=self._most_rows)
            rest = whole.slice(taken.num_rows)
            self._tables = [rest] if rest.num_rows else []


def shard_path(folder: Path, dataset: str, name: str) -> Path:
    """Return where a dataset's file of a shard stands."""
    return folder / dataset / f"{name}.parquet"


def is_complete(folder: Path, name: str, stamp: ShardStamp) -> bool:
    """Tell whether both files of a shard are there, readable, and bear the stamp."""
    return all(read_stamp(shard_path(folder, dataset, name)) == stamp for dataset in DATASETS)


def read_stamp(path: Path) -> ShardStamp | None:
    """Return the stamp in a file's footer, or None if there is no such file or footer."""
    try:
        metadata = _footer(path)
    except (OSError, pa.ArrowInvalid):
        return None
    plan = metadata.get(b"pipeline.plan_fingerprint", b"").decode()
    source = metadata.get(b"pipeline.source_fingerprint", b"").decode()
    return ShardStamp(plan, source) if plan and source else None


def _footer(path: Path) -> dict[bytes, bytes]:
    with path.open("rb") as stream:
        return pq.read_metadata(stream).metadata or {}


def footer_of(path: Path) -> dict[str, str]:
    """Return what a file's footer says of its making, key → value."""
    return {
        key.decode(): value.decode()
        for key, value in _footer(path).items()
        if key.startswith(b"pipeline.")
    }


def to_json(value: object) -> str:
    """Return plain values as JSON in a form that is always the same."""
    return json.dumps(value, ensure_ascii=False, sort_keys=True, separators=(",", ":"))


def shard_files(folder: Path, dataset: str) -> tuple[Path, ...]:
    """Return the files of a dataset in order of name."""
    place = folder / dataset
    return tuple(sorted(place.glob("shard-*.parquet"))) if place.is_dir() else ()


def read_rows(paths: Iterable[Path], columns: Sequence[str]) -> Iterable[Row]:
    """Yield the rows of files, row group by row group."""
    for path in paths:
        with _read(path) as file:
            batches = file.iter_batches(SETTLED_ROWS, columns=list(columns), use_threads=False)
            for batch in batches:
                yield from batch.to_pylist()


def read_columns(path: Path, names: Sequence[str]) -> pa.Table:
    """Return some columns of a file; raise an OutputError if it has not all of them."""
    with _read(path) as file:
        if missing := [name for name in names if name not in file.schema_arrow.names]:
            raise pa.ArrowInvalid(f"it has no column {missing[0]}")
        return file.read(columns=list(names), use_threads=False)


@contextmanager
def _read(path: Path) -> Iterator[pq.ParquetFile]:
    """Yield a file to read; raise an OutputError if it cannot be read.

    Without threads: a short run that ends while they start is aborted by the system.
    """
    try:
        with path.open("rb") as stream:
            yield pq.ParquetFile(stream)
    except (OSError, pa.ArrowException) as error:
        problem = str(error).partition("\n")[0]
        raise OutputError(
            f"{path.parent.name}/{path.name}",
            f"cannot be read ({problem})",
            "remove it and run again",
        ) from error
