"""Whatever lies in a folder: what cannot be cleaned is listed with its reason, the rest is."""

import gzip
import json
import os
import subprocess
import sys
from pathlib import Path

import pyarrow as pa
import pytest

from tests.conftest import CORPUS_FILE

ARTICLE = (
    "The ferry sails again\n\n"
    "The old ferry sailed again on Monday, with forty people and one dog aboard it.\n\n"
    "It had lain in the yard for two winters while its keel was mended, plank by plank.\n"
)


def pipeline(*arguments: str, stdin: bytes = b"", cwd: Path | None = None):
    command = [sys.executable, "-m", "pipeline.cli", *arguments]
    environment = {**os.environ, "PYTHONPATH": str(CORPUS_FILE.parent.parent)}
    return subprocess.run(
        command, input=stdin, capture_output=True, check=False, cwd=cwd, env=environment
    )


def report(folder: Path) -> dict:
    return json.loads((folder / "report.json").read_text(encoding="utf-8"))


def compressed(content: bytes) -> bytes:
    sink = pa.BufferOutputStream()
    with pa.CompressedOutputStream(sink, "zstd") as stream:
        stream.write(content)
    return sink.getvalue().to_pybytes()


@pytest.fixture(scope="module")
def bad(tmp_path_factory) -> Path:
    folder = tmp_path_factory.mktemp("bad") / "pages"
    folder.mkdir()
    (folder / "good.txt").write_text(ARTICLE, encoding="utf-8")
    (folder / "empty.txt").write_bytes(b"")
    (folder / "blank.txt").write_bytes(b" \n\t\n\n")
    (folder / "rubbish.txt").write_bytes(bytes(range(256)) * 400)
    (folder / "one-line.txt").write_bytes(b"word " * 10_000_000)
    (folder / "cut.txt.gz").write_bytes(gzip.compress(ARTICLE.encode() * 50)[:-40])
    (folder / "no.txt.gz").write_bytes(b"no gzip at all")
    (folder / "cut.txt.zst").write_bytes(compressed(ARTICLE.encode() * 500)[:-30])
    (folder / "no.txt.zst").write_bytes(b"no zstandard at all")
    (folder / "dangling.txt").symlink_to(folder / "nowhere.txt")
    (folder / "script.html").write_text("<html><script>let x = 1</script></html>")
    (folder / "deep.html").write_text("<div>" * 100_000 + ARTICLE)
    (folder / "picture.png").write_bytes(b"\x89PNG")
    return folder


@pytest.fixture(scope="module")
def ran(bad):
    return pipeline("run", str(bad), "-o", str(bad.parent / "out"), "-w", "1")


def test_run_ends_well_with_a_warning_line(ran):
    assert ran.returncode == 0
    assert b"warning: 8 of 12 captures were rejected" in ran.stderr


def test_every_capture_is_in_the_totals(ran, bad):
    found = report(bad.parent / "out")

    assert found["captures"] == 12
    assert found["published"] + found["rejected"] + found["empty"] == 12
    assert found["rejected"] == 8


@pytest.mark.parametrize(
    ("source", "status", "reason"),
    [
        ("empty.txt", "empty", "the file is empty"),
        ("blank.txt", "empty", "no line has a visible character"),
        ("rubbish.txt", "rejected", "fix-encoding: not text: "),
        ("one-line.txt", "rejected", "fix-encoding: line 1 has 50,000,000 characters, more than"),
        ("cut.txt.gz", "rejected", "read: broken .gz file (the file ends before the data in it)"),
        ("no.txt.gz", "rejected", "read: broken .gz file (no gzip but b'no'"),
        ("cut.txt.zst", "rejected", "read: broken .zst file"),
        ("no.txt.zst", "rejected", "read: broken .zst file"),
        ("dangling.txt", "rejected", "read: cannot be opened (No such file or directory)"),
        ("script.html", "empty", "no text but what scripts would write"),
        ("deep.html", "rejected", "fix-encoding: the markup is beyond what the parser reads"),
    ],
)
def test_each_is_listed_with_its_reason(ran, bad, source, status, reason):
    listed = {each["source"]: each for each in report(bad.parent / "out")["unpublished"]}

    assert listed[source]["status"] == status
    assert listed[source]["reason"].startswith(reason)
    assert source.encode() in ran.stdout


def test_the_rest_is_cleaned(ran, bad):
    unpublished = {each["source"] for each in report(bad.parent / "out")["unpublished"]}

    assert "good.txt" not in unpublished


def test_no_reason_names_a_path_of_the_machine(ran, bad):
    reasons = [each["reason"] for each in report(bad.parent / "out")["unpublished"]]

    assert not any(str(bad.parent) in reason for reason in reasons)


def test_other_files_are_counted(ran):
    assert b"left aside   .png 1 by its ending: picture.png" in ran.stdout


def test_strict_makes_rejected_captures_exit_code_3(ran, bad):
    strict = pipeline("run", str(bad), "-o", str(bad.parent / "out"), "--strict", "-q")

    assert strict.returncode == 3
    assert strict.stdout == b""


def test_totals_are_a_line_of_json_where_that_is_asked_for(ran, bad):
    done = pipeline("run", str(bad), "-o", str(bad.parent / "out"), "--log-json", "-q")
    said = json.loads(done.stderr.splitlines()[-1])

    assert (said["event"], said["captures"], said["rejected"]) == ("end", 12, 8)
    assert (said["shards"], said["done"]) == (1, 0)


def test_dry_run_says_what_would_be_done_and_writes_nothing(tmp_path):
    (tmp_path / "a.txt").write_text(ARTICLE)
    done = pipeline("run", str(tmp_path / "a.txt"), "-o", str(tmp_path / "out"), "--dry-run")

    assert done.stdout == b"to do, not written yet: 1 shards of 1 captures (shard-00000)\n"
    assert not (tmp_path / "out").exists()


def test_output_below_the_source_is_no_source(tmp_path):
    (tmp_path / "a.txt").write_text(ARTICLE)
    for _ in range(2):
        done = pipeline("run", str(tmp_path), "-o", str(tmp_path / "out"), "-q")

    assert done.returncode == 0
    assert report(tmp_path / "out")["captures"] == 1


def test_standard_input_is_a_capture(tmp_path):
    done = pipeline("run", "-", "-o", str(tmp_path / "out"), stdin=ARTICLE.encode())

    assert done.returncode == 0
    assert report(tmp_path / "out")["documents"] == 1


def test_output_that_cannot_be_written_is_one_line(tmp_path):
    (tmp_path / "file").write_text("in the way")
    (tmp_path / "a.txt").write_text(ARTICLE)

    done = pipeline("run", str(tmp_path / "a.txt"), "-o", str(tmp_path / "file" / "out"))

    assert done.returncode == 1
    assert done.stderr.startswith(b"error: ")
    assert b"Traceback" not in done.stderr


@pytest.mark.parametrize(
    ("path", "message"),
    [
        ("nowhere", "there is no such file or folder"),
        ("*.txt", "matches no file"),
        (".", "no capture found"),
    ],
)
def test_source_that_names_nothing_is_an_error(tmp_path, path, message):
    done = pipeline("run", path, "-o", "out", cwd=tmp_path)

    assert done.returncode == 1
    assert message in done.stderr.decode()
    assert not (tmp_path / "out").exists()
