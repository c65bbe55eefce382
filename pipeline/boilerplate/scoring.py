"""What the line model says of the blocks that nothing else has decided."""

import msgspec
import numpy as np

from pipeline.blocks import Block, Decision, Decisions
from pipeline.boilerplate.features import Ints, PageFeatures, features_of
from pipeline.boilerplate.line_model import FULL, KINDS, LineModel, LineScores, best_set
from pipeline.document import BOILERPLATE_LABELS, Label

UNREAD_SCRIPT = ", words not used: not trained on this script"


class Thresholds(msgspec.Struct, frozen=True):
    """When the model decides for text, and when against it."""

    recall_weight: float
    keep_above: float
    drop_below: float
    drop_text_below: float


class Scored(msgspec.Struct, frozen=True):
    """The n blocks of a page with what the model says of them."""

    page: PageFeatures
    scores: LineScores
    thresholds: Thresholds


def scored(blocks: tuple[Block, ...], model: LineModel, thresholds: Thresholds) -> Scored:
    """Return what the model says of the blocks of a page."""
    page = features_of(blocks)
    return Scored(page, model.scores(page), thresholds)


def without_sure_text(
    found: Decisions, blocks: tuple[Block, ...], said: Scored | None
) -> Decisions:
    """Return decisions of neighbours without running text of which the model is sure.

    >>> without_sure_text({}, (), None)
    {}
    """
    if said is None:
        return found
    least = said.thresholds.keep_above * FULL
    return {
        index: decision
        for index, decision in found.items()
        if not (blocks[index].prose and said.scores.text[index] >= least)
    }


def decide_by_model(blocks: tuple[Block, ...], decided: Decisions, said: Scored) -> Decisions:
    """Return content or a kind of boilerplate for each undecided block.

    Of the undecided, the set is kept whose expected F-measure is the highest, what was decided
    already counting as certain; but a block scored above `keep_above` always stays, one below
    `drop_below` never, and running text only goes below `drop_text_below`.
    """
    page, scores = said.page, said.scores
    kept = _kept(blocks, decided, said)
    note = "" if page.latin else UNREAD_SCRIPT
    found: Decisions = {}
    for index in range(len(blocks)):
        if index in decided:
            continue
        label = Label.CONTENT if kept[index] else _kind(scores.kinds[index])
        score = float(scores.text[index] / FULL)
        found[index] = Decision(label, f"model: {score:.2f}{note}", score)
    return found


def _kept(blocks: tuple[Block, ...], decided: Decisions, said: Scored) -> list[bool]:
    """Return for each block whether the model would keep it."""
    page, scores, thresholds = said.page, said.scores, said.thresholds
    open_to_it = np.array([index not in decided for index in range(len(blocks))])
    text = np.where(open_to_it, scores.text, 0)
    certain = [
        decided[i].label == Label.CONTENT if i in decided else False for i in range(len(blocks))
    ]
    text = np.where(certain, FULL, text)
    kept = best_set(text, page.words, thresholds.recall_weight)
    prose = np.array([block.prose for block in blocks])
    shares = text / FULL
    kept |= prose & (shares >= thresholds.drop_text_below)
    kept |= shares >= thresholds.keep_above
    kept &= shares >= thresholds.drop_below
    return [bool(each) for each in kept]


def _kind(kinds: Ints) -> str:
    """Return the most likely kind of boilerplate."""
    best = max(
        (kind for kind in range(len(KINDS)) if KINDS[kind] in BOILERPLATE_LABELS),
        key=lambda kind: kinds[kind],
    )
    return KINDS[best]
