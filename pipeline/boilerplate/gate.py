"""Which patterns can match a line at all: those of whose literals one stands in it.

Hundreds of regular expressions a line would cost more than all else together. From each, the
literals are read of which any match must hold one (`sign up` or `subscribe`); one automaton over
the literals of all finds, in a single pass over the line, the few patterns worth asking. A test
holds the gate to the patterns: it changes no result.
"""

from collections.abc import Iterable, Iterator, Sequence
from re import _constants as opcode  # type: ignore[attr-defined]  # the parser's own names
from re import _parser as parser  # type: ignore[attr-defined]  # no public way to read a pattern
from typing import TypeAlias, cast

from ahocorasick_rs import AhoCorasick

Parts: TypeAlias = Iterable[tuple[int, object]]
"""A parsed pattern: for each part its operation and what it is done with."""

MIN_LITERAL = 3
"""A pattern that only shorter literals are required of is asked each time."""


class Gate:
    """Finds the patterns that a text may match."""

    def __init__(self, patterns: Sequence[str]) -> None:
        self._always: list[int] = []
        owners: dict[str, list[int]] = {}
        for at, pattern in enumerate(patterns):
            literals = required_literals(pattern)
            if not literals:
                self._always.append(at)
            for literal in literals:
                owners.setdefault(literal, []).append(at)
        literals_in_order = sorted(owners)
        self._owners = [owners[literal] for literal in literals_in_order]
        self._automaton = AhoCorasick(literals_in_order)

    def candidates(self, text: str) -> list[int]:
        """Return the places of the patterns that the text may match, in order."""
        found = set(self._always)
        for literal, _, _ in self._automaton.find_matches_as_indexes(text, overlapping=True):
            found.update(self._owners[literal])
        return sorted(found)


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
