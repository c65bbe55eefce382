"""Hyphens at the end of a line that a word goes on below: the wrap's, or the word's own.

The capture itself is the witness. A word that stands elsewhere in it whole was parted by the wrap;
one that stands there with its hyphen has it. Of what is left the capture's habit decides: mail
wraps at hyphens only, and few of its lines end in one; print and what was made of it parts words,
and many do. There a hyphen is the wrap's, unless both halves are words of the capture.
"""

import re
from collections.abc import Mapping, Sequence

from pipeline.document import Line
from pipeline.encoding.cuts import parted_word
from pipeline.joining import CONJUNCTIONS

MIN_PARTED = 3
"""So many lines of a capture end in the midst of a word,"""
MIN_PARTED_SHARE = 0.05
"""and so many of those that go on below, if it parts words."""
_WORD = re.compile(r"[^\W\d_]+(?:[-\u2010][^\W\d_]+)*")


def parting_hyphens(lines: Sequence[Line], continued: frozenset[int]) -> frozenset[int]:
    """Return the numbers of the lines whose last hyphen was put there by the wrap.

    `lines` are those of a capture, in order; `continued` are the numbers of those that go on with
    the line before.
    """
    halves = _halves(lines, continued) if continued else {}
    if not halves:
        return frozenset()
    words = _words(lines, halves)
    parts_words = len(halves) >= MIN_PARTED and len(halves) >= MIN_PARTED_SHARE * len(continued)
    return frozenset(
        number
        for number, (first, second) in halves.items()
        if _is_of_the_wrap(first.lower(), second.lower(), words, parts_words)
    )


def _halves(
    lines: Sequence[Line], continued: frozenset[int]
) -> dict[int, tuple[str, str]]:  # of each line that ends in a word's midst, that word's halves
    found: dict[int, tuple[str, str]] = {}
    before: Line | None = None
    for line in lines:
        if line.is_blank:
            continue
        if before is not None and line.number in continued:
            halves = parted_word(before.text, line.text)
            if halves and not _is_own(before.text, *halves):
                found[before.number] = halves
        before = line
    return found


def _is_own(above: str, first: str, second: str) -> bool:
    """Tell whether a hyphen is the word's by its looks: after capitals, another one, before *and*.

    >>> _is_own("asked a BBC-", "BBC", "wide"), _is_own("the state-of-", "of", "the")
    (True, True)
    >>> _is_own("short-", "short", "and"), _is_own("the har-", "har", "bour")
    (True, False)
    """
    rest = above.rstrip()[: -len(first) - 1]
    return first.isupper() or rest.endswith(("-", "\u2010")) or second.lower() in CONJUNCTIONS


def _words(lines: Sequence[Line], halves: Mapping[int, tuple[str, str]]) -> frozenset[str]:
    """Return the words of a capture in lower case, without the halves of those in question."""
    words: set[str] = set()
    parted = False
    for line in lines:
        own = [word.lower().replace("\u2010", "-") for word in _WORD.findall(line.text)]
        if parted:
            own = own[1:]
        if not line.is_blank:
            parted = line.number in halves
            own = own[:-1] if parted else own
        words.update(own)
    return frozenset(words)


def _is_of_the_wrap(first: str, second: str, words: frozenset[str], parts_words: bool) -> bool:
    """Tell whether the hyphen between two halves is none of the word's."""
    if f"{first}-{second}" in words:
        return False
    if first + second in words:
        return True
    return parts_words and not (first in words and second in words)
