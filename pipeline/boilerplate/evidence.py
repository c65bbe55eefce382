"""What the markup of an HTML capture says of its lines."""

from pipeline.blocks import Block, Decision, Decisions
from pipeline.document import Label, Markup

MIN_LINK_DENSITY = 0.6
"""From here on a line that the extractor left out is a menu or a list of links."""
MAX_TEXT_LINK_DENSITY = 0.4
"""Up to here a line is text with links in it."""
MIN_KEPT_SHARE = 0.6
"""Of the words of the page's running text outside menus, an extractor that works keeps so many."""
MAIN_REGIONS = frozenset({"", "main", "article"})
TEXT_ELEMENTS = frozenset({"p", "li", "h2", "h3", "h4", "tr", "td", "pre", "blockquote"})
_REGION_LABELS = {
    "nav": Label.NAVIGATION,
    "header": Label.NAVIGATION,
    "footer": Label.NAVIGATION,
    "aside": Label.RELATED,
}


def decide_by_markup(blocks: tuple[Block, ...], decided: Decisions) -> Decisions:
    """Return content for what the main-content extractor kept, boilerplate for what it left out.

    It leaves out too much more often than too little: text between two lines that it kept stays,
    and where it kept less than most of the page's running text, all of that stays. A page of which
    it kept nothing is not decided at all.
    """
    kept = [index for index, block in enumerate(blocks) if _markup(block).kept]
    if not kept:
        return {}
    prose = sum(block.words for block in blocks if block.prose and _is_main_text(block))
    too_little = sum(blocks[index].words for index in kept) < MIN_KEPT_SHARE * prose
    found: Decisions = {}
    for index, block in enumerate(blocks):
        if index in decided or block.lines[0].markup is None:
            continue
        if _markup(block).kept:
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


_NONE = Markup("", "", 0.0, kept=False)


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
    if markup.region in _REGION_LABELS:
        reason = f"trafilatura: left out, in <{markup.region}>"
        return Decision(_REGION_LABELS[markup.region], reason)
    if markup.link_density >= MIN_LINK_DENSITY:
        return Decision(Label.NAVIGATION, "trafilatura: left out, links")
    return Decision(Label.OTHER, "trafilatura: left out")
