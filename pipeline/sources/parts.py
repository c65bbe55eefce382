"""What a worker reads by itself: some files, an archive, or a part of one.

The parts depend on the files alone: on the names of captures, on the sizes of archives. A part of
JSON lines or a WARC is a range of bytes, one of Parquet a range of row groups.
"""

import contextlib
from collections.abc import Callable, Iterator, Sequence
from itertools import pairwise

import msgspec
import pyarrow as pa
import pyarrow.parquet as pq

from pipeline.errors import UnreadableError
from pipeline.places import place_of
from pipeline.sources.files import CHUNK_BYTES, opened, opened_raw, size_of
from pipeline.sources.records import Extent
from pipeline.sources.source import SourceFile, is_compressed

PART_BYTES = 64 << 20
PART_ROWS = 4096
COMPRESSED_BYTES = 16 << 20
"""Compressed JSON lines of no more bytes are one part;"""
MOST_COMPRESSED = 64
"""and others so many at most: a worker reads over what stands before a part."""


class Part(msgspec.Struct, frozen=True):
    """What one worker reads in one go."""

    name: str
    files: tuple[SourceFile, ...]
    """Captures, or one archive."""
    extent: Extent | None = None
    """Which part of an archive; None for captures."""


def parts_of(files: Sequence[SourceFile], captures_a_part: int) -> tuple[Part, ...]:
    """Return the parts of a source, in order: its captures first.

    >>> [part.name for part in parts_of([SourceFile(f"{n:03}.txt", "") for n in range(600)], 512)]
    ['00000', '00001']
    """
    captures = [file for file in files if file.kind == "capture"]
    chosen: list[tuple[tuple[SourceFile, ...], Extent | None]] = [
        (tuple(captures[start : start + captures_a_part]), None)
        for start in range(0, len(captures), captures_a_part)
    ]
    for file in files:
        if file.kind != "capture":
            chosen += [((file,), extent) for extent in _extents(file)]
    return tuple(Part(f"{at:05}", *each) for at, each in enumerate(chosen))


def _extents(file: SourceFile) -> list[Extent]:
    """Return the parts of an archive; one that cannot be looked into is one, and says why then."""
    look = _LOOKS[file.kind]
    with contextlib.suppress(OSError, pa.ArrowException, UnreadableError):
        if place_of(file.path).is_file():
            found = list(look(file))
            return found if len(found) > 1 else [Extent()]
    return [Extent()]


def _row_groups(file: SourceFile) -> Iterator[Extent]:
    with opened_raw(file) as stream:
        meta = pq.read_metadata(stream)
    start, rows, size, first = 0, 0, 0, 1
    for group in range(meta.num_row_groups):
        rows += meta.row_group(group).num_rows
        size += meta.row_group(group).total_byte_size
        if rows >= PART_ROWS or size >= PART_BYTES or group == meta.num_row_groups - 1:
            yield Extent(start, group + 1, first)
            start, first, rows, size = group + 1, first + rows, 0, 0


def _line_ranges(file: SourceFile) -> Iterator[Extent]:
    """Yield ranges of bytes that begin where a line does; the file is read through for them.

    Of a compressed file they are bytes of what is in it, and few.
    """
    compressed = is_compressed(file.stored_as)
    if size_of(file) <= (COMPRESSED_BYTES if compressed else PART_BYTES):
        yield Extent()
        return
    begins = list(_begins_of_lines(file))
    if compressed:
        begins = begins[:: -(-len(begins) // MOST_COMPRESSED)]
    yield from _between(begins)


def _begins_of_lines(file: SourceFile) -> Iterator[tuple[int, int]]:
    """Yield where a part may begin: the place of a line, and its number."""
    begin, at, lines = 0, 0, 0
    yield 0, 1
    with contextlib.suppress(UnreadableError), opened(file) as stream:  # it says so when it is read
        while chunk := stream.read(CHUNK_BYTES):
            wanted = begin + PART_BYTES
            end = chunk.find(b"\n", max(0, wanted - at)) + 1 if at + len(chunk) > wanted else 0
            if end:
                begin = at + end
                yield begin, lines + chunk.count(b"\n", 0, end) + 1
            lines += chunk.count(b"\n")
            at += len(chunk)


def _record_ranges(file: SourceFile) -> Iterator[Extent]:
    """Yield ranges of bytes that begin where a record of a WARC does; it is read through for them.

    Of a compressed one that is where a member of gzip begins, which most have for each record.
    """
    if file.stored_as.lower().endswith(".zst") or size_of(file) <= PART_BYTES:
        yield Extent()
        return
    from pipeline.sources.warc import begins_of_records  # noqa: PLC0415  FastWARC takes a while

    yield from _between(list(begins_of_records(file, PART_BYTES)))


def _mail_ranges(file: SourceFile) -> Iterator[Extent]:
    """Yield ranges of bytes that begin where a mail of a mailbox does; it is read through for them.

    A compressed one is read in one go.
    """
    from pipeline.sources.mailboxes import begins_of_mails  # noqa: PLC0415  few read mails

    yield from _ranges_by(begins_of_mails, file)


def _member_ranges(file: SourceFile) -> Iterator[Extent]:
    """Yield ranges of bytes that begin where a member of a tar file does; it is read through.

    A compressed one is read in one go.
    """
    from pipeline.sources.tars import begins_of_members  # noqa: PLC0415  likewise

    yield from _ranges_by(begins_of_members, file)


def _ranges_by(
    begins: Callable[[SourceFile, int], Iterator[tuple[int, int]]], file: SourceFile
) -> Iterator[Extent]:
    """Yield ranges of bytes that begin at places; one for a file that is small, or compressed."""
    if is_compressed(file.stored_as) or size_of(file) <= PART_BYTES:
        yield Extent()
    else:
        yield from _between(list(begins(file, PART_BYTES)))


def _between(begins: Sequence[tuple[int, int]]) -> Iterator[Extent]:
    """Yield the parts that begin at places, given with the numbers of their first records."""
    for (start, first), (stop, _) in pairwise([*begins, (0, 0)]):
        yield Extent(start, stop, first)


_LOOKS: dict[str, Callable[[SourceFile], Iterator[Extent]]] = {
    "parquet": _row_groups,
    "json lines": _line_ranges,
    "warc": _record_ranges,
    "mailbox": _mail_ranges,
    "tar": _member_ranges,
}
