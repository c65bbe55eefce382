"""label, suggest-rules and the gold of a corpus file: a person corrects, and rules follow."""

import re
import shutil
from collections import Counter

import pytest
import yaml

from pipeline.errors import ConfigurationError, GoldError, SourceError
from pipeline.margin import MarginLine, format_margin, parse_margin, read_gold
from pipeline.report.suggestions import Suggestion, Touched, as_rules
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

    def test_two_pages_of_one_name_are_not_written_over_each_other(self, tmp_path):
        for name in ("one", "two"):
            (tmp_path / name).mkdir()
            (tmp_path / name / "a.txt").write_text(f"This is page {name} of two.\n")

        with pytest.raises(SourceError, match=r"is called a\.txt, as another one is"):
            called("label", tmp_path / "one/a.txt", tmp_path / "two/a.txt", "-o", tmp_path / "g")

    def test_odd_line_ends_and_marks_are_read_back(self, tmp_path):
        page = "One sentence that stands here\u2028 on Friday at noon, they said.\n"
        written = format_margin(MarginLine(1, 1, "content", False, page.strip()))
        (tmp_path / "a.txt.gold").write_bytes(
            b"\xef\xbb\xbf# made\r\n" + written.encode() + b"\r\n"
        )
        ((_, read),) = read_gold(tmp_path)

        assert [line.text for line in read.lines] == [page.strip()]

    @pytest.mark.parametrize(
        ("content", "message"),
        [
            (b"% author 1: caf\xe9\n", "cannot be read .*save it as UTF-8"),
            (b" 1 1 content | a\n 1 1 content | a\n", "line 1 stands twice"),
        ],
    )
    def test_gold_that_cannot_be_read(self, tmp_path, content, message):
        (tmp_path / "a.txt.gold").write_bytes(content)

        with pytest.raises(GoldError, match=rf"a\.txt\.gold.*{message}"):
            list(read_gold(tmp_path))

    def test_uncorrected_labels_are_the_runs_own(self, sample_run, gold):
        output, _ = called("evaluate", gold, sample_run)

        assert "differences" not in output


class TestSuggestRules:
    def test_nothing_was_corrected(self, sample_run, gold):
        output, _ = called("suggest-rules", gold, sample_run)

        assert output == "# no line was corrected that a rule could decide\n"

    def test_corrected_lines_become_phrases_with_what_else_they_touch(self, sample_run, gold):
        corrected(gold, 13, "navigation")
        corrected(gold, 14, "legal")
        corrected(gold, 20, "fundraising")
        output, _ = called("suggest-rules", gold, sample_run)
        files = {each["label"]: each for each in yaml.safe_load_all(output)}

        assert files["navigation"]["phrases"]["en"]["line"] == [
            "Pellham Quay's inner harbour opens again after eleven winters"
        ]
        assert files["legal"]["phrases"]["en"]["start"] == ["A flotilla of forty small"]
        assert files["legal"]["phrases"]["en"]["cases"]["match"][0].startswith(
            "A flotilla of forty"
        )
        assert f"# decides {PAGE}:13\n" in output
        assert "fundraising" not in files  # 77 words are more than its rules decide
        assert f"# no phrase for {PAGE}:20: too long" in output

    def test_what_else_a_phrase_matches_is_said(self, sample_run, gold):
        corrected(gold, 3, "other")  # Home, which stands on many pages
        output, _ = called("suggest-rules", gold, sample_run)

        assert re.search(
            r"decides \S+:3; matches in \d+ captures besides, now: \d+ navigation", output
        )

    def test_suggestion_decides_the_line_once_it_stands_in_the_rule_file(
        self, sample_run, gold, tmp_path
    ):
        corrected(gold, 14, "legal")
        output, _ = called("suggest-rules", gold, sample_run)
        (suggested,) = yaml.safe_load_all(output)
        configs = tmp_path / "configs"
        shutil.copytree(CORPUS_FILE.parent, configs)
        rules = yaml.safe_load((configs / "rules/legal.yaml").read_text())
        rules["phrases"]["en"]["start"] = suggested["phrases"]["en"]["start"]
        (configs / "rules/legal.yaml").write_text(yaml.safe_dump(rules, allow_unicode=True))
        output, _ = called("explain", RAW / PAGE, "-c", configs / "sample.yaml")

        assert re.search(r'14 +- +legal +rule legal/en: start "A flotilla of', output)

    def test_page_of_another_corpus_is_an_error(self, sample_run, gold):
        (gold / f"{PAGE}.gold").rename(gold / "other.txt.gold")

        with pytest.raises(GoldError, match="none of its captures is in"):
            called("suggest-rules", gold, sample_run)

    def test_language_and_names_cannot_break_the_form(self):
        touched = Touched(0, Counter(), "")
        odd = Suggestion("share", "no", "line", "a: b", ("x\ny.txt:1",), "# a: 'b'", touched)
        output = as_rules([odd], [], ["z\n.txt:2"])
        (file,) = yaml.safe_load_all(output)

        assert file["phrases"]["no"]["line"] == ["# a: 'b'"]
        assert file["phrases"]["no"]["cases"] == {"match": ["# a: 'b'"], "spare": []}

    def test_phrase_that_corrected_text_begins_with_is_no_suggestion(self, sample_run, gold):
        text = (gold / f"{PAGE}.gold").read_text()
        same = next(line for line in text.splitlines() if " 14  1  content" in line)
        line = same.replace("  14  1  content     ", "  20  -  legal       ")
        kept = [each for each in text.splitlines() if not re.match(r" +20 ", each)]
        (gold / f"{PAGE}.gold").write_text("\n".join([*kept, line]))
        output, _ = called("suggest-rules", gold, sample_run)

        assert output.startswith(f"# no phrase for {PAGE}:20")

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

    def test_items_and_missing_captures_count_too(self, sample_run, tmp_path):
        called("label", "--run", sample_run, "riverside-tag-listing.txt", "-o", tmp_path / "gold")
        path = tmp_path / "gold" / "riverside-tag-listing.txt.gold"
        path.write_text(re.sub(r"^( *\d+ +)[2-8]  ", r"\g<1>1  ", path.read_text(), flags=re.M))
        output, code = called("check", "-c", self.corpus(tmp_path, "[gold]"))
        assert code == 4
        assert "7 differences" in output
        assert "no item begins here in the gold" in output

        path.rename(tmp_path / "gold" / "gone.txt.gold")
        output, code = called("check", "-c", self.corpus(tmp_path, "[gold]"))
        assert (code, "gone.txt: is not in the corpus" in output) == (4, True)

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
