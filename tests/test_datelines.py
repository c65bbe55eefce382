"""Lines that say when a page was published, among other things, and by whom."""

import pytest

import pipeline
from pipeline.blocks import Decision, page_blocks
from pipeline.boilerplate.published import decide_published
from pipeline.datelines import bare_name, name_in, signer_of, spaced, tells_date
from pipeline.document import Line, Metadata
from pipeline.plan import brought_configs
from pipeline.vocabulary import load_vocabulary

VOCABULARY = load_vocabulary(brought_configs() / "languages")
TITLE = "Who owns the towpath by the quay?"
PROSE = (
    "For most of the past decade the towpath behind the fish market has belonged to nobody, and "
    "nobody mended it. Since the spring two neighbours say that it is theirs."
)


@pytest.mark.parametrize(
    ("text", "made"),
    [
        ("Dec 17, 2025Julian K. Arni", "Dec 17, 2025 Julian K. Arni"),
        ("by Ana RuizNovember 20, 2007", "by Ana Ruiz November 20, 2007"),
        ("ByAna RuizUpdated: May 3, 2020", "By Ana Ruiz Updated: May 3, 2020"),
        ("Quay HealthDECEMBER 22, 2022", "Quay Health DECEMBER 22, 2022"),
        ("2025-12-17·Ana Ruiz", "2025-12-17 · Ana Ruiz"),
        ("Danielle DeSiato and Ann McMay", "Danielle DeSiato and Ann McMay"),
        ("VonKarl Mai", "VonKarl Mai"),
        ("DianaHR Team, 4pm", "DianaHR Team, 4pm"),
        ("2006-08-08T22:13", "2006-08-08T22:13"),
        (
            "2020-05-03 09:12来源：港口网责任编辑：龙岸",
            "2020-05-03 09:12 来源：港口网 责任编辑：龙岸",
        ),
        ("作者魏岸 2020-05-03", "作者 魏岸 2020-05-03"),
        ("作者在2014年出版了第一本书", "作者在2014年出版了第一本书"),
        ("", ""),
    ],
)
def test_what_is_stuck_to_a_date_or_by_is_taken_apart(text, made):
    assert spaced(text, VOCABULARY) == made


@pytest.mark.parametrize(
    ("text", "called_so", "tells"),
    [
        ("Published August 7, 2023 by Ana Ruiz", False, True),
        ("Updated Dec. 23, 2024, 1:24 PM EST / Source: PIER", False, True),
        ("Discussion in 'Boats' started by pelex, May 26, 2025.", False, True),
        ("Dec 26, 2025 • Ana Ruiz in Boat Management News", False, False),
        ("Dec 26, 2025 • Ana Ruiz in Boat Management News", True, True),
        ("Veröffentlicht am 3. Mai 2020 von Karl Mai", False, True),
        ("发表于2020-05-03 21:30| 1164次阅读| 来源港口网| 3 条评论| 作者魏岸", False, True),
        ("浏览次数: 2168 发布时间: 2020-05-03", False, True),
        ("作者：魏岸、龙安 2020-05-03", False, True),
        ("2020年5月3日，港口的船回来得很晚，没有人在码头等它们，灯也没有亮", False, False),
        ("2022-11-23T08:10+02:00", False, True),
        ("2025-08-29#review#tech", False, True),
        ("Joined: Sun Dec 17, 2023 11:18 am", True, False),
        ("Registered: 2024-01-27", True, False),
        ("Deadline to apply: March 1st, 2026", True, False),
        ("4.4 stars out of 1935 reviews", True, False),
        ("Built on 5 May 1935", True, False),
        ("quay-png-Jan-17-2021-02-16-00-09-PM", True, False),
        ("The boats came back to the quay on 5 May 2020, and nobody waited", False, False),
        ("On 5 May 2020 " + "the boats " * 9, True, False),
        ("May 2020", True, False),
    ],
)
def test_a_line_tells_a_date_and_not_much_else(text, called_so, tells):
    assert tells_date(text, VOCABULARY, called_so) == tells


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("Ida Moor December 18, 2025", "Ida Moor"),
        ("Dec 17, 2025Julian K. Arni", "Julian K. Arni"),
        ("December 15, 2025 · 30 min · 6279 words · Ida Moor", "Ida Moor"),
        ("12/19/2025 • Friday Harbour • Ida Moor", "Ida Moor"),
        ("Ida Moor · Boats · May 3, 2020 · Tilda Brandt", ""),
        ("April 18, 2024 in Harbour Cruises", ""),
        ("Ida Moor, Quay: the Old Boats, May 3, 2020", "Ida Moor"),
        ("May 3, 2020", ""),
    ],
)
def test_a_name_begins_or_ends_the_line(text, name):
    assert name_in(text, VOCABULARY) == name


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("May 3, 2017 By Ida Moor 4 Comments", "Ida Moor"),
        ("ByIda Moor UpdatedJanuary 25, 2026", "Ida Moor"),
        ("by Ida Moor » Tue Aug 27, 2019 1:47 am", "Ida Moor"),
        ("3. Mai 2020 von Karl Mai", "Karl Mai"),
    ],
)
def test_who_is_named_after_by_signs(text, name):
    assert signer_of(text, VOCABULARY) == name


@pytest.mark.parametrize(
    ("line", "author", "published"),
    [
        ("Published August 7, 2023 by Ana Ruiz", "Ana Ruiz", "2023-08-07"),
        ("Ida Moor•Oct 20, 2025", "Ida Moor", "2025-10-20"),
        ("Joined: Sun Dec 17, 2023 11:18 am", None, None),
        ("Quay HealthDECEMBER 22, 2022Updated: JANUARY 02, 2026", "Quay Health", "2022-12-22"),
    ],
)
@pytest.mark.parametrize("form", ["text", "html"])
def test_a_page_has_date_and_author_from_it(form, line, author, published):
    rows = (TITLE, line, PROSE, PROSE)
    page = "\n\n".join(rows)
    if form == "html":
        page = f"<h1>{TITLE}</h1>" + "".join(f"<p>{row}</p>" for row in rows[1:])
    found = pipeline.clean(page)

    assert (found.title, found.author, found.published) == (TITLE, author, published)
    assert (line in found.text) == (published is None)


def test_a_date_that_is_known_counts_before_it():
    page = f"<meta property='article:published_time' content='2020-05-04'><h1>{TITLE}</h1>"
    found = pipeline.clean(f"{page}<p>Seen on May 9, 2021</p><p>{PROSE}</p><p>{PROSE}</p>")

    assert found.published == "2020-05-04"
    assert "Seen on" in found.text


@pytest.mark.parametrize("above", [True, False])
def test_below_the_title_counts_before_above(above):
    dates = ("Posted in Boats on May 3, 2020", "Posted in Boats on May 9, 2021")
    rows = [dates[0], TITLE, dates[1] if not above else "Boats", PROSE, PROSE]

    assert pipeline.clean("\n\n".join(rows)).published == ("2020-05-03" if above else "2021-05-09")


def test_amid_the_text_a_line_stays():
    line = "Posted in Boats on May 3, 2020"
    page = pipeline.clean("\n\n".join([TITLE, PROSE, PROSE, line, PROSE]))

    assert page.published is None
    assert line in page.text


def test_a_title_with_a_date_said_twice_is_no_date_of_the_page():
    title = "Quay Development Update 2024-10-04"

    assert pipeline.clean("\n\n".join([title, title, PROSE, PROSE])).published is None


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("• Ida Moor", "Ida Moor"),
        ("Ida Moor's avatar", "Ida Moor"),
        ("Photo of Ida Moor Ida Moor", "Ida Moor"),
        ("Picture of the harbour", ""),
        ("Ida", ""),
        ("", ""),
    ],
)
def test_a_name_stands_alone_or_with_a_picture(text, name):
    assert bare_name(text, VOCABULARY) == name


@pytest.mark.parametrize(
    ("rows", "author"),
    [
        (("• Ida Moor", "Boats", "May 3, 2020"), "Ida Moor"),
        (("May 3, 2020", "3 min", "Ida Moor's avatar"), "Ida Moor"),
        (("Ida Moor Ida Moor", "May 3, 2020"), "Ida Moor"),
        (("• Ida Moor", "Boats", "3 years ago"), None),
        (("• Ida Moor", "• Tilda Brandt", "May 3, 2020"), None),
        (("• Ida Moor", "Boats", "Lamps", "May 3, 2020"), None),
        (("Boats", "Lamps", "May 3, 2020", "• Ida Moor"), None),
        (("By Tilda Brandt", "• Ida Moor", "May 3, 2020"), "Tilda Brandt"),
    ],
)
def test_a_name_alone_signs_below_the_title_and_near_a_date(rows, author):
    page = "\n\n".join([TITLE, *rows, PROSE, PROSE])

    assert pipeline.clean(page).author == author


def test_a_name_alone_does_not_sign_where_the_author_is_known():
    rows = f"<h1>{TITLE}</h1><p>Ida Moor</p><p>Boats</p><p>May 3, 2020</p>"
    page = f"<meta name=author content='Tilda Brandt'>{rows}<p>{PROSE}</p><p>{PROSE}</p>"

    found = pipeline.clean(page)

    assert found.author == "Tilda Brandt"
    assert "byline" not in [line.label for line in found.lines]


def test_a_line_with_a_date_is_no_byline_where_the_author_is_known():
    page = f"<meta name=author content='Tilda Brandt'><h1>{TITLE}</h1><p>Ida Moor•Oct 20, 2025</p>"
    found = pipeline.clean(f"{page}<p>{PROSE}</p><p>{PROSE}</p>")

    assert (found.lines[1].label, found.published) == ("date", "2025-10-20")


def test_what_a_rule_knows_is_not_asked():
    blocks = page_blocks([Line(1, TITLE), Line(3, "Seen on May 3, 2020")])
    decided = {0: Decision("title", ""), 1: Decision("share", "rule share/en")}

    assert decide_published(blocks, decided, Metadata(), VOCABULARY) == {}
    assert decide_published(blocks, {0: decided[0]}, Metadata(), VOCABULARY)[1].label == "date"


@pytest.mark.parametrize("part", ["aA", "2020A", "By", "a•", "Name: ", "'s avatar ", "Ida Moor "])
def test_long_lines_are_looked_at_no_further(part):
    text = f"May 3, 2020 {part * 200_000}"

    assert spaced(text, VOCABULARY) == text
    assert not tells_date(text, VOCABULARY, is_called_so=True)
    assert not bare_name(text, VOCABULARY)
