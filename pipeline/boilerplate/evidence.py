"""What the markup of an HTML capture says of its lines."""

from pipeline.blocks import Block, Decision, Decisions
from pipeline.document import Label

MIN_LINK_DENSITY = 0.6
"""From here on a line that the extractor left out is a menu or a list of links."""
_REGION_LABELS = {
    "nav": Label.NAVIGATION,
    "header": Label.NAVIGATION,
    "footer": Label.NAVIGATION,
    "aside": Label.RELATED,
}


def decide_by_markup(blocks: tuple[Block, ...], decided: Decisions) -> Decisions:
    """Return content for what the main-content extractor kept, boilerplate for what it left out.

    A page of which it kept nothing stays undecided: that is no evidence against any line.
    """
    if not any(line.markup and line.markup.kept for block in blocks for line in block.lines):
        return {}
    found: Decisions = {}
    for index, block in enumerate(blocks):
        markup = block.lines[0].markup
        if markup is None or index in decided:
            continue
        if markup.kept:
            found[index] = Decision(Label.CONTENT, "trafilatura: kept")
        elif markup.element == "figcaption":
            found[index] = Decision(Label.CAPTION, "markup: figcaption")
        elif markup.region in _REGION_LABELS:
            reason = f"trafilatura: left out, in <{markup.region}>"
            found[index] = Decision(_REGION_LABELS[markup.region], reason)
        elif markup.link_density >= MIN_LINK_DENSITY:
            found[index] = Decision(Label.NAVIGATION, "trafilatura: left out, links")
        else:
            found[index] = Decision(Label.OTHER, "trafilatura: left out")
    return found
