"""Titles and texts that the other items of a page show: elements of one parent, made alike."""

import numpy as np
import pytest

from pipeline.blocks import page_blocks
from pipeline.digests.candidates import Candidate, Scores
from pipeline.digests.finding import Split, decided
from pipeline.digests.outline import outline_of
from pipeline.digests.records import Record
from pipeline.digests.siblings import with_points, with_siblings, with_texts
from pipeline.document import Line, Markup
from pipeline.plan import brought_configs
from pipeline.vocabulary import load_vocabulary
from tests.digests.test_split import TITLES
from tests.margin_cases import PROSE

VOCABULARY = load_vocabulary(brought_configs() / "languages")
CARD, TEXT, BOX = ("body", "main", "div", "h2"), ("body", "main", "div", "p"), ("body", "p")


def page(kinds: str, html: bool = True):
    """Return the outline of a page, as `blocks_of` makes it."""
    return outline_of(blocks_of(kinds, html), VOCABULARY)


def blocks_of(kinds: str, html: bool = True):
    """Return the blocks of titles (`t`), texts (`p`), dates (`d`), and other texts (`x`)."""
    lines = []
    for at, kind in enumerate(kinds):
        text = {"t": TITLES[at % len(TITLES)], "d": f"{at + 1} May 2020"}.get(kind, PROSE[at % 4])
        path = {"t": CARD, "x": BOX}.get(kind, TEXT)
        shared = 2 if kind == "t" else 3
        markup = Markup("p", "", 0.0, path=path, shared=min(shared, len(path) - 1))
        lines.append(Line(2 * at + 1, text, markup=markup if html else None))
    return page_blocks(lines)


def found(kinds: str, titles: list[int], score: int = 40, html: bool = True) -> list[int]:
    scores = Scores(np.full(len(kinds), score), np.zeros(len(kinds), np.int64))
    return with_siblings(page(kinds, html), scores, np.array(titles)).tolist()


def named(kinds: str, titles: list[int], name: str = "h2.name") -> list[int]:
    """Return the titles of a page on which a date begins each item, and the titles have a name.

    Capitals stand in elements of another name.
    """
    lines = []
    for at, kind in enumerate(kinds):
        text = TITLES[at % len(TITLES)] if kind in "tT" else f"{at + 1} May 2020"
        text = PROSE[at % 4] if kind == "p" else text
        tag = {"t": name, "T": "h2.other", "d": "time", "p": "p"}[kind]
        path = ("body", "main", "div", "div", tag)
        markup = Markup("p", "", 0.0, path=path, shared=2 if kind == "d" else 4)
        lines.append(Line(2 * at + 1, text, markup=markup))
    outline = outline_of(page_blocks(lines), VOCABULARY)
    scores = Scores(np.full(len(kinds), 40), np.zeros(len(kinds), np.int64))
    return with_siblings(outline, scores, np.array(titles)).tolist()


def test_below_dates_what_has_the_tags_and_names_of_all_titles_is_one():
    assert named("dtp" * 6, [1, 4, 10]) == [1, 4, 7, 10, 13, 16]
    assert named("dtpdtpdTpdtpdTp", [1, 4, 10]) == [1, 4, 10]
    assert named("dtpdTpdtpdtpdtp", [1, 4, 7]) == [1, 4, 7]
    assert named("dtp" * 7, [1, 4, 10]) == [1, 4, 10]


def test_what_begins_like_most_titles_is_one():
    assert found("ptptptptptp", [1, 3, 7, 9]) == [1, 3, 5, 7, 9]
    assert found("ptptptptptp", [3, 5, 7]) == [3, 5, 7]
    assert found("ptptptptptp", [3, 5, 7, 9]) == [1, 3, 5, 7, 9]


@pytest.mark.parametrize(
    ("kinds", "titles", "score", "html"),
    [
        ("ptptptptptp", [1, 3, 7, 9], 10, True),
        ("ptptptptptp", [1, 3, 7, 9], 40, False),
        ("ptptptptptptp", [1, 3], 40, True),
        ("ptptptptptptptp", [1, 3, 5], 40, True),
        ("ptpxptptptp", [1, 5, 7, 9], 40, True),
        ("ptptptpxpxptp", [1, 3, 5, 7, 9], 40, True),
        ("ptpttptp", [1, 3, 6], 40, True),
        ("ptptppp", [1, 3, 5], 40, True),
    ],
)
def test_nothing_is_added_where_that_is_not_sure(kinds, titles, score, html):
    assert found(kinds, titles, score, html) == titles


def test_a_text_that_does_not_begin_like_the_titles_is_none():
    assert found("ptptptpptp", [1, 3, 5, 6, 8]) == [1, 3, 5, 8]
    assert found("ptptptpptp", [1, 3, 5, 6, 8], html=False) == [1, 3, 5, 6, 8]


def texts(kinds: str, scores: list[int], having: str) -> list[set[int]]:
    """Return the texts of records of a title, a date and a text, of which some had their text."""
    records = [
        Record(at, (at, at + 1, at + 2), frozenset({at + 2} if has == "+" else ()))
        for at, has in zip(range(0, len(kinds), 3), having, strict=True)
    ]
    both = Scores(np.zeros(len(kinds), np.int64), np.array(scores))
    return [set(each.texts) for each in with_texts(page(kinds, html=False), both, records)]


def test_a_record_without_a_text_has_its_likeliest_block():
    kinds = "tdp" * 5
    assert texts(kinds, [0, 90, 60] * 5, "++-++")[2] == {8}
    assert texts(kinds, [0, 90, 20] * 5, "++-++")[2] == set()
    assert texts(kinds, [0, 90, 60] * 5, "+---+")[2] == set()
    assert texts("tdd" * 5, [0, 90, 60] * 5, "++-++")[2] == set()


def test_where_some_have_a_text_another_has_it_at_the_same_place():
    kinds = "tdp" * 5
    assert texts(kinds, [0, 90, 60] * 5, "+--++") == [{2}, {5}, {8}, {11}, {14}]
    assert texts("tpp" * 5, [0, 90, 60] * 5, "+--++")[2] == set(), "the likeliest stands higher"
    records = [Record(at, (at, at + 1, at + 2), frozenset({at + 1 + at % 2})) for at in (0, 3, 6)]
    records += [Record(at, (at, at + 1, at + 2), frozenset()) for at in (9, 12)]
    both = Scores(np.zeros(15, np.int64), np.array([0, 60, 90] * 5))
    assert with_texts(page("tpp" * 5, html=False), both, records) == tuple(records), "no usual one"


def points_kept(*lines: tuple[str, str, str]) -> list[int]:
    """Return the texts of a record: of lines given as element, label and text, title first.

    Running text is text from the start.
    """
    blocks = page_blocks(
        Line(2 * at, text, label, markup=Markup(element, "", 0.0) if element else None)
        for at, (element, label, text) in enumerate(lines)
    )
    prose = frozenset(at for at, block in enumerate(blocks) if block.prose)
    (record,) = with_points(blocks, [Record(0, tuple(range(len(blocks))), prose)])
    return sorted(record.texts)


@pytest.mark.parametrize(
    ("element", "label", "text", "kept"),
    [
        ("li", "content", "Bend wires", True),
        ("li", "", "Bend wires", True),
        ("", "content", "• Bend wires", True),
        ("li", "navigation", "Bend wires", False),
        ("p", "content", "Bend wires", False),
        ("", "content", "Bend wires", False),
    ],
)
def test_points_of_a_list_amid_a_text_are_text(element, label, text, kept):
    other = "p" if element else ""
    title, first, last = ((other, "", each) for each in (TITLES[0], PROSE[0], PROSE[1]))
    point = (element, label, text)
    assert points_kept(title, first, point, last) == ([1, 2, 3] if kept else [1, 3])
    assert points_kept(title, first, point) == [1]
    assert points_kept(title, point, first) == [2]


def test_items_of_html_are_the_siblings_of_those_that_were_found():
    kinds = "p" + "tp" * 6
    blocks = blocks_of(kinds)
    of_titles = np.array([250 * (kind == "t") for kind in kinds])
    chosen = Candidate(np.array([1, 3, 5, 9, 11]), 0)
    split = Split(outline_of(blocks, VOCABULARY), Scores(of_titles, 250 - of_titles), chosen, 0.9)

    records = decided(blocks, range(len(blocks)), split, 0.2, VOCABULARY).records

    assert [record.title for record in records] == [1, 3, 5, 7, 9, 11]


def test_an_item_without_a_text_has_its_likeliest_line():
    texts = [text for pair in zip(TITLES, PROSE, strict=True) for text in pair]
    texts[5] = "A dryer"
    blocks = page_blocks(Line(2 * at, text) for at, text in enumerate(texts))
    of_titles, of_texts = (np.tile(each, len(TITLES)) for each in ([250, 0], [0, 250]))
    of_texts[5] = 60
    split = Split(
        outline_of(blocks, VOCABULARY),
        Scores(of_titles, of_texts),
        Candidate(np.flatnonzero(of_titles), 0),
        0.9,
    )

    records = decided(blocks, range(len(blocks)), split, 0.3, VOCABULARY).records

    assert [set(record.texts) for record in records] == [{at} for at in range(1, len(texts), 2)]


def test_items_have_the_points_amid_their_texts():
    texts = [
        text
        for at, title in enumerate(TITLES)
        for text in (title, PROSE[at], "• Bend wires", PROSE[at - 1])
    ]
    blocks = page_blocks(Line(2 * at, text) for at, text in enumerate(texts))
    of_titles, of_texts = (
        np.tile(each, len(TITLES)) for each in ([250, 0, 0, 0], [0, 250, 0, 250])
    )
    chosen = Candidate(np.flatnonzero(of_titles), 0)
    split = Split(outline_of(blocks, VOCABULARY), Scores(of_titles, of_texts), chosen, 0.9)

    found = decided(blocks, range(len(blocks)), split, 0.3, VOCABULARY)

    assert [set(record.texts) for record in found.records] == [
        {at + 1, at + 2, at + 3} for at in range(0, len(texts), 4)
    ]
