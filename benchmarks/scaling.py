"""What a second worker brings, and what a cluster of one machine costs.

    make bench-scaling

Pages are those of WCXB's development part (by Murrough Foley, CC BY 4.0; no part of the project,
its folder is named by PIPELINE_SHARED, default ../shared) as plain text, over and over, in files of
JSON lines of as many pages each: parts enough for all workers. The same job is done with one worker
and with two, in turn, several times, and its wall time taken; a job of one page says what of it is
the start. Then the CPU time is taken, of the pool and of `--engine ray` with as many workers, over
the job and over the one page. Ray's own processes outlive their parents, and some are waited for by
nobody: this process adopts them (prctl(2), PR_SET_CHILD_SUBREAPER; Linux only), and reads the CPU
time of all processes below it five times a second, so that all of theirs counts but the last
moment. The load of the machine is printed, and a warning where it is not idle.
"""

import argparse
import contextlib
import ctypes
import gzip
import json
import os
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import NamedTuple

from benchmarks.throughput import write_lines

PAGES = 10_000
"""At 35 ms a page, six minutes of one worker."""
PAGES_A_FILE = 250
ROUNDS = 3
IDLE_LOAD = 0.3
"""A machine whose load of the last minute is higher is not idle."""
IDLE_CPU = 0.05
"""Nor is one whose processes take more of a core within IDLE_SECONDS before a round."""
IDLE_SECONDS = 5.0
POLL_SECONDS = 0.2
SETTLE_SECONDS = 70.0
"""After a run its own load goes down for so long."""
WANTED_SPEED_UP = 1.9
WANTED_RAY = 1.05
WANTED_RAY_START = 5.0
_PR_SET_CHILD_SUBREAPER = 36
_TICK = os.sysconf("SC_CLK_TCK")


class Taken(NamedTuple):
    """What one run took."""

    wall: float
    cpu: float
    """Seconds of all its processes."""


def adopt() -> None:
    """Become the parent of all processes below this one that lose theirs."""
    if ctypes.CDLL(None, use_errno=True).prctl(_PR_SET_CHILD_SUBREAPER, 1, 0, 0, 0):
        sys.exit(f"error: processes cannot be adopted ({os.strerror(ctypes.get_errno())})")


class Process(NamedTuple):
    """What /proc/PID/stat (proc(5)) says of a process."""

    parent: int
    began: int
    seconds: float


def processes() -> dict[int, Process]:
    """Return all processes of the machine."""
    found = {}
    for entry in Path("/proc").iterdir():
        if entry.name.isdigit():
            with contextlib.suppress(OSError):
                fields = (entry / "stat").read_text().rpartition(")")[2].split()
                seconds = (int(fields[11]) + int(fields[12])) / _TICK
                found[int(entry.name)] = Process(int(fields[1]), int(fields[19]), seconds)
    return found


def below(known: dict[int, Process]) -> dict[tuple[int, int], float]:
    """Return the CPU time of each process below this one, by its number and start."""
    own = {os.getpid()}
    while more := {pid for pid, each in known.items() if each.parent in own and pid not in own}:
        own |= more
    return {(pid, known[pid].began): known[pid].seconds for pid in own - {os.getpid()}}


def bury_adopted() -> None:
    """Wait for the adopted processes that have ended, so that they are counted no more."""
    ended = -1
    with contextlib.suppress(ChildProcessError):  # there are none at all
        while ended:
            ended, _ = os.waitpid(-1, os.WNOHANG)


def spent_by(command: list[str]) -> Taken:
    """Run a command to its end and that of all that it started; return what they took."""
    seconds: dict[tuple[int, int], float] = {}
    began = time.monotonic()
    process = subprocess.Popen(command)  # noqa: S603  its own
    wall = 0.0
    while found := below(processes()):
        seconds.update(found)
        if process.poll() is not None:
            wall = wall or time.monotonic() - began
            bury_adopted()
        time.sleep(POLL_SECONDS)
    if process.wait():
        sys.exit(f"error: {' '.join(command)} ended with {process.returncode}")
    return Taken(wall or time.monotonic() - began, sum(seconds.values()))


def busy_seconds() -> float:
    """Return the CPU time of all of the machine since it started (proc(5): /proc/stat)."""
    fields = Path("/proc/stat").read_text().split("\n", 1)[0].split()[1:]
    user, nice, system, _idle, _waiting, irq, soft_irq, *_ = map(int, fields)
    return (user + nice + system + irq + soft_irq) / _TICK


def write_pages(folder: Path, pages: int) -> None:
    """Write so many pages as files of JSON lines."""
    with tempfile.TemporaryDirectory() as place:
        source = Path(place) / "pages.jsonl.gz"
        write_lines(source)
        with gzip.open(source, "rt", encoding="utf-8") as stream:
            texts = [json.loads(line)["text"] for line in stream]
    folder.mkdir()
    for start in range(0, pages, PAGES_A_FILE):
        with (folder / f"{start:07}.jsonl").open("w", encoding="utf-8") as stream:
            for at in range(start, min(start + PAGES_A_FILE, pages)):
                record = {"id": str(at), "text": texts[at % len(texts)]}
                stream.write(json.dumps(record) + "\n")


def taken_by(source: Path, workers: int, engine: str) -> Taken:
    """Return what a run takes; what it wrote is thrown away."""
    with tempfile.TemporaryDirectory() as out:
        command = [sys.executable, "-m", "pipeline.cli", "run", str(source), "-o", f"{out}/out"]
        command += ["-q", "-w", str(workers), "--engine", engine]
        return spent_by(command)


def warn_unless_idle(settle: bool) -> None:
    """Print the load of the machine, and a warning if others work on it."""
    if settle:
        time.sleep(SETTLE_SECONDS)
    before = busy_seconds()
    time.sleep(IDLE_SECONDS)
    cores = (busy_seconds() - before) / IDLE_SECONDS
    load = os.getloadavg()[0]
    print(f"# load {load:.2f}, {cores:.2f} cores busy", file=sys.stderr, flush=True)
    if cores > IDLE_CPU or load > IDLE_LOAD:
        print(
            "warning: the machine is not idle; what others take counts in the figures",
            file=sys.stderr,
        )


def median_of(source: Path, workers: int, engine: str, options: argparse.Namespace) -> Taken:
    """Return the median of what runs take."""
    rounds = []
    for _ in range(options.rounds):
        warn_unless_idle(options.settle)
        rounds.append(taken_by(source, workers, engine))
    wall, cpu = (statistics.median(each) for each in zip(*rounds, strict=True))
    print(f"| {source.name} | {engine} | {workers} | {wall:.1f} | {cpu:.1f} |", flush=True)
    return Taken(wall, cpu)


def held(name: str, value: float, bound: float, holds: bool) -> None:
    print(f"{name}: {value:.2f}, wanted {bound:g}: {'holds' if holds else 'MISSED'}")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--pages", type=int, default=PAGES, help="pages of the job")
    parser.add_argument("--rounds", type=int, default=ROUNDS, help="runs of each kind")
    parser.add_argument("--workers", type=int, default=2, help="workers held against one")
    parser.add_argument("--no-ray", action="store_true", help="leave the cluster out")
    parser.add_argument(
        "--no-settle", dest="settle", action="store_false", help="do not wait for a quiet machine"
    )
    options = parser.parse_args()
    cores = os.cpu_count() or 1
    adopt()
    print(f"{options.pages:,} pages, {cores} cores, median of {options.rounds}")
    if options.workers > cores:
        print(f"warning: {options.workers} workers have {cores} cores", file=sys.stderr)
    with tempfile.TemporaryDirectory() as place:
        job, one_page = Path(place) / "job", Path(place) / "page"
        write_pages(job, options.pages)
        write_pages(one_page, 1)
        print("| source | engine | workers | wall, s | CPU, s |\n|---|---|---:|---:|---:|")
        one = median_of(job, 1, "processes", options)
        several = median_of(job, options.workers, "processes", options)
        start = median_of(one_page, options.workers, "processes", options)
        speed_up = one.wall / several.wall
        if not options.no_ray:
            ray = median_of(job, options.workers, "ray", options)
            ray_start = median_of(one_page, options.workers, "ray", options)
            more = ray_start.cpu - start.cpu
            costs = ray.cpu / several.cpu
    held(
        f"{options.workers} workers, times one",
        speed_up,
        WANTED_SPEED_UP,
        speed_up >= WANTED_SPEED_UP,
    )
    if not options.no_ray:
        held("Ray's CPU time, times the pool's", costs, WANTED_RAY, costs <= WANTED_RAY)
        held("Ray's start, CPU seconds more", more, WANTED_RAY_START, more <= WANTED_RAY_START)


if __name__ == "__main__":
    main()
