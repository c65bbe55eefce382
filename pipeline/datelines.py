"""Lines that say when a page was published, among other things, and who wrote it.

`Dec 26, 2025 • Ana Ruiz in Boats`, `Ida Moor December 18, 2025`, `Dec 17, 2025Jan K. Vos`.
"""

import re
from typing import NamedTuple

from pipeline.bylines import find_author, is_person_name
from pipeline.folding import fold
from pipeline.shapes import find_date
from pipeline.vocabulary import Vocabulary

EARLIEST = "1990"
"""A page of the web is published in this year or later."""
MAX_CHARACTERS = 400
"""A longer line is not looked at."""
MAX_WORDS = 18
"""Such a line has so many words at most,"""
FEW, MANY = 3, 9
"""so many that are no date's, or where something says that it is one, more."""
LONG = 4
"""Shorter words of dates are parts of names, too."""
_STUCK = re.compile(
    r"(?<=[a-z\u00df-\u00ff])(?=[A-Z])|(?<=\d)(?=[A-Z][^\W\d_])"
    r"|(?<=[a-z\u00df-\u00ff])(?=\d{1,4}[-/.]\d{1,2}[-/.]\d{2,4})"
    r"|(?<=\d{4})(?=\d{1,2} ?min\b)"
    r"|(?<=[a-z\u00df-\u00ff])(?=\d{1,2}\.? [^\W\d_]{3,12},? \d{4}(?!\d))"
)
_BULLET = re.compile(r"[•*+-]\s+")
_SHOWN = re.compile(
    r"(?:(?:picture|photo|image|headshot|avatar|profile picture) (?:of|for) (.+)"
    r"|(.+?)['\u2019]s (?:avatar|photo|picture|profile picture))",
    re.IGNORECASE,
)
"""What is said of a picture of an author."""
_NUMBERED = re.compile(r"[^\W\d_]+\.?\s*\d")
_FIELD = re.compile(r"\D*?([^\W\d_]+)[ \t]*:(?!//)")
"""What says before the first number what that is: `Joined: 5 May 2014` is no date of the page."""
_FILE = re.compile(r"[^\W\d]\S*")
_BETWEEN = re.compile(r"(?<=\S)[•·|](?=\S)")
_OF_SENTENCES = re.compile("[\uff0c\u3002]")
"""Signs of sentences in Chinese and Japanese, where spaces part no words."""
_FIELD_OF_CHINESE = re.compile(
    r"(?<=\S)(?<!责任)(?<!責任)(?=(?:来源|來源|作者|(?:责任)?编辑|(?:責任)?編輯|责编|責編|记者|記者)\s*[:\uff1a])"
)
_BY_IN_CHINESE = re.compile(r"(?<=作者)(?=[\u4e00-\u9fff]{2,4}(?![\u4e00-\u9fff]))")
_COUNTED_IN_CHINESE = re.compile(
    r"(?:浏览|瀏覽|阅读|閱讀|点击|點擊)(?:次数|次數|量|数|數)?\s*[:\uff1a]?\s*\d+\s*次?"
    r"|\d+\s*次(?:浏览|瀏覽|阅读|閱讀|点击|點擊)"
    r"|(?:评论|評論|留言)\s*[:\uff1a(\uff08]?\s*\d+[)\uff09]?"
    r"|\d+\s*(?:[条條則]\s*)?(?:评论|評論|留言)"
)
"""How often a page was read, and what was said to it, says nothing of its date."""
_EDGES = ",;.|•·/()[]{}\u2013\u2014-:*#"
_INITIAL = re.compile(r"[^\W\d_]\.")
_WORD = re.compile(r"\w+")
_PLACE = frozenset(["in", "en", "im", "dans", "em", "i"])
"""Words before what a line is filed under, which is no person."""


def spaced(text: str, vocabulary: Vocabulary) -> str:
    """Return a line with a space where a date or “by” is stuck to what is beside it.

    >>> from pipeline.plan import brought_configs
    >>> from pipeline.vocabulary import load_vocabulary
    >>> words = load_vocabulary(brought_configs() / "languages")
    >>> spaced("Mental HealthDECEMBER 22, 2022Updated: BySarah McKay", words)
    'Mental Health DECEMBER 22, 2022 Updated: By Sarah McKay'
    >>> spaced("Ana Ruiz2023-01-01News", words), spaced("Tom HaleJun 12, 20232 min read", words)
    ('Ana Ruiz 2023-01-01 News', 'Tom Hale Jun 12, 2023 2 min read')
    >>> spaced("Ana Ruiz12 May 2020News", words), spaced("Tom Hale7/26/23About 3 min", words)
    ('Ana Ruiz 12 May 2020 News', 'Tom Hale 7/26/23 About 3 min')
    >>> spaced("2019-09-26 12:11来源：港口网作者：李在山", words)
    '2019-09-26 12:11 来源：港口网 作者：李在山'
    """
    if len(text) > MAX_CHARACTERS:
        return text
    if not text.isascii():
        text = _COUNTED_IN_CHINESE.sub(" ", text)
        text = _BY_IN_CHINESE.sub(" ", _FIELD_OF_CHINESE.sub(" ", text))
    parts = _STUCK.split(_BETWEEN.sub(r" \g<0> ", text))
    made = parts[0]
    for part in parts[1:]:
        is_stuck = (
            made[-1].isdigit()
            or part[:1].isdigit()
            or _ends_apart(made, vocabulary)
            or _begins_apart(part, vocabulary)
        )
        made += f" {part}" if is_stuck else part
    return made


def _ends_apart(text: str, vocabulary: Vocabulary) -> bool:
    """Tell whether a text ends in “by” or a word of dates: `ByAna`, but not `DeSiato`."""
    word = fold(re.findall(r"[^\W_]*$", text)[0])
    says_by = word in vocabulary.byline and word not in vocabulary.particles
    return says_by or (len(word) >= LONG and word in vocabulary.date_tokens)


def _begins_apart(text: str, vocabulary: Vocabulary) -> bool:
    """Tell whether a text begins with a month of a date, or another word of dates.

    `RuizMay 3` and `RuizUpdated` are two words, `McMay` and `DianaHR` one.
    """
    word = fold(re.findall(r"^[^\W\d_]*", text)[0])
    is_month = word in vocabulary.months and _NUMBERED.match(text) is not None
    return is_month or (len(word) >= LONG and word in vocabulary.date_tokens)


def tells_date(text: str, vocabulary: Vocabulary, is_called_so: bool = False) -> bool:
    """Tell whether a line tells a date of publication, and not much else.

    `is_called_so` says that its element is named after dates or bylines.
    """
    if len(text) > MAX_CHARACTERS:
        return False
    line = spaced(text, vocabulary)
    date = find_date(line, vocabulary)
    if (
        not date
        or date < EARLIEST
        or len(line.split()) > MAX_WORDS
        or _OF_SENTENCES.search(line)
        or _FILE.fullmatch(line.strip())
    ):
        return False
    field = _FIELD.match(line)
    if field and not (
        fold(field[1]) in vocabulary.date_tokens or fold(field[1]) in vocabulary.byline
    ):
        return False
    words = [word for word in fold(line).replace("#", " ").split() if len(word) > 1]
    others = sum(
        word not in vocabulary.months and word not in vocabulary.date_tokens for word in words
    )
    is_byline = is_called_so or any(word in vocabulary.byline for word in words)
    return others <= (MANY if is_byline else FEW)


def author_after_by(text: str, vocabulary: Vocabulary) -> str:
    """Return whom a line names after “by”, wherever that stands in it, or ``."""
    starts = [
        word.start() for word in _WORD.finditer(text) if fold(word[0]) in vocabulary.byline_begins
    ]
    named = (find_author(text[start:], vocabulary) for start in [0, *starts])
    return next(filter(None, named), "").rstrip(" »›>")


def signer_of(text: str, vocabulary: Vocabulary) -> str:
    """Return whom a line that tells a date names as its author, or ``."""
    line = spaced(text, vocabulary)
    return author_after_by(line, vocabulary) or name_in(line, vocabulary)


def once(text: str) -> str:
    """Return a text that is said twice once: the name that a picture has, and the one beside it.

    >>> once("Ida Moor Ida Moor"), once("Ida Moor")
    ('Ida Moor', 'Ida Moor')
    """
    words = text.split()
    half = len(words) // 2
    return " ".join(words[:half]) if words and words[:half] == words[half:] else text


def bare_name(text: str, vocabulary: Vocabulary) -> str:
    """Return the person that a line names and says no more of, or ``.

    It may be a point of a list, say the name twice, or what a picture of its owner shows.
    """
    if len(text) > MAX_CHARACTERS:
        return ""
    bare = _BULLET.sub("", text.strip())
    shown = _SHOWN.fullmatch(bare)
    name = once((shown[1] or shown[2]) if shown else bare)
    return name if is_person_name(name, vocabulary) else ""


def name_in(text: str, vocabulary: Vocabulary) -> str:
    """Return the person whose name begins or ends a line that tells a date, or ``."""
    runs = _runs(spaced(text, vocabulary), vocabulary)
    last = runs[-1] if runs[-1].words else runs[-2:][0]
    names = {
        " ".join(run.words)
        for run in (runs[0], last)
        if run.after not in _PLACE and is_person_name(" ".join(run.words), vocabulary)
    }
    return names.pop() if len(names) == 1 else ""


class _Run(NamedTuple):
    """Words of a line between its signs, numbers and words of dates."""

    after: str
    """The word before them, folded, `` if a sign is."""
    words: list[str]


def _runs(line: str, vocabulary: Vocabulary) -> list[_Run]:
    runs = [_Run("", [])]
    for word in line.split():
        bare = word if _INITIAL.fullmatch(word) else word.strip(_EDGES)
        if _is_no_name(bare, vocabulary):
            runs.append(_Run(fold(bare), []))
            continue
        if word[0] in _EDGES:
            runs.append(_Run("", []))
        runs[-1].words.append(bare)
        if word[-1] in _EDGES and bare != word:
            runs.append(_Run("", []))
    return runs


def _is_no_name(word: str, vocabulary: Vocabulary) -> bool:
    folded = fold(word)
    return (
        not folded
        or any(map(str.isdigit, word))
        or folded in vocabulary.months
        or folded in vocabulary.date_tokens
        or folded in vocabulary.byline
        or folded in _PLACE
    )
