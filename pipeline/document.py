"""A capture as numbered lines, the edits made to them, and what is known of it as a whole.

Nothing is ever taken out of a document. A stage gives a line a label, or rewrites a line and says
so with an `Edit`; what is published is decided by the labels alone, at the very end.
"""

import re
from collections.abc import Iterable, Sequence
from enum import StrEnum
from functools import lru_cache
from urllib.parse import urlsplit

import msgspec

_TAG = re.compile(r"[^.#\[]*")


class Label(StrEnum):
    """What a line is."""

    TITLE = "title"
    """The title of an item."""
    CONTENT = "content"
    """Text of an article: paragraphs, its section headings, list points, quotations."""
    HEADING = "heading"
    """The heading of a listing, the title of no item."""
    BYLINE = "byline"
    DATE = "date"
    CAPTION = "caption"
    META = "meta"
    """What stands with an item of a digest and is no text of it: category, number of comments."""
    NAVIGATION = "navigation"
    SHARE = "share"
    FUNDRAISING = "fundraising"
    NEWSLETTER = "newsletter"
    COOKIE = "cookie"
    RELATED = "related"
    COMMENT = "comment"
    LEGAL = "legal"
    URL = "url"
    """A front line that is the page's address."""
    OTHER = "other"
    """Boilerplate of no known kind."""
    BLANK = "blank"
    REJECTED = "rejected"
    """Line 0 of a capture that could not be read or cleaned; the reason says why."""
    EMPTY = "empty"
    """Line 0 of a capture that has nothing to publish; the reason says why."""


ITEM_LABELS = frozenset(
    {Label.TITLE, Label.CONTENT, Label.BYLINE, Label.DATE, Label.CAPTION, Label.META}
)
"""Labels of lines that belong to an item; all others are of no item, and not published."""

BOILERPLATE_LABELS = frozenset(
    {
        Label.NAVIGATION,
        Label.SHARE,
        Label.FUNDRAISING,
        Label.NEWSLETTER,
        Label.COOKIE,
        Label.RELATED,
        Label.COMMENT,
        Label.LEGAL,
        Label.OTHER,
    }
)
"""Labels that a rule file may give beside `caption`."""


class Markup(msgspec.Struct, frozen=True, gc=False):
    """What the markup of an HTML capture says of one line."""

    element: str
    """Name of the nearest block element, such as `p` or `h2`."""
    region: str
    """Nearest landmark around it: `nav`, `header`, `footer`, `aside`, `form`, `main` or ``."""
    link_density: float
    """Share of the line's characters that stand in links, 0…1."""
    path: tuple[str, ...] = ()
    """The elements around it, the outermost first: `div.post#main[role=main]` each."""
    shared: int = 0
    """How many of these, from the outermost on, are the very elements around the line before."""
    inner: tuple[str, ...] = ()
    """The inline elements with attributes that begin in it."""
    told: float = 0.0
    """Share of its pairs of words that stand in the descriptions and JSON-LD of the head, 0…1."""
    link: str = ""
    """Where its first link leads, as the page writes it."""
    gap: int = 0
    """How many empty lines stand above it in its block: `<br><br>`, empty lines of code."""
    number: str = ""
    """The number of the point of a list that begins with it, such as `6.`."""


@lru_cache(maxsize=1 << 12)
def tag_of(name: str) -> str:
    """Return the tag of an element as `Markup.path` names it.

    >>> tag_of("div.post#main[role=main]"), tag_of("h2")
    ('div', 'h2')
    """
    match = _TAG.match(name)
    return match[0] if match else ""


class Line(msgspec.Struct, frozen=True, gc=False):
    """One line of a capture."""

    number: int
    """From 1, as the capture has them, empty lines counted."""
    text: str
    """The line as it stands now, without its end."""
    label: str = ""
    """A `Label`, or `` for as long as no stage has given one."""
    reason: str = ""
    """The rule, model or context that decided the label."""
    continues: bool = False
    """Whether it goes on with the sentence of the last non-blank line before it."""
    ending: str = "\n"
    r"""How the capture ended it: `\n`, `\r\n`, `\r`, or `` at the end of the file."""
    markup: Markup | None = None
    language: str = ""
    """BCP 47 tag of the paragraph that it is of, once detect-language has looked at it."""

    @property
    def is_blank(self) -> bool:
        """Whether the line has no visible character.

        >>> Line(1, " ").is_blank, Line(1, " a").is_blank
        (True, False)
        """
        return not self.text.strip()


class Edit(msgspec.Struct, frozen=True, gc=False):
    """One rewriting: `before`, found at `start` of a line as it stood then, became `after`."""

    stage: str
    line: int
    action: str
    """What was done, in one word: `mojibake`, `apostrophe`, `space`, `join`, …"""
    start: int
    """Offset in characters in the line as it stood before this edit."""
    before: str
    after: str
    detail: str = ""
    """What else is to be known, such as the codecs of a repair or the bytes of a lost character."""


CHARSET_EDIT = "charset"
"""The action of an edit that changes nothing, and whose detail is the charset of a line that is not
in that of its capture."""


class Capture(msgspec.Struct, frozen=True):
    """Where a document comes from. It stays the same through all stages but the first."""

    id: str
    """The first 16 hexadecimal digits of the SHA-256 of source name and content."""
    source: str
    """Path relative to the corpus, with forward slashes."""
    form: str = "text"
    """`text` or `html`."""
    url: str = ""
    size_bytes: int = 0
    content: bytes | None = None
    """The captured bytes, until fix-encoding has made lines of them."""
    http_charset: str = ""
    """Charset that the server stated, where the archive has its answer."""
    charset: str = ""
    charset_source: str = ""
    """What decided the charset: `bom`, `utf-8`, `corpus`, `http`, `declared`, `lines`, `detected`,
    `fallback`."""
    charset_confidence: float = 0.0
    """How sure that is, 0…1."""
    captured: str = ""
    """When it was captured, as the archive has it (ISO 8601)."""
    extra: str = ""
    """What the record of an archive has besides, as JSON."""
    head: str = ""
    """What the mail that it was in says of it: lines such as `Subject: The pier`."""


def site_of(url: str) -> str:
    """Return the host of an address without `www.`.

    >>> site_of("https://www.Harbour.example:8080/news"), site_of("")
    ('harbour.example', '')
    """
    try:
        host = urlsplit(url).hostname or ""
    except ValueError:
        return ""
    return host.removeprefix("www.")


class Metadata(msgspec.Struct, frozen=True):
    """What the markup of an HTML capture, or the head of a text or mail, says of it as a whole."""

    title: str = ""
    author: str = ""
    published: str = ""
    """A date as YYYY-MM-DD, or ``."""
    site: str = ""
    language: str = ""
    """The language that the page says it is in, as its `lang` attribute has it."""
    scripted: bool = False
    """Whether the page has scripts."""


class LanguageShare(msgspec.Struct, frozen=True):
    """How much of an item is in a language."""

    language: str
    """BCP 47 tag, or `und`."""
    share: float
    """Share of the letters of its text, 0…1."""


class Document(msgspec.Struct, frozen=True):
    """A capture, or one item of it, on its way through the stages."""

    capture: Capture
    lines: tuple[Line, ...] = ()
    edits: tuple[Edit, ...] = ()
    metadata: Metadata = Metadata()
    html: str = ""
    """The page's markup as decoded, until strip-boilerplate is done with it."""
    item: int = 0
    """From 1; 0 for the lines of a digest that are of no item, and before split-digests."""
    items: int = 0
    """How many items the capture has; 0 before split-digests."""
    title: str = ""
    author: str = ""
    published: str = ""
    link: str = ""
    """Where the whole text of an item of a digest is, as far as the capture says."""
    excerpt: bool = False
    """Whether the text of an item is cut short, or followed by “read more”."""
    teaser: bool = False
    """Whether it is one of the teasers below an article."""
    digest_title: str = ""
    """The heading of the digest that it is an item of."""
    digest_suspected: bool = False
    """Whether the page looks like a digest, yet not enough to be taken apart."""
    language: str = ""
    language_confidence: float = 0.0
    language_reason: str = ""
    """Why the language is `und`; `` if it is not."""
    language_detector: str = ""
    """The detector's name and version."""
    languages: tuple[LanguageShare, ...] = ()
    """All languages of its paragraphs, the greatest share first."""
    rejected: str = ""
    """Why the capture could not be read or cleaned; `` if it could."""


def relabel(line: Line, label: str, reason: str) -> Line:
    """Return the line with another label and the reason for it."""
    return msgspec.structs.replace(line, label=str(label), reason=reason)


def apply_run(text: str, run: Sequence[Edit]) -> str:
    """Return `text` after edits that go from its end to its start, in one pass over it.

    >>> from_end = [Edit("s", 1, "space", 3, "_", " "), Edit("s", 1, "space", 1, "_", " ")]
    >>> apply_run("a_b_c", from_end)
    'a b c'
    >>> apply_run("do not", [Edit("fix-encoding", 1, "apostrophe", 3, "´", "'")])
    Traceback (most recent call last):
    pipeline.document.ReplayError: line 1: edit apostrophe expects '´' at 3, found 'n'
    """
    parts: list[str] = []
    at = 0
    for edit in reversed(run):
        end = edit.start + len(edit.before)
        if edit.start < at or text[edit.start : end] != edit.before:
            raise ReplayError(edit, text[edit.start : end])
        parts += [text[at : edit.start], edit.after]
        at = end
    return "".join((*parts, text[at:]))


def _undo_run(text: str, run: Sequence[Edit]) -> str:
    """Return a text before edits that went from its end to its start."""
    shift = 0
    back: list[Edit] = []
    for edit in reversed(run):
        start = edit.start + shift
        back.append(
            msgspec.structs.replace(edit, start=start, before=edit.after, after=edit.before)
        )
        shift += len(edit.after) - len(edit.before)
    return apply_run(text, back[::-1])


def _runs(edits: Sequence[Edit]) -> list[list[Edit]]:
    """Return the edits of one line in runs, each of which goes from the end to the start."""
    runs: list[list[Edit]] = []
    for edit in edits:
        last = runs[-1][-1] if runs else None
        if last and edit.start + len(edit.before) <= last.start:
            runs[-1].append(edit)
        else:
            runs.append([edit])
    return runs


def replay(captured: Sequence[str], edits: Iterable[Edit]) -> tuple[str, ...]:
    """Return the captured lines (line 1 first) after all edits, in order."""
    lines = list(captured)
    of_line: dict[int, list[Edit]] = {}
    for edit in edits:
        of_line.setdefault(edit.line, []).append(edit)
    for number, own in of_line.items():
        for run in _runs(own):
            lines[number - 1] = apply_run(lines[number - 1], run)
    return tuple(lines)


def undo(text: str, edits: Sequence[Edit]) -> str:
    """Return a line as it was captured: its edits taken back, the last one first.

    >>> undo("don't", [Edit("fix-encoding", 1, "apostrophe", 3, "´", "'")])
    'don´t'
    >>> undo("do not", [])
    'do not'
    """
    for run in reversed(_runs(edits)) if edits else ():
        text = _undo_run(text, run)
    return text


class ReplayError(Exception):
    """An edit that does not fit the line that it is applied to: a defect of a stage."""

    def __init__(self, edit: Edit, found: str) -> None:
        self.edit = edit
        super().__init__(
            f"line {edit.line}: edit {edit.action} expects {edit.before!r} "
            f"at {edit.start}, found {found!r}"
        )
