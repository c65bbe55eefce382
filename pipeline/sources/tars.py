"""Files in a tar file (POSIX pax, ustar, GNU, v7): pages that were packed, compressed or not.

It is read as the stream that it is, one member after the other, without unpacking it to disk. Each
file in it that is a page is a capture, called by its number and path: `site.tar.gz:17/a/b.html`.
tarfile takes a damaged header, or a missing end mark, for the end of the archive; here they are
errors, and what stands before them is read.
"""

import re
import tarfile
import zlib
from collections import Counter
from collections.abc import Iterator
from contextlib import suppress
from functools import partial
from io import BytesIO
from pathlib import PurePosixPath
from typing import NamedTuple

import pyarrow as pa

from pipeline.errors import UnreadableError
from pipeline.sources.captures import document_of
from pipeline.sources.compressed import Unpacked, unzipped, unzstd
from pipeline.sources.files import (
    CHUNK_BYTES,
    FORM_BYTES,
    Readable,
    is_page,
    opened,
    opened_from,
    opened_raw,
    too_large,
)
from pipeline.sources.listing import OF_MACOS, may_be_page
from pipeline.sources.records import Extent, Record, rejected
from pipeline.sources.source import Source, SourceFile, is_compressed, kind_of, recordable

_BLOCK = tarfile.BLOCKSIZE
_LONG = {tarfile.GNUTYPE_LONGNAME: "path", tarfile.GNUTYPE_LONGLINK: "linkpath"}
_PAX = frozenset((tarfile.XHDTYPE, tarfile.XGLTYPE, tarfile.SOLARIS_XHDTYPE))
MAX_HEADER_BYTES = 1 << 20
"""What an extended header has at most: names are in it."""
_PAX_RECORD = re.compile(rb"(\d{1,8}) ([!-<>-~]{1,200})=")
_TOLD = ("path", "size")
_SIZE = re.compile(r"\d{1,18}", re.ASCII)
_OF_MACOS_FILE = "._"
"""How files begin that keep what macOS knows of the file beside them."""
_IN_GZIP = (".gz", ".tgz")


class _Member(NamedTuple):
    """A member of a tar file; its bytes come next in the stream."""

    place: int
    """Where its first header begins, in bytes."""
    path: str
    size: int
    is_file: bool


def tar_records(
    file: SourceFile, extent: Extent, source: Source, left_aside: Counter[str]
) -> Iterator[Record]:
    """Yield the pages of a tar file, or of a range of its bytes.

    Raises an UnreadableError where it breaks off.
    """
    length = extent.stop - extent.start if extent.stop else None
    with opened(file) if extent == Extent() else opened_from(file, extent.start) as stream:
        reader = _Reader(file.name, stream, length)
        for number, member in enumerate(reader.members(), start=extent.first):
            if not member.is_file:
                continue
            name = f"{file.name}:{number}/{recordable(member.path.removeprefix('./'))}"
            kind = _kind(reader, member)
            if kind != "capture":
                left_aside[kind] += 1
            elif member.size > source.max_capture_bytes:
                yield rejected(name, too_large(source.max_capture_bytes))
            else:
                yield _record(name, member.path, reader.rest(), source)


def begins_of_members(file: SourceFile, apart: int) -> Iterator[tuple[int, int]]:
    """Yield the places of members so many bytes apart or more, and their numbers; the first first.

    Where an archive breaks off there are no more; it says so when it is read.
    """
    begin = 0
    yield 0, 1
    with suppress(UnreadableError), opened_raw(file) as stream:
        reader = _Reader(file.name, stream, None)
        for number, member in enumerate(reader.members(), start=1):
            if member.place - begin >= apart:
                begin = member.place
                yield begin, number


def _kind(reader: "_Reader", member: _Member) -> str:
    """Return `capture` for a page, else what the file is called in the summary."""
    path = PurePosixPath(member.path)
    if path.name.startswith(_OF_MACOS_FILE) or member.path.startswith(OF_MACOS):
        return "file of macOS in a tar file"
    kind = kind_of(member.path)
    if kind is None and may_be_page(member.path):
        kind = "capture" if is_page(reader.start(FORM_BYTES)) else None
    if kind is None:
        return f"{path.suffix.lower() or 'file without an ending'} in a tar file"
    return kind if kind == "capture" else f"{kind} in a tar file"


def _record(name: str, path: str, stored: bytes, source: Source) -> Record:
    """Return a page; one that is compressed, or cannot be unpacked, as such a file is."""
    content = stored
    if is_compressed(path):
        pieces = unzipped if path.lower().endswith(_IN_GZIP) else unzstd
        bound = source.max_capture_bytes
        try:
            stream = Unpacked(BytesIO(stored), pieces)
            content = stream.read(bound + 1)
            content += stream.read(1) if len(content) <= bound else b""
        except (OSError, EOFError, zlib.error, pa.ArrowInvalid) as error:
            ending = PurePosixPath(path).suffix
            return rejected(name, f"broken {ending} file ({error}); fetch it again")
        if len(content) > bound:
            return rejected(name, too_large(bound))
    return Record(name, content, partial(document_of, name, content, source))


class _Reader:
    """A tar file as a stream."""

    def __init__(self, name: str, stream: Readable, length: int | None) -> None:
        self._name = name
        self._stream = stream
        self._length = length
        """So many bytes of it are read; None is all."""
        self._at = 0
        self._left = 0
        """Of the member in hand so many bytes are not read yet,"""
        self._padding = 0
        """and so many stand behind it."""
        self._start = b""
        """What was looked at of it."""

    def members(self) -> Iterator[_Member]:
        """Yield the members; what nobody reads of one is passed over."""
        place = 0
        told: dict[str, str] = {}
        is_ended = False
        while self._length is None or self._at < self._length:
            block = self._block()
            if not block:
                if told or not is_ended:
                    raise self._broken("it ends without its end mark")
                return
            is_ended = not any(block)
            if is_ended:
                continue
            try:
                info = tarfile.TarInfo.frombuf(block, "utf-8", "surrogateescape")
            except tarfile.HeaderError as error:
                raise self._broken(str(error)) from error
            if info.size < 0:
                raise self._broken(f"a file of {info.size} bytes")
            place = place if told else self._at - _BLOCK
            self._left = info.size if _has_data(info) else 0
            self._padding = -self._left % _BLOCK
            if info.type in _PAX or info.type in _LONG:
                told |= self._told(info)
                continue
            if info.type == tarfile.GNUTYPE_SPARSE:
                raise self._broken("it has a sparse file")
            size = int(told["size"]) if _SIZE.fullmatch(told.get("size", "")) else info.size
            self._left = size if _has_data(info) else 0
            self._padding = -self._left % _BLOCK
            yield _Member(place, told.get("path", info.name), self._left, info.isreg())
            told = {}
            self._pass_over()

    def start(self, size: int) -> bytes:
        """Return the first bytes of the member in hand, which are read again with its `rest`."""
        self._start = self._read(min(size, self._left))
        return self._start

    def rest(self) -> bytes:
        """Return the bytes of the member in hand."""
        return self._start + self._read(self._left)

    def _told(self, info: tarfile.TarInfo) -> dict[str, str]:
        """Return what an extended header tells of the member behind it."""
        if info.size > MAX_HEADER_BYTES:
            raise self._broken(f"an extended header of {info.size:,} bytes")
        content = self._read(self._left)
        self._pass_over()
        if info.type in _LONG:
            text = content.rstrip(b"\0").decode("utf-8", "surrogateescape")
            return {_LONG[info.type]: text}
        return _pax(content) if info.type != tarfile.XGLTYPE else {}

    def _pass_over(self) -> None:
        left = self._left + self._padding
        while left:
            passed = len(self._some(min(left, CHUNK_BYTES)))
            if not passed:
                raise self._broken("it ends within a file")
            left -= passed
        self._left = self._padding = 0
        self._start = b""

    def _read(self, size: int) -> bytes:
        """Return so many bytes of the member in hand."""
        parts = []
        while size:
            part = self._some(min(size, CHUNK_BYTES))
            if not part:
                raise self._broken("it ends within a file")
            parts.append(part)
            size -= len(part)
            self._left -= len(part)
        return b"".join(parts)

    def _block(self) -> bytes:
        """Return the next block, nothing at the end."""
        block = b""
        while len(block) < _BLOCK and (more := self._some(_BLOCK - len(block))):
            block += more
        if 0 < len(block) < _BLOCK:
            raise self._broken("it ends within a header")
        return block

    def _some(self, size: int) -> bytes:
        part = self._stream.read(size)
        self._at += len(part)
        return part

    def _broken(self, problem: str) -> UnreadableError:
        return UnreadableError(self._name, f"broken tar file ({problem})", "fetch it again")


def _has_data(info: tarfile.TarInfo) -> bool:
    """Tell whether bytes stand behind a member's header: not of links and folders."""
    return info.type not in {
        tarfile.LNKTYPE,
        tarfile.SYMTYPE,
        tarfile.DIRTYPE,
        tarfile.CHRTYPE,
        tarfile.BLKTYPE,
        tarfile.FIFOTYPE,
    }


def _pax(content: bytes) -> dict[str, str]:
    r"""Return path and size that an extended header of pax tells; what is broken tells nothing.

    >>> _pax(b"16 path=a/b.htm\n12 size=100\n10 x=none\n")
    {'path': 'a/b.htm', 'size': '100'}
    """
    fields: dict[str, str] = {}
    at = 0
    while record := _PAX_RECORD.match(content, at):
        end = at + int(record[1])
        name = record[2].decode()
        if end <= record.end() or end > len(content):
            break
        if name in _TOLD:
            fields[name] = content[record.end() : end - 1].decode("utf-8", "surrogateescape")
        at = end
    return fields
