"""The figures of a report, counted in one pass over what a run wrote, shard by shard."""

import re
from bisect import insort
from collections import Counter
from itertools import groupby
from pathlib import Path

import msgspec

from pipeline.document import BOILERPLATE_LABELS, Label, site_of
from pipeline.report.figures import (
    BINS,
    DigestFigures,
    Example,
    Figures,
    GroupFigures,
    LabelFigures,
    ReasonFigures,
    Repair,
    Unpublished,
    Unsure,
)
from pipeline.report.inspection import LINE_COLUMNS, files_of
from pipeline.report.reasons import MIDDLE, decided_by
from pipeline.report.shortening import around_change, cut
from pipeline.shapes import count_words
from pipeline.storage import document_files, read_rows
from pipeline.storage.rows import Row, text_of_row

EXAMPLES = 3
"""Of each reason so many lines are shown, of as many captures,"""
LINE_CHARACTERS = 400
"""so much of each,"""
NEIGHBOUR_CHARACTERS = 120
"""with so much of the line before and after."""
UNSURE = 60
"""Most lines shown of which the model was the least sure."""
MAX_REPAIRS = 40
MAX_DIGESTS = 60
MAX_UNPUBLISHED = 500
NAME_CHARACTERS = 120
"""So much is shown of a title."""
NO_SITE = "–"
_ADDRESS = re.compile(r"https?://\S+")
_DOCUMENT_COLUMNS = (
    *("capture", "source", "item", "items", "url", "site", "title", "language"),
    *("language_confidence", "words", "digest_suspected"),
)


def figures_of(folder: Path) -> Figures:
    """Return the figures of what stands in an output folder, read shard by shard."""
    figures = Figures()
    for audit in files_of(folder, "audit"):
        of_captures = _documents(document_files(folder, audit.stem), figures)
        lines = read_rows([audit], (*LINE_COLUMNS, "edits"))
        for identifier, rows in groupby(lines, key=lambda row: str(row["capture"])):
            _count_capture(list(rows), of_captures.get(identifier), figures)
    _keep_least_sure(figures.unsure)
    return figures


class _Published(msgspec.Struct):
    """What the documents of one capture are."""

    site: str
    languages: list[str]
    words: int = 0
    titles: dict[int, str] = msgspec.field(default_factory=dict)
    """Item → its title."""


def _documents(paths: tuple[Path, ...], figures: Figures) -> dict[str, _Published]:
    """Count the documents of a shard; return what is known of each capture by them."""
    of_captures: dict[str, _Published] = {}
    for row in read_rows(paths, _DOCUMENT_COLUMNS):
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
    visible = [row for row in rows if row["line"] and row["label"] != Label.BLANK]
    site = published.site if published else _site_in(visible)
    group = figures.sites.setdefault(site, GroupFigures())
    group.captures += 1
    if published:
        group.documents += len(published.languages)
        group.kept += published.words
        _count_digest(str(rows[0]["source"]), published, figures)
    else:
        _count_unpublished(rows[0], figures)
    removed = _count_lines(visible, figures)
    group.removed += removed
    if published:
        main = Counter(published.languages).most_common(1)[0][0]
        figures.languages[main].captures += 1
        figures.languages[main].removed += removed


def _site_in(rows: list[Row]) -> str:
    """Return the site of a capture without documents, if a line of it is its address."""
    address = next((text_of_row(row) for row in rows if row["label"] == Label.URL), "")
    found = _ADDRESS.search(address)
    return site_of(found[0]) or NO_SITE if found else NO_SITE


def _count_digest(source: str, published: _Published, figures: Figures) -> None:
    if len(published.titles) == 1:
        return
    figures.digest_count += 1
    if len(figures.digests) < MAX_DIGESTS:
        titles = (cut(title, NAME_CHARACTERS) for _, title in sorted(published.titles.items()))
        figures.digests.append(DigestFigures(source, tuple(titles)))


def _count_unpublished(row: Row, figures: Figures) -> None:
    figures.unpublished_count += 1
    if len(figures.unpublished) < MAX_UNPUBLISHED:
        reason = cut(str(row["reason"]), LINE_CHARACTERS)
        figures.unpublished.append(Unpublished(str(row["source"]), str(row["label"]), reason))


def _count_lines(rows: list[Row], figures: Figures) -> int:
    """Count the lines of a capture; return how many words were removed."""
    removed = 0
    labels: set[str] = set()
    reasons: set[tuple[str, str]] = set()
    for at, row in enumerate(rows):
        label, words = str(row["label"]), count_words(text_of_row(row))
        decided = decided_by(str(row["reason"]))
        own = figures.labels.get(label) or figures.labels.setdefault(label, LabelFigures())
        own.lines += 1
        own.words += words
        own.captures += label not in labels
        labels.add(label)
        key = (label, decided.reason)
        of_reason = figures.reasons.get(key) or figures.reasons.setdefault(key, ReasonFigures(*key))
        of_reason.lines += 1
        of_reason.words += words
        if key not in reasons:
            reasons.add(key)
            of_reason.captures += 1
            _add_example(of_reason, rows, at)
        removed += words if label in BOILERPLATE_LABELS else 0
        if decided.score is not None:
            _count_score(decided.score, rows, at, figures)
        if row["edits"]:
            _count_repairs(row, figures)
    return removed


def _add_example(own: ReasonFigures, rows: list[Row], at: int) -> None:
    """Keep a line as an example, if it is of one of the captures that are shown."""
    if len(own.examples) == EXAMPLES and str(rows[at]["capture"]) > own.examples[-1].capture:
        return
    insort(own.examples, _example(rows, at), key=lambda each: each.capture)
    del own.examples[EXAMPLES:]


def _example(rows: list[Row], at: int) -> Example:
    row = rows[at]
    before = text_of_row(rows[at - 1]).strip() if at else ""
    after = text_of_row(rows[at + 1]).strip() if at + 1 < len(rows) else ""
    return Example(
        str(row["capture"]),
        str(row["source"]),
        int(str(row["line"])),
        cut(text_of_row(row).strip(), LINE_CHARACTERS),
        cut(before, NEIGHBOUR_CHARACTERS),
        cut(after, NEIGHBOUR_CHARACTERS),
    )


def _count_score(score: float, rows: list[Row], at: int, figures: Figures) -> None:
    label = str(rows[at]["label"])
    side = "removed" if label in BOILERPLATE_LABELS else "kept"
    figures.scores.setdefault(side, [0] * BINS)[min(int(score * BINS), BINS - 1)] += 1
    known = figures.unsure
    if abs(score - MIDDLE) > _worst(known):
        return
    known.append(Unsure(score, label, _example(rows, at)))
    if len(known) > 50 * UNSURE:
        _keep_least_sure(known)


def _worst(unsure: list[Unsure]) -> float:
    """Return how far from the middle a score may be for its line to be among the least sure."""
    return abs(unsure[UNSURE - 1].score - MIDDLE) if len(unsure) >= UNSURE else MIDDLE


def _keep_least_sure(unsure: list[Unsure]) -> None:
    unsure.sort(
        key=lambda each: (abs(each.score - MIDDLE), each.example.capture, each.example.line)
    )
    del unsure[UNSURE:]


def _count_repairs(row: Row, figures: Figures) -> None:
    edits = row["edits"]
    actions = [str(each["action"]) for each in edits] if isinstance(edits, list) else []  # type: ignore[index]
    for action in actions:
        figures.repairs[action] = figures.repairs.get(action, 0) + 1
    if not actions or row["repaired"] is None or len(figures.repaired) >= MAX_REPAIRS:
        return
    shown = sum(each.action == actions[0] for each in figures.repaired)
    if shown < MAX_REPAIRS // 8:
        before, after = around_change(str(row["text"]), text_of_row(row), LINE_CHARACTERS)
        place = (str(row["source"]), int(str(row["line"])))
        figures.repaired.append(Repair(actions[0], *place, before, after))
