"""write-parquet: documents/ and audit/, two datasets of one shard name."""

import json
import sys
from collections.abc import Iterable, Iterator, Sequence
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import Annotated, Any, BinaryIO, Literal

import msgspec
import pyarrow as pa
import pyarrow.parquet as pq

from pipeline import __version__
from pipeline.document import Document
from pipeline.errors import OutputError
from pipeline.options import StageOptions
from pipeline.parquet import batches_of, opened_parquet
from pipeline.publishing import Structure
from pipeline.storage.files import SHARDS, written_whole
from pipeline.storage.rows import Row, audit_rows, document_rows
from pipeline.storage.schema import AUDIT, DOCUMENTS, SCHEMA_VERSION

DATASETS = ("documents", "audit")
DOCUMENT_FILES = "pipeline.documents"
"""Key in the footer of an audit file: the files of its shard's documents, below documents/."""
SETTLED_ROWS = 2000
ROW_GROUP_BYTES = 32 << 20
"""A row group ends after so many bytes, however few its rows: a worker holds no more of one."""


class WriteParquet(StageOptions, frozen=True, tag="write-parquet"):
    """Write documents/ and audit/ as Parquet."""

    compression: Literal["zstd", "snappy", "gzip", "none"] = "zstd"
    """How columns are compressed; all readers of docs/write-parquet.md read all four."""
    row_group_rows: Annotated[int, msgspec.Meta(ge=1)] = 50_000
    """Most rows of a row group."""
    structure: Structure = "plain"
    """How headings, lists, tables, quotations and code of HTML captures are written in `text`."""
    partition: Literal["none", "language"] = "none"
    """`language` writes documents/ in folders, `language=en/` and so on, which say the language in
    the place of the column; audit/ stays as it is."""


class ShardStamp(msgspec.Struct, frozen=True):
    """What made a shard. Two shards of the same stamp have the same bytes."""

    plan: str
    """Fingerprint of everything that shapes the output."""
    source: str
    """Fingerprint of the captures: their names and contents."""


class ParquetShard:
    """Writes the files of one shard, row group by row group.

    They appear when its context is left without an error; the audit first, so that documents never
    stand without it. Its footer names the files of the documents.
    """

    def __init__(
        self, folder: Path, name: str, options: WriteParquet, stamp: ShardStamp, plan: str
    ) -> None:
        self._options = options
        self._folder = folder
        self._name = name
        self._footer = {
            "pipeline.plan": plan,
            "pipeline.plan_fingerprint": stamp.plan,
            "pipeline.source_fingerprint": stamp.source,
            "pipeline.version": __version__,
            "pipeline.schema_version": str(SCHEMA_VERSION),
        }
        self._documents: dict[str, _Table] = {}
        with ExitStack() as stack:
            self._stack = stack
            if options.partition == "none":
                self._documents_in("")
            path = shard_path(folder, "audit", name)
            self._audit = _Table(path, AUDIT, options, dict(self._footer))
            self._stack = stack.pop_all()

    def _documents_in(self, partition: str) -> "_Table":
        """Return the table of a partition's documents; without one, of all."""
        name = f"{partition}{self._name}.parquet"
        if name not in self._documents:
            path = self._folder / "documents" / name
            place = DOCUMENTS.get_field_index(partition.partition("=")[0])
            schema = DOCUMENTS.remove(place) if partition else DOCUMENTS
            table = _Table(path, schema, self._options, self._footer)
            self._documents[name] = self._stack.enter_context(table)
        return self._documents[name]

    def __enter__(self) -> "ParquetShard":
        return self

    def __exit__(self, *error: Any) -> None:
        self._audit.footer[DOCUMENT_FILES] = to_json(sorted(self._documents))
        self._stack.push(self._audit)  # closed first
        self._stack.__exit__(*error)

    def add(self, documents: Sequence[Document]) -> None:
        """Add all documents of one capture."""
        for row in document_rows(documents, self._options.structure):
            by_language = self._options.partition == "language"
            partition = f"language={row['language']}/" if by_language else ""
            self._documents_in(partition).add([row])
        self._audit.add(audit_rows(documents))


class _Table:
    """One Parquet file under way."""

    def __init__(
        self, path: Path, schema: pa.Schema, options: WriteParquet, footer: dict[str, str]
    ) -> None:
        self._schema = schema
        self.footer = footer
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
                self._writer.add_key_value_metadata(self.footer)
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


def document_files(folder: Path, name: str) -> tuple[Path, ...]:
    """Return the files of a shard's documents, as its audit names them, whether there or not."""
    footer = footer_of(shard_path(folder, "audit", name))
    names = json.loads(footer.get(DOCUMENT_FILES, "[]"))
    return tuple(folder / "documents" / each for each in names)


def is_complete(folder: Path, name: str, stamp: ShardStamp) -> bool:
    """Tell whether all files of a shard are there, readable, and bear the stamp."""
    return read_stamp(shard_path(folder, "audit", name)) == stamp and all(
        read_stamp(path) == stamp for path in document_files(folder, name)
    )


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
    with _opened(path) as stream:
        return pq.read_metadata(stream).metadata or {}


def _opened(path: Path) -> BinaryIO:
    """Return the stream of a file; a pipe is an error, as reading it would wait for a writer."""
    if isinstance(path, Path) and path.is_fifo():
        raise OSError("it is a pipe")
    return path.open("rb")


def footer_of(path: Path) -> dict[str, str]:
    """Return what a file's footer says of its making; raise an OutputError if it cannot be read."""
    with _readable(path):
        footer = _footer(path)
    return {
        key.decode(): value.decode()
        for key, value in footer.items()
        if key.startswith(b"pipeline.")
    }


def to_json(value: object) -> str:
    """Return plain values as JSON in a form that is always the same."""
    return json.dumps(value, ensure_ascii=False, sort_keys=True, separators=(",", ":"))


def shard_files(folder: Path, dataset: str) -> tuple[Path, ...]:
    """Return the files of a dataset, in partitions or not, in order of name."""
    place = folder / dataset
    if not place.is_dir():
        return ()
    return tuple(sorted(path for each in SHARDS for path in place.glob(f"{each}.parquet")))


def read_batches(path: Path, columns: Sequence[str]) -> Iterator[pa.Table]:
    """Yield some columns of a file, some thousand rows at a time.

    Raises an OutputError if it has not all of them.
    """
    with _read(path, columns) as file:
        for batch in batches_of(file, SETTLED_ROWS, columns):
            yield pa.Table.from_batches([batch])


def read_rows(paths: Iterable[Path], columns: Sequence[str]) -> Iterable[Row]:
    """Yield the rows of files, row group by row group, with what the name of a partition says."""
    for path in paths:
        key, _, value = path.parent.name.partition("=")
        said: Row = {key: value} if value and key in columns else {}
        names = [name for name in columns if name not in said]
        for batch in read_batches(path, names):
            for row in batch.to_pylist():
                yield row | said


def read_columns(path: Path, names: Sequence[str]) -> pa.Table:
    """Return some columns of a file; raise an OutputError if it has not all of them."""
    with _read(path, names) as file:
        return file.read(columns=list(names), use_threads=False)


@contextmanager
def _read(path: Path, columns: Sequence[str]) -> Iterator[pq.ParquetFile]:
    """Yield a file that has some columns."""
    with _readable(path), _opened(path) as stream:
        file = opened_parquet(stream)
        if missing := [name for name in columns if name not in file.schema_arrow.names]:
            raise pa.ArrowInvalid(f"it has no column {missing[0]}")
        yield file


@contextmanager
def _readable(path: Path) -> Iterator[None]:
    """Raise an OutputError for what is said of a file that cannot be read."""
    try:
        yield
    except (OSError, pa.ArrowException) as error:
        problem = str(error).partition("\n")[0]
        raise OutputError(
            str(path),
            f"cannot be read ({problem})",
            "remove it and run again",
        ) from error
