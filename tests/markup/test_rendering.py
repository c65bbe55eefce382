"""HTML as numbered lines with the evidence of the markup on each."""

import pytest

from pipeline.document import Document, Label, relabel
from pipeline.markup import render
from pipeline.publishing import text_of


def lines_of(html):
    return render(html).lines


def markups(html):
    return {line.text: line.markup for line in lines_of(html)}


def test_line_carries_the_elements_around_it():
    page = '<main id="m"><div class="post wide" role="region"><p>It opened.</p></div></main>'

    (line,) = lines_of(page)

    assert line.markup.path == ("html", "body", "main#m", "div.post.wide[role=region]", "p")
    assert (line.markup.element, line.markup.region) == ("p", "main")


def test_elements_of_two_lines_are_told_from_elements_of_the_same_name():
    page = "<ul><li>one<br>two</li><li>three</li></ul><ul><li>four</li></ul>"

    shared = [line.markup.shared for line in lines_of(page)]

    assert shared == [0, 4, 3, 2]  # html, body, ul, li


def test_inline_elements_with_names_are_noted_and_links_counted():
    page = '<p>By <span class="author">Ida Moor</span>, <a href="/x">more of hers</a></p>'

    (line,) = lines_of(page)

    assert line.markup.inner == ("span.author",)
    assert line.markup.link_density == pytest.approx(12 / 25, abs=0.01)


@pytest.mark.parametrize(
    "opening", ["<p hidden>", '<p aria-hidden="TRUE">', '<p style="color: red; display:none">']
)
def test_hidden_text_is_in_the_lines_and_called_hidden(opening):
    (line,) = lines_of(f"{opening}Only for machines</p>")

    assert line.markup.path[-1] == "p[hidden]"


def test_cells_of_a_row_stand_apart():
    page = "<table><tr><th>Tide</th><td> high  water </td><td>4:10</td></tr></table>"

    assert [line.text for line in lines_of(page)] == ["Tide\thigh water\t4:10"]


def test_text_for_readers_without_scripts_is_shown_where_it_is_most_of_the_page():
    post = "<p>The sill was crossed on Saturday's tide by forty boats.</p>"

    only = lines_of(f"<div id=app>Loading</div><noscript>{post}</noscript>")
    beside = lines_of(f"{post}<noscript>Switch scripts on.</noscript>")

    assert [line.text for line in only] == [
        "Loading",
        "The sill was crossed on Saturday's tide by forty boats.",
    ]
    assert len(beside) == 1


def test_what_the_head_tells_of_a_line_is_noted():
    head = '<meta name="description" content="Forty boats crossed the new sill">'

    found = markups(f"{head}<p>Forty boats crossed the new sill</p><p>Buy oars here now</p>")

    assert found["Forty boats crossed the new sill"].told == 1
    assert found["Buy oars here now"].told == 0


PAGE = """
<h2>What to bring</h2>
<p>Read this first.</p>
<ul><li>Oars</li><li>A rope<ul><li>ten metres</li></ul></li></ul>
<ol><li><p>Row.</p></li></ol>
<blockquote><p>Mind the sill.</p></blockquote>
<table><tr><th>Day</th><th>Tide</th></tr><tr><td>Monday</td><td>4|10</td></tr></table>
<pre>row(
  hard)</pre>
<p># 7 is the red boat</p>
"""


def published(html, structure):
    lines = tuple(relabel(line, Label.CONTENT, "") for line in lines_of(html))
    document = Document(capture=None, lines=lines)
    return text_of(document, structure)


def test_structure_survives_in_plain_text():
    assert published(PAGE, "plain") == (
        "What to bring\n\n"
        "Read this first.\n\n"
        "• Oars\n• A rope\n  • ten metres\n1. Row.\n\n"
        "Mind the sill.\n\n"
        "Day\tTide\nMonday\t4|10\n\n"
        "row(\n  hard)\n\n"
        "# 7 is the red boat"
    )


def test_structure_survives_in_markdown():
    assert published(PAGE, "markdown") == (
        "## What to bring\n\n"
        "Read this first.\n\n"
        "- Oars\n- A rope\n  - ten metres\n1. Row.\n\n"
        "> Mind the sill.\n\n"
        "| Day | Tide |\n| --- | --- |\n| Monday | 4\\|10 |\n\n"
        "```\nrow(\n  hard)\n```\n\n"
        "\\# 7 is the red boat"
    )


VERSE = "He counts by feel,<br>four knots to the finger,<br><br>and is gone."
PARAGRAPH = "The boats came back late on Friday, and nobody had waited for them at the old pier."


def test_lines_of_verse_stand_below_each_other_and_stanzas_apart():
    poem = "He counts by feel,\nfour knots to the finger,\n\nand is gone."

    assert published(f"<p>{VERSE}</p>", "plain") == poem
    assert published(f"<p>{VERSE}</p>", "markdown") == poem.replace(",\nfour", ",  \nfour")
    stanzas = "<div>One knot,</div><div>two knots,</div>"
    both = f"<section>{stanzas}</section><section>{stanzas}</section>"
    assert published(both, "plain") == "One knot,\ntwo knots,\n\nOne knot,\ntwo knots,"


def test_paragraphs_parted_by_breaks_stay_paragraphs():
    page = f"<div>{PARAGRAPH}<br>{PARAGRAPH}</div>"

    assert published(page, "plain") == f"{PARAGRAPH}\n\n{PARAGRAPH}"


def test_points_have_the_numbers_that_a_browser_shows():
    page = (
        "<ol start=6><li>six<li value=9>nine<li><p>ten</p></ol>"
        "<ol type=a reversed><li>second<li>first</ol><ol type=I><li>one</ol>"
        "<ul><li>plain<ol><li>inner</ol><li>again</ul>"
    )

    numbers = [line.markup.number for line in lines_of(page)]

    assert numbers == ["6.", "9.", "10.", "b.", "a.", "I.", "", "1.", ""]
    assert published(page, "plain").startswith("6. six\n9. nine\n10. ten\n")
    assert published("<ol type=a><li>one</ol>", "markdown") == "1. one"
    assert published("<ol start=4><li>four</ol>", "markdown") == "4. four"


def test_empty_lines_of_code_stay():
    page = "<pre>row()\n\n\nrest()\nstop()</pre><pre>home()</pre>"

    assert published(page, "plain") == "row()\n\n\nrest()\nstop()\nhome()"


CELLS = "<tr><td><p>{}</p></td><td><div>{}</div></td></tr>"


def test_cells_that_hold_a_block_make_a_row():
    table = f"<table>{CELLS.format('Code', 'Meaning')}{CELLS.format('E1', 'Tank empty')}</table>"

    assert published(table, "plain") == "Code\tMeaning\nE1\tTank empty"
    assert published(table, "markdown").splitlines()[-1] == "| E1 | Tank empty |"


def test_a_table_that_sets_the_page_is_none_of_data():
    page = f"<table><tr><td><p>Home</p><p>News</p></td><td><p>{PARAGRAPH}</p></td></tr></table>"

    assert published(page, "plain") == f"Home\n\nNews\n\n{PARAGRAPH}"


def test_what_pages_of_frames_say_without_them_is_their_text():
    page = "<frameset><frame src=a><NOFRAMES><body><p>The quay.</p></body></NOFRAMES></frameset>"

    assert [line.text for line in lines_of(page)] == ["The quay."]


def test_what_is_left_of_a_point_is_not_indented():
    page = "<ul><li><h3>Boats</h3><p>They came back.</p></ul>"
    lines = tuple(relabel(line, Label.CONTENT, "") for line in lines_of(page) if line.number > 1)

    assert text_of(Document(capture=None, lines=lines)) == "They came back."


def test_posts_of_a_forum_set_as_points_stay_paragraphs():
    page = "<ol><li><div><p>One.</p><p>Two.</p></div></li></ol>"

    assert published(page, "plain") == "One.\n\nTwo."


@pytest.mark.parametrize(
    ("html", "text"),
    [
        ("<div>" * 200 + "deep" + "</div>" * 200, "deep"),
        (f"<p title='{'a' * 1_000_000}'>text</p>", "text"),
        ("<p>a<p>b<div>c<td>d<li>e<table><b>f", "abcdef"),
        ("<frameset><frame src=a><noframes><p>none</p></noframes></frameset><p>x", "nonex"),
        ("<p>one\x01 two</p>", "two"),
        ("<script>" + "x" * 100_000, ""),
    ],
    ids=["deep", "attribute", "unclosed", "frames", "control", "script"],
)
def test_text_of_hostile_pages_is_in_the_lines(html, text):
    page = render(html)

    shown = "".join("".join(line.text.split()) for line in page.lines)
    assert page.rejected == ""
    assert shown[-len(text) :] == text if text else shown == ""


def test_entities_that_a_page_declares_are_not_expanded():
    page = render('<!DOCTYPE x [<!ENTITY a "aaaa"><!ENTITY b "&a;&a;&a;">]><p>&b; end</p>')

    shown = " ".join(line.text for line in page.lines)
    assert shown.endswith("end")
    assert "aaaaaaaa" not in shown


def test_page_nested_beyond_the_parser_is_rejected_with_the_reason():
    page = render("<div>" * 100_000 + "x")

    assert "beyond what the parser reads" in page.rejected
