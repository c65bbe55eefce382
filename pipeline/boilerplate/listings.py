"""Listings of code, and what a screen shows, are whole: no line of them goes by itself.

The line model looks at each line by itself, and has learned that short lines of few words are
boilerplate: of a function it kept the first line and dropped the second.
"""

import re
from collections.abc import Iterator, Sequence
from functools import cache
from itertools import pairwise

import numpy as np
import numpy.typing as npt

from pipeline.blocks import Block
from pipeline.boilerplate.titles import begins_paragraph

Flags = npt.NDArray[np.bool_]

TEXT_ABOVE = 3
"""A listing stays if one of so many blocks above it does or is the title, or a line of its own."""
MIN_LINES = 2
"""A listing of plain text has so many lines that look like code,"""
CODE_SHARE = 1 / 2
"""and so many of its lines do."""
MAX_UNKEPT = 30
"""A listing of more lines, none of which stays by itself, is what a renderer left of a script."""
MAX_CODE_WORDS = 25
MAX_CODE_LENGTH = 240
"""Words and characters of a line of code; a longer one is not looked at."""
_CODE = re.compile(
    r"""
    ^(?: >>>\s | \.\.\.\s | \$\s[a-z./] | //\s | /\*     # prompts, comments
      | \((?:def[a-z]*|let\*?|lambda|set[qf!]?|cond|if|require|provide)\s # Lisp
      | \#(?:include|define|!) | </?[a-zA-Z!?][^<>]*>      # preprocessor, an element
      | [})\]]+[;,)]*$ | \\[a-zA-Z]+\b                      # brackets that close, TeX and its kin
      | [\w.$\[\]"'-]+\s?=\s?\S                             # a value given
      | (?:def|class|if|elif|for|while|try|except|else|with|from|function|public|private|static
          |void|int|package|using|namespace|begin|fn|func|do|then|switch|case)\b.*[:({;]$
      | import\s[\w.]+$ | from\s[\w.]+\simport\s | (?:return\s?\S*|pass|else|try)$
      | (?:sudo|git|npm|pip|apt|apt-get|cd|docker|curl|wget|yarn|cargo)\s[a-z./-] )
    | [{};\\]$ | \)\)$
    | \b[A-Za-z_]\w*\( (?: \) | [^()\s]*[^\w()\s] | [^(),=\[{"']*[,=\[{"'][^()]*\) ) # a call
    | [!=+*/%&|<>:-]= | => | \w->\w | \w::\w | && | \|\|              # operators
    """,
    re.VERBOSE,
)
_PROMPT = re.compile(r"\s*(?:>>>|\$)\s[a-zA-Z./]")
_NO_CODE = re.compile(r".*(?:\{\{|\}\})|(?:[•*+▪·-]|\d+[.)])\s|\[[^\]]*\]?$|[=*~#+_-]{3,}$")
"""Holes of a template, points of a list, what stands for a picture, rules drawn of signs."""


def preformatted(blocks: Sequence[Block]) -> Flags:
    """Return which blocks (n,) of HTML are code or a screen.

    A page that is preformatted for the most part, such as a letter in an archive, has none.
    """
    found = np.array([_is_preformatted(block) for block in blocks], np.bool_)
    return found if 2 * int(found.sum()) <= len(blocks) else np.zeros(len(blocks), np.bool_)


def _is_preformatted(block: Block) -> bool:
    markup = block.lines[0].markup
    return markup is not None and markup.element == "pre"


def listings_of_text(blocks: Sequence[Block], stays: Flags) -> Flags:
    """Return which blocks (n,) do not stay by themselves, but as lines of a listing that does.

    A listing of plain text is a paragraph of lines most of which look like code, or one beside it
    across an empty line; one of HTML is what its markup says is preformatted.
    """
    found = np.zeros(len(blocks), np.bool_)
    kept = stays.tolist()
    if all(kept) or not any(kept):
        return found
    is_html = blocks[0].lines[0].markup is not None
    for first, end in _marked(blocks) if is_html else _written(blocks, kept):
        below_text = any(kept[max(0, first - TEXT_ABOVE) : first]) and end - first <= MAX_UNKEPT
        if below_text or any(kept[first:end]):
            kept[first:end] = [True] * (end - first)
            found[first:end] = ~stays[first:end]
    return found


def _marked(blocks: Sequence[Block]) -> Iterator[tuple[int, int]]:
    """Yield where each listing of HTML begins, and where it is over."""
    edges = np.flatnonzero(np.diff([False, *preformatted(blocks).tolist(), False])).tolist()
    yield from zip(edges[::2], edges[1::2], strict=True)


def _written(blocks: Sequence[Block], kept: Sequence[bool]) -> Iterator[tuple[int, int]]:
    """Yield where each listing of plain text begins, and is over, if a line of it is not kept."""
    spans = _paragraphs(blocks)

    @cache
    def code(at: int) -> int:
        """Return how many lines of a paragraph look like code, 0 unless most do."""
        if not 0 <= at < len(spans):
            return 0
        first, end = spans[at]
        if _PROMPT.match(blocks[first].text):
            return end - first  # what a screen answers looks like anything
        number = sum(map(_is_code, blocks[first:end]))
        return number if number >= CODE_SHARE * (end - first) else 0

    for at, (first, end) in enumerate(spans):
        if all(kept[first:end]) or not any(kept[max(0, first - TEXT_ABOVE) : end]):
            continue
        beside = max(code(at - 1) * _is_next(blocks, first), code(at + 1) * _is_next(blocks, end))
        if code(at) and max(code(at), beside) >= MIN_LINES:
            yield first, end


def _is_next(blocks: Sequence[Block], at: int) -> bool:
    """Tell whether a block stands one empty line below the one before it."""
    if not 0 < at < len(blocks):
        return False
    return blocks[at].lines[0].number == blocks[at - 1].lines[-1].number + 2


def _is_code(block: Block) -> bool:
    """Tell whether a line looks like code, or what a screen shows.

    >>> from pipeline.blocks import page_blocks
    >>> from pipeline.document import Line
    >>> texts = ["total += price", "for each in boats:", "Boats and their total (in francs)"]
    >>> list(map(_is_code, page_blocks(Line(at, text) for at, text in enumerate(texts, 1))))
    [True, True, False]
    """
    text = block.text.strip()
    if len(block.lines) > 1 or block.words > MAX_CODE_WORDS or len(text) > MAX_CODE_LENGTH:
        return False
    return _CODE.search(text) is not None and _NO_CODE.match(text) is None


def _paragraphs(blocks: Sequence[Block]) -> list[tuple[int, int]]:
    """Return where the runs of blocks without an empty line between them begin and are over.

    >>> from pipeline.blocks import page_blocks
    >>> from pipeline.document import Line
    >>> _paragraphs(page_blocks(Line(at, text) for at, text in enumerate("ab cd", 1)))
    [(0, 2), (2, 4)]
    """
    begins = (at for at in range(len(blocks) + 1) if begins_paragraph(blocks, at))
    return list(pairwise(begins))
