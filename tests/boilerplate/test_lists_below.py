"""Lists of headlines below an article: many rows go, a few points are of the text."""

import numpy as np
import pytest

from pipeline.blocks import page_blocks
from pipeline.boilerplate.lists_below import MIN_ROWS, headlines_below
from pipeline.document import Line
from tests.margin_cases import PROSE

ROWS = tuple(f"• Harbour number {at} counts its lamps" for at in range(12))


def gone(*lines: tuple[str, int], kept: int = 200) -> list[int]:
    """Return which of some lines with their scores are of a list of headlines.

    The model keeps what scores `kept`.
    """
    blocks = page_blocks(Line(at, text) for at, (text, _) in enumerate(lines, start=1))
    scores = np.array([score for _, score in lines], np.int64)
    found = headlines_below(blocks, scores, scores >= kept)
    return np.flatnonzero(found).tolist()


def scored(score: int, *texts: str) -> list[tuple[str, int]]:
    return [(text, score) for text in texts]


@pytest.mark.parametrize(("rows", "go"), [(MIN_ROWS - 1, False), (MIN_ROWS, True)])
def test_many_rows_below_the_text_go(rows, go):
    lines = [*scored(240, *PROSE[:2]), *scored(60, *ROWS[:rows])]

    assert gone(*lines) == (list(range(2, 2 + rows)) if go else [])


def test_row_that_is_likely_text_stays():
    lines = [
        *scored(240, PROSE[0]),
        *scored(60, *ROWS[:4]),
        (ROWS[4], 130),
        *scored(60, *ROWS[5:9]),
    ]

    assert gone(*lines) == [1, 2, 3, 4, 6, 7, 8, 9]


@pytest.mark.parametrize(("rows", "go"), [(5, range(1, 8)), (6, [])])
def test_list_of_which_the_model_keeps_half_stays(rows, go):
    others = scored(50, *ROWS[: 12 - rows])

    lines = [*scored(240, PROSE[0]), *others, *scored(60, *ROWS[12 - rows :])]

    assert gone(*lines, kept=60) == list(go)


def test_list_within_the_text_stays():
    assert gone(*scored(240, PROSE[0]), *scored(60, *ROWS), *scored(240, PROSE[1])) == []


def test_rows_of_figures_stay():
    figures = [f"• Harbour {at} of oars 37% 40% 30% 729" for at in range(12)]

    assert gone(*scored(240, PROSE[0]), *scored(60, *figures)) == []


def test_short_points_and_sentences_stay():
    short = [f"• lamp {at}" for at in range(12)]
    sentences = [f"{row}." for row in ROWS]

    assert gone(*scored(240, PROSE[0]), *scored(60, *short), *scored(60, *sentences)) == []


def test_page_without_text_keeps_its_rows():
    assert gone(*scored(60, *ROWS)) == []
