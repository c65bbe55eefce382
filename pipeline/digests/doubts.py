"""What speaks against taking a page apart, whatever the splitter thinks of its lines."""

import re
from collections import Counter
from collections.abc import Sequence

from pipeline.blocks import Block
from pipeline.boilerplate.wholes import is_row
from pipeline.digests.labels import is_sure
from pipeline.digests.records import Record
from pipeline.digests.regular import MAX_ODD_TITLES, MAX_RECORD_SHARE, odd_titles
from pipeline.document import Label
from pipeline.shapes import has_bullet, is_date_line
from pipeline.vocabulary import Vocabulary

MAX_QUESTIONS = 0.6
"""Share of the titles that may be questions."""
MIN_DISTINCT = 0.5
"""Share of the titles that differ,"""
MAX_ABOVE = 0.3
"""and share of the page's running text, in words, that may stand above the first."""
MAX_OUTSIDE = 0.6
"""Share of the page's running text, in words, that may be of no item,"""
MAX_KEPT_OUTSIDE = 0.45
"""and where strip-boilerplate has said what is text, of that: an article stands beside teasers."""
MAX_TEXTLESS = 0.4
"""Share of the items that may have no text: such an item is not published."""
MAX_SENTENCES = 0.3
"""Share of the titles that may be several sentences."""
MAX_STRAY = 0.1
"""Share of the titles that may be rows of a table, lines of code, or the few with a bullet."""
_SENTENCE_BREAK = re.compile(r"[^\W\d_]{3}[.!?][”\"’)]*\s+[^\W\d_a-z]")
_NO_TITLE = re.compile(r"\s*(?:\$|>>>)\s|.*[{};]\s*$")
"""A prompt, or an end that points of lists and code have; a title may well have code in it."""
_TIMED = re.compile(r"\W*\d{1,2}[.:h]\d{2}\b")


def speaks_against(
    blocks: Sequence[Block], records: Sequence[Record], vocabulary: Vocabulary
) -> bool:
    """Tell whether rules know the page for something else than a digest.

    Its titles are questions or persons' names (an interview), numbered (points of an article,
    unless a list of contents names them too), the same again and again (a thread), or several
    sentences (a chronicle, its dates taken for what stands below a title); or many items have no
    text (a programme, a list of links), or most of its running text is of no item: a page with some
    cards in its midst. Plain text may also be an article above teasers, or one with sections (a
    policy, questions and answers) in which it takes rows and points for titles: in HTML the
    splitter sees what belongs together.
    """
    titles = [blocks[record.title] for record in records]
    count = len(titles)
    times = Counter(block.folded for block in blocks)
    points = [each for each in titles if times[each.folded] == 1 and not _TIMED.match(each.text)]
    questions, _, names = odd_titles(titles, vocabulary)
    _, numbered, _ = odd_titles(points, vocabulary)
    return (
        questions > MAX_QUESTIONS * count
        or max(numbered, names) > MAX_ODD_TITLES * count
        or len({title.folded for title in titles}) < MIN_DISTINCT * count
        or sum(not record.texts for record in records) > MAX_TEXTLESS * count
        or sum(_is_sentences(title.text.rstrip()) for title in titles) > MAX_SENTENCES * count
        or _is_mostly_outside(blocks, records)
        or (blocks[0].lines[0].markup is None and _is_article(blocks, records, vocabulary))
    )


def _is_article(blocks: Sequence[Block], records: Sequence[Record], vocabulary: Vocabulary) -> bool:
    return _is_article_with_teasers(blocks, records) or (
        _has_stray_titles([blocks[record.title].text for record in records])
        and not _are_dated(blocks, records, vocabulary)
    )


def _has_stray_titles(titles: Sequence[str]) -> bool:
    """Tell whether too many titles are rows of a table, code, or points of a list of few.

    >>> _has_stray_titles(["Our boats", "Your rights", "• the ferry to the pier"])
    True
    >>> _has_stray_titles(["• Our boats", "• Your rights", "• The ferry"])
    False
    """
    pointed = sum(map(has_bullet, titles))
    stray = pointed if 2 * pointed < len(titles) else 0
    stray += sum(
        (is_row(title) and " | " not in title) or _NO_TITLE.match(title) is not None
        for title in titles
    )
    return stray > MAX_STRAY * len(titles)


def _are_dated(blocks: Sequence[Block], records: Sequence[Record], vocabulary: Vocabulary) -> bool:
    """Tell whether half of the records have a date."""
    dated = sum(
        any(is_date_line(blocks[at].text, vocabulary) for at in record.members)
        for record in records
    )
    return 2 * dated >= len(records)


def _is_sentences(text: str) -> bool:
    """Tell whether a text is several sentences, the last one ended by a full stop.

    >>> _is_sentences("The tower is finished. It leaks."), _is_sentences("At last! It leaks")
    (True, False)
    """
    ended = text.endswith(".") and not text.endswith("..")
    return ended and _SENTENCE_BREAK.search(text) is not None


def _is_mostly_outside(blocks: Sequence[Block], records: Sequence[Record]) -> bool:
    """Tell whether most of the running text that would be published is of no record."""
    inside = {index for record in records for index in record.members}
    words = {
        index: block.words
        for index, block in enumerate(blocks)
        if block.prose and block.label in ("", Label.CONTENT)
    }
    outside = sum(count for index, count in words.items() if index not in inside)
    is_labelled = any(blocks[index].label for index in words)
    most = MAX_KEPT_OUTSIDE if is_labelled else MAX_OUTSIDE
    return outside > most * sum(words.values())


def _is_article_with_teasers(blocks: Sequence[Block], records: Sequence[Record]) -> bool:
    """Tell whether much text stands above the records or in the first, or rules know the others."""
    texts = [block.words if block.prose and not is_sure(block) else 0 for block in blocks]
    above = sum(texts[: records[0].members[0]])
    first = sum(texts[index] for index in records[0].texts)
    known = sum(is_sure(blocks[record.title]) for record in records)
    return (
        above > MAX_ABOVE * sum(texts)
        or first > MAX_RECORD_SHARE * sum(texts)
        or (2 * known > len(records) and any(texts))
    )
