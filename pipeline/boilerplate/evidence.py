"""What trafilatura, the main-content extractor, says of the lines of an HTML capture."""

from pipeline.blocks import Block, Decision, Decisions
from pipeline.document import Label, Markup
from pipeline.folding import fold
from pipeline.markup.extraction import main_text

MIN_LINK_DENSITY = 0.6
"""From here on a line that the extractor left out is a menu or a list of links."""
MAX_TEXT_LINK_DENSITY = 0.4
"""Up to here a line is text with links in it."""
MIN_KEPT_SHARE = 0.6
"""Of the words of the page's running text outside menus, an extractor that works keeps so many."""
MAX_EXTRACTED_LINES = 20_000
"""A longer page is not given to trafilatura, whose time grows faster than the page."""
MIN_RUN_WORDS = 4
"""A line of fewer words counts as kept only if it is a whole line of the extracted text."""
MAIN_REGIONS = frozenset({"", "main", "article"})
TEXT_ELEMENTS = frozenset({"p", "li", "h2", "h3", "h4", "tr", "td", "pre", "blockquote"})
_REGION_LABELS = {
    "nav": Label.NAVIGATION,
    "header": Label.NAVIGATION,
    "footer": Label.NAVIGATION,
    "aside": Label.RELATED,
}


def decide_by_trafilatura(blocks: tuple[Block, ...], found_by_it: frozenset[int]) -> Decisions:
    """Return content for what trafilatura kept, boilerplate for what it left out.

    It leaves out too much more often than too little: text between two lines that it kept stays,
    and where it kept less than most of the page's running text, all of that stays. A page of which
    it kept nothing is not decided at all.
    """
    kept = sorted(found_by_it)
    if not kept:
        return {}
    prose = sum(block.words for block in blocks if block.prose and _is_main_text(block))
    too_little = sum(blocks[index].words for index in kept) < MIN_KEPT_SHARE * prose
    found: Decisions = {}
    for index, block in enumerate(blocks):
        if index in found_by_it:
            found[index] = Decision(Label.CONTENT, "trafilatura: kept")
        elif _markup(block).element == "figcaption":
            found[index] = Decision(Label.CAPTION, "markup: figcaption")
        elif kept[0] < index < kept[-1] and _continues_text(block):
            found[index] = Decision(Label.CONTENT, "markup: between lines that trafilatura kept")
        elif too_little and block.prose and _is_main_text(block):
            found[index] = Decision(Label.CONTENT, "markup: trafilatura kept too little")
        else:
            found[index] = _left_out(_markup(block))
    return found


def kept_by_trafilatura(blocks: tuple[Block, ...], html: str) -> frozenset[int]:
    """Return the blocks that trafilatura keeps; none of a page too long for it."""
    if len(blocks) > MAX_EXTRACTED_LINES:
        return frozenset()
    return _standing_in(blocks, main_text(html))


def _standing_in(blocks: tuple[Block, ...], extracted: str) -> frozenset[int]:
    """Return the blocks that stand in the extracted text."""
    whole = {fold(line) for line in extracted.splitlines()}
    running = f" {fold(extracted)} "
    kept: set[int] = set()
    for at, block in enumerate(blocks):
        if not block.folded:
            continue
        words = len(block.folded.split())
        in_menu = _markup(block).region in ("nav", "footer") and words < MIN_RUN_WORDS
        in_run = words >= MIN_RUN_WORDS and f" {block.folded} " in running
        if (block.folded in whole and not in_menu) or in_run:
            kept.add(at)
    return frozenset(kept)


_NONE = Markup("", "", 0.0)


def _markup(block: Block) -> Markup:
    return block.lines[0].markup or _NONE


def _is_main_text(block: Block) -> bool:
    """Tell whether a block stands in no menu, aside or footer and is no list of links."""
    markup = _markup(block)
    return markup.region in MAIN_REGIONS and markup.link_density < MAX_TEXT_LINK_DENSITY


def _continues_text(block: Block) -> bool:
    """Tell whether a block among kept ones is text too: running text, a heading, a point, a row."""
    return _is_main_text(block) and (block.prose or _markup(block).element in TEXT_ELEMENTS)


def _left_out(markup: Markup) -> Decision:
    """Return what a line is that the extractor left out."""
    label, note = kind_by_markup(markup)
    return Decision(label, f"trafilatura: left out{note}")


def kind_by_markup(markup: Markup) -> tuple[Label, str]:
    """Return what boilerplate a line is as far as its markup tells, and a note why.

    >>> kind_by_markup(Markup("li", "footer", 1.0)), kind_by_markup(Markup("p", "", 0.0))
    ((<Label.NAVIGATION: 'navigation'>, ', in <footer>'), (<Label.OTHER: 'other'>, ''))
    """
    if markup.region in _REGION_LABELS:
        return _REGION_LABELS[markup.region], f", in <{markup.region}>"
    if markup.link_density >= MIN_LINK_DENSITY:
        return Label.NAVIGATION, ", links"
    return Label.OTHER, ""
