"""Answers about lines that are remembered: the same menu stands on every page of a site."""

from collections.abc import Callable
from functools import lru_cache, wraps
from typing import Concatenate, ParamSpec, TypeVar

MOST = 1 << 12
"""Answers that a function remembers;"""
LONGEST = 200
"""of longer texts, in characters, it remembers none, so what it holds is bounded."""

Others = ParamSpec("Others")
Answer = TypeVar("Answer")


def remembered(
    function: Callable[Concatenate[str, Others], Answer],
) -> Callable[Concatenate[str, Others], Answer]:
    """Return a function of a text that remembers what it last said of short ones.

    The function must depend on nothing but what it is given, and that must be hashable.

    >>> asked = []
    >>> @remembered
    ... def length(text: str) -> int:
    ...     asked.append(text)
    ...     return len(text)
    >>> length("quay"), length("quay"), len(asked)
    (4, 4, 1)
    """
    short = lru_cache(maxsize=MOST)(function)

    @wraps(function)
    def ask(text: str, /, *others: Others.args, **named: Others.kwargs) -> Answer:
        if len(text) <= LONGEST:
            return short(text, *others, **named)  # type: ignore[arg-type]  # hashable, as said
        return function(text, *others, **named)

    return ask
