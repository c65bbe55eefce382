"""What the elements of HTML, and the other records, say of titles and texts that were guessed.

The splitter scores block by block. But items are mostly elements of one parent, made alike: one
that begins like most titles is a title, and a paragraph that does not is none. And where all other
records have a text, one without has missed it: it would be published nowhere.
"""

from collections import Counter
from collections.abc import Sequence

import msgspec
import numpy as np
import numpy.typing as npt

from pipeline.blocks import Block
from pipeline.digests.candidates import MIN_ITEMS, Scores
from pipeline.digests.outline import KEYS, SHAPES, Outline
from pipeline.digests.records import MAX_MISSING, MIN_ALIKE, MIN_MISSING, Record
from pipeline.document import Label
from pipeline.shapes import has_bullet
from pipeline.trees import FULL, Ints

MIN_TEXT = FULL // 10
"""A block scores at least so much as text if it is one that was missed."""
MIN_WITH_TEXT = 0.6
"""So great a share of the records have a text where one at the usual place has missed it,"""
MANY_WITH_TEXT = 0.8
"""and where one at any place has."""
MAX_MISSING_NAMED = 1.0
"""Where all titles have the same names, so many others may have them, as a share of the titles."""
_PARENT, _TAGS, _NAMES = KEYS, KEYS + 2, KEYS + 3
"""Keys of what begins with a block: its parent and tag; its tags from the root on; its names."""
_TITLE_SHAPES = [SHAPES.index(shape) for shape in "TXQS"]
_META = [SHAPES.index(shape) for shape in "DdBMN"]


def with_siblings(outline: Outline, scores: Scores, titles: Ints) -> Ints:
    """Return the titles of a page of HTML, with those that begin like most, without stray text.

    To begin alike is to begin elements of one parent, with the same tags; or, where a date or a
    picture's caption begins each element and the title stands in it, to have the same tags from the
    root on and the same names. The bounds are those by which titles are missed in plain text
    (`records`), and wider ones where all have the same names.
    """
    if not outline.is_markup or len(titles) < MIN_ITEMS:
        return titles
    most = MAX_MISSING
    alike, count = _alike(outline, titles, _PARENT)
    if count < MIN_ALIKE * len(titles):
        alike, count = _alike(outline, titles, _NAMES)
        most = MAX_MISSING_NAMED
        if count < len(titles):
            return titles
    stray = ~alike[titles] & (outline.sign("prose")[titles] > 0)
    kept = titles[~stray] if count >= MIN_ITEMS else titles
    alike[titles] = False
    if alike.sum() > most * len(titles):
        return kept
    missing = alike & np.isin(outline.sign("shape"), _TITLE_SHAPES)
    missing &= scores.title >= MIN_MISSING
    near = int(np.diff(titles).min())
    for title in titles[~stray]:
        missing[max(0, title - near + 1) : title + near] = False
    return np.union1d(kept, np.flatnonzero(missing))


def _alike(outline: Outline, titles: Ints, key: int) -> tuple[npt.NDArray[np.bool_], int]:
    """Return which blocks have the tags and the key of most titles, and how many titles do."""
    tags = outline.keys[_TAGS]
    kinds = outline.keys[key] * (int(tags.max()) + 1) + tags
    known, counts = np.unique(kinds[titles], return_counts=True)
    return kinds == known[counts.argmax()], int(counts.max())


def with_texts(outline: Outline, scores: Scores, records: Sequence[Record]) -> tuple[Record, ...]:
    """Return the records, those without a text with the likeliest of their blocks.

    Few records have one: then it must stand as far below the title as most texts do.
    """
    firsts = Counter(min(record.texts) - record.title for record in records if record.texts)
    having = firsts.total()
    if having < MIN_WITH_TEXT * len(records):
        return tuple(records)
    usual, count = firsts.most_common(1)[0]
    is_sure = having >= MANY_WITH_TEXT * len(records)
    shapes = outline.sign("shape")
    found = []
    for record in records:
        below = [at for at in record.members if at > record.title and shapes[at] not in _META]
        best = max(below, key=lambda at: int(scores.text[at]), default=record.title)
        is_likely = best != record.title and scores.text[best] >= MIN_TEXT
        is_usual = is_sure or (best - record.title == usual and 5 * count >= 4 * having)
        if not record.texts and is_likely and is_usual:
            found.append(msgspec.structs.replace(record, texts=frozenset({best})))
        else:
            found.append(record)
    return tuple(found)


def with_points(blocks: Sequence[Block], records: Sequence[Record]) -> tuple[Record, ...]:
    """Return the records, points of a list amid a text with it, unless they are removed."""
    return tuple(
        msgspec.structs.replace(
            record,
            texts=record.texts
            | {
                at
                for at in range(min(record.texts), max(record.texts))
                if at > record.title and is_point(blocks[at])
            },
        )
        if record.texts
        else record
        for record in records
    )


def is_point(block: Block) -> bool:
    """Tell whether a block is a point of a list that strip-boilerplate keeps."""
    markup = block.lines[0].markup
    is_listed = markup.element == "li" if markup is not None else has_bullet(block.text)
    return is_listed and block.label in ("", Label.CONTENT)
