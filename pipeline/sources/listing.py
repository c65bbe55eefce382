"""What a source names: the files of folders, globs and addresses, in the order of their names.

Names are relative to the source, so that a corpus gives the same records wherever it lies.
"""

import glob
import os
import re
from collections.abc import Collection, Iterable, Sequence
from pathlib import Path, PurePosixPath
from typing import NamedTuple

import msgspec

from pipeline.errors import SourceError, UnreadableError
from pipeline.places import file_system, is_address
from pipeline.sources.files import FORM_BYTES, is_page, is_regular, start_of
from pipeline.sources.members import member_content, names_in
from pipeline.sources.source import (
    ARCHIVE_ENDINGS,
    COMPRESSED_ENDINGS,
    HTML_ENDINGS,
    PAGE_ENDINGS,
    SIDECAR_ENDING,
    STANDARD_INPUT,
    STANDARD_INPUT_NAME,
    ZIP_ENDINGS,
    Listing,
    Source,
    SourceFile,
    kind_of,
    plain_name,
    recordable,
)

_GLOB = re.compile(r"[*?\[]")
_QUERY = re.compile(r"[?@]")
"""What mirrors have between a page's name and what it was asked for."""
_ENDING = re.compile(r"\.[a-z][a-z0-9]{0,4}")
_MADE_BY_SERVERS = frozenset(
    (
        *HTML_ENDINGS,
        ".php",
        ".php3",
        ".phtml",
        ".asp",
        ".aspx",
        ".jsp",
        ".cgi",
        ".cfm",
        ".do",
        ".pl",
    )
)
"""Endings of pages in mirrors, and of programs: what begins as a page is one."""
OF_MACOS = "__MACOSX/"
"""Where its archives keep what belongs to files, under their names."""


def list_captures(source: Source, base: Path) -> Listing:
    """Return the files of a source; raise a SourceError if a path of it names nothing."""
    files: dict[str, SourceFile] = {}
    places: set[tuple[str, str]] = set()
    left_aside: list[str] = []
    for path in source.paths:
        found = _list_path(path, base)
        left_aside += found.left_aside
        prefix = f"{found.root}/" if len(source.paths) > 1 and found.root else ""
        for file in found.files:
            stored = file.path if is_address(file.path) else os.path.abspath(file.path)
            place = (stored, file.member)
            if place in places and file.path != STANDARD_INPUT:
                continue
            places.add(place)
            named = msgspec.structs.replace(file, name=prefix + file.name)
            other = files.setdefault(named.name, named)
            if (other.path, other.member) != (named.path, named.member):
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
            f"captures end in {', '.join(PAGE_ENDINGS)}, archives of them in "
            f"{', '.join((*archives, *ZIP_ENDINGS))}, all but Parquet and those two also with "
            f"{' or '.join(COMPRESSED_ENDINGS)}",
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
        return _named_itself(place.name, str(place))
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
            return _named_itself(path.rpartition("/")[2], address)
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


def _named_itself(name: str, path: str) -> _Found:
    """Return a file that the source names: read as a capture, whatever its ending."""
    if name.lower().endswith(ZIP_ENDINGS):
        return _Found(*_members(name, path), "")
    kind = "json lines" if plain_name(name).lower().endswith(".json") else kind_of(name)
    return _Found([SourceFile(recordable(name), path, kind or "capture")], [], "")


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
    """Return files that are read by their ending or beginning, and the names of the others."""
    files: list[SourceFile] = []
    left_aside: list[str] = []
    names = {name for name, _ in named}
    for name, path in named:
        kind = kind_of(name)
        if kind:
            files.append(SourceFile(recordable(name), path, kind))
        elif name.lower().endswith(ZIP_ENDINGS) and is_regular(path):
            inside, others = _members(name, path)
            files += inside
            left_aside += others
        elif may_be_page(name) and is_page(start_of(path)):
            files.append(SourceFile(recordable(name), path))
        elif not _is_sidecar(name, names):
            left_aside.append(recordable(name))
    return _Found(files, left_aside, root)


def _members(name: str, path: str) -> tuple[list[SourceFile], list[str]]:
    """Return the files in a ZIP file that are read, and the names of the others in it.

    Of a WACZ these are its WARCs; its lists of pages are none. One that is broken is a file that
    cannot be read.
    """
    try:
        members = names_in(path)
    except UnreadableError:
        return [SourceFile(recordable(name), path)], []
    files: list[SourceFile] = []
    left_aside: list[str] = [] if members else [recordable(name)]
    is_wacz = name.lower().endswith(".wacz")
    names = set(members)
    latest = {member: at for at, member in enumerate(members)}
    for at, member in enumerate(members):
        called = recordable(f"{name}/{member}")
        kind = None if member.startswith(OF_MACOS) else kind_of(member)
        if kind is None and not is_wacz and may_be_page(member):
            kind = "capture" if is_page(member_content(path, member, FORM_BYTES)) else None
        if kind is None or latest[member] != at or (is_wacz and kind != "warc"):
            left_aside += [] if _is_sidecar(member, names) else [called]
        else:
            files.append(SourceFile(called, path, kind, member=member))
    return files, left_aside


def may_be_page(name: str) -> bool:
    """Tell whether a file may be a page though its name does not say so: mirrors have such.

    >>> [may_be_page(name) for name in ("a.php", "a.html?page=2", "news", "news.2024", "a.jpg")]
    [True, True, True, True, False]
    """
    called = PurePosixPath(name).name
    ending = PurePosixPath(_QUERY.split(called, maxsplit=1)[0]).suffix.lower()
    return ending in _MADE_BY_SERVERS or not _ENDING.fullmatch(ending)


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
        for ending in PAGE_ENDINGS
        for compression in ("", *COMPRESSED_ENDINGS)
    )
