"""What a plain text says of itself in its first lines: the head of a mail, or front matter.

`Subject: The pier`, `From: Ana Ruiz <ana@pier.example>`, `Date: …` above a mail that was copied or
saved; `title: …`, `date: …` between two rules of three dashes, as trafilatura and makers of static
sites write them. They are title, byline and date, whatever they look like.
"""

import re
from collections.abc import Iterator, Mapping, Sequence
from email.errors import HeaderParseError
from email.header import decode_header, make_header
from functools import lru_cache
from itertools import chain
from pathlib import Path
from typing import Literal, get_args

import msgspec

from pipeline.bylines import find_author, is_person_name
from pipeline.document import Document, Label, Line, Metadata, relabel
from pipeline.folding import fold
from pipeline.shapes import MAX_TITLE_WORDS, count_words, find_date
from pipeline.vocabulary import Vocabulary
from pipeline.yaml_file import read_yaml

WORDS = Path(__file__).with_name("heads.yaml")
Kind = Literal["title", "author", "date", "url", "mail", "other"]
MAX_FIELDS = 40
"""So many fields may a head have,"""
MAX_FIELD = 1_000
"""and so many characters each of their lines."""
MAX_NAME = 50
"""A field's name, with what stands around it, ends within so many characters."""
MAX_SIGNATURE = 15
"""So many lines below `--` at the end of a mail are its signature, and the list's."""
RULE = "---"
_LABELS = {
    "title": Label.TITLE,
    "author": Label.BYLINE,
    "date": Label.DATE,
    "url": Label.URL,
}
_FIELD = re.compile(
    r"[*_]{0,2}([^\W\d_][\w .'-]{0,30}?)[*_]{0,2}\s?"
    r"(?::[*_]{0,2}(?:\s+|$)|\N{FULLWIDTH COLON}\s*)(.*)"
)
_ADDRESS = re.compile(r"\s*[<(\[][^<>()\[\]\s]*@[^<>()\[\]\s]*[>)\]]|\S+@\S+")
_SENDER = re.compile(r"([^\s<>()\[\]@]{1,64})@")
_NO_PERSONS = frozenset(
    (
        *("news", "newsletter", "letter", "bulletin", "digest", "mail", "mailing", "list", "lists"),
        *(
            "noreply",
            "no",
            "info",
            "hello",
            "contact",
            "office",
            "team",
            "press",
            "editor",
            "admin",
        ),
        *("postmaster", "mailer", "daemon", "bounce", "bounces", "delivery"),
        *("editors", "support", "service", "post", "rundbrief", "redaktion", "presse", "kontakt"),
        *("lettre", "contacto", "boletin", "redazione", "redactie", "nieuwsbrief", "nyhetsbrev"),
    )
)
"""Words of addresses that newsletters and offices send from."""
_LAST_NAME_FIRST = re.compile(r"([^\s,]+), ([^\s,]+(?: [^\s,]+)?)")
_SIGNATURE = "--"
_QUOTES = "\"'“”„«»"


class Field(msgspec.Struct, frozen=True):
    """A field of a head."""

    kind: Kind
    name: str
    value: str
    lines: tuple[int, ...]
    """Places of its lines."""


@lru_cache(maxsize=1)
def load_names() -> dict[str, Kind]:
    """Return what kind of field each folded name is of."""
    told = msgspec.convert(read_yaml(WORDS).content, dict[Kind, list[list[str]]])
    names: dict[str, Kind] = {}
    for kind in reversed(get_args(Kind)):
        names |= {fold(name): kind for name in chain.from_iterable(told[kind])}
    return names


def with_head(document: Document, vocabulary: Vocabulary) -> Document:
    """Return a text with its head labelled, and what that says of it; any other as it is.

    A head names a title, and an author, a date or to whom it went, too. The head of a mail that was
    unpacked is no line of it.
    """
    if document.capture.head:
        return _of_mail(document, vocabulary)
    if document.capture.form != "text" or document.metadata != Metadata():
        return document
    lines = list(document.lines)
    fields, rules = _front_matter(lines) or (_mail_head(lines), ())
    kinds = {field.kind: field for field in reversed(fields) if field.value}
    if "title" not in kinds or not kinds.keys() & {"author", "date", "mail"}:
        return document
    title = decoded(kinds["title"].value)
    if count_words(title) > MAX_TITLE_WORDS:
        return document
    for field in fields:
        is_second_title = field.kind == "title" and field is not kinds["title"]
        label = Label.OTHER if is_second_title else _LABELS.get(field.kind, Label.OTHER)
        for at in field.lines:
            lines[at] = relabel(lines[at], label, f"front line: field {field.name}")
    for at in rules:
        lines[at] = relabel(lines[at], Label.OTHER, "front line: rule of a head")
    if "mail" in kinds:
        _sign(lines)
    author, published = _who_and_when(kinds, vocabulary)
    return msgspec.structs.replace(
        document,
        lines=tuple(lines),
        metadata=Metadata(title=title, author=author, published=published),
    )


def _of_mail(document: Document, vocabulary: Vocabulary) -> Document:
    """Return the page of a mail with what the head says of it, which counts before its own."""
    fields = filter(None, map(field_of, document.capture.head.splitlines()))
    kinds = {field.kind: field for field in fields if field.value}
    author, published = _who_and_when(kinds, vocabulary)
    own = document.metadata
    metadata = msgspec.structs.replace(
        own,
        title=decoded(kinds["title"].value) if "title" in kinds else own.title,
        author=author or own.author,
        published=published or own.published,
    )
    lines = list(document.lines)
    if document.capture.form == "text":
        _sign(lines)
    return msgspec.structs.replace(document, lines=tuple(lines), metadata=metadata)


def _who_and_when(kinds: Mapping[Kind, Field], vocabulary: Vocabulary) -> tuple[str, str]:
    """Return author and date of a head, each `` if it has none."""
    author = person_of(kinds["author"].value, vocabulary) if "author" in kinds else ""
    return author, find_date(kinds["date"].value, vocabulary) if "date" in kinds else ""


def _sign(lines: list[Line]) -> None:
    """Label the signature of a mail."""
    for at in _signature(lines):
        lines[at] = relabel(lines[at], Label.OTHER, "front line: signature of a mail")


def _mail_head(lines: Sequence[Line]) -> list[Field]:
    """Return the fields that a text begins with, one below the other, or each a paragraph."""
    fields: list[Field] = []
    is_spaced = False
    for at, line in _from_first(lines):
        if line.is_blank:
            is_spaced = is_spaced or len(fields) == 1
            if not is_spaced:
                break
            continue
        goes_on = (line.continues or line.text[0] in " \t") and len(line.text) <= MAX_FIELD
        if fields and goes_on and at - 1 in fields[-1].lines:
            fields[-1] = _longer(fields[-1], at, line.text)
            continue
        field = field_of(line.text, at)
        if field is None or len(fields) == MAX_FIELDS:
            break
        fields.append(field)
    return fields


def _front_matter(lines: Sequence[Line]) -> tuple[list[Field], tuple[int, ...]] | None:
    """Return the fields between the two rules that a text begins with, and these, None without."""
    fields: list[Field] = []
    begin: int | None = None
    for at, line in _from_first(lines):
        text = line.text.strip()
        if begin is None:
            if text != RULE:
                return None
            begin = at
        elif text == RULE:
            return fields, (begin, at)
        elif len(fields) == MAX_FIELDS:
            return None
        elif field := field_of(line.text, at, known_only=False):
            fields.append(field)
        elif fields and text and line.text[0] in " \t-" and len(text) <= MAX_FIELD:
            fields[-1] = _longer(fields[-1], at, line.text)
        elif text:
            return None
    return None


def _from_first(lines: Sequence[Line]) -> Iterator[tuple[int, Line]]:
    """Yield the lines from the first that has a text and no label yet."""
    begun = False
    for at, line in enumerate(lines):
        begun = begun or not (line.is_blank or line.label)
        if begun:
            yield at, line


def field_of(text: str, at: int = 0, known_only: bool = True) -> Field | None:
    """Return the field that a line at a place is, None where it is none."""
    begin = text[:MAX_NAME]
    if len(text) > MAX_FIELD or not (":" in begin or "\N{FULLWIDTH COLON}" in begin):
        return None
    found = _FIELD.fullmatch(text.lstrip("\ufeff").rstrip())
    if not found:
        return None
    name = found[1].strip()
    folded = fold(name)
    kind = load_names().get(folded, "mail" if folded.startswith("x ") else None)
    if kind is None and known_only:
        return None
    return Field(kind or "other", name, found[2].strip().strip(_QUOTES), (at,))


def _longer(field: Field, at: int, text: str) -> Field:
    return msgspec.structs.replace(
        field, value=f"{field.value} {text.strip()}".strip(), lines=(*field.lines, at)
    )


def decoded(value: str) -> str:
    """Return the value of a mail's field as it is read: `=?utf-8?q?caf=C3=A9?=` is “café”."""
    if "=?" not in value:
        return value
    try:
        return str(make_header(decode_header(value)))
    except (HeaderParseError, LookupError, ValueError):
        return value


def person_of(value: str, vocabulary: Vocabulary) -> str:
    """Return the person that a field names, without address, or `` where it names none.

    Mail programs write “Ruiz, Ana”, too. Who writes from an address such as `news@` is no person.
    """
    sender = _SENDER.search(value)
    if sender and not _NO_PERSONS.isdisjoint(fold(sender[1]).split()):
        return ""
    name = _ADDRESS.sub("", decoded(value)).strip().strip(_QUOTES).strip()
    turned = _LAST_NAME_FIRST.fullmatch(name)
    name = f"{turned[2]} {turned[1]}" if turned else name
    is_person = is_person_name(name, vocabulary) or find_author(f"By {name}", vocabulary) == name
    return name if is_person and " " in name else ""


def signed_field(text: str, vocabulary: Vocabulary) -> str:
    """Return the person that a line such as `From: Ana Ruiz <ana@pier.example>` names, or ``."""
    field = field_of(text)
    return person_of(field.value, vocabulary) if field and field.kind == "author" else ""


def _signature(lines: Sequence[Line]) -> list[int]:
    """Return the lines of a mail from its last `--` on, if few are below it."""
    last = max(
        (at for at, line in enumerate(lines) if line.text.strip() == _SIGNATURE), default=None
    )
    if last is None:
        return []
    below = [at for at in range(last, len(lines)) if not lines[at].is_blank]
    return below if len(below) <= MAX_SIGNATURE + 1 else []
