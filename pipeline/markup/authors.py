"""Who wrote a page, as its markup names them."""

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import chain, islice
from urllib.parse import unquote

from lxml import etree

from pipeline.folding import fold
from pipeline.markup.elements import Items, text_of
from pipeline.markup.head import Head, Node, cleaned, names_in

MAX_AUTHORS = 12
MAX_NAME_WORDS = 8
_AUTHORS = (
    "author",
    "article:author",
    "parsely-author",
    "sailthru.author",
    "byl",
    "dc.creator",
    "dcterms.creator",
    "article:author_name",
)
_AUTHOR_NAMES = frozenset(
    """author-name authorname author__name post-author-name entry-author-name byline-name
    byline__name p-author wp-block-post-author__name
    wp-block-post-author-name""".split()  # noqa: SIM905  a row of names
)
_CARD = frozenset({"author", "vcard"})
"""Class names of an element that is an author by the microformat hCard."""
_BY = re.compile(
    r"^(?:(?:posted |written |published )?by|author|autor(?:in)?|auteur|autore)\b[\s:]+",
    re.IGNORECASE,
)
"""What stands before the name in such an element."""
_LEADS_ON = re.compile(
    r"\b(?:view|see|read|more|all|other)\b.*\b(?:posts?|articles?|stories|entries)\b|\bmore\b",
    re.IGNORECASE,
)
"""What a link to the other articles of an author says,"""
_ALL_OF = re.compile(
    r"(?:view|see|read) all (?:(?:of )?(?P<of>.+?)['\u2019]s? (?:posts|articles)"
    r"|(?:posts|articles|stories|entries) (?:by|from) (?P<by>.+?))\W*",
    re.IGNORECASE,
)
"""and where it names the author."""
_TO_AUTHORS = etree.XPath("descendant::a[contains(@href, 'aut')]")
_PLACE_OF_AUTHOR = re.compile(
    r"/(?:authors?|auteurs?|autor(?:en|es|i)?)/([^/?#]+?)(?:\.html?|/index\.html?|/)?(?:[?#]|$)"
)
"""Where a link leads that shows all of an author's articles."""
MAX_LINKS = 50
_MAYBE_AUTHORS = etree.XPath(
    "descendant-or-self::*[contains(@class, 'uthor') or contains(@class, 'yline')]"
)
_BETWEEN_NAMES = re.compile(r"\s*(?:;|\s&\s|,(?=\s*\S+\s+\S))\s*")
_ROLE = re.compile(r"\s*(?:[,|·•–—(]|\s-\s|\s@).*$")
_NO_NAME = re.compile(
    r"https?:|www\.|@|\d{3}|[/\\<>{}=]|^discuz!"
    r"|^\S+\.(?:com|net|org|info|cn|com\.\w\w)$"
    r"|^(?:admin|administrator|null|none|undefined|name|author|your name|作者|佚名|匿名)$",
    re.IGNORECASE,
)
"""Addresses, numbers, and what content management systems write where there is no name."""

_NO_PERSON = re.compile(
    r"\b(?:news|press|agency|bureau|desk|media|magazine|staff|team|editors?|editorial|newsroom"
    r"|correspondents?|reporters?|writers?|columnists?|contributors?|redaktion|rédaction|redacción"
    r"|redação|redazione|redactie|redakcja|redaktionen|toimitus)\b",
    re.IGNORECASE,
)
"""Who writes beside persons, or what these are: no names where there are others."""


def authors_of(
    root: etree._Element, head: Head, nodes: Sequence[Node], items: Items, site: str
) -> list[str]:
    """Return the authors' names in order, once each."""
    known = {
        node["@id"]: node
        for node in head.nodes
        if "name" in node and isinstance(node.get("@id"), str)
    }
    given: list[Iterable[str]] = [
        names_in(_referred(node.get(key), known)) for node in nodes for key in ("author", "creator")
    ]
    given.append(head.authors)
    given += [[head.meta.get(name, "")] for name in _AUTHORS]
    if "written" in head.meta.get("twitter:label1", "").lower():
        given.append([head.meta.get("twitter:data1", "")])
    given += [_marked_authors(root, items), _linked_author(root)]
    return next(filter(None, (_names(each, site) for each in given)), [])


def _marked_authors(root: etree._Element, items: Items) -> Iterator[str]:
    """Yield what microdata or `rel` call the author: the first, as comments have theirs, too."""
    authors = items.called("author")
    known = frozenset(authors)
    named = (name for name in items.called("name") if not known.isdisjoint(name.iterancestors()))
    linked = (link for link in root.iter("a") if link.get("rel") == "author")
    called = (each for each in _MAYBE_AUTHORS(root) if _is_called_author(each))
    told = map(_said, chain(named, authors, linked, called))
    yield from islice((text for text in told if not _LEADS_ON.search(text)), 1)


def _linked_author(root: etree._Element) -> Iterator[str]:
    """Yield who alone is linked by name: `<a href="/author/ida-moor/">Ida Moor</a>`.

    A page of several authors, or a column of them, says nothing of who wrote what.
    """
    names: dict[tuple[str, ...], str] = {}
    for link in islice(_TO_AUTHORS(root), MAX_LINKS):
        place = _PLACE_OF_AUTHOR.search(link.get("href") or "")
        if place:
            words = tuple(sorted(fold(_to_words(place[1])).split()))
            said = cleaned(_said(link))
            is_name = len(words) > 1 and tuple(sorted(fold(said).split())) == words
            names[words] = said if is_name else names.get(words, "")
    if len(names) == 1:
        yield from names.values()


def _to_words(slug: str) -> str:
    """Return the words of the last part of an address.

    >>> _to_words("ida-moor"), _to_words("j%C3%B3n_vos")
    ('ida moor', 'j\u00f3n vos')
    """
    return re.sub(r"[-_+.]", " ", unquote(slug))


def _said(element: etree._Element) -> str:
    """Return what an element says, and of a link to all of an author's articles the author."""
    text = cleaned(element.get("content") or text_of(element))
    found = _ALL_OF.fullmatch(text)
    return (found["of"] or found["by"]) if found else _BY.sub("", text, count=1)


def _is_called_author(element: etree._Element) -> bool:
    """Tell whether class names call an element the name of an author, and it says more than that.

    Of the authors so found on WCXB's pages that name none otherwise 16 of 18 are right.
    """
    names = (element.get("class") or "").lower().split()
    says = fold(text_of(element))
    is_author = not _AUTHOR_NAMES.isdisjoint(names) or _CARD.issubset(names)
    return is_author and says not in ("", "written by", "author", "by")


def _referred(value: object, known: Mapping[object, Node]) -> object:
    """Return a value of JSON-LD with what it only refers to: `{"@id": "#ida"}`.

    >>> _referred([{"@id": "#ida"}, "Jan Vos"], {"#ida": {"name": "Ida Moor"}})
    [{'name': 'Ida Moor'}, 'Jan Vos']
    """
    if isinstance(value, list):
        return [_referred(each, known) for each in value]
    if isinstance(value, dict) and "name" not in value and isinstance(value.get("@id"), str):
        return known.get(value["@id"], value)
    return value


def _names(values: Iterable[str], site: str) -> list[str]:
    """Return what of some texts is a person's name.

    >>> _names(["Ida Moor & Jan Vos", "https://a.example", "The Courier"], "The Courier")
    ['Ida Moor', 'Jan Vos']
    >>> _names(["Ida Moor, Quay News", "Jan Vos, Science Editor"], ""), _names(["Quay News"], "")
    (['Ida Moor', 'Jan Vos'], ['Quay News'])
    """
    found: list[str] = []
    for value in values:
        for part in _BETWEEN_NAMES.split(value):
            name = _ROLE.sub("", part.strip()).strip(" .,;:")
            is_name = 0 < len(name.split()) <= MAX_NAME_WORDS and not _NO_NAME.search(name)
            if is_name and fold(name) != fold(site) and name not in found:
                found.append(name)
    persons = [name for name in found if not _NO_PERSON.search(name)]
    return (persons or found)[:MAX_AUTHORS]
