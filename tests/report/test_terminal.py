"""inspect and compare: what a run wrote, and two runs side by side."""

import re
import shutil

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from wcwidth import wcswidth

from pipeline.errors import OutputError
from pipeline.report.comparison import compared, format_comparison
from pipeline.report.inspection import table
from pipeline.storage.schema import DOCUMENTS
from tests.conftest import CORPUS_FILE, RAW
from tests.report.conftest import called


class TestInspect:
    def test_first_documents_in_a_pipe_are_separated_by_tabs(self, sample_run):
        output, _ = called("inspect", sample_run, "-n", 2)
        lines = output.splitlines()

        assert lines[0].split("\t")[:3] == ["id", "source", "language"]
        assert [line.split("\t")[1] for line in lines[1:]] == [
            "allotment-newsletter.txt",
            "bibliothek-faq.txt",
        ]

    def test_lines_of_one_source(self, sample_run):
        output, _ = called(
            *("inspect", sample_run, "--audit", "-s", "harbour-article.txt", "-f", "line"),
            *("-f", "text", "-n", 1),
        )

        assert output == "line\ttext\n1\tSkip to main content\n"

    def test_counts(self, sample_run):
        output, _ = called("inspect", sample_run, "--counts", "language")
        lists, _ = called("inspect", sample_run, "--counts", "fixes")

        assert output.splitlines()[:3] == ["language\tcount", "en\t17", "es\t9"]
        assert "apostrophe\t1" in lists

    def test_one_record_has_all_fields_and_its_text(self, sample_run):
        output, _ = called("inspect", sample_run, "--record", "harbour-article.txt")
        fields = [line.split()[0] for line in output.split("\n\n")[0].splitlines()]

        assert fields == [name for name in DOCUMENTS.names if name != "text"]
        assert re.search(r"^title +Pellham Quay's", output, re.MULTILINE)
        assert "\n\nA flotilla of forty small boats" in output

    @pytest.mark.parametrize(
        ("arguments", "message"),
        [
            (["--counts", "langage"], "documents: has no field langage; did you mean language"),
            (["-f", "label"], "documents: has no field label"),
            (["-r", "nobody"], "has no document nobody"),
        ],
    )
    def test_what_is_not_there_is_said(self, sample_run, arguments, message):
        with pytest.raises(OutputError, match=message):
            called("inspect", sample_run, *arguments)

    def test_folder_without_a_run(self, tmp_path):
        with pytest.raises(OutputError, match=r"holds no documents/shard"):
            called("inspect", tmp_path)

    def test_counts_of_one_source(self, sample_run):
        arguments = ("--audit", "-c", "label", "-s", "harbour-article.txt")
        output, _ = called("inspect", sample_run, *arguments)

        assert "content\t12\n" in output

    def test_source_that_is_not_there(self, sample_run):
        with pytest.raises(OutputError, match="has no documents of the source nobody"):
            called("inspect", sample_run, "-s", "nobody")

    @pytest.mark.parametrize("width", [30, 60, 79])
    def test_wide_table_fits_the_terminal(self, width):
        rows = [{"source": "a" * 50, "title": "日本語の題名" * 9, "words": 12, "text": "x" * 90}]
        names = ("source", "title", "words", "text")
        lines = table(rows, names, width).splitlines()

        assert max(map(wcswidth, lines)) <= max(width, 47)
        assert "…" in lines[1]
        assert "12" in lines[1]


@pytest.fixture(scope="module")
def other_run(sample_run, tmp_path_factory):
    """A run without rules, over all pages but one."""
    folder = tmp_path_factory.mktemp("other")
    shutil.copytree(RAW, folder / "raw")
    (folder / "raw" / "soupe-recette.txt").unlink()
    text = CORPUS_FILE.read_text().replace("../raw/sample", "raw")
    text = text.replace(
        "- stage: strip-boilerplate", "- stage: strip-boilerplate\n    rules: false"
    )
    (folder / "c.yaml").write_text(text)
    called("run", "-c", folder / "c.yaml", "-o", folder / "out", "-q", "-w", 1)
    return folder / "out"


@pytest.mark.parametrize("command", ["report", "compare"])
def test_output_with_a_lost_file_is_refused(sample_run, tmp_path, command):
    shutil.copytree(sample_run, tmp_path / "run")
    shutil.rmtree(tmp_path / "run" / "documents")
    more = [sample_run] if command == "compare" else ["-c", CORPUS_FILE]

    with pytest.raises(OutputError, match=r"shard-00000\.parquet: is lost; run again"):
        called(command, tmp_path / "run", *more)


@pytest.mark.parametrize("command", ["report", "compare"])
@pytest.mark.parametrize("dataset", ["audit", "documents"])
@pytest.mark.parametrize("damage", ["cut", "foreign", "link"])
def test_output_with_a_damaged_file_is_refused(sample_run, tmp_path, command, dataset, damage):
    shutil.copytree(sample_run, tmp_path / "run")
    (path,) = (tmp_path / "run" / dataset).glob("*.parquet")
    if damage == "cut":
        path.write_bytes(path.read_bytes()[:-9])
    elif damage == "foreign":
        pq.write_table(pa.table({"number": [1]}), path)
    else:
        path.unlink()
        path.symlink_to(tmp_path / "nowhere")
    more = [sample_run] if command == "compare" else ["-c", CORPUS_FILE]

    with pytest.raises(OutputError, match=r"shard-00000\.parquet: "):
        called(command, tmp_path / "run", *more)


class TestCompare:
    def test_run_beside_itself(self, sample_run):
        output, _ = called("compare", sample_run, sample_run)

        assert output.splitlines() == [
            "captures     22 in both, 0 of them changed",
            "documents    35 → 35",
            "words        9,109 → 9,109 published",
        ]

    def test_what_the_rules_did(self, sample_run, other_run):
        figures = compared(sample_run, other_run)
        by_labels = {change.labels: change for change in figures.changes}
        example = by_labels["share", "content"].examples[0]

        assert figures.captures == 21
        assert 0 < figures.changed <= 21
        assert figures.only == (("soupe-recette.txt",), ())
        assert figures.documents[0] == 35
        assert figures.words[0] == 9109 != figures.words[1]
        assert example.reasons[0].startswith("rule share/")
        assert sum(change.lines for change in figures.changes) > 20

    def test_order_of_the_runs_turns_it_round(self, sample_run, other_run):
        there, back = compared(sample_run, other_run), compared(other_run, sample_run)

        assert {(*each.labels, each.lines) for each in there.changes} == {
            (*each.labels[::-1], each.lines) for each in back.changes
        }
        assert back.only == there.only[::-1]

    def test_examples_are_no_wider_than_the_terminal(self, sample_run, other_run):
        text = format_comparison(compared(sample_run, other_run), 60)

        assert all(len(line) <= 60 for line in text.splitlines() if line.startswith("  "))
        assert "only in the first: 1 captures (soupe-recette.txt)" in text

    def test_folder_without_a_run(self, sample_run, tmp_path):
        with pytest.raises(OutputError, match=r"holds no audit/shard"):
            called("compare", sample_run, tmp_path)
