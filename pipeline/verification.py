"""What became of an output since its run ended: all of it counted and hashed again."""

import hashlib
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import msgspec
import pyarrow as pa

from pipeline.errors import OutputError
from pipeline.manifest import (
    Manifest,
    WrittenShard,
    fingerprint_of_sources,
    read_manifest,
    sha256_of,
    written_file,
)
from pipeline.storage import (
    DATASETS,
    ShardStamp,
    document_files,
    read_columns,
    read_stamp,
    shard_path,
    to_json,
)
from pipeline.storage.files import PARTIAL
from pipeline.summary import REPORT_NAME
from pipeline.totals import summed, totals_of

HIDDEN = (".", "_")
LISTED = 50
"""Most problems of rows that are named."""


def problems_of(folder: Path) -> list[str]:
    """Return what is missing, doubled or changed in an output folder since its run ended."""
    manifest = read_manifest(folder)
    found = [*_of_the_manifest(folder, manifest), *_foreign(folder, manifest)]
    whole = True
    for shard in manifest.shards:
        for name in shard.files:
            problem = _of_a_file(folder, name, shard, manifest.plan_fingerprint)
            whole = whole and not problem.startswith(("missing", "broken"))
            found += [problem] if problem else []
    if whole:
        try:
            found += _of_rows(folder, manifest)
        except OutputError as error:
            found.append(f"broken: rows that cannot be read ({error})")
    return found


def resized(folder: Path, manifest: Manifest) -> list[str]:
    """Return the files that are missing, of another size than the run wrote, or not of it.

    It reads no file, so it says nothing of a change that leaves the size as it was.
    """
    found = list(_foreign(folder, manifest))
    for shard in manifest.shards:
        for name, wanted in shard.files.items():
            path = folder / name
            if not path.exists():
                found.append(f"missing: {name}")
            elif (size := path.stat().st_size) != wanted.bytes:
                found.append(f"changed: {name} has {size:,} bytes, not {wanted.bytes:,}")
    return found


def _of_the_manifest(folder: Path, manifest: Manifest) -> Iterator[str]:
    """Yield what in the manifest does not follow from the rest of it, and a changed report."""
    plan = hashlib.sha256(to_json(manifest.plan).encode()).hexdigest()
    if plan != manifest.plan_fingerprint and manifest.shards:
        yield "changed: the plan in the manifest is not the one of its fingerprint"
    sources = fingerprint_of_sources(shard.source for shard in manifest.shards)
    if sources != manifest.source_fingerprint:
        yield "changed: source_fingerprint in the manifest is not that of its shards"
    report = folder / REPORT_NAME
    if not report.is_file():
        yield f"missing: {REPORT_NAME}"
    elif sha256_of(report) != manifest.report:
        yield f"changed: {REPORT_NAME}"


def _foreign(folder: Path, manifest: Manifest) -> Iterator[str]:
    """Yield the files in the datasets' folders that readers of them would read and no run wrote.

    Readers of a folder take all of it for Parquet but what is hidden, by a dot or an underscore.
    What a killed run left there, or beside them, is named, too.
    """
    known = {name for shard in manifest.shards for name in shard.files}
    places = [folder / dataset for dataset in DATASETS]
    found = [path for place in places if place.is_dir() for path in place.rglob("*")]
    for path in sorted([*found, *folder.glob(f"*{PARTIAL}")]):
        name = path.relative_to(folder).as_posix()
        hidden = any(part.startswith(HIDDEN) for part in path.relative_to(folder).parts)
        if name in known or hidden or path.is_dir():
            continue
        if name.endswith(PARTIAL):
            yield f"left of a run that was killed: {name}; the next run removes it"
        else:
            yield f"not of the run: {name}"


def _of_a_file(folder: Path, name: str, shard: WrittenShard, plan: str) -> str:
    """Return what is wrong with a file of a shard, or ``."""
    path = folder / name
    wanted = shard.files[name]
    if not path.exists():
        return f"missing: {name}, of {wanted.rows:,} rows"
    try:
        written = written_file(path)
    except (OSError, pa.ArrowException) as error:
        return f"broken: {name} cannot be read ({str(error).partition(chr(10))[0]})"
    if written != wanted:
        return (
            f"changed: {name} has {written.rows:,} rows and SHA-256 {written.sha256[:16]}…, "
            f"the manifest says {wanted.rows:,} and {wanted.sha256[:16]}…"
        )
    if read_stamp(path) != ShardStamp(plan, shard.source):
        return f"changed: {name} was made by another plan or of other captures than it says"
    return ""


def _of_rows(folder: Path, manifest: Manifest) -> list[str]:
    """Return which captures, lines and documents are doubled or missing, and wrong totals."""
    found = list(dict.fromkeys(_of_captures(folder, manifest)))
    more = len(found) - LISTED
    found[LISTED:] = [f"… and {more:,} more"] if more > 0 else []
    counted = {shard.name: totals_of(folder, shard.name) for shard in manifest.shards}
    found += [
        f"changed: {shard.name} has {counted[shard.name].captures:,} captures, "
        f"the manifest says {shard.captures:,}"
        for shard in manifest.shards
        if counted[shard.name].captures != shard.captures
    ]
    then = msgspec.to_builtins(manifest.totals)
    now = msgspec.to_builtins(summed(counted.values()))
    return found + [
        f"changed: {name} are {now[name]:,}, the manifest says {then[name]:,}"
        for name in now
        if now[name] != then[name]
    ]


def _of_captures(folder: Path, manifest: Manifest) -> Iterator[str]:
    """Yield which captures, lines and documents are doubled or missing."""
    shard_of: dict[str, str] = {}
    for shard in manifest.shards:
        rows = read_columns(shard_path(folder, "audit", shard.name), ["capture", "line"])
        lines: Counter[str] = Counter()
        highest: Counter[str] = Counter()
        for capture, line in zip(*(column.to_pylist() for column in rows.columns), strict=True):
            lines[capture] += line > 0
            highest[capture] = max(highest[capture], line)
        for capture, count in lines.items():
            if capture in shard_of:
                yield f"doubled: capture {capture} is in {shard_of[capture]} and {shard.name}"
            shard_of[capture] = shard.name
            if count != highest[capture]:
                how = "doubled" if count > highest[capture] else "missing"
                yield f"{how}: a line of capture {capture} in {shard.name}"
        ids: Counter[str] = Counter()
        for path in document_files(folder, shard.name):
            documents = read_columns(path, ["id", "capture"])
            ids.update(documents["id"].to_pylist())
            for capture in documents["capture"].to_pylist():
                if capture not in lines:
                    yield f"missing: the lines of capture {capture}, which has a document"
        yield from (f"doubled: document {each}" for each, count in ids.items() if count > 1)
