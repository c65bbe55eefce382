"""Symmetric decision trees over columns of small numbers, evaluated in integers.

The same columns get the same sums on every machine, and numpy evaluates a page at once.
"""

import math
from functools import lru_cache

import msgspec
import numpy as np
import numpy.typing as npt

Bytes = npt.NDArray[np.uint8]
Ints = npt.NDArray[np.int64]

ROWS_AT_ONCE = 1024
"""Rows that the trees are asked about in one go, which bounds their memory."""
LEAF_STEPS = 1024
"""Leaves are in units of so many parts of a logit."""
FULL = 250
"""The score of what is certain."""
LOGIT_STEPS = 16
"""Sums of leaves are looked up in sixteenths of a logit,"""
LOGIT_LIMIT = 96
"""and cut off at six logits to either side."""


class Trees(msgspec.Struct, frozen=True):
    """t symmetric trees of one depth d: at each level all nodes ask the same question."""

    columns: npt.NDArray[np.int64]
    """(t · d,) the column asked at each level,"""
    borders: Bytes
    """(t · d,) and the number that it must exceed."""
    leaves: npt.NDArray[np.int32]
    """(t, 2^d), in units of 1 / LEAF_STEPS of a logit."""
    bias: int

    def logits(self, columns: Bytes) -> Ints:
        """Return the sums of the leaves (n,) that the rows, given as columns (f, n), fall into."""
        trees, size = self.leaves.shape
        levels = range(size.bit_length() - 2, -1, -1)
        of_place = np.min_scalar_type(size - 1)
        leaves = self.leaves.ravel()
        offsets = np.arange(0, trees * size, size)[:, None]
        sums = np.empty(columns.shape[1], np.int64)
        for begin in range(0, len(sums), ROWS_AT_ONCE):
            part = columns[:, begin : begin + ROWS_AT_ONCE]
            answers = part.take(self.columns, axis=0) > self.borders[:, None]
            answers = answers.reshape(trees, len(levels), -1)
            place = np.zeros((trees, part.shape[1]), of_place)
            for level in levels:  # the last question is the highest bit
                place += place
                place += answers[:, level]
            sums[begin : begin + ROWS_AT_ONCE] = leaves.take(place + offsets).sum(axis=0)
        return sums + self.bias


def scores_of(logits: Ints) -> Ints:
    """Return the likelihoods, 0…250, of sums of leaves.

    >>> scores_of(np.array([-9 * LEAF_STEPS, 0, 2 * LEAF_STEPS])).tolist()
    [1, 125, 220]
    """
    steps = np.clip(logits * LOGIT_STEPS // LEAF_STEPS, -LOGIT_LIMIT, LOGIT_LIMIT)
    return _sigmoids()[steps + LOGIT_LIMIT]


@lru_cache(maxsize=1)
def _sigmoids() -> Ints:
    """Return the likelihood of each logit in sixteenths."""
    steps = range(-LOGIT_LIMIT, LOGIT_LIMIT + 1)
    return np.array([round(FULL / (1 + math.exp(-step / LOGIT_STEPS))) for step in steps])


class StoredTrees(msgspec.Struct, forbid_unknown_fields=True):
    """Trees as a file holds them: arrays as little-endian bytes."""

    depth: int
    columns: bytes
    borders: bytes
    leaves: bytes
    bias: int


def packed(trees: Trees) -> StoredTrees:
    """Return trees for a file."""
    return StoredTrees(
        trees.leaves.shape[1].bit_length() - 1,
        trees.columns.astype("<u2").tobytes(),
        trees.borders.astype("<u1").tobytes(),
        trees.leaves.astype("<i4").tobytes(),
        trees.bias,
    )


def unpacked(stored: StoredTrees) -> Trees:
    """Return the trees of a file; raise ValueError where their arrays do not fit together."""
    trees = Trees(
        np.frombuffer(stored.columns, "<u2").astype(np.int64),
        np.frombuffer(stored.borders, "<u1"),
        np.frombuffer(stored.leaves, "<i4").reshape(-1, 1 << stored.depth),
        stored.bias,
    )
    if not len(trees.columns) == len(trees.borders) == len(trees.leaves) * stored.depth:
        raise ValueError("its trees have more or fewer questions than leaves")
    return trees
