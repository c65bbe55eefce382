"""Plain text that begins as an article does: title, date or byline, then sections with neither.

A short article with headings looks like undated teasers, line by line. But a date that stands once,
below a title and above all that would be items, is the article's. That of an archive stands below
“Archive for” and the like, or alone.
"""

from collections.abc import Sequence

from pipeline.blocks import Block
from pipeline.bylines import find_author
from pipeline.digests.records import Record
from pipeline.document import Label
from pipeline.shapes import ends_cut, is_date_line
from pipeline.vocabulary import Vocabulary

NEAR_FIRST = 6
"""The date or byline stands so many blocks above the first record, at most,"""
NEAR_TITLE = 3
"""and the title so many above that."""
MIN_TITLE_WORDS = 4
"""Words of a line that can be an article's title: “Archive for”, “The Quay Letter” have fewer."""
MAX_OWN = 0.15
"""Share of the records that have a date, a byline or “read more” of their own, or a cut end."""


def begins_as_article(
    blocks: Sequence[Block], records: Sequence[Record], vocabulary: Vocabulary
) -> bool:
    """Tell whether plain text has the head of an article above what would be its items."""
    if not records or blocks[0].lines[0].markup is not None:
        return False
    first = min(records[0].members)
    heads = [
        at
        for at in range(max(0, first - NEAR_FIRST), first)
        if _is_date_or_byline(blocks[at], vocabulary)
    ]
    if not any(_has_title_above(blocks, at) for at in heads):
        return False
    most = MAX_OWN * len(records)
    own = sum(any(_is_own(blocks[at], vocabulary) for at in record.members) for record in records)
    cut = sum(any(ends_cut(blocks[at].text) for at in record.texts) for record in records)
    return own <= most and cut <= most


def _is_date_or_byline(block: Block, vocabulary: Vocabulary) -> bool:
    return (
        block.label in (Label.DATE, Label.BYLINE)
        or is_date_line(block.text, vocabulary)
        or bool(not block.prose and find_author(block.text, vocabulary))
    )


def _is_own(block: Block, vocabulary: Vocabulary) -> bool:
    return block.folded in vocabulary.read_more or _is_date_or_byline(block, vocabulary)


def _has_title_above(blocks: Sequence[Block], at: int) -> bool:
    """Tell whether a line that can be an article's title stands right above a block."""
    return any(
        block.label == Label.TITLE or (block.title_like and block.words >= MIN_TITLE_WORDS)
        for block in blocks[max(0, at - NEAR_TITLE) : at]
    )
