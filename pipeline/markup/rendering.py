"""A page's text, block by block: one line for each block that a browser would show.

Nothing visible is left out; what trafilatura keeps of it is noted on each line as evidence. Which
elements are blocks follows the HTML standard (WHATWG HTML, 15.3, "Non-replaced elements").
"""

import re
from collections.abc import Iterator

import msgspec
from lxml import etree
from lxml import html as lxml_html

from pipeline.document import Line, Markup, Metadata
from pipeline.folding import fold
from pipeline.markup.extraction import Extraction, extract

BLOCKS = frozenset(
    [
        "address",
        "article",
        "aside",
        "blockquote",
        "body",
        "button",
        "caption",
        "center",
        "dd",
        "details",
        "dialog",
        "dir",
        "div",
        "dl",
        "dt",
        "fieldset",
        "figcaption",
        "figure",
        "footer",
        "form",
        "h1",
        "h2",
        "h3",
        "h4",
        "h5",
        "h6",
        "head",
        "header",
        "hgroup",
        "hr",
        "html",
        "label",
        "legend",
        "li",
        "main",
        "menu",
        "nav",
        "ol",
        "optgroup",
        "option",
        "p",
        "pre",
        "search",
        "section",
        "select",
        "summary",
        "table",
        "tbody",
        "textarea",
        "tfoot",
        "thead",
        "tr",
        "ul",
    ]
)
UNSEEN = frozenset(
    ["iframe", "noembed", "noframes", "noscript", "script", "style", "template", "title"]
)
LANDMARKS = frozenset(["nav", "header", "footer", "aside", "form", "main", "article"])
MAX_EXTRACTED_LINES = 20_000
"""A longer page is not given to trafilatura, whose time grows faster than the page."""
MIN_RUN_WORDS = 4
"""A line of fewer words counts as kept only if it is a whole line of the extracted text."""

_DOCUMENT_END = re.compile(r"</(?:html|body)\s*>", re.IGNORECASE)
"""End tags that may be left out, and behind which libxml2, unlike browsers, reads nothing."""
_SPACE = re.compile(r"[ \t\n\r\f]+")


class Page(msgspec.Struct, frozen=True):
    """A rendered page."""

    lines: tuple[Line, ...]
    metadata: Metadata
    url: str
    """The canonical address that the page gives of itself, or ``."""
    rejected: str = ""
    """Why the page cannot be read whole, or ``."""


class _Piece(msgspec.Struct, frozen=True):
    """A finished line without its number."""

    text: str
    element: str
    region: str
    link_density: float


def render(text: str, url: str = "") -> Page:
    """Return a page's visible text as lines, with metadata and main content by trafilatura.

    >>> page = render("<title>T</title><nav>Home</nav><p>One <b>two</b><br>three</p>")
    >>> [(line.number, line.text, line.markup.region) for line in page.lines]
    [(1, 'Home', 'nav'), (2, 'One two', ''), (3, 'three', '')]
    """
    root, rejected = parse(text)
    if root is None or rejected:
        return Page((), Metadata(), "", rejected)
    pieces = tuple(_pieces(root))
    extraction = extract(text if len(pieces) <= MAX_EXTRACTED_LINES else "", url)
    kept = _kept(pieces, extraction)
    lines = tuple(
        Line(
            number=at + 1,
            text=piece.text,
            markup=Markup(piece.element, piece.region, piece.link_density, at in kept),
        )
        for at, piece in enumerate(pieces)
    )
    return Page(lines, extraction.metadata, extraction.url)


def parse(text: str) -> tuple[etree._Element | None, str]:
    """Return a page's tree, None if it has no element, and why it is not the whole page, or ``.

    libxml2 stops reading where elements nest deeper than it can hold, without an error: a page cut
    short there must not pass for the page.
    """
    parser = lxml_html.HTMLParser(encoding="utf-8", huge_tree=True)
    try:
        whole = _DOCUMENT_END.sub("", text)
        root = lxml_html.document_fromstring(whole.encode("utf-8", "replace"), parser=parser)
    except (etree.ParserError, etree.XMLSyntaxError):
        root = None
    limits = [error for error in parser.error_log if error.type_name == "ERR_RESOURCE_LIMIT"]
    reason = f"the markup is beyond what the parser reads: {limits[0].message}" if limits else ""
    return root, reason


def _pieces(root: etree._Element) -> Iterator[_Piece]:
    """Yield the lines of a tree in order, walking it without recursion."""
    line = _LineInTheMaking()
    walker = etree.iterwalk(root, events=("start", "end", "comment", "pi"))
    for event, element in walker:
        tag = element.tag if isinstance(element.tag, str) else ""
        if event == "start" and tag in UNSEEN:
            walker.skip_subtree()
        elif event == "start":
            yield from line.opened(tag, element.text)
        else:
            if event == "end" and tag not in UNSEEN:
                yield from line.closed(tag)
            if element is not root:
                yield from line.with_text(element.tail)
    yield from line.finished()


class _LineInTheMaking:
    """The text since the last block began or ended, and the elements that are open around it."""

    def __init__(self) -> None:
        self.parts: list[str] = []
        self.linked = 0
        """Characters that stand in links."""
        self.blocks: list[str] = []
        self.regions: list[str] = []
        self.links = 0

    def opened(self, tag: str, text: str | None) -> Iterator[_Piece]:
        """Open an element; yield the line that it ends, if it is a block."""
        if tag in BLOCKS or tag == "br":
            yield from self.finished()
        elif tag in ("td", "th"):
            self.parts.append(" ")
        if tag in BLOCKS:
            self.blocks.append(tag)
        if tag in LANDMARKS:
            self.regions.append(_region(tag, self.regions))
        self.links += tag == "a"
        yield from self.with_text(text)

    def closed(self, tag: str) -> Iterator[_Piece]:
        """Close an element; yield the line that it ends, if it is a block."""
        if tag in BLOCKS:
            yield from self.finished()
            self.blocks.pop()
        if tag in LANDMARKS:
            self.regions.pop()
        self.links -= tag == "a"

    def with_text(self, text: str | None) -> Iterator[_Piece]:
        """Add a text; in preformatted text each line end ends the line."""
        preformatted = "pre" in self.blocks or "textarea" in self.blocks
        for at, part in enumerate((text or "").split("\n") if preformatted else [text or ""]):
            if at:
                yield from self.finished()
            self.parts.append(part)
            self.linked += len(part) if self.links else 0

    def finished(self) -> Iterator[_Piece]:
        """Yield the line, if it has a visible character, and begin another."""
        written = "".join(self.parts)
        is_pre = "pre" in self.blocks
        text = written.rstrip() if is_pre else _SPACE.sub(" ", written).strip(" ")
        if text.strip():
            yield _Piece(
                text=text,
                element=self.blocks[-1] if self.blocks else "",
                region=self.regions[-1] if self.regions else "",
                link_density=min(1.0, round(self.linked / len(written), 3)),
            )
        self.parts = []
        self.linked = 0


def _region(tag: str, regions: list[str]) -> str:
    """Return the landmark that a tag opens; an article's own header or footer is the article's.

    >>> _region("header", ["article"]), _region("header", []), _region("nav", ["article"])
    ('article', 'header', 'nav')
    """
    inside = "article" in regions or "main" in regions
    return regions[-1] if tag in ("header", "footer") and inside else tag


def _kept(pieces: tuple[_Piece, ...], extraction: Extraction) -> frozenset[int]:
    """Return the indices of the lines that stand in the extracted text."""
    whole = {fold(line) for line in extraction.text.splitlines()}
    running = f" {fold(extraction.text)} "
    kept: set[int] = set()
    for at, piece in enumerate(pieces):
        folded = fold(piece.text)
        if not folded:
            continue
        in_menu = piece.region in ("nav", "footer") and len(folded.split()) < MIN_RUN_WORDS
        in_run = len(folded.split()) >= MIN_RUN_WORDS and f" {folded} " in running
        if (folded in whole and not in_menu) or in_run:
            kept.add(at)
    return frozenset(kept)
