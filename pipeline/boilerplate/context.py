"""What stands around a block, as whole numbers 0…255: the second half of what the line model sees.

`around_scores` looks at any score of the blocks (the words' first guess, or an earlier pass of the
model), `around_kinds` at the guessed kinds (what stands since the last line that leads elsewhere),
`around_blocks` at the neighbours' own features.
"""

from collections.abc import Sequence
from typing import TypeVar

import numpy as np
import numpy.typing as npt

from pipeline.boilerplate.extent import Extent, within
from pipeline.boilerplate.features import log_steps
from pipeline.boilerplate.signs import Ints

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
    """Return columns (…, n) of the blocks `shift` places on (or, if negative, before).

    Past the ends it is NONE.

    >>> shifted(np.array([1, 2, 3]), 1).tolist(), shifted(np.array([1, 2, 3]), -2).tolist()
    ([2, 3, 255], [255, 255, 1])
    """
    moved = np.full_like(columns, NONE)
    if abs(shift) < columns.shape[-1]:
        if shift > 0:
            moved[..., :-shift] = columns[..., shift:]
        else:
            moved[..., -shift:] = columns[..., :shift]
    return moved


def _sums(values: npt.NDArray[np.integer]) -> Ints:
    """Return the sums (…, n + 1) of the first 0, 1, … n values."""
    sums = np.zeros((*values.shape[:-1], values.shape[-1] + 1), np.int64)
    np.cumsum(values, axis=-1, dtype=np.int64, out=sums[..., 1:])
    return sums


def _mean(sums: Ints, weights: Ints, low: Ints, high: Ints) -> Ints:
    """Return means over the blocks low…high, NONE where there are none."""
    weight = weights.take(high) - weights.take(low)
    means = (sums.take(high) - sums.take(low)) // np.maximum(weight, 1)
    return np.where(weight > 0, means, NONE)


def _window_means(sums: Ints, weights: Ints) -> Ints:
    """Return for each window the means over all of it, over what is above and what is below."""
    at = np.arange(len(sums) - 1)
    windows = np.array(WINDOWS)[:, None]
    low, high = np.maximum(at - windows, 0), np.minimum(at + windows + 1, len(at))
    begins = np.stack((low, low, np.broadcast_to(at + 1, low.shape)), axis=1)
    ends = np.stack((high, np.broadcast_to(at, low.shape), high), axis=1)
    return _mean(sums, weights, begins, ends).reshape(-1, len(at))


def around_scores(scores: Ints, words: Ints) -> Ints:
    """Return (columns, n) what the scores (n, 0…250) around say; a block weighs its words."""
    blocks = len(scores)
    weight = np.maximum(words, 1)
    sums, weights = _sums(scores * weight), _sums(weight)
    columns = [
        scores,
        *[shifted(scores, shift) for shift in SCORE_SHIFTS],
        *_window_means(sums, weights),
        np.full(blocks, sums[-1] // weights[-1]),
        np.minimum.accumulate(scores),
        np.minimum.accumulate(scores[::-1])[::-1],
    ]
    is_low = np.stack([scores < low_score for low_score in LOW_SCORES])
    above, below = _since(is_low, weights), _until(is_low, weights)
    for row in range(len(LOW_SCORES)):
        columns += [above[0][row], above[1][row], below[0][row], below[1][row]]
    return np.stack(columns)


def _since(flags: npt.NDArray[np.bool_], weights: Ints) -> tuple[Ints, Ints]:
    """Return words and blocks (k, n) since the last flagged block (k, n) of each row."""
    at = np.arange(flags.shape[1])
    last = np.maximum.accumulate(np.where(flags, at, -1), axis=1)
    seen = last >= 0
    words = np.where(seen, weights[at + 1] - weights[last + 1], FAR_WORDS)
    return log_steps(words), log_steps(np.where(seen, at - last, FAR_WORDS))


def _until(flags: npt.NDArray[np.bool_], weights: Ints) -> tuple[Ints, Ints]:
    """Return words and blocks (k, n) until the next flagged block of each row."""
    words, blocks = _since(flags[:, ::-1], weights[-1] - weights[::-1])
    return words[:, ::-1], blocks[:, ::-1]


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


def around_span(scores: Ints, words: Ints, kept: npt.NDArray[np.bool_], extent: Extent) -> Ints:
    """Return (columns, n) where a block stands in what an earlier pass would keep."""
    blocks = len(scores)
    at = np.arange(blocks)
    places = np.flatnonzero(kept)
    first, last = (int(places[0]), int(places[-1])) if len(places) else (blocks, -1)
    sums = _sums(words * kept)
    all_kept = int(sums[-1])
    sums, total = within(sums, extent.words)
    begin, end = best_segment((scores - HALF) * np.maximum(words, 1))

    def away(distances: Ints) -> Ints:
        return log_steps(np.minimum(np.abs(distances), extent.blocks // 2))

    return np.stack(
        [
            away(at - begin) + 128 * (at >= begin),
            away(end - at) + 128 * (at <= end),
            kept.astype(np.int64),
            np.full(blocks, scores.max()),
            np.full(blocks, all_kept * 250 // max(int(words.sum()), 1)),
            np.full(blocks, log_steps(np.array([total]))[0]),
            sums[:-1] * 250 // max(total, 1),
            away(at - first) + 128 * (at >= first),
            away(last - at) + 128 * (at <= last),
            log_steps(sums[:-1]),
            log_steps(total - sums[1:]),
        ]
    )


def near_mean(shares: Ints) -> Ints:
    """Return means (k, n) of shares (k, n) over the blocks at most `NEAR_KINDS` places off.

    >>> near_mean(np.array([[9, 0, 0]])).tolist()
    [[3, 3, 3]]
    """
    blocks = shares.shape[1]
    at = np.arange(blocks)
    sums = _sums(shares)
    low, high = np.maximum(at - NEAR_KINDS, 0), np.minimum(at + NEAR_KINDS + 1, blocks)
    means: Ints = (sums[:, high] - sums[:, low]) // (high - low)
    return means


def around_kinds(kinds: Ints, words: Ints) -> Bytes:
    """Return (columns, n) what the guessed kinds (n, k, shares of 250) around say."""
    blocks = len(kinds)
    shares = np.ascontiguousarray(kinds.T)
    near = near_mean(shares)
    weights = _sums(np.maximum(words, 1))
    flags = shares[1:] >= HALF
    words_above, blocks_above = _since(flags, weights)
    words_below, _ = _until(flags, weights)
    share = np.broadcast_to(flags.sum(axis=1, keepdims=True) * 250 // blocks, flags.shape)
    of_kinds = np.stack((words_above, blocks_above, words_below, share), axis=1)
    return as_bytes(
        (shares, shifted(shares, -1), shifted(shares, 1), near, of_kinds.reshape(-1, blocks))
    )


def around_blocks(dense: Bytes) -> Bytes:
    """Return features (columns, n) of the nearest blocks, of features (f, n)."""
    shown = dense[list(BLOCK_COLUMNS)]
    return np.concatenate([shifted(shown, shift) for shift in BLOCK_SHIFTS])


def as_bytes(parts: Sequence[npt.NDArray[np.integer]]) -> Bytes:
    """Return columns (c, n) of all parts as one array of bytes, as the trees read them."""
    return np.concatenate([_as_bytes(part) for part in parts])


def _as_bytes(part: npt.NDArray[np.integer]) -> Bytes:
    small = part if part.dtype == np.uint8 else np.minimum(part, NONE)
    return small.astype(np.uint8, copy=False)
