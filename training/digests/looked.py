"""Pages of the data sets that were looked at: whether each is a listing, and what its items are.

`looked.json` names pages, and lines of theirs, by what their bytes and letters come to: none of
their words stand in it. Each page was read line by line as HTML is rendered, without a splitter's
say, once; of each listing the first, a middle and the last items were looked at again.
"""

import hashlib
import zlib
from collections.abc import Iterator, Sequence
from functools import cache
from pathlib import Path
from typing import Literal

import msgspec

from training.digests.letters import letters_of

FILE = Path(__file__).with_name("looked.json")


class Looked(msgspec.Struct, frozen=True):
    """A page, and what it was found to be."""

    page: str
    """What its HTML's bytes come to (`key_of`)."""
    site: str
    kind: Literal["listing", "whole", "other"]
    """`other` is neither for sure: goods, links without a text, directories. Nothing is learned of
    it."""
    items: tuple[tuple[int, ...], ...] = ()
    """Of each item of a listing what the letters of its title come to, then those of its texts."""


@cache
def looked(file: Path = FILE) -> dict[str, Looked]:
    """Return what is known of each page, by the page."""
    own = msgspec.json.decode(file.read_bytes(), type=list[Looked])
    return {each.page: each for each in own}


def key_of(html: bytes) -> str:
    """Return what a page is called here.

    >>> key_of(b"<p>Boats")
    'b4c55ebc8d9139e7'
    """
    return hashlib.blake2b(html, digest_size=8).hexdigest()


def sum_of(text: str) -> int:
    """Return what the letters of a line come to.

    >>> sum_of("The boats, late.") == sum_of("the BOATS late")
    True
    """
    return zlib.crc32(letters_of(text).encode())


def items_of(page: Looked, lines: Sequence[str]) -> list[tuple[str, str]]:
    """Return title and text of each item, given the lines of the page; items gone are left out.

    >>> lines = ["Home", "Boats", "They came late.", "Nets", "They are dry."]
    >>> page = Looked("", "", "listing", ((sum_of("Nets"), sum_of("They are dry.")),))
    >>> items_of(page, lines)
    [('Nets', 'They are dry.')]
    """
    sums = [sum_of(line) for line in lines]
    titles: list[tuple[int, tuple[int, ...]]] = []
    begin = 0
    for title, *texts in page.items:
        at = _next(sums, title, begin)
        if at is not None:
            titles.append((at, tuple(texts)))
            begin = at + 1
    ends = [*(at for at, _ in titles[1:]), len(lines)]
    return [
        (lines[at], "\n".join(_found(texts, sums[at + 1 : end], lines[at + 1 : end])))
        for (at, texts), end in zip(titles, ends, strict=True)
    ]


def _found(texts: Sequence[int], sums: Sequence[int], lines: Sequence[str]) -> Iterator[str]:
    """Yield the lines that texts are, in their order."""
    begin = 0
    for text in texts:
        at = _next(sums, text, begin)
        if at is not None:
            yield lines[at]
            begin = at + 1


def _next(sums: Sequence[int], wanted: int, begin: int) -> int | None:
    """Return the first place from one on at which a sum stands, if any."""
    return next((at for at in range(begin, len(sums)) if sums[at] == wanted), None)
