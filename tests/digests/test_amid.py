"""Lines of items that look like nothing alone, and are text where text is around them."""

import pytest

from pipeline.blocks import page_blocks
from pipeline.digests.amid import decide_amid
from pipeline.digests.labels import decide_digest
from pipeline.digests.records import Record
from pipeline.document import Line, Markup
from pipeline.plan import brought_configs
from pipeline.vocabulary import load_vocabulary

VOCABULARY = load_vocabulary(brought_configs() / "languages")
PROSE = "The boats came back late on Friday, and nobody had waited for them on the old quay."
KEPT, GONE = ("content", "model: 0.61"), ("other", "model: 0.08")


def page(*rows: tuple[str, tuple[str, str]], element: str = "") -> tuple:
    """Return blocks: the title of an item, and rows below it."""
    markup = Markup(element, "", 0.0) if element else None
    every = [("Boats and lamps", KEPT), *rows]
    return page_blocks(
        Line(3 * at + 1, text, *label, markup=markup) for at, (text, label) in enumerate(every)
    )


def labels(blocks, texts: set[int]) -> list[str]:
    record = Record(0, tuple(range(len(blocks))), frozenset(texts))
    decisions = decide_digest(blocks, [record], VOCABULARY)
    return [decisions[at].label for at in range(1, len(blocks))]


@pytest.mark.parametrize(
    ("label", "found"), [(KEPT, ["content"] * 3), (GONE, ["content", "meta", "content"])]
)
@pytest.mark.parametrize("line", ["( Ringing it in )", "print(quay)", "Why it stands out", "140.0"])
def test_what_is_kept_between_two_texts_is_text(line, label, found):
    assert labels(page((PROSE, KEPT), (line, label), (PROSE, KEPT)), {1, 3}) == found


def test_what_stands_outside_of_them_is_not():
    rows = ("Lamps, Quay", PROSE, "Harbour, Boats")

    assert labels(page(*((row, KEPT) for row in rows)), {2}) == ["meta", "content", "meta"]


@pytest.mark.parametrize("line", ["12 May 2020", "By Imogen Tarrant"])
def test_dates_and_bylines_between_texts_are_what_they_are(line):
    found = labels(page((PROSE, KEPT), (line, KEPT), (PROSE, KEPT)), {1, 3})

    assert found[1] in {"date", "byline"}


@pytest.mark.parametrize(
    ("points", "label", "found"),
    [
        (("• A lamp for each of the boats", "• Ropes that last two winters"), KEPT, "content"),
        (("• A lamp for each of the boats", "• Ropes that last two winters"), GONE, "meta"),
        (("• A lamp for each of the boats",), KEPT, "meta"),
        (("• Weddings", "• Harbour news", "• Boats and lamps"), KEPT, "meta"),
        (("A lamp for each of the boats", "Ropes that last two winters"), KEPT, "meta"),
        (("Lamp\t4\t2.50", "Rope\t7\t3.10"), KEPT, "content"),
        (("Lamp\t4", "Rope\t7"), KEPT, "meta"),
        (("Lamp\t4\t2.50",), KEPT, "meta"),
    ],
)
def test_points_and_rows_below_a_text_are_text_if_several_are_together(points, label, found):
    blocks = page((PROSE, KEPT), *((point, label) for point in points))

    assert labels(blocks, {1}) == ["content"] + [found] * len(points)


def test_a_point_beside_one_that_is_removed_is_alone():
    points = (("• A lamp for each of the boats", KEPT), ("• Ropes that last two winters", GONE))

    assert labels(page((PROSE, KEPT), *points), {1}) == ["content", "meta", "meta"]


@pytest.mark.parametrize(("element", "found"), [("li", "content"), ("p", "meta")])
def test_in_html_points_are_elements(element, found):
    points = ("A lamp for each of the boats", "Ropes that last two winters")
    blocks = page((PROSE, KEPT), *((point, KEPT) for point in points), element=element)

    assert labels(blocks, {1}) == ["content", found, found]


def test_a_heading_between_lists_goes_with_them():
    lists = ("• A lamp for each of the boats", "• Ropes that last two winters")
    blocks = page(*((row, KEPT) for row in (PROSE, *lists, "What else", *lists)))
    record = Record(0, tuple(range(7)), frozenset({1}))
    decisions = decide_digest(blocks, [record], VOCABULARY)

    assert [decisions[at].label for at in range(1, 7)] == ["content"] * 6
    assert decisions[4].reason == "digest: amid the text of item 1"


def test_a_title_without_a_text_has_nothing_amid_it():
    blocks = page(("Lamps, Quay", KEPT))
    record = Record(0, (0, 1), frozenset())

    assert decide_amid(blocks, [record], decide_digest(blocks, [record], VOCABULARY)) == {}
