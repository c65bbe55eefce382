"""What a run wrote, counted over what it wrote: no stage counts for itself."""

from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from pathlib import Path

import msgspec
import pyarrow as pa
import pyarrow.compute as pc

from pipeline.document import Label
from pipeline.errors import OutputError
from pipeline.storage import read_batches, read_rows, shard_files
from pipeline.storage.files import written_whole
from pipeline.totals import Totals, summed, totals_of
from pipeline.words import count_all_words

REPORT_NAME = "report.json"
LEFT_ASIDE = 5
"""Most files that the table names that have no ending of a capture."""
AUDIT_COLUMNS = (
    "capture",
    "source",
    "line",
    "label",
    "reason",
    "text",
    "repaired",
    "charset",
    "edits",
)
LISTED = 20
"""Most captures that the table lists by name; the report lists all."""

FIELD_OF: Mapping[str, str] = {
    Label.CONTENT: "text",
    Label.TITLE: "title",
    Label.BYLINE: "author",
    Label.DATE: "published",
    Label.CAPTION: "captions",
    Label.URL: "url",
}
"""Label → the field of a record in which its lines are published."""


class Unpublished(msgspec.Struct, frozen=True):
    """A capture that has no document, and why."""

    source: str
    status: str
    """`rejected` or `empty`."""
    reason: str


class LabelCount(msgspec.Struct, frozen=True):
    """Lines and words of one label."""

    label: str
    lines: int
    words: int


class Summary(Totals, frozen=True, kw_only=True):
    """The totals of a run, and what they are made of."""

    corpus: str
    words: int
    """Words of all published texts."""
    labels: tuple[LabelCount, ...]
    languages: dict[str, int]
    """Language tag → documents, the most frequent first."""
    charsets: dict[str, int]
    """Charset → captures."""
    fixes: dict[str, int]
    """Action → how often."""
    unpublished: tuple[Unpublished, ...]


def summarise(corpus: str, folder: Path) -> Summary:
    """Return the totals of what stands in an output folder."""
    shards = shard_files(folder, "audit")
    totals = summed(totals_of(folder, path.stem) for path in shards)
    counts = _Counts()
    for path in shards:
        counts.add(path)
    languages: Counter[str] = Counter()
    published_words = 0
    for row in read_rows(shard_files(folder, "documents"), ("language", "words")):
        languages[str(row["language"])] += 1
        published_words += int(str(row["words"]))
    return Summary(
        **msgspec.to_builtins(totals),
        corpus=corpus,
        words=published_words,
        labels=tuple(
            LabelCount(label, counts.lines[label], counts.words[label])
            for label in sorted(counts.lines)
        ),
        languages=_by_count(languages),
        charsets=_by_count(counts.charsets),
        fixes=_by_count(counts.fixes),
        unpublished=tuple(sorted(counts.unpublished, key=_source)),
    )


class _Counts:
    """What stands in audits, counted by columns: one row after the other takes seconds."""

    def __init__(self) -> None:
        self.unpublished: list[Unpublished] = []
        self.lines: Counter[str] = Counter()
        self.words: Counter[str] = Counter()
        self.fixes: Counter[str] = Counter()
        self.charsets: Counter[str] = Counter()

    def add(self, path: Path) -> None:
        """Count the audit of a shard."""
        charset_of: dict[str, str] = {}
        for batch in read_batches(path, AUDIT_COLUMNS):
            captures, charsets = (batch[name].to_pylist() for name in ("capture", "charset"))
            charset_of.update(zip(captures, charsets, strict=True))
            is_line = pc.not_equal(batch["line"], 0)
            for row in batch.filter(pc.invert(is_line)).to_pylist():
                self.unpublished.append(Unpublished(row["source"], row["label"], row["reason"]))
            self._add_lines(batch.filter(is_line))
        self.charsets.update(charset for charset in charset_of.values() if charset)

    def _add_lines(self, lines: pa.Table) -> None:
        texts = pc.coalesce(lines["repaired"], lines["text"]).to_pylist()
        of_label: dict[str, list[str]] = defaultdict(list)
        for label, text in zip(lines["label"].to_pylist(), texts, strict=True):
            of_label[label].append(text)
        for label, own in of_label.items():
            self.lines[label] += len(own)
            self.words[label] += count_all_words(own)
        actions = pc.struct_field(pc.list_flatten(lines["edits"]), "action")
        self.fixes.update(actions.to_pylist())


def _source(unpublished: Unpublished) -> str:
    return unpublished.source


def _by_count(counter: Counter[str]) -> dict[str, int]:
    """Return counts in order, the highest first, equal ones by name."""
    return dict(sorted(counter.items(), key=lambda entry: (-entry[1], entry[0])))


def check_totals(summary: Summary, listed: int) -> None:
    """Raise an OutputError unless every listed capture is in the output, once, with its status."""
    total = summary.published + summary.rejected + summary.empty
    if not listed == summary.captures == total:
        raise OutputError(
            summary.corpus,
            f"{listed} captures were listed, the output has {summary.captures}: "
            f"{summary.published} published, {summary.rejected} rejected, {summary.empty} empty",
            "a file changed during the run? run it again; if it stays so, report it as a defect",
        )


def write_report(summary: Summary, folder: Path) -> Path:
    """Write the totals beside the datasets and return where."""
    path = folder / REPORT_NAME
    with written_whole(path) as stream:
        stream.write(msgspec.json.format(msgspec.json.encode(summary), indent=1) + b"\n")
    return path


def format_summary(
    summary: Summary, left_aside: Sequence[str], records_left_aside: Mapping[str, int]
) -> str:
    """Return the totals as the table that a run prints."""
    rows = [
        ("captures", f"{summary.captures:,}"),
        ("  published", f"{summary.published:,}"),
        ("  empty", f"{summary.empty:,}"),
        ("  rejected", f"{summary.rejected:,}"),
        ("documents", f"{summary.documents:,} with {summary.words:,} words"),
        ("languages", _listed(summary.languages)),
        ("charsets", _listed(summary.charsets)),
        ("repairs", _listed(summary.fixes) or "none"),
    ]
    if left_aside:
        endings = Counter(Path(name).suffix or "no ending" for name in left_aside)
        named = ", ".join(left_aside[:LEFT_ASIDE]) + (", …" if len(left_aside) > LEFT_ASIDE else "")
        rows.append(("left aside", f"{_listed(endings)} by its ending: {named}"))
    if records_left_aside:
        rows.append(("not captures", f"of archives: {_listed(records_left_aside)}"))
    text = [f"{name:<12} {value}" for name, value in rows]
    text += ["", f"{'label':<12} {'lines':>8} {'words':>10}   published"]
    for each in summary.labels:
        if each.label not in (Label.BLANK, Label.REJECTED):
            field = FIELD_OF.get(each.label, "")
            text.append(f"{each.label:<12} {each.lines:>8,} {each.words:>10,}   {field}")
    if summary.unpublished:
        text += ["", "captures without documents:"]
        text += [
            f"  {each.status:<9} {each.source}: {each.reason}"
            for each in summary.unpublished[:LISTED]
        ]
        more = len(summary.unpublished) - LISTED
        if more > 0:
            text.append(f"  … and {more:,} more, all in {REPORT_NAME}")
    return "\n".join(line.rstrip() for line in text)


def _listed(counts: Mapping[str, int]) -> str:
    return ", ".join(f"{name} {count:,}" for name, count in counts.items())
