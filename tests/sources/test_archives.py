"""JSON lines, Parquet and WARC: every record is a capture, a rejected one, or counted."""

import datetime as dt
import gzip
import json
import os
import zlib
from collections import Counter
from itertools import accumulate

import brotli
import msgspec
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from pipeline import execution, shards
from pipeline.boilerplate import StripBoilerplate
from pipeline.errors import UnreadableError
from pipeline.execution import documents_of, processes, run_all
from pipeline.sources import files as sources_files
from pipeline.sources import json_lines as reading_json_lines
from pipeline.sources import parts, warc
from pipeline.sources.json_lines import json_lines as read_json_lines
from pipeline.sources.listing import list_captures
from pipeline.sources.records import Extent
from pipeline.sources.source import Source, SourceFile
from pipeline.sources.tables import groups_after
from pipeline.sources.warc import warc_records
from pipeline.stages import STAGE_NAMES
from pipeline.storage import read_rows, shard_files
from tests.killers import Killer
from tests.sources.archives import (
    answer,
    compressed,
    json_lines,
    page,
    parquet,
    record,
    text_files,
    text_of,
    warc_record,
)
from tests.test_equivalence import FIRST, LAST, hashes, ignore

PAGES = 12


class Cleaned:
    """What a run wrote."""

    def __init__(self, folder, run):
        self.run = run
        names = ("source", "text", "url", "captured", "extra", "charset", "charset_source")
        rows = list(read_rows(shard_files(folder, "documents"), names))
        self.documents = {str(row["source"]): row for row in rows}
        audit = read_rows(shard_files(folder, "audit"), ("source", "line", "label", "reason"))
        self.without = {str(row["source"]): str(row["reason"]) for row in audit if row["line"] == 0}

    @property
    def texts(self):
        return [row["text"] for row in self.documents.values()]


@pytest.fixture
def clean(plan, tmp_path):
    def run(path, out="out", workers=1, first=FIRST, last=LAST, killing=False, **source):
        chosen = Source(paths=(str(path),), **source)
        stages = tuple(
            Killer() if killing and isinstance(each, StripBoilerplate) else each
            for each in plan.stages
        )
        folder = tmp_path / out
        changed = msgspec.structs.replace(plan, source=chosen, folder=str(folder), stages=stages)
        listing = list_captures(chosen, tmp_path)
        return Cleaned(folder, run_all(changed, listing, first, last, processes(workers), ignore))

    return run


@pytest.fixture
def small_shards(monkeypatch):
    monkeypatch.setattr(execution, "CAPTURES_PER_SHARD", 5)


@pytest.fixture
def lines(tmp_path):
    path = tmp_path / "pages.jsonl"
    path.write_bytes(json_lines([record(at) for at in range(PAGES)]))
    return path


WANTED = [text_of(at) for at in range(PAGES)]


@pytest.mark.parametrize("ending", ["", ".gz", ".zst"])
def test_json_lines_plain_and_compressed(clean, tmp_path, lines, ending):
    path = tmp_path / f"pages.jsonl{ending}"
    if ending:
        path.write_bytes(compressed(lines.read_bytes(), ending))
    cleaned = clean(path)

    assert sorted(cleaned.texts) == sorted(WANTED)
    row = cleaned.documents[f"{path.name}:3"]
    assert row["url"] == "https://harbour.example/2"
    assert json.loads(row["extra"]) == {"id": "p2", "score": 0.5}


def test_parquet_gives_what_json_lines_give(clean, tmp_path, lines):
    parquet(tmp_path / "pages.parquet", [record(at) for at in range(PAGES)], rows_a_group=4)
    ours, theirs = clean(tmp_path / "pages.parquet", "one"), clean(lines, "other")
    columns = ("text", "url", "extra")

    assert [[row[name] for name in columns] for row in ours.documents.values()] == [
        [row[name] for name in columns] for row in theirs.documents.values()
    ]
    assert next(iter(ours.documents)) == "pages.parquet:1"


def test_text_beside_html_is_carried_along(clean, tmp_path):
    path = tmp_path / "a.jsonl"
    records = [
        {"html": page(1), "text": "as another tool took it", "n": 1},
        {"html": None, "text": text_of(2)},
    ]
    path.write_bytes(json_lines(records))
    first, second = clean(path).documents.values()

    assert first["text"] == text_of(1)
    assert json.loads(first["extra"]) == {"text": "as another tool took it", "n": 1}
    assert (second["text"], second["extra"]) == (text_of(2), None)


def test_fields_of_other_names(clean, tmp_path):
    path = tmp_path / "a.ndjson"
    records = [{"body": page(1), "raw": "plain", "at": "https://a.example/", "n": 1, "m": 2}]
    path.write_bytes(json_lines(records))
    cleaned = clean(path, html_field="body", text_field="raw", url_field="at", carry=("m",))

    (row,) = cleaned.documents.values()
    assert row["text"] == text_of(1)
    assert (row["url"], row["extra"]) == ("https://a.example/", '{"m":2}')


def test_html_is_taken_before_text_and_text_where_there_is_no_html(clean, tmp_path):
    path = tmp_path / "a.jsonl"
    both = {"html": page(1), "text": "Nothing of it is here."}
    path.write_bytes(json_lines([both, {"html": "", "text": text_of(2)}, {"html": page(3)}]))

    assert clean(path).texts == [text_of(1), text_of(2), text_of(3)]


@pytest.mark.parametrize(
    ("line", "reason"),
    [
        (b'{"text": "no end', "read: the line is no JSON ("),
        (b'["a", "b"]', "read: the line is an array; a record is an object, {…}"),
        (b"12", "read: the line is a single value; a record is an object"),
        (b'{"title": "a", "body": "b"}', "read: no text in its field text and none in html; "),
        (b'{"text": 12}', "read: no text in its field text and none in html; its fields are: text"),
        (b'{"text": "%s"}' % (b"x" * 3000), "read: larger than max_capture_bytes (2,000 bytes)"),
        (b'{"text": "%s"}' % (b"x" * 20000), "read: larger than max_capture_bytes (2,000 bytes)"),
        (b'{"text": ""}', "the file is empty"),
    ],
    ids=["cut", "array", "number", "fields", "kind", "large", "larger", "empty"],
)
def test_line_that_is_no_record_is_listed_and_its_neighbours_are_kept(
    clean, tmp_path, lines, line, reason
):
    first, *rest = lines.read_bytes().splitlines(keepends=True)
    lines.write_bytes(first + line + b"\n" + b"".join(rest))
    cleaned = clean(lines, max_capture_bytes=2000)

    assert list(cleaned.without) == ["pages.jsonl:2"]
    assert cleaned.without["pages.jsonl:2"].startswith(reason)
    assert len(cleaned.documents) == PAGES
    assert cleaned.run.captures == PAGES + 1


def test_what_json_has_not_is_read_all_the_same(clean, tmp_path):
    path = tmp_path / "a.jsonl"
    half = text_of(1).replace("\n", "\\n") + "\\n\\nThe keeper wrote \\ud800 below it that day."
    path.write_bytes(f'{{"text": "{half}", "n": NaN, "h": "\\udfff"}}\r\n\n \n'.encode())
    cleaned = clean(path)

    (row,) = cleaned.documents.values()
    assert row["text"].startswith(text_of(1))
    assert json.loads(row["extra"]) == {"n": None, "h": "\ufffd"}


def test_values_of_parquet_are_carried_as_json(clean, tmp_path):
    path = tmp_path / "a.parquet"
    day = dt.date(2020, 1, 2)
    parquet(path, [record(1, on=day, raw=b"\xff", tags=["a", "b"], of={"x": None})])
    (row,) = clean(path).documents.values()

    extra = json.loads(row["extra"])
    assert (extra["on"], extra["raw"], extra["tags"]) == ("2020-01-02", "/w==", ["a", "b"])
    assert extra["of"] == {"x": None}


def test_html_of_parquet_may_be_bytes_in_any_charset(clean, tmp_path):
    path = tmp_path / "a.parquet"
    markup = page(1).replace(
        "<body>", '<meta charset="koi8-r"><body><p>Лодки вернулись поздно.</p>'
    )
    parquet(path, [{"html": markup.encode("koi8-r")}])
    (row,) = clean(path).documents.values()

    assert "Лодки вернулись поздно." in row["text"]
    assert (row["charset"], row["charset_source"]) == ("koi8-r", "declared")


def test_parquet_without_a_column_of_text_is_one_rejected_capture(clean, tmp_path):
    parquet(tmp_path / "a.parquet", [{"body": "x", "n": 1}])
    cleaned = clean(tmp_path / "a.parquet")

    assert list(cleaned.without) == ["a.parquet"]
    assert (
        "has no column text and none html; its columns are: body, n" in cleaned.without["a.parquet"]
    )


@pytest.mark.parametrize("name", ["a.parquet", "a.warc", "a.warc.gz", "a.jsonl.gz", "a.jsonl.zst"])
def test_rubbish_is_one_rejected_capture(clean, tmp_path, name):
    (tmp_path / name).write_bytes(b"this is none of these" * 50)
    cleaned = clean(tmp_path / name)

    assert cleaned.documents == {}
    assert list(cleaned.without) == [name]
    assert cleaned.without[name].startswith("read: ")
    assert "broken" in cleaned.without[name]


@pytest.mark.parametrize(
    "line",
    [
        b'{"text":"x","a":' + b"[" * 1000 + b"]" * 1000 + b"}",
        b'{"text":"The lamp was out for the first time.","url":"\\ud800"}',
        b'{"\\ud800":1}',
    ],
    ids=["deep", "half in the address", "half in a name"],
)
def test_odd_json_does_not_end_the_run(clean, lines, line):
    lines.write_bytes(line + b"\n" + lines.read_bytes())
    cleaned = clean(lines)

    assert cleaned.run.captures == PAGES + 1
    assert len(cleaned.documents) >= PAGES


def test_row_of_parquet_that_cannot_be_read_is_rejected_alone(clean, tmp_path):
    good = [record(at) for at in range(3)]
    table = pa.Table.from_pylist(good).append_column(
        "at", pa.array([0, 2**62, 0], pa.timestamp("us"))
    )
    pq.write_table(table, tmp_path / "a.parquet")
    cleaned = clean(tmp_path / "a.parquet")

    assert list(cleaned.documents) == ["a.parquet:1", "a.parquet:3"]
    assert cleaned.without["a.parquet:2"].startswith("read: a value of the row cannot be read")


@pytest.mark.parametrize("ending", [".gz", ".zst"])
def test_archive_that_breaks_off_gives_what_stands_before(clean, tmp_path, ending):
    path = tmp_path / f"a.jsonl{ending}"
    many = [record(at, noise=zlib.crc32(b"%d" % at)) for at in range(20000)]
    path.write_bytes(compressed(json_lines(many), ending)[:-5000])
    cleaned = clean(path, first=FIRST, last="fix-encoding", out="work")
    captures = cleaned.run.captures

    assert 1000 < captures < 20001
    if ending == ".gz":
        readable = zlib.decompressobj(31).decompress(path.read_bytes())
        assert captures == readable.count(b"\n") + 1  # every line that ends, and the break
    (last,) = [
        each[0].rejected
        for each in documents_of_file(clean, path, captures)
        if each[0].capture.source == f"{path.name}:{captures - 1}+"
    ]
    assert last.startswith(f"read: broken {ending} file")
    assert "what follows in it is lost" in last


def documents_of_file(clean, path, captures):
    from pipeline.plan import load_plan
    from tests.conftest import CORPUS_FILE

    plan = load_plan(CORPUS_FILE)
    plan = msgspec.structs.replace(plan, stages=(), source=Source(paths=(str(path),)))
    found = list(documents_of(plan, list_captures(plan.source, path.parent).files))
    assert len(found) == captures
    return found


def test_broken_row_group_is_one_rejected_capture_and_the_others_are_read(clean, tmp_path):
    path = tmp_path / "a.parquet"
    parquet(path, [record(at) for at in range(9)], rows_a_group=3)
    content = bytearray(path.read_bytes())
    for group in (0, 2):
        column = pq.read_metadata(path).row_group(group).column(1)
        start = column.dictionary_page_offset or column.data_page_offset
        content[start : start + 20] = b"\xff" * 20
    path.write_bytes(content)
    cleaned = clean(path)

    assert list(cleaned.documents) == ["a.parquet:4", "a.parquet:5", "a.parquet:6"]
    assert sorted(cleaned.without) == ["a.parquet", "a.parquet:6+"]
    for reason in cleaned.without.values():
        assert reason.startswith("read: a row group is broken, 3 rows are lost (")


def test_two_columns_of_one_name_are_said(clean, tmp_path):
    path = tmp_path / "a.parquet"
    table = pa.table([["x"], ["y"], ["z"]], names=["text", "a", "a"])
    pq.write_table(table, path)

    assert clean(path).without == {
        "a.parquet": "read: has two columns of one name: a; give one another name"
    }


@pytest.mark.parametrize(
    ("line", "reason"),
    [
        (b'{"text": "one", "text": "two"}', "fields of one name: text; give one another name"),
        (b'{"text": "one", "a": {"b": 1, "b": [2]}, "c": 0, "c": 1}', "of one name: b, c; give"),
        (b'{"text": "one", "text": "one", "n": 1, "n": 1.0}', ""),
        (b'{"text": "one", "a": [{"b": 1}, {"b": 2}], "c": {"text": "two"}}', ""),
    ],
    ids=["text", "others", "the same value", "objects of their own"],
)
@pytest.mark.parametrize("long", [0, 1 << 20], ids=["as long lines", "as short ones"])
def test_two_fields_of_one_name_are_said_unless_nothing_is_lost(
    clean, lines, monkeypatch, line, reason, long
):
    monkeypatch.setattr(reading_json_lines, "LONG", long)
    lines.write_bytes(line + b"\n" + lines.read_bytes())
    cleaned = clean(lines)
    said = cleaned.without.get("pages.jsonl:1", "")

    assert reason in said
    assert said.startswith("read: has two values in fields") == bool(reason)
    assert len(cleaned.documents) >= PAGES


@pytest.mark.parametrize("charset", ["utf-16", "utf-16-be", "utf-32"])
def test_json_lines_in_another_charset_are_said_once(clean, lines, charset):
    mark = "\ufeff" if charset == "utf-16-be" else ""
    lines.write_bytes(f"{mark}{lines.read_text()}".encode(charset))

    assert clean(lines).without == {
        "pages.jsonl": "read: is in UTF-16 or UTF-32; JSON lines are UTF-8; "
        "what follows in it is lost; convert it"
    }


@pytest.mark.parametrize("name", ["a.jsonl", "b.ndjson.gz", "c.parquet"])
def test_archive_without_a_record_is_counted(clean, tmp_path, name):
    if name == "c.parquet":
        pq.write_table(pa.table({"text": pa.array([], pa.string())}), tmp_path / name)
    else:
        (tmp_path / name).write_bytes(gzip.compress(b"\n \n") if name.endswith("gz") else b"")
    (tmp_path / "d.txt").write_text(text_of(1))
    cleaned = clean(tmp_path)

    assert cleaned.run.left_aside == {"archive without a record": 1}
    assert len(cleaned.documents) == 1


def test_no_reason_names_a_path_of_the_machine(clean, tmp_path):
    folder = tmp_path / "pages"
    folder.mkdir()
    for name in ("a.parquet", "b.warc", "c.jsonl", "d.warc.gz"):
        (folder / name).symlink_to(tmp_path / "nowhere" / name)
    reasons = clean(folder).without

    assert len(reasons) == 4
    for reason in reasons.values():
        assert str(tmp_path) not in reason
        assert "cannot be opened (No such file or directory)" in reason


@pytest.mark.parametrize("name", ["a.parquet", "b.warc", "c.jsonl", "d.txt"])
def test_pipes_are_not_read(clean, tmp_path, name):
    os.mkfifo(tmp_path / name)

    assert "is no regular file" in clean(tmp_path).without[name]


def test_reading_that_is_given_up_leaves_what_was_read(plan, lines):
    source = Source(paths=(str(lines),))
    plan = msgspec.structs.replace(plan, source=source)
    (task,) = execution.tasks_of(plan, list_captures(source, lines.parent).files, FIRST, LAST)
    stopped = shards.without_capture(task, shards.reading(3), "took too long")
    (shard,) = shards.shards_of(stopped, Counter())

    names = [each.name for each in shard.captures]
    assert names == [f"pages.jsonl:{at}" for at in (1, 2, 3)] + ["pages.jsonl:3+"]
    last = shard.captures[-1].document()
    assert last.rejected == "read: took too long; what follows in it is lost"


def test_depth_of_json_that_is_read_does_not_depend_on_who_reads(clean, tmp_path):
    path = tmp_path / "deep.jsonl"
    depths = (10, 199, 200, 500, *range(960, 995))
    fields = [b"[" * (depth - 1) + b"]" * (depth - 1) for depth in depths]
    path.write_bytes(b"".join(b'{"text": "%s", "e": %s}\n' % (b"[" * 300, each) for each in fields))
    one, two = clean(path, "one", carry=["*"]), clean(path, "two", workers=2, carry=["*"])

    assert one.without == two.without
    assert list(one.without) == [f"deep.jsonl:{at}" for at in range(4, len(depths) + 1)]
    assert "is nested 500 deep; 200 at most are read" in one.without["deep.jsonl:4"]
    assert rows(tmp_path / "one", "audit") == rows(tmp_path / "two", "audit")


@pytest.mark.parametrize(
    ("dies_at", "names"),
    [
        ((0,), ["", "3", "4", "5", "6", "7"]),
        ((3,), ["1", "2", "3", "3+", "5", "6", "7"]),
        ((2, 3), ["1", "2", "2+", "4+", "7"]),
        ((6,), ["1", "2", "3", "4", "5", "6", "6+"]),
        ((0, 1, 2, 3), ["", "2+", "4+", "6+"]),
    ],
)
def test_row_groups_behind_one_that_kills_are_read(plan, tmp_path, dies_at, names):
    path = tmp_path / "a.parquet"
    parquet(path, [record(at) for at in range(7)], rows_a_group=2)
    source = Source(paths=(str(path),))
    plan = msgspec.structs.replace(plan, source=source)
    (task,) = execution.tasks_of(plan, list_captures(source, tmp_path).files, FIRST, LAST)
    for place in dies_at:
        task = shards.without_capture(task, shards.reading(place), "took too long")
    (shard,) = shards.shards_of(task, Counter())

    assert [each.name.removeprefix("a.parquet").strip(":") for each in shard.captures] == names
    lost = {each.document().rejected for each in shard.captures if each.name[-1] in "+t"}
    group = "read: took too long; what follows in its row group is lost"
    assert lost == {group.replace("its row group", "it") if names[-1][-1] == "+" else group} | (
        {group} if len(dies_at) > 1 else set()
    )


def test_no_row_group_is_behind_in_a_file_that_is_gone(tmp_path):
    file = SourceFile("a.parquet", str(tmp_path / "a.parquet"), "parquet")

    assert groups_after(file, Extent(), 3) is None


def test_long_names_of_fields_are_shortened_in_reasons(clean, lines):
    lines.write_bytes(b'{"%s": 1}\n' % (b"x" * 5000))

    assert len(clean(lines).without["pages.jsonl:1"]) < 250


class TestWarc:
    RUSSIAN = "Лодки вернулись поздно вечером, и никто не ждал их на пристани."

    def archive(self, tmp_path, *records, ending=""):
        path = tmp_path / f"crawl.warc{ending}"
        members = [gzip.compress(each) for each in records] if ending == ".gz" else records
        content = b"".join(members)
        path.write_bytes(compressed(content, ending) if ending == ".zst" else content)
        return path

    @pytest.mark.parametrize("ending", ["", ".gz", ".zst"])
    def test_responses_are_captures(self, clean, tmp_path, ending):
        records = [
            warc_record(
                "http://a.example/", b"software: x\r\n", "warcinfo", "application/warc-fields"
            )
        ]
        records += [
            warc_record(
                f"https://harbour.example/{at}",
                answer(page(at).encode(), "Content-Type: text/html", "X-Served: a", "X-Served: b"),
            )
            for at in range(PAGES)
        ]
        cleaned = clean(self.archive(tmp_path, *records, ending=ending))

        assert cleaned.texts == WANTED
        row = cleaned.documents[f"crawl.warc{ending}:2"]
        assert (row["url"], row["captured"]) == (
            "https://harbour.example/0",
            "2026-01-02T03:04:05Z",
        )
        assert json.loads(row["extra"])["http"]["x-served"] == "a\nb"
        assert cleaned.run.left_aside == {"WARC warcinfo": 1}

    def test_charset_of_the_header_counts_before_that_of_the_page(self, clean, tmp_path):
        body = page(1).replace("<body>", f'<meta charset="koi8-r"><body><p>{self.RUSSIAN}</p>')
        header = "Content-Type: text/html; charset=windows-1251"
        block = answer(body.encode("cp1251"), header)
        (row,) = clean(self.archive(tmp_path, warc_record("http://a/", block))).documents.values()

        assert self.RUSSIAN in row["text"]
        assert (row["charset"], row["charset_source"]) == ("windows-1251", "http")

    @pytest.mark.parametrize(
        ("coding", "encode"),
        [
            ("gzip", gzip.compress),
            ("x-gzip", gzip.compress),
            ("deflate", zlib.compress),
            ("deflate", lambda body: zlib.compress(body)[2:-4]),
            ("br", brotli.compress),
            ("gzip", lambda body: body),
            ("br", lambda body: body),
            ("no-such-coding", lambda body: body),
        ],
        ids=["gzip", "x-gzip", "deflate", "bare", "br", "undone", "undone br", "unknown"],
    )
    @pytest.mark.parametrize("chunked", [False, True])
    def test_codings_of_answers_are_undone(self, clean, tmp_path, coding, encode, chunked):
        body = encode(page(1).encode())
        headers = ["Content-Type: text/html", f"Content-Encoding: {coding}"]
        if chunked:
            headers.append("Transfer-Encoding: chunked")
            parts_of_it = [body[at : at + 100] for at in range(0, len(body), 100)]
            body = b"".join(b"%x\r\n%s\r\n" % (len(each), each) for each in (*parts_of_it, b""))
        path = self.archive(tmp_path, warc_record("http://a/", answer(body, *headers)))

        assert clean(path).texts == [text_of(1)]

    @pytest.mark.parametrize(
        ("coding", "encode"), [("gzip", gzip.compress), ("br", brotli.compress)]
    )
    def test_coded_body_that_breaks_off_is_read_as_far_as_it_goes_and_says_so(
        self, clean, tmp_path, coding, encode
    ):
        noise = "".join(chr(33 + zlib.crc32(b"%d" % at) % 90) for at in range(4000))
        body = encode(f"{page(1)}<!-- {noise} -->".encode())[:-900]
        headers = ["Content-Type: text/html", f"Content-Encoding: {coding}"]
        path = self.archive(tmp_path, warc_record("http://a/", answer(body, *headers)))
        (row,) = clean(path).documents.values()

        assert row["text"] == text_of(1)
        assert json.loads(row["extra"])["cut"] == f"the {coding} data of the body breaks off"

    @pytest.mark.parametrize("broken", [b"zz\r\n", b"\r\n", b""])
    def test_chunks_that_break_off_lose_no_text_and_say_so(self, clean, tmp_path, broken):
        body = page(1).encode()
        half = len(body) // 2
        chunks = [body[:half] + b"\r\n", body[half:]]
        sizes = [b"%x\r\n" % half, broken]
        content = b"".join(size + chunk for size, chunk in zip(sizes, chunks, strict=True))
        headers = ["Content-Type: text/html", "Transfer-Encoding: chunked"]
        path = self.archive(tmp_path, warc_record("http://a/", answer(content, *headers)))
        (row,) = clean(path).documents.values()

        assert row["text"].startswith(text_of(1)[:60])
        assert row["text"].endswith(text_of(1)[-60:])
        assert json.loads(row["extra"])["cut"] == "the chunked data of the body breaks off"

    @pytest.mark.parametrize(
        "headers",
        [
            [],
            ["Content-Type : text/html"],
            ["Content-Type: text/html", "Content-Type: text/html; charset=utf-8"],
            ["no colon here", "Content-Type: text/html"],
            ["Content-Type: rubbish"],
            ["X-Long: " + "x" * 70_000, "Content-Type: text/html"],
            [*(f"X-{at}: {at}" for at in range(150)), "Content-Type: text/html"],
            ["Content-Type:", " text/html"],
        ],
        ids=["none", "space", "twice", "junk", "rubbish", "long", "many", "folded"],
    )
    def test_headers_that_are_none_of_the_best(self, clean, tmp_path, headers):
        path = self.archive(tmp_path, warc_record("http://a/", answer(page(1).encode(), *headers)))

        assert clean(path).texts == [text_of(1)]

    def test_kind_of_a_record_is_read_in_any_case(self, clean, tmp_path):
        block = answer(page(1).encode(), "Content-Type: Text/HTML")
        path = self.archive(tmp_path, warc_record("http://a/", block, "Response"))

        assert clean(path).texts == [text_of(1)]

    def test_what_is_no_page_is_counted(self, clean, tmp_path):
        html = "Content-Type: text/html"
        cleaned = clean(
            self.archive(
                tmp_path,
                warc_record("http://a/1", answer(page(1).encode(), html)),
                warc_record("http://a/2", answer(b"gone", html, status="404 Not Found")),
                warc_record("http://a/3", answer(b"", html, status="301 Moved")),
                warc_record("http://a/4", answer(b"\x89PNG", "Content-Type: image/png")),
                warc_record("http://a/5", b"GET / HTTP/1.1\r\n\r\n", "request"),
                warc_record("http://a/6", b"", "revisit"),
            )
        )

        assert cleaned.texts == [text_of(1)]
        assert cleaned.run.left_aside == {
            "HTTP status 301": 1,
            "HTTP status 404": 1,
            "WARC request": 1,
            "WARC revisit": 1,
            "image/png": 1,
        }

    def test_record_that_cannot_be_read_is_listed_and_the_next_is_read(self, clean, tmp_path):
        html = "Content-Type: text/html"
        bomb = answer(gzip.compress(b"x" * 100_000), html, "Content-Encoding: gzip")
        cleaned = clean(
            self.archive(
                tmp_path,
                warc_record("http://a/1", b"no answer at all"),
                warc_record("http://a/2", bomb),
                warc_record("http://a/3", answer(page(3).encode(), html)),
            ),
            max_capture_bytes=50_000,
        )

        assert cleaned.texts == [text_of(3)]
        assert cleaned.without["crawl.warc:1"] == "read: its HTTP header is none"
        assert cleaned.without["crawl.warc:2"].startswith("read: larger than max_capture_bytes")

    @pytest.mark.parametrize("ending", ["", ".gz"])
    def test_archive_that_breaks_off_gives_what_stands_before(self, clean, tmp_path, ending):
        noise = [zlib.crc32(b"%d" % at) for at in range(400)]
        records = [
            warc_record(
                f"http://a/{at}",
                answer(f"{page(at)}<!-- {noise} -->".encode(), "Content-Type: text/html"),
            )
            for at in range(3)
        ]
        path = self.archive(tmp_path, *records, ending=ending)
        path.write_bytes(path.read_bytes()[:-1500])
        cleaned = clean(path)

        assert cleaned.texts == [text_of(0), text_of(1)]
        (name,) = cleaned.without
        assert name == f"{path.name}:2+"
        assert "what follows in it is lost" in cleaned.without[name]

    @pytest.mark.parametrize("ending", ["", ".gz"])
    def test_wherever_an_archive_is_cut_it_says_so(self, tmp_path, ending):
        html = "Content-Type: text/html"
        records = [
            warc_record(f"http://a/{at}", answer(page(at).encode(), html)) for at in range(3)
        ]
        members = [gzip.compress(each, mtime=0) if ending else each for each in records]
        whole, ends = b"".join(members), [*accumulate(map(len, members))]
        path = tmp_path / f"crawl.warc{ending}"

        def read(content):
            path.write_bytes(content)
            found = []
            file = SourceFile(path.name, str(path))
            captures = warc_records(file, Extent(), Source(paths=()), Counter())
            try:
                found.extend(each.document().rejected for each in captures)
            except UnreadableError as error:
                return found, str(error)
            return found, ""

        assert read(whole) == ([""] * 3, "")
        for cut in range(2, len(whole), 5):
            found, said = read(whole[:cut])
            # the last record is whole where but empty lines behind it or a checksum are missing
            last = next(end for end in ends if cut < end)
            assert (
                "fetch it again" in said
                or "is it a WARC" in said
                or cut in ends
                or (not ending and cut >= last - 4)
            )
            assert len(found) - sum(end <= cut for end in ends) in (0, cut >= last - 24)

    def test_records_that_are_skipped_are_read_once(self, clean, tmp_path, monkeypatch):
        html = "Content-Type: text/html"
        records = [warc_record("http://a/", answer(page(1).encode(), html))]
        records += [warc_record("http://a/", b"GET / HTTP/1.1\r\n\r\n", "request")] * 20
        asked = []
        monkeypatch.setattr(warc, "_is_header_cut", lambda *_: bool(asked.append(1)))

        assert clean(self.archive(tmp_path, *records)).texts == [text_of(1)]
        assert not asked

    def test_cut_in_a_record_that_is_skipped_is_said(self, clean, tmp_path):
        request = warc_record("http://a/", b"GET / HTTP/1.1\r\n\r\n", "request")
        cut = request.replace(b"Content-Length: 18", b"Content-Length: 1800")
        cleaned = clean(self.archive(tmp_path, cut))

        assert cut != request
        assert "it ends within its record 1" in cleaned.without["crawl.warc"]

    def test_junk_between_records_is_said(self, clean, tmp_path):
        good = warc_record("http://a/", answer(page(1).encode(), "Content-Type: text/html"))
        cleaned = clean(self.archive(tmp_path, good, b"junk\r\n" * 40, good))

        assert cleaned.texts == [text_of(1)]
        assert "what follows in it is lost" in cleaned.without["crawl.warc:1+"]

    def test_conversions_are_text(self, clean, tmp_path):
        path = tmp_path / "crawl.warc.wet.gz"
        record_of_it = warc_record("http://a/", text_of(1).encode(), "conversion", "text/plain")
        path.write_bytes(gzip.compress(record_of_it))

        assert clean(path).texts == [text_of(1)]


def rows(folder, dataset):
    return [dict(row) for row in read_rows(shard_files(folder, dataset), ("source", "capture"))]


class TestParts:
    @pytest.mark.parametrize("size", [1, 700, 1500, 10**6])
    def test_ranges_of_lines_give_the_same_records(self, clean, tmp_path, lines, monkeypatch, size):
        clean(lines, "whole")
        monkeypatch.setattr(parts, "PART_BYTES", size)
        monkeypatch.setattr(parts, "CHUNK_BYTES", 333)
        clean(lines, "parts")

        whole, apart = tmp_path / "whole", tmp_path / "parts"
        assert rows(apart, "documents") == rows(whole, "documents")
        assert rows(apart, "audit") == rows(whole, "audit")
        assert (len(shard_files(apart, "documents")) > 1) == (size < 10**6)

    @pytest.mark.parametrize("ending", [".gz", ".zst"])
    @pytest.mark.parametrize("most", [3, 100])
    def test_ranges_of_compressed_lines_give_the_same_records(
        self, clean, tmp_path, lines, monkeypatch, ending, most
    ):
        path = tmp_path / f"pages.jsonl{ending}"
        path.write_bytes(compressed(lines.read_bytes(), ending))
        clean(path, "whole")
        self.small(monkeypatch, most)
        clean(path, "parts", workers=2)

        assert rows(tmp_path / "parts", "audit") == rows(tmp_path / "whole", "audit")
        assert len(shard_files(tmp_path / "parts", "audit")) == min(most, PAGES)

    @pytest.mark.parametrize("ending", [".gz", ".zst"])
    @pytest.mark.parametrize("order", [1, -1])
    def test_parts_in_order_go_on_in_the_stream(self, tmp_path, lines, monkeypatch, ending, order):
        path = tmp_path / f"pages.jsonl{ending}"
        path.write_bytes(compressed(lines.read_bytes(), ending))
        file, source = SourceFile(path.name, str(path), "json lines"), Source(paths=(str(path),))
        whole = {record.name: record.raw for record in read_json_lines(file, Extent(), source)}
        self.small(monkeypatch)
        found = parts.parts_of([file], 1)
        opened = []

        def counted(named):
            opened.append(named)
            return sources_files.opened(named)

        monkeypatch.setattr(reading_json_lines, "opened", counted)
        records = [
            record
            for part in found[::order]
            for record in read_json_lines(file, part.extent, source)
        ]

        assert {record.name: record.raw for record in records} == whole
        assert len(records) == PAGES <= len(found)
        assert len(opened) == (1 if order == 1 else len(found))

    @pytest.mark.parametrize("ending", ["", ".gz"])
    def test_ranges_of_a_warc_give_the_same_records(self, clean, tmp_path, monkeypatch, ending):
        path = self.warc(tmp_path, ending)
        clean(path, "whole")
        self.small(monkeypatch)
        cleaned = clean(path, "parts", workers=2)

        assert rows(tmp_path / "parts", "audit") == rows(tmp_path / "whole", "audit")
        assert len(shard_files(tmp_path / "parts", "audit")) == PAGES
        assert cleaned.run.left_aside == {"WARC request": PAGES}

    def test_a_warc_in_one_member_of_gzip_is_one_part(self, clean, tmp_path, monkeypatch):
        path = tmp_path / "crawl.warc.gz"
        path.write_bytes(gzip.compress(self.warc(tmp_path, "").read_bytes()))
        (tmp_path / "crawl.warc").unlink()
        self.small(monkeypatch)
        clean(path)

        assert len({row["source"] for row in rows(tmp_path / "out", "audit")}) == PAGES
        assert len(shard_files(tmp_path / "out", "audit")) == 1

    @pytest.mark.parametrize("name", ["crawl.warc", "crawl.warc.gz", "a.jsonl.gz", "a.jsonl.zst"])
    def test_parts_of_a_broken_archive_give_what_the_whole_gives(
        self, clean, tmp_path, monkeypatch, name
    ):
        path = tmp_path / name
        ending = path.suffix if path.suffix in (".gz", ".zst") else ""
        if "jsonl" in name:
            many = json_lines([record(at) for at in range(2000)])
            path.write_bytes(compressed(many, ending))
        else:
            path = self.warc(tmp_path, ending, ("response",))
        content = path.read_bytes()
        path.write_bytes(content[: len(content) * 2 // 3 - 60])
        whole = clean(path, "whole").without
        self.small(monkeypatch, size=20_000 if "jsonl" in name else 1)
        parted = clean(path, "parts").without

        assert list(parted.values()) == list(whole.values())
        assert len(whole) == 1
        read, of_whole = (
            {row["source"] for row in rows(tmp_path / name, "documents")}
            for name in ("parts", "whole")
        )
        assert of_whole <= read  # before the break a part may read some bytes farther
        assert len(read) < len(of_whole) + 10
        assert len(shard_files(tmp_path / "parts", "audit")) > 1

    @staticmethod
    def small(monkeypatch, most=100, size=1):
        monkeypatch.setattr(parts, "PART_BYTES", size)
        monkeypatch.setattr(parts, "COMPRESSED_BYTES", 1)
        monkeypatch.setattr(parts, "MOST_COMPRESSED", most)
        monkeypatch.setattr(parts, "CHUNK_BYTES", 333)

    @staticmethod
    def warc(folder, ending, kinds=("request", "response")):
        path = folder / f"crawl.warc{ending}"
        members = [
            warc_record(
                f"http://a/{at}", answer(page(at).encode(), "Content-Type: text/html"), kind
            )
            for at in range(PAGES)
            for kind in kinds
        ]
        path.write_bytes(b"".join(gzip.compress(each) if ending else each for each in members))
        return path

    def test_row_groups_give_the_same_records(self, clean, tmp_path, monkeypatch):
        path = tmp_path / "a.parquet"
        parquet(path, [record(at) for at in range(PAGES)], rows_a_group=2)
        clean(path, "whole")
        monkeypatch.setattr(parts, "PART_ROWS", 3)
        clean(path, "parts")

        assert rows(tmp_path / "parts", "audit") == rows(tmp_path / "whole", "audit")
        assert len(shard_files(tmp_path / "parts", "audit")) == 3

    def test_shards_of_an_archive_end_after_so_many_bytes(
        self, clean, tmp_path, lines, monkeypatch
    ):
        monkeypatch.setattr(shards, "SHARD_BYTES", 1000)
        clean(lines)

        assert len(shard_files(tmp_path / "out", "audit")) == PAGES / 3


class TestSameBytes:
    @pytest.fixture
    def mixed(self, tmp_path, lines, small_shards):  # noqa: ARG002  it shapes the shards
        folder = text_files(tmp_path / "mixed", 7)
        lines.rename(folder / "a.jsonl")
        parquet(folder / "b.parquet", [record(at) for at in range(PAGES)])
        html = [answer(page(at).encode(), "Content-Type: text/html") for at in range(6)]
        members = [
            gzip.compress(warc_record(f"http://a/{at}", each)) for at, each in enumerate(html)
        ]
        (folder / "c.warc.gz").write_bytes(b"".join(members))
        return folder

    def test_whatever_the_workers(self, clean, tmp_path, mixed):
        one = clean(mixed, "one")
        two = clean(mixed, "two", workers=2)

        assert one.run.captures == two.run.captures == 7 + PAGES + PAGES + 6
        assert hashes(tmp_path / "one") == hashes(tmp_path / "two")
        assert len(hashes(tmp_path / "one")) == 2 * (2 + 3 + 3 + 2)

    def test_stage_by_stage(self, clean, tmp_path, mixed):
        clean(mixed, "fused")
        for name in STAGE_NAMES:
            clean(mixed, "staged", first=name, last=name)

        assert hashes(tmp_path / "staged") == hashes(tmp_path / "fused")

    def test_second_run_does_nothing_and_lost_shards_are_done_again(self, clean, tmp_path, mixed):
        clean(mixed)
        before = hashes(tmp_path / "out")
        again = clean(mixed)
        assert not any(shard.done for shard in again.run.shards)

        (tmp_path / "out/documents/shard-00002-00001.parquet").unlink()
        repaired = clean(mixed, workers=2)
        assert [shard.name for shard in repaired.run.shards if shard.done] == ["shard-00002-00001"]
        assert hashes(tmp_path / "out") == before

    def test_shards_that_a_shorter_archive_has_no_more_are_removed(self, clean, mixed):
        clean(mixed)
        (mixed / "a.jsonl").write_bytes(json_lines([record(0)]))
        run = clean(mixed).run

        assert sorted({path.name for path in run.removed}) == [
            "shard-00002-00001.parquet",
            "shard-00002-00002.parquet",
        ]
        assert run.captures == 7 + 1 + PAGES + 6

    def test_record_that_kills_its_worker_twice_is_rejected(self, clean, mixed):
        pages = [record(at) for at in range(PAGES)]
        pages[6]["text"] = f"{text_of(6)}\nKILL\n"
        (mixed / "a.jsonl").write_bytes(json_lines(pages))
        cleaned = clean(mixed, workers=2, killing=True)

        assert cleaned.without == {
            "a.jsonl:7": "read: the worker process was ended by signal 9 (SIGKILL) over it, twice"
        }
        assert len(cleaned.documents) == 7 + PAGES + PAGES + 6 - 1


def test_large_row_groups_are_written_as_they_fill(clean, tmp_path, lines, monkeypatch):
    monkeypatch.setattr("pipeline.storage.SETTLED_ROWS", 10)
    monkeypatch.setattr("pipeline.storage.ROW_GROUP_BYTES", 2000)
    clean(lines)
    (path,) = shard_files(tmp_path / "out", "audit")

    assert pq.ParquetFile(path).num_row_groups >= 3
    assert pq.read_table(path).num_rows == PAGES * 7


def test_no_file_appears_if_a_shard_fails(clean, tmp_path, lines, monkeypatch):
    def fail(*_):
        raise pa.ArrowInvalid("no")

    monkeypatch.setattr("pipeline.storage.audit_rows", fail)
    with pytest.raises(pa.ArrowInvalid):
        clean(lines)

    assert [path for path in (tmp_path / "out").rglob("*") if path.is_file()] == []
