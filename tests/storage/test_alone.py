"""Two runs at once in one folder: the second is refused, and nothing is left of either's lock."""

import os
import subprocess
import sys
import time
from contextlib import ExitStack
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from pipeline.cli import cli
from pipeline.errors import OutputError
from pipeline.storage.alone import alone_in
from tests.conftest import CORPUS_FILE
from tests.sites.site import addressed, archive, page

HOLDER = """
import sys, time
from pipeline.storage.alone import alone_in
with alone_in(sys.argv[1]):
    print("held", flush=True)
    time.sleep(600)
"""
WAIT_SECONDS = 30


def captures(folder: Path) -> Path:
    return archive(folder / "a.jsonl", [(addressed(at), page(at)) for at in range(3)])


def refused(folder: Path) -> bool:
    """Tell whether a run into the folder would be refused."""
    with ExitStack() as stack:
        try:
            stack.enter_context(alone_in(str(folder)))
        except OutputError:
            return True
    return False


@pytest.mark.parametrize("command", ["run", "fix-encoding", "learn-sites"])
def test_second_run_is_refused_and_writes_nothing(command, tmp_path):
    out, corpus = tmp_path / "out", tmp_path / "corpus.yaml"
    corpus.write_text(
        f"corpus: made\nsource:\n  paths: [{captures(tmp_path).name}]\noutput: out\nstages:\n"
        "  - stage: fix-encoding\n  - stage: strip-boilerplate\n    sites: sites.parquet\n"
        "  - stage: split-digests\n  - stage: detect-language\n  - stage: write-parquet\n"
    )

    def called(name: str) -> Result:
        return CliRunner().invoke(cli, [name, "-c", str(corpus), "-w", "1"])

    assert called("learn-sites").exit_code == 0
    before = sorted(tmp_path.rglob("*"))

    with alone_in(str(out)):
        second = called(command)
        assert sorted(tmp_path.rglob("*")) == before

    assert isinstance(second.exception, OutputError)
    assert str(second.exception) == (
        f"{out}: another run is writing there; wait until it has ended, or name another folder"
    )
    assert called(command).exit_code == 0


def test_run_that_was_killed_holds_nothing(tmp_path):
    process = subprocess.Popen(
        [sys.executable, "-c", HOLDER, tmp_path / "out"],
        stdout=subprocess.PIPE,
        env={**os.environ, "PYTHONPATH": str(CORPUS_FILE.parent.parent)},
    )
    with process:
        assert process.stdout is not None
        process.stdout.readline()
        held = refused(tmp_path / "out")
        process.kill()

    assert held
    assert not refused(tmp_path / "out")


def test_folder_of_a_run_stays_when_a_second_one_is_refused(tmp_path):
    with alone_in(str(tmp_path / "out")):
        assert refused(tmp_path / "out")
        assert (tmp_path / "out").is_dir()


def test_folder_made_for_the_lock_goes_if_nothing_was_written(tmp_path):
    (tmp_path / "kept").mkdir()

    with alone_in(str(tmp_path / "kept" / "deep" / "out")):
        assert (tmp_path / "kept" / "deep" / "out").is_dir()

    assert list(tmp_path.rglob("*")) == [tmp_path / "kept"]


def test_folder_that_was_there_or_was_written_to_stays(tmp_path):
    (tmp_path / "there").mkdir()

    with alone_in(str(tmp_path / "there")), alone_in(str(tmp_path / "made")):
        (tmp_path / "made" / "a.txt").touch()

    assert (tmp_path / "there").is_dir()
    assert (tmp_path / "made" / "a.txt").is_file()


def test_what_cannot_be_held_is_left_to_the_run_to_tell(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    (tmp_path / "file").touch()

    with alone_in(str(tmp_path / "file" / "out")), alone_in("memory://bucket/out"):
        assert list(tmp_path.rglob("*")) == [tmp_path / "file"]


def test_error_within_is_not_swallowed(tmp_path):
    with pytest.raises(PermissionError), alone_in(str(tmp_path / "out")):
        raise PermissionError(13, "Permission denied")


def test_two_commands_at_once_give_one_whole_output(tmp_path):
    out, path = tmp_path / "out", captures(tmp_path)
    command = [sys.executable, "-m", "pipeline", "run", path, "-o", out, "-w", "1", "-q"]
    environment = {**os.environ, "PYTHONPATH": str(CORPUS_FILE.parent.parent)}
    with alone_in(str(out)):
        waiting = subprocess.run(
            command, capture_output=True, text=True, env=environment, check=False
        )
    first = subprocess.Popen(command, stderr=subprocess.PIPE, text=True, env=environment)
    until = time.monotonic() + WAIT_SECONDS
    while not out.exists() and time.monotonic() < until:
        time.sleep(0.01)
    second = subprocess.run(command, capture_output=True, text=True, env=environment, check=False)
    _, said = first.communicate()

    assert (waiting.returncode, waiting.stderr.count("\n")) == (1, 1)
    assert first.returncode == 0, said
    assert second.returncode in (0, 1)  # it may have come when the first was done
    verified = CliRunner().invoke(cli, ["verify", str(out)])
    assert verified.exit_code == 0, verified.output
