"""All captures of a plan: in this process, or in a pool of workers, with the same result."""

from collections import Counter
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import NamedTuple

from pipeline.document import Document
from pipeline.places import place_of
from pipeline.plan import Plan
from pipeline.pool import Report, run_supervised
from pipeline.running import compiled_stages, run_stages
from pipeline.shards import (
    WRITE,
    ShardOutcome,
    Task,
    captures_of,
    run_part,
    shards_of,
    without_capture,
)
from pipeline.sources.parts import parts_of
from pipeline.sources.source import Listing, SourceFile
from pipeline.stages import STAGE_NAMES
from pipeline.storage import DATASETS, read_stamp
from pipeline.storage.files import sweep
from pipeline.storage.working import read_header

CAPTURES_PER_SHARD = 512
ALONE = 100
"""So few captures are cleaned in this process, whatever the workers: a pool takes longer."""


class Run(NamedTuple):
    """What a run did."""

    shards: tuple[ShardOutcome, ...]
    """In order of name."""
    removed: tuple[Path, ...]
    """Shards of former runs that no capture stands behind any more."""
    left_aside: dict[str, int]
    """Records of archives that are no captures, by what they are."""

    @property
    def captures(self) -> int:
        """How many captures the source has."""
        return sum(shard.captures for shard in self.shards)


def tasks_of(plan: Plan, files: Sequence[SourceFile], first: str, last: str) -> list[Task]:
    """Return the tasks of a run: one for each part of the source."""
    parts = parts_of(files, CAPTURES_PER_SHARD)
    return [Task(plan, part, first, last, CAPTURES_PER_SHARD) for part in parts]


def run_all(
    plan: Plan, listing: Listing, first: str, last: str, workers: int, report: Report
) -> Run:
    """Run the stages over all captures.

    When all is done, shards of former runs and what killed runs left are removed.
    """
    tasks = tasks_of(plan, listing.files, first, last)
    archives = any(task.part.extent is not None for task in tasks)
    supervised = len(tasks) > 1 or len(listing.files) > ALONE or archives
    if workers > 1 and supervised and first == STAGE_NAMES[0]:
        seconds = plan.source.max_capture_seconds
        outcomes = run_supervised(tasks, run_part, without_capture, workers, seconds, report)
    else:
        outcomes = [run_part(task, report) for task in tasks]
    shards = sorted((s for outcome in outcomes for s in outcome.shards), key=_shard_name)
    removed = _swept(place_of(plan.folder), last, frozenset(shard.name for shard in shards))
    left_aside: Counter[str] = Counter()
    for outcome in outcomes:
        left_aside.update(outcome.left_aside)
    return Run(tuple(shards), removed, dict(sorted(left_aside.items())))


def _swept(folder: Path, last: str, names: frozenset[str]) -> tuple[Path, ...]:
    """Remove shards that no capture stands behind any more; return the complete ones among them."""
    if last != WRITE:
        keep = frozenset(f"{name}.msgpack.zst" for name in names)
        return sweep(folder / "work" / last, keep, lambda path: read_header(path) is not None)
    keep = frozenset(f"{name}.parquet" for name in names)
    removed = [
        sweep(folder / dataset, keep, lambda path: read_stamp(path) is not None)
        for dataset in DATASETS
    ]
    return tuple(path for paths in removed for path in paths)


def _shard_name(outcome: ShardOutcome) -> str:
    return outcome.name


def documents_of(plan: Plan, files: Sequence[SourceFile]) -> Iterator[list[Document]]:
    """Yield for each capture its documents after all stages, in this process, nothing written."""
    stages = compiled_stages(plan)
    for part in parts_of(files, 1):
        task = Task(plan, part, STAGE_NAMES[0], WRITE, 1)
        for shard in shards_of(task, Counter()):
            for documents in captures_of(task, shard, None):
                yield run_stages(documents, stages)
