"""Which patterns can match a line at all: those that begin as it does and have a literal in it.

Hundreds of regular expressions a line would cost more than all else together. From each, the first
few characters are read that any match at the start of a line must begin with, and the literals of
which any match must hold one (`sign up` or `subscribe`). For each such beginning, and for patterns
that may match farther on, one automaton over the literals finds, in a single pass over the line,
the few patterns worth asking. A test holds the gate to the patterns: it changes no result.
"""

import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from functools import cache
from re import _constants as opcode  # type: ignore[attr-defined]  # the parser's own names
from re import _parser as parser  # type: ignore[attr-defined]  # no public way to read a pattern
from typing import TypeAlias, cast

from ahocorasick_rs import AhoCorasick

Parts: TypeAlias = Iterable[tuple[int, object]]
"""A parsed pattern: for each part its operation and what it is done with."""

Beginnings: TypeAlias = frozenset[tuple[str, bool]]
"""Texts that a match may begin with, and whether each is a whole match; if not, any may follow."""

BEGINNING = 4
"""So many first characters of a line say which patterns are worth asking."""
FEW_LITERALS = 24
"""Up to so many literals are sought one by one, which an automaton is not worth its memory for."""
_LOOK_BEHIND = "(?<"
MIN_LITERAL = 2
"""A pattern that only shorter literals are required of is asked each time."""


class Gate:
    """Finds the patterns that a text may match."""

    def __init__(self, patterns: Sequence[str]) -> None:
        by_beginning: dict[str, list[int]] = {}
        anywhere: list[int] = []
        literals: list[frozenset[str]] = []
        for at, pattern in enumerate(patterns):
            known = beginnings(pattern)
            literals.append(required_literals(pattern))
            if not known:
                anywhere.append(at)
            for beginning in known:
                by_beginning.setdefault(beginning, []).append(at)
        self._anywhere = _Literals(anywhere, literals)
        self._by_beginning = {
            beginning: _Literals(_of_all_beginnings(beginning, by_beginning), literals)
            for beginning in by_beginning
        }

    def candidates(self, text: str) -> list[int]:
        """Return the places of the patterns that the text may match, in order."""
        found = self._anywhere.found_in(text)
        for length in range(BEGINNING, 0, -1):
            own = self._by_beginning.get(text[:length])
            if own is not None:
                return sorted([*found, *own.found_in(text)])
        return found


def _of_all_beginnings(beginning: str, places: dict[str, list[int]]) -> list[int]:
    """Return the places that stand at a beginning, or at what it begins with itself."""
    lengths = range(1, len(beginning) + 1)
    return sorted({at for length in lengths for at in places.get(beginning[:length], ())})


class _Literals:
    """The literals of some patterns."""

    def __init__(self, places: Sequence[int], literals: Sequence[frozenset[str]]) -> None:
        self._always = [at for at in places if not literals[at]]
        owners: dict[str, list[int]] = {}
        for at in places:
            for literal in literals[at]:
                owners.setdefault(literal, []).append(at)
        self._literals = sorted(owners)
        self._owners = [owners[literal] for literal in self._literals]
        self._automaton = AhoCorasick(self._literals) if len(owners) > FEW_LITERALS else None

    def found_in(self, text: str) -> list[int]:
        """Return the places of the patterns of whose literals the text has one, in order."""
        if self._automaton:
            matches = self._automaton.find_matches_as_indexes(text, overlapping=True)
            held = {match[0] for match in matches}
        else:
            held = {at for at, literal in enumerate(self._literals) if literal in text}
        if not held:
            return self._always
        found = set(self._always)
        for literal in held:
            found.update(self._owners[literal])
        return sorted(found)


class Finder:
    """Finds a pattern in a text; it is compiled for the first text that asks for it.

    Most patterns are asked of no line of a page, and to compile all takes longer than to load all
    else. One that begins with `^` is not sought farther on.

    >>> Finder("^b")("ab"), Finder("b")("ab")
    (None, <re.Match object; span=(1, 2), match='b'>)
    """

    __slots__ = ("_at_start", "_find", "pattern")

    def __init__(self, pattern: str) -> None:
        """Take a pattern that can be read; raise `re.error` for another."""
        self.pattern = pattern
        self._at_start = _after_start(pattern) is not None
        self._find: Callable[[str], re.Match[str] | None] | None = None
        if _LOOK_BEHIND in pattern:  # what is wrong with one is only seen by compiling it
            re.compile(pattern)

    def __call__(self, text: str) -> re.Match[str] | None:
        """Return where the pattern is found in a text, None if it is not."""
        if self._find is None:
            compiled = re.compile(self.pattern)
            self._find = compiled.match if self._at_start else compiled.search
        return self._find(text)


def beginnings(pattern: str) -> frozenset[str]:
    """Return the beginnings one of which a text must have to match, none if any text may.

    They have `BEGINNING` characters, or fewer where the match may end, or go on in many ways.

    >>> sorted(beginnings("^(?:please )?(?:donate|give)"))
    ['dona', 'give', 'plea']
    >>> sorted(beginnings("^(?:my|a [^ ]+) faq")), sorted(beginnings("donate"))
    (['a ', 'my f'], [])
    """
    parts = _after_start(pattern)
    found = frozenset() if parts is None else frozenset(text for text, _ in _beginnings_of(parts))
    return frozenset() if "" in found else found


@cache
def _parsed(pattern: str) -> parser.SubPattern:
    """Return a pattern as `re` reads it; the same one is asked for several times."""
    return parser.parse(pattern)


def forget_parsed() -> None:
    """Let go of patterns as they were read, once all are compiled."""
    _parsed.cache_clear()


def _after_start(pattern: str) -> Parts | None:
    """Return what follows the `^` of a pattern, None if it has none or flags change its meaning."""
    parsed = _parsed(pattern)
    if parsed.state.flags & (re.IGNORECASE | re.MULTILINE):
        return None
    parts = list(parsed)
    return parts[1:] if parts[:1] == [(opcode.AT, opcode.AT_BEGINNING)] else None


def _beginnings_of(sequence: Parts) -> Beginnings:
    """Return the beginnings of what a sequence matches."""
    found: Beginnings = frozenset({("", True)})
    for code, value in sequence:
        open_ones = {text for text, is_whole in found if is_whole and len(text) < BEGINNING}
        if not open_ones:
            break
        own = _beginnings_of_part(code, value)
        found = frozenset(each for each in found if each[0] not in open_ones or not each[1]) | {
            ((text + more)[:BEGINNING], is_whole) for text in open_ones for more, is_whole in own
        }
    return found


def _beginnings_of_part(code: int, value: object) -> Beginnings:
    """Return the same of one part."""
    match code, value:
        case opcode.LITERAL, int(point):
            return frozenset({(chr(point), True)})
        case ((opcode.AT | opcode.ASSERT | opcode.ASSERT_NOT), _):
            return frozenset({("", True)})  # what stands there, the parts that follow must match
        case opcode.SUBPATTERN, (_, 0, 0, inner):
            return _beginnings_of(cast("Parts", inner))
        case opcode.BRANCH, (_, branches):
            each = [_beginnings_of(branch) for branch in cast("Iterable[Parts]", branches)]
            return frozenset().union(*each)
        case ((opcode.MAX_REPEAT | opcode.MIN_REPEAT), (least, most, inner)):
            once = _beginnings_of(cast("Parts", inner))
            if most != 1:
                once = frozenset((text, False) for text, _ in once)
            return once if least else once | {("", True)}
    return frozenset({("", False)})


def required_literals(pattern: str) -> frozenset[str]:
    """Return literals of which every match of a pattern holds at least one; none if unknown.

    >>> sorted(required_literals("^(?:please )?(?:donate|give) (?:now|today)$"))
    ['donate', 'give']
    >>> sorted(required_literals("^.{0,9}x?$"))
    []
    """
    return _any_of(_parsed(pattern)) or frozenset()


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
