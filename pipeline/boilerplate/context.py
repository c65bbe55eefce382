"""What stands around a block, as whole numbers 0…255: the second half of what the line model sees.

`around_scores` looks at any score of the blocks (the words' first guess, or an earlier pass of the
model), `around_kinds` at the guessed kinds (what stands since the last line that leads elsewhere),
`around_blocks` at the neighbours' own features.
"""

from collections.abc import Iterable
from typing import TypeVar

import numpy as np
import numpy.typing as npt

from pipeline.boilerplate.features import Ints, log_steps

Bytes = npt.NDArray[np.uint8]

NONE = 255
"""Where there is no such neighbour."""
SCORE_SHIFTS = (-4, -3, -2, -1, 1, 2, 3, 4)
WINDOWS = (2, 5, 10, 30)
LOW_SCORES = (30, 5)
"""Scores (of 250) below which a block surely is no text."""
HALF = 125
NEAR_KINDS = 4
"""Blocks to each side over which the share of a kind is taken."""
BLOCK_SHIFTS = (-2, -1, 1, 2)
BLOCK_COLUMNS = (0, 1, 2, 3, 5, 6, 8, 11, 12, 23, 31, 32, 34, 38, 41, 50, 54, 83)
"""Columns of the features that are shown of the neighbours: length, case, signs, layout, topic."""
FAR_WORDS = 1 << 20


Number = TypeVar("Number", bound=np.integer)


def shifted(columns: npt.NDArray[Number], shift: int) -> npt.NDArray[Number]:
    """Return rows of the blocks `shift` places on (or, if negative, before), NONE past the ends.

    >>> shifted(np.array([1, 2, 3]), 1).tolist(), shifted(np.array([1, 2, 3]), -2).tolist()
    ([2, 3, 255], [255, 255, 1])
    """
    moved = np.full_like(columns, NONE)
    if abs(shift) < len(columns):
        if shift > 0:
            moved[:-shift] = columns[shift:]
        else:
            moved[-shift:] = columns[:shift]
    return moved


def _sums(values: npt.NDArray[np.integer]) -> Ints:
    """Return the sums of the first 0, 1, … n values."""
    return np.concatenate(([0], np.cumsum(values, dtype=np.int64)))


def _mean(sums: Ints, weights: Ints, low: Ints, high: Ints) -> Ints:
    """Return means over the blocks low…high, NONE where there are none."""
    weight = weights[high] - weights[low]
    means = (sums[high] - sums[low]) // np.maximum(weight, 1)
    return np.where(weight > 0, means, NONE)


def around_scores(scores: Ints, words: Ints) -> list[Ints]:
    """Return what the scores (n, 0…250) of the blocks around say; a block weighs its words."""
    blocks = len(scores)
    at = np.arange(blocks)
    weight = np.maximum(words, 1)
    sums, weights = _sums(scores * weight), _sums(weight)
    columns = [scores, *[shifted(scores, shift) for shift in SCORE_SHIFTS]]
    for window in WINDOWS:
        low, high = np.maximum(at - window, 0), np.minimum(at + window + 1, blocks)
        columns += [
            _mean(sums, weights, low, high),
            _mean(sums, weights, low, at),
            _mean(sums, weights, at + 1, high),
        ]
    columns += [
        np.full(blocks, sums[-1] // weights[-1]),
        np.minimum.accumulate(scores),
        np.minimum.accumulate(scores[::-1])[::-1],
    ]
    for low_score in LOW_SCORES:
        columns += _since(scores < low_score, weights)
        columns += _since((scores < low_score)[::-1], _sums(weight[::-1]), backwards=True)
    return columns


def _since(flags: npt.NDArray[np.bool_], weights: Ints, backwards: bool = False) -> list[Ints]:
    """Return words and blocks since the last flagged block (or, backwards, until the next)."""
    at = np.arange(len(flags))
    last = np.maximum.accumulate(np.where(flags, at, -1))
    seen = last >= 0
    words = np.where(seen, weights[at + 1] - weights[np.maximum(last, 0) + 1], FAR_WORDS)
    blocks = np.where(seen, at - last, FAR_WORDS)
    found = [log_steps(words), log_steps(blocks)]
    return [column[::-1] for column in found] if backwards else found


def best_segment(gains: Ints) -> tuple[int, int]:
    """Return the first and the last place of the run with the greatest sum.

    Maximum subsequence segmentation (Pasternack and Roth, WWW 2009).

    >>> best_segment(np.array([-1, 5, -2, 4, -9, 3]))
    (1, 3)
    """
    sums = _sums(gains)
    lowest = np.minimum.accumulate(sums[:-1])
    last = int(np.argmax(sums[1:] - lowest))
    first = int(np.argmax(sums[: last + 1] == lowest[last]))
    return first, last


def around_span(scores: Ints, words: Ints, kept: npt.NDArray[np.bool_]) -> list[Ints]:
    """Return where a block stands in what an earlier pass would keep."""
    blocks = len(scores)
    at = np.arange(blocks)
    places = np.flatnonzero(kept)
    first, last = (int(places[0]), int(places[-1])) if len(places) else (blocks, -1)
    sums = _sums(words * kept)
    total = int(sums[-1])
    begin, end = best_segment((scores - HALF) * np.maximum(words, 1))
    return [
        log_steps(np.abs(at - begin)) + 128 * (at >= begin),
        log_steps(np.abs(end - at)) + 128 * (at <= end),
        kept.astype(np.int64),
        np.full(blocks, scores.max()),
        np.full(blocks, total * 250 // max(int(words.sum()), 1)),
        np.full(blocks, log_steps(np.array([total]))[0]),
        sums[:-1] * 250 // max(total, 1),
        log_steps(np.abs(at - first)) + 128 * (at >= first),
        log_steps(np.abs(last - at)) + 128 * (at <= last),
        log_steps(sums[:-1]),
        log_steps(total - sums[1:]),
    ]


def around_kinds(kinds: Ints, words: Ints) -> list[Ints]:
    """Return what the guessed kinds (n, k, shares of 250) of the blocks around say."""
    blocks = len(kinds)
    at = np.arange(blocks)
    sums = np.concatenate((np.zeros((1, kinds.shape[1]), np.int64), np.cumsum(kinds, axis=0)))
    low, high = np.maximum(at - NEAR_KINDS, 0), np.minimum(at + NEAR_KINDS + 1, blocks)
    near = (sums[high] - sums[low]) // (high - low)[:, None]
    columns = [*kinds.T, *shifted(kinds, -1).T, *shifted(kinds, 1).T, *near.T]
    weights = _sums(np.maximum(words, 1))
    back = _sums(np.maximum(words, 1)[::-1])
    for kind in range(1, kinds.shape[1]):
        flags = kinds[:, kind] >= HALF
        columns += _since(flags, weights)
        columns.append(_since(flags[::-1], back, backwards=True)[0])
        columns.append(np.full(blocks, int(flags.sum()) * 250 // blocks))
    return columns


def around_blocks(dense: Bytes) -> list[npt.NDArray[np.integer]]:
    """Return features (n, f) of the nearest blocks."""
    shown = dense[:, BLOCK_COLUMNS]
    return [column for shift in BLOCK_SHIFTS for column in shifted(shown, shift).T]


def stacked(columns: Iterable[npt.NDArray[np.integer]]) -> Bytes:
    """Return columns as one array (columns, n) of bytes, as the trees read them."""
    return np.stack([np.minimum(column, NONE).astype(np.uint8) for column in columns])
