"""Sets of blocks that may be the titles of a page's items, and what speaks for each set.

A set is what scores above some bound, or what is alike in some way: all blocks two above a date,
all that begin an element of one parent. The scores say which blocks are likely titles; only the
whole set tells whether it makes records: as many as there are dates, none of them half the page,
each with a text.
"""

from collections.abc import Iterator

import msgspec
import numpy as np
import numpy.typing as npt

from pipeline.digests.columns import OFFSETS, shifted
from pipeline.digests.outline import Outline
from pipeline.trees import FULL, Bytes, Ints

BOUNDS = (5, 12, 25, 38, 50, 75, 100, 125, 150, 175, 200, 225)
"""Scores above which blocks are a set."""
MIN_ITEMS = 3
MIN_MEAN = 30
"""Mean score of blocks that are alike and may be titles."""
MIN_OVERLAP = 20
"""Least overlap, in percent, of blocks that are alike with what is expected to be titles."""
MAX_ALIKE = 14
"""So many sets of blocks that are alike are looked at, those with the greatest overlap,"""
MAX_CROSSED = 7
"""and of so many each two together, and what both have in common."""
MIN_SCORE = 8
"""A block of a set of blocks that are alike may score so little and be a title."""
SURE = 150
LIKELY_TEXT = 125
NEAR = 4
"""Dates and bylines stand within so many blocks of their title."""
ABOVE = 6
_AROUND = (-2, -1, 1, 2)


class Scores(msgspec.Struct, frozen=True):
    """How likely each of the n blocks is the title of an item, or text of one: 0…250."""

    title: Ints
    text: Ints


class Candidate(msgspec.Struct, frozen=True):
    """Blocks that may be the titles of the page's items."""

    titles: Ints
    """Their indices, ascending."""
    origin: int
    """How the set was made: 0 by its scores, others by what is alike."""


def candidates_of(outline: Outline, scores: Scores) -> list[Candidate]:
    """Return the sets that may be the titles of a page, each once, the same ones in any run."""
    found: list[Candidate] = []
    seen: set[bytes] = set()
    for titles, origin in _sets(outline, scores.title):
        name = titles.tobytes()
        if len(titles) >= MIN_ITEMS and name not in seen:
            seen.add(name)
            found.append(Candidate(titles, origin))
    return found


def _sets(outline: Outline, title: Ints) -> Iterator[tuple[Ints, int]]:
    for bound in BOUNDS:
        yield np.flatnonzero(title > bound), 0
    alike = _alike(outline, title)
    sure = np.flatnonzero(title > SURE)
    for indices in alike:
        likely = indices[title[indices] >= MIN_SCORE]
        yield indices, 1
        yield likely, 2
        yield np.union1d(likely, sure), 3
    for at, one in enumerate(alike[:MAX_CROSSED]):
        for other in alike[:at]:
            yield np.intersect1d(one, other), 4
            both = np.union1d(one, other)
            yield both[title[both] >= MIN_SCORE], 5


def _alike(outline: Outline, title: Ints) -> list[Ints]:
    """Return sets of blocks with the same beside them, by their overlap with likely titles."""
    expected = int(title.sum())
    ranked: list[tuple[int, int, int, int, Ints]] = []
    for number, key in enumerate(outline.keys):
        outside = int(key.max()) + 1
        for offset in OFFSETS:
            beside = shifted(key, offset, outside)
            counts = np.bincount(beside, minlength=outside + 1)[:outside]
            sums = np.bincount(beside, title, outside + 1)[:outside].astype(np.int64)
            overlap = 1000 * 2 * sums // (FULL * counts + max(expected, 1))
            fits = (counts >= MIN_ITEMS) & (sums >= MIN_MEAN * counts)
            ranked += [
                (-int(overlap[value]), number, offset, int(value), beside)
                for value in np.flatnonzero(fits & (overlap > 10 * MIN_OVERLAP))
            ]
    ranked.sort(key=lambda each: each[:4])
    found: list[Ints] = []
    seen: set[bytes] = set()
    for *_, value, beside in ranked:
        indices = np.flatnonzero(beside == value)
        if indices.tobytes() not in seen:
            seen.add(indices.tobytes())
            found.append(indices)
            if len(found) == MAX_ALIKE:
                break
    return found


class Evidence:
    """What is asked of a page for each of its candidates, summed up once."""

    def __init__(self, outline: Outline, scores: Scores) -> None:
        self.outline = outline
        self.scores = scores
        self.count = len(outline.words)
        sign = outline.sign
        byline = (sign("byline") > 0) | (sign("begins byline") > 0)
        self.flags = {
            "date": sign("date") > 0,
            "more": sign("more") > 0,
            "cut": sign("cut") > 0,
            "prose": sign("prose") > 0,
            "byline": byline,
            "text": scores.text > LIKELY_TEXT,
        }
        self.sums = {name: _summed(flag) for name, flag in self.flags.items()}
        self.words = _summed(outline.words)
        self.prose_words = _summed(outline.words * self.flags["prose"])
        self.title_sums = _summed(scores.title)
        self.expected = max(1, int(scores.title.sum()))

    def ends_of(self, titles: Ints) -> Ints:
        """Return where the record of each title is over: at the next, the last where its text is.

        The last may be as long as twice the middling record; it ends with the last likely text.
        """
        steps = np.sort(np.diff(titles))
        longest = int(steps[len(steps) // 2] + steps[(len(steps) - 1) // 2]) if len(steps) else 1
        last = int(titles[-1])
        within = self.flags["text"][last : last + max(3, longest) + 1]
        texts = np.flatnonzero(within)
        end = last + 1 + (int(texts[-1]) if len(texts) else 0)
        return np.append(titles[1:], end)

    def row(self, candidate: Candidate) -> list[int]:
        """Return what speaks for and against a set."""
        titles = candidate.titles
        ends = self.ends_of(titles)
        return [
            candidate.origin,
            *self._scored(titles),
            *self._shares(titles, ends),
            *self._beside(titles),
            *self._looks(titles),
            *self._sizes(titles, ends),
            *self._page(titles, ends),
        ]

    def _scored(self, titles: Ints) -> list[int]:
        title = self.scores.title
        own = title[titles]
        count, total = len(titles), int(own.sum())
        others = title.copy()
        others[titles] = 0
        within = others[titles[0] : titles[-1] + 1]
        return [
            count,
            total // count,
            int(own.min()),
            int(np.sort(own)[count // 2]),
            FULL * total // self.expected,
            2 * FULL * total // (FULL * count + self.expected),
            int(within.sum()) // 25,
            int(within.max()),
            int(others.max()),
            int(others.sum()) // 25,
            FULL * int((own < 25).sum()) // count,
            int((others > LIKELY_TEXT).sum()),
        ]

    def _shares(self, titles: Ints, ends: Ints) -> list[int]:
        """Return in how many records, of 250, something stands."""
        near = np.minimum(ends, titles + NEAR)
        count = len(titles)

        def share(name: str, until: Ints) -> int:
            sums = self.sums[name]
            return FULL * int((sums[until] > sums[titles]).sum()) // count

        texts = self.sums["text"]
        return [
            share("date", near),
            share("date", ends),
            share("more", ends),
            share("cut", ends),
            share("byline", near),
            share("text", ends),
            share("prose", ends),
            10 * int((texts[ends] - texts[titles]).sum()) // count,
        ]

    def _beside(self, titles: Ints) -> list[int]:
        """Return how alike the blocks around the titles are."""
        found: list[int] = []
        keys, count = self.outline.keys, len(titles)
        for offset in _AROUND:
            places = titles + offset
            places = places[(places >= 0) & (places < self.count)]
            found += [
                FULL * _most(keys[5][places]) // count,
                FULL * _most(keys[1][places]) // count,
                FULL * int(self.flags["date"][places].sum()) // count,
                FULL * int(self.flags["prose"][places].sum()) // count,
            ]
        return found

    def _looks(self, titles: Ints) -> list[int]:
        outline, count = self.outline, len(titles)
        words = outline.words[titles]
        names = ("question", "numbered", "prose", "lower", "sentence", "colon", "date alone")
        return [
            *(FULL * _most(key[titles]) // count for key in outline.keys[[1, 3, 5]]),
            FULL * int((np.bincount(outline.keys[0][titles]) > 0).sum()) // count,
            4 * int(words.sum()) // count,
            int(words.min()),
            int(words.max()),
            *(FULL * int((outline.sign(name)[titles] > 0).sum()) // count for name in names),
            int(outline.sign("capitals")[titles].sum()) // count,
            *self._marked(titles),
        ]

    def _marked(self, titles: Ints) -> list[int]:
        """Return what the markup says of the titles: how alike, how linked, how many headings."""
        outline, count = self.outline, len(titles)
        if not outline.is_markup:
            return []
        marked = outline.signs[titles, -9:]
        return [
            *(FULL * _most(key[titles]) // count for key in outline.keys[6:]),
            int(marked[:, 0].sum()) // count,
            FULL * int((marked[:, 2] > 0).sum()) // count,
            FULL * _most(marked[:, 3]) // count,
            FULL * int((marked[:, 5] > 0).sum()) // count,
        ]

    def _sizes(self, titles: Ints, ends: Ints) -> list[int]:
        """Return how long the records are, and how much the longest differs from the middling."""
        steps = np.sort(np.diff(titles))
        words = np.sort(self.words[ends] - self.words[titles])
        middle, middle_words = int(steps[len(steps) // 2]), int(words[len(words) // 2])
        total = max(1, int(words.sum()))
        return [
            4 * middle,
            20 * int(steps[-1]) // max(1, middle),
            100 * int(steps[0]) // max(1, middle),
            middle_words,
            20 * int(words[-1]) // max(1, middle_words),
            FULL * int(words[-1]) // total,
            FULL * int((steps == 1).sum()) // len(titles),
            FULL * int((steps <= 2).sum()) // len(titles),
        ]

    def _page(self, titles: Ints, ends: Ints) -> list[int]:
        """Return what of the page is in the records, and what stands above and below them."""
        first, end = int(titles[0]), int(ends[-1])
        words, prose = self.words, self.prose_words
        total, total_prose = max(1, int(words[-1])), max(1, int(prose[-1]))
        above = slice(max(0, first - ABOVE), first)
        flags, sums, count = self.flags, self.sums, len(titles)
        return [
            FULL * int(words[end] - words[first]) // total,
            FULL * int(prose[end] - prose[first]) // total_prose,
            FULL * int(prose[first]) // total_prose,
            FULL * int(prose[-1] - prose[end]) // total_prose,
            total_prose // 8,
            int(flags["byline"][above].any()),
            int(flags["date"][above].any()),
            int(flags["date"][first : first + NEAR].any()),
            self.count // 4,
            FULL * int(sums["prose"][-1]) // self.count,
            int(sums["date"][-1]),
            20 * int(sums["date"][-1] + sums["byline"][-1]) // count,
            20 * int(sums["more"][-1]) // count,
            20 * int(sums["cut"][-1]) // count,
            FULL * first // self.count,
        ]


def evidence_columns(outline: Outline, scores: Scores, candidates: list[Candidate]) -> Bytes:
    """Return what speaks for and against each candidate: (columns, candidates)."""
    evidence = Evidence(outline, scores)
    rows = [evidence.row(candidate) for candidate in candidates]
    return np.clip(np.array(rows, np.int64).T, 0, 255).astype(np.uint8)


def _summed(values: npt.NDArray[np.integer] | npt.NDArray[np.bool_]) -> Ints:
    return np.concatenate(([0], np.cumsum(values, dtype=np.int64)))


def _most(values: Ints) -> int:
    """Return how often the most frequent value stands.

    >>> _most(np.array([3, 1, 3])), _most(np.array([], np.int64))
    (2, 0)
    """
    return int(np.bincount(values).max()) if len(values) else 0
