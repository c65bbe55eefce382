"""How much the records of a page have to do with each other: sections of one article share words.

The articles of a listing tell each of something else; what is common to them is mostly the subject
of the site. (Hearst 1997, TextTiling, finds where one text turns to another subject in the same
way.)
"""

import re
from collections import Counter
from collections.abc import Iterator, Sequence
from itertools import chain, pairwise

import numpy as np

from pipeline.digests.outline import Outline
from pipeline.digests.records import Record
from pipeline.shapes import IDEOGRAPH
from pipeline.trees import FULL, Bytes

COLUMNS = 5
IN_HALF = 20
"""What one word that is in half of the records counts."""
MIN_LETTERS = 5
"""Shorter words are common to all texts of a language."""
RUN = 3
"""Where a script writes no spaces, so many characters are a word."""
_WORD = re.compile(rf"[^\W\d_]{{{MIN_LETTERS},}}")
_RUNS = re.compile(f"(?:{IDEOGRAPH.pattern}){{{RUN},}}")


def cohesion_columns(outline: Outline, records: Sequence[Record]) -> Bytes:
    """Return what the records have in common, 0…255: (COLUMNS, 1).

    The share of a record's words that others have, too; how many words are in half of them; the
    share that neighbours have in common; the shares of a title's words that are in its own text,
    and in the texts of others; but for the second the mean over the records, of 250.
    """
    titles = [_words(outline.folded[record.title]) for record in records]
    texts = [
        frozenset(chain.from_iterable(_words(outline.folded[at]) for at in record.texts))
        for record in records
    ]
    wholes = [title | text for title, text in zip(titles, texts, strict=True)]
    holders = Counter(chain.from_iterable(wholes))
    of_texts = Counter(chain.from_iterable(texts))
    shared = [
        (sum(of_texts[word] > (word in text) for word in title), len(title))
        for title, text in zip(titles, texts, strict=True)
    ]
    half = max(2, len(records) / 2)
    found = [
        _mean((sum(holders[word] > 1 for word in own), len(own)) for own in wholes),
        IN_HALF * sum(count >= half for count in holders.values()),
        _mean((len(one & other), min(len(one), len(other))) for one, other in pairwise(wholes)),
        _mean((len(title & text), len(title)) for title, text in zip(titles, texts, strict=True)),
        _mean(shared),
    ]
    return np.minimum(found, 255).astype(np.uint8)[:, None]


def _words(folded: str) -> frozenset[str]:
    """Return the long words of a folded text.

    >>> sorted(_words("the boats of the harbour")), sorted(_words("東京の港"))
    (['boats', 'harbour'], ['京の港', '東京の'])
    """
    if folded.isascii():
        return frozenset(_WORD.findall(folded))
    return frozenset(chain(_WORD.findall(_RUNS.sub(" ", folded)), _pieces(folded)))


def _pieces(folded: str) -> Iterator[str]:
    for run in _RUNS.findall(folded):
        yield from (run[at : at + RUN] for at in range(len(run) - RUN + 1))


def _mean(shares: Iterator[tuple[int, int]] | Sequence[tuple[int, int]]) -> int:
    """Return the mean of shares, given as parts of wholes, of 250; of nothing 0."""
    each = [FULL * part // max(1, whole) for part, whole in shares]
    return sum(each) // max(1, len(each))
