"""What nearly all titles of a digest begin with: numbers, marks, dates."""

import pytest

from pipeline.api import clean
from pipeline.digests.beginnings import Begin, begin_of, date_before, without_begin
from pipeline.digests.items import author_of, without_marks
from pipeline.plan import brought_configs
from pipeline.vocabulary import load_vocabulary
from tests.margin_cases import PROSE

VOCABULARY = load_vocabulary(brought_configs() / "languages")
TITLES = ("The ferry is back", "A new lamp", "Ropes for all", "Who owns the pier?", "Snow")


def begun(form: str) -> list[str]:
    return [
        form.format(number=at, letter="abcde"[at - 1], roman=6 - at, title=title)
        for at, title in enumerate(TITLES, 1)
    ]


@pytest.mark.parametrize(
    "form",
    [
        *("{number}. {title}", "{number}) {title}", "[{number}] {title}", "({number}) {title}"),
        *(
            "#{number} {title}",
            "No. {number}: {title}",
            "Nr. {number} {title}",
            "{number} – {title}",
        ),
        *("{number}/5 | {title}", "({letter}) {title}", "{letter}) {title}", "{roman}. {title}"),
        *("* {title}", ">> {title}", "== {title} ==", "• {title}", "*** {title} ***"),
    ],
)
def test_numbers_and_marks_that_all_begin_with_are_none_of_the_titles(form):
    titles = begun(form)
    begin = begin_of(titles, VOCABULARY)

    assert [without_begin(title, begin) for title in titles] == list(TITLES)


@pytest.mark.parametrize(
    "titles",
    [
        ["12 boats", "3 lamps", "40 ropes", "5 piers"],
        ["3. Lamps", "9. Ropes", "4. Piers", "7. Snow"],
        ["1. Lamps", "Ropes", "Piers", "Snow"],
        ["1. Lamps", "2. Ropes", "Piers", "Snow"],
        ["* Lamps", "* Ropes", "Piers"],
        ["1. Lamps", "Ropes"],
        ["* Lamps", "> Ropes", "Piers", "Snow"],
        ["(a Lamps", "b Ropes", "c Piers"],
        [],
    ],
)
def test_numbers_that_do_not_count_on_and_marks_of_few_are_the_titles(titles):
    begin = begin_of(titles, VOCABULARY)

    assert [without_begin(title, begin) for title in titles] == titles


def test_one_title_of_many_may_have_no_number():
    titles = [*begun("{number}. {title}"), "Colophon"]
    begin = begin_of(titles, VOCABULARY)

    assert [without_begin(title, begin) for title in titles] == [*TITLES, "Colophon"]


def test_nothing_but_a_mark_is_left():
    assert without_begin("* *", Begin(mark="*")) == "* *"


@pytest.mark.parametrize(
    ("title", "found"),
    [
        ("27. Februar Vom Anheizen", ("27. Februar", "Vom Anheizen")),
        ("May 5: The boats", ("May 5", "The boats")),
        ("12 May 2020 The boats", ("12 May 2020", "The boats")),
        ("12 May 2020", ("", "12 May 2020")),
        ("12 May 40 boats", ("", "12 May 40 boats")),
        ("May the boats", ("", "May the boats")),
    ],
)
def test_a_date_before_a_title_may_have_no_year(title, found):
    assert date_before(title, VOCABULARY) == found


def test_days_before_titles_are_no_numbers_of_points():
    days = zip((27, 22, 19, 3), TITLES, PROSE, strict=False)
    page = "\n\n".join(
        f"{day}. Februar {title}\n\n{text}\n\nRead more" for day, title, text in days
    )
    found = clean(page).items

    assert [item.title for item in found] == list(TITLES[:4])


def test_an_address_behind_a_title_is_its_link():
    page = "\n\n".join(
        f"{title} that was told before https://quay.example/{at}\n\n{at} May 2020\n\n{text}"
        for at, (title, text) in enumerate(zip(TITLES, PROSE, strict=False), 1)
    )
    found = clean(page).items

    assert [item.title for item in found] == [f"{each} that was told before" for each in TITLES]
    assert [item.link for item in found] == [
        f"https://quay.example/{at}" for at in range(1, len(found) + 1)
    ]
    assert without_marks("<https://quay.example/1>") == "<https://quay.example/1>"


def test_formats_in_a_row_of_a_title_are_none_of_it():
    entries = zip(TITLES, PROSE, strict=False)
    rows = "".join(
        f"<tr><td><a href='/{title[:3]}'>{title} and more of it</a></td><td>PDF</td></tr>"
        f"<tr><td colspan=2>{text}</td></tr>"
        for title, text in entries
    )
    found = clean(f"<html><body><table>{rows}</table></body></html>").items

    assert [item.title for item in found] == [f"{title} and more of it" for title in TITLES]


def test_what_tells_of_the_date_is_no_name():
    assert author_of("Posted Sun, Jun 30th, 2013 by Dell", VOCABULARY) == "Dell"
    assert author_of("Sun Li, 30 June 2013", VOCABULARY) == "Sun Li"
