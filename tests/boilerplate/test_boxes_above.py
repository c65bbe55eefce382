"""Boxes of headlines above an article, and lines that say who wrote it and when."""

import pytest

import pipeline
from pipeline.blocks import Decision, page_blocks
from pipeline.boilerplate.matching import decide_by_rules
from pipeline.boilerplate.phrases import load_rules
from pipeline.boilerplate.published import signed_dates
from pipeline.boilerplate.regions import decide_by_regions
from pipeline.boilerplate.yielding import dated_teasers
from pipeline.document import Line
from pipeline.plan import brought_configs
from pipeline.vocabulary import load_vocabulary
from tests.margin_cases import PROSE

RULES = load_rules(brought_configs() / "rules")
VOCABULARY = load_vocabulary(brought_configs() / "languages")
HEADLINES = ("The lamp is lit again", "Nets that nobody claims", "A ferry without a pier")
HEAD = ("Who winds the tower clock?", "12 May 2020", "Ana Ruiz")


def reached(*rows: str) -> list[str]:
    """Return the rows that the heading of a box takes with it."""
    blocks = page_blocks([Line(2 * at, text) for at, text in enumerate(rows, 1)])
    decided = decide_by_rules(blocks, RULES, {})
    return [blocks[at].text for at in sorted(decide_by_regions(blocks, decided, RULES))]


def test_a_box_of_headlines_ends_with_its_last_point_above_an_article():
    points = [f"• {each}" for each in HEADLINES]
    assert reached("Recent posts", *points, *HEAD, *PROSE[:2]) == points
    assert reached("Recent posts", "2020", *points, *HEAD, *PROSE[:2]) == ["2020", *points]
    assert reached("Recent posts", *points, "The quay") == [*points, "The quay"]


def test_a_headline_that_stands_again_above_the_text_is_its_title():
    assert reached("Recent posts", *HEADLINES, HEAD[0], *HEAD, *PROSE[:2]) == [*HEADLINES, HEAD[0]]
    assert reached("Recent posts", *HEADLINES, *HEAD, *PROSE[:2]) == [*HEADLINES, *HEAD]
    short = ("Quay news", *HEADLINES, "Quay news", *HEAD[1:])
    assert reached("Recent posts", *short, *PROSE[:2]) == list(short)
    far = (HEAD[0], *HEADLINES, HEAD[0], "One", "Two", "Three", "Four", "Five", "Six")
    assert reached("Recent posts", *far, *PROSE[:2]) == list(far)
    assert reached("Recent posts", *far[:-1], *PROSE[:2]) == list(far[:4])


def test_teasers_with_texts_are_of_the_box_though_points_stand_above_them():
    teasers = ["• Quay", "• Nets", HEADLINES[0], PROSE[2][:90], HEADLINES[1], PROSE[3][:90], "Oars"]
    taken = reached(*PROSE[:4] * 2, "Related articles", *teasers, *PROSE[4:6])
    assert taken == teasers
    told = [HEADLINES[0], PROSE[2][:90], HEADLINES[1], PROSE[3][:90], "Oars"]
    again = [HEADLINES[0], "12 May 2020"]
    taken = reached(*PROSE[:4] * 2, "Related articles", *told, *again, *PROSE[4:6])
    assert taken == told


def test_dated_teasers_need_an_article_above():
    rows = [row for day in (3, 2, 1) for row in (HEADLINES[day - 1], f"{day} May 2020", PROSE[day])]

    def sure(*above: str) -> bool:
        blocks = page_blocks([Line(2 * at, text) for at, text in enumerate([*above, *rows], 1)])
        related = Decision("related", 'context: with "Latest posts"')
        found = dict.fromkeys(range(len(above), len(blocks)), related)
        return dated_teasers(found, blocks, VOCABULARY) == found

    assert sure(*PROSE[:2])
    assert not sure(PROSE[0], "The quay")


PAGE = """<html><head><title>The tower clock</title>{head}</head><body>
<nav><a href="/">Home</a> <a href="/about">About</a></nav>
<main><h1>Who winds the tower clock?</h1><p class="meta">{line}</p>{text}</main></body></html>"""
PUBLISHED = '<meta property="article:published_time" content="2020-05-12">'


def test_who_took_the_picture_is_no_author():
    text = "<p>Photographs by Jan Vos</p>" + "".join(f"<p>{each}</p>" for each in PROSE)
    page = pipeline.clean(PAGE.format(head=PUBLISHED, line="12 May 2020", text=text), html=True)

    assert (page.author, page.published) == (None, "2020-05-12")


@pytest.mark.parametrize(
    ("line", "author"),
    [
        ("12 May 2020 by Ana Ruiz", "Ana Ruiz"),
        ("12 May 2020", None),
        ("12 May 2020 in Hule Town", None),
    ],
)
@pytest.mark.parametrize("head", ["", PUBLISHED])
def test_who_wrote_it_is_read_beside_the_date_that_the_head_tells(line, author, head):
    text = "".join(f"<p>{each}</p>" for each in PROSE)
    page = pipeline.clean(PAGE.format(head=head, line=line, text=text), html=True)

    assert (page.author, page.published) == (author, "2020-05-12")


@pytest.mark.parametrize(
    ("line", "signs"),
    [
        ("12 Jun 2023 by Tom Hale", True),
        ("By Tom Hale, 12 June 2023", True),
        ("12 Jun 2023", False),
        ("By Tom Hale", False),
        ("The letters of 12 June 2023, by one of those who wrote them at the quay", False),
    ],
)
def test_a_line_that_dates_and_signs_is_no_title(line, signs):
    blocks = page_blocks([Line(2, "The quay"), Line(4, line), Line(6, PROSE[0])])
    assert list(signed_dates(blocks, VOCABULARY)) == [1] * signs


def test_the_line_above_one_that_dates_and_signs_is_the_title():
    rows = ("And finally… trouble brewing", "12 Jun 2023 by Tom Hale", *PROSE * 2)
    page = pipeline.clean("\n\n".join(rows), html=False)

    assert (page.title, page.author, page.published) == (rows[0], "Tom Hale", "2023-06-12")
