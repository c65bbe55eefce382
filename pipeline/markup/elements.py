"""The elements of a page that say what they hold, and their text."""

from functools import cached_property

from lxml import etree

_ITEMS = etree.XPath("descendant-or-self::*[@itemprop]")
_UNREAD = frozenset(["script", "style", "svg", "noscript"])


class Items:
    """The elements of a page that microdata name; the page is searched once, if at all."""

    def __init__(self, root: etree._Element) -> None:
        self.root = root

    @cached_property
    def _all(self) -> list[etree._Element]:
        found: list[etree._Element] = _ITEMS(self.root)
        return found

    def called(self, name: str) -> list[etree._Element]:
        """Return the elements of one name in order."""
        return [item for item in self._all if item.get("itemprop") == name]


def text_of(element: etree._Element) -> str:
    """Return the text of an element in its order, a space for each line break in it.

    >>> from lxml import html
    >>> text_of(html.fromstring("<h1><a><b>Tides</b></a> turn<br>early<!-- --></h1>"))
    'Tides turn early'
    """
    parts: list[str] = []
    walk = etree.iterwalk(element, ("start", "end", "comment", "pi"))
    for event, each in walk:
        if event == "start" and each.tag in _UNREAD:
            walk.skip_subtree()
        elif event == "start":
            parts += [" " if each.tag == "br" else "", each.text or ""]
        elif each is not element:
            parts.append(each.tail or "")
    return "".join(parts)
