"""strip-boilerplate: a label for every line, and the reason for it.

The evidence is asked in order of trust: what a person wrote down (rules), what a rule opens
(regions), the page's head (title, byline, date), the markup, the neighbours. What nothing speaks
against is content.
"""

from collections.abc import Callable, Iterable
from pathlib import Path

import msgspec

from pipeline.blocks import Block, Decision, Decisions, label_lines, page_blocks
from pipeline.boilerplate.evidence import decide_by_markup
from pipeline.boilerplate.headlines import (
    decide_byline_and_date,
    decide_site_name,
    decide_title,
)
from pipeline.boilerplate.matching import decide_by_rules
from pipeline.boilerplate.phrases import RuleSet, load_rules
from pipeline.boilerplate.regions import decide_by_regions
from pipeline.boilerplate.surroundings import (
    decide_between,
    decide_enclosed,
    decide_menu_page,
    decide_notices,
    decide_pagination,
    decide_teasers_below,
)
from pipeline.document import Document, Label, relabel
from pipeline.options import StageOptions
from pipeline.vocabulary import Vocabulary, load_vocabulary


class StripBoilerplate(StageOptions, frozen=True, tag="strip-boilerplate"):
    """Label each line: content, title, byline, date, caption, or the kind of boilerplate it is."""

    rules: bool = True
    """Whether the rule files are asked."""
    context: bool = True
    """Whether regions and neighbours are asked."""
    markup: bool = True
    """Whether, in HTML captures, what trafilatura kept and left out is asked."""

    def compile(self, configs: Path) -> Callable[[Document], Iterable[Document]]:
        """Return the stage with rules and vocabulary of the `configs` folder loaded."""
        rules = load_rules(configs / "rules") if self.rules else None
        vocabulary = load_vocabulary(configs / "languages")

        def strip_boilerplate(document: Document) -> Iterable[Document]:
            yield _labelled(document, self, rules, vocabulary)

        return strip_boilerplate


def _labelled(
    document: Document,
    options: StripBoilerplate,
    rules: RuleSet | None,
    vocabulary: Vocabulary,
) -> Document:
    """Return the document with a label on each line; labels that are there already stay."""
    if all(line.label for line in document.lines):
        return document
    lines = tuple(
        relabel(line, Label.BLANK, "") if line.is_blank and not line.label else line
        for line in document.lines
    )
    blocks = page_blocks(lines)
    decided = _decide(blocks, document.metadata.title, options, rules, vocabulary)
    for index, block in enumerate(blocks):
        if index not in decided:
            decided[index] = Decision(Label.CONTENT, "nothing speaks against it")
        if block.label:
            decided[index] = Decision(block.label, block.reason)
    return msgspec.structs.replace(document, lines=label_lines(lines, blocks, decided))


def _decide(
    blocks: tuple[Block, ...],
    known_title: str,
    options: StripBoilerplate,
    rules: RuleSet | None,
    vocabulary: Vocabulary,
) -> Decisions:
    """Return the decisions of all evidence, each kind for what those before it left open."""
    decided: Decisions = {
        index: Decision(block.label, block.reason)
        for index, block in enumerate(blocks)
        if block.label
    }
    decided |= decide_pagination(blocks)
    if rules is not None:
        decided |= decide_by_rules(blocks, rules, decided)
    decided |= decide_notices(blocks, decided)
    kept = decide_by_markup(blocks, decided) if options.markup else {}
    if options.context and rules is not None:
        wanted = {index: each for index, each in kept.items() if each.label == Label.CONTENT}
        decided |= decide_by_regions(blocks, {**decided, **wanted}, rules)
        decided |= decide_enclosed(blocks, decided)
        decided |= decide_menu_page(blocks, decided)
    if options.context:
        decided |= decide_site_name(blocks, decided)
    decided |= decide_title(blocks, decided, known_title, vocabulary)
    if options.context and not kept:
        decided |= decide_teasers_below(blocks, decided, vocabulary)
    decided |= decide_byline_and_date(blocks, decided, vocabulary)
    decided |= {index: each for index, each in kept.items() if index not in decided}
    if options.context:
        decided |= decide_between(blocks, decided)
    return decided
