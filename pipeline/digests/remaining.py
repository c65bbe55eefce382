"""Running text of a digest that its items do not hold: it is published all the same.

The last item ends where the others let expect it to, but it may be longer. An editorial stands
above a newsletter's items, an article above teasers that were taken for a listing. What
strip-boilerplate keeps of these is text, and none is lost.
"""

from collections.abc import Sequence

import msgspec

from pipeline.blocks import Block, Decision, Decisions
from pipeline.digests.around import PAGER, hints_of
from pipeline.digests.records import Record
from pipeline.document import Label

MIN_WORDS = 25
"""So many words of running text above the items, or below them, are published."""
MAX_TO_TITLE = 4
"""The title of such text stands at most so many blocks above it."""
_KEPT = (Label.CONTENT, Label.TITLE, Label.BYLINE, Label.DATE, Label.CAPTION)


def with_tail(blocks: Sequence[Block], records: Sequence[Record]) -> tuple[Record, ...]:
    """Return the records, the last with the text that goes on right below it.

    It ends with the last paragraph before anything that is no text, and above a row to other pages.
    """
    *others, last = records
    last = _without_pager(blocks, last)
    first = end = last.members[-1] + 1
    hints = hints_of(blocks)
    for index in range(first, len(blocks)):
        if blocks[index].label != Label.CONTENT or hints[index] & PAGER:
            break
        if blocks[index].prose:
            end = index + 1
    tail = range(first, end)
    if not tail:
        return *others, last
    longer = msgspec.structs.replace(
        last, members=(*last.members, *tail), texts=last.texts | frozenset(tail)
    )
    return *others, longer


def _without_pager(blocks: Sequence[Block], last: Record) -> Record:
    """Return the last record without numbers of pages at its end, which may be points of a list."""
    hints = hints_of([blocks[at] for at in last.members])
    end = len(last.members)
    while end > 1 and (hints[end - 1] == PAGER or blocks[last.members[end - 1]].folded == "#"):
        end -= 1
    members = last.members[:end]
    if last.title not in members:
        return last
    return msgspec.structs.replace(last, members=members, texts=last.texts & frozenset(members))


def decide_beside(blocks: Sequence[Block], records: Sequence[Record]) -> Decisions:
    """Return the labels of text above the records and of text below them, where much is.

    It goes from the first paragraph to the last, with the title near above it, and each line keeps
    its reason.
    """
    first, end = records[0].members[0], records[-1].members[-1] + 1
    return _beside(blocks, 0, first) | _beside(blocks, end, len(blocks))


def _beside(blocks: Sequence[Block], first: int, end: int) -> Decisions:
    kept = [index for index in range(first, end) if blocks[index].label in _KEPT]
    running = [
        index for index in kept if blocks[index].prose and blocks[index].label == Label.CONTENT
    ]
    if sum(blocks[index].words for index in running) < MIN_WORDS:
        return {}
    title = _title(blocks, first, running[0])
    begin = running[0] if title is None else title
    return {
        index: Decision(
            Label.TITLE if index == title else blocks[index].label, blocks[index].reason
        )
        for index in kept
        if begin <= index <= running[-1]
    }


def _title(blocks: Sequence[Block], first: int, text: int) -> int | None:
    """Return the block near above a text that may be its title, if any."""
    for index in range(text - 1, max(first, text - MAX_TO_TITLE) - 1, -1):
        if blocks[index].label in (Label.TITLE, Label.CONTENT) and blocks[index].title_like:
            return index
    return None
