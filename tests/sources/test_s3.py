"""A real S3 server on this machine: captures from it, records to it, by one worker and by two."""

import msgspec
import pytest
from moto.server import ThreadedMotoServer

from pipeline import execution
from pipeline.execution import processes, run_all
from pipeline.places import file_system, place_of
from pipeline.sources.listing import list_captures
from pipeline.sources.source import Source
from tests.sources.archives import compressed, json_lines, record, text_files
from tests.test_bad_input import pipeline
from tests.test_equivalence import FIRST, LAST, hashes, ignore

BUCKET = "harbour"


@pytest.fixture(scope="module")
def server():
    with pytest.MonkeyPatch.context() as patch:
        running = ThreadedMotoServer(ip_address="127.0.0.1", port=0, verbose=False)
        running.start()
        host, port = running.get_host_and_port()
        patch.setenv("AWS_ENDPOINT_URL", f"http://{host}:{port}")
        patch.setenv("AWS_ACCESS_KEY_ID", "nobody")
        patch.setenv("AWS_SECRET_ACCESS_KEY", "nothing")
        patch.setenv("AWS_DEFAULT_REGION", "us-east-1")
        system = file_system(f"s3://{BUCKET}")
        system.mkdir(BUCKET)
        yield system
        running.stop()


@pytest.fixture
def pages(server, tmp_path, monkeypatch):
    """The same files here and there."""
    monkeypatch.setattr(execution, "CAPTURES_PER_SHARD", 3)
    folder = text_files(tmp_path / "pages", 7)
    lines = json_lines([record(at) for at in range(5)])
    (folder / "a.jsonl.gz").write_bytes(compressed(lines, ".gz"))
    (folder / "b.jsonl").write_bytes(lines)
    server.put(f"{folder}/", f"{BUCKET}/pages/", recursive=True)
    return folder


def run(plan, path, folder, workers):
    source = Source(paths=(path,))
    plan = msgspec.structs.replace(plan, source=source, folder=folder)
    return run_all(
        plan, list_captures(source, place_of(".")), FIRST, LAST, processes(workers), ignore
    )


def test_output_that_cannot_be_reached_is_one_line(server, pages, monkeypatch):
    monkeypatch.setenv("AWS_ENDPOINT_URL", "http://127.0.0.1:1")
    for command in (["run", str(pages), "-o", "s3://nobody/x"], ["verify", "s3://nobody/x"]):
        done = pipeline(*command)

        assert done.returncode == 1
        assert done.stderr.startswith(b"error: s3://nobody/x: cannot be reached (")
        assert done.stderr.count(b"\n") == 1


@pytest.mark.parametrize("workers", [1, 2])
def test_same_bytes_as_on_this_machine(plan, pages, tmp_path, workers):
    out = f"s3://{BUCKET}/clean-{workers}"
    run(plan, str(pages), str(tmp_path / "out"), 1)
    done = run(plan, f"s3://{BUCKET}/pages", out, workers)

    local = {name: (tmp_path / "out" / name).read_bytes() for name in hashes(tmp_path / "out")}
    stored = {
        f"{path.parent.name}/{path.name}": path.read_bytes()
        for path in place_of(out).rglob("*.parquet")
    }
    assert done.captures == 7 + 5 + 5
    assert stored == local
    assert not any(shard.done for shard in run(plan, f"s3://{BUCKET}/pages", out, 1).shards)
