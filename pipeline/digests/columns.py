"""What the trees see of each block: itself, its neighbours, and the blocks that are like it.

A first guess sees looks only. The next see what was guessed of the blocks that are alike: if what
stands two blocks above a date is mostly a title, what stands two blocks above this date is one.
"""

from collections.abc import Iterator
from typing import TypeVar

import numpy as np
import numpy.typing as npt

from pipeline.digests.outline import SIGNS, Outline
from pipeline.trees import FULL, Bytes, Ints

Number = TypeVar("Number", bound=np.integer)

REACH = 4
"""So many blocks to either side are looked at."""
OFFSETS = tuple(range(-REACH, REACH + 1))
AT_ONCE = 1 << 15
"""Keys are looked at together as long as they have no more blocks in all, which bounds memory."""
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
_ROLLED_MARKUP = [0, 1, 2, 4]
_SIBLINGS = 6
"""The key of blocks that begin elements of one parent."""
_FAR = 8
"""The last of such elements is taken to have so many blocks at most."""


def shifted(columns: npt.NDArray[Number], outside: int) -> npt.NDArray[Number]:
    """Return what stands at each offset from each place of columns (…, n): (…, offsets, n).

    >>> shifted(np.array([1, 2, 3]), 0)[REACH - 1 : REACH + 2].tolist()
    [[0, 1, 2], [1, 2, 3], [2, 3, 0]]
    """
    count = columns.shape[-1]
    padded = np.full((*columns.shape[:-1], count + 2 * REACH), outside, columns.dtype)
    padded[..., REACH : REACH + count] = columns
    windows = np.empty((*columns.shape[:-1], len(OFFSETS), count), columns.dtype)
    for at in range(len(OFFSETS)):
        windows[..., at, :] = padded[..., at : at + count]
    return windows


def looks_columns(outline: Outline) -> Bytes:
    """Return what is seen before any guess: (columns, n)."""
    signs = outline.signs.T
    columns = [_clipped(signs), _beside(signs[_ROLLED])]
    for _, keys in some_of(outline.keys):
        before, after = _distances(keys)
        distances = np.stack((before, after, np.abs(before - after)), axis=1)
        counts = shifted(np.minimum(_members(keys), FULL), 0)
        columns.append(_clipped(np.concatenate((counts, distances), axis=1)))
    columns.append(_page_columns(outline))
    if outline.is_markup:
        columns += _markup_columns(outline)
    return np.concatenate(columns)


def _beside(signs: Ints) -> Bytes:
    """Return signs (s, n) of the blocks to either side, offset by offset: (columns, n)."""
    beside = [at for at, offset in enumerate(OFFSETS) if offset]
    around = shifted(signs.astype(np.uint8), OUTSIDE)[:, beside]
    return around.swapaxes(0, 1).reshape(-1, signs.shape[1])


def some_of(keys: Ints) -> Iterator[tuple[int, Ints]]:
    """Yield as many of the keys (k, n) at a time as AT_ONCE allows, and where the first stands."""
    step = max(1, AT_ONCE // keys.shape[1])
    for begin in range(0, len(keys), step):
        yield begin, keys[begin : begin + step]


def _members(keys: Ints) -> Ints:
    """Return for each block how many have the same key, key by key: (keys, n)."""
    span = int(keys.max()) + 1
    apart = keys + span * np.arange(len(keys))[:, None]
    members: Ints = np.bincount(apart.ravel())[apart]
    return members


def _distances(keys: Ints) -> tuple[Ints, Ints]:
    """Return how far the block before, and after, with the same key is: (keys, n) each."""
    order = np.argsort(keys, axis=1, kind="stable")
    ordered = np.take_along_axis(keys, order, axis=1)
    same = ordered[:, 1:] == ordered[:, :-1]
    steps = np.minimum(np.diff(order), FULL)[same]
    before = np.full(keys.shape, FULL)
    after = before.copy()
    row = np.nonzero(same)[0]
    before[row, order[:, 1:][same]] = steps
    after[row, order[:, :-1][same]] = steps
    return before, after


def _page_columns(outline: Outline) -> Bytes:
    """Return what is the same for all blocks of the page, and where each stands on it."""
    count = len(outline.words)
    place = np.arange(count)
    facts = [
        count // 4,
        100 * int(outline.sign("prose").sum()) // count,
        *(int(outline.sign(name).sum()) for name in _SHAPE_COUNTS),
        100 * int(outline.sign("question").sum()) // count,
    ]
    same = np.repeat(np.array(facts)[:, None], count, axis=1)
    return _clipped(np.concatenate((same, [100 * place // count, place])))


def _markup_columns(outline: Outline) -> list[Bytes]:
    """Return the markup of the neighbours, and what the elements beside this one are like."""
    marked = outline.signs.T[len(SIGNS) :]
    key = outline.keys[_SIBLINGS]
    count = len(key)
    sums = np.concatenate(([0], np.cumsum(np.minimum(outline.words, FULL))))
    place = np.arange(count)
    after = _distances(key[None])[1][0]
    following = np.minimum(place + np.where(after < FULL, after, _FAR), count)
    words = sums[following] - sums[place]
    members = np.bincount(key)

    def mean(column: Ints) -> Ints:
        result: Ints = (np.bincount(key, column).astype(np.int64) // members)[key]
        return result

    elements = (
        members[key],
        words,
        mean(np.minimum(words, 400)),
        mean(marked[0]),
        mean(100 * (marked[2] > 0)),
        following - place,
    )
    return [_beside(marked[_ROLLED_MARKUP]), _clipped(np.stack(elements))]


def guess_columns(outline: Outline, *guesses: Ints) -> Bytes:
    """Return what is seen of guesses (n,), 0…250, about blocks that are alike: (columns, n)."""
    columns: list[list[Bytes]] = [[] for _ in guesses]
    for _, keys in some_of(outline.keys):
        alike, others = _alike(keys)
        places = alike.ravel()
        for guess, own in zip(guesses, columns, strict=True):
            of_each = np.broadcast_to(guess, alike.shape).ravel()
            of_others = np.bincount(places, of_each).astype(np.int64)[alike] - guess
            own.append(_clipped(np.stack((of_others // others, of_others // 25), axis=2)))
    for guess, own in zip(guesses, columns, strict=True):
        above = np.cumsum(guess)
        around = np.stack((above, above[-1] - above, np.full_like(above, above[-1])))
        own += [_clipped(shifted(guess, 0)), _clipped(around // 25)]
    return np.concatenate([column for own in columns for column in own])


def _alike(keys: Ints) -> tuple[Ints, Ints]:
    """Return for each key and offset which blocks have the same there, and how many others do.

    Both are (keys, offsets, n); equal numbers are of one key and one offset.
    """
    beside = shifted(keys + 1, 0)
    span = int(keys.max()) + 2
    alike = beside + span * np.arange(len(keys) * len(OFFSETS)).reshape(*beside.shape[:2], 1)
    return alike, np.maximum(np.bincount(alike.ravel())[alike] - 1, 1)


def _clipped(columns: Ints) -> Bytes:
    """Return columns (…, n) as bytes (columns, n), what is over 255 as that."""
    return np.clip(columns, 0, 255).astype(np.uint8).reshape(-1, columns.shape[-1])
