"""Lines that are one paragraph, cut by a page break or a hard wrap.

A hard wrap shows in the whole capture: no line is longer than the width, and of the lines that come
near to it most could not have taken the first word of the next. That is asked of each cut too, so
verse, addresses and menus stay as they are. A page break shows in the sentence: it breaks off
after a word, and goes on in lower case below an empty line.
"""

import re
from collections import Counter
from collections.abc import Sequence
from itertools import pairwise, zip_longest

from pipeline.document import Line
from pipeline.shapes import count_words, ends_sentence, has_bullet

MIN_WIDTH = 50
MAX_WIDTH = 100
"""Mail wraps at 72 to 78, Gopher at 67, terminals at 80: outside of these bounds nothing wraps."""
MIN_FULL_SHARE = 0.6
"""Of the lines that another follows and that come near to the width, so many must be full for the
capture to be wrapped; lengths of lines that nobody wrapped are spread evenly."""
NEAR_WIDTH = 24
"""A line comes near to the width if so many characters are missing at most."""
MIN_FULL_LINES = 4
MIN_LONGER = 2
"""So many lines may be longer than the width, or"""
MAX_LONGER = 0.03
"""such a share of the lines,"""
MIN_FULL_SHARE_OF_MOST = 0.75
"""if of the others such a share is full;"""
NEAR_LONGER = 4
"""those by so many characters are full, too."""
MIN_CUT_WORDS = 8
"""A shorter line is a heading, a point or verse and does not break off a sentence."""
MIN_REST_WORDS = 3

_BREAKS_OFF = re.compile(r"[^\W\d_](?:[\"'”’»)\]]?,?|[-\u2010\u00ad])$")
_BREAK_CHARACTERS = 3
"""A letter, what closes a quotation, a comma."""
_FIRST_HALF = re.compile(r"([^\W\d_]{2,})[-\u2010\u00ad]$")
_SECOND_HALF = re.compile(r"([^\W\d_]{2,})")
_CUT_SHORT = ("…", "...", "[…]", "[...]", "»", "→")
"""How an excerpt ends: nothing goes on below it."""
_NUMBER = re.compile(r"\s*(\d{1,3})[.)]\s")
_LEAD = re.compile(r"\s*(?:(?:[^\w\s]|\d{1,3}[.)])\s+)?")
_CELLS = re.compile(r"\S(?:\t|\s{3,})\S")
_QUOTE_MARK = re.compile(r"\s*[>|]")


def find_continued(lines: Sequence[Line]) -> frozenset[int]:
    """Return the numbers of the lines that go on with the line before them.

    >>> cut = [Line(1, "They had come from all of the villages around the"), Line(2, ""),
    ...        Line(3, "old harbour, and stayed.")]
    >>> sorted(find_continued(cut))
    [3]
    >>> whole = [Line(1, "They had come from all of the villages around the harbour."),
    ...          Line(2, ""), Line(3, "old harbour, and stayed.")]
    >>> sorted(find_continued(whole))
    []
    """
    width = wrap_width(lines)
    numbers = _list_numbers([line.text for line in lines]) if width else frozenset()
    continued: set[int] = set()
    before: Line | None = None
    adjacent = False
    for line, after in zip_longest(lines, lines[1:]):
        if line.is_blank:
            adjacent = False
            continue
        if before is not None:
            full = width and adjacent and not _is_point(line.text, numbers)
            wrapped = full and (
                _is_wrapped(before.text, line.text, width)
                or _is_parted(before.text, line.text, width)
            )
            if wrapped and ends_sentence(before.text):
                wrapped = not _stands_alone(line.text, after.text if after else "", width)
            if wrapped or _is_cut(before.text, line.text):
                continued.add(line.number)
        before, adjacent = line, True
    return frozenset(continued)


def parted_word(above: str, below: str) -> tuple[str, str] | None:
    """Return the two halves of a word with a hyphen between them at the end of a line.

    >>> parted_word("all around the har-", "bour, and stayed")
    ('har', 'bour')
    >>> parted_word("all around the harbour -", "and stayed"), parted_word("the North-", "East")
    (None, None)
    """
    first, second = _FIRST_HALF.search(above.rstrip()), _SECOND_HALF.match(below.lstrip())
    if first is None or second is None or not second[1][:1].islower():
        return None
    return first[1], second[1]


def _list_numbers(texts: Sequence[str]) -> frozenset[int]:
    """Return the numbers at the start of lines that count up, and so are points of a list.

    >>> sorted(_list_numbers(["1. one", "2. two", "in the year", "38. Your committee"]))
    [1, 2]
    """
    found = {int(match[1]) for text in texts if (match := _NUMBER.match(text))}
    return frozenset(number for number in found if number == 1 or {number - 1, number + 1} & found)


def wrap_width(lines: Sequence[Line]) -> int:
    """Return the width in characters at which a capture is hard-wrapped, or 0 if it is not.

    A few lines may be longer, as the head of a mail or a row with an address: of the widths that
    all but these keep to, the one is taken at which most lines are full.
    """
    texts = [line.text.rstrip() for line in lines]
    lengths = Counter(len(text) for text in texts if " " in text.strip())
    most_longer = max(MIN_LONGER, MAX_LONGER * lengths.total())
    longer = sum(count for length, count in lengths.items() if length > MAX_WIDTH)
    widths = sorted(width for width in lengths if MIN_WIDTH <= width <= MAX_WIDTH)
    if longer > most_longer or not widths:
        return 0
    ends, taken = _full_at(texts)
    best, most = 0, 0
    for width in reversed(widths):
        full, near = taken[width], sum(ends[width - back] for back in range(NEAR_WIDTH + 1))
        share = MIN_FULL_SHARE_OF_MOST if longer else MIN_FULL_SHARE
        if full >= MIN_FULL_LINES and full >= share * near and 2 * full - near > most:
            best, most = width, 2 * full - near
        longer += lengths[width]
        if longer > most_longer:
            break
    return best


def _full_at(texts: Sequence[str]) -> tuple[Counter[int], Counter[int]]:
    """Return how many lines that another follows are so long, and how many are full at a width."""
    numbers = _list_numbers(texts)
    ends: Counter[int] = Counter()
    full: Counter[int] = Counter()
    for above, below in pairwise(texts):
        length = len(above)
        if length > MAX_WIDTH or not above.strip() or not below.strip():
            continue
        if length < MIN_WIDTH - NEAR_WIDTH or _is_point(below, numbers):
            continue
        ends[length] += 1
        first = len(below.split(maxsplit=1)[0])
        if length + first >= MIN_WIDTH and _may_be_wrapped(above, below):
            full.update(range(max(MIN_WIDTH, length), min(MAX_WIDTH, length + first) + 1))
    return ends, full


def _is_point(text: str, numbers: frozenset[int]) -> bool:
    """Tell whether a line begins a point of a list; a number must be one of a list's."""
    match = _NUMBER.match(text)
    return int(match[1]) in numbers if match else has_bullet(text)


def _is_wrapped(above: str, below: str, width: int) -> bool:
    """Tell whether the line above was too full to take the first word of the line below."""
    if not below.strip() or not _may_be_wrapped(above, below):
        return False
    length = len(above.rstrip())
    first = below.split(maxsplit=1)[0]
    if width < length <= width + NEAR_LONGER:  # as rows of a list that a browser wraps later
        return not first.endswith(":")
    return length <= width < length + 1 + len(first)


def _may_be_wrapped(above: str, below: str) -> bool:
    """Tell whether a line below another may go on with it, whatever the width."""
    if _QUOTE_MARK.match(below) or _CELLS.search(above):
        return False
    if above.rstrip().endswith(_CUT_SHORT) or " " not in above.strip():
        return False
    indent = len(below) - len(below.lstrip())
    return indent <= len(above) - len(_LEAD.sub("", above, count=1))


def _is_parted(above: str, below: str, width: int) -> bool:
    """Tell whether a word is parted at the end of the line above, which comes near to the width."""
    near = len(above.rstrip()) >= width - NEAR_WIDTH
    return near and parted_word(above, below) is not None


def _stands_alone(text: str, below: str, width: int) -> bool:
    """Tell whether a line below the end of a sentence begins something else: a title, a date."""
    begins = not text.strip()[:1].islower()
    return begins and not ends_sentence(text) and not _is_wrapped(text, below, width)


def _is_cut(above: str, below: str) -> bool:
    """Tell whether a sentence breaks off above and goes on, in lower case, below."""
    rest = below.strip()
    return (
        rest[:1].islower()
        and bool(_BREAKS_OFF.search(above.rstrip()[-_BREAK_CHARACTERS:]))
        and count_words(above) >= MIN_CUT_WORDS
        and count_words(rest) >= MIN_REST_WORDS
        and not has_bullet(below)
        and not has_bullet(above)
    )
