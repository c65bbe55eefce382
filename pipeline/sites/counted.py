"""Counted shards: the lines of the pages of each site, as one part of a source has them.

What a worker writes while a corpus is counted: a row for each line of a page, by site and page, in
a Parquet file that bears the stamp of what made it.
"""

from collections import defaultdict
from collections.abc import Sequence
from pathlib import Path
from typing import Any
from urllib.parse import urldefrag

import pyarrow as pa
import pyarrow.parquet as pq

from pipeline.blocks import page_blocks
from pipeline.document import Document, site_of
from pipeline.sites.lines import ROWS_AT_ONCE, key_of, number_of, same_line
from pipeline.storage import ShardStamp
from pipeline.storage.files import written_whole

PAGES_A_SITE = 200
"""So many pages of a site are counted, those whose addresses have the smallest hashes."""
MAX_LINE = 2000
"""A longer line, in characters, is never taken for one that is repeated."""
SCHEMA = pa.schema(
    [
        pa.field("site", pa.string()),
        pa.field("page", pa.uint64()),
        pa.field("line", pa.uint64()),
        pa.field("words", pa.int64()),
        pa.field("text", pa.string()),
    ]
)
PageRows = dict[int, tuple[int, str]]
"""The lines of a page: key → number of words, and the text."""


class CountedShard:
    """Takes the documents of a shard; its file appears when the context is left."""

    def __init__(self, path: Path, stamp: ShardStamp) -> None:
        self._path = path
        self._stamp = stamp
        self._sites: defaultdict[str, dict[int, PageRows]] = defaultdict(dict)

    def __enter__(self) -> "CountedShard":
        return self

    def __exit__(self, kind: type[BaseException] | None, *_: Any) -> None:
        if kind is None:
            self._write()

    def add(self, documents: Sequence[Document]) -> None:
        """Count the lines of one capture, if it has an address."""
        for document in documents:
            site = site_of(document.capture.url)
            if not site or document.rejected:
                continue
            pages = self._sites[site]
            page = _page_of(document.capture.url)
            pages[page] = pages.get(page, {}) | _lines_of(site, document)
            if len(pages) > PAGES_A_SITE:
                del pages[max(pages)]

    def _write(self) -> None:
        rows = [
            (site, page, line, words, text)
            for site, pages in sorted(self._sites.items())
            for page, lines in sorted(pages.items())
            for line, (words, text) in sorted(lines.items())
        ]
        footer = {
            "pipeline.plan_fingerprint": self._stamp.plan,
            "pipeline.source_fingerprint": self._stamp.source,
        }
        write_rows(self._path, SCHEMA, rows, footer)


def write_rows(
    path: Path, schema: pa.Schema, rows: Sequence[tuple[object, ...]], footer: dict[str, str]
) -> None:
    """Write rows, a value for each field of the schema, as a Parquet file that appears whole."""
    columns = list(zip(*rows, strict=True)) or [()] * len(schema)
    arrays = [pa.array(column, field.type) for column, field in zip(columns, schema, strict=True)]
    with (
        written_whole(path) as stream,
        pq.ParquetWriter(stream, schema, version="2.6", compression="zstd") as writer,
    ):
        writer.write_table(pa.table(arrays, schema=schema), row_group_size=ROWS_AT_ONCE)
        writer.add_key_value_metadata(footer)


def counted_path(folder: Path, name: str) -> Path:
    """Return where the counted shard of a part of the source stands."""
    return counted_folder(folder) / f"{name}.parquet"


def counted_folder(folder: Path) -> Path:
    """Return the folder of all counted shards of an output."""
    return folder / "work" / "learn-sites"


def _page_of(url: str) -> int:
    """Return a number for an address; what follows a # leads to a place of the same page."""
    return number_of(urldefrag(url).url)


def _lines_of(site: str, document: Document) -> PageRows:
    """Return the lines of a page that have letters."""
    found: PageRows = {}
    for block in page_blocks(document.lines):
        text = same_line(block.text)
        if any(map(str.isalpha, text)):
            shown = text if len(text) <= MAX_LINE else ""
            found[key_of(site, text)] = (block.words, shown)
    return found
