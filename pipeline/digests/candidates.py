"""Sets of blocks that may be the titles of a page's items.

A set is what scores above some bound, or what is alike in some way: all blocks two above a date,
all that begin an element of one parent. The scores say which blocks are likely titles; only the
whole set tells whether it makes records (`evidence`).
"""

from collections.abc import Iterator

import msgspec
import numpy as np

from pipeline.digests.columns import OFFSETS, shifted, some_of
from pipeline.digests.outline import Outline
from pipeline.trees import FULL, Ints

BOUNDS = (5, 12, 25, 38, 50, 75, 100, 125, 150, 175, 200, 225)
"""Scores above which blocks are a set."""
MIN_ITEMS = 3
MIN_MEAN = 30
"""Mean score of blocks that are alike and may be titles."""
MIN_OVERLAP = 20
"""Least overlap, in percent, of blocks that are alike with what is expected to be titles."""
MAX_ALIKE = 14
"""So many sets of blocks that are alike are looked at, those with the greatest overlap,"""
MAX_CROSSED = 7
"""and of so many each two together, and what both have in common."""
MIN_SCORE = 8
"""A block of a set of blocks that are alike may score so little and be a title."""
SURE = 150


class Scores(msgspec.Struct, frozen=True):
    """How likely each of the n blocks is the title of an item, or text of one: 0…250."""

    title: Ints
    text: Ints


class Candidate(msgspec.Struct, frozen=True):
    """Blocks that may be the titles of the page's items."""

    titles: Ints
    """Their indices, ascending."""
    origin: int
    """How the set was made: 0 by its scores, others by what is alike."""


def candidates_of(outline: Outline, scores: Scores) -> list[Candidate]:
    """Return the sets that may be the titles of a page, each once, the same ones in any run."""
    found: list[Candidate] = []
    seen: set[bytes] = set()
    for alike, origin in _sets(outline, np.where(outline.nameless, 0, scores.title)):
        titles = alike[~outline.nameless[alike]]
        name = titles.tobytes()
        if len(titles) >= MIN_ITEMS and name not in seen:
            seen.add(name)
            found.append(Candidate(titles, origin))
    return found


def _sets(outline: Outline, title: Ints) -> Iterator[tuple[Ints, int]]:
    for bound in BOUNDS:
        yield np.flatnonzero(title > bound), 0
    alike = _alike(outline, title)
    sure = np.flatnonzero(title > SURE)
    for indices in alike:
        likely = indices[title[indices] >= MIN_SCORE]
        yield indices, 1
        yield likely, 2
        yield np.union1d(likely, sure), 3
    for at, one in enumerate(alike[:MAX_CROSSED]):
        for other in alike[:at]:
            yield np.intersect1d(one, other), 4
            both = np.union1d(one, other)
            yield both[title[both] >= MIN_SCORE], 5


def _alike(outline: Outline, title: Ints) -> list[Ints]:
    """Return sets of blocks with the same beside them, by their overlap with likely titles."""
    expected = int(title.sum())
    ranked: list[tuple[int, int, int, int, Ints]] = []
    for first, keys in some_of(outline.keys):
        alike, counts, sums = _beside_alike(keys, title)
        overlap = 1000 * 2 * sums // (FULL * counts + max(expected, 1))
        fits = (counts >= MIN_ITEMS) & (sums >= MIN_MEAN * counts) & (overlap > 10 * MIN_OVERLAP)
        ranked += [
            (-overlap[key, at, value], first + key, OFFSETS[at], value, alike[key, at])
            for key, at, value in np.argwhere(fits).tolist()
        ]
    ranked.sort(key=lambda each: each[:4])
    found: list[Ints] = []
    seen: set[bytes] = set()
    for *_, value, beside in ranked:
        indices = np.flatnonzero(beside == value)
        if indices.tobytes() not in seen:
            seen.add(indices.tobytes())
            found.append(indices)
            if len(found) == MAX_ALIKE:
                break
    return found


def _beside_alike(keys: Ints, title: Ints) -> tuple[Ints, Ints, Ints]:
    """Return what stands beside each block at each offset, and what is known of each such value.

    That is (keys, offsets, n); how many blocks have it and the sum of their scores, (keys, offsets,
    values).
    """
    outside = int(keys.max()) + 1
    alike = shifted(keys, outside)
    shape = (*alike.shape[:2], outside + 1)
    rows = shape[0] * shape[1]
    places = (alike + shape[2] * np.arange(rows).reshape(*shape[:2], 1)).ravel()
    counts = np.bincount(places, minlength=rows * shape[2]).reshape(shape)[..., :outside]
    sums = np.bincount(places, np.tile(title, rows), rows * shape[2])
    return alike, counts, sums.astype(np.int64).reshape(shape)[..., :outside]
