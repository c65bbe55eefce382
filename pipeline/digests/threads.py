"""What threads, comments and reviews look like when they are taken for listings."""

import re
from collections import Counter
from collections.abc import Iterator, Sequence
from itertools import pairwise

import msgspec

from pipeline.blocks import Block
from pipeline.digests.outline import MAX_DATED
from pipeline.digests.records import Record
from pipeline.shapes import find_date
from pipeline.vocabulary import Vocabulary

_REPLY = re.compile(
    r"(?:[^\W\d_]+:\s+)?\W*(?:re|aw|antw|sv|odp|rif)\s*(?:\[\d+\])?:", re.IGNORECASE
)
"""How mail and forums mark the subject of a reply, in several languages; `Subject: Re: …`, too."""
_POST = re.compile(r"(?:^|\s)#([0-9]{1,6})(?!\w)")
_MEMBER = re.compile(
    r"\b(?:posts|messages|beiträge|mensajes|mensagens|messaggi|berichten|wpisy"
    r"|joined|registered|member since|registriert|inscrit|registrado|iscritto)\s*:"
    r"|^\W*(?:(?:senior|junior|new|full|active|well-known|veteran|global|forum|super)\s+)*"
    r"(?:member|moderator|administrator|mitglied|membre|miembro|membro|lid|użytkownik|medlem"
    r"|участник|новичок|модератор)(?:\t|\s{2}|\W*$)",
    re.IGNORECASE,
)
"""What forums say of who wrote a post,"""
_BOUGHT = re.compile(
    r"verified (?:purchase|buyer|owner|reviewer|customer)|verifizierter (?:kauf|käufer)"
    r"|achat vérifié|compra verificada|acquisto verificato|reviewed in |★\S*\s+by\s"
    r"|\bby .{1,40}★|was this (?:review )?helpful|found this helpful|out of 5 stars$",
    re.IGNORECASE,
)
"""and shops of who wrote a review."""
MAX_USER_WORDS = 3
"""What users of a forum are called has so many words in the mean,"""
MIN_AGAIN = 2
"""and so many of them wrote more than once."""
MIN_STAMPS = 4
"""So many posts at least tell who wrote them and at what time,"""
STAMP_ABOVE = 1
"""each so many blocks above what half of the records have for a title, at most."""
_CLOCK = re.compile(
    r"(?<![\d:.])(?P<hour>[01]?\d|2[0-3])[:.h](?P<minute>[0-5]\d)(?::[0-5]\d)?(?![\d:.])"
    r"(?:\s?(?P<half>[ap])\.?m\b)?",
    re.IGNORECASE,
)


class _Stamp(msgspec.Struct, frozen=True):
    """Who wrote a post and when, as the line above it tells."""

    index: int
    """Of its block."""
    name: str
    """Folded."""
    moment: tuple[str, int]
    """The day as YYYY-MM-DD, and its minute."""


def is_thread(blocks: Sequence[Block], records: Sequence[Record], vocabulary: Vocabulary) -> bool:
    """Tell whether half of the records are replies by their subjects, posts, or reviews by buyers.

    Posts are numbered beside their titles, the oldest first: `12 May 2020, 18:36 #4`; or who wrote
    them is described: `Posts: 213`; or who wrote them, and when, stands above each, the oldest
    first: `Ana Ruiz 12 May 2020 at 6:36 pm`.
    """
    others = [
        blocks[at].text
        for record in records
        for at in record.members
        if at != record.title and not blocks[at].prose
    ]
    numbers = [int(match[1]) for text in others if (match := _POST.search(text))]
    are_posts = 2 * len(numbers) >= len(records) and all(a < b for a, b in pairwise(numbers))
    replies = sum(any(_REPLY.match(blocks[at].text) for at in record.members) for record in records)
    told = max(_with(_MEMBER, blocks, records), _with(_BOUGHT, blocks, records))
    return (
        (are_posts and len(numbers) > 1)
        or 2 * max(replies, told) > len(records)
        or _are_stamped(blocks, records, vocabulary)
    )


def _with(pattern: re.Pattern[str], blocks: Sequence[Block], records: Sequence[Record]) -> int:
    """Return how many records have a short line in which a pattern is found."""
    return sum(
        any(not blocks[at].prose and pattern.search(blocks[at].text) for at in record.members)
        for record in records
    )


def _are_stamped(
    blocks: Sequence[Block], records: Sequence[Record], vocabulary: Vocabulary
) -> bool:
    """Tell whether names with a day and time stand above the records, and the times never fall.

    Of the persons one at least writes again. Listings have their newest item on top, and programmes
    a title above the time.
    """
    first = max(0, records[0].members[0] - STAMP_ABOVE)
    stamps = list(_stamps(blocks, range(first, records[-1].members[-1] + 1), vocabulary))
    names = {stamp.name for stamp in stamps}
    if len(stamps) < MIN_STAMPS or not 2 <= len(names) < len(stamps):
        return False
    rises = all(one.moment <= other.moment for one, other in pairwise(stamps))
    places = {stamp.index for stamp in stamps}
    headed = sum(
        not places.isdisjoint(range(record.title - STAMP_ABOVE, record.title + 1))
        for record in records
    )
    return rises and 2 * headed >= len(records)


def _stamps(
    blocks: Sequence[Block], places: Sequence[int], vocabulary: Vocabulary
) -> Iterator[_Stamp]:
    """Yield the short lines that begin with a name and tell a day and a time."""
    for index in places:
        block = blocks[index]
        clock = None if block.words > MAX_DATED else _CLOCK.search(block.text)
        date = find_date(block.text, vocabulary, day_first=True) if clock else ""
        if clock is None or not date:
            continue
        if name := _name_before(block.folded, vocabulary):
            hour = int(clock["hour"])
            if clock["half"]:
                hour = hour % 12 + 12 * (clock["half"].lower() == "p")
            yield _Stamp(index, name, (date, 60 * hour + int(clock["minute"])))


def _name_before(folded: str, vocabulary: Vocabulary) -> str:
    """Return the words before the first number, word of dates, or month that a number follows."""
    words = folded.split()
    for at, word in enumerate(words):
        is_month = word in vocabulary.months and words[at + 1 : at + 2] == ["#"]
        if word == "#" or is_month or word in vocabulary.date_tokens:
            return " ".join(words[:at])
    return folded


def are_users(titles: Sequence[Block]) -> bool:
    """Tell whether titles are short, and several stand there again: users who answer each other."""
    times = Counter(title.text.strip().casefold() for title in titles)
    words = sum(title.words for title in titles)
    again = sum(count > 1 for count in times.values())
    return words <= MAX_USER_WORDS * len(titles) and again >= MIN_AGAIN
