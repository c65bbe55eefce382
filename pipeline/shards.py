"""From captures to shards: one unit of work, whoever calls it.

`run_part` is that unit. An executor decides where it runs, nothing else: the shards, their names
and their bytes are the same in this process and in a pool.

A part of the source is read by one worker and makes one shard or several: of files of one capture
each one shard, of an archive one for each run of records.
"""

import gc
import hashlib
from collections import Counter, deque
from collections.abc import Iterator, Sequence
from contextlib import suppress
from itertools import count
from typing import Literal

import msgspec
import pyarrow as pa

from pipeline.document import Document
from pipeline.errors import WorkingShardError
from pipeline.options import Stage
from pipeline.places import place_of
from pipeline.plan import Plan, plan_fingerprint, resolved
from pipeline.pool import Begin, Report
from pipeline.running import compiled_between, run_stages
from pipeline.sites.counted import CountedShard, counted_path
from pipeline.sources.archives import readable_after, records_of
from pipeline.sources.captures import read_capture
from pipeline.sources.files import (
    fingerprint,
    rejected_capture,
    rejected_record,
    state_of,
)
from pipeline.sources.parts import Part
from pipeline.sources.records import (
    Extent,
    Record,
    fingerprint_of,
    rejected,
    rejected_from,
    rest_name,
)
from pipeline.sources.source import SourceFile
from pipeline.stages import STAGE_NAMES, stage_name
from pipeline.storage import ParquetShard, ShardStamp, is_complete, read_stamp, to_json
from pipeline.storage.working import (
    Header,
    WorkingShard,
    read_header,
    read_working,
    working_path,
)

SHARD_BYTES = 16 << 20
"""A shard of an archive's records ends after so many bytes of them."""
MAX_READINGS = 3
"""A shard of which a file is written to while it is read is done so often; then it stays as it is,
and the next run does it again."""
WRITE = STAGE_NAMES[-1]


class Task(msgspec.Struct, frozen=True):
    """What to do with a part of the source: the stages from `first` to `last`."""

    plan: Plan
    part: Part
    first: str
    last: str
    records_a_shard: int
    into: Literal["records", "counts"] = "records"
    """What becomes of the documents: shards of the stage's, or counts of what sites repeat."""
    rejected: tuple[tuple[int, str], ...] = ()
    """Places in the part of captures that are not read, each with the reason; a place that
    `reading` gives is where its archive is not read on."""


def reading(place: int) -> int:
    """Return how workers call the reading of the record at a place, before it is cleaned.

    >>> reading(0), reading(reading(5))
    (-2, 5)
    """
    return -2 - place


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


class Shard(msgspec.Struct, frozen=True):
    """Captures that are cleaned and written together."""

    name: str
    place: int
    """How many captures of the part stand before."""
    files: tuple[SourceFile, ...] = ()
    """Captures, or"""
    records: deque[Record] = msgspec.field(default_factory=deque)
    """those of an archive; each is let go of as it is cleaned, so it can be done once."""

    @property
    def captures(self) -> Sequence[SourceFile | Record]:
        """What is read one after the other."""
        return self.files or self.records

    def fingerprint(self) -> str:
        """Return the SHA-256 of the captures: of their names and contents."""
        return fingerprint(self.files) if self.files else fingerprint_of(self.records)


def shards_of(task: Task, left_aside: Counter[str], begin: Begin | None = None) -> Iterator[Shard]:
    """Yield the shards of a part: all of its captures, or so many records of its archive."""
    part = task.part
    if part.extent is None:
        yield Shard(f"shard-{part.name}", 0, part.files)
        return
    waiting: deque[Record] = deque()
    place = size = number = 0
    for record in _records(task, left_aside, begin):
        waiting.append(record)
        size += len(record.raw)
        if len(waiting) >= task.records_a_shard or size >= SHARD_BYTES:
            records = len(waiting)
            yield Shard(f"shard-{part.name}-{number:05}", place, records=waiting)
            place += records
            number += 1
            waiting, size = deque(), 0
    if waiting:
        yield Shard(f"shard-{part.name}-{number:05}", place, records=waiting)


def _records(task: Task, left_aside: Counter[str], begin: Begin | None) -> Iterator[Record]:
    """Yield the records of a task's archive, as far as it is to be read.

    A worker can die over the reading of a record, too: what it says it has in hand then is not the
    record, which nobody has seen, but the rest of the archive, or of a row group.
    """
    (file,) = task.part.files
    extent = task.part.extent or Extent()
    stops = dict(task.rejected)
    last = rest_name(file, extent.first - 1)
    records = records_of(file, extent, task.plan.source, left_aside)
    for place in count():
        if reason := stops.get(reading(place)):
            behind = readable_after(file, extent, _number_in(last))
            lost = "what follows in it" if behind is None else "what follows in its row group"
            yield rejected(last, f"{reason}; {lost} is lost")
            if behind is None:
                return
            extent, last = behind, rest_name(file, behind.first - 1)
            records = records_of(file, extent, task.plan.source, left_aside)
            continue
        if begin is not None:
            begin(reading(place))
        record = next(records, None)
        if record is None:
            return
        last = f"{record.name.removesuffix('+')}+"
        yield record


def _number_in(name: str) -> int:
    """Return the number of the last record that the name of a rest gives.

    >>> _number_in("a:7/b.parquet:12+"), _number_in("a.parquet")
    (12, 0)
    """
    number = name.removesuffix("+").rpartition(":")[2]
    return int(number) if name.endswith("+") and number.isdecimal() else 0


def run_part(task: Task, report: Report, begin: Begin | None = None) -> Outcome:
    """Do a task; a shard whose result is there already and bears the same stamp is left as it is.

    `begin` is called with the place of each capture before it is read.
    """
    left_aside: Counter[str] = Counter()
    outcomes = [
        _run_shard(task, shard, report, begin) for shard in shards_of(task, left_aside, begin)
    ]
    return Outcome(tuple(outcomes), dict(left_aside))


def _run_shard(task: Task, shard: Shard, report: Report, begin: Begin | None) -> ShardOutcome:
    """Clean a shard, unless it is complete.

    If a file of it is written to meanwhile, it is done again: its fingerprint would be that of
    other bytes than were read.
    """
    captures = len(shard.captures)
    for reading_number in range(1, MAX_READINGS + 1):
        last = reading_number == MAX_READINGS
        before = _states(task, shard)
        stamp = _stamp(task, shard)
        if _is_done(task, shard.name, stamp):
            report(captures)
            break
        stages = _compiled(task, stamp.plan)
        with suppress(_ChangedError), _sink(task, shard.name, _unlike(stamp, last)) as sink:
            for documents in captures_of(task, shard, begin):
                cleaned = run_stages(documents, stages)
                sink.add(cleaned)
                report(1, int(any(document.rejected for document in cleaned)))
            if not last and _states(task, shard) != before:
                raise _ChangedError
            return ShardOutcome(shard.name, True, captures)
        report = _counted_before
    return ShardOutcome(shard.name, False, captures)


def _compiled(task: Task, plan: str) -> list[tuple[str, Stage]]:
    """Return a task's stages, given its plan's fingerprint.

    They are kept from one part of the source to the next: rules take a second to compile.
    """
    key = (plan, task.first, task.last)
    if key not in _kept:
        is_first = not _kept
        _kept.clear()
        _kept[key] = compiled_between(task.plan, task.first, task.last)
        if is_first:
            _settle()
    return _kept[key]


def _settle() -> None:
    """Make the process ready to clean page after page, now that all is loaded.

    What is loaded stays: garbage need not be sought in it with each page. Arrow takes memory where
    all else does: its own allocator gives back next to none of it.
    """
    gc.collect()
    gc.freeze()
    pa.set_memory_pool(pa.system_memory_pool())


_kept: dict[tuple[str, str, str], list[tuple[str, Stage]]] = {}
"""The stages that this process compiled last."""


class _ChangedError(Exception):
    """A file was written to while its shard was cleaned; nothing of the shard is kept."""


def _counted_before(captures: int, rejected: int = 0) -> None:
    """Report nothing: the captures were counted when they were read first."""


def _states(task: Task, shard: Shard) -> list[int]:
    """Return the states of the files that are read for a shard; records are in memory."""
    return [state_of(file) for file in shard.files] if task.first == STAGE_NAMES[0] else []


def _stamp(task: Task, shard: Shard) -> ShardStamp:
    return ShardStamp(plan_fingerprint(task.plan, task.last), _source_fingerprint(task, shard))


def _unlike(stamp: ShardStamp, unlike: bool) -> ShardStamp:
    """Return a stamp, or one that no captures have: the next run does the shard again."""
    if not unlike:
        return stamp
    source = hashlib.sha256(f"{stamp.source} changed".encode()).hexdigest()
    return ShardStamp(stamp.plan, source)


def _sink(task: Task, name: str, stamp: ShardStamp) -> ParquetShard | WorkingShard | CountedShard:
    """Return what takes a shard's documents; it is complete when it is left without an error."""
    folder = place_of(task.plan.folder)
    if task.into == "counts":
        return CountedShard(counted_path(folder, name), stamp)
    if task.last == WRITE:
        plan = to_json(resolved(task.plan))
        return ParquetShard(folder, name, task.plan.output, stamp, plan)
    header = Header(task.last, stamp.plan, stamp.source)
    return WorkingShard(working_path(folder, task.last, name), header)


def _source_fingerprint(task: Task, shard: Shard) -> str:
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
    if task.into == "counts":
        return read_stamp(counted_path(folder, name)) == stamp
    if task.last == WRITE:
        return is_complete(folder, name, stamp)
    header = read_header(working_path(folder, task.last, name))
    return header == Header(task.last, stamp.plan, stamp.source)


def captures_of(task: Task, shard: Shard, begin: Begin | None) -> Iterator[list[Document]]:
    """Yield for each capture of a shard its documents as the first stage takes them."""
    if task.first != STAGE_NAMES[0]:
        before = _stage_before(task.plan, task.first)
        yield from read_working(working_path(place_of(task.plan.folder), before, shard.name))
        return
    reasons = dict(task.rejected)
    files = iter(shard.files)
    for place in range(shard.place, shard.place + len(shard.captures)):
        if begin is not None:
            begin(place)
        reason = reasons.get(place, "")
        yield [_read(shard.records.popleft() if shard.records else next(files), reason, task.plan)]


def _read(capture: SourceFile | Record, reason: str, plan: Plan) -> Document:
    """Return a capture, or the capture rejected for a reason."""
    if isinstance(capture, SourceFile) and reason:
        return rejected_capture(capture, f"read: {reason}")
    try:
        if isinstance(capture, SourceFile):
            return read_capture(capture, plan.source)
        document = capture.document()
    except Exception as error:  # noqa: BLE001  whatever one record does, the next is read
        return rejected_record(capture.name, f"read: {type(error).__name__}: {error}")
    return rejected_from(document, f"read: {reason}") if reason else document


def without_capture(task: Task, place: int, reason: str) -> Task:
    """Return a task that rejects one capture unread, or reads its archive no further."""
    return msgspec.structs.replace(task, rejected=(*task.rejected, (place, reason)))
