"""One record of an archive: what shapes it, and the capture that it becomes."""

import hashlib
from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import NamedTuple, TypeAlias

import msgspec

from pipeline.document import Capture, Document
from pipeline.sources.files import capture_id, form_of, rejected_record, too_large
from pipeline.sources.source import ALL_OTHERS, Source, SourceFile

SHOWN_FIELDS = 12
SHOWN_CHARACTERS = 40
"""Of the fields of a record without a text so many are named, and so much of each."""

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


def rest_name(file: SourceFile, last: int) -> str:
    """Return what is called that follows a record of an archive, and cannot be read.

    >>> rest_name(SourceFile("a.jsonl", ""), 17), rest_name(SourceFile("a.jsonl", ""), 0)
    ('a.jsonl:17+', 'a.jsonl')
    """
    return f"{file.name}:{last}+" if last else file.name


def from_fields(name: str, fields: Fields, source: Source) -> Document:
    """Return the capture in a record's fields; its HTML if it has any, else its text."""
    for field, form in ((source.html_field, "html"), (source.text_field, "")):
        value = fields.get(field)
        if isinstance(value, str | bytes) and (value or field == source.text_field):
            content = as_bytes(value)
            return captured(
                name,
                content,
                source,
                form=form or form_of("", content),
                url=_text(fields.get(source.url_field)),
                extra=_extra(fields, source, (field, source.url_field)),
            )
    return rejected_record(
        name,
        f"read: no text in its field {source.text_field} and none in {source.html_field}; "
        f"its fields are: {listed(fields)}; name one as text_field or html_field of the source",
    )


def as_bytes(content: str | bytes) -> bytes:
    r"""Return text as UTF-8, with U+FFFD for each half of a surrogate pair; bytes as they are.

    >>> as_bytes("caf\u00e9 \ud800").decode()
    'caf\xe9 \ufffd'
    """
    if isinstance(content, bytes):
        return content
    try:
        return content.encode()
    except UnicodeEncodeError:
        return str(_without_halves(content)).encode()


def listed(names: Iterable[str]) -> str:
    """Return names for a message: not all of them, nor all of a long one.

    >>> listed(["id", "x" * 99])
    'id, xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx…'
    """
    shown = [
        name if len(name) <= SHOWN_CHARACTERS else f"{name[:SHOWN_CHARACTERS]}…" for name in names
    ]
    return ", ".join(shown[:SHOWN_FIELDS]) or "none"


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
    head: str = "",
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
        head=head,
    )
    return Document(capture)


def _text(value: object) -> str:
    return value if isinstance(value, str) else ""


def _extra(fields: Fields, source: Source, own: Sequence[str]) -> Fields:
    """Return the fields that are carried along, in the record's order: all but its own.

    Of text and HTML the one that is not read is carried, too, if there is any.
    """
    pages = (source.text_field, source.html_field)
    others = {
        key: value
        for key, value in fields.items()
        if key not in own and (value or key not in pages)
    }
    return carried(others, source)


def carried(fields: Fields, source: Source) -> Fields:
    """Return those fields that a source carries along."""
    if ALL_OTHERS in source.carry:
        return fields
    return {key: value for key, value in fields.items() if key in source.carry}


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
