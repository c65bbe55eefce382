"""Which records there are: the first and the last need what all others have; none is missing."""

import numpy as np
import pytest

from pipeline.blocks import page_blocks
from pipeline.digests.candidates import Scores
from pipeline.digests.outline import outline_of
from pipeline.digests.records import records_of
from pipeline.document import Line
from pipeline.plan import brought_configs
from pipeline.vocabulary import load_vocabulary
from tests.margin_cases import PROSE

VOCABULARY = load_vocabulary(brought_configs() / "languages")
TITLES = (
    "Lamp oil is dear",
    "The pier reopens in May",
    "Boats came back late",
    "Oars for the fair",
    "A wall for the quay",
)


BELOW = {"d": "{} May 2020", "b": "By Ann Lee", "-": ""}
"""What stands below a title: a date, a byline, nothing."""


def kept(dated: str) -> str:
    """Return which of the records stay, for each what it has (`BELOW`)."""
    texts, titles = [], []
    for at, mark in enumerate(dated):
        titles.append(len(texts))
        texts += [TITLES[at], *([BELOW[mark].format(at + 1)] if mark != "-" else []), PROSE[at]]
    blocks = page_blocks(Line(2 * at, text) for at, text in enumerate(texts))
    none = np.zeros(len(blocks), np.int64)
    records = records_of(outline_of(blocks, VOCABULARY), Scores(none, none), np.array(titles))
    found = {record.title for record in records}
    return "".join(mark if at in found else " " for at, mark in zip(titles, dated, strict=True))


@pytest.mark.parametrize(
    ("dated", "stays"),
    [
        ("ddddd", "ddddd"),
        ("-dddd", " dddd"),
        ("dddd-", "dddd "),
        ("-ddd-", " ddd "),
        ("dd-d-", "dd-d-"),
        ("-----", "-----"),
        ("-dd-", "-dd-"),
        ("ddd-", "ddd-"),
        ("bbbbb", "bbbbb"),
        ("-bbb-", " bbb "),
        ("dbbbb", " bbbb"),
        ("bbdb-", "bbdb-"),
    ],
)
def test_first_and_last_need_what_all_others_have(dated, stays):
    assert kept(dated) == stays


def completed(page: str, score: int = 50, sure: str = "T") -> list[int]:
    """Return the titles that records have, as places in a page.

    Of the page `T` is a title that is sure, `t` one that scores little, `d` a date, `p` a text, `m`
    a row of a menu.
    """
    texts, titles, scores = [], [], np.zeros(len(page), np.int64)
    for at, mark in enumerate(page):
        of_kind = page[: at + 1].lower().count(mark.lower()) - 1
        kinds = {"t": TITLES, "p": PROSE, "d": [f"{day + 1} May 2020" for day in range(9)]}
        texts.append("• Boats and oars" if mark == "m" else kinds[mark.lower()][of_kind % 5])
        scores[at] = {sure: 200, "t": score, "m": score}.get(mark, 0)
        if mark == sure:
            titles.append(at)
    blocks = page_blocks(Line(2 * at, text) for at, text in enumerate(texts))
    outline = outline_of(blocks, VOCABULARY)
    records = records_of(outline, Scores(scores, np.zeros_like(scores)), np.array(titles))
    return [record.title for record in records]


@pytest.mark.parametrize(
    ("page", "found"),
    [
        ("TdpTdptdpTdpTdp", [0, 3, 6, 9, 12]),
        ("TdpTdpTdpTdptpp", [0, 3, 6, 9]),
        ("TpTptpTpTp", [0, 2, 4, 6, 8]),
        ("TdpTdptppTdpTdp", [0, 3, 6, 9, 12]),
        ("TdpTdpmdpTdpTdp", [0, 3, 9, 12]),
    ],
)
def test_a_title_that_is_missing_is_known_by_what_stands_beside(page, found):
    assert completed(page) == found


def test_what_scores_nothing_is_no_title_that_is_missing():
    assert completed("TdpTdptdpTdpTdp", score=10) == [0, 3, 9, 12]


def test_few_titles_do_not_tell_that_many_are_missing():
    assert completed("TdptdptdptdpTdp") == [0, 12]
    assert completed("TdptdpTdptdpTdp") == [0, 6, 12]
    assert completed("TdpTdptdptdptdpTdpTdp") == [0, 3, 15, 18]


def test_what_stands_beside_half_of_the_titles_tells_nothing():
    assert completed("TdpTpmTdptdpTpm") == [0, 3, 6, 12]


def test_two_titles_tell_nothing_of_others():
    assert completed("TdptdpTdp") == [0, 6]


def titles_of(*rows: str, titles: tuple[int, ...]) -> list[int]:
    """Return the titles of the records that some titles make."""
    blocks = page_blocks(Line(2 * at, text) for at, text in enumerate(rows))
    none = np.zeros(len(blocks), np.int64)
    records = records_of(outline_of(blocks, VOCABULARY), Scores(none, none), np.array(titles))
    return [record.title for record in records]


@pytest.mark.parametrize("row", ["Posted on 12 May 2020 by Ana Ruiz", "12 May 2020"])
def test_few_words_above_dates_and_bylines_are_titles(row):
    logs = [text for at in range(4) for text in (f"Log {90 - at}", row, PROSE[at])]

    assert titles_of(*logs, titles=(1, 4, 7, 10)) == [0, 3, 6, 9]
    assert titles_of(*logs, titles=(0, 4, 6, 10)) == [0, 3, 6, 9], "half of them are enough"
    assert titles_of(*logs, titles=(0, 3, 7, 9)) == [0, 3, 7, 9]


def test_a_title_that_begins_with_a_date_is_one():
    rows = [
        text
        for at in range(4)
        for text in (f"Seen by {at}", f"{at + 1} May 2020 {TITLES[at]}", PROSE[at])
    ]

    assert titles_of(*rows, titles=(1, 4, 7, 10)) == [1, 4, 7, 10]
