"""Records of WARC and WET archives (ISO 28500:2017), read with FastWARC.

A capture is a response or resource that is HTML or plain text and was answered with a status of
2xx, or a conversion (WET). Its charset, date, address and headers come along.
"""

import http.client
import io
import re
import zlib
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import Any

import brotli
from fastwarc.warc import ArchiveIterator

from pipeline.errors import UnreadableError
from pipeline.places import place_of
from pipeline.sources.files import form_of, too_large
from pipeline.sources.records import CHUNK_BYTES, Record, captured, rejected
from pipeline.sources.source import ALL_OTHERS, Source, SourceFile

MAX_HTTP_BYTES = 4 << 20
"""So much more than a capture a record may have: its HTTP header, and compression that failed."""
HTML_TYPES = ("text/html", "application/xhtml+xml")
TEXT_TYPES = ("text/plain",)
_CHARSET = re.compile(r"charset\s*=\s*[\"']?([\w.:-]+)", re.IGNORECASE)
_CHUNK_SIZE = re.compile(rb"([0-9a-fA-F]{1,16})[ \t]*(?:;[^\r\n]*)?\r\n")
_STATUS = re.compile(rb"HTTP/[\d.]+ +(\d{3})")
_PAGE_KINDS = ("response", "resource", "conversion")

Headers = dict[str, str]


def warc_records(file: SourceFile, source: Source, left_aside: Counter[str]) -> Iterator[Record]:
    """Yield the captures of an archive; raise an UnreadableError where it breaks off.

    FastWARC sees by itself how it is compressed.
    """
    try:
        with place_of(file.path).open("rb") as stream:
            yield from _records(stream, file, source, left_aside)
    except OSError as error:
        raise UnreadableError(
            file.name, f"broken WARC file ({error.strerror or error})", "fetch it again"
        ) from error


def _records(
    stream: Any, file: SourceFile, source: Source, left_aside: Counter[str]
) -> Iterator[Record]:
    found = 0
    for found, record in enumerate(ArchiveIterator(stream, parse_http=False), start=1):
        name = f"{file.name}:{found}"
        headers = _joined(record.headers.items())
        kind = headers.get("warc-type", "").lower()
        length = record.content_length
        whole = length <= source.max_capture_bytes + MAX_HTTP_BYTES
        is_page = kind in _PAGE_KINDS and whole
        block = _block(record, length, is_page)
        if block is None:
            raise UnreadableError(file.name, f"it ends within its record {found}", "fetch it again")
        if not re.fullmatch("[a-z]{1,20}", kind):
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
    answer: Headers = {}
    content = block
    content_type = headers.get("content-type", "")
    if kind == "response" or content_type.startswith("application/http"):
        status = _STATUS.match(block)
        if not status:
            return rejected(name, "its HTTP header is none")
        if not status[1].startswith(b"2"):
            return f"HTTP status {status[1].decode()}"
        answer, content = _parted(block)
        content_type = answer.get("content-type", "")
    mime = content_type.partition("\n")[0].partition(";")[0].strip().lower()
    if mime and mime not in (*HTML_TYPES, *TEXT_TYPES):
        return mime
    if kind != "conversion" and answer:
        content, problem = _plain(content, answer, source.max_capture_bytes)
        if problem:
            return rejected(name, problem)
    charset = _CHARSET.search(content_type)
    extra = {key: value for key, value in headers.items() if key not in ("warc-target-uri",)}
    fields: dict[str, object] = {"warc": extra, "http": answer} if answer else {"warc": extra}
    if ALL_OTHERS not in source.carry:
        fields = {key: value for key, value in fields.items() if key in source.carry}
    raw = repr(sorted(headers.items())).encode() + b"\0" + block
    return Record(
        name,
        raw,
        lambda: captured(
            name,
            content,
            source,
            form="html" if mime in HTML_TYPES else form_of("", content),
            url=headers.get("warc-target-uri", "").strip("<>"),
            extra=fields,
            captured_at=headers.get("warc-date", ""),
            http_charset=charset[1] if charset else "",
        ),
    )


def _joined(pairs: Iterable[tuple[str, str]]) -> Headers:
    r"""Return headers by their names in lower case; values of one that stands twice, a line each.

    >>> _joined([("A", "1"), ("a", "2")])
    {'a': '1\n2'}
    """
    found: Headers = {}
    for name, value in pairs:
        key = name.lower()
        found[key] = f"{found[key]}\n{value}" if key in found else value
    return found


def _parted(block: bytes) -> tuple[Headers, bytes]:
    """Return the HTTP headers of an answer, and its body."""
    stream = io.BytesIO(block)
    stream.readline()
    try:
        message = http.client.parse_headers(stream)
    except http.client.HTTPException:  # more headers than a client takes, or a line without an end
        end = block.find(b"\r\n\r\n")
        return {}, block[end + 4 :] if end >= 0 else b""
    return _joined((key, str(value)) for key, value in message.items()), stream.read()


def _plain(
    content: bytes, answer: Mapping[str, str], bound: int
) -> tuple[bytes, str]:  # the body as the page was, and what is wrong with it
    """Undo the codings that an answer was sent in.

    Archives often hold the body with them undone and the header as it was: one that does not fit is
    passed over.
    """
    if "chunked" in answer.get("transfer-encoding", "").lower():
        content = _dechunked(content)
    codings = [name.strip() for name in answer.get("content-encoding", "").lower().split(",")]
    for coding in reversed(codings):
        undo = _CODINGS.get(coding)
        if undo is None:
            continue
        try:
            content = undo(content, bound)
        except (zlib.error, brotli.error):
            continue
        if len(content) > bound:
            return b"", too_large(bound)
    return content, ""


def _dechunked(content: bytes) -> bytes:
    r"""Return a body without its chunks' sizes, or as it is if it has none.

    >>> _dechunked(b"3\r\nabc\r\n2;x=1\r\nde\r\n0\r\n\r\n"), _dechunked(b"plain")
    (b'abcde', b'plain')
    >>> _dechunked(b"-5\r\nabc"), _dechunked(b"0x3\r\nabc")
    (b'-5\r\nabc', b'0x3\r\nabc')
    """
    parts: list[bytes] = []
    at = 0
    while True:
        size = _CHUNK_SIZE.match(content, at)
        if size is None:
            return b"".join(parts) if parts else content
        length, end = int(size[1], 16), size.end() - 2
        if not length:
            return b"".join(parts)
        parts.append(content[end + 2 : end + 2 + length])
        at = end + 2 + length + 2


def _inflated(content: bytes, bound: int) -> bytes:
    """Return gzip or zlib data inflated, at most one byte more than the bound."""
    inflate = zlib.decompressobj(zlib.MAX_WBITS | 32)
    return inflate.decompress(content, bound + 1)


def _deflated(content: bytes, bound: int) -> bytes:
    """Return what is called deflate inflated: zlib data, as it should be, or bare, as often."""
    try:
        return _inflated(content, bound)
    except zlib.error:
        return zlib.decompressobj(-zlib.MAX_WBITS).decompress(content, bound + 1)


def _unbrotlied(content: bytes, bound: int) -> bytes:
    """Return Brotli data as it was, no more than a little over the bound."""
    inflate = brotli.Decompressor()
    out = inflate.process(content, output_buffer_limit=bound + 1)
    return bytes(out)


_CODINGS: dict[str, Callable[[bytes, int], bytes]] = {
    "gzip": _inflated,
    "x-gzip": _inflated,
    "deflate": _deflated,
    "br": _unbrotlied,
}
