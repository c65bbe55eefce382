"""What the line model says of the blocks that nothing else has decided."""

from functools import lru_cache

import msgspec
import numpy as np
import numpy.typing as npt

from pipeline.blocks import Block, Decision, Decisions
from pipeline.boilerplate.context import best_segment, near_mean
from pipeline.boilerplate.evidence import kind_by_markup
from pipeline.boilerplate.features import PageFeatures
from pipeline.boilerplate.line_model import (
    KINDS,
    PAGE_TYPES,
    LineModel,
    LineScores,
    best_set,
)
from pipeline.boilerplate.listings import listings_of_text
from pipeline.boilerplate.lists_below import headlines_below
from pipeline.boilerplate.names import kind_by_names
from pipeline.boilerplate.signs import Ints
from pipeline.boilerplate.sites import SITE, evidence_of, nothing_of
from pipeline.boilerplate.wholes import lists_of_text, tables_of_text
from pipeline.document import BOILERPLATE_LABELS, Label, Markup
from pipeline.shapes import ends_sentence
from pipeline.sites.lines import Repeats
from pipeline.trees import FULL

Flags = npt.NDArray[np.bool_]

ARTICLE = PAGE_TYPES.index("article")
MIN_ARTICLE = 0.35
"""A page is taken for an article if its words say so with at least this likelihood."""
MIN_KNOWN = 1 / 2
"""What words say against an article holds where the model knows so many of them. Types were learned
from English pages, of which 530 of 544 have over 0.5; Spanish and French ones have 0.25 to 0.4, and
passed for shops."""
SPAN_SCORE = 0.25
"""A block that scores more speaks for the text going on, one that scores less against it;"""
SPAN_UNREAD = 0.4
"""where words are not used, the model is less sure of boilerplate: there one scores so much."""
WITHIN_UNREAD = 3.5
"""And there, in plain text, a block within the text stays from so many times `keep_within` on."""
WITHIN_OTHERS = 2.5
"""Likewise, within the text of pages that are no articles."""
EXTRACTOR_PARTS = 3
LIKELY_KIND = 0.6
"""A removed line is of the likeliest kind from here on, and `other` below."""
NEIGHBOURS_WEIGHT = 2
"""How much the mean of the neighbours' kinds counts beside a line's own."""
FEW_BLOCKS = 15
MIN_RUNNING_WORDS = 5
SPARED_SHARE = 1 / 10
"""Of a page of so few blocks, running text stays that scores at least this share of the best."""
IN_TEXT = ", within the text"
IN_TABLE = ", in a table below text"
IN_LIST = ", in a list of text"
IN_CODE = ", in code of the text"
SPARED = ", spared: running text of a page with little else"
BELOW_TEASERS = ("context: with ", "context: teasers ")
A_MENU = ", a menu by its words"
BY_NAMES = ", by its class names"
HEADLINES = ", in a list of headlines below the text"
UNREAD_SCRIPT = ", words not used: not trained on this script"


class Thresholds(msgspec.Struct, frozen=True):
    """When the model decides for text, and when against it. All but the first are scores, 0…1."""

    recall_weight: float
    keep_above: float
    keep_within: float
    drop_below: float


class Scored(msgspec.Struct, frozen=True):
    """The n blocks of a page with what the model says of them."""

    page: PageFeatures
    scores: LineScores
    thresholds: Thresholds
    by: str = "model"
    """Who says it: it stands in the reasons."""
    markup: bool = False
    """Whether the markup was looked at."""


def scored(
    page: PageFeatures, model: LineModel, thresholds: Thresholds, markup: bool = False
) -> Scored:
    """Return what the model says of the blocks of a page; `markup` if it is one of HTML."""
    return Scored(page, model.scores(page), thresholds, markup=markup)


def expected_measure(said: Scored) -> float:
    """Return the F-measure, 0…1, that the model expects of the best set of blocks."""
    text, words = said.scores.text, said.page.words
    kept = best_set(text, words)
    wanted = int((text * words).sum())
    return 2 * int((text * words)[kept].sum()) / max(FULL * int(words[kept].sum()) + wanted, 1)


def with_extractor(said: Scored, kept: frozenset[int]) -> Scored:
    """Return what the model says where a main-content extractor, too, says what it keeps.

    The extractor counts a third: where the model is unsure, that is better than either alone.
    """
    found = np.zeros(len(said.page.words), np.int64)
    found[list(kept)] = FULL
    text = ((EXTRACTOR_PARTS - 1) * said.scores.text + found) // EXTRACTOR_PARTS
    scores = msgspec.structs.replace(said.scores, text=text)
    return msgspec.structs.replace(said, scores=scores, by="model with trafilatura")


def expects_article(said: Scored | None) -> bool:
    """Tell whether context may expect an article: unless words that are known speak against it."""
    return said is None or said.scores.known < MIN_KNOWN * FULL or _reads_as_article(said)


def decide_by_model(
    blocks: tuple[Block, ...],
    decided: Decisions,
    said: Scored,
    expected: Decisions,
    repeats: Repeats | None = None,
) -> Decisions:
    """Return content or a kind of boilerplate for each undecided block.

    Of the undecided, the set is kept whose expected F-measure is the highest, what was decided
    already counting as certain. Within the text of the page a block stays if it scores
    `keep_within` (`_within_text`); nowhere does one stay that scores less than `drop_below`.
    What is removed all the same gets the label that context expected of it, if it did. What the
    site repeats (`repeats`) may go with a higher score.
    """
    page, scores, thresholds = said.page, said.scores, said.thresholds
    text = _known_scores(decided, scores)
    kept = best_set(text, page.words, thresholds.recall_weight)
    in_table = tables_of_text(blocks, kept, text, page.words, thresholds.keep_within)
    within = _within_text(text, said)
    headlines = np.zeros(len(blocks), np.bool_)
    if not said.markup and _reads_as_article(said):
        headlines = headlines_below(blocks, text, kept) & within
        within &= ~headlines
    in_list = lists_of_text(blocks, kept | within | in_table)
    stays = (kept | within | in_table | in_list) & (text >= thresholds.drop_below * FULL)
    in_code = listings_of_text(blocks, stays | _titles(decided, len(blocks)))
    stays |= in_code
    spared = _spared(blocks, decided, text, stays)
    site = nothing_of(len(blocks))
    if repeats is not None:
        site = evidence_of(blocks, decided, text, repeats, _reads_as_article(said))
    stays = (stays | spared) & ~site.goes
    note = "" if page.latin else UNREAD_SCRIPT
    kinds = _kinds_of(scores.kinds, first_kept=int(np.argmax(stays)))
    found: Decisions = {}
    rows = zip(scores.text.tolist(), stays.tolist(), strict=True)
    for index, (of_text, keeps) in enumerate(rows):
        if index in decided:
            continue
        score = of_text / FULL
        reason = f"{said.by}: {_shown(of_text)}{note}"
        goes = bool(site.goes[index])
        first = f"{SITE}{site.told[index]}, " if goes else ""
        if site.told[index] and not goes:
            reason += f", {site.told[index]}"
        if keeps:
            place = "" if kept[index] else IN_TABLE if in_table[index] else IN_TEXT
            place = IN_LIST if in_list[index] else place
            place = SPARED if spared[index] else IN_CODE if in_code[index] else place
            found[index] = Decision(Label.CONTENT, reason + place, score)
        elif index in expected and expected[index].label in BOILERPLATE_LABELS:
            context = expected[index]
            reason = f"{first}{context.reason}, {reason}"
            found[index] = Decision(context.label, reason, score, goes)
        else:
            label, place = kinds[index], ""
            markup = blocks[index].lines[0].markup
            if said.markup and markup is not None:
                label, place = _kind_in_markup(label, markup)
            if headlines[index]:
                label, place = Label.RELATED if label == Label.OTHER else label, HEADLINES
            found[index] = Decision(label, f"{first}{reason}{place}", score, goes)
    return found


def _kind_in_markup(kind: str, markup: Markup) -> tuple[str, str]:
    """Return the label of a removed line of HTML, and a note why, given its likeliest kind.

    What the class names around it call it is surer than its words, but for `footer` and the like,
    in which there is something of every kind.
    """
    named = kind_by_names(markup.path)
    if named in BOILERPLATE_LABELS and (named != Label.NAVIGATION or kind == Label.OTHER):
        return named, BY_NAMES
    return kind_by_markup(markup) if kind == Label.OTHER else (kind, "")


@lru_cache(maxsize=FULL + 1)
def _shown(score: int) -> str:
    """Return a score, 0…250, as reasons show it: 0…1."""
    return f"{score / FULL:.2f}"


def decide_menus_below(decided: Decisions, said: Scored) -> Decisions:
    """Return as navigation what context calls related and is a menu by its words.

    Below a heading of teasers all goes as related, to the foot of the page.
    """
    menus = _weighed(said.scores.kinds)[KINDS.index("navigation")] >= _LIKELY
    return {
        index: Decision(Label.NAVIGATION, f"{decision.reason}{A_MENU}", decision.score)
        for index, decision in decided.items()
        if decision.label == Label.RELATED
        and decision.reason.startswith(BELOW_TEASERS)
        and menus[index]
    }


def _known_scores(decided: Decisions, scores: LineScores) -> Ints:
    """Return the scores (n,) of the undecided, of what was decided FULL for content and else 0."""
    text = scores.text.copy()
    for index, decision in decided.items():
        text[index] = FULL if decision.label == Label.CONTENT else 0
    return text


def _titles(decided: Decisions, number: int) -> Flags:
    """Return which blocks (n,) of a `number` are titles."""
    found = np.zeros(number, np.bool_)
    found[[index for index, each in decided.items() if each.label == Label.TITLE]] = True
    return found


def _reads_as_article(said: Scored) -> bool:
    """Tell whether the words are those of an article, or of a script that no words are known of."""
    return not said.page.latin or bool(said.scores.types[ARTICLE] >= MIN_ARTICLE * FULL)


def _within_text(text: Ints, said: Scored) -> Flags:
    """Return which blocks (n,) stand within the text of the page and may belong to it.

    The text is the run of blocks with the greatest sum of words times score above `SPAN_SCORE`:
    what stands in its midst belongs to it far more often than its looks say (a row of a table, a
    point of a list, a quotation). On pages of other types than articles, such as forums and shops,
    less often: there a block must score more. So it must where words are not used, as what is
    boilerplate scores more there, too.
    """
    unread = not said.page.latin
    span_score = SPAN_UNREAD if unread else SPAN_SCORE
    gains = (text - round(span_score * FULL)) * np.maximum(said.page.words, 1)
    first, last = best_segment(gains)
    span = np.zeros(len(text), np.bool_)
    span[first : last + 1] = True
    least = said.thresholds.keep_within * FULL
    if unread:
        least *= 1 if said.markup else WITHIN_UNREAD
    elif not _reads_as_article(said):
        least *= WITHIN_OTHERS
    likely: Flags = text >= least
    return span & likely


def _spared(blocks: tuple[Block, ...], decided: Decisions, text: Ints, stays: Flags) -> Flags:
    """Return which blocks (n,) are running text that stays though the model removes it.

    The model has learned from whole pages, and knows little of a capture of a few blocks. Nor does
    it empty a page that has running text.
    """
    spared = np.zeros(len(blocks), np.bool_)
    kept = stays.any() or any(each.label == Label.CONTENT for each in decided.values())
    if kept and len(blocks) > FEW_BLOCKS:
        return spared
    running = np.array(
        [
            index not in decided
            and len(block.text.split()) >= MIN_RUNNING_WORDS
            and ends_sentence(block.text)
            for index, block in enumerate(blocks)
        ],
        np.bool_,
    )
    if running.any():
        spared = running & ~stays & (text >= SPARED_SHARE * text[running].max())
    return spared


def _kinds_of(kinds: Ints, first_kept: int) -> list[str]:
    """Return the likeliest kind of boilerplate of each block, by itself and what stands around it.

    Below the first line that stays, where no kind is likely, it is `other`: widgets among the text
    rather than menus around it. On the pages labelled by hand a person gives the same label to 71
    of 100 removed lines; when each line by itself got its likeliest kind, it was 59.
    """
    weighed = _weighed(kinds)[_REMOVED]
    likely = (weighed.max(axis=0) >= _LIKELY) | (np.arange(len(kinds)) < first_kept)
    best = _REMOVED[weighed.argmax(axis=0)]
    return [
        KINDS[kind] if sure else Label.OTHER.value
        for kind, sure in zip(best.tolist(), likely.tolist(), strict=True)
    ]


def _weighed(kinds: Ints) -> Ints:
    """Return the kinds (14, n) of blocks, given their own (n, 14), with those around them."""
    shares = kinds.T
    weighed: Ints = shares + NEIGHBOURS_WEIGHT * near_mean(shares)
    return weighed


_LIKELY = LIKELY_KIND * FULL * (1 + NEIGHBOURS_WEIGHT)
_REMOVED = np.array([at for at, kind in enumerate(KINDS) if kind in BOILERPLATE_LABELS])
