"""Standard input: what it is, read as a file of it would be, laid down and taken away again."""

import contextlib
import gzip
import os
import signal
import subprocess
import sys
from pathlib import Path

import msgspec
import pyarrow.parquet as pq
import pytest
from click.testing import CliRunner

from pipeline import execution
from pipeline.cli import cli
from pipeline.errors import SourceError
from pipeline.execution import processes, run_all
from pipeline.sources import spool
from pipeline.sources.captures import read_capture
from pipeline.sources.listing import list_captures
from pipeline.sources.source import Listing, Source, SourceFile
from pipeline.stages import STAGE_NAMES
from pipeline.storage import read_rows, shard_files
from tests.conftest import CORPUS_FILE
from tests.sources.archives import (
    answer,
    compressed,
    json_lines,
    page,
    parquet,
    record,
    tar_file,
    warc_record,
)
from tests.test_bad_input import ARTICLE, report
from tests.test_equivalence import FIRST, LAST, hashes, ignore

PAGES = 5
MAIL = (
    b"Subject: The quay\nFrom: Ida Moor <ida@quay.example>\nMIME-Version: 1.0\n"
    b"Content-Type: text/plain; charset=utf-8\n\n"
    b"The boats came back late on Friday, and nobody had waited for them on the quay.\n"
)
BOX = b"\n".join(b"From ida@quay.example Fri Jan  2 10:04:05 2026\n" + MAIL for _ in range(3))
LINES = json_lines([record(at) for at in range(PAGES)])
TAR = tar_file([("a.txt", MAIL), ("b.html", MAIL)])
HTML = b"<p>The boats came back late on Friday, and nobody had waited for them on the quay.</p>"


class Input:
    """A standard input that ends as it is told."""

    def __init__(self, *parts):
        self.buffer = self
        self.parts = list(parts)

    def read(self, size):
        assert size > 0
        part = self.parts.pop(0) if self.parts else b""
        if isinstance(part, BaseException):
            raise part
        return part


LISTING = Listing((SourceFile("stdin", "-"),), ())


def laid_down(folder, stdin_format="text"):
    source = Source(paths=("-",), stdin_format=stdin_format)
    return spool.laid_down(LISTING, source, str(folder), pytest.fail)


@pytest.fixture
def run(plan, tmp_path, monkeypatch):
    """Return what runs a plan over paths, with some bytes on standard input."""

    def run_it(paths, out, stdin=b"", said="detect", stages=(FIRST, LAST), workers=1):
        monkeypatch.setattr(sys, "stdin", Input(stdin))
        source = Source(paths=paths, stdin_format=said)
        folder = str(tmp_path / out)
        changed = msgspec.structs.replace(plan, source=source, folder=folder)
        listing = list_captures(source, tmp_path)
        with spool.laid_down(listing, source, folder, pytest.fail) as readable:
            return run_all(changed, readable, *stages, processes(workers), ignore)

    return run_it


def warc() -> bytes:
    answers = [answer(page(at).encode(), "Content-Type: text/html") for at in range(PAGES)]
    records = [warc_record(f"http://a/{at}", each) for at, each in enumerate(answers)]
    return b"".join(gzip.compress(each) for each in records)


def table(folder) -> bytes:
    parquet(folder / "table", [record(at) for at in range(PAGES)], rows_a_group=2)
    return (folder / "table").read_bytes()


def records_of(folder, name):
    """Return the records and the audit of a run, without what follows from the source's name."""
    rows = [
        {key: value for key, value in row.items() if key not in ("id", "capture")}
        for dataset in ("documents", "audit")
        for path in shard_files(folder, dataset)
        for row in pq.read_table(path).to_pylist()
    ]
    for row in rows:
        assert row["source"].partition(":")[0] == name
        row["source"] = row["source"].removeprefix(name)
    return rows


def left_in(folder):
    return sorted(path.name for path in folder.rglob("*") if spool.PREFIX in path.name)


@pytest.mark.parametrize(
    ("name", "said", "content"),
    [
        ("a.jsonl", "jsonl", lambda _: LINES),
        ("a.jsonl.gz", "jsonl", lambda _: gzip.compress(LINES)),
        ("a.jsonl.zst", "jsonl", lambda _: compressed(LINES, ".zst")),
        ("a.parquet", "parquet", table),
        ("a.parquet", None, table),
        ("a.warc.gz", "warc", lambda _: warc()),
        ("a.warc.gz", None, lambda _: warc()),
        ("a.warc", None, lambda _: gzip.decompress(warc())),
        ("a.warc.zst", None, lambda _: compressed(gzip.decompress(warc()), ".zst")),
        ("a.txt", None, lambda _: ARTICLE.encode()),
        ("a.txt", "text", lambda _: LINES),
        ("a.txt.gz", None, lambda _: gzip.compress(ARTICLE.encode())),
        ("a.html", "html", lambda _: HTML),
        ("a.html.zst", "html", lambda _: compressed(HTML, ".zst")),
        ("a.eml", None, lambda _: MAIL),
        ("a.txt", "text", lambda _: MAIL),
        ("a.mbox", "mbox", lambda _: BOX),
        ("a.mbox.gz", "mbox", lambda _: gzip.compress(BOX)),
        ("a.tar", None, lambda _: TAR),
        ("a.tar", "tar", lambda _: TAR),
        ("a.tgz", None, lambda _: gzip.compress(TAR)),
        ("a.tar.zst", None, lambda _: compressed(TAR, ".zst")),
    ],
)
def test_gives_the_records_of_a_file(run, tmp_path, name, said, content):
    path = tmp_path / name
    path.write_bytes(content(tmp_path))
    file = run((str(path),), "file")
    stdin = run(("-",), "stdin", path.read_bytes(), said or "detect")

    assert stdin.captures == file.captures >= 1
    assert records_of(tmp_path / "stdin", "stdin") == records_of(tmp_path / "file", name)
    assert len(shard_files(tmp_path / "stdin", "documents")) == 1
    assert left_in(tmp_path) == []
    assert not (tmp_path / "stdin" / "work").exists()


def test_same_bytes_again_are_not_done_again_and_others_are(run, tmp_path, monkeypatch):
    monkeypatch.setattr(execution, "CAPTURES_PER_SHARD", 3)
    run(("-",), "out", LINES, "jsonl")
    again = run(("-",), "out", LINES, "jsonl")
    other = run(("-",), "out", LINES + json_lines([record(PAGES)]), "jsonl")

    assert [shard.done for shard in again.shards] == [False, False]
    assert [shard.done for shard in other.shards] == [False, True]
    assert other.captures == PAGES + 1


def test_same_bytes_as_another_kind_of_page_are_done_again(run, tmp_path):
    run(("-",), "out", HTML)
    as_text = hashes(tmp_path / "out")
    run(("-",), "out", HTML, "html")

    assert hashes(tmp_path / "out") != as_text


def test_stands_beside_files_and_is_read_by_workers(run, tmp_path):
    pages = tmp_path / "pages"
    pages.mkdir()
    for at in range(3):
        (pages / f"{at}.txt").write_text(f"{ARTICLE}\nNumber {at}.\n")
    for workers in (1, 2):
        run((str(pages), "-"), f"{workers}", LINES, "jsonl", workers=workers)
    rows = read_rows(shard_files(tmp_path / "2", "documents"), ("source",))

    assert {row["source"] for row in rows} == {f"pages/{at}.txt" for at in range(3)} | {
        f"stdin:{at}" for at in range(1, PAGES + 1)
    }
    assert hashes(tmp_path / "1") == hashes(tmp_path / "2")


def test_stage_by_stage_gives_the_bytes_of_a_run(run, tmp_path):
    run(("-",), "run", LINES, "jsonl")
    for stage in STAGE_NAMES:
        run(("-",), "staged", LINES, "jsonl", (stage, stage))

    assert hashes(tmp_path / "staged") == hashes(tmp_path / "run")
    assert left_in(tmp_path) == []


def call(*arguments, stdin=b""):
    """Call a command in this process."""
    return CliRunner().invoke(cli, arguments, input=stdin)


def test_corpus_file_or_option_says_what_it_is_wherever_the_command_runs(tmp_path, monkeypatch):
    corpus = CORPUS_FILE.read_text().replace("[../raw/sample]", "['-']\n  stdin_format: jsonl")
    (tmp_path / "mine.yaml").write_text(corpus)
    one = call("run", "-c", str(tmp_path / "mine.yaml"), "-o", str(tmp_path / "one"), stdin=LINES)
    monkeypatch.chdir(tmp_path / "one")
    option = ("-", "--stdin-format", "jsonl")
    two = call("run", *option, "-o", "../two", stdin=LINES)
    due = call("run", *option, "-o", "../two", "--dry-run", stdin=LINES)

    assert "stdin_format" in corpus
    assert [each.exit_code for each in (one, two, due)] == [0, 0, 0]
    assert report(tmp_path / "one")["captures"] == report(tmp_path / "two")["captures"] == PAGES
    assert due.stdout.startswith("up to date: 1 shards of 5 captures")


def test_explain_reads_it_too():
    done = call("explain", "-", "--stdin-format", "jsonl", stdin=LINES)
    page = call("explain", "-", stdin=ARTICLE.encode())

    assert [line for line in done.stdout.splitlines() if line.startswith("# stdin")] == [
        f"# stdin:{at}" for at in range(1, PAGES + 1)
    ]
    assert "| The ferry sails again" in page.stdout


@pytest.mark.parametrize(
    ("said", "content", "warns"),
    [
        ("detect", LINES, True),
        ("text", LINES, False),
        ("detect", b'{"a": a story}\nIt began so.', False),
        ("detect", b"[1, 2]\n", False),
    ],
    ids=["lines", "text", "no JSON", "an array"],
)
def test_what_may_be_lines_of_json_is_one_page_and_said(
    tmp_path, monkeypatch, said, content, warns
):
    monkeypatch.setattr(sys, "stdin", Input(content))
    warnings = []
    source = Source(paths=("-",), stdin_format=said)
    with spool.laid_down(LISTING, source, str(tmp_path), warnings.append) as listing:
        kinds = [file.kind for file in listing.files]

    assert kinds == ["capture"]
    assert len(warnings) == warns
    assert all("--stdin-format jsonl reads each line as a record" in each for each in warnings)


@pytest.mark.parametrize(
    ("said", "content", "message"),
    [
        (
            "warc",
            LINES,
            'said to be warc, and begins b\'{"id": "\', not with WARC/; name what it is',
        ),
        ("warc", gzip.compress(LINES, mtime=0), "not with WARC/ in .gz; name what it is"),
        (
            "parquet",
            b"",
            "standard input: is empty, and said to be parquet; did the command before",
        ),
        ("jsonl", warc(), "begins as warc, and is said to be jsonl; --stdin-format warc"),
        (
            "parquet",
            gzip.compress(b"PAR1", mtime=0),
            "is parquet in .gz; Parquet is compressed inside",
        ),
        ("detect", b"PK\x03\x04 boats", "is a ZIP file, whose directory is at its end; save it"),
        ("warc", b"PK\x03\x04 boats", "is a ZIP file, whose directory is at its end; save it"),
    ],
)
def test_what_it_surely_is_not_is_an_error_and_nothing_is_written(
    tmp_path, monkeypatch, said, content, message
):
    monkeypatch.setattr(sys, "stdin", Input(content))

    with pytest.raises(SourceError) as raised, laid_down(tmp_path / "out", said):
        pytest.fail("it was read")

    assert str(raised.value).startswith("standard input: ")
    assert message in str(raised.value)
    assert not (tmp_path / "out").exists()


def test_format_of_what_is_not_read_is_an_error(tmp_path):
    (tmp_path / "a.txt").write_text(ARTICLE)
    for command in ("run", "explain"):
        done = call(command, str(tmp_path / "a.txt"), "--stdin-format", "jsonl")

        assert isinstance(done.exception, SourceError)
        assert "--stdin-format: says what standard input is, which is" in str(done.exception)


def test_closed_is_an_error(tmp_path, monkeypatch):
    monkeypatch.setattr(sys, "stdin", None)

    said = "standard input: is closed; pipe something into"
    with pytest.raises(SourceError, match=said), laid_down(tmp_path):
        pytest.fail("it was read")


@pytest.mark.parametrize("at", [1, 2])
def test_interrupted_while_it_comes_in_nothing_is_left(tmp_path, monkeypatch, at):
    parts = [b"x" * 100] * at
    monkeypatch.setattr(sys, "stdin", Input(*parts, KeyboardInterrupt()))

    with pytest.raises(KeyboardInterrupt), laid_down(tmp_path / "out"):
        pytest.fail("it is not all there")

    assert list(tmp_path.iterdir()) == []


def test_interrupted_while_it_is_read_nothing_is_left(tmp_path, monkeypatch):
    monkeypatch.setattr(sys, "stdin", Input(b"x" * 100, b"y"))

    def interrupted():
        with laid_down(tmp_path) as listing:
            (file,) = listing.files
            assert Path(file.path).read_bytes() == b"x" * 100 + b"y"
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        interrupted()

    assert list(tmp_path.iterdir()) == []


def test_what_cannot_be_read_to_the_end_is_an_error(tmp_path, monkeypatch):
    monkeypatch.setattr(sys, "stdin", Input(b"x", OSError(5, "Input/output error")))

    said = r"standard input: cannot be read \(Input"
    with pytest.raises(SourceError, match=said), laid_down(tmp_path):
        pytest.fail("it is not all there")

    assert list(tmp_path.iterdir()) == []


def test_what_killed_runs_left_is_swept_and_what_is_in_use_is_not(tmp_path, monkeypatch):
    (tmp_path / "work").mkdir()
    stale = tmp_path / "work" / f"{spool.PREFIX}0000.jsonl"
    stale.write_bytes(b"left")
    mine = tmp_path / "work" / "mine.jsonl"
    mine.write_bytes(b"not of a run")
    monkeypatch.setattr(sys, "stdin", Input(b"x"))

    with laid_down(tmp_path) as listing:
        assert not stale.exists()
        with spool.laid_down(Listing((), ()), Source(paths=()), str(tmp_path), pytest.fail):
            assert left_in(tmp_path) == [os.path.basename(listing.files[0].path)]

    assert left_in(tmp_path) == []
    assert mine.exists()


@pytest.mark.parametrize("kill", [signal.SIGINT, signal.SIGKILL], ids=["Ctrl-C", "kill -9"])
def test_interrupted_command_leaves_nothing_or_what_the_next_sweeps(tmp_path, monkeypatch, kill):
    out = tmp_path / "out"
    command = [sys.executable, "-m", "pipeline.cli", "run", "-", "--stdin-format", "jsonl"]
    environment = {**os.environ, "PYTHONPATH": str(CORPUS_FILE.parent.parent)}
    pipe = subprocess.PIPE
    process = subprocess.Popen([*command, "-o", str(out)], stdin=pipe, stderr=pipe, env=environment)
    process.stdin.write(LINES + b" " * spool.CHUNK_BYTES)
    process.stdin.flush()
    while not left_in(tmp_path) and process.poll() is None:
        with contextlib.suppress(subprocess.TimeoutExpired):
            process.wait(timeout=0.02)
    process.send_signal(kill)
    _, said = process.communicate(timeout=60)
    left = left_in(tmp_path)
    monkeypatch.setattr(sys, "stdin", Input(LINES))
    with laid_down(out, "jsonl") as listing:
        assert left_in(tmp_path) == [Path(each.path).name for each in listing.files]

    assert process.returncode == (130 if kill == signal.SIGINT else -signal.SIGKILL)
    assert b"Traceback" not in said
    assert len(left) == (kill == signal.SIGKILL)


def test_a_page_of_it_is_bounded(tmp_path, monkeypatch):
    monkeypatch.setattr(sys, "stdin", Input(b"x" * 100, b"x" * 100))

    with laid_down(tmp_path) as listing:
        document = read_capture(listing.files[0], Source(paths=(), max_capture_bytes=150))

    assert "larger than max_capture_bytes (150 bytes)" in document.rejected
    assert document.capture.source == "stdin"
    assert str(tmp_path) not in str(msgspec.to_builtins(document))
