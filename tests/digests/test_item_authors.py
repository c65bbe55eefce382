"""Titles, authors and dates of items: names without “by”, dates in odd places."""

import pytest

from pipeline.api import clean
from pipeline.blocks import page_blocks
from pipeline.digests.beginnings import begin_with_dates, date_before
from pipeline.digests.items import (
    author_of,
    described,
    name_beside_date,
)
from pipeline.digests.labels import decide_digest
from pipeline.digests.records import Record
from pipeline.document import Capture, Document, Line, Markup
from pipeline.plan import brought_configs
from pipeline.shapes import find_date
from pipeline.vocabulary import load_vocabulary
from tests.digests.test_split import TITLES, split_with
from tests.margin_cases import PROSE

VOCABULARY = load_vocabulary(brought_configs() / "languages")
NAMES = ("Ana Ruiz", "Bert Thorne and Maud Ferriby", "Lin Qiao", "Maud Ferriby", "Oskar Nyman")


def items(*parts, names=NAMES):
    entries = zip(TITLES, names, PROSE, range(1, 6), strict=False)
    page = "\n\n".join(
        "\n\n".join(part.format(title=title, name=name, text=text, day=day) for part in parts)
        for title, name, text, day in entries
    )
    return clean(page).items


def bylines(*parts: str, names=NAMES, beside: int = 9) -> list[str]:
    """Return the lines that are bylines of items made of parts, one of which is the text.

    In all but the first ones the name is text, too.
    """
    lines, records = [Line(1, "The Quay")], []
    for item, name in enumerate(names):
        at = len(lines)
        texts = [part.format(title=TITLES[item], name=name, text=PROSE[item]) for part in parts]
        lines += [Line(2 * (at + step) + 1, text) for step, text in enumerate(texts)]
        text = frozenset({at + parts.index("{text}")})
        text |= {at + parts.index("{name}")} if item >= beside else set()
        record = Record(at + parts.index("{title}"), tuple(range(at, at + len(parts))), text)
        records.append(record)
    blocks = page_blocks(lines)
    decisions = decide_digest(blocks, records, VOCABULARY)
    return [blocks[at].text for at, each in sorted(decisions.items()) if each.label == "byline"]


def test_names_beside_a_date_are_authors_whatever_sign_stands_between():
    parts = ("{title}", "{text}", "{name}", "·", "12 May 2020", "·", "8 min read")

    assert bylines(*parts) == list(NAMES)
    assert bylines(*parts, names=("Upper Green",) * 5) == ["Upper Green"] * 5


@pytest.mark.parametrize(
    "parts",
    [
        ("{title}", "{name}", "{text}"),
        ("{name}", "{title}", "{text}"),
        ("{title}", "Boats", "{name}", "{text}"),
        ("{title}", "{text}", "Boats", "{name}"),
        ("{title}", "{name}, Upper Green", "{text}"),
    ],
)
def test_names_at_the_same_place_of_most_items_are_authors(parts):
    assert [line.removesuffix(", Upper Green") for line in bylines(*parts)] == list(NAMES)


def test_of_names_that_are_few_or_far_between_none_is_an_author():
    parts = ("{title}", "{name}", "{text}")

    assert not bylines(*parts, names=NAMES[:2] * 2)
    assert not bylines(*parts, names=(*NAMES[:3], "Boats and lamps", "Old"))
    assert not bylines("{title}", "Boats", "Lamps", "{name}", "Ropes", "{text}")
    assert not bylines("{title}", f"{{name}}, {'who keeps the lamps ' * 4}", "{text}")


def test_names_in_the_texts_of_items_sign_none():
    parts = ("{title}", "{name}", "{text}")

    assert bylines(*parts, beside=3) == list(NAMES[:3])
    assert not bylines(*parts, names=(*NAMES, "Mo Day"), beside=3)
    assert not bylines(*parts, beside=0)


def test_names_in_half_of_the_items_tell_nothing():
    lines = (*NAMES[:2], "Boats and lamps", "The old quay", NAMES[4])

    assert not any(item.author for item in items("{title}", "{name}", "{text}", names=lines))


def test_names_that_stand_in_the_menu_are_categories():
    entries = "\n\n".join(
        f"{title}\n\n{name}\n\n{text}\n\nRead more"
        for title, name, text in zip(TITLES, NAMES, PROSE, strict=False)
    )

    assert any(item.author for item in clean(entries).items)
    assert not any(item.author for item in clean(f"Home\n{NAMES[2]}\n\n{entries}").items)


def test_a_name_without_a_date_beside_it_may_be_a_place():
    found = items("{title}", "{name}", "{text}", "Read more", names=("Upper Green",) * 5)

    assert len(found) == 5
    assert not any(item.author for item in found)


def labels_of(*beside: str, menu: str = "Tides and lamps") -> list[str]:
    """Return the labels of lines that records have below their texts."""
    lines = [Line(1, menu)]
    records = []
    for at, line in enumerate(beside):
        first = 3 * at + 1
        records.append(Record(first, (first, first + 1, first + 2), frozenset({first + 1})))
        lines += [Line(2 * first + 1, TITLES[at]), Line(2 * first + 3, PROSE[at])]
        lines.append(Line(2 * first + 5, line))
    decisions = decide_digest(page_blocks(lines), records, VOCABULARY)
    return [str(decisions[record.members[-1]].label) for record in records]


@pytest.mark.parametrize("line", ["{} · 3 May 2020", "3 May 2020 | {}", "May 3, 2020 — {}"])
def test_names_with_a_sign_between_them_and_the_date_are_authors(line):
    names = ("Ana Ruiz", "Lin Qiao", "Ana Ruiz", "Maud Ferriby and Bert Thorne")
    assert labels_of(*map(line.format, names)) == ["byline"] * 4
    assert [author_of(line.format(name), VOCABULARY) for name in names] == list(names)


@pytest.mark.parametrize(
    ("names", "menu"),
    [
        (("Local News", "Harbour News", "Local News", "Town Life"), ""),
        (("Ana Ruiz",) * 4, ""),
        (("Upper Green", "Cold Ash", "Upper Green", "Cold Ash"), "Cold Ash"),
        (("Ana Ruiz", "Lin Qiao", "8 min read", "8 min read"), ""),
    ],
)
def test_categories_places_and_names_of_few_records_are_none(names, menu):
    lines = [f"{name} · 3 May 2020" for name in names]
    assert "byline" not in labels_of(*lines, menu=menu or "Tides and lamps")


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("Ana Ruiz · 3 May 2020", "Ana Ruiz"),
        ("Ana Ruiz · Lin Qiao · 3 May 2020", ""),
        ("Ana Ruiz · Tides", ""),
        ("3 May 2020", ""),
        ("Ana Ruiz·3 May 2020", ""),
    ],
)
def test_one_name_beside_a_date(text, name):
    assert name_beside_date(text, VOCABULARY) == name


def item(*labelled: tuple[str, str], items: int = 4):
    lines = tuple(Line(at, text, label) for at, (label, text) in enumerate(labelled, start=1))
    capture = Capture("c", "c", "text", size_bytes=1)
    return described(Document(capture, lines=lines, item=1, items=items), VOCABULARY)


def test_a_title_that_is_a_row_of_a_table_has_its_date_apart():
    row = ("title", "14 June 2023\tThe hall roof\tAppeal")
    assert (item(row).title, item(row).published) == ("The hall roof\tAppeal", "2023-06-14")
    alone = item(row, items=1)
    assert (alone.title, alone.published) == (row[1], "")
    dated = ("title", "14 June 2023")
    assert (item(dated).title, item(dated).published) == ("14 June 2023", "")


@pytest.mark.parametrize(
    ("text", "published"),
    [
        ("14 June 2023 — The roof of the hall is to be mended.", "2023-06-14"),
        ("Jun 14, 2023 - The roof of the hall is to be mended.", "2023-06-14"),
        ("14 June 2023 was a day on which it rained — and how.", ""),
        ("14 June 2023 was wet — and how.", ""),
        ("The roof — on 14 June 2023 — was mended.", ""),
        ("14 June 2023", ""),
    ],
)
def test_a_date_that_an_excerpt_begins_with_is_its_date(text, published):
    title = ("title", "The hall roof")
    assert item(title, ("content", text)).published == published
    assert item(title, ("content", "hall.example"), ("content", text)).published == published
    assert not item(title, ("content", text), items=1).published
    below = ("content", "Volunteers came.")
    assert not item(title, below, below, ("content", text)).published
    own = item(title, ("date", "2 May 2020"), ("content", text))
    assert own.published == "2020-05-02"


@pytest.mark.parametrize(("texts", "label"), [({1, 2}, "caption"), ({1}, "content")])
def test_a_caption_is_text_only_where_a_record_has_no_other(texts, label):
    lines = [Line(1, TITLES[0]), Line(3, "The pier. Photo: Ana Ruiz", "caption"), Line(5, PROSE[0])]
    record = Record(0, (0, 1, 2), frozenset(texts))

    assert decide_digest(page_blocks(lines), [record], VOCABULARY)[1].label == label


@pytest.mark.parametrize(
    ("given", "author"),
    [
        ("Signe Dahl", "Signe Dahl"),  # “signe” is a byline word of French
        ("Di Wu", "Di Wu"),
        ("Pär Holmgren", "Pär Holmgren"),
        ("Signe Dahl, Pär Holmgren", "Signe Dahl, Pär Holmgren"),
        ("By Ana Ruiz", "Ana Ruiz"),
        ("Par Jean Dupont", "Jean Dupont"),
    ],
)
def test_names_that_begin_like_bylines_stay_whole(given, author):
    page = f'<meta name="author" content="{given}"><h1>{TITLES[0]}</h1><p>{PROSE[0]}</p>'

    assert clean(page, html=True).author == author


def test_a_name_alone_on_a_line_stays_whole():
    assert author_of("Signe Dahl", VOCABULARY) == "Signe Dahl"
    assert author_of("By Signe Dahl", VOCABULARY) == "Signe Dahl"


@pytest.mark.parametrize(
    ("begun", "date"),
    [
        ("[2020-05-12] {}", "2020-05-12"),
        ("12 May 2020: {}", "2020-05-12"),
        ("Tuesday, 12 May 2020 – {}", "2020-05-12"),
        ("12.5.2020 {}", "2020-05-12"),
        ("(12. Mai 2020) {}", "2020-05-12"),
    ],
)
def test_dates_that_titles_begin_with(begun, date):
    title = begun.format(TITLES[0])
    found, rest = date_before(title, VOCABULARY)

    assert (find_date(found, VOCABULARY, day_first=True), rest) == (date, TITLES[0])


@pytest.mark.parametrize(
    "title",
    [
        "12 May 2020",
        "May 2020 in boats",
        "12 May 2020 – 14 May 2020 Feast of lamps",
        "1984, read again",
        TITLES[0],
    ],
)
def test_titles_that_begin_with_no_date_of_theirs(title):
    assert date_before(title, VOCABULARY) == ("", title)


def test_dates_before_most_titles_are_the_items_own():
    found = items("{day} May 2020 – {title}", "{text}")

    assert [item.title for item in found] == list(TITLES[:5])
    assert [item.published for item in found] == [f"2020-05-0{day}" for day in range(1, 6)]


def test_a_date_before_one_title_is_part_of_it():
    titles = ["12 May 2020: the flood", *TITLES[:4]]

    assert not begin_with_dates(titles, VOCABULARY)
    assert begin_with_dates([f"{day} May 2020: {TITLES[day]}" for day in (1, 2, 3)], VOCABULARY)


def part(*lines):
    """Return an item of a digest, given as lines with their labels."""
    made = tuple(Line(at, text, label) for at, (text, label) in enumerate(lines, start=1))
    return described(Document(Capture("0", "a.txt"), made, item=1, items=2), VOCABULARY)


@pytest.mark.parametrize(
    ("row", "title"),
    [
        ("37\tBoats came back", "Boats came back"),
        ("17/28\tBoats came back", "Boats came back"),
        ("3.\tBoats came back\tLamps", "Boats came back\tLamps"),
        ("1984\tBoats came back", "1984\tBoats came back"),
        ("37 boats came back", "37 boats came back"),
        ("37", "37"),
    ],
)
def test_numbers_of_rows_are_no_part_of_titles(row, title):
    assert part((row, "title")).title == title


@pytest.mark.parametrize(
    "lines",
    [
        ("Last updated: 6 March 2024", "Published: 4 March 2024"),
        ("Last updated 6 March 2024 | Published 4 March 2024",),
        ("4 March 2024 · updated 6 March 2024",),
        ("Aktualisiert am 6. März 2024", "4. März 2024"),
        ("Updated 6 March 2024", "Published on Monday, 4 March 2024"),
        ("4 March 2024",),
    ],
)
def test_a_date_of_change_is_taken_last(lines):
    assert part((TITLES[0], "title"), *((line, "date") for line in lines)).published == "2024-03-04"


def test_a_date_of_change_alone_is_taken():
    assert part((TITLES[0], "title"), ("Updated 6 March 2024", "date")).published == "2024-03-06"


def test_titles_that_are_links_of_markdown(capture):
    entries = zip(TITLES, PROSE, range(1, 6), strict=False)
    page = "\n\n".join(
        f"## [{title}](https://quay.example/{day})\n\n{day} May 2020\n\n{text}"
        for title, text, day in entries
    )
    page = f"# Quay news\n\n{page}"
    found = clean(page).items

    assert {each.digest_title for each in split_with(capture, page) if each.item} == {"Quay news"}
    assert [item.title for item in found] == list(TITLES[:5])
    assert [item.link for item in found] == [f"https://quay.example/{day}" for day in range(1, 6)]


BROKEN = "The boats came back late on Friday, and nobody had waited for them on the"


@pytest.mark.parametrize(
    ("above", "below", "label"),
    [
        (BROKEN, "old quay.", "content"),
        (f"{BROKEN} quay.", "As ever.", "meta"),
        (f"{BROKEN}…", "old quay.", "meta"),
        (BROKEN, "Boats and lamps", "meta"),
        (BROKEN, "12 May 2020.", "date"),
        ("The boats", "came back.", "meta"),
        (f"{BROKEN}\n", "old quay.", "meta"),
    ],
)
def test_the_rest_of_a_sentence_is_text_of_its_item(above, below, label):
    lines = [Line(1, "The Quay"), Line(3, TITLES[0])]
    lines += [Line(4, above.strip()), Line(5 + above.count("\n"), below)]
    records = [Record(1, (1, 2, 3), frozenset({2})), Record(4, (4, 5), frozenset({5}))]
    lines += [Line(9, TITLES[1]), Line(10, PROSE[1])]
    decisions = decide_digest(page_blocks(lines), records, VOCABULARY)

    assert decisions[3].label == label
    apart = [Record(1, (1, 2, 3), frozenset()), records[1]]
    assert decide_digest(page_blocks(lines), apart, VOCABULARY)[3].label != "content"


def test_in_html_each_element_is_a_line_of_its_own():
    markup = Markup("p", "", 0.0)
    lines = [Line(1, TITLES[0], markup=markup), Line(2, BROKEN, markup=markup)]
    lines.append(Line(3, "old quay.", markup=markup))
    record = Record(0, (0, 1, 2), frozenset({1}))

    assert decide_digest(page_blocks(lines), [record], VOCABULARY)[2].label == "meta"
