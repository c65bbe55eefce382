"""What a line looks like: running text, a title, a date, a byline, a person's name.

Shapes are facts about one line alone. Which line *is* the title or the date of an article is for
the stages to decide, from where it stands.
"""

import datetime as dt
import re
import unicodedata
from itertools import islice

from pipeline.folding import fold
from pipeline.remembering import remembered
from pipeline.vocabulary import Vocabulary

MIN_PROSE_WORDS = 12
"""Fewest words of a line that is running text if it ends like a sentence."""
LONG_PROSE_WORDS = 25
"""From here on a line is running text however it ends: excerpts are cut anywhere."""
MAX_TITLE_WORDS = 30
MAX_TITLE_CHARACTERS = 220
MAX_BYLINE_WORDS = 14
MAX_NAME_LETTERS = 24
GIVEN_NAMES = frozenset({"will"})
"""Stop words that are names after a byline word of their own language."""
_FORMATS = frozenset({"pdf", "html", "htm", "xml", "epub", "mobi", "doc", "docx", "zip", "mp3"})
MAX_DATE_WORDS = 24
MAX_BYLINE_PHRASE = 4
"""Most words of what stands before an author's name."""

WORD = re.compile(r"\w++(?:[’'\-]\w++)*+")
IDEOGRAPH = re.compile("[\u0e00-\u0eff\u1780-\u17ff\u3040-\u30ff\u3400-\u9fff\uac00-\ud7af]")
_SENTENCE_ENDS = tuple(".!?…:;。！？।؟۔")
_CLOSERS = "\"'”’»)]*_"
_BULLET = re.compile(r"\s*(?:[•◦▪‣·●○■–—*+-]\s+|(?:\d{1,3}|[a-zA-Z])[.)]\s+)")
_NUMBERED = re.compile(r"\s*(?:#|[^\W\d_]+\.?\s)?\s*\d{1,3}\s*[.):–-]")
_ELLIPSES = ("…", "...", "[&hellip;")
_AFTER_CUT = " \"'”’)]"
_DIGIT = re.compile(r"\d")
_MARKS = "".join(
    chr(point) for point in range(0x300, 0x1100) if unicodedata.category(chr(point))[0] == "M"
)
"""Vowel signs and accents that stand as characters of their own: `\\w` has none of them."""
_TOKEN = re.compile(rf"\d+|(?:[^\W\d_][{_MARKS}]*)+")
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
_NAME_WORD = re.compile(rf"[^\W\d_][\w.’'\-{_MARKS}]*$")
_INITIAL = re.compile(r"\b[^\W\d_]\.$")
_SIGN_NOTICE = re.compile(r"(?:[^©]{0,30}?\W)?©")
_WORD_NOTICE = re.compile(r"\W*(?:\(c\)\s*\d{4}|copyright\s*(?:©|\(c\)|\d{4}))", re.IGNORECASE)
_BEFORE_NAMES = " :–—-|\N{FULLWIDTH COLON}\N{FULLWIDTH VERTICAL LINE}\N{FULLWIDTH SOLIDUS}"
_BYLINE_CUT = re.compile(r"\s*(?:[|•·/(\[]|\s[–—-]\s|,\s).*$")


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
        before = [word for word in tokens[max(0, at - 2) : at] if word.isdigit() and len(word) <= 2]
        after = [word for word in tokens[at + 1 : at + 3] if word.isdigit() and len(word) <= 2]
        days = before[-1:] or after[:1]
        if years and days:
            found = _checked(years[0], month, int(days[0]))
            if found:
                return found
    return ""


def _checked(year: int, month: int, day: int) -> str:
    """Return a date of the calendar as YYYY-MM-DD, or `` if there is no such day."""
    try:
        return dt.date(year, month, day).isoformat() if 1000 <= year <= 2200 else ""
    except ValueError:
        return ""


def is_person_name(text: str, vocabulary: Vocabulary) -> bool:
    """Tell whether a text is two to four capitalised words that can be a person's name."""
    words = text.replace(",", " ").split()
    names = [word for word in words if fold(word) not in vocabulary.particles]
    if not 2 <= len(names) <= 4 or len(words) > 7 or not text[:1].isupper():
        return False
    if text.rstrip()[-1] in ".:!?" and not _INITIAL.search(text.rstrip()):
        return False
    return all(_is_name_word(word, vocabulary) for word in names)


def _is_name_word(word: str, vocabulary: Vocabulary) -> bool:
    folded = fold(word)
    if folded in vocabulary.stop_words or folded in vocabulary.months:
        return False
    return _looks_like_name(word)


def _looks_like_name(word: str) -> bool:
    begins = unicodedata.category(word[0]) in ("Lu", "Lo", "Lt")
    return begins and len(word) <= MAX_NAME_LETTERS and _NAME_WORD.match(word) is not None


@remembered
def find_author(text: str, vocabulary: Vocabulary) -> str:
    """Return the author that a byline such as “By Ana Ruiz | 12 May 2020” names, or ``.

    The line must begin with one of the languages' byline words; what follows must look like names.
    """
    stripped = text.strip().lstrip("•–—-*|").strip()
    word, rest = _byline_word(stripped, vocabulary)
    if not word or count_words(stripped) > MAX_BYLINE_WORDS:
        return ""
    no_names = vocabulary.byline[word]
    rest = _BYLINE_CUT.sub("", _keep_list_commas(rest.lstrip(_BEFORE_NAMES).strip(), vocabulary))
    names = _names_before_date(rest, vocabulary, no_names.date_words)
    names = names.replace("\0", ",").strip(" ,:–—-")
    return names if _are_names(names, vocabulary, no_names.stop_words) else ""


def _byline_word(text: str, vocabulary: Vocabulary) -> tuple[str, str]:
    """Return the longest byline word at the start of the text, folded, and what follows it."""
    first = WORD.search(text)
    if not first or not _may_begin_byline(text[: first.end()], vocabulary):
        return "", ""
    spans = [match.span() for match in islice(WORD.finditer(text), MAX_BYLINE_PHRASE)]
    for count in range(len(spans), 0, -1):
        end = spans[count - 1][1]
        word = fold(text[:end])
        if word in vocabulary.byline and end < len(text):
            return ("", "") if _is_initials(text[:end], text[end:]) else (word, text[end:])
    return "", ""


def _is_initials(word: str, rest: str) -> bool:
    """Tell whether two capitals are no byline word: “AV Club”, where Swedish has “Av Ida Moor”."""
    return len(word) == 2 and word.isupper() and word != "BY" and not rest.isupper()


def _may_begin_byline(word: str, vocabulary: Vocabulary) -> bool:
    """Tell whether a byline word can begin with this word, and the signs before it.

    Underscores fold to nothing, the copyright sign to a word, `(c)` to one with a space after it.
    """
    begin = fold(word).partition(" ")[0]
    return begin in vocabulary.byline_begins or begin in ("", "c", "copyright")


def _keep_list_commas(text: str, vocabulary: Vocabulary) -> str:
    """Return the text with commas between two names hidden, so that they are not cut at."""
    parts = text.split(", ")
    kept = parts[0]
    for part in parts[1:]:
        head = re.split(r"\s+(?:and|y|et|und|e|&)\s+", part)[0]
        kept += (
            "\0 " if is_person_name(head, vocabulary) and not _has_role(head, vocabulary) else ", "
        ) + part
    return kept


def _has_role(text: str, vocabulary: Vocabulary) -> bool:
    folded = f" {fold(text)} "
    return any(f" {role} " in folded for role in vocabulary.roles)


def is_copyright_notice(text: str) -> bool:
    """Tell whether a line has a copyright sign at its start or after a short title.

    >>> is_copyright_notice("© 2020 The Courier"), is_copyright_notice("Imprint – © The Courier")
    (True, True)
    >>> is_copyright_notice("Copyright law in Europe"), is_copyright_notice("a sign (c) stands")
    (False, False)
    """
    by_sign = "©" in text and _SIGN_NOTICE.match(text)
    return bool(by_sign or _WORD_NOTICE.match(text))


def begins_with_role(text: str, vocabulary: Vocabulary) -> bool:
    """Tell whether a short line begins with what a person is, such as “Secretary, Choir of …”."""
    folded = f"{fold(text)} "
    return count_words(text) <= MAX_BYLINE_WORDS and any(
        folded.startswith(f"{role} ") for role in vocabulary.roles
    )


def _names_before_date(text: str, vocabulary: Vocabulary, date_words: frozenset[str]) -> str:
    """Return the text up to the first word that belongs to a date or has a digit.

    A month without a number beside it is a surname: Theresa May, Karl Mai. So are the second word
    of a name, and the first, if they belong to dates in another language (Sam, Mo) or only among
    others (Tom Day).
    """
    kept: list[str] = []
    words = text.split()
    for at, word in enumerate(words):
        folded = fold(word)
        near = "".join(words[at + 1 : at + 2] + words[max(0, at - 1) : at])
        is_numbered = any(map(str.isdigit, near))
        known = vocabulary.date_tokens
        if at < 2 <= len(words) and not is_numbered and word[:1].isupper() and not word.isupper():
            known = date_words
        is_date = folded in known and folded not in vocabulary.particles
        is_month = folded in vocabulary.months and is_numbered
        begins_another = "\N{FULLWIDTH COLON}" in word  # “编辑：王芳”
        if any(map(str.isdigit, word)) or is_month or is_date or begins_another:
            break
        kept.append(word)
    return " ".join(kept)


def _are_names(text: str, vocabulary: Vocabulary, stop_words: frozenset[str]) -> bool:
    """Tell whether a text is one name or several, joined by commas, “and” or “&”.

    `stop_words` are those of the languages that its byline word is of: “By Sue Malone”, where
    Italian has “sue”.
    """
    if not text:
        return False
    joiners = vocabulary.joiners | {""}
    words = [word.strip(",") for word in text.split()]
    plain = [
        word
        for word in words
        if word not in ("&", "+") and fold(word) not in joiners | vocabulary.particles
    ]
    if not 1 <= len(plain) <= 10 or not text[0].isalpha():
        return False
    if text.rstrip()[-1] in ".!?" and not _INITIAL.search(text.rstrip()):
        return False
    if len(plain) == 1:
        return _is_name_word(plain[0], vocabulary) and fold(plain[0]) not in _FORMATS
    known = stop_words if len(plain) == 2 else vocabulary.stop_words
    others = known - GIVEN_NAMES - vocabulary.months.keys()
    return all(
        _looks_like_name(word) and (fold(word) not in others or _INITIAL.fullmatch(word))
        for word in plain
    )
