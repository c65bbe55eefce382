"""The title of a page, and what stands around it: byline, date, caption, the page's own head."""

import re

import numpy as np

from pipeline.blocks import Block, Decision, Decisions
from pipeline.boilerplate.titles import (
    begins_paragraph,
    head_label,
    heads_a_paragraph,
    load_title_model,
    title_and_rivals,
    title_candidates,
    title_columns,
)
from pipeline.bylines import begins_with_role, find_author, is_person_name
from pipeline.document import Label, Metadata
from pipeline.folding import fold
from pipeline.shapes import find_date, is_copyright_notice, is_date_line
from pipeline.trees import Bytes
from pipeline.vocabulary import Vocabulary

HEAD_BLOCKS = 8
"""Byline and date are looked for within so many blocks below the title."""
NAME_BLOCKS = 3
"""An author's name is looked for within so many blocks below the last running text."""
MOST_RIGHT_ABOVE = 2
"""So many lines may stand right above a title: it may itself be the line below the headline."""
MOST_BESIDE = 3
"""So many words may stand beside an author or a date that the markup names,"""
MAX_DATE_LINE = 90
"""in a line of so many characters."""
_IN_NO_NAME = re.compile(r"[\d_]|\s\s")
"""What rows that lead to the pages before and behind have, and names of persons do not."""
SHORT_COST = 5
"""Most words that a short line counts against the run of text that it stands in."""


def find_body(blocks: tuple[Block, ...], decided: Decisions) -> int | None:
    """Return the index of the first running text of the page's main text, None without any.

    The main text is the run of blocks with the greatest sum, where running text counts its words
    and other lines count against it (maximum subsequence segmentation, Pasternack and Roth, WWW
    2009): a blurb in a menu far above does not begin it.
    """
    best = total = 0
    start: int | None = None
    body: int | None = None
    for index, block in enumerate(blocks):
        is_text = block.prose and not _is_boilerplate(decided, index)
        if is_text:
            start = index if start is None else start
            total += block.words
            if total > best:
                best, body = total, start
        else:
            total -= min(block.words, SHORT_COST) + 1
            if total <= 0:
                total, start = 0, None
    return body


def decide_title(
    blocks: tuple[Block, ...],
    decided: Decisions,
    known_title: str,
    dense: Bytes,
    vocabulary: Vocabulary,
) -> Decisions:
    """Return the block that is the page's title, and what stands above it as navigation.

    A title known from the markup decides at once; else learned trees choose among the short lines
    above the running text, from what the line model sees of each block (`dense`) and more.
    """
    named = _named(blocks, decided, known_title) if known_title else None
    if named is not None:
        return _title_and_above(blocks, decided, named, (), vocabulary)
    body = find_body(blocks, decided)
    candidates = title_candidates(blocks, decided, body, vocabulary)
    if not candidates:
        return {}
    columns = title_columns(blocks, decided, candidates, body, dense, vocabulary)
    heads = np.array([heads_a_paragraph(blocks, index, vocabulary) for index in candidates])
    title, close = title_and_rivals(load_title_model().trees.logits(columns), heads)
    rivals = tuple(candidates[at] for at in close)
    return _title_and_above(blocks, decided, candidates[title], rivals, vocabulary)


def decide_site_name(blocks: tuple[Block, ...], decided: Decisions) -> Decisions:
    """Return as navigation a line at the top whose text stands again in a copyright line."""
    notices = [
        block.folded
        for index, block in enumerate(blocks)
        if index >= HEAD_BLOCKS and not block.prose and is_copyright_notice(block.text)
    ]
    return {
        index: Decision(Label.NAVIGATION, "context: name of the site, as in its copyright line")
        for index in range(min(HEAD_BLOCKS, len(blocks)))
        if index not in decided
        and not blocks[index].prose
        and len(blocks[index].folded) >= 4
        and any(f" {blocks[index].folded} " in f" {notice} " for notice in notices)
    }


def _has_label(decided: Decisions, index: int, label: str) -> bool:
    return index in decided and decided[index].label == label


def _named(blocks: tuple[Block, ...], decided: Decisions, known: str) -> int | None:
    """Return the block that says the title which the markup gives, or None."""
    folded = fold(known)
    headings = [
        index
        for index, block in enumerate(blocks)
        if index not in decided and block.words <= 40 and len(block.folded) >= 4
    ]
    for index in headings:
        if blocks[index].folded == folded:
            return index
    for index in headings:
        markup = blocks[index].lines[0].markup
        if markup and markup.element == "h1" and blocks[index].folded in folded:
            return index
    return None


def _title_and_above(
    blocks: tuple[Block, ...],
    decided: Decisions,
    title: int,
    rivals: tuple[int, ...],
    vocabulary: Vocabulary,
) -> Decisions:
    """Return the title, and the short lines above it as navigation.

    What stands in one paragraph with the title is text. Lines that come close to being the title
    are left undecided, and so is all below a first running text: the title may have been found too
    far down.
    """
    found: Decisions = {title: Decision(Label.TITLE, "context: title above the text")}
    found |= {
        index: Decision(Label.CONTENT, "context: stands with the title")
        for index in _right_above(blocks, title)
        if index not in decided and not head_label(blocks[index].text, vocabulary)
    }
    for index in range(title):
        if index in decided or index in found:
            continue
        if blocks[index].prose:
            break
        if index not in rivals and not head_label(blocks[index].text, vocabulary):
            found[index] = Decision(Label.NAVIGATION, "context: above the title")
    return found


def _right_above(blocks: tuple[Block, ...], title: int) -> range:
    """Return the lines above a title in its own paragraph, if that is of few lines."""
    first = title
    while not begins_paragraph(blocks, first):
        first -= 1
    few = begins_paragraph(blocks, title + 1) and title - first <= MOST_RIGHT_ABOVE
    return range(first, title) if few else range(0)


def decide_byline_and_date(
    blocks: tuple[Block, ...], decided: Decisions, known: Metadata, vocabulary: Vocabulary
) -> Decisions:
    """Return byline and date lines near the title and right below the last running text.

    `known` is what the markup says of the page: a line that says no more is a byline, or a date.
    """
    title = next((i for i, each in decided.items() if each.label == Label.TITLE), None)
    found: Decisions = {}
    if title is not None:
        head = range(max(0, title - 3), min(len(blocks), title + HEAD_BLOCKS))
        for index in _until_text_goes_on(blocks, decided, head, title):
            each = _byline_or_date(blocks, index, known, vocabulary)
            again = any(each.get(index) == other for other in found.values())
            if not again or index - 1 in found:
                found |= each
        found |= _bare_name_beside_date(blocks, decided | found, title, vocabulary)
    if not any(each.label == Label.BYLINE for each in found.values()):
        found |= _name_below_text(blocks, decided | found, vocabulary)
    return {index: decision for index, decision in found.items() if _may_take(decided, index)}


def _may_take(decided: Decisions, index: int) -> bool:
    """Tell whether a byline or date may take the block: undecided, or only above the title."""
    return index not in decided or decided[index].reason.startswith("context: above")


def _until_text_goes_on(
    blocks: tuple[Block, ...], decided: Decisions, head: range, title: int
) -> list[int]:
    """Return the undecided short blocks of a page's head: those before the second paragraph."""
    kept: list[int] = []
    proses = 0
    for index in head:
        if blocks[index].prose:
            proses += index > title
            if proses > 1:
                break
        elif index != title and _may_take(decided, index):
            kept.append(index)
    return kept


def _byline_or_date(
    blocks: tuple[Block, ...], index: int, known: Metadata, vocabulary: Vocabulary
) -> Decisions:
    text = blocks[index].text
    if label := head_label(text, vocabulary):
        return {index: Decision(label, f"shape: {label} near the title")}
    if _says_author(blocks[index].folded, known.author):
        return {index: Decision(Label.BYLINE, "markup: the author near the title")}
    if known.published and _says_date(text, known.published, vocabulary):
        return {index: Decision(Label.DATE, "markup: the date near the title")}
    return {}


def _says_author(folded: str, author: str) -> bool:
    """Tell whether a line says an author that the markup names, and a few words more.

    >>> _says_author("ida moor reporter", "Ida Moor, Jan Vos"), _says_author("ida", "Ida Moor")
    (True, False)
    """
    names = [name for name in map(fold, (author, *author.split(", "))) if name]
    return any(
        f"{folded} ".startswith(f"{name} ") and folded.count(" ") <= name.count(" ") + MOST_BESIDE
        for name in names
    )


def _says_date(text: str, date: str, vocabulary: Vocabulary) -> bool:
    """Tell whether a line says a date that the markup names, and a few words more."""
    if len(text) > MAX_DATE_LINE or find_date(text, vocabulary) != date:
        return False
    words = [word for word in fold(text).replace("#", " ").split() if len(word) > 1]
    known = vocabulary.months.keys() | vocabulary.date_tokens
    return sum(word not in known for word in words) <= MOST_BESIDE


def _bare_name_beside_date(
    blocks: tuple[Block, ...], decided: Decisions, title: int, vocabulary: Vocabulary
) -> Decisions:
    """Return a person's name without “by” that stands below the title, beside the date."""
    if any(each.label == Label.BYLINE for each in decided.values()):
        return {}
    dates = {i for i, each in decided.items() if each.label == Label.DATE}
    for index in range(title + 1, min(len(blocks), title + HEAD_BLOCKS)):
        beside = index - 1 in dates or index + 1 in dates
        if beside and index not in decided and is_person_name(blocks[index].text, vocabulary):
            return {index: Decision(Label.BYLINE, "shape: name beside the date")}
    return {}


def _name_below_text(
    blocks: tuple[Block, ...], decided: Decisions, vocabulary: Vocabulary
) -> Decisions:
    """Return a byline, a person's name or a date right below the last running text."""
    last = max((i for i, b in enumerate(blocks) if b.prose and i not in decided), default=None)
    if last is None:
        return {}
    found: Decisions = {}
    below = range(last + 1, min(last + 1 + NAME_BLOCKS, len(blocks)))
    for index in below:
        if index in decided:
            break
        text = blocks[index].text
        named = find_author(text, vocabulary) or _signs(blocks, decided, index, vocabulary)
        if named and not found and _text_is_over(blocks, decided, index):
            found[index] = Decision(Label.BYLINE, "shape: name below the text")
        elif is_date_line(text, vocabulary) and find_date(text, vocabulary):
            found[index] = Decision(Label.DATE, "shape: date below the text")
        elif found and begins_with_role(text, vocabulary):
            found[index] = Decision(Label.BYLINE, "shape: role below the name")
        elif found:
            break
    return found


def _signs(
    blocks: tuple[Block, ...], decided: Decisions, index: int, vocabulary: Vocabulary
) -> bool:
    """Tell whether a line is a bare name that signs a plain text.

    Buttons and menus look like names ("Start Now"; on 548 pages of WCXB no bare name below the text
    was the author's): only boilerplate may follow, or what the person is.
    """
    text, below = blocks[index].text, range(index + 1, len(blocks))
    if not is_person_name(text, vocabulary) or _IN_NO_NAME.search(text):
        return False
    if blocks[index].lines[0].markup is not None:
        return False
    has_role = index + 1 < len(blocks) and begins_with_role(blocks[index + 1].text, vocabulary)
    return has_role or all(each in decided for each in below)


def _text_is_over(blocks: tuple[Block, ...], decided: Decisions, index: int) -> bool:
    """Tell whether at most one undecided line follows before boilerplate or the page's end."""
    following = range(index + 1, min(index + 3, len(blocks)))
    return len(following) < 2 or any(each in decided for each in following)


def _is_boilerplate(decided: Decisions, index: int) -> bool:
    return index in decided and decided[index].label != Label.CONTENT
