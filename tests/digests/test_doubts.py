"""What speaks against taking a page of plain text apart."""

import pytest

from pipeline.blocks import page_blocks
from pipeline.digests.doubts import speaks_against
from pipeline.digests.records import Record
from pipeline.document import Line, Markup
from pipeline.plan import brought_configs
from pipeline.vocabulary import load_vocabulary
from tests.margin_cases import PROSE

VOCABULARY = load_vocabulary(brought_configs() / "languages")
TITLES = ("What we keep", "Why we keep it", "Who may see it", "How to write to us")
POINT = "• the ferry to the pier and back"
ROW = "1 lamp    0.4 pints    36 hours"
CODE = "$ lamp --oil 4"


def is_doubted(*titles: str, date: str = "", element: str = "") -> bool:
    """Tell whether records with these titles, each with a paragraph, are no digest's."""
    records, texts = [], []
    for at, title in enumerate(titles):
        first = len(texts)
        texts += [title, *([date] if date else []), PROSE[at % len(PROSE)]]
        records.append(Record(first, tuple(range(first, len(texts))), frozenset({len(texts) - 1})))
    markup = Markup(element, "", 0.0) if element else None
    lines = [Line(2 * at, text, markup=markup) for at, text in enumerate(texts)]
    return speaks_against(page_blocks(lines), records, VOCABULARY)


@pytest.mark.parametrize("stray", [POINT, ROW, CODE])
def test_points_rows_and_code_are_no_titles_of_a_digest_without_dates(stray):
    assert not is_doubted(*TITLES)
    assert is_doubted(*TITLES, stray)
    assert not is_doubted(*TITLES, stray, date="12 May 2020")
    assert not is_doubted(*TITLES, stray, element="p")


def test_a_tenth_of_the_titles_may_be_stray():
    others = tuple(f"The lamp of quay {word}" for word in ("A", "B", "C", "D", "E"))

    assert is_doubted(*TITLES, *others[:4], POINT)
    assert not is_doubted(*TITLES, *others, POINT)


def test_points_that_are_most_of_the_titles_and_bars_are_not_stray():
    assert not is_doubted(*(f"• {title}" for title in TITLES[:2]), TITLES[2])
    assert not is_doubted(*TITLES, "by Maud Ferriby | 12 May | Lamps")


def test_a_title_may_have_code_in_it():
    assert not is_doubted(
        "Lamp::Oil 1.2", "Why lamp == oil?", "What burn() does", "A lamp = a coast"
    )
