"""Records of archives: JSON lines, Parquet and WARC, one after the other, never all at once.

Each record becomes a capture. One that cannot be read is a rejected capture with the reason; an
archive that breaks off gives what stands before the break, and a rejected capture for the rest.
"""

import hashlib
import json
from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from functools import partial
from typing import NamedTuple, TypeAlias

import msgspec
import pyarrow as pa
import pyarrow.parquet as pq

from pipeline.document import Capture, Document
from pipeline.errors import UnreadableError
from pipeline.places import place_of
from pipeline.sources.files import (
    Readable,
    capture_id,
    form_of,
    opened,
    rejected_record,
    too_large,
)
from pipeline.sources.source import ALL_OTHERS, Source, SourceFile, is_compressed

CHUNK_BYTES = 1 << 20
COMPRESSED_CHUNK_BYTES = 1 << 13
"""Of a compressed file that breaks off, less than so much before the break is lost."""
JSON_GROWTH = 8
"""A line of JSON may be so many times longer than the capture in it: escapes, other fields."""
BATCH_ROWS = 64
BATCH_BYTES = 8 << 20
"""Rows of Parquet are read so many at a time, fewer if the file says that they are large."""
SHOWN_FIELDS = 12

Fields: TypeAlias = Mapping[str, object]


class Record(NamedTuple):
    """One record of an archive."""

    name: str
    """The file's name and the number of the record in it."""
    raw: bytes
    """What shapes its document: its bytes, or for one that cannot be read the reason."""
    document: Callable[[], Document]
    """Reads it."""


class Extent(msgspec.Struct, frozen=True):
    """Which part of a file: bytes of JSON lines, row groups of Parquet, or all of it."""

    start: int = 0
    stop: int = 0
    """0 is the end of the file."""
    first: int = 1
    """The number of the first line or row of it."""


def records_of(
    file: SourceFile, extent: Extent, source: Source, left_aside: Counter[str]
) -> Iterator[Record]:
    """Yield the records of an archive, or of a part of it.

    What is no capture, such as a picture in a WARC, is counted in `left_aside` by what it is.
    """
    if file.kind == "json lines":
        read = _json_lines(file, extent, source)
    elif file.kind == "parquet":
        read = _parquet(file, extent, source)
    else:
        from pipeline.sources.warc import warc_records  # noqa: PLC0415  FastWARC, if there is one

        read = warc_records(file, source, left_aside)
    try:
        _refuse_no_file(file)
        yield from read
    except UnreadableError as error:
        name = file.name if extent.first == 1 else f"{file.name}:{extent.first}"
        yield rejected(name, f"{error.problem}; what follows in it is lost; {error.remedy}")


def _refuse_no_file(file: SourceFile) -> None:
    path = place_of(file.path)
    if path.exists() and not path.is_file():
        raise UnreadableError(file.name, "is no regular file", "pipes and devices are not read")


def fingerprint_of(records: Sequence[Record]) -> str:
    """Return the SHA-256 of what shapes records, in their order."""
    digest = hashlib.sha256()
    for record in records:
        digest.update(f"{record.name}\0{len(record.raw)}\0".encode())
        digest.update(record.raw)
    return digest.hexdigest()


def rejected_from(document: Document, reason: str) -> Document:
    """Return a capture that was read as one rejected for a reason, without its content."""
    capture = document.capture
    bare = Capture(id=capture.id, source=capture.source, url=capture.url, extra=capture.extra)
    return Document(bare, rejected=reason)


def rejected(name: str, problem: str) -> Record:
    """Return a record that cannot be read, and why."""
    reason = f"read: {problem}"
    return Record(name, reason.encode(), lambda: rejected_record(name, reason))


def _json_lines(file: SourceFile, extent: Extent, source: Source) -> Iterator[Record]:
    bound = source.max_capture_bytes * JSON_GROWTH
    with opened(file) as stream:
        step = COMPRESSED_CHUNK_BYTES if is_compressed(file.name) else CHUNK_BYTES
        for number, line in enumerate(_lines(stream, extent, bound, step), start=extent.first):
            name = f"{file.name}:{number}"
            if line is None:
                yield rejected(name, too_large(source.max_capture_bytes))
            elif line.strip():
                yield Record(name, line, partial(_from_json, name, line, source))


def _lines(stream: Readable, extent: Extent, bound: int, step: int) -> Iterator[bytes | None]:
    """Yield the lines of a stream, or None for one of more than `bound` bytes."""
    if extent.start:
        stream.seek(extent.start)
    left = extent.stop - extent.start if extent.stop else None
    waiting = bytearray()
    overlong = False
    while left is None or left > 0:
        chunk = stream.read(step if left is None else min(step, left))
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
    try:
        value: object = _parsed(line)
    except ValueError as error:
        return rejected_record(name, f"read: the line is no JSON ({error})")
    if not isinstance(value, dict):
        kind = "an array" if isinstance(value, list) else "a single value"
        return rejected_record(name, f"read: the line is {kind}; a record is an object, {{…}}")
    return _from_fields(name, value, source)


def _parsed(line: bytes) -> object:
    """Return a JSON value; NaN and halves of surrogate pairs, which JSON has not, are read too."""
    try:
        return msgspec.json.decode(line)
    except (msgspec.DecodeError, UnicodeDecodeError):
        return json.loads(line)


def _from_fields(name: str, fields: Fields, source: Source) -> Document:
    """Return the capture in a record's fields; its HTML if it has any, else its text."""
    for field, form in ((source.html_field, "html"), (source.text_field, "")):
        value = fields.get(field)
        if isinstance(value, str | bytes) and (value or field == source.text_field):
            content = value.encode("utf-8", "surrogatepass") if isinstance(value, str) else value
            return captured(
                name,
                content,
                source,
                form=form or form_of("", content),
                url=_text(fields.get(source.url_field)),
                extra=_extra(fields, source),
            )
    named = ", ".join(list(fields)[:SHOWN_FIELDS]) or "none"
    return rejected_record(
        name,
        f"read: no text in its field {source.text_field} and none in {source.html_field}; "
        f"its fields are: {named}; name one as text_field or html_field of the source",
    )


def captured(  # noqa: PLR0913  what a capture is made of
    name: str,
    content: bytes,
    source: Source,
    *,
    form: str,
    url: str = "",
    extra: Fields | None = None,
    captured_at: str = "",
    http_charset: str = "",
) -> Document:
    """Return a capture, rejected if it is too large."""
    if len(content) > source.max_capture_bytes:
        return rejected_record(name, f"read: {too_large(source.max_capture_bytes)}")
    capture = Capture(
        id=capture_id(name, content),
        source=name,
        form=form,
        url=url.encode("utf-8", "replace").decode(),
        size_bytes=len(content),
        content=content,
        http_charset=http_charset,
        captured=captured_at,
        extra=as_json(extra) if extra else "",
    )
    return Document(capture)


def _text(value: object) -> str:
    return value if isinstance(value, str) else ""


def _extra(fields: Fields, source: Source) -> Fields:
    """Return the fields that are carried along, in the record's order."""
    own = (source.text_field, source.html_field, source.url_field)
    others = {key: value for key, value in fields.items() if key not in own}
    if ALL_OTHERS in source.carry:
        return others
    return {key: value for key, value in others.items() if key in source.carry}


def as_json(value: Fields) -> str:
    r"""Return fields as JSON: dates as ISO 8601, bytes as base64, what JSON does not know as null.

    >>> import datetime
    >>> as_json({"on": datetime.date(2020, 1, 2), "no": float("nan"), "half": "\ud800"})
    '{"on":"2020-01-02","no":null,"half":"\ufffd"}'
    """
    try:
        return msgspec.json.encode(value, enc_hook=str).decode()
    except UnicodeEncodeError:
        return msgspec.json.encode(_without_halves(value), enc_hook=str).decode()


def _without_halves(value: object) -> object:
    """Return a value with U+FFFD for each half of a surrogate pair in its texts."""
    if isinstance(value, str):
        return value.encode("utf-16", "surrogatepass").decode("utf-16", "replace")
    if isinstance(value, dict):
        return {_without_halves(key): _without_halves(each) for key, each in value.items()}
    if isinstance(value, list):
        return [_without_halves(each) for each in value]
    return value


def _parquet(file: SourceFile, extent: Extent, source: Source) -> Iterator[Record]:
    try:
        with place_of(file.path).open("rb") as stream:
            table = pq.ParquetFile(stream, buffer_size=CHUNK_BYTES, pre_buffer=False)
            columns = columns_of(table.schema_arrow.names, source)
            if isinstance(columns, str):
                yield rejected(file.name, columns)
                return
            groups = range(extent.start, extent.stop or table.num_row_groups)
            number = extent.first
            for group in groups:
                rows = table.iter_batches(
                    _batch_rows(table, group), [group], columns, use_threads=False
                )
                for batch in rows:
                    for at in range(batch.num_rows):
                        yield _from_row(f"{file.name}:{number}", batch.slice(at, 1), source)
                        number += 1
    except (pa.ArrowException, OSError) as error:
        raise UnreadableError(
            file.name, f"broken Parquet file ({_short(error)})", "fetch it again"
        ) from error


def columns_of(names: Sequence[str], source: Source) -> list[str] | str:
    """Return the columns to read, or what is wrong with a table that has none.

    >>> columns_of(["id", "text", "vector"], Source(paths=(), carry=("id",)))
    ['id', 'text']
    """
    own = (source.text_field, source.html_field, source.url_field)
    if source.text_field not in names and source.html_field not in names:
        shown = ", ".join(names[:SHOWN_FIELDS]) or "none"
        return (
            f"has no column {source.text_field} and none {source.html_field}; its columns are: "
            f"{shown}; name one as text_field or html_field of the source"
        )
    every = ALL_OTHERS in source.carry
    return [name for name in names if every or name in own or name in source.carry]


def _batch_rows(table: pq.ParquetFile, group: int) -> int:
    """Return how many rows of a row group to read at a time."""
    meta = table.metadata.row_group(group)
    row_bytes = max(1, int(meta.total_byte_size) // max(1, int(meta.num_rows)))
    return max(1, min(BATCH_ROWS, BATCH_BYTES // row_bytes))


def _from_row(name: str, one: pa.RecordBatch, source: Source) -> Record:
    try:
        (row,) = one.to_pylist()
    except (pa.ArrowException, ValueError, OverflowError, KeyError) as error:
        return rejected(name, f"a value of the row cannot be read ({_short(error)})")
    return Record(name, as_json(row).encode(), partial(_from_fields, name, row, source))


def _short(error: Exception) -> str:
    if isinstance(error, OSError) and error.strerror:
        return error.strerror
    return str(error).partition("\n")[0]
