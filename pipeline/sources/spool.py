"""Standard input, laid down in a file: then it is read in shards, and by any process.

What it is, the source says (`stdin_format`), or else its first bytes where they leave no doubt: a
WARC, Parquet, tar, the first and last also in gzip and zstd. Anything else is one page. JSON lines
must be asked for, as a page may look like them.
"""

import contextlib
import fcntl
import os
import secrets
import sys
import tempfile
import zlib
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import BinaryIO

import msgspec
import pyarrow as pa

from pipeline.errors import SourceError
from pipeline.places import is_address, place_of
from pipeline.sources.files import CHUNK_BYTES
from pipeline.sources.source import STANDARD_INPUT, Listing, Source, SourceFile, kind_of
from pipeline.storage.files import opened_to_write, unwritten

PREFIX = "pipeline-stdin-"
"""Names of the files begin so; what a killed run left of them is swept by the next."""
WHERE = "standard input"
OPTION = "--stdin-format"
_ENDINGS = {
    "text": ".txt",
    "html": ".html",
    "jsonl": ".jsonl",
    "parquet": ".parquet",
    "warc": ".warc",
    "mbox": ".mbox",
    "tar": ".tar",
}
"""Format → ending of a file that is read in the same way."""
_COMPRESSIONS = {b"\x1f\x8b": ".gz", b"\x28\xb5\x2f\xfd": ".zst"}
"""First bytes (RFC 1952, RFC 8878) → ending."""
_STARTS = {b"WARC/": "warc", b"PAR1": "parquet"}
"""First bytes (ISO 28500; Parquet's format) → format."""
_ZIP = b"PK\x03\x04"
"""How a ZIP file begins (APPNOTE, 4.3.7)."""
_TAR = slice(257, 262), b"ustar"
"""Where a tar file says that it is one (POSIX ustar; GNU's do, too)."""
_START_BYTES = 512


@contextmanager
def laid_down(
    listing: Listing, source: Source, folder: str, warn: Callable[[str], None]
) -> Iterator[Listing]:
    """Yield a listing in which standard input is a file, until the context is left.

    The file lies in `work/` of an output folder; for an output at an address, or none (``), among
    this machine's temporary files. `warn` is told of what is read otherwise than may be meant.

    Raises SourceError if standard input is closed, or surely not what the source says.
    """
    place = _place(folder)
    _sweep(place)
    if not any(file.path == STANDARD_INPUT for file in listing.files):
        yield listing
        return
    stream = _standard_input()
    start = _read(stream)
    file = _file_of(start, source, warn)
    made = [each for each in (place, place.parent) if not each.exists()]
    path = place / f"{PREFIX}{secrets.token_hex(4)}{file.path}"
    try:
        with _written(path, start, stream):
            found = msgspec.structs.replace(file, path=str(path))
            files = (
                msgspec.structs.replace(found, name=each.name)
                if each.path == STANDARD_INPUT
                else each
                for each in listing.files
            )
            yield msgspec.structs.replace(listing, files=tuple(files))
    finally:
        with contextlib.suppress(OSError):
            path.unlink(missing_ok=True)
        for each in made:
            with contextlib.suppress(OSError):  # it holds what the run wrote
                each.rmdir()


def _place(folder: str) -> Path:
    if not folder or is_address(folder):
        return Path(tempfile.gettempdir())
    return place_of(folder) / "work"


def _standard_input() -> BinaryIO:
    if sys.stdin is None:
        raise SourceError(WHERE, "is closed", "pipe something into the command, or name a file")
    return sys.stdin.buffer


def _read(stream: BinaryIO) -> bytes:
    try:
        return stream.read(CHUNK_BYTES)
    except OSError as error:
        raise SourceError(
            WHERE, f"cannot be read ({error.strerror})", "pipe something into the command"
        ) from error


@contextmanager
def _written(path: Path, start: bytes, stream: BinaryIO) -> Iterator[None]:
    """Write all of a stream to a file, and hold a lock on it: it is not stale."""
    with contextlib.ExitStack() as stack:
        with unwritten(path):
            path.parent.mkdir(parents=True, exist_ok=True)
            descriptor = os.open(path, os.O_RDWR | os.O_CREAT | os.O_EXCL, 0o600)
        held = stack.enter_context(os.fdopen(descriptor, "rb"))
        with contextlib.suppress(OSError):  # a file system without locks
            fcntl.flock(held, fcntl.LOCK_EX | fcntl.LOCK_NB)
        with unwritten(path), opened_to_write(path) as file:
            while start:
                file.write(start)
                start = _read(stream)
        yield


def _sweep(folder: Path) -> None:
    """Remove what killed runs left: what no process holds a lock on."""
    for path in folder.glob(f"{PREFIX}*"):
        with contextlib.suppress(OSError), path.open("r+b") as stream:
            fcntl.flock(stream, fcntl.LOCK_EX | fcntl.LOCK_NB)
            path.unlink()


def _file_of(start: bytes, source: Source, warn: Callable[[str], None]) -> SourceFile:
    """Return what standard input is, by its start; its path is an ending only."""
    compression, plain = _decompressed(start)
    seen = next((name for sign, name in _STARTS.items() if plain.startswith(sign)), "")
    place, sign = _TAR
    seen = "tar" if plain[place] == sign else seen
    said = source.stdin_format
    if plain.startswith(_ZIP):
        raise SourceError(
            WHERE, "is a ZIP file, whose directory is at its end", "save it, and name the file"
        )
    if said == "detect":
        _warn_of_lines(plain, warn)
    else:
        _refuse_unlike(said, seen, start, compression)
    form = seen or "text" if said == "detect" else said
    ending = f"{_ENDINGS[form]}{compression}"
    kind = kind_of(ending)
    if kind is None:
        raise SourceError(
            WHERE, f"is {form} in {compression}", "Parquet is compressed inside; unpack it"
        )
    return SourceFile("", ending, kind, said if said in {"html", "text"} else "")


def _refuse_unlike(said: str, seen: str, start: bytes, compression: str) -> None:
    """Raise a SourceError if the first bytes are not those of the format that was named."""
    if said in ("text", "html"):
        return
    if not start:
        raise SourceError(
            WHERE, f"is empty, and said to be {said}", "did the command before it fail?"
        )
    if seen and seen != said:
        raise SourceError(WHERE, f"begins as {seen}, and is said to be {said}", f"{OPTION} {seen}")
    if said in _STARTS.values() and seen != said:
        signs = {name: sign.decode() for sign, name in _STARTS.items()}
        raise SourceError(
            WHERE,
            f"is said to be {said}, and begins {start[:8]!r}, not with {signs[said]}"
            + (f" in {compression}" if compression else ""),
            f"name what it is: {OPTION} {'|'.join(_ENDINGS)}",
        )


def _decompressed(start: bytes) -> tuple[str, bytes]:  # ending of the compression, and first bytes
    """Return how a stream is compressed, by its start, and the start without that."""
    compression = next(
        (ending for sign, ending in _COMPRESSIONS.items() if start.startswith(sign)), ""
    )
    try:
        if compression == ".gz":
            start = zlib.decompressobj(zlib.MAX_WBITS | 16).decompress(start, CHUNK_BYTES)
        elif compression == ".zst":
            stream = pa.CompressedInputStream(pa.BufferReader(start), "zstd")
            start = bytes(stream.read(_START_BYTES))
    except (zlib.error, OSError, pa.ArrowException):
        return "", start  # a page that begins so by chance; or broken, and as a page it says so
    return compression, start


def _warn_of_lines(plain: bytes, warn: Callable[[str], None]) -> None:
    """Warn if the first line is an object of JSON, and so perhaps a record."""
    with contextlib.suppress(ValueError, RecursionError):
        if isinstance(msgspec.json.decode(plain.partition(b"\n")[0]), dict):
            warn(
                f"{WHERE} begins with an object of JSON and is read as one page; "
                f"{OPTION} jsonl reads each line as a record, {OPTION} text means one page"
            )
