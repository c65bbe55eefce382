"""How long a page is to the line model: of books and manuals it sees no more than the ends.

What stands near the beginning or the end of a page is told so; all between stands as far from both
as it does in the longest page that is shown.
"""

import msgspec
import numpy as np

from pipeline.boilerplate.signs import Ints


class Extent(msgspec.Struct, frozen=True):
    """How long a page is at most as the line model sees it: of more, the middle is not counted."""

    words: int
    blocks: int
    paragraphs: int


WHOLE = Extent(words=1 << 40, blocks=1 << 40, paragraphs=1 << 40)
SHOWN = Extent(words=3000, blocks=400, paragraphs=60)
"""Where in the first thousands of words a block stands tells menus and comments from text. Of
longer documents the model has seen next to none: for it, what is far from both ends is comments.
It learns from pages as they are (WHOLE)."""


def within(bounds: Ints, most: int) -> tuple[Ints, int]:
    """Return bounds, from 0 to their last, and that, as if it were `most` or less.

    >>> bounds, total = within(np.array([0, 3, 50, 98, 100]), 10)
    >>> bounds.tolist(), total
    ([0, 3, 5, 8, 10], 10)
    """
    total = int(bounds[-1])
    shown = np.maximum(np.minimum(bounds, most // 2), bounds - max(0, total - most))
    return shown, min(total, most)
