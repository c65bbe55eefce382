"""What of a labelled document is published, and where it stands in the record."""

from collections.abc import Iterable

from pipeline.document import Document, Label, Line, blocks_of, joined_text

PARAGRAPH_BREAK = "\n\n"
PUBLISHED_AS_TEXT = frozenset({"", Label.CONTENT})
"""Labels of lines in the record's text; a line that no stage labelled is text."""


def paragraphs(lines: Iterable[Line], labels: frozenset[str] = PUBLISHED_AS_TEXT) -> list[str]:
    """Return the paragraphs of the lines with one of the labels, in order.

    >>> paragraphs([Line(1, " a ", "content"), Line(2, "b", "share"), Line(3, "c", "content")])
    ['a', 'c']
    """
    chosen = [line for line in lines if line.label in labels]
    return [joined_text(block) for block in blocks_of(chosen)]


def text_of(document: Document) -> str:
    """Return the text to publish, or `` where there is none: paragraphs, an empty line between."""
    if document.rejected or (document.items and not document.item):
        return ""
    return PARAGRAPH_BREAK.join(paragraphs(document.lines))


def captions_of(document: Document) -> list[str]:
    """Return the captions of a document."""
    return paragraphs(document.lines, frozenset({Label.CAPTION}))
