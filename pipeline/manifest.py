"""manifest.json: what a run wrote and of what, so that anyone can check it, on any machine.

It names no place, time or machine: two runs of the same plan over the same captures have the same
manifest, byte for byte.
"""

import hashlib
import json
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from pathlib import Path

import msgspec
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from pipeline.document import Label
from pipeline.errors import OutputError
from pipeline.storage import (
    DATASETS,
    ShardStamp,
    read_rows,
    read_stamp,
    shard_files,
    shard_path,
)
from pipeline.storage.files import written_whole
from pipeline.storage.schema import SCHEMA_VERSION

NAME = "manifest.json"
LISTED = 50
"""Most problems of one kind that are named."""


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
    documents: WrittenFile
    audit: WrittenFile


class Totals(msgspec.Struct, frozen=True):
    """Totals of a run. captures = published + rejected + empty."""

    captures: int
    published: int
    rejected: int
    empty: int
    documents: int
    lines: int
    """Lines of all captures."""


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


def manifest_of(
    folder: Path, corpus: str, plan: dict[str, object], left_aside: Mapping[str, int]
) -> Manifest:
    """Return the manifest of what stands in an output folder.

    Raises OutputError if a shard has no stamp, or shards are of different plans.
    """
    stamps = {path.stem: _stamp(path) for path in shard_files(folder, "audit")}
    plans = {stamp.plan for stamp in stamps.values()}
    if len(plans) > 1:
        raise OutputError(str(folder), "has shards of different plans", "run it again")
    counted = {name: _counted(folder, name) for name in stamps}
    sources = "\n".join(stamp.source for stamp in stamps.values())
    return Manifest(
        corpus=corpus,
        schema_version=SCHEMA_VERSION,
        plan_fingerprint=next(iter(plans), ""),
        plan=plan,
        source_fingerprint=hashlib.sha256(sources.encode()).hexdigest(),
        shards=tuple(
            WrittenShard(
                name,
                counted[name].captures,
                stamp.source,
                *(written_file(shard_path(folder, dataset, name)) for dataset in DATASETS),
            )
            for name, stamp in stamps.items()
        ),
        left_aside=dict(sorted(left_aside.items())),
        totals=_summed(counted.values()),
    )


def _stamp(path: Path) -> ShardStamp:
    stamp = read_stamp(path)
    if stamp is None:
        raise OutputError(str(path), "is no shard of a run", "move it elsewhere, or run again")
    return stamp


def _rows(path: Path, *columns: str) -> Iterator[dict[str, object]]:
    for row in read_rows([path], columns):
        yield dict(row)


def written_file(path: Path) -> WrittenFile:
    """Return what a file is: its rows, size and SHA-256."""
    with path.open("rb") as stream:
        digest = hashlib.file_digest(stream, "sha256").hexdigest()
    with path.open("rb") as stream:
        rows = pq.read_metadata(stream).num_rows
    return WrittenFile(rows, path.stat().st_size, digest)


def _counted(folder: Path, name: str) -> Totals:
    """Return the totals of one shard, counted over its rows; no capture is in two of them."""
    audit = _columns(shard_path(folder, "audit", name), ["capture", "line", "label"])
    documents = _columns(shard_path(folder, "documents", name), ["capture"])
    status = audit.filter(pc.equal(audit["line"], 0))["label"]
    return Totals(
        captures=_distinct(audit["capture"]),
        published=_distinct(documents["capture"]),
        rejected=_occurrences(status, Label.REJECTED),
        empty=_occurrences(status, Label.EMPTY),
        documents=documents.num_rows,
        lines=audit.num_rows - len(status),
    )


def _columns(path: Path, names: list[str]) -> pa.Table:
    with path.open("rb") as stream:
        return pq.ParquetFile(stream).read(columns=names, use_threads=False)


def _distinct(values: pa.ChunkedArray) -> int:
    return int(pc.count_distinct(values).as_py())


def _occurrences(values: pa.ChunkedArray, value: str) -> int:
    return int(pc.sum(pc.equal(values, value)).as_py() or 0)


def _summed(totals: Iterable[Totals]) -> Totals:
    rows = [msgspec.structs.astuple(each) for each in totals]
    return Totals(*map(sum, zip(*rows, strict=True))) if rows else Totals(0, 0, 0, 0, 0, 0)


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
        raise OutputError(str(path), "is not there", "name a folder that a run wrote") from error
    except (OSError, ValueError, msgspec.DecodeError) as error:
        raise OutputError(str(path), f"is no manifest ({error})", "run the corpus again") from error


def problems_of(folder: Path) -> list[str]:
    """Return what is missing, doubled or changed in an output folder since its run ended."""
    manifest = read_manifest(folder)
    found: list[str] = []
    known = {f"{shard.name}.parquet" for shard in manifest.shards}
    for dataset in DATASETS:
        others = [path for path in shard_files(folder, dataset) if path.name not in known]
        found += [f"not of the run: {dataset}/{path.name}" for path in others]
    readable = True
    for shard in manifest.shards:
        for dataset in DATASETS:
            problem = _problem_of(folder, dataset, shard, manifest.plan_fingerprint)
            readable = readable and not problem.startswith(("missing", "broken"))
            found += [problem] if problem else []
    try:
        found += _problems_of_all_rows(folder, manifest) if readable else []
    except (OSError, KeyError, pa.ArrowException) as error:
        found.append(f"broken: rows that cannot be read ({str(error).partition(chr(10))[0]})")
    return found


def _problems_of_all_rows(folder: Path, manifest: Manifest) -> list[str]:
    found: list[str] = []
    if manifest.shards:
        found += _problems_of_rows(folder)
        totals = _summed(_counted(folder, shard.name) for shard in manifest.shards)
        then = msgspec.to_builtins(manifest.totals)
        found += [
            f"changed: {name} are {now:,}, the manifest says {then[name]:,}"
            for name, now in msgspec.to_builtins(totals).items()
            if now != then[name]
        ]
    return found


def _problem_of(folder: Path, dataset: str, shard: WrittenShard, plan: str) -> str:
    """Return what is wrong with a file of a shard, or ``."""
    path = shard_path(folder, dataset, shard.name)
    name = f"{dataset}/{path.name}"
    wanted: WrittenFile = getattr(shard, dataset)
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


def _problems_of_rows(folder: Path) -> list[str]:
    """Return which captures, lines and documents are doubled, or missing."""
    found: list[str] = []
    lines: dict[object, tuple[int, int]] = {}
    """Capture → highest number of its lines, and how many there are."""
    shard_of: dict[object, str] = {}
    for path in shard_files(folder, "audit"):
        for row in _rows(path, "capture", "line"):
            capture = row["capture"]
            if shard_of.setdefault(capture, path.stem) != path.stem:
                found.append(
                    f"doubled: capture {capture} is in {shard_of[capture]} and {path.stem}"
                )
            number = int(str(row["line"]))
            highest, count = lines.get(capture, (0, 0))
            lines[capture] = (max(highest, number), count + (number > 0))
    for capture, (highest, count) in lines.items():
        if count > highest:
            found.append(f"doubled: a line of capture {capture} in {shard_of[capture]}")
        elif count < highest:
            found.append(f"missing: a line of capture {capture} in {shard_of[capture]}")
    seen: set[object] = set()
    for document in read_rows(shard_files(folder, "documents"), ("id", "capture")):
        if document["id"] in seen:
            found.append(f"doubled: document {document['id']}")
        if document["capture"] not in shard_of:
            found.append(f"missing: the lines of document {document['id']} in the audit")
        seen.add(document["id"])
    return _shortened(found)


def _shortened(problems: Sequence[str]) -> list[str]:
    """Return distinct problems, not more than a person reads."""
    distinct = list(dict.fromkeys(problems))
    more = len(distinct) - LISTED
    return distinct[:LISTED] + ([f"… and {more:,} more"] if more > 0 else [])
