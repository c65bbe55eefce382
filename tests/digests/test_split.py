"""Which pages are taken apart, and which stay whole. All synthetic."""

import pytest

from tests.margin_cases import PROSE, labelled

TITLES = (
    "The lamp at the end of the pier goes out",
    "Council votes for a second bridge at last",
    "Forty years of rain, and nobody kept count",
    "What the miller’s daughter wrote in her diary",
    "A choir without a hall looks for a barn",
    "The last ferry sails on Monday evening",
)


def listing(*records: str, count: int = 6) -> str:
    """Return a page of so many records, each made of lines with {title}, {date}, {text}."""
    pages = []
    for at in range(count):
        values = {
            "title": TITLES[at],
            "date": f"{at + 1} May 2020",
            "text": PROSE[at % 4],
            "other": PROSE[(at + 1) % 4],
            "name": ("Ana Ruiz", "Bert Thorne", "Maud Ferriby")[at % 3],
        }
        pages.append("\n\n".join(record.format(**values) for record in records))
    return "\n\n".join(pages)


DIGESTS = {
    "date below the title": listing("{title}", "{date}", "{text}"),
    "byline and date below the title": listing("{title}", "By {name}", "{date}", "{text}"),
    "date above the title": listing("{date}", "{title}", "{text}"),
    "date below the text": listing("{title}", "{text}", "{date}"),
    "byline with the date": listing("{title}", "By {name} | {date}", "{text}"),
    "read more": listing("{title}", "{text}", "Read more"),
    "cut ends": listing("{title}", "{text}…"),
    "whole posts with dates": listing("{title}", "{date}", "{text}", "{other}"),
    "share bar between items": listing("{title}", "{date}", "{text}", "Facebook Twitter Email"),
    "heading above": "Coast\n\n" + listing("{title}", "{text}"),
    "three records": listing("{title}", "{date}", "{text}", count=3),
}

WHOLE = {
    "article with headings": "The lamp\n\n"
    + "\n\n".join(f"Part {word}\n\n{PROSE[0]}\n\n{PROSE[1]}" for word in ("one", "two", "six")),
    "sections of one paragraph": "A lamp and its keeper\n\n"
    + "\n\n".join(
        f"{head}\n\n{text}"
        for head, text in zip(
            ("The oil", "The wick", "The stairs", "The end"), PROSE[:4], strict=True
        )
    ),
    "interview": "\n\n".join(
        f"What did you see on day {at}?\n\n{PROSE[at % 4]}" for at in range(8)
    ),
    "numbered list article": "\n\n".join(
        f"{at}. A thing that every keeper needs\n\n{PROSE[at % 4]}" for at in range(1, 9)
    ),
    "steps": "\n\n".join(
        f"Step {at}: Do this before you do that\n\n{PROSE[at % 4]}" for at in range(1, 9)
    ),
    "article with teasers below": "A lamp and its keeper\n\n12 May 2020\n\n"
    + "\n\n".join(PROSE[:4] * 4)
    + "\n\n"
    + listing("{title}", "{date}", "{text}", count=3),
    "names of speakers": "\n\n".join(
        f"{name}\n\n3 May 2020\n\n{text}"
        for name, text in zip(
            ("Ana Ruiz", "Bert Thorne", "Maud Ferriby", "Ana Ruiz"), PROSE[:4], strict=True
        )
    ),
    "two records": listing("{title}", "{date}", "{text}", count=2),
}


@pytest.mark.parametrize("name", DIGESTS)
def test_listing_is_taken_apart(stages, capture, name):
    text = DIGESTS[name]
    documents = labelled(capture(text), stages, "split-digests")
    count = 3 if name == "three records" else 6

    assert [each.title for each in documents if each.item] == list(TITLES[:count])
    assert {each.items for each in documents} == {count}


@pytest.mark.parametrize("name", WHOLE)
def test_page_stays_whole(stages, capture, name):
    documents = labelled(capture(WHOLE[name]), stages, "split-digests")

    assert [(each.item, each.items) for each in documents] == [(1, 1)]


def test_items_have_author_and_date(stages, capture):
    documents = labelled(capture(DIGESTS["byline with the date"]), stages, "split-digests")

    assert [(each.author, each.published) for each in documents if each.item][:2] == [
        ("Ana Ruiz", "2020-05-01"),
        ("Bert Thorne", "2020-05-02"),
    ]


def test_heading_of_the_listing_is_of_no_item(stages, capture):
    documents = labelled(capture(DIGESTS["heading above"]), stages, "split-digests")

    assert [line.text for line in documents[0].lines if line.label == "heading"] == ["Coast"]


def test_splitting_can_be_switched_off(capture):
    from pathlib import Path

    from pipeline.digests import SplitDigests
    from tests.conftest import CORPUS_FILE

    stage = SplitDigests(split=False).compile(Path(CORPUS_FILE.parent))
    page = capture("").capture
    from pipeline.document import Document
    from pipeline.encoding import split_lines

    lines = split_lines(DIGESTS["date below the title"])

    assert [each.items for each in stage(Document(page, lines))] == [1]
