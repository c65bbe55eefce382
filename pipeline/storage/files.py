"""Files that appear whole or not at all."""

import contextlib
import errno
import io
import os
import secrets
import shutil
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any, BinaryIO, cast

from pipeline.errors import OutputError
from pipeline.places import is_address

if TYPE_CHECKING:
    from _typeshed import ReadableBuffer

PARTIAL = ".partial"
"""Ending of a file that is being written; what a killed run left of them is swept by the next.

Before it stands a name that nobody else writes to: a node that was given up may still be alive."""

DEVICES = Path("/dev")
"""What stands here is no file, though /dev/stdout leads to one where output is redirected."""
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
def written_where_named(path: Path) -> Iterator[BinaryIO]:
    """Yield a stream to write to a file as `written_whole` does, or into a device or a pipe."""
    if is_stream(path):
        with unwritten(path), path.open("ab") as stream:
            yield stream
    else:
        with written_whole(path) as stream:
            yield stream


def is_stream(path: Path) -> bool:
    """Tell whether a path names a device or a pipe: no file can take its place.

    >>> is_stream(Path("/dev/stdout")), is_stream(Path("report.html"))
    (True, False)
    """
    if is_address(str(path)) or not path.exists():
        return False
    return DEVICES in path.absolute().parents or not (path.is_file() or path.is_dir())


@contextlib.contextmanager
def unwritten(path: Path) -> Iterator[None]:
    """Raise an OutputError for what the system says of a file that cannot be written.

    A pipe that nobody reads any more is none: the command ends quietly.
    """
    try:
        yield
    except BrokenPipeError:
        raise
    except OSError as error:
        problem = f"cannot be written ({error.strerror or error})"
        remedy = _REMEDIES.get(error.errno or 0, "check the folder, its rights and space")
        if error.errno in _REMEDIES:
            problem += f", {_wanted(error, path)}"
        raise OutputError(str(path), problem, remedy) from error


WANTED = "wanted"
"""Name of what an error of writing knows beside its number: how many bytes were to be written."""
_GO_ON = "call the same command again: what is complete stays"
_FULL = f"make space there, or name another folder, and {_GO_ON}"
_REMEDIES = {
    errno.ENOSPC: _FULL,
    errno.EDQUOT: _FULL,
    errno.EFBIG: f"raise the limit of a file's size (`ulimit -f`, or the disk's), and {_GO_ON}",
}


def _wanted(error: OSError, path: Path) -> str:
    """Return how much of a file was to be written, as far as is known, and how much space is."""
    wanted = getattr(error, WANTED, 0)
    said = [f"{wanted:,} bytes of it were ready"] if wanted else []
    with contextlib.suppress(OSError):
        said.append(f"{shutil.disk_usage(_existing(path)).free:,} are free on the disk")
    return ", ".join(said)


def _existing(path: Path) -> Path:
    return next(each for each in path.absolute().parents if each.exists())


class _Counting(io.FileIO):
    """A file that says in an error how many of its bytes were to be written."""

    def write(self, content: "ReadableBuffer", /) -> int:
        try:
            return super().write(content)
        except OSError as error:
            wanted = self.tell() + memoryview(content).nbytes
            setattr(error, WANTED, wanted)
            raise


def opened_to_write(path: Path) -> BinaryIO:
    """Return a file to write to, whose errors say how much of it was to be written."""
    return io.BufferedWriter(_Counting(path, "w"))


@contextlib.contextmanager
def _renamed_whole(path: Path) -> Iterator[BinaryIO]:
    beside = path.with_name(f"{path.name}.{secrets.token_hex(4)}{PARTIAL}")
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        with opened_to_write(beside) as stream:
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
