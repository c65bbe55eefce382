"""Which lines can need a repair at all: a look at a whole capture that costs next to nothing.

ftfy decides by a regular expression whether a text looks like mojibake; asked of each line, it
costs more than all else. Each of its alternatives needs two certain characters beside each other.
So the text is searched for such pairs first, all alternatives in one pass, and only lines with one
are shown to ftfy; what it says of the others is known. The pairs are taken from ftfy's own
expression. What the other fixers change has a character that clean text hardly has.
"""

import importlib
import re
import unicodedata
from collections.abc import Iterable, Sequence
from functools import cache
from itertools import pairwise
from typing import Any

import numpy as np
from ftfy.badness import BADNESS_RE
from numpy.typing import NDArray

from pipeline.encoding.composition import looked_at, maybe_uncomposed
from pipeline.language.letters import OUTSIDE, code_points

PLANE = OUTSIDE + 1
NEWLINE = np.uint16(ord("\n"))
MAX_ALTERNATIVES = 64
TRIGGERS = (
    *range(0x09),
    *range(0x0B, 0x20),
    *range(0x7F, 0xA1),  # controls, no-break space
    *map(ord, "&`]\N{ACUTE ACCENT}\N{SOFT HYPHEN}"),
    *range(0x2000, 0x200C),  # typographic and zero-width spaces
    *(0x200E, 0x200F, 0x2028, 0x2029, 0x202F, 0x205F, 0x2060, 0xFEFF),
    *range(0x202A, 0x202F),
    *range(0x2066, 0x206A),  # direction
)
"""Characters without which a composed line that ftfy finds clean has nothing for any fixer."""


def suspicious(texts: Sequence[str]) -> list[int]:
    """Return the places of the lines that a fixer may change, ascending.

    >>> suspicious(["Ángel, ¿no?", "El niÃ±o", "R&amp;D", "“Schön”", "15\N{NO-BREAK SPACE}km"])
    [1, 2, 4]
    """
    whole = "\n".join((*texts, ""))
    points = code_points(whole)
    places = np.flatnonzero(_looked_at().take(points))
    if not len(places):
        return []
    here, after = points.take(places), points.take(places + 1, mode="clip")
    first, second = _pairs()
    marked = _triggers().take(here)
    marked |= (first.take(here) & second.take(after)) > 0
    ends = np.cumsum([len(text) + 1 for text in texts])
    found = set(np.searchsorted(ends, places[marked], side="right").tolist())
    loose = np.searchsorted(ends, maybe_uncomposed(points, places), side="right").tolist()
    found |= {place for place in set(loose) if not unicodedata.is_normalized("NFC", texts[place])}
    return sorted(found)


def may_be_mojibake(text: str) -> bool:
    """Tell whether a line has any of the pairs without which ftfy finds nothing in it.

    >>> may_be_mojibake("El niÃ±o"), may_be_mojibake("El niño, “dijo”")
    (True, False)
    """
    return _pair().search(text) is not None


@cache
def _looked_at() -> NDArray[np.bool_]:
    """Return which characters are triggers, may begin a pair, or may not be composed."""
    table: NDArray[np.bool_] = _triggers() | (_pairs()[0] > 0) | looked_at()
    return table


@cache
def _triggers() -> NDArray[np.bool_]:
    table = np.zeros(PLANE, dtype=np.bool_)
    table[list(TRIGGERS)] = True
    return table


@cache
def _pairs() -> tuple[NDArray[np.uint64], NDArray[np.uint64]]:
    """Return for each character a bit for each alternative whose pair it may begin, or end."""
    first = np.zeros(PLANE, dtype=np.uint64)
    second = np.zeros(PLANE, dtype=np.uint64)
    for bit, (one, other) in enumerate(pairs_of(BADNESS_RE.pattern)):
        first[one] |= np.uint64(1 << bit)
        second[other] |= np.uint64(1 << bit)
    return first, second


@cache
def _pair() -> re.Pattern[str]:
    """Return what matches any of the pairs; ahead of them what any two of these begin and end with.

    Most places are passed over by that alone.
    """
    pairs = pairs_of(BADNESS_RE.pattern)
    narrow = [pair for pair in pairs if not pair[1].all()]
    ahead = [_any_of(one) for one, other in pairs if other.all()]
    if narrow:
        begins, ends = (np.logical_or.reduce(sets) for sets in zip(*narrow, strict=True))
        ahead.append(_any_of(begins) + _any_of(ends))
    alternatives = dict.fromkeys(_any_of(one) + _any_of(other) for one, other in pairs)
    return re.compile(f"(?={'|'.join(ahead)})(?:{'|'.join(alternatives)})")


def _any_of(characters: NDArray[np.bool_]) -> str:
    """Return a pattern of one character of a set.

    Of a set of all characters it is empty: that matches the end of a text, too.
    """
    if characters.all():
        return ""
    return f"[{''.join(map(re.escape, map(chr, np.flatnonzero(characters).tolist())))}]"


def pairs_of(pattern: str) -> list[tuple[NDArray[np.bool_], NDArray[np.bool_]]]:
    """Return of each alternative of a pattern two sets of characters that it needs side by side.

    Of all neighbours those with the fewest characters are taken. An alternative whose parts are not
    understood is one that any two characters may match: that is slower, and never wrong.
    """
    anything = (np.ones(PLANE, np.bool_), np.ones(PLANE, np.bool_))
    try:
        parser = importlib.import_module("re._parser")  # what `re` itself reads patterns with
    except ImportError:
        return [anything]
    parsed = parser.parse(pattern, re.VERBOSE)
    alternatives = (
        parsed[0][1][1] if len(parsed) == 1 and str(parsed[0][0]) == "BRANCH" else [parsed]
    )
    if len(alternatives) > MAX_ALTERNATIVES:
        return [anything]
    return [_rarest(alternative) or anything for alternative in alternatives]


def _rarest(
    alternative: Iterable[Any],
) -> tuple[NDArray[np.bool_], NDArray[np.bool_]] | None:
    """Return the two neighbours in an alternative that the fewest characters can be."""
    parts = [_characters(str(kind), value) for kind, value in alternative]
    known = [part for part in parts if part is not None]
    if len(parts) == 1 and len(known) == 1:
        return known[0], np.ones(PLANE, np.bool_)
    beside = [
        (one, other) for one, other in pairwise(parts) if one is not None and other is not None
    ]
    return min(beside, key=lambda pair: int(pair[0].sum()) * int(pair[1].sum()), default=None)


def _characters(kind: str, value: Any) -> NDArray[np.bool_] | None:
    """Return the characters that a part of a pattern stands for, None if it may be none."""
    table = np.zeros(PLANE, dtype=np.bool_)
    if kind == "LITERAL":
        table[value] = True
        return table
    if kind == "ANY":
        return ~table
    if kind != "IN":
        return None
    for inner, what in value:
        if str(inner) == "LITERAL":
            table[what] = True
        elif str(inner) == "RANGE":
            table[what[0] : what[1] + 1] = True
        else:  # a negation or a class such as \w: more than it stands for
            return np.ones(PLANE, np.bool_)
    return table
