"""Code is whole: a listing loses no line."""

import numpy as np
import pytest

from pipeline.blocks import page_blocks
from pipeline.boilerplate.listings import listings_of_text, preformatted
from pipeline.document import Line, Markup
from tests.margin_cases import PROSE

FUNCTION = ("def count(boats):", "    total = 0", "    for each in boats:", "        total += 1")
PYTHON = ("import tides", "", *FUNCTION, "    return total", "", "print(count(harbour))")
SHELL = ("$ git clone lamps.git", "$ cd lamps", "$ make")
SESSION = (">>> harbour.lamps", "oil", "wick", "glass", "12 lamps in 4 rows")
JAVA = ("public class Lamp {", "    private int oil;", "", "    void burn() {", "    }", "}")
LISP = ("(define oil 17)", "(define wick 32)", "(lamp-on (oil wick))")
HTML = ("<ul>", "  <li>Oars</li>", "  <li>Nets</li>", "</ul>")
SETTINGS = ("lamp_oil=off", "lamp_wick=4", "lamp.glass = clear")
POINTERS = ("lamp->oil", "lamp->wick")
COMMANDS = ("git clone lamps", "npm run lamps")
C = ("#include <lamp.h>", "", "int main(void)", "{", "  burn(&lamp, 4);", "  return 0;", "}")
MENU = ("Oars", "Nets", "Lamps", "About (4)", "Our shop(s)", "Oars -> Nets")


def blocks_of(*texts: str):
    return page_blocks(Line(at, text) for at, text in enumerate(texts, start=1))


def whole(stays: str, *texts: str) -> str:
    """Return which of some blocks stay: x by itself, o as a line of a listing."""
    blocks = blocks_of(*texts)
    found = listings_of_text(blocks, np.array([each == "x" for each in stays]))
    return "".join("o" if at else each for at, each in zip(found, stays, strict=True))


def listing(*texts: str, above: str = "x") -> str:
    """Return what becomes of lines below a text, of which the model keeps none."""
    blocks = blocks_of(PROSE[0], "", *texts)
    return whole(above + "." * (len(blocks) - 1), PROSE[0], "", *texts)[1:]


@pytest.mark.parametrize(
    "code", [PYTHON, SHELL, SESSION, JAVA, LISP, HTML, SETTINGS, C, POINTERS, COMMANDS]
)
def test_code_below_text_stays_whole(code):
    assert set(listing(*code)) == {"o"}
    assert set(listing(*code, above=".")) == {"."}


@pytest.mark.parametrize(
    "lines",
    [
        MENU,
        ("Oars -> Nets", "Lamps -> Wicks"),
        ("=======", "THE LAMP", "======="),
        ("• total += 1", "• total += 2"),
        ("[lamp_oil=4]", "[lamp_oil=5"),
        ("{{ lamp.oil() }}", "{{ lamp.wick() }}"),
        (f"{'the lamp and ' * 9}oil = 4;", f"{'the oar and ' * 9}oil = 4;"),
        (f"{'lamp' * 60}();", f"{'oars' * 60}();"),
    ],
)
def test_menus_points_holes_pictures_rules_and_long_lines_are_no_code(lines):
    assert set(listing(*lines)) == {"."}


def test_one_line_of_code_stays_beside_more_of_it_only():
    assert listing("lamp = 4;", "", *FUNCTION) == "ooooo"
    assert listing(*FUNCTION, "", "lamp = 4;") == "ooooo"
    assert listing("lamp = 4;", "", "", *FUNCTION) == ".oooo"
    assert listing(*FUNCTION, "", "", "lamp = 4;") == "oooo."
    assert listing("lamp = 4;", "", "Oars") == ".."


def test_half_of_a_paragraph_is_code_or_none_of_it_is():
    assert listing("Oars", "Nets", *FUNCTION[:2]) == "oooo"
    assert listing("Oars", "Nets", "Lamps", *FUNCTION[:2]) == "....."


def test_listing_below_a_listing_stays_too_and_one_far_below_the_text_does_not():
    one_below_the_other = [line for _ in range(3) for line in ("", *FUNCTION)]

    assert set(listing(*one_below_the_other)) == {"o"}
    assert listing("Oars", "", "Nets", "", *FUNCTION) == "..oooo"
    assert listing("Oars", "", "Nets", "", "Lamps", "", *FUNCTION) == "......."
    assert whole("....x", "Oars", "Nets", "Lamps", "", *FUNCTION[:2]) == "...ox"


def test_long_listing_stays_if_a_line_of_it_does():
    script = ["lamps.burn({oil: 4});"] * 31

    assert set(listing(*script)) == {"."}
    assert set(listing(*script[1:])) == {"o"}
    assert whole("." * 30 + "x", *script) == "o" * 30 + "x"


@pytest.mark.parametrize(("others", "whole"), [(4, True), (3, False)])
def test_code_of_html_is_what_is_preformatted_unless_most_of_the_page_is(others, whole):
    elements = [*["p"] * others, *["pre"] * 4]
    lines = [Line(at, "a", markup=Markup(each, "", 0.0)) for at, each in enumerate(elements, 1)]
    blocks = page_blocks(lines)
    stays = np.arange(len(blocks)) == len(blocks) - 1

    assert preformatted(blocks).any() == whole
    assert listings_of_text(blocks, stays).sum() == (3 if whole else 0)
