"""Items whose dates stand below their texts, in plain text: the first one has no date above it.

A date between two items is taken for the lower one's where most titles have one above them; then
the first item, which has none there, was missed, and each date went to the item below.
"""

import numpy as np

from pipeline.digests.candidates import MIN_ITEMS, Scores
from pipeline.digests.outline import SHAPES, Outline
from pipeline.digests.records import MIN_MISSING
from pipeline.trees import Ints

MIN_ABOVE = 0.8
"""Share of the titles right above which a date stands."""
NEAR = 2
"""So many blocks above them, at most."""
_DATE = SHAPES.index("D")
_TITLES = [SHAPES.index(shape) for shape in "TXQS"]


def with_first_of_dated(outline: Outline, scores: Scores, titles: Ints) -> Ints:
    """Return the titles with the one above the first date, if dates stand below texts.

    That is so in plain text if dates stand right above the titles and one below the last text, too,
    and running text with a likely title stands above the first date, as above all others.
    """
    dates = np.flatnonzero(outline.sign("shape") == _DATE)
    above = np.searchsorted(dates, titles) - 1
    if outline.is_markup or len(titles) < MIN_ITEMS or above[0] < 0:
        return titles
    near = (above >= 0) & (titles - dates[above] <= NEAR)
    prose = outline.sign("prose") > 0
    last = dates[dates > titles[-1]]
    longest = int(np.diff(titles).max())
    has_last = len(last) > 0 and last[0] - titles[-1] <= longest + NEAR
    if not (
        near[0] and near.mean() >= MIN_ABOVE and has_last and prose[titles[-1] : last[0]].any()
    ):
        return titles
    first = int(dates[above[0]])
    begin = max(0, first - longest - NEAR)
    may_be = np.isin(outline.sign("shape")[begin:first], _TITLES) & ~outline.nameless[begin:first]
    likely = np.where(may_be, scores.title[begin:first], 0)
    title = begin + int(likely.argmax()) if len(likely) else first
    if title == first or likely.max() < MIN_MISSING or not prose[title:first].any():
        return titles
    return np.append(title, titles)
