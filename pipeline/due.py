"""What a run would do: which shards, and why."""

import json
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

from pipeline.execution import tasks_of
from pipeline.places import place_of
from pipeline.plan import Plan, plan_fingerprint, resolved
from pipeline.shards import WRITE, shards_of
from pipeline.sources.source import Listing
from pipeline.stages import STAGE_NAMES
from pipeline.storage import (
    DATASETS,
    ShardStamp,
    document_files,
    footer_of,
    is_complete,
    read_stamp,
    shard_files,
    shard_path,
    to_json,
)

FINGERPRINTS = ("code", "configs")
"""Parts of a plan that say that something changed, not what."""


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
    for task in tasks_of(plan, listing.files, STAGE_NAMES[0], WRITE):
        for shard in shards_of(task, Counter()):
            stamp = ShardStamp(fingerprint_now, shard.fingerprint())
            yield Due(shard.name, len(shard.captures), _why(folder, shard.name, stamp, plan))


def _why(folder: Path, name: str, wanted: ShardStamp, plan: Plan) -> str:
    """Return why a shard is to be done, or ``."""
    if is_complete(folder, name, wanted):
        return ""
    audit = read_stamp(shard_path(folder, "audit", name))
    if audit is None:
        there = any(path.stem == name for path in shard_files(folder, "documents"))
        return "one of its files is lost" if there else "not written yet"
    stamps = [audit, *map(read_stamp, document_files(folder, name))]
    if None in stamps:
        return "one of its files is lost"
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
