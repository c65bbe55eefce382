"""What the line model sees of a page: whole numbers for each block, in passes over the whole page.

Nothing here is learned. All is computed in integers, so that the same page gives the same numbers
on every machine: ratios are in 64ths, lengths in steps of a quarter of a doubling (`log_steps`).
Words stand in the model only as hashes, and only in scripts that it was trained on.
"""

from collections.abc import Sequence

import msgspec
import numpy as np
import numpy.typing as npt
from numpy.lib.stride_tricks import sliding_window_view

from pipeline.blocks import Block
from pipeline.boilerplate import signs
from pipeline.boilerplate.extent import WHOLE, Extent, within
from pipeline.boilerplate.grams import Grams, GramSets, Words, no_sets
from pipeline.boilerplate.signs import Ints

PROSE_WORDS = 25
SENTENCE_WORDS = 12
"""From so many words on a block is running text, the fewer if it ends like a sentence."""
FAR = 200
SHAPE_REACH = 12
"""Blocks to each side among which the same shape is counted."""
_PROSE = 31
_PLACES = slice(59, 69)
_SIZES = slice(85, 91)
"""Columns of the features: whether a block is running text, its place, and the page's size."""
WINDOWS = (2, 5, 12, 30)
"""Numbers of blocks to each side over which the density of running text is taken."""
_STEPS = np.array(
    [*range(1, 9), *(8 * 2 ** (step // 4) * (4 + step % 4) // 4 for step in range(1, 80))]
)
_LOG_STEPS: Ints = np.minimum(
    np.searchsorted(_STEPS, np.arange(_STEPS[63] + 1), side="right") * 2, 127
)


class PageFeatures(msgspec.Struct, frozen=True):
    """A page as numbers: n blocks, f features, m hashed words and pairs of words of their text."""

    dense: npt.NDArray[np.uint8]
    """(n, f), each 0…127."""
    grams: Grams
    """(m,) hashes, block after block; each block has at least one."""
    starts: Ints
    """(n,) where the grams of each block begin."""
    words: Ints
    """(n,) number of words."""
    latin: bool
    """Whether at least half of the letters are of the Latin script."""
    shared: GramSets
    """What they have beside: the names of the elements around them, where the page is HTML."""

    def counts(self) -> Ints:
        """Return how many grams each block has (n,), with the shared ones."""
        of_text = np.diff(self.starts, append=len(self.grams))
        counts: Ints = of_text + self.shared.counts()[self.shared.of_blocks].sum(axis=0)
        return counts

    def all_grams(self) -> tuple[Grams, Ints]:
        """Return the grams with the shared ones, block after block, and where each begins."""
        sets = self.shared.of_each()
        own = np.split(self.grams, self.starts[1:])
        rows = zip(own, self.shared.of_blocks.T.tolist(), strict=True)
        of_blocks = [np.concatenate((text, *[sets[at] for at in held])) for text, held in rows]
        counts = self.counts()
        return np.concatenate(of_blocks), np.cumsum(counts) - counts


def log_steps(numbers: Ints) -> Ints:
    """Return lengths on a scale of their logarithm, in whole steps, 0…127.

    >>> log_steps(np.array([0, 1, 8, 100, 10**9])).tolist()
    [0, 2, 16, 44, 127]
    """
    return _LOG_STEPS.take(np.minimum(numbers, len(_LOG_STEPS) - 1))


def alike_near(kinds: Ints, reach: int) -> Ints:
    """Return how many blocks at most `reach` places off are of the same kind (n, from 0 on).

    >>> alike_near(np.array([1, 0, 1, 1, 0, 0, 1]), 2).tolist()
    [1, 0, 2, 1, 1, 1, 0]
    """
    padded = np.full(len(kinds) + 2 * reach, -1, kinds.dtype)
    padded[reach:-reach] = kinds
    around = sliding_window_view(padded, len(kinds))
    near: Ints = (around == kinds).sum(axis=0) - 1
    return near


def _ratio(part: Ints, whole: Ints | int, scale: int = 64) -> Ints:
    """Return `part / whole` in 64ths (or another scale), at most 127."""
    shares: Ints = np.minimum(part * scale // np.maximum(whole, 1), 127)
    return shares


def page_features(texts: Sequence[str], gaps: Ints, heights: Ints, indents: Ints) -> PageFeatures:
    """Return the features of the blocks of a page.

    `texts` are the texts of n blocks; `gaps` (n,) the numbers of empty lines above each, `heights`
    (n,) of the lines that each takes, `indents` (n,) of its leading spaces.

    >>> texts = ["Home", "The boats came back late."]
    >>> page = page_features(texts, np.array([0, 1]), np.array([1, 1]), np.array([0, 0]))
    >>> page.dense.shape[0], page.words.tolist(), page.latin
    (2, [1, 5], True)
    """
    characters = signs.Characters(texts)
    words = Words(characters)
    prose = (words.count >= PROSE_WORDS) | (
        (words.count >= SENTENCE_WORDS) & characters.ends_sentence
    )
    columns = [
        *_length_columns(characters, words),
        *_sign_columns(characters),
        *_edge_columns(characters, prose),
        *_layout_columns(gaps, heights, indents),
        *_repeat_columns(words),
        *_shape_columns(characters, words),
        *_place_columns(words.count, prose, WHOLE),
        *_around_columns(words.count, prose),
        *_topic_columns(words, prose),
        *_page_columns(words.count, prose, WHOLE),
    ]
    grams, starts = words.grams()
    dense, shared = as_dense(columns), no_sets(len(starts))
    return PageFeatures(dense, grams, starts, words.count, characters.is_latin, shared)


def shortened(page: PageFeatures, extent: Extent) -> PageFeatures:
    """Return a page as if it were no longer than `extent`: the model sees that of places and sizes.

    What stands near the beginning or the end is told so; all of the middle stands as far from both
    as it does at most.
    """
    dense = page.dense.copy()
    prose = dense[:, _PROSE] > 0
    for columns, numbers in (
        (_PLACES, _place_columns(page.words, prose, extent)),
        (_SIZES, _page_columns(page.words, prose, extent)),
    ):
        dense[:, columns] = as_dense(numbers)
    return msgspec.structs.replace(page, dense=dense)


def as_dense(columns: Sequence[Ints]) -> npt.NDArray[np.uint8]:
    """Return columns (n,) as one array (n, columns) of numbers 0…127, each column in one piece."""
    return np.minimum(np.stack(columns), 127).astype(np.uint8).T


def features_of(blocks: Sequence[Block]) -> PageFeatures:
    """Return the features of a page's blocks."""
    first = np.array([block.lines[0].number for block in blocks])
    last = np.array([block.lines[-1].number for block in blocks])
    gaps = first - np.concatenate(([0], last[:-1])) - 1
    heads = [block.lines[0].text for block in blocks]
    indents = [len(head) - len(head.lstrip()) for head in heads]
    return page_features(
        [block.text for block in blocks], gaps, last - first + 1, np.array(indents)
    )


def _length_columns(characters: signs.Characters, words: Words) -> list[Ints]:
    count = words.count
    return [
        log_steps(count),
        log_steps(characters.lengths),
        _ratio(words.lengths, count, 7),
        _ratio(words.upper, count),
        _ratio(words.shouted, count),
        _ratio(words.short, count),
        _ratio(words.numbers, count),
        np.minimum(words.years * 32, 127),
    ]


def _sign_columns(characters: signs.Characters) -> list[Ints]:
    """Return how often signs of each kind occur, and a few meetings of two."""
    classes = characters.classes
    columns: list[Ints] = []
    for kind, step in (
        (signs.STOP, 8),
        (signs.ASK, 24),
        (signs.SHOUT, 24),
        (signs.COMMA, 8),
        (signs.COLON, 16),
        (signs.SEPARATOR, 16),
        (signs.DASH, 16),
        (signs.QUOTE, 8),
        (signs.OPEN, 16),
        (signs.MONEY, 40),
        (signs.AT, 40),
        (signs.RIGHTS, 64),
        (signs.SLASH, 16),
        (signs.ARROW, 40),
        (signs.SYMBOL, 24),
    ):
        columns.append(np.minimum(characters.counts[:, kind] * step, 127))
    digits = characters.counts[:, signs.DIGIT]
    stops = characters.counts[:, signs.STOP]
    commas = characters.counts[:, signs.COMMA]
    columns += [
        _ratio(digits, characters.lengths),
        _ratio(stops, characters.lengths, 1024),
        _ratio(commas, characters.lengths, 1024),
        _ratio(characters.counts[:, signs.IDEOGRAPH], characters.lengths),
    ]
    middle, left, right = classes[1:-1], classes[:-2], classes[2:]
    digit_sides = (left == signs.DIGIT) & (right == signs.DIGIT)
    lower_sides = (left == signs.LOWER) & (right == signs.LOWER)
    for meeting in (
        (middle == signs.COLON) & digit_sides,
        ((middle == signs.SLASH) | (middle == signs.STOP) | (middle == signs.DASH)) & digit_sides,
        (middle == signs.STOP) & lower_sides,
        (middle == signs.UPPER) & (left == signs.LOWER),
    ):
        columns.append(np.minimum(characters.per_block(np.flatnonzero(meeting) + 1) * 40, 127))
    return columns


def _edge_columns(characters: signs.Characters, prose: npt.NDArray[np.bool_]) -> list[Ints]:
    """Return what a block begins and ends with, and whether it is running text."""
    first, last = characters.first, characters.last
    flags = [
        prose,
        characters.ends_sentence,
        characters.dots,
        first == signs.UPPER,
        first == signs.LOWER,
        first == signs.DIGIT,
        first == signs.QUOTE,
        signs.IS_BULLET[first],
        signs.IS_OPENER[first],
        signs.IS_SIGN[first],
        last == signs.COLON,
        last == signs.ASK,
        last == signs.SHOUT,
        last == signs.STOP,
        last == signs.COMMA,
        last == signs.DIGIT,
        signs.IS_CLOSER[last],
        last == signs.CLOSE,
        signs.IS_CASED[last],
    ]
    return [flag.astype(np.int64) * 64 for flag in flags]


def _layout_columns(gaps: Ints, heights: Ints, indents: Ints) -> list[Ints]:
    below = np.append(gaps[1:], 4)
    return [
        np.minimum(column, 127) for column in (gaps * 24, below * 24, heights * 12, indents * 4)
    ]


def _repeat_columns(words: Words) -> list[Ints]:
    """Return how often the block stands on the page, and whether it stood above."""
    _, first, inverse, counts = np.unique(
        words.whole(), return_index=True, return_inverse=True, return_counts=True
    )
    filled = words.count > 0
    times = np.where(filled, counts[inverse] - 1, 0)
    above = filled & (first[inverse] < np.arange(len(inverse)))
    return [np.minimum(times * 24, 127), above.astype(np.int64) * 64]


def _shape_columns(characters: signs.Characters, words: Words) -> list[Ints]:
    """Return how often blocks of the same shape stand on the page, and near: rows of a listing.

    A shape is a size (in doublings), the class of the first and of the last character.
    """
    size = log_steps(words.count) // 8
    shapes = (size * signs.CLASSES + characters.first) * signs.CLASSES + characters.last
    _, inverse, counts = np.unique(shapes, return_inverse=True, return_counts=True)
    blocks = len(shapes)
    near = alike_near(inverse, SHAPE_REACH)
    before = np.full(blocks, FAR)
    order = np.argsort(inverse, kind="stable")
    follows = inverse[order][1:] == inverse[order][:-1]
    before[order[1:][follows]] = (order[1:] - order[:-1])[follows]
    return [log_steps(counts[inverse]), near * (127 // (2 * SHAPE_REACH)), log_steps(before)]


def _place_columns(count: Ints, prose: npt.NDArray[np.bool_], extent: Extent) -> list[Ints]:
    """Return where a block stands, among all words and among those of running text."""
    words, proses = _bounds(count), _bounds(np.where(prose, count, 0))
    at, blocks = within(np.arange(len(words)), extent.blocks)
    words, total = within(words, extent.words)
    proses, total_prose = within(proses, extent.words)
    return [
        _ratio(at[:-1], blocks),
        _ratio(words[:-1], total),
        log_steps(at[:-1]),
        log_steps(blocks - 1 - at[:-1]),
        log_steps(words[:-1]),
        log_steps(total - words[1:]),
        _ratio(proses[:-1], total_prose),
        _ratio(total_prose - proses[1:], total_prose),
        log_steps(proses[:-1]),
        log_steps(total_prose - proses[1:]),
    ]


def _bounds(lengths: Ints) -> Ints:
    """Return where each of lengths (n,) begins, and where the last is over: (n + 1,)."""
    return np.concatenate(([0], np.cumsum(lengths)))


def _around_columns(count: Ints, prose: npt.NDArray[np.bool_]) -> list[Ints]:
    """Return how far running text is, how dense around, and how long the neighbours are."""
    blocks = len(count)
    at = np.arange(blocks)
    words, proses = _bounds(count), _bounds(np.where(prose, count, 0))
    seen = np.maximum.accumulate(np.where(prose, at, -FAR))
    above = np.concatenate(([-FAR], seen[:-1]))
    coming = np.minimum.accumulate(np.where(prose, at, blocks + FAR)[::-1])[::-1]
    below = np.append(coming[1:], blocks + FAR)
    columns = [log_steps(np.minimum(at - above, FAR)), log_steps(np.minimum(below - at, FAR))]
    for window in WINDOWS:
        low, high = np.maximum(at - window, 0), np.minimum(at + window + 1, blocks)
        held = words[high] - words[low]
        columns += [_ratio(proses[high] - proses[low], held), log_steps(held // (high - low))]
    size = log_steps(count)
    for shift in (1, 2):
        padded = np.concatenate((np.zeros(shift, np.int64), size, np.zeros(shift, np.int64)))
        columns += [
            np.abs(size - padded[: -2 * shift]),
            np.abs(size - padded[2 * shift :]),
        ]
    return columns


def _topic_columns(words: Words, prose: npt.NDArray[np.bool_]) -> list[Ints]:
    """Return the shares of a block's long words that stand in running text elsewhere.

    In one other block at least, and in two.
    """
    blocks = len(words.count)
    hashes = words.hashes[words.long]
    if not len(hashes):
        return [np.zeros(blocks, np.int64)] * 2
    order = np.argsort(hashes, kind="stable")  # the blocks of a word stay in order
    hashes, owner = hashes[order], words.block_of[words.long][order]
    is_new_word = np.append([True], hashes[1:] != hashes[:-1])
    is_new = is_new_word | np.append([True], owner[1:] != owner[:-1])
    owner, name = owner[is_new], (np.cumsum(is_new_word) - 1)[is_new]
    in_prose = prose[owner]
    spread = np.bincount(name[in_prose], minlength=name[-1] + 1)
    elsewhere = spread[name] - in_prose
    kinds = np.bincount(owner, minlength=blocks)
    return [
        _ratio(np.bincount(owner[elsewhere >= least], minlength=blocks), kinds) for least in (1, 2)
    ]


def _page_columns(count: Ints, prose: npt.NDArray[np.bool_], extent: Extent) -> list[Ints]:
    """Return what is the same for all blocks: the size and the kind of page."""
    total = int(count.sum())
    blocks = len(count)
    facts = [
        min(total, extent.words),
        min(blocks, extent.blocks),
        total // blocks,
        min(int(prose.sum()), extent.paragraphs),
        int(count.max()),
    ]
    steps = [*log_steps(np.array(facts)), *_ratio(np.array([int(count[prose].sum())]), total)]
    return [np.full(blocks, step, np.int64) for step in steps]
