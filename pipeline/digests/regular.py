"""Records of a page that is so regular that rules find them, by the order of its blocks.

Each block becomes a letter, the page a word, and a listing is a regular expression over letters:
a title, what stands beside it, one paragraph, again and again. Three kinds of pages are known:

- *anchored*: each title has its date or byline beside it, always on the same side;
- *alternating*: title and single paragraph in turn, with a further sign that these are teasers
  (cut ends, “read more”, a heading above the first title, titles as long as titles are);
- *timed*: each title begins with the time of day, the newest mostly first: a live ticker.

Of anything else the splitter is asked. It knows more kinds of listings, and is less sure of them.
"""

import re
from collections.abc import Sequence
from itertools import pairwise

import msgspec

from pipeline.blocks import Block
from pipeline.bylines import find_author, is_person_name
from pipeline.digests.labels import is_sure
from pipeline.digests.records import Record
from pipeline.digests.times import is_ticker, time_of
from pipeline.document import Label
from pipeline.shapes import count_words, ends_cut, has_numeric_date, is_date_line, is_numbered
from pipeline.vocabulary import Vocabulary

MIN_ANCHORED = 3
"""Fewest records of an anchored listing."""
MIN_ALTERNATING = 5
"""Fewest records of an alternating listing."""
MIN_ENTRIES = 4
"""Fewest entries of a live ticker."""
MIN_SAME_SIDE = 0.8
"""Share of the records whose date or byline stands on the same side of the title."""
MIN_COVER = 0.8
"""Share of a page's running text, in words, that the records must hold."""
MAX_RECORD_SHARE = 0.5
"""Share of the records' running text that one of them may hold: more is an article."""
MIN_LINKED = 0.5
"""Share of a title's characters that stand in a link, if it is one."""
MIN_TITLE_WORDS = 4.0
"""Mean words of the titles: headings of sections are shorter."""
PLAIN_TITLE_WORDS = 6.0
"""Mean words from which on titles are proof enough by themselves."""
MAX_EXCERPT_PARAGRAPHS = 2
"""A listing whose items have no more paragraphs than this is one of excerpts."""
MAX_ODD_TITLES = 0.3
"""Share of titles that may be questions, numbered, or persons' names."""

_RECORD = re.compile(r"T[DB]{0,3}P[DBM]{0,3}")
_ANCHORED = {
    "below": re.compile(r"T(?=[DB])"),
    "after": re.compile(r"T(?=S?P{1,4}[DB])"),
    "above": re.compile(r"(?<=[DB])T(?=[PS])"),
}
"""Where the date or byline of a record stands → its title, by what is around it."""
_ALTERNATING = re.compile(rf"(?:{_RECORD.pattern})+")


class Letters(msgspec.Struct, frozen=True):
    """A page as a word: one letter for each block that is not boilerplate by rule.

    `T` a title by its looks, `P` running text, `D` a date, `B` a byline, `M` a “read more” line,
    `S` any other short line.
    """

    word: str
    indices: tuple[int, ...]
    """Index of the block of each letter."""


def spell(blocks: Sequence[Block], vocabulary: Vocabulary) -> Letters:
    """Return a page's blocks as letters; what a rule decided as boilerplate has none."""
    letters: list[str] = []
    indices: list[int] = []
    for index, block in enumerate(blocks):
        letter = _letter(block, vocabulary)
        if letter:
            letters.append(letter)
            indices.append(index)
    return Letters("".join(letters), tuple(indices))


def _letter(block: Block, vocabulary: Vocabulary) -> str:
    """Return the letter of a block, or `` for boilerplate that is sure to be such."""
    if block.folded in vocabulary.read_more:
        return "M"
    if is_sure(block) or block.label in (Label.CAPTION, Label.URL):
        return ""
    if block.prose:
        return "P"
    if is_date_line(block.text, vocabulary):
        return "D"
    if find_author(block.text, vocabulary):
        return "B"
    return "T" if block.title_like and not _is_date_word(block, vocabulary) else "S"


def _is_date_word(block: Block, vocabulary: Vocabulary) -> bool:
    """Tell whether a line is only what stands beside dates, such as “Updated on”."""
    return all(token in vocabulary.date_tokens for token in block.folded.split())


def regular_records(blocks: Sequence[Block], vocabulary: Vocabulary) -> tuple[Record, ...]:
    """Return the records of a listing page, or nothing for any other page."""
    if _runs_of_prose(blocks) < MIN_ANCHORED:
        return ()
    letters = spell(blocks, vocabulary)
    if letters.word.count("P") < MIN_ANCHORED:
        return ()
    for find in (_anchored, _alternating, _timed):
        records = find(blocks, letters, vocabulary)
        if records and _covers(blocks, letters, records):
            return records
    return ()


def _runs_of_prose(blocks: Sequence[Block]) -> int:
    """Return how often running text begins below something else: at most once a record."""
    prose = [block.prose for block in blocks]
    return sum(own and not above for above, own in pairwise([False, *prose]))


def _covers(blocks: Sequence[Block], letters: Letters, records: Sequence[Record]) -> bool:
    """Tell whether nearly all running text of a page is in its records.

    Where much of it is not, or most of it is in one record, the page is an article with teasers,
    and stays whole.
    """
    words = [sum(blocks[i].words for i in record.members if blocks[i].prose) for record in records]
    if max(words) > MAX_RECORD_SHARE * sum(words):
        return False
    if _has_article_above(letters, records[0].members[0]):
        return False
    held = {index for record in records for index in record.members}
    prose = [index for index in letters.indices if blocks[index].prose]
    outside = sum(blocks[index].words for index in prose if index not in held)
    total = sum(blocks[index].words for index in prose)
    return outside <= (1 - MIN_COVER) * total


def _has_article_above(letters: Letters, first: int) -> bool:
    """Tell whether a byline and running text stand above the first record: an article begins so."""
    above = letters.word[: letters.indices.index(first)]
    return bool(re.search(r"B[^P]*P", above))


def _anchored(
    blocks: Sequence[Block], letters: Letters, vocabulary: Vocabulary
) -> tuple[Record, ...]:
    """Return records whose titles have a date or byline on one side: below, above, or after."""
    found = [
        (side, [match.start() for match in pattern.finditer(letters.word)])
        for side, pattern in _ANCHORED.items()
    ]
    for side, starts in sorted(found, key=_fewest_first, reverse=True):
        with_text = [
            start
            for at, start in enumerate(starts)
            if "P" in letters.word[start : [*starts, None][at + 1]]
        ]
        anchored = len(with_text) >= MIN_ANCHORED and len(with_text) >= MIN_SAME_SIDE * len(starts)
        titles = [blocks[letters.indices[start]] for start in with_text]
        if anchored and _are_titles(titles, vocabulary, MAX_ODD_TITLES * 2) and _are_linked(titles):
            return _records(letters, with_text, side)
    return ()


def _fewest_first(found: tuple[str, list[int]]) -> int:
    return len(found[1])


def _records(letters: Letters, starts: list[int], side: str) -> tuple[Record, ...]:
    """Return the records that begin at the titles' letters, each up to the next."""
    lead = 0
    if side == "above":
        lead = min(_dates_above(letters.word, start) for start in starts)
    records: list[Record] = []
    between = [letters.word[one:other].count("P") for one, other in pairwise(starts)]
    most = max(between, default=1)
    for at, start in enumerate(starts):
        first = start - lead
        last = at + 1 == len(starts)
        end = _end_of_last(letters, start, most) if last else starts[at + 1] - lead
        records.append(_record(letters, start, first, end))
    return tuple(records)


def _dates_above(word: str, start: int) -> int:
    """Return how many date and byline letters stand right above a title."""
    match = re.search(r"[DB]+$", word[:start])
    return len(match[0]) if match else 0


def _end_of_last(letters: Letters, start: int, most: int) -> int:
    """Return where the last record ends: where boilerplate begins, or its text.

    `most` is how many paragraphs the others have at most; of a listing of excerpts, the last has
    no more.
    """
    end = start + 1
    paragraphs = 0
    last_text = start + 1
    while end < len(letters.word):
        gap = letters.indices[end] - letters.indices[end - 1] > 1
        letter = letters.word[end]
        full = paragraphs >= most and most <= MAX_EXCERPT_PARAGRAPHS
        if paragraphs and ((gap and letter != "P") or (full and letter not in "DBM")):
            break
        paragraphs += letter == "P"
        if letter == "P" or (letter in "DBM" and last_text == end):
            last_text = end + 1
        end += 1
    return last_text


def _alternating(
    blocks: Sequence[Block], letters: Letters, vocabulary: Vocabulary
) -> tuple[Record, ...]:
    """Return records of a title and a single paragraph each, if more speaks for a listing.

    Where only the first has a byline or date it is an article, and the others are its sections.
    """
    longest = max(_ALTERNATING.finditer(letters.word), key=_length, default=None)
    if longest is None:
        return ()
    spans = [
        (longest.start() + match.start(), longest.start() + match.end())
        for match in _RECORD.finditer(longest[0])
    ]
    if len(spans) < MIN_ALTERNATING:
        return ()
    titles = [blocks[letters.indices[start]] for start, _ in spans]
    if not (_are_titles(titles, vocabulary, MAX_ODD_TITLES) and _are_linked(titles)):
        return ()
    dated = [bool(re.search("[DB]", letters.word[start:end])) for start, end in spans]
    if dated[0] and sum(dated) * 2 < len(dated):
        return ()
    if not _are_teasers(blocks, letters, spans, titles):
        return ()
    return tuple(_record(letters, start, start, end) for start, end in spans)


def _timed(
    blocks: Sequence[Block], letters: Letters, _vocabulary: Vocabulary
) -> tuple[Record, ...]:
    """Return the entries of a live ticker: their titles begin with times, each has its text."""
    starts = [
        at
        for at, index in enumerate(letters.indices)
        if letters.word[at] in "TS" and time_of(blocks[index].text)
    ]
    entries = [letters.word[one:other] for one, other in pairwise([*starts, None])]
    titles = [blocks[letters.indices[start]] for start in starts]
    if len(starts) < MIN_ENTRIES or not all("P" in entry for entry in entries):
        return ()
    return _records(letters, starts, "below") if is_ticker(titles) else ()


def _record(letters: Letters, title: int, first: int, end: int) -> Record:
    """Return the record of the letters from `first` to `end`: what is no title or meta is text."""
    meta = {title} | {at for at in range(first, end) if letters.word[at] in "DBM"}
    texts = (letters.indices[at] for at in range(first, end) if at not in meta)
    return Record(letters.indices[title], letters.indices[first:end], frozenset(texts))


def _length(match: re.Match[str]) -> int:
    return match.end() - match.start()


def _are_titles(titles: Sequence[Block], vocabulary: Vocabulary, max_questions: float) -> bool:
    """Tell whether lines can be titles of items: no questions, numbers, names, repetitions."""
    count = len(titles)
    distinct = len({title.folded for title in titles})
    questions, numbered, names = odd_titles(titles, vocabulary)
    mean_words = sum(title.words for title in titles) / count
    return (
        distinct >= MIN_SAME_SIDE * count
        and questions <= max_questions * count
        and max(numbered, names) <= MAX_ODD_TITLES * count
        and mean_words >= MIN_TITLE_WORDS
    )


def _are_linked(titles: Sequence[Block]) -> bool:
    """Tell whether, in HTML, most titles are links: a listing's lead to its articles.

    Headings of an article's sections do not; a text capture says nothing of it.
    """
    marked = [title.lines[0].markup for title in titles]
    linked = sum(markup is not None and markup.link_density >= MIN_LINKED for markup in marked)
    return not any(marked) or linked * 2 > len(titles)


def odd_titles(titles: Sequence[Block], vocabulary: Vocabulary) -> tuple[int, int, int]:
    """Return how many titles are questions, numbered, and the names of persons or speakers."""
    return (
        sum(title.text.rstrip().endswith("?") for title in titles),
        sum(
            is_numbered(title.text) and not _begins_with_day(title, vocabulary) for title in titles
        ),
        sum(
            is_person_name(title.text, vocabulary) or _ends_with_says(title.text)
            for title in titles
        ),
    )


def _begins_with_day(title: Block, vocabulary: Vocabulary) -> bool:
    """Tell whether a title begins with a day and its month: “3. Mai Ein Brief”, “3.5.2020 …”."""
    words = title.folded.split(" ", 2)
    named = len(words) > 1 and words[1] in vocabulary.months
    return named or has_numeric_date(title.text.partition(" ")[0])


def _ends_with_says(text: str) -> bool:
    return text.rstrip().endswith(":") and count_words(text) <= 5


def _are_teasers(
    blocks: Sequence[Block],
    letters: Letters,
    spans: Sequence[tuple[int, int]],
    titles: Sequence[Block],
) -> bool:
    """Tell whether alternating titles and paragraphs are teasers, not sections of an article."""
    count = len(spans)
    cut = more = 0
    for start, end in spans:
        paragraph = letters.indices[start + letters.word[start:end].index("P")]
        cut += ends_cut(blocks[paragraph].text, also=":»")
        more += "M" in letters.word[start:end] or "D" in letters.word[start:end]
    first = spans[0][0]
    headed = first > 0 and letters.word[first - 1] == "T"
    mean_words = sum(title.words for title in titles) / count
    return (
        max(cut, more) * 2 >= count
        or (headed and mean_words >= MIN_TITLE_WORDS + 1)
        or mean_words >= PLAIN_TITLE_WORDS
    )
