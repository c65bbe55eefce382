"""Which rule, if any, decides each block by what it says itself."""

import re

import msgspec

from pipeline.blocks import Block, Decision, Decisions
from pipeline.boilerplate.listings import preformatted
from pipeline.boilerplate.phrases import Rule, RuleSet
from pipeline.document import Label
from pipeline.folding import fold, fold_each
from pipeline.remembering import remembered
from pipeline.shapes import count_words

MAX_SEGMENT_WORDS = 6
"""A longer segment of a line is no entry of a menu or a share bar."""
AMID_TEXT = frozenset({Label.FUNDRAISING, Label.RELATED})
"""Labels of paragraphs that do stand between two paragraphs of an article."""
_CREDIT = re.compile(r"[.!?)\]”\"]\s+[(\[]?(?P<head>[^\W\d_]+(?:\s\w+)?)\s?:\s+\S+(?:\s+\S+){0,5}$")
_QUOTED = re.compile('“[^“”]*”|„[^„“”]*[“”]|«[^«»]*»|»[^«»]*«|"[^"]*"')
MIN_AROUND = 5
"""Fewest words around what is quoted that say something of it."""
_EDITED = re.compile(r"\w\[[^\W\d_][^\[\]]{1,60}\]\s*$")
"""What a wiki sets behind the heading of a section: “History[edit]”."""
_SEGMENT_SIGNS = "|·•»\N{SINGLE RIGHT-POINTING ANGLE QUOTATION MARK}"
_SEGMENT_END = re.compile(rf"\s*[{_SEGMENT_SIGNS}]\s*|:\s+")
_SEGMENT_ENDS = f":{_SEGMENT_SIGNS}"


class Found(msgspec.Struct, frozen=True):
    """What rules say of a line by itself."""

    rule: Rule | None = None
    """The most trusted rule that matches it."""
    part: Rule | None = None
    """Where no rule knows the whole line: the first part, if the line consists of parts."""


_NOTHING = Found()


def find_rule(block: Block, rules: RuleSet) -> Found:
    """Return the most trusted rule that matches a block, if one does."""
    return _found(block.text, block.folded, block.words, rules)


@remembered
def _found(text: str, folded: str, words: int, rules: RuleSet) -> Found:
    """Return what rules say of a text; of WCXB's lines a third stood on a page before."""
    whole = rules.whole.get(folded)
    if whole:
        return Found(whole)
    if text.endswith("]") and _EDITED.search(text):
        return _NOTHING
    first_word = folded.partition(" ")[0]
    cover = cover_by_parts(folded, rules) if first_word in rules.first_words.parts else ()
    if len(cover) >= 2:
        return Found(_of_most(cover))
    rule = _by_segments(text, folded, rules)
    if rule is None and ":" in text:
        head = _by_head(text, first_word, rules)
        rule = head if head and words <= rules.files[head.label].max_words else None
    if rule is None and first_word in rules.first_words.starts:
        rule = _by_start(folded, words, rules.first_words.starts[first_word], rules)
    if rule is None:
        rule = _by_pattern(folded, words, rules)
        rule = None if rule is None or _is_reported(text, rules) else rule
    return Found(rule, cover[0] if cover else None) if rule or cover else _NOTHING


def _by_start(folded: str, words: int, lengths: tuple[int, ...], rules: RuleSet) -> Rule | None:
    """Return the rule of the longest known beginning of a folded line of so many words.

    `lengths` are the numbers of words of those that begin with its first word, longest first.
    """
    tokens = folded.split()
    for length in lengths:
        start = rules.starts.get(" ".join(tokens[:length])) if length <= len(tokens) else None
        if start and words <= rules.files[start.label].max_words:
            return start
    return None


def _by_pattern(folded: str, words: int, rules: RuleSet) -> Rule | None:
    """Return the first pattern found in a folded line of so many words, or None."""
    if words > rules.max_words:
        return None
    for at in rules.gate.candidates(folded):
        find, rule = rules.finders[at], rules.patterns[at]
        if words <= rules.files[rule.label].max_words and find(folded):
            return rule
    return None


def _is_reported(text: str, rules: RuleSet) -> bool:
    """Tell whether no pattern is found but in what a text quotes: it speaks of a notice."""
    around = _QUOTED.sub(" ", text)
    words = count_words(around)
    return around != text and words >= MIN_AROUND and not _by_pattern(fold(around), words, rules)


def _by_head(text: str, first_word: str, rules: RuleSet) -> Rule | None:
    """Return the rule of “Photo: Lena Ford”, or of “The quay at dusk. Photo: Lena Ford”.

    What stands before the colon is the head, at the start of the line or of its last sentence.
    """
    if first_word in rules.first_words.heads:
        head = rules.heads.get(fold(text.partition(":")[0]))
        if head:
            return head
    credit = _CREDIT.search(text)
    found = rules.heads.get(fold(credit["head"])) if credit else None
    return found if found and found.label == Label.CAPTION else None


def _by_own_words(folded: str, rules: RuleSet) -> Rule | None:
    """Return the rule that knows a whole folded line, or at least two parts that make it up."""
    whole = rules.whole.get(folded)
    if whole:
        return whole
    cover = cover_by_parts(folded, rules)
    return _of_most(cover) if len(cover) >= 2 else None


def _by_segments(text: str, folded: str, rules: RuleSet) -> Rule | None:
    """Return the rule of a line such as “Share on A · Print” or “Share this: A B”.

    The line falls into short segments; all of them but one, and two at least, are known as a whole.
    """
    ends = sum(map(text.count, _SEGMENT_ENDS))
    if not ends or folded.count(" ") >= MAX_SEGMENT_WORDS * (ends + 1):
        return None
    pieces = [piece for piece in _SEGMENT_END.split(text) if piece]
    if len(pieces) < 2 or folded.count(" ") >= MAX_SEGMENT_WORDS * len(pieces):
        return None  # only a bullet, or more words than short segments hold
    segments = [segment for segment in fold_each(pieces) if segment]
    if len(segments) < 2 or max(len(segment.split()) for segment in segments) > MAX_SEGMENT_WORDS:
        return None
    known = [_known_segment(segment, rules) for segment in segments]
    found = tuple(rule for rule in known if rule)
    return _of_most(found) if len(found) >= max(2, len(segments) - 1) else None


def _known_segment(segment: str, rules: RuleSet) -> Rule | None:
    """Return the rule that knows a segment: as a line, as parts, or by a pattern."""
    rule = _by_own_words(segment, rules) or rules.parts.get(segment)
    return rule or _by_pattern(segment, len(segment.split()), rules)


def cover_by_parts(folded: str, rules: RuleSet) -> tuple[Rule, ...]:
    """Return the parts of which a folded line consists, or nothing if a word stands beside them."""
    longest = rules.first_words.parts
    tokens = folded.split()
    cover: list[Rule] = []
    at = 0
    while at < len(tokens):
        for length in range(min(longest.get(tokens[at], 0), len(tokens) - at), 0, -1):
            rule = rules.parts.get(" ".join(tokens[at : at + length]))
            if rule:
                cover.append(rule)
                at += length
                break
        else:
            return ()
    return tuple(cover)


def _of_most(cover: tuple[Rule, ...]) -> Rule:
    """Return the first rule of the label to which most parts belong."""
    labels = [rule.label for rule in cover]
    most = max(labels, key=labels.count)
    return next(rule for rule in cover if rule.label == most)


def decide_by_rules(
    blocks: tuple[Block, ...], rules: RuleSet, decided: Decisions | None = None
) -> Decisions:
    """Return what the rules say of each block that is not decided yet."""
    known = decided or {}
    code = preformatted(blocks)
    decisions: Decisions = {}
    lone: dict[int, Rule] = {}
    for index, block in enumerate(blocks):
        if index in known or code[index]:
            continue  # in code `print` and `logout` are no menu
        found = find_rule(block, rules)
        rule = found.rule
        if rule and not (rule.label not in AMID_TEXT and _is_amid_text(blocks, index, rule)):
            decisions[index] = Decision(rule.label, rule.reason(block.folded))
        elif found.part:
            lone[index] = found.part
    return {**decisions, **_parts_on_lines_of_their_own(blocks, known | decisions, lone)}


def _is_amid_text(blocks: tuple[Block, ...], index: int, rule: Rule) -> bool:
    """Tell whether a rule speaks of the start of a paragraph that stands between paragraphs.

    Notices stand in boxes of short lines; between two paragraphs, a paragraph is the article's.
    """
    if not blocks[index].prose or rule.kind in ("line", "open", "parts"):
        return False
    around = [each for each in (index - 1, index + 1) if 0 <= each < len(blocks)]
    return len(around) == 2 and all(blocks[each].prose for each in around)


def _parts_on_lines_of_their_own(
    blocks: tuple[Block, ...], decisions: Decisions, lone: dict[int, Rule]
) -> Decisions:
    """Decide lines of a single part that have another, or a line of their label, beside them.

    A lone `Europe` may head a section; `Europe` above `Sport` is a menu.
    """
    found: Decisions = {}
    for index, rule in lone.items():
        for neighbour in (index - 1, index + 1):
            other = lone.get(neighbour)
            decided = decisions.get(neighbour)
            if (other and other.label == rule.label) or (decided and decided.label == rule.label):
                found[index] = Decision(rule.label, rule.reason(blocks[index].folded))
    return {index: decision for index, decision in found.items() if not blocks[index].prose}
