"""What of a labelled document is published, and how it is written in the record."""

import re
from collections.abc import Iterable, Sequence
from itertools import groupby
from typing import Literal, TypeAlias

from pipeline.document import Document, Label, Line, Markup, tag_of
from pipeline.joining import blocks_of, joined_text

Structure: TypeAlias = Literal["plain", "markdown"]
"""How headings, points of lists, rows of tables, quotations and code of HTML are written."""
PARAGRAPH_BREAK = "\n\n"
BULLET = "\N{BULLET} "
INDENT = "  "
PUBLISHED_AS_TEXT = frozenset({"", Label.CONTENT})
"""Labels of lines in the record's text; a line that no stage labelled is text."""
_LISTS = frozenset({"ul", "ol", "menu", "dir"})
_STRUCTURAL = re.compile(r"(#{1,6}\s|[-+*>]\s|\d+(?=[.)]\s)|```)")
"""What at the start of a line would make Markdown take it for a heading, a point, a quotation."""
_NO_MARKUP = Markup("", "", 0.0)

Block: TypeAlias = tuple[Line, ...]


def paragraphs(lines: Iterable[Line], labels: frozenset[str] = PUBLISHED_AS_TEXT) -> list[str]:
    """Return the paragraphs of the lines with one of the labels, in order.

    >>> paragraphs([Line(1, " a ", "content"), Line(2, "b", "share"), Line(3, "c", "content")])
    ['a', 'c']
    """
    chosen = [line for line in lines if line.label in labels]
    return [joined_text(block) for block in blocks_of(chosen)]


def text_of(document: Document, structure: Structure = "plain") -> str:
    """Return the text to publish, or `` where there is none: paragraphs, an empty line between.

    Where the markup says so, the points of a list, the rows of a table and the lines of code follow
    each other without one.
    """
    if document.rejected:
        return ""
    blocks = blocks_of(line for line in document.lines if line.label in PUBLISHED_AS_TEXT)
    write = _in_markdown if structure == "markdown" else _plainly
    groups = (write(kind, list(group)) for kind, group in groupby(blocks, _kind))
    return PARAGRAPH_BREAK.join(groups)


def item_of(document: Document) -> int | None:
    """Return which item of its capture a document is, 1 where no stage took the capture apart.

    0 is the text that a digest has beside its items; where there is none, what is left of the
    digest is of no item: None.
    """
    if not document.items:
        return 1
    return document.item if document.item or text_of(document) else None


def captions_of(document: Document) -> list[str]:
    """Return the captions of a document."""
    return paragraphs(document.lines, frozenset({Label.CAPTION}))


def _kind(block: Block) -> str:
    """Return `li`, `tr`, `pre`, or `` for what is a paragraph by itself.

    A paragraph deeper in a list's point is one, too: forums set posts as points of a list.
    """
    markup = block[0].markup or _NO_MARKUP
    if markup.element in ("li", "tr", "pre"):
        return markup.element
    return "li" if _tags(markup)[-2:] == ["li", "p"] else ""


def _tags(markup: Markup) -> list[str]:
    """Return the names of the elements around a line, the outermost first."""
    return [tag_of(name) for name in markup.path]


def _point(block: Block, mark: str) -> str:
    """Return a block in a list: a mark where a point begins, else as deep as its text stands."""
    markup = block[0].markup or _NO_MARKUP
    tags = _tags(markup)
    begins = len(tags) - tags[::-1].index("li") > markup.shared
    depth = max(sum(tag in _LISTS for tag in tags), 1)
    return INDENT * (depth - 1) + (mark if begins else " " * len(mark)) + joined_text(block)


def _plainly(kind: str, blocks: Sequence[Block]) -> str:
    if kind == "li":
        return "\n".join(_point(block, BULLET) for block in blocks)
    if kind == "pre":
        return "\n".join(line.text.rstrip() for block in blocks for line in block)
    return ("\n" if kind else PARAGRAPH_BREAK).join(map(joined_text, blocks))


def _in_markdown(kind: str, blocks: Sequence[Block]) -> str:
    if kind == "li":
        return "\n".join(_point(block, _mark(block)) for block in blocks)
    if kind == "pre":
        return f"```\n{_plainly(kind, blocks)}\n```"
    if kind == "tr":
        rows = [joined_text(block).replace("|", "\\|").split("\t") for block in blocks]
        rows.insert(1, ["---"] * len(rows[0]))
        return "\n".join(f"| {' | '.join(row)} |" for row in rows)
    return PARAGRAPH_BREAK.join(map(_paragraph, blocks))


def _mark(block: Block) -> str:
    lists = [tag for tag in _tags(block[0].markup or _NO_MARKUP) if tag in _LISTS]
    return "1. " if lists[-1:] == ["ol"] else "- "


def _paragraph(block: Block) -> str:
    """Return a paragraph, heading or quotation in Markdown."""
    tags = _tags(block[0].markup or _NO_MARKUP)
    text = joined_text(block)
    if structural := _STRUCTURAL.match(text):
        sign = structural[0]
        text = f"{sign}\\{text[len(sign) :]}" if sign.isdigit() else f"\\{text}"
    heading = next((tag for tag in reversed(tags) if re.fullmatch("h[1-6]", tag)), "")
    if heading:
        return f"{'#' * int(heading[1])} {text}"
    return f"> {text}" if "blockquote" in tags else text
