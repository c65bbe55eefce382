"""Words that a hard wrap parted at the end of a line: joined as they were. Synthetic cases."""

import pytest

from pipeline.document import replay
from pipeline.encoding import FixEncoding
from pipeline.plan import brought_configs
from pipeline.publishing import paragraphs

PRINT = """\
The boats came back late on Friday, and nobody had waited for them on the har-
bour wall that night. The lamp at the end of the pier was out for the first ti-
me in forty years, and the keeper, an old man of the island who spoke with no-
body, had gone to bed. So they tied the boats to each other, as their grandfa-
thers had done, and carried the fish up the steps by the light of a single lan-
tern. The well-known song of the harbour was not sung, and the half-dead engi-
ne of the last boat went on coughing until the morning, when the baker, short-
and long-sighted by turns, came to look at the hulls and the nets of the well-
known boats.
"""
MAIL = """\
The committee met on Tuesday in the old schoolhouse, and by the time the
lamps were lit there was agreement on the path, on the hedge and on a long-
term price of the water, which is to stay as it was. Nobody spoke against
it, which has not happened since the year of the flood, as the older ones
of you will remember from the reports of the time, which Maud has kept.
"""


@pytest.fixture
def cleaned(stages, capture):
    def run(text, form="text"):
        (document,) = stages["fix-encoding"](capture(text.encode(), form=form))
        return document

    return run


def published(document):
    return "\n".join(paragraphs(document.lines))


def test_words_that_print_parted_are_whole_again(cleaned):
    text = published(cleaned(PRINT))

    for word in (
        "harbour wall",
        "first time",
        "nobody, had",
        "grandfathers",
        "lantern",
        "engine of",
    ):
        assert word in text
    assert "\N{SOFT HYPHEN}" not in text


def test_hyphens_of_words_stay_where_the_capture_shows_them(cleaned):
    text = published(cleaned(PRINT))

    assert "the well-known boats" in text
    assert "short- and long-sighted by turns" in text


def test_a_rare_hyphen_of_mail_is_the_words_own(cleaned):
    assert "on a long-term price" in published(cleaned(MAIL))


def test_a_word_of_the_capture_is_whole_again_in_mail_too(cleaned):
    text = MAIL.replace("long-\nterm price", "sup-\nply price").replace(
        "of the time,", "of supply,"
    )

    assert "on a supply price" in published(cleaned(text))


def test_each_parting_hyphen_is_an_edit_that_replays(cleaned):
    document = cleaned(PRINT)
    made = [edit for edit in document.edits if edit.action == "hyphen"]

    assert [edit.line for edit in made] == [1, 2, 3, 4, 5, 6]
    assert {(edit.before, edit.after) for edit in made} == {("-", "\N{SOFT HYPHEN}")}
    assert list(replay(PRINT.splitlines(), document.edits)) == [
        each.text for each in document.lines
    ]


def test_a_word_that_a_page_break_parts_is_whole_again(cleaned):
    text = PRINT.replace("no-\nbody", "no-\n\nbody")

    assert "spoke with nobody, had gone to bed" in published(cleaned(text))


def test_again_changes_nothing(cleaned):
    once = cleaned(PRINT)
    again = cleaned("".join(f"{line.text}{line.ending}" for line in once.lines))

    assert published(again) == published(once)


@pytest.mark.parametrize(
    "text",
    [
        "A list -\nof things -\nand others -\n" * 4,
        "The North-\nEast of the island\n",
        "5-\n7 boats came\n",
        "for i in range(n) -\nlen(nets)\n",
    ],
    ids=["dashes", "names", "numbers", "code"],
)
def test_other_hyphens_at_line_ends_stay(cleaned, text):
    assert not [edit for edit in cleaned(text).edits if edit.action == "hyphen"]


def test_soft_hyphens_of_the_capture_join_words_and_are_never_published(cleaned):
    soft = "\N{SOFT HYPHEN}"
    text = PRINT.replace("har-", f"har{soft}").replace("boats.", f"boats.{soft}")
    document = cleaned(text)

    assert "on the harbour wall" in published(document)
    assert soft not in published(document)
    assert soft not in published(cleaned(f"Harbour{soft}\nAnother line{soft} \n"))
    assert soft not in published(cleaned(f"<p>Harbour{soft}</p><p>wall of the town</p>", "html"))


def test_the_switch_for_cuts_leaves_hyphens(capture):
    stage = FixEncoding(cuts=False).compile(brought_configs())
    (document,) = stage(capture(PRINT.encode()))

    assert not document.edits
