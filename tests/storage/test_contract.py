"""The data contract: what readers get, and that the captures can be woven back from it."""

from collections import defaultdict
from pathlib import Path

import duckdb
import msgspec
import pyarrow.parquet as pq
import pytest

from pipeline.document import Edit, Line, site_of, undo
from pipeline.execution import processes, run_all
from pipeline.publishing import BULLET
from pipeline.sources.captures import read_capture
from pipeline.sources.listing import list_captures
from pipeline.sources.source import Source, SourceFile
from pipeline.stages import STAGE_NAMES
from pipeline.storage import footer_of, read_rows, shard_files
from pipeline.storage.rows import audit_rows, document_rows
from pipeline.storage.schema import AUDIT, DOCUMENTS
from tests.conftest import RAW
from tests.test_equivalence import ignore


@pytest.fixture(scope="module")
def folder(plan, tmp_path_factory):
    folder = tmp_path_factory.mktemp("contract")
    plan = msgspec.structs.replace(plan, folder=str(folder))
    listing = list_captures(plan.source, Path(plan.base))
    run_all(plan, listing, STAGE_NAMES[0], STAGE_NAMES[-1], processes(1), ignore)
    return folder


@pytest.mark.parametrize(("dataset", "schema"), [("documents", DOCUMENTS), ("audit", AUDIT)])
def test_files_have_the_schema_with_descriptions(folder, dataset, schema):
    written = pq.read_schema(shard_files(folder, dataset)[0])

    assert written.equals(schema)
    assert [field.metadata[b"description"] for field in written] == [
        field.metadata[b"description"] for field in schema
    ]


@pytest.mark.parametrize("dataset", ["documents", "audit"])
def test_footer_says_what_made_the_file(folder, dataset):
    footer = footer_of(shard_files(folder, dataset)[0])

    assert footer["pipeline.schema_version"] == "5"
    assert len(footer["pipeline.plan_fingerprint"]) == 64
    assert '"max_line_characters":1000000' in footer["pipeline.plan"]


@pytest.mark.parametrize("dataset", ["documents", "audit"])
def test_types_are_those_that_all_readers_take(folder, dataset):
    kinds = str(pq.read_schema(shard_files(folder, dataset)[0]).remove_metadata())

    assert "uint" not in kinds
    assert "[ns]" not in kinds
    assert "dictionary" not in kinds
    assert ": null" not in kinds


def counts_by_language(folder: Path) -> dict[str, int]:
    rows = read_rows(shard_files(folder, "documents"), ["language"])
    counts: defaultdict[str, int] = defaultdict(int)
    for row in rows:
        counts[str(row["language"])] += 1
    return dict(counts)


def test_documents_join_with_the_lines_of_their_text(folder):
    query = f"""
        select d.id, d.text, string_agg(trim(coalesce(a.repaired, a.text)), ' ' order by a.line)
        from '{folder}/documents/*.parquet' d join '{folder}/audit/*.parquet' a
        on a.capture = d.capture and a.item = d.item where a.label = 'content' group by all
    """  # noqa: S608  a test's path
    rows = duckdb.sql(query).fetchall()

    assert len(rows) == 35
    assert all(
        "".join(text.split()) == "".join(lines.replace("- ", "-").split())
        or "".join(text.split()) == "".join(lines.split())
        for _, text, lines in (
            (key, text.replace(BULLET, ""), lines.replace(BULLET, "")) for key, text, lines in rows
        )
    )


def text_captures() -> list[Path]:
    return [path for path in sorted(RAW.iterdir()) if path.suffix not in (".url", ".html")]


@pytest.mark.parametrize("path", text_captures(), ids=lambda path: path.name)
def test_captured_bytes_are_woven_back_from_the_audit(folder, path):
    names = ("source", "line", "text", "ending", "charset")
    rows = [row for row in read_rows(shard_files(folder, "audit"), names) if row["line"]]
    own = [row for row in rows if row["source"] == path.name]
    woven = "".join(f"{row['text']}{row['ending']}" for row in own)
    charset = str(own[0]["charset"]) if own else "utf-8"

    captured = read_capture(SourceFile(path.name, str(path)), Source(paths=())).capture.content

    assert woven.encode(charset) == captured


def test_every_line_is_in_the_audit_once(folder):
    rows = list(read_rows(shard_files(folder, "audit"), ("capture", "line")))
    lines = [(row["capture"], row["line"]) for row in rows]

    assert len(lines) == len(set(lines)) == 652 + 205 + 2


def test_published_text_has_no_title_byline_date_or_caption(folder):
    names = ("source", "item", "label", "repaired", "text")
    texts = {
        (row["source"], row["item"]): str(row["text"])
        for row in read_rows(shard_files(folder, "documents"), ("source", "item", "text"))
    }
    for row in read_rows(shard_files(folder, "audit"), names):
        line = str(row["repaired"] or row["text"]).strip()
        if row["label"] in ("byline", "caption") and row["item"]:
            assert line not in texts[row["source"], row["item"]].split("\n\n")


def test_rejected_document_has_a_row_for_line_0_and_no_document(capture):
    rejected = msgspec.structs.replace(
        capture(""), lines=(Line(1, "a"),), rejected="strip-boilerplate: ValueError: no"
    )

    rows = audit_rows([rejected])

    assert [(row["line"], row["label"]) for row in rows] == [(0, "rejected"), (1, "rejected")]
    assert rows[0]["reason"] == "strip-boilerplate: ValueError: no"
    assert document_rows([rejected]) == []


def test_edits_are_undone_in_the_audit(capture):
    edit = Edit("fix-encoding", 1, "space", 1, "\N{NO-BREAK SPACE}", " ")
    line = Line(1, "a b", "content")
    document = msgspec.structs.replace(capture("x"), lines=(line,), edits=(edit,))

    (row,) = audit_rows([document])

    assert (row["text"], row["repaired"]) == ("a\N{NO-BREAK SPACE}b", "a b")
    assert undo(line.text, [edit]) == row["text"]


@pytest.mark.parametrize("url", ["http://[broken", "no url", ""])
def test_site_of_what_is_no_address_is_nothing(url):
    assert site_of(url) == ""
