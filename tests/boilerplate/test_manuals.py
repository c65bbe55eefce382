"""Pages of manuals and policies: code is no menu, and a row to the next page names no author."""

import pytest

from tests.margin_cases import PROSE, labelled

TEXT = "".join(f"<p>{text}</p>" for text in PROSE)


def lines_of(page, capture, stages, form="html"):
    """Return the lines of a page by their text, once its boilerplate has its labels."""
    (document,) = labelled(capture(page, form), stages, "strip-boilerplate")
    return {line.text.strip(): line for line in document.lines}


@pytest.mark.parametrize("code", ["print", "logout", "share"])
def test_no_rule_speaks_of_code(code, capture, stages):
    page = f"<h1>The tide tables</h1>{TEXT}<pre>set tide 4\n{code}\nset lamp 2</pre>{TEXT}"
    assert not lines_of(page, capture, stages)[code].reason.startswith("rule")
    outside = page.replace("pre>", "ul>").replace(f"\n{code}\n", f"</li><li>{code}</li><li>")
    assert lines_of(outside, capture, stages)[code].reason.startswith("rule")


def test_rules_speak_of_a_page_that_is_all_preformatted(capture, stages):
    page = f"<pre>{chr(10).join(PROSE)}\n\nUnsubscribe</pre>"
    assert lines_of(page, capture, stages)["Unsubscribe"].reason.startswith("rule")


def test_a_cookie_policy_keeps_what_notices_say(capture, stages):
    heading = "Strictly necessary cookies"
    policy = f"<h2>{heading}</h2><p>They hold the language that you chose.</p>"
    page = f"<h1>The cookies of the lamp house</h1>{TEXT}{policy}<h2>The others</h2>{TEXT}"
    banner = f"<div class=consent><b>{heading}</b></div><h1>The tide tables</h1>{TEXT}"

    assert lines_of(page, capture, stages)[heading].label == "content"
    assert lines_of(banner, capture, stages)[heading].label == "cookie"


@pytest.mark.parametrize(
    "heading", ["NAME", "C.3 What decides the wage?", "C: 0000", "c # minor", "C. 4"]
)
def test_headings_of_manuals_are_no_notices_and_no_fields(heading, capture, stages):
    page = f"<h1>The tide tables</h1>{TEXT}<h2>{heading}</h2>{TEXT}"
    assert not lines_of(page, capture, stages)[heading].reason.startswith("rule")


@pytest.mark.parametrize("notice", ["(c)2021 Oakmere Voice", "(C) 2021 Oakmere Voice", "© 2021"])
def test_a_notice_at_the_foot_is_one_with_its_sign_in_letters(notice, capture, stages):
    page = f"<h1>The tide tables</h1>{TEXT}<div>{notice}</div>"
    assert lines_of(page, capture, stages)[notice].label == "legal"


@pytest.mark.parametrize(
    "row",
    ["Tides  Lamps  Ropes", "A.1. Tides  A.3. Lamps", "Lamp_off Home Lamp_on", "BackA.3. Lamps"],
)
def test_a_row_to_other_pages_names_no_author(row, capture, stages):
    page = "\n\n".join(("The tide tables", *PROSE, row))
    assert lines_of(page, capture, stages, "text")[row].label != "byline"


def test_a_name_below_the_text_names_its_author(capture, stages):
    page = "\n\n".join(("The tide tables", *PROSE, "Maud Ferriby"))
    assert lines_of(page, capture, stages, "text")["Maud Ferriby"].label == "byline"
