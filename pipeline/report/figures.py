"""What the report shows, counted in one pass over what a run wrote."""

import heapq
import re
from collections import Counter
from collections.abc import Mapping
from pathlib import Path

import msgspec

from pipeline.boilerplate.phrases import RuleSet
from pipeline.document import BOILERPLATE_LABELS, Label
from pipeline.report.inspection import LINE_COLUMNS, captures_of
from pipeline.shapes import count_words
from pipeline.storage import read_rows, shard_files
from pipeline.storage.rows import Row, site_of, text_of_row

EXAMPLES = 3
"""Of each reason so many lines are shown,"""
NEIGHBOUR_CHARACTERS = 120
"""each with so much of the line before and after."""
UNSURE = 60
"""Most lines shown of which the model was the least sure."""
BINS = 20
MAX_REPAIRS = 40
MAX_DIGESTS = 60
MAX_UNPUBLISHED = 500
SAMPLED = 200
"""Most captures that can be looked at line by line."""
MIDDLE = 0.5
DOUBTFUL = 0.25
"""A line whose score is no farther from the middle is doubtful."""
NO_SITE = "–"
_SCORE = re.compile(r"(?P<by>model(?: with trafilatura)?): (?P<score>[01]\.\d+)")
_PATTERN = re.compile(r"(?P<rule>rule [^:]+: pattern \d+) ")
_QUOTED = re.compile(r'"[^"]*"')
_ITEM = re.compile(r"\bitem \d+")
_DOCUMENT_COLUMNS = (
    *("capture", "source", "item", "items", "url", "site", "title", "language"),
    *("language_confidence", "words"),
)


class Example(msgspec.Struct):
    """A line in its context."""

    source: str
    line: int
    text: str
    before: str
    after: str = ""


class ReasonFigures(msgspec.Struct):
    """What one rule, or the model, or a context decided."""

    label: str
    reason: str
    lines: int = 0
    words: int = 0
    examples: list[Example] = msgspec.field(default_factory=list)


class GroupFigures(msgspec.Struct):
    """Captures of one site, or documents of one language."""

    captures: int = 0
    documents: int = 0
    kept: int = 0
    """Words."""
    removed: int = 0
    confidence: float = 0.0
    """Sum over the documents; `mean_confidence` is the mean."""

    @property
    def mean_confidence(self) -> float:
        """Mean confidence of the language, 0…1."""
        return self.confidence / self.documents if self.documents else 0.0


class Unsure(msgspec.Struct):
    """A line of which the model was not sure."""

    score: float
    label: str
    example: Example


class Repair(msgspec.Struct, frozen=True):
    """A line before and after its repair."""

    action: str
    source: str
    line: int
    before: str
    after: str


class DigestFigures(msgspec.Struct, frozen=True):
    """A capture that was taken apart."""

    source: str
    titles: tuple[str, ...]


class Unpublished(msgspec.Struct, frozen=True):
    """A capture without documents, and why."""

    source: str
    status: str
    reason: str


class Figures(msgspec.Struct):
    """All that the report counts."""

    sites: dict[str, GroupFigures] = msgspec.field(default_factory=dict)
    languages: dict[str, GroupFigures] = msgspec.field(default_factory=dict)
    labels: dict[str, list[int]] = msgspec.field(default_factory=dict)
    """Label → lines, words."""
    reasons: dict[tuple[str, str], ReasonFigures] = msgspec.field(default_factory=dict)
    scores: dict[str, list[int]] = msgspec.field(default_factory=dict)
    """`kept` and `removed` → lines by the model's score, in twentieths."""
    confidences: list[int] = msgspec.field(default_factory=lambda: [0] * BINS)
    """Documents by the confidence of their language, in twentieths."""
    unsure: list[Unsure] = msgspec.field(default_factory=list)
    repairs: dict[str, int] = msgspec.field(default_factory=dict)
    """Action → edits."""
    repaired: list[Repair] = msgspec.field(default_factory=list)
    digests: list[DigestFigures] = msgspec.field(default_factory=list)
    digest_count: int = 0
    suspected: int = 0
    unpublished: list[Unpublished] = msgspec.field(default_factory=list)
    unpublished_count: int = 0
    sample: list[str] = msgspec.field(default_factory=list)
    """Identifiers of captures to look at line by line."""
    captures: int = 0


def figures_of(folder: Path) -> Figures:
    """Return the figures of what stands in an output folder."""
    figures = Figures()
    of_captures = _documents(folder, figures)
    sample: list[tuple[int, str]] = []
    for rows in captures_of(folder, (*LINE_COLUMNS, "edits")):
        identifier = str(rows[0]["capture"])
        _count_capture(rows, of_captures.get(identifier), figures)
        # the smallest identifiers: a draw that is the same on each day and by any order
        key = (-int(identifier, 16), identifier)
        if len(sample) < SAMPLED:
            heapq.heappush(sample, key)
        else:
            heapq.heappushpop(sample, key)
    figures.sample = sorted(identifier for _, identifier in sample)
    figures.unsure.sort(key=lambda each: (abs(each.score - MIDDLE), each.example.source))
    figures.unsure = figures.unsure[:UNSURE]
    return figures


class _Published(msgspec.Struct):
    """What the documents of one capture are."""

    site: str
    languages: list[str]
    words: int = 0
    titles: dict[int, str] = msgspec.field(default_factory=dict)
    """Item → its title."""


def _documents(folder: Path, figures: Figures) -> dict[str, _Published]:
    """Count the documents; return what is known of each capture by them."""
    of_captures: dict[str, _Published] = {}
    columns = (*_DOCUMENT_COLUMNS, "digest_suspected")
    for row in read_rows(shard_files(folder, "documents"), columns):
        language, words = str(row["language"]), int(str(row["words"]))
        site = site_of(str(row["url"] or "")) or str(row["site"] or NO_SITE)
        capture = of_captures.setdefault(str(row["capture"]), _Published(site, []))
        capture.languages.append(language)
        capture.words += words
        capture.titles[int(str(row["item"]))] = str(row["title"] or "")
        own = figures.languages.setdefault(language, GroupFigures())
        own.documents += 1
        own.kept += words
        confidence = float(str(row["language_confidence"]))
        own.confidence += confidence
        figures.confidences[min(int(confidence * BINS), BINS - 1)] += 1
        figures.suspected += bool(row["digest_suspected"])
    return of_captures


def _count_capture(rows: list[Row], published: _Published | None, figures: Figures) -> None:
    figures.captures += 1
    site = published.site if published else NO_SITE
    group = figures.sites.setdefault(site, GroupFigures())
    group.captures += 1
    source = str(rows[0]["source"])
    if published:
        group.documents += len(published.languages)
        group.kept += published.words
        if len(published.titles) > 1:
            figures.digest_count += 1
            if len(figures.digests) < MAX_DIGESTS:
                titles = (title for _, title in sorted(published.titles.items()))
                figures.digests.append(DigestFigures(source, tuple(titles)))
    else:
        _count_unpublished(rows, figures)
    visible = [row for row in rows if row["line"] and row["label"] != Label.BLANK]
    removed = 0
    for at, row in enumerate(visible):
        label, words = str(row["label"]), count_words(text_of_row(row))
        own = figures.labels.setdefault(label, [0, 0])
        own[0] += 1
        own[1] += words
        if label in BOILERPLATE_LABELS:
            removed += words
        example = _example(visible, at)
        _count_reason(row, words, example, figures)
        _count_repairs(row, example, figures)
    group.removed += removed
    if published:
        main = Counter(published.languages).most_common(1)[0][0]
        figures.languages[main].captures += 1
        figures.languages[main].removed += removed


def _count_unpublished(rows: list[Row], figures: Figures) -> None:
    figures.unpublished_count += 1
    if len(figures.unpublished) < MAX_UNPUBLISHED:
        row = rows[0]
        figures.unpublished.append(
            Unpublished(str(row["source"]), str(row["label"]), str(row["reason"]))
        )


def _example(rows: list[Row], at: int) -> Example:
    row = rows[at]
    before = text_of_row(rows[at - 1]).strip() if at else ""
    after = text_of_row(rows[at + 1]).strip() if at + 1 < len(rows) else ""
    return Example(
        str(row["source"]),
        int(str(row["line"])),
        text_of_row(row).strip(),
        before[:NEIGHBOUR_CHARACTERS],
        after[:NEIGHBOUR_CHARACTERS],
    )


def normalised(reason: str) -> str:
    """Return what decided, without what differs from line to line.

    >>> normalised("model: 0.03"), normalised("model with trafilatura: 0.2, within the text")
    ('model', 'model with trafilatura, within the text')
    >>> normalised('rule share/en: pattern 3 "share this now"')
    'rule share/en: pattern 3'
    >>> normalised('context: with "Comments (2)", model: 0.22')
    'context: with "…", model'
    >>> normalised("digest: date of item 7")
    'digest: date of an item'
    """
    if reason.startswith("rule "):
        match = _PATTERN.match(reason)
        return match["rule"] if match else reason
    return _ITEM.sub("an item", _QUOTED.sub('"…"', _SCORE.sub(r"\g<by>", reason)))


def score_in(reason: str) -> float | None:
    """Return the score with which the model decided a line, or None if something else did.

    >>> score_in("model: 0.25"), score_in("model with trafilatura: 0.5, within the text")
    (0.25, 0.5)
    >>> score_in("context: teasers, model: 0.1") is None
    True
    """
    match = _SCORE.match(reason)
    return float(match["score"]) if match else None


def _count_reason(row: Row, words: int, example: Example, figures: Figures) -> None:
    label, reason = str(row["label"]), str(row["reason"])
    key = (label, normalised(reason))
    own = figures.reasons.setdefault(key, ReasonFigures(*key))
    own.lines += 1
    own.words += words
    if len(own.examples) < EXAMPLES and all(each.source != example.source for each in own.examples):
        own.examples.append(example)
    score = score_in(reason)
    if score is None:
        return
    side = "removed" if label in BOILERPLATE_LABELS else "kept"
    figures.scores.setdefault(side, [0] * BINS)[min(int(score * BINS), BINS - 1)] += 1
    figures.unsure.append(Unsure(score, label, example))
    if len(figures.unsure) > 50 * UNSURE:
        figures.unsure.sort(key=lambda each: (abs(each.score - MIDDLE), each.example.source))
        del figures.unsure[UNSURE:]


def _count_repairs(row: Row, example: Example, figures: Figures) -> None:
    edits = row["edits"]
    actions = [str(each["action"]) for each in edits] if isinstance(edits, list) else []  # type: ignore[index]
    for action in actions:
        figures.repairs[action] = figures.repairs.get(action, 0) + 1
    if not actions or row["repaired"] is None or len(figures.repaired) >= MAX_REPAIRS:
        return
    shown = sum(each.action == actions[0] for each in figures.repaired)
    if shown < MAX_REPAIRS // 8:
        figures.repaired.append(
            Repair(actions[0], example.source, example.line, str(row["text"]), text_of_row(row))
        )


def unmatched_rules(rules: RuleSet, reasons: Mapping[tuple[str, str], ReasonFigures]) -> list[str]:
    """Return the rules that decided no line, as the audit would name them."""
    matched = {reason for _, reason in reasons}
    tables = (rules.whole, rules.parts, rules.starts, rules.heads)
    named = [rule.reason("") for table in tables for rule in table.values()]
    named += [
        f"rule {rule.label}/{rule.language}: pattern {rule.number}" for _, rule in rules.patterns
    ]
    return sorted({name for name in named if name not in matched})
