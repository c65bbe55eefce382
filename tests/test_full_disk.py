"""A disk that is full at any moment: an error that says so, nothing half-written, nothing lost."""

import errno
import io
import os
import resource
import subprocess
import sys
from pathlib import Path

import msgspec
import pytest
from click.testing import CliRunner

from pipeline import execution
from pipeline.cli import cli
from pipeline.commands import cleaning
from pipeline.errors import OutputError
from pipeline.sources.source import Source
from pipeline.stages import STAGE_NAMES
from pipeline.storage import files
from tests.conftest import CORPUS_FILE
from tests.sources.archives import json_lines, record, text_files, text_of
from tests.test_bad_input import pipeline

PAGES = 4


class Disk:
    """Counts writes; from one of them on there is no space."""

    def __init__(self):
        self.writes = 0
        self.full_at = sys.maxsize
        self.error = errno.ENOSPC

    def take(self):
        self.writes += 1
        if self.writes > self.full_at:
            raise OSError(self.error, os.strerror(self.error))


@pytest.fixture
def disk(monkeypatch):
    """Files that are written through a disk of which a test says when it is full."""
    made = Disk()

    class Raw(io.FileIO):
        def write(self, content, /):
            made.take()
            return super().write(content)

    class Counting(files._Counting, Raw):
        """Writes as runs do, to what stands before the file in the order of bases."""

    monkeypatch.setattr(files, "_Counting", Counting)
    return made


@pytest.fixture
def pages(tmp_path, monkeypatch):
    monkeypatch.setattr(execution, "CAPTURES_PER_SHARD", 2)
    return text_files(tmp_path / "pages", PAGES)


@pytest.fixture
def call(plan, loaded_stages, tmp_path, monkeypatch):
    """Return what calls a command of the session's plan over a path; returns its exception."""

    def call_it(command, path, out, stdin=b"", said="detect"):
        source = Source(paths=(str(path),), stdin_format=said)
        folder = str(tmp_path / out)
        changed = msgspec.structs.replace(plan, source=source, folder=folder, corpus="pages")
        monkeypatch.setattr(cleaning, "plan_of", lambda *_: changed)
        return CliRunner().invoke(cli, [command, "-q", "-w", "1"], input=stdin).exception

    return call_it


def content_of(folder):
    return {
        path.relative_to(folder).as_posix(): path.read_bytes()
        for path in sorted(folder.rglob("*"))
        if path.is_file()
    }


def refused(error, folder, problem="No space left on device"):
    """Tell whether an error is one that names the file, what was wanted and what to do."""
    return (
        isinstance(error, OutputError)
        and error.where.startswith(str(folder))
        and error.problem.startswith(f"cannot be written ({problem}), ")
        and " bytes of it were ready, " in error.problem
        and error.problem.endswith(" are free on the disk")
        and "call the same command again: what is complete stays" in error.remedy
    )


def test_full_at_each_write_of_a_run(call, disk, pages, tmp_path):
    assert call("run", pages, "calm") is None
    calm = content_of(tmp_path / "calm")
    writes = disk.writes

    for full_at in range(writes):
        out = tmp_path / f"full-{full_at}"
        disk.writes, disk.full_at = 0, full_at
        error = call("run", pages, out.name)

        assert refused(error, out), error
        assert content_of(out).items() <= calm.items()
        disk.full_at = sys.maxsize
        assert call("run", pages, out.name) is None
        assert content_of(out) == calm
    assert writes >= 2 * 2 + 3


def test_full_while_a_changed_page_is_done_again(call, disk, pages, tmp_path):
    assert call("run", pages, "out") is None
    (pages / "0.txt").write_text(text_of(77))
    assert call("run", pages, "calm") is None
    calm, before = content_of(tmp_path / "calm"), content_of(tmp_path / "out")
    disk.writes = disk.full_at = 0

    assert refused(call("run", pages, "out"), tmp_path / "out")
    assert content_of(tmp_path / "out") == before
    disk.full_at = sys.maxsize
    assert call("run", pages, "out") is None
    assert content_of(tmp_path / "out") == calm


@pytest.mark.parametrize("stage", STAGE_NAMES)
def test_full_in_one_stage(call, disk, pages, tmp_path, stage):
    assert call("run", pages, "calm") is None
    for name in STAGE_NAMES:
        if name == stage:
            disk.writes, disk.full_at = 0, 1
            before = content_of(tmp_path / "out") if (tmp_path / "out").exists() else {}
            assert refused(call(name, pages, "out"), tmp_path / "out")
            after = content_of(tmp_path / "out")
            assert before.items() <= after.items()
            assert not any(path.endswith(files.PARTIAL) for path in after)
            disk.full_at = sys.maxsize
        assert call(name, pages, "out") is None

    written = content_of(tmp_path / "out")
    assert {name: written[name] for name in written if not name.startswith("work/")} == content_of(
        tmp_path / "calm"
    )


def test_full_while_standard_input_comes_in(call, disk, tmp_path):
    lines = json_lines([record(at) for at in range(3)])
    disk.full_at = 0

    assert refused(call("run", "-", "out", lines, "jsonl"), tmp_path / "out" / "work")
    assert not (tmp_path / "out").exists()


@pytest.mark.parametrize(
    ("number", "remedy"),
    [
        (errno.EDQUOT, "make space there, or name another folder"),
        (errno.EFBIG, "raise the limit of a file's size"),
        (errno.EACCES, "check the folder, its rights and space"),
    ],
)
def test_remedy_is_that_of_the_error(call, disk, pages, number, remedy):
    disk.full_at, disk.error = 0, number
    error = call("run", pages, "out")

    assert isinstance(error, OutputError)
    assert os.strerror(number) in error.problem
    assert error.remedy.startswith(remedy)


def limited():
    resource.setrlimit(resource.RLIMIT_FSIZE, (9000, 9000))


def test_workers_that_may_write_no_more_end_the_command(tmp_path):
    path = tmp_path / "a.jsonl"
    path.write_bytes(json_lines([record(at, noise=os.urandom(999).hex()) for at in range(30)]))
    command = [sys.executable, "-m", "pipeline.cli", "run", str(path), "-q", "-w", "2"]
    environment = {**os.environ, "PYTHONPATH": str(CORPUS_FILE.parent.parent)}
    out, calm = tmp_path / "out", tmp_path / "calm"
    done = subprocess.run(
        [*command, "-o", str(out)],
        preexec_fn=limited,
        capture_output=True,
        env=environment,
        check=False,
    )

    assert done.returncode == 1
    assert done.stderr.startswith(b"error: " + bytes(out))
    assert b"cannot be written (File too large), " in done.stderr
    assert done.stderr.count(b"\n") == 1
    assert [each for each in out.rglob("*") if each.is_file()] == []
    for folder in (out, calm):
        assert pipeline("run", str(path), "-o", str(folder), "-q", "-w", "2").returncode == 0
    assert content_of(out) == content_of(calm)


def test_standard_output_that_is_full_is_an_error(tmp_path):
    (tmp_path / "a.txt").write_text(text_of(1))
    with Path("/dev/full").open("wb") as full:
        done = subprocess.run(
            [sys.executable, "-m", "pipeline.cli", "explain", str(tmp_path / "a.txt")],
            stdout=full,
            stderr=subprocess.PIPE,
            env={**os.environ, "PYTHONPATH": str(CORPUS_FILE.parent.parent)},
            check=False,
        )

    assert done.returncode == 1
    assert done.stderr.startswith(b"error: standard output: cannot be written (No space left")
    assert done.stderr.count(b"\n") == 1
