"""How the text of plain-text captures is written: paragraphs, verse, lists."""

from pipeline.document import Document, Label, relabel
from pipeline.encoding import split_lines
from pipeline.publishing import text_of

PROSE = "The boats came back late on Friday, and nobody had waited for them at the old pier."
POEM = "He counts by feel,\nfour knots to the finger,\n\nand is gone."


def published(text: str) -> str:
    lines = tuple(relabel(line, Label.CONTENT, "") for line in split_lines(text))
    return text_of(Document(capture=None, lines=lines))


def test_verse_is_written_as_it_was_captured():
    assert published(POEM) == POEM


def test_running_text_and_what_stands_beside_it_are_paragraphs():
    assert published(f"The quay\n{PROSE}\n{PROSE}\n\n{PROSE}").count("\n\n") == 3


def test_without_empty_lines_each_line_is_a_paragraph():
    assert published("one\ntwo\nthree") == "one\n\ntwo\n\nthree"


def test_a_line_that_went_parts_what_stood_around_it():
    lines = [relabel(line, Label.CONTENT, "") for line in split_lines("one\ntwo\nthree\n\nfour")]
    lines[1] = relabel(lines[1], Label.SHARE, "")

    assert text_of(Document(capture=None, lines=tuple(lines))) == "one\n\nthree\n\nfour"
