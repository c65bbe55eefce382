"""Which of the records stay: the first and the last need a date where all others have one."""

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


def kept(dated: str) -> str:
    """Return which of the records stay, for each `d` if it has a date, else `-`."""
    texts, titles = [], []
    for at, mark in enumerate(dated):
        titles.append(len(texts))
        texts += [TITLES[at], *([f"{at + 1} May 2020"] if mark == "d" else []), PROSE[at]]
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
    ],
)
def test_first_and_last_need_a_date_where_all_others_have_one(dated, stays):
    assert kept(dated) == stays
