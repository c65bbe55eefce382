"""The words of a page, in passes over the whole page, and the hashes that stand for them."""

from typing import TypeVar

import msgspec
import numpy as np
import numpy.typing as npt

from pipeline.boilerplate import signs
from pipeline.boilerplate.signs import Ints

Hashes = npt.NDArray[np.uint64]
Grams = npt.NDArray[np.uint32]
Flags = npt.NDArray[np.bool_]
Number = TypeVar("Number", bound=np.integer)

GRAM_BITS = 32
"""Words and pairs of words stand as hashes of so many bits."""
HEAD_WORDS = 20
"""So many words from the start of a block are hashed, and from its end:"""
TAIL_WORDS = 6
WHOLE_WORDS = 8
"""A block of at most so many words is hashed as a whole, too."""
WORDS_AT_ONCE = 1 << 15
"""Words that are hashed in one go, which bounds the memory of a long page."""
TOPIC_LETTERS = 4
"""Words of at least so many letters count as words of the page's topic."""
_EVEN_MIX = np.uint64(0x9E3779B97F4A7C15)
_ODD_MIX = np.uint64(0xC2B2AE3D27D4EB4F)
_POWERS = np.cumprod(np.full(64, 0x100000001B3, np.uint64), dtype=np.uint64)


def sums_upward(values: npt.NDArray[Number], above: Ints) -> npt.NDArray[Number]:
    """Return the sums of the values (s, c) of each row, the row above it, the row above that….

    `above` (s,) names the row above each, itself where there is none. Each round adds what stands
    twice as far up; behind the last row stands an empty one.

    >>> sums_upward(np.array([[1], [10], [100]]), np.array([0, 0, 1])).T.tolist()
    [[1, 11, 111]]
    """
    outside = len(above)
    above = np.append(np.where(above == np.arange(outside), outside, above), outside)
    sums = np.append(values, np.zeros_like(values, shape=(1, values.shape[1])), axis=0)
    while (above < outside).any():
        sums += sums.take(above, axis=0)
        above = above[above]
    return sums[:-1]


class GramSets(msgspec.Struct, frozen=True):
    """Grams that the n blocks of a page share: s sets of them, each block having k.

    What is to be summed over the grams of each block is so summed once a set.
    """

    grams: Grams
    """(m,) hashes, set after set; a set may have none of its own."""
    starts: Ints
    """(s,) where those of each set begin."""
    above: Ints
    """(s,) the set whose grams it has too, before its own; itself where there is none."""
    of_blocks: Ints
    """(k, n) the sets of each block, in order."""

    def with_above(self, sums: npt.NDArray[Number]) -> npt.NDArray[Number]:
        """Return sums (s, c) over the own grams of each set with those of all sets above it."""
        return sums_upward(sums, self.above)

    def counts(self) -> Ints:
        """Return how many grams each set has (s,), with those of the sets above it."""
        own = np.diff(self.starts, append=len(self.grams))
        return self.with_above(own[:, None])[:, 0]

    def of_each(self) -> list[Grams]:
        """Return the grams of each set, those of the sets above it first.

        >>> sets = GramSets(*np.array([[7, 8, 9], [0, 1, 2], [0, 0, 1], [2, 2, 1]]))
        >>> [grams.tolist() for grams in sets.of_each()]
        [[7], [7, 8], [7, 8, 9]]
        """
        found: list[Grams] = []
        ends = np.append(self.starts[1:], len(self.grams))
        for at, above in enumerate(self.above.tolist()):
            own = self.grams[self.starts[at] : ends[at]]
            found.append(own if above == at else np.concatenate((found[above], own)))
        return found


def no_sets(blocks: int) -> GramSets:
    """Return the sets of so many blocks that share none."""
    none = np.zeros(0, np.int64)
    return GramSets(none.astype(np.uint32), none, none, np.zeros((0, blocks), np.int64))


def _mix(hashes: Hashes) -> Hashes:
    """Return hashes whose low bits depend on all bits."""
    hashes = (hashes ^ (hashes >> np.uint64(31))) * _EVEN_MIX
    return hashes ^ (hashes >> np.uint64(29))


def _edges_of_words(characters: signs.Characters) -> tuple[Flags, Flags]:
    """Return which characters of a page begin a word, and which end one."""
    inside = signs.IS_WORD.take(characters.classes)
    begins = inside.copy()
    begins[1:] &= ~inside[:-1]
    if characters.counts[:, signs.IDEOGRAPH].any():
        ideograph = characters.classes == signs.IDEOGRAPH
        begins[1:] |= inside[1:] & (ideograph[1:] | ideograph[:-1])
    ends = inside
    ends[:-1] &= ~inside[1:] | begins[1:]
    return begins, ends


def _hashed(characters: signs.Characters, starts: Ints, end: int) -> Hashes:
    """Return a hash of the folded characters of each word from `starts` on, the last up to `end`.

    A run of digits counts as one.
    """
    classes = characters.classes[starts[0] : end]
    digit = classes == signs.DIGIT
    inside = signs.IS_WORD.take(classes)
    inside[1:] &= ~(digit[1:] & digit[:-1])
    points = signs.FOLDED.take(characters.points[starts[0] : end])
    points[digit] = ord("#")
    starts = starts - starts[0]
    offset = np.arange(len(classes)) - np.repeat(starts, np.diff(starts, append=len(classes)))
    terms = (points + np.uint64(1)) * _POWERS.take(offset & 63)
    return _mix(np.add.reduceat(np.where(inside, terms, np.uint64(0)), starts))


class Words:
    """The words of a page: runs of letters and digits; each ideograph is a word."""

    def __init__(self, characters: signs.Characters) -> None:
        begins, ends = _edges_of_words(characters)
        self.starts = np.flatnonzero(begins)
        blocks = len(characters.starts)
        self.block_of = characters.blocks_at(self.starts)
        self.count = np.bincount(self.block_of, minlength=blocks)
        self.first_of_block = np.cumsum(self.count) - self.count
        self.place = np.arange(len(self.starts)) - self.first_of_block[self.block_of]
        if not len(self.starts):
            self.hashes = np.zeros(0, np.uint64)
            self.lengths = self.upper = self.shouted = self.short = np.zeros(blocks, np.int64)
            self.numbers = self.years = self.lengths
            self.long = np.zeros(0, np.bool_)
            self.edges = characters.first.astype(np.uint64)
            return
        classes = characters.classes
        self.hashes = self._hashed(characters)
        letters = np.flatnonzero(ends) + 1 - self.starts
        upper = self._per_word(classes == signs.UPPER)
        digits = self._per_word(classes == signs.DIGIT)
        initial = classes[self.starts]
        self.long = letters >= TOPIC_LETTERS
        self.lengths, self.upper, self.shouted, self.short, self.numbers, self.years = self._sums(
            letters,
            initial == signs.UPPER,
            (upper == letters) & (letters > 1),
            (initial == signs.LOWER) & (letters <= 3),
            digits == letters,
            (digits == 4) & (letters == 4),
        )
        self.edges = characters.first.astype(np.uint64) * np.uint64(signs.CLASSES) + characters.last

    def _per_word(self, flags: Flags) -> Ints:
        """Return how many flagged characters, none of which stands outside, each word has."""
        owners = np.searchsorted(self.starts, np.flatnonzero(flags), side="right") - 1
        return np.bincount(owners, minlength=len(self.starts))

    def _hashed(self, characters: signs.Characters) -> Hashes:
        """Return a hash of each word."""
        hashes = np.empty(len(self.starts), np.uint64)
        bounds = np.append(self.starts, len(characters.classes))
        for first in range(0, len(self.starts), WORDS_AT_ONCE):
            starts = self.starts[first : first + WORDS_AT_ONCE]
            end = bounds[first + len(starts)]
            hashes[first : first + len(starts)] = _hashed(characters, starts, end)
        return hashes

    def _sums(self, *values: npt.NDArray[np.generic]) -> Ints:
        """Return the sums (k, n) over the words of each block of k kinds of values."""
        sums = np.zeros((len(values), len(self.starts) + 1), np.int64)
        np.cumsum(np.stack(values), axis=1, out=sums[:, 1:])
        first = self.first_of_block
        totals: Ints = sums.take(first + self.count, axis=1) - sums.take(first, axis=1)
        return totals

    def whole(self) -> Hashes:
        """Return a hash of all words of each block in order."""
        ordered = _mix(self.hashes + self.place.astype(np.uint64) * _ODD_MIX)
        sums = np.concatenate(([np.uint64(0)], np.cumsum(ordered, dtype=np.uint64)))
        totals: Hashes = sums[self.first_of_block + self.count] - sums[self.first_of_block]
        return totals

    def grams(self) -> tuple[Grams, Ints]:
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
