"""Which short line of a plain text is its title, where no markup says it: learned trees.

Each candidate is seen as the line model sees it, with what the text takes up of its words, what
stands beside it, and how the other candidates are. `training/titles/` makes the file, from pages
whose title is known. All is computed in integers: the same page gets the same title everywhere.
"""

import re
from bisect import bisect_left
from collections import Counter
from collections.abc import Sequence
from functools import lru_cache
from pathlib import Path

import msgspec
import numpy as np
import numpy.typing as npt

from pipeline.blocks import Block, Decisions
from pipeline.bylines import find_author
from pipeline.document import Label
from pipeline.errors import ConfigurationError
from pipeline.shapes import is_date_line
from pipeline.trees import LEAF_STEPS, Bytes, Ints, StoredTrees, Trees, packed, unpacked
from pipeline.vocabulary import Vocabulary

MODEL = Path(__file__).with_name("title_model.bin")
FORMAT = 1
Bools = npt.NDArray[np.bool_]
ABOVE = 150
"""A title is sought within so many blocks above the text, or among the first of a page without."""
TITLE_LEVEL = 3
"""Headings of further levels are within a text."""
LEAD_WORDS = 5
"""Words are compared by so many first letters, so that endings do not matter."""
BESIDE = 8
"""Undecided neighbours are looked for within so many blocks to either side."""
MENU_LINES = 2
"""So many navigation lines below one another are a menu; titles stand below menus."""
FAR = 60
"""From here on a block of text is far below."""
MOST = 255
CLOSE_STEPS = LEAF_STEPS * 2 // 5
"""Among candidates whose logits come so close to the best, one that heads a paragraph is taken."""
RIVAL_STEPS = LEAF_STEPS
"""What comes so close to the title may be it instead."""
_LEVELS = {f"h{level}": level for level in range(1, 7)}
_MARKS = re.compile(r"\s{0,3}(#{1,6})\s")
"""A heading of Markdown."""
_NUMBERS = re.compile(r"(?:\s\d[\d.,:%]*){3}\s*$")
"""How a row of a table ends."""


class TitleModel(msgspec.Struct, frozen=True):
    """What was learned of titles."""

    about: dict[str, str]
    trees: Trees


def head_label(text: str, vocabulary: Vocabulary) -> str:
    """Return whether a line is a byline or a date, `` if neither."""
    if find_author(text, vocabulary):
        return Label.BYLINE
    return Label.DATE if is_date_line(text, vocabulary) else ""


def title_candidates(
    blocks: Sequence[Block], decided: Decisions, body: int | None, vocabulary: Vocabulary
) -> list[int]:
    """Return the undecided short lines that may be the title of the text that begins at `body`.

    A row of numbers is none. In HTML these are headings, if there are any.
    """
    begin = min(ABOVE, len(blocks)) if body is None else body
    found = [
        index
        for index in range(max(0, begin - ABOVE), begin)
        if index not in decided
        and blocks[index].title_like
        and not _NUMBERS.search(blocks[index].text)
        and not head_label(blocks[index].text, vocabulary)
    ]
    of_html = [index for index in found if blocks[index].lines[0].markup is not None]
    return [index for index in of_html if 0 < heading_level(blocks[index]) <= TITLE_LEVEL] or found


def title_columns(
    blocks: Sequence[Block],
    decided: Decisions,
    candidates: Sequence[int],
    body: int | None,
    dense: Bytes,
    vocabulary: Vocabulary,
) -> Bytes:
    """Return what the trees see of n candidates: (columns, n).

    `dense` (blocks, f) is what the line model sees of each block.
    """
    begin = len(blocks) if body is None else body
    text = leads_of(" ".join(each.folded for each in blocks[begin:] if each.prose), vocabulary)
    times = Counter(block.folded for block in blocks)
    undecided = [index for index in range(len(blocks)) if index not in decided]
    facts = np.array(
        [
            (
                *_in_text(blocks[index], text, vocabulary),
                *_beside(blocks, decided, undecided, index, vocabulary),
                min(begin - index, MOST),
                min(index, MOST),
                min(times[blocks[index].folded] - 1, 3),
                heading_level(blocks[index]),
            )
            for index in candidates
        ],
        np.int64,
    ).T
    columns = np.concatenate((facts, _among(facts), dense[list(candidates)].T))
    clipped: Bytes = np.clip(columns, 0, MOST).astype(np.uint8)
    return clipped


def title_and_rivals(logits: Ints, heads: Bools) -> tuple[int, Ints]:
    """Return which of n candidates is the title, and which come close to it.

    `heads` (n,) says which of them head a paragraph, as `heads_a_paragraph` has it.
    """
    best = logits.max()
    close = heads & (logits >= best - CLOSE_STEPS)
    chosen = np.where(close, logits, best - CLOSE_STEPS - 1) if close.any() else logits
    return int(chosen.argmax()), np.flatnonzero(logits >= best - RIVAL_STEPS)


def heads_a_paragraph(blocks: Sequence[Block], index: int, vocabulary: Vocabulary) -> bool:
    """Tell whether an empty line stands above a block, and below it one, a byline or a date."""
    if not begins_paragraph(blocks, index):
        return False
    below = index + 1
    return begins_paragraph(blocks, below) or bool(head_label(blocks[below].text, vocabulary))


def begins_paragraph(blocks: Sequence[Block], index: int) -> bool:
    """Tell whether an empty line stands above a block, or nothing, or whether there is no block."""
    if index in {0, len(blocks)}:
        return True
    return blocks[index].lines[0].number > blocks[index - 1].lines[-1].number + 1


def _in_text(block: Block, text: frozenset[str], vocabulary: Vocabulary) -> tuple[int, int, int]:
    """Return what of a line's words the text takes up: a share in 64ths, how many, of how many."""
    own = leads_of(block.folded, vocabulary)
    shared = len(own & text)
    return 64 * shared // max(1, len(own)), shared, len(own)


def _beside(
    blocks: Sequence[Block],
    decided: Decisions,
    undecided: Sequence[int],
    index: int,
    vocabulary: Vocabulary,
) -> tuple[int, ...]:
    """Return what stands above and below a line, as far as it is not decided yet."""
    at = bisect_left(undecided, index)
    below = [blocks[each] for each in undecided[at + 1 : at + 4] if each < index + BESIDE]
    above = [blocks[each] for each in undecided[max(0, at - 1) : at] if each > index - BESIDE]
    heads = [bool(head_label(each.text, vocabulary)) for each in below]
    menu = range(index + 1, min(len(blocks), index + 1 + 2 * MENU_LINES))
    links = sum(each in decided and decided[each].label == Label.NAVIGATION for each in menu)
    return (
        *heads,
        *[False] * (3 - len(heads)),
        below[0].prose if below else False,
        below[1].prose if len(below) > 1 else False,
        below[0].words if below else 0,
        above[0].words if above else 0,
        above[0].prose if above else False,
        bool(above and head_label(above[0].text, vocabulary)),
        links >= MENU_LINES,
        index + 1 in decided,
        index - 1 in decided,
    )


_PROSE_BELOW = 6
"""Which fact says that running text is the next block."""


def _among(facts: Ints) -> Ints:
    """Return how candidates (facts, n) stand among each other: (columns, n).

    How many have more, and how many more the best has, of each fact about the text; how many stand
    above and below; how far below the next is that text follows; what those above and below have.
    """
    count = facts.shape[1]
    place = np.arange(count)
    columns = []
    for column in facts[:3]:
        ordered = np.sort(column)
        columns += [count - np.searchsorted(ordered, column, side="right"), column.max() - column]
    columns += [place, count - place]
    follows = np.where(facts[_PROSE_BELOW] > 0, place, count + FAR)
    next_one = np.minimum.accumulate(follows[::-1])[::-1]
    columns.append(np.minimum(next_one - place, FAR))
    shared = facts[1]
    best_above = np.maximum.accumulate(np.concatenate(([0], shared[:-1])))
    best_below = np.maximum.accumulate(np.concatenate((shared[1:], [0]))[::-1])[::-1]
    half = MOST // 2
    columns += [shared - best_above + half, shared - best_below + half]
    return np.stack(columns)


def heading_level(block: Block) -> int:
    """Return the level of a heading, 1…6, by its element or by Markdown's marks; 0 for others."""
    line = block.lines[0]
    if line.markup is None:
        return heading_marks(line.text)
    return _LEVELS.get(line.markup.element, 0)


def heading_marks(line: str) -> int:
    """Return the level of a heading in Markdown, 1…6, 0 for other lines.

    >>> heading_marks("## What now"), heading_marks("#1 in the charts")
    (2, 0)
    """
    found = _MARKS.match(line)
    return len(found[1]) if found else 0


def leads_of(folded: str, vocabulary: Vocabulary) -> frozenset[str]:
    """Return the first letters of the words that carry meaning."""
    return frozenset(
        word[:LEAD_WORDS]
        for word in set(folded.split())
        if (len(word) >= 4 or not word.isascii()) and word not in vocabulary.stop_words
    )


class _Stored(msgspec.Struct, forbid_unknown_fields=True):
    format: int
    about: dict[str, str]
    trees: StoredTrees


def encoded(model: TitleModel) -> bytes:
    """Return the model as a file holds it: the same model, the same bytes."""
    stored = _Stored(FORMAT, dict(sorted(model.about.items())), packed(model.trees))
    return msgspec.msgpack.encode(stored)


def decoded(content: bytes, path: Path) -> TitleModel:
    """Return the model of a file's content; raise ConfigurationError where it is none."""
    try:
        stored = msgspec.msgpack.decode(content, type=_Stored)
        if stored.format != FORMAT:
            raise ValueError(f"it has format {stored.format}, this version reads {FORMAT}")
        return TitleModel(stored.about, unpacked(stored.trees))
    except ValueError as error:
        raise ConfigurationError(
            str(path), f"is no model of titles: {error}", "make one with `make train-titles`"
        ) from error


@lru_cache(maxsize=1)
def load_title_model(path: Path = MODEL) -> TitleModel:
    """Return the model of a file; raise ConfigurationError if it cannot be read."""
    try:
        content = path.read_bytes()
    except OSError as error:
        raise ConfigurationError(
            str(path), f"cannot be read: {error.strerror}", "install the package again"
        ) from error
    return decoded(content, path)
