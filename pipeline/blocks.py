"""Blocks: the paragraphs of a capture, as the stages that label look at them."""

from collections.abc import Iterable, Mapping, Sequence
from functools import lru_cache

import msgspec

from pipeline.document import Line, relabel
from pipeline.folding import fold_each
from pipeline.joining import blocks_of, joined_text
from pipeline.shapes import count_words, is_prose_of, is_title_like


class Block(msgspec.Struct, frozen=True, gc=False):
    """A line, with the lines that continue it, and what it looks like."""

    lines: tuple[Line, ...]
    text: str
    folded: str
    words: int
    prose: bool

    @property
    def title_like(self) -> bool:
        """Whether the text could be a title; asked of few blocks, so not kept."""
        return is_title_like(self.text)

    @property
    def label(self) -> str:
        """The label that the block already has, or ``."""
        return self.lines[0].label

    @property
    def reason(self) -> str:
        """Why the block has its label."""
        return self.lines[0].reason


class Decision(msgspec.Struct, frozen=True, gc=False):
    """A label for a block, and the reason that goes into the audit."""

    label: str
    reason: str
    score: float | None = None
    """How likely text, 0…1, where the line model decided; what stands around may still differ."""
    repeated: bool = False
    """Whether it goes for standing on other pages of the site; then it is as if not there."""


Decisions = dict[int, Decision]
"""Index of the block → what was decided for it. A block that is not in it is undecided."""


def page_blocks(lines: Iterable[Line]) -> tuple[Block, ...]:
    """Return the blocks of a capture in order.

    >>> [block.text for block in page_blocks([Line(1, "a"), Line(2, " "), Line(3, "b")])]
    ['a', 'b']
    """
    groups = blocks_of(lines)
    texts = tuple(map(joined_text, groups))
    return tuple(map(Block, groups, texts, *_looks(texts)))


@lru_cache(maxsize=1)
def _looks(texts: tuple[str, ...]) -> tuple[Sequence[str], Sequence[int], Sequence[bool]]:
    """Return texts folded, their words, and whether each is prose.

    The last page's are remembered: one stage after the other looks at the same blocks.
    """
    words = list(map(count_words, texts))
    return fold_each(texts), words, list(map(is_prose_of, words, texts))


def label_lines(
    lines: tuple[Line, ...], blocks: tuple[Block, ...], decisions: Mapping[int, Decision]
) -> tuple[Line, ...]:
    """Return the lines with the decided labels; a line whose label stays is the same object."""
    wanted = {
        line.number: decision
        for index, decision in decisions.items()
        for line in blocks[index].lines
    }
    return tuple(
        relabel(line, decision.label, decision.reason)
        if (decision := wanted.get(line.number)) and line.label != decision.label
        else line
        for line in lines
    )
