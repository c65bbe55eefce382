"""Records of JSON lines: one a line, in UTF-8 (https://jsonlines.org)."""

import codecs
import json
import re
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager, suppress
from functools import partial
from typing import NamedTuple

import msgspec

from pipeline.document import Document
from pipeline.errors import UnreadableError
from pipeline.sources.files import (
    CHUNK_BYTES,
    Readable,
    opened,
    opened_from,
    rejected_record,
    state_of,
    too_large,
)
from pipeline.sources.records import Extent, Record, from_fields, listed, rejected
from pipeline.sources.source import Source, SourceFile, is_compressed

GROWTH = 8
"""A line of JSON may be so many times longer than the capture in it: escapes, other fields."""
MAX_DEPTH = 200
"""A record nested deeper is not read: how deep Python itself goes depends on who calls it."""
LONG = 1 << 20
"""Bytes of a line that is not parsed a second time without need: a text takes up to four times
the memory of its bytes."""
_STRING = rb'"[^"\\]*+(?:\\.[^"\\]*+)*+"'
"""Possessive: what `re` else remembers to go back to takes up to 36 times a long string."""
_BRACKETS = re.compile(_STRING + rb"|[\[{]|[\]}]", re.DOTALL)
_OTHER_MARKS = (codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)
"""Byte order marks of UTF-16; UTF-32's in little-endian order begins so, too."""
_STRINGS = re.compile(_STRING + rb"(\s*:)?", re.DOTALL)
"""Strings, and whether each is the name of a field."""


def json_lines(file: SourceFile, extent: Extent, source: Source) -> Iterator[Record]:
    """Yield the records of a file; raise an UnreadableError where it breaks off."""
    bound = source.max_capture_bytes * GROWTH
    compressed = is_compressed(file.stored_as)
    with _inside(file, extent) if compressed else opened_from(file, extent.start) as stream:
        for number, line in enumerate(_lines(stream, extent, bound), start=extent.first):
            name = f"{file.name}:{number}"
            if number == 1 and line is not None and line.startswith(_OTHER_MARKS):
                raise UnreadableError(
                    file.name, "is in UTF-16 or UTF-32; JSON lines are UTF-8", "convert it"
                )
            if line is None:
                yield rejected(name, too_large(source.max_capture_bytes))
            elif line.strip():
                yield Record(name, line, partial(_from_json, name, line, source))


class _Kept(NamedTuple):
    """The stream of a compressed file that is read up to a place."""

    file: tuple[str, str, int]
    """Its path, its name in a ZIP file, and its state."""
    stream: Readable
    place: int
    closes: ExitStack


_kept: list[_Kept] = []
"""What was read last, if there is more in it: a part of a file is mostly followed by its next."""


@contextmanager
def _inside(file: SourceFile, extent: Extent) -> Iterator[Readable]:
    """Yield the stream of a compressed file where a part of it begins; it is read up to there."""
    known = (file.path, file.member, state_of(file))
    with ExitStack() as stack:
        kept = _kept.pop() if _kept else None
        if kept is not None:
            stack.push(kept.closes)
        if kept is not None and kept.file == known and kept.place <= extent.start:
            stream, place = kept.stream, kept.place
        else:
            stack.close()
            stream, place = stack.enter_context(opened(file)), 0
        while place < extent.start and (
            over := stream.read(min(extent.start - place, CHUNK_BYTES))
        ):
            place += len(over)
        yield stream
        if extent.stop:
            _kept.append(_Kept(known, stream, extent.stop, stack.pop_all()))


def _lines(stream: Readable, extent: Extent, bound: int) -> Iterator[bytes | None]:
    """Yield the lines of a stream, or None for one of more than `bound` bytes."""
    left = extent.stop - extent.start if extent.stop else None
    waiting = bytearray()
    overlong = False
    while left is None or left > 0:
        chunk = stream.read(CHUNK_BYTES if left is None else min(CHUNK_BYTES, left))
        if not chunk:
            break
        left = None if left is None else left - len(chunk)
        *ended, rest = chunk.split(b"\n")
        for part in ended:
            waiting += part
            yield None if overlong or len(waiting) > bound else bytes(waiting)
            waiting.clear()
            overlong = False
        waiting += rest
        if len(waiting) > bound:
            waiting.clear()
            overlong = True
    if overlong or waiting:
        yield None if overlong else bytes(waiting)


def _from_json(name: str, line: bytes, source: Source) -> Document:
    if (depth := depth_of(line)) > MAX_DEPTH:
        problem = f"is nested {depth} deep; {MAX_DEPTH} at most are read; leave the field out"
        return rejected_record(name, f"read: {problem}")
    try:
        value: object = _parsed(line)
    except ValueError as error:
        return rejected_record(name, f"read: the line is no JSON ({error})")
    if not isinstance(value, dict):
        kind = "an array" if isinstance(value, list) else "a single value"
        return rejected_record(name, f"read: the line is {kind}; a record is an object, {{…}}")
    if twice := _doubled(line, value):
        return rejected_record(
            name,
            f"read: has two values in fields of one name: {listed(twice)}; give one another name",
        )
    return from_fields(name, value, source)


def depth_of(line: bytes) -> int:
    r"""Return how deep arrays and objects of a line of JSON are nested, if it may be too deep.

    >>> depth_of(b"[" * 500 + b"]" * 500), depth_of(b"[1]"), depth_of(b'["%s"]' % (b"[" * 500))
    (500, 0, 1)
    """
    if line.count(b"[") + line.count(b"{") <= MAX_DEPTH:
        return 0
    depth = deepest = 0
    for match in _BRACKETS.finditer(line):
        sign = line[match.start()]
        if sign != ord('"'):
            depth += 1 if sign in b"[{" else -1
            deepest = max(deepest, depth)
    return deepest


def _doubled(line: bytes, value: object) -> list[str]:
    r"""Return the names that stand twice in an object of a line with different values.

    Parsers keep the last one (RFC 8259, 4), and the other would be lost without a word. `value` is
    the line's; where it has all names of a long line, none stands twice.

    >>> _doubled(b'{"text": "a", "in": {"n": 1, "n": 2}}', {"text": "a", "in": {"n": 2}})
    ['n']
    >>> _doubled(b'{"a": 1, "a": 1}', {"a": 1})
    []
    """
    found: list[str] = []
    if len(line) > LONG and sum(map(bool, _STRINGS.findall(line))) == _names_in(value):
        return found

    def noted(pairs: list[tuple[str, object]]) -> dict[str, object]:
        first: dict[str, object] = {}
        for name, other in pairs:
            held = first.setdefault(name, other)
            if held is not other and held != other and name not in found:  # NaN is not even itself
                found.append(name)
        return first

    with suppress(ValueError, RecursionError):  # JSON of a kind that only msgspec reads
        json.loads(line, object_pairs_hook=noted)
    return found


def _names_in(value: object) -> int:
    """Return how many names the objects in a value have.

    >>> _names_in({"a": [{"b": 1}, 2]})
    2
    """
    names = 0
    waiting = [value]
    while waiting:
        match waiting.pop():
            case dict() as fields:
                names += len(fields)
                waiting += fields.values()
            case list() as items:
                waiting += items
    return names


def _parsed(line: bytes) -> object:
    """Return a JSON value; NaN and halves of surrogate pairs, which JSON has not, are read too."""
    try:
        return msgspec.json.decode(line)
    except (msgspec.DecodeError, UnicodeDecodeError):
        return json.loads(line)
