"""What speaks for and against each set of blocks that may be the titles of a page's items.

As many as there are dates, none of them half the page, each with a text: that makes records. All
sets of a page are looked at together, one behind the other in long columns.
"""

from collections.abc import Sequence

import msgspec
import numpy as np
import numpy.typing as npt

from pipeline.digests.candidates import Candidate, Scores
from pipeline.digests.outline import MARKUP_SIGNS, Outline
from pipeline.trees import FULL, Bytes, Ints

Flags = npt.NDArray[np.bool_]

LIKELY_TEXT = 125
NEAR = 4
"""Dates and bylines stand within so many blocks of their title."""
ABOVE = 6
MIN_RECORD = 3
"""The last record may have so many blocks, however short the others are."""
TEXT_SHARE, PROSE_SHARE, DIFFERENT = 18, 19, 40
"""Columns of the evidence: the shares of titles with likely text, with running text, and of those
that differ."""
_AROUND = (-2, -1, 1, 2)
_ASKED = ("question", "numbered", "prose", "lower", "sentence", "colon", "date alone")
_LINKED, _HEADING, _DEPTH, _REGION = map(
    MARKUP_SIGNS.index, ("linked", "heading", "depth", "region")
)


def flags_of(outline: Outline, scores: Scores) -> dict[str, Flags]:
    """Return which of the n blocks have a date, a byline and so on, and which are likely text."""
    sign = outline.sign
    flags = {name: sign(name) > 0 for name in ("date", "more", "cut", "prose")}
    flags["byline"] = (sign("byline") > 0) | (sign("begins byline") > 0)
    flags["text"] = scores.text > LIKELY_TEXT
    return flags


class TitleSets(msgspec.Struct, frozen=True):
    """s sets of titles, one behind the other."""

    titles: Ints
    """(t,) indices of blocks, ascending within each set."""
    sizes: Ints
    """(s,)"""

    @property
    def starts(self) -> Ints:
        """(s,) where each set begins."""
        return np.cumsum(self.sizes) - self.sizes

    @property
    def owners(self) -> Ints:
        """(t,) the set of each title."""
        return np.repeat(np.arange(len(self.sizes)), self.sizes)

    @property
    def first(self) -> Ints:
        """(s,) the first title of each set."""
        first: Ints = self.titles[self.starts]
        return first

    @property
    def last(self) -> Ints:
        """(s,) the last title of each set."""
        last: Ints = self.titles[self.starts + self.sizes - 1]
        return last

    def steps(self) -> Ints:
        """Return how far each title but its set's last is from the next: (t - s,)."""
        steps: Ints = np.diff(self.titles)[np.diff(self.owners) == 0]
        return steps

    def sums(self, values: Ints | Flags) -> Ints:
        """Return the sum of what is known of each title (t,), set by set: (s,)."""
        sums: Ints = np.add.reduceat(values, self.starts, dtype=np.int64)
        return sums


def ends_of(sets: TitleSets, text: Flags) -> Ints:
    """Return where the record of each title is over (t,): at the next, the last where its text is.

    The last may be as long as twice the middling record; it ends with the last likely text.
    """
    steps, starts = _sorted_within(sets.steps(), sets.sizes - 1)
    counts = sets.sizes - 1
    padded = np.append(steps, 0)
    middling = padded[starts + counts // 2] + padded[starts + np.maximum(counts - 1, 0) // 2]
    longest = np.where(counts > 0, middling, 1)
    reach = np.minimum(sets.last + np.maximum(MIN_RECORD, longest), len(text) - 1)
    last_text = np.maximum.accumulate(np.where(text, np.arange(len(text)), -1))[reach]
    ends = np.append(sets.titles[1:], 0)
    ends[sets.starts + sets.sizes - 1] = np.maximum(last_text, sets.last) + 1
    return ends


def evidence_columns(outline: Outline, scores: Scores, candidates: Sequence[Candidate]) -> Bytes:
    """Return what speaks for and against each of s candidates: (columns, s)."""
    sets = TitleSets(
        np.concatenate([each.titles for each in candidates]),
        np.array([len(each.titles) for each in candidates]),
    )
    evidence = _Evidence(outline, scores, sets)
    rows = [
        np.array([each.origin for each in candidates]),
        *evidence.scored(),
        *evidence.shares(),
        *evidence.beside(),
        *evidence.looks(),
        *evidence.sizes(),
        *evidence.page(),
    ]
    columns: Bytes = np.clip(np.stack(rows), 0, 255).astype(np.uint8)
    return columns


class _Evidence:
    """A page and its sets of titles; each method returns columns (s,)."""

    def __init__(self, outline: Outline, scores: Scores, sets: TitleSets) -> None:
        self.outline, self.title, self.sets = outline, scores.title, sets
        self.count, self.size = len(outline.words), sets.sizes
        self.flags = flags_of(outline, scores)
        self.summed = {name: _summed(flag) for name, flag in self.flags.items()}
        self.words = _summed(outline.words)
        self.prose = _summed(outline.words * self.flags["prose"])
        self.ends = ends_of(sets, self.flags["text"])
        self.expected = max(1, int(scores.title.sum()))

    def share(self, of_titles: Flags) -> Ints:
        """Return how many titles of each set, of 250, something is true of."""
        shares: Ints = FULL * self.sets.sums(of_titles) // self.size
        return shares

    def scored(self) -> list[Ints]:
        """Tell how the titles score, and what is left out of the page that scores."""
        sets, size = self.sets, self.size
        own = self.title[sets.titles]
        total = sets.sums(own)
        within = _summed(self.title)
        others = np.repeat(self.title.astype(np.uint8)[None], len(size), axis=0)
        others[sets.owners, sets.titles] = 0
        amid = [
            int(row[first:last].max())
            for row, first, last in zip(others, sets.first, sets.last, strict=True)
        ]
        ordered, starts = _sorted_within(own, size)
        return [
            size,
            total // size,
            ordered[starts],
            ordered[starts + size // 2],
            FULL * total // self.expected,
            2 * FULL * total // (FULL * size + self.expected),
            (within[sets.last + 1] - within[sets.first] - total) // 25,
            np.array(amid),
            others.max(axis=1).astype(np.int64),
            (within[-1] - total) // 25,
            self.share(own < 25),
            (others > LIKELY_TEXT).sum(axis=1),
        ]

    def shares(self) -> list[Ints]:
        """Tell in how many records, of 250, something stands."""
        titles, ends = self.sets.titles, self.ends
        near = np.minimum(ends, titles + NEAR)

        def share(name: str, until: Ints) -> Ints:
            summed = self.summed[name]
            return self.share(summed[until] > summed[titles])

        texts = self.summed["text"]
        return [
            share("date", near),
            share("date", ends),
            share("more", ends),
            share("cut", ends),
            share("byline", near),
            share("text", ends),
            share("prose", ends),
            10 * self.sets.sums(texts[ends] - texts[titles]) // self.size,
        ]

    def beside(self) -> list[Ints]:
        """Tell how alike the blocks around the titles are."""
        found: list[Ints] = []
        keys = self.outline.keys
        for offset in _AROUND:
            places = self.sets.titles + offset
            inside = (places >= 0) & (places < self.count)
            places[~inside] = 0
            found += [
                FULL * self._most(keys[5][places], inside) // self.size,
                FULL * self._most(keys[1][places], inside) // self.size,
                self.share(self.flags["date"][places] & inside),
                self.share(self.flags["prose"][places] & inside),
            ]
        return found

    def _most(self, values: Ints, inside: Flags | None = None) -> Ints:
        """Return how often the most frequent value of each set's titles stands (s,)."""
        owners, counts = self._distinct(values, inside)
        most = np.zeros(len(self.size), np.int64)
        np.maximum.at(most, owners, counts)
        return most

    def _distinct(self, values: Ints, inside: Flags | None = None) -> tuple[Ints, Ints]:
        """Return the set of each of its distinct values, and how often the value stands in it."""
        span = int(values.max()) + 1
        named = self.sets.owners * span + values
        distinct, counts = np.unique(named if inside is None else named[inside], return_counts=True)
        return distinct // span, counts

    def looks(self) -> list[Ints]:
        """Tell what the titles look like."""
        outline, sets, size = self.outline, self.sets, self.size
        titles = sets.titles
        words = outline.words[titles]
        owners, _ = self._distinct(outline.keys[0][titles])
        return [
            *(FULL * self._most(outline.keys[key][titles]) // size for key in (1, 3, 5)),
            FULL * np.bincount(owners, minlength=len(size)) // size,
            4 * sets.sums(words) // size,
            np.minimum.reduceat(words, sets.starts),
            np.maximum.reduceat(words, sets.starts),
            *(self.share(outline.sign(name)[titles] > 0) for name in _ASKED),
            sets.sums(outline.sign("capitals")[titles]) // size,
            *self._marked(),
        ]

    def _marked(self) -> list[Ints]:
        """Tell what the markup says of the titles: how alike, how linked, how many headings."""
        outline, sets, size = self.outline, self.sets, self.size
        if not outline.is_markup:
            return []
        marked = outline.signs[sets.titles, -len(MARKUP_SIGNS) :]
        return [
            *(FULL * self._most(key[sets.titles]) // size for key in outline.keys[6:]),
            sets.sums(marked[:, _LINKED]) // size,
            self.share(marked[:, _HEADING] > 0),
            FULL * self._most(marked[:, _DEPTH]) // size,
            self.share(marked[:, _REGION] > 0),
        ]

    def sizes(self) -> list[Ints]:
        """Tell how long the records are, and how much the longest differs from the middling."""
        sets, size = self.sets, self.size
        steps, starts = _sorted_within(sets.steps(), size - 1)
        of_records = self.words[self.ends] - self.words[sets.titles]
        words, begins = _sorted_within(of_records, size)
        middle, middle_words = steps[starts + (size - 1) // 2], words[begins + size // 2]
        longest, most_words = steps[starts + size - 2], words[begins + size - 1]
        short = [np.add.reduceat(steps <= bound, starts, dtype=np.int64) for bound in (1, 2)]
        return [
            4 * middle,
            20 * longest // np.maximum(1, middle),
            100 * steps[starts] // np.maximum(1, middle),
            middle_words,
            20 * most_words // np.maximum(1, middle_words),
            FULL * most_words // np.maximum(1, sets.sums(of_records)),
            *(FULL * each // size for each in short),
        ]

    def page(self) -> list[Ints]:
        """Tell what of the page is in the records, and what stands above and below them."""
        sets, size, words, prose = self.sets, self.size, self.words, self.prose
        first, end = sets.first, self.ends[sets.starts + size - 1]
        total, total_prose = max(1, int(words[-1])), max(1, int(prose[-1]))
        above, below = np.maximum(0, first - ABOVE), np.minimum(first + NEAR, self.count)
        summed = self.summed
        same = np.ones(len(size), np.int64)

        def all_of(name: str) -> int:
            return int(summed[name][-1])

        return [
            FULL * (words[end] - words[first]) // total,
            FULL * (prose[end] - prose[first]) // total_prose,
            FULL * prose[first] // total_prose,
            FULL * (prose[-1] - prose[end]) // total_prose,
            same * (total_prose // 8),
            (summed["byline"][first] > summed["byline"][above]).astype(np.int64),
            (summed["date"][first] > summed["date"][above]).astype(np.int64),
            (summed["date"][below] > summed["date"][first]).astype(np.int64),
            same * (self.count // 4),
            same * (FULL * all_of("prose") // self.count),
            same * all_of("date"),
            20 * (all_of("date") + all_of("byline")) // size,
            20 * all_of("more") // size,
            20 * all_of("cut") // size,
            FULL * first // self.count,
        ]


def _sorted_within(values: Ints, sizes: Ints) -> tuple[Ints, Ints]:
    """Return values that stand set by set sorted within each, and where each set begins.

    >>> [each.tolist() for each in _sorted_within(np.array([3, 1, 9, 2]), np.array([2, 2]))]
    [[1, 3, 2, 9], [0, 2]]
    """
    owners = np.repeat(np.arange(len(sizes)), sizes)
    return values[np.lexsort((values, owners))], np.cumsum(sizes) - sizes


def _summed(values: Ints | Flags) -> Ints:
    return np.concatenate(([0], np.cumsum(values, dtype=np.int64)))
