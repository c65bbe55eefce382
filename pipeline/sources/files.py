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
from pipeline.sources.members import member_content, member_size, opened_member
from pipeline.sources.source import (
    HTML_ENDINGS,
    SIDECAR_ENDING,
    TAR_IN_GZIP,
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
"""Whether a file is HTML that is not called so is seen in so many bytes; a sidecar has no more."""
_PROGRAMS = (b"<?php", b"<?=", b"<%")
_ADDRESS = re.compile(r"(?:^|\n)\s*(?:URL\s*=\s*)?(https?://\S+)", re.IGNORECASE)


def fingerprint(files: Sequence[SourceFile]) -> str:
    """Return the SHA-256 of the names of captures and of what shapes their records, in their order.

    That is their bytes as stored, the address in a sidecar, and what they are said to be.
    """
    digest = hashlib.sha256()
    for file in files:
        digest.update(file.form.encode())
        digest.update(f"{file.name}\0{_stored(file)}\0{sidecar_url(file)}\0".encode())
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
    if file.member:
        try:
            with opened_raw(file) as stream:
                digest = hashlib.sha256()
                while chunk := stream.read(CHUNK_BYTES):
                    digest.update(chunk)
                return digest.hexdigest()
        except UnreadableError as error:
            return error.problem
    path = place_of(file.path)
    try:
        if path.exists() and not path.is_file():
            return "no regular file"
        with path.open("rb") as stream:
            return hashlib.file_digest(stream, "sha256").hexdigest()
    except OSError as error:
        return f"unreadable: {error.strerror}"


def size_of(file: SourceFile) -> int:
    """Return how many bytes a file has as stored."""
    return member_size(file) if file.member else place_of(file.path).stat().st_size


def read_problem(error: UnreadableError) -> str:
    """Return the reason for which a capture that cannot be read is rejected."""
    return f"read: {error.problem}" + (f"; {error.remedy}" if error.remedy else "")


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


def is_page(start: bytes) -> bool:
    r"""Tell whether a file is a page of HTML by its beginning, and no program that makes one.

    >>> is_page(b"<!doctype html><title>Tides</title>"), is_page(b"<html><?php echo 1 ?>")
    (True, False)
    """
    is_program = any(sign in start for sign in _PROGRAMS)
    return bool(_MARKUP_START.match(_without_prologue(start))) and not is_program


def is_regular(path: str) -> bool:
    """Tell whether a path is a file: at an address all are."""
    return is_address(path) or Path(path).is_file()


def start_of(path: str) -> bytes:
    """Return the first bytes of a file of this machine; none of what cannot be read, or is none."""
    return b"" if is_address(path) or not Path(path).is_file() else _beginning(Path(path))


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


def sidecar_url(file: SourceFile) -> str:
    """Return the address in the sidecar of a capture (`page.txt.url` or `page.url`), or ``.

    The sidecar holds the address alone, or is a shortcut file with a line `URL=…`. Beside a page
    that is itself at an address none is looked for, unless both are in one ZIP file.
    """
    if is_address(file.path) and not file.member:
        return ""
    stored = PurePosixPath(file.stored_as)
    names = [stored.name, plain_name(stored.name), PurePosixPath(plain_name(stored.name)).stem]
    for name in dict.fromkeys(names):
        sidecar = str(stored.with_name(name + SIDECAR_ENDING))
        if file.member:
            said = member_content(file.path, sidecar, FORM_BYTES)
        elif Path(sidecar).is_file():
            said = _beginning(Path(sidecar))
        else:
            continue
        if match := _ADDRESS.search(said.decode("utf-8", "replace")):
            return match[1]
    return ""


def _beginning(path: Path) -> bytes:
    try:
        with path.open("rb") as stream:
            return stream.read(FORM_BYTES)
    except OSError:
        return b""


def content_of(file: SourceFile, max_bytes: int) -> bytes:
    """Return a file's decompressed bytes, or raise an UnreadableError that says why not."""
    with opened(file) as stream:
        content = stream.read(max_bytes + 1)
        if len(content) <= max_bytes:
            content += stream.read(1)  # nothing, or the error of a file that breaks off
        return _bounded(content, file.name, max_bytes)


@contextmanager
def opened(file: SourceFile) -> Iterator["Readable"]:
    """Yield a file's decompressed stream; what goes wrong with it raises an UnreadableError."""
    ending = PurePosixPath(file.stored_as).suffix.lower()
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
        with opened_member(file) if file.member else path.open("rb") as stream:
            yield stream
    except gzip.BadGzipFile:
        raise
    except OSError as error:
        raise _unreadable(file, error) from error


@contextmanager
def opened_from(file: SourceFile, place: int) -> Iterator[BinaryIO]:
    """Yield a file's stream as stored, from a place on."""
    with opened_raw(file) as stream:
        if place:
            stream.seek(place)
        yield stream


def _broken(file: SourceFile, error: Exception) -> UnreadableError:
    ending = PurePosixPath(file.stored_as).suffix
    return UnreadableError(file.name, f"broken {ending} file ({error})", "fetch it again")


def _unreadable(file: SourceFile, error: OSError) -> UnreadableError:
    """Return the error for a file that the system, or the decompressor, does not give."""
    if error.strerror is None and is_compressed(file.stored_as):
        return _broken(file, error)
    remedy = "check its rights"
    if isinstance(error, FileNotFoundError):
        remedy = "the link leads nowhere, or the file was removed during the run"
    return UnreadableError(
        file.name, f"cannot be opened ({error.strerror or type(error).__name__})", remedy
    )


def _decompressed(raw: BinaryIO, ending: str) -> "Readable":
    """Return a file's decompressed stream, by its ending."""
    if ending in {".gz", TAR_IN_GZIP}:
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
