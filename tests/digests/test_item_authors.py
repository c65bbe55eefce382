"""Names without “by” are the authors of items if a date stands beside them; dates in odd places."""

import pytest

from pipeline.api import clean
from pipeline.blocks import page_blocks
from pipeline.digests.items import author_of, described, name_beside_date
from pipeline.digests.labels import decide_digest
from pipeline.digests.records import Record
from pipeline.document import Capture, Document, Line
from pipeline.plan import brought_configs
from pipeline.vocabulary import load_vocabulary
from tests.digests.test_split import TITLES
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


def test_names_beside_a_date_are_authors_whatever_sign_stands_between():
    found = items("{title}", "{text}", "{name}", "·", "{day} May 2020", "·", "8 min read")

    assert [item.author for item in found] == list(NAMES)
    assert {item.published for item in found} == {f"2020-05-0{day}" for day in range(1, 6)}


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
