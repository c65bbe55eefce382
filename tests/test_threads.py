"""What commands read of Parquet starts no thread: one still at work at the end aborts them."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from tests.conftest import CORPUS_FILE
from tests.sites.site import addressed, archive, page

CALLS = """
import os, sys
from pipeline.cli import cli
import numpy, pyarrow.compute, pyarrow.parquet

def threads():
    return len(os.listdir("/proc/self/task"))

if __name__ == "__main__":
    before = threads()
    for line in sys.stdin.read().splitlines():
        code = cli.main(line.split(), standalone_mode=False)
        print(f"\\n{line.split()[0]}: {code or 0}, {threads() - before} threads", file=sys.stderr)
"""


@pytest.mark.skipif(not Path("/proc/self/task").is_dir(), reason="counts threads in /proc")
def test_commands_end_without_a_thread_of_arrow(tmp_path):
    path = archive(tmp_path / "a.jsonl", [(addressed(at), page(at)) for at in range(6)])
    out, sites = tmp_path / "out", tmp_path / "sites.parquet"
    script = tmp_path / "calls.py"
    script.write_text(CALLS)
    calls = (
        f"learn-sites {path} -o {sites} -q -w 2",
        f"run {path} -o {out} -q -w 2 --sites {sites}",
        f"run {path} -o {out} -q -w 2 --sites {sites}",
        f"verify {out}",
        f"inspect {out}",
        f"report {out}",
    )
    done = subprocess.run(
        [sys.executable, script],
        input="\n".join(calls),
        capture_output=True,
        text=True,
        env={**os.environ, "PYTHONPATH": str(CORPUS_FILE.parent.parent)},
        check=False,
    )

    assert done.returncode == 0, done.stderr
    counted = [line for line in done.stderr.splitlines() if line.endswith(" threads")]
    assert counted == [f"{call.split()[0]}: 0, 0 threads" for call in calls]


def test_what_few_pages_ask_for_is_not_loaded_with_the_command():
    script = (
        "import sys, pipeline.cli; print([n for n in ('trafilatura', 'ray') if n in sys.modules])"
    )
    environment = {**os.environ, "PYTHONPATH": str(CORPUS_FILE.parent.parent)}
    done = subprocess.run(
        [sys.executable, "-c", script], capture_output=True, text=True, env=environment, check=True
    )

    assert done.stdout == "[]\n"
