"""What the neighbours of a line say of it, once rules and the title are known."""

from pipeline.blocks import Block, Decision, Decisions
from pipeline.document import BOILERPLATE_LABELS, Label
from pipeline.shapes import ends_sentence, is_copyright_notice, is_date_line
from pipeline.vocabulary import Vocabulary

MIN_ARTICLE_PARAGRAPHS = 3
"""Fewest paragraphs of running text above teasers that stand below an article."""
MAX_CLOSING_LINES = 25
"""So many boilerplate lines, the last ones, are asked whether the article ends there."""
CLOSING_LABELS = BOILERPLATE_LABELS - {Label.COOKIE, Label.LEGAL}
"""What an article is over at: a notice of some paragraphs about cookies may stand above the page's
text, and is no article."""
MIN_TEASERS = 2
MIN_PAGES = 3
"""Fewest bare numbers that are the pages of a listing."""
MAX_PAGE_DIGITS = 4
GAPS = frozenset({"…", "...", ".."})
MAX_NOTICE_WORDS = 40
MAX_ENCLOSED_WORDS = 40
BOX_LABELS = frozenset({Label.NEWSLETTER, Label.FUNDRAISING, Label.COOKIE})
MIN_SENTENCE_WORDS = 4
HEAD_LABELS = frozenset({Label.TITLE, Label.BYLINE, Label.DATE, Label.CAPTION})
MAX_WITHIN_TEXT = 3
"""Most short lines in a row that stay for standing between two paragraphs,"""
MIN_WITHIN_TEXT = 0.02
"""and how likely text each must be at least."""
LIKELY_WITHIN_TEXT = 0.1
"""Longer lists stay where each line is at least this likely."""
MENU_SENTENCE_WORDS = 8
"""A page with a sentence of so many words is no menu."""
MAX_RUN = 6
"""Longest run of undecided short lines that takes the label of its neighbours."""


def decide_teasers_below(
    blocks: tuple[Block, ...],
    decided: Decisions,
    vocabulary: Vocabulary,
    unlikely: frozenset[int] = frozenset(),
) -> Decisions:
    """Return as related what follows an article's closing boilerplate, if it is all teasers.

    The article above must be running text, paragraph below paragraph, and not `unlikely` to be text
    for the most part, as a notice about cookies is; below its last share bar
    (or appeal, or form) each paragraph must stand alone under a title, and dates of teasers, or a
    heading that a rule knows as related, must prove it. Where one of these is
    missing nothing is decided: the text stays.
    """
    for end in _closing_lines(blocks, decided, unlikely)[-MAX_CLOSING_LINES:]:
        rest = [index for index in range(end + 1, len(blocks)) if index not in decided]
        if _are_teasers(blocks, rest, decided, vocabulary, end):
            reason = f"context: teasers below the article's {decided[end].label} line"
            return {index: Decision(Label.RELATED, reason) for index in rest}
    return {}


def _closing_lines(
    blocks: tuple[Block, ...], decided: Decisions, unlikely: frozenset[int]
) -> tuple[int, ...]:
    """Return the boilerplate lines below which the article may be over, the first one first."""
    ends: list[int] = []
    paragraphs = likely = pairs = 0
    below_prose = False
    for index, block in enumerate(blocks):
        if index in decided:
            label = decided[index].label
            enough = paragraphs >= MIN_ARTICLE_PARAGRAPHS
            over = enough and min(pairs, likely) * 2 >= paragraphs
            if label in CLOSING_LABELS and over:
                ends.append(index)
        else:
            paragraphs += block.prose
            likely += block.prose and index not in unlikely
            pairs += block.prose and below_prose
            below_prose = block.prose
    return tuple(ends)


def _are_teasers(
    blocks: tuple[Block, ...],
    rest: list[int],
    decided: Decisions,
    vocabulary: Vocabulary,
    end: int,
) -> bool:
    """Tell whether undecided blocks are titles with a paragraph each at most."""
    prose = [index for index in rest if blocks[index].prose]
    if len(prose) < MIN_TEASERS:
        return False
    positions = {index: at for at, index in enumerate(rest)}
    lone = all(
        positions[index] > 0 and not blocks[rest[positions[index] - 1]].prose for index in prose
    )
    if not lone:
        return False
    if any(each.label == Label.RELATED for index, each in decided.items() if index > end):
        return True
    return sum(is_date_line(blocks[index].text, vocabulary) for index in rest) >= MIN_TEASERS


def decide_pagination(blocks: tuple[Block, ...]) -> Decisions:
    """Return as navigation lines that are bare numbers counting up: the pages of a listing.

    >>> decide_pagination(())
    {}
    """
    found: Decisions = {}
    run: list[int] = []
    numbers: list[int] = []
    for index, block in enumerate((*blocks, None)):
        if not run and block and len(block.text) > MAX_PAGE_DIGITS:
            continue  # by far the most blocks
        text = block.text.strip() if block and not block.label else ""
        if (
            text.isdecimal()
            and len(text) <= MAX_PAGE_DIGITS
            and (not numbers or int(text) > numbers[-1])
        ):
            run.append(index)
            numbers.append(int(text))
        elif text in GAPS and run:
            run.append(index)
        else:
            if len(numbers) >= MIN_PAGES:
                reason = "shape: numbers of pages"
                found |= {each: Decision(Label.NAVIGATION, reason) for each in run}
            run, numbers = [], []
    return found


def decide_notices(blocks: tuple[Block, ...], decided: Decisions) -> Decisions:
    """Return as legal short lines with a copyright sign below which no text stands."""
    found: Decisions = {}
    for index in range(len(blocks) - 1, -1, -1):
        block = blocks[index]
        if index not in decided and block.prose and "©" not in block.text:
            break
        short = block.words <= MAX_NOTICE_WORDS
        if index not in decided and short and is_copyright_notice(block.text):
            found[index] = Decision(Label.LEGAL, "shape: copyright notice")
    return found


def decide_enclosed(blocks: tuple[Block, ...], decided: Decisions) -> Decisions:
    """Return a short paragraph that stands alone between two lines of one box.

    A box is a sign-up or an appeal: a heading above, a button or field below, of the same label.
    """
    found: Decisions = {}
    for index in range(1, len(blocks) - 1):
        above, below = decided.get(index - 1), decided.get(index + 1)
        if index in decided or blocks[index].words > MAX_ENCLOSED_WORDS:
            continue
        if above and below and above.label == below.label and above.label in BOX_LABELS:
            reason = f"context: between {above.label} and {below.label}"
            found[index] = Decision(above.label, reason)
    return found


def decide_between(blocks: tuple[Block, ...], decided: Decisions) -> Decisions:
    """Return labels for short lines that stand between boilerplate, below the running text.

    A run takes the label of its two neighbours if they agree, else navigation. On a page without
    running text (a poem, a recipe) nothing is below it.
    """
    last_prose = max(
        (i for i, b in enumerate(blocks) if b.prose and not _is_boilerplate(decided, i)),
        default=-1,
    )
    if last_prose < 0:
        return {}
    found: Decisions = {}
    run: list[int] = []
    above: Decision | None = None
    for index, block in enumerate(blocks):
        decision = decided.get(index)
        if decision is None and not block.prose and not _is_sentence(block):
            run.append(index)
            continue
        if decision and decision.label in BOILERPLATE_LABELS:
            inside = above is not None and index > last_prose and (run and run[0] > last_prose)
            if inside and above and len(run) <= MAX_RUN:
                label = above.label if above.label == decision.label else Label.NAVIGATION
                reason = f"context: between {above.label} and {decision.label}"
                found |= {each: Decision(label, reason) for each in run}
            above = decision
        else:
            above = None
        run = []
    return found


def _is_sentence(block: Block) -> bool:
    """Tell whether a short line is a sentence all the same, and so may be text."""
    return block.words >= MIN_SENTENCE_WORDS and ends_sentence(block.text)


def decide_within_text(blocks: tuple[Block, ...], decided: Decisions) -> Decisions:
    """Return as content what the line model would leave out of the midst of running text.

    A few short lines between two paragraphs that stay are section headings, names of speakers or
    points of a list more often than not, so is one between two lines that stay, and the line below
    the title is a standfirst, if it is not the title again; the model has the last word only where
    it is quite sure.
    """
    found: Decisions = {}
    run: list[int] = []
    below_text = False
    for index, block in enumerate(blocks):
        decision = decided.get(index)
        if decision is not None and (decision.repeated or _is_title_again(blocks, decided, index)):
            continue
        if decision is not None and decision.label == Label.CONTENT:
            lone = len(run) == 1 and _is_content(decided, run[0] - 1)
            if lone or (block.prose and below_text and _may_be_text(run, decided)):
                reason = f"context: between {'lines' if lone else 'paragraphs'} of text"
                found |= {each: Decision(Label.CONTENT, reason) for each in run}
                run = []
            below_text, run = block.prose or (below_text and not run), []
        elif decision is not None and decision.label in HEAD_LABELS:
            if decision.label == Label.TITLE:
                below_text, run = True, []
        elif decision is None or (decision.score or 0) < MIN_WITHIN_TEXT:
            below_text, run = False, []
        elif index and (above := decided.get(index - 1)) and above.label == Label.TITLE:
            found[index] = Decision(Label.CONTENT, "context: below the title")
        elif block.prose:
            below_text, run = False, []
        else:
            run.append(index)
    return found


def _is_title_again(blocks: tuple[Block, ...], decided: Decisions, index: int) -> bool:
    above = decided.get(index - 1)
    return (
        above is not None
        and above.label == Label.TITLE
        and decided[index].label != Label.CONTENT
        and blocks[index].folded == blocks[index - 1].folded
    )


def _is_content(decided: Decisions, index: int) -> bool:
    return index in decided and decided[index].label == Label.CONTENT


def _may_be_text(run: list[int], decided: Decisions) -> bool:
    """Tell whether lines between two paragraphs are few, or all of them rather likely text."""
    likely = all((decided[index].score or 0) >= LIKELY_WITHIN_TEXT for index in run)
    return len(run) <= MAX_WITHIN_TEXT or likely


def decide_menu_page(blocks: tuple[Block, ...], decided: Decisions) -> Decisions:
    """Return as navigation what is left of a page without running text that is mostly boilerplate.

    >>> decide_menu_page((), {})
    {}
    """
    left = (block for index, block in enumerate(blocks) if index not in decided)
    if any(block.prose or _is_no_menu_entry(block) for block in left):
        return {}
    known = sum(each.label in BOILERPLATE_LABELS for each in decided.values())
    if known * 2 < len(blocks):
        return {}
    reason = "context: page of boilerplate without running text"
    return {
        index: Decision(Label.NAVIGATION, reason)
        for index in range(len(blocks))
        if index not in decided or decided[index].label in (Label.TITLE, Label.HEADING)
    }


def _is_no_menu_entry(block: Block) -> bool:
    """Tell whether a block is one sentence that a menu would not have."""
    return block.words >= MENU_SENTENCE_WORDS and ends_sentence(block.text)


def _is_boilerplate(decided: Decisions, index: int) -> bool:
    return index in decided and decided[index].label in BOILERPLATE_LABELS
