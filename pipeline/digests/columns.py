"""What the trees see of each block: itself, its neighbours, and the blocks that are like it.

A first guess sees looks only. The next see what was guessed of the blocks that are alike: if what
stands two blocks above a date is mostly a title, what stands two blocks above this date is one.
"""

import numpy as np

from pipeline.digests.outline import SIGNS, Outline
from pipeline.trees import FULL, Bytes, Ints

REACH = 4
"""So many blocks to either side are looked at."""
OFFSETS = tuple(range(-REACH, REACH + 1))
OUTSIDE = 254
"""What stands in a column for a block beyond the page's end."""
_ROLLED = [
    SIGNS.index(name)
    for name in (
        "words",
        "length",
        "prose",
        "sentence",
        "cut",
        "question",
        "bullet",
        "indent",
        "capitals",
        "shape",
        "date alone",
        "date",
        "byline",
        "more",
    )
]
_SHAPE_COUNTS = ("date alone", "date", "byline", "more", "cut")
_ROLLED_MARKUP = (0, 1, 2, 4)
_SIBLINGS = 6
"""The key of blocks that begin elements of one parent."""
_FAR = 8
"""The last of such elements is taken to have so many blocks at most."""


def shifted(column: Ints, offset: int, outside: int) -> Ints:
    """Return for each place what stands at `offset` from it.

    >>> shifted(np.array([1, 2, 3]), 1, 0).tolist(), shifted(np.array([1, 2]), -5, 0).tolist()
    ([2, 3, 0], [0, 0])
    """
    result = np.full_like(column, outside)
    if abs(offset) >= len(column):
        return result
    if offset >= 0:
        result[: len(column) - offset] = column[offset:]
    else:
        result[-offset:] = column[:offset]
    return result


def looks_columns(outline: Outline) -> Bytes:
    """Return what is seen before any guess: (columns, n)."""
    signs = outline.signs.T
    columns = [*signs]
    for offset in OFFSETS:
        if offset:
            columns += [shifted(signs[sign], offset, OUTSIDE) for sign in _ROLLED]
    for key in outline.keys:
        count = np.minimum(np.bincount(key)[key], FULL)
        columns += [shifted(count, offset, 0) for offset in OFFSETS]
        before, after = _distances(key)
        columns += [before, after, np.abs(before - after)]
    columns += _page_columns(outline)
    if outline.is_markup:
        columns += _markup_columns(outline)
    return _as_bytes(columns)


def _distances(key: Ints) -> tuple[Ints, Ints]:
    """Return how far the block before, and after, with the same key is."""
    order = np.argsort(key, kind="stable")
    same = key[order][1:] == key[order][:-1]
    steps = np.minimum(np.diff(order), FULL)[same]
    before = np.full(len(key), FULL)
    after = before.copy()
    before[order[1:][same]] = steps
    after[order[:-1][same]] = steps
    return before, after


def _page_columns(outline: Outline) -> list[Ints]:
    """Return what is the same for all blocks of the page, and where each stands on it."""
    count = len(outline.words)
    place = np.arange(count)
    facts = [
        count // 4,
        100 * int(outline.sign("prose").sum()) // count,
        *(int(outline.sign(name).sum()) for name in _SHAPE_COUNTS),
        100 * int(outline.sign("question").sum()) // count,
    ]
    return [*(np.full(count, fact) for fact in facts), 100 * place // count, place]


def _markup_columns(outline: Outline) -> list[Ints]:
    """Return the markup of the neighbours, and what the elements beside this one are like."""
    marked = outline.signs.T[len(SIGNS) :]
    columns = [
        shifted(marked[sign], offset, OUTSIDE)
        for offset in OFFSETS
        if offset
        for sign in _ROLLED_MARKUP
    ]
    key = outline.keys[_SIBLINGS]
    count = len(key)
    sums = np.concatenate(([0], np.cumsum(np.minimum(outline.words, FULL))))
    place = np.arange(count)
    _, after = _distances(key)
    following = np.minimum(place + np.where(after < FULL, after, _FAR), count)
    words = sums[following] - sums[place]
    members = np.bincount(key)

    def mean(column: Ints) -> Ints:
        result: Ints = (np.bincount(key, column).astype(np.int64) // members)[key]
        return result

    return [
        *columns,
        members[key],
        words,
        mean(np.minimum(words, 400)),
        mean(marked[0]),
        mean(100 * (marked[2] > 0)),
        following - place,
    ]


def guess_columns(outline: Outline, *guesses: Ints) -> Bytes:
    """Return what is seen of guesses (n,), 0…250, about blocks that are alike: (columns, n)."""
    columns: list[Ints] = []
    for guess in guesses:
        for key in outline.keys:
            outside = int(key.max()) + 1
            for offset in OFFSETS:
                alike = shifted(key, offset, outside)
                sums = np.bincount(alike, guess, outside + 1).astype(np.int64)[alike] - guess
                others = np.bincount(alike, minlength=outside + 1)[alike] - 1
                columns += [sums // np.maximum(others, 1), sums // 25]
        columns += [shifted(guess, offset, 0) for offset in OFFSETS]
        above = np.cumsum(guess)
        columns += [above // 25, (above[-1] - above) // 25, np.full(len(guess), above[-1] // 25)]
    return _as_bytes(columns)


def _as_bytes(columns: list[Ints]) -> Bytes:
    return np.clip(np.stack(columns), 0, 255).astype(np.uint8)
