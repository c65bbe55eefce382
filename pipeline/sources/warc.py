"""Records of WARC and WET archives (ISO 28500:2017), read with FastWARC.

A capture is a response or resource that is HTML or plain text and was answered with a status of
2xx, or a conversion (WET). Its charset, date, address and headers come along.
"""

import re
import zlib
from collections import Counter
from collections.abc import Iterator
from contextlib import suppress
from typing import Any, BinaryIO

from fastwarc.warc import ArchiveIterator

from pipeline.errors import UnreadableError
from pipeline.sources.answers import Headers, answer_of, body_of, first_of, joined
from pipeline.sources.files import CHUNK_BYTES, form_of, opened_raw, too_large
from pipeline.sources.records import Extent, Record, captured, carried, rejected
from pipeline.sources.source import Source, SourceFile

MAX_HTTP_BYTES = 4 << 20
"""So much more than a capture a record may have: its HTTP header, and compression that failed."""
HTML_TYPES = ("text/html", "application/xhtml+xml")
TEXT_TYPES = ("text/plain",)
_CHARSET = re.compile(r"charset\s*=\s*[\"']?([\w.:-]+)", re.IGNORECASE)
_MIME = re.compile(r"[\w.+-]+/[\w.+-]+")
GZIP = b"\x1f\x8b\x08"
RECORD = b"WARC/"
"""How a member of gzip begins (RFC 1952, 2.3.1), and a record."""
MAX_HEADER_BYTES = 1 << 16
"""No WARC header is longer, or it is taken as it is."""
_PAGE_KINDS = ("response", "resource", "conversion")


def warc_records(
    file: SourceFile, extent: Extent, source: Source, left_aside: Counter[str]
) -> Iterator[Record]:
    """Yield the captures of an archive, or of some bytes of it.

    Raises an UnreadableError where it breaks off. FastWARC sees by itself how it is compressed.
    """
    with opened_raw(file) as stream:
        if extent.start:
            stream.seek(extent.start)
        part = _Part(stream, extent.stop - extent.start) if extent.stop else stream
        try:
            yield from _records(part, file, extent, source, left_aside)
        except OSError as error:
            if error.strerror is not None:
                raise
            raise UnreadableError(
                file.name, f"broken WARC file ({error})", "fetch it again"
            ) from error


def begins_of_records(file: SourceFile, apart: int) -> Iterator[tuple[int, int]]:
    """Yield the places of records at least so many bytes apart, and their numbers; the first first.

    Where an archive breaks off there are no more; it says so when it is read.
    """
    begin = 0
    yield 0, 1
    with opened_raw(file) as stream, opened_raw(file) as again, suppress(OSError):
        for number, record in enumerate(ArchiveIterator(stream, parse_http=False), start=1):
            place = record.stream_pos
            if place - begin >= apart and _begins_a_record(again, place):
                begin = place
                yield begin, number


def _begins_a_record(stream: BinaryIO, place: int) -> bool:
    """Tell whether an archive can be read from a place on: not within a member of gzip."""
    stream.seek(place)
    begin = stream.read(CHUNK_BYTES)
    if begin.startswith(GZIP):
        with suppress(zlib.error):
            begin = zlib.decompressobj(zlib.MAX_WBITS | 16).decompress(begin, len(RECORD))
    return begin.startswith(RECORD)


def _is_header_cut(file: SourceFile, place: int) -> bool:
    """Tell whether an archive ends within the WARC header of the record at a place."""
    with opened_raw(file) as stream:
        stream.seek(place)
        begin = stream.read(MAX_HEADER_BYTES)
    if begin.startswith(GZIP):
        with suppress(zlib.error):
            begin = zlib.decompressobj(zlib.MAX_WBITS | 16).decompress(begin, MAX_HEADER_BYTES)
    is_whole = any(end in begin for end in (b"\r\n\r\n", b"\n\n"))
    return begin.startswith(RECORD) and len(begin) < MAX_HEADER_BYTES and not is_whole


def _goes_on(file: SourceFile, place: int) -> bool:
    """Tell whether a file of gzip ends within its member at a place, or has more behind it.

    FastWARC says nothing of a member of which not a byte can be unpacked.
    """
    with opened_raw(file) as stream:
        stream.seek(place)
        rest = stream.read(CHUNK_BYTES)
        if not rest.startswith(GZIP):
            return False
        member = zlib.decompressobj(zlib.MAX_WBITS | 16)
        while not member.eof:
            try:
                piece = member.decompress(rest, CHUNK_BYTES)
            except zlib.error:
                return True
            rest = member.unconsumed_tail
            if not rest and len(piece) < CHUNK_BYTES and not member.eof:
                rest = stream.read(CHUNK_BYTES)
                if not rest:
                    return True
        rest = member.unused_data or stream.read(CHUNK_BYTES)
        while rest and not (rest := rest.lstrip(b"\0")):
            rest = stream.read(CHUNK_BYTES)
        return bool(rest)


class _Part:
    """Some bytes of a stream, from where it stands."""

    def __init__(self, stream: BinaryIO, size: int) -> None:
        self._stream = stream
        self._left = size

    def read(self, size: int) -> bytes:
        """Return so many bytes, fewer at the end."""
        found = self._stream.read(min(size, self._left))
        self._left -= len(found)
        return found

    def tell(self) -> int:
        """Return where the stream stands."""
        return self._stream.tell()


def _records(
    stream: Any, file: SourceFile, extent: Extent, source: Source, left_aside: Counter[str]
) -> Iterator[Record]:
    found = place = 0
    for found, record in enumerate(ArchiveIterator(stream, parse_http=False), start=extent.first):
        place = record.stream_pos
        name = f"{file.name}:{found}"
        headers = joined(record.headers.items())
        kind = headers.get("warc-type", "").lower()
        length = record.content_length
        whole = length <= source.max_capture_bytes + MAX_HTTP_BYTES
        is_page = kind in _PAGE_KINDS and whole
        block = _block(record, length, is_page)
        told = re.fullmatch("[a-z]{1,20}", kind)
        if block is None or ((not told or not length) and _is_header_cut(file, place)):
            raise UnreadableError(file.name, f"it ends within its record {found}", "fetch it again")
        if not told:
            yield rejected(name, "its WARC header has no type of record")
        elif kind not in _PAGE_KINDS:
            left_aside[f"WARC {kind}"] += 1
        elif not whole:
            yield rejected(name, too_large(source.max_capture_bytes))
        else:
            made = _page(name, kind, headers, block, source)
            if isinstance(made, str):
                left_aside[made] += 1
            else:
                yield made
    if not found:
        raise UnreadableError(file.name, "has no WARC record", "is it a WARC file?")
    if not extent.stop and _goes_on(file, place):
        raise UnreadableError(
            file.name, f"it breaks off after its record {found}", "fetch it again"
        )


def _block(record: Any, length: int, is_wanted: bool) -> bytes | None:
    """Return what a record holds, or nothing of one that is not wanted; None if it is cut."""
    if is_wanted:
        block: bytes = record.reader.read(length) if length else b""
        return block if len(block) == length else None
    left = length
    while left > 0:
        part = record.reader.read(min(left, CHUNK_BYTES))
        if not part:
            return None
        left -= len(part)
    return b""


def _page(name: str, kind: str, headers: Headers, block: bytes, source: Source) -> Record | str:
    """Return a record's capture, or what it is if it is none."""
    content, content_type, cut = block, first_of(headers, "content-type"), ""
    fields: dict[str, object] = {
        "warc": {key: value for key, value in headers.items() if key != "warc-target-uri"}
    }
    if kind == "response" or content_type.startswith("application/http"):
        answer = answer_of(block)
        if answer is None:
            return rejected(name, "its HTTP header is none")
        if not answer.status.startswith("2"):
            return f"HTTP status {answer.status}"
        fields["http"] = answer.headers
        content_type = first_of(answer.headers, "content-type")
        content, cut = body_of(answer, source.max_capture_bytes)
    mime = _MIME.match(content_type)
    if mime and mime[0] not in (*HTML_TYPES, *TEXT_TYPES):
        return mime[0]
    if cut:
        fields["cut"] = f"the {cut} data of the body breaks off"
    charset = _CHARSET.search(content_type)
    is_html = mime is not None and mime[0] in HTML_TYPES
    return Record(
        name,
        repr(sorted(headers.items())).encode() + b"\0" + block,
        lambda: captured(
            name,
            content,
            source,
            form="html" if is_html else form_of("", content),
            url=headers.get("warc-target-uri", "").strip("<>"),
            extra=carried(fields, source),
            captured_at=headers.get("warc-date", ""),
            http_charset=charset[1] if charset else "",
        ),
    )
