"""What stands in the head of a page, or could: meta elements, links, JSON-LD, the page's title."""

import re
from collections.abc import Iterable, Iterator
from html import unescape
from typing import Any, TypeAlias

import msgspec
from lxml import etree

Node: TypeAlias = dict[str, Any]
"""An object of JSON-LD."""
MAX_DEPTH = 12
"""Objects of JSON-LD nested deeper are not looked at."""
_DESCRIPTIONS = ("description", "og:description", "twitter:description")
_TEXTS = (
    "articleBody",
    "description",
    "text",
    "reviewBody",
    "recipeIngredient",
    "recipeInstructions",
)
_INNER = ("@graph", "mainEntity", "mainEntityOfPage", "itemReviewed")
_CONTROL = re.compile(r"[\x00-\x1f]")
_SPACE = re.compile(r"\s+")


class Head:
    """The meta elements, links and JSON-LD of a page, wherever they stand in it."""

    def __init__(self, root: etree._Element) -> None:
        self.meta: dict[str, str] = {}
        """Name, property or microdata name, in lower case → content; the first of each."""
        self.authors: list[str] = []
        """Those that scholarly pages name, one element each."""
        self.nodes: list[Node] = []
        """The objects of JSON-LD, the outer before the inner."""
        self.canonical = ""
        self.base = ""
        self.title = ""
        for element in root.iter("meta", "link", "script", "title", "base"):
            if element.tag == "meta":
                self._take_meta(element)
            elif element.tag == "link" and (element.get("rel") or "").lower() == "canonical":
                self.canonical = self.canonical or (element.get("href") or "").strip()
            elif element.tag == "base":
                self.base = self.base or (element.get("href") or "").strip()
            elif element.tag == "title" and next(element.iterancestors("svg"), None) is None:
                self.title = self.title or cleaned("".join(element.itertext()))
            elif element.tag == "script" and "ld+json" in (element.get("type") or ""):
                self.nodes += _nodes(element.text or "")

    def _take_meta(self, element: etree._Element) -> None:
        names = (element.get(key) for key in ("property", "name", "itemprop", "http-equiv"))
        name = next(filter(None, names), "").strip().lower()
        content = cleaned(element.get("content") or "")
        if name and content:
            self.meta.setdefault(name, content)
            if name == "citation_author":
                self.authors.append(content)

    def told(self) -> str:
        """Return what the head tells of the page's text: descriptions, and text in JSON-LD."""
        told = [self.meta.get(name, "") for name in _DESCRIPTIONS]
        for node in self.nodes:
            for key in _TEXTS:
                told += names_in(node.get(key))
        return "\n".join(filter(None, told))


def cleaned(text: str) -> str:
    """Return a text with its character references read, in one line.

    >>> cleaned(" Ida &amp; Jan  Vos ")
    'Ida & Jan Vos'
    """
    return _SPACE.sub(" ", unescape(text) if "&" in text else text).strip()


def _nodes(text: str) -> Iterator[Node]:
    """Yield the objects of a JSON-LD script, the outer ones first; nothing where it is broken."""
    waiting: list[tuple[Any, int]] = [(_decoded(text.strip().rstrip(";")), 0)]
    while waiting:
        node, depth = waiting.pop(0)
        if isinstance(node, list):
            inner = node
        elif isinstance(node, dict):
            yield node
            inner = [node[key] for key in _INNER if key in node]
        else:
            continue
        if depth < MAX_DEPTH:
            waiting += [(each, depth + 1) for each in inner]


def _decoded(text: str) -> object:
    """Return what a script holds, with the line ends that many write into strings taken out."""
    for tried in (text, _CONTROL.sub(" ", text)):
        try:
            held: object = msgspec.json.decode(tried)
        except (msgspec.DecodeError, RecursionError, UnicodeError):
            continue
        return held
    return None


def names_in(value: object) -> Iterator[str]:
    """Yield the texts of a value of JSON-LD: a string, an object's name or text, each of a list.

    >>> list(names_in([{"name": "Ida Moor"}, "Jan Vos", 7]))
    ['Ida Moor', 'Jan Vos']
    """
    waiting: list[object] = [value]
    while waiting:
        held = waiting.pop(0)
        if isinstance(held, str):
            yield cleaned(held)
        elif isinstance(held, dict):
            waiting[:0] = [held[key] for key in ("name", "text") if key in held][:1]
        elif isinstance(held, list):
            waiting[:0] = held


def first_name(nodes: Iterable[Node], *keys: str) -> str:
    """Return the first text that one of the nodes has under one of the keys, or ``."""
    found = (text for node in nodes for key in keys for text in names_in(node.get(key)))
    return next(filter(None, found), "")


def types_of(node: Node) -> list[str]:
    """Return what a node says it is: names of schema.org."""
    held = node.get("@type")
    return [each for each in (held if isinstance(held, list) else [held]) if isinstance(each, str)]
