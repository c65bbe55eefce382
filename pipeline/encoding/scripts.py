"""Text in another script that was decoded as Windows-1252: Cyrillic, Greek, Hebrew, Arabic, Thai.

ftfy leaves such text alone (`Ïðèâåò`), as nothing in the characters says what they were. The
language says it: decoded anew in the right charset the text is like a language of that script, and
in the wrong one like none. It is asked only of captures in which accented letters stand where plain
ones should, and that are like no language as they stand.
"""

import re
from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from pipeline.document import Line
from pipeline.encoding.characters import Change
from pipeline.language.identification import Found, Measured, identifier
from pipeline.language.letters import code_points

READ_AS = "sloppy-windows-1252"
CHARSETS = (
    ("windows-1251", "Cyrl"),
    ("koi8-r", "Cyrl"),
    ("koi8-u", "Cyrl"),
    ("cp866", "Cyrl"),
    ("iso8859-5", "Cyrl"),
    ("windows-1253", "Grek"),
    ("iso8859-7", "Grek"),
    ("windows-1255", "Hebr"),
    ("iso8859-8", "Hebr"),
    ("windows-1256", "Arab"),
    ("iso8859-6", "Arab"),
    ("cp874", "Thai"),
)
"""Charsets in which half of the bytes are letters of another script, and that script. Of two that
fit alike, the one that comes first is taken."""
MIN_SHARE = 0.3
"""So many of a line's letters must be of the upper half of the charset: no language has more."""
MIN_HIGH = 30
"""So many such characters must the lines have together."""
SAMPLE_CHARACTERS = 5_000
MAX_CONFIDENCE = 0.5
"""A text that is like a language as it stands, with so much confidence, stays."""
MIN_CONFIDENCE = 0.9
"""How likely the text must be in a language of the script once it is decoded anew,"""
MAX_UNUSUAL = 0.25
"""and of its sequences of three letters so many may be unknown beyond what is usual in it. In a
wrong charset half of them are."""
MIN_LETTERS = 0.7
"""Share of letters of the script among what is not ASCII then: the rest is quotes and dashes."""
_HIGH = "".join(bytes([byte]).decode(READ_AS) for byte in range(0x80, 0x100))
_LATIN = "A-Za-z\u00aa\u00ba\u00c0-\u024f"
_OTHER = f"[^\\W\\d_{_LATIN}]"
_OTHER_WORD = re.compile(f"\\w*{_OTHER}\\w*")
_MIXED_WORD = re.compile(f"\\w*(?:[{_LATIN}]{_OTHER}|{_OTHER}[{_LATIN}])\\w*")
_ODD_SIGN = re.compile(r"[^\w\s'’.,;:!?()\[\]/«»“”„\"\-–—…\u0300-\u0e4e](?=[^\W\d_])")
_IS_HIGH = np.zeros(0x10000, dtype=np.bool_)
_IS_HIGH[[ord(character) for character in _HIGH]] = True
_IS_PLAIN = np.zeros(0x10000, dtype=np.bool_)
_IS_PLAIN[0x41:0x5B] = _IS_PLAIN[0x61:0x7B] = True


def misread_charset(lines: Sequence[Line]) -> str:
    """Return the charset that lines are in which were decoded as Windows-1252, or ``."""
    sample = "\n".join(_suspected([line.text for line in lines]))[:SAMPLE_CHARACTERS]
    if not sample:
        return ""
    (found,) = identifier().found([sample])
    if found.tag and found.confidence >= MAX_CONFIDENCE:
        return ""
    tried = [(charset, script, decoded_anew(sample, charset)) for charset, script in CHARSETS]
    texts = [text for _, _, text in tried]
    judged = zip(identifier().found(texts), identifier().measured(texts), strict=True)
    fitting = [
        (-_odd_signs(text), -unusual, -place, charset)
        for place, ((charset, script, text), (found, measured)) in enumerate(
            zip(tried, judged, strict=True)
        )
        if (unusual := _unusual(text, script, found, measured)) <= MAX_UNUSUAL
    ]
    return max(fitting, default=(0, 0.0, 0, ""))[-1]


def _suspected(texts: Sequence[str]) -> list[str]:
    """Return the lines with so many characters of the upper half, if these are enough."""
    whole = "\n".join(texts)
    if whole.isascii():
        return []
    points = code_points(whole)
    high = _IS_HIGH.take(points)
    if np.count_nonzero(high) < MIN_HIGH:
        return []
    ends = np.cumsum([0, *(len(text) + 1 for text in texts)])
    highs = _between(high, ends)
    letters = highs + _between(_IS_PLAIN.take(points), ends)
    chosen = highs >= np.maximum(1, MIN_SHARE * letters)
    if int(highs[chosen].sum()) < MIN_HIGH:
        return []
    return [texts[at] for at in np.flatnonzero(chosen).tolist()]


def _between(flags: NDArray[np.bool_], ends: NDArray[np.int64]) -> NDArray[np.int64]:
    """Return how many flags are set between each end and the next."""
    sums = np.zeros(len(flags) + 1, np.int32)
    np.cumsum(flags, dtype=np.int32, out=sums[1:])
    return np.diff(sums[np.minimum(ends, len(flags))]).astype(np.int64)


def _unusual(text: str, script: str, found: Found, measured: Measured | Found) -> float:
    """Return how unlike the language found a text is: 0 is usual, 1 if it is in no such script."""
    if not isinstance(measured, Measured) or found.script != script:
        return 1.0
    if found.confidence < MIN_CONFIDENCE or _is_mixed(text):
        return 1.0
    if measured.letters < MIN_LETTERS * sum(not character.isascii() for character in text):
        return 1.0
    return round(identifier().guard.usual[measured.language][1] - measured.covered, 2)


def _odd_signs(text: str) -> int:
    """Return how many signs stand within or right before a word, where hardly one belongs."""
    return len(_ODD_SIGN.findall(text))


def _is_mixed(text: str) -> bool:
    """Tell whether most words with letters of another script have Latin letters, too."""
    mixed = len(_MIXED_WORD.findall(text))
    return mixed > len(_OTHER_WORD.findall(text)) / 2


def decoded_anew(text: str, charset: str) -> str:
    """Return a text as it reads in a charset, `` if its characters or bytes do not allow that.

    >>> decoded_anew("Ïðèâåò", "windows-1251"), decoded_anew("Привет", "windows-1251")
    ('Привет', '')
    """
    try:
        return text.encode(READ_AS).decode(charset)
    except UnicodeError:
        return ""


def repair(text: str, charset: str) -> Change | None:
    """Return the repair of a line, None where it has nothing of the charset.

    A line most of whose words would be half Latin, half of the other script was not in it.
    """
    if text.isascii():
        return None
    anew = decoded_anew(text, charset)
    if not anew or _is_mixed(anew):
        return None
    return Change("mojibake", 0, text, anew, f"encode {READ_AS}, decode {charset}")
