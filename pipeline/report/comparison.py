"""One run beside another over the same captures: what a changed rule, option or model did."""

from collections import Counter
from collections.abc import Iterator
from itertools import zip_longest
from pathlib import Path
from typing import TypeAlias

import msgspec

from pipeline.document import Label
from pipeline.report.inspection import captures_of
from pipeline.report.shortening import cut
from pipeline.shapes import count_words
from pipeline.storage import read_rows, shard_files
from pipeline.storage.rows import Row, text_of_row

EXAMPLES = 3
NAMED = 10
ABSENT = "absent"
"""In the place of the label of a line that one of the runs does not have."""
Labels: TypeAlias = tuple[str, str]
"""The label of a line in one run and in the other."""
Capture: TypeAlias = tuple[str, list[Row]]
"""Its source, and its lines."""


class Example(msgspec.Struct, frozen=True):
    """A line that the two runs have with different labels."""

    source: str
    line: int
    text: str
    reasons: tuple[str, str]


class Change(msgspec.Struct, frozen=True):
    """All lines that went from one label to another."""

    labels: Labels
    lines: int
    words: int
    captures: int
    examples: tuple[Example, ...]


class Comparison(msgspec.Struct, frozen=True, kw_only=True):
    """What is different between two runs."""

    captures: int
    """Captures that both have."""
    changed: int
    """Of these, those of which a line has another label, text or item."""
    only: tuple[tuple[str, ...], tuple[str, ...]]
    """Captures that only one of them has, by source."""
    changes: tuple[Change, ...]
    """The most lines first."""
    repaired: int
    """Lines with the same label and another text."""
    regrouped: int
    """Lines with the same label and text that are of another item."""
    documents: tuple[int, int]
    words: tuple[int, int]
    """Of the published texts."""


def compared(before: Path, after: Path) -> Comparison:
    """Return what is different between two runs; raise an OutputError where there is none."""
    counts = _Counts()
    only = _read_side_by_side(before, after, counts)
    totals = [_published(folder) for folder in (before, after)]
    return Comparison(
        captures=counts.shared,
        changed=counts.changed,
        only=only,
        changes=counts.changes(),
        repaired=counts.repaired,
        regrouped=counts.regrouped,
        documents=(totals[0][0], totals[1][0]),
        words=(totals[0][1], totals[1][1]),
    )


class _Counts:
    """What is counted while two runs are read side by side."""

    def __init__(self) -> None:
        self.lines: Counter[Labels] = Counter()
        self.words: Counter[Labels] = Counter()
        self.captures: Counter[Labels] = Counter()
        self.examples: dict[Labels, list[Example]] = {}
        self.repaired = self.regrouped = self.changed = self.shared = 0

    def add(self, before: list[Row], after: list[Row]) -> None:
        """Count the lines of a capture that both runs have."""
        then, now = _by_line(before), _by_line(after)
        own: set[Labels] = set()
        repaired = regrouped = 0
        for line in sorted({*then, *now}):
            row, other = then.get(line), now.get(line)
            if row is None or other is None or row["label"] != other["label"]:
                own.add(self._add_change(row, other))
            elif text_of_row(row) != text_of_row(other):
                repaired += 1
            elif row["item"] != other["item"]:
                regrouped += 1
        self.captures.update(own)
        self.repaired += repaired
        self.regrouped += regrouped
        self.shared += 1
        self.changed += bool(own or repaired or regrouped)

    def _add_change(self, row: Row | None, other: Row | None) -> Labels:
        there = other or row or {}
        labels = (_label(row), _label(other))
        self.lines[labels] += 1
        self.words[labels] += count_words(text_of_row(there))
        examples = self.examples.setdefault(labels, [])
        if len(examples) < EXAMPLES:
            reasons = (_reason(row), _reason(other))
            line = int(str(there["line"]))
            examples.append(
                Example(str(there["source"]), line, text_of_row(there).strip(), reasons)
            )
        return labels

    def changes(self) -> tuple[Change, ...]:
        """Return all changes, the most lines first."""
        order = sorted(self.lines, key=lambda labels: (-self.lines[labels], labels))
        return tuple(
            Change(
                labels,
                self.lines[labels],
                self.words[labels],
                self.captures[labels],
                tuple(self.examples[labels]),
            )
            for labels in order
        )


def _by_line(rows: list[Row]) -> dict[int, Row]:
    return {int(str(row["line"])): row for row in rows}


def _label(row: Row | None) -> str:
    return str(row["label"]) if row else ABSENT


def _reason(row: Row | None) -> str:
    return str(row["reason"]) if row else ""


def _read_side_by_side(
    before: Path, after: Path, counts: _Counts
) -> tuple[tuple[str, ...], tuple[str, ...]]:  # captures of one run only
    """Count captures as they come; one waits in memory until the other run has it, too."""
    waiting: tuple[dict[str, list[Row]], dict[str, list[Row]]] = ({}, {})
    for both in zip_longest(_captures(before), _captures(after)):
        for side, capture in enumerate(both):
            if capture is None:
                continue
            source, rows = capture
            other = waiting[1 - side].pop(source, None)
            if other is None:
                waiting[side][source] = rows
            else:
                counts.add(*((rows, other) if side == 0 else (other, rows)))
    return tuple(sorted(waiting[0])), tuple(sorted(waiting[1]))


def _captures(folder: Path) -> Iterator[Capture]:
    """Yield the captures of a run, with the lines that have text, and line 0."""
    for rows in captures_of(folder):
        yield str(rows[0]["source"]), [row for row in rows if row["label"] != Label.BLANK]


def _published(folder: Path) -> tuple[int, int]:  # documents, words
    words = [
        int(str(row["words"])) for row in read_rows(shard_files(folder, "documents"), ("words",))
    ]
    return len(words), sum(words)


def format_comparison(figures: Comparison, width: int) -> str:
    """Return what is different as text, of lines of at most `width` characters for examples."""
    text = [
        f"captures     {figures.captures:,} in both, {figures.changed:,} of them changed",
        f"documents    {figures.documents[0]:,} → {figures.documents[1]:,}",
        f"words        {figures.words[0]:,} → {figures.words[1]:,} published",
    ]
    for names, side in zip(figures.only, ("first", "second"), strict=True):
        if names:
            more = ", …" if len(names) > NAMED else ""
            listed = ", ".join(names[:NAMED])
            text.append(f"only in the {side}: {len(names):,} captures ({listed}{more})")
    if figures.repaired:
        text.append(f"repaired     {figures.repaired:,} lines otherwise")
    if figures.regrouped:
        text.append(f"items        {figures.regrouped:,} lines are of another one")
    for change in figures.changes:
        text += [
            "",
            f"{change.labels[0]} → {change.labels[1]}: {change.lines:,} lines, "
            f"{change.words:,} words, {change.captures:,} captures",
        ]
        for each in change.examples:
            before, after = (reason or "–" for reason in each.reasons)
            text += [
                cut(f"  {each.source}:{each.line}: {each.text}", width),
                cut(f"      {before} → {after}", width),
            ]
    return "\n".join(text)
