"""What training sees of a page, and what it can be told."""

import zlib

import msgspec
import numpy as np
import numpy.typing as npt

from pipeline.digests.outline import Outline

Shares = npt.NDArray[np.float64]
BRIEF = "brief"
"""How the forms of pages are called that are told briefly."""


class Page(msgspec.Struct, frozen=True):
    """One form of a page, with what is known of its n blocks."""

    name: str
    site: str
    """Folds and parts go by it."""
    form: str
    """How it was made text of, and what was done to that."""
    outline: Outline
    titles: Shares
    """(n,) 1 for the title of an item, else 0,"""
    texts: Shares
    """(n,) 1 for the text of one, else 0. All are 0 on a page that is to stay whole."""
    made: bool = False
    """Whether its items were put together from articles, or nobody looked at the page."""

    @property
    def is_digest(self) -> bool:
        return bool(self.titles.any())

    @property
    def is_brief(self) -> bool:
        """Whether it is told briefly: it teaches which pages stay whole, and nothing of lines."""
        return self.form.startswith(BRIEF)


class Making(msgspec.Struct, frozen=True):
    """How trees are learned."""

    loss: str
    trees: int
    depth: int
    rate: float
    share: float
    """Share of the columns that each level of a tree chooses from."""
    borders: int = 32
    seed: int = 1
    seeds: int = 1
    """So many trainings are averaged: whether a page is a listing is learned from few pages."""


class Options(msgspec.Struct, frozen=True):
    """What the training can be told; it stands in the file."""

    seed: int = 1
    passes: int = 3
    parts: int = 2
    """Into so many parts of sites pages are dealt for guesses that a pass is trained on,"""
    folds: int = 5
    """and into so many for the scores that the choice is trained on."""
    blocks: Making = Making("CrossEntropy", trees=120, depth=6, rate=0.15, share=0.2)
    choice: Making = Making("YetiRank", trees=200, depth=5, rate=0.06, share=0.3, borders=64)
    accept: Making = Making(
        "CrossEntropy", trees=400, depth=4, rate=0.06, share=0.3, borders=64, seeds=4
    )
    rows: int = 150
    """Blocks of a listing that trees are trained on, drawn at random,"""
    rows_made: int = 80
    """of one that was put together,"""
    rows_whole: int = 15
    """and of a page that stays whole."""
    made_weight: float = 0.35
    """How much a page counts that was put together; one of a site with n pages counts 1.5 / √n."""
    real_weight: float = 1.5
    accept_made: float = 0.1
    """How much a listing that was put together counts where a page is accepted or not,"""
    accept_whole: float = 1.0
    """and a page that nobody looked at, and that is no listing by its type and markup; also one
    that is told briefly."""
    whole_weight: float = 0.03
    """How much less a page that stays whole counts in the passes: whether a page is a listing is
    for the choice to say."""


def part_of(site: str, count: int, salt: str) -> int:
    """Return to which of so many parts a site is dealt."""
    return zlib.crc32(f"{salt} {site}".encode()) % count
