"""From captures to shards: one unit of work, whoever calls it.

`run_shard` is that unit. An executor decides where it runs, nothing else: the shards, their names
and their bytes are the same in this process and in a pool.
"""

from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path
from typing import Protocol

import msgspec

from pipeline.document import Document
from pipeline.errors import WorkingShardError
from pipeline.options import Stage
from pipeline.plan import Plan, plan_fingerprint, resolved
from pipeline.pool import Begin, Report, run_supervised
from pipeline.sources import (
    Listing,
    SourceFile,
    fingerprint,
    raw_contents,
    read_capture,
    rejected_capture,
)
from pipeline.stages import STAGE_NAMES, stage_name
from pipeline.storage import (
    DATASETS,
    ParquetShard,
    ShardStamp,
    is_complete,
    read_stamp,
    to_json,
)
from pipeline.storage.files import sweep
from pipeline.storage.working import (
    Header,
    WorkingShard,
    read_header,
    read_working,
    working_path,
)

CAPTURES_PER_SHARD = 512
ALONE = 100
"""So few captures are cleaned in this process, whatever the workers: a pool takes longer."""
WRITE = STAGE_NAMES[-1]


class Shard(msgspec.Struct, frozen=True):
    """A run of captures that is cleaned and written together."""

    name: str
    files: tuple[SourceFile, ...]


class Task(msgspec.Struct, frozen=True):
    """What to do with a shard: the stages from `first` to `last`."""

    plan: Plan
    shard: Shard
    first: str
    last: str
    rejected: tuple[tuple[int, str], ...] = ()
    """Places of captures that are not read, each with the reason."""


class Outcome(msgspec.Struct, frozen=True):
    """What became of a task."""

    shard: str
    done: bool
    """False if the shard was complete before."""


class _Sink(Protocol):
    def add(self, documents: Sequence[Document]) -> None: ...


def shards_of(files: Sequence[SourceFile]) -> tuple[Shard, ...]:
    """Return captures in shards. The split depends on their names alone.

    >>> [shard.name for shard in shards_of([SourceFile(f"{n:03}.txt", "") for n in range(600)])]
    ['shard-00000', 'shard-00001']
    """
    return tuple(
        Shard(f"shard-{at:05}", tuple(files[start : start + CAPTURES_PER_SHARD]))
        for at, start in enumerate(range(0, len(files), CAPTURES_PER_SHARD))
    )


def run_shard(task: Task, report: Report, begin: Begin | None = None) -> Outcome:
    """Do a task, unless its result is there already and bears the same stamp.

    `begin` is called with the place of each capture before it is read.
    """
    plan, shard = task.plan, task.shard
    folder = Path(plan.folder)
    source = _source_fingerprint(task)
    stamp = ShardStamp(plan_fingerprint(plan, task.last), source)
    if _is_done(task, stamp):
        report(len(shard.files))
        return Outcome(shard.name, done=False)
    stages = _compiled(plan, task.first, task.last)
    sink: ParquetShard | WorkingShard
    if task.last == WRITE:
        sink = ParquetShard(folder, shard.name, plan.output)
    else:
        header = Header(task.last, stamp.plan, source)
        sink = WorkingShard(working_path(folder, task.last, shard.name), header)
    for documents in _captures(task, begin):
        sink.add(run_stages(documents, stages))
        report(1)
    if isinstance(sink, ParquetShard):
        sink.close(stamp, to_json(resolved(plan)))
    else:
        sink.close()
    return Outcome(shard.name, done=True)


def run_stages(
    documents: Sequence[Document], stages: Sequence[tuple[str, Stage]]
) -> list[Document]:
    """Return all documents of one capture after the stages, in order."""
    current = list(documents)
    for name, stage in stages:
        current = [after for document in current for after in guarded(name, stage, document)]
    return current


def guarded(name: str, stage: Stage, document: Document) -> tuple[Document, ...]:
    """Return a stage's documents; one that it fails on, or loses a line of, comes out rejected.

    This is the only broad `except` of the package: whatever one page does to a stage, the run goes
    on, and the page is listed with the reason.
    """
    if document.rejected:
        return (document,)
    try:
        after = tuple(stage(document))
        lost = _lost_lines(document, after)
    except Exception as error:  # noqa: BLE001  see above
        lost = f"{type(error).__name__}: {error}"
    if lost:
        return (msgspec.structs.replace(document, rejected=f"{name}: {lost}"),)
    return after


def _lost_lines(before: Document, after: Sequence[Document]) -> str:
    """Return what is wrong if the results together do not have each line once, or ``."""
    numbers = sorted(line.number for document in after for line in document.lines)
    if before.capture.content is not None or numbers == [line.number for line in before.lines]:
        return ""
    return "the stage lost or doubled a line; this is a defect, please report it"


def _source_fingerprint(task: Task) -> str:
    """Return the fingerprint of a shard's captures: of their bytes, or as the work shard has it."""
    if task.first == STAGE_NAMES[0]:
        return fingerprint(task.shard.files, raw_contents(task.shard.files))
    return _input_header(task).source


def _input_header(task: Task) -> Header:
    """Return the header of the working shard to read; raise if it is missing or stale."""
    before = _stage_before(task.plan, task.first)
    path = working_path(Path(task.plan.folder), before, task.shard.name)
    header = read_header(path)
    remedy = f"run `pipeline {before}` first"
    if header is None:
        raise WorkingShardError(str(path), f"no working shard of {before}", remedy)
    if header.plan != plan_fingerprint(task.plan, before):
        raise WorkingShardError(
            str(path), f"was made by {before} with other options, rules or versions", remedy
        )
    return header


def _stage_before(plan: Plan, stage: str) -> str:
    """Return the name of the stage of the plan before another."""
    names = [stage_name(each) for each in plan.stages] + [WRITE]
    return names[names.index(stage) - 1]


def _is_done(task: Task, stamp: ShardStamp) -> bool:
    folder = Path(task.plan.folder)
    if task.last == WRITE:
        return is_complete(folder, task.shard.name, stamp)
    header = read_header(working_path(folder, task.last, task.shard.name))
    return header == Header(task.last, stamp.plan, stamp.source)


def _compiled(plan: Plan, first: str, last: str) -> list[tuple[str, Stage]]:
    """Return the plan's stages from one to another, rules and models loaded."""
    names = STAGE_NAMES[STAGE_NAMES.index(first) : STAGE_NAMES.index(last) + 1]
    return [
        (stage_name(stage), stage.compile(Path(plan.configs)))
        for stage in plan.stages
        if stage_name(stage) in names
    ]


def compiled_stages(plan: Plan) -> list[tuple[str, Stage]]:
    """Return all stages of a plan that take documents, rules and models loaded."""
    return _compiled(plan, STAGE_NAMES[0], STAGE_NAMES[-1])


def _captures(task: Task, begin: Begin | None) -> Iterator[list[Document]]:
    """Yield for each capture of a shard its documents as the first stage takes them."""
    rejected = dict(task.rejected)
    if task.first == STAGE_NAMES[0]:
        for place, file in enumerate(task.shard.files):
            if begin is not None:
                begin(place)
            if place in rejected:
                yield [rejected_capture(file, rejected[place])]
            else:
                yield [read_capture(file, task.plan.source.max_capture_bytes)]
    else:
        before = _stage_before(task.plan, task.first)
        yield from read_working(working_path(Path(task.plan.folder), before, task.shard.name))


def _without(task: Task, place: int, reason: str) -> Task:
    return msgspec.structs.replace(task, rejected=(*task.rejected, (place, f"read: {reason}")))


def run_all(
    plan: Plan, listing: Listing, first: str, last: str, workers: int, report: Report
) -> tuple[tuple[Outcome, ...], tuple[Path, ...]]:
    """Run the stages over all captures; return what became of each shard, and what was removed.

    When all is done, shards of former runs and what killed runs left are removed.
    """
    shards = shards_of(listing.files)
    tasks = [Task(plan, shard, first, last) for shard in shards]
    names = frozenset(shard.name for shard in shards)
    supervised = len(tasks) > 1 or len(listing.files) > ALONE
    if workers > 1 and supervised and first == STAGE_NAMES[0]:
        seconds = plan.source.max_capture_seconds
        outcomes = run_supervised(tasks, run_shard, _without, workers, seconds, report)
    else:
        outcomes = [run_shard(task, report) for task in tasks]
    removed = _swept(Path(plan.folder), last, names)
    return tuple(sorted(outcomes, key=_shard_name)), removed


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


def _shard_name(outcome: Outcome) -> str:
    return outcome.shard


def documents_of(plan: Plan, files: Iterable[SourceFile]) -> Iterator[list[Document]]:
    """Yield for each file its documents after all stages, in this process, nothing written."""
    stages = compiled_stages(plan)
    for file in files:
        yield run_stages([read_capture(file, plan.source.max_capture_bytes)], stages)
