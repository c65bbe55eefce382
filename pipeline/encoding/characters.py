"""Single characters that captures carry and texts do not need, and what becomes of each.

Each fixer takes a line and yields `Change`s; none knows of documents. Letters, quotes, ligatures
and width stay as they are: what is changed here is invisible, or stands for another character.
"""

import html
import re
import unicodedata
from collections.abc import Callable, Iterator

import msgspec


class Change(msgspec.Struct, frozen=True):
    """`before`, found at `start` of the text, becomes `after`."""

    action: str
    start: int
    before: str
    after: str
    detail: str = ""


Fixer = Callable[[str], Iterator[Change]]

_SPACES = re.compile(
    "[\N{NO-BREAK SPACE}\N{EN QUAD}-\N{HAIR SPACE}\N{NARROW NO-BREAK SPACE}"
    "\N{MEDIUM MATHEMATICAL SPACE}\N{LINE SEPARATOR}\N{PARAGRAPH SEPARATOR}]"
)
_CONTROLS = re.compile(r"[\x00-\x08\x0b-\x0c\x0e-\x1f\x7f-\x9f]")
_PARTING_CONTROLS = frozenset("\x0b\x0c\x1c\x1d\x1e\x1f\x85")
"""Controls that part words: vertical tab, form feed, the information separators, next line."""
_UNSPACED = re.compile(
    "[\u0e00-\u109f\u1780-\u17ff\u1950-\u19ff\u1a20-\u1aaf\u1b00-\u1b7f\ua980-\ua9ff\uaa60-\uaa7f]"
)
"""Thai, Lao, Tibetan, Burmese, Khmer, Tai, Balinese, Javanese: no spaces stand between words."""
_INVISIBLE = re.compile(
    r"\N{SOFT HYPHEN}(?!\s*$)|[\N{ZERO WIDTH NO-BREAK SPACE}\N{WORD JOINER}\N{ZERO WIDTH SPACE}]"
)
_DIRECTION = re.compile("[\u200e\u200f\u202a-\u202e\u2066-\u2069]")
_RIGHT_TO_LEFT = re.compile("[\u0590-\u08ff\ufb1d-\ufdff\ufe70-\ufefc]")
_ACCENT = "\N{ACUTE ACCENT}`"
_APOSTROPHE = re.compile(
    rf"""
    (?<=[^\W\d_]) [{_ACCENT}] (?= (?:s|t|d|m|re|ve|ll|em|n)\b )      # town´s, don´t, we´ll
  | (?:(?<=\b[ldjmnstcLDJMNSTCO]) | (?<=\b[Qq]u)) [{_ACCENT}] (?=[^\W\d_]{{2}})  # l´eau, O´Brien
  | (?<=[sz]) [{_ACCENT}] (?=\s|[.,;:!?)]|$)                         # the miners´ union
    """,
    re.VERBOSE | re.IGNORECASE,
)
_OPENING_ACCENT = re.compile(rf"(?:^|[\s(\[])[{_ACCENT}]{{1,2}}(?=\w)")
_REFERENCE = re.compile(r"&(?:[A-Za-z][A-Za-z0-9]{1,30}|\#[0-9]{1,7}|\#[xX][0-9A-Fa-f]{1,6});")
_ENDS = re.compile(r"[\r\n]")
_DEAD_LINK = re.compile(
    r"""
    !?\[ (?P<text>[^\[\]\n]*) \]                 # [text], or ![text] of a picture
    \( (?: \#[^)\s]* | javascript:[^)\n]* | ) \) # (#), (#anchor), (javascript:…), ()
    """,
    re.VERBOSE | re.IGNORECASE,
)


def fix_spaces(text: str) -> Iterator[Change]:
    """Yield a space for each no-break and typographic space; the ideographic one stays.

    >>> [(c.start, c.after) for c in fix_spaces("15\N{NO-BREAK SPACE}km")]
    [(2, ' ')]
    >>> list(fix_spaces("東京\N{IDEOGRAPHIC SPACE}港 one two"))
    []
    """
    for match in _SPACES.finditer(text):
        yield Change("space", match.start(), match[0], " ")


def fix_controls(text: str) -> Iterator[Change]:
    r"""Yield a space for control characters that part words, nothing for others; the tab stays.

    >>> [c.after for c in fix_controls("page\x0cone \x07")]
    [' ', '']
    >>> list(fix_controls("one\ttwo"))
    []
    """
    for match in _CONTROLS.finditer(text):
        after = " " if match[0] in _PARTING_CONTROLS else ""
        yield Change("control", match.start(), match[0], after)


def fix_invisible(text: str) -> Iterator[Change]:
    """Yield the removal of soft hyphens, byte order marks, word joiners and zero-width spaces.

    Joiners (ZWJ, ZWNJ) stay: Persian, Hindi and emoji need them; so does the zero-width space in
    lines of Khmer, Thai, Lao, Burmese and others, whose words it parts. A soft hyphen at the end of
    a line stays until the word is joined with its other half.

    >>> [c.start for c in fix_invisible("har\N{SOFT HYPHEN}bour")]
    [3]
    >>> list(fix_invisible("می\N{ZERO WIDTH NON-JOINER}خواهم"))
    []
    """
    parted = bool(_UNSPACED.search(text))
    for match in _INVISIBLE.finditer(text):
        if parted and match[0] == "\N{ZERO WIDTH SPACE}":
            continue
        action = "bom" if match[0] == "\ufeff" and match.start() == 0 else "invisible"
        yield Change(action, match.start(), match[0], "")


def fix_direction(text: str) -> Iterator[Change]:
    """Yield the removal of direction marks from a line that has no right-to-left letter.

    >>> [c.start for c in fix_direction("Price\N{LEFT-TO-RIGHT MARK}: 12")]
    [5]
    >>> list(fix_direction("מחיר\N{LEFT-TO-RIGHT MARK}: 12"))
    []
    """
    if _RIGHT_TO_LEFT.search(text):
        return
    for match in _DIRECTION.finditer(text):
        yield Change("direction", match.start(), match[0], "")


def fix_apostrophes(text: str) -> Iterator[Change]:
    """Yield an apostrophe for each accent that stands for one; accents that quote stay.

    >>> [c.start for c in fix_apostrophes("Evo´s party and the miners´ union don`t agree")]
    [3, 26, 37]
    >>> list(fix_apostrophes("´a quotation of words´ and caf´e, `code` too"))
    []
    """
    if not any(accent in text for accent in _ACCENT):
        return
    quoted = bool(_OPENING_ACCENT.search(text))
    for match in _APOSTROPHE.finditer(text):
        ends_word = not text[match.end() : match.end() + 1].isalpha()
        if not (quoted and ends_word):
            yield Change("apostrophe", match.start(), match[0], "'")


def fix_references(text: str) -> Iterator[Change]:
    """Yield the character for each character reference that a conversion left behind.

    Only those that end in a semicolon and have a name of the standard (WHATWG HTML, 13.5); a line
    with a tag in it speaks of markup and stays.

    >>> [c.after for c in fix_references("Fish &amp; chips &#8211; &eacute;")]
    ['&', '–', 'é']
    >>> list(fix_references("AT&T; R&D, &c; write <b> as &lt;b&gt;"))
    []
    """
    if "<" in text:
        return
    for match in _REFERENCE.finditer(text):
        character = html.unescape(match[0])
        if character != match[0] and len(character) <= 2 and not _ENDS.search(character):
            yield Change("reference", match.start(), match[0], character)


def fix_dead_links(text: str) -> Iterator[Change]:
    """Yield the text of each Markdown link whose target was lost; links with a target stay.

    >>> [c.after for c in fix_dead_links("the [harbour](#) and [pier]()")]
    ['harbour', 'pier']
    >>> list(fix_dead_links("see [the law](https://law.example), note [1](a), f[0](#"))
    []
    """
    for match in _DEAD_LINK.finditer(text):
        yield Change("link", match.start(), match[0], match["text"])


def fix_composition(text: str) -> Iterator[Change]:
    """Yield the composed form (NFC, Unicode 15, UAX #15) of a line that is not in it.

    >>> [c.after for c in fix_composition("cafe\N{COMBINING ACUTE ACCENT}")]
    ['é']
    >>> list(fix_composition("café ﬁn ２"))
    []
    """
    composed = unicodedata.normalize("NFC", text)
    if composed != text:
        yield whole_change("composition", text, composed)


def whole_change(action: str, before: str, after: str, detail: str = "") -> Change:
    """Return the change that makes `after` of `before`, without what both begin and end with."""
    shortest = min(len(before), len(after))
    start = _begun_alike(before, after, shortest)
    rest = shortest - start
    end = _ended_alike(before, after, rest)
    return Change(
        action, start, before[start : len(before) - end], after[start : len(after) - end], detail
    )


def _begun_alike(one: str, other: str, most: int) -> int:
    """Return with how many same characters two texts begin, if that is at most `most`.

    >>> _begun_alike("harbour", "harvest", 7), _begun_alike("pier", "piers", 4)
    (3, 4)
    """
    return _longest(most, lambda low, high: one[low:high] == other[low:high])


def _ended_alike(one: str, other: str, most: int) -> int:
    """Return with how many same characters two texts end, if that is at most `most`.

    >>> _ended_alike("harbour", "flour", 5), _ended_alike("pier", "piers", 4)
    (3, 0)
    """
    here, there = len(one), len(other)
    return _longest(
        most,
        lambda low, high: one[here - high : here - low] == other[there - high : there - low],
    )


def _longest(most: int, alike: Callable[[int, int], bool]) -> int:
    """Return how far two texts are alike from 0 on, if that is at most `most`.

    It is seldom more than a sign or two, so the first ones are looked at first.
    """
    if not most or not alike(0, 1):
        return 0
    low, high = 1, min(2, most)
    while low < high < most and alike(low, high):
        low, high = high, min(16 * high, most)
    while low < high:
        middle = (low + high + 1) // 2
        if alike(low, middle):
            low = middle
        else:
            high = middle - 1
    return low
