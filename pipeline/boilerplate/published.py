"""The line near the title that says when a page was published, where nothing else has told it."""

import re
from collections.abc import Sequence

from pipeline.blocks import Block, Decision, Decisions
from pipeline.datelines import signer_of, tells_date
from pipeline.document import Label, Metadata
from pipeline.vocabulary import Vocabulary

ABOVE, BELOW = 3, 12
"""So many blocks above the title and below it are near."""
_NAMES = re.compile(
    r"date|publi|posted|time|byline|author|meta(?!l)|entry-info|details|infos?\b", re.IGNORECASE
)


def decide_published(
    blocks: Sequence[Block], decided: Decisions, known: Metadata, vocabulary: Vocabulary
) -> Decisions:
    """Return the label of the line near the title that tells the date, if none is known."""
    labels = {each.label for each in decided.values()}
    title = next((at for at, each in decided.items() if each.label == Label.TITLE), None)
    if known.published or title is None or Label.DATE in labels:
        return {}
    for index in _near(blocks, title):
        block = blocks[index]
        is_free = index not in decided or decided[index].reason.startswith("context: above")
        if not is_free or block.prose or block.folded == blocks[title].folded:
            continue
        if tells_date(block.text, vocabulary, _is_called_so(block)):
            signs = (
                not known.author
                and Label.BYLINE not in labels
                and signer_of(block.text, vocabulary)
            )
            label = Label.BYLINE if signs else Label.DATE
            return {index: Decision(label, "shape: date of publication near the title")}
    return {}


def _near(blocks: Sequence[Block], title: int) -> list[int]:
    """Return the blocks below the title up to the second paragraph, then those right above it."""
    below: list[int] = []
    proses = 0
    for index in range(title + 1, min(len(blocks), title + BELOW + 1)):
        proses += blocks[index].prose
        if proses > 1:
            break
        below.append(index)
    return below + list(range(title - 1, max(0, title - ABOVE) - 1, -1))


def _is_called_so(block: Block) -> bool:
    """Tell whether the element of a line, or the one around it, is named after dates or bylines."""
    markup = block.lines[0].markup
    return markup is not None and any(map(_NAMES.search, markup.path[-2:]))
