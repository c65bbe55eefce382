"""Titles that begin with a time of day: entries of a live ticker, or points of a programme.

The programme of a day goes on in full and half hours, the first one first. A ticker mostly has its
newest entry on top; one that has the oldest there was not written by the quarter of the hour.
"""

import re
from collections.abc import Sequence
from itertools import pairwise

import msgspec

from pipeline.blocks import Block
from pipeline.digests.records import Record

MIN_TIMED = 0.5
"""Share of the titles that begin with a time,"""
MIN_ROUND = 0.8
"""and of those in a programme whose minutes can be divided by five."""
MIN_HEADED = 0.8
"""Share of the entries that have a headline below their time, if these are the titles."""
_CLOCK = re.compile(r"\W*\d{1,2}[:h]")
_TIME = re.compile(r"\W*([01]?\d|2[0-3])[.:h]([0-5]\d)\b(?![.:]\d)")


def time_of(text: str) -> tuple[int, int] | None:
    """Return the hour and minute that a text begins with; None where it begins otherwise.

    >>> time_of("18:05 The lamp is lit"), time_of("9h30 – Accueil"), time_of("1.2.30 is out")
    ((18, 5), (9, 30), None)
    """
    match = _TIME.match(text)
    return (int(match[1]), int(match[2])) if match else None


def is_programme(titles: Sequence[Block]) -> bool:
    """Tell whether most titles begin with round times that rise, though noon may be passed."""
    times = _times(titles)
    rises = [one < other for one, other in pairwise(times) if one != other]
    is_round = sum(minute % 5 == 0 for _, minute in times) >= MIN_ROUND * len(times)
    return len(times) > MIN_TIMED * len(titles) and is_round and 2 * sum(rises) > len(rises)


def is_ticker(titles: Sequence[Block]) -> bool:
    """Tell whether all titles begin with times that fall, or rise and are no programme.

    What rises with a full stop is the number of a section: “4.10 Lamps”, “4.11 Oars”.
    """
    times = _times(titles)
    falls = [one > other for one, other in pairwise(times) if one != other]
    by_clock = all(_CLOCK.match(each.text) for each in titles)
    may_rise = by_clock and not is_programme(titles)
    return len(times) == len(titles) and bool(falls) and (2 * sum(falls) > len(falls) or may_rise)


def with_headlines(blocks: Sequence[Block], records: Sequence[Record]) -> tuple[Record, ...]:
    """Return records, those whose titles are but times with the headlines below as titles."""
    if any(map(str.isalpha, "".join(blocks[record.title].text for record in records))):
        return tuple(records)
    headed = [_with_headline(blocks, record) for record in records]
    moved = sum(one is not other for one, other in zip(headed, records, strict=True))
    return tuple(headed if moved >= MIN_HEADED * len(records) else records)


def _with_headline(blocks: Sequence[Block], record: Record) -> Record:
    """Return a record with the block below its title as title, if that can be one above a text."""
    below = record.title + 1
    texts = record.texts - {below}
    if below not in record.members or not texts or time_of(blocks[record.title].text) is None:
        return record
    if not blocks[below].title_like:
        return record
    return msgspec.structs.replace(record, title=below, texts=texts)


def _times(titles: Sequence[Block]) -> list[tuple[int, int]]:
    return [time for each in titles if (time := time_of(each.text)) is not None]
