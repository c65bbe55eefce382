"""A page's text, block by block: one line for each block that a browser would show.

Nothing visible is left out; what the markup says of a line is noted on it as evidence. Which
elements are blocks follows the HTML standard (WHATWG HTML, 15.3, "Non-replaced elements").
"""

import re
from collections.abc import Iterator
from itertools import pairwise

import msgspec
from lxml import etree

from pipeline.document import Line, Markup, Metadata
from pipeline.markup.counting import Counter
from pipeline.markup.head import Head
from pipeline.markup.metadata import canonical_url, metadata_of

_BLOCKS = """
    address article aside blockquote body button caption center dd details dialog dir div dl dt
    fieldset figcaption figure footer form h1 h2 h3 h4 h5 h6 head header hgroup hr html label legend
    li main menu nav ol optgroup option p pre search section select summary table tbody textarea
    tfoot thead tr ul
"""
BLOCKS = frozenset(_BLOCKS.split())
UNSEEN = frozenset(
    ["iframe", "noembed", "noframes", "noscript", "script", "style", "template", "title"]
)
LANDMARKS = frozenset(["nav", "header", "footer", "aside", "form", "main", "article"])
BREAKING = BLOCKS | {"br"}
PREFORMATTED = frozenset(["pre", "textarea"])
CELL_BREAK = "\t"
"""What stands between the cells of a table's row."""
HIDDEN = "[hidden]"
LISTS = frozenset(["ol", "ul", "menu", "dir"])
_NOTED = LANDMARKS | PREFORMATTED | LISTS | {"td", "th", "li"}
MAX_NAMES = 12
MAX_NAME = 200
"""Class names and inner elements beyond so many, and characters of a name, tell nothing more."""
_TELLING = frozenset(["role", "itemprop", "rel", "type"])
"""Attributes beside `class` and `id` whose value says what an element is."""
_HIDING = frozenset(["hidden", "aria-hidden", "style"])
_UNSHOWN = re.compile(r"display\s*:\s*none|visibility\s*:\s*hidden", re.IGNORECASE)

_DOCUMENT_END = re.compile(r"</(?:html|body)\s*>", re.IGNORECASE)
"""End tags that may be left out, and behind which libxml2, unlike browsers, reads nothing."""
_NO_FRAMES = re.compile(r"<(?:/\s*)?noframes[^>]*>", re.IGNORECASE)
"""What pages of frames say without them is markup, which libxml2 reads as text."""
_SPACES = " \t\n\r\f"
_SPACE = re.compile(f"[{_SPACES}]+")
_WORD = re.compile(r"\w+")


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
    path: tuple[str, ...]
    shared: int
    inner: tuple[str, ...]
    link: str
    gap: int
    number: str


def render(text: str, url: str = "") -> Page:
    """Return a page's visible text as lines, each with what the markup says of it, and metadata.

    >>> page = render("<title>T</title><nav>Home</nav><p>One <b>two</b><br>three</p>")
    >>> [(line.number, line.text, line.markup.region) for line in page.lines]
    [(1, 'Home', 'nav'), (2, 'One two', ''), (3, 'three', '')]
    """
    root, rejected = parse(text)
    if root is None or rejected:
        return Page((), Metadata(), "", rejected)
    head = Head(root)
    pieces = _shown(root)
    lines = tuple(
        Line(
            number=at,
            text=piece.text,
            markup=Markup(
                piece.element,
                piece.region,
                piece.link_density,
                piece.path,
                piece.shared,
                piece.inner,
                told,
                piece.link,
                piece.gap,
                piece.number,
            ),
        )
        for at, (piece, told) in enumerate(zip(pieces, _told(pieces, head.told()), strict=True), 1)
    )
    return Page(lines, metadata_of(root, head, url), canonical_url(head, url))


def _told(pieces: tuple[_Piece, ...], told: str) -> list[float]:
    """Return the share, 0…1, of each line's pairs of words that stand in what the head tells."""
    if not told:
        return [0.0] * len(pieces)
    pairs = set(_pairs(told))
    shares = []
    for piece in pieces:
        own = list(_pairs(piece.text))
        shares.append(round(sum(map(pairs.__contains__, own)) / len(own), 3) if own else 0.0)
    return shares


def _pairs(text: str) -> Iterator[tuple[str, str]]:
    """Yield the pairs of neighbouring words of a text."""
    return pairwise(_WORD.findall(text.lower()))


def parse(text: str) -> tuple[etree._Element | None, str]:
    """Return a page's tree, None if it has no element, and why it is not the whole page, or ``.

    libxml2 stops reading where elements nest deeper than it can hold, without an error: a page cut
    short there must not pass for the page.
    """
    parser = etree.HTMLParser(encoding="utf-8", huge_tree=True)
    text = _DOCUMENT_END.sub("", text)
    if "noframes" in text or "NOFRAMES" in text:
        text = _NO_FRAMES.sub("", text)
    try:
        root = etree.fromstring(text.encode("utf-8", "replace"), parser)
    except etree.XMLSyntaxError:
        root = None
    limits = [error for error in parser.error_log if error.type_name == "ERR_RESOURCE_LIMIT"]
    reason = f"the markup is beyond what the parser reads: {limits[0].message}" if limits else ""
    return root, reason


def _shown(root: etree._Element) -> tuple[_Piece, ...]:
    """Return the lines of a tree; those of `noscript` where scripts would write most of the page.

    Some pages (Discourse forums) hold all their text there, for readers without scripts.
    """
    pieces = _pieces(root, UNSEEN)
    without_scripts = sum(
        len("".join(element.itertext()).strip()) for element in root.iter("noscript")
    )
    if without_scripts > sum(len(piece.text) for piece in pieces):
        return _pieces(root, UNSEEN - {"noscript"})
    return pieces


def _pieces(root: etree._Element, unseen: frozenset[str]) -> tuple[_Piece, ...]:
    """Return the lines of a tree in order, walking it without recursion."""
    line = _LineInTheMaking()
    walker = etree.iterwalk(root, events=("start", "end", "comment", "pi"))
    for event, element in walker:
        if event == "start":
            tag = element.tag
            if tag in unseen:
                walker.skip_subtree()
                continue
            line.open(tag, element)
            if text := element.text:
                line.add(text)
            continue
        if event == "end" and (tag := element.tag) not in unseen:
            line.close(tag)
        if (text := element.tail) and element is not root:
            line.add(text)
    line.end()
    return tuple(line.pieces)


def name_of(element: etree._Element, tag: str) -> str:
    """Return an element's tag and what its attributes call it: `div.post.wide#main[role=main]`.

    >>> name_of(etree.fromstring('<div class="b c" id="a" style="display: none"/>'), "div")
    'div.b.c#a[hidden]'
    """
    name = tag
    for key, value in element.items():
        if key == "class":
            if tokens := value.split():
                name += "." + ".".join(tokens[:MAX_NAMES])
        elif key == "id":
            name += f"#{value.strip()}"
        elif key in _TELLING:
            name += f"[{key}={value.strip().lower()}]"
        elif key in _HIDING and _is_hidden(key, value):
            name += HIDDEN
    return name[:MAX_NAME]


def _is_hidden(key: str, value: str) -> bool:
    """Tell whether an attribute hides its element from those who see, or from those who listen."""
    if key == "style":
        return ("none" in value or "hidden" in value) and _UNSHOWN.search(value) is not None
    return key == "hidden" or value.strip().lower() == "true"


class _LineInTheMaking:
    """The text since the last block began or ended, and the elements that are open around it."""

    def __init__(self) -> None:
        self.pieces: list[_Piece] = []
        self.parts: list[str] = []
        self.cells = [0]
        """Where among the parts a cell of a table begins."""
        self.linked = 0
        """Characters that stand in links."""
        self.inner: list[str] = []
        """Names of the inline elements that opened since."""
        self.blocks: list[str] = []
        self.path: list[str] = []
        self.common = 0
        """How many elements of the path have been open since the last finished line."""
        self.regions: list[str] = []
        self.links = 0
        self.targets: list[str] = []
        """Where the links that are open lead,"""
        self.link = ""
        """and where the first leads that has text on the line."""
        self.preformatted = 0
        self.gap = 0
        """Empty lines since the last line of the block."""
        self.lists: list[Counter | None] = []
        """What counts the points of the lists that are open, None where they have no numbers."""
        self.number = ""

    def open(self, tag: str, element: etree._Element) -> None:
        """Open an element; a block, or a break, ends the line."""
        name = name_of(element, tag)
        if tag in BREAKING and not self.end():
            self.gap += 1
        if tag in BLOCKS:
            self.blocks.append(tag)
            self.gap = 0
        elif tag != name and len(self.inner) < MAX_NAMES:
            self.inner.append(name)
        self.path.append(name)
        if tag == "a":
            self.targets.append(element.get("href") or "")
        elif tag in _NOTED:
            self.note(tag, element)

    def close(self, tag: str) -> None:
        """Close an element; a block ends the line."""
        if tag in BLOCKS:
            self.end()
            self.blocks.pop()
            self.gap = 0
        if tag == "a":
            self.targets.pop()
        elif tag in _NOTED:
            self.note_end(tag)
        self.path.pop()
        self.common = min(self.common, len(self.path))

    def note(self, tag: str, element: etree._Element) -> None:
        """Note the beginning of an element that says something of all text in it."""
        if tag in LANDMARKS:
            self.regions.append(_region(tag, self.regions))
        elif tag in PREFORMATTED:
            self.preformatted += 1
        elif tag in LISTS:
            self.lists.append(Counter(element) if tag == "ol" else None)
        elif tag == "li":
            counter = self.lists[-1] if self.lists else None
            self.number = counter.next(element) if counter else ""
        else:
            self.cells.append(len(self.parts))

    def note_end(self, tag: str) -> None:
        """Note the end of one."""
        if tag in LANDMARKS:
            self.regions.pop()
        elif tag in PREFORMATTED:
            self.preformatted -= 1
        elif tag in LISTS:
            self.lists.pop()
        elif tag == "li":
            self.number = ""

    def add(self, text: str) -> None:
        """Add a text; in preformatted text each line end ends the line."""
        if self.targets:
            self.linked += len(text)
            if not self.link and not text.isspace():
                self.link = self.targets[-1]
        if not self.preformatted:
            self.parts.append(text)
            return
        first, *others = text.split("\n")
        self.parts.append(first)
        for part in others:
            if not self.end():
                self.gap += 1
            self.parts.append(part)
            self.linked = len(part) if self.targets else 0
            self.link = self.targets[-1] if self.targets else ""

    def end(self) -> bool:
        """Keep the line, if it has a visible character, and begin another; tell whether it has."""
        is_visible = False
        if self.parts:
            written = "".join(self.parts)
            is_visible = bool(written) and not written.isspace()
            if is_visible:
                self.keep(written)
            self.parts.clear()
            self.linked = 0
            self.link = ""
            del self.cells[1:]
        self.inner.clear()
        return is_visible

    def keep(self, written: str) -> None:
        """Keep a line of which so much is written."""
        path = tuple(self.path)
        density = min(1.0, round(self.linked / len(written), 3)) if self.linked else 0.0
        self.pieces.append(
            _Piece(
                written.rstrip() if self.preformatted else self.in_one_line(written),
                self.blocks[-1] if self.blocks else "",
                self.regions[-1] if self.regions else "",
                density,
                path,
                self.common,
                tuple(self.inner),
                self.link.strip(),
                self.gap,
                self.number,
            )
        )
        self.common = len(path)
        self.gap = 0
        self.number = ""

    def in_one_line(self, written: str) -> str:
        """Return the text with runs of white space as one space, and with breaks between cells."""
        if len(self.cells) == 1:
            return _with_single_spaces(written)
        ends = [*self.cells[1:], len(self.parts)]
        cells = ("".join(self.parts[at:end]) for at, end in zip(self.cells, ends, strict=True))
        return CELL_BREAK.join(map(_with_single_spaces, cells)).strip("\t")


def _with_single_spaces(text: str) -> str:
    """Return a text with runs of white space as one space, and none at its ends."""
    text = text.strip(_SPACES)
    has_runs = "  " in text or "\n" in text or "\t" in text or "\r" in text or "\f" in text
    return _SPACE.sub(" ", text) if has_runs else text


def _region(tag: str, regions: list[str]) -> str:
    """Return the landmark that a tag opens; an article's own header or footer is the article's.

    >>> _region("header", ["article"]), _region("header", []), _region("nav", ["article"])
    ('article', 'header', 'nav')
    """
    inside = "article" in regions or "main" in regions
    return regions[-1] if tag in ("header", "footer") and inside else tag
