"""The commands as a user calls them: what they print, where, and their exit codes."""

import contextlib
import json
import os
import shutil
import signal
import subprocess
import sys
from pathlib import Path

import pytest
from click.testing import CliRunner

from pipeline.cli import cli, main
from pipeline.margin import parse_margin
from tests.conftest import CORPUS_FILE, GOLD, RAW, ROOT
from tests.test_bad_input import ARTICLE, pipeline
from tests.test_equivalence import hashes

HARBOUR = RAW / "harbour-article.txt"


def test_explain_prints_the_margin_format_in_a_pipe():
    done = pipeline("explain", str(HARBOUR), "-c", str(CORPUS_FILE))

    page = parse_margin(done.stdout.decode(), "explain")
    assert b"\x1b" not in done.stdout
    assert page.authors == {1: "Imogen Tarrant"}
    assert [line.label for line in page.lines if line.number == 13] == ["title"]


def test_explain_without_reasons_is_what_gold_looks_like():
    done = pipeline("explain", str(HARBOUR), "--no-reasons", "-c", str(CORPUS_FILE))
    gold = parse_margin((GOLD / f"{HARBOUR.name}.gold").read_text(encoding="utf-8"), "gold")

    page = parse_margin(done.stdout.decode(), "explain")

    assert [line.text for line in page.lines] == [line.text for line in gold.lines]


@pytest.mark.parametrize(("no_color", "coloured"), [("", True), ("1", False)])
def test_explain_is_coloured_on_a_terminal_unless_no_color_is_set(no_color, coloured, monkeypatch):
    monkeypatch.setenv("NO_COLOR", no_color)

    done = CliRunner().invoke(cli, ["explain", str(HARBOUR), "-c", str(CORPUS_FILE)], color=True)

    assert ("\x1b[" in done.output) == coloured


def test_text_prints_the_clean_text_below_its_title():
    done = pipeline("text", str(HARBOUR), "-c", str(CORPUS_FILE))
    printed = done.stdout.decode().split("\n\n")
    page = parse_margin(
        pipeline("explain", str(HARBOUR), "-c", str(CORPUS_FILE)).stdout.decode(), "explain"
    )

    assert [line.text for line in page.lines if line.label == "title"] == printed[:1]
    kept = [line.text.strip() for line in page.lines if line.label == "content"]
    assert "".join("".join(printed[1:]).split()) == "".join("".join(kept).split())


def test_text_of_several_pages_is_lines_of_json(tmp_path):
    (tmp_path / "one.html").write_text(f"<h1>The quay</h1><ul><li>{ARTICLE}</li></ul>")
    (tmp_path / "two.txt").write_text("")

    done = pipeline("text", str(tmp_path), "--json", "--markdown")
    (line,) = [json.loads(each) for each in done.stdout.decode().splitlines()]

    assert line["title"] == "The quay"
    assert line["text"].startswith("- ")
    assert line["source"].endswith("one.html")
    assert b"two.txt: empty" in done.stderr


def test_text_reads_standard_input_and_leaves_titles_away():
    html = f"<title>The quay</title><h1>The quay</h1><p>{ARTICLE}</p>".encode()

    assert pipeline("text", "-", stdin=html).stdout.startswith(b"The quay\n\n")
    assert b"The quay\n\n" not in pipeline("text", "-", "--no-title", stdin=html).stdout


def test_explain_says_why_a_capture_is_rejected(tmp_path):
    (tmp_path / "a.txt").write_bytes(b"\x00\x01" * 100)

    done = pipeline("explain", str(tmp_path / "a.txt"), "-c", str(CORPUS_FILE))

    assert b"# fix-encoding: not text" in done.stdout


def test_explain_ends_quietly_when_the_pipe_is_closed():
    command = f"{sys.executable} -m pipeline.cli explain {HARBOUR} -c {CORPUS_FILE} | head -1"
    done = subprocess.run(command, shell=True, capture_output=True, check=False, cwd=ROOT)  # noqa: S602

    assert done.stderr == b""


def test_evaluate_prints_figures_and_differences(tmp_path):
    pipeline("run", "-c", str(CORPUS_FILE), "-o", str(tmp_path / "out"), "-q")

    done = pipeline("evaluate", str(GOLD), str(tmp_path / "out"))

    assert done.returncode == 0
    assert b"items        35 found" in done.stdout
    assert b"differences:" in done.stdout


def test_evaluate_names_the_line_of_bad_gold(tmp_path):
    (tmp_path / "a.txt.gold").write_text("   1  1  titel  | A\n")

    done = pipeline("evaluate", str(tmp_path), str(tmp_path))

    assert done.returncode == 1
    assert b"a.txt.gold:1: unknown label titel; did you mean title?" in done.stderr


def test_stage_without_the_stage_before_says_what_to_run(tmp_path):
    (tmp_path / "a.txt").write_text(ARTICLE)

    done = pipeline("split-digests", str(tmp_path / "a.txt"), "-o", str(tmp_path / "out"))

    assert done.returncode == 1
    assert b"no working shard of strip-boilerplate" in done.stderr
    assert b"run `pipeline strip-boilerplate` first" in done.stderr


def test_stage_after_a_changed_option_says_that_the_shard_is_stale(tmp_path):
    shutil.copytree(ROOT / "configs", tmp_path / "configs")
    (tmp_path / "a.txt").write_text(ARTICLE)
    arguments = ("a.txt", "-o", "out", "-c", "configs/sample.yaml")
    pipeline("fix-encoding", *arguments, cwd=tmp_path)
    corpus = tmp_path / "configs" / "sample.yaml"
    corpus.write_text(corpus.read_text().replace("fix-encoding", "fix-encoding\n    cuts: false"))

    done = pipeline("strip-boilerplate", *arguments, cwd=tmp_path)

    assert done.returncode == 1
    assert b"was made by fix-encoding with other options" in done.stderr


@pytest.mark.parametrize("arguments", [("runn",), ("run", "--wrokers", "2"), ("explain",)])
def test_wrong_call_exits_with_2(arguments):
    done = pipeline(*arguments)

    assert done.returncode == 2
    assert b"Traceback" not in done.stderr


@pytest.mark.parametrize("kill", [signal.SIGINT, signal.SIGKILL], ids=["Ctrl-C", "kill -9"])
def test_interrupted_run_goes_on_to_the_same_bytes(tmp_path, kill):
    pages = tmp_path / "pages"
    pages.mkdir()
    for at in range(1300):
        (pages / f"{at:05}.txt").write_text(f"{ARTICLE}\nNumber {at}.\n")
    whole = pipeline("run", str(pages), "-o", str(tmp_path / "whole"), "-w", "2", "-q")
    command = [sys.executable, "-m", "pipeline.cli", "run", str(pages), "-q", "-w", "2"]
    environment = {**os.environ, "PYTHONPATH": str(ROOT)}
    process = subprocess.Popen(
        [*command, "-o", str(tmp_path / "out")], stderr=subprocess.PIPE, env=environment
    )
    while not list((tmp_path / "out").glob("audit/*.parquet")) and process.poll() is None:
        with contextlib.suppress(subprocess.TimeoutExpired):
            process.wait(timeout=0.02)
    process.send_signal(kill)
    _, said = process.communicate(timeout=60)

    again = pipeline("run", str(pages), "-o", str(tmp_path / "out"), "-q")

    assert whole.returncode == again.returncode == 0
    assert process.returncode in (130, 0, -signal.SIGKILL)
    assert b"Traceback" not in said
    assert hashes(tmp_path / "out") == hashes(tmp_path / "whole")
    assert list(Path(tmp_path / "out").rglob("*.partial")) == []


def test_interrupted_while_it_is_loaded_it_says_so(tmp_path):
    code = """
import sys
class Finder:
    def find_spec(self, name, path=None, target=None):
        if name == "pipeline.cli":
            raise KeyboardInterrupt
sys.meta_path.insert(0, Finder())
from pipeline.__main__ import main
main()
"""
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, check=False)

    assert done.returncode == 130
    assert done.stderr == b"\ninterrupted before anything was begun\n"


def test_what_the_system_refuses_is_an_error_of_one_line(monkeypatch, capsys):
    def refuse(standalone_mode):
        raise PermissionError(13, "Permission denied", "clean/report.json")

    monkeypatch.setattr(cli, "main", refuse)
    with pytest.raises(SystemExit) as ended:
        main()

    assert ended.value.code == 1
    assert capsys.readouterr().err == (
        "error: clean/report.json: Permission denied; check what is there, and its rights\n"
    )


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="there are no pipes with names here")
@pytest.mark.parametrize("command", ["inspect", "report", "compare", "run"])
def test_pipe_that_is_called_like_a_shard_is_not_waited_for(tmp_path, command):
    (tmp_path / "a.txt").write_text("The quay\n\nThe boats came back late on Friday, at last.\n")
    out = tmp_path / "out"
    run = ("run", str(tmp_path / "a.txt"), "-o", str(out), "-q", "-w", "1")
    assert CliRunner().invoke(cli, run).exit_code == 0
    os.mkfifo(out / "documents/shard-00007.parquet")
    arguments = {"run": run, "compare": (command, str(out), str(out))}.get(
        command, (command, str(out))
    )
    script = [sys.executable, "-m", "pipeline", *arguments]
    done = subprocess.run(script, capture_output=True, check=False, timeout=120)

    assert done.returncode in (0, 1)
    assert b"Traceback" not in done.stderr
