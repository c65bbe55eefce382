"""What of a labelled document is published, and how it is written in the record."""

import re
from collections.abc import Iterable, Iterator, Sequence
from itertools import groupby, pairwise
from textwrap import dedent
from typing import Literal, TypeAlias

from pipeline.document import Document, Label, Line, Markup, tag_of
from pipeline.joining import blocks_of, joined_text
from pipeline.shapes import is_prose

Structure: TypeAlias = Literal["plain", "markdown"]
"""How headings, points of lists, rows of tables, quotations and code of HTML are written."""
PARAGRAPH_BREAK = "\n\n"
BULLET = "\N{BULLET} "
INDENT = "  "
MAX_CELL = 400
"""Characters of the longest cell of a table that is one of data."""
PUBLISHED_AS_TEXT = frozenset({"", Label.CONTENT})
"""Labels of lines in the record's text; a line that no stage labelled is text."""
_LISTS = frozenset({"ul", "ol", "menu", "dir"})
_STRUCTURAL = re.compile(r"(#{1,6}\s|[-+*>]\s|\d+(?=[.)]\s)|```)")
"""What at the start of a line would make Markdown take it for a heading, a point, a quotation."""
_NO_MARKUP = Markup("", "", 0.0)

Block: TypeAlias = tuple[Line, ...]
Unit: TypeAlias = tuple[Block, ...]
"""What is written as one: a block, or the cells of a row of a table."""


def paragraphs(lines: Iterable[Line], labels: frozenset[str] = PUBLISHED_AS_TEXT) -> list[str]:
    """Return the paragraphs of the lines with one of the labels, in order.

    >>> paragraphs([Line(1, " a ", "content"), Line(2, "b", "share"), Line(3, "c", "content")])
    ['a', 'c']
    """
    chosen = [line for line in lines if line.label in labels]
    return [joined_text(block) for block in blocks_of(chosen)]


def text_of(document: Document, structure: Structure = "plain") -> str:
    """Return the text to publish, or `` where there is none: paragraphs, an empty line between.

    The points of a list, the rows of a table, the lines of code and of verse follow each other
    without one, where the markup says so or, in plain text, where the capture has none.
    """
    if document.rejected:
        return ""
    blocks = blocks_of(line for line in document.lines if line.label in PUBLISHED_AS_TEXT)
    is_spaced = any(line.is_blank for line in document.lines)
    write = _in_markdown if structure == "markdown" else _plainly
    groups = (write(kind, list(group), is_spaced) for kind, group in groupby(_units(blocks), _kind))
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


def _units(blocks: Sequence[Block]) -> Iterator[Unit]:
    """Yield the blocks, those that are the cells of one row of a table together.

    A row is a run of blocks in one `tr` of which each is a cell: tables that set pages have cells
    of several paragraphs.
    """
    row: list[Block] = []
    in_own_cells = True
    for block in (*blocks, ()):
        markup = block[0].markup if block else None
        cell, table_row = _cell(markup) if markup else (-1, -1)
        goes_on = bool(row) and markup is not None and -1 < table_row < markup.shared
        if not goes_on:
            yield from _row(row, in_own_cells)
            row, in_own_cells = [], True
        if not block:
            return
        if cell < 0:
            yield (block,)
            continue
        in_own_cells &= not (goes_on and markup is not None and cell < markup.shared)
        row.append(block)


def _row(cells: list[Block], in_own_cells: bool) -> Iterator[Unit]:
    is_row = len(cells) > 1 and in_own_cells
    if is_row and max(len(joined_text(cell)) for cell in cells) <= MAX_CELL:
        yield tuple(cells)
    else:
        yield from ((cell,) for cell in cells)


def _cell(markup: Markup) -> tuple[int, int]:
    """Return how deep the cell is that a line stands in, and the row of that cell; -1 for none."""
    tags = _tags(markup)
    cell = max((at for at, tag in enumerate(tags) if tag in ("td", "th")), default=-1)
    row = max((at for at, tag in enumerate(tags[: cell + 1]) if tag == "tr"), default=-1)
    return (cell, row) if row >= 0 else (-1, -1)


def _kind(unit: Unit) -> str:
    """Return `li`, `tr`, `pre`, or `` for what is a paragraph by itself.

    A paragraph deeper in a list's point is one, too: forums set posts as points of a list.
    """
    if len(unit) > 1:
        return "tr"
    markup = unit[0][0].markup or _NO_MARKUP
    if markup.element in ("li", "tr", "pre"):
        return markup.element
    return "li" if _tags(markup)[-2:] == ["li", "p"] else ""


def _text_of_unit(unit: Unit) -> str:
    return "\t".join(map(joined_text, unit))


def _is_verse(above: Block, below: Block, is_spaced: bool) -> bool:
    """Tell whether a short line goes on right below another: verse, an address, a list.

    `is_spaced` says whether a plain text has empty lines, without which all lines are paragraphs.
    """
    one, other = above[-1], below[0]
    if other.number != one.number + 1 or is_prose(joined_text(above)):
        return False
    markup = other.markup
    if markup is None:
        return is_spaced and not is_prose(joined_text(below))
    is_same = one.markup is not None and markup.path == one.markup.path
    depth = len(markup.path) - (markup.element == "div")  # a browser sets no space between these
    in_one = is_same and markup.shared >= depth and not markup.gap
    return in_one and not is_prose(joined_text(below))


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


def _plainly(kind: str, units: Sequence[Unit], is_spaced: bool) -> str:
    if kind == "li":
        return dedent("\n".join(_point(block, _number(block) or BULLET) for (block,) in units))
    if kind == "pre":
        return _code(units)
    if kind == "tr":
        return "\n".join(map(_text_of_unit, units))
    return _joined([(block, joined_text(block)) for (block,) in units], is_spaced, "\n")


def _code(units: Sequence[Unit]) -> str:
    """Return lines of code with the empty ones between them."""
    lines = [line for (block,) in units for line in block]
    gaps = [0, *(_gap(line) for line in lines[1:])]
    return "\n".join("\n" * gap + line.text.rstrip() for gap, line in zip(gaps, lines, strict=True))


def _gap(line: Line) -> int:
    markup = line.markup or _NO_MARKUP
    return markup.gap if markup.shared == len(markup.path) else 0


def _joined(written: Sequence[tuple[Block, str]], is_spaced: bool, verse_break: str) -> str:
    """Return paragraphs with an empty line between, but between lines of verse."""
    parts = [written[0][1]]
    for (above, _), (below, text) in pairwise(written):
        parts += [verse_break if _is_verse(above, below, is_spaced) else PARAGRAPH_BREAK, text]
    return "".join(parts)


def _in_markdown(kind: str, units: Sequence[Unit], is_spaced: bool) -> str:
    if kind == "li":
        return dedent("\n".join(_point(block, _mark(block)) for (block,) in units))
    if kind == "pre":
        return f"```\n{_code(units)}\n```"
    if kind == "tr":
        rows = [_text_of_unit(unit).replace("|", "\\|").split("\t") for unit in units]
        rows.insert(1, ["---"] * len(rows[0]))
        return "\n".join(f"| {' | '.join(row)} |" for row in rows)
    return _joined([(block, _paragraph(block)) for (block,) in units], is_spaced, "  \n")


def _number(block: Block) -> str:
    """Return the number of a point with a space behind it, `` where it has none."""
    number = (block[0].markup or _NO_MARKUP).number
    return f"{number} " if number else ""


def _mark(block: Block) -> str:
    """Return what begins a point in Markdown, which knows figures alone."""
    lists = [tag for tag in _tags(block[0].markup or _NO_MARKUP) if tag in _LISTS]
    if lists[-1:] != ["ol"]:
        return "- "
    number = _number(block)
    return number if number[:-2].isdecimal() else "1. "


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
