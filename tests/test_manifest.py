"""The manifest says what was written, and verify what became of it."""

import json
import shutil
from collections import Counter
from pathlib import Path

import msgspec
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from pipeline import execution
from pipeline.errors import OutputError
from pipeline.execution import processes, run_all
from pipeline.manifest import NAME, manifest_of, read_manifest, write_manifest
from pipeline.plan import resolved
from pipeline.shapes import count_words
from pipeline.sources.listing import list_captures
from pipeline.sources.source import Source
from pipeline.storage import read_rows, shard_files
from pipeline.storage.rows import text_of_row
from pipeline.summary import AUDIT_COLUMNS, summarise, write_report
from pipeline.verification import problems_of
from tests.sources.archives import json_lines, record, text_files, text_of
from tests.test_bad_input import pipeline
from tests.test_equivalence import FIRST, LAST, ignore


@pytest.fixture
def written(plan, tmp_path, monkeypatch):
    """Write two folders of the same captures, which lie elsewhere; return them."""
    monkeypatch.setattr(execution, "CAPTURES_PER_SHARD", 3)

    def write(place, workers=1):
        pages = text_files(tmp_path / place / "pages", 4)
        (pages / "empty.txt").write_bytes(b"")
        (pages / "bad.txt.gz").write_bytes(b"no gzip")
        (pages / "a.jsonl").write_bytes(json_lines([record(at) for at in range(4)]))
        source = Source(paths=(str(pages),))
        folder = tmp_path / place / "out"
        changed = msgspec.structs.replace(plan, source=source, folder=str(folder))
        listing = list_captures(source, pages)
        run = run_all(changed, listing, FIRST, LAST, processes(workers), ignore)
        write_report(summarise("pages", folder), folder)
        write_manifest(manifest_of(folder, "pages", resolved(changed), run.left_aside), folder)
        return folder

    return write


@pytest.fixture
def folder(written):
    return written("here")


def test_two_runs_on_the_same_captures_have_the_same_manifest(written):
    one, two = written("here"), written("there", workers=2)

    assert (one / NAME).read_bytes() == (two / NAME).read_bytes()


def test_the_report_counts_what_stands_in_the_audit(plan, tmp_path):
    changed = msgspec.structs.replace(plan, folder=str(tmp_path))
    listing = list_captures(plan.source, Path(plan.base))
    run_all(changed, listing, FIRST, LAST, processes(1), ignore)
    rows = list(read_rows(shard_files(tmp_path, "audit"), AUDIT_COLUMNS))
    lines = [row for row in rows if row["line"]]
    words = Counter()
    for row in lines:
        words[row["label"]] += count_words(text_of_row(row))
    labels = Counter(row["label"] for row in lines)

    summary = summarise("sample", tmp_path)

    assert [(each.label, each.lines, each.words) for each in summary.labels] == [
        (label, labels[label], words[label]) for label in sorted(labels)
    ]
    assert summary.fixes == Counter(edit["action"] for row in lines for edit in row["edits"] or ())
    charsets = {row["capture"]: row["charset"] for row in rows}
    assert summary.charsets == Counter(filter(None, charsets.values()))
    assert {each.source for each in summary.unpublished} == {
        row["source"] for row in rows if not row["line"]
    }


def test_totals_reconcile(folder):
    manifest = read_manifest(folder)
    totals = manifest.totals

    assert (totals.captures, totals.published, totals.rejected, totals.empty) == (10, 8, 1, 1)
    assert sum(shard.captures for shard in manifest.shards) == 10
    rows = [
        file.rows
        for shard in manifest.shards
        for name, file in shard.files.items()
        if name.startswith("documents")
    ]
    assert sum(rows) == totals.documents == 8
    assert [shard.name for shard in manifest.shards] == [
        "shard-00000",
        "shard-00001",
        "shard-00002-00000",
        "shard-00002-00001",
    ]


def test_plan_and_versions_stand_in_it(folder):
    said = json.loads((folder / NAME).read_text(encoding="utf-8"))

    assert said["plan"]["packages"]["ftfy"]
    assert len(said["plan_fingerprint"]) == len(said["source_fingerprint"]) == 64
    assert str(folder) not in json.dumps(said)


def test_what_was_written_is_as_written(folder):
    assert problems_of(folder) == []


def rewritten(path, change):
    """Write a shard anew with its rows changed and its footer kept."""
    table = pq.read_table(path)
    pq.write_table(change(table), path)


def edited(folder, name, value):
    """Change one value of the manifest."""
    content = json.loads((folder / NAME).read_text(encoding="utf-8"))
    content[name] = value
    (folder / NAME).write_text(json.dumps(content), encoding="utf-8")


def edited_shard(folder, name, value):
    """Change one value of the manifest's first shard."""
    shards = json.loads((folder / NAME).read_text(encoding="utf-8"))["shards"]
    shards[0][name] = value
    edited(folder, "shards", shards)


@pytest.mark.parametrize(
    ("harm", "problem"),
    [
        (
            lambda f: (f / "audit/shard-00001.parquet").unlink(),
            "missing: audit/shard-00001.parquet",
        ),
        (
            lambda f: (f / "documents/shard-00000.parquet").write_bytes(b"PAR1 cut"),
            "broken: documents/shard-00000.parquet cannot be read",
        ),
        (
            lambda f: rewritten(f / "audit/shard-00000.parquet", lambda table: table.slice(1)),
            "missing: a line of capture",
        ),
        (
            lambda f: rewritten(
                f / "audit/shard-00000.parquet",
                lambda table: pa.concat_tables([table, table.slice(2, 1)]),
            ),
            "doubled: a line of capture",
        ),
        (
            lambda f: rewritten(
                f / "documents/shard-00000.parquet",
                lambda table: pa.concat_tables([table, table.slice(0, 1)]),
            ),
            "doubled: document",
        ),
        (
            lambda f: rewritten(f / "documents/shard-00000.parquet", lambda table: table.slice(1)),
            "changed: documents are 7, the manifest says 8",
        ),
        (
            lambda f: shutil.copy(f / "audit/shard-00000.parquet", f / "audit/shard-00009.parquet"),
            "not of the run: audit/shard-00009.parquet",
        ),
        (
            lambda f: (f / "documents/other.parquet").write_bytes(b"junk"),
            "not of the run: documents/other.parquet",
        ),
        (
            lambda f: (f / "audit/shard-zz.parquet").write_bytes(b"junk"),
            "not of the run: audit/shard-zz.parquet",
        ),
        (
            lambda f: (f / "documents/shard-00009.parquet").symlink_to(f / "nowhere"),
            "not of the run: documents/shard-00009.parquet",
        ),
        (
            lambda f: (f / "documents/notes.txt").write_bytes(b"mine"),
            "not of the run: documents/notes.txt",
        ),
        (
            lambda f: (f / "audit/shard-00000.parquet.00ff.partial").write_bytes(b"PAR1"),
            "left of a run that was killed: audit/shard-00000.parquet.00ff.partial",
        ),
        (
            lambda f: (f / "report.json.00ff.partial").write_bytes(b"{"),
            "left of a run that was killed: report.json.00ff.partial",
        ),
        (
            lambda f: rewritten(f / "audit/shard-00000.parquet", lambda table: table.select([0])),
            "broken: rows that cannot be read",
        ),
        (lambda f: (f / "report.json").unlink(), "missing: report.json"),
        (
            lambda f: ((f / "report.json").unlink(), (f / "report.json").mkdir()),
            "missing: report.json",
        ),
        (lambda f: (f / "report.json").write_text("{}"), "changed: report.json"),
        (lambda f: edited(f, "plan", {}), "changed: the plan in the manifest"),
        (lambda f: edited(f, "source_fingerprint", "0"), "changed: source_fingerprint"),
        (
            lambda f: edited_shard(f, "captures", 77),
            "changed: shard-00000 has 3 captures, the manifest says 77",
        ),
    ],
    ids=[
        "gone",
        "cut",
        "lost line",
        "line twice",
        "document twice",
        "lost document",
        "more",
        "foreign",
        "junk",
        "link to nowhere",
        "no Parquet",
        "partial",
        "partial report",
        "columns",
        "no report",
        "folder for a report",
        "report",
        "plan",
        "sources",
        "captures",
    ],
)
def test_what_is_missing_doubled_or_changed_is_said(folder, harm, problem):
    harm(folder)

    assert any(each.startswith(problem) for each in problems_of(folder)), problems_of(folder)


def test_what_no_reader_reads_is_no_problem(folder):
    for name in ("documents/_SUCCESS", "audit/.DS_Store", "notes.txt", "report.html"):
        (folder / name).write_bytes(b"mine")
    (folder / "documents/_temporary").mkdir()
    (folder / "documents/_temporary/a.parquet").write_bytes(b"mine")

    assert problems_of(folder) == []


def test_capture_in_two_shards_is_said(folder):
    table = pq.read_table(folder / "audit/shard-00000.parquet")
    rewritten(
        folder / "audit/shard-00001.parquet",
        lambda other: pa.concat_tables([other, table.slice(0, 3)]),
    )

    assert any("is in shard-00000 and shard-00001" in each for each in problems_of(folder))


def test_folder_without_a_manifest_is_an_error(tmp_path):
    with pytest.raises(OutputError, match="is not there; name a folder that a run wrote"):
        problems_of(tmp_path)

    (tmp_path / NAME).write_bytes(b'{"corpus": "\xff"}')
    with pytest.raises(OutputError, match="is no manifest"):
        problems_of(tmp_path)


def test_the_command_says_so_and_exits_with_4(tmp_path):
    (tmp_path / "a.txt").write_text(text_of(1))
    out = str(tmp_path / "out")
    assert pipeline("run", str(tmp_path / "a.txt"), "-o", out, "-q").returncode == 0

    good = pipeline("verify", out)
    (tmp_path / "out/documents/shard-00000.parquet").unlink()
    bad = pipeline("verify", out)

    assert good.stdout.startswith(b"as written: 1 shards, 1 captures, 1 documents, ")
    assert good.returncode == 0
    assert bad.returncode == 4
    assert bad.stdout == b"missing: documents/shard-00000.parquet, of 1 rows\n"


def test_shard_that_was_changed_is_not_taken_for_up_to_date(tmp_path):
    (tmp_path / "a.txt").write_text(text_of(1))
    out = str(tmp_path / "out")
    pipeline("run", str(tmp_path / "a.txt"), "-o", out, "-q")
    path = tmp_path / "out/documents/shard-00000.parquet"
    content = bytearray(path.read_bytes())
    at = content.index(b"boats came")
    content[at : at + 5] = b"goats"
    path.write_bytes(content)
    again = pipeline("run", str(tmp_path / "a.txt"), "-o", out, "-q")

    assert again.returncode == 1
    assert b"shard-00000 changed after being written; remove the files of" in again.stderr
    assert pipeline("verify", out).returncode == 4


def test_shard_that_cannot_be_read_is_one_line_of_error(tmp_path):
    (tmp_path / "a.txt").write_text(text_of(1))
    out = str(tmp_path / "out")
    pipeline("run", str(tmp_path / "a.txt"), "-o", out, "-q")
    path = tmp_path / "out/audit/shard-00000.parquet"
    content = bytearray(path.read_bytes())
    content[40:400] = bytes(360)
    path.write_bytes(content)
    again = pipeline("run", str(tmp_path / "a.txt"), "-o", out, "-q")

    assert again.returncode == 1
    assert again.stderr.decode().startswith(f"error: {path}: cannot be read (")
    assert again.stderr.count(b"\n") == 1
