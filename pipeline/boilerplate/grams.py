"""The words of a page, in passes over the whole page, and the hashes that stand for them."""

import numpy as np
import numpy.typing as npt

from pipeline.boilerplate import signs
from pipeline.boilerplate.signs import Ints

Hashes = npt.NDArray[np.uint64]

GRAM_BITS = 32
"""Words and pairs of words stand as hashes of so many bits."""
HEAD_WORDS = 20
"""So many words from the start of a block are hashed, and from its end:"""
TAIL_WORDS = 6
WHOLE_WORDS = 8
"""A block of at most so many words is hashed as a whole, too."""
TOPIC_LETTERS = 4
"""Words of at least so many letters count as words of the page's topic."""
_EVEN_MIX = np.uint64(0x9E3779B97F4A7C15)
_ODD_MIX = np.uint64(0xC2B2AE3D27D4EB4F)
_POWERS = np.cumprod(np.full(64, 0x100000001B3, np.uint64), dtype=np.uint64)


def _mix(hashes: Hashes) -> Hashes:
    """Return hashes whose low bits depend on all bits."""
    hashes = (hashes ^ (hashes >> np.uint64(31))) * _EVEN_MIX
    return hashes ^ (hashes >> np.uint64(29))


class Words:
    """The words of a page: runs of letters and digits; each ideograph is a word."""

    def __init__(self, characters: signs.Characters) -> None:
        classes = characters.classes
        inside = signs.IS_WORD[classes]
        ideograph = classes == signs.IDEOGRAPH
        begins = inside.copy()
        begins[1:] &= ~inside[:-1] | ideograph[1:] | ideograph[:-1]
        self.starts = np.flatnonzero(begins)
        blocks = len(characters.starts)
        block_of = np.searchsorted(characters.starts, self.starts, side="right") - 1
        self.block_of = block_of
        self.count = np.bincount(block_of, minlength=blocks)
        self.first_of_block = np.cumsum(self.count) - self.count
        self.place = np.arange(len(self.starts)) - self.first_of_block[block_of]
        if not len(self.starts):
            self.hashes = np.zeros(0, np.uint64)
            self.lengths = self.upper = self.shouted = self.short = np.zeros(blocks, np.int64)
            self.numbers = self.years = self.lengths
            self.long = np.zeros(0, np.bool_)
            self.edges = characters.first.astype(np.uint64)
            return
        digit = classes == signs.DIGIT
        points = signs.FOLDED[characters.points]
        points[digit] = ord("#")
        again = np.zeros_like(digit)
        again[1:] = digit[1:] & digit[:-1]
        inside &= ~again
        which = np.cumsum(begins) - 1
        offset = np.arange(len(classes)) - self.starts[np.maximum(which, 0)]
        terms = np.where(inside, (points + np.uint64(1)) * _POWERS[offset & 63], np.uint64(0))
        self.hashes = _mix(np.add.reduceat(terms, self.starts))
        letters = np.add.reduceat(signs.IS_WORD[classes], self.starts, dtype=np.int64)
        upper = np.add.reduceat(classes == signs.UPPER, self.starts, dtype=np.int64)
        digits = np.add.reduceat(digit, self.starts, dtype=np.int64)
        initial = classes[self.starts]
        self.long = letters >= TOPIC_LETTERS
        self.lengths = self._sum(letters)
        self.upper = self._sum(initial == signs.UPPER)
        self.shouted = self._sum((upper == letters) & (letters > 1))
        self.short = self._sum((initial == signs.LOWER) & (letters <= 3))
        self.numbers = self._sum(digits == letters)
        self.years = self._sum((digits == 4) & (letters == 4))
        self.edges = characters.first.astype(np.uint64) * np.uint64(signs.CLASSES) + characters.last

    def _sum(self, values: npt.NDArray[np.generic]) -> Ints:
        """Return the sum over the words of each block."""
        sums = np.concatenate(([0], np.cumsum(values, dtype=np.int64)))
        totals: Ints = sums[self.first_of_block + self.count] - sums[self.first_of_block]
        return totals

    def whole(self) -> Hashes:
        """Return a hash of all words of each block in order."""
        ordered = _mix(self.hashes + self.place.astype(np.uint64) * _ODD_MIX)
        sums = np.concatenate(([np.uint64(0)], np.cumsum(ordered, dtype=np.uint64)))
        totals: Hashes = sums[self.first_of_block + self.count] - sums[self.first_of_block]
        return totals

    def grams(self) -> tuple[npt.NDArray[np.uint32], Ints]:
        """Return the hashes of words, pairs and edges, block after block, and where each begins.

        A block's first gram tells of its first and last character, so that none is without.
        """
        blocks = len(self.count)
        from_end = self.count[self.block_of] - 1 - self.place
        kept = np.flatnonzero((self.place < HEAD_WORDS) | (from_end < TAIL_WORDS))
        paired = kept[from_end[kept] > 0]
        filled = np.flatnonzero(self.count)
        first = self.first_of_block[filled]
        last = first + self.count[filled] - 1
        brief = np.flatnonzero((self.count > 0) & (self.count <= WHOLE_WORDS))
        pairs = (
            self.hashes[paired] * np.uint64(3)
            + self.hashes[np.minimum(paired + 1, len(self.hashes) - 1)]
        )
        hashes = np.concatenate(
            (
                self.edges * _ODD_MIX + np.uint64(1),
                self.hashes[kept],
                pairs * _ODD_MIX,
                self.hashes[first] + np.uint64(0xF1A57),
                self.hashes[last] + np.uint64(0x1A57),
                self.whole()[brief],
            )
        )
        owners = np.concatenate(
            (
                np.arange(blocks),
                self.block_of[kept],
                self.block_of[paired],
                filled,
                filled,
                brief,
            )
        )
        order = np.argsort(owners, kind="stable")
        grams = (_mix(hashes) & np.uint64((1 << GRAM_BITS) - 1)).astype(np.uint32)[order]
        return grams, np.searchsorted(owners[order], np.arange(blocks))
