"""What a page's address tells: `/tag/harbour/` is a listing's, `/2020/05/boats` one article's.

Addresses are written by programs, and most by few: what they are called tells more surely than the
page's lines whether it is a listing, where it says anything at all.
"""

import re
from collections.abc import Sequence
from functools import lru_cache
from itertools import chain
from pathlib import Path
from typing import Literal
from urllib.parse import parse_qsl, unquote, urlsplit

import msgspec

from pipeline.yaml_file import read_yaml

WORDS = Path(__file__).with_name("addresses.yaml")
Kind = Literal["listing", "article", ""]
MIN_SLUG_WORDS = 4
"""A name of so many words is a title's: `boats-are-back-again`."""
_ENDING = re.compile(r"\.(?:html?|php\d?|aspx?|jsp|shtml|cfm)$")
_INDEX = re.compile(r"(?:index|default|home)(?:\.[a-z0-9]{2,5})?")
_LANGUAGE = re.compile(r"[a-z]{2}(?:[-_][a-z]{2})?")
_NUMBER = re.compile(r"[0-9]{1,5}")
_YEAR = re.compile(r"(?:19|20)[0-9]{2}")
_MONTH = re.compile(r"0?[1-9]|1[0-2]")
_DAY = re.compile(r"0?[1-9]|[12][0-9]|3[01]")
_BREAK = re.compile(r"[-_+ .]+")
_NEITHER = frozenset({"feed", "rss", "atom", "trackback", "embed", "wp-json", "api"})
"""What programs read, not people."""
_COLLECTING = frozenset({"cat", "tag", "author", "m", "category", "label"})
_PAGED = frozenset({"paged", "page", "pg", "seite", "pagina", "offset"})
_SEARCHED = frozenset({"s", "q", "query", "search"})
_ONE = frozenset({"p", "page_id", "article", "articleid", "story", "storyid", "tid", "t", "postid"})
"""Names in a query: what a listing collects, its page, what is searched, the number of a post."""


class _Words(msgspec.Struct, forbid_unknown_fields=True):
    collects: list[list[str]]
    fronts: list[list[str]]
    pages: list[str]
    posts: list[str]


class Words(msgspec.Struct, frozen=True):
    """Words that tell in addresses, of all languages together."""

    collects: frozenset[str]
    fronts: frozenset[str]
    pages: frozenset[str]
    posts: frozenset[str]


@lru_cache(maxsize=1)
def load_words() -> Words:
    """Return the words of the package."""
    told = msgspec.convert(read_yaml(WORDS).content, _Words)
    return Words(
        frozenset(chain.from_iterable(told.collects)),
        frozenset(chain.from_iterable(told.fronts)),
        frozenset(told.pages),
        frozenset(told.posts),
    )


def address_kind(url: str) -> Kind:
    """Tell whether an address is that of a listing, of one article, or says neither.

    >>> address_kind("https://courier.example/tag/harbour/"), address_kind("/blog/page/2")
    ('listing', 'listing')
    >>> address_kind("https://courier.example/2020/05/12/tides"), address_kind("/?p=418")
    ('article', 'article')
    >>> address_kind("https://courier.example/about"), address_kind("")
    ('', '')
    """
    try:
        parts = urlsplit("" if " " in url else url)
    except ValueError:
        return ""
    names = [unquote(name).lower() for name in parts.path.split("/") if name]
    if names and _INDEX.fullmatch(names[-1]):
        del names[-1]
    if names:
        names[-1] = _ENDING.sub("", names[-1])
    if _NEITHER.intersection(names):
        return ""
    return _kind(names, {name.lower(): value for name, value in parse_qsl(parts.query)})


def _kind(names: Sequence[str], query: dict[str, str]) -> Kind:
    """Return the kind by the names of a path and what is asked for."""
    words = load_words()
    paged = len(names) > 1 and names[-2] in words.pages and _NUMBER.fullmatch(names[-1])
    shown = names[: -2 if paged else None]
    are_short = all(_words_of(name) < MIN_SLUG_WORDS for name in shown)
    if _is_listed(shown, words, are_short) or (are_short and _COLLECTING & query.keys()):
        return "listing"
    if words.posts.intersection(names) or _is_slug(shown) or (not names and _ONE & query.keys()):
        return "article"
    is_page = paged or any(_NUMBER.fullmatch(query.get(name, "")) for name in _PAGED)
    return "listing" if are_short and (is_page or _SEARCHED & query.keys()) else ""


def _is_listed(names: Sequence[str], words: Words, are_short: bool) -> bool:
    """Tell whether names are those of a listing: what it collects, its name, a year or month."""
    own = [name for name in names if not _LANGUAGE.fullmatch(name)]
    collecting = next((at for at, name in enumerate(own) if name in words.collects), len(own))
    if below := own[collecting + 1 :]:
        return _is_date(below) or not any(map(_YEAR.fullmatch, own))
    months = any(_is_date(own[-count:]) for count in (2, 3) if len(own) >= count)
    if len(own) > 1 and _YEAR.fullmatch(own[-1]):
        del own[-1]
    return are_short and bool(own) and (own[-1] in words.fronts or months)


def _is_date(names: Sequence[str]) -> bool:
    """Tell whether names are a year, a month of one, or a day."""
    forms = (_YEAR, _MONTH, _DAY)
    return 0 < len(names) <= len(forms) and all(
        form.fullmatch(name) for form, name in zip(forms, names, strict=False)
    )


def _is_slug(names: Sequence[str]) -> bool:
    """Tell whether one of the names is an article's, or the last stands below a month or day."""
    below = any(len(names) > count and _is_date(names[-1 - count : -1]) for count in (2, 3))
    return below or any(_words_of(name) >= MIN_SLUG_WORDS for name in names)


def _words_of(name: str) -> int:
    """Return how many words a name has, numbers aside."""
    return sum(any(map(str.isalpha, part)) for part in _BREAK.split(name))
