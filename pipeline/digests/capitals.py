"""How many letters of a text are capitals, of all texts of a page at once.

What a capital, a letter and a digit is, `str` says: one look-up for each distinct character.
"""

from collections.abc import Sequence
from functools import lru_cache

import numpy as np
import numpy.typing as npt

from pipeline.trees import Bytes, Ints

_ALL_KINDS = _UPPER, _LETTER, _FIGURE, _SPACE = 1, 2, 4, 8


def letter_shares(heads: Sequence[str]) -> Ints:
    """Return three shares of each text, in percent: (n, 3).

    Of capitals among its letters, of words that begin with one, of digits among its characters.

    >>> letter_shares(["Pier 4, Öland", "at 19:30", ""]).tolist()
    [[22, 66, 7], [0, 0, 50], [0, 0, 0]]
    """
    kinds = _kinds("".join(heads))
    lengths = np.array([len(head) for head in heads])
    ends = np.cumsum(lengths)
    begins = ends - lengths
    upper, letter, figure, apart = ((kinds & kind).astype(np.bool_) for kind in _ALL_KINDS)
    begin = np.zeros(len(kinds), np.bool_)  # of a text, or of what stands behind a space
    begin[1:] = apart[:-1]
    begin[begins[lengths > 0]] = True
    word = begin & ~apart

    def count(flags: npt.NDArray[np.bool_]) -> Ints:
        summed = np.concatenate(([0], np.cumsum(flags)))
        counts: Ints = summed[ends] - summed[begins]
        return counts

    shares = (
        (count(upper), count(letter)),
        (count(word & upper), count(word)),
        (count(figure), lengths),
    )
    return np.stack([100 * part // np.maximum(1, whole) for part, whole in shares], axis=1)


def _kinds(text: str) -> Bytes:
    """Return which kinds each character is of: _UPPER, _LETTER, _FIGURE, _SPACE together."""
    codes = np.frombuffer(text.encode("utf-32-le", "surrogatepass"), "<u4")
    kinds: Bytes = _ascii_kinds()[np.minimum(codes, 127)]
    others = np.flatnonzero(codes > 127)
    if len(others):
        distinct, places = np.unique(codes[others], return_inverse=True)
        kinds[others] = np.array([_kind(chr(code)) for code in distinct], np.uint8)[places]
    return kinds


@lru_cache(maxsize=1)
def _ascii_kinds() -> Bytes:
    return np.array([_kind(chr(code)) for code in range(128)], np.uint8)


@lru_cache(maxsize=1 << 12)
def _kind(character: str) -> int:
    """Return which kinds a character is of.

    >>> [_kind(each) for each in "Aé4 "] == [_UPPER | _LETTER, _LETTER, _FIGURE, _SPACE]
    True
    """
    return (
        _UPPER * character.isupper()
        | _LETTER * character.isalpha()
        | _FIGURE * character.isdigit()
        | _SPACE * character.isspace()
    )
