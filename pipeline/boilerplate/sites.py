"""What a site repeats: which of a page's lines go for standing on many pages of its site.

Not all of them do. The headline and first paragraph of an article stand in the "most read" box of
the site's other pages, too; a recipe's *Ingredients* on all of them; and on listings and in shops
what is repeated is often what the page is about. So what goes depends on what stands beside the
line, on the kind of page and on the model's score; the head of an article stays; and a page that
has little else keeps all.
"""

import msgspec
import numpy as np
import numpy.typing as npt

from pipeline.blocks import Block, Decision, Decisions
from pipeline.boilerplate.evidence import kind_by_markup
from pipeline.document import BOILERPLATE_LABELS, Label
from pipeline.shapes import ends_sentence
from pipeline.sites.lines import Ints, Repeats
from pipeline.trees import FULL

Flags = npt.NDArray[np.bool_]

MANY_PAGES = 6
"""On so many pages, and half of the site's or more, a sentence is none of an article's own, nor is
what stands between two such lines: it goes, whatever its score;"""
GOES_ALONE = 0.6
"""on fewer pages, or on no article, a sentence on half of the site's pages goes if it
scores less than this;"""
GOES_BESIDE = 0.6
"""any repeated line beside boilerplate or another repeated line, if it scores less than this,"""
GOES_BESIDE_WIDE = 0.8
"""or on half of the site's pages, than this."""
FEW_WORDS = 5
"""A line of fewer words may be a heading of the text below it: it goes only between two such
lines."""
LONG_WORDS = 20
"""A line of so many words is as good as a sentence, whatever it ends with."""
HEAD_BLOCKS = 2
"""So many blocks below the title stay: on other pages they are its teaser."""
LEAST_WORDS = 40
"""If less than half of a page's text would stay, and not so many words are its own, all stays."""
IN_DOUBT = 0.5
SITE = "site: "
"""How the reason of a line that goes begins."""


class SiteEvidence(msgspec.Struct, frozen=True):
    """What is known of the n blocks of a page from other pages of its site."""

    goes: Flags
    """(n,) which go."""
    told: tuple[str, ...]
    """Of each that is repeated, on how many pages; `` of the others."""


def evidence_of(
    blocks: tuple[Block, ...],
    decided: Decisions,
    scores: Ints,
    repeats: Repeats,
    is_article: bool,
) -> SiteEvidence:
    """Return which undecided blocks go, given the model's scores (n,), 0…250."""
    opened = np.array([index not in decided for index in range(len(blocks))], np.bool_)
    repeated = repeats.pages > 0
    wide = repeated & (2 * repeats.pages >= repeats.of)
    known = _of_labels(decided, BOILERPLATE_LABELS, len(blocks)) | (repeated & opened)
    above, below = np.pad(known, 1)[:-2], np.pad(known, 1)[2:]
    words = np.array([block.words for block in blocks], np.int64)
    sentence = _sentences(blocks, repeated)
    least = np.zeros(len(blocks))
    least[wide & sentence] = GOES_ALONE
    beside = np.where(words >= FEW_WORDS, above | below, above & below)
    least[repeated & beside] = GOES_BESIDE
    least[wide & beside] = GOES_BESIDE_WIDE
    if is_article:
        foreign = wide & (repeats.pages >= MANY_PAGES) & (sentence | (above & below))
        least[foreign] = 2
    goes = opened & repeated & (scores < least * FULL) & ~_head(decided, len(blocks))
    if _is_too_much(goes, repeated, np.where(opened, scores, 0) * words):
        goes = np.zeros(len(blocks), np.bool_)
    told = tuple(
        f"repeated on {count} of {repeats.of} pages" if count else ""
        for count in repeats.pages.tolist()
    )
    return SiteEvidence(goes, told)


def decide_by_site(blocks: tuple[Block, ...], decided: Decisions, repeats: Repeats) -> Decisions:
    """Return what goes where no model is asked: each line counts as in doubt."""
    doubtful = np.full(len(blocks), round(IN_DOUBT * FULL))
    site = evidence_of(blocks, decided, doubtful, repeats, is_article=True)
    found: Decisions = {}
    for index in np.flatnonzero(site.goes).tolist():
        markup = blocks[index].lines[0].markup
        label, note = kind_by_markup(markup) if markup else (Label.OTHER, "")
        found[index] = Decision(label, f"{SITE}{site.told[index]}{note}")
    return found


def nothing_of(blocks: int) -> SiteEvidence:
    """Return the evidence of a page of whose site nothing is known."""
    return SiteEvidence(np.zeros(blocks, np.bool_), ("",) * blocks)


def _of_labels(decided: Decisions, labels: frozenset[Label], blocks: int) -> Flags:
    """Return which blocks (n,) have one of some labels."""
    found = np.zeros(blocks, np.bool_)
    found[[at for at, each in decided.items() if each.label in labels]] = True
    return found


def _sentences(blocks: tuple[Block, ...], asked: Flags) -> Flags:
    """Return which of the blocks (n,) asked about are sentences."""
    return np.array(
        [
            is_asked
            and block.words >= FEW_WORDS
            and (block.words >= LONG_WORDS or ends_sentence(block.text))
            for block, is_asked in zip(blocks, asked.tolist(), strict=True)
        ],
        np.bool_,
    )


def _head(decided: Decisions, blocks: int) -> Flags:
    """Return which blocks (n,) open the text: the first below the title, or of the page."""
    title = next((at for at, each in decided.items() if each.label == Label.TITLE), -1)
    text = [
        at
        for at in range(title + 1, blocks)
        if at not in decided or decided[at].label == Label.CONTENT
    ]
    head = np.zeros(blocks, np.bool_)
    head[text[:HEAD_BLOCKS]] = True
    return head


def _is_too_much(goes: Flags, repeated: Flags, expected: Ints) -> bool:
    """Tell whether too little would stay, given the words (n,) of text that are expected."""
    lost, own = int(expected[goes].sum()), int(expected[~repeated].sum())
    return 2 * lost > int(expected.sum()) and own < LEAST_WORDS * FULL
