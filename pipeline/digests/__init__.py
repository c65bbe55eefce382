"""split-digests: a page of several articles becomes one document an item."""

from collections.abc import Callable, Iterable, Sequence
from pathlib import Path

import msgspec

from pipeline.blocks import Block, Decision, Decisions, label_lines, page_blocks
from pipeline.digests.records import Record, find_records, is_sure
from pipeline.document import (
    BOILERPLATE_LABELS,
    ITEM_LABELS,
    Document,
    Label,
    Line,
    Metadata,
    blocks_of,
    joined_text,
)
from pipeline.options import StageOptions
from pipeline.publishing import text_of
from pipeline.shapes import find_author, find_date, is_date_line, is_person_name
from pipeline.vocabulary import Vocabulary, load_vocabulary, reads_day_first


class SplitDigests(StageOptions, frozen=True, tag="split-digests"):
    """Take listing pages apart; give each item its title, author and date."""

    split: bool = True
    """Whether pages are taken apart; if not, each page is one item."""

    def compile(self, configs: Path) -> Callable[[Document], Iterable[Document]]:
        """Return the stage with the vocabulary of the `configs` folder loaded."""
        vocabulary = load_vocabulary(configs / "languages")

        def split_digests(document: Document) -> Iterable[Document]:
            if document.items:
                return (document,)
            blocks = page_blocks(document.lines)
            records = find_records(blocks, vocabulary) if self.split else ()
            if not records:
                whole = msgspec.structs.replace(document, item=1, items=1)
                return (described(whole, vocabulary),)
            return _taken_apart(document, blocks, records, vocabulary)

        return split_digests


def described(document: Document, vocabulary: Vocabulary) -> Document:
    """Return a document with title, author and date: a page's by its markup, else by its lines."""
    by_label = {
        label: [joined_text(block) for block in blocks_of(_labelled(document.lines, label))]
        for label in (Label.TITLE, Label.BYLINE, Label.DATE)
    }
    known = document.metadata if document.items == 1 else Metadata()
    titles = [known.title, *by_label[Label.TITLE]]
    authors = [find_author(known.author, vocabulary) or known.author]
    authors += [_author(text, vocabulary) for text in by_label[Label.BYLINE]]
    dated = [] if known.published else by_label[Label.DATE] + by_label[Label.BYLINE]
    day_first = bool(dated) and reads_day_first(text_of(document), vocabulary)
    dates = [known.published, *(find_date(text, vocabulary, day_first) for text in dated)]
    return msgspec.structs.replace(
        document,
        title=next(filter(None, titles), ""),
        author=next(filter(None, authors), ""),
        published=next(filter(None, dates), ""),
    )


def _labelled(lines: Iterable[Line], label: str) -> tuple[Line, ...]:
    return tuple(line for line in lines if line.label == label)


def _author(byline: str, vocabulary: Vocabulary) -> str:
    """Return whom a byline names: after “by”, or the name that it is up to a comma."""
    named = find_author(byline, vocabulary)
    if named:
        return named
    bare = byline.split(",", maxsplit=1)[0].strip(" \N{EM DASH}\N{EN DASH}-")
    return bare if is_person_name(bare, vocabulary) else ""


def _taken_apart(
    document: Document,
    blocks: tuple[Block, ...],
    records: Sequence[Record],
    vocabulary: Vocabulary,
) -> tuple[Document, ...]:
    """Return a document for each record, and one, item 0, for the lines of none."""
    decisions = _decisions(blocks, records, vocabulary)
    lines = label_lines(document.lines, blocks, decisions)
    item_of = {
        line.number: item
        for item, record in enumerate(records, start=1)
        for index in record.members
        if decisions[index].label in ITEM_LABELS
        for line in blocks[index].lines
    }
    documents = []
    for item in range(len(records) + 1):
        own = tuple(line for line in lines if item_of.get(line.number, 0) == item)
        numbers = {line.number for line in own}
        part = msgspec.structs.replace(
            document,
            item=item,
            items=len(records),
            lines=own,
            edits=tuple(edit for edit in document.edits if edit.line in numbers),
        )
        documents.append(described(part, vocabulary) if item else part)
    return tuple(documents)


def _decisions(
    blocks: tuple[Block, ...], records: Sequence[Record], vocabulary: Vocabulary
) -> Decisions:
    """Return the label of each block of a listing page."""
    decisions: Decisions = {}
    for item, record in enumerate(records, start=1):
        for index in record.members:
            label = _label_in_item(blocks[index], index == record.title, vocabulary)
            decisions[index] = Decision(label, f"digest: {label} of item {item}")
    first, last = records[0].members[0], records[-1].members[-1]
    for index, block in enumerate(blocks):
        if index not in decisions:
            decisions[index] = _outside(block, index < first, first <= index <= last)
    heading = next(
        (
            index
            for index in range(first - 1, -1, -1)
            if blocks[index].title_like and not is_sure(blocks[index])
        ),
        None,
    )
    if heading is not None and not any(blocks[i].prose for i in range(heading, first)):
        decisions[heading] = Decision(Label.HEADING, "digest: heading of the listing")
    return decisions


def _label_in_item(block: Block, is_title: bool, vocabulary: Vocabulary) -> str:
    """Return what a block of a record is."""
    if is_title:
        return Label.TITLE
    if block.folded in vocabulary.read_more:
        return Label.NAVIGATION
    if block.prose:
        return Label.CONTENT
    if is_date_line(block.text, vocabulary):
        return Label.DATE
    return Label.BYLINE if find_author(block.text, vocabulary) else Label.CONTENT


def _outside(block: Block, is_above: bool, is_between: bool) -> Decision:
    """Return what a block of no record is: what it was, if it was boilerplate already."""
    if block.label in BOILERPLATE_LABELS or block.label in (Label.CAPTION, Label.URL):
        return Decision(block.label, block.reason)
    if block.label == Label.TITLE:
        return Decision(Label.HEADING, "digest: heading of the listing")
    place = "between two items" if is_between else "above the items" if is_above else "below them"
    return Decision(Label.OTHER, f"digest: {place}")
