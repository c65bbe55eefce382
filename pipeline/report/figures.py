"""What the report shows, as values; `counting.py` counts them."""

from typing import NamedTuple

import msgspec

from pipeline.document import BOILERPLATE_LABELS, Label

BINS = 20
"""Scores and confidences are counted in so many steps from 0 to 1."""


class Example(msgspec.Struct):
    """A line in its context."""

    capture: str
    """Identifier. Where there are too many, those of the smallest ones are shown: a draw that is
    the same on each day and by any order, and that of the captures to look at line by line."""
    source: str
    line: int
    text: str
    before: str
    after: str = ""


class ReasonFigures(msgspec.Struct):
    """What one rule, or the model, or a context decided."""

    label: str
    reason: str
    captures: int = 0
    lines: int = 0
    words: int = 0
    examples: list[Example] = msgspec.field(default_factory=list)


class LabelFigures(msgspec.Struct):
    """What has one label."""

    captures: int = 0
    lines: int = 0
    words: int = 0


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
    labels: dict[str, LabelFigures] = msgspec.field(default_factory=dict)
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
    captures: int = 0

    @property
    def words(self) -> "WordTotals":
        """All words, by what became of them."""
        removed = sum(self.labels[name].words for name in self.labels if name in BOILERPLATE_LABELS)
        text = self.labels[Label.CONTENT].words if Label.CONTENT in self.labels else 0
        return WordTotals(text, removed, sum(each.words for each in self.labels.values()))


class WordTotals(NamedTuple):
    """The words of all lines, by what became of them."""

    text: int
    removed: int
    every: int

    @property
    def fields(self) -> int:
        """Those in fields of their own (title, author, …), and of lines that say what is read."""
        return self.every - self.text - self.removed
