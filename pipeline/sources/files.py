"""Files of one capture each, and the compressed streams of all files."""

import gzip
import hashlib
import re
import zlib
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path, PurePosixPath
from typing import BinaryIO, Protocol

import pyarrow as pa

from pipeline.document import Capture, Document
from pipeline.errors import UnreadableError
from pipeline.places import is_address, place_of
from pipeline.sources.compressed import Unpacked, unzipped, unzstd
from pipeline.sources.source import (
    HTML_ENDINGS,
    SIDECAR_ENDING,
    SourceFile,
    is_compressed,
    plain_name,
)

_MARKUP_START = re.compile(rb"<(?:!doctype\s+html|html)\b", re.IGNORECASE)
_FRAGMENT_START = re.compile(
    rb"<(?:head|title|body|meta|link|article|main|section|header|div|p|h[1-6]|table|ul|ol|figure)"
    rb"(?:\s[^<>]*)?>[^\x00]*?</",
    re.IGNORECASE,
)
"""How a part of a page begins; Markdown may do so, too."""
_TEXT_ENDINGS = (".txt", ".md", ".markdown", ".rst")
CHUNK_BYTES = 1 << 20
"""Streams are read so much at a time."""
FORM_BYTES = 4096
"""Whether a file without an ending of HTML is HTML is seen in so many bytes."""
_ADDRESS = re.compile(r"(?:^|\n)\s*(?:URL\s*=\s*)?(https?://\S+)", re.IGNORECASE)


def fingerprint(files: Sequence[SourceFile]) -> str:
    """Return the SHA-256 of the names of captures and of what shapes their records, in their order.

    That is their bytes as stored, the address in a sidecar, and what they are said to be.
    """
    digest = hashlib.sha256()
    for file in files:
        digest.update(file.form.encode())
        digest.update(f"{file.name}\0{_stored(file)}\0{sidecar_url(file.path)}\0".encode())
    return digest.hexdigest()


def state_of(file: SourceFile) -> int:
    """Return a number that is another one when a file of this machine was written to, or went.

    Of a file at an address nothing is asked: a store replaces files whole.
    """
    if is_address(file.path):
        return 0
    try:
        found = Path(file.path).stat()
    except OSError:
        return 0
    return hash((found.st_ino, found.st_size, found.st_mtime_ns))


def _stored(file: SourceFile) -> str:
    """Return the SHA-256 of a file's bytes as stored, or why there are none."""
    path = place_of(file.path)
    try:
        if path.exists() and not path.is_file():
            return "no regular file"
        with path.open("rb") as stream:
            return hashlib.file_digest(stream, "sha256").hexdigest()
    except OSError as error:
        return f"unreadable: {error.strerror}"


def read_capture(file: SourceFile, max_bytes: int) -> Document:
    """Return a capture with its bytes; one that cannot be read is rejected with the reason."""
    try:
        content = _content(file, max_bytes)
    except UnreadableError as error:
        reason = f"read: {error.problem}" + (f"; {error.remedy}" if error.remedy else "")
        return rejected_capture(file, reason)
    capture = Capture(
        id=capture_id(file.name, content),
        source=file.name,
        form=file.form or form_of(file.name, content),
        url=sidecar_url(file.path),
        size_bytes=len(content),
        content=content,
    )
    return Document(capture)


def rejected_capture(file: SourceFile, reason: str) -> Document:
    """Return a capture that is rejected before it is read."""
    return rejected_record(file.name, reason)


def rejected_record(name: str, reason: str) -> Document:
    """Return a capture of a name that is rejected before it is read."""
    said = reason.encode("utf-8", "replace").decode()
    return Document(Capture(id=capture_id(name, b""), source=name), rejected=said)


def capture_id(name: str, content: bytes) -> str:
    """Return the identifier of a capture: 16 digits of the SHA-256 of its name and content."""
    return hashlib.sha256(name.encode() + b"\0" + content).hexdigest()[:16]


def form_of(name: str, content: bytes) -> str:
    """Return `html` for a file that is called so or begins so, else `text`.

    >>> form_of("page", b"<article><h1>Tides</h1>"), form_of("notes.md", b"<p>Tides</p>")
    ('html', 'text')
    """
    called = plain_name(name).lower()
    if called.endswith(HTML_ENDINGS):
        return "html"
    begin = _without_prologue(content)
    is_part = not called.endswith(_TEXT_ENDINGS) and _FRAGMENT_START.match(begin)
    return "html" if _MARKUP_START.match(begin) or is_part else "text"


def _without_prologue(content: bytes) -> bytes:
    """Return the start of a file without byte order mark, blanks, comments, XML declaration."""
    rest = content[:FORM_BYTES].removeprefix(b"\xef\xbb\xbf").lstrip()
    for _ in range(FORM_BYTES):
        if rest.startswith(b"<!--"):
            _, end, rest = rest.partition(b"-->")
        elif rest.startswith(b"<?"):
            _, end, rest = rest.partition(b">")
        else:
            break
        rest = rest.lstrip() if end else b""
    return rest


def sidecar_url(path: str) -> str:
    """Return the address in the sidecar of a capture (`page.txt.url` or `page.url`), or ``.

    The sidecar holds the address alone, or is a shortcut file with a line `URL=…`. Beside a page
    that is itself at an address none is looked for.
    """
    if is_address(path):
        return ""
    capture = Path(path)
    names = [capture.name, plain_name(capture.name), PurePosixPath(plain_name(capture.name)).stem]
    for name in dict.fromkeys(names):
        sidecar = capture.with_name(name + SIDECAR_ENDING)
        if not sidecar.is_file():
            continue
        try:
            match = _ADDRESS.search(sidecar.read_text(encoding="utf-8", errors="replace"))
        except OSError:
            continue
        if match:
            return match[1]
    return ""


def _content(file: SourceFile, max_bytes: int) -> bytes:
    """Return a file's decompressed bytes, or raise an UnreadableError that says why not."""
    with opened(file) as stream:
        content = stream.read(max_bytes + 1)
        if len(content) <= max_bytes:
            content += stream.read(1)  # nothing, or the error of a file that breaks off
        return _bounded(content, file.name, max_bytes)


@contextmanager
def opened(file: SourceFile) -> Iterator["Readable"]:
    """Yield a file's decompressed stream; what goes wrong with it raises an UnreadableError."""
    ending = PurePosixPath(file.path).suffix.lower()
    try:
        with opened_raw(file) as raw:
            yield _decompressed(raw, ending)
    except (EOFError, zlib.error, gzip.BadGzipFile, pa.ArrowInvalid) as error:
        raise _broken(file, error) from error


@contextmanager
def opened_raw(file: SourceFile) -> Iterator[BinaryIO]:
    """Yield a file's stream as stored; what goes wrong with it raises an UnreadableError."""
    path = place_of(file.path)
    try:
        if path.exists() and not path.is_file():
            raise UnreadableError(file.name, "is no regular file", "pipes and devices are not read")
        with path.open("rb") as stream:
            yield stream
    except gzip.BadGzipFile:
        raise
    except OSError as error:
        raise _unreadable(file, error) from error


def _broken(file: SourceFile, error: Exception) -> UnreadableError:
    ending = PurePosixPath(file.path).suffix
    return UnreadableError(file.name, f"broken {ending} file ({error})", "fetch it again")


def _unreadable(file: SourceFile, error: OSError) -> UnreadableError:
    """Return the error for a file that the system, or the decompressor, does not give."""
    if error.strerror is None and is_compressed(file.path):
        return _broken(file, error)
    remedy = "check its rights"
    if isinstance(error, FileNotFoundError):
        remedy = "the link leads nowhere, or the file was removed during the run"
    return UnreadableError(
        file.name, f"cannot be opened ({error.strerror or type(error).__name__})", remedy
    )


def _decompressed(raw: BinaryIO, ending: str) -> "Readable":
    """Return a file's decompressed stream, by its ending."""
    if ending == ".gz":
        return Unpacked(raw, unzipped)
    if ending == ".zst":
        return Unpacked(raw, unzstd)
    return raw


class Readable(Protocol):
    """A stream of bytes."""

    def read(self, size: int, /) -> bytes:
        """Return so many bytes, fewer at the end."""


def _bounded(content: bytes, name: str, max_bytes: int) -> bytes:
    if len(content) > max_bytes:
        raise UnreadableError(name, too_large(max_bytes))
    return content


def too_large(max_bytes: int) -> str:
    """Return the reason for which a capture of more bytes is rejected."""
    return (
        f"larger than max_capture_bytes ({max_bytes:,} bytes); "
        "raise it in the corpus file if this is one page"
    )
