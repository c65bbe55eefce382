"""From the titles of a page's items to its records: which lines are of which, and which are text.

A line at the same place in most records is no text of any: a category, the number of comments.
"""

from collections.abc import Sequence

import msgspec
import numpy as np

from pipeline.digests.candidates import MIN_ITEMS, Scores
from pipeline.digests.evidence import LIKELY_TEXT, TitleSets, ends_of, flags_of
from pipeline.digests.outline import SHAPES, Outline
from pipeline.trees import FULL, Ints

MAX_LEAD = 4
"""So many blocks above a title may belong to its item."""
MIN_SAME = 0.6
"""Share of the records that have the same above their titles, if that belongs to the item below."""
MIN_WITHIN = FULL // 10
"""A block between two texts of an item is text if it scores so much as one."""
MIN_FIRST = FULL // 5
"""A block a step above the first title is one too if it scores so much and its record is alike;"""
MIN_FIRST_BELOW = FULL // 10
"""below an article, where teasers are all there is, so much."""
MIN_DATED = 3
"""So many records between the first and the last must have a date for these to need one."""
PAIR = 2
"""Blocks of a record that is a title and a text."""
MIN_ALIKE = 0.65
"""Share of the titles beside which the same stands, if that shows which titles are missing;"""
MAX_MISSING = 0.5
"""it stands beside at most so many other blocks, as a share of the titles,"""
MIN_MISSING = FULL // 12
"""and those score at least so much."""
_BESIDE = (1, 2, -1, -2)
_KEYS_BESIDE = (1, 3, 5)
"""Where the same may stand, and the keys by which it is the same: how it begins; shape, indent and
bullet; shape."""
_ALIKE = (1, 3)
"""Keys by which blocks beside titles are the same: how they begin; shape, indent and bullet."""
_META = frozenset(SHAPES.index(shape) for shape in "DdBMN")
_TITLE_SHAPES = frozenset(SHAPES.index(shape) for shape in "TXQ")
_SHORT_TITLE = SHAPES.index("S")
_SIGNED = [SHAPES.index(shape) for shape in "DB"]


class Record(msgspec.Struct, frozen=True):
    """One item of a page, as indices of its blocks."""

    title: int
    members: tuple[int, ...]
    """All its blocks, the title with them, in order and without a gap."""
    texts: frozenset[int]
    """Those that are its text."""


def records_of(
    outline: Outline, scores: Scores, titles: Ints, below_article: bool = False
) -> tuple[Record, ...]:
    """Return the records that begin at, or a little above, the titles."""
    if not outline.is_markup:
        titles = _without_meta(outline, titles)
        titles = _with_missing(outline, scores, titles)
    titles = _with_first(outline, scores, titles, below_article)
    ends = ends_of(TitleSets(titles, np.array([len(titles)])), scores.text > LIKELY_TEXT)
    ends[-1] = max(ends[-1], _end_of_first_text(outline, titles))
    texts = [
        _texts(outline, scores, title + 1, end) for title, end in zip(titles, ends, strict=True)
    ]
    lead = _lead(outline, titles, texts)
    starts = [int(title) - lead for title in titles]
    stops = [*starts[1:], _trail(outline, titles, ends, texts)]
    records = tuple(
        Record(int(title), tuple(range(start, stop)), frozenset(own) - frozenset(range(stop, end)))
        for title, start, stop, own, end in zip(titles, starts, stops, texts, ends, strict=True)
    )
    return _without_outliers(outline, records)


def _without_outliers(outline: Outline, records: tuple[Record, ...]) -> tuple[Record, ...]:
    """Return the records, the first and the last only if they have what all others have.

    That is a date, or a byline. An article above teasers has none, nor have a site's motto above
    the items, rows to the next page and boxes below them.
    """
    for signs in (("date",), ("byline", "begins byline")):
        has_sign = np.logical_or.reduce([outline.sign(sign) > 0 for sign in signs])
        has = [bool(has_sign[list(record.members)].any()) for record in records]
        if len(records) >= MIN_DATED + 2 and all(has[1:-1]):
            records = records[not has[0] : len(records) - (not has[-1])]
    return records


def _without_meta(outline: Outline, titles: Ints) -> Ints:
    """Return the titles, but where one is a date or byline below a possible title, that one.

    Few words are a possible title where half of the titles are dates or bylines.
    """
    shapes = outline.sign("shape")
    above = np.maximum(titles - 1, 0)
    is_meta = np.isin(shapes[titles], list(_META))
    wrong = is_meta & np.isin(shapes[above], list(_TITLE_SHAPES))
    short = np.isin(shapes[titles], _SIGNED) & (shapes[above] == _SHORT_TITLE)
    if 2 * (wrong | short).sum() >= len(titles):
        wrong |= short
    return np.unique(np.where(wrong, above, titles))


def _with_missing(outline: Outline, scores: Scores, titles: Ints) -> Ints:
    """Return the titles, and those between them that are missing.

    Most titles have the same right above or below them: a date, a byline, the end of a text. What
    has it as well, and scores a little, is a title too.
    """
    first, last, count = int(titles[0]), int(titles[-1]), len(titles)
    if count < MIN_ITEMS:
        return titles
    bullets = outline.sign("bullet") > 0
    shapes = outline.sign("shape")
    may_be = (
        (scores.title >= MIN_MISSING)
        & np.isin(shapes, [*_TITLE_SHAPES, _SHORT_TITLE])
        & (bullets == (2 * bullets[titles].sum() > count))
    )
    may_be[: first + 1] = may_be[last:] = False
    steps = np.sort(np.diff(titles))
    near = max(1, int(steps[len(steps) // 4]) - 2)
    for title in titles:
        may_be[max(0, title - near) : title + near + 1] = False
    missing = np.zeros(len(may_be), bool)
    for key in outline.keys[list(_KEYS_BESIDE)] if may_be.any() else ():
        for offset in _BESIDE:
            beside = np.roll(key, -offset)  # what is rolled in stands beside no block between them
            counts = np.bincount(beside[titles])
            alike = beside == counts.argmax()
            alike[titles] = alike[:first] = alike[last:] = False
            if counts.max() >= MIN_ALIKE * count and alike.sum() <= MAX_MISSING * count:
                missing |= alike & may_be
    return np.union1d(titles, np.flatnonzero(missing))


def _with_first(outline: Outline, scores: Scores, titles: Ints, below_article: bool) -> Ints:
    """Return the titles, and the one above them of a record that has all that most records have.

    The splitter learned from pages whose first block is a heading; where a capture begins with its
    first item, it takes the title for that. Dates, bylines, cut ends, a third block of the same
    shape tell, at the same place as in most records. A title and a text alone may be the page's
    heading and what it says of itself, but not below an article, where the next record alone tells.
    """
    between = np.diff(titles)
    step = int(between[0] if below_article else np.bincount(between).argmax())
    first = int(titles[0]) - step
    alike = titles[:1] if below_article else titles
    enough = below_article or np.mean(between == step) >= MIN_SAME
    least = MIN_FIRST_BELOW if below_article else MIN_FIRST
    if first < 0 or scores.title[first] < least or not enough:
        return titles
    known = flags_of(outline, scores)
    flags = np.stack([known[name] for name in ("date", "more", "cut", "byline", "prose")])
    alike = alike[alike + step <= len(outline.words)]
    usual = np.mean([flags[:, at : at + step] for at in alike], axis=0) >= MIN_SAME
    if not (flags[:, first : first + step] == usual).all():
        return titles
    if usual[:-1].any() or below_article:
        return np.append(first, titles)
    shapes = outline.sign("shape")
    same = np.mean([shapes[at : at + step] == shapes[first : first + step] for at in alike], axis=0)
    return np.append(first, titles) if step > PAIR and (same >= MIN_SAME).all() else titles


def _end_of_first_text(outline: Outline, titles: Ints) -> int:
    """Return where the running text right below the last title ends, or its title if there is none.

    Right below is where the longest of the other records may have it, too.
    """
    prose = outline.sign("prose") > 0
    last = int(titles[-1])
    longest = int(np.diff(titles).max(initial=1))
    below = np.flatnonzero(prose[last + 1 : last + longest])
    return last + 1 + (int(below[0]) + 1 if len(below) else 0)


def _texts(outline: Outline, scores: Scores, first: int, end: int) -> list[int]:
    """Return the blocks of a record that are its text.

    Running text always is, lest an article lose any; else what is likely text, and what stands
    between two such blocks and is likely enough.
    """
    own = scores.text[first:end]
    sure = (own > LIKELY_TEXT) | (outline.sign("prose")[first:end] > 0)
    likely = np.flatnonzero(sure)
    if not len(likely):
        return []
    between = np.zeros(len(own), bool)
    between[likely[0] : likely[-1] + 1] = True
    meta = np.isin(outline.sign("shape")[first:end], list(_META))
    kept = sure | (between & (own >= MIN_WITHIN) & ~meta)
    return [first + int(at) for at in np.flatnonzero(kept)]


def _lead(outline: Outline, titles: Ints, texts: Sequence[Sequence[int]]) -> int:
    """Return how many blocks right above each title belong to it.

    What stands above most titles, above the first as well, is no rest of the item before.
    """
    shapes = outline.sign("shape")
    for lead in range(1, MAX_LEAD + 1):
        places = titles - lead
        if places[0] < 0 or any(
            place <= (own[-1] if own else title)
            for place, own, title in zip(places[1:], texts, titles, strict=False)
        ):
            return lead - 1
        same = max(
            float(np.mean(outline.keys[key][places] == outline.keys[key][places[0]]))
            for key in _ALIKE
        )
        if same < MIN_SAME or int(shapes[places[0]]) in _TITLE_SHAPES:
            return lead - 1
    return MAX_LEAD


def _trail(outline: Outline, titles: Ints, ends: Ints, texts: Sequence[Sequence[int]]) -> int:
    """Return where the last record is over: below what stands below the texts of others, too."""
    key = outline.keys[3]
    below = [
        {int(key[at]) for at in range((own[-1] if own else title) + 1, end)}
        for title, end, own in zip(titles[:-1], ends, texts, strict=False)
    ]
    stop = int(texts[-1][-1] if texts[-1] else titles[-1]) + 1
    while stop < len(key):
        known = sum(int(key[stop]) in seen for seen in below)
        if known < MIN_SAME * len(below):
            break
        stop += 1
    return stop
