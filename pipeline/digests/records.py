"""From the titles of a page's items to its records: which lines are of which, and which are text.

A line at the same place in most records is no text of any: a category, the number of comments.
"""

from collections.abc import Sequence

import msgspec
import numpy as np

from pipeline.digests.candidates import LIKELY_TEXT, Evidence, Scores
from pipeline.digests.outline import SHAPES, SIGNS, Outline
from pipeline.trees import FULL, Ints

MAX_LEAD = 4
"""So many blocks above a title may belong to its item."""
MIN_SAME = 0.6
"""Share of the records that have the same above their titles, if that belongs to the item below."""
MIN_WITHIN = FULL // 10
"""A block between two texts of an item is text if it scores so much as one."""
_ALIKE = (1, 3)
"""Keys by which blocks beside titles are the same: how they begin; shape, indent and bullet."""
_META = frozenset(SHAPES.index(shape) for shape in "DdBMN")
_TITLE_SHAPES = frozenset(SHAPES.index(shape) for shape in "TXQ")


class Record(msgspec.Struct, frozen=True):
    """One item of a page, as indices of its blocks."""

    title: int
    members: tuple[int, ...]
    """All its blocks, the title with them, in order and without a gap."""
    texts: frozenset[int]
    """Those that are its text."""


def records_of(outline: Outline, scores: Scores, titles: Ints) -> tuple[Record, ...]:
    """Return the records that begin at, or a little above, the titles."""
    ends = Evidence(outline, scores).ends_of(titles)
    texts = [
        _texts(outline, scores, title + 1, end) for title, end in zip(titles, ends, strict=True)
    ]
    lead = _lead(outline, titles, texts)
    starts = [int(title) - lead for title in titles]
    stops = [*starts[1:], _trail(outline, titles, ends, texts)]
    return tuple(
        Record(int(title), tuple(range(start, stop)), frozenset(own) - frozenset(range(stop, end)))
        for title, start, stop, own, end in zip(titles, starts, stops, texts, ends, strict=True)
    )


def _texts(outline: Outline, scores: Scores, first: int, end: int) -> list[int]:
    """Return the blocks of a record that are its text: likely ones, and likely enough between."""
    own = scores.text[first:end]
    likely = np.flatnonzero(own > LIKELY_TEXT)
    if not len(likely):
        return []
    between = np.zeros(len(own), bool)
    between[likely[0] : likely[-1] + 1] = True
    meta = np.isin(outline.signs[first:end, SIGNS.index("shape")], list(_META))
    kept = (own > LIKELY_TEXT) | (between & (own >= MIN_WITHIN) & ~meta)
    return [first + int(at) for at in np.flatnonzero(kept)]


def _lead(outline: Outline, titles: Ints, texts: Sequence[Sequence[int]]) -> int:
    """Return how many blocks right above each title belong to it.

    What stands above most titles, above the first as well, is no rest of the item before.
    """
    shapes = outline.sign("shape")
    for lead in range(1, MAX_LEAD + 1):
        places = titles - lead
        if places[0] < 0 or any(
            place <= (own[-1] if own else title)
            for place, own, title in zip(places[1:], texts, titles, strict=False)
        ):
            return lead - 1
        same = max(
            float(np.mean(outline.keys[key][places] == outline.keys[key][places[0]]))
            for key in _ALIKE
        )
        if same < MIN_SAME or int(shapes[places[0]]) in _TITLE_SHAPES:
            return lead - 1
    return MAX_LEAD


def _trail(outline: Outline, titles: Ints, ends: Ints, texts: Sequence[Sequence[int]]) -> int:
    """Return where the last record is over: below what stands below the texts of others, too."""
    key = outline.keys[3]
    below = [
        {int(key[at]) for at in range((own[-1] if own else title) + 1, end)}
        for title, end, own in zip(titles[:-1], ends, texts, strict=False)
    ]
    stop = int(texts[-1][-1] if texts[-1] else titles[-1]) + 1
    while stop < len(key):
        known = sum(int(key[stop]) in seen for seen in below)
        if known < MIN_SAME * len(below):
            break
        stop += 1
    return stop
