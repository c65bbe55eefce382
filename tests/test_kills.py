"""A run that is killed again and again, at any moment: the same bytes in the end, nothing left."""

import os
import random
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from tests.conftest import CORPUS_FILE
from tests.sources.archives import compressed, json_lines, record, text_of
from tests.test_equivalence import hashes

KILLS = 50
START_SECONDS = 1.0
"""Before this nothing is written; most kills are to come later."""


@pytest.fixture
def pages(tmp_path) -> Path:
    folder = tmp_path / "pages"
    folder.mkdir()
    for at in range(1100):
        (folder / f"{at:04}.txt").write_text(f"{text_of(at)}\n")
    lines = json_lines([record(at) for at in range(1100)])
    (folder / "a.jsonl").write_bytes(lines)
    (folder / "b.jsonl.zst").write_bytes(compressed(lines, ".zst"))
    return folder


def started(pages: Path, out: Path) -> subprocess.Popen:
    command = [sys.executable, "-m", "pipeline.cli", "run", str(pages), "-o", str(out), "-q"]
    environment = {**os.environ, "PYTHONPATH": str(CORPUS_FILE.parent.parent)}
    return subprocess.Popen(
        [*command, "-w", "2"], env=environment, start_new_session=True, stderr=subprocess.DEVNULL
    )


def workers_of(process: subprocess.Popen) -> list[int]:
    """Return the processes that a run has started, by the system's own list."""
    found = []
    for entry in Path("/proc").iterdir():
        if entry.name.isdigit():
            try:
                parent = (entry / "stat").read_text().rpartition(")")[2].split()[1]
            except OSError:
                continue
            if parent == str(process.pid):
                found.append(int(entry.name))
    return found


@pytest.mark.skipif(sys.platform != "linux", reason="reads /proc")
def test_killed_at_fifty_moments_and_gone_on_with(pages, tmp_path):
    assert started(pages, tmp_path / "calm").wait() == 0
    draw = random.Random(5)
    endings = []
    for number in range(KILLS):
        out = tmp_path / f"storm-{number // 10}"
        process = started(pages, out)
        time.sleep(START_SECONDS + draw.random() * 3)
        kind = draw.choice((signal.SIGKILL, signal.SIGINT, signal.SIGTERM))
        if draw.random() < 0.3 and (children := workers_of(process)):
            os.kill(draw.choice(children), signal.SIGKILL)
        process.send_signal(kind)
        endings.append(process.wait())
    finished = [tmp_path / f"storm-{number}" for number in range(KILLS // 10)]
    for out in finished:
        assert started(pages, out).wait() == 0

        assert hashes(out) == hashes(tmp_path / "calm")
        assert (out / "manifest.json").read_bytes() == (
            tmp_path / "calm" / "manifest.json"
        ).read_bytes()
        assert not list(out.rglob("*.partial"))
    assert sum(code != 0 for code in endings) > KILLS // 3
