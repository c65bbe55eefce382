"""What is known of an item besides its lines: title, author, date, link, whether it is cut."""

import re
from collections.abc import Iterable, Mapping, Sequence
from urllib.parse import urljoin, urlsplit

import msgspec

from pipeline.blocks import Block
from pipeline.digests.records import Record
from pipeline.document import (
    Document,
    Label,
    Line,
    Metadata,
)
from pipeline.folding import fold
from pipeline.joining import blocks_of, joined_text
from pipeline.publishing import text_of
from pipeline.shapes import (
    ends_cut,
    find_author,
    find_date,
    has_numeric_date,
    is_date_line,
    is_person_name,
)
from pipeline.vocabulary import Vocabulary, reads_day_first

MAX_CUT_WORDS = 120
"""A longer text that ends in a colon is no excerpt."""
MAX_MORE_WORDS = 8
"""Words of “Continue reading →”, and the one before."""
MAX_ABOVE_DATELINE = 2
"""An item's text begins with its first lines; an address may stand above."""
_ENDS, _CLOSING = tuple(".!?…"), '"”’»)]'
_ADDRESS = re.compile(r"https?://[^\s<>\"]+[^\s<>\".,;:!?)\]]")
_FOOTNOTE = re.compile(r"\s*\[(\d{1,3})\]:?\s*(https?://\S+)\s*$")
_NOTED = re.compile(r"\[(\d{1,3})\](?!:?\s*http)")
_WORD = re.compile(r"\w+")
_DATELINE = re.compile(r"\s*(.{4,40}?)\s[\u2013\u2014-]\s+\S")
_SIGN = re.compile(r"\s+[\u00b7\u2022|/\u2013\u2014-]\s+")
_HEADING = re.compile(r"#{1,6}\s+(\S.*?)(?:\s+#+)?")


def described(document: Document, vocabulary: Vocabulary) -> Document:
    """Return a document with title, author and date: a page's by its markup, else by its lines."""
    by_label = {
        label: [joined_text(block) for block in blocks_of(_labelled(document.lines, label))]
        for label in (Label.TITLE, Label.BYLINE, Label.DATE)
    }
    known = document.metadata if document.items == 1 else Metadata()
    titles = [known.title, *by_label[Label.TITLE]]
    beside: list[str] = []
    if document.items > 1:
        titles, beside = _without_dates(titles, vocabulary)
        beside += _dateline(document.lines, vocabulary)
    authors = [find_author(known.author, vocabulary) or known.author]
    authors += [author_of(text, vocabulary) for text in by_label[Label.BYLINE]]
    dated = [] if known.published else by_label[Label.DATE] + by_label[Label.BYLINE] + beside
    numeric = any(map(has_numeric_date, dated))
    day_first = numeric and reads_day_first(text_of(document), vocabulary)
    dates = [known.published, *(find_date(text, vocabulary, day_first) for text in dated)]
    return msgspec.structs.replace(
        document,
        title=without_marks(next(filter(None, titles), "")),
        author=next(filter(None, authors), ""),
        published=next(filter(None, dates), ""),
    )


def _without_dates(titles: Iterable[str], vocabulary: Vocabulary) -> tuple[list[str], list[str]]:
    """Return titles that are rows of a table without the cells that are dates, and these."""
    rows = [[cell for cell in map(str.strip, title.split("\t")) if cell] for title in titles]
    dates = [cell for row in rows if len(row) > 1 for cell in row if is_date_line(cell, vocabulary)]
    return ["\t".join(cell for cell in row if cell not in dates) for row in rows], dates


def _dateline(lines: Sequence[Line], vocabulary: Vocabulary) -> list[str]:
    """Return the date that an item's text begins with: “12 May 2020 — Boats came back”, if any."""
    first = [line.text for line in lines if line.label == Label.CONTENT][:MAX_ABOVE_DATELINE]
    begun = filter(None, map(_DATELINE.match, first))
    return [match[1] for match in begun if is_date_line(match[1], vocabulary)]


def without_marks(title: str) -> str:
    """Return a title without what makes it a heading in Markdown; its line keeps it.

    >>> without_marks("# The boats #"), without_marks("#1 in the charts"), without_marks("C #")
    ('The boats', '#1 in the charts', 'C #')
    """
    found = _HEADING.fullmatch(title.strip())
    return found[1] if found else title


def _labelled(lines: Iterable[Line], label: str) -> tuple[Line, ...]:
    return tuple(line for line in lines if line.label == label)


def author_after_by(text: str, vocabulary: Vocabulary) -> str:
    """Return whom a line names after “by”, wherever that stands in it, or ``."""
    starts = [
        word.start() for word in _WORD.finditer(text) if fold(word[0]) in vocabulary.byline_begins
    ]
    named = (find_author(text[start:], vocabulary) for start in [0, *starts])
    return next(filter(None, named), "")


def author_of(byline: str, vocabulary: Vocabulary) -> str:
    """Return whom a byline names: after “by”, or a name that stands alone, but for a date."""
    named = author_after_by(byline, vocabulary)
    if named:
        return named
    first = byline.split(",", maxsplit=1)[0].strip(" \N{EM DASH}\N{EN DASH}-")
    return first if are_persons(first, vocabulary) else name_beside_date(byline, vocabulary)


def name_beside_date(text: str, vocabulary: Vocabulary) -> str:
    """Return the name in a line that is a name and a date with a sign between them, or ``."""
    parts = [part.strip() for part in _SIGN.split(text)]
    names = [part for part in parts if are_persons(part, vocabulary)]
    dated = any(is_date_line(part, vocabulary) for part in parts)
    return names[0] if dated and len(names) == 1 else ""


def are_persons(text: str, vocabulary: Vocabulary) -> bool:
    """Tell whether a text is a person's name, or several, and no more."""
    names: list[list[str]] = [[]]
    for word in text.split():
        if word == "&" or fold(word) in vocabulary.joiners:
            names.append([])
        else:
            names[-1].append(word)
    return all(is_person_name(" ".join(name), vocabulary) for name in names)


def excerpt_of(blocks: Sequence[Block], record: Record, vocabulary: Vocabulary) -> bool:
    """Tell whether a record's text is cut: by an ellipsis, a colon at its end, or “read more”."""
    if any(blocks[index].folded in vocabulary.read_more for index in record.members):
        return True
    if not record.texts:
        return False
    words = sum(blocks[index].words for index in record.texts)
    last = blocks[max(record.texts)].text
    return _ends_with_more(last, vocabulary) or (
        words <= MAX_CUT_WORDS and ends_cut(last, also=":")
    )


def _ends_with_more(text: str, vocabulary: Vocabulary) -> bool:
    """Tell whether a sentence is followed by “Continue reading →” on the same line."""
    *before, _ = words = text.split()[-MAX_MORE_WORDS:]
    return any(
        word.rstrip(_CLOSING).endswith(_ENDS) and fold(" ".join(words[at:])) in vocabulary.read_more
        for at, word in enumerate(before, start=1)
    )


def footnotes_of(blocks: Sequence[Block]) -> dict[str, str]:
    """Return number → address of the footnotes of a page, such as `[3] https://…`."""
    matches = (_FOOTNOTE.match(block.text) for block in blocks)
    return {match[1]: match[2] for match in matches if match}


def link_of(
    part: Document, blocks: Sequence[Block], record: Record, footnotes: Mapping[str, str]
) -> str:
    """Return where an item's title leads, else an address of its own or a footnote's, or ``."""
    markup = blocks[record.title].lines[0].markup
    if markup is not None and markup.link:
        return _absolute(markup.link, part.capture.url)
    for index in record.members:
        text = blocks[index].text.strip()
        match = _ADDRESS.search(text)
        if match and len(match[0]) * 2 > len(text) and not _FOOTNOTE.match(text):
            return match[0]
    texts = (blocks[index].text for index in record.members)
    noted = (number for text in texts for number in _NOTED.findall(text))
    return next((footnotes[number] for number in noted if number in footnotes), "")


def _absolute(link: str, page: str) -> str:
    """Return a link as an address of the web, or `` for a script, a mail, a place on the page."""
    try:
        address = urljoin(page, link)
        parts = urlsplit(address)
    except ValueError:
        return ""
    if parts.scheme not in ("http", "https", "") or link.startswith("#"):
        return ""
    return address
