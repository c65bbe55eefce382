"""write-parquet: documents/ and audit/, two datasets of one shard name."""

import json
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Annotated, Literal

import msgspec
import pyarrow as pa
import pyarrow.parquet as pq

from pipeline import __version__
from pipeline.document import Document
from pipeline.options import StageOptions
from pipeline.publishing import Structure
from pipeline.storage.files import written_whole
from pipeline.storage.rows import Row, audit_rows, document_rows
from pipeline.storage.schema import AUDIT, DOCUMENTS, SCHEMA_VERSION

DATASETS = ("documents", "audit")


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
    """Collects the rows of one shard and writes its two files."""

    def __init__(self, folder: Path, name: str, options: WriteParquet) -> None:
        self.folder = folder
        self.name = name
        self.options = options
        self._documents: list[Row] = []
        self._audit: list[Row] = []
        self._tables: dict[str, list[pa.Table]] = {dataset: [] for dataset in DATASETS}

    def add(self, documents: Sequence[Document]) -> None:
        """Add all documents of one capture."""
        self._documents += document_rows(documents, self.options.structure)
        self._audit += audit_rows(documents)
        if len(self._audit) >= self.options.row_group_rows:
            self._settle()

    def _settle(self) -> None:
        """Make Arrow tables of the rows, which are many times smaller."""
        for dataset, rows, schema in (
            ("documents", self._documents, DOCUMENTS),
            ("audit", self._audit, AUDIT),
        ):
            self._tables[dataset].append(pa.Table.from_pylist(rows, schema=schema))
        self._documents, self._audit = [], []

    def close(self, stamp: ShardStamp, plan: str) -> None:
        """Write both files; the audit first, so that documents never stand without it."""
        self._settle()
        footer = {
            "pipeline.plan": plan,
            "pipeline.plan_fingerprint": stamp.plan,
            "pipeline.source_fingerprint": stamp.source,
            "pipeline.version": __version__,
            "pipeline.schema_version": str(SCHEMA_VERSION),
        }
        for dataset in reversed(DATASETS):
            table = pa.concat_tables(self._tables[dataset])
            path = shard_path(self.folder, dataset, self.name)
            with written_whole(path) as beside:
                pq.write_table(
                    table.replace_schema_metadata(footer),
                    beside,
                    compression=self.options.compression,
                    row_group_size=self.options.row_group_rows,
                    version="2.6",
                )


def shard_path(folder: Path, dataset: str, name: str) -> Path:
    """Return where a dataset's file of a shard stands."""
    return folder / dataset / f"{name}.parquet"


def is_complete(folder: Path, name: str, stamp: ShardStamp) -> bool:
    """Tell whether both files of a shard are there, readable, and bear the stamp."""
    return all(read_stamp(shard_path(folder, dataset, name)) == stamp for dataset in DATASETS)


def read_stamp(path: Path) -> ShardStamp | None:
    """Return the stamp in a file's footer, or None if there is no such file or footer."""
    try:
        metadata = pq.read_metadata(path).metadata or {}
    except (OSError, pa.ArrowInvalid):
        return None
    plan = metadata.get(b"pipeline.plan_fingerprint", b"").decode()
    source = metadata.get(b"pipeline.source_fingerprint", b"").decode()
    return ShardStamp(plan, source) if plan and source else None


def footer_of(path: Path) -> dict[str, str]:
    """Return what a file's footer says of its making, key → value."""
    metadata = pq.read_metadata(path).metadata or {}
    return {
        key.decode(): value.decode()
        for key, value in metadata.items()
        if key.startswith(b"pipeline.")
    }


def to_json(value: object) -> str:
    """Return plain values as JSON in a form that is always the same."""
    return json.dumps(value, ensure_ascii=False, sort_keys=True, separators=(",", ":"))


def shard_files(folder: Path, dataset: str) -> tuple[Path, ...]:
    """Return the files of a dataset in order of name."""
    return tuple(sorted((folder / dataset).glob("shard-*.parquet")))


def read_rows(paths: Iterable[Path], columns: Sequence[str]) -> Iterable[Row]:
    """Yield the rows of files, row group by row group."""
    for path in paths:
        file = pq.ParquetFile(path)
        for group in range(file.num_row_groups):
            yield from file.read_row_group(group, columns=list(columns)).to_pylist()
