"""What the markup of a page calls its lines: kinds by class names, ids and elements.

Only for training: a word stands in a `share-bar`, a `<nav>`, a `related-posts`. The nearest name
that says something decides.
"""

import re

import lxml.html

from pipeline.boilerplate.names import kind_of_element

WORD = re.compile(r"\w+")
_UNSEEN = frozenset(
    ["script", "style", "noscript", "template", "svg", "iframe", "select", "textarea", "head"]
)


def _own_kind(element: lxml.html.HtmlElement) -> int | None:
    """Return what an element's own names say of it, None if nothing."""
    names = f"{element.get('class') or ''} {element.get('id') or ''}".split()
    return kind_of_element(element.tag, names, element.get("role") or "")


def words_with_kinds(html: str) -> tuple[list[str], list[int]]:
    """Return the words of a page in order, and the kind of each.

    >>> words_with_kinds("<body><nav>Home</nav><p>It opened.</p></body>")
    (['home', 'it', 'opened'], [1, 0, 0])
    """
    parser = lxml.html.HTMLParser(encoding="utf-8", huge_tree=True)
    try:
        root = lxml.html.document_fromstring(html.encode("utf-8", "replace"), parser=parser)
    except (lxml.etree.ParserError, ValueError):
        return [], []
    words: list[str] = []
    kinds: list[int] = []

    def take(text: str | None, kind: int) -> None:
        found = WORD.findall(text.lower()) if text else []
        words.extend(found)
        kinds.extend([kind] * len(found))

    waiting: list[tuple[lxml.html.HtmlElement | str, int]] = [(root, 0)]
    while waiting:
        node, kind = waiting.pop()
        if isinstance(node, str):
            take(node, kind)
            continue
        if not isinstance(node.tag, str) or node.tag in _UNSEEN:
            continue
        kind = _own_kind(node) or kind
        for child in reversed(node):
            if child.tail:
                waiting.append((child.tail, kind))
            waiting.append((child, kind))
        take(node.text, kind)
    return words, kinds
