"""Sections of one article share words, articles of a listing do not."""

import pytest

from pipeline.blocks import page_blocks
from pipeline.digests.cohesion import COLUMNS, cohesion_columns
from pipeline.digests.outline import outline_of
from pipeline.digests.records import Record
from pipeline.document import Line
from pipeline.plan import brought_configs
from pipeline.vocabulary import load_vocabulary

VOCABULARY = load_vocabulary(brought_configs() / "languages")


def columns(*pairs: tuple[str, str]) -> list[int]:
    """Return what titles with a text each have in common."""
    texts = [text for pair in pairs for text in pair]
    blocks = page_blocks(Line(at, text) for at, text in enumerate(texts, start=1))
    records = [Record(at, (at, at + 1), frozenset({at + 1})) for at in range(0, len(blocks), 2)]
    found = cohesion_columns(outline_of(blocks, VOCABULARY), records)
    assert found.shape == (COLUMNS, 1)
    return [int(each) for each in found[:, 0]]


def test_counts_of_words_in_common():
    found = columns(
        ("Ferries", "The harbour counts ferries and lamps"),
        ("Lanterns", "In the harbour ferries burn lanterns"),
    )

    shared = (2 * 250 // 4 + 2 * 250 // 3) // 2  # of (ferries harbour counts lamps), of 3
    assert found == [shared, 40, 2 * 250 // 3, 250, 125]


def test_sections_have_more_in_common_than_articles():
    sections = columns(
        ("Shampoo before the test", "The shampoo colours hair brown within weeks of washing"),
        ("Washing brown hair", "After weeks of washing the brown shampoo had coloured the hair"),
        ("After the shampoo", "The hair stays brown if the shampoo stays on for some weeks"),
    )
    articles = columns(
        ("Mill grinds again", "Two brothers sell flour on Saturdays from their new windmill"),
        ("Choir looks for a barn", "Sixty singers rehearse in a shelter without any ceiling"),
        ("Bridge toll stays", "Councillors refused to double what carriages have to pay"),
    )

    assert all(more > less for more, less in zip(sections[:3], articles[:3], strict=True))
    assert articles[0] == 0


def test_three_characters_are_a_word_where_no_spaces_are_written():
    assert columns(("港口", "东京的港口开放了"), ("灯", "大阪的港口开放了"))[2] > 100
    assert columns(("港口", "东京的港口开放了"), ("灯", "山上下雪很冷很久"))[2] == 0


@pytest.mark.parametrize("texts", [("a b", "of it"), ("12 34", "1 2")])
def test_without_words_nothing_is_in_common(texts):
    assert columns(texts, texts) == [0] * COLUMNS
