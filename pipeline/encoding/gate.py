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
from typing import Any, NamedTuple

import numpy as np
from ftfy.badness import BADNESS_RE
from numpy.typing import NDArray

from pipeline.encoding.composition import looked_at, maybe_uncomposed
from pipeline.language.letters import OUTSIDE, code_points

PLANE = OUTSIDE + 1
MAX_ALTERNATIVES = 64
TRIGGER, IN_PAIR, LOOSE = 1, 2, 4
"""Why a character is looked at: as a trigger, for a pair, or as one that may not be composed."""
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
    points = code_points("\n".join((*texts, "")))
    marks = _marks().take(points)
    places = np.flatnonzero(marks != 0)
    if not len(places):
        return []
    marks = marks.take(places)
    hits = places[((marks & TRIGGER) > 0) | _in_pairs(points, places)]
    ends = np.cumsum(np.fromiter(map(len, texts), np.intp, len(texts)) + 1)
    found = set(_lines(hits, ends))
    loose = maybe_uncomposed(points, places[(marks & LOOSE) > 0])
    found.update(
        place for place in _lines(loose, ends) if not unicodedata.is_normalized("NFC", texts[place])
    )
    return sorted(found)


def may_be_mojibake(text: str) -> bool:
    """Tell whether a line has any of the pairs without which ftfy finds nothing in it.

    >>> may_be_mojibake("El niÃ±o"), may_be_mojibake("El niño, “dijo”")
    (True, False)
    """
    return _pair().search(text) is not None


class _Pairs(NamedTuple):
    """A bit for each alternative whose pair a character may begin or end, [65536] each.

    A pair is looked for at its rarer side: where it begins, or where it ends.
    """

    begins: NDArray[np.uint64]
    then: NDArray[np.uint64]
    ends: NDArray[np.uint64]
    """Of the pairs that are looked for where they end,"""
    before: NDArray[np.uint64]
    """and what stands before that."""


def _in_pairs(points: NDArray[np.uint16], places: NDArray[np.intp]) -> NDArray[np.bool_]:
    """Tell of places in a text whether one begins, or ends, a pair that is looked for there."""
    pairs = _pairs()
    here = points.take(places)
    after, before = (points.take(places + step, mode="clip") for step in (1, -1))
    found = pairs.begins.take(here) & pairs.then.take(after)
    found |= pairs.ends.take(here) & pairs.before.take(before)
    told: NDArray[np.bool_] = found > 0
    return told


def _lines(places: NDArray[np.intp], ends: NDArray[np.intp]) -> list[int]:
    """Return the lines that hold any of some ascending places in their text, by their ends."""
    found: list[int] = np.flatnonzero(np.diff(np.searchsorted(places, ends), prepend=0)).tolist()
    return found


@cache
def _marks() -> NDArray[np.uint8]:
    """Return why each character is looked at, [65536]; 0 if it is not."""
    pairs = _pairs()
    table = looked_at() * np.uint8(LOOSE)
    table[(pairs.begins | pairs.ends) > 0] |= IN_PAIR
    table[list(TRIGGERS)] |= TRIGGER
    return table


@cache
def _pairs() -> _Pairs:
    pairs = _Pairs(*(np.zeros(PLANE, dtype=np.uint64) for _ in _Pairs._fields))
    for number, (one, other, at_end) in enumerate(_sides()):
        bit = np.uint64(1 << number)
        (pairs.before if at_end else pairs.begins)[one] |= bit
        (pairs.ends if at_end else pairs.then)[other] |= bit
    return pairs


@cache
def _pair() -> re.Pattern[str]:
    """Return what matches at the rarer side of any of the pairs."""
    rare, around = np.zeros(PLANE, dtype=np.bool_), []
    for one, other, at_end in _sides():
        rare |= other if at_end else one
        both = _any_of(one) + _any_of(other)
        around.append(f"(?<={both})" if at_end else f"(?<={_any_of(one)}){_ahead(other)}")
    return re.compile(f"{_any_of(rare)}(?:{'|'.join(dict.fromkeys(around))})")


@cache
def _sides() -> list[tuple[NDArray[np.bool_], NDArray[np.bool_], bool]]:
    """Return the two sets of each pair, and whether clean text has fewer of the second.

    How much of a set stands in clean text is guessed: ASCII most, letters more than signs.
    """
    commonness = np.ones(PLANE, dtype=np.int64)
    commonness[[chr(code).isalpha() for code in range(PLANE)]] = 100
    commonness[:0x80] = 10_000
    return [
        (one, other, bool(commonness[other].sum() < commonness[one].sum()))
        for one, other in pairs_of(BADNESS_RE.pattern)
    ]


def _ahead(characters: NDArray[np.bool_]) -> str:
    return "" if characters.all() else f"(?={_any_of(characters)})"


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
