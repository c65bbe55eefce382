"""Files that appear whole or not at all."""

import contextlib
import os
from collections.abc import Callable, Iterator
from pathlib import Path

from pipeline.errors import OutputError

PARTIAL = ".partial"
"""Ending of a file that is being written; what a killed run left of them is swept by the next."""


@contextlib.contextmanager
def written_whole(path: Path) -> Iterator[Path]:
    """Yield a path to write to, which takes its final name only when all is written."""
    beside = path.with_name(path.name + PARTIAL)
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        yield beside
        os.replace(beside, path)
    except OSError as error:
        problem = error.strerror or str(error)
        raise OutputError(
            str(path), f"cannot be written ({problem})", "check the folder, its rights and space"
        ) from error
    finally:
        with contextlib.suppress(OSError):
            beside.unlink(missing_ok=True)


def sweep(folder: Path, keep: frozenset[str], is_own: Callable[[Path], bool]) -> tuple[Path, ...]:
    """Remove partial files, and shards of former runs, from a folder; return the latter.

    `is_own` tells a shard that this software wrote; files of others stay.
    """
    removed: list[Path] = []
    for path in sorted(folder.glob("shard-*")):
        if path.name.endswith(PARTIAL):
            path.unlink()
        elif path.name not in keep and is_own(path):
            path.unlink()
            removed.append(path)
    return tuple(removed)
