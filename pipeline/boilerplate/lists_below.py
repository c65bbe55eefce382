"""Lists of headlines below the text of an article: other articles of the site, row by row.

Each row is in the words of an article, so the line model finds none of them unlikely enough, and
the text seems to go on through hundreds of them.
"""

from collections.abc import Sequence

import numpy as np
import numpy.typing as npt

from pipeline.blocks import Block
from pipeline.boilerplate.signs import Ints
from pipeline.boilerplate.wholes import KEPT_SHARE
from pipeline.shapes import ends_sentence
from pipeline.trees import FULL

Flags = npt.NDArray[np.bool_]

MIN_ROWS = 8
"""So many headlines in a row, each of so many words, are a list of other articles."""
MIN_WORDS = 4
MAX_DIGITS = 1 / 10
"""A row with a greater share of digits is one of a table, or a price."""
LIKELY = FULL // 2
"""The text ends with the last paragraph that scores so much; a row that does is text, too."""


def headlines_below(blocks: Sequence[Block], text: Ints, kept: Flags) -> Flags:
    """Return which blocks (n,) are of a list of headlines below the text, given scores, 0…250.

    A list of which the model keeps half of the rows (`kept`) is text. Chosen on two folds of five
    of WCXB's pages: as resiliparse renders their 298 articles, of 1,490 words that go for it none
    is of the text; with lists of four rows it would be 124 of 2,407.
    """
    found = np.zeros(len(blocks), np.bool_)
    likely = np.flatnonzero(text >= LIKELY)[::-1].tolist()
    last = next((at for at in likely if blocks[at].prose and ends_sentence(blocks[at].text)), -1)
    if last < 0:
        return found
    rows = [False, *map(_is_headline, blocks[last + 1 :]), False]
    edges = np.flatnonzero(np.diff(rows)) + last + 1
    for first, end in edges.reshape(-1, 2).tolist():
        found[first:end] = end - first >= MIN_ROWS and kept[first:end].mean() < KEPT_SHARE
    return found & (text < LIKELY) & ~kept


def _is_headline(block: Block) -> bool:
    """Tell whether a block may be a headline: some words, no sentence, few figures."""
    text = block.text
    return block.words >= MIN_WORDS and not ends_sentence(text) and not _has_figures(text)


def _has_figures(text: str) -> bool:
    """Tell whether a row is one of figures.

    >>> _has_figures("Harbour 12 counts its lamps"), _has_figures("Quay School of Oars 7 32% 671")
    (False, True)
    """
    return sum(map(str.isdecimal, text)) > MAX_DIGITS * len(text)
