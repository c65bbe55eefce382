"""HTTP answers as archives hold them (RFC 9112): header, chunks, codings."""

import re
import zlib
from collections.abc import Callable, Iterable
from typing import NamedTuple

import brotli

_CHUNK_SIZE = re.compile(rb"([0-9a-fA-F]{1,16})[ \t]*(?:;[^\r\n]*)?\r?\n")
_END_OF_CHUNK = re.compile(rb"(?:\r?\n)?")
_STATUS = re.compile(rb"HTTP/[\d.]+ +(\d{3})")
_END_OF_HEADER = re.compile(rb"\r?\n\r?\n")

Headers = dict[str, str]
"""Names in lower case → values; those of a name that stands twice, a line each."""


class Answer(NamedTuple):
    """An answer, taken apart."""

    status: str
    """Three digits."""
    headers: Headers
    body: bytes


class Body(NamedTuple):
    """A body without its codings."""

    content: bytes
    cut: str = ""
    """The coding in which it breaks off, or ``."""


def answer_of(block: bytes) -> Answer | None:
    r"""Return the parts of an answer, None if it has no status line.

    >>> answer_of(b"HTTP/1.1 200 OK\r\nX-A : 1\r\n 2\r\njunk\r\n\r\nbody")
    Answer(status='200', headers={'x-a': '1 2'}, body=b'body')
    """
    status = _STATUS.match(block)
    if status is None:
        return None
    end = _END_OF_HEADER.search(block)
    head = block[: end.start()] if end else block
    unfolded = re.sub(rb"\r?\n[ \t]+", b" ", head).decode("latin-1")
    pairs = (line.partition(":") for line in unfolded.splitlines()[1:])
    headers = joined((name.strip(), value.strip()) for name, colon, value in pairs if colon)
    return Answer(status[1].decode(), headers, block[end.end() :] if end else b"")


def joined(pairs: Iterable[tuple[str, str]]) -> Headers:
    r"""Return headers by their names in lower case; values of one that stands twice, a line each.

    >>> joined([("A", "1"), ("a", "2")])
    {'a': '1\n2'}
    """
    found: Headers = {}
    for name, value in pairs:
        key = name.lower()
        found[key] = f"{found[key]}\n{value}" if key in found else value
    return found


def first_of(headers: Headers, name: str) -> str:
    """Return the first value of a header, in lower case, or ``."""
    return headers.get(name, "").partition("\n")[0].strip().lower()


def body_of(answer: Answer, bound: int) -> Body:
    """Return a body as the page was, at most a little more than `bound` bytes.

    Archives often hold the body with its codings undone and the header as it was: a coding that
    does not fit is passed over.
    """
    content, cut = answer.body, ""
    if "chunked" in answer.headers.get("transfer-encoding", "").lower():
        content, cut = dechunked(content)
    named = answer.headers.get("content-encoding", "").lower().replace("\n", ",").split(",")
    for coding in reversed([name.strip() for name in named]):
        undo = _CODINGS.get(coding)
        if undo is None:
            continue
        try:
            content, whole = undo(content, bound + 1)
        except (zlib.error, brotli.error):
            continue
        if not whole and len(content) <= bound:
            cut = coding
    return Body(content, cut)


def dechunked(content: bytes) -> Body:
    r"""Return a body without its chunks' sizes, or as it is if it has none.

    Where a size is none, the rest stays as it is: it is text, too.

    >>> dechunked(b"3\r\nabc\r\n2;x=1\r\nde\r\n0\r\n\r\n").content, dechunked(b"plain").content
    (b'abcde', b'plain')
    >>> dechunked(b"-5\r\nabc").content, dechunked(b"0x3\r\nabc").content
    (b'-5\r\nabc', b'0x3\r\nabc')
    >>> dechunked(b"3\r\nabc\r\nzz\r\nde"), dechunked(b"5\r\nabc")
    (Body(content=b'abczz\r\nde', cut='chunked'), Body(content=b'abc', cut='chunked'))
    """
    parts: list[bytes] = []
    at = 0
    while size := _CHUNK_SIZE.match(content, at):
        length, start = int(size[1], 16), size.end()
        if not length:
            return Body(b"".join(parts))
        parts.append(content[start : start + length])
        end = _END_OF_CHUNK.match(content, start + length)
        at = end.end() if end else len(content)
    return Body(b"".join((*parts, content[at:])), "chunked") if parts else Body(content)


def _inflated(content: bytes, most: int) -> tuple[bytes, bool]:  # and whether that is all of it
    """Return gzip or zlib data inflated, at most so many bytes."""
    inflate = zlib.decompressobj(zlib.MAX_WBITS | 32)
    return inflate.decompress(content, most), inflate.eof


def _deflated(content: bytes, most: int) -> tuple[bytes, bool]:  # and whether that is all of it
    """Return what is called deflate inflated: zlib data, as it should be, or bare, as often."""
    try:
        return _inflated(content, most)
    except zlib.error:
        inflate = zlib.decompressobj(-zlib.MAX_WBITS)
        return inflate.decompress(content, most), inflate.eof


def _unbrotlied(content: bytes, most: int) -> tuple[bytes, bool]:  # and whether that is all of it
    """Return Brotli data as it was, at most a little more than so many bytes."""
    inflate = brotli.Decompressor()
    out = bytes(inflate.process(content, output_buffer_limit=most))
    return out, inflate.is_finished()


_CODINGS: dict[str, Callable[[bytes, int], tuple[bytes, bool]]] = {
    "gzip": _inflated,
    "x-gzip": _inflated,
    "deflate": _deflated,
    "br": _unbrotlied,
}
