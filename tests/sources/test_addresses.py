"""Sources and outputs at addresses: the same bytes as on this machine."""

import uuid

import msgspec
import pytest
from upath import UPath

from pipeline.errors import SourceError
from pipeline.execution import processes, run_all
from pipeline.places import place_of
from pipeline.sources.listing import list_captures
from pipeline.sources.source import Source
from pipeline.summary import summarise, write_report
from tests.sources.archives import json_lines, record, text_of
from tests.test_equivalence import FIRST, LAST, hashes, ignore


@pytest.fixture
def pages(tmp_path):
    folder = tmp_path / "pages"
    (folder / "deep").mkdir(parents=True)
    for name in ("a.txt", "deep/b.txt"):
        (folder / name).write_text(text_of(len(name)))
    (folder / "c.jsonl").write_bytes(json_lines([record(at) for at in range(3)]))
    (folder / "d.pdf").write_bytes(b"%PDF-")
    return folder


@pytest.fixture
def store(pages):
    """A store at an address with the same files."""
    root = UPath(f"memory://{uuid.uuid4().hex}/pages")
    for path in pages.rglob("*"):
        if path.is_file():
            place = root / path.relative_to(pages).as_posix()
            place.parent.mkdir(parents=True, exist_ok=True)
            place.write_bytes(path.read_bytes())
    return str(root)


def run(plan, paths, folder):
    source = Source(paths=paths)
    plan = msgspec.structs.replace(plan, source=source, folder=folder)
    listing = list_captures(source, place_of("."))
    return listing, run_all(plan, listing, FIRST, LAST, processes(1), ignore)


def test_same_names_and_bytes_as_on_this_machine(plan, pages, store, tmp_path):
    out = f"{store}-out"
    here, _ = run(plan, (str(pages),), str(tmp_path / "out"))
    there, done = run(plan, (store,), out)

    assert [file.name for file in there.files] == [file.name for file in here.files]
    assert there.left_aside == here.left_aside == ("d.pdf",)
    assert done.captures == 5
    written = {
        f"{path.parent.name}/{path.name}": path.read_bytes()
        for path in place_of(out).rglob("*.parquet")
    }
    local = {name: (tmp_path / "out" / name).read_bytes() for name in hashes(tmp_path / "out")}
    assert written == local


def test_second_run_does_nothing_and_what_is_stale_is_removed(plan, store):
    out = f"{store}-out"
    run(plan, (store,), out)
    assert not any(shard.done for shard in run(plan, (store,), out)[1].shards)

    (place_of(store) / "c.jsonl").unlink()
    assert [path.name for path in run(plan, (store,), out)[1].removed] == [
        "shard-00001-00000.parquet"
    ] * 2


def test_totals_are_counted_and_written_there(plan, store):
    out = f"{store}-out"
    run(plan, (store,), out)
    summary = summarise("store", place_of(out))

    assert (summary.captures, summary.published) == (5, 5)
    assert write_report(summary, place_of(out)).exists()


@pytest.mark.parametrize("pattern", ["*.txt", "**/*.txt", "deep/*"])
def test_wildcards(plan, pages, store, pattern):
    here = list_captures(Source(paths=(f"{pages}/{pattern}",)), pages)
    there = list_captures(Source(paths=(f"{store}/{pattern}",)), pages)

    assert [file.name for file in there.files] == [file.name for file in here.files]


def test_single_file(store):
    (file,) = list_captures(Source(paths=(f"{store}/c.jsonl",)), place_of(".")).files

    assert (file.name, file.kind) == ("c.jsonl", "json lines")


@pytest.mark.parametrize(
    ("address", "message"),
    [
        ("memory://nowhere/at-all", "there is no such file or folder"),
        ("nosuch://a/b", r"nothing here reads nosuch:// .*; name one that fsspec knows"),
    ],
)
def test_address_of_nothing_is_an_error(address, message):
    with pytest.raises(SourceError, match=message):
        list_captures(Source(paths=(address,)), place_of("."))


def test_a_file_that_fails_in_the_midst_does_not_appear(plan, store, monkeypatch):
    def fail(*_):
        raise RuntimeError("no")

    monkeypatch.setattr("pipeline.storage.audit_rows", fail)
    with pytest.raises(RuntimeError):
        run(plan, (store,), f"{store}-out")

    place = place_of(f"{store}-out")
    assert not [path for path in place.rglob("*.parquet") if path.stat().st_size]
