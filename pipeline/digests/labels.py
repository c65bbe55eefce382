"""What each block of a digest is, given its records."""

from collections.abc import Sequence

from pipeline.blocks import Block, Decision, Decisions
from pipeline.boilerplate.heads import signed_field
from pipeline.boilerplate.sites import SITE
from pipeline.datelines import author_after_by
from pipeline.digests.amid import decide_amid
from pipeline.digests.items import are_persons
from pipeline.digests.outline import MAX_DATED
from pipeline.digests.records import Record
from pipeline.digests.remaining import decide_beside
from pipeline.digests.signatures import signatures
from pipeline.document import BOILERPLATE_LABELS, Label
from pipeline.shapes import ends_cut, ends_sentence, find_date, is_date_line
from pipeline.vocabulary import Vocabulary

_NO_TEXT = (Label.CAPTION, Label.URL)
MIN_BROKEN_WORDS = 5
"""A line of text that breaks off, and goes on right below, has so many words."""


def decide_digest(
    blocks: Sequence[Block], records: Sequence[Record], vocabulary: Vocabulary
) -> Decisions:
    """Return the label of each block of a page that is taken apart."""
    decisions: Decisions = {}
    for item, record in enumerate(records, start=1):
        for index in record.members:
            decisions[index] = _in_item(blocks, index, record, item, vocabulary)
    decisions |= signatures(blocks, records, vocabulary)
    decisions |= decide_amid(blocks, records, decisions)
    decisions |= decide_beside(blocks, records)
    first, last = records[0].members[0], records[-1].members[-1]
    for index, block in enumerate(blocks):
        if index not in decisions:
            decisions[index] = _outside(block, index < first, first <= index <= last)
    heading = _heading(blocks, first)
    if heading is not None:
        decisions[heading] = Decision(Label.HEADING, "digest: heading of the listing")
    return decisions


def digest_heading(blocks: Sequence[Block], records: Sequence[Record], decisions: Decisions) -> str:
    """Return the text of the heading above the first item, or ``."""
    above = [
        blocks[index].text.strip()
        for index in range(records[0].members[0])
        if decisions[index].label == Label.HEADING
    ]
    return above[-1] if above else ""


def is_sure(block: Block) -> bool:
    """Tell whether a block is boilerplate for more than where it stands above the title."""
    sure = block.reason.startswith(("rule ", "context: with", "context: teasers", "context: betw"))
    return sure and block.label in BOILERPLATE_LABELS


def _heading(blocks: Sequence[Block], first: int) -> int | None:
    """Return the heading of the listing: the last title above the first item, no text between."""
    for index in range(first - 1, -1, -1):
        block = blocks[index]
        if block.prose:
            return None
        if block.title_like and not is_sure(block):
            return index
    return None


def _in_item(
    blocks: Sequence[Block], index: int, record: Record, item: int, vocabulary: Vocabulary
) -> Decision:
    """Return what a block of a record is.

    A rule that a person wrote wins but for the title, and what the site repeats below the record's
    own text is none of it.
    """
    block = blocks[index]
    ruled = block.label in BOILERPLATE_LABELS and block.reason.startswith("rule ")
    repeated = is_repeated(block) and any(
        at < index and not is_repeated(blocks[at]) for at in record.texts
    )
    if (ruled or repeated) and index != record.title:
        return Decision(block.label, block.reason)
    label = Label.CONTENT
    if index == record.title:
        label = Label.TITLE
    elif index not in record.texts or _is_caption_of_text(blocks, index, record):
        label = _beside_text(blocks, index, vocabulary)
        if label == Label.META and _ends_sentence_above(blocks, index, record):
            label = Label.CONTENT
    return Decision(label, f"digest: {label} of item {item}")


def _ends_sentence_above(blocks: Sequence[Block], index: int, record: Record) -> bool:
    """Tell whether a line of plain text goes on right below the record's text, which broke off.

    The last line of a wrapped paragraph is short, and looks like nothing.
    """
    above, block = blocks[index - 1], blocks[index]
    is_next = block.lines[0].number == above.lines[-1].number + 1
    if index - 1 not in record.texts or not is_next or block.lines[0].markup is not None:
        return False
    breaks_off = not (ends_sentence(above.text) or ends_cut(above.text))
    return breaks_off and above.words >= MIN_BROKEN_WORDS and ends_sentence(block.text)


def _is_caption_of_text(blocks: Sequence[Block], index: int, record: Record) -> bool:
    """Tell whether a block is known for a caption or an address, and the record has other text."""
    others = (at for at in record.texts if blocks[at].label not in _NO_TEXT)
    return blocks[index].label in _NO_TEXT and any(True for _ in others)


def is_repeated(block: Block) -> bool:
    """Tell whether a block was removed for standing on many pages of the site."""
    return block.label in BOILERPLATE_LABELS and block.reason.startswith(SITE)


def _beside_text(blocks: Sequence[Block], index: int, vocabulary: Vocabulary) -> Label:
    """Return what a block of a record is that is neither title nor text."""
    block = blocks[index]
    if block.folded in vocabulary.read_more:
        return Label.NAVIGATION
    if block.label in _NO_TEXT:
        return Label(block.label)
    if is_date_line(block.text, vocabulary):
        return Label.DATE
    ways = (range(index - 1, -1, -1), range(index + 1, len(blocks)))
    near = (next((blocks[at].text for at in way if blocks[at].folded), "") for way in ways)
    dated = any(is_date_line(text, vocabulary) for text in near)
    named = author_after_by(block.text, vocabulary) or signed_field(block.text, vocabulary)
    if named or (dated and are_persons(block.text, vocabulary)):
        return Label.BYLINE
    if block.words <= MAX_DATED and find_date(block.text, vocabulary):
        return Label.DATE
    return Label.META


def _outside(block: Block, is_above: bool, is_between: bool) -> Decision:
    """Return what a block of no record is: what it was, if it was boilerplate already."""
    if block.label in BOILERPLATE_LABELS or block.label in _NO_TEXT:
        return Decision(block.label, block.reason)
    place = "between two items" if is_between else "above the items" if is_above else "below them"
    return Decision(Label.OTHER, f"digest: {place}")
