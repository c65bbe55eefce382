"""What lines are by their looks."""

import pytest

from pipeline.blocks import page_blocks
from pipeline.digests.outline import SHAPES, outline_of
from pipeline.document import Line
from pipeline.plan import brought_configs
from pipeline.vocabulary import load_vocabulary

VOCABULARY = load_vocabulary(brought_configs() / "languages")


@pytest.mark.parametrize(
    ("text", "shape", "dated"),
    [
        ("12 May 2020", "D", True),
        ("2020-05-12", "N", True),
        ("5/12/20", "N", True),
        ("12.05.20", "N", True),
        ("12.13.20", "N", False),
        ("1 2 3", "N", False),
        ("Ana Ruiz12 May 2020Harbour", "d", True),
        ("Tom Hale7/26/23About 3 min", "d", True),
        ("4 min readMay 12, 2020", "D", True),
        ("JavaScript 2023 guide", "S", False),
        ("Posted on 22 October 2015 by Ana Ruiz", "B", True),
        ("12 May 2020 The boats are back", "d", True),
        ("By Ana Ruiz", "B", False),
    ],
)
def test_dates_are_seen_though_other_words_are_stuck_to_them(text, shape, dated):
    outline = outline_of(page_blocks([Line(1, text)]), VOCABULARY)

    assert SHAPES[int(outline.sign("shape")[0])] == shape
    assert bool(outline.sign("date")[0]) == dated
