"""Tasks on a Ray cluster: each where a core is free, with the result of one process.

A worker or a node that dies takes with it what it had in hand; that task is done again elsewhere,
in a process of its own that is supervised as on one machine (`pool`), so that a page which kills is
found and rejected there. Captures are read, and shards written, where the task is done; between the
machines travel names and numbers only.
"""

import faulthandler
import os
import socket
from collections import Counter, deque
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any, NamedTuple

import msgspec

from pipeline.errors import PipelineError, SourceError
from pipeline.places import is_address
from pipeline.plan import Plan, plan_fingerprint
from pipeline.pool import Report, WorkerError, run_supervised
from pipeline.shards import Outcome, Task, run_part, without_capture
from pipeline.sources.source import STANDARD_INPUT, SourceFile

MAX_DEATHS = 5
"""So many workers or nodes may die over one task before the run ends."""
WAITING_A_CORE = 3
"""So many tasks a core are handed to the cluster at once, for none of its cores to wait."""
ANSWER_SECONDS = 10.0
_ON_LOOPBACK = {"RAY_ENABLE_WINDOWS_OR_OSX_CLUSTER": "0", "RAY_USAGE_STATS_ENABLED": "0"}
"""A cluster that a run starts for itself listens on this machine alone, and tells nobody of it; Ray
reads the first when it is imported."""


class ClusterError(PipelineError):
    """A cluster that cannot be used. Exit code 1."""


class Done(NamedTuple):
    """A task's outcome, and how many of its captures were rejected."""

    outcome: Outcome
    rejected: int


def on_ray(tasks: Sequence[Task], workers: int | None, report: Report) -> list[Outcome]:
    """Return the outcomes of tasks, in their order, done by so many workers, or all there are.

    Joins the cluster that `RAY_ADDRESS` names (`auto`: the one of this machine), or else starts one
    on this machine. Raises what a task raises, ClusterError if Ray is not there or a node has
    another version of what shapes the output, and WorkerError if workers die again and again over
    one task.
    """
    ray = _ray()
    everywhere = [_everywhere(task) for task in tasks]
    with _joined(ray, workers) as cores:
        return _Run(ray, everywhere, workers or cores * WAITING_A_CORE, report).all()


def _ray() -> Any:
    if not os.environ.get("RAY_ADDRESS"):
        os.environ.update({**_ON_LOOPBACK, **os.environ})
    try:
        import ray  # noqa: PLC0415  an extra of the package
    except ImportError as error:
        raise ClusterError(
            "--engine ray", f"Ray is not installed ({error})", "pip install 'pipeline[ray]'"
        ) from error
    return ray


@contextmanager
def _joined(ray: Any, workers: int | None) -> Iterator[int]:
    """Be part of a cluster, and yield how many cores it has now."""
    if ray.is_initialized():  # by the program that calls
        yield _cores(ray)
        return
    _refuse_unreached(os.environ.get("RAY_ADDRESS", ""))
    quiet = {"log_to_driver": False, "logging_level": "error"}
    try:
        if os.environ.get("RAY_ADDRESS"):
            ray.init(address="auto", **quiet)
        else:
            ray.init(address="local", num_cpus=workers, include_dashboard=False, **quiet)
    except (ConnectionError, RuntimeError, ValueError) as error:
        raise ClusterError(
            os.environ.get("RAY_ADDRESS", "Ray"),
            f"cannot be joined ({error})",
            "is it running? docs/running.md says how to start one",
        ) from error
    try:
        yield _cores(ray)
    finally:
        ray.shutdown()


def _refuse_unreached(address: str) -> None:
    """Raise a ClusterError at once if nothing answers where Ray would ask for minutes."""
    host, _, port = address.rpartition(":")
    if not host or not port.isdigit() or is_address(address):
        return
    try:
        socket.create_connection((host.strip("[]"), int(port)), ANSWER_SECONDS).close()
    except OSError as error:
        raise ClusterError(
            address,
            f"cannot be joined ({error})",
            "is it running? docs/running.md says how to start one",
        ) from error


def _cores(ray: Any) -> int:
    return max(1, int(ray.cluster_resources().get("CPU", 1)))


def _everywhere(task: Task) -> Task:
    """Return a task that is the same in whichever folder it is done."""
    part = task.part
    files = tuple(map(_whole_file, part.files))
    return msgspec.structs.replace(
        task,
        plan=_whole_plan(task.plan),
        part=msgspec.structs.replace(part, files=files),
    )


def _whole_plan(plan: Plan) -> Plan:
    return msgspec.structs.replace(
        plan,
        base=_whole(plan.base),
        folder=_whole(plan.folder),
        configs=_whole(plan.configs),
    )


def _whole_file(file: SourceFile) -> SourceFile:
    if file.path == STANDARD_INPUT:
        raise SourceError(
            STANDARD_INPUT, "a cluster cannot read standard input", "save it, and name the file"
        )
    return msgspec.structs.replace(file, path=_whole(file.path))


def _whole(path: str) -> str:
    return path if is_address(path) else str(Path(path).absolute())


class _Run:
    """All that one run on a cluster knows."""

    def __init__(self, ray: Any, tasks: Sequence[Task], at_once: int, report: Report) -> None:
        self.ray = ray
        self.tasks = tasks
        self.at_once = at_once
        self.report = report
        self.remote = ray.remote(num_cpus=1, max_retries=0)(run_there)
        self.waiting = deque(range(len(tasks)))
        self.deaths: Counter[int] = Counter()
        self.results: dict[int, Outcome] = {}
        self.under_way: dict[Any, int] = {}

    def all(self) -> list[Outcome]:
        """Return all outcomes, in the order of the tasks."""
        try:
            while self.waiting or self.under_way:
                while self.waiting and len(self.under_way) < self.at_once:
                    self._give(self.waiting.popleft())
                ready, _ = self.ray.wait(list(self.under_way), num_returns=1)
                for reference in ready:
                    self._take(reference)
        finally:
            for reference in self.under_way:
                self.ray.cancel(reference, force=True)
        return [self.results[at] for at in range(len(self.tasks))]

    def _give(self, at: int) -> None:
        task = self.tasks[at]
        wanted = plan_fingerprint(task.plan, task.last)
        self.under_way[self.remote.remote(task, wanted, self.deaths[at] > 0)] = at

    def _take(self, reference: Any) -> None:
        """Take a task's outcome; one whose worker is dead goes back to the front of the queue."""
        errors = self.ray.exceptions
        at = self.under_way.pop(reference)
        try:
            done: Done = self.ray.get(reference)
        except errors.RayTaskError as error:
            cause = error.cause
            raise cause if isinstance(cause, PipelineError) else error from None
        except errors.RayError as error:
            self.deaths[at] += 1
            if self.deaths[at] >= MAX_DEATHS:
                problem = str(error).partition("\n")[0]
                raise WorkerError(
                    f"shard {self.tasks[at].part.name}",
                    f"was lost {MAX_DEATHS} times ({type(error).__name__}: {problem})",
                    "is memory short? do nodes go?",
                ) from error
            self.waiting.appendleft(at)
            return
        self.results[at] = done.outcome
        self.report(sum(shard.captures for shard in done.outcome.shards), done.rejected)


def run_there(task: Task, wanted: str, supervised: bool) -> Done:
    """Do a task on a node of the cluster.

    Raises ClusterError unless `wanted`, the fingerprint of the plan where the run began, is what it
    is here: with another version of the code, the rules or a package, records would differ.
    """
    if plan_fingerprint(task.plan, task.last) != wanted:
        raise ClusterError(
            f"node {os.uname().nodename}",
            "has other versions of this software, its packages or Python",
            "install the same on all nodes",
        )
    rejected = 0

    def count(captures: int, of_them_rejected: int = 0) -> None:  # noqa: ARG001  a Report
        nonlocal rejected
        rejected += of_them_rejected

    seconds = task.plan.source.max_capture_seconds
    if supervised:
        (outcome,) = run_supervised([task], run_part, without_capture, 1, seconds, count)
    else:
        outcome = _timed(task, seconds, count)
    return Done(outcome, rejected)


def _timed(task: Task, seconds: float, count: Report) -> Outcome:
    """Do a task; end the process if a capture takes longer than so many seconds."""
    with Path(os.devnull).open("w") as nowhere:

        def begin(place: int) -> None:  # noqa: ARG001  a Begin
            faulthandler.dump_traceback_later(seconds, exit=True, file=nowhere)

        def report(captures: int, rejected: int = 0) -> None:
            faulthandler.cancel_dump_traceback_later()
            count(captures, rejected)

        try:
            return run_part(task, report, begin)
        finally:
            faulthandler.cancel_dump_traceback_later()
