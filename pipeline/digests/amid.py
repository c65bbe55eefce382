"""Lines of an item that no rule knows for anything: text where the item's text is around them.

A caption, a code, a heading between two paragraphs, the points of a list and the rows of a table
look like what stands beside articles (categories, numbers of comments) when they are seen one by
one. What strip-boilerplate kept of them is text of the item, and is published with it.
"""

from collections.abc import Sequence
from itertools import pairwise

from pipeline.blocks import Block, Decision, Decisions
from pipeline.digests.records import Record
from pipeline.digests.siblings import is_point
from pipeline.document import Label

MIN_POINT_WORDS = 4
"""Points of a list that are text have so many words: categories are listed, too."""
MIN_TABS = 2
"""Rows of a table have so many in plain text."""


def decide_amid(
    blocks: Sequence[Block], records: Sequence[Record], decisions: Decisions
) -> Decisions:
    """Return the decisions of those lines of items that are text after all."""
    found: Decisions = {}
    for item, record in enumerate(records, start=1):
        decision = Decision(Label.CONTENT, f"digest: amid the text of item {item}")
        unknown = {
            index
            for index in record.members
            if decisions[index].label == Label.META and blocks[index].label == Label.CONTENT
        }
        texts = {index for index in record.members if decisions[index].label == Label.CONTENT}
        texts |= _listed(blocks, record, unknown, texts)
        if texts:
            texts |= {index for index in unknown if min(texts) < index < max(texts)}
        found |= dict.fromkeys(texts & unknown, decision)
    return found


def _listed(
    blocks: Sequence[Block], record: Record, unknown: set[int], texts: set[int]
) -> set[int]:
    """Return the unknown lines that are points of a list or rows of a table, where several are."""
    alike: set[int] = set()
    for is_one in (_is_long_point, _is_row):
        for one, next_one in pairwise(record.members):
            pair = {one, next_one}
            if all(is_one(blocks[at]) for at in pair) and pair <= unknown | texts:
                alike |= pair & unknown
    return alike


def _is_long_point(block: Block) -> bool:
    return is_point(block) and block.words >= MIN_POINT_WORDS


def _is_row(block: Block) -> bool:
    return block.text.strip().count("\t") >= MIN_TABS
