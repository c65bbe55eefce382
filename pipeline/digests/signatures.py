"""Lines of a digest's items that name who wrote them, without “by”.

What is no person's name may look like one: a category, a place. One line tells nothing; the same
line in most items does.
"""

from collections.abc import Mapping, Sequence
from collections.abc import Set as AbstractSet
from itertools import chain

from pipeline.blocks import Block, Decision, Decisions
from pipeline.digests.around import load_phrases
from pipeline.digests.items import author_of, name_beside_date
from pipeline.digests.outline import MAX_DATED
from pipeline.digests.records import Record
from pipeline.document import BOILERPLATE_LABELS, Label
from pipeline.folding import fold
from pipeline.vocabulary import Vocabulary

MOST_SIGNED = 0.6
"""Share of the records that have a name beside their date, or alone at the same place,"""
MIN_NAMES = 2
"""and how many they name, if these are persons;"""
MIN_NAMES_ALONE = 3
"""where no date stands beside them, so many,"""
MOST_NAMES = 0.9
"""and such a share of the lines at that place are names."""
_PLACES = (1, 2, -1, 0)
"""Below the title, above it; 0 is the last line of a record."""


def signatures(
    blocks: Sequence[Block], records: Sequence[Record], vocabulary: Vocabulary
) -> Decisions:
    """Return the lines of records that are a date and who wrote it, or a name alone, as bylines.

    Most records have such a line, they name several, and no word of any of them is one of listings'
    headings or menus.
    """
    found = _beside_dates(blocks, records, vocabulary)
    return found or _alone(blocks, records, vocabulary)


def _beside_dates(
    blocks: Sequence[Block], records: Sequence[Record], vocabulary: Vocabulary
) -> Decisions:
    """Return lines that are a date and a name with a sign between them."""
    signed: dict[int, str] = {}
    items: dict[int, int] = {}
    for item, record in enumerate(records, start=1):
        for index in record.members:
            name = name_beside_date(blocks[index].text, vocabulary)
            if name and _may_sign(blocks, index, record):
                signed[index], items[index] = name, item
    enough = len(set(items.values())) >= MOST_SIGNED * len(records)
    names = {fold(name) for name in signed.values()}
    others = {block.folded for block in blocks}
    if not enough or len(names) < MIN_NAMES or _are_categories(names, others):
        return {}
    return _bylines(items)


def _alone(blocks: Sequence[Block], records: Sequence[Record], vocabulary: Vocabulary) -> Decisions:
    """Return lines at the same place of most records that are nothing but names, or begin so."""
    for place in _PLACES:
        lines: dict[int, int] = {}
        for item, record in enumerate(records, start=1):
            index = record.title + place if place else record.members[-1]
            beside = index in record.members and index not in record.texts
            if beside and _may_sign(blocks, index, record):
                lines[index] = item
        signed = {at: name for at in lines if (name := author_of(blocks[at].text, vocabulary))}
        names = {fold(name) for name in signed.values()}
        others = {block.folded for at, block in enumerate(blocks) if at not in signed}
        enough = len(lines) >= MOST_SIGNED * len(records)
        enough = enough and len(signed) >= MOST_NAMES * len(lines)
        if enough and len(names) >= MIN_NAMES_ALONE and not _are_categories(names, others):
            return _bylines({at: lines[at] for at in signed})
    return {}


def _may_sign(blocks: Sequence[Block], index: int, record: Record) -> bool:
    block = blocks[index]
    known = index == record.title or block.label in BOILERPLATE_LABELS
    return not known and block.words <= MAX_DATED


def _bylines(items: Mapping[int, int]) -> Decisions:
    return {
        index: Decision(Label.BYLINE, f"digest: {Label.BYLINE} of item {item}")
        for index, item in items.items()
    }


def _are_categories(names: AbstractSet[str], others: AbstractSet[str]) -> bool:
    """Tell whether folded names stand alone, as in menus, or have words that head listings."""
    words = chain.from_iterable(name.split() for name in names)
    headings = load_phrases().headings
    return not headings.isdisjoint(words) or not names.isdisjoint(others)
