"""One form for phrases and lines, so that case, accents and punctuation do not matter."""

import re
import unicodedata
from collections.abc import Sequence
from functools import lru_cache

MAX_SIGNS = 100
"""Up to so many different signs are replaced one by one, which costs a third of a look at each
character of a page; a page has some thirty."""
_MANY_DIGITS = re.compile(r"00+")
_COPYRIGHT = re.compile(r"(?:\bcopyright\s*)?(?:©|\(c\)(?=\s))(?:\s*copyright\b)?", re.IGNORECASE)


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
    if text.isascii() and text.isalpha():  # one word, as most that are looked up
        return text.lower()
    return fold_each((text,))[0]


def fold_each(texts: Sequence[str]) -> list[str]:
    """Return each text folded, all in one pass: a page's lines together cost a third.

    No step looks beyond a line feed, which is neither letter nor mark.

    >>> fold_each(("Skip to content »", "", "Más leídas"))
    ['skip to content', '', 'mas leidas']
    >>> fold_each(())
    []
    """
    page = "\n".join([_with_copyright(text).replace("\n", " ") for text in texts])
    page = _with_letters_only(page.lower() if page.isascii() else page.casefold())
    page = _MANY_DIGITS.sub("0", page.lower()).replace("0", "#")
    return [" ".join(line.split()) for line in page.split("\n")] if texts else []


def _with_letters_only(page: str) -> str:
    """Return the text with the folded form of each character that has one."""
    forms = {
        character: form for character in set(page) if (form := _form_of(character)) != character
    }
    if len(forms) > MAX_SIGNS:
        return page.translate({ord(character): form for character, form in forms.items()})
    for character, form in forms.items():
        page = page.replace(character, form)
    return page


@lru_cache(maxsize=1 << 12)
def _form_of(character: str) -> str:
    """Return the letters of a character without marks, `0` for a digit, else a space.

    No form holds a character that has another form.

    >>> [_form_of(character) for character in "é7…#\N{COMBINING ACUTE ACCENT}"]
    ['e', '0', '   ', '#', '']
    """
    form = ""
    for part in unicodedata.normalize("NFKD", character):
        if part.isdecimal():
            form += "0"
        elif part.isalnum() or part in "#\n":
            form += part
        elif not unicodedata.combining(part):
            form += " "
    return form


def _with_copyright(text: str) -> str:
    """Return the text with the copyright sign, with or without the word, as the word."""
    if "©" in text or "(c)" in text or "(C)" in text:
        return _COPYRIGHT.sub(" copyright ", text)
    return text
