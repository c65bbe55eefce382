"""Bylines and persons' names: whom a line such as “By Ana Ruiz | 12 May 2020” names."""

import re
import unicodedata
from itertools import islice, takewhile

from pipeline.folding import fold
from pipeline.remembering import remembered
from pipeline.shapes import MARKS, WORD, count_words, is_date_line
from pipeline.vocabulary import NotNames, Vocabulary

MAX_BYLINE_WORDS = 14
MAX_NAME_LETTERS = 24
MIN_ACRONYM = 3
MAX_NAMES_WORDS = 10
GIVEN_NAMES = frozenset({"will"})
"""Stop words that are names after a byline word of their own language."""
_NO_NAMES = frozenset(
    (
        *("pdf", "html", "htm", "xml", "epub", "mobi", "doc", "docx", "zip", "mp3"),
        *("admin", "administrator", "webmaster"),
    )
)
"""Formats and accounts: no names of persons, though they stand alone after a byline word."""
MAX_BYLINE_PHRASE = 4
"""Most words of what stands before an author's name."""

_NAME_WORD = re.compile(rf"[^\W\d_][\w.’'\-{MARKS}]*$")
_INITIAL = re.compile(r"\b[^\W\d_]\.$")
_BEFORE_NAMES = " :–—-|\N{FULLWIDTH COLON}\N{FULLWIDTH VERTICAL LINE}\N{FULLWIDTH SOLIDUS}"
_BYLINE_CUT = re.compile(r"\s*(?:[|•·/(\[]|\s[–—-]\s|,\s|\s@|\s{3}).*$")
_ACCOUNT = re.compile(r"([^\W\d_][\w.-]{1,23})(?:\s*[|•·]|\s(?=[^\W\d_]+\s))\s*(.+)$")
"""The name of an account, a sign or a word such as “on”, and what follows."""
MAX_ACCOUNT_CHARACTERS = 80
MAX_PLACE_WORDS = 4
"""Most words of the place or paper after a name: “in New York City”."""


def is_person_name(text: str, vocabulary: Vocabulary) -> bool:
    """Tell whether a text is two to four capitalised words that can be a person's name.

    A lone letter before a word may number a heading: “A. Definitions”.
    """
    words = text.replace(",", " ").split()
    names = [word for word in words if fold(word) not in vocabulary.particles]
    if not 2 <= len(names) <= 4 or len(words) > 7 or not text[:1].isupper():
        return False
    if text.rstrip()[-1] in ".:!?" and not _INITIAL.search(text.rstrip()):
        return False
    begins_with_number = _INITIAL.fullmatch(words[0]) and not _INITIAL.fullmatch(words[1])
    return all(
        _is_name_word(word, vocabulary) or (_is_initial(word) and not begins_with_number)
        for word in names
    )


def _is_initial(word: str) -> bool:
    return word.isupper() and _INITIAL.fullmatch(word) is not None


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
    rest = rest.lstrip(_BEFORE_NAMES).strip()
    names = _BYLINE_CUT.sub("", _keep_list_commas(rest, vocabulary))
    names = _names_before_date(names, vocabulary, no_names.date_words)
    names = _names_before_place(names.replace("\0", ",").strip(" ,:–—-"), vocabulary, no_names)
    if _are_names(names, vocabulary, no_names.stop_words):
        return names
    return _account(rest, vocabulary, no_names)


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
    kept, *parts = text.split(", ")
    for part in parts:
        kept += ("\0 " if _begins_with_person(part, vocabulary) else ", ") + part
    return kept


def _begins_with_person(text: str, vocabulary: Vocabulary) -> bool:
    """Tell whether a person is named up to the next word that joins names: not “BBC News”."""
    words = text.split()
    names = words[1:] if words and _joins(words[0], vocabulary) else words
    head = " ".join(takewhile(lambda word: not _joins(word, vocabulary), names))
    if not is_person_name(head, vocabulary) or _has_role(head, vocabulary):
        return False
    return text.isupper() or not any(map(_is_acronym, head.split()))


def _joins(word: str, vocabulary: Vocabulary) -> bool:
    return word in ("&", "+") or fold(word) in vocabulary.joiners


def _is_acronym(word: str) -> bool:
    return len(word) >= MIN_ACRONYM and word.isupper() and word.isalpha()


def _has_role(text: str, vocabulary: Vocabulary) -> bool:
    folded = f" {fold(text)} "
    return any(f" {role} " in folded for role in vocabulary.roles)


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
    others (Tom Day). What joins two names (“und”, “et”) is no word of a date between them.
    """
    kept: list[str] = []
    words = text.split()
    begin = 0
    for at, word in enumerate(words):
        folded = fold(word)
        after = words[at + 1 :]
        if kept and _joins(word, vocabulary) and _goes_on(after, vocabulary, date_words):
            begin = at + 1
            kept.append(word)
            continue
        near = "".join(words[at + 1 : at + 2] + words[max(0, at - 1) : at])
        is_numbered = any(map(str.isdigit, near))
        known = vocabulary.date_tokens
        is_begin = at - begin < 2 <= len(words)
        begin = at + 1 if word.endswith("\0") else begin
        if is_begin and not is_numbered and word[:1].isupper() and not word.isupper():
            known = date_words
        is_date = folded in known and folded not in vocabulary.particles
        is_date = is_date and not _INITIAL.fullmatch(word)
        is_month = folded in vocabulary.months and is_numbered
        begins_another = "\N{FULLWIDTH COLON}" in word  # “编辑：王芳”
        if any(map(str.isdigit, word)) or is_month or is_date or begins_another:
            break
        kept.append(word)
    while kept and _joins(kept[-1], vocabulary):
        kept.pop()
    return " ".join(kept)


def _names_before_place(text: str, vocabulary: Vocabulary, no_names: NotNames) -> str:
    """Return a name without the place or paper after it: “Ana Ruiz in Hule”, “… for Valley Post”.

    Only two names or more are cut after, at a small stop word of the byline word's languages that
    neither joins names nor is part of one; a word in capitals follows it.
    """
    words = text.split()
    for at, word in enumerate(words[2:-1], 2):
        known = word.islower() and word in no_names.stop_words
        if not known or word in no_names.joiners or word in vocabulary.particles:
            continue
        is_place = words[at + 1][0].isupper() and len(words) - at - 1 <= MAX_PLACE_WORDS
        return " ".join(words[:at]) if is_place else text
    return text


def _account(text: str, vocabulary: Vocabulary, no_names: NotNames) -> str:
    """Return the name of an account before a date, or ``: “romain · 3 May 2020”, “oz on May 3, …”.

    It may be small, and have digits: nothing but what follows tells it from other words.
    """
    found = _ACCOUNT.match(text)
    if not found or len(text) > MAX_ACCOUNT_CHARACTERS:
        return ""
    name, after = found[1], found[2]
    word = fold(name)
    if word in _NO_NAMES or word in no_names.stop_words or word in vocabulary.date_tokens:
        return ""
    return name if is_date_line(after, vocabulary) else ""


def _goes_on(words: list[str], vocabulary: Vocabulary, date_words: frozenset[str]) -> bool:
    """Tell whether another name begins after a word that joins names; “AP” is an agency's."""
    first = words[0].rstrip(",\0") if words else ""
    if fold(first) in date_words or fold(first) in vocabulary.months:
        return False
    return bool(first) and (len(words) > 1 or not first.isupper()) and _looks_like_name(first)


def _are_names(text: str, vocabulary: Vocabulary, stop_words: frozenset[str]) -> bool:
    """Tell whether a text is one name or several, joined by commas, “and” or “&”.

    `stop_words` are those of the languages that its byline word is of: “By Sue Malone”, where
    Italian has “sue”.
    """
    names = _each_name(text, vocabulary)
    plain = [word for name in names for word in name]
    if not 1 <= len(plain) <= MAX_NAMES_WORDS or not text[0].isalpha():
        return False
    if text.rstrip()[-1] in ".!?" and not _INITIAL.search(text.rstrip()):
        return False
    if len(plain) == 1:
        return _is_name_word(plain[0], vocabulary) and fold(plain[0]) not in _NO_NAMES
    own, every = (
        words - GIVEN_NAMES - vocabulary.months.keys()
        for words in (stop_words, vocabulary.stop_words)
    )
    return all(
        _looks_like_name(word)
        and (fold(word) not in (own if len(name) == 2 else every) or _INITIAL.fullmatch(word))
        for name in names
        for word in name
    )


def _each_name(text: str, vocabulary: Vocabulary) -> list[list[str]]:
    """Return the words of each name, without those that join names or are parts of any."""
    names: list[list[str]] = [[]]
    for word in text.split():
        if _joins(word, vocabulary):
            names.append([])
        elif bare := word.strip(","):
            names[-1] += [bare] if fold(bare) not in vocabulary.particles | {""} else []
        if word.endswith(","):
            names.append([])
    return [name for name in names if name]
