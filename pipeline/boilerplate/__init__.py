"""strip-boilerplate: a label for every line, and the reason for it.

The evidence is asked in order of trust: what a person wrote down (rules), what a rule opens
(regions), the page's head (title, byline, date), the markup or, in plain text, the learned line
model, the neighbours. Each takes what those before it left open. What nothing speaks against is
content.
"""

from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Annotated, Literal

import msgspec

from pipeline.blocks import Block, Decision, Decisions, label_lines, page_blocks
from pipeline.boilerplate.evidence import decide_by_trafilatura, kept_by_trafilatura
from pipeline.boilerplate.features import PageFeatures, features_of
from pipeline.boilerplate.headlines import (
    decide_byline_and_date,
    decide_site_name,
    decide_title,
)
from pipeline.boilerplate.heads import with_head
from pipeline.boilerplate.line_model import (
    MARKUP_MODEL,
    TEXT_MODEL,
    LineModel,
    load_line_model,
)
from pipeline.boilerplate.markup_features import markup_features
from pipeline.boilerplate.matching import decide_by_rules
from pipeline.boilerplate.menu_rows import decide_menu_rows
from pipeline.boilerplate.named import decide_by_class_names
from pipeline.boilerplate.phrases import RuleSet, load_rules
from pipeline.boilerplate.published import decide_published, is_signed_date, signed_dates
from pipeline.boilerplate.quantities import decide_quantities
from pipeline.boilerplate.regions import decide_by_regions
from pipeline.boilerplate.scoring import (
    Scored,
    Thresholds,
    decide_by_model,
    decide_menus_below,
    expected_measure,
    expects_article,
    scored,
    with_extractor,
)
from pipeline.boilerplate.sites import decide_by_site
from pipeline.boilerplate.surroundings import (
    decide_between,
    decide_enclosed,
    decide_menu_page,
    decide_notices,
    decide_pagination,
    decide_teasers_below,
    decide_within_text,
)
from pipeline.boilerplate.turning import decide_turning
from pipeline.boilerplate.yielding import (
    dated_teasers,
    has_likely_text,
    naming_rules,
    rules_that_yield,
    unlikely_text,
    without_likely_text,
)
from pipeline.document import Document, Label, relabel, site_of
from pipeline.folding import fold
from pipeline.options import StageOptions
from pipeline.sites.lines import Repeats, SiteLines, load_site_lines
from pipeline.trees import FULL
from pipeline.vocabulary import Vocabulary, load_vocabulary

WITHIN_MARKUP = 3
"""In HTML a line within the text stays from so many times `keep_within` on: its model is surer."""


class StripBoilerplate(StageOptions, frozen=True, tag="strip-boilerplate"):
    """Label each line: content, title, byline, date, caption, or the kind of boilerplate it is."""

    rules: bool = True
    """Whether the rule files are asked."""
    context: bool = True
    """Whether regions and neighbours are asked."""
    markup: bool = True
    """Whether, in HTML captures, the markup is asked; if not, they are labelled like plain text."""
    heads: bool = True
    """Whether a plain text's head (of a mail, or front matter) tells title, author and date."""
    class_names: bool = True
    """Whether class names of known software, such as `comment-list`, decide lines of HTML."""
    extractor: Literal["model", "trafilatura"] = "model"
    """Which of the two decides HTML captures; trafilatura wherever `model` is off."""
    model: bool = True
    """Whether the learned line models are asked."""
    model_file: str = ""
    """Another model of plain text, absolute or in the folder of `rules/`; empty: the package's."""
    markup_model_file: str = ""
    """Likewise of HTML."""
    sites: str = ""
    """File of what sites repeat, made by `pipeline learn-sites`, absolute or relative to the corpus
    file; empty: other pages are not asked about."""
    trafilatura_below: Annotated[float, msgspec.Meta(ge=0, le=1)] = 0.5
    """Where the model expects its choice to have a lower F-measure, trafilatura has a say, too."""
    recall_weight: Annotated[float, msgspec.Meta(gt=0, le=10)] = 1.0
    """How much more a lost word counts than one kept wrongly, squared (the beta of F-beta)."""
    keep_above: Annotated[float, msgspec.Meta(ge=0, le=1)] = 0.6
    """Context does not take a sentence that the model scores so high from an article, nor another
    line halfway from there to 1, nor one with a third of it from a page of another type,"""
    keep_within: Annotated[float, msgspec.Meta(ge=0, le=1)] = 0.1
    """a line within an article's text stays if it scores so high, within others' 2.5 times that,"""
    drop_below: Annotated[float, msgspec.Meta(ge=0, le=1)] = 0.05
    """and a line that scores lower than this never does."""

    def compile(self, configs: Path) -> Callable[[Document], Iterable[Document]]:
        """Return the stage with rules and vocabulary of the `configs` folder loaded."""
        rules = load_rules(configs / "rules") if self.rules else None
        vocabulary = load_vocabulary(configs / "languages")
        sites = load_site_lines(Path(self.sites)) if self.sites else None
        evidence = _Evidence(self, rules, *self._models(configs), sites, vocabulary)

        def strip_boilerplate(document: Document) -> Iterable[Document]:
            yield _labelled(document, evidence)

        return strip_boilerplate

    def _models(self, configs: Path) -> tuple[LineModel | None, LineModel | None]:
        """Return the models of plain text and of HTML, None where they are not asked."""
        if not self.model:
            return None, None
        of_text = load_line_model(configs / self.model_file if self.model_file else TEXT_MODEL)
        if not self.markup or self.extractor == "trafilatura":
            return of_text, None
        named = configs / self.markup_model_file if self.markup_model_file else MARKUP_MODEL
        return of_text, load_line_model(named)


class _Evidence(msgspec.Struct, frozen=True):
    """What is asked about a page."""

    options: StripBoilerplate
    rules: RuleSet | None
    model: LineModel | None
    markup_model: LineModel | None
    sites: SiteLines | None
    vocabulary: Vocabulary


def _labelled(document: Document, evidence: _Evidence) -> Document:
    """Return the document with a label on each line; labels that are there already stay."""
    if all(line.label for line in document.lines):
        return msgspec.structs.replace(document, html="")
    if evidence.options.heads:
        document = with_head(document, evidence.vocabulary)
    blocks = page_blocks(document.lines)
    decided = _decide(blocks, document, evidence) if blocks else {}
    for index, block in enumerate(blocks):
        if index not in decided:
            decided[index] = Decision(Label.CONTENT, "nothing speaks against it")
        if block.label:
            decided[index] = Decision(block.label, block.reason)
    lines = tuple(
        line if line.label else relabel(line, Label.BLANK, "")  # a block has its label by now
        for line in label_lines(document.lines, blocks, decided)
    )
    return msgspec.structs.replace(document, lines=lines, html="")


def _decide(blocks: tuple[Block, ...], document: Document, evidence: _Evidence) -> Decisions:
    """Return the decisions of all evidence, each kind for what those before it left open."""
    options, rules, vocabulary = evidence.options, evidence.rules, evidence.vocabulary
    by_names = options.markup and options.class_names
    decided = _given(blocks) | decide_pagination(blocks) | decide_turning(blocks)
    if rules is not None:
        decided |= decide_by_rules(blocks, rules, decided)
    decided |= decide_notices(blocks, decided)
    decided |= decide_quantities(blocks, decided)
    page = features_of(blocks)
    said, kept = _extracted(blocks, page, document.html, evidence)
    yielded = rules_that_yield(decided, said, rules, blocks)
    decided = {index: each for index, each in decided.items() if index not in yielded}
    expected: Decisions = {}
    if options.context and rules is not None:
        wanted = {index: each for index, each in kept.items() if each.label == Label.CONTENT}
        expected |= decide_by_regions(blocks, {**decided, **wanted}, rules, vocabulary)
        decided |= without_likely_text(expected, said, blocks)
        decided |= dated_teasers(expected, blocks, vocabulary) if expects_article(said) else {}
        decided |= decide_enclosed(blocks, decided)
        decided |= {} if has_likely_text(said, decided) else decide_menu_page(blocks, decided)
    if options.context:
        decided |= decide_site_name(blocks, decided)
        decided |= decide_menu_rows(blocks, decided)
    title = _title(blocks, decided, document, page, vocabulary)
    expected |= title
    decided |= without_likely_text(title, said, blocks, above_title=True)
    if options.context and not kept:
        teasers = decide_teasers_below(blocks, decided, vocabulary, unlikely_text(said))
        expected |= teasers
        decided |= teasers if expects_article(said) else without_likely_text(teasers, said, blocks)
    decided |= decide_byline_and_date(blocks, decided, document.metadata, vocabulary)
    decided |= decide_published(blocks, decided, document.metadata, vocabulary)
    decided |= decide_by_class_names(blocks, decided, expects_article(said)) if by_names else {}
    decided |= {index: each for index, each in kept.items() if index not in decided}
    repeats = _repeats(blocks, document, evidence)
    if said is None and repeats is not None:
        decided |= decide_by_site(blocks, decided, repeats)
    if said is not None:
        decided |= decide_by_model(blocks, decided, said, expected, repeats)
        if options.context:
            decided |= decide_within_text(blocks, decided)
    if options.context:
        decided |= decide_between(blocks, decided)
    if said is not None:
        decided |= decide_menus_below(decided, said)
    return decided | naming_rules(decided, yielded)


def _title(
    blocks: tuple[Block, ...],
    decided: Decisions,
    document: Document,
    page: PageFeatures,
    vocabulary: Vocabulary,
) -> Decisions:
    """Return the title and what stands above it, nothing where a head has told the title.

    Of an unpacked mail the subject is the title; a heading that it does not say is text.
    """
    if any(each.label == Label.TITLE for each in decided.values()):
        return {}
    told = document.metadata.title
    found = decide_title(blocks, decided, told, page.dense, vocabulary)
    titles = [index for index, each in found.items() if each.label == Label.TITLE]
    if any(is_signed_date(blocks[index], vocabulary) for index in titles):
        others = signed_dates(blocks, vocabulary) | decided
        found = decide_title(blocks, others, told, page.dense, vocabulary)
    if not (document.capture.head and told):
        return found
    headings = {index for index, each in found.items() if each.label == Label.TITLE}
    if all(f" {blocks[at].folded} " in f" {fold(told)} " for at in headings):
        return found
    return dict.fromkeys(headings, Decision(Label.CONTENT, "context: heading in a mail"))


def _extracted(
    blocks: tuple[Block, ...], page: PageFeatures, html: str, evidence: _Evidence
) -> tuple[Scored | None, Decisions]:
    """Return what the model says, and what trafilatura decides of HTML where no model is asked.

    Where the model is unsure of a page of HTML, trafilatura has a say in the scores.
    """
    said = _said(blocks, page, evidence)
    options = evidence.options
    if not html or not options.markup or (said is not None and _is_sure(said, options)):
        return said, {}
    extracted = kept_by_trafilatura(blocks, html)
    if said is None:
        return None, decide_by_trafilatura(blocks, extracted)
    return with_extractor(said, extracted) if extracted else said, {}


def _repeats(blocks: tuple[Block, ...], document: Document, evidence: _Evidence) -> Repeats | None:
    """Return how often the page's site repeats each block, None where nothing is known of it."""
    if evidence.sites is None:
        return None
    site = site_of(document.capture.url)
    return evidence.sites.repeats(site, [block.text for block in blocks])


def _is_sure(said: Scored, options: StripBoilerplate) -> bool:
    """Tell whether the model needs nobody beside it: it is sure of its choice, or of no text."""
    is_empty = bool((said.scores.text < options.drop_below * FULL).all())
    return is_empty or expected_measure(said) >= options.trafilatura_below


def _said(blocks: tuple[Block, ...], page: PageFeatures, evidence: _Evidence) -> Scored | None:
    """Return what the model for the form of the capture says, None where none is asked."""
    thresholds = _thresholds(evidence.options)
    is_html = evidence.options.markup and any(block.lines[0].markup for block in blocks)
    model = evidence.markup_model if is_html else evidence.model
    if model is None:
        return None
    if not is_html:
        return scored(page, model, thresholds)
    surer = min(1.0, thresholds.keep_within * WITHIN_MARKUP)
    thresholds = msgspec.structs.replace(thresholds, keep_within=surer)
    return scored(markup_features(blocks, page), model, thresholds, markup=True)


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
