"""Workers that die: their shard is done again, the page that kills is rejected, nothing is lost."""

import multiprocessing
import os
import signal
import threading
import time

import msgspec
import pytest

from pipeline import execution
from pipeline.boilerplate import StripBoilerplate
from pipeline.execution import processes, run_all
from pipeline.pool import WorkerError, run_supervised
from pipeline.shards import reading
from pipeline.sources.listing import list_captures
from pipeline.sources.source import Source
from pipeline.storage import read_rows, shard_files
from tests.killers import Killer, dead_outside, dead_reading, doubled, not_read, unchanged
from tests.test_equivalence import FIRST, LAST, hashes, ignore

SENTENCE = "The boats came back late on Friday, and nobody had waited for them on the quay."


@pytest.fixture
def pages(tmp_path, monkeypatch):
    """Twelve pages in shards of four."""
    monkeypatch.setattr(execution, "CAPTURES_PER_SHARD", 4)
    folder = tmp_path / "pages"
    folder.mkdir()
    for at in range(12):
        (folder / f"{at:02}.txt").write_text(f"{SENTENCE} This was day {at}.\n")
    return folder


def cleaned(plan, pages, folder, executor=2, seconds=60.0, report=ignore):
    stages = tuple(Killer() if isinstance(each, StripBoilerplate) else each for each in plan.stages)
    source = Source(paths=(str(pages),), max_capture_seconds=seconds)
    plan = msgspec.structs.replace(plan, stages=stages, source=source, folder=str(folder))
    listing = list_captures(source, pages.parent)
    executor = executor if callable(executor) else processes(executor)
    run_all(plan, listing, FIRST, LAST, executor, report)
    kept = {row["source"] for row in read_rows(shard_files(folder, "documents"), ("source",))}
    rows = read_rows(shard_files(folder, "audit"), ("source", "line", "label", "reason"))
    rejected = {row["source"]: row["reason"] for row in rows if row["label"] == "rejected"}
    return kept, rejected


def names(*left_out):
    return {f"{at:02}.txt" for at in range(12) if at not in left_out}


@pytest.mark.parametrize(
    ("command", "how"),
    [
        ("KILL", "was ended by signal 9 (SIGKILL)"),
        ("EXIT 3", "was ended by exit code 3"),
        ("LOOP", "took longer than 6 seconds"),
    ],
)
def test_page_that_kills_twice_is_rejected_and_its_neighbours_are_kept(
    plan, pages, tmp_path, command, how
):
    (pages / "05.txt").write_text(f"{SENTENCE}\n{command}\n")
    kept, rejected = cleaned(plan, pages, tmp_path / "out", seconds=6.0)

    assert kept == names(5)
    assert rejected == {"05.txt": f"read: the worker process {how} over it, twice"}


def test_pages_that_kill_in_several_shards_give_the_same_bytes_whatever_the_workers(
    plan, pages, tmp_path
):
    for at in (0, 1, 11):
        (pages / f"{at:02}.txt").write_text("KILL\n")
    kept, rejected = cleaned(plan, pages, tmp_path / "two", executor=2)
    cleaned(plan, pages, tmp_path / "three", executor=3)

    assert kept == names(0, 1, 11)
    assert len(rejected) == 3
    assert hashes(tmp_path / "two") == hashes(tmp_path / "three")


def test_page_that_kills_once_is_kept(plan, pages, tmp_path):
    (pages / "07.txt").write_text(f"{SENTENCE}\nONCE {tmp_path / 'seen'}\n")
    kept, rejected = cleaned(plan, pages, tmp_path / "out")

    assert (tmp_path / "seen").exists()
    assert kept == names()
    assert rejected == {}


def test_workers_killed_from_outside_change_nothing(plan, pages, tmp_path):
    cleaned(plan, pages, tmp_path / "calm")
    stop = threading.Event()
    killed = []

    def kill_now_and_then():
        while not stop.is_set() and len(killed) < 2:
            children = multiprocessing.active_children()
            if children:
                os.kill(children[0].pid, signal.SIGKILL)
                killed.append(children[0].pid)
                time.sleep(1.5)
            time.sleep(0.02)

    killer = threading.Thread(target=kill_now_and_then)
    killer.start()
    kept, rejected = cleaned(plan, pages, tmp_path / "storm")
    stop.set()
    killer.join()

    assert killed
    assert kept == names()
    assert rejected == {}
    assert hashes(tmp_path / "storm") == hashes(tmp_path / "calm")


def test_progress_counts_each_capture_once(plan, pages, tmp_path):
    (pages / "02.txt").write_text("KILL\n")
    counted = []

    def count(captures, rejected=0):
        counted.append((captures, rejected))

    cleaned(plan, pages, tmp_path / "out", report=count)

    assert [sum(column) for column in zip(*counted, strict=True)] == [12, 1]


def test_results_come_in_the_order_of_the_tasks():
    tasks = list(range(8))

    assert run_supervised(tasks, doubled, unchanged, 3, 60, ignore) == [0, 2, 4, 6, 8, 10, 12, 14]


def test_what_a_task_raises_is_raised():
    with pytest.raises(ValueError, match="thirteen"):
        run_supervised([1, 13, 2], doubled, unchanged, 2, 60, ignore)

    assert multiprocessing.active_children() == []


def test_reading_that_kills_twice_is_given_up():
    assert run_supervised([1], dead_reading, not_read, 1, 60, ignore) == [reading(3)]


def test_workers_that_die_over_no_page_end_the_run():
    with pytest.raises(WorkerError, match="exit code 7 5 times with no page in hand"):
        run_supervised([1], dead_outside, unchanged, 1, 60, ignore)
