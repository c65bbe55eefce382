"""A run held against gold: labels, items, authors, dates, repaired text.

Gold is a folder of margin files, or a `gold.json` that lists for each capture its lines and items
by number.
"""

import json
from collections import Counter
from collections.abc import Collection, Iterable, Mapping, Sequence
from pathlib import Path

import msgspec

from pipeline.document import ITEM_LABELS, Document, Label
from pipeline.errors import GoldError
from pipeline.margin import MarginLine, MarginPage, margin_lines, read_gold
from pipeline.publishing import item_of, text_of
from pipeline.storage import read_rows, shard_files
from pipeline.storage.rows import Row, text_of_row

STARTS = (Label.TITLE, Label.CONTENT)


class LabelScore(msgspec.Struct, frozen=True):
    """How well one label is given, over lines."""

    label: str
    gold: int
    given: int
    right: int

    @property
    def precision(self) -> float:
        """Share of the given that are right, 0…1; 1 if none was given.

        >>> LabelScore("share", gold=4, given=2, right=1).precision
        0.5
        """
        return self.right / self.given if self.given else 1.0

    @property
    def recall(self) -> float:
        """Share of the gold's that were given, 0…1; 1 if the gold has none.

        >>> LabelScore("share", gold=4, given=2, right=1).recall
        0.25
        """
        return self.right / self.gold if self.gold else 1.0


class Evaluation(msgspec.Struct, frozen=True):
    """The figures of a run against gold."""

    captures: int
    """Captures that gold and run share."""
    missing: tuple[str, ...]
    """Captures of the gold that the run does not have."""
    labels: tuple[LabelScore, ...]
    items_found: int
    """Items that begin on the line on which the gold's begin."""
    items_exact: int
    """Of these, those with the same title and text lines."""
    items_missed: tuple[str, ...]
    items_invented: tuple[str, ...]
    authors: tuple[int, int]
    """Right, of so many in the gold."""
    dates: tuple[int, int]
    wrong: tuple[str, ...]
    """Each difference, as `source:line: …`."""


class RunPage(msgspec.Struct):
    """One capture as a run has it."""

    lines: dict[int, MarginLine]
    authors: dict[int, str]
    dates: dict[int, str]


def evaluate(gold: Mapping[str, MarginPage], run: Mapping[str, RunPage]) -> Evaluation:
    """Return the figures of a run against gold, over the captures that both have."""
    shared = [name for name in gold if name in run]
    wrong: list[str] = []
    counts: dict[str, Counter[str]] = {kind: Counter() for kind in ("gold", "given", "right")}
    found = exact = 0
    missed: list[str] = []
    invented: list[str] = []
    named = {"author": [0, 0], "date": [0, 0]}
    for name in shared:
        page, given = gold[name], run[name]
        wrong += _compare_lines(name, page, given, counts)
        gold_items, run_items = items_of(page.lines), items_of(given.lines.values())
        found += len(gold_items.keys() & run_items.keys())
        for start, item in gold_items.items():
            exact += run_items.get(start) == item
        missed += [f"{name}:{start}" for start in gold_items.keys() - run_items.keys()]
        invented += [f"{name}:{start}" for start in run_items.keys() - gold_items.keys()]
        for kind, wanted, had in (
            ("author", page.authors, given.authors),
            ("date", page.dates, given.dates),
        ):
            wrong += _compare_named(name, kind, wanted, had, named[kind])
    labels = sorted(counts["gold"].keys() | counts["given"].keys())
    return Evaluation(
        captures=len(shared),
        missing=tuple(name for name in gold if name not in run),
        labels=tuple(
            LabelScore(each, counts["gold"][each], counts["given"][each], counts["right"][each])
            for each in labels
        ),
        items_found=found,
        items_exact=exact,
        items_missed=tuple(sorted(missed)),
        items_invented=tuple(sorted(invented)),
        authors=(named["author"][0], named["author"][1]),
        dates=(named["date"][0], named["date"][1]),
        wrong=tuple(wrong),
    )


def _compare_lines(
    name: str, page: MarginPage, given: RunPage, counts: Mapping[str, Counter[str]]
) -> list[str]:
    """Count the labels of one capture; return where a line differs."""
    wrong: list[str] = []
    for line in page.lines:
        had = given.lines.get(line.number)
        if had is None:
            raise GoldError(
                f"{name}.gold",
                f"line {line.number} is empty or not in the capture",
                "delete it, or write the file anew with `pipeline label --force`",
            )
        counts["gold"][line.label] += 1
        counts["given"][had.label] += 1
        if had.label == line.label:
            counts["right"][line.label] += 1
        else:
            wrong.append(f"{name}:{line.number}: {had.label} ({had.reason}), gold: {line.label}")
        if line.text and had.text != line.text:
            wrong.append(f"{name}:{line.number}: text {had.text!r}, gold: {line.text!r}")
        if line.continues != had.continues and line.label in ITEM_LABELS:
            wrong.append(f"{name}:{line.number}: joined {had.continues}, gold: {line.continues}")
    return wrong


def _compare_named(
    name: str, kind: str, wanted: Mapping[int, str], had: Mapping[int, str], count: list[int]
) -> list[str]:
    """Count the authors or dates of one capture; return where one differs."""
    wrong: list[str] = []
    for item, value in wanted.items():
        count[1] += 1
        count[0] += had.get(item) == value
        if had.get(item) != value:
            wrong.append(f"{name}: {kind} of item {item} {had.get(item)!r}, gold: {value!r}")
    return wrong


def items_of(lines: Iterable[MarginLine]) -> dict[int, tuple[int, ...]]:
    """Return for the first line of each item the numbers of its title and text lines."""
    items: dict[int, list[int]] = {}
    for line in lines:
        if line.item and line.label in STARTS:
            items.setdefault(line.item, []).append(line.number)
    return {numbers[0]: tuple(numbers) for numbers in map(sorted, items.values())}


def read_run(folder: Path, names: Collection[str] | None = None) -> dict[str, RunPage]:
    """Return what a run wrote, by source name; raise a GoldError if it wrote nothing.

    With `names` only captures of these sources are returned, and only they are held in memory.
    """
    audit = shard_files(folder, "audit")
    if not audit:
        raise GoldError(str(folder), "holds no audit/shard-*.parquet", "run `pipeline run` first")
    pages: dict[str, RunPage] = {}
    columns = ("source", "line", "item", "label", "reason", "continues", "text", "repaired")
    for row in read_rows(audit, columns):
        if names is not None and row["source"] not in names:
            continue
        page = pages.setdefault(str(row["source"]), RunPage({}, {}, {}))
        if row["line"] and row["label"] != Label.BLANK:
            line = _run_line(row)
            page.lines[line.number] = line
    documents = shard_files(folder, "documents")
    for row in read_rows(documents, ("source", "item", "author", "published")):
        if row["source"] not in pages:
            continue
        page = pages[str(row["source"])]
        item = int(str(row["item"]))
        page.authors[item] = str(row["author"] or "")
        page.dates[item] = str(row["published"] or "")
    return pages


def page_of(documents: Sequence[Document]) -> RunPage:
    """Return one capture as a run would have it, given all its documents."""
    lines = {line.number: line for line in margin_lines(documents)}
    published = [document for document in documents if text_of(document)]
    return RunPage(
        lines,
        {item_of(document) or 0: document.author for document in published},
        {item_of(document) or 0: document.published for document in published},
    )


def _run_line(row: Row) -> MarginLine:
    return MarginLine(
        number=int(str(row["line"])),
        item=int(str(row["item"] or 0)),
        label=str(row["label"]),
        continues=bool(row["continues"]),
        text=text_of_row(row).strip(),
        reason=str(row["reason"]),
    )


def gold_and_run(gold: Path, folder: Path) -> tuple[dict[str, MarginPage], dict[str, RunPage]]:
    """Return gold and a run, each by source name; raise a GoldError if they share no capture."""
    pages = load_gold(gold)
    run = read_run(folder, pages.keys())
    if not pages.keys() & run.keys():
        raise GoldError(
            str(gold), f"none of its captures is in {folder}", "names are relative to the source"
        )
    return pages, run


def load_gold(path: Path) -> dict[str, MarginPage]:
    """Return gold by source name: of a folder of margin files, or of a JSON file."""
    if path.is_dir():
        pages = dict(read_gold(path))
        if not pages and (path / "gold.json").is_file():
            return load_gold(path / "gold.json")
    elif path.is_file():
        pages = {name: _from_json(page) for name, page in _json(path).items()}
    else:
        raise GoldError(
            str(path), "there is no such file or folder", "name a folder of .gold files"
        )
    if not pages:
        raise GoldError(str(path), "holds no gold", "gold files are called CAPTURE.gold")
    return pages


class _JsonItem(msgspec.Struct):
    title_line: int | None
    author: str | None
    date: str | None
    body_lines: str


class _JsonPage(msgspec.Struct):
    kind: str
    lines: dict[str, str]
    items: list[_JsonItem]
    joins: list[list[int]] = []


def _json(path: Path) -> dict[str, _JsonPage]:
    try:
        return msgspec.convert(json.loads(path.read_text(encoding="utf-8")), dict[str, _JsonPage])
    except (ValueError, msgspec.ValidationError) as error:
        raise GoldError(str(path), f"is no gold ({error})", "see docs of `evaluate`") from error


def _from_json(page: _JsonPage) -> MarginPage:
    """Return a page of JSON gold as a margin page, without text."""
    item_of: dict[int, int] = {}
    for item, each in enumerate(page.items, start=1):
        for number in numbers_of(each.body_lines):
            item_of[number] = item
        if each.title_line:
            item_of[each.title_line] = item
    continued = {pair[1] for pair in page.joins}
    lines = tuple(
        MarginLine(int(number), item_of.get(int(number), 0), label, int(number) in continued, "")
        for number, label in page.lines.items()
    )
    return MarginPage(
        lines=lines,
        authors={at: each.author or "" for at, each in enumerate(page.items, start=1)},
        dates={at: each.date or "" for at, each in enumerate(page.items, start=1)},
    )


def numbers_of(ranges: str) -> tuple[int, ...]:
    """Return the numbers of ranges.

    >>> numbers_of("5,10-12")
    (5, 10, 11, 12)
    """
    numbers: list[int] = []
    for part in ranges.split(","):
        first, _, last = part.partition("-")
        numbers += range(int(first), int(last or first) + 1)
    return tuple(numbers)


def format_evaluation(figures: Evaluation, differences: bool) -> str:
    """Return the figures of an evaluation as a table."""
    text = [f"{'label':<12} {'gold':>6} {'given':>6} {'right':>6} {'precision':>10} {'recall':>7}"]
    text += [
        f"{each.label:<12} {each.gold:>6} {each.given:>6} {each.right:>6} "
        f"{each.precision:>10.3f} {each.recall:>7.3f}"
        for each in figures.labels
    ]
    text += [
        "",
        f"captures     {figures.captures}, of the gold's missing in the run: "
        f"{', '.join(figures.missing) or 'none'}",
        f"items        {figures.items_found} found ({figures.items_exact} exact), "
        f"{len(figures.items_missed)} missed, {len(figures.items_invented)} invented",
        f"authors      {figures.authors[0]} of {figures.authors[1]} right",
        f"dates        {figures.dates[0]} of {figures.dates[1]} right",
    ]
    if differences and figures.wrong:
        text += ["", "differences:"] + [f"  {each}" for each in figures.wrong]
    for name, items in (("missed", figures.items_missed), ("invented", figures.items_invented)):
        if differences and items:
            text += [f"items {name}: {', '.join(items)}"]
    return "\n".join(text)
