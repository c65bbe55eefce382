"""Files that appear whole or not at all."""

import contextlib
import os
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any, BinaryIO, cast

from pipeline.errors import OutputError
from pipeline.places import is_address

PARTIAL = ".partial"
"""Ending of a file that is being written; what a killed run left of them is swept by the next."""


@contextlib.contextmanager
def written_whole(path: Path) -> Iterator[BinaryIO]:
    """Yield a stream to write to; the file is there when all is written, and not before.

    On this machine it takes its name then. A store at an address shows a file when it is closed.
    """
    try:
        write = _stored_whole if is_address(str(path)) else _renamed_whole
        with write(path) as stream:
            yield stream
    except OSError as error:
        problem = error.strerror or str(error)
        raise OutputError(
            str(path), f"cannot be written ({problem})", "check the folder, its rights and space"
        ) from error


@contextlib.contextmanager
def _renamed_whole(path: Path) -> Iterator[BinaryIO]:
    beside = path.with_name(path.name + PARTIAL)
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        with beside.open("wb") as stream:
            yield stream
        os.replace(beside, path)
    finally:
        with contextlib.suppress(OSError):
            beside.unlink(missing_ok=True)


@contextlib.contextmanager
def _stored_whole(path: Path) -> Iterator[BinaryIO]:
    path.parent.mkdir(parents=True, exist_ok=True)
    stream: Any = path.open("wb")
    try:
        yield cast("BinaryIO", stream)
    except BaseException:
        with contextlib.suppress(
            AttributeError
        ):  # in fsspec a buffered file is closed when it goes
            stream.discard()
            stream.closed = True
        with contextlib.suppress(OSError):  # some stores show a file from its first byte on
            path.unlink(missing_ok=True)
        raise
    stream.close()


def sweep(folder: Path, keep: frozenset[str], is_own: Callable[[Path], bool]) -> tuple[Path, ...]:
    """Remove partial files, and shards of former runs, from a folder; return the latter.

    `is_own` tells a shard that this software wrote; files of others stay.
    """
    removed: list[Path] = []
    for path in sorted(folder.glob("shard-*")) if folder.is_dir() else ():
        if path.name.endswith(PARTIAL):
            path.unlink()
        elif path.name not in keep and is_own(path):
            path.unlink()
            removed.append(path)
    return tuple(removed)
