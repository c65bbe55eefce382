"""The report: its figures are the run's, it holds what it shows, and nothing breaks out of it."""

import json
import os
import re
import shutil
import subprocess
import sys
from base64 import b64decode
from contextlib import suppress
from html.parser import HTMLParser
from pathlib import Path

import pyarrow.parquet as pq
import pytest
from markupsafe import escape

from pipeline.boilerplate.phrases import load_rules
from pipeline.document import Label
from pipeline.errors import OutputError
from pipeline.manifest import read_manifest
from pipeline.report import counting, view
from pipeline.report import page as page_module
from pipeline.report.counting import figures_of
from pipeline.report.inspection import files_of
from pipeline.report.page import report_page
from pipeline.report.reasons import unmatched_rules
from pipeline.report.view import parts_of, sample_of, views_of
from pipeline.storage import read_rows
from tests.conftest import CORPUS_FILE
from tests.report.conftest import called


@pytest.fixture(scope="module")
def figures(sample_run):
    return figures_of(sample_run)


@pytest.fixture(scope="module")
def page(sample_run, tmp_path_factory):
    path = tmp_path_factory.mktemp("page") / "report.html"
    called("report", sample_run, "-c", CORPUS_FILE, "-o", path)
    return path.read_text()


def data_in(page):
    start = page.index('<script type="application/json" id="data">')
    return json.loads(page[page.index(">", start) + 1 : page.index("</script>", start)])


class Balanced(HTMLParser):
    """Counts elements that are not closed as they should be."""

    VOID = frozenset({"meta", "img", "source", "br", "input", "link"})

    def __init__(self):
        super().__init__()
        self.open = []
        self.wrong = []
        self.outside = []

    def handle_starttag(self, tag, attrs):
        if tag not in self.VOID:
            self.open.append(tag)
        for name, value in attrs:
            if name in ("src", "href", "srcset") and not value.startswith(("#", "data:")):
                self.outside.append(value)

    def handle_endtag(self, tag):
        if tag not in self.VOID and (not self.open or self.open.pop() != tag):
            self.wrong.append(tag)


def test_page_is_whole_and_asks_for_nothing_outside(page):
    parser = Balanced()
    parser.feed(page)

    assert (parser.open, parser.wrong, parser.outside) == ([], [], [])
    assert "@import" not in page


def test_figures_are_those_of_the_run(sample_run, figures):
    totals = read_manifest(sample_run).totals
    report = json.loads((sample_run / "report.json").read_text())
    labels = {each["label"]: [each["lines"], each["words"]] for each in report["labels"]}

    assert figures.captures == totals.captures
    assert sum(each.documents for each in figures.languages.values()) == totals.documents
    assert sum(each.captures for each in figures.sites.values()) == totals.captures
    assert {name: each.documents for name, each in figures.languages.items()} == (
        report["languages"]
    )
    del labels[Label.BLANK]
    assert {name: [each.lines, each.words] for name, each in figures.labels.items()} == labels
    assert figures.words.text == report["words"]
    assert sum(each.lines for each in figures.reasons.values()) == sum(
        lines for lines, _ in labels.values()
    )
    assert figures.repairs == report["fixes"]
    assert sum(each.kept for each in figures.sites.values()) == report["words"]
    assert sum(figures.confidences) == totals.documents
    assert len(figures.unpublished) == totals.empty + totals.rejected


def test_removed_words_are_those_of_boilerplate(figures):
    of_labels = sum(
        each.words for label, each in figures.labels.items() if label in counting.BOILERPLATE_LABELS
    )

    assert sum(each.removed for each in figures.sites.values()) == of_labels > 500
    assert figures.words.removed == of_labels


def test_captures_are_counted_once_a_label_and_once_a_reason(figures):
    read_more = figures.reasons["navigation", 'rule navigation/en: line "read more"']

    assert (read_more.lines, read_more.captures) == (8, 1)
    assert figures.labels["content"].captures == 20
    assert all(each.captures <= each.lines for each in figures.reasons.values())


def test_rules_that_never_matched_are_all_others(figures):
    rules = load_rules(CORPUS_FILE.parent / "rules")
    unmatched = set(unmatched_rules(rules, [reason for _, reason in figures.reasons]))
    matched = {reason for _, reason in figures.reasons if reason.startswith("rule ")}

    assert len(matched) > 50
    assert not matched & unmatched
    assert 'rule share/en: line "share this story"' in matched
    assert len(unmatched) > 1000


def test_examples_stand_in_their_context(figures):
    own = figures.reasons["share", 'rule share/en: line "share this story"']

    assert own.lines == 1
    assert own.examples[0].before == "18 April 2023"
    assert own.examples[0].after.startswith("Photo: Desmond Oakeley")


def test_least_sure_lines_come_first(figures):
    away = [abs(each.score - 0.5) for each in figures.unsure]

    assert away == sorted(away)
    assert len(away) == counting.UNSURE


def test_page_shows_them(page):
    assert "20 published + 2 empty + 0 rejected = 22 captures." in page
    assert "portal-boilerplate.txt" in page
    assert "every line is boilerplate" in page
    assert re.search(r"riverside-tag-listing\.txt: \d+ items", page)
    assert "<del>" in page
    assert page.count("data:image/svg+xml;base64,") == 6


def test_same_run_has_the_same_page(sample_run, page, tmp_path):
    called("report", sample_run, "-c", CORPUS_FILE, "-o", tmp_path / "again.html")

    assert (tmp_path / "again.html").read_text() == page


def test_captures_are_there_line_by_line(sample_run, page):
    data = data_in(page)
    sources = [capture["source"] for capture in data["captures"]]
    harbour = data["captures"][sources.index("harbour-article.txt")]
    number, item, label, reason, doubtful, parts = harbour["lines"][0]

    assert len(sources) == 22
    assert (number, item, label, doubtful, parts) == (
        *(1, 0, "navigation", False),
        ["=", "Skip to main content"],
    )
    assert data["reasons"][reason].startswith("rule navigation/en")
    lines = sum(len(capture["lines"]) for capture in data["captures"])
    assert lines == read_manifest(sample_run).totals.lines - 205  # blank ones


def test_repairs_stand_in_the_line(page):
    data = data_in(page)
    repaired = [
        line[5] for capture in data["captures"] for line in capture["lines"] if len(line[5]) > 2
    ]

    assert parts_of("it couldn´t", "it couldn't") == [
        "=",
        "it couldn",
        "-",
        "´",
        "+",
        "'",
        "=",
        "t",
    ]
    assert any("-" in parts[::2] and "+" in parts[::2] for parts in repaired)


def test_long_line_is_shown_as_a_whole():
    before, after = "a" * 2000, "b" * 2000

    assert parts_of(before, after) == ["-", before, "+", after]


def test_sample_has_a_bound_and_the_figures_are_of_the_whole(sample_run, monkeypatch):
    monkeypatch.setattr(view, "MAX_BYTES", 20_000)
    monkeypatch.setattr(view, "SAMPLED", 5)
    sample = sample_of(sample_run)
    views = views_of(sample_run, sample)
    page = report_page(figures_of(sample_run), views, read_manifest(sample_run), None)
    captures = {row["capture"] for row in read_rows(files_of(sample_run, "audit"), ("capture",))}

    assert sorted(sample) == sorted(captures)[: len(sample)]
    assert 1 <= len(views.captures) == len(sample) <= 5
    assert f"A sample of {len(views.captures)} of 22, drawn by their identifiers" in page
    assert "Which rules never matched is not said" in page


def test_room_is_taken_by_the_captures_that_come_first(sample_run, monkeypatch):
    every = sample_of(sample_run)
    sizes = sum(len(json.dumps(list(each.lines))) for each in views_of(sample_run, every).captures)
    monkeypatch.setattr(view, "MAX_BYTES", sizes // 2)
    half = sample_of(sample_run)

    assert len(every) == 22
    assert 0 < len(half) < 22
    assert sorted(half) == sorted(every)[: len(half)]


def test_large_capture_and_long_line_are_shown_in_part(tmp_path, monkeypatch):
    monkeypatch.setattr(view, "MAX_CAPTURE_BYTES", 20_000)
    (tmp_path / "pages").mkdir()
    lines = [f"Line {at} says that the boats came back on day {at}." for at in range(1000)]
    (tmp_path / "pages" / "a.txt").write_text("\n\n".join(["word " * 6000 + "end.", *lines]))
    called("run", tmp_path / "pages", "-o", tmp_path / "out", "-q")
    called("report", tmp_path / "out")
    page = (tmp_path / "out" / "report.html").read_text()
    (capture,) = data_in(page)["captures"]

    assert 1 < len(capture["lines"]) < 500
    assert re.match(r"The first \d+ of its 1,001 lines; ", capture["status"])
    assert len(capture["lines"][0][5][1]) == view.LINE_CHARACTERS
    assert "word " * 100 not in page[: page.index('id="data"')]


def test_reasons_that_decided_less_stand_below(sample_run, page, monkeypatch):
    figures = figures_of(sample_run)
    further = len(figures.reasons) - page_module.REASONS
    assert further > 0
    assert f"{further} further reasons, which decided fewer lines" in page
    monkeypatch.setattr(page_module, "REASONS", 1)
    small = report_page(figures, views_of(sample_run, ()), read_manifest(sample_run), None)

    assert f"{len(figures.reasons) - 1} further reasons" in small
    assert all(str(escape(reason)) in small for _, reason in figures.reasons)


def test_output_that_was_changed_is_said_so(sample_run, page, tmp_path):
    assert "is not what the run wrote" not in page
    shutil.copytree(sample_run, tmp_path / "run")
    (documents,) = (tmp_path / "run/documents").glob("*.parquet")
    table = pq.read_table(documents)
    pq.write_table(table, documents, compression="none")
    shutil.copy(documents, documents.with_name("other.parquet"))
    output, code = called("report", tmp_path / "run", "-c", CORPUS_FILE)
    changed = (tmp_path / "run/report.html").read_text()

    assert code == 0
    assert "2 files are not as the run wrote them" in output
    assert "is not what the run wrote" in changed
    assert f"changed: documents/{documents.name} has " in changed
    assert "not of the run: documents/other.parquet" in changed


def test_site_of_a_capture_without_documents_is_that_of_its_address(tmp_path):
    (tmp_path / "pages").mkdir()
    (tmp_path / "pages" / "a.txt").write_text("https://www.harbour.example/news\n\nHome\nLog in\n")
    (tmp_path / "pages" / "b.txt").write_text("Home\nLog in\n")
    called("run", tmp_path / "pages", "-o", tmp_path / "out", "-q")

    assert {name: each.captures for name, each in figures_of(tmp_path / "out").sites.items()} == {
        "harbour.example": 1,
        counting.NO_SITE: 1,
    }


def test_examples_are_those_of_the_smallest_captures(figures):
    own = figures.reasons["content", "model"]
    captures = [each.capture for each in own.examples]

    assert own.captures > len(captures) == counting.EXAMPLES
    assert captures == sorted(set(captures))


def test_plot_of_sites_has_their_names(page):
    images = re.findall(r"data:image/svg\+xml;base64,([\w+/=]+)", page)
    texts = [re.findall(r"<text[^>]*>([^<]*)</text>", b64decode(each).decode()) for each in images]

    assert "plumbline-science.example" in texts[0]
    assert "lampandlever.example" in texts[1]


def test_markup_in_a_capture_stays_text(tmp_path):
    (tmp_path / "pages").mkdir()
    line = "A line with </script><script>alert(1)</script> & <b>markup</b> in it, as a text has it."
    (tmp_path / "pages" / "<i>a.txt").write_text(f"{line}\n\nAnd a second sentence stands here.\n")
    called("run", tmp_path / "pages", "-o", tmp_path / "out", "-q")
    called("report", tmp_path / "out")
    page = (tmp_path / "out" / "report.html").read_text()
    (capture,) = data_in(page)["captures"]

    assert "<script>alert" not in page
    assert "<i>a.txt" not in page
    assert capture["lines"][0][5] == ["=", line]


def test_run_without_a_document(tmp_path):
    (tmp_path / "pages").mkdir()
    (tmp_path / "pages" / "a.txt").write_text("")
    called("run", tmp_path / "pages", "-o", tmp_path / "out", "-q")
    output, code = called("report", tmp_path / "out")

    assert code == 0
    assert re.fullmatch(r"written: \S+report\.html, 0\.\d MB\n", output)
    assert "The model decided no line." in (tmp_path / "out" / "report.html").read_text()


def test_explain_as_a_page():
    output, _ = called(
        "explain", CORPUS_FILE.parent.parent / "raw/sample/moor-mojibake.txt", "--html"
    )
    (capture,) = data_in(output)["captures"]

    assert capture["source"] == "moor-mojibake.txt"
    assert "<h1>" in output
    assert any(len(line[5]) > 2 for line in capture["lines"])


def test_report_stands_beside_the_run_and_is_no_part_of_it(sample_run, tmp_path):
    shutil.copytree(sample_run, tmp_path / "run")
    called("report", tmp_path / "run", "-c", CORPUS_FILE)
    output, code = called("verify", tmp_path / "run")

    assert (tmp_path / "run" / "report.html").is_file()
    assert (code, output[:10]) == (0, "as written")


def test_report_of_an_interrupted_run_says_so(sample_run, tmp_path):
    shutil.copytree(sample_run, tmp_path / "run")
    (tmp_path / "run" / "manifest.json").unlink()

    with pytest.raises(OutputError, match="the run was interrupted; the same `pipeline run` goes"):
        called("report", tmp_path / "run", "-c", CORPUS_FILE)


def test_report_that_goes_to_a_device_leaves_the_device(sample_run, tmp_path):
    command = [sys.executable, "-m", "pipeline.cli", "report", str(sample_run), "-o"]
    environment = {**os.environ, "PYTHONPATH": str(CORPUS_FILE.parent.parent)}
    full = subprocess.run(
        [*command, "/dev/full"], capture_output=True, env=environment, check=False
    )
    printed = subprocess.run(
        [*command, "/dev/stdout"], capture_output=True, env=environment, check=True
    )
    (tmp_path / "page.html").write_bytes(b"above\n")
    with (tmp_path / "page.html").open("ab") as file:
        subprocess.run([*command, "/dev/stdout"], stdout=file, env=environment, check=True)
    subprocess.run([*command, str(tmp_path / "report.html")], env=environment, check=True)

    assert full.returncode == 1
    assert full.stderr.startswith(b"error: /dev/full: cannot be written (No space left")
    assert full.stderr.count(b"\n") == 1
    assert Path("/dev/full").is_char_device()
    assert printed.stdout == (tmp_path / "report.html").read_bytes()
    assert b"above\n" + printed.stdout == (tmp_path / "page.html").read_bytes()
    assert printed.stderr.startswith(b"written: /dev/stdout, ")


def test_report_that_goes_to_a_pipe_leaves_the_pipe(sample_run, tmp_path):
    pipe, page = tmp_path / "pipe", tmp_path / "page.html"
    os.mkfifo(pipe)
    with page.open("wb") as file, subprocess.Popen(["cat", pipe], stdout=file):
        called("report", sample_run, "-c", CORPUS_FILE, "-o", pipe)
        with suppress(OSError):  # nobody reads any more; else nothing was written, and cat waits
            os.close(os.open(pipe, os.O_WRONLY | os.O_NONBLOCK))

    assert pipe.is_fifo()
    assert page.read_text().startswith("<!doctype html>")
    assert page.read_text().rstrip().endswith("</html>")


def test_report_into_a_pipe_that_is_closed_ends_quietly(sample_run):
    command = [sys.executable, "-m", "pipeline.cli", "report", str(sample_run), "-o", "/dev/stdout"]
    with subprocess.Popen(
        command,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        env={**os.environ, "PYTHONPATH": str(CORPUS_FILE.parent.parent)},
    ) as process:
        assert process.stdout is not None
        assert process.stderr is not None
        process.stdout.close()
        said = process.stderr.read()

    assert said == b""
