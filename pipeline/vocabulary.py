"""What the languages of `configs/languages/` say of dates, names and common words.

The language of a capture is not known while its lines are labelled, so all languages are asked at
once: a month is a month in whichever language it stands.
"""

from collections import Counter
from collections.abc import Iterable
from functools import lru_cache
from pathlib import Path

import msgspec

from pipeline.checking import convert
from pipeline.errors import ConfigurationError
from pipeline.folding import fold
from pipeline.yaml_file import YamlFile, read_yaml


class LanguageFile(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """One file of `configs/languages/`."""

    language: str
    """BCP 47 tag, the file's own name."""
    name: str
    day_first: bool
    """Whether 03/04/2020 is the third of April."""
    months: tuple[tuple[str, ...], ...]
    """Twelve lists, each with the full names and the abbreviations of a month."""
    weekdays: tuple[str, ...]
    date_words: tuple[str, ...]
    """Words that may stand on a line that is only a date."""
    byline: tuple[str, ...]
    """What stands before an author's name."""
    joiners: tuple[str, ...]
    """Words between two names."""
    particles: tuple[str, ...]
    """Lower-case words inside a name."""
    roles: tuple[str, ...]
    """Words that may follow a name."""
    stop_words: tuple[str, ...]
    read_more: tuple[str, ...]
    """What ends a teaser."""
    question_words: tuple[str, ...]


class NotNames(msgspec.Struct, frozen=True):
    """What is no name after a byline word: the words of the languages that have it, folded."""

    stop_words: frozenset[str]
    date_words: frozenset[str]
    """Weekdays, and what says something of a date by itself: `updated`, not `read` or `day`."""
    joiners: frozenset[str]
    """What joins two names: Dutch “en” does not where Spanish says “en Madrid”."""


class Vocabulary(msgspec.Struct, frozen=True, eq=False):
    """The words of all languages, folded; equal only to itself."""

    months: dict[str, int]
    """Folded name → 1…12."""
    date_tokens: frozenset[str]
    """Words that may stand beside a date: weekdays, `published`, `de`, `Uhr`."""
    byline: dict[str, NotNames]
    """What stands before a name → what is none."""
    byline_begins: frozenset[str]
    """The first words of these."""
    joiners: frozenset[str]
    particles: frozenset[str]
    roles: frozenset[str]
    stop_words: frozenset[str]
    read_more: frozenset[str]
    question_words: frozenset[str]
    stop_words_of: dict[str, frozenset[str]]
    """Language tag → its stop words."""
    day_first: frozenset[str]
    """Tags of the languages that write the day before the month."""


def reads_day_first(text: str, vocabulary: Vocabulary) -> bool:
    """Tell whether 03/04/2020 in this text is the third of April, as far as its words tell.

    The language whose stop words are the most frequent decides; none, or a tie, decides nothing.
    """
    tokens = Counter(fold(text[:20_000]).split())
    counts = {
        language: sum(tokens[word] for word in words & tokens.keys())
        for language, words in vocabulary.stop_words_of.items()
    }
    best = sorted(counts.values(), reverse=True)[:2]
    if not best or best[0] == 0 or (len(best) == 2 and best[0] == best[1]):
        return False
    return max(counts, key=lambda language: counts[language]) in vocabulary.day_first


def load_vocabulary(folder: Path) -> Vocabulary:
    """Return the vocabulary of all language files of a folder."""
    return _vocabulary_of(language_files(folder))


@lru_cache(maxsize=1)
def _vocabulary_of(files: tuple[YamlFile, ...]) -> Vocabulary:
    months: dict[str, int] = {}
    parsed: list[LanguageFile] = []
    for file in files:
        language = convert(file, file.content, LanguageFile)
        _check(file, language)
        for number, names in enumerate(language.months, start=1):
            for name in names:
                _add_month(file, months, fold(name), number)
        parsed.append(language)
    byline = _bylines(parsed)
    return Vocabulary(
        months=months,
        date_tokens=_tokens(word for each in parsed for word in each.weekdays + each.date_words),
        byline=byline,
        byline_begins=frozenset(phrase.partition(" ")[0] for phrase in byline),
        joiners=_phrases(word for each in parsed for word in each.joiners),
        particles=_phrases(word for each in parsed for word in each.particles),
        roles=_phrases(word for each in parsed for word in each.roles),
        stop_words=_tokens(word for each in parsed for word in each.stop_words),
        read_more=_phrases(word for each in parsed for word in each.read_more),
        question_words=_tokens(word for each in parsed for word in each.question_words),
        stop_words_of={each.language: _tokens(each.stop_words) for each in parsed},
        day_first=frozenset(each.language for each in parsed if each.day_first),
    )


def _bylines(languages: Iterable[LanguageFile]) -> dict[str, NotNames]:
    """Return each byline word of languages, with the stop words and dates of those that have it."""
    found: dict[str, NotNames] = {}
    for each in languages:
        dates = {word for word in map(fold, each.weekdays + each.date_words) if " " not in word}
        own = NotNames(_tokens(each.stop_words), frozenset(dates), _phrases(each.joiners))
        for phrase in _phrases(each.byline):
            known = found.setdefault(phrase, own)
            if known is not own:
                found[phrase] = NotNames(
                    known.stop_words | own.stop_words,
                    known.date_words | own.date_words,
                    known.joiners | own.joiners,
                )
    return found


def language_files(folder: Path) -> tuple[YamlFile, ...]:
    """Return the language files of a folder in order of name."""
    paths = tuple(sorted(folder.glob("*.yaml")))
    if not paths:
        raise ConfigurationError(
            str(folder), "holds no language files (*.yaml)", "set `languages:` to their folder"
        )
    return _files(paths, tuple(map(_bytes_of, paths)))


@lru_cache(maxsize=1)
def _files(paths: tuple[Path, ...], _said: tuple[bytes, ...]) -> tuple[YamlFile, ...]:
    """Return files as they are read; the last ones are kept, each stage asks for them again."""
    return tuple(read_yaml(path, f"languages/{path.name}") for path in paths)


def _bytes_of(path: Path) -> bytes:
    """Return what a file says, nothing for one that cannot be read: reading it says why."""
    try:
        return path.read_bytes()
    except OSError:
        return b""


def _check(file: YamlFile, language: LanguageFile) -> None:
    """Raise where a language file is of the right types but cannot be right."""
    if language.language != file.path.stem:
        raise ConfigurationError(
            file.where(("language",)),
            f"says {language.language}, the file is called {file.path.name}",
            f"write `language: {file.path.stem}` or rename the file",
        )
    if len(language.months) != 12:
        raise ConfigurationError(
            file.where(("months",)),
            f"has {len(language.months)} months",
            "write twelve lists, January first",
        )


def _add_month(file: YamlFile, months: dict[str, int], name: str, number: int) -> None:
    if months.setdefault(name, number) != number:
        raise ConfigurationError(
            file.where(("months", number - 1)),
            f"{name} is month {months[name]} in another language or list, here {number}",
            "leave the ambiguous abbreviation out",
        )


def _phrases(words: Iterable[str]) -> frozenset[str]:
    return frozenset(folded for word in words if (folded := fold(word)))


def _tokens(words: Iterable[str]) -> frozenset[str]:
    return frozenset(token for word in words for token in fold(word).split())
