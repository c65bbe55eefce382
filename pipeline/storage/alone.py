"""One run at a time in a folder: a second one would sweep away what the first is writing."""

import contextlib
import fcntl
import os
from collections.abc import Iterator
from pathlib import Path

from pipeline.errors import OutputError
from pipeline.places import is_address


@contextlib.contextmanager
def alone_in(folder: str) -> Iterator[None]:
    """Hold a folder against other runs; raise an OutputError while another one holds it.

    The lock is on the folder itself, so that nothing is left of it, even of a process that was
    killed. There is none at an address, nor where the file system knows no locks. A folder made
    for it goes again if nothing was written.
    """
    if is_address(folder):
        yield
        return
    path = Path(folder).absolute()
    with contextlib.ExitStack() as stack:
        with contextlib.suppress(OSError):  # the first file to be written says why there is none
            made = [each for each in (path, *path.parents) if not each.exists()]
            path.mkdir(parents=True, exist_ok=True)
            held = os.open(path, os.O_RDONLY)
            stack.callback(os.close, held)
            _lock(held, folder)
            stack.callback(_remove_empty, made)  # while it is held: it may be another's next
        yield


def _lock(held: int, folder: str) -> None:
    try:
        fcntl.flock(held, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError as error:
        raise OutputError(
            folder,
            "another run is writing there",
            "wait until it has ended, or name another folder",
        ) from error


def _remove_empty(folders: list[Path]) -> None:
    with contextlib.suppress(OSError):
        for folder in folders:
            folder.rmdir()
