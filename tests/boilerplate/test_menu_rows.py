"""Paths and menus of one line at the top of a plain text are no titles."""

import pytest

from pipeline.api import clean
from pipeline.blocks import page_blocks
from pipeline.boilerplate.menu_rows import decide_menu_rows
from pipeline.document import Label, Line, Markup
from tests.margin_cases import PROSE

TITLE = "Old swing bridge closed for a year and a half"
PATH = "Guide > Bridges"
MENU = "Home  About us  Exhibitions  Collection  Visit"


def decided(*texts: str, markup: Markup | None = None) -> list[str]:
    blocks = page_blocks(Line(2 * at, text, markup=markup) for at, text in enumerate(texts, 1))
    found = decide_menu_rows(blocks, {})
    assert {each.label for each in found.values()} <= {Label.NAVIGATION}
    return [blocks[at].text for at in found]


def test_paths_and_menus_above_a_title_are_navigation():
    assert decided(PATH, MENU, TITLE, PROSE[0]) == [PATH, MENU]
    assert decided("Home | News | Boats | Tides", TITLE, PROSE[0]) == [
        "Home | News | Boats | Tides"
    ]


@pytest.mark.parametrize(
    "texts",
    [
        (PATH, PROSE[0]),
        (TITLE, PATH, PROSE[0]),
        (TITLE, PROSE[0], MENU, TITLE),
        ("Salt & nets: boats > cars", TITLE, PROSE[0]),
        ("Home | News | Boats", TITLE, PROSE[0]),
        (MENU, TITLE),
    ],
    ids=["no title below", "below the title", "below text", "a title", "few entries", "no text"],
)
def test_other_lines_are_left(texts):
    assert decided(*texts) == []


def test_the_name_of_the_site_is_beside_a_menu():
    name, said, other = (
        "Museum of Salt and Nets",
        "Salt since the flood",
        "Our harbour and its lamps",
    )

    assert set(decided(name, said, MENU, TITLE, PROSE[0])) == {name, said, MENU}
    assert other not in decided(name, said, other, MENU, TITLE, PROSE[0])
    assert name not in decided(MENU, name, TITLE, PROSE[0])
    assert set(below(MENU, name)) == {MENU, name}


def below(menu: str, name: str) -> list[str]:
    """Return what is decided where a name stands right below a menu, in one paragraph with it."""
    lines = [Line(at, text) for at, text in enumerate((menu, name, "", TITLE, "", PROSE[0]), 1)]
    blocks = page_blocks(line for line in lines if line.text)
    return [blocks[at].text for at in decide_menu_rows(blocks, {})]


def test_in_html_the_markup_says_what_is_a_menu():
    assert decided(PATH, MENU, TITLE, PROSE[0], markup=Markup("p", "", 0.0)) == []


@pytest.mark.parametrize("head", [("Museum of Salt and Nets", MENU), (MENU,), (PATH,), ()])
def test_the_title_of_a_small_capture_is_the_line_above_its_text(head):
    page = clean("\n\n".join([*head, TITLE, PROSE[0], PROSE[1], PROSE[2]]))

    assert page.title == TITLE
    assert not set(head) & {line.text for line in page.lines if line.label == Label.CONTENT}
