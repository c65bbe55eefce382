"""The records of a page: what the splitter finds, what rules find, and what speaks against it."""

import re
from collections.abc import Sequence

import msgspec
import numpy as np

from pipeline.blocks import Block
from pipeline.bylines import find_author
from pipeline.digests.addresses import address_kind
from pipeline.digests.around import hints_at, hints_of
from pipeline.digests.boxes import without_box
from pipeline.digests.candidates import Candidate, Scores
from pipeline.digests.dated_below import with_first_of_dated
from pipeline.digests.doubts import lead_somewhere, speaks_against
from pipeline.digests.headed import begins_as_article
from pipeline.digests.labels import is_sure
from pipeline.digests.mails import mail_records
from pipeline.digests.outline import Outline, outline_of
from pipeline.digests.records import Record, records_of
from pipeline.digests.regular import regular_records
from pipeline.digests.remaining import with_tail
from pipeline.digests.siblings import with_points, with_siblings, with_texts
from pipeline.digests.splitter import Splitter
from pipeline.digests.threads import is_thread
from pipeline.digests.times import with_headlines
from pipeline.document import Label
from pipeline.vocabulary import Vocabulary

APPEALS = frozenset({Label.FUNDRAISING, Label.NEWSLETTER, Label.COOKIE, Label.SHARE, Label.LEGAL})
"""Boilerplate that is never an item, though it has a heading and a text as items have."""

_RULE = re.compile(r"([-=*_~#+─━═])(?:\s?\1){2,}")
MIN_RULED_OFF = 0.8
"""Share of the titles that a rule of dashes stands above, as in mails,"""
RULED_OFF = 2 / 3
"""and how much of the bound is enough there."""
SIGNED = 1 / 8
"""Much less of it is where below half of the titles different persons are named:"""
MIN_AUTHORS = 6
"""so many at least,"""
MIN_SIGNED_WORDS = 5
"""if the titles have so many words in the mean, more than those of books,"""
NEAR_BYLINE = 3
"""and the bylines stand within so many blocks."""
LIKELY = 0.75
"""A page of HTML whose records lead nowhere must be so likely a digest (letters, short news), and
plain text that begins as an article does."""
REGULAR = 1 / 6
"""So much of the bound is enough where rules find records: short sections are regular, too;"""
MANY_HEADLINES = 12
"""and none is needed of so many records"""
HEADLINE_WORDS = 8
"""whose titles have so many words in the mean: few articles have a dozen headings so long."""


class Split(msgspec.Struct, frozen=True):
    """What a splitter says of the n blocks that it saw of a page."""

    outline: Outline
    scores: Scores
    chosen: Candidate
    likelihood: float


class Found(msgspec.Struct, frozen=True):
    """The records that a page's blocks make, if it is likely enough to be a digest."""

    records: tuple[Record, ...] = ()
    likelihood: float = 0.0
    """How likely the page is a digest, 0…1."""
    accepted: bool = False
    """Whether it is one: likely enough, and nothing speaks against it."""
    is_regular: bool = False
    """Whether rules found records of one that is too unlikely a digest for them."""

    def is_suspected(self, bound: float) -> bool:
        """Tell whether a page that stays whole is likely enough to be told as a possible digest."""
        return not self.accepted and (self.is_regular or 0 < self.likelihood >= bound)


class Bounds(msgspec.Struct, frozen=True):
    """From which likelihood on, 0…1, a page is a digest."""

    text: float
    markup: float
    """A page of HTML;"""
    listing: float
    """at most so much suffices where its address is a listing's,"""
    article: float
    """and at least so much is needed where it is an article's."""

    def of(self, is_markup: bool, url: str) -> float:
        """Return the bound of a page of an address, `` if that is not known.

        >>> bounds = Bounds(text=0.3, markup=0.2, listing=0.1, article=0.6)
        >>> bounds.of(False, ""), bounds.of(True, "/tag/boats/"), bounds.of(True, "/2020/05/boats")
        (0.3, 0.1, 0.6)
        """
        own = self.markup if is_markup else self.text
        kind = address_kind(url)
        if kind == "listing":
            return min(own, self.listing)
        return max(own, self.article) if kind == "article" else own


class Finder(msgspec.Struct, frozen=True):
    """What finds records: a splitter for plain text and one for HTML, each with its bound."""

    splitters: tuple[Splitter, Splitter]
    bounds: Bounds
    vocabulary: Vocabulary

    def find(
        self, blocks: Sequence[Block], url: str = "", below_article: float | None = None
    ) -> Found:
        """Return the records of blocks of a page; for those below an article the bound is given."""
        mails = mail_records(blocks)
        if mails and not is_thread(blocks, mails, self.vocabulary):
            return Found(mails, 1.0, accepted=True)
        places = [at for at, block in enumerate(blocks) if not self._is_ruled_out(block)]
        if not places:
            return Found()
        hints = hints_at(places, hints_of(blocks))
        outline = outline_of([blocks[at] for at in places], self.vocabulary, hints)
        splitter = self.splitters[outline.is_markup]
        bound = self.bounds.of(outline.is_markup, url) if below_article is None else below_article
        split = None
        scores = splitter.scores(outline)
        if scores is not None:
            chosen, likelihood = splitter.choose(outline, scores)
            if chosen is not None:
                split = Split(outline, scores, chosen, likelihood)
        is_below = below_article is not None
        return decided(blocks, places, split, bound, self.vocabulary, is_below)

    def _is_ruled_out(self, block: Block) -> bool:
        """Tell whether a block is of no item for sure; “read more” is of one."""
        ruled = block.reason.startswith("rule ") or block.label in APPEALS
        return ruled and is_sure(block) and block.folded not in self.vocabulary.read_more


def _are_ruled_off(blocks: Sequence[Block], titles: Sequence[int]) -> bool:
    """Tell whether a rule of dashes or other signs stands right above most titles."""
    above = (blocks[at - 1].text.strip() for at in titles if at)
    return sum(map(bool, map(_RULE.fullmatch, above))) >= MIN_RULED_OFF * len(titles)


def _are_signed(
    blocks: Sequence[Block], places: Sequence[int], split: Split, vocabulary: Vocabulary
) -> bool:
    """Tell whether half of the titles are as long as an article's, with bylines of many persons.

    The parts of one text are by one; a list of what others wrote names each.
    """
    titles = split.chosen.titles
    signed = np.flatnonzero(split.outline.sign("byline"))
    if len(signed) < MIN_AUTHORS or split.outline.words[titles].mean() < MIN_SIGNED_WORDS:
        return False
    above = titles[np.maximum(np.searchsorted(titles, signed) - 1, 0)]
    near = signed[(signed > above) & (signed <= above + NEAR_BYLINE)]
    authors = {find_author(blocks[places[at]].text, vocabulary) for at in near}
    return len(authors) >= MIN_AUTHORS and 2 * len(near) >= len(titles)


def _are_headlines(blocks: Sequence[Block], records: Sequence[Record]) -> bool:
    """Tell whether records are more than an article has sections, with the titles of articles."""
    words = sum(blocks[record.title].words for record in records)
    return len(records) >= MANY_HEADLINES and words >= HEADLINE_WORDS * len(records)


def decided(
    blocks: Sequence[Block],
    places: Sequence[int],
    split: Split | None,
    bound: float,
    vocabulary: Vocabulary,
    below_article: bool = False,
) -> Found:
    """Return what the splitter and the rules together say of blocks.

    `places` are those of the blocks that the splitter saw. Where it is not sure, or rules speak
    against what it found, a page may yet be so regular that rules find its records: if the splitter
    does not take it for a whole, or saw no titles, or they are as many headlines as no article has.
    """
    found = Found() if split is None else Found(likelihood=split.likelihood)
    is_whole = split is not None and split.likelihood < REGULAR * bound
    if split is not None and _are_ruled_off(blocks, [places[at] for at in split.chosen.titles]):
        bound *= RULED_OFF
    if split is not None and _are_signed(blocks, places, split, vocabulary):
        bound *= SIGNED
    if split is not None and split.likelihood >= bound:
        titles = with_siblings(split.outline, split.scores, split.chosen.titles)
        titles = with_first_of_dated(split.outline, split.scores, titles)
        seen = records_of(split.outline, split.scores, titles, below_article)
        records = tuple(
            Record(
                places[each.title],
                tuple(places[at] for at in each.members),
                frozenset(places[at] for at in each.texts),
            )
            for each in with_texts(split.outline, split.scores, seen)
        )
        records = without_box(blocks, records)
        records = with_tail(blocks, with_points(blocks, records))
        is_likely = split.likelihood >= LIKELY or (
            lead_somewhere(blocks, records, vocabulary)
            and (below_article or not begins_as_article(blocks, records, vocabulary))
        )
        accepted = is_likely and not speaks_against(blocks, records, vocabulary)
        found = Found(with_headlines(blocks, records), split.likelihood, accepted)
    if not found.accepted:
        regular = regular_records(blocks, vocabulary)
        if regular and not is_thread(blocks, regular, vocabulary):
            doubted = is_whole and not _are_headlines(blocks, regular)
            if doubted or begins_as_article(blocks, regular, vocabulary):
                return msgspec.structs.replace(found, is_regular=True)
            headed = with_headlines(blocks, regular)
            return Found(with_tail(blocks, headed), 1.0, accepted=True)
    return found
