"""How far boilerplate goes on after a line that opens it.

A heading such as “Sign up to our newsletter” says what follows; the reach of its rule file says how
far. Every reach ends where running text resumes, because article text lost is worse than
boilerplate kept:

- `line`: the heading alone;
- `short`: and the short lines below it;
- `cues`: and the paragraphs below it that speak of the same matter (a cue of the rule file);
- `teasers`: titles, names and dates, and paragraphs that each stand below a title of their own;
- `page`: all that follows, if more running text stands above, the page says so only once, and
  below no paragraph follows another without a line (a name, a date) between them.
"""

from collections.abc import Callable, Sequence
from itertools import pairwise

from pipeline.blocks import Block, Decision, Decisions
from pipeline.boilerplate.phrases import RuleSet
from pipeline.document import BOILERPLATE_LABELS
from pipeline.shapes import find_date, has_bullet, is_date_line
from pipeline.vocabulary import Vocabulary

MIN_PROSE_ABOVE = 2
"""Fewest paragraphs of running text above a region that goes on to the end of the page, and above
dated teasers that hold much text."""
MAX_OPENER_WORDS = 14
"""A longer line is an appeal by itself and not the heading of one."""
MAX_REGION_BLOCKS = 400
"""No region is followed farther, which bounds the time that a page of openers takes."""
MIN_HEADLINE_WORDS = 3
"""A headline that stands again as the title of the text below has so many words,"""
MAX_HEAD_LINES = 6
"""and at most so many lines, it among them, stand above the text."""
MAX_REGION_SHORT_LINES = 12
"""A region of short lines stops here: longer lists are more than the body of a box."""
MAX_TEASER_SHARE = 0.5
"""Teasers below an article hold fewer words than this share of it."""
MIN_DATED = 3
"""Fewest paragraphs of teasers that dates prove to be such."""
MAX_CUE_WORDS = 90
"""A longer paragraph is text, whatever it speaks of."""
MAX_CUE_PARAGRAPHS = 3
"""More paragraphs than this below one heading are text, whatever they speak of."""
LONG_TEASER_WORDS = 120
"""A longer paragraph is no teaser."""


def decide_by_regions(
    blocks: tuple[Block, ...],
    decided: Decisions,
    rules: RuleSet,
    vocabulary: Vocabulary | None = None,
) -> Decisions:
    """Return labels for undecided blocks that an opened region reaches.

    Without a vocabulary no dates are known, and teasers that hold much text are none.
    """
    found: Decisions = {}
    known = dict(decided)
    paged: set[str] = set()
    for index in sorted(decided):
        decision = decided[index]
        file = rules.files.get(decision.label)
        if file is None or not _opens(blocks[index], decision, file.reach):
            continue
        if file.reach == "page" and decision.label in paged:
            continue
        paged.add(decision.label)
        by_phrase = ": open " in decision.reason
        reach = file.reach if by_phrase or file.reach != "teasers" else "short"
        reached = _REACHES[reach](blocks, known, index, rules)
        if reach == "teasers" and _hold_too_much(blocks, known, index, reached):
            above = sum(_prose_words(blocks, known, each) > 0 for each in range(index))
            is_below_text = above >= MIN_PROSE_ABOVE
            dated = vocabulary is not None and are_dated(blocks, reached, vocabulary)
            reached = reached if dated and is_below_text else ()
        reached = _in_landmark(blocks, index, reached)
        if file.reach == "cues":
            reached += _box_above(blocks, known, index, rules)
        opener = " ".join(blocks[index].text.split()[:8])
        for each in reached:
            if each not in known:
                known[each] = found[each] = Decision(decision.label, f'context: with "{opener}"')
    return found


def _opens(block: Block, decision: Decision, reach: str) -> bool:
    """Tell whether a decided block is the heading of more: an open phrase, or a short appeal.

    A point of a list is a menu's. “Related: The law of the sea” speaks for itself; a whole line
    that a rule knows is a heading, but only an open phrase has teasers with text below it.
    """
    if not decision.reason.startswith("rule ") or has_bullet(block.text):
        return False
    if ": open " in decision.reason:
        return True
    if reach == "teasers":
        return ": line " in decision.reason
    is_heading = block.words <= MAX_OPENER_WORDS and ": part" not in decision.reason
    return is_heading and reach in ("short", "cues")


def _in_landmark(
    blocks: tuple[Block, ...], opener: int, reached: tuple[int, ...]
) -> tuple[int, ...]:
    """Return the reached blocks up to where, in HTML, another part of the page begins."""
    markup = blocks[opener].lines[0].markup
    if markup is None:
        return reached
    kept: list[int] = []
    for index in reached:
        other = blocks[index].lines[0].markup
        if other is None or other.region != markup.region:
            break
        kept.append(index)
    return tuple(kept)


def _box_above(
    blocks: tuple[Block, ...], decided: Decisions, button: int, rules: RuleSet
) -> tuple[int, ...]:
    """Return heading and paragraph of the box that a button such as “Donate now” closes.

    Both must be there, the paragraph short and speaking of the same matter (a cue).
    """
    paragraph, heading = button - 1, button - 2
    if heading < 0 or paragraph in decided or heading in decided:
        return ()
    text, title = blocks[paragraph], blocks[heading]
    speaks = bool(rules.cues[decided[button].label].search(text.folded))
    is_box = text.words <= MAX_CUE_WORDS and title.title_like and title.words <= MAX_OPENER_WORDS
    return (heading, paragraph) if speaks and is_box and blocks[button].words <= 6 else ()


def _below(blocks: tuple[Block, ...], opener: int) -> range:
    """Return the indices below an opener, as far as any region but a page's is followed."""
    return range(opener + 1, min(len(blocks), opener + 1 + MAX_REGION_BLOCKS))


def _reach_line(
    blocks: tuple[Block, ...], decided: Decisions, opener: int, rules: RuleSet
) -> tuple[int, ...]:
    """Return nothing: the line alone."""
    del blocks, decided, opener, rules
    return ()


def _reach_short(
    blocks: tuple[Block, ...], decided: Decisions, opener: int, rules: RuleSet
) -> tuple[int, ...]:
    """Return the short lines below the opener, unless running text follows right below them."""
    del rules
    reached: list[int] = []
    for index in _below(blocks, opener):
        if index in decided and decided[index].label not in BOILERPLATE_LABELS:
            break
        if blocks[index].prose and index not in decided:
            return ()
        if index not in decided:
            reached.append(index)
        if len(reached) > MAX_REGION_SHORT_LINES:
            return ()
    return tuple(reached)


def _reach_cues(
    blocks: tuple[Block, ...], decided: Decisions, opener: int, rules: RuleSet
) -> tuple[int, ...]:
    """Return the blocks up to the last one that speaks of the same matter.

    Short lines between two such blocks are taken with them. Those at the end are taken only if a
    boilerplate line or the end of the page follows, not if running text resumes below them: one of
    them may be its heading.
    """
    label = decided[opener].label
    cues = rules.cues[label]
    reached: list[int] = []
    pending: list[int] = []
    paragraphs = 0
    for index in _below(blocks, opener):
        block = blocks[index]
        if index in decided:
            if decided[index].label == label:
                reached += pending
                pending = []
                continue
            same = decided[index].label in BOILERPLATE_LABELS
            return tuple(reached + (pending if same and len(pending) <= 2 else []))
        paragraphs += block.prose
        if paragraphs > MAX_CUE_PARAGRAPHS:
            return ()
        if block.words <= MAX_CUE_WORDS and cues.search(block.folded):
            reached += [*pending, index]
            pending = []
        elif block.prose or len(pending) >= MAX_REGION_SHORT_LINES:
            return tuple(reached)
        else:
            pending.append(index)
    return tuple(reached + (pending if len(pending) <= 2 else []))


def _reach_teasers(
    blocks: tuple[Block, ...], decided: Decisions, opener: int, rules: RuleSet
) -> tuple[int, ...]:
    """Return the teasers below the opener: titles, dates, names, and one paragraph a title.

    Two paragraphs one below the other are running text: the region ends above them. So it does
    above a single paragraph that follows a list of bare titles, and above one too long to tease;
    and above what heads that text (`_heads_text`). A single paragraph at the very end may be the
    article's last.
    """
    del rules
    reached: list[int] = []
    shorts_since_prose = 0
    proses = 0
    resumes = False
    for index in _below(blocks, opener):
        block = blocks[index]
        if index in decided:
            if decided[index].label not in BOILERPLATE_LABELS:
                break
            continue
        if not block.prose:
            reached.append(index)
            shorts_since_prose += 1
            continue
        resumes = (
            shorts_since_prose == 0
            or block.words > LONG_TEASER_WORDS
            or _prose_follows(blocks, decided, index)
            or (proses == 0 and shorts_since_prose >= 3 and not _is_teased(blocks, decided, index))
        )
        if resumes:
            break
        reached.append(index)
        proses += 1
        shorts_since_prose = 0
    if proses == 1 and blocks[reached[-1]].prose:
        reached.pop()
    return tuple(reached[: _heads_text(blocks, reached)] if resumes else reached)


def _heads_text(blocks: tuple[Block, ...], reached: Sequence[int]) -> int:
    """Return how many of the lines between a heading and running text are of the heading.

    Those below the last point of a list are of the text: its title, date and byline, where a box
    of headlines stands above an article. So is one that says again what a headline says, and what
    is below it.
    """
    own = [blocks[index] for index in reached]
    prose = [at for at, block in enumerate(own) if block.prose]
    points = [at for at, block in enumerate(own) if has_bullet(block.text)]
    begin = prose[-1] + 1 if prose else 0
    if points and points[-1] >= begin:
        return points[-1] + 1
    seen = {block.folded for block in own[:begin]}
    for at in range(begin, len(own)):
        again = own[at].folded in seen and own[at].words >= MIN_HEADLINE_WORDS
        if again and at + MAX_HEAD_LINES >= len(own):
            return at
        seen.add(own[at].folded)
    return len(own)


def _hold_too_much(
    blocks: tuple[Block, ...], decided: Decisions, opener: int, reached: tuple[int, ...]
) -> bool:
    """Tell whether teasers would hold more text than half of what stands above: they are none."""
    held = sum(_prose_words(blocks, decided, index) for index in reached)
    above = sum(_prose_words(blocks, decided, index) for index in range(opener))
    return held > above * MAX_TEASER_SHARE


def are_dated(blocks: tuple[Block, ...], reached: Sequence[int], vocabulary: Vocabulary) -> bool:
    """Tell whether dates prove that what stands below a heading is teasers, whatever they hold.

    Three paragraphs or more, between any two a date and another short line: an article that goes on
    below a box of links has neither. Each date with its year, and not each later than the one
    before, as in a chronicle.
    """
    paragraphs = [index for index in reached if blocks[index].prose]
    shorts = {index for index in reached if not blocks[index].prose}
    dates = {index for index in shorts if is_date_line(blocks[index].text, vocabulary)}
    told = [find_date(blocks[index].text, vocabulary) for index in sorted(dates)]
    return (
        len(paragraphs) >= MIN_DATED
        and all(told)
        and not all(one < later for one, later in pairwise(told))
        and all(
            any(one < index < other for index in some)
            for one, other in pairwise(paragraphs)
            for some in (dates, shorts - dates)
        )
    )


def _prose_words(blocks: tuple[Block, ...], decided: Decisions, index: int) -> int:
    """Return the words of a block of running text that is not boilerplate, else 0."""
    return blocks[index].words if blocks[index].prose and index not in decided else 0


def _prose_follows(blocks: tuple[Block, ...], decided: Decisions, index: int) -> bool:
    """Tell whether the next undecided block is running text too."""
    for following in range(index + 1, len(blocks)):
        if following not in decided:
            return blocks[following].prose
    return False


def _is_teased(blocks: tuple[Block, ...], decided: Decisions, index: int) -> bool:
    """Tell whether the teasers go on below: a title, then a paragraph again."""
    rest = [each for each in range(index + 1, len(blocks)) if each not in decided]
    return len(rest) >= 2 and not blocks[rest[0]].prose and any(blocks[i].prose for i in rest[1:5])


def _reach_page(
    blocks: tuple[Block, ...], decided: Decisions, opener: int, rules: RuleSet
) -> tuple[int, ...]:
    """Return all blocks below, if the article is above."""
    del rules
    if ": open " not in decided[opener].reason:
        return ()
    above = sum(blocks[index].prose for index in range(opener) if index not in decided)
    alike = sum(block.folded == blocks[opener].folded for block in blocks)
    words_above = sum(_prose_words(blocks, decided, index) for index in range(opener))
    below = tuple(index for index in range(opener + 1, len(blocks)) if index not in decided)
    words_below = sum(_prose_words(blocks, decided, index) for index in below)
    pairs = sum(blocks[one].prose and blocks[other].prose for one, other in pairwise(below))
    if above < MIN_PROSE_ABOVE or alike > 1 or words_below > words_above or pairs:
        return ()
    return below


_REACHES: dict[str, Callable[[tuple[Block, ...], Decisions, int, RuleSet], tuple[int, ...]]] = {
    "line": _reach_line,
    "short": _reach_short,
    "cues": _reach_cues,
    "teasers": _reach_teasers,
    "page": _reach_page,
}
