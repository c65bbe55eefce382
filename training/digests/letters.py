"""What a line has in every rendering of a page: its letters and digits."""

import re
import unicodedata

_NO_WORD = re.compile(r"\W+")


def letters_of(text: str) -> str:
    """Return the letters and digits of a text.

    >>> letters_of("The boats, “late”: №\u00a05")
    'theboatslateno5'
    """
    return _NO_WORD.sub("", unicodedata.normalize("NFKC", text)).lower()
