"""Records of mailboxes (mbox, RFC 4155): one mail each.

A mail begins below an empty line with one such as `From ana@pier.example Fri Jan  2 10:04:05 2026`,
and goes on with its head. Lines of texts that begin so have a `>` before them, which is taken off.
"""

import re
import zlib
from collections.abc import Iterator
from contextlib import suppress
from functools import partial
from itertools import chain
from typing import NamedTuple

from pipeline.errors import UnreadableError
from pipeline.sources.files import (
    CHUNK_BYTES,
    Readable,
    opened,
    opened_from,
    opened_raw,
    too_large,
)
from pipeline.sources.packed import unwrapped
from pipeline.sources.records import Extent, Record, rejected
from pipeline.sources.source import Source, SourceFile

_MARK = b"\nFrom "
_SEPARATOR = re.compile(rb"From [^\n]*\d:\d\d[^\n]*\n(?=[!-9;-~]+:|>?From )")
_QUOTED = re.compile(rb"^>(?=>*From )", re.MULTILINE)
_BLANK_LINES = (b"\n\n", b"\n\r\n")
LONGEST_LINE = 1 << 14
"""A line that separates mails, and the first of the mail, have fewer bytes."""


class _Mail(NamedTuple):
    """A mail of a mailbox."""

    place: int
    """Where it begins, in bytes."""
    content: bytes | None
    """Its bytes; None if there are too many."""


def mails(file: SourceFile, extent: Extent, source: Source) -> Iterator[Record]:
    """Yield the mails of a mailbox, or of a range of its bytes.

    Raises an UnreadableError if it is none, or where it breaks off.
    """
    bound = source.max_capture_bytes
    with opened(file) if extent == Extent() else opened_from(file, extent.start) as stream:
        left = extent.stop - extent.start if extent.stop else None
        for number, mail in enumerate(_mails(file.name, stream, left, bound), start=extent.first):
            name = f"{file.name}:{number}"
            if mail.content is None:
                yield rejected(name, too_large(bound))
            else:
                document = partial(unwrapped, name, mail.content, source, "mail")
                yield Record(name, mail.content, document)


def begins_of_mails(file: SourceFile, apart: int) -> Iterator[tuple[int, int]]:
    """Yield the places of mails so many bytes apart or more, and their numbers; the first first."""
    begin = 0
    yield 0, 1
    with suppress(UnreadableError), opened_raw(file) as stream:  # it says so when it is read
        for number, mail in enumerate(_mails(file.name, stream, None, CHUNK_BYTES), start=1):
            if mail.place - begin >= apart:
                begin = mail.place
                yield begin, number


def _mails(name: str, stream: Readable, left: int | None, bound: int) -> Iterator[_Mail]:
    """Yield the mails of a stream, or of so many bytes that are left of it.

    Of a stream that breaks off these are the mails that are whole; its error is raised then.
    """
    breaks: list[Exception] = []
    chunks = _chunks(stream, left, breaks)
    waiting, place = _begun(chunks)
    if waiting and not breaks and not _SEPARATOR.match(waiting):
        raise UnreadableError(
            name, "is no mailbox: its first line does not begin a mail", "is it one mail?"
        )
    looked_at = dropped = 0
    for chunk in chain(chunks, [b""]):
        waiting += chunk
        seen = max(0, len(waiting) - (LONGEST_LINE if chunk else 0))
        while begin := _next_begin(waiting, looked_at, seen):
            yield _Mail(place, None if dropped else _unquoted(waiting[:begin]))
            place += dropped + begin
            seen -= begin
            del waiting[:begin]
            looked_at = dropped = 0
        looked_at = max(0, seen - len(_MARK))
        if len(waiting) - LONGEST_LINE > bound:
            cut = max(0, looked_at - len(_BLANK_LINES[1]))
            dropped += cut
            looked_at -= cut
            del waiting[:cut]
    if breaks:
        raise breaks[0]
    if waiting:
        yield _Mail(place, None if dropped else _unquoted(waiting))


def _chunks(stream: Readable, left: int | None, breaks: list[Exception]) -> Iterator[bytes]:
    """Yield a stream, or so many bytes that are left of it; an error that ends it is noted."""
    while left is None or left > 0:
        try:
            chunk = stream.read(CHUNK_BYTES if left is None else min(CHUNK_BYTES, left))
        except (OSError, EOFError, zlib.error) as error:
            breaks.append(error)
            return
        if not chunk:
            return
        left = None if left is None else left - len(chunk)
        yield chunk


def _begun(chunks: Iterator[bytes]) -> tuple[bytearray, int]:
    """Return the beginning of a mailbox, its first mail's first lines, and how much is before."""
    begin = bytearray()
    before = 0
    for chunk in chunks:
        begin += chunk
        blank = len(begin) - len(begin.lstrip())
        del begin[:blank]
        before += blank
        if len(begin) > LONGEST_LINE:
            break
    return begin, before


def _next_begin(waiting: bytearray, start: int, stop: int) -> int:
    """Return where the next mail begins between two places, 0 if none does."""
    begin = waiting.find(_MARK, start, stop) + 1
    while begin:
        if waiting.endswith(_BLANK_LINES, 0, begin) and _SEPARATOR.match(waiting, begin):
            return begin
        begin = waiting.find(_MARK, begin, stop) + 1
    return 0


def _unquoted(mail: bytearray) -> bytes:
    """Return a mail without the line that separates it from the one before."""
    del mail[: mail.find(b"\n") + 1]
    content = bytes(mail)
    return _QUOTED.sub(b"", content) if _QUOTED.search(content) else content
