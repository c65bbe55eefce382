"""What the blocks of a page look like, and which of them look alike, in numbers.

The records of a listing are made alike: what a title is shows less in its words than in what
stands beside it, and in that the same stands beside others. So a block is described by its looks
(`signs`) and by several keys, each of which two blocks share if they are alike in one way.
"""

import re
from collections.abc import Sequence
from functools import lru_cache
from itertools import pairwise

import msgspec
import numpy as np
import numpy.typing as npt

from pipeline.blocks import Block
from pipeline.bylines import find_author
from pipeline.datelines import author_after_by, spaced
from pipeline.digests.around import hints_at, hints_of
from pipeline.digests.capitals import letter_shares
from pipeline.document import Markup, tag_of
from pipeline.folding import fold
from pipeline.remembering import remembered
from pipeline.shapes import (
    count_words,
    ends_cut,
    ends_sentence,
    has_numeric_date,
    is_date_line,
    is_numbered,
    is_title_like,
)
from pipeline.trees import Ints
from pipeline.vocabulary import Vocabulary

SHAPES = "DdBMPTSNQX"
"""What a block is by its looks: a date alone, a short line with a date, a byline, “read more”,
running text, a title, a few words, a number, a question, anything else."""
SIGNS = (
    "words",
    "length",
    "prose",
    "sentence",
    "cut",
    "colon",
    "question",
    "numbered",
    "bullet",
    "indent",
    "upper",
    "capitals",
    "shape",
    "date alone",
    "date",
    "byline",
    "more",
    "lower",
    "address",
    "digits",
    "commas",
    "bar",
    "begins byline",
    "lines",
    "sentences",
    "gap",
)
"""What is known of each block, 0…255."""
MARKUP_SIGNS = ("linked", "tag", "heading", "depth", "new", "region", "element", "opens", "told")
"""What the markup says of it besides."""
KEYS = 6
"""Ways in which two blocks are alike: the same words, months and numbers aside; the same first two;
the same last two; the same shape, indentation and bullet; the same shapes around them; the same
shape."""
MARKUP_KEYS = 4
"""The same parent and tag of what begins with the block; the same tags of it; the same tags from
the root on; the same names of it."""
MAX_SHORT = 16
"""A block of more words is alike to all such in its words."""
MAX_DATED = 14
"""A block of more words that has a date in it is a text with a date."""
MAX_FEW = 3
_SHORT_YEAR = re.compile(
    r"(?<![\d./])(?:\d{1,2}/\d{1,2}/\d\d|(?:0[1-9]|[12]\d|3[01])\.(?:0[1-9]|1[0-2])\.\d\d)(?![\d./])"
)
"""12/5/20 and 12.05.20: which day is not known, but that it is one."""
MAX_LOOKED_AT = 400
"""A longer block is not asked for a date;"""
HEAD = 200
"""of so many characters of it capitals and digits are counted."""
BULLET = re.compile(r"\s*([•◦▪‣·●○■–—*+#-]+|\d{1,3}[.)])\s+")
_ADDRESS = re.compile(r"[\s<(\[]*(?:https?://|www\.)\S+\s*")
_ONWARD = "»→›"
"""What “read more” ends with, and an excerpt that is one with it."""
_LEAD = "•◦▪‣·●○■–—*+-#0123456789.) \t"
_MONTH = "~"
_COUNTED = ("upper", "capitals", "digits")
_PLACED = ("lines", "gap")
"""Signs that are counted of all blocks of a page together, and those of where a block stands;"""
_READ = tuple(sign for sign in SIGNS if sign not in {*_COUNTED, *_PLACED})
"""all others are read off its text."""
_PLACES = [(*_READ, *_COUNTED, *_PLACED).index(sign) for sign in SIGNS]
_HEADINGS = ("h1", "h2", "h3", "h4", "h5", "h6")
_TAGS = {
    tag: number
    for number, tag in enumerate(
        (
            "",
            *_HEADINGS,
            "p",
            "li",
            "a",
            "div",
            "td",
            "dt",
            "dd",
            "blockquote",
            "pre",
            "section",
            "span",
            "tr",
            "th",
            "figcaption",
            "ul",
            "ol",
            "body",
            "main",
            "button",
            "label",
            "address",
            "strong",
        )
    )
}
_OTHER_TAG = len(_TAGS)
_SAME_TAGS = {"article": "div", "header": "div", "time": "span"}
"""Tags that say what an element is, and are used too seldom and too freely to be trusted."""
_REGIONS = ("", "nav", "header", "footer", "aside", "form", "main", "article")
_SHOWN = 255


class Outline(msgspec.Struct, frozen=True):
    """The n blocks of a page as numbers."""

    signs: Ints
    """(n, SIGNS), with MARKUP_SIGNS where the capture is HTML: 0…255."""
    keys: Ints
    """(KEYS, n), with MARKUP_KEYS where the capture is HTML: equal numbers where blocks are alike,
    numbered from 0 in order of appearance."""
    words: Ints
    """(n,) words of each block."""
    folded: tuple[str, ...]
    """Its text, folded."""
    hints: Ints
    """(n,) what it tells of the whole page (`around`)."""
    nameless: npt.NDArray[np.bool_]
    """(n,) whether it can be no title: a rule of dashes, or an address alone."""

    @property
    def is_markup(self) -> bool:
        """Whether the capture is HTML."""
        return len(self.keys) > KEYS

    def sign(self, name: str) -> Ints:
        """Return one sign of all blocks: (n,)."""
        return self.signs[:, SIGNS.index(name)]


def outline_of(
    blocks: Sequence[Block], vocabulary: Vocabulary, hints: Ints | None = None
) -> Outline:
    """Return the outline of a page of one block or more.

    `hints` are given where the page has more blocks than these.
    """
    looks = [
        _looks(block.text, block.lines[0].text, block.folded, block.words, block.prose, vocabulary)
        for block in blocks
    ]
    shapes = [shape for _, shape, _ in looks]
    padded = f"^{''.join(shapes)}$$"
    columns: list[Sequence[object]] = list(zip(*(keys for *_, keys in looks), strict=True))
    columns += [[padded[at : at + 4] for at in range(len(blocks))], shapes]
    signs = np.concatenate(
        (
            np.array([row for row, *_ in looks], np.int64),
            letter_shares([block.text[:HEAD] for block in blocks]),
            np.array([[len(block.lines) for block in blocks], _gaps(blocks)], np.int64).T,
        ),
        axis=1,
    )[:, _PLACES]
    marked = [block.lines[0].markup for block in blocks]
    if any(marked):
        more, names = _markup_described(blocks)
        signs = np.concatenate((signs, np.array(more, np.int64)), axis=1)
        columns += list(zip(*names, strict=True))
    keys_of_blocks = np.array([_numbered(column) for column in columns], np.int64)
    words = np.array([block.words for block in blocks], np.int64)
    folded = tuple(block.folded for block in blocks)
    if hints is None:
        hints = hints_at(range(len(blocks)), hints_of(blocks))
    nameless = np.array([_is_nameless(block) for block in blocks])
    return Outline(np.clip(signs, 0, _SHOWN), keys_of_blocks, words, folded, hints, nameless)


def _is_nameless(block: Block) -> bool:
    """Tell whether a block has neither letter nor digit, or nothing but an address."""
    return not block.folded or (block.words < MAX_SHORT and bool(_ADDRESS.fullmatch(block.text)))


def _numbered(column: Sequence[object]) -> list[int]:
    """Return a number for each, the same for equal ones.

    >>> _numbered(["a", "b", "a"])
    [0, 1, 0]
    """
    numbers = {each: number for number, each in enumerate(dict.fromkeys(column))}
    return [numbers[each] for each in column]


def _gaps(blocks: Sequence[Block]) -> list[int]:
    """Return how many empty lines stand above each block, at most 3; 9 if the page has none."""
    gaps = [3]
    for above, block in pairwise(blocks):
        gaps.append(min(3, block.lines[0].number - above.lines[-1].number - 1))
    return gaps if sum(gap > 0 for gap in gaps) > 2 else [9] * len(blocks)


@remembered
def _looks(
    text: str, raw: str, folded: str, words: int, prose: bool, vocabulary: Vocabulary
) -> tuple[tuple[int, ...], str, tuple[object, ...]]:
    """Return the signs of a text that _READ names, its shape and first keys.

    `raw` is its first line as it stands, `folded` the text folded.
    """
    dated = len(text) < MAX_LOOKED_AT and _has_date(text, folded, vocabulary)
    if not dated and words <= MAX_DATED and "#" in folded:
        parted = spaced(text, vocabulary)
        again = fold(parted) if parted != text else ""
        if again and _has_date(parted, again, vocabulary):
            return _looks(parted, raw, again, count_words(parted), prose, vocabulary)
    shape = _shape(text, folded, words, prose, dated, vocabulary)
    bullet = BULLET.match(raw)
    mark = "1" if bullet and bullet[1][0].isdigit() else bullet[1] if bullet else ""
    indent = len(raw) - len(raw.lstrip())
    keys: tuple[object, ...]
    if words <= MAX_SHORT:
        tokens = folded.split()
        if not vocabulary.months.keys().isdisjoint(tokens):
            tokens = [_MONTH if token in vocabulary.months else token for token in tokens]
        keys = (" ".join(tokens), (shape, *tokens[:2]), (shape, *tokens[-2:]))
    else:
        keys = ("P", "P", "P")
    stripped = text.strip()
    row = (
        words,
        len(text) // 2,
        prose,
        ends_sentence(text),
        ends_cut(text, _ONWARD),
        stripped.endswith(":"),
        stripped.endswith("?"),
        is_numbered(text),
        bullet is not None,
        min(indent, 30),
        SHAPES.index(shape),
        shape == "D",
        dated,
        shape == "B",
        shape == "M",
        stripped.lstrip(_LEAD)[:1].islower(),
        "http" in text or "www." in text,
        text.count(","),
        "|" in text,
        any(word in vocabulary.byline for word in folded.split(" ", 2)[:2]),
        text.count(". "),
    )
    return row, shape, (*keys, (shape, indent, mark))


def _shape(
    text: str, folded: str, words: int, prose: bool, dated: bool, vocabulary: Vocabulary
) -> str:
    """Return which of SHAPES a block is."""
    if folded in vocabulary.read_more:
        return "M"
    if prose:
        return "P"
    if words <= MAX_DATED:
        short = _meta_shape(text, folded, dated, vocabulary)
        if short:
            return short
    if text.rstrip().endswith("?"):
        return "Q"
    if words <= MAX_FEW:
        return "S"
    return "T" if is_title_like(BULLET.sub("", text, count=1)) else "X"


def _meta_shape(text: str, folded: str, dated: bool, vocabulary: Vocabulary) -> str:
    """Return what a short block is that stands beside a title, or ``."""
    if not folded.replace("#", "").replace(" ", ""):
        return "N"
    if dated and is_date_line(text, vocabulary):
        return "D"
    if find_author(text, vocabulary) or (dated and author_after_by(text, vocabulary)):
        return "B"
    return "d" if dated else ""


def _has_date(text: str, folded: str, vocabulary: Vocabulary) -> bool:
    """Tell whether a text has a date in it: numbers alone, or a number beside a month."""
    if "#" not in folded:
        return False
    if has_numeric_date(text) or _SHORT_YEAR.search(text):
        return True
    months = vocabulary.months
    tokens = folded.split()
    for at, token in enumerate(tokens):
        if token in months and "#" in (*tokens[max(0, at - 2) : at], *tokens[at + 1 : at + 2]):
            return True
    return False


def _markup_described(
    blocks: Sequence[Block],
) -> tuple[list[tuple[int, ...]], list[tuple[object, ...]]]:
    """Return what the markup says of each block, and the keys by it."""
    opened: list[int] = []
    count = 0
    tags_of = lru_cache(maxsize=None)(_tags)  # of one page: its paths are few
    rows: list[tuple[int, ...]] = []
    keys: list[tuple[object, ...]] = []
    for block in blocks:
        for line in block.lines:
            markup = line.markup
            if markup is None:
                if line is block.lines[0]:
                    rows.append((0,) * len(MARKUP_SIGNS))
                    keys.append(("",) * MARKUP_KEYS)
                continue
            shared = min(markup.shared, len(opened))
            del opened[shared:]
            while len(opened) < len(markup.path):
                count += 1
                opened.append(count)
            if line is block.lines[0]:
                row, names = _markup_row(markup, tags_of(markup.path), shared, opened)
                rows.append(row)
                keys.append(names)
    return rows, keys


def _tags(path: Sequence[str]) -> tuple[tuple[str, ...], str]:
    """Return the tags of the elements of a path, and the innermost heading of them, or ``."""
    tags = tuple(_SAME_TAGS.get(tag, tag) for tag in map(tag_of, path))
    return tags, next((tag for tag in reversed(tags) if tag in _HEADINGS), "")


def _markup_row(
    markup: Markup, told: tuple[tuple[str, ...], str], shared: int, opened: Sequence[int]
) -> tuple[tuple[int, ...], tuple[object, ...]]:
    """Return what the markup says of a block, and its keys.

    `told` are the tags of its elements and the heading among them; `opened` numbers the elements.
    """
    tags, heading = told
    top = max(0, min(shared, len(tags) - 1))
    begins = tags[top] if tags else ""
    region = markup.region
    row = (
        round(markup.link_density * 100),
        _TAGS.get(tags[-1] if tags else "", _OTHER_TAG),
        _TAGS[heading],
        min(len(tags), 60),
        min(len(tags) - shared, 30),
        _REGIONS.index(region) if region in _REGIONS else len(_REGIONS),
        _TAGS.get(markup.element, _OTHER_TAG),
        _TAGS.get(begins, _OTHER_TAG),
        round(markup.told * 100),
    )
    parent = opened[top - 1] if top else 0
    names = (
        (parent, begins),
        tags[top:],
        tags,
        (markup.path[top:], markup.inner),
    )
    return row, names
