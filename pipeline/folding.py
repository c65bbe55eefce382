"""One form for phrases and lines, so that case, accents and punctuation do not matter."""

import re
import unicodedata

_DIGITS = re.compile(r"\d+")
_COPYRIGHT = re.compile(r"(?:\bcopyright\s*)?(?:©|\(c\)(?=\s))(?:\s*copyright\b)?", re.IGNORECASE)
_NOT_WORD = re.compile(r"[^\w#]+|_+")


def fold(text: str) -> str:
    """Return `text` in the form in which phrases are compared.

    Compatibility decomposition without combining marks (Unicode 15, UAX #15), case folded, a run
    of digits as `#`, the copyright sign as the word, all that is neither letter nor `#` as one
    space.

    >>> fold("Skip to content »")
    'skip to content'
    >>> fold("12 Comments"), fold("Más leídas"), fold("Don’t miss")
    ('# comments', 'mas leidas', 'don t miss')
    >>> fold("© 2020 The Harbour")
    'copyright # the harbour'
    >>> fold("already folded")
    'already folded'
    """
    text = _COPYRIGHT.sub(" copyright ", text)
    if not text.isascii():
        text = unicodedata.normalize("NFKD", text.casefold())
        text = "".join(character for character in text if not unicodedata.combining(character))
    text = _DIGITS.sub("#", text.lower())
    return _NOT_WORD.sub(" ", text).strip()
