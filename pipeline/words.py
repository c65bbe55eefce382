"""How many words many lines have, counted over their characters at once."""

from collections.abc import Sequence
from functools import cache

import numpy as np
from numpy.typing import NDArray

from pipeline.language.letters import OUTSIDE, code_points
from pipeline.shapes import IDEOGRAPH, WORD, count_words

_IN_WORD, _JOINER, _OTHERWISE = 1, 2, 3
_JOINERS = "’'-"
"""What is of a word between two of its characters."""


def count_all_words(texts: Sequence[str]) -> int:
    """Return the number of words that `count_words` finds in lines, together.

    Only lines with characters of which two make a word, or beyond the basic plane, are looked at
    one by one.

    >>> count_all_words(["Añez’s well-known law, again", "", "- 1 - 'tis", "東京の港 opens"])
    9
    """
    kinds = _kinds().take(code_points("\n".join((*texts, ""))))
    inside = kinds == _IN_WORD
    inside[1:-1] |= (kinds[1:-1] == _JOINER) & inside[:-2] & inside[2:]
    starts = np.flatnonzero(inside[1:] > inside[:-1]) + 1
    total = len(starts) + int(inside[:1].sum())
    otherwise = np.flatnonzero(kinds == _OTHERWISE)
    if not len(otherwise):
        return total
    ends = np.cumsum(np.fromiter(map(len, texts), np.intp, len(texts)) + 1)
    for at in np.unique(np.searchsorted(ends, otherwise, side="right")).tolist():
        begin, end = int(ends[at]) - len(texts[at]) - 1, int(ends[at])
        own = np.searchsorted(starts, (begin, end)).tolist()
        total += count_words(texts[at]) - (own[1] - own[0])
        total -= int(begin == 0 and inside[0])
    return total


@cache
def _kinds() -> NDArray[np.uint8]:
    """Return for each code point what it is to a word, [65536]."""
    characters = list(map(chr, range(OUTSIDE)))
    kinds = np.zeros(OUTSIDE + 1, dtype=np.uint8)
    kinds[:-1][[WORD.match(each) is not None for each in characters]] = _IN_WORD
    kinds[list(map(ord, _JOINERS))] = _JOINER
    kinds[:-1][[IDEOGRAPH.match(each) is not None for each in characters]] = _OTHERWISE
    kinds[OUTSIDE] = _OTHERWISE
    return kinds
