"""What training sees of a page, and what it can be told."""

import zlib
from collections.abc import Sequence

import msgspec
import numpy as np
import numpy.typing as npt

from pipeline.boilerplate.features import PageFeatures
from pipeline.boilerplate.signs import Ints

MASKED = 8
"""One rendering in so many is shown to the trees without its words."""


class Page(msgspec.Struct, frozen=True):
    """One rendering of a page, with what is known of its n blocks."""

    name: str
    site: str
    page_type: str
    """One of WCXB's, or `` where nobody annotated the page."""
    rendering: str
    features: PageFeatures
    words: Ints
    """(n,) words as the measure counts them,"""
    hits: npt.NDArray[np.float64]
    """(n,) and how many of them are of the main text (for silver: the mean of extractors)."""
    gold_words: float
    """Words of the main text, found in the rendering or not."""
    kinds: Ints
    """(n,) index into KINDS by the markup, -1 where it says nothing."""
    weight: float
    """How much the page counts: 1 where people annotated it."""

    @property
    def is_masked(self) -> bool:
        """Whether the model learns this rendering without its words.

        So that it knows what to do in a script or language that it has no words of.
        """
        return zlib.crc32(f"mask {self.name} {self.rendering}".encode()) % MASKED == 0


class Options(msgspec.Struct, frozen=True):
    """What the training can be told; its fingerprint stands in the model."""

    seed: int = 1
    gram_sites: int = 12
    """Words and pairs of words are known that stand on at least so many sites."""
    gram_epochs: int = 3
    gram_rate: float = 0.01
    gram_decay: float = 1e-6
    renderings_a_page: int = 3
    """Of the ways to render a page so many are learned from, others for each page."""
    first_trees: int = 120
    second_trees: int = 300
    depth: int = 6
    borders: int = 32
    first_rate: float = 0.12
    second_rate: float = 0.1
    rows_a_page: int = 150
    """Blocks of a page that trees are trained on, drawn at random; context is of all."""
    parts: int = 3


def block_weights(page: Page) -> npt.NDArray[np.float64]:
    """Return how much each block counts: a page 1 in all, a block the root of its words."""
    roots = np.sqrt(page.words)
    return roots / max(roots.sum(), 1.0) * page.weight


def renderings_of(name: str, renderings: Sequence[str], count: int) -> tuple[str, ...]:
    """Return the renderings that are learned from of one page, in turn over the pages.

    >>> renderings_of("one", ("a", "b", "c"), 2), renderings_of("other", ("a", "b"), 9)
    (('b', 'c'), ('a', 'b'))
    """
    first = zlib.crc32(f"rendering {name}".encode()) % len(renderings)
    turned = (*renderings[first:], *renderings[:first])
    return tuple(turned[:count])
