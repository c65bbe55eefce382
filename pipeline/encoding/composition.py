"""Where a text may not be composed (NFC): a look at a whole capture that costs next to nothing.

`unicodedata` composes a text anew to tell, wherever there are marks that may compose, as in every
line of Hindi. Here only what stands before such a mark is asked (Unicode 15, UAX #15, section 9):
a character that is in no composed text, a mark after one of a higher class (or after a letter with
such a one), or a pair that has a character of its own.
"""

import unicodedata
from functools import cache
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from pipeline.language.letters import OUTSIDE, PLANE

_VOWELS_AND_FINALS = (*range(0x1161, 0x1176), *range(0x11A8, 0x11C3))
"""Letters of Hangul that compose with those before them, by calculation."""


class _Tables(NamedTuple):
    """What each code point is for the composition of a text, [65536] each, but for `pairs`."""

    looked_at: NDArray[np.bool_]
    """Whether any of the others says more of it than of a plain letter."""
    never: NDArray[np.bool_]
    """Whether it is in no composed text, or may not be."""
    classes: NDArray[np.uint8]
    """Canonical combining class,"""
    last_classes: NDArray[np.uint8]
    """and that of the last character that it decomposes into."""
    composes: NDArray[np.bool_]
    """Whether it composes with some character before it,"""
    pairs: NDArray[np.uint32]
    """and with which: both as one number, ascending."""


def looked_at() -> NDArray[np.bool_]:
    """Return the code points without which any text is composed, [65536]."""
    return _tables().looked_at


def maybe_uncomposed(points: NDArray[np.uint16], places: NDArray[np.intp]) -> NDArray[np.intp]:
    """Return places in a text; if there is none, the text is composed (NFC).

    `places` are those of all its code points that are `looked_at`, ascending, and maybe others.

    >>> from pipeline.language.letters import code_points
    >>> maybe_uncomposed(code_points("cafe\N{COMBINING ACUTE ACCENT}"), np.arange(5)).tolist()
    [4]
    >>> maybe_uncomposed(code_points("café, पढ़ाई"), np.arange(11)).tolist()
    []
    """
    tables = _tables()
    places = places[tables.looked_at.take(points.take(places))]
    if not len(places):
        return places
    here, before = points.take(places), points.take(places - 1, mode="clip")
    class_here, class_before = tables.classes.take(here), tables.last_classes.take(before)
    uncomposed = tables.never.take(here)
    uncomposed |= (class_here > 0) & (class_before > class_here)
    composes = np.flatnonzero(tables.composes.take(here))
    pairs = before.take(composes).astype(np.uint32) << 16 | here.take(composes)
    known = tables.pairs.take(np.searchsorted(tables.pairs, pairs), mode="clip") == pairs
    uncomposed[composes] |= (class_before.take(composes) > 0) | known
    return places[uncomposed]


@cache
def _tables() -> _Tables:
    characters = [chr(code) for code in range(PLANE)]
    never = np.array([not unicodedata.is_normalized("NFC", each) for each in characters])
    parts = [unicodedata.decomposition(each).split() for each in characters]
    pairs = np.array(
        [
            (int(both[0], 16) << 16) + int(both[1], 16)
            for both, excluded in zip(parts, never.tolist(), strict=True)
            if len(both) == 2 and not both[0].startswith("<") and not excluded
        ],
        dtype=np.uint32,
    )
    composes = np.zeros(PLANE, dtype=np.bool_)
    composes[pairs & 0xFFFF] = True
    never[[*_VOWELS_AND_FINALS, OUTSIDE]] = True
    classes = np.array([unicodedata.combining(each) for each in characters], dtype=np.uint8)
    last = [unicodedata.normalize("NFD", each)[-1] for each in characters]
    last_classes = np.array([unicodedata.combining(each) for each in last], dtype=np.uint8)
    return _Tables(
        looked_at=never | composes | (classes > 0),
        never=never,
        classes=classes,
        last_classes=last_classes,
        composes=composes,
        pairs=np.sort(pairs),
    )
