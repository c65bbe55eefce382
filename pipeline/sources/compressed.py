"""What is in compressed files, to the last byte before the place where one breaks off.

The readers of the libraries lose what they have unpacked ahead when the data breaks. This one
gives it first, and raises their error when it is asked for more.
"""

import gzip
import zlib
from collections.abc import Callable, Iterator
from typing import BinaryIO

import pyarrow as pa

RAW_BYTES = 1 << 16
"""A file of gzip is read so much at a time;"""
PIECE_BYTES = 1 << 16
"""of any, so much is unpacked at a time."""
_GZIP = 31
"""zlib's number for data in gzip's format."""
_MAGIC = b"\x1f\x8b"


class Unpacked:
    """The stream of what is in a compressed file; `pieces` gives it bit by bit."""

    def __init__(self, raw: BinaryIO, pieces: Callable[[BinaryIO], Iterator[bytes]]) -> None:
        self._pieces = pieces(raw)
        self._waiting = bytearray()
        self._error: Exception | None = None

    def read(self, size: int, /) -> bytes:
        """Return so many bytes; fewer at the end, or before a break, whose error is raised next."""
        while len(self._waiting) < size and self._error is None:
            try:
                piece = next(self._pieces, b"")
            except (OSError, EOFError, zlib.error) as error:
                self._error = error
                break
            if not piece:
                break
            self._waiting += piece
        if self._error is not None and not self._waiting:
            raise self._error
        given = bytes(self._waiting[:size])
        del self._waiting[:size]
        return given


def unzipped(raw: BinaryIO) -> Iterator[bytes]:
    """Yield what is in a file of gzip (RFC 1952): of one member or several, zeros behind them."""
    rest = raw.read(RAW_BYTES)
    while rest:
        if not _MAGIC.startswith(rest[:2]):
            raise gzip.BadGzipFile(f"no gzip but {rest[:2]!r} where it should begin")
        member = zlib.decompressobj(_GZIP)
        yield from _of_member(member, rest)
        while not member.eof:
            if not (rest := raw.read(RAW_BYTES)):
                raise EOFError("the file ends before the data in it")
            yield from _of_member(member, rest)
        rest = member.unused_data.lstrip(b"\0")
        while not rest and (more := raw.read(RAW_BYTES)):
            rest = more.lstrip(b"\0")


def _of_member(member: "zlib._Decompress", data: bytes) -> Iterator[bytes]:
    """Yield what more data of a member unpacks to."""
    piece = b"more"
    while piece and not member.eof:
        before = member.copy()
        try:
            piece = member.decompress(data, PIECE_BYTES)
        except zlib.error:
            for at in range(len(data)):  # the byte at which it breaks raises the error again
                if piece := before.decompress(data[at : at + 1]):
                    yield piece
            raise
        if piece:
            yield piece
        data = member.unconsumed_tail


def unzstd(raw: BinaryIO) -> Iterator[bytes]:
    """Yield what is in a file of zstd (RFC 8878)."""
    given = 0
    try:
        stream = _zstd(raw)
        while piece := stream.read(PIECE_BYTES):
            given += len(piece)
            yield piece
    except (OSError, pa.ArrowInvalid):
        raw.seek(0)
        stream = _zstd(raw)
        while given and (again := stream.read(min(given, PIECE_BYTES))):
            given -= len(again)
        while piece := stream.read(1):  # up to where it breaks, which raises the error again
            yield piece


def _zstd(raw: BinaryIO) -> pa.NativeFile:
    return pa.CompressedInputStream(pa.PythonFile(_Lent(raw), "r"), "zstd")


class _Lent:
    """A stream that is not closed by who reads it."""

    closed = False

    def __init__(self, raw: BinaryIO) -> None:
        self.read = raw.read

    def close(self) -> None:
        """Leave the stream open."""
