"""Files in a ZIP file (APPNOTE 6.3.10): saved pages that were packed, web archives (WACZ 1.1.1).

Each is read where it lies; nothing is unpacked to disk. What is damaged, locked by a password or
packed in a way that Python does not know is a file that cannot be read, and the others are read.
"""

import os
import zipfile
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from lzma import LZMAError
from typing import BinaryIO, NamedTuple, cast

from pipeline.errors import UnreadableError
from pipeline.places import is_address, place_of
from pipeline.sources.source import SourceFile, is_compressed

_LOCAL_HEADER = 30
"""Bytes of the header before a member's name (APPNOTE, 4.3.7)."""
_LOCKED = 1
"""The flag of a member that a password is needed for (APPNOTE, 4.4.4)."""
_BROKEN = (zipfile.BadZipFile, zlib.error, EOFError, LZMAError)
BROKEN = "broken ZIP file"


class _Kept(NamedTuple):
    """The ZIP file that was opened last."""

    known: tuple[object, ...]
    """Its path and state, and the process: two would share the place where it is read."""
    opened: zipfile.ZipFile


_kept: list[_Kept] = []
"""One at most: the members of a file are mostly read one after the other."""


def names_in(path: str) -> list[str]:
    """Return the names of the files in a ZIP file, in its order; of equal names each.

    Raises an UnreadableError if it is broken.
    """
    try:
        return [info.filename for info in _zip(path).infolist() if not info.is_dir()]
    except RuntimeError as error:  # a file of a later version than zipfile knows
        raise UnreadableError(path, f"cannot be unpacked ({error})", "unpack it") from error
    except (*_BROKEN, OSError, ValueError) as error:
        raise UnreadableError(path, f"{BROKEN} ({error})", "fetch it again") from error


def member_size(file: SourceFile) -> int:
    """Return how many bytes a member has; raise an OSError if it is not there."""
    try:
        return _zip(file.path).getinfo(file.member).file_size
    except (*_BROKEN, KeyError, ValueError, RuntimeError) as error:
        raise OSError(str(error)) from error


def member_content(path: str, member: str, most: int) -> bytes:
    """Return so many bytes of a member, none if there is no such member or it cannot be read."""
    try:
        with _zip(path).open(member) as stream:
            return stream.read(most)
    except (*_BROKEN, OSError, KeyError, ValueError, RuntimeError):
        return b""


@contextmanager
def opened_member(file: SourceFile) -> Iterator[BinaryIO]:
    """Yield the stream of a file in a ZIP file; raise an UnreadableError if it cannot be read."""
    try:
        stream = _stream(_zip(file.path), file)
    except KeyError as error:
        raise UnreadableError(file.name, "is no longer in its ZIP file", "run again") from error
    except RuntimeError as error:  # packed in a way that zipfile does not know
        raise UnreadableError(file.name, f"cannot be unpacked ({error})", "unpack it") from error
    except _BROKEN as error:
        raise UnreadableError(file.name, f"{BROKEN} ({error})", "fetch it again") from error
    with stream:
        try:
            yield stream
        except _BROKEN as error:
            if is_compressed(file.member) and not isinstance(error, zipfile.BadZipFile):
                raise
            raise UnreadableError(file.name, f"{BROKEN} ({error})", "fetch it again") from error


def _stream(opened: zipfile.ZipFile, file: SourceFile) -> BinaryIO:
    info = opened.getinfo(file.member)
    if info.flag_bits & _LOCKED:
        raise UnreadableError(file.name, "is locked by a password", "unpack it")
    if file.kind != "warc" or info.compress_type != zipfile.ZIP_STORED:
        return cast("BinaryIO", opened.open(info))
    raw = place_of(file.path).open("rb")
    raw.seek(info.header_offset)
    header = raw.read(_LOCAL_HEADER)
    name, extra = (int.from_bytes(header[at : at + 2], "little") for at in (26, 28))
    begin = info.header_offset + _LOCAL_HEADER + name + extra
    return cast("BinaryIO", _Window(raw, begin, info.file_size))


class _Window:
    """Some bytes of a file, as if they were a file: those of a WARC are looked up here and there.

    What zipfile opens reads all bytes up to the place that is looked up.
    """

    def __init__(self, raw: BinaryIO, begin: int, size: int) -> None:
        self._raw = raw
        self._begin = begin
        self._size = size
        raw.seek(begin)

    def read(self, size: int = -1, /) -> bytes:
        """Return so many bytes, fewer at the end."""
        left = max(0, self._size - self.tell())
        return self._raw.read(left if size < 0 else min(size, left))

    def seek(self, place: int, /) -> int:
        """Go to a place, in bytes from the beginning."""
        self._raw.seek(self._begin + min(place, self._size))
        return self.tell()

    def tell(self) -> int:
        """Return where the stream stands."""
        return self._raw.tell() - self._begin

    def __enter__(self) -> "_Window":
        return self

    def __exit__(self, *error: object) -> None:
        self._raw.close()


def _zip(path: str) -> zipfile.ZipFile:
    """Return an opened ZIP file; its directory is read once for all members."""
    place = place_of(path)
    known: tuple[object, ...] = (path, os.getpid())
    if not is_address(path):
        found = place.stat()
        known += (found.st_ino, found.st_size, found.st_mtime_ns)
    if not _kept or _kept[0].known != known:
        _kept.clear()  # it is closed with the last member that is read
        opened = zipfile.ZipFile(place.open("rb") if is_address(path) else place)
        _kept.append(_Kept(known, opened))
    return _kept[0].opened
