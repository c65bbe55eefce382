"""Tables and lists are whole: their rows stay, or go, together.

The line model looks at each row by itself, and keeps the first ones of a glossary below a paragraph
rather than the last.
"""

import re
from collections.abc import Iterator, Sequence

import numpy as np
import numpy.typing as npt

from pipeline.blocks import Block
from pipeline.boilerplate.signs import Ints
from pipeline.trees import FULL

Flags = npt.NDArray[np.bool_]

MIN_ROWS = 3
TEXT_ABOVE = 3
"""A table has so many rows at least, and belongs to text that ends so many blocks above it."""
MIN_CELLS = 3
MIN_POINTS = 4
"""A list has so many rows at least,"""
MAX_POINT_WORDS = 20
"""each of so many words at most,"""
KEPT_SHARE = 1 / 2
"""and stays if so many of them do."""
_GAP = re.compile(r"\t+| \| | {2,}")
"""What renderers set between the cells of a row."""
NEAR_ELEMENTS = 3
"""Rows of one list have so many elements around them in common; two columns have no more."""
_BEGINNING = re.compile(r"\s*(?:[•*+‣◦●▪■□▢○◯☐✓–—·-]|\[[ x]?\]|\d+[.)](?!\d))?")
"""Indentation and bullet of a row of plain text."""


def tables_of_text(
    blocks: Sequence[Block], kept: Flags, text: Ints, words: Ints, least: float
) -> Flags:
    """Return which blocks (n,) are rows of a table that stands below text that is kept.

    The mean of its rows' scores (`text`, 0…250, weighed by `words`) decides for all rows: it must
    be `least`, 0…1.
    """
    found = np.zeros(len(text), np.bool_)
    weights = np.maximum(words, 1)
    for first, last in _tables(blocks):
        below_text = kept[max(0, first - TEXT_ABOVE) : first].any()
        rows = slice(first, last)
        if below_text and np.average(text[rows], weights=weights[rows]) >= least * FULL:
            found[rows] = True
    return found


def _tables(blocks: Sequence[Block]) -> list[tuple[int, int]]:
    """Return where each table begins, and where it is over.

    >>> from pipeline.blocks import page_blocks
    >>> from pipeline.document import Line
    >>> texts = ["Tides", "Monday   4:10   16:30", "Tuesday   5:01   17:20", "Friday  7:00   19:30"]
    >>> _tables(page_blocks(Line(at, text) for at, text in enumerate(texts, 1)))
    [(1, 4)]
    """
    tables: list[tuple[int, int]] = []
    first = 0
    for index, block in enumerate((*blocks, None)):
        if block is not None and is_row(block.text):
            continue
        if index - first >= MIN_ROWS:
            tables.append((first, index))
        first = index + 1
    return tables


def is_row(text: str) -> bool:
    """Tell whether a line falls into cells.

    >>> is_row("Monday   4:10   16:30"), is_row("Monday, 4:10")
    (True, False)
    """
    has_gap = "  " in text or "\t" in text or " | " in text
    return has_gap and len(_GAP.split(text.strip(), MIN_CELLS)) >= MIN_CELLS


def lists_of_text(blocks: Sequence[Block], stays: Flags) -> Flags:
    """Return which blocks (n,) do not stay by themselves, but as rows of a list that does.

    A list is a run of short lines without an empty one, alike in indentation and bullet, or, in
    HTML, in the elements around them.
    """
    found = np.zeros(len(blocks), np.bool_)
    for first, end in _mixed_lists(blocks, stays):
        if end - first >= MIN_POINTS and stays[first:end].mean() >= KEPT_SHARE:
            found[first:end] = ~stays[first:end]
    return found


def _mixed_lists(blocks: Sequence[Block], stays: Flags) -> Iterator[tuple[int, int]]:
    """Yield where lists begin and are over of which some rows stay, and some do not."""
    over = 0
    for at in (np.flatnonzero(stays[1:] != stays[:-1]) + 1).tolist():
        if at < over:
            continue  # of the list before
        first, end = at, at
        while first > over and _are_alike(blocks[first - 1], blocks[first]):
            first -= 1
        while end < len(blocks) and _are_alike(blocks[end - 1], blocks[end]):
            end += 1
        if end > at > first:
            yield first, end
            over = end


def _are_alike(row: Block, below: Block) -> bool:
    """Tell whether two blocks, one below the other, may be rows of one list."""
    if max(row.words, below.words) > MAX_POINT_WORDS or row.prose or below.prose:
        return False
    one, other = row.lines[-1], below.lines[0]
    if other.number != one.number + 1 or len(row.lines) > 1 or len(below.lines) > 1:
        return False
    return row_mark(row) == row_mark(below)


def row_mark(block: Block) -> tuple[str, ...] | str:
    """Return what the rows of one list share: the elements around them, or indentation and bullet.

    >>> from pipeline.blocks import page_blocks
    >>> from pipeline.document import Line
    >>> texts = ["  • oars", " 12. oars", " 3. nets"]
    >>> list(map(row_mark, page_blocks(Line(at, text) for at, text in enumerate(texts, 1))))
    ['  •', ' #.', ' #.']
    """
    line = block.lines[0]
    if line.markup is not None:
        return line.markup.path[-NEAR_ELEMENTS:]
    found = _BEGINNING.match(line.text)
    return re.sub(r"\d+", "#", found[0]) if found else ""
