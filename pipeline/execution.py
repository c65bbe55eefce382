"""All captures of a plan: in this process, a pool of workers, a cluster, with the same result."""

import os
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from functools import partial
from pathlib import Path
from typing import Literal, NamedTuple, TypeAlias

import msgspec

from pipeline.cluster import on_ray
from pipeline.document import Document
from pipeline.places import place_of
from pipeline.plan import Plan
from pipeline.pool import Report, run_supervised
from pipeline.running import compiled_stages, run_stages
from pipeline.shards import (
    WRITE,
    Outcome,
    ShardOutcome,
    Task,
    captures_of,
    run_part,
    shards_of,
    without_capture,
)
from pipeline.sites.counted import counted_folder, counted_path
from pipeline.sources.files import state_of
from pipeline.sources.parts import parts_of
from pipeline.sources.source import Listing, SourceFile
from pipeline.stages import STAGE_NAMES
from pipeline.storage import DATASETS, document_files, read_stamp, shard_path
from pipeline.storage.files import sweep, sweep_partial
from pipeline.storage.working import read_header, working_path

CAPTURES_PER_SHARD = 512
ALONE = 100
"""So few captures are cleaned in this process, whatever the workers: a pool takes longer."""


EngineName: TypeAlias = Literal["processes", "ray"]
Executor: TypeAlias = Callable[[Sequence[Task], Report], list[Outcome]]
"""Decides where tasks are done, nothing else; returns their outcomes in their order."""


class Run(NamedTuple):
    """What a run did."""

    shards: tuple[ShardOutcome, ...]
    """In order of name."""
    removed: tuple[Path, ...]
    """Shards of former runs that no capture stands behind any more."""
    left_aside: dict[str, int]
    """Records of archives that are no captures, by what they are."""
    changed: tuple[str, ...] = ()
    """Names of files that were written to, or went, while the run was under way."""

    @property
    def captures(self) -> int:
        """How many captures the source has."""
        return sum(shard.captures for shard in self.shards)


def tasks_of(plan: Plan, files: Sequence[SourceFile], first: str, last: str) -> list[Task]:
    """Return the tasks of a run: one for each part of the source."""
    parts = parts_of(files, CAPTURES_PER_SHARD)
    return [Task(plan, part, first, last, CAPTURES_PER_SHARD) for part in parts]


def executor_of(engine: EngineName, workers: int | None) -> Executor:
    """Return what does tasks with so many workers; by default, with all there are."""

    def on_cluster(tasks: Sequence[Task], report: Report) -> list[Outcome]:
        return on_ray(tasks, workers, report)

    return on_cluster if engine == "ray" else processes(workers or os.cpu_count() or 1)


def processes(workers: int) -> Executor:
    """Return what does tasks in so many processes: in this one, if one is enough."""

    def executor(tasks: Sequence[Task], report: Report) -> list[Outcome]:
        if workers == 1 or not _need_a_pool(tasks):
            return [run_part(task, report) for task in tasks]
        seconds = tasks[0].plan.source.max_capture_seconds
        return run_supervised(tasks, run_part, without_capture, workers, seconds, report)

    return executor


def _need_a_pool(tasks: Sequence[Task]) -> bool:
    if any(task.first != STAGE_NAMES[0] for task in tasks):
        return False
    archives = any(task.part.extent is not None for task in tasks)
    return len(tasks) > 1 or archives or any(len(task.part.files) > ALONE for task in tasks)


def run_all(
    plan: Plan, listing: Listing, first: str, last: str, executor: Executor, report: Report
) -> Run:
    """Run the stages over all captures.

    When all is done, shards of former runs and what killed runs left are removed.
    """
    tasks = tasks_of(plan, listing.files, first, last)
    swept = partial(_swept, place_of(plan.folder), last)
    return _run(listing, tasks, executor, report, swept)


def count_all(plan: Plan, listing: Listing, executor: Executor, report: Report) -> Run:
    """Count the lines of all captures, as fix-encoding makes them, by site: shards to learn from.

    Like a run, it does again only what changed.
    """
    tasks = tasks_of(plan, listing.files, STAGE_NAMES[0], STAGE_NAMES[0])
    counting = [msgspec.structs.replace(task, into="counts") for task in tasks]
    swept = partial(_swept_counts, place_of(plan.folder))
    return _run(listing, counting, executor, report, swept)


def _run(
    listing: Listing,
    tasks: Sequence[Task],
    executor: Executor,
    report: Report,
    swept: Callable[[frozenset[str]], tuple[Path, ...]],
) -> Run:
    """Do tasks, then remove what no capture stands behind, given the names of all shards."""
    states = [state_of(file) for file in listing.files]
    outcomes = executor(tasks, report)
    shards = sorted((s for outcome in outcomes for s in outcome.shards), key=_shard_name)
    removed = swept(frozenset(shard.name for shard in shards))
    left_aside: Counter[str] = Counter()
    for outcome in outcomes:
        left_aside.update(outcome.left_aside)
    changed = tuple(
        file.name
        for file, state in zip(listing.files, states, strict=True)
        if state_of(file) != state
    )
    return Run(tuple(shards), removed, dict(sorted(left_aside.items())), changed)


def _swept(folder: Path, last: str, names: frozenset[str]) -> tuple[Path, ...]:
    """Remove shards that no capture stands behind any more; return the complete ones among them."""
    sweep_partial(folder)
    if last != WRITE:
        keep = frozenset(working_path(folder, last, name) for name in names)
        return sweep(folder / "work" / last, keep, lambda path: read_header(path) is not None)
    keep = frozenset(
        path
        for name in names
        for path in (shard_path(folder, "audit", name), *document_files(folder, name))
    )
    removed = [
        sweep(folder / dataset, keep, lambda path: read_stamp(path) is not None)
        for dataset in DATASETS
    ]
    return tuple(path for paths in removed for path in paths)


def _swept_counts(folder: Path, names: frozenset[str]) -> tuple[Path, ...]:
    """Remove counted shards that no capture stands behind any more; return them."""
    keep = frozenset(counted_path(folder, name) for name in names)
    return sweep(counted_folder(folder), keep, lambda path: read_stamp(path) is not None)


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
