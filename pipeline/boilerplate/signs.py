"""The characters of a page by class: letters of either case, digits, stops, dashes, arrows, ….

All by look-up over the whole page at once. Which class a character has is no question of language:
Unicode's general category (version of the running Python) decides, and a list for the signs.
"""

import unicodedata
from collections.abc import Sequence

import numpy as np
import numpy.typing as npt

Ints = npt.NDArray[np.int64]

# Classes of characters.
(
    SPACE,
    UPPER,
    LOWER,
    CASELESS,
    IDEOGRAPH,
    DIGIT,
    STOP,
    ASK,
    SHOUT,
    COMMA,
    COLON,
    SEPARATOR,
    DASH,
    QUOTE,
    OPEN,
    CLOSE,
    MONEY,
    AT,
    RIGHTS,
    SLASH,
    UNDERSCORE,
    SYMBOL,
    ARROW,
    MARK,
) = range(24)
CLASSES = 24
_SPECIAL = {
    STOP: ".…。．۔।",
    ASK: "?？؟",
    SHOUT: "!！",
    COMMA: ",;，、؛،；",
    COLON: ":：",
    SEPARATOR: "|•·‣◦●▪■○–—¦",
    DASH: "-‐‑*+=~",
    QUOTE: "\"'“”„‟‘’‚«»‹›`´",
    OPEN: "([{（【「『<",
    CLOSE: ")]}）】」』",
    MONEY: "$€£¥₹₽₩",
    AT: "@#",
    RIGHTS: "©®™",
    SLASH: "/\\",
    UNDERSCORE: "_",
    ARROW: ">→▸▶►←↑↓⟶×✕▼▲▾",
}
_OF_CATEGORY = {"Lu": UPPER, "Lt": UPPER, "Ll": LOWER, "Sc": MONEY, "Pd": DASH}
_OF_MAJOR = {"L": CASELESS, "N": DIGIT, "M": MARK, "Z": SPACE, "C": SPACE}
_BY_NAME = 0x3000
"""Below this code point each character is looked up, above it ranges decide."""
_PLANE = 0x10000


def _character_tables() -> tuple[npt.NDArray[np.uint8], npt.NDArray[np.uint64]]:
    """Return, by code point of the first plane, the class and the folded form."""
    classes = np.full(_PLANE, CASELESS, np.uint8)
    folded = np.arange(_PLANE, dtype=np.uint64)
    for point in range(_BY_NAME):
        character = chr(point)
        category = unicodedata.category(character)
        classes[point] = _OF_CATEGORY.get(category, _OF_MAJOR.get(category[0], SYMBOL))
        base = unicodedata.normalize("NFKD", character).lower()[:1]
        folded[point] = ord(base or character)
    for first, last in ((0x0E00, 0x0EFF), (0x1780, 0x17FF), (0x3040, 0x9FFF), (0xAC00, 0xD7AF)):
        letters = classes[first : last + 1]
        letters[letters != DIGIT] = IDEOGRAPH
    classes[0x3000:0x3040] = SYMBOL
    classes[0xD800:0xFB00] = SYMBOL
    classes[0xFE00:0xFE10] = MARK
    classes[0xFF00:0xFF10] = SYMBOL
    for kind, characters in _SPECIAL.items():
        for character in characters:
            classes[ord(character)] = kind
    classes[0xFFFF] = SYMBOL
    return classes, folded


CLASS_OF, FOLDED = _character_tables()


def _table(*kinds: int) -> npt.NDArray[np.bool_]:
    """Return (classes,) which classes are among these."""
    return np.isin(np.arange(CLASSES), kinds)


IS_WORD = _table(UPPER, LOWER, CASELESS, IDEOGRAPH, DIGIT, MARK, UNDERSCORE)
IS_LETTER = _table(UPPER, LOWER, CASELESS, IDEOGRAPH)
IS_FINAL = _table(STOP, ASK, SHOUT, COLON)
IS_BULLET = _table(SEPARATOR, DASH)
IS_OPENER = _table(OPEN, AT)
IS_SIGN = _table(ARROW, SYMBOL, RIGHTS)
IS_CLOSER = _table(ARROW, QUOTE)
IS_CASED = _table(UPPER, LOWER, CASELESS)
_LATIN_END = 0x250


class Characters:
    """The characters of a page, each block ended by a line feed."""

    def __init__(self, texts: Sequence[str]) -> None:
        page = "\n".join(texts) + "\n"
        points = np.frombuffer(page.encode("utf-32-le", "surrogatepass"), np.uint32)
        self.points = np.minimum(points, _PLANE - 1).astype(np.intp)
        self.classes = CLASS_OF.take(self.points)
        lengths = np.fromiter(map(len, texts), np.int64, len(texts))
        self.ends = np.cumsum(lengths + 1) - 1
        self.starts = self.ends - lengths
        self.lengths = lengths
        self.first = self.classes[self.starts]
        self.last = self.classes[np.maximum(self.ends - 1, 0)]
        before = self.classes[np.maximum(self.ends - 2, 0)]
        closed = (self.last == QUOTE) | (self.last == CLOSE)
        final = np.where(closed & (lengths > 1), before, self.last)
        self.ends_sentence = IS_FINAL[final]
        self.dots = (self.last == STOP) & (before == STOP)
        self.dots |= self.points[np.maximum(self.ends - 1, 0)] == ord("…")
        self.counts = self._class_counts()
        self.is_latin = self._is_latin()

    def _class_counts(self) -> Ints:
        """Return (blocks, classes) how many characters of each class each block has."""
        blocks = len(self.starts)
        owners = np.repeat(np.arange(0, blocks * CLASSES, CLASSES), self.lengths + 1)
        counts = np.bincount(owners + self.classes, minlength=blocks * CLASSES)
        return counts.reshape(blocks, CLASSES)

    def _is_latin(self) -> bool:
        """Tell whether at least half of the letters are of the Latin script."""
        total = int(self.counts[:, IS_LETTER].sum())
        others = IS_LETTER.take(self.classes[self.points >= _LATIN_END])
        return 2 * (total - int(others.sum())) >= total

    def blocks_at(self, places: Ints) -> Ints:
        """Return the block that each place of the page stands in."""
        return np.searchsorted(self.starts, places, side="right") - 1

    def per_block(self, places: Ints) -> Ints:
        """Return how many of some places of the page stand in each block."""
        return np.bincount(self.blocks_at(places), minlength=len(self.starts))
