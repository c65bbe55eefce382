"""Links to the articles before and after, one below the other: `Previous: …`, `Next: …`."""

import re
from collections.abc import Sequence

from pipeline.blocks import Block, Decision, Decisions
from pipeline.document import Label

MAX_WORDS = 30
"""Such a line has so many words at most."""
_NOUNS = """
    post posts article articles story entry page chapter blog news issue episode artikel beitrag
    eintrag seite meldung billet artículo entrada noticia artigo articolo notizia bericht inlägg
    innlegg indlæg wpis artykuł запись статья новость
"""
_NOUN = rf"(?:[ \t](?:in|blog|{'|'.join(_NOUNS.split())}))?(?:[ \t](?:{'|'.join(_NOUNS.split())}))?"
_SIGN = r"\s*(?::|\uff1a|\s[-\u2013\u2014]\s|[\u2190\u2192\u00ab\u00bb\u2039\u203a])\s*\S"
_SIGNS = re.compile("[:\uff1a\u2190\u2192\u00ab\u00bb\u2039\u203a]|\\s[-\u2013\u2014]\\s")
"""What stands between such a word and a title: most lines have none, and are not looked at."""
_LEAD = r"\W*(?:(?:see|view|read|go to) )?(?:the )?"
_BACK = """
    previous prev older voriger vorige voriges vorheriger vorherige vorheriges zurück
    précédent précédente anterior precedente föregående forrige
    poprzedni poprzednia предыдущий
    предыдущая 上一篇
"""
_ON = """
    next newer nächster nächste nächstes weiter suivant suivante siguiente
    próximo próxima seguinte successivo successiva prossimo prossima volgende nästa
    neste næste następny następna
    следующий
    следующая 下一篇
"""


def _pattern(words: str) -> re.Pattern[str]:
    return re.compile(rf"{_LEAD}(?:{'|'.join(words.split())}){_NOUN}{_SIGN}", re.IGNORECASE)


_WAYS = (_pattern(_BACK), _pattern(_ON))


def decide_turning(blocks: Sequence[Block]) -> Decisions:
    """Return as navigation two lines of which one names the article before, the other the next.

    One alone may be a sentence's beginning: “Next: what the mayor said.”
    """
    ways = {
        at: way
        for at, block in enumerate(blocks)
        if block.words <= MAX_WORDS and _SIGNS.search(block.text) and not block.label
        if (way := _way(block.text)) is not None
    }
    found: Decisions = {}
    decision = Decision(Label.NAVIGATION, "shape: the articles before and after")
    for at, way in ways.items():
        if ways.get(at + 1) == 1 - way:
            found |= {at: decision, at + 1: decision}
    return found


def _way(text: str) -> int | None:
    """Return 0 where a line leads back, 1 where it leads on, None where it does neither."""
    return next((way for way, each in enumerate(_WAYS) if each.match(text)), None)
