"""Compressed files give all that stands before a break, whatever is read at a time."""

import contextlib
import gzip
import io
import random
import zlib

import pyarrow as pa
import pytest

from pipeline.sources import compressed
from pipeline.sources.compressed import Unpacked, unzipped, unzstd

BROKEN = (OSError, EOFError, zlib.error)


def text_of(size, seed=1):
    """Text that compresses in part."""
    rng = random.Random(seed)
    words = [rng.randbytes(3).hex() for _ in range(300)]
    return " ".join(rng.choice(words) for _ in range(size // 7)).encode()


def zstd(content):
    return pa.Codec("zstd").compress(content).to_pybytes()


FORMS = {"gzip": (unzipped, gzip.compress), "zstd": (unzstd, zstd)}


def unpacked(content, pieces, size):
    """Return what a stream gives, read so much at a time, and the error that ends it, if any."""
    stream = Unpacked(io.BytesIO(content), pieces)
    given = b""
    try:
        while part := stream.read(size):
            given += part
    except BROKEN as error:
        assert not stream_goes_on(stream)
        return given, error
    return given, None


def stream_goes_on(stream):
    try:
        return bool(stream.read(1))
    except BROKEN:
        return False


@pytest.mark.parametrize("form", FORMS)
@pytest.mark.parametrize("size", [1, 77, 1 << 20])
def test_whole_file(form, size):
    pieces, packed = FORMS[form]
    for content in (b"", b"a", text_of(20_000 if size == 1 else 300_000), b"\0" * 200_000):
        if size > 1 or len(content) < 100_000:
            assert unpacked(packed(content), pieces, size) == (content, None)


def test_gzip_of_several_members_with_zeros_between_and_behind():
    parts = [text_of(100_000, seed) for seed in range(3)]
    members = [gzip.compress(part) for part in parts]
    for padding in (b"", b"\0" * 7, b"\0" * (2 * compressed.RAW_BYTES)):
        assert unpacked(padding.join([*members, b""]), unzipped, 4096) == (b"".join(parts), None)


@pytest.mark.parametrize("behind", [b"x", b"\x1fx", b"more", b"\0" * 70_000 + b"y"])
def test_gzip_with_something_behind_gives_all_of_it_first(behind):
    content = text_of(300_000)
    given, error = unpacked(gzip.compress(content) + behind, unzipped, 4096)
    assert given == content
    assert error is not None


def test_gzip_cut_anywhere_gives_what_zlib_can_tell():
    content = text_of(3_000)
    whole = gzip.compress(content)
    for stop in range(1, len(whole)):
        expected = zlib.decompressobj(31).decompress(whole[:stop])
        given, error = unpacked(whole[:stop], unzipped, 500)
        assert given == expected
        assert isinstance(error, EOFError)


def test_gzip_damaged_anywhere_gives_what_zlib_can_tell_byte_by_byte():
    whole = gzip.compress(text_of(3_000))
    for place in range(len(whole)):
        damaged = bytearray(whole)
        damaged[place] ^= 0x55
        expected, at = b"", 0
        member = zlib.decompressobj(31)
        try:
            for at in range(len(damaged)):
                expected += member.decompress(damaged[at : at + 1])
        except zlib.error:
            assert at < len(damaged)
        given, error = unpacked(bytes(damaged), unzipped, 4096)
        assert given == expected
        assert error is not None or member.eof


def test_gzip_that_breaks_after_much_unpacked_at_once():
    content = b"\0" * 5_000_000 + text_of(1_000)
    whole = gzip.compress(content)
    given, error = unpacked(whole[:-9], unzipped, 1 << 20)
    assert given == content[: len(given)]
    assert len(given) > len(content) - 1_000
    assert isinstance(error, EOFError)


def byte_by_byte(content):
    """Return what Arrow unpacks before it raises, asked for no byte that it has not."""
    given = bytearray()
    with contextlib.suppress(OSError):
        stream = pa.CompressedInputStream(pa.BufferReader(content), "zstd")
        while part := stream.read(1):
            given += part
    return bytes(given)


def test_zstd_cut_gives_all_that_can_be_unpacked_and_raises(monkeypatch):
    monkeypatch.setattr(compressed, "PIECE_BYTES", 100_000)  # no part of a block
    content = text_of(600_000)
    whole = zstd(content)
    amounts = set()
    for stop in range(20, len(whole), len(whole) // 12):
        given, error = unpacked(whole[:stop], unzstd, 1 << 20)
        assert given == byte_by_byte(whole[:stop]) == content[: len(given)]
        assert error is not None
        amounts.add(len(given))
    assert len(amounts) > 3
    assert max(amounts) > 0.8 * len(content)


@pytest.mark.parametrize("form", FORMS)
def test_rubbish_is_an_error(form):
    pieces, _ = FORMS[form]
    for content in (b"x", b"this is neither" * 20, b"\0" * 100):
        given, error = unpacked(content, pieces, 100)
        assert given == b""
        assert error is not None
