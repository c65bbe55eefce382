"""Of the sets of titles that rank best, one whose titles differ and have texts is chosen."""

import numpy as np
import pytest

from pipeline.blocks import page_blocks
from pipeline.digests.candidates import Candidate, Scores
from pipeline.digests.evidence import DIFFERENT, PROSE_SHARE, TEXT_SHARE, evidence_columns
from pipeline.digests.outline import outline_of
from pipeline.digests.records import Record
from pipeline.digests.splitter import MAX_TRIED, best_of, has_texts
from pipeline.document import Line
from pipeline.plan import brought_configs
from pipeline.vocabulary import load_vocabulary
from tests.margin_cases import PROSE

VOCABULARY = load_vocabulary(brought_configs() / "languages")
TITLES = ("Lamp oil is dear", "The pier reopens", "Boats came late", "Oars for the fair")
ONES, ALL, SAME = [0, 3, 6, 9], list(range(12)), [2, 5, 8, 11]
"""The titles of a page, all its blocks, and the line below each text that is always the same."""


def evidence_of(*sets, text=250):
    """Return what speaks for sets, on a page of titles, texts and the same line, in turn."""
    parts = zip(TITLES, PROSE, strict=False)
    texts = [block for title, prose in parts for block in (title, prose, "Leave a note")]
    lines = (Line(2 * at, block) for at, block in enumerate(texts))
    outline = outline_of(page_blocks(lines), VOCABULARY)
    scores = Scores(np.zeros(len(texts), np.int64), np.array([0, text, 0] * len(TITLES)))
    return evidence_columns(outline, scores, [Candidate(np.array(own), 0) for own in sets])


@pytest.mark.parametrize("text", [0, 250])
def test_evidence_tells_which_titles_have_texts_and_which_differ(text):
    seen = evidence_of(ONES, ALL, SAME, text=text)

    assert seen[PROSE_SHARE].tolist() == [250 if text else 187, 83, 187]
    assert seen[TEXT_SHARE].tolist() == ([250, 83, 187] if text else [0, 0, 0])
    assert seen[DIFFERENT].tolist() == [250, 145, 62]


@pytest.mark.parametrize("text", [0, 250])
@pytest.mark.parametrize("wrong", [ALL, SAME])
def test_texts_or_the_same_line_for_titles_give_way_to_the_next_set(wrong, text):
    assert best_of(np.array([9, 1]), evidence_of(wrong, ONES, text=text)) == 1
    assert best_of(np.array([1, 9]), evidence_of(wrong, ONES, text=text)) == 1
    assert best_of(np.array([9, 1]), evidence_of(ONES, wrong, text=text)) == 0


def test_of_sets_with_texts_the_best_is_chosen_and_of_equals_the_first():
    seen = evidence_of(ONES[:3], ONES, ONES[1:])

    assert best_of(np.array([1, 3, 2]), seen) == 1
    assert best_of(np.array([2, 2, 2]), seen) == 0


def test_where_none_has_texts_the_best_is_the_best():
    assert best_of(np.array([1, 9]), evidence_of(SAME, ALL)) == 1


@pytest.mark.parametrize(("before", "chosen"), [(MAX_TRIED - 1, MAX_TRIED - 1), (MAX_TRIED, 0)])
def test_so_many_are_looked_at(before, chosen):
    seen = evidence_of(*[ALL] * before, ONES)

    assert best_of(np.arange(before + 1, 0, -1), seen) == chosen


@pytest.mark.parametrize(("textless", "enough"), [(0, True), (4, True), (5, False)])
def test_so_many_records_may_have_no_text(textless, enough):
    texts = [frozenset()] * textless + [frozenset({1})] * (10 - textless)

    assert has_texts([Record(0, (0, 1), own) for own in texts]) is enough
