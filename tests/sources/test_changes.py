"""Files that change between two runs, or while one reads them: said, done again, nothing lost."""

import msgspec
import pytest
from click.testing import CliRunner

from pipeline import execution, shards
from pipeline.cli import cli
from pipeline.commands import cleaning
from pipeline.execution import processes, run_all
from pipeline.sources import parts
from pipeline.sources.listing import list_captures
from pipeline.sources.source import Source
from pipeline.storage import read_rows, read_stamp, shard_files
from tests.sources.archives import json_lines, parquet, record, text_files, text_of
from tests.test_equivalence import FIRST, LAST, hashes

PAGES = 6


class Writer:
    """Changes a file when captures were counted so often."""

    def __init__(self, *changes):
        self.changes = list(changes)
        self.counted = 0

    def __call__(self, captures, rejected=0, /):
        self.counted += captures
        assert rejected <= captures
        if self.changes:
            self.changes.pop(0)()


@pytest.fixture
def pages(tmp_path, monkeypatch):
    monkeypatch.setattr(execution, "CAPTURES_PER_SHARD", 3)
    return text_files(tmp_path / "pages", PAGES)


@pytest.fixture
def run(plan, loaded_stages, tmp_path):
    def run_it(path, out, *changes):
        source = Source(paths=(str(path),))
        changed = msgspec.structs.replace(plan, source=source, folder=str(tmp_path / out))
        writer = Writer(*changes)
        listing = list_captures(source, tmp_path)
        done = run_all(changed, listing, FIRST, LAST, processes(1), writer)
        assert writer.counted == done.captures
        return done

    return run_it


def done_in(run):
    return [shard.name for shard in run.shards if shard.done]


def sources_in(folder):
    return sorted(
        {row["source"] for row in read_rows(shard_files(folder, "documents"), ["source"])}
    )


def reasons_in(folder):
    rows = read_rows(shard_files(folder, "audit"), ("source", "line", "reason"))
    return {row["source"]: row["reason"] for row in rows if row["line"] == 0}


def test_file_that_changes_between_runs_is_done_again_and_its_shard_alone(run, pages, tmp_path):
    run(pages, "out")
    (pages / "4.txt").write_text(text_of(44))
    again = run(pages, "out")
    run(pages, "calm")

    assert done_in(again) == ["shard-00001"]
    assert again.changed == ()
    assert hashes(tmp_path / "out") == hashes(tmp_path / "calm")


@pytest.mark.parametrize("then", ["another", "the same"])
def test_file_that_changes_before_it_is_read_is_read_as_it_is_now(run, pages, tmp_path, then):
    if then == "another":
        changes = [lambda: (pages / "2.txt").write_text(text_of(22))]
    else:  # as a program does that fetches a page again: empty first, then as it was
        changes = [
            lambda: (pages / "2.txt").write_text(""),
            lambda: None,
            lambda: (pages / "2.txt").write_text(text_of(2)),
        ]
    stormy = run(pages, "out", *changes)
    again = run(pages, "out")
    run(pages, "calm")

    assert stormy.changed == ("2.txt",)
    assert done_in(again) == []
    assert hashes(tmp_path / "out") == hashes(tmp_path / "calm")


def test_file_that_changes_after_it_was_read_is_said_and_done_with_the_next_run(
    run, pages, tmp_path
):
    changes = [lambda: None] * 4 + [lambda: (pages / "0.txt").write_text(text_of(77))]
    stormy = run(pages, "out", *changes)
    again = run(pages, "out")
    run(pages, "calm")

    assert stormy.changed == ("0.txt",)
    assert (done_in(again), again.changed) == (["shard-00000"], ())
    assert hashes(tmp_path / "out") == hashes(tmp_path / "calm")


def test_file_that_never_rests_ends_no_run_and_is_done_with_the_next(
    plan, pages, tmp_path, monkeypatch
):
    grown = []

    def growing(documents, stages):
        grown.append(1)
        with (pages / "0.txt").open("a") as stream:
            stream.write(f"\nThe keeper wrote line {len(grown)} of that day.\n")
        return list(documents)

    monkeypatch.setattr(shards, "run_stages", growing)
    monkeypatch.setattr(shards, "compiled_between", lambda *_: [("none", None)])
    source = Source(paths=(str(pages),))
    plan = msgspec.structs.replace(plan, source=source, folder=str(tmp_path / "out"))
    listing = list_captures(source, tmp_path)
    runs = [run_all(plan, listing, FIRST, LAST, processes(1), Writer()) for _ in range(2)]
    stamps = [read_stamp(path) for path in shard_files(tmp_path / "out", "audit")]

    assert [each.changed for each in runs] == [("0.txt",), ("0.txt",)]
    assert done_in(runs[1]) == ["shard-00000"]
    assert len(grown) == 3 * shards.MAX_READINGS + 3 + 3 * shards.MAX_READINGS
    assert len(set(stamps)) == 2


def test_file_that_goes_is_listed_and_the_others_are_kept(run, pages, tmp_path):
    stormy = run(pages, "out", (pages / "5.txt").unlink)
    reasons = reasons_in(tmp_path / "out")
    again = run(pages, "out")

    assert stormy.changed == ("5.txt",)
    assert "the file was removed during the run" in reasons["5.txt"]
    assert sources_in(tmp_path / "out") == [f"{at}.txt" for at in range(5)]
    assert done_in(again) == ["shard-00001"]


@pytest.mark.parametrize("kind", ["jsonl", "parquet"])
@pytest.mark.parametrize("left", [0, 2])
def test_archive_that_shrinks_is_said_and_the_others_are_kept(
    run, tmp_path, monkeypatch, pages, kind, left
):
    monkeypatch.setattr(parts, "PART_BYTES", 700)
    monkeypatch.setattr(parts, "PART_ROWS", 2)

    def write(count):
        records = [record(at) for at in range(count)]
        if kind == "jsonl":
            (pages / "a.jsonl").write_bytes(json_lines(records))
        elif records:
            parquet(pages / "a.parquet", records, rows_a_group=2)
        else:
            (pages / "a.parquet").write_bytes(b"")

    write(8)
    stormy = run(pages, "out", *[lambda: None] * 5, lambda: write(left))
    kept = sources_in(tmp_path / "out")
    again = run(pages, "out")
    run(pages, "calm")

    assert stormy.changed == (f"a.{kind}",)
    assert [name for name in kept if not name.startswith("a.")] == [f"{at}.txt" for at in range(6)]
    assert again.changed == ()
    assert hashes(tmp_path / "out") == hashes(tmp_path / "calm")


def test_the_command_names_what_changed(plan, pages, tmp_path, monkeypatch):
    source = Source(paths=(str(pages),))
    changed = msgspec.structs.replace(plan, source=source, folder=str(tmp_path / "out"))
    monkeypatch.setattr(cleaning, "plan_of", lambda *_: changed)

    def run_and_change(*arguments):
        return run_all(*arguments)._replace(changed=tuple(f"{at}.txt" for at in range(4)))

    monkeypatch.setattr(cleaning, "run_all", run_and_change)
    said = CliRunner().invoke(cli, ["run", "-q", "-w", "1"])
    logged = CliRunner().invoke(cli, ["run", "-w", "1", "--log-json"])

    assert "changed while the run read them: 0.txt, 1.txt, 2.txt, … (4 of its files)" in said.stderr
    assert said.exit_code == 0
    assert '"changed": ["0.txt", "1.txt", "2.txt", "3.txt"]' in logged.stderr
