"""How far a run is: a bar on a terminal, a line each ten seconds anywhere else."""

import sys
import time
from types import TracebackType
from typing import TextIO

import click

BAR_WIDTH = 30
BAR_SECONDS = 0.1
LINE_SECONDS = 10.0


class Progress:
    """Counts captures and says on standard error how many, how fast and how long still."""

    def __init__(
        self, total: int | None, quiet: bool = False, stream: TextIO | None = None
    ) -> None:
        self.total = total
        self.quiet = quiet
        self.stream = stream or sys.stderr
        self.on_terminal = self.stream.isatty()
        self.done = 0
        self._began = self._shown = time.monotonic()

    def __call__(self, captures: int) -> None:
        """Count captures as done."""
        self.done += captures
        now = time.monotonic()
        wait = BAR_SECONDS if self.on_terminal else LINE_SECONDS
        if not self.quiet and now - self._shown >= wait:
            self._shown = now
            self._show(now)

    def _show(self, now: float) -> None:
        text = progress_text(self.done, self.total, now - self._began)
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


def progress_text(done: int, total: int | None, seconds: float) -> str:
    """Return counts, rate and time left.

    >>> progress_text(50, 200, 10.0)
    '50 of 200 captures, 5.0 a second, 0:30 left'
    >>> progress_text(0, 200, 0.0)
    '0 of 200 captures'
    >>> progress_text(50, None, 10.0)
    '50 captures, 5.0 a second'
    """
    text = f"{done:,} captures" if total is None else f"{done:,} of {total:,} captures"
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
