"""Ray: two nodes of one machine, workers and nodes killed; the bytes of one process."""

import os
import shutil
import signal
import subprocess
import sys
import tempfile
from pathlib import Path

import msgspec
import pytest

from pipeline import cluster, execution
from pipeline.cluster import ClusterError, on_ray
from pipeline.execution import run_all
from pipeline.pool import WorkerError
from pipeline.sources.listing import list_captures
from pipeline.sources.source import Source
from tests.conftest import CORPUS_FILE
from tests.sources.archives import json_lines, record
from tests.test_equivalence import FIRST, LAST, hashes, ignore
from tests.test_pool import SENTENCE, cleaned, names, pages

__all__ = ["pages"]
pytestmark = pytest.mark.filterwarnings("ignore")  # Ray's own

ray = pytest.importorskip("ray")


@pytest.fixture(scope="module")
def nodes():
    """A cluster of two nodes on this machine, none of which listens outside."""
    from ray.cluster_utils import Cluster

    before = dict(os.environ)
    os.environ.update(cluster._ON_LOOPBACK)
    ray._private.ray_constants.ENABLE_RAY_CLUSTER = False
    started = Cluster(
        initialize_head=True, head_node_args={"num_cpus": 1, "include_dashboard": False}
    )
    started.add_node(num_cpus=1)
    os.environ["RAY_ADDRESS"] = started.address
    yield started
    ray.shutdown()
    started.shutdown()
    os.environ.clear()
    os.environ.update(before)


def everywhere(tasks, report):
    return on_ray(tasks, None, report)


@pytest.fixture
def archive(tmp_path):
    path = tmp_path / "many.jsonl"
    path.write_bytes(json_lines([record(at) for at in range(30)]))
    return path


def test_two_nodes_give_the_bytes_of_one_process(plan, nodes, archive, tmp_path, monkeypatch):
    monkeypatch.setattr(execution, "CAPTURES_PER_SHARD", 5)
    raw = str(Path(plan.base) / plan.source.paths[0])
    source = Source(paths=(raw, str(archive)))
    counted = []
    for name, executor in (("one", execution.processes(1)), ("ray", everywhere)):
        changed = msgspec.structs.replace(plan, source=source, folder=str(tmp_path / name))
        listing = list_captures(source, Path())
        run = run_all(changed, listing, FIRST, LAST, executor, lambda *n: counted.append(n))
        assert run.captures == 52

    assert hashes(tmp_path / "ray") == hashes(tmp_path / "one")
    assert len(hashes(tmp_path / "ray")) == 22
    assert sum(captures for captures, *_ in counted) == 2 * 52


@pytest.mark.parametrize(
    ("command", "how"),
    [("KILL", "was ended by signal 9 (SIGKILL)"), ("LOOP", "took longer than 6 seconds")],
)
def test_page_that_kills_is_rejected_as_in_a_pool(plan, nodes, pages, tmp_path, command, how):
    (pages / "05.txt").write_text(f"{SENTENCE}\n{command}\n")
    kept, rejected = cleaned(plan, pages, tmp_path / "ray", seconds=6.0, executor=everywhere)

    assert kept == names(5)
    assert rejected == {"05.txt": f"read: the worker process {how} over it, twice"}
    cleaned(plan, pages, tmp_path / "pool", seconds=6.0)
    assert hashes(tmp_path / "ray") == hashes(tmp_path / "pool")


def test_worker_that_is_killed_once_loses_nothing(plan, nodes, pages, tmp_path):
    (pages / "05.txt").write_text(f"{SENTENCE}\nONCE {tmp_path / 'mark'}\n")
    kept, rejected = cleaned(plan, pages, tmp_path / "ray", executor=everywhere)
    cleaned(plan, pages, tmp_path / "one", executor=1)

    assert (kept, rejected) == (names(), {})
    assert hashes(tmp_path / "ray") == hashes(tmp_path / "one")


def test_node_that_is_killed_loses_and_doubles_nothing(plan, nodes, pages, tmp_path):
    for at in range(12):
        (pages / f"{at:02}.txt").write_text(f"{SENTENCE} This was day {at}.\nWAIT 0.5\n")
    extra = nodes.add_node(num_cpus=2)
    seen = []

    def kill_a_node(captures, rejected=0):
        if not seen:
            nodes.remove_node(extra, allow_graceful=False)
        seen.append(captures)

    kept, rejected = cleaned(plan, pages, tmp_path / "ray", report=kill_a_node, executor=everywhere)
    cleaned(plan, pages, tmp_path / "one", executor=1)

    assert (kept, rejected) == (names(), {})
    assert sum(seen) == 12
    assert hashes(tmp_path / "ray") == hashes(tmp_path / "one")


def test_task_that_is_lost_again_and_again_ends_the_run(plan, nodes, pages, tmp_path, monkeypatch):
    monkeypatch.setattr(cluster, "run_there", dies)

    with pytest.raises(WorkerError, match=r"shard 0000[012]: was lost 5 times"):
        cleaned(plan, pages, tmp_path / "ray", executor=everywhere)


def dies(task, wanted, supervised):
    os.kill(os.getpid(), signal.SIGKILL)


def test_node_with_other_versions_is_refused(plan, nodes, pages, tmp_path, monkeypatch):
    monkeypatch.setattr(cluster, "plan_fingerprint", lambda *_: "of another machine")

    with pytest.raises(ClusterError, match="has other versions"):
        cleaned(plan, pages, tmp_path / "ray", executor=everywhere)


def test_standard_input_is_refused(plan, tmp_path):
    source = Source(paths=("-",))
    changed = msgspec.structs.replace(plan, source=source, folder=str(tmp_path / "out"))

    with pytest.raises(Exception, match="a cluster cannot read standard input"):
        run_all(changed, list_captures(source, Path()), FIRST, LAST, everywhere, ignore)


def test_cluster_that_is_not_there(plan, pages, tmp_path, monkeypatch):
    ray.shutdown()
    monkeypatch.setenv("RAY_ADDRESS", "127.0.0.1:9")

    with pytest.raises(ClusterError, match=r"127\.0\.0\.1:9: cannot be joined"):
        cleaned(plan, pages, tmp_path / "ray", executor=everywhere)


def test_without_ray_the_extra_is_named(plan, pages, tmp_path, monkeypatch):
    monkeypatch.setitem(sys.modules, "ray", None)

    with pytest.raises(ClusterError, match=r"pip install 'pipeline\[ray\]'"):
        cleaned(plan, pages, tmp_path / "ray", executor=everywhere)


@pytest.mark.skipif(sys.platform != "linux", reason="reads /proc")
def test_nothing_listens_outside_this_machine(nodes):
    sockets = {
        f"socket:[{fields[9]}]": fields[1].partition(":")[0]
        for table in ("tcp", "tcp6")
        for fields in map(str.split, Path(f"/proc/net/{table}").read_text().splitlines()[1:])
        if fields[3] == "0A"
    }
    rays = {os.getpid(), *map(int, pids_of("ray"))}
    places = {sockets[link] for pid in rays for link in links_of(pid) if link in sockets}

    assert len(places) >= 1
    assert places <= {"0100007F", "0000000000000000FFFF00000100007F", "0" * 24 + "01000000"}


def pids_of(name):
    for entry in Path("/proc").iterdir():
        try:
            if entry.name.isdigit() and name in (entry / "cmdline").read_text():
                yield entry.name
        except OSError:
            continue


def links_of(pid):
    try:
        return [os.readlink(link) for link in Path(f"/proc/{pid}/fd").iterdir()]
    except OSError:
        return []


def test_command_starts_a_cluster_of_its_own(tmp_path):
    place = tempfile.mkdtemp(prefix="r")  # its sockets need a short name
    environment = {key: value for key, value in os.environ.items() if key != "RAY_ADDRESS"}
    environment |= {"RAY_TMPDIR": place, "PYTHONPATH": str(CORPUS_FILE.parent.parent)}
    command = [sys.executable, "-m", "pipeline.cli", "run", "-c", str(CORPUS_FILE), "-q"]
    try:
        for name, more in (("ray", ["--engine", "ray", "-w", "2"]), ("one", ["-w", "1"])):
            done = subprocess.run(
                [*command, "-o", str(tmp_path / name), *more],
                env=environment,
                capture_output=True,
                text=True,
                check=False,
                cwd=tmp_path,
            )
            assert (done.returncode, done.stderr) == (0, "")
    finally:
        shutil.rmtree(place, ignore_errors=True)

    assert hashes(tmp_path / "ray") == hashes(tmp_path / "one")
    assert (tmp_path / "ray/manifest.json").read_bytes() == (
        tmp_path / "one/manifest.json"
    ).read_bytes()
