"""Evidence for sets of titles: the same for a set alone and among others, and what it counts."""

import msgspec
import numpy as np
import pytest

from pipeline.blocks import page_blocks
from pipeline.digests import columns
from pipeline.digests.candidates import Candidate, Scores, candidates_of
from pipeline.digests.columns import guess_columns, looks_columns, some_of
from pipeline.digests.evidence import TitleSets, ends_of, evidence_columns
from pipeline.digests.outline import KEYS, SIGNS, Outline, outline_of
from pipeline.document import Line
from pipeline.plan import brought_configs
from pipeline.vocabulary import load_vocabulary

VOCABULARY = load_vocabulary(brought_configs() / "languages")

BLOCKS = 60


@pytest.fixture(params=range(20))
def drawn(request):
    """A page of blocks, scores and sets of titles, all drawn at random."""
    rng = np.random.default_rng(request.param)
    signs = rng.integers(0, 3, (BLOCKS, len(SIGNS)))
    keys = rng.integers(0, 8, (KEYS, BLOCKS))
    scores = Scores(rng.integers(0, 251, BLOCKS), rng.integers(0, 251, BLOCKS))
    sets = [
        Candidate(np.sort(rng.choice(BLOCKS, size, replace=False)), origin)
        for origin, size in enumerate((3, 20, 4, 7))
    ]
    hints = np.zeros(BLOCKS, np.int64)
    outline = Outline(
        signs, keys, rng.integers(1, 40, BLOCKS), ("",) * BLOCKS, hints, np.zeros(BLOCKS, bool)
    )
    return outline, scores, sets


def test_a_set_has_the_same_evidence_alone_and_among_others(drawn):
    outline, scores, sets = drawn
    together = evidence_columns(outline, scores, sets)
    for place, each in enumerate(sets):
        alone = evidence_columns(outline, scores, [each])
        assert (alone[:, 0] == together[:, place]).all()


@pytest.mark.parametrize("at_once", [1, 3 * BLOCKS, 5 * BLOCKS])
def test_keys_looked_at_together_or_one_by_one_show_the_same(drawn, at_once, monkeypatch):
    outline, scores, _ = drawn

    def seen():
        guesses = guess_columns(outline, scores.title, scores.text)
        found = [(each.origin, each.titles.tolist()) for each in candidates_of(outline, scores)]
        places = [first + at for first, keys in some_of(outline.keys) for at in range(len(keys))]
        return looks_columns(outline).tolist(), guesses.tolist(), found, places

    together = seen()
    monkeypatch.setattr(columns, "AT_ONCE", at_once)
    assert seen() == together
    assert together[3] == list(range(KEYS))


def test_evidence_counts_titles_and_their_scores(drawn):
    outline, scores, sets = drawn
    origin, count, mean, least, *_ = evidence_columns(outline, scores, sets)
    assert origin.tolist() == [0, 1, 2, 3]
    assert count.tolist() == [len(each.titles) for each in sets]
    of_titles = [scores.title[each.titles] for each in sets]
    assert mean.tolist() == [int(own.sum()) // len(own) for own in of_titles]
    assert least.tolist() == [int(own.min()) for own in of_titles]


@pytest.mark.parametrize(
    ("titles", "texts", "ends"),
    [
        ([0, 3, 6], [1, 2, 7, 8], [3, 6, 9]),
        ([0, 3, 6], [1], [3, 6, 7]),
        ([0, 2, 4], [5, 19], [2, 4, 6]),
        ([4], [5, 19], [6]),
    ],
)
def test_the_last_record_ends_with_its_last_text_and_is_no_longer_than_two_others(
    titles, texts, ends
):
    is_text = np.zeros(20, np.bool_)
    is_text[texts] = True
    sets = TitleSets(np.array(titles), np.array([len(titles)]))
    assert ends_of(sets, is_text).tolist() == ends


def test_rules_and_addresses_are_no_titles(drawn):
    outline, scores, _ = drawn
    assert candidates_of(outline, scores)
    nameless = np.arange(BLOCKS) % 3 == 0
    masked = msgspec.structs.replace(outline, nameless=nameless)
    unlikely = Scores(np.where(nameless, 0, scores.title), scores.text)

    found = candidates_of(masked, scores)

    assert found
    assert not any(nameless[each.titles].any() for each in found)
    assert [(each.origin, each.titles.tolist()) for each in found] == [
        (each.origin, each.titles.tolist()) for each in candidates_of(masked, unlikely)
    ]


def test_what_is_no_title_is_known_by_its_text():
    texts = ("=" * 40, "https://quay.example/1", "<www.quay.example>", "See https://quay.example")
    blocks = page_blocks(Line(at, text) for at, text in enumerate((*texts, "Boats"), 1))

    assert outline_of(blocks, VOCABULARY).nameless.tolist() == [True, True, True, False, False]
