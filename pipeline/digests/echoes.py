"""“Read more” that says the title again: “Continue reading ‘Boats came back’”.

Many sites repeat the title in the link below an excerpt, often for readers of the screen alone. As
text such a line looks more like a title than the title, which stands above it.
"""

from collections.abc import Sequence
from functools import lru_cache

import msgspec

from pipeline.blocks import Block
from pipeline.shapes import IDEOGRAPH
from pipeline.vocabulary import Vocabulary

REACH = 40
"""So many blocks above the line its title is looked for."""
MAX_MORE_WORDS = 6
"""A phrase that asks to read on has so many words at most,"""
MAX_BETWEEN = 2
"""and so many may stand between it and the title: “read more about”."""
MAX_WORDS = 40
MIN_WORDS = 3
"""A title has so many words, “more news” and “contact details” are entries of menus;"""
MIN_UNSPACED = 6
"""in scripts without spaces it has so many characters."""


def with_read_more(blocks: Sequence[Block], vocabulary: Vocabulary) -> tuple[Block, ...]:
    """Return the blocks, those that ask to read on and say the title again as if they did not.

    Their text stays as it is; folded they are the phrase alone.
    """
    begins, ends = _outer_words(vocabulary.read_more)
    above: dict[str, int] = {}
    found = list(blocks)
    for at, block in enumerate(blocks):
        folded = block.folded
        if not folded or block.words > MAX_WORDS:
            continue
        may_ask = folded.partition(" ")[0] in begins or folded.rpartition(" ")[2] in ends
        if may_ask and (phrase := _phrase(folded, at, above, vocabulary.read_more)):
            words = len(phrase.split())
            found[at] = msgspec.structs.replace(block, folded=phrase, words=words, prose=False)
        else:
            above[folded] = at
    return tuple(found)


@lru_cache(maxsize=4)
def _outer_words(phrases: frozenset[str]) -> tuple[frozenset[str], frozenset[str]]:
    """Return the first words of phrases, and the last ones: few lines begin or end with one."""
    return (
        frozenset(phrase.partition(" ")[0] for phrase in phrases),
        frozenset(phrase.rpartition(" ")[2] for phrase in phrases),
    )


def _phrase(folded: str, at: int, above: dict[str, int], phrases: frozenset[str]) -> str:
    """Return the phrase by which a block asks to read on, if the rest is a title above, or ``."""
    words = folded.split(" ")
    for count in range(1, min(MAX_MORE_WORDS, len(words) - 1) + 1):
        phrase, last = " ".join(words[:count]), " ".join(words[-count:])
        if last in phrases and _is_near(" ".join(words[:-count]), at, above):
            return last
        if phrase in phrases:
            for between in range(MAX_BETWEEN + 1):
                if _is_near(" ".join(words[count + between :]), at, above):
                    return phrase
    return ""


def _is_near(title: str, at: int, above: dict[str, int]) -> bool:
    enough = title.count(" ") + 1 >= MIN_WORDS or (
        len(title) >= MIN_UNSPACED and IDEOGRAPH.match(title)
    )
    return bool(enough) and at - above.get(title, -REACH - 1) <= REACH
