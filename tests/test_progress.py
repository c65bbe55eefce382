"""A bar on a terminal, lines elsewhere, nothing where it is asked for."""

import io
import json

import pytest

from pipeline import progress
from pipeline.progress import Progress


class Terminal(io.StringIO):
    def isatty(self) -> bool:
        return True


@pytest.fixture
def clock(monkeypatch):
    now = [100.0]
    monkeypatch.setattr(progress.time, "monotonic", lambda: now[0])
    return now


def shown(stream: io.StringIO, clock: list[float], quiet: bool = False) -> str:
    with Progress(40, quiet, stream) as report:
        for _ in range(4):
            clock[0] += 6.0
            report(10)
    return stream.getvalue()


def test_one_line_each_ten_seconds_where_there_is_no_terminal(clock):
    assert shown(io.StringIO(), clock) == (
        "20 of 40 captures, 1.7 a second, 0:12 left\n40 of 40 captures, 1.7 a second, 0:00 left\n"
    )


def test_bar_with_counts_rate_and_time_left_on_a_terminal(clock):
    text = shown(Terminal(), clock)

    assert "[#######-----------------------] 10 of 40 captures, 1.7 a second, 0:18 left" in text
    assert text.endswith("\r\x1b[K")


@pytest.mark.parametrize("stream", [io.StringIO(), Terminal()])
def test_quiet_says_nothing(clock, stream):
    assert shown(stream, clock, quiet=True) == ""


def test_events_are_lines_of_json_where_that_is_asked_for(clock):
    stream = Terminal()
    with Progress(40, False, stream, as_json=True) as report:
        for rejected in (0, 1, 1, 0):
            clock[0] += 6.0
            report(10, rejected)
    events = [json.loads(line) for line in stream.getvalue().splitlines()]

    assert events == [
        {"event": "progress", "captures": 20, "total": 40, "rejected": 1, "seconds": 12.0},
        {"event": "progress", "captures": 40, "total": 40, "rejected": 2, "seconds": 24.0},
    ]


def test_rejected_captures_are_counted(clock):
    stream = io.StringIO()
    with Progress(None, False, stream) as report:
        clock[0] += 11.0
        report(22, 3)

    assert stream.getvalue() == "22 captures, 3 rejected, 2.0 a second\n"
