"""Lines that are one paragraph: which they are, and how they read as one text."""

import re
from collections.abc import Iterable, Sequence

from pipeline.document import Line

SOFT_HYPHEN = "\N{SOFT HYPHEN}"
CONJUNCTIONS = frozenset(
    (
        *("and", "or", "to", "und", "oder", "bzw", "bzw.", "sowie", "bis", "en", "of", "og"),
        *("eller", "och", "et", "ou", "y", "o", "u", "e", "ed", "a", "i", "oraz", "lub", "nebo"),
    )
)
"""What follows a hyphen that stands for the rest of a word: *short- and long-term*."""
_UNSPACED = re.compile(
    "[\u3001-\u303f\u3040-\u30ff\u31f0-\u31ff\u3400-\u9fff\uf900-\ufaff\uff01-\uff9f\U00020000-\U0003ffff]"
)
"""Han, kana and their marks: the scripts that write words without spaces, and wrap anywhere."""
JOINED_END = 1_000
"""So much of what is joined is at hand to see how the next line goes on from it."""


def joined_text(lines: Sequence[Line]) -> str:
    """Return lines that are one paragraph as one text.

    A hyphen at the end of a line joins without a space, as wrapping breaks after hyphens; a soft
    one is none of the word's. Before a conjunction it stands for the rest of a word.

    >>> joined_text([Line(1, "a well-"), Line(2, "known  bridge ")])
    'a well-known  bridge'
    >>> joined_text([Line(1, "the har\N{SOFT HYPHEN}"), Line(2, "bour")])
    'the harbour'
    >>> joined_text([Line(1, "it opened -"), Line(2, "at last")])
    'it opened - at last'
    >>> joined_text([Line(1, "short-"), Line(2, "and long-term")])
    'short- and long-term'

    Between Chinese or Japanese signs no space stands.

    >>> joined_text([Line(1, "港が開い"), Line(2, "た。"), Line(3, "Kobe")])
    '港が開いた。 Kobe'
    """
    done: list[str] = []
    text = lines[0].text.strip() if lines else ""
    for line in lines[1:]:
        if len(text) > 2 * JOINED_END:  # the whole, anew at each line, would take a square of them
            done.append(text[:-JOINED_END])
            text = text[-JOINED_END:]
        part = line.text.strip()
        if text.endswith(SOFT_HYPHEN):
            text = text[:-1] + part
            continue
        hyphen = len(text) > 1 and text[-1] in "-\N{HYPHEN}" and text[-2].isalpha()
        glued = hyphen and _first_word(part) not in CONJUNCTIONS
        glued = glued or bool(_UNSPACED.match(text[-1:]) and _UNSPACED.match(part))
        text = f"{text}{'' if glued or not text else ' '}{part}"
    return "".join([*done, text])


def _first_word(text: str) -> str:
    return text.split(maxsplit=1)[0].lower() if text else ""


def blocks_of(lines: Iterable[Line]) -> tuple[tuple[Line, ...], ...]:
    """Return the non-blank lines grouped into blocks: a line and those that continue it."""
    blocks: list[list[Line]] = []
    for line in lines:
        if line.is_blank:
            continue
        if line.continues and blocks:
            blocks[-1].append(line)
        else:
            blocks.append([line])
    return tuple(tuple(block) for block in blocks)
