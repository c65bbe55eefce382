"""Texts without running text are kept among menus, and lists as wholes."""

import numpy as np
import pytest

from pipeline import clean
from pipeline.blocks import page_blocks
from pipeline.boilerplate.wholes import lists_of_text, tables_of_text
from pipeline.boilerplate.yielding import has_likely_text
from pipeline.document import Line, Markup
from tests.margin_cases import PROSE

WORDS = ("oars", "nets", "lamps", "quays", "tides", "maps", "boats", "coast", "isles", "masts")
VERSES = (
    "The ferry left at seven with the post",
    "and nobody but me was there to wave",
    "a lamp went out along the farther coast",
    "and what the water took it never gave",
    "I kept the rope that held her to the wall",
    "I kept the chair, the kettle and the door",
    "the winter came and I had kept it all",
    "except the one that I had kept it for",
)
LETTER = (
    "Dear brother",
    "The boots came on Friday and they fit",
    "We have had nothing but rain since the bridge",
    "Tell Aunt Ruth that the tea was shared by nine",
    "Kiss the little one for me",
    "Your Edwin",
)
NAMES = tuple(
    f"{last}, {first}, {rank}, 19{year}"
    for last, first, rank, year in (
        ("Aldous", "Peter", "Stoker", 14),
        ("Brome", "Samuel", "Deckhand", 17),
        ("Catchpole", "Ned", "Gunner", 16),
        ("Dyball", "Walter", "Stoker", 15),
        ("Eade", "Robert", "Signaller", 18),
    )
)


def page(*text: str) -> str:
    """Return a page of plain text with menus around a text, as renderers write it."""
    menu = [f"• {one} {other}" for one, other in zip(WORDS, reversed(WORDS), strict=True)] * 2
    aside = ["You may also like", "", *[f"• {word} of the {word}" for word in WORDS]]
    foot = ["Newsletter", "Subscribe", "© 2021 The Quay Library. All rights reserved.", "Privacy"]
    share = "Facebook Twitter Email"
    lines = [*menu, "", "A Text of the Quay", "", share, "", *text, "", *aside, "", *menu, *foot]
    return "\n".join(lines)


def blocks_of(*texts: str):
    return page_blocks(Line(at, text) for at, text in enumerate(texts, start=1))


def whole(stays: str, *texts: str) -> list[int]:
    """Return which of some lines stay as rows of a list; x stays by itself."""
    found = lists_of_text(blocks_of(*texts), np.array([each == "x" for each in stays]))
    return np.flatnonzero(found).tolist()


@pytest.mark.parametrize("text", [VERSES, LETTER, NAMES])
def test_text_without_a_sentence_is_kept_among_menus(text):
    labels = {line.text: line.label for line in clean(page(*text)).lines}

    assert {line: labels[line] for line in text if labels[line] not in ("content", "title")} == {}


def test_page_of_menus_stays_empty():
    index = [f"• {word.title()}" for word in WORDS]

    assert clean(page()).status == "empty"
    assert clean(page(*index)).status == "empty"


def test_without_a_model_no_page_is_one_of_menus():
    assert has_likely_text(None, {})


def test_list_below_a_paragraph_is_kept_to_its_end():
    things = ("lamp", "oar", "net", "mast", "rope", "chart", "keel", "sail", "hull", "deck", "bell")
    rows = [f"{thing} – a {word} of old {thing}s" for thing in things for word in ("pair", "heap")]
    labels = {line.text: line.label for line in clean(page(PROSE[0], "", *rows)).lines}

    assert {row for row in rows if labels[row] != "content"} == set()


def test_rows_go_along_if_half_of_the_list_stays():
    assert whole("xx..", "a", "b", "c", "d") == [2, 3]
    assert whole(".x.x", "a", "b", "c", "d") == [0, 2]
    assert whole("x...", "a", "b", "c", "d") == []
    assert whole("xx.", "a", "b", "c") == []


def test_list_ends_at_an_empty_line_and_at_another_bullet():
    assert whole("xxx.", "• a", "• b", "• c", "", "• d") == []
    assert whole("xxx.", "• a", "• b", "• c", "d") == []
    assert whole("xxx.", "1. a", "2. b", "3. c", "12. d") == [3]


def test_long_rows_and_paragraphs_are_none():
    assert whole("xxx.", "a", "b", "c", " ".join(["word"] * 21)) == []
    assert whole("xxx.", PROSE[0], PROSE[1], PROSE[2], "d") == []


def test_two_lists_are_two():
    texts = ("• a", "• b", "• c", "• d", "", "• e", "• f", "• g", "• h")

    assert whole("xxx..xxx", *texts) == [3, 4]
    assert whole("xxx....x", *texts) == [3]


def test_rows_of_html_are_alike_in_their_elements():
    def lines(*paths: str):
        markup = [Markup("li", "", 0.0, path=tuple(path.split())) for path in paths]
        return [Line(at, "a", markup=each) for at, each in enumerate(markup, start=1)]

    stays = np.array([True, True, True, False])
    alike = page_blocks(lines(*["ul li"] * 4))
    other = page_blocks(lines(*["ul li"] * 3, "ol li"))

    assert np.flatnonzero(lists_of_text(alike, stays)).tolist() == [3]
    assert np.flatnonzero(lists_of_text(other, stays)).tolist() == []


def test_table_below_text_is_decided_by_its_mean():
    blocks = blocks_of("Tides", "Mon  4:10  16:30", "Tue  5:01  17:20", "Fri  7:00  19:30")
    kept, words = np.array([True, False, False, False]), np.ones(4, np.int64)
    text = np.array([200, 40, 10, 40])

    assert tables_of_text(blocks, kept, text, words, 0.1).tolist() == [False, True, True, True]
    assert not tables_of_text(blocks, kept, text, words, 0.2).any()
    assert not tables_of_text(blocks, ~kept & False, text, words, 0.1).any()
