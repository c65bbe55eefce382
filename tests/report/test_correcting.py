"""label, suggest-rules and the gold of a corpus file: a person corrects, and rules follow."""

import re
import shutil

import pytest
import yaml

from pipeline.errors import ConfigurationError, GoldError, SourceError
from pipeline.margin import parse_margin
from tests.conftest import CORPUS_FILE, RAW
from tests.report.conftest import called

PAGE = "harbour-article.txt"


@pytest.fixture
def gold(sample_run, tmp_path):
    called("label", "--run", sample_run, PAGE, "-o", tmp_path / "gold")
    return tmp_path / "gold"


def corrected(gold, number, label, item="-"):
    path = gold / f"{PAGE}.gold"
    text = path.read_text()
    pattern = re.compile(rf"^( *{number}) +\S+  [a-z]+\+? +\|", re.MULTILINE)
    assert pattern.search(text)
    path.write_text(pattern.sub(rf"\1  {item}  {label:<12} |", text))


class TestLabel:
    def test_labels_of_a_run_and_of_a_file_are_the_same(self, gold, tmp_path):
        output, _ = called("label", RAW / PAGE, "-c", CORPUS_FILE, "-o", tmp_path / "of file")
        text = (tmp_path / "of file" / f"{PAGE}.gold").read_text()

        assert output == f"written: {tmp_path / 'of file' / PAGE}.gold\n"
        assert text == (gold / f"{PAGE}.gold").read_text()
        page = parse_margin(text, "x")
        assert page.authors == {1: "Imogen Tarrant"}
        assert page.dates == {1: "2023-04-18"}
        assert len(page.lines) > 25

    def test_what_is_corrected_is_not_written_over(self, sample_run, gold):
        with pytest.raises(GoldError, match="is there already; correct it, or give --force"):
            called("label", "--run", sample_run, PAGE, "-o", gold)
        corrected(gold, 3, "other")
        called("label", "--run", sample_run, PAGE, "-o", gold, "--force")

        assert "other" not in (gold / f"{PAGE}.gold").read_text().partition("% author")[2]

    def test_source_that_the_run_does_not_have(self, sample_run, tmp_path):
        with pytest.raises(SourceError, match=r"nobody\.txt: is no source in"):
            called("label", "--run", sample_run, "nobody.txt", "-o", tmp_path)

    def test_uncorrected_labels_are_the_runs_own(self, sample_run, gold):
        output, _ = called("evaluate", gold, sample_run)

        assert "differences" not in output


class TestSuggestRules:
    def test_nothing_was_corrected(self, sample_run, gold):
        output, _ = called("suggest-rules", gold, sample_run)

        assert output == "# no line was corrected that a rule could decide\n"

    def test_corrected_lines_become_phrases_with_what_else_they_touch(self, sample_run, gold):
        corrected(gold, 13, "navigation")
        corrected(gold, 20, "legal")
        output, _ = called("suggest-rules", gold, sample_run)
        files = {each["label"]: each for each in yaml.safe_load_all(output)}

        assert files["navigation"]["phrases"]["en"]["line"] == [
            "Pellham Quay's inner harbour opens again after eleven winters"
        ]
        assert files["legal"]["phrases"]["en"]["start"] == ["For most of the past"]
        assert files["legal"]["phrases"]["en"]["cases"]["match"][0].startswith("For most of the")
        assert f"decides {PAGE}:13; matches in 1 captures, now: 1 title" in output
        assert f"look at {PAGE}:20 first" in output

    def test_phrase_that_corrected_text_begins_with_is_no_suggestion(self, sample_run, gold):
        text = (gold / f"{PAGE}.gold").read_text()
        same = next(line for line in text.splitlines() if " 14  1  content" in line)
        line = same.replace("  14  1  content     ", "  20  -  legal       ")
        kept = [each for each in text.splitlines() if not re.match(r" +20 ", each)]
        (gold / f"{PAGE}.gold").write_text("\n".join([*kept, line]))
        output, _ = called("suggest-rules", gold, sample_run)

        assert output == "# no line was corrected that a rule could decide\n"

    def test_rule_that_took_text_away_is_named(self, sample_run, gold):
        corrected(gold, 17, "content", item="1")
        output, _ = called("suggest-rules", gold, sample_run)

        assert '# rule share/en: line "share this story"' in output
        assert f"took text away at {PAGE}:17; it decides 1 lines" in output


class TestGoldOfACorpus:
    def corpus(self, tmp_path, gold):
        text = CORPUS_FILE.read_text().replace("../raw/sample", str(RAW))
        (tmp_path / "c.yaml").write_text(f"{text}\ngold: {gold}\n")
        return tmp_path / "c.yaml"

    def test_check_holds_the_plan_against_it(self, gold, tmp_path):
        output, code = called("check", "-c", self.corpus(tmp_path, "[gold]"))
        assert code == 0
        assert "# gold gold: 1 of its 1 captures are in the corpus, 0 differences" in output

        corrected(gold, 17, "content", item="1")
        output, code = called("check", "-c", self.corpus(tmp_path, "[gold]"))
        assert code == 4
        assert f"{PAGE}:17: share (rule share/en" in output

    @pytest.mark.parametrize(
        ("named", "message"),
        [("[nowhere]", "nowhere is no folder"), ("gold", "must be a list")],
    )
    def test_folder_that_is_not_there(self, tmp_path, named, message):
        with pytest.raises(ConfigurationError, match=message):
            called("check", "-c", self.corpus(tmp_path, named))

    @pytest.mark.usefixtures("gold")
    def test_gold_changes_no_record(self, sample_run, tmp_path):
        shutil.copytree(sample_run, tmp_path / "out")
        corpus = self.corpus(tmp_path, "[gold]")
        output, _ = called("run", "-c", corpus, "-o", tmp_path / "out", "--dry-run")

        assert output.startswith("up to date: 1 shards")
