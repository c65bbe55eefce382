"""What the line model sees of a page: whole numbers for each block, in passes over the whole page.

Nothing here is learned. All is computed in integers, so that the same page gives the same numbers
on every machine: ratios are in 64ths, lengths in steps of a quarter of a doubling (`log_steps`).
Words stand in the model only as hashes, and only in scripts that it was trained on.
"""

import unicodedata
from collections.abc import Sequence

import msgspec
import numpy as np
import numpy.typing as npt

from pipeline.blocks import Block

Ints = npt.NDArray[np.int64]
Hashes = npt.NDArray[np.uint64]

GRAM_BUCKETS = 1 << 15
"""Number of buckets that words and pairs of words are hashed into."""
HEAD_WORDS = 20
"""So many words from the start of a block are hashed, and from its end:"""
TAIL_WORDS = 6
WHOLE_WORDS = 8
"""A block of at most so many words is hashed as a whole, too."""
TOPIC_LETTERS = 4
"""Words of at least so many letters count as words of the page's topic."""
PROSE_WORDS = 25
SENTENCE_WORDS = 12
"""From so many words on a block is running text, the fewer if it ends like a sentence."""
FAR = 200
SHAPE_REACH = 12
"""Blocks to each side among which the same shape is counted."""
WINDOWS = (2, 5, 12, 30)
"""Numbers of blocks to each side over which the density of running text is taken."""

# Classes of characters.
(
    _SPACE,
    _UPPER,
    _LOWER,
    _CASELESS,
    _IDEOGRAPH,
    _DIGIT,
    _STOP,
    _ASK,
    _SHOUT,
    _COMMA,
    _COLON,
    _SEPARATOR,
    _DASH,
    _QUOTE,
    _OPEN,
    _CLOSE,
    _MONEY,
    _AT,
    _RIGHTS,
    _SLASH,
    _UNDERSCORE,
    _SYMBOL,
    _ARROW,
    _MARK,
) = range(24)
_CLASSES = 24
_SPECIAL = {
    _STOP: ".…。．۔।",
    _ASK: "?？؟",
    _SHOUT: "!！",
    _COMMA: ",;，、؛،；",
    _COLON: ":：",
    _SEPARATOR: "|•·‣◦●▪■○–—¦",
    _DASH: "-‐‑*+=~",
    _QUOTE: "\"'“”„‟‘’‚«»‹›`´",
    _OPEN: "([{（【「『<",
    _CLOSE: ")]}）】」』",
    _MONEY: "$€£¥₹₽₩",
    _AT: "@#",
    _RIGHTS: "©®™",
    _SLASH: "/\\",
    _UNDERSCORE: "_",
    _ARROW: ">→▸▶►←↑↓⟶×✕▼▲▾",
}
_OF_CATEGORY = {"Lu": _UPPER, "Lt": _UPPER, "Ll": _LOWER, "Sc": _MONEY, "Pd": _DASH}
_OF_MAJOR = {"L": _CASELESS, "N": _DIGIT, "M": _MARK, "Z": _SPACE, "C": _SPACE}
_BY_NAME = 0x3000
"""Below this code point each character is looked up, above it ranges decide."""
_PLANE = 0x10000
_EVEN_MIX = np.uint64(0x9E3779B97F4A7C15)
_ODD_MIX = np.uint64(0xC2B2AE3D27D4EB4F)
_POWERS = np.cumprod(np.full(64, 0x100000001B3, np.uint64), dtype=np.uint64)
_STEPS = np.array(
    [*range(1, 9), *(8 * 2 ** (step // 4) * (4 + step % 4) // 4 for step in range(1, 80))]
)


class PageFeatures(msgspec.Struct, frozen=True):
    """A page as numbers: n blocks, f features, m hashed words and pairs of words."""

    dense: npt.NDArray[np.uint8]
    """(n, f), each 0…127."""
    grams: npt.NDArray[np.int64]
    """(m,) buckets, block after block; each block has at least one."""
    starts: Ints
    """(n,) where the grams of each block begin."""
    words: Ints
    """(n,) number of words."""
    latin: bool
    """Whether at least half of the letters are of the Latin script."""


def _character_tables() -> tuple[npt.NDArray[np.uint8], npt.NDArray[np.uint64]]:
    """Return, by code point of the first plane, the class and the folded form."""
    classes = np.full(_PLANE, _CASELESS, np.uint8)
    folded = np.arange(_PLANE, dtype=np.uint64)
    for point in range(_BY_NAME):
        character = chr(point)
        category = unicodedata.category(character)
        classes[point] = _OF_CATEGORY.get(category, _OF_MAJOR.get(category[0], _SYMBOL))
        base = unicodedata.normalize("NFKD", character).lower()[:1]
        folded[point] = ord(base or character)
    for first, last in ((0x0E00, 0x0EFF), (0x1780, 0x17FF), (0x3040, 0x9FFF), (0xAC00, 0xD7AF)):
        letters = classes[first : last + 1]
        letters[letters != _DIGIT] = _IDEOGRAPH
    classes[0x3000:0x3040] = _SYMBOL
    classes[0xD800:0xFB00] = _SYMBOL
    classes[0xFE00:0xFE10] = _MARK
    classes[0xFF00:0xFF10] = _SYMBOL
    for kind, characters in _SPECIAL.items():
        for character in characters:
            classes[ord(character)] = kind
    classes[0xFFFF] = _SYMBOL
    return classes, folded


_CLASS_OF, _FOLDED = _character_tables()
_IS_WORD = np.isin(
    np.arange(_CLASSES), (_UPPER, _LOWER, _CASELESS, _IDEOGRAPH, _DIGIT, _MARK, _UNDERSCORE)
)
_IS_LETTER = np.isin(np.arange(_CLASSES), (_UPPER, _LOWER, _CASELESS, _IDEOGRAPH))
_LATIN_END = 0x250


def log_steps(numbers: Ints) -> Ints:
    """Return lengths on a scale of their logarithm, in whole steps, 0…127."""
    return np.minimum(np.searchsorted(_STEPS, numbers, side="right") * 2, 127)


def _ratio(part: Ints, whole: Ints | int, scale: int = 64) -> Ints:
    """Return `part / whole` in 64ths (or another scale), at most 127."""
    shares: Ints = np.minimum(part * scale // np.maximum(whole, 1), 127)
    return shares


def _mix(hashes: Hashes) -> Hashes:
    """Return hashes whose low bits depend on all bits."""
    hashes = (hashes ^ (hashes >> np.uint64(31))) * _EVEN_MIX
    return hashes ^ (hashes >> np.uint64(29))


def page_features(texts: Sequence[str], gaps: Ints, heights: Ints, indents: Ints) -> PageFeatures:
    """Return the features of the blocks of a page.

    `texts` are the texts of n blocks; `gaps` (n,) the numbers of empty lines above each, `heights`
    (n,) of the lines that each takes, `indents` (n,) of its leading spaces.

    >>> texts = ["Home", "The boats came back late."]
    >>> page = page_features(texts, np.array([0, 1]), np.array([1, 1]), np.array([0, 0]))
    >>> page.dense.shape[0], page.words.tolist(), page.latin
    (2, [1, 5], True)
    """
    characters = _Characters(texts)
    words = _Words(characters)
    prose = (words.count >= PROSE_WORDS) | (
        (words.count >= SENTENCE_WORDS) & characters.ends_sentence
    )
    parts = (
        _bytes(_length_columns(characters, words)),
        _bytes(_sign_columns(characters)),
        _bytes(_edge_columns(characters, prose)),
        _bytes(_layout_columns(gaps, heights, indents)),
        _bytes(_repeat_columns(words)),
        _bytes(_shape_columns(characters, words)),
        _bytes(_place_columns(words.count, prose)),
        _bytes(_topic_columns(words, prose)),
        _bytes(_page_columns(words.count, prose)),
    )
    dense = np.concatenate(parts, axis=1)
    grams, starts = words.grams()
    return PageFeatures(dense, grams, starts, words.count, characters.is_latin)


def _bytes(columns: list[Ints]) -> npt.NDArray[np.uint8]:
    """Return columns (n,) as one array (n, columns) of numbers 0…127."""
    return np.stack([np.minimum(column, 127).astype(np.uint8) for column in columns], axis=1)


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


class _Characters:
    """The characters of a page, each block ended by a line feed."""

    def __init__(self, texts: Sequence[str]) -> None:
        page = "\n".join(texts) + "\n"
        points = np.frombuffer(page.encode("utf-32-le", "surrogatepass"), np.uint32)
        points = np.minimum(points, _PLANE - 1)
        self.points = points
        self.classes = _CLASS_OF[points]
        lengths = np.fromiter(map(len, texts), np.int64, len(texts))
        self.ends = np.cumsum(lengths + 1) - 1
        self.starts = self.ends - lengths
        self.lengths = lengths
        self.first = self.classes[self.starts]
        self.last = self.classes[np.maximum(self.ends - 1, 0)]
        before = self.classes[np.maximum(self.ends - 2, 0)]
        closed = (self.last == _QUOTE) | (self.last == _CLOSE)
        final = np.where(closed & (lengths > 1), before, self.last)
        self.ends_sentence = np.isin(final, (_STOP, _ASK, _SHOUT, _COLON))
        self.dots = (self.last == _STOP) & (before == _STOP)
        self.dots |= self.points[np.maximum(self.ends - 1, 0)] == ord("…")
        letters = _IS_LETTER[self.classes]
        total = int(letters.sum())
        self.is_latin = 2 * int((letters & (points < _LATIN_END)).sum()) >= total

    def per_block(self, flags: npt.NDArray[np.bool_]) -> Ints:
        """Return how many characters of each block are flagged."""
        return np.add.reduceat(flags, self.starts, dtype=np.int64)


class _Words:
    """The words of a page: runs of letters and digits; each ideograph is a word."""

    def __init__(self, characters: _Characters) -> None:
        classes = characters.classes
        inside = _IS_WORD[classes]
        ideograph = classes == _IDEOGRAPH
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
        digit = classes == _DIGIT
        points = _FOLDED[characters.points]
        points[digit] = ord("#")
        again = np.zeros_like(digit)
        again[1:] = digit[1:] & digit[:-1]
        inside &= ~again
        which = np.cumsum(begins) - 1
        offset = np.arange(len(classes)) - self.starts[np.maximum(which, 0)]
        terms = np.where(inside, (points + np.uint64(1)) * _POWERS[offset & 63], np.uint64(0))
        self.hashes = _mix(np.add.reduceat(terms, self.starts))
        letters = np.add.reduceat(_IS_WORD[classes], self.starts, dtype=np.int64)
        upper = np.add.reduceat(classes == _UPPER, self.starts, dtype=np.int64)
        digits = np.add.reduceat(digit, self.starts, dtype=np.int64)
        initial = classes[self.starts]
        self.long = letters >= TOPIC_LETTERS
        self.lengths = self._sum(letters)
        self.upper = self._sum(initial == _UPPER)
        self.shouted = self._sum((upper == letters) & (letters > 1))
        self.short = self._sum((initial == _LOWER) & (letters <= 3))
        self.numbers = self._sum(digits == letters)
        self.years = self._sum((digits == 4) & (letters == 4))
        self.edges = characters.first.astype(np.uint64) * np.uint64(_CLASSES) + characters.last

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

    def grams(self) -> tuple[Ints, Ints]:
        """Return the buckets of words, pairs and edges, block after block, and where each begins.

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
        buckets = (_mix(hashes) & np.uint64(GRAM_BUCKETS - 1)).astype(np.int64)[order]
        return buckets, np.searchsorted(owners[order], np.arange(blocks))


def _length_columns(characters: _Characters, words: _Words) -> list[Ints]:
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


def _sign_columns(characters: _Characters) -> list[Ints]:
    """Return how often signs of each kind occur, and a few meetings of two."""
    classes = characters.classes
    columns: list[Ints] = []
    for kind, step in (
        (_STOP, 8),
        (_ASK, 24),
        (_SHOUT, 24),
        (_COMMA, 8),
        (_COLON, 16),
        (_SEPARATOR, 16),
        (_DASH, 16),
        (_QUOTE, 8),
        (_OPEN, 16),
        (_MONEY, 40),
        (_AT, 40),
        (_RIGHTS, 64),
        (_SLASH, 16),
        (_ARROW, 40),
        (_SYMBOL, 24),
    ):
        columns.append(np.minimum(characters.per_block(classes == kind) * step, 127))
    digits = characters.per_block(classes == _DIGIT)
    stops = characters.per_block(classes == _STOP)
    commas = characters.per_block(classes == _COMMA)
    columns += [
        _ratio(digits, characters.lengths),
        _ratio(stops, characters.lengths, 1024),
        _ratio(commas, characters.lengths, 1024),
        _ratio(characters.per_block(classes == _IDEOGRAPH), characters.lengths),
    ]
    middle, left, right = classes[1:-1], classes[:-2], classes[2:]
    digit_sides = (left == _DIGIT) & (right == _DIGIT)
    lower_sides = (left == _LOWER) & (right == _LOWER)
    for meeting in (
        (middle == _COLON) & digit_sides,
        ((middle == _SLASH) | (middle == _STOP) | (middle == _DASH)) & digit_sides,
        (middle == _STOP) & lower_sides,
        (middle == _UPPER) & (left == _LOWER),
    ):
        flags = np.zeros(len(classes), np.bool_)
        flags[1:-1] = meeting
        columns.append(np.minimum(characters.per_block(flags) * 40, 127))
    return columns


def _edge_columns(characters: _Characters, prose: npt.NDArray[np.bool_]) -> list[Ints]:
    """Return what a block begins and ends with, and whether it is running text."""
    first, last = characters.first, characters.last
    flags = [
        prose,
        characters.ends_sentence,
        characters.dots,
        first == _UPPER,
        first == _LOWER,
        first == _DIGIT,
        first == _QUOTE,
        np.isin(first, (_SEPARATOR, _DASH)),
        np.isin(first, (_OPEN, _AT)),
        np.isin(first, (_ARROW, _SYMBOL, _RIGHTS)),
        last == _COLON,
        last == _ASK,
        last == _SHOUT,
        last == _STOP,
        last == _COMMA,
        last == _DIGIT,
        np.isin(last, (_ARROW, _QUOTE)),
        np.isin(last, (_CLOSE,)),
        np.isin(last, (_UPPER, _LOWER, _CASELESS)),
    ]
    return [flag.astype(np.int64) * 64 for flag in flags]


def _layout_columns(gaps: Ints, heights: Ints, indents: Ints) -> list[Ints]:
    below = np.append(gaps[1:], 4)
    return [
        np.minimum(column, 127) for column in (gaps * 24, below * 24, heights * 12, indents * 4)
    ]


def _repeat_columns(words: _Words) -> list[Ints]:
    """Return how often the block stands on the page, and whether it stood above."""
    _, first, inverse, counts = np.unique(
        words.whole(), return_index=True, return_inverse=True, return_counts=True
    )
    filled = words.count > 0
    times = np.where(filled, counts[inverse] - 1, 0)
    above = filled & (first[inverse] < np.arange(len(inverse)))
    return [np.minimum(times * 24, 127), above.astype(np.int64) * 64]


def _shape_columns(characters: _Characters, words: _Words) -> list[Ints]:
    """Return how often blocks of the same shape stand on the page, and near: rows of a listing.

    A shape is a size (in doublings), the class of the first and of the last character.
    """
    size = log_steps(words.count) // 8
    shapes = (size * _CLASSES + characters.first) * _CLASSES + characters.last
    _, inverse, counts = np.unique(shapes, return_inverse=True, return_counts=True)
    blocks = len(shapes)
    near = np.zeros(blocks, np.int64)
    for shift in range(1, SHAPE_REACH + 1):
        same = inverse[shift:] == inverse[:-shift]
        near[shift:] += same
        near[:-shift] += same
    before = np.full(blocks, FAR)
    order = np.argsort(inverse, kind="stable")
    follows = inverse[order][1:] == inverse[order][:-1]
    before[order[1:][follows]] = (order[1:] - order[:-1])[follows]
    return [log_steps(counts[inverse]), near * (127 // (2 * SHAPE_REACH)), log_steps(before)]


def _place_columns(count: Ints, prose: npt.NDArray[np.bool_]) -> list[Ints]:
    """Return where a block stands, among all words and among those of running text."""
    blocks = len(count)
    at = np.arange(blocks)
    in_prose = np.where(prose, count, 0)
    words = np.concatenate(([0], np.cumsum(count)))
    proses = np.concatenate(([0], np.cumsum(in_prose)))
    total, total_prose = int(words[-1]), int(proses[-1])
    columns = [
        _ratio(at, blocks),
        _ratio(words[:-1], total),
        log_steps(at),
        log_steps(blocks - 1 - at),
        log_steps(words[:-1]),
        log_steps(total - words[1:]),
        _ratio(proses[:-1], total_prose),
        _ratio(total_prose - proses[1:], total_prose),
        log_steps(proses[:-1]),
        log_steps(total_prose - proses[1:]),
    ]
    seen = np.maximum.accumulate(np.where(prose, at, -FAR))
    above = np.concatenate(([-FAR], seen[:-1]))
    coming = np.minimum.accumulate(np.where(prose, at, blocks + FAR)[::-1])[::-1]
    below = np.append(coming[1:], blocks + FAR)
    columns += [log_steps(np.minimum(at - above, FAR)), log_steps(np.minimum(below - at, FAR))]
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


def _topic_columns(words: _Words, prose: npt.NDArray[np.bool_]) -> list[Ints]:
    """Return the shares of a block's long words that stand in running text elsewhere.

    In one other block at least, and in two.
    """
    blocks = len(words.count)
    owners = words.block_of[words.long]
    names, identities = np.unique(words.hashes[words.long], return_inverse=True)
    if not len(names):
        return [np.zeros(blocks, np.int64)] * 2
    pairs = np.unique(owners * len(names) + identities)
    owner, name = pairs // len(names), pairs % len(names)
    in_prose = prose[owner]
    spread = np.bincount(name[in_prose], minlength=len(names))
    elsewhere = spread[name] - in_prose
    kinds = np.bincount(owner, minlength=blocks)
    return [
        _ratio(np.bincount(owner[elsewhere >= least], minlength=blocks), kinds) for least in (1, 2)
    ]


def _page_columns(count: Ints, prose: npt.NDArray[np.bool_]) -> list[Ints]:
    """Return what is the same for all blocks: the size and the kind of page."""
    total = int(count.sum())
    blocks = len(count)
    facts = [
        total,
        blocks,
        total // blocks,
        int(prose.sum()),
        int(count.max()),
    ]
    steps = [*log_steps(np.array(facts)), *_ratio(np.array([int(count[prose].sum())]), total)]
    return [np.full(blocks, step, np.int64) for step in steps]
