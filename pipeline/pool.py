"""A supervised pool: a worker that dies is replaced, a page that two die on is rejected.

A page can end a process without an exception: a crash in a C library, memory that the system takes
back, a loop without end. Each worker says in shared memory which capture it has in hand and since
when. When it dies, or has one in hand for too long, another worker takes its place and does the
shard again; what kills a second one is left out, with that reason, and its neighbours are kept.
"""

import multiprocessing
import os
import signal
import threading
import time
from collections import Counter, deque
from collections.abc import Callable, Sequence
from multiprocessing.connection import Connection, wait
from multiprocessing.context import SpawnContext, SpawnProcess
from typing import Generic, Protocol, TypeAlias, TypeVar

import msgspec

from pipeline.errors import PipelineError

POLL_SECONDS = 0.2
MAX_DEATHS = 2
"""A capture that so many workers died on is rejected."""
MAX_DEATHS_OUTSIDE = 5
"""So many workers may die over one shard with no capture in hand, before the run ends."""
_IDLE = -1


class Report(Protocol):
    """Called with the number of captures done since the last call, and of those rejected."""

    def __call__(self, captures: int, rejected: int = 0, /) -> None:
        """Take note of it."""


TaskT = TypeVar("TaskT")
ResultT = TypeVar("ResultT")
Begin = Callable[[int], None]
"""Called with the place in the shard of the capture that comes next."""


Work: TypeAlias = Callable[[TaskT, Report, Begin], ResultT]
"""Does a task; importable by name, as it runs in another process."""
Without: TypeAlias = Callable[[TaskT, int, str], TaskT]
"""Returns a task that rejects one capture unread, given its place and the reason."""


class WorkerError(PipelineError):
    """Workers that die again and again over no capture. Exit code 1."""


class _State(Protocol):
    """What a worker shares: the capture in hand, since when (ns); captures done, and rejected."""

    def __getitem__(self, place: int, /) -> int: ...
    def __setitem__(self, place: int, value: int, /) -> None: ...


class _Failure(msgspec.Struct, frozen=True):
    error: Exception


class _Worker(Generic[TaskT, ResultT]):
    """One process and its end of the pipe."""

    def __init__(self, context: SpawnContext, work: Work[TaskT, ResultT]) -> None:
        self.state: _State = context.Array("q", [_IDLE, 0, 0, 0], lock=False)
        self.connection, theirs = context.Pipe()
        self.process: SpawnProcess = context.Process(
            target=_serve, args=(work, theirs, self.state), daemon=True
        )
        self.process.start()
        theirs.close()
        self.at = _IDLE
        """The place of the task in hand."""

    def give(self, at: int, task: TaskT) -> None:
        """Hand a task over."""
        self.state[0], self.state[2], self.state[3] = _IDLE, 0, 0
        self.at = at
        self.connection.send(task)

    def overdue(self, seconds: float) -> bool:
        """Tell whether it has a capture in hand for longer."""
        begun = self.state[1]
        return self.state[0] != _IDLE and time.monotonic_ns() - begun > seconds * 1e9

    def end(self) -> None:
        """Kill the process, whatever it does."""
        self.process.kill()
        self.process.join()
        self.connection.close()


def run_supervised(
    tasks: Sequence[TaskT],
    work: Work[TaskT, ResultT],
    without: Without[TaskT],
    workers: int,
    max_seconds: float,
    report: Report,
) -> list[ResultT]:
    """Return the results of tasks, in their order, done by so many processes.

    Raises what `work` raises, and WorkerError if workers die with no capture in hand.
    """
    run = _Run(tasks, work, without, max_seconds, report)
    try:
        return run.all(min(workers, len(tasks)))
    finally:
        for worker in run.workers:
            worker.end()


class _Run(Generic[TaskT, ResultT]):
    """All that one run of the pool knows."""

    def __init__(
        self,
        tasks: Sequence[TaskT],
        work: Work[TaskT, ResultT],
        without: Without[TaskT],
        max_seconds: float,
        report: Report,
    ) -> None:
        self.tasks = list(tasks)
        self.work = work
        self.without = without
        self.max_seconds = max_seconds
        self.report = report
        self.context = multiprocessing.get_context("spawn")
        self.waiting = deque(range(len(tasks)))
        self.results: dict[int, ResultT] = {}
        self.deaths: Counter[tuple[int, int]] = Counter()
        self.shown: dict[int, tuple[int, int]] = {}
        self.workers: list[_Worker[TaskT, ResultT]] = []

    def all(self, size: int) -> list[ResultT]:
        """Return all results, in the order of the tasks."""
        self.workers = [_Worker(self.context, self.work) for _ in range(size)]
        while len(self.results) < len(self.tasks):
            for worker in self.workers:
                if worker.at == _IDLE and self.waiting:
                    self._give(worker)
            ready = wait(
                [each.connection for each in self.workers if each.at != _IDLE], POLL_SECONDS
            )
            for place, worker in enumerate(self.workers):
                if worker.at == _IDLE:
                    continue
                self._show(worker)
                if worker.connection in ready:
                    self._take(place)
                elif worker.overdue(self.max_seconds):
                    self._bury(place, f"took longer than {self.max_seconds:g} seconds")
        return [self.results[at] for at in range(len(self.tasks))]

    def _give(self, worker: "_Worker[TaskT, ResultT]") -> None:
        at = self.waiting.popleft()
        try:
            worker.give(at, self.tasks[at])
        except OSError:  # it died while it waited; its end of the pipe says so in the next round
            worker.at = at

    def _show(self, worker: "_Worker[TaskT, ResultT]") -> None:
        """Report what is done of a task, but not again what a dead worker had done."""
        done, rejected = worker.state[2], worker.state[3]
        done_before, rejected_before = self.shown.get(worker.at, (0, 0))
        if done > done_before:
            self.report(done - done_before, max(0, rejected - rejected_before))
            self.shown[worker.at] = (done, max(rejected, rejected_before))

    def _take(self, place: int) -> None:
        """Take a worker's answer; a pipe that is closed says that it is dead."""
        worker = self.workers[place]
        try:
            answer = worker.connection.recv()
        except (EOFError, OSError):
            worker.process.join()
            self._bury(place, f"was ended by {_ending(worker.process.exitcode)}")
            return
        if isinstance(answer, _Failure):
            raise answer.error
        self._show(worker)
        self.results[worker.at] = answer
        worker.at = _IDLE

    def _bury(self, place: int, how: str) -> None:
        """Put another worker in the place of one, and its task back first in the queue."""
        worker = self.workers[place]
        at, capture = worker.at, worker.state[0]
        worker.end()
        self.deaths[at, capture] += 1
        if capture == _IDLE and self.deaths[at, capture] >= MAX_DEATHS_OUTSIDE:
            raise WorkerError(
                "worker process",
                f"{how} {MAX_DEATHS_OUTSIDE} times with no page in hand",
                "is memory short? try fewer --workers",
            )
        if capture != _IDLE and self.deaths[at, capture] >= MAX_DEATHS:
            reason = f"the worker process {how} over it, twice"
            self.tasks[at] = self.without(self.tasks[at], capture, reason)
        self.waiting.appendleft(at)
        self.workers[place] = _Worker(self.context, self.work)


def _ending(code: int | None) -> str:
    """Return how a process ended.

    >>> _ending(-9), _ending(1)
    ('signal 9 (SIGKILL)', 'exit code 1')
    """
    if code is not None and code < 0:
        try:
            return f"signal {-code} ({signal.Signals(-code).name})"
        except ValueError:
            return f"signal {-code}"
    return f"exit code {code}"


def _serve(work: Work[TaskT, ResultT], connection: Connection, state: _State) -> None:
    """Do tasks until the parent ends. Ctrl-C is the parent's to handle."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    threading.Thread(target=_end_with_parent, daemon=True).start()

    def begin(place: int) -> None:
        state[1] = time.monotonic_ns()
        state[0] = place

    def report(captures: int, rejected: int = 0) -> None:
        state[3] += rejected
        state[2] += captures
        state[0] = _IDLE

    while True:
        try:
            task = connection.recv()
        except EOFError:
            return
        try:
            answer: object = work(task, report, begin)
        except Exception as error:  # noqa: BLE001  the parent raises it
            answer = _Failure(error)
        connection.send(answer)


def _end_with_parent() -> None:
    """Wait for the parent to end, however it ends, and end at once: its shard is not complete."""
    parent = multiprocessing.parent_process()
    if parent is not None:
        parent.join()
        os._exit(1)
