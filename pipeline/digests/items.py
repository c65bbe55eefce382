"""What is known of an item besides its lines: title, author, date, link, whether it is cut."""

import re
from collections.abc import Iterable, Mapping, Sequence
from itertools import chain
from urllib.parse import urljoin, urlsplit

import msgspec

from pipeline.blocks import Block
from pipeline.boilerplate.heads import signed_field
from pipeline.bylines import find_author, is_person_name
from pipeline.datelines import author_after_by, bare_name, name_in, once, spaced, tells_date
from pipeline.digests.beginnings import Begin, date_before, without_begin
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
    MAX_TITLE_CHARACTERS,
    ends_cut,
    find_date,
    has_numeric_date,
    is_date_line,
)
from pipeline.updates import tells_change
from pipeline.vocabulary import Vocabulary, reads_day_first

ALONE = Begin()
"""What a title begins with that is of no digest."""
MAX_CUT_WORDS = 120
"""A longer text that ends in a colon is no excerpt."""
MAX_MORE_WORDS = 8
"""Words of “Continue reading →”, and the one before."""
MAX_ABOVE_DATELINE = 2
"""An item's text begins with its first lines; an address may stand above."""
_ROW_NUMBER = re.compile(r"(?!(?:19|20)\d\d$)\d{1,4}(?:[./-]\d{1,4})?[.)]?")
"""What numbers the rows of a table: 37, 17/28; a year does not."""
_FORMATS = frozenset({"pdf", "html", "xml", "epub", "doc", "docx", "mobi", "ps", "txt"})
_ENDS, _CLOSING = tuple(".!?…"), '"”’»)]'
_ADDRESS = re.compile(r"https?://[^\s<>\"]+[^\s<>\".,;:!?)\]]")
_AND_ADDRESS = re.compile(r"(?<=\S)\s+[<(]?https?://\S+$")
_FOOTNOTE = re.compile(r"\s*\[(\d{1,3})\]:?\s*(https?://\S+)\s*$")
_NOTED = re.compile(r"\[(\d{1,3})\](?!:?\s*http)")
_DATELINE = re.compile(r"\s*(.{4,40}?)\s[\u2013\u2014-]\s+\S")
_SIGN = re.compile(r"\s+[\u00b7\u2022|/\u2013\u2014-]\s+")
_MARKED_LINK = re.compile(r"\[([^\]\n]+)\]\((https?://[^\s()]+)(?:\s+\"[^\"]*\")?\)")
_HEADING = re.compile(r"#{1,6}\s+(\S.*?)(?:\s+#+)?")


def described(document: Document, vocabulary: Vocabulary, begin: Begin = ALONE) -> Document:
    """Return a document with title, author and date: a page's by its markup, else by its lines.

    `begin` is what the titles of a digest begin with.
    """
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
        titles = [without_begin(without_marks(title), begin) for title in titles]
        if begin.dated:
            begun = [date_before(title, vocabulary) for title in titles]
            titles = [title for _, title in begun]
            beside = [date for date, _ in begun] + beside
    authors = [_without_by(known.author, vocabulary)]
    authors += [author_of(text, vocabulary) for text in by_label[Label.BYLINE]]
    dated = [] if known.published else by_label[Label.DATE] + by_label[Label.BYLINE] + beside
    dated = [spaced(text, vocabulary) for text in dated]
    dated = sorted(chain.from_iterable(map(_changes_apart, dated)), key=tells_change)
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
    """Return titles that are rows of a table without the cells that are dates, and these.

    Nor have they the cell that numbers the row, nor cells that are formats (“PDF”).
    """
    rows = [[cell for cell in map(str.strip, title.split("\t")) if cell] for title in titles]
    rows = [row[1:] if len(row) > 1 and _ROW_NUMBER.fullmatch(row[0]) else row for row in rows]
    rows = [[cell for cell in row if cell.lower() not in _FORMATS] or row for row in rows]
    dates = [cell for row in rows if len(row) > 1 for cell in row if is_date_line(cell, vocabulary)]
    return ["\t".join(cell for cell in row if cell not in dates) for row in rows], dates


def _changes_apart(text: str) -> list[str]:
    """Return a line that tells when something was changed in its parts, another as it is."""
    return _SIGN.split(text) if tells_change(text) else [text]


def _dateline(lines: Sequence[Line], vocabulary: Vocabulary) -> list[str]:
    """Return the date that an item's text begins with: “12 May 2020 — Boats came back”, if any."""
    first = [line.text for line in lines if line.label == Label.CONTENT][:MAX_ABOVE_DATELINE]
    begun = filter(None, map(_DATELINE.match, first))
    return [match[1] for match in begun if is_date_line(match[1], vocabulary)]


def without_marks(title: str) -> str:
    """Return a title without what makes it a heading or a link in Markdown; its line keeps it.

    >>> without_marks("# The boats #"), without_marks("#1 in the charts"), without_marks("C #")
    ('The boats', '#1 in the charts', 'C #')
    >>> without_marks("## [The boats](https://quay.example/boats)"), without_marks("[Video] Boats")
    ('The boats', '[Video] Boats')

    Nor has it the address of its article behind it.

    >>> without_marks("The boats https://quay.example/boats"), without_marks("https://quay.example")
    ('The boats', 'https://quay.example')
    """
    found = _HEADING.fullmatch(title.strip())
    plain = found[1] if found else title
    linked = _MARKED_LINK.fullmatch(plain.strip())
    if linked:
        return linked[1]
    return _AND_ADDRESS.sub("", plain) if len(plain) <= MAX_TITLE_CHARACTERS else plain


def _labelled(lines: Iterable[Line], label: str) -> tuple[Line, ...]:
    return tuple(line for line in lines if line.label == label)


def author_of(byline: str, vocabulary: Vocabulary) -> str:
    """Return whom a byline names: after “by”, or a name that stands alone, but for a date.

    Or whom the field of a mail names: `From: Ana Ruiz <ana@pier.example>`.
    """
    if signed := signed_field(byline, vocabulary):
        return signed
    byline = once(spaced(byline, vocabulary))
    first = byline.split(",", maxsplit=1)[0].strip(" \N{EM DASH}\N{EN DASH}-")
    begins_date = fold(first.partition(" ")[0]) in vocabulary.date_tokens  # “Posted Sun, … by Jo”
    named = author_after_by(byline, vocabulary)
    is_name = are_persons(first, vocabulary) and not (named and begins_date)
    if named and not (is_name and len(named.split()) == 1):
        return named
    if is_name:
        return first
    if name := name_beside_date(byline, vocabulary) or bare_name(byline, vocabulary):
        return name
    return name_in(byline, vocabulary) if tells_date(byline, vocabulary) else ""


def _without_by(author: str, vocabulary: Vocabulary) -> str:
    """Return whom the markup names as author, without “by”.

    A word that is “by” in some language may be a given name: Signe Dahl, Di Wu.
    """
    named = find_author(author, vocabulary)
    return named if len(named.split()) > 1 else author


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
    if marked := _MARKED_LINK.search(blocks[record.title].text):
        return marked[2]
    title = blocks[record.title].text.strip()
    if len(title) <= MAX_TITLE_CHARACTERS and (behind := _AND_ADDRESS.search(title)):
        return behind[0].strip(" <(>)")
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
