"""What is learned of a made-up site, and what is not."""

import json
import os
import random

import msgspec
import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from click.testing import CliRunner
from hypothesis import given
from hypothesis import strategies as st

from pipeline.cli import cli
from pipeline.execution import count_all, processes
from pipeline.plan import load_plan
from pipeline.sites import counted, learning
from pipeline.sites.counted import counted_path
from pipeline.sites.learning import learn, repeated_lines
from pipeline.sources.listing import list_captures
from tests.conftest import CORPUS_FILE
from tests.sites.site import (
    HEADING,
    NOTICE,
    PROMOTION,
    addressed,
    archive,
    page,
    paragraphs,
    title,
)

READ_MOST = (0, 1, 2)


def articles(count: int = 12) -> list[tuple[str, str]]:
    return [(addressed(number), page(number, READ_MOST)) for number in range(count)]


def learned(folder, *archives: list[tuple[str, str]], workers: int = 1) -> dict[str, tuple]:
    """Return line → (pages, of), as learned from archives of pages."""
    raw = folder / "raw"
    raw.mkdir(exist_ok=True)
    for number, pages in enumerate(archives):
        archive(raw / f"{number}.jsonl", pages)
    plan = load_plan(CORPUS_FILE)
    source = msgspec.structs.replace(plan.source, paths=(str(raw),))
    plan = msgspec.structs.replace(plan, source=source, folder=str(folder / "out"))
    listing = list_captures(source, raw)
    run = count_all(plan, listing, processes(workers), lambda *_: None)
    rows = learn([counted_path(folder / "out", shard.name) for shard in run.shards]).rows
    return {row.line: (row.pages, row.of) for row in rows}


def test_what_stands_on_all_pages_is_learned_and_no_text_of_an_article(tmp_path):
    found = learned(tmp_path, articles())

    box = [line for each in READ_MOST for line in (title(each), paragraphs(each)[0])]
    menu = ["The Pellham Courier", "Home", "Harbour", "Weather", "Contact the editors"]
    wanted = [*menu, PROMOTION, HEADING, NOTICE, *box, "© 2024 The Pellham Courier"]
    assert found == dict.fromkeys(wanted, (12, 12))


def test_a_page_at_several_addresses_counts_once(tmp_path):
    copies = [(f"{addressed(20)}?print={number}", page(20)) for number in range(6)]
    others = [(addressed(number), page(number)) for number in range(8)]

    found = learned(tmp_path, copies + others)

    assert found[PROMOTION] == (9, 9)
    assert not set(paragraphs(20)) & set(found)


def test_versions_of_one_text_count_once(tmp_path):
    versions = [
        (f"{addressed(20)}/{number}", f"{page(20)}\n\nCorrection: {paragraphs(40 + number)[0]}")
        for number in range(6)
    ]
    others = [(addressed(number), page(number)) for number in range(8)]

    found = learned(tmp_path, versions + others)

    assert found[PROMOTION] == (9, 9)
    assert not set(paragraphs(20)) & set(found)


def test_a_place_on_a_page_is_no_page(tmp_path):
    places = [(f"{addressed(1)}#part-{number}", page(1)) for number in range(8)]

    assert learned(tmp_path, places) == {}


@pytest.mark.parametrize(
    "pages",
    [
        articles(learning.LEAST_PAGES - 1),
        [(f"{addressed(3)}?v={number}", page(3)) for number in range(8)],
        [("", page(number)) for number in range(8)],
        [("no address at all", page(number)) for number in range(8)],
        [(f"https://host-{number}.example/", page(number)) for number in range(8)],
        [],
    ],
    ids=["few pages", "one text only", "no address", "not an address", "a site each", "nothing"],
)
def test_nothing_is_learned_from(pages, tmp_path):
    assert (
        learned(tmp_path, [*pages, ("https://alone.example/", "One page of another site.")]) == {}
    )


def test_of_a_large_site_a_sample_is_looked_at(tmp_path, monkeypatch):
    monkeypatch.setattr(counted, "PAGES_A_SITE", 10)
    monkeypatch.setattr(learning, "PAGES_A_SITE", 10)

    found = learned(tmp_path / "a", articles(30)) if (tmp_path / "a").mkdir() is None else {}

    assert found[PROMOTION] == (10, 10)


@pytest.mark.parametrize("workers", [1, 2])
def test_how_the_pages_lie_in_files_and_who_counts_them_changes_nothing(
    workers, tmp_path, monkeypatch
):
    monkeypatch.setattr(counted, "PAGES_A_SITE", 9)
    monkeypatch.setattr(learning, "PAGES_A_SITE", 9)
    pages = articles(14)
    folders = [tmp_path / name for name in "ab"]
    for folder in folders:
        folder.mkdir()

    in_order = learned(folders[0], pages)
    mixed = random.Random(3).sample(pages, len(pages))
    split = learned(folders[1], mixed[:5], mixed[5:6], mixed[4:], workers=workers)

    assert split == in_order
    assert in_order[PROMOTION] == (9, 9)


def test_sites_looked_at_one_by_one_give_what_all_at_once_give(tmp_path, monkeypatch):
    pages = articles(8)
    pages += [(url.replace("courier", "gazette"), text) for url, text in articles(6)]
    whole = learned(tmp_path, pages)

    monkeypatch.setattr(learning, "LINES_A_PASS", 1)

    assert learned(tmp_path, pages) == whole


rows = st.lists(
    st.tuples(st.integers(0, 7), st.integers(0, 12), st.integers(1, 30)), min_size=1, max_size=80
)


@given(rows, st.randoms(use_true_random=False))
def test_the_order_of_rows_changes_nothing(drawn, shuffler):
    once = {(each[0], each[1]): each for each in drawn}  # a line of a page has one length
    lengths = {line: words for _, line, words in once.values()}
    of_pages = [(at, line, lengths[line]) for at, line, _ in once.values()]
    mixed = shuffler.sample(of_pages, len(of_pages)) + of_pages[:3]

    one, other = (
        repeated_lines(*each[:, :2].T.astype(np.uint64), each[:, 2])
        for each in (np.array(of_pages), np.array(mixed))
    )

    assert one.lines.tolist() == other.lines.tolist()
    assert one.pages.tolist() == other.pages.tolist()
    assert one.of == other.of
    assert all(learning.LEAST_PAGES <= pages <= one.of for pages in one.pages.tolist())


def command(*arguments: object, code: int = 0) -> str:
    done = CliRunner().invoke(cli, [*map(str, arguments), "-c", str(CORPUS_FILE)])
    assert done.exit_code == code, (done.output, done.exception)
    return done.output


def test_the_command_writes_a_file_that_says_where_each_line_stands(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    archive(tmp_path / "crawl.jsonl", [*articles(), ("", "A page without an address.")])

    said = command("learn-sites", "crawl.jsonl", "-o", "sites.parquet", "-w", 1)

    table = pq.read_table("sites.parquet")
    assert "captures     13\n  looked at  12 pages with an address, at most 200 a site" in said
    assert {"site": "courier.example", "line": NOTICE, "pages": 12, "of": 12} in table.to_pylist()
    assert "written to sites.parquet" in said


def test_counting_again_does_only_what_changed(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    archive(tmp_path / "a.jsonl", articles(6))
    archive(tmp_path / "b.jsonl", articles(12)[6:])
    arguments = ("learn-sites", "*.jsonl", "-o", "sites.parquet", "-w", 1)
    command(*arguments)
    shards = sorted((tmp_path / "processed").rglob("shard-*.parquet"))
    before = [path.stat().st_mtime_ns for path in shards]

    archive(tmp_path / "b.jsonl", articles(14)[6:])
    command(*arguments)

    after = [path.stat().st_mtime_ns for path in shards]
    assert [one == other for one, other in zip(before, after, strict=True)] == [True, False]
    assert pq.read_table("sites.parquet")["of"].to_pylist()[0] == 14


def test_without_a_file_to_write_it_says_what_to_name(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    archive(tmp_path / "crawl.jsonl", articles(4))

    done = CliRunner().invoke(cli, ["learn-sites", "crawl.jsonl", "-c", str(CORPUS_FILE)])

    assert "write `-o sites.parquet`" in str(done.exception)


def test_a_folder_is_no_file_to_write(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    archive(tmp_path / "crawl.jsonl", articles(4))
    arguments = ["learn-sites", "crawl.jsonl", "-o", str(tmp_path), "-c", str(CORPUS_FILE)]

    done = CliRunner().invoke(cli, arguments)

    assert "is a folder; name a file" in str(done.exception)
    assert not (tmp_path / "processed").exists()


def test_a_file_that_was_not_learned_is_not_written_over(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    path = archive(tmp_path / "crawl.jsonl", articles(4))
    before = path.read_bytes()
    arguments = ["learn-sites", path.name, "-o", path.name, "-c", str(CORPUS_FILE)]

    done = CliRunner().invoke(cli, arguments)

    assert "is there already, and is no file of site lines; name another" in str(done.exception)
    assert path.read_bytes() == before


def test_a_pipe_is_not_written_over(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    archive(tmp_path / "crawl.jsonl", articles(4))
    os.mkfifo(tmp_path / "sites.parquet")
    arguments = ["learn-sites", "crawl.jsonl", "-o", "sites.parquet", "-c", str(CORPUS_FILE)]

    assert "is there already" in str(CliRunner().invoke(cli, arguments).exception)
    assert (tmp_path / "sites.parquet").is_fifo()


def test_pages_without_an_address_are_warned_of(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    archive(tmp_path / "crawl.jsonl", [("", page(number)) for number in range(8)])

    said = command("learn-sites", "crawl.jsonl", "-o", "sites.parquet", "-w", 1)

    assert "warning: no page has an address" in said
    assert pq.read_table("sites.parquet").num_rows == 0


def test_the_file_is_a_table_with_described_columns(tmp_path):
    learning.write_site_lines(tmp_path / "none.parquet", [])

    schema = pq.read_schema(tmp_path / "none.parquet")
    assert schema.names == ["site", "line", "pages", "of"]
    assert all(field.metadata[b"description"] for field in schema)
    assert schema.field("pages").type == pa.int64()


def test_a_rejected_capture_counts_for_nothing(tmp_path):
    pages = articles(5)
    raw = tmp_path / "raw"
    raw.mkdir()
    archive(raw / "0.jsonl", pages)
    with (raw / "0.jsonl").open("a", encoding="utf-8") as stream:
        stream.write(
            "{broken\n" + json.dumps({"url": addressed(9), "text": "\x00\x01" * 99}) + "\n"
        )
    (raw / "0.jsonl").rename(raw / "1.jsonl")

    assert learned(tmp_path)[PROMOTION] == (5, 5)
