"""Which patterns can match a line at all: those that begin as it does and have a literal in it.

Hundreds of regular expressions a line would cost more than all else together. From each, the
characters are read that any match at the start of a line must begin with, and the literals of which
any match must hold one (`sign up` or `subscribe`). For each first character, one automaton over the
literals of its patterns finds, in a single pass over the line, the few patterns worth asking. A
test holds the gate to the patterns: it changes no result.
"""

import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from re import _constants as opcode  # type: ignore[attr-defined]  # the parser's own names
from re import _parser as parser  # type: ignore[attr-defined]  # no public way to read a pattern
from typing import TypeAlias, cast

from ahocorasick_rs import AhoCorasick

Parts: TypeAlias = Iterable[tuple[int, object]]
"""A parsed pattern: for each part its operation and what it is done with."""

MIN_LITERAL = 2
"""A pattern that only shorter literals are required of is asked each time."""


class Gate:
    """Finds the patterns that a text may match."""

    def __init__(self, patterns: Sequence[str]) -> None:
        by_first: dict[str, list[int]] = {}
        anywhere: list[int] = []
        for at, pattern in enumerate(patterns):
            first = first_characters(pattern)
            if first is None:
                anywhere.append(at)
            for character in first or ():
                by_first.setdefault(character, []).append(at)
        literals = [required_literals(pattern) for pattern in patterns]
        self._anywhere = _Literals(anywhere, literals)
        self._by_first = {
            character: _Literals(sorted([*own, *anywhere]), literals)
            for character, own in by_first.items()
        }

    def candidates(self, text: str) -> list[int]:
        """Return the places of the patterns that the text may match, in order."""
        return self._by_first.get(text[:1], self._anywhere).found_in(text)


class _Literals:
    """The literals of some patterns."""

    def __init__(self, places: Sequence[int], literals: Sequence[frozenset[str]]) -> None:
        self._always = [at for at in places if not literals[at]]
        owners: dict[str, list[int]] = {}
        for at in places:
            for literal in literals[at]:
                owners.setdefault(literal, []).append(at)
        literals_in_order = sorted(owners)
        self._owners = [owners[literal] for literal in literals_in_order]
        self._automaton = AhoCorasick(literals_in_order)

    def found_in(self, text: str) -> list[int]:
        """Return the places of the patterns of whose literals the text has one, in order."""
        matches = self._automaton.find_matches_as_indexes(text, overlapping=True)
        if not matches:
            return self._always
        found = set(self._always)
        for literal in {match[0] for match in matches}:
            found.update(self._owners[literal])
        return sorted(found)


def finder(pattern: re.Pattern[str]) -> Callable[[str], re.Match[str] | None]:
    """Return what finds a pattern in a text; one that begins with `^` is not sought farther on.

    >>> finder(re.compile("^b"))("ab"), finder(re.compile("b"))("ab")
    (None, <re.Match object; span=(1, 2), match='b'>)
    """
    return pattern.search if _after_start(pattern.pattern) is None else pattern.match


def first_characters(pattern: str) -> frozenset[str] | None:
    """Return the characters that a text must begin with to match, None if any will do, or none.

    >>> sorted(first_characters("^(?:please )?(?:donate|give)") or ())
    ['d', 'g', 'p']
    >>> first_characters("donate"), first_characters("^(?:share)?")
    (None, None)
    """
    parts = _after_start(pattern)
    first = None if parts is None else _first_of(parts)
    return None if first is None or "" in first else first


def _after_start(pattern: str) -> Parts | None:
    """Return what follows the `^` of a pattern, None if it has none or flags change its meaning."""
    parsed = parser.parse(pattern)
    if parsed.state.flags & (re.IGNORECASE | re.MULTILINE):
        return None
    parts = list(parsed)
    return parts[1:] if parts[:1] == [(opcode.AT, opcode.AT_BEGINNING)] else None


def _first_of(sequence: Parts) -> frozenset[str] | None:
    """Return the characters that a match may begin with, `` if it may be empty, None for any."""
    first: frozenset[str] = frozenset()
    for code, value in sequence:
        own = _first_of_part(code, value)
        if own is None:
            return None
        first |= own
        if "" not in own:
            return first - {""}
    return first | {""}


def _first_of_part(code: int, value: object) -> frozenset[str] | None:
    """Return the same of one part."""
    match code, value:
        case opcode.LITERAL, int(point):
            return frozenset({chr(point)})
        case ((opcode.AT | opcode.ASSERT | opcode.ASSERT_NOT), _):
            return frozenset({""})  # what stands there, the parts that follow must match
        case opcode.SUBPATTERN, (_, 0, 0, inner):
            return _first_of(cast("Parts", inner))
        case opcode.BRANCH, (_, branches):
            sets = [_first_of(branch) for branch in cast("Iterable[Parts]", branches)]
            known = [each for each in sets if each is not None]
            return frozenset().union(*known) if len(known) == len(sets) else None
        case ((opcode.MAX_REPEAT | opcode.MIN_REPEAT), (least, _, inner)):
            begin = _first_of(cast("Parts", inner))
            return begin if begin is None or least else begin | {""}
    return None


def required_literals(pattern: str) -> frozenset[str]:
    """Return literals of which every match of a pattern holds at least one; none if unknown.

    >>> sorted(required_literals("^(?:please )?(?:donate|give) (?:now|today)$"))
    ['donate', 'give']
    >>> sorted(required_literals("^.{0,9}x?$"))
    []
    """
    return _any_of(parser.parse(pattern)) or frozenset()


def _any_of(sequence: Parts) -> frozenset[str] | None:
    """Return the most telling set of literals, one of which a match of the sequence must hold."""
    candidates = [literals for literals in _requirements(sequence) if literals]
    long = [each for each in candidates if min(map(len, each)) >= MIN_LITERAL]
    return max(long, key=_telling, default=None)


def _telling(literals: frozenset[str]) -> tuple[int, int, str]:
    """Return how telling a set is: its shortest literal first, then how few there are."""
    return min(map(len, literals)), -len(literals), min(literals)


def _requirements(sequence: Parts) -> Iterator[frozenset[str] | None]:
    """Yield for each part of a sequence the literals that it requires one of."""
    run = ""
    for code, value in sequence:
        if code is opcode.LITERAL:
            run += chr(value)  # type: ignore[arg-type]  # a literal's value is its code point
            continue
        if run:
            yield frozenset({run})
        run = ""
        yield _required_by(code, value)
    if run:
        yield frozenset({run})


def _required_by(code: int, value: object) -> frozenset[str] | None:
    """Return the literals that one part requires one of, or None."""
    match code, value:
        case opcode.SUBPATTERN, (_, _, _, inner):
            return _any_of(cast("Parts", inner))
        case opcode.BRANCH, (_, branches):
            sets = [_any_of(branch) for branch in cast("Iterable[Parts]", branches)]
            known = [each for each in sets if each]
            return frozenset().union(*known) if len(known) == len(sets) else None
        case ((opcode.MAX_REPEAT | opcode.MIN_REPEAT), (least, _, inner)) if least:
            return _any_of(cast("Parts", inner))
    return None
