"""Words of many lines together are those of each."""

import random

import pytest

from pipeline.shapes import count_words
from pipeline.words import count_all_words

SIGNS = "aé1_-'’ \u0301\u094dक東ก한Ωй😀.—\t²ªﬁ\u200d\uffff"


@pytest.mark.parametrize("seed", range(20))
def test_words_together_are_those_of_each_line(seed):
    draw = random.Random(seed)
    for _ in range(300):
        texts = [
            "".join(draw.choice(SIGNS) for _ in range(draw.randrange(9)))
            for _ in range(draw.randrange(6))
        ]
        assert count_all_words(texts) == sum(map(count_words, texts))


def test_no_lines_have_no_words():
    assert count_all_words([]) == count_all_words(["", ""]) == 0
