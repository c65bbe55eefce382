"""What the titles of a digest begin with that is none of them: dates, numbers, marks.

One title that begins with a number is called so (“12 boats”); where nearly all do, and count on,
the numbers are the digest's.
"""

import re
from collections.abc import Iterable, Sequence
from itertools import pairwise

import msgspec

from pipeline.boilerplate.heads import decoded, field_of
from pipeline.shapes import find_date, is_date_line
from pipeline.vocabulary import Vocabulary

MIN_BEGIN = 0.8
"""Share of a digest's titles that begin alike, if that is none of the titles'."""
MAX_DATE_WORDS = 6
"""Such a date has so many words, the signs around it with them: “Friday , 12 May 2020 –”."""
_BETWEEN = " :|,·•–—-"
_NUMBER = re.compile(
    r"(?:[\[(]\s?([0-9]{1,3})\s?[\])]|(?:#\s?|(?:no|nr)\.\s?)([0-9]{1,3})\s?[.):–—-]?"
    r"|([0-9]{1,3})(?:/[0-9]{1,3})?\s?[.):|–—-]|\(?([a-z])\))\s+(?=\S)",
    re.IGNORECASE,
)
"""“[3] ”, “(3) ”, “#3 ”, “No. 3: ”, “3. ”, “3/12 | ”, “(c) ”."""
_YEAR = re.compile(r"[0-9]{4}")
_MARK = re.compile(r"([*•◦‣▪■●◆►▶>»~+=|–—-]{1,4})\s+(?=\S)")


class Begin(msgspec.Struct, frozen=True):
    """What nearly all titles of a digest begin with."""

    dated: bool = False
    numbered: bool = False
    mark: str = ""
    named: bool = False
    """Fields of mails: `Subject: …`."""


def begin_of(titles: Sequence[str], vocabulary: Vocabulary) -> Begin:
    """Return what nearly all titles of a digest begin with."""
    fields = [field for title in titles if (field := field_of(title)) and field.kind == "title"]
    return Begin(
        begin_with_dates(titles, vocabulary),
        _count_on(titles),
        _common_mark(titles),
        len(fields) >= MIN_BEGIN * len(titles),
    )


def begin_with_dates(titles: Sequence[str], vocabulary: Vocabulary) -> bool:
    """Tell whether most titles of a digest begin with a date, be it of day and month."""
    dated = sum(bool(date_before(title, vocabulary)[0]) for title in titles)
    return dated >= MIN_BEGIN * len(titles)


def date_before(title: str, vocabulary: Vocabulary) -> tuple[str, str]:
    """Return the date that a title begins with, or ``, and the title without it.

    “[2006-05-11] The boats”, “12 May 2020: The boats”, “12.5.2020 The boats”, “12 May The boats”.
    """
    words = title.split()
    yearless: tuple[str, str] | None = None
    for count in range(1, min(MAX_DATE_WORDS, len(words) - 1) + 1):
        date, rest = " ".join(words[:count]), " ".join(words[count:]).lstrip(_BETWEEN)
        bare = date.strip(_BETWEEN + "[]()")
        if not rest or not is_date_line(bare, vocabulary):
            continue
        if find_date(bare, vocabulary, day_first=True):
            is_span = date_before(rest, vocabulary)[0] or is_date_line(rest, vocabulary)
            return ("", title) if is_span else (bare, rest)
        if not _YEAR.search(bare):
            yearless = yearless or (bare, rest)
    return yearless if yearless and yearless[1][0].isalpha() else ("", title)


def without_begin(title: str, begin: Begin) -> str:
    """Return a title without the number or mark that nearly all begin with, and maybe end with.

    >>> without_begin("3) The boats", Begin(numbered=True)), without_begin("The boats", Begin())
    ('The boats', 'The boats')
    >>> without_begin("== The boats ==", Begin(mark="=="))
    'The boats'
    """
    field = field_of(title) if begin.named else None
    if field:
        return decoded(field.value) or title
    found = _NUMBER.match(title) if begin.numbered else None
    if found:
        return title[found.end() :]
    if begin.mark and title.startswith(begin.mark):
        bare = title.removeprefix(begin.mark).strip()
        return bare.removesuffix(begin.mark).strip() or title
    return title


def _count_on(titles: Sequence[str]) -> bool:
    """Tell whether nearly all titles begin with numbers, each with the next one, up or down."""
    found = [_NUMBER.match(title) for title in titles]
    told = [next(filter(None, match.groups())) for match in found if match]
    numbers = [int(each) if each.isdigit() else ord(each.lower()) for each in told]
    steps = [after - before for before, after in pairwise(numbers)]
    if len(numbers) < max(2, MIN_BEGIN * len(titles)):
        return False
    return max(steps.count(1), steps.count(-1)) >= MIN_BEGIN * len(steps)


def _common_mark(titles: Iterable[str]) -> str:
    """Return the mark that nearly all titles begin with, or ``."""
    marks = [found[1] if (found := _MARK.match(title)) else "" for title in titles]
    mark = max(sorted(set(marks)), key=marks.count, default="")
    return mark if mark and marks.count(mark) >= MIN_BEGIN * len(marks) else ""
