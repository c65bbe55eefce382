"""Any worker count, staged or fused, once or twice, whole or resumed: the same bytes."""

import hashlib
import shutil
from pathlib import Path

import msgspec
import pytest

from pipeline import due, execution, shards
from pipeline.execution import processes, run_all
from pipeline.plan import Plan
from pipeline.sources.listing import list_captures
from pipeline.sources.source import Listing, SourceFile
from pipeline.stages import STAGE_NAMES
from tests.conftest import RAW

FIRST, LAST = STAGE_NAMES[0], STAGE_NAMES[-1]


def ignore(captures: int, rejected: int = 0) -> None:
    """Report progress to nobody."""


def hashes(folder: Path) -> dict[str, str]:
    return {
        path.relative_to(folder).as_posix(): hashlib.sha256(path.read_bytes()).hexdigest()
        for path in sorted(folder.rglob("*.parquet"))
    }


def run(plan: Plan, folder: Path, workers: int = 1, files: tuple[SourceFile, ...] = ()) -> Listing:
    listing = list_captures(plan.source, Path(plan.base))
    listing = msgspec.structs.replace(listing, files=files) if files else listing
    plan = msgspec.structs.replace(plan, folder=str(folder))
    run_all(plan, listing, FIRST, LAST, processes(workers), ignore)
    return listing


@pytest.fixture
def small_shards(monkeypatch):
    monkeypatch.setattr(execution, "CAPTURES_PER_SHARD", 5)


@pytest.fixture
def fused(plan, tmp_path, small_shards):
    run(plan, tmp_path / "fused")
    return hashes(tmp_path / "fused")


def test_fused_run_writes_both_datasets_for_each_shard(fused):
    names = [f"shard-{at:05}.parquet" for at in range(5)]

    assert [f"audit/{name}" for name in names] + [f"documents/{name}" for name in names] == list(
        fused
    )


def test_stages_one_by_one_give_the_bytes_of_the_fused_run(plan, tmp_path, fused):
    staged = msgspec.structs.replace(plan, folder=str(tmp_path / "staged"))
    listing = list_captures(plan.source, Path(plan.base))

    for name in STAGE_NAMES:
        run_all(staged, listing, name, name, processes(1), ignore)

    assert hashes(tmp_path / "staged") == fused


def test_two_workers_give_the_bytes_of_one(plan, tmp_path, fused):
    run(plan, tmp_path / "pool", workers=2)

    assert hashes(tmp_path / "pool") == fused


def test_a_corpus_that_lies_elsewhere_gives_the_same_bytes(plan, tmp_path, fused):
    shutil.copytree(RAW, tmp_path / "elsewhere" / "deep")
    source = msgspec.structs.replace(plan.source, paths=(str(tmp_path / "elsewhere" / "deep"),))

    run(msgspec.structs.replace(plan, source=source), tmp_path / "out")

    assert hashes(tmp_path / "out") == fused


def test_order_of_arrival_changes_no_record(plan, tmp_path, small_shards):
    listing = list_captures(plan.source, Path(plan.base))
    one = run_rows(plan, listing.files)
    other = run_rows(plan, tuple(reversed(listing.files)))

    assert sorted(map(str, one)) == sorted(map(str, other))


def run_rows(plan, files):
    return [document for documents in execution.documents_of(plan, files) for document in documents]


def test_second_run_does_nothing(plan, tmp_path, monkeypatch):
    run(plan, tmp_path)
    monkeypatch.setattr(shards, "compiled_between", pytest.fail)

    run(plan, tmp_path)


def test_lost_shard_is_done_again_with_the_same_bytes(plan, tmp_path, small_shards, fused):
    run(plan, tmp_path / "out")
    (tmp_path / "out" / "documents" / "shard-00002.parquet").unlink()
    (tmp_path / "out" / "audit" / "shard-00003.parquet").write_bytes(b"cut short")

    run(plan, tmp_path / "out")

    assert hashes(tmp_path / "out") == fused


def test_what_a_killed_run_left_and_shards_of_old_runs_are_swept(plan, tmp_path):
    run(plan, tmp_path)
    stale = tmp_path / "audit" / "shard-00007.parquet"
    shutil.copy(tmp_path / "audit" / "shard-00000.parquet", stale)
    partial = tmp_path / "documents" / "shard-00000.parquet.partial"
    partial.write_bytes(b"")
    foreign = tmp_path / "documents" / "shard-of-mine.parquet"
    foreign.write_bytes(b"not written by a run")

    run(plan, tmp_path)

    assert (stale.exists(), partial.exists(), foreign.exists()) == (False, False, True)


def test_changed_option_does_the_work_again(plan, tmp_path):
    run(plan, tmp_path)
    before = hashes(tmp_path)
    stages = tuple(
        msgspec.structs.replace(stage, rules=False) if hasattr(stage, "rules") else stage
        for stage in plan.stages
    )

    run(msgspec.structs.replace(plan, stages=stages), tmp_path)

    assert hashes(tmp_path) != before


class TestDryRun:
    def due(self, plan, folder, **changes):
        plan = msgspec.structs.replace(plan, folder=str(folder), **changes)
        listing = list_captures(plan.source, Path(plan.base))
        return {shard.name: shard.reason for shard in due.due_shards(plan, listing)}

    @pytest.mark.usefixtures("small_shards")
    def test_says_what_is_not_written_and_what_is_up_to_date(self, plan, tmp_path):
        names = [f"shard-{at:05}" for at in range(5)]
        assert self.due(plan, tmp_path) == dict.fromkeys(names, "not written yet")
        assert list(tmp_path.iterdir()) == []

        run(plan, tmp_path)
        assert self.due(plan, tmp_path) == dict.fromkeys(names, "")

    @pytest.mark.usefixtures("small_shards")
    def test_says_what_changed(self, plan, tmp_path):
        shutil.copytree(RAW, tmp_path / "raw")
        plan = msgspec.structs.replace(
            plan, source=msgspec.structs.replace(plan.source, paths=(str(tmp_path / "raw"),))
        )
        out = tmp_path / "out"
        run(plan, out)
        (out / "documents" / "shard-00001.parquet").unlink()
        first = min((tmp_path / "raw").iterdir())
        first.write_text("Another text stands here now.")
        reasons = self.due(plan, out)

        assert reasons["shard-00000"] == "its captures changed"
        assert reasons["shard-00001"] == "one of its files is lost"
        assert reasons["shard-00002"] == ""

    def test_says_which_option_changed(self, plan, tmp_path):
        run(plan, tmp_path)
        stages = tuple(
            msgspec.structs.replace(stage, rules=False) if hasattr(stage, "rules") else stage
            for stage in plan.stages
        )

        assert self.due(plan, tmp_path, stages=stages, configs_fingerprint="x") == {
            "shard-00000": "the plan changed: configs, strip-boilerplate rules from True to False"
        }

    def test_says_which_shards_would_go(self, plan, tmp_path):
        run(plan, tmp_path)
        stale = tmp_path / "audit" / "shard-00007.parquet"
        shutil.copy(tmp_path / "audit" / "shard-00000.parquet", stale)
        written = msgspec.structs.replace(plan, folder=str(tmp_path))

        assert due.stale_shards(written, frozenset(["shard-00000"])) == [stale]
        assert stale.exists()


def test_stages_are_compiled_once_for_all_parts(plan, tmp_path, small_shards, monkeypatch):
    compiled, frozen = [], []

    def compiled_between(plan, first, last):
        compiled.append((first, last))
        return compile_between(plan, first, last)

    compile_between = shards.compiled_between
    monkeypatch.setattr(shards, "compiled_between", compiled_between)
    monkeypatch.setattr(shards, "_kept", {})
    monkeypatch.setattr(shards.gc, "freeze", lambda: frozen.append(len(compiled)))
    run(plan, tmp_path / "one")
    run(plan, tmp_path / "two")
    assert compiled == [(FIRST, LAST)]

    changed = msgspec.structs.replace(plan, configs_fingerprint="of other rules")
    run(changed, tmp_path / "three")
    assert compiled == [(FIRST, LAST)] * 2
    assert frozen == [1]
