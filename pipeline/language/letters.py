"""Letters as langdetect's profiles have them, and the script that each is of.

langdetect folds characters before it counts: what is no Latin letter of ASCII is a space, kana and
Hangul are one letter each, Chinese characters of like use are one. Its profiles fit no text that is
not folded likewise. A test holds `FOLDED` to langdetect's own function for every character.
"""

import numpy as np
from langdetect.utils.ngram import NGram
from numpy.typing import NDArray

PLANE = 0x10000
"""Code points of the basic multilingual plane; letters beyond it are in no profile."""
SPACE = 0x20
OUTSIDE = 0xFFFF
"""Stands for every character beyond the plane."""
HASH = np.uint64(0x9E3779B97F4A7C15)
"""What letters that follow each other are multiplied by, to be hashed (Knuth, TAOCP 3, 6.4)."""

SCRIPTS = (
    "",  # no letter, or one that any script may use
    "Latn",
    "Cyrl",
    "Grek",
    "Arab",
    "Hebr",
    "Deva",
    "Beng",
    "Guru",
    "Gujr",
    "Taml",
    "Telu",
    "Knda",
    "Mlym",
    "Thai",
    "Hani",
    "Kana",  # Hiragana and Katakana
    "Hang",
    "Zyyy",  # letters of any other script
)
"""ISO 15924 codes, Hiragana and Katakana as one; a letter's script is a place in this table."""
_RANGES = (
    ("Latn", 0x41, 0x5A),
    ("Latn", 0x61, 0x7A),
    ("Latn", 0xC0, 0x24F),
    ("Latn", 0x250, 0x2AF),
    ("Latn", 0x1E00, 0x1EFF),
    ("Latn", 0x2C60, 0x2C7F),
    ("Latn", 0xA720, 0xA7FF),
    ("Latn", 0xAB30, 0xAB6F),
    ("Latn", 0xFB00, 0xFB06),
    ("Grek", 0x370, 0x3FF),
    ("Grek", 0x1F00, 0x1FFF),
    ("Cyrl", 0x400, 0x52F),
    ("Cyrl", 0x1C80, 0x1C8F),
    ("Cyrl", 0x2DE0, 0x2DFF),
    ("Cyrl", 0xA640, 0xA69F),
    ("Hebr", 0x591, 0x5FF),
    ("Hebr", 0xFB1D, 0xFB4F),
    ("Arab", 0x600, 0x6FF),
    ("Arab", 0x750, 0x77F),
    ("Arab", 0x8A0, 0x8FF),
    ("Arab", 0xFB50, 0xFDFF),
    ("Arab", 0xFE70, 0xFEFE),
    ("Deva", 0x900, 0x97F),
    ("Beng", 0x980, 0x9FF),
    ("Guru", 0xA00, 0xA7F),
    ("Gujr", 0xA80, 0xAFF),
    ("Taml", 0xB80, 0xBFF),
    ("Telu", 0xC00, 0xC7F),
    ("Knda", 0xC80, 0xCFF),
    ("Mlym", 0xD00, 0xD7F),
    ("Thai", 0xE00, 0xE7F),
    ("Hani", 0x3400, 0x4DBF),
    ("Hani", 0x4E00, 0x9FFF),
    ("Hani", 0xF900, 0xFAFF),
    ("Kana", 0x3041, 0x30FF),
    ("Kana", 0x31F0, 0x31FF),
    ("Kana", 0xFF66, 0xFF9D),
    ("Hang", 0x1100, 0x11FF),
    ("Hang", 0x3130, 0x318F),
    ("Hang", 0xAC00, 0xD7AF),
)
"""Blocks of Unicode 15, first and last code point."""
_NO_LETTERS = ((0, 0x52F), (0x2000, 0x2BFF), (0x2E00, 0x3040), (0xD800, 0xF8FF), (0xFE00, 0xFFFF))
"""Outside of these and of the ranges above a code point is of another script."""
_EXCLUDED = NGram.LATIN1_EXCLUDED
_FIRST_VIETNAMESE = 0x1EA0
_LAST_CASED = 0x2D00
"""Letters with upper and lower case end here, but for those of few languages."""


def _folded() -> NDArray[np.uint16]:
    """Return the code point that each of the plane is counted as, [65536]."""
    table = np.arange(PLANE, dtype=np.uint16)
    ascii_letters = [*range(0x41, 0x5B), *range(0x61, 0x7B)]
    others = np.setdiff1d(np.arange(0x80), ascii_letters)
    table[others] = SPACE
    table[[ord(character) for character in _EXCLUDED]] = SPACE
    table[0x2000:0x2070] = SPACE
    table[[0x219, 0x21B, 0x6CC]] = (0x15F, 0x163, 0x64A)
    table[_FIRST_VIETNAMESE:0x1F00] = 0x1EC3
    table[0x3040:0x30A0] = 0x3042
    table[0x30A0:0x3100] = 0x30A2
    table[0x3100:0x3130] = table[0x31A0:0x31C0] = 0x3105
    table[0xAC00:0xD7B0] = 0xAC00
    for character, like in NGram.CJK_MAP.items():
        table[ord(character)] = ord(like)
    return table


def _scripts() -> NDArray[np.uint8]:
    """Return the place in `SCRIPTS` of each code point's script, [65536]."""
    table = np.full(PLANE, SCRIPTS.index("Zyyy"), dtype=np.uint8)
    for first, last in _NO_LETTERS:
        table[first : last + 1] = 0
    for script, first, last in _RANGES:
        table[first : last + 1] = SCRIPTS.index(script)
    table[[0xD7, 0xF7, 0x37E, 0x387, 0x30FB, 0x30A0]] = 0
    return table


def _upper() -> NDArray[np.bool_]:
    """Return which code points are upper-case letters, [65536]."""
    table = np.zeros(PLANE, dtype=np.bool_)
    table[:_LAST_CASED] = [chr(code).isupper() for code in range(_LAST_CASED)]
    return table


def _lower() -> NDArray[np.uint16]:
    """Return the lower-case letter of each code point that has one of one letter, [65536]."""
    table = np.arange(PLANE, dtype=np.uint16)
    for code in range(_LAST_CASED):
        lower = chr(code).lower()
        table[code] = ord(lower[0]) if lower else code
    return table


FOLDED = _folded()
SCRIPT = _scripts()
UPPER = _upper()
LOWER = _lower()


def code_points(text: str) -> NDArray[np.uint16]:
    """Return a text's code points, those beyond the plane as `OUTSIDE`.

    >>> code_points("aé😀").tolist()
    [97, 233, 65535]
    """
    wide = np.frombuffer(text.encode("utf-32-le", "surrogatepass"), dtype=np.uint32)
    return np.minimum(wide, OUTSIDE).astype(np.uint16)
