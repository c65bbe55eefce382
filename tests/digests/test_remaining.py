"""Text of a digest that is of no item: the end of the last one, an editorial, an article beside."""

import pyarrow.parquet as pq
import pytest
from click.testing import CliRunner

import pipeline
from pipeline.blocks import Block, page_blocks
from pipeline.cli import cli
from pipeline.digests.records import Record
from pipeline.digests.remaining import decide_beside, with_tail
from pipeline.document import Line
from pipeline.verification import problems_of
from tests.margin_cases import PROSE

EDITORIAL = (
    "Dear readers, this is the last letter that I write from the old net loft: they sold its roof.",
    "From October on it comes from my kitchen, with more about soup, and with fewer boats in it.",
)
ITEMS = (
    (
        "Mill at Cold Ash grinds again",
        "Two brothers have put new sails on the mill at Cold Ash and sell rye flour on Saturdays.",
    ),
    (
        "Choir without a hall looks for a barn",
        "Since the chapel lost its ceiling, sixty singers rehearse in a bus shelter near Thornham.",
    ),
    (
        "Bridge toll stays at fourpence",
        "Councillors refused to double what carts pay, and drank the surplus of last year instead.",
    ),
    (
        "Teacher counts every swallow in Penrith",
        "Maud Ferriby wrote down each nest under the eaves, and found eleven more than in spring.",
    ),
    (
        "Railway museum buys its own station",
        "With money from a raffle the volunteers paid for platform two, the clock and the buffet.",
    ),
    (
        "Snow closes the pass for nine days",
        "Postmen left the sacks at Garrigill, where a widow sorted letters by the light of stoves.",
    ),
    (
        "Ferriby bakes the longest loaf",
        "Eleven ovens were lent for it, and the constable stopped a coach so that it could cross.",
    ),
)
NUMBERS = list(range(1, len(ITEMS) + 1))
AFTERWARDS = (
    "It was put on trestles, and the vicar measured it twice, the second time with his own shoes.",
    "What the children left of it went to the geese, which would not look at bread for a week.",
)


def digest(*above: str, below: tuple[str, ...] = ()) -> str:
    records = [f"{title}\n\n{3 + at} May 2021\n\n{text}" for at, (title, text) in enumerate(ITEMS)]
    return "\n\n".join((*above, *records, *below))


def blocks_of(*labelled: tuple[str, str]) -> tuple[Block, ...]:
    return page_blocks(
        Line(at, text, label, "model: 0.90") for at, (label, text) in enumerate(labelled, start=1)
    )


class TestItems:
    def test_editorial_is_item_0(self):
        page = pipeline.clean(digest("The Quay Letter", *EDITORIAL))

        assert [item.item for item in page.items] == [0, *NUMBERS]
        assert page.items[0].text == "\n\n".join(EDITORIAL)
        assert page.items[0].language == "en"
        assert page.items[0].title == "The Quay Letter"
        assert [item.title for item in page.items[1:]] == [title for title, _ in ITEMS]
        assert page.title == ITEMS[0][0]
        assert {line.item for line in page.lines if line.text in EDITORIAL} == {0}

    def test_heading_alone_makes_no_item(self):
        page = pipeline.clean(digest("The Quay Letter", "All that happened this week."))

        assert [item.item for item in page.items] == NUMBERS
        assert all(line.item != 0 for line in page.lines)

    def test_last_item_goes_on(self):
        page = pipeline.clean(digest(below=AFTERWARDS))

        assert [item.item for item in page.items] == NUMBERS
        assert page.items[-1].text == "\n\n".join((ITEMS[-1][1], *AFTERWARDS))

    def test_files_hold_it_and_are_verified(self, tmp_path):
        corpus = tmp_path / "raw"
        corpus.mkdir()
        (corpus / "letter.txt").write_text(digest("The Quay Letter", *EDITORIAL), "utf-8")
        out = tmp_path / "out"

        assert CliRunner().invoke(cli, ["run", str(corpus), "-o", str(out)]).exit_code == 0

        documents = pq.read_table(out / "documents").to_pylist()
        audit = pq.read_table(out / "audit").to_pylist()
        assert [row["item"] for row in documents] == [0, *NUMBERS]
        assert [row["items"] for row in documents] == [len(ITEMS)] * (1 + len(ITEMS))
        beside = [row for row in audit if row["item"] == 0]
        assert [row["text"] for row in beside if row["label"] == "content"] == list(EDITORIAL)
        assert problems_of(out) == []


class TestTail:
    def test_ends_with_the_last_paragraph(self):
        blocks = blocks_of(
            ("title", "A title of it"),
            ("content", PROSE[0]),
            ("content", PROSE[1]),
            ("content", "Herbert 63 16.6%"),
            ("content", PROSE[2]),
            ("content", "More of us"),
        )

        (record,) = with_tail(blocks, [Record(0, (0, 1), frozenset({1}))])

        assert record.members == (0, 1, 2, 3, 4)
        assert record.texts == {1, 2, 3, 4}

    @pytest.mark.parametrize("label", ["navigation", "related", "legal", "title", ""])
    def test_ends_before_what_is_no_text(self, label):
        blocks = blocks_of(
            ("title", "A title of it"),
            ("content", PROSE[0]),
            (label, "More"),
            ("content", PROSE[1]),
        )
        records = (Record(0, (0, 1), frozenset({1})),)

        assert with_tail(blocks, records) == records

    @pytest.mark.parametrize("rows", [("1", "2", "3"), ("2",), ("« 1 2 3 »",), ("Older posts",)])
    def test_rows_to_other_pages_are_none_of_it(self, rows):
        blocks = blocks_of(
            ("title", "A title of it"), ("content", PROSE[0]), *(("content", row) for row in rows)
        )
        members = tuple(range(2 + len(rows)))

        (record,) = with_tail(blocks, [Record(0, members, frozenset(members[1:]))])

        assert (record.members, record.texts) == ((0, 1), {1})

    def test_numbers_amid_a_text_stay(self):
        blocks = blocks_of(
            ("title", "A title"), ("content", PROSE[0]), ("content", "2"), ("content", PROSE[1])
        )
        records = (Record(0, (0, 1, 2, 3), frozenset({1, 2, 3})),)

        assert with_tail(blocks, records) == records


class TestBeside:
    def decisions(self, *labelled: tuple[str, str]) -> dict[int, tuple[str, str]]:
        blocks = blocks_of(*labelled, ("title", "A title of it"), ("content", PROSE[0]))
        at = len(labelled)
        found = decide_beside(blocks, [Record(at, (at, at + 1), frozenset({at + 1}))])
        return {index: (each.label, each.reason) for index, each in found.items()}

    def test_article_keeps_its_title_author_and_date(self):
        reason = "model: 0.90"
        assert self.decisions(
            ("navigation", "Home"),
            ("content", "The lamp at the end of the pier"),
            ("byline", "By Ana Ruiz"),
            ("share", "Tweet"),
            ("content", PROSE[1]),
            ("content", PROSE[2]),
            ("content", "Latest"),
        ) == {
            1: ("title", reason),
            2: ("byline", reason),
            4: ("content", reason),
            5: ("content", reason),
        }

    def test_a_line_or_two_are_no_article(self):
        assert self.decisions(("content", "The lamp at the end"), ("content", PROSE[1])) == {}

    def test_what_was_removed_stays_so(self):
        assert self.decisions(("other", PROSE[1]), ("legal", PROSE[2])) == {}
