"""Paths through a site and menus on one line, at the top of a plain text.

They are short, and stand where a title stands: the trees that choose one took them for it. In HTML
the markup says what they are.
"""

import re
from collections.abc import Sequence

from pipeline.blocks import Block, Decision, Decisions
from pipeline.boilerplate.titles import begins_paragraph
from pipeline.document import Label

MAX_STEP_WORDS = 8
"""A step of a path has so many words at most."""
MIN_ENTRIES, MAX_ENTRY_WORDS = 4, 4
"""A menu on one line has so many entries at least, of so many words at most."""
MOST_ABOVE_MENU = 2
"""So many lines above a menu are the site's name and what it says of itself."""
_STEP = re.compile(r"\s+[>›»→]\s+")
_BETWEEN_ENTRIES = re.compile(r"\s{2,}|\s[|·•]\s")


def decide_menu_rows(blocks: Sequence[Block], decided: Decisions) -> Decisions:
    """Return as navigation the rows above the first running text, and the site's name with them.

    A line that may be the title must stand below a row. The site's name stands above a menu, or
    right below a row, in one paragraph with it.
    """
    body = next((at for at, each in enumerate(blocks) if each.prose), 0)
    top = [at for at in range(body) if blocks[at].lines[0].markup is None]
    is_row = {at: is_path(blocks[at].text) or is_menu(blocks[at].text) for at in top}
    open_ones = [at for at in top if at not in decided]
    title = max((at for at in open_ones if not is_row[at] and _may_be_title(blocks[at])), default=0)
    rows = {at for at in open_ones if is_row[at] and at < title}
    named = {at for at in range(1, title) if at - 1 in rows and not begins_paragraph(blocks, at)}
    menu = next(
        (at for at in top if at < title and _is_known_menu(blocks[at], at, rows, decided)), 0
    )
    named |= set(range(min(menu, MOST_ABOVE_MENU)))
    found = dict.fromkeys(rows, Decision(Label.NAVIGATION, "shape: path or menu on one line"))
    name = Decision(Label.NAVIGATION, "shape: beside a path or menu on one line")
    return found | {at: name for at in sorted(named) if at not in decided and at not in rows}


def is_path(text: str) -> bool:
    """Tell whether a line is a path through a site.

    >>> is_path("Guide > Fruit"), is_path("The pier: a > b"), is_path("> 1 mile")
    (True, False, False)
    """
    steps = _STEP.split(text.strip())
    return (
        len(steps) > 1
        and ": " not in text
        and all(0 < len(step.split()) <= MAX_STEP_WORDS for step in steps)
    )


def is_menu(text: str) -> bool:
    """Tell whether a line is the entries of a menu side by side.

    >>> is_menu("Home  News  Our boats  Contact"), is_menu("Home | News | Boats")
    (True, False)
    """
    entries = _BETWEEN_ENTRIES.split(text.strip())
    return len(entries) >= MIN_ENTRIES and all(
        0 < len(entry.split()) <= MAX_ENTRY_WORDS for entry in entries
    )


def _may_be_title(block: Block) -> bool:
    return block.title_like and block.words > 1


def _is_known_menu(block: Block, at: int, rows: set[int], decided: Decisions) -> bool:
    """Tell whether a line is a menu: by its looks, or of several parts that rules know."""
    if at in rows:
        return is_menu(block.text)
    known = decided.get(at)
    is_navigation = known is not None and known.label == Label.NAVIGATION
    by_parts = known is not None and ": parts " in known.reason and block.words >= MIN_ENTRIES
    return is_navigation and (by_parts or is_menu(block.text))
