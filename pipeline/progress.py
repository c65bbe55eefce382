"""How far a run is: a bar on a terminal, a line each ten seconds anywhere else."""

import json
import sys
import time
from collections.abc import Mapping
from types import TracebackType
from typing import TextIO

import click

BAR_WIDTH = 30
BAR_SECONDS = 0.1
LINE_SECONDS = 10.0


class Progress:
    """Counts captures and says on standard error how many, how fast and how long still."""

    def __init__(
        self,
        total: int | None,
        quiet: bool = False,
        stream: TextIO | None = None,
        as_json: bool = False,
    ) -> None:
        self.total = total
        self.quiet = quiet
        self.as_json = as_json
        self.rejected = 0
        self.stream = stream or sys.stderr
        self.on_terminal = self.stream.isatty() and not as_json
        self.done = 0
        self._began = self._shown = time.monotonic()

    def __call__(self, captures: int, rejected: int = 0) -> None:
        """Count captures as done, and some of them as rejected."""
        self.done += captures
        self.rejected += rejected
        now = time.monotonic()
        wait = BAR_SECONDS if self.on_terminal else LINE_SECONDS
        if not self.quiet and now - self._shown >= wait:
            self._shown = now
            self._show(now)

    def _show(self, now: float) -> None:
        seconds = now - self._began
        if self.as_json:
            said = {"event": "progress", "captures": self.done, "total": self.total}
            log_json(said | {"rejected": self.rejected, "seconds": round(seconds, 1)}, self.stream)
            return
        text = progress_text(self.done, self.total, seconds, self.rejected)
        if self.on_terminal and self.total is None:
            click.echo(f"\r\x1b[K{text}", file=self.stream, nl=False, color=True)
        elif self.on_terminal:
            filled = BAR_WIDTH * self.done // self.total if self.total else BAR_WIDTH
            bar = "#" * filled + "-" * (BAR_WIDTH - filled)
            click.echo(f"\r\x1b[K[{bar}] {text}", file=self.stream, nl=False, color=True)
        else:
            click.echo(text, file=self.stream)

    def __enter__(self) -> "Progress":
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        """Take the bar away: what it counted stands in the summary."""
        if self.on_terminal and not self.quiet:
            click.echo("\r\x1b[K", file=self.stream, nl=False, color=True)


def log_json(event: Mapping[str, object], stream: TextIO) -> None:
    """Write one event as a line of JSON."""
    click.echo(json.dumps(event, ensure_ascii=False), file=stream)


def progress_text(done: int, total: int | None, seconds: float, rejected: int = 0) -> str:
    """Return counts, rate and time left.

    >>> progress_text(50, 200, 10.0)
    '50 of 200 captures, 5.0 a second, 0:30 left'
    >>> progress_text(0, 200, 0.0)
    '0 of 200 captures'
    >>> progress_text(50, None, 10.0, 3)
    '50 captures, 3 rejected, 5.0 a second'
    """
    text = f"{done:,} captures" if total is None else f"{done:,} of {total:,} captures"
    text += f", {rejected:,} rejected" if rejected else ""
    if not done or seconds <= 0:
        return text
    rate = done / seconds
    if total is None:
        return f"{text}, {rate:,.1f} a second"
    left = round((total - done) / rate)
    minutes, rest = divmod(left, 60)
    hours, minutes = divmod(minutes, 60)
    clock = f"{hours}:{minutes:02}:{rest:02}" if hours else f"{minutes}:{rest:02}"
    return f"{text}, {rate:,.1f} a second, {clock} left"
