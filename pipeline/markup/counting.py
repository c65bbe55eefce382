"""The numbers of the points of ordered lists, as a browser counts them."""

import re

from lxml import etree

_INTEGER = re.compile(r"\s*[+-]?[0-9]{1,9}")
MOST_LETTERS, MOST_ROMAN = 26, 3999
_ROMAN = {1000: "M", 900: "CM", 500: "D", 400: "CD", 100: "C", 90: "XC", 50: "L", 40: "XL"} | {
    10: "X",
    9: "IX",
    5: "V",
    4: "IV",
    1: "I",
}


class Counter:
    """Counts the points of an ordered list as a browser does (WHATWG HTML, 4.4.8)."""

    def __init__(self, element: etree._Element) -> None:
        self.step = 1 if element.get("reversed") is None else -1
        points = sum(1 for _ in element.iterchildren("li")) if self.step < 0 else 1
        self.following = _whole_number(element.get("start"), points)
        self.kind = element.get("type") or "1"

    def next(self, point: etree._Element) -> str:
        """Return the number of the next point, `a.` or `iv.` where the list counts so."""
        number = _whole_number(point.get("value"), self.following)
        self.following = number + self.step
        return f"{_counted(number, self.kind)}."


def _whole_number(value: str | None, otherwise: int) -> int:
    found = _INTEGER.match(value or "")
    return int(found[0]) if found else otherwise


def _counted(number: int, kind: str) -> str:
    """Return a number as a list of some type shows it.

    >>> _counted(3, "1"), _counted(3, "a"), _counted(4, "I"), _counted(-1, "a")
    ('3', 'c', 'IV', '-1')
    """
    if kind in ("a", "A") and 1 <= number <= MOST_LETTERS:
        return chr(ord(kind) + number - 1)
    if kind in ("i", "I") and 1 <= number <= MOST_ROMAN:
        written = ""
        for value, sign in _ROMAN.items():
            written += sign * (number // value)
            number %= value
        return written.lower() if kind == "i" else written
    return str(number)
