"""Dates and bylines in the languages of `configs/languages/`, and what only looks like them."""

import pytest

from pipeline.blocks import Decision, page_blocks
from pipeline.boilerplate.headlines import decide_byline_and_date
from pipeline.bylines import find_author, is_person_name
from pipeline.document import Label, Line, Markup, Metadata
from pipeline.shapes import find_date, is_date_line
from pipeline.vocabulary import load_vocabulary
from tests.conftest import CORPUS_FILE

VOCABULARY = load_vocabulary(CORPUS_FILE.parent / "languages")
PROSE = "The boats came back late on Friday, and nobody had waited for them at the old pier."


@pytest.mark.parametrize(
    ("line", "date"),
    [
        ("dinsdag 14 maart 2023", "2023-03-14"),
        ("9 października 2022", "2022-10-09"),
        ("12 февраля 2020 года", "2020-02-12"),
        ("11 квітня 2003", "2003-04-11"),
        ("2. listopadu 2022", "2022-11-02"),
        ("Publicerad 5 december 2021", "2021-12-05"),
        ("18 Nisan 2021", "2021-04-18"),
        ("8 Ιουνίου 2019", "2019-06-08"),
        ("30 martie 2022", "2022-03-30"),
        ("2023. május 11.", "2023-05-11"),
        ("3. helmikuuta 2021", "2021-02-03"),
        ("25 de juliol de 2020", "2020-07-25"),
        ("6 ديسمبر 2022", "2022-12-06"),
        ("14 בספטמבר 2021", "2021-09-14"),
        ("5 जुलाई 2023", "2023-07-05"),
        ("10 Maret 2020", "2020-03-10"),
        ("2022年10月20日", "2022-10-20"),
        ("2023년 2월 27일", "2023-02-27"),
        ("2023.02.27", "2023-02-27"),
        ("2023. 5. 11.", "2023-05-11"),
        ("2022/10/20", "2022-10-20"),
        ("2. 11. 2022", "2022-11-02"),
        ("Publié le 19 janvier 2023 à 18h00, mis à jour le 20 janvier 2023 à 09h14", "2023-01-19"),
    ],
)
def test_dates_of_many_languages_are_found(line, date):
    assert find_date(line, VOCABULARY) == date


@pytest.mark.parametrize(
    ("line", "date"),
    [
        ("3 min | December 16, 2025", "2025-12-16"),
        ("46m - Oct 14, 2025", "2025-10-14"),
        ("#2 Nemo42, Aug 2, 2025", "2025-08-02"),
        ("UPDATED 16:12 EST / DECEMBER 19 2025", "2025-12-19"),
        ("4th of March 2024", "2024-03-04"),
        ("the 21st of June 2017, 9 in the evening", "2017-06-21"),
        ("3rd March 12:30, 2024", "2024-03-03"),
        ("1er mai 2020 à 9h", "2020-05-01"),
        ("12 March 4:05 pm 2020", "2020-03-12"),
    ],
)
def test_a_number_away_from_the_month_is_not_its_day(line, date):
    assert find_date(line, VOCABULARY) == date


@pytest.mark.parametrize(
    "line",
    [
        *("dinsdag 14 maart 2023", "2022年10月20日 午前9時", "5 जुलाई 2023", "2. 11. 2022"),
        *("9 października 2022", "12 февраля 2020 года", "14 בספטמבר 2021"),
    ],
)
def test_lines_that_are_nothing_but_a_date_are_told(line):
    assert is_date_line(line, VOCABULARY)


@pytest.mark.parametrize(
    "line",
    ["PyCharm 2023.1.5", "192.168.10.2022", "/2022/10/20/", "1.2.2020/5", "2023.13.45"],
)
def test_versions_and_addresses_are_no_dates(line):
    assert find_date(line, VOCABULARY) == ""


def test_a_row_of_a_table_is_no_date_line():
    assert is_date_line("14 mars 2023", VOCABULARY)
    assert not is_date_line("14 mars\t2023", VOCABULARY)


@pytest.mark.parametrize(
    ("line", "author"),
    [
        ("Tekst: Jan Peters", "Jan Peters"),
        ("Автор: Иван Петров", "Иван Петров"),
        ("Av Ingegerd Sandelin", "Ingegerd Sandelin"),
        ("作者：张三 编辑：李四", "张三"),
        ("文\N{FULLWIDTH SOLIDUS}佐藤花子", "佐藤花子"),
        ("लेखक: राम शर्मा", "राम शर्मा"),
        ("By R. Smith", "R. Smith"),
        ("By Theresa May", "Theresa May"),
        ("BY Lena Ford", "Lena Ford"),
        ("By James M. Tobin", "James M. Tobin"),
        ("By A. B. Cole, C. D. Hume", "A. B. Cole, C. D. Hume"),
        ("Von Petra Stein und Karl Mai, 3. Mai 2020", "Petra Stein und Karl Mai"),
        ("Par Anne Roux et Luc Petit, le 3 mai 2020", "Anne Roux et Luc Petit"),
        ("Av Ida Moor, Per Lie og Nils Dal", "Ida Moor, Per Lie og Nils Dal"),
        ("By Ana Ruiz, Bob Day & Li Na", "Ana Ruiz, Bob Day & Li Na"),
        ("By Jo Wu, Amy Li, and Bo Xi", "Jo Wu, Amy Li, and Bo Xi"),
        ("By Ana Ruiz and Friday May 3 2020", "Ana Ruiz"),
        ("Von Petra Stein und am 3. Mai", "Petra Stein"),
        ("Von Petra Stein und Mai 2020", "Petra Stein"),
        ("Von Diana Moor mit AP", "Diana Moor"),
        ("By Ana Ruiz, BBC News", "Ana Ruiz"),
        ("BY ANA RUIZ, BOB HOLM", "ANA RUIZ, BOB HOLM"),
        ("By Ana Ruiz @anaruiz", "Ana Ruiz"),
        ("By A. J. Holm    View in the paper", "A. J. Holm"),
    ],
)
def test_bylines_of_many_languages_are_read(line, author):
    assert find_author(line, VOCABULARY) == author


@pytest.mark.parametrize(
    ("line", "author"),
    [
        ("By Ana Ruiz in Hule", "Ana Ruiz"),
        ("By Ana Ruiz and Bob Day for Valley Post", "Ana Ruiz and Bob Day"),
        ("Von Petra Stein aus Bad Holm", "Petra Stein"),
        ("Por Lorenzo Silva en Madrid", "Lorenzo Silva"),
        ("By Signe af Dahl", "Signe af Dahl"),
    ],
)
def test_a_place_or_paper_after_the_name_is_none_of_it(line, author):
    assert find_author(line, VOCABULARY) == author


@pytest.mark.parametrize(
    "line",
    [
        *("By Boats in Hule", "By Ana Ruiz in hiding", "By Ana Ruiz for One Two Three Four Five"),
        *("By Ana Ruiz and in Hule"),
        "By Ana Ruiz In Hule",
    ],
)
def test_what_is_no_place_keeps_its_line_from_being_a_byline(line):
    assert find_author(line, VOCABULARY) == ""


@pytest.mark.parametrize(
    ("line", "author"),
    [
        ("by oz on December 4, 2006", "oz"),
        ("By nemo42 · 3 hours ago", "nemo42"),
        ("von estein | 31. Oktober 2023", "estein"),
        ("by admin on May 3, 2010", ""),
        ("By Admin | 3 May 2020", ""),
        ("By now · 5 May 2020", ""),
        ("By Friday | 5 May 2020", ""),
        ("by oz on the quay", ""),
        ("Redaktion 1. November 2023 10:29", ""),
        ("by oz on December 4, 2006" + " " * 60 + "2006", ""),
    ],
)
def test_an_account_is_an_author_before_a_date(line, author):
    assert find_author(line, VOCABULARY) == author


@pytest.mark.parametrize(
    ("text", "is_name"),
    [
        *(("Alexis C. Moor", True), ("C. K. Moor", True), ("Ana S.", True)),
        *(("A. Definitions", False), ("a. b. Moor", False), ("Ana s.", False)),
    ],
)
def test_initials_are_of_names_but_for_a_first_that_numbers(text, is_name):
    assert is_person_name(text, VOCABULARY) == is_name


@pytest.mark.parametrize(
    "line",
    ["AV Club", "AF Corse", "Door County", "Authors/Editors: how to take part", "By May 2020"],
)
def test_what_only_begins_like_a_byline_is_none(line):
    assert find_author(line, VOCABULARY) == ""


NOTHING = Metadata()


def decided(lines: list[str], known: Metadata = NOTHING, element: str = "") -> dict[str, str]:
    """Return what is a byline or a date of lines whose first is the title."""
    markup = Markup(element, "", 0.0) if element else None
    blocks = page_blocks(Line(2 * at, text, markup=markup) for at, text in enumerate(lines, 1))
    title = {0: Decision(Label.TITLE, "the first line")}
    found = decide_byline_and_date(blocks, title, known, VOCABULARY)
    return {blocks[at].text: decision.label for at, decision in found.items()}


KNOWN = Metadata(author="Íñigo Larrazábal, Jan Vos", published="2021-08-23")


def test_lines_that_say_what_the_head_says_are_byline_and_date():
    lines = [
        "The pier",
        "Íñigo Larrazábal",
        "Montecillo, 23 de agosto de 2021, 08:00",
        PROSE,
        PROSE,
    ]

    assert decided(lines) == {}
    assert decided(lines, KNOWN) == {lines[1]: Label.BYLINE, lines[2]: Label.DATE}


@pytest.mark.parametrize(
    "line",
    [
        "Íñigo Larrazábal walked the pier alone that day",
        "On 23 August 2021 the pier of Montecillo burned down",
        "24 de agosto de 2021, Montecillo",
    ],
)
def test_lines_that_say_more_or_else_are_left(line):
    assert decided(["The pier", line, PROSE, PROSE], KNOWN) == {}


def test_a_bare_name_signs_a_plain_text_only_at_its_end():
    assert decided(["The pier", PROSE, "Lena Ford"]) == {"Lena Ford": Label.BYLINE}
    with_role = decided(["The pier", PROSE, "Lena Ford", "Chief reporter"])
    assert with_role == {"Lena Ford": Label.BYLINE, "Chief reporter": Label.BYLINE}
    assert decided(["The pier", PROSE, "Start Now", "See all"]) == {}
    assert decided(["The pier", PROSE, "Lena Ford"], element="li") == {}
