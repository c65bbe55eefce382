"""“Read more” that says the title again is no title."""

import pytest

import pipeline
from pipeline.blocks import page_blocks
from pipeline.digests.echoes import MAX_WORDS, REACH, with_read_more
from pipeline.document import Line
from pipeline.plan import brought_configs
from pipeline.vocabulary import load_vocabulary
from tests.digests.test_remaining import ITEMS

VOCABULARY = load_vocabulary(brought_configs() / "languages")
TITLE = "Boats came back to the quay"
TEXT = "Four boats that had been out since Monday came back to the quay at noon, all hands well."


def last_of(*texts: str):
    """Return the last block of a page, before and as it is seen."""
    blocks = page_blocks(Line(2 * at + 1, text) for at, text in enumerate(texts))
    return blocks[-1], with_read_more(blocks, VOCABULARY)[-1]


@pytest.mark.parametrize(
    ("line", "phrase"),
    [
        ("Continue reading “Boats came back to the quay”", "continue reading"),
        ("Continue reading Boats came back to the quay →", "continue reading"),
        ("Boats came back to the quay Read More »", "read more"),
        ("Read more: Boats came back to the quay", "read more"),
        ("Read more about Boats came back to the quay", "read more"),
        ("Weiterlesen über Boats came back to the quay", "weiterlesen"),
        ("Lire la suite de « Boats came back to the quay »", "lire la suite"),
    ],
)
def test_a_line_that_says_the_title_again_asks_to_read_on(line, phrase):
    before, seen = last_of(TITLE, TEXT, line)
    assert (seen.folded, seen.words, seen.prose) == (phrase, len(phrase.split()), False)
    assert (seen.text, seen.lines) == (before.text, before.lines)


@pytest.mark.parametrize(
    "line",
    [
        TITLE,
        "Read more about the boats that came back",
        "Boats came back to the quay, and then?",
        "Read more",
        "How to read more of what Boats came back to the quay tells",
    ],
)
def test_any_other_line_stays(line):
    before, seen = last_of(TITLE, TEXT, line)
    assert seen == before


def test_the_title_must_stand_above_and_not_far():
    line = f"Continue reading {TITLE}"
    page = [TITLE, *(f"Boat number {at} is blue" for at in range(REACH - 1)), line]
    assert last_of(*page)[1].folded == "continue reading"
    before, seen = last_of(page[0], "A boat is red", *page[1:])
    assert seen == before
    blocks = page_blocks([Line(1, line), Line(3, TITLE)])
    assert with_read_more(blocks, VOCABULARY) == blocks


def test_short_words_are_no_titles_and_texts_are_not_looked_at():
    before, seen = last_of("Harbour news", "More harbour news")
    assert seen == before
    assert last_of("港に船が戻る", "続きを読む 港に船が戻る")[1].folded == "続きを読む"
    long = "boat " * MAX_WORDS + "end"
    before, seen = last_of(long, f"Read more {long}")
    assert seen == before


def test_a_title_may_be_as_long_as_a_sentence():
    before, seen = last_of(TEXT, f"Continue reading {TEXT}")
    assert (before.prose, seen.prose, seen.folded) == (True, False, "continue reading")


def test_items_with_such_a_line_are_excerpts():
    def excerpts(below: str) -> list[bool]:
        page = "\n\n".join(
            f"{title}\n\n{day} May 2021\n\n{text}\n\n{below.format(title)}"
            for day, (title, text) in enumerate(ITEMS, start=1)
        )
        items = pipeline.clean(page).items
        assert [item.title for item in items] == [title for title, _ in ITEMS]
        return [item.excerpt for item in items]

    assert all(excerpts("Continue reading “{}”"))
    assert not any(excerpts("Told of {} last"))
