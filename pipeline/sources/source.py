"""What a corpus names as its source, and what a file of it is by its name."""

from pathlib import PurePosixPath
from typing import Annotated, Literal, TypeAlias

import msgspec

TEXT_ENDINGS = (".txt", ".text", ".md")
HTML_ENDINGS = (".html", ".htm", ".xhtml", ".shtml")
MAIL_ENDINGS = (".eml",)
SAVED_ENDINGS = (".mhtml", ".mht", ".webarchive")
"""One page with its pictures, as browsers save it."""
PAGE_ENDINGS = TEXT_ENDINGS + HTML_ENDINGS + MAIL_ENDINGS + SAVED_ENDINGS
ARCHIVE_ENDINGS = {
    "json lines": (".jsonl", ".ndjson"),
    "parquet": (".parquet",),
    "warc": (".warc", ".wet"),
    "mailbox": (".mbox",),
    "tar": (".tar",),
}
"""Kind of archive → endings of its files."""
ZIP_ENDINGS = (".zip", ".wacz")
"""Files of many files; each of these is read as if it lay in a folder of the archive's name."""
COMPRESSED_ENDINGS = (".gz", ".zst")
TAR_IN_GZIP = ".tgz"
"""Short for `.tar.gz`."""
_COMPRESSED_JSON = tuple(f".json{ending}" for ending in COMPRESSED_ENDINGS)
"""Nobody compresses a single value; what is called so is JSON lines (Dolma's files are)."""
SIDECAR_ENDING = ".url"
STANDARD_INPUT = "-"
STANDARD_INPUT_NAME = "stdin"
ALL_OTHERS = "*"

Kind: TypeAlias = Literal["capture", "json lines", "parquet", "warc", "mailbox", "tar"]
StdinFormat: TypeAlias = Literal[
    "detect", "text", "html", "jsonl", "parquet", "warc", "mbox", "tar"
]


class Source(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """The captures of a corpus, as its file names them."""

    paths: tuple[str, ...]
    """Folders, globs and files, relative to the corpus file, or addresses (`s3://…`); `-` is
    standard input."""
    text_field: str = "text"
    """Field or column of JSON lines and Parquet that holds a record's text."""
    html_field: str = "html"
    """The one that holds its HTML; where a record has both, the HTML is taken."""
    url_field: str = "url"
    """The one that holds its address."""
    carry: tuple[str, ...] = (ALL_OTHERS,)
    """Other fields that are carried along in `extra`; `*` is all of them."""
    stdin_format: StdinFormat = "detect"
    """What standard input is; `detect` sees a WARC, Parquet and tar, else takes it for one page."""
    max_capture_bytes: Annotated[int, msgspec.Meta(ge=1, le=2**40)] = 64 * 1024 * 1024
    """A larger capture (decompressed) is rejected."""
    max_capture_seconds: Annotated[float, msgspec.Meta(gt=0)] = 300.0
    """A capture that takes longer is rejected, where there are several workers."""


class SourceFile(msgspec.Struct, frozen=True):
    """One file to read."""

    name: str
    """Path relative to the source, with forward slashes."""
    path: str
    """Where it is read; `-` for standard input, which is laid down in a file first (`spool`).
    Never in a record."""
    kind: Kind = "capture"
    form: Literal["", "html", "text"] = ""
    """What a capture is said to be; else it is seen from its name and content."""
    member: str = ""
    """Its name in the ZIP file at `path`; `` for a file of its own."""

    @property
    def stored_as(self) -> str:
        """The name that it is stored under, whose ending says how it is compressed.

        >>> SourceFile("stdin", "work/pipeline-stdin-7.gz").stored_as
        'work/pipeline-stdin-7.gz'
        >>> SourceFile("a.zip/b.html", "pages/a.zip", member="b.html").stored_as
        'b.html'
        """
        return self.member or self.path


class Listing(msgspec.Struct, frozen=True):
    """What a source names."""

    files: tuple[SourceFile, ...]
    """In order of name."""
    left_aside: tuple[str, ...]
    """Names of files whose ending is none of a capture or an archive."""


def kind_of(name: str) -> Kind | None:
    """Return what a file is by its ending, or None.

    >>> [kind_of(name) for name in ("a.txt", "b.HTML.gz", "c.jsonl.zst", "d.warc.wet.gz")]
    ['capture', 'capture', 'json lines', 'warc']
    >>> kind_of("e.pdf"), kind_of("f.gz"), kind_of("g.parquet")
    (None, None, 'parquet')
    """
    plain = plain_name(name).lower()
    if plain.endswith(PAGE_ENDINGS):
        return "capture"
    if plain.endswith(ARCHIVE_ENDINGS["json lines"]) or name.lower().endswith(_COMPRESSED_JSON):
        return "json lines"
    if plain.endswith(ARCHIVE_ENDINGS["warc"]):
        return "warc"
    for kind in ("mailbox", "tar"):
        if plain.endswith(ARCHIVE_ENDINGS[kind]):
            return kind
    return "parquet" if name.lower().endswith(ARCHIVE_ENDINGS["parquet"]) else None


def plain_name(name: str) -> str:
    """Return a name without the ending of a compression.

    >>> plain_name("a.html.gz"), plain_name("b.tgz")
    ('a.html', 'b.tar')
    """
    if name.lower().endswith(TAR_IN_GZIP):
        return f"{name[: -len(TAR_IN_GZIP)]}.tar"
    return name[: -len(PurePosixPath(name).suffix)] if is_compressed(name) else name


def is_compressed(name: str) -> bool:
    """Tell whether a file is compressed by its ending."""
    return name.lower().endswith((*COMPRESSED_ENDINGS, TAR_IN_GZIP))


def recordable(name: str) -> str:
    r"""Return a file's name as text; bytes of it that are no UTF-8 as `\xff`.

    >>> recordable("b\udcff.txt")
    'b\\xff.txt'
    """
    return name.encode("utf-8", "surrogateescape").decode("utf-8", "backslashreplace")
