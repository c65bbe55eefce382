"""What README and Makefile say is held to the commands, the schema and the output."""

import re

import msgspec
import pandas as pd
import polars as pl
import pyarrow.parquet as pq
import pytest

from pipeline.boilerplate import StripBoilerplate
from pipeline.cli import cli
from pipeline.digests import SplitDigests
from pipeline.encoding import FixEncoding
from pipeline.language import DetectLanguage
from pipeline.stages import STAGE_NAMES, stage_name
from pipeline.storage import WriteParquet
from pipeline.storage.schema import AUDIT, DOCUMENTS
from tests.conftest import CORPUS_FILE, ROOT
from tests.test_bad_input import pipeline

README = (ROOT / "README.md").read_text(encoding="utf-8")
PAGES = {path.name: path.read_text(encoding="utf-8") for path in (ROOT / "docs").glob("*.md")}
DOCS = "\n".join([README, *PAGES.values()])
MAKEFILE = (ROOT / "Makefile").read_text(encoding="utf-8")


@pytest.mark.parametrize("schema", [DOCUMENTS, AUDIT], ids=["documents", "audit"])
def test_the_contract_describes_each_field_as_the_schema_does(schema):
    for field in schema:
        description = field.metadata[b"description"].decode().replace("|", "\\|")
        assert f"| `{field.name}` | {description} |" in PAGES["write-parquet.md"]


def test_readme_opens_with_the_two_commands():
    first = [line.split("#")[0].strip() for line in README.splitlines() if line.startswith("    ")]

    assert first[:2] == ["make run", "make test"]


def test_commands_in_the_docs_are_commands():
    named = set(re.findall(r"(?:^ {4}|`|bin/)pipeline ([a-z][a-z-]+)", DOCS, re.MULTILINE))

    assert {"run", "explain", "check", "evaluate", *STAGE_NAMES} <= set(cli.commands)
    assert named <= set(cli.commands)


def test_readme_names_each_command():
    table = README[README.index("| command | |") :].partition("\n\n")[0]

    assert set(re.findall(r"`([a-z][a-z-]+)`", table)) == set(cli.commands)


def test_options_in_the_docs_are_options_of_the_command():
    for name, options in re.findall(r"pipeline ([a-z-]+)((?: [^\s#`]+)*? --[^#`\n]*)", DOCS):
        known = {each for option in cli.commands[name].params for each in option.opts}
        given = re.findall(r"(?<= )--?[a-z][a-z-]*", options)
        assert set(given) <= known | {"--help"}, (name, given)


def test_each_stage_has_a_page_of_its_own():
    for name in STAGE_NAMES:
        assert PAGES[f"{name}.md"].startswith(f"# {name}")


def test_links_between_the_docs_lead_somewhere():
    for where, text in {"README.md": README, **{f"docs/{k}": v for k, v in PAGES.items()}}.items():
        for link in re.findall(r"\]\(([^)#:]+)(?:#[^)]*)?\)", text):
            assert ((ROOT / where).parent / link).exists(), (where, link)


@pytest.mark.parametrize("name", sorted(cli.commands))
def test_each_command_has_help_with_an_example(name):
    done = pipeline(name, "--help")

    assert done.returncode == 0
    assert f"\n  pipeline {name} " in done.stdout.decode()


@pytest.mark.parametrize(
    "stage",
    [FixEncoding, StripBoilerplate, SplitDigests, DetectLanguage, WriteParquet],
    ids=stage_name,
)
def test_page_of_a_stage_shows_each_option_with_its_default(stage):
    page = PAGES[f"{stage_name(stage)}.md"]
    block = page[page.rindex(f"```yaml\n  - stage: {stage_name(stage)}\n") :].split("```")[1]
    shown = dict(re.findall(r"^    (\w+): +(\S+)", block, re.MULTILINE))

    for name, value in msgspec.to_builtins(stage()).items():
        if name not in ("stage", "rules", "context"):
            assert shown[name] == (f"{value}".lower() if value != "" else '""'), name


def test_each_stage_has_a_make_target():
    assert f"STAGES := {' '.join(STAGE_NAMES)}" in MAKEFILE


def test_lines_that_the_readme_shows_are_what_explain_prints():
    shown = re.search(r"```text\n(.*?)```", README, re.DOTALL)[1].rstrip("\n").splitlines()
    file = str(ROOT / "raw/sample/harbour-article.txt")
    printed = pipeline("explain", file, "-c", str(CORPUS_FILE)).stdout.decode().splitlines()

    for line in shown:
        start = line.removesuffix("…")
        assert start == "" or any(other.startswith(start) for other in printed), line


def test_python_that_the_readme_shows_runs(tmp_path, monkeypatch):
    (code,) = re.findall(r"```python\n(from pathlib.*?clean_many.*?)```", README, re.DOTALL)
    (tmp_path / "one.html").write_text("<html><p>The boats came back to the quay on Friday.</html>")
    (tmp_path / "configs").mkdir()
    (tmp_path / "configs" / "mine.yaml").write_text(CORPUS_FILE.read_text())
    monkeypatch.chdir(tmp_path)
    names = {"pandas_frame": pd.DataFrame({"raw": ["One sentence of a page."]})}
    names["polars_frame"] = pl.DataFrame({"raw": ["One sentence of a page."]})

    exec(code, names)  # noqa: S102  it is what a reader would run
    assert names["page"].text == "The boats came back to the quay on Friday."
    assert names["pandas_frame"]["text"].to_list() == ["One sentence of a page."]


def test_page_that_the_readme_shows_is_in_the_sample_and_becomes_that_record(tmp_path):
    captured = (ROOT / "raw/sample/harbour-article.txt").read_text().splitlines()
    pipeline("run", str(ROOT / "raw/sample/harbour-article.txt"), "-o", str(tmp_path / "out"))
    (path,) = (tmp_path / "out" / "documents").glob("*.parquet")
    (record,) = pq.read_table(path).to_pylist()

    before, after = (
        re.search(rf"```{name}\n(.*?)\n```", README, re.DOTALL)[1].splitlines()
        for name in ("before", "after")
    )
    for line in before:
        assert any(other.startswith(line.removesuffix("…")) for other in captured), line
    for line in after:
        name, shown = line.split(maxsplit=1)
        value = record[name] if isinstance(record[name], str) else record[name][0]
        assert str(value).startswith(shown.removesuffix("…")), line


def test_summary_that_the_readme_shows_is_what_run_prints(tmp_path):
    shown = re.findall(r"```text\n(.*?)```", README, re.DOTALL)[1]
    done = pipeline("run", "-c", str(CORPUS_FILE), "-o", str(tmp_path / "out"))

    assert done.stdout.decode().split("\nwritten to")[0].rstrip() == shown.rstrip()


def test_figures_in_the_readme_are_those_of_the_docs():
    full = {row[0]: row for row in _rows(PAGES["figures.md"], "cleaned from")}
    columns = [full["cleaned from"].index(each) for each in _rows(README, "cleaned from")[0]]
    rows = _rows(README, "cleaned from")

    assert len(rows) > 5
    assert rows == [[full[row[0]][column] for column in columns] for row in rows]


def test_languages_in_the_readme_are_those_of_the_docs():
    accuracies = _rows(PAGES["languages.md"], "language")[1:]
    rows = _rows(README, "right")[1:]
    for column, kind in ((1, 2), (2, 3)):
        left = {row[0]: float(row[kind]) for row in accuracies}
        for row in rows:
            least = 0.0 if row[0] == "less" else float(row[0].removesuffix(" and more"))
            expected = [tag for tag, accuracy in left.items() if accuracy >= least]
            assert row[column].split() == expected
            left = {tag: accuracy for tag, accuracy in left.items() if accuracy < least}
        assert left == {}


def _rows(page, first):
    """Return the cells of the table whose first column is headed so, its head first."""
    table = page[page.index(f"| {first} |") :].partition("\n\n")[0].splitlines()
    return [
        [cell.strip() for cell in row.strip("|").split("|")] for row in table if "---" not in row
    ]
