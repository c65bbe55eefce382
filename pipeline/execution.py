"""From captures to shards: one unit of work, whoever calls it.

`run_part` is that unit. An executor decides where it runs, nothing else: the shards, their names
and their bytes are the same in this process and in a pool.

A part of the source is read by one worker and makes one shard or several: of files of one capture
each one shard, of an archive one for each run of records.
"""

import json
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path
from typing import NamedTuple

import msgspec

from pipeline.document import Document
from pipeline.errors import WorkingShardError
from pipeline.options import Stage
from pipeline.places import place_of
from pipeline.plan import Plan, plan_fingerprint, resolved
from pipeline.pool import Begin, Report, run_supervised
from pipeline.sources.files import fingerprint, read_capture, rejected_capture, rejected_record
from pipeline.sources.parts import Part, parts_of
from pipeline.sources.records import Record, fingerprint_of, records_of, rejected_from
from pipeline.sources.source import Listing, SourceFile
from pipeline.stages import STAGE_NAMES, stage_name
from pipeline.storage import (
    DATASETS,
    ParquetShard,
    ShardStamp,
    footer_of,
    is_complete,
    read_stamp,
    shard_files,
    shard_path,
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
SHARD_BYTES = 16 << 20
"""A shard of an archive's records ends after so many bytes of them."""
ALONE = 100
"""So few captures are cleaned in this process, whatever the workers: a pool takes longer."""
WRITE = STAGE_NAMES[-1]
FINGERPRINTS = ("code", "configs")
"""Parts of a plan that say that something changed, not what."""


class Task(msgspec.Struct, frozen=True):
    """What to do with a part of the source: the stages from `first` to `last`."""

    plan: Plan
    part: Part
    first: str
    last: str
    records_a_shard: int
    rejected: tuple[tuple[int, str], ...] = ()
    """Places in the part of captures that are not read, each with the reason."""


class ShardOutcome(msgspec.Struct, frozen=True):
    """What became of a shard."""

    name: str
    done: bool
    """False if it was complete before."""
    captures: int


class Outcome(msgspec.Struct, frozen=True):
    """What became of a task."""

    shards: tuple[ShardOutcome, ...]
    left_aside: dict[str, int]
    """Records of an archive that are no captures, by what they are."""


class _Shard(msgspec.Struct, frozen=True):
    """Captures that are cleaned and written together."""

    name: str
    place: int
    """How many captures of the part stand before."""
    files: tuple[SourceFile, ...] = ()
    """Captures, or"""
    records: tuple[Record, ...] = ()
    """those of an archive."""

    @property
    def captures(self) -> Sequence[SourceFile | Record]:
        """What is read one after the other."""
        return self.files or self.records

    def fingerprint(self) -> str:
        """Return the SHA-256 of the captures: of their names and contents."""
        return fingerprint(self.files) if self.files else fingerprint_of(self.records)


def _shards(task: Task, left_aside: Counter[str]) -> Iterator[_Shard]:
    """Yield the shards of a part: all of its captures, or so many records of its archive."""
    part = task.part
    if part.extent is None:
        yield _Shard(f"shard-{part.name}", 0, part.files)
        return
    (file,) = part.files
    waiting: list[Record] = []
    place = size = number = 0
    for record in records_of(file, part.extent, task.plan.source, left_aside):
        waiting.append(record)
        size += len(record.raw)
        if len(waiting) >= task.records_a_shard or size >= SHARD_BYTES:
            yield _Shard(f"shard-{part.name}-{number:05}", place, records=tuple(waiting))
            place += len(waiting)
            number += 1
            waiting, size = [], 0
    if waiting:
        yield _Shard(f"shard-{part.name}-{number:05}", place, records=tuple(waiting))


def run_part(task: Task, report: Report, begin: Begin | None = None) -> Outcome:
    """Do a task; a shard whose result is there already and bears the same stamp is left as it is.

    `begin` is called with the place of each capture before it is read.
    """
    left_aside: Counter[str] = Counter()
    stages: list[tuple[str, Stage]] = []
    outcomes = [
        _run_shard(task, shard, stages, report, begin) for shard in _shards(task, left_aside)
    ]
    return Outcome(tuple(outcomes), dict(left_aside))


def _run_shard(
    task: Task,
    shard: _Shard,
    stages: list[tuple[str, Stage]],
    report: Report,
    begin: Begin | None,
) -> ShardOutcome:
    """Clean a shard, unless it is complete; `stages` are filled when they are first needed."""
    plan = task.plan
    folder = place_of(plan.folder)
    count = len(shard.captures)
    source = _source_fingerprint(task, shard)
    stamp = ShardStamp(plan_fingerprint(plan, task.last), source)
    if _is_done(task, shard.name, stamp):
        report(count)
        return ShardOutcome(shard.name, False, count)
    stages += [] if stages else _compiled(plan, task.first, task.last)
    with _sink(task, shard.name, stamp, folder) as sink:
        for documents in _captures(task, shard, begin):
            cleaned = run_stages(documents, stages)
            sink.add(cleaned)
            report(1, int(any(document.rejected for document in cleaned)))
    return ShardOutcome(shard.name, True, count)


def _sink(task: Task, name: str, stamp: ShardStamp, folder: Path) -> ParquetShard | WorkingShard:
    """Return what takes a shard's documents; it is complete when it is left without an error."""
    if task.last == WRITE:
        plan = to_json(resolved(task.plan))
        return ParquetShard(folder, name, task.plan.output, stamp, plan)
    header = Header(task.last, stamp.plan, stamp.source)
    return WorkingShard(working_path(folder, task.last, name), header)


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

    Beside `_read` this is the only broad `except` of the package: whatever one page does to a
    stage, the run goes on, and the page is listed with the reason.
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


def _source_fingerprint(task: Task, shard: _Shard) -> str:
    """Return the fingerprint of a shard's captures: of their bytes, or as the work shard has it."""
    if task.first == STAGE_NAMES[0]:
        return shard.fingerprint()
    return _input_header(task, shard.name).source


def _input_header(task: Task, name: str) -> Header:
    """Return the header of the working shard to read; raise if it is missing or stale."""
    before = _stage_before(task.plan, task.first)
    path = working_path(place_of(task.plan.folder), before, name)
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


def _is_done(task: Task, name: str, stamp: ShardStamp) -> bool:
    folder = place_of(task.plan.folder)
    if task.last == WRITE:
        return is_complete(folder, name, stamp)
    header = read_header(working_path(folder, task.last, name))
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


def _captures(task: Task, shard: _Shard, begin: Begin | None) -> Iterator[list[Document]]:
    """Yield for each capture of a shard its documents as the first stage takes them."""
    if task.first != STAGE_NAMES[0]:
        before = _stage_before(task.plan, task.first)
        yield from read_working(working_path(place_of(task.plan.folder), before, shard.name))
        return
    rejected = dict(task.rejected)
    for place, capture in enumerate(shard.captures, start=shard.place):
        if begin is not None:
            begin(place)
        yield [_read(capture, rejected.get(place, ""), task.plan)]


def _read(capture: SourceFile | Record, rejected: str, plan: Plan) -> Document:
    """Return a capture, or the capture rejected for a reason."""
    if isinstance(capture, SourceFile):
        if rejected:
            return rejected_capture(capture, rejected)
        return read_capture(capture, plan.source.max_capture_bytes)
    try:
        document = capture.document()
    except Exception as error:  # noqa: BLE001  whatever one record does, the next is read
        return rejected_record(capture.name, f"read: {type(error).__name__}: {error}")
    return rejected_from(document, rejected) if rejected else document


def _without(task: Task, place: int, reason: str) -> Task:
    return msgspec.structs.replace(task, rejected=(*task.rejected, (place, f"read: {reason}")))


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


def run_all(
    plan: Plan, listing: Listing, first: str, last: str, workers: int, report: Report
) -> Run:
    """Run the stages over all captures.

    When all is done, shards of former runs and what killed runs left are removed.
    """
    parts = parts_of(listing.files, CAPTURES_PER_SHARD)
    tasks = [Task(plan, part, first, last, CAPTURES_PER_SHARD) for part in parts]
    archives = any(part.extent is not None for part in parts)
    supervised = len(tasks) > 1 or len(listing.files) > ALONE or archives
    if workers > 1 and supervised and first == STAGE_NAMES[0]:
        seconds = plan.source.max_capture_seconds
        outcomes = run_supervised(tasks, run_part, _without, workers, seconds, report)
    else:
        outcomes = [run_part(task, report) for task in tasks]
    shards = sorted((s for outcome in outcomes for s in outcome.shards), key=_shard_name)
    removed = _swept(place_of(plan.folder), last, frozenset(shard.name for shard in shards))
    left_aside: Counter[str] = Counter()
    for outcome in outcomes:
        left_aside.update(outcome.left_aside)
    return Run(tuple(shards), removed, dict(sorted(left_aside.items())))


class Due(NamedTuple):
    """A shard that a run would do, or leave as it is."""

    name: str
    captures: int
    reason: str
    """Why it would be done; `` if it is up to date."""


def due_shards(plan: Plan, listing: Listing) -> Iterator[Due]:
    """Yield for each shard of a run whether it would be done, and why; nothing is written."""
    folder = place_of(plan.folder)
    fingerprint_now = plan_fingerprint(plan)
    for part in parts_of(listing.files, CAPTURES_PER_SHARD):
        task = Task(plan, part, STAGE_NAMES[0], WRITE, CAPTURES_PER_SHARD)
        for shard in _shards(task, Counter()):
            stamp = ShardStamp(fingerprint_now, shard.fingerprint())
            yield Due(shard.name, len(shard.captures), _why(folder, shard.name, stamp, plan))


def _why(folder: Path, name: str, wanted: ShardStamp, plan: Plan) -> str:
    """Return why a shard is to be done, or ``."""
    if is_complete(folder, name, wanted):
        return ""
    stamps = [read_stamp(shard_path(folder, dataset, name)) for dataset in DATASETS]
    if None in stamps:
        return "not written yet" if stamps == [None, None] else "one of its files is lost"
    if any(stamp is not None and stamp.plan != wanted.plan for stamp in stamps):
        then = json.loads(footer_of(shard_path(folder, "audit", name))["pipeline.plan"])
        changed = ", ".join(differences(then, json.loads(to_json(resolved(plan)))))
        return f"the plan changed: {changed}"
    return "its captures changed"


def differences(then: object, now: object, place: str = "") -> Iterator[str]:
    """Yield where two plans differ; fingerprints are only named.

    >>> list(differences({"a": 1, "code": "x"}, {"a": 2, "code": "y"}))
    ['a from 1 to 2', 'code']
    """
    if isinstance(then, dict) and isinstance(now, dict):
        for key in sorted({*then, *now}):
            yield from differences(then.get(key), now.get(key), f"{place}{key} ")
    elif isinstance(then, list) and isinstance(now, list) and len(then) == len(now):
        for one, other in zip(then, now, strict=True):
            stage = one.get("stage", "") if isinstance(one, dict) else ""
            yield from differences(one, other, f"{place}{stage} " if stage else place)
    elif then != now:
        name = place.strip().removeprefix("stages ")
        yield name if name in FINGERPRINTS else f"{name} from {then} to {now}"


def stale_shards(plan: Plan, names: frozenset[str]) -> list[Path]:
    """Return the shards of former runs that a run with these shards would remove."""
    folder = place_of(plan.folder)
    return [
        path
        for dataset in DATASETS
        for path in shard_files(folder, dataset)
        if path.stem not in names and read_stamp(path) is not None
    ]


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


def documents_of(plan: Plan, files: Iterable[SourceFile]) -> Iterator[list[Document]]:
    """Yield for each capture its documents after all stages, in this process, nothing written."""
    stages = compiled_stages(plan)
    for part in parts_of(tuple(files), 1):
        task = Task(plan, part, STAGE_NAMES[0], WRITE, 1)
        for shard in _shards(task, Counter()):
            for documents in _captures(task, shard, None):
                yield run_stages(documents, stages)
