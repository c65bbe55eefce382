"""Items in plain text whose dates stand below their texts."""

from itertools import cycle

import numpy as np
import pytest

import pipeline
from pipeline.blocks import page_blocks
from pipeline.digests.candidates import Scores
from pipeline.digests.dated_below import with_first_of_dated
from pipeline.digests.outline import outline_of
from pipeline.document import Line, Markup
from pipeline.plan import brought_configs
from pipeline.vocabulary import load_vocabulary
from tests.margin_cases import PROSE

VOCABULARY = load_vocabulary(brought_configs() / "languages")
TITLES = (
    "Who winds the tower clock?",
    "Nets that nobody claims",
    "A ferry without a pier",
    "The lamp is lit again",
    "Oars for the harbour fair",
)
DATES = ("30 May 2020", "20 May 2020", "12 May 2020", "3 May 2020", "1 May 2020")


def rows(count: int = 5) -> list[str]:
    """Return items, each a title, a paragraph and a date."""
    return [row for each in zip(TITLES, PROSE, DATES, strict=False) for row in each][: 3 * count]


def first_of(page: list[str], titles: list[int], score: int = 30, markup: bool = False) -> int:
    """Return the first title, if all but these have a score: those of TITLES that are not known."""
    shown = Markup("p", "", 0.0) if markup else None
    blocks = page_blocks([Line(2 * at, text, markup=shown) for at, text in enumerate(page, 1)])
    scores = np.array([score if block.text in TITLES else 0 for block in blocks])
    scores[titles] = 200
    found = with_first_of_dated(
        outline_of(blocks, VOCABULARY), Scores(scores, np.zeros_like(scores)), np.array(titles)
    )
    assert found[-len(titles) :].tolist() == titles
    return int(found[0])


def test_the_first_item_is_found_where_a_date_stands_below_the_last_text():
    assert first_of(rows(), [3, 6, 9, 12]) == 0
    assert first_of(["Quay Notes", *rows()], [4, 7, 10, 13]) == 1
    assert first_of(rows(), [3, 6, 9, 12], markup=True) == 3, "HTML shows what belongs together"


@pytest.mark.parametrize(
    ("page", "titles", "score"),
    [
        (rows()[:-1], [3, 6, 9, 12], 30),
        (rows(), [3, 6, 9, 12], 19),
        (rows()[:1] + rows()[2:], [2, 5, 8, 11], 30),
        (rows()[1:], [2, 5, 8, 11], 30),
        ([*rows()[:2], "Quay", "The pier", *rows()[2:5], *rows()[6:]], [5, 7, 10, 13], 30),
        (rows(3), [3, 6], 30),
        ([*rows()[:-1], *PROSE[:5], DATES[-1]], [3, 6, 9, 12], 30),
    ],
    ids=["no date", "low score", "no text", "no title", "not above most", "few", "far below"],
)
def test_nothing_is_found_elsewhere(page, titles, score):
    assert first_of(page, titles, score) == titles[0]


def test_dates_above_the_titles_are_of_the_items_below_them():
    page = [row for each in zip(DATES, TITLES, PROSE, strict=False) for row in each]
    assert first_of(page, [1, 4, 7, 10, 13]) == 1
    assert first_of([*page, "© 2020 Quay"], [4, 7, 10, 13]) == 4


def test_each_item_has_the_date_below_its_text():
    prose = cycle(PROSE)
    page = ["Quay Notes"]
    for title, date in zip(TITLES, DATES, strict=True):
        page += [title, *[f"{next(prose)} {next(prose)}" for _ in range(6)], date]
    items = pipeline.clean("\n\n".join([*page, "Next page"]), html=False).items
    known = ("2020-05-30", "2020-05-20", "2020-05-12", "2020-05-03", "2020-05-01")
    assert [(item.title, item.published) for item in items] == list(zip(TITLES, known, strict=True))
