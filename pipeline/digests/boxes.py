"""Boxes below the items of a listing that look as they do: what is latest, what was read most."""

from collections.abc import Sequence

import msgspec

from pipeline.blocks import Block
from pipeline.digests.around import PAGER, hints_of
from pipeline.digests.candidates import MIN_ITEMS
from pipeline.digests.labels import is_repeated
from pipeline.digests.records import Record

SAME_BEGINNING = 40
"""So many characters of two texts tell that they are the same."""


def without_box(blocks: Sequence[Block], records: tuple[Record, ...]) -> tuple[Record, ...]:
    """Return the records without the last ones that are of a box, which looks as those above it do.

    A box stands below a row to other pages, or its titles stand above it with the same text, or the
    site repeats them on other pages. And a row to other pages is no item itself.
    """
    hints = hints_of(blocks)
    pagers = [at for at, hint in enumerate(hints) if hint & PAGER]
    end = _above_pager(records, pagers)
    told = [_beginning(blocks, record) for record in records]
    while end and (
        is_repeated(blocks[records[end - 1].title])
        or hints[records[end - 1].title] & PAGER
        or _is_told(told[end - 1], told[: end - 1])
    ):
        end -= 1
    kept = records[:end] if end >= MIN_ITEMS else records
    return (*kept[:-1], _to_pager(kept[-1], pagers))


def _to_pager(last: Record, pagers: Sequence[int]) -> Record:
    """Return the last record without what stands below the row to other pages below its text."""
    first = min(last.texts, default=last.title)
    row = min((at for at in pagers if at > first), default=last.members[-1])
    members = tuple(at for at in last.members if at <= row)
    return msgspec.structs.replace(last, members=members, texts=last.texts & frozenset(members))


def _above_pager(records: Sequence[Record], pagers: Sequence[int]) -> int:
    """Return how many records stand above a row to other pages that ends the listing, or all.

    Those below it are fewer: a row may stand above the items, too.
    """
    count = len(records)
    for above in range(max(MIN_ITEMS, (count + 1) // 2), count):
        first, end = records[above - 1].title, records[above].members[0]
        if any(first < at < end for at in pagers):
            return above
    return count


def _beginning(blocks: Sequence[Block], record: Record) -> tuple[str, str]:
    """Return the title of a record and how its text begins."""
    texts = (blocks[at].folded for at in sorted(record.texts))
    return blocks[record.title].folded, next(texts, "")[:SAME_BEGINNING]


def _is_told(last: tuple[str, str], others: Sequence[tuple[str, str]]) -> bool:
    """Tell whether a title stands among others, with a text that begins alike, or without one."""
    title, text = last
    return any(title == other and begun.startswith(text) for other, begun in others)
