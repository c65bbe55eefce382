"""What a source names: the files of folders, globs and addresses, in the order of their names.

Names are relative to the source, so that a corpus gives the same records wherever it lies.
"""

import glob
import os
import re
from collections.abc import Collection, Iterable, Sequence
from pathlib import Path
from typing import NamedTuple

import msgspec

from pipeline.errors import SourceError
from pipeline.places import file_system, is_address
from pipeline.sources.source import (
    ARCHIVE_ENDINGS,
    COMPRESSED_ENDINGS,
    HTML_ENDINGS,
    SIDECAR_ENDING,
    STANDARD_INPUT,
    STANDARD_INPUT_NAME,
    TEXT_ENDINGS,
    Listing,
    Source,
    SourceFile,
    kind_of,
    plain_name,
    recordable,
)

_GLOB = re.compile(r"[*?\[]")


def list_captures(source: Source, base: Path) -> Listing:
    """Return the files of a source; raise a SourceError if a path of it names nothing."""
    files: dict[str, SourceFile] = {}
    places: set[str] = set()
    left_aside: list[str] = []
    for path in source.paths:
        found = _list_path(path, base)
        left_aside += found.left_aside
        prefix = f"{found.root}/" if len(source.paths) > 1 and found.root else ""
        for file in found.files:
            place = file.path if is_address(file.path) else os.path.abspath(file.path)
            if place in places and file.path != STANDARD_INPUT:
                continue
            places.add(place)
            named = msgspec.structs.replace(file, name=prefix + file.name)
            other = files.setdefault(named.name, named)
            if other.path != named.path:
                raise SourceError(
                    path,
                    f"two captures would be called {named.name}: {other.path} and {named.path}",
                    "name their common folder instead",
                )
    ordered = tuple(files[name] for name in sorted(files))
    if not ordered:
        archives = (ending for endings in ARCHIVE_ENDINGS.values() for ending in endings)
        raise SourceError(
            ", ".join(source.paths),
            "no capture found",
            f"captures end in {', '.join(TEXT_ENDINGS + HTML_ENDINGS)}, archives of them in "
            f"{', '.join(archives)}, all but Parquet also with {' or '.join(COMPRESSED_ENDINGS)}",
        )
    return Listing(ordered, tuple(sorted(left_aside)))


class _Found(NamedTuple):
    """What one path of a source names."""

    files: list[SourceFile]
    left_aside: list[str]
    root: str
    """Name of the folder that the names are relative to, `` for a file named itself."""


def _fixed_part(pattern: Path) -> Path:
    """Return the folder of a glob above its first wildcard, or the path itself.

    >>> _fixed_part(Path("raw/2019/*.txt")).as_posix()
    'raw/2019'
    """
    parts = pattern.parts
    for at, part in enumerate(parts):
        if _GLOB.search(part):
            return Path(*parts[:at])
    return pattern


def _list_path(path: str, base: Path) -> _Found:
    if path == STANDARD_INPUT:
        return _Found([SourceFile(STANDARD_INPUT_NAME, STANDARD_INPUT)], [], "")
    if is_address(path):
        return _list_address(path)
    place = base / Path(path).expanduser()
    if place.is_dir():
        return _sorted_out(_below(_walk(place), place), place.resolve().name)
    if place.exists():
        return _Found([_named_itself(place.name, str(place))], [], "")
    if _GLOB.search(path):
        root = _fixed_part(place)
        matches = [Path(match) for match in glob.glob(str(place), recursive=True)]
        inside = [
            each for match in matches for each in (_walk(match) if match.is_dir() else [match])
        ]
        if inside:
            return _sorted_out(_below(sorted(set(inside)), root), root.resolve().name)
        raise SourceError(path, "matches no file", f"the pattern begins in {root}; check it")
    near = sorted(each.name for each in place.parent.glob("*"))[:8] if place.parent.is_dir() else []
    remedy = f"beside it are: {', '.join(near)}" if near else f"{place.parent} does not exist"
    raise SourceError(path, f"there is no such file or folder ({place})", remedy)


def _list_address(address: str) -> _Found:
    """Return what an address names: all files below it, those that its wildcards match, or it."""
    system = file_system(address)
    path = system._strip_protocol(address).rstrip("/")
    try:
        if _GLOB.search(path):
            root = _GLOB.split(path)[0].rpartition("/")[0]
            inside = [each for each in system.glob(path) if system.isfile(each)]
        elif system.isfile(path):
            return _Found([_named_itself(path.rpartition("/")[2], address)], [], "")
        else:
            root, inside = path, system.find(path)
    except Exception as error:
        raise SourceError(
            address, f"cannot be listed ({type(error).__name__}: {error})", "check the address"
        ) from error
    if not inside:
        raise SourceError(address, "there is no such file or folder", "check the address")
    named = [(each[len(root) :].lstrip("/"), system.unstrip_protocol(each)) for each in inside]
    return _sorted_out(sorted(named), root.rpartition("/")[2])


def _named_itself(name: str, path: str) -> SourceFile:
    """Return a file that the source names: read as a capture, whatever its ending."""
    kind = "json lines" if plain_name(name).lower().endswith(".json") else kind_of(name)
    return SourceFile(recordable(name), path, kind or "capture")


def _below(paths: Iterable[Path], root: Path) -> list[tuple[str, str]]:  # names and paths
    return [(path.relative_to(root).as_posix(), str(path)) for path in paths]


def _walk(folder: Path) -> list[Path]:
    """Return all files below a folder, in order, and the links to folders, which lead anywhere."""
    return [
        Path(root) / name
        for root, folders, names in os.walk(folder, onerror=_raise_unlisted)
        for name in sorted(names + [each for each in folders if (Path(root) / each).is_symlink()])
        if folders.sort() is None
    ]


def _raise_unlisted(error: OSError) -> None:
    raise SourceError(
        str(error.filename), f"cannot be listed ({error.strerror})", "check its rights"
    )


def _sorted_out(named: Sequence[tuple[str, str]], root: str) -> _Found:
    """Return files that are read by their ending, and the names of the others."""
    files: list[SourceFile] = []
    left_aside: list[str] = []
    names = {name for name, _ in named}
    for name, path in named:
        kind = kind_of(name)
        if kind:
            files.append(SourceFile(recordable(name), path, kind))
        elif not _is_sidecar(name, names):
            left_aside.append(recordable(name))
    return _Found(files, left_aside, root)


def _is_sidecar(name: str, names: Collection[str]) -> bool:
    """Tell whether a file is the sidecar of a capture beside it.

    >>> _is_sidecar("a/b.txt.url", ["a/b.txt"]), _is_sidecar("a/b.url", ["a/b.html.gz"])
    (True, True)
    >>> _is_sidecar("b.url", ["c.txt"])
    False
    """
    if not name.endswith(SIDECAR_ENDING):
        return False
    stem = name[: -len(SIDECAR_ENDING)]
    return stem in names or any(
        f"{stem}{ending}{compression}" in names
        for ending in (*TEXT_ENDINGS, *HTML_ENDINGS)
        for compression in ("", *COMPRESSED_ENDINGS)
    )
