"""manifest.json: what a run wrote and of what, so that anyone can check it, on any machine.

It names no place, time or machine: two runs of the same plan over the same captures have the same
manifest, byte for byte.
"""

import hashlib
import json
from collections.abc import Collection, Iterable, Mapping
from pathlib import Path

import msgspec
import pyarrow.parquet as pq

from pipeline.errors import OutputError
from pipeline.storage import ShardStamp, document_files, read_stamp, shard_files, shard_path
from pipeline.storage.files import written_whole
from pipeline.storage.schema import SCHEMA_VERSION
from pipeline.summary import REPORT_NAME
from pipeline.totals import Totals, summed, totals_of

NAME = "manifest.json"


class WrittenFile(msgspec.Struct, frozen=True):
    """One file of a shard."""

    rows: int
    bytes: int
    sha256: str


class WrittenShard(msgspec.Struct, frozen=True):
    """One shard: what it was made of, and its files."""

    name: str
    captures: int
    source: str
    """Fingerprint of its captures: of their names and contents."""
    files: dict[str, WrittenFile]
    """Of both datasets, by their place in the output."""


class Manifest(msgspec.Struct, frozen=True, kw_only=True):
    """What stands in an output folder."""

    corpus: str
    schema_version: int
    plan_fingerprint: str
    plan: dict[str, object]
    """All that shapes the output, with the versions of code and packages."""
    source_fingerprint: str
    """SHA-256 of the fingerprints of all shards' captures, in order."""
    shards: tuple[WrittenShard, ...]
    left_aside: dict[str, int]
    """Records of archives that are no captures, by what they are."""
    totals: Totals
    report: str
    """SHA-256 of the report beside it."""


def manifest_of(
    folder: Path, corpus: str, plan: dict[str, object], left_aside: Mapping[str, int]
) -> Manifest:
    """Return the manifest of what stands in an output folder, its report with it.

    Raises OutputError if a shard has no stamp, or shards are of different plans.
    """
    stamps = {path.stem: _stamp(path) for path in shard_files(folder, "audit")}
    plans = {stamp.plan for stamp in stamps.values()}
    if len(plans) > 1:
        raise OutputError(str(folder), "has shards of different plans", "run it again")
    counted = {name: totals_of(folder, name) for name in stamps}
    return Manifest(
        corpus=corpus,
        schema_version=SCHEMA_VERSION,
        plan_fingerprint=next(iter(plans), ""),
        plan=plan,
        source_fingerprint=fingerprint_of_sources(stamp.source for stamp in stamps.values()),
        shards=tuple(
            WrittenShard(
                name,
                counted[name].captures,
                stamp.source,
                {
                    path.relative_to(folder).as_posix(): written_file(path)
                    for path in (shard_path(folder, "audit", name), *document_files(folder, name))
                },
            )
            for name, stamp in stamps.items()
        ),
        left_aside=dict(sorted(left_aside.items())),
        totals=summed(counted.values()),
        report=sha256_of(folder / REPORT_NAME),
    )


def fingerprint_of_sources(sources: Iterable[str]) -> str:
    """Return the SHA-256 of the fingerprints of shards' captures, in order."""
    return hashlib.sha256("\n".join(sources).encode()).hexdigest()


def sha256_of(path: Path) -> str:
    """Return the SHA-256 of a file."""
    with path.open("rb") as stream:
        return hashlib.file_digest(stream, "sha256").hexdigest()


def _stamp(path: Path) -> ShardStamp:
    stamp = read_stamp(path)
    if stamp is None:
        raise OutputError(str(path), "is no shard of a run", "move it elsewhere, or run again")
    return stamp


def written_file(path: Path) -> WrittenFile:
    """Return what a file is: its rows, size and SHA-256."""
    with path.open("rb") as stream:
        rows = pq.read_metadata(stream).num_rows
    return WrittenFile(rows, path.stat().st_size, sha256_of(path))


def changed_since(former: Manifest, now: Manifest, done: Collection[str]) -> list[str]:
    """Return the shards that a run left as they were and that are not as they were written."""
    before = {shard.name: shard for shard in former.shards}
    return [
        shard.name
        for shard in now.shards
        if shard.name not in done
        and shard.name in before
        and now.plan_fingerprint == former.plan_fingerprint
        and shard.source == before[shard.name].source
        and shard != before[shard.name]
    ]


def write_manifest(manifest: Manifest, folder: Path) -> Path:
    """Write a manifest beside the datasets and return where."""
    path = folder / NAME
    content = msgspec.json.encode(manifest)
    with written_whole(path) as stream:
        stream.write(
            json.dumps(json.loads(content), ensure_ascii=False, indent=1, sort_keys=True).encode()
        )
        stream.write(b"\n")
    return path


def read_manifest(folder: Path) -> Manifest:
    """Return the manifest of an output folder; raise an OutputError if there is none."""
    path = folder / NAME
    try:
        return msgspec.json.decode(path.read_bytes(), type=Manifest)
    except FileNotFoundError as error:
        if shard_files(folder, "audit"):
            raise OutputError(
                str(path),
                "is not there: the run was interrupted",
                "the same `pipeline run` goes on from there",
            ) from error
        raise OutputError(str(path), "is not there", "name a folder that a run wrote") from error
    except (OSError, ValueError, msgspec.DecodeError) as error:
        raise OutputError(str(path), f"is no manifest ({error})", "run the corpus again") from error
