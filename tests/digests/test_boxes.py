"""Boxes of latest posts below the items of a listing are none of them."""

import pytest

import pipeline
from pipeline.blocks import page_blocks
from pipeline.digests.boxes import without_box
from pipeline.digests.records import Record
from pipeline.document import Line
from tests.margin_cases import PROSE as SIX

TITLES = (
    "Who winds the tower clock?",
    "Nets that nobody claims",
    "A ferry without a pier",
    "The lamp is lit again",
    "Oars for the harbour fair",
    "Salt for the winter roads",
    "Ropes from the old mill",
)
PROSE = (*SIX, f"{SIX[0]} {SIX[1]}")


def kept(*rows: str) -> list[str]:
    """Return the titles of the records that stay."""
    return [rows[record.title] for record in records_of(*rows)]


def records_of(*rows: str) -> tuple[Record, ...]:
    """Return the records that stay; a row that is a title begins one."""
    blocks = page_blocks([Line(2 * at, text) for at, text in enumerate(rows, 1)])
    places = [at for at, block in enumerate(blocks) if block.text in TITLES]
    records = tuple(
        Record(
            first,
            tuple(range(first, end)),
            frozenset(at for at in range(first, end) if blocks[at].prose),
        )
        for first, end in zip(places, [*places[1:], len(blocks)], strict=True)
    )
    return without_box(blocks, records)


def items(*numbers: int) -> list[str]:
    return [row for at in numbers for row in (TITLES[at], PROSE[at])]


@pytest.mark.parametrize("row", ["1 2 3 Next", "Older posts", "« Previous 1 2 3 4 Next »"])
def test_what_stands_below_a_row_to_other_pages_is_none(row):
    assert kept(*items(0, 1, 2), row, *items(3, 4)) == list(TITLES[:3])


@pytest.mark.parametrize(
    "rows",
    [
        ["1 2 3 Next", *items(0, 1, 2, 3)],
        [*items(0), "1 2 3 Next", *items(1, 2, 3)],
        [*items(0, 1), "1 2 3 Next", *items(2, 3)],
        [*items(0, 1, 2, 3), "1 2 3 Next"],
        [*items(0, 1, 2), "Three boats", *items(3)],
    ],
)
def test_a_row_above_most_items_ends_nothing(rows):
    assert kept(*rows) == list(TITLES[:4])


def test_half_of_the_items_below_a_row_are_kept_out_and_no_more():
    assert kept(*items(0, 1, 2), "1 2 3 Next", *items(3, 4, 5)) == list(TITLES[:3])
    assert kept(*items(0, 1, 2), "1 2 3 Next", *items(3, 4, 5, 6)) == list(TITLES)


@pytest.mark.parametrize(
    ("again", "count"),
    [
        ([TITLES[1], f"{PROSE[1][:60]}…"], 4),
        ([TITLES[1]], 4),
        ([TITLES[1], PROSE[2]], 5),
        ([TITLES[4], PROSE[1]], 5),
    ],
)
def test_a_title_told_again_with_the_same_text_is_no_item(again, count):
    assert len(kept(*items(0, 1, 2, 3), *again)) == count


@pytest.mark.parametrize("row", ["« Older Entries", "Newer Older »"])
def test_a_row_to_other_pages_is_no_item(row):
    blocks = page_blocks([Line(2 * at, text) for at, text in enumerate(items(0, 1, 2), 1)])
    records = [Record(at, (at, at + 1), frozenset({at + 1})) for at in (0, 2, 4)]
    rows = page_blocks([Line(20, row), Line(22, PROSE[5])])

    found = without_box((*blocks, *rows), (*records, Record(6, (6, 7), frozenset({7}))))

    assert [record.title for record in found] == [0, 2, 4]


def test_the_last_item_ends_at_a_row_below_its_text():
    rows = [*items(0, 1, 2), "Three boats", "Older posts", "About", PROSE[5]]
    assert records_of(*rows)[-1].members == (4, 5, 6, 7)
    assert records_of(*rows)[-1].texts == {5}
    assert records_of(*items(0, 1), TITLES[2], "Older posts", PROSE[2])[-1].texts == {6}, "no text"


def test_fewer_than_three_items_are_not_left():
    assert len(kept(*items(0, 1), TITLES[0], PROSE[0])) == 3


def test_a_page_of_html_with_a_column_of_latest_posts():
    def rows(numbers: range, tag: str) -> str:
        return "".join(
            f"<li><{tag}><a href='/{at}'>{TITLES[at]}</a></{tag}><div>Ana Ruiz</div>"
            f"<time>{20 - at} May 2020</time><p>{PROSE[at]}</p></li>"
            for at in numbers
        )

    page = (
        f"<html><body><h1>Category: Harbour</h1><ul>{rows(range(4), 'h2')}</ul>"
        "<nav>1 <a href='/2'>2</a> <a href='/3'>3</a> <a href='/2'>Next page</a></nav>"
        f"<div><h3>Latest posts</h3><ul>{rows(range(4, 7), 'div')}</ul></div></body></html>"
    )

    assert [item.title for item in pipeline.clean(page, html=True).items] == list(TITLES[:4])
