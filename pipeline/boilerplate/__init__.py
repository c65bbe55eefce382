"""strip-boilerplate: a label for every line, and the reason for it.

The evidence is asked in order of trust: what a person wrote down (rules), what a rule opens
(regions), the page's head (title, byline, date), the markup or, in plain text, the learned line
model, the neighbours. Each takes what those before it left open. What nothing speaks against is
content.
"""

from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Annotated

import msgspec

from pipeline.blocks import Block, Decision, Decisions, label_lines, page_blocks
from pipeline.boilerplate.evidence import decide_by_markup
from pipeline.boilerplate.headlines import (
    decide_byline_and_date,
    decide_site_name,
    decide_title,
)
from pipeline.boilerplate.line_model import LineModel, load_line_model
from pipeline.boilerplate.matching import decide_by_rules
from pipeline.boilerplate.phrases import RuleSet, load_rules
from pipeline.boilerplate.regions import decide_by_regions
from pipeline.boilerplate.scoring import (
    Thresholds,
    decide_by_model,
    scored,
    without_likely_text,
)
from pipeline.boilerplate.surroundings import (
    decide_between,
    decide_enclosed,
    decide_menu_page,
    decide_notices,
    decide_pagination,
    decide_teasers_below,
    decide_within_text,
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
    model: bool = True
    """Whether, in captures of plain text, the learned line model is asked."""
    model_file: str = ""
    """Another model's file, absolute or in the folder of `rules/`; empty: the package's own."""
    recall_weight: Annotated[float, msgspec.Meta(gt=0, le=10)] = 1.0
    """How much more a lost word counts than one kept wrongly, squared (the beta of F-beta)."""
    keep_above: Annotated[float, msgspec.Meta(ge=0, le=1)] = 0.6
    """Context does not take a line that the model scores so high from an article, nor one with a
    third of it from a page of another type,"""
    keep_within: Annotated[float, msgspec.Meta(ge=0, le=1)] = 0.1
    """a line within an article's text stays if it scores so high, within others' 2.5 times that,"""
    drop_below: Annotated[float, msgspec.Meta(ge=0, le=1)] = 0.05
    """and a line that scores lower than this never does."""

    def compile(self, configs: Path) -> Callable[[Document], Iterable[Document]]:
        """Return the stage with rules and vocabulary of the `configs` folder loaded."""
        rules = load_rules(configs / "rules") if self.rules else None
        vocabulary = load_vocabulary(configs / "languages")
        named = configs / self.model_file if self.model_file else None
        model = load_line_model(named) if self.model else None

        def strip_boilerplate(document: Document) -> Iterable[Document]:
            yield _labelled(document, _Evidence(self, rules, model, vocabulary))

        return strip_boilerplate


class _Evidence(msgspec.Struct, frozen=True):
    """What is asked about a page."""

    options: StripBoilerplate
    rules: RuleSet | None
    model: LineModel | None
    vocabulary: Vocabulary


def _labelled(document: Document, evidence: _Evidence) -> Document:
    """Return the document with a label on each line; labels that are there already stay."""
    if all(line.label for line in document.lines):
        return document
    blocks = page_blocks(document.lines)
    decided = _decide(blocks, document.metadata.title, evidence)
    for index, block in enumerate(blocks):
        if index not in decided:
            decided[index] = Decision(Label.CONTENT, "nothing speaks against it")
        if block.label:
            decided[index] = Decision(block.label, block.reason)
    lines = tuple(
        line if line.label else relabel(line, Label.BLANK, "")  # a block has its label by now
        for line in label_lines(document.lines, blocks, decided)
    )
    return msgspec.structs.replace(document, lines=lines)


def _decide(blocks: tuple[Block, ...], known_title: str, evidence: _Evidence) -> Decisions:
    """Return the decisions of all evidence, each kind for what those before it left open."""
    options, rules, vocabulary = evidence.options, evidence.rules, evidence.vocabulary
    decided = _given(blocks) | decide_pagination(blocks)
    if rules is not None:
        decided |= decide_by_rules(blocks, rules, decided)
    decided |= decide_notices(blocks, decided)
    is_html = any(block.lines[0].markup for block in blocks)
    kept = decide_by_markup(blocks, decided) if options.markup and is_html else {}
    said = None
    expected: Decisions = {}
    if evidence.model is not None and blocks and not is_html:
        said = scored(blocks, evidence.model, _thresholds(options))
    if options.context and rules is not None:
        wanted = {index: each for index, each in kept.items() if each.label == Label.CONTENT}
        expected |= decide_by_regions(blocks, {**decided, **wanted}, rules)
        decided |= without_likely_text(expected, said)
        decided |= decide_enclosed(blocks, decided)
        menu = decide_menu_page(blocks, decided)
        expected |= menu
        decided |= without_likely_text(menu, said)
    if options.context:
        decided |= decide_site_name(blocks, decided)
    title = decide_title(blocks, decided, known_title, vocabulary)
    expected |= title
    decided |= without_likely_text(title, said)
    if options.context and not kept:
        decided |= decide_teasers_below(blocks, decided, vocabulary)
    decided |= decide_byline_and_date(blocks, decided, vocabulary)
    decided |= {index: each for index, each in kept.items() if index not in decided}
    if said is not None:
        decided |= decide_by_model(blocks, decided, said, expected)
        if options.context:
            decided |= decide_within_text(blocks, decided)
    if options.context:
        decided |= decide_between(blocks, decided)
    return decided


def _given(blocks: tuple[Block, ...]) -> Decisions:
    """Return the labels that blocks have already."""
    return {
        index: Decision(block.label, block.reason)
        for index, block in enumerate(blocks)
        if block.label
    }


def _thresholds(options: StripBoilerplate) -> Thresholds:
    return Thresholds(
        options.recall_weight, options.keep_above, options.keep_within, options.drop_below
    )
