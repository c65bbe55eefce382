"""The five real captures come out as their gold says; skipped, and said so, where they are not."""

import json
from pathlib import Path

import msgspec
import pytest

from pipeline.digests import SplitDigests
from pipeline.evaluation import evaluate, load_gold, read_run
from pipeline.execution import processes, run_all
from pipeline.sources.listing import list_captures
from pipeline.sources.source import Source
from pipeline.stages import STAGE_NAMES
from pipeline.storage import read_rows, shard_files
from tests.conftest import shared_folder
from tests.test_equivalence import ignore


@pytest.fixture(scope="module")
def seeds() -> Path:
    return shared_folder("seeds")


@pytest.fixture(scope="module")
def run_folder(seeds, plan, tmp_path_factory):
    folder = tmp_path_factory.mktemp("seeds")
    source = Source(paths=(str(seeds / "*.txt"),))
    plan = msgspec.structs.replace(plan, source=source, folder=str(folder))
    run_all(
        plan, list_captures(source, Path()), STAGE_NAMES[0], STAGE_NAMES[-1], processes(1), ignore
    )
    return folder


@pytest.fixture(scope="module")
def documents(run_folder):
    names = ("source", "item", "items", "title", "text", "fixes", "author", "published")
    return list(read_rows(shard_files(run_folder, "documents"), names))


def test_every_line_item_author_and_date_is_as_the_gold_says(seeds, run_folder):
    figures = evaluate(load_gold(seeds / "gold.json"), read_run(run_folder))

    assert figures.wrong == ()
    assert (figures.items_found, figures.items_exact) == (19, 19)
    assert figures.items_missed == figures.items_invented == figures.missing == ()
    assert {each.label: each.gold for each in figures.labels}["content"] == 135
    assert sum(each.right for each in figures.labels) == 209


def test_items_are_1_1_1_15_1(documents):
    items = {row["source"]: row["items"] for row in documents}

    assert [items[name] for name in sorted(items)] == [1, 1, 1, 15, 1]


def test_cut_sentences_are_whole(seeds, documents):
    gold = json.loads((seeds / "gold.json").read_text(encoding="utf-8"))
    lines = (seeds / "002_a9ffa14dafb5799f.txt").read_text(encoding="utf-8").split("\n")
    text = next(row["text"] for row in documents if str(row["source"]).startswith("002"))
    joins = gold["002_a9ffa14dafb5799f.txt"]["joins"]

    for above, below in joins:
        end, start = lines[above - 1].split()[-1], lines[below - 1].split()[0]
        assert f" {plain(end)} {start}" in text
    assert len(joins) == 5


def plain(word: str) -> str:
    return word.replace("](#)", "")


def test_no_other_letter_differs_from_the_capture(seeds, documents):
    for path in sorted(seeds.glob("*.txt")):
        captured = path.read_text(encoding="utf-8")
        rows = [row for row in documents if row["source"] == path.name]
        captured = captured.replace("\N{NO-BREAK SPACE}", " ").replace("\N{ACUTE ACCENT}", "'")
        captured = captured.replace("[", "").replace("](#)", "")
        squeezed = "".join(captured.split())
        for row in rows:
            for paragraph in str(row["text"]).split("\n\n"):
                assert "".join(paragraph.replace("[", "").split()) in squeezed


def test_repairs_are_counted(documents):
    fixes = {
        (str(row["source"])[:3], fix["fix"]): fix["count"]
        for row in documents
        if row["items"] == 1
        for fix in row["fixes"]
    }

    assert fixes["004", "apostrophe"] == 42
    assert fixes["002", "join"] == 5
    assert fixes["002", "link"] == 19


def test_teasers_below_the_first_article_can_be_items(seeds, plan, tmp_path):
    apart = SplitDigests(related="items")
    stages = tuple(apart if isinstance(each, SplitDigests) else each for each in plan.stages)
    source = Source(paths=(str(seeds / "000_*.txt"),))
    plan = msgspec.structs.replace(plan, source=source, folder=str(tmp_path), stages=stages)
    run_all(
        plan, list_captures(source, Path()), STAGE_NAMES[0], STAGE_NAMES[-1], processes(1), ignore
    )
    rows = list(read_rows(shard_files(tmp_path, "documents"), ("item", "items", "teaser")))

    assert [(row["item"], row["items"], row["teaser"]) for row in rows] == [
        (item, 9, item > 1) for item in range(1, 10)
    ]
