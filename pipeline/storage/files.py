"""Files that appear whole or not at all."""

import contextlib
import os
import secrets
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any, BinaryIO, cast

from pipeline.errors import OutputError
from pipeline.places import is_address

PARTIAL = ".partial"
"""Ending of a file that is being written; what a killed run left of them is swept by the next.

Before it stands a name that nobody else writes to: a node that was given up may still be alive."""

SHARDS = ("shard-*", "*=*/shard-*")
"""Where a dataset's files stand in its folder: in it, or in its partitions."""


@contextlib.contextmanager
def written_whole(path: Path) -> Iterator[BinaryIO]:
    """Yield a stream to write to; the file is there when all is written, and not before.

    On this machine it takes its name then. A store at an address shows a file when it is closed.
    """
    write = _stored_whole if is_address(str(path)) else _renamed_whole
    with unwritten(path), write(path) as stream:
        yield stream


@contextlib.contextmanager
def unwritten(path: Path) -> Iterator[None]:
    """Raise an OutputError for what the system says of a file that cannot be written."""
    try:
        yield
    except OSError as error:
        problem = error.strerror or str(error)
        raise OutputError(
            str(path), f"cannot be written ({problem})", "check the folder, its rights and space"
        ) from error


@contextlib.contextmanager
def _renamed_whole(path: Path) -> Iterator[BinaryIO]:
    beside = path.with_name(f"{path.name}.{secrets.token_hex(4)}{PARTIAL}")
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


def sweep(folder: Path, keep: frozenset[Path], is_own: Callable[[Path], bool]) -> tuple[Path, ...]:
    """Remove partial files, and shards of former runs, from a folder; return the latter.

    `is_own` tells a shard that this software wrote; files of others stay.
    """
    removed: list[Path] = []
    found = [path for each in SHARDS for path in folder.glob(each)] if folder.is_dir() else []
    for path in sorted(found):
        if path.name.endswith(PARTIAL):
            path.unlink()
        elif path not in keep and is_own(path):
            path.unlink()
            removed.append(path)
        if path.parent != folder:
            with contextlib.suppress(OSError):  # it has other files
                path.parent.rmdir()
    return tuple(removed)


def sweep_partial(folder: Path) -> None:
    """Remove what killed runs left of the files beside the datasets."""
    for path in folder.glob(f"*{PARTIAL}"):
        path.unlink()
