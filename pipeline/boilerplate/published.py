"""Lines near the title that say when a page was published, and by whom, where nothing else has."""

import re
from collections.abc import Sequence

from pipeline.blocks import Block, Decision, Decisions
from pipeline.datelines import author_after_by, bare_name, signer_of, spaced, tells_date
from pipeline.document import Label, Metadata
from pipeline.shapes import find_date
from pipeline.vocabulary import Vocabulary

ABOVE, BELOW = 3, 12
"""So many blocks above the title and below it are near."""
BELOW_BARE, BESIDE_DATE = 3, 2
"""A name alone stands so many blocks below the title, and so many from the date."""
_NAMES = re.compile(
    r"date|publi|posted|time|byline|author|meta(?!l)|entry-info|details|infos?\b", re.IGNORECASE
)


def decide_published(
    blocks: Sequence[Block], decided: Decisions, known: Metadata, vocabulary: Vocabulary
) -> Decisions:
    """Return the labels of lines near the title that tell the date and the author, if not known."""
    title = next((at for at, each in decided.items() if each.label == Label.TITLE), None)
    if title is None:
        return {}
    labels = {each.label for each in decided.values()}
    is_signed = bool(known.author) or Label.BYLINE in labels
    found: Decisions = {}
    if not (known.published or Label.DATE in labels):
        found = _date_line(blocks, decided, title, is_signed, vocabulary)
    elif not is_signed:
        found = _signed_date(blocks, decided, title, vocabulary)
    is_signed = is_signed or any(each.label == Label.BYLINE for each in found.values())
    if not is_signed:
        found |= _bare_name(blocks, decided | found, title, vocabulary)
    return found


def _date_line(
    blocks: Sequence[Block],
    decided: Decisions,
    title: int,
    is_signed: bool,
    vocabulary: Vocabulary,
) -> Decisions:
    """Return the label of the first line that tells a date; a byline if it signs, too."""
    for index in _near(blocks, title):
        block = blocks[index]
        is_free = index not in decided or decided[index].reason.startswith("context: above")
        if not is_free or block.prose or block.folded == blocks[title].folded:
            continue
        if tells_date(block.text, vocabulary, _is_called_so(block)):
            signs = not is_signed and signer_of(block.text, vocabulary)
            label = Label.BYLINE if signs else Label.DATE
            return {index: Decision(label, "shape: date of publication near the title")}
    return {}


def _signed_date(
    blocks: Sequence[Block], decided: Decisions, title: int, vocabulary: Vocabulary
) -> Decisions:
    """Return as byline the first line known for a date that names who wrote it after “by”, too."""
    for index in _near(blocks, title):
        text = blocks[index].text
        is_date = index in decided and decided[index].label == Label.DATE
        if is_date and author_after_by(spaced(text, vocabulary), vocabulary):
            return {index: Decision(Label.BYLINE, "shape: date of publication near the title")}
    return {}


def signed_dates(blocks: Sequence[Block], vocabulary: Vocabulary) -> Decisions:
    """Return as bylines the short lines that tell a date and, after “by”, an author: no titles."""
    decision = Decision(Label.BYLINE, "shape: date of publication")
    return {
        index: decision for index, block in enumerate(blocks) if is_signed_date(block, vocabulary)
    }


def is_signed_date(block: Block, vocabulary: Vocabulary) -> bool:
    """Tell whether a short line tells a date and, after “by”, an author."""
    return (
        not block.prose
        and tells_date(block.text, vocabulary)
        and bool(author_after_by(spaced(block.text, vocabulary), vocabulary))
    )


def _bare_name(
    blocks: Sequence[Block], decided: Decisions, title: int, vocabulary: Vocabulary
) -> Decisions:
    """Return the label of a name alone, right below the title and near a date."""
    dates = [
        at
        for at, each in decided.items()
        if each.label == Label.DATE and find_date(blocks[at].text, vocabulary)
    ]
    names: dict[int, str] = {}
    for index in range(title + 1, min(len(blocks), title + BELOW_BARE + 1)):
        if blocks[index].prose:
            break
        if index not in decided and (name := bare_name(blocks[index].text, vocabulary)):
            names[index] = name
    if len(set(names.values())) != 1:
        return {}
    near = any(abs(index - at) <= BESIDE_DATE for index in names for at in dates)
    decision = Decision(Label.BYLINE, "shape: name beside the date")
    return dict.fromkeys(names, decision) if near else {}


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
