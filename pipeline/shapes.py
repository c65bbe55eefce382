"""What a line looks like: running text, a title, a date.

Shapes are facts about one line alone. Which line *is* the title or the date of an article is for
the stages to decide, from where it stands.
"""

import datetime as dt
import re
import unicodedata

from pipeline.folding import fold
from pipeline.remembering import remembered
from pipeline.vocabulary import Vocabulary

MIN_PROSE_WORDS = 12
"""Fewest words of a line that is running text if it ends like a sentence."""
LONG_PROSE_WORDS = 25
"""From here on a line is running text however it ends: excerpts are cut anywhere."""
MAX_TITLE_WORDS = 30
MAX_TITLE_CHARACTERS = 220
MAX_DATE_WORDS = 24
MAX_AFTER_DAY = 2
"""Words such as “th of” between a day and its month."""
WORD = re.compile(r"\w++(?:[’'\-]\w++)*+")
IDEOGRAPH = re.compile("[\u0e00-\u0eff\u1780-\u17ff\u3040-\u30ff\u3400-\u9fff\uac00-\ud7af]")
_SENTENCE_ENDS = tuple(".!?…:;。！？।؟۔")
_CLOSERS = "\"'”’»)]*_"
_BULLET = re.compile(r"\s*(?:[•◦▪‣·●○■–—*+-]\s+|(?:\d{1,3}|[a-zA-Z])[.)]\s+)")
_NUMBERED = re.compile(r"\s*(?:#|[^\W\d_]+\.?\s)?\s*\d{1,3}\s*[.):–-]")
_ELLIPSES = ("…", "...", "[&hellip;")
_AFTER_CUT = " \"'”’)]"
_DIGIT = re.compile(r"\d")
MARKS = "".join(
    chr(point) for point in range(0x300, 0x1100) if unicodedata.category(chr(point))[0] == "M"
)
"""Vowel signs and accents that stand as characters of their own: `\\w` has none of them."""
_AFTER_DAYS = frozenset({"st", "nd", "rd", "th", "of", "er", "de", "do", "di", "del"})
"""Endings of ordinals, and what stands between a day and its month, folded."""
_TOKEN = re.compile(rf"\d+|(?:[^\W\d_][{MARKS}]*)+")
_YEAR_FIRST = re.compile(
    r"(?<!\d)(\d{4})-(\d{1,2})-(\d{1,2})(?!\d)"
    r"|(?<![\d./-])(\d{4})(?:"
    r"/(\d{1,2})/(\d{1,2})(?![\d/])"
    r"|\.(\d\d)\.(\d\d)(?!\d)"
    r"|\.\s(\d{1,2})\.\s(\d{1,2})\.?(?!\d)"
    r"|\s?[年년]\s?(\d{1,2})\s?[月월]\s?(\d{1,2})\s?[日号일])"
)
"""2020-05-12, 2020/5/12, 2020.05.12, 2020. 5. 12., 2020年5月12日."""
_NUMERIC = re.compile(
    r"(?<![\d./-])(\d{1,2})(?:([./-])(\d{1,2})\2|(\.)\s(\d{1,2})\.\s)(\d{4})(?![\d/-])"
)
"""12.5.2020, 12. 5. 2020, 12/5/2020, 12-5-2020."""
_SIGN_NOTICE = re.compile(r"(?:[^©]{0,30}?\W)?©")
_WORD_NOTICE = re.compile(r"\W*(?:\(c\)\s*\d{4}|copyright\s*(?:©|\(c\)|\d{4}))", re.IGNORECASE)


@remembered
def count_words(text: str) -> int:
    """Return the number of words; two letters count as one where a script writes no spaces.

    >>> count_words("Añez’s well-known law, again")
    4
    >>> count_words("東京の港が開いた")
    4
    """
    if text.isascii() and text.replace(" ", "").isalpha():  # nothing but plain words
        return len(text.split())
    ideographs = len(IDEOGRAPH.findall(text)) if not text.isascii() else 0
    if ideographs:
        return ideographs // 2 + len(WORD.findall(IDEOGRAPH.sub(" ", text)))
    return len(WORD.findall(text))


def ends_sentence(text: str) -> bool:
    """Tell whether a line ends like a sentence, closing quotes and brackets aside.

    >>> ends_sentence("He said: “Never.”"), ends_sentence("The harbour opens")
    (True, False)
    """
    return text.rstrip().rstrip(_CLOSERS).endswith(_SENTENCE_ENDS)


def is_prose(text: str) -> bool:
    """Tell whether a line is running text.

    >>> is_prose("The boats came back late on Friday, and nobody had waited for them there.")
    True
    >>> is_prose("The boats came back late")
    False
    """
    return is_prose_of(count_words(text), text)


def is_prose_of(words: int, text: str) -> bool:
    """Tell whether a line of so many words is running text.

    >>> is_prose_of(12, "The boats came back."), is_prose_of(12, "The boats came back")
    (True, False)
    """
    return words >= LONG_PROSE_WORDS or (words >= MIN_PROSE_WORDS and ends_sentence(text))


@remembered
def is_title_like(text: str) -> bool:
    """Tell whether a line could be a title: short, no running text, not ended by a full stop.

    >>> is_title_like("The harbour opens: what now?")
    True
    >>> is_title_like("The harbour opens."), is_title_like("• The harbour"), is_title_like("12.3")
    (False, False, False)
    """
    stripped = text.strip()
    if len(stripped) > MAX_TITLE_CHARACTERS or not any(map(str.isalpha, stripped)):
        return False
    if stripped[-1] in ",;" or (stripped[-1] == "." and not stripped.endswith("...")):
        return False
    words = count_words(stripped)
    return words <= MAX_TITLE_WORDS and not is_prose_of(words, text) and not has_bullet(text)


def is_numbered(text: str) -> bool:
    """Tell whether a line begins with a number, or a word and a number: “3.”, “Step 3:”.

    >>> is_numbered("3. The third"), is_numbered("Step 3: Wait"), is_numbered("3 days")
    (True, True, False)
    """
    return _NUMBERED.match(text) is not None


def ends_cut(text: str, also: str = "") -> bool:
    """Tell whether a text ends, but for closing signs, in an ellipsis or in a sign of `also`.

    >>> ends_cut("The boats came back […]"), ends_cut("The boats:"), ends_cut("The boats:", ":")
    (True, False, True)
    """
    bare = text.rstrip().rstrip(_AFTER_CUT)
    return bare.endswith(_ELLIPSES) or (bool(also) and bare.endswith(tuple(also)))


def has_bullet(text: str) -> bool:
    """Tell whether a line begins as a point of a list.

    >>> has_bullet("  • one"), has_bullet("2. two"), has_bullet("well-known")
    (True, True, False)
    """
    return bool(_BULLET.match(text))


@remembered
def is_date_line(text: str, vocabulary: Vocabulary) -> bool:
    """Tell whether a line is nothing but a date (with weekday, time, or a word such as “on”)."""
    if len(text) > 120 or "\t" in text or not _has_digit(text):
        return False
    tokens = _TOKEN.findall(text)
    if len(tokens) > MAX_DATE_WORDS:
        return False
    words = [fold(token) for token in tokens if not token.isdigit()]
    known = all(
        word in vocabulary.months or vocabulary.date_tokens.issuperset(word.split())
        for word in words
    )
    return known and (_has_month_and_number(tokens, vocabulary) or has_numeric_date(text))


def _has_digit(text: str) -> bool:
    """Tell whether a text has a digit: a decimal one, or a raised one and its like."""
    found = bool(_DIGIT.search(text))
    return found or (not text.isascii() and any(map(str.isdigit, text)))


def find_date(text: str, vocabulary: Vocabulary, day_first: bool = False) -> str:
    """Return the first date of a short text as YYYY-MM-DD, or `` if none is certain.

    03/04/2020 is no date unless the language is known to write the day first.
    """
    for match in _YEAR_FIRST.finditer(text):
        found = _checked(*map(int, filter(None, match.groups())))
        if found:
            return found
    numeric = _NUMERIC.search(text)
    if numeric:
        return _from_numeric(numeric, day_first)
    return _from_words(_TOKEN.findall(text), vocabulary)


def _has_month_and_number(tokens: list[str], vocabulary: Vocabulary) -> bool:
    numbers = any(token.isdigit() for token in tokens)
    return numbers and any(fold(token) in vocabulary.months for token in tokens)


def has_numeric_date(text: str) -> bool:
    """Tell whether a text has a date of numbers alone, such as 2020-05-12 or 12.5.2020.

    >>> has_numeric_date("2. 11. 2022"), has_numeric_date("2022年10月20日")
    (True, True)
    """
    return bool(_YEAR_FIRST.search(text) or _NUMERIC.search(text))


def _from_numeric(match: re.Match[str], day_first: bool) -> str:
    first, second, year = int(match[1]), int(match[3] or match[5]), int(match[6])
    if "." in (match[2], match[4]) or first > 12 or first == second or (day_first and second <= 12):
        return _checked(year, second, first)
    return _checked(year, first, second) if second > 12 else ""


def _from_words(tokens: list[str], vocabulary: Vocabulary) -> str:
    """Return the date around the first month name that has a day and a year beside it."""
    for at, token in enumerate(tokens):
        month = None if token.isdigit() else vocabulary.months.get(fold(token))
        if month is None:
            continue
        near = tokens[max(0, at - 2) : at] + tokens[at + 1 : at + 5]
        years = [int(word) for word in near if word.isdigit() and len(word) == 4]
        for day in _days_around(tokens, at) if years else ():
            found = _checked(years[0], month, day)
            if found:
                return found
    return ""


def _days_around(tokens: list[str], at: int) -> list[int]:
    """Return the numbers around a month's name that may be its day, the likeliest first.

    That is the one right before it, or before an ordinal's ending or a preposition (“4th of May”),
    then the one right after it; one that is further away is rather a time or a count.
    """
    first = at - 1
    while first > max(0, at - MAX_AFTER_DAY - 1) and fold(tokens[first]) in _AFTER_DAYS:
        first -= 1
    likely = [*tokens[max(0, first) : first + 1], *tokens[at + 1 : at + 3]]
    likely += reversed(tokens[max(0, at - 2) : at])
    return [int(token) for token in likely if token.isdigit() and len(token) <= 2]


def _checked(year: int, month: int, day: int) -> str:
    """Return a date of the calendar as YYYY-MM-DD, or `` if there is no such day."""
    try:
        return dt.date(year, month, day).isoformat() if 1000 <= year <= 2200 else ""
    except ValueError:
        return ""


def is_copyright_notice(text: str) -> bool:
    """Tell whether a line has a copyright sign at its start or after a short title.

    >>> is_copyright_notice("© 2020 The Courier"), is_copyright_notice("Imprint – © The Courier")
    (True, True)
    >>> is_copyright_notice("Copyright law in Europe"), is_copyright_notice("a sign (c) stands")
    (False, False)
    """
    by_sign = "©" in text and _SIGN_NOTICE.match(text)
    return bool(by_sign or _WORD_NOTICE.match(text))
