"""Stages and work that end their process, for the pool. Importable: they run in other processes."""

import os
import signal
import time
from collections.abc import Callable, Iterable
from pathlib import Path

from pipeline.document import Document
from pipeline.options import StageOptions
from pipeline.pool import Begin, Report
from pipeline.shards import reading


class Killer(StageOptions, frozen=True, tag="strip-boilerplate"):
    """Passes documents on, unless a line says what to do to the process."""

    def compile(self, configs: Path) -> Callable[[Document], Iterable[Document]]:
        del configs

        def kill(document: Document) -> Iterable[Document]:
            for line in document.lines:
                obey(line.text)
            yield document

        return kill


def obey(command: str) -> None:
    word, _, rest = command.partition(" ")
    if word == "KILL":
        os.kill(os.getpid(), signal.SIGKILL)
    if word == "EXIT":
        os._exit(int(rest))
    if word == "LOOP":
        while True:
            time.sleep(0.05)
    if word == "WAIT":
        time.sleep(float(rest))
    if word == "ONCE" and not Path(rest).exists():
        Path(rest).touch()
        os.kill(os.getpid(), signal.SIGKILL)


def doubled(task: int, report: Report, begin: Begin) -> int:
    """Return a number doubled; some do something else."""
    begin(0)
    if task == 13:
        raise ValueError("thirteen")
    report(1)
    return 2 * task


def dead_outside(task: int, report: Report, begin: Begin) -> int:
    """Die with no capture in hand."""
    os._exit(7)


def dead_reading(task: int, report: Report, begin: Begin) -> int:
    """Die over the reading of the fourth record, unless the task says not to read it."""
    if task == reading(3):
        return task
    begin(reading(3))
    os._exit(7)


def not_read(task: int, place: int, reason: str) -> int:
    """Return a task that names the place that is not to be read."""
    return place


def unchanged(task: int, place: int, reason: str) -> int:
    """Return a task as it is."""
    return task
