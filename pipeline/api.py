r"""The pipeline from Python: text or HTML in, a cleaned page out, with the reason of every line.

    >>> import pipeline
    >>> page = pipeline.clean("Skip to content\n\nThe quay\n\nBoats came back on Friday at noon.")
    >>> [(line.number, line.label) for line in page.lines if line.label != "blank"]
    [(1, 'navigation'), (3, 'title'), (5, 'content')]
    >>> page.title, page.text
    ('The quay', 'Boats came back on Friday at noon.')

It does what `pipeline run` does to a capture, in this process, and writes nothing.
"""

from collections.abc import Iterable, Iterator
from functools import lru_cache
from pathlib import Path

import msgspec

from pipeline.document import Document, Edit, site_of
from pipeline.options import Stage
from pipeline.plan import Plan, brought_configs
from pipeline.plan import load_plan as _load_plan
from pipeline.running import compiled_stages, run_stages
from pipeline.sources.captures import document_of
from pipeline.sources.records import as_bytes
from pipeline.storage.rows import audit_rows, document_rows, status_of

NAME = "page"
COMPRESSED = {b"\x1f\x8b\x08": "gzip", b"\x28\xb5\x2f\xfd": "Zstandard"}
"""How compressed bytes begin, and no text does (RFC 1952, 2.3.1; RFC 8878, 3.1.1)."""


class Item(msgspec.Struct, frozen=True, kw_only=True):
    """One article of a page; the fields are those of documents/ of the same names."""

    id: str
    item: int
    """Which of the page's items, from 1; 0 is text that a digest has beside its items."""
    title: str | None
    author: str | None
    published: str | None
    """YYYY-MM-DD."""
    link: str | None
    digest_title: str | None
    """Heading of the listing, or subject of the mail, that it is an item of."""
    excerpt: bool
    teaser: bool
    language: str
    """BCP 47 tag, or `und`."""
    language_confidence: float
    """0…1."""
    text: str
    captions: list[str]
    words: int


class PageLine(msgspec.Struct, frozen=True, kw_only=True):
    """One line of a page; the fields are those of audit/ of the same names."""

    number: int = msgspec.field(name="line")
    """Its number in the page, from 1: `line` of audit/."""
    item: int | None
    label: str
    reason: str
    text: str
    """As it was captured."""
    repaired: str | None
    """As it is after its edits; None where it has none."""
    language: str | None
    continues: bool


class Page(msgspec.Struct, frozen=True, kw_only=True):
    """A cleaned page."""

    items: list[Item]
    """Its articles; more than one where it is a digest, none where it has nothing to publish. Of a
    digest the first may be item 0, the text beside its items."""
    lines: list[PageLine]
    """All of its lines, in order."""
    edits: tuple[Edit, ...]
    """All that was rewritten in them, in order."""
    url: str | None
    site: str | None
    charset: str
    status: str
    """`published`, `empty` or `rejected`."""
    reason: str
    """Why it is empty or rejected; `` if it is published."""
    digest_suspected: bool = False
    """Whether it looks like a digest, yet not enough to be taken apart."""

    @property
    def text(self) -> str:
        """The text of all items, an empty line between."""
        return "\n\n".join(item.text for item in self.items)

    @property
    def title(self) -> str | None:
        """Title of the first item."""
        return self._first.title if self._first else None

    @property
    def author(self) -> str | None:
        """Author of the first item."""
        return self._first.author if self._first else None

    @property
    def published(self) -> str | None:
        """Date of the first item, YYYY-MM-DD."""
        return self._first.published if self._first else None

    @property
    def _first(self) -> Item | None:
        return next((item for item in self.items if item.item), None)

    @property
    def language(self) -> str:
        """Language in which most words of its items are; `und` where it has none."""
        words: dict[str, int] = {}
        for item in self.items:
            words[item.language] = words.get(item.language, 0) + item.words
        return max(words, key=lambda language: words[language], default="und")


def load_plan(path: str | Path | None = None) -> Plan:
    """Return the plan of a corpus file: stages with their options, rules, languages.

    Without a path it is the one that the package brings. Raises ConfigurationError with the place
    of what is wrong.
    """
    return _load_plan(Path(path) if path else brought_configs() / "sample.yaml")


def clean(
    content: str | bytes,
    *,
    url: str = "",
    name: str = NAME,
    html: bool | None = None,
    plan: Plan | None = None,
) -> Page:
    """Return a page cleaned.

    `content` is text, or bytes in any charset. `html` says whether it is HTML; by default that is
    seen at its beginning, or at the end of `name`; mails and pages that a browser saved are
    unpacked. A page that cannot be cleaned raises nothing:
    its status is `rejected`, and its reason says why.

    >>> clean("").status, clean("").reason
    ('empty', 'the file is empty')
    """
    chosen = plan or _brought_plan()
    if not isinstance(content, str | bytes):
        raise TypeError(f"{name}: a page is text or bytes, not {type(content).__name__}")
    raw = as_bytes(content)
    if packed := next((kind for start, kind in COMPRESSED.items() if raw.startswith(start)), ""):
        return _compressed(url, packed)
    form = "" if html is None else ("html" if html else "text")
    document = document_of(name, raw, chosen.source, form, url)
    documents = run_stages([document], _stages(msgspec.json.encode(chosen)))
    return _page(documents, chosen)


def clean_many(
    contents: Iterable[str | bytes], *, html: bool | None = None, plan: Plan | None = None
) -> Iterator[Page]:
    """Yield pages cleaned, one after the other, in their order.

    For a corpus use `pipeline run`: it has several processes, goes on after an interruption, and
    writes Parquet.

    >>> [page.language for page in clean_many(["", "Boats came back to the quay on Friday."])]
    ['und', 'en']
    """
    if isinstance(contents, str | bytes):
        raise TypeError("clean_many takes several pages; for one there is clean")
    chosen = plan or _brought_plan()
    for at, content in enumerate(contents, start=1):
        yield clean(content, name=f"{NAME}:{at}", html=html, plan=chosen)


def _compressed(url: str, packed: str) -> Page:
    """Return the page of compressed bytes: only files say by their name what they hold."""
    return Page(
        items=[],
        lines=[],
        edits=(),
        url=url or None,
        site=site_of(url) or None,
        charset="",
        status="rejected",
        reason=f"read: the bytes are compressed ({packed}); give what gzip.decompress or the like "
        "makes of them, or let `pipeline run` read the file",
    )


@lru_cache(maxsize=1)
def _brought_plan() -> Plan:
    return load_plan()


@lru_cache(maxsize=4)
def _stages(plan: bytes) -> list[tuple[str, Stage]]:
    """Return the stages of a plan, given as JSON, which unlike a plan can be looked up."""
    return compiled_stages(msgspec.json.decode(plan, type=Plan))


def _page(documents: list[Document], plan: Plan) -> Page:
    status, reason = status_of(documents) or ("published", "")
    rows = document_rows(documents, plan.output.structure)
    lines = [row for row in audit_rows(documents) if row["line"]]
    capture = documents[0].capture
    return Page(
        items=msgspec.convert(rows, list[Item], strict=False),
        lines=msgspec.convert(lines, list[PageLine]),
        edits=tuple(edit for document in documents for edit in document.edits),
        url=capture.url or None,
        site=next((str(row["site"]) for row in rows if row["site"]), None),
        charset=capture.charset,
        status=str(status),
        reason=reason,
        digest_suspected=any(document.digest_suspected for document in documents),
    )
