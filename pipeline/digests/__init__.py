"""split-digests: a page of several articles becomes one document an item."""

from collections.abc import Callable, Iterable, Sequence
from pathlib import Path
from typing import Annotated, Literal

import msgspec

from pipeline.blocks import Block, Decision, Decisions, label_lines, page_blocks
from pipeline.digests.beginnings import begin_of
from pipeline.digests.echoes import with_read_more
from pipeline.digests.finding import Bounds, Finder
from pipeline.digests.items import (
    described,
    excerpt_of,
    footnotes_of,
    link_of,
    without_marks,
)
from pipeline.digests.labels import decide_digest, digest_heading
from pipeline.digests.records import Record
from pipeline.digests.splitter import MARKUP_MODEL, TEXT_MODEL, load_splitter
from pipeline.document import ITEM_LABELS, Document, Label, Line, Metadata
from pipeline.options import StageOptions
from pipeline.vocabulary import Vocabulary, load_vocabulary

__all__ = ["SplitDigests"]

TEASERS_ABOVE = 0.004
"""Teasers below an article become items if they are so likely several texts, 0…1: hardly at all, as
rules know them for teasers."""


class SplitDigests(StageOptions, frozen=True, tag="split-digests"):
    """Take digest pages apart; give each item its title, author, date and link."""

    split: bool = True
    """Whether pages are taken apart; if not, each page is one item."""
    related: Literal["label", "items"] = "label"
    """Whether teasers below an article become items of their own, marked as teasers."""
    accept_above: Annotated[float, msgspec.Meta(ge=0, le=1)] = 0.36
    """A page is taken apart if it is so likely a digest, 0…1,"""
    markup_accept_above: Annotated[float, msgspec.Meta(ge=0, le=1)] = 0.22
    """likewise a page of HTML, whose elements show what belongs together."""
    listing_address_above: Annotated[float, msgspec.Meta(ge=0, le=1)] = 0.05
    """At most so much suffices where the page's address is a listing's, such as `/tag/harbour/`,"""
    article_address_above: Annotated[float, msgspec.Meta(ge=0, le=1)] = 0.6
    """and at least so much is needed where it is an article's, such as `/2020/05/the-boats`."""
    suspect_above: Annotated[float, msgspec.Meta(ge=0, le=1)] = 0.1
    """A page that stays whole is marked as suspected of being a digest from here on."""
    model_file: str = ""
    """Another splitter of plain text, from the folder of `rules/` on; empty: the package's."""
    markup_model_file: str = ""
    """Likewise of HTML."""

    def compile(self, configs: Path) -> Callable[[Document], Iterable[Document]]:
        """Return the stage with vocabulary and splitters loaded."""
        vocabulary = load_vocabulary(configs / "languages")
        finder = self._finder(configs, vocabulary) if self.split else None

        def split_digests(document: Document) -> Iterable[Document]:
            if document.items:
                return (document,)
            return _split(document, self, finder, vocabulary)

        return split_digests

    def _finder(self, configs: Path, vocabulary: Vocabulary) -> Finder:
        text = configs / self.model_file if self.model_file else TEXT_MODEL
        markup = configs / self.markup_model_file if self.markup_model_file else MARKUP_MODEL
        return Finder(
            (load_splitter(text), load_splitter(markup)),
            Bounds(
                self.accept_above,
                self.markup_accept_above,
                self.listing_address_above,
                self.article_address_above,
            ),
            vocabulary,
        )


def _split(
    document: Document, options: SplitDigests, finder: Finder | None, vocabulary: Vocabulary
) -> tuple[Document, ...]:
    """Return the items of a digest and what is of none, or the whole page."""
    if finder is None:
        return (_whole(document, vocabulary),)
    blocks = with_read_more(page_blocks(document.lines), vocabulary)
    found = finder.find(blocks, document.capture.url)
    if found.accepted:
        return _taken_apart(document, blocks, found.records, vocabulary)
    suspected = found.is_suspected(options.suspect_above)
    whole = msgspec.structs.replace(_whole(document, vocabulary), digest_suspected=suspected)
    if options.related == "label":
        return (whole,)
    return _with_teasers(whole, blocks, finder)


def _whole(document: Document, vocabulary: Vocabulary) -> Document:
    return described(msgspec.structs.replace(document, item=1, items=1), vocabulary)


def _taken_apart(
    document: Document,
    blocks: tuple[Block, ...],
    records: Sequence[Record],
    vocabulary: Vocabulary,
) -> tuple[Document, ...]:
    """Return a document for each record, and one, item 0, for what is of none."""
    decisions = decide_digest(blocks, records, vocabulary)
    is_told = document.capture.form == "text" or document.capture.head
    known = document.metadata.title if is_told else ""
    heading = known or digest_heading(blocks, records, decisions)
    lines = label_lines(document.lines, blocks, decisions)
    item_of = _items_of_lines(blocks, records, decisions, first=1)
    outside, *parts = (
        _part(document, lines, item_of, item, len(records)) for item in range(len(records) + 1)
    )
    return described(outside, vocabulary), *_as_items(parts, blocks, records, heading, vocabulary)


def _items_of_lines(
    blocks: Sequence[Block], records: Sequence[Record], decisions: Decisions, first: int
) -> dict[int, int]:
    """Return the item of each line that is of one."""
    return {
        line.number: item
        for item, record in enumerate(records, start=first)
        for index in record.members
        if decisions[index].label in ITEM_LABELS
        for line in blocks[index].lines
    }


def _part(
    document: Document, lines: tuple[Line, ...], item_of: dict[int, int], item: int, items: int
) -> Document:
    """Return the document of one item, or of what is of none."""
    own = tuple(line for line in lines if item_of.get(line.number, 0) == item)
    numbers = {line.number for line in own}
    edits = tuple(edit for edit in document.edits if edit.line in numbers)
    return msgspec.structs.replace(document, item=item, items=items, lines=own, edits=edits)


def _as_items(
    parts: Sequence[Document],
    blocks: Sequence[Block],
    records: Sequence[Record],
    heading: str,
    vocabulary: Vocabulary,
) -> list[Document]:
    """Return the documents of items with what is known of each."""
    footnotes = footnotes_of(blocks)
    titles = [blocks[record.title].text for record in records]
    begin = begin_of([without_marks(title) for title in titles], vocabulary)
    return [
        msgspec.structs.replace(
            described(part, vocabulary, begin),
            link=link_of(part, blocks, record, footnotes),
            excerpt=excerpt_of(blocks, record, vocabulary),
            digest_title=without_marks(heading),
        )
        for part, record in zip(parts, records, strict=True)
    ]


def _end_of_article(blocks: Sequence[Block]) -> int:
    """Return where the teasers below an article begin: with the first of them that rules know."""
    known = (at for at, block in enumerate(blocks) if block.label == Label.RELATED)
    for first in known:
        article = sum(block.prose and block.label == Label.CONTENT for block in blocks[:first])
        if article and not any(
            block.prose and block.label == Label.CONTENT for block in blocks[first:]
        ):
            return first
    return len(blocks)


def _with_teasers(
    whole: Document, blocks: tuple[Block, ...], finder: Finder
) -> tuple[Document, ...]:
    """Return an article and the teasers below it, each an item of its own.

    Rules know them for teasers, so the splitter need not be sure that they are several.
    """
    teasers = blocks[_end_of_article(blocks) :]
    found = finder.find(teasers, below_article=TEASERS_ABOVE)
    records = tuple(record for record in found.records if record.texts)
    if not found.accepted or not records:
        return (whole,)
    decided = decide_digest(teasers, records, finder.vocabulary)
    inside = {index for record in records for index in record.members}
    decisions = {
        index: Decision(each.label, each.reason.replace("digest:", "teasers:"))
        for index, each in decided.items()
        if index in inside
    }
    lines = label_lines(whole.lines, teasers, decisions)
    item_of = _items_of_lines(teasers, records, decisions, first=2)
    items = len(records) + 1
    own = {line.number: 1 for line in whole.lines if line.number not in item_of}
    article = _part(whole, lines, item_of | own, 1, items)
    parts = [
        msgspec.structs.replace(
            _part(whole, lines, item_of, item, items), metadata=Metadata(), teaser=True
        )
        for item in range(2, items + 1)
    ]
    return article, *_as_items(parts, teasers, records, "", finder.vocabulary)
