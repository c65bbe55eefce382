"""What stands around the records of a page: rows to other pages of a listing, its heading.

Undated sections of one article and undated items of a listing look alike, line by line. But a
listing is called “Category: Harbour” or “Blog”, and goes on with “Older posts” or `1 2 3`; an
article has the next one, related ones and a form for replies beside it. Such lines are mostly known
for boilerplate and of no item, so they are looked for among all blocks of the page.
"""

import re
from collections.abc import Mapping, Sequence
from functools import lru_cache
from itertools import chain
from pathlib import Path

import msgspec
import numpy as np

from pipeline.blocks import Block
from pipeline.folding import fold
from pipeline.shapes import IDEOGRAPH
from pipeline.trees import Bytes, Ints
from pipeline.yaml_file import read_yaml

PHRASES = Path(__file__).with_name("around.yaml")
COLUMNS = 4
PAGER, HEADING, WEAK_HEADING = 1, 2, 4
"""What a block may be, as bits: a row to other pages, a heading that only listings have, one that
menus and boxes have, too;"""
ALONE = 8
"""from here on what stands beside one article, a bit for each kind."""
MAX_WORDS = 14
"""A block of more words is none of these."""
FAR_ABOVE, ABOVE, RIGHT_ABOVE = 30, 6, 4
"""So many blocks above the first title the heading of a listing is looked for, mostly stands, and
must stand if menus have such words, too."""
_RUN = 3
"""So many numbers, each by one greater than the one before, number pages."""
_NUMBER = re.compile(r"[0-9]{1,4}")
_ONE_NUMBER = re.compile(r"[\s•*\[|·-]*([0-9]{1,4})[\s\]|·]*")
_POINT = re.compile(r"\s*(?:[•◦▪‣·●○■*–—-]|[0-9]+[.)])\s")
"""How an entry of a menu begins; `#`, which marks a heading in Markdown, is none."""
_MAX_PHRASE = 10
"""No phrase has more words."""
_MAX_NAMED = 3
"""A heading that ends with a word of menus has so many words: “Industry news”."""


class _Language(msgspec.Struct, forbid_unknown_fields=True):
    pager: list[str]
    turns: list[str]
    names: list[str]
    begins: list[str]
    ends: list[str]
    headings: list[str]
    alone: dict[str, list[str]]


class Phrases(msgspec.Struct, frozen=True):
    """What is said around listings and articles, folded, of all languages together."""

    pager: frozenset[str]
    """Phrases, with ` # ` for each number,"""
    pager_words: frozenset[str]
    """all their words, `#` and those that turn pages beside a number,"""
    turns: frozenset[str]
    """and these alone."""
    names: frozenset[str]
    ends: tuple[str, ...]
    headings: frozenset[str]
    begins: Mapping[str, int]
    """What a block is that begins with a phrase,"""
    first: frozenset[str]
    """and the first words of these."""


@lru_cache(maxsize=1)
def load_phrases() -> Phrases:
    """Return the phrases of the package."""
    content = read_yaml(PHRASES).content
    spoken = msgspec.convert(content, dict[str, _Language]).values()
    pager = frozenset(_spaced(fold(each)) for own in spoken for each in own.pager)
    turns = frozenset(fold(each) for own in spoken for each in own.turns)
    kinds = list(dict.fromkeys(kind for own in spoken for kind in own.alone))

    def folded(field: str) -> frozenset[str]:
        return frozenset(fold(each) for own in spoken for each in getattr(own, field))

    begins = dict.fromkeys(folded("begins"), HEADING) | {
        fold(each): ALONE << kinds.index(kind)
        for own in spoken
        for kind, phrases in own.alone.items()
        for each in phrases
    }
    ends = sorted(each if IDEOGRAPH.match(each) else f" {each}" for each in folded("ends"))
    return Phrases(
        pager=pager,
        pager_words=frozenset(chain(turns, *(each.split() for each in pager), "#")),
        turns=turns,
        names=folded("names"),
        ends=tuple(ends),
        headings=folded("headings"),
        begins=begins,
        first=frozenset(each.partition(" ")[0] for each in begins),
    )


def hints_of(blocks: Sequence[Block]) -> list[int]:
    """Return what each block of a page is, as bits."""
    phrases = load_phrases()
    hints = [_hint(block, phrases) if block.words <= MAX_WORDS else 0 for block in blocks]
    run = before = 0
    for at, block in enumerate(blocks):  # numbers of pages, each a block of its own
        number = _ONE_NUMBER.fullmatch(block.text) if block.folded == "#" else None
        if number is None:
            run = 0
            continue
        run = run + 1 if int(number[1]) == before + 1 else 1
        before = int(number[1])
        if run >= _RUN:
            hints[at] |= PAGER
    return hints


def hints_at(places: Sequence[int], hints: Sequence[int]) -> Ints:
    """Return the hints of the blocks at some places; those of others go to the last one above.

    Above the first of them, to that one.

    >>> hints_at([1, 3], [1, 0, 2, 4, 8]).tolist()
    [3, 12]
    """
    owners = np.maximum(np.searchsorted(places, np.arange(len(hints)), side="right") - 1, 0)
    merged = np.zeros(len(places), np.int64)
    np.bitwise_or.at(merged, owners, np.array(hints, np.int64))
    return merged


def around_columns(hints: Ints, titles: Ints) -> Bytes:
    """Return what stands around the records that begin with some titles: (COLUMNS, 1).

    Whether a row leads to other pages (2: below the last title), a heading of a listing stands
    above (2: not far), a word that may be one right above; how many kinds of what stands beside one
    article there are.
    """
    first, last = int(titles[0]), int(titles[-1])
    every = int(np.bitwise_or.reduce(hints))
    below = int(np.bitwise_or.reduce(hints[last:]))
    headed = np.flatnonzero(hints[max(0, first - FAR_ABOVE) : first + 1] & HEADING)
    lowest = max(0, first - FAR_ABOVE) + int(headed[-1]) if len(headed) else -1
    right_above = hints[max(0, first - RIGHT_ABOVE) : first + 1]
    found = (
        2 if below & PAGER else int(bool(every & PAGER)),
        0 if lowest < 0 else 1 + (lowest >= first - ABOVE),
        bool(right_above.any() and np.bitwise_or.reduce(right_above) & WEAK_HEADING),
        (every // ALONE).bit_count(),
    )
    return np.array(found, np.uint8)[:, None]


def _hint(block: Block, phrases: Phrases) -> int:
    folded = block.folded.lstrip("# ") if block.text.startswith("#") else block.folded
    words = _words(folded)
    if not words:
        return 0
    if _is_pager(block, words, phrases):
        return PAGER
    begun = (" ".join(words[:count]) for count in range(1, _MAX_PHRASE + 1))
    known = words[0] in phrases.first and next(filter(phrases.begins.get, begun), "")
    kind = phrases.begins[known] if known else _heading(block, words, phrases)
    return 0 if kind < ALONE and _POINT.match(block.text) else kind


def _is_pager(block: Block, words: Sequence[str], phrases: Phrases) -> bool:
    """Tell whether a block is a row to other pages of a listing.

    That is one of their phrases, numbers beside words that turn pages, or numbers that rise.
    """
    if not phrases.pager_words.issuperset(words):
        return False
    if phrases.pager.issuperset(_parts(words, phrases.pager)):
        return True
    if "#" not in words:
        return False
    numbers = [int(each) for each in _NUMBER.findall(block.text)]
    rising = any(
        second - first == third - second == 1
        for first, second, third in zip(numbers, numbers[1:], numbers[2:], strict=False)
    )
    return rising or (len(words) > 2 and not phrases.turns.isdisjoint(words))


def _parts(words: Sequence[str], phrases: frozenset[str]) -> list[str]:
    """Return words as the phrases they are made of, the longest first; a word of none is itself."""
    found = []
    at = 0
    while at < len(words):
        for end in range(len(words), at, -1):
            if (phrase := " ".join(words[at:end])) in phrases or end == at + 1:
                found.append(phrase)
                at = end
                break
    return found


def _heading(block: Block, words: Sequence[str], phrases: Phrases) -> int:
    """Return whether a block is the heading of a listing by how it ends, and for sure."""
    text = " ".join(words)
    if text.endswith(phrases.ends) or (":" in block.text and _is_named(block.text, phrases)):
        return HEADING
    named = len(words) <= _MAX_NAMED and words[-1] in phrases.headings
    return WEAK_HEADING * (named or text in phrases.headings)


def _is_named(text: str, phrases: Phrases) -> bool:
    name, _, rest = text.lstrip("# ").partition(":")
    return bool(rest.strip()) and fold(name) in phrases.names


def _spaced(folded: str) -> str:
    """Return folded text with each number a word of its own.

    >>> _spaced("#next page # of #")
    '# next page # of #'
    """
    return " ".join(_words(folded))


def _words(folded: str) -> list[str]:
    return folded.replace("#", " # ").split()
