"""How well the languages of one script fit texts in it."""

import math
from collections.abc import Sequence
from itertools import accumulate, pairwise
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from pipeline.language.letters import SCRIPT, SCRIPTS, UPPER
from pipeline.language.profiles import (
    FLOOR,
    NAT,
    SPACE_CLASS,
    WEIGHTS,
    Group,
    Letters,
    rows_of,
    summed,
)

HAN = "Hani"
CHARACTER_WEIGHT = 3
"""A Chinese, Japanese or Korean character counts as so many letters."""
CAPITALS = 0.5
"""A text of which more letters are upper case is read in lower case: profiles have no capitals."""
MIN_KANA = 0.1
"""Of kana and Chinese characters; Japanese has more, Chinese almost none."""
MIN_HANGUL = 0.3
_ALONE = 5.0
"""How far ahead, in nats a place, the only language of a script counts."""
_RULED = 1 << 40
"""More than any likelihood: what is out of the question comes last."""
_MISSING_TRIPLE = WEIGHTS[2] * math.log(FLOOR)
_HAN = SCRIPTS.index(HAN)
_MIXED = slice(_HAN, _HAN + 3)
"""Chinese characters, kana and Hangul, which texts mix."""
_WEIGHTS = np.array([0, 1] + [2] * (len(SCRIPTS) - 2))
"""A letter that is not Latin counts twice: texts of all scripts hold Latin names and terms."""
_KINDS = SCRIPT + len(SCRIPTS) * UPPER.astype(np.uint8)
"""Each code point's script and case as one number, [65536]."""


class Counts(NamedTuple):
    """The letters of a text."""

    script: str
    """That of the most letters, by their weight."""
    letters: int
    """Those of that script,"""
    of_all_scripts: int
    """and all."""
    shouts: bool
    """Whether most are upper case."""
    mixed: Sequence[int]
    """Chinese characters, kana and Hangul."""


class Part(NamedTuple):
    """Some texts of one script."""

    group: Group
    in_capitals: bool
    """Whether they are read in lower case, as most of their letters are upper case."""
    points: NDArray[np.uint16]
    """Their code points; each text begins and ends with a space."""
    lengths: Sequence[int]
    """How many of the points are of each text."""
    counts: Sequence[Counts]

    @property
    def letters(self) -> Letters:
        """What the code points are to the group."""
        return self.group.lowered if self.in_capitals else self.group.written


class Fit(NamedTuple):
    """How well the languages of its script fit a text."""

    names: Sequence[str]
    """Up to three, the likeliest first, as langdetect calls them."""
    ahead: float
    """How much better, in nats a place, the first fits than the second,"""
    far_ahead: float
    """and than the third."""
    places: int
    likelihood: float
    """That of a place in the first, in nats, unknown n-grams of three left aside."""
    covered: float
    """Share of the places whose three letters are in a profile."""


def weight_of(letters: int, script: str) -> int:
    """Return what letters of a script count when a text is asked how long it is.

    >>> weight_of(7, "Hani"), weight_of(7, "Latn")
    (21, 7)
    """
    return letters * (CHARACTER_WEIGHT if script == HAN else 1)


def counts_of(points: NDArray[np.uint16], lengths: Sequence[int]) -> list[Counts]:
    """Return the letters of texts, of whose code points so many are each one's."""
    texts = len(lengths)
    size = 2 * len(SCRIPTS)
    kinds = np.repeat(np.arange(texts) * size, lengths)
    kinds += _KINDS.take(points)
    by_case = np.bincount(kinds, minlength=texts * size).reshape(texts, 2, len(SCRIPTS))
    counts = by_case[:, 0] + by_case[:, 1]
    capitals = np.add.reduce(by_case[:, 1], axis=1)
    weights = counts * _WEIGHTS
    weights[:, _HAN] = np.add.reduce(weights[:, _MIXED], axis=1)
    weights[:, _HAN + 1 : _MIXED.stop] = 0
    main = weights.argmax(axis=1)
    return [
        _counts(*each)
        for each in zip(main.tolist(), counts.tolist(), capitals.tolist(), strict=True)
    ]


def _counts(main: int, counts: list[int], capitals: int) -> Counts:
    """Return the counts of a text, most of whose letters are of the script in place `main`."""
    mixed = counts[_MIXED]
    letters = sum(mixed) if main == _HAN else counts[main]
    shouts = capitals > CAPITALS * counts[main]
    return Counts(SCRIPTS[main], letters, sum(counts[1:]), shouts, mixed)


def fits_of(part: Part) -> list[Fit]:
    """Return how well the languages fit each text."""
    group = part.group
    classes = part.letters.classes.take(part.points)
    rows = rows_of(group.tables, classes)
    capital = part.letters.capital.take(part.points)
    skipped = capital[1:] & capital[:-1]
    np.copyto(rows[1:], 0, where=skipped)
    is_space = classes == SPACE_CLASS
    skipped |= is_space[1:] & is_space[:-1]
    is_triple = rows >= group.first_triple
    spans = list(pairwise(accumulate(part.lengths, initial=0)))
    sums = np.array([summed(group.rows, rows[begin:end]) for begin, end in spans], dtype=np.int64)
    order, likelihoods = _ranked(group, sums, part.counts)
    fits = []
    for best, sums_of_best, (begin, end) in zip(order, likelihoods, spans, strict=True):
        places = end - begin - 1 - int(np.count_nonzero(skipped[begin : end - 1]))
        triples = int(np.count_nonzero(is_triple[begin:end]))
        names = [group.languages[place] for place in best]
        fits.append(_fit(names, sums_of_best, max(1, places), triples))
    return fits


def _ranked(
    group: Group, sums: NDArray[np.int64], counts: Sequence[Counts]
) -> tuple[list[list[int]], list[list[int]]]:  # of each text, three languages and their sums
    """Return which languages fit each text best, and how well; kana and Hangul decide alone."""
    if group.script == HAN:
        for name, rule in (("ko", _is_korean), ("ja", _is_japanese)):
            ruled = [_RULED if rule(*each.mixed) else -_RULED for each in counts]
            sums[:, group.languages.index(name)] += ruled
    order = np.argsort(-sums, axis=1, kind="stable")[:, :3]
    return order.tolist(), sums[np.arange(len(sums))[:, None], order].tolist()


def _is_korean(han: int, kana: int, hangul: int) -> bool:
    return hangul >= MIN_HANGUL * (han + kana + hangul)


def _is_japanese(han: int, kana: int, hangul: int) -> bool:
    return not _is_korean(han, kana, hangul) and kana >= MIN_KANA * (han + kana)


def _fit(names: Sequence[str], sums: Sequence[int], places: int, triples: int) -> Fit:
    """Return how well languages fit a text of so many places; `sums` are in `NAT`s."""
    first, *others = (each / NAT / places for each in sums)
    ahead = [first - other for other in others]
    second, third, *_ = (*ahead, *[_ALONE] * 2)
    covered = triples / places
    return Fit(names, second, third, places, first + (1 - covered) * _MISSING_TRIPLE, covered)
