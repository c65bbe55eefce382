"""What rules and context leave to the line model, where it takes for text what they would take."""

import msgspec
import numpy as np

from pipeline.blocks import Block, Decisions
from pipeline.boilerplate.lists_below import LIKELY
from pipeline.boilerplate.phrases import RuleSet
from pipeline.boilerplate.regions import MIN_PROSE_ABOVE, are_dated
from pipeline.boilerplate.scoring import MIN_KNOWN, Scored, expects_article
from pipeline.document import BOILERPLATE_LABELS, Label
from pipeline.shapes import ends_sentence
from pipeline.trees import FULL
from pipeline.vocabulary import Vocabulary

OTHER_PAGES = 1 / 3
"""On pages that are no articles context yields to the model at this share of `keep_above`."""
LIKELY_TEXT = 0.3
LIKELY_HEADING = 0.42
"""A heading between two paragraphs that scores so much stays: of thirteen on WCXB's pages (folds 0
and 1, as HTML and as text) eleven are of the text."""
_HEADINGS = ("h1", "h2", "h3", "h4", "h5", "h6")
MIN_LIKELY = 3
"""A page without running text is no menu where so many blocks score so much: rows of menus score
less, verses and names more."""


def without_likely_text(
    found: Decisions, said: Scored | None, blocks: tuple[Block, ...], above_title: bool = False
) -> Decisions:
    """Return decisions of context without boilerplate that the model takes for text.

    What rules of context expect (a title with the text below it, teasers below that) holds of
    articles, and there the model must be surer of a line that is no sentence; on pages that read
    otherwise, in words that it knows, it has its way much sooner. So it has above the title
    (`above_title`) with a sentence, and where few of the words are known: there the title may have
    been found too far down.

    >>> from pipeline.blocks import Decision
    >>> found = {0: Decision("related", "context: with latest")}
    >>> without_likely_text(found, None, ()) == found
    True
    """
    if said is None:
        return found
    above = said.thresholds.keep_above
    is_article = expects_article(said)
    if above_title:
        is_article = is_article and said.scores.known >= MIN_KNOWN * FULL

    def stays(index: int) -> bool:
        running = _may_be_running(blocks[index])
        least = above if running else (1 + above) / 2
        if not is_article or (above_title and running):
            least = above * OTHER_PAGES
        return bool(said.scores.text[index] >= least * FULL)

    return {
        index: decision
        for index, decision in found.items()
        if decision.label not in BOILERPLATE_LABELS or not stays(index)
    }


def dated_teasers(found: Decisions, blocks: tuple[Block, ...], vocabulary: Vocabulary) -> Decisions:
    """Return decisions of context that are sure, whatever the model says: teasers with dates."""
    openers: dict[str, list[int]] = {}
    for index, decision in sorted(found.items()):
        if decision.label == Label.RELATED:
            openers.setdefault(decision.reason, []).append(index)
    return {
        index: found[index]
        for reached in openers.values()
        if sum(block.prose for block in blocks[: reached[0]]) >= MIN_PROSE_ABOVE
        and are_dated(blocks, reached, vocabulary)
        for index in reached
    }


def rules_that_yield(
    decided: Decisions, said: Scored | None, rules: RuleSet | None, blocks: tuple[Block, ...]
) -> Decisions:
    """Return the decisions of rules that yield to the model, where it is sure of text.

    A cookie policy and an imprint say what notices say, and are the text of their pages. Sections
    are called like entries of menus: a heading between two paragraphs is left to the model that
    takes it rather for text than not.
    """
    if said is None or rules is None:
        return {}
    sure = (1 + said.thresholds.keep_above) / 2 * FULL
    return {
        index: decision
        for index, decision in decided.items()
        if decision.label in rules.files
        and decision.reason.startswith("rule ")
        and (yields := rules.files[decision.label].yields)
        and (
            (yields is True and said.scores.text[index] >= sure)
            or (said.scores.text[index] >= LIKELY_HEADING * FULL and _heads(blocks, index, decided))
        )
    }


def _heads(blocks: tuple[Block, ...], index: int, decided: Decisions) -> bool:
    """Tell whether a block is a heading by its looks, with running text right above and below.

    In HTML it must be one by its element, too.
    """
    around = (index - 1, index + 1)
    block = blocks[index]
    markup = block.lines[0].markup
    return (
        0 < index < len(blocks) - 1
        and block.title_like
        and ":" not in block.text
        and not block.text.rstrip().endswith("]")
        and all(blocks[at].prose and at not in decided for at in around)
        and (markup is None or markup.element in _HEADINGS)
    )


def naming_rules(decided: Decisions, yielded: Decisions) -> Decisions:
    """Return what became of lines whose rule has yielded, with that rule in the reason.

    A line that goes all the same has the rule's label.

    >>> from pipeline.blocks import Decision
    >>> rule = Decision("legal", "rule legal/en: line imprint")
    >>> naming_rules({4: Decision("content", "model: 0.9")}, {4: rule})[4].reason
    'model: 0.9, over rule legal/en: line imprint'
    """
    named: Decisions = {}
    for index, rule in yielded.items():
        now = decided[index]
        goes = now.label in BOILERPLATE_LABELS
        reason = f"{now.reason}, {'as' if goes else 'over'} {rule.reason}"
        label = rule.label if goes else now.label
        named[index] = msgspec.structs.replace(now, label=label, reason=reason)
    return named


def has_likely_text(said: Scored | None, decided: Decisions) -> bool:
    """Tell whether the model takes some undecided blocks for text, or none is asked.

    A poem, a list of names or a letter has no running text either, and is no menu for that.
    """
    if said is None:
        return True
    text = said.scores.text.copy()
    text[list(decided)] = 0
    return int((text >= LIKELY_TEXT * FULL).sum()) >= MIN_LIKELY


def unlikely_text(said: Scored | None) -> frozenset[int]:
    """Return which blocks are no running text of an article to the model."""
    if said is None:
        return frozenset()
    return frozenset(np.flatnonzero(said.scores.text < LIKELY).tolist())


def _may_be_running(block: Block) -> bool:
    """Tell whether a block is running text, or a sentence at least."""
    return block.prose or ends_sentence(block.text)
