"""ZIP files and WACZ: each file in them is read as if it lay in a folder of their name."""

import gzip
import multiprocessing
import os
import tracemalloc
import zipfile
from pathlib import Path

import msgspec
import pytest

from pipeline.errors import SourceError
from pipeline.execution import processes, run_all
from pipeline.sources import members, parts
from pipeline.sources.captures import read_capture
from pipeline.sources.files import fingerprint, sidecar_url
from pipeline.sources.json_lines import json_lines as read_json_lines
from pipeline.sources.listing import list_captures
from pipeline.sources.parts import parts_of
from pipeline.sources.source import Source, SourceFile
from pipeline.sources.warc import warc_records
from pipeline.storage import read_rows, shard_files
from tests.sources.archives import (
    answer,
    compressed,
    json_lines,
    page,
    parquet,
    record,
    warc_record,
)
from tests.test_equivalence import FIRST, LAST, hashes, ignore

PAGE = b"<!doctype html><title>Boats</title><p>The boats came back late on Friday at noon.</p>"
SOURCE = Source(paths=())


def zipped(path: Path, files: dict[str, bytes], how: int = zipfile.ZIP_DEFLATED) -> Path:
    with zipfile.ZipFile(path, "w", how) as archive:
        for name, content in files.items():
            archive.writestr(zipfile.ZipInfo(name), content, how)
    return path


def warc(count: int, ending: str = "") -> bytes:
    records = (
        warc_record(f"https://harbour.example/{at}", answer(page(at).encode()))
        for at in range(count)
    )
    return b"".join(compressed(each, ending) if ending else each for each in records)


def listed(folder: Path, *paths: str):
    return list_captures(Source(paths=paths), folder)


def kept(file: SourceFile) -> tuple[str, bytes | None]:
    capture = read_capture(file, SOURCE).capture
    return capture.source, capture.content


class TestZip:
    @pytest.mark.parametrize("how", [zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED, zipfile.ZIP_BZIP2])
    def test_files_are_read_as_in_a_folder(self, tmp_path, how):
        inside = {"b/a.html": PAGE, "b/": b"", "a.txt": b"Boats", "z.txt.gz": gzip.compress(b"x")}
        zipped(tmp_path / "pages.zip", inside, how)
        files = listed(tmp_path, "pages.zip").files

        assert [kept(file) for file in files] == [
            ("pages.zip/a.txt", b"Boats"),
            ("pages.zip/b/a.html", PAGE),
            ("pages.zip/z.txt.gz", b"x"),
        ]

    def test_names_are_relative_to_the_folder_that_it_is_in(self, tmp_path):
        (tmp_path / "raw" / "deep").mkdir(parents=True)
        zipped(tmp_path / "raw" / "deep" / "a.ZIP", {"a.txt": b"x"})

        assert [file.name for file in listed(tmp_path, "raw").files] == ["deep/a.ZIP/a.txt"]
        assert [file.name for file in listed(tmp_path, "raw/*/*.ZIP").files] == ["deep/a.ZIP/a.txt"]

    def test_other_files_are_left_aside(self, tmp_path):
        inside = {
            "a.jpg": b"x",
            "a.txt": b"earlier",
            "__MACOSX/._a.txt": b"x",
            "b.zip": b"x",
            "c.txt": b"x",
            "c.url": b"https://harbour.example/c",
        }
        path = zipped(tmp_path / "a.zip", inside)
        with zipfile.ZipFile(path, "a") as archive, pytest.warns(UserWarning, match="Duplicate"):
            archive.writestr("a.txt", b"later")
        listing = listed(tmp_path, "a.zip")

        assert [kept(file) for file in listing.files] == [
            ("a.zip/a.txt", b"later"),
            ("a.zip/c.txt", b"x"),
        ]
        assert listing.left_aside == (
            "a.zip/__MACOSX/._a.txt",
            "a.zip/a.jpg",
            "a.zip/a.txt",
            "a.zip/b.zip",
        )
        assert sidecar_url(listing.files[1]) == "https://harbour.example/c"
        assert not sidecar_url(listing.files[0])

    def test_an_empty_one_is_left_aside(self, tmp_path):
        (tmp_path / "a.txt").write_text("x")
        zipped(tmp_path / "b.zip", {})

        assert listed(tmp_path, ".").left_aside == ("b.zip",)
        with pytest.raises(SourceError, match="no capture found"):
            listed(tmp_path, "b.zip")

    def test_a_broken_one_is_rejected_with_the_reason(self, tmp_path):
        path = zipped(tmp_path / "a.zip", {"a.txt": b"x"})
        path.write_bytes(path.read_bytes()[:-9])
        (only,) = listed(tmp_path, ".").files

        assert read_capture(only, SOURCE).rejected == (
            "read: broken ZIP file (File is not a zip file); fetch it again"
        )

    def test_what_was_mended_since_is_to_be_listed_again(self, tmp_path):
        path = tmp_path / "a.zip"
        path.write_bytes(b"PK")
        (only,) = listed(tmp_path, "a.zip").files
        zipped(path, {"a.txt": b"x"})

        assert read_capture(only, SOURCE).rejected == (
            "read: is another file than when the run began; run again"
        )

    def test_a_damaged_file_is_rejected_and_the_others_are_read(self, tmp_path):
        inside = {f"{at}.txt": bytes(range(32, 127)) * 9 for at in range(3)}
        path = zipped(tmp_path / "a.zip", inside, zipfile.ZIP_STORED)
        raw = bytearray(path.read_bytes())
        raw[raw.index(b"1.txt") + 60] ^= 1
        path.write_bytes(raw)
        found = [read_capture(file, SOURCE) for file in listed(tmp_path, "a.zip").files]

        assert [bool(each.rejected) for each in found] == [False, True, False]
        assert found[1].rejected.startswith("read: broken ZIP file (Bad CRC-32 for file '1.txt')")

    def test_a_locked_file_is_rejected(self, tmp_path):
        path = zipped(tmp_path / "a.zip", {"a.txt": b"x", "b.txt": b"y"}, zipfile.ZIP_STORED)
        raw = bytearray(path.read_bytes())
        raw[raw.index(b"PK\x03\x04") + 6] |= 1
        raw[raw.index(b"PK\x01\x02") + 8] |= 1
        path.write_bytes(raw)
        found = [read_capture(file, SOURCE) for file in listed(tmp_path, "a.zip").files]

        assert found[0].rejected == "read: is locked by a password; unpack it"
        assert found[1].capture.content == b"y"

    @pytest.mark.parametrize(("place", "value"), [(10, 99), (6, 255)])
    def test_what_python_cannot_unpack_is_rejected(self, tmp_path, place, value):
        path = zipped(tmp_path / "a.zip", {"a.txt": b"x", "b.txt": b"y"}, zipfile.ZIP_STORED)
        raw = bytearray(path.read_bytes())
        raw[raw.index(b"PK\x01\x02") + place] = value  # its compression, or the version needed
        path.write_bytes(raw)
        found = [read_capture(file, SOURCE) for file in listed(tmp_path, ".").files]

        assert found[0].rejected.startswith("read: cannot be unpacked (")
        assert found[0].rejected.endswith("; unpack it")
        assert [each.capture.content for each in found[1:]] == ([b"y"] if value == 99 else [])

    def test_a_file_that_is_gone_is_rejected(self, tmp_path):
        path = zipped(tmp_path / "a.zip", {"a.txt": b"x", "b.txt": b"y"})
        (file, _) = listed(tmp_path, "a.zip").files
        zipped(path, {"b.txt": b"y"})

        assert read_capture(file, SOURCE).rejected.startswith("read: is no longer in its ZIP file")
        assert fingerprint([file])

    @pytest.mark.parametrize("how", [zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED])
    def test_a_compressed_file_that_breaks_off_says_so_itself(self, tmp_path, how):
        zipped(tmp_path / "a.zip", {"a.txt.gz": gzip.compress(b"boats" * 99)[:-9]}, how)
        (file,) = listed(tmp_path, "a.zip").files

        assert read_capture(file, SOURCE).rejected.startswith("read: broken .gz file (")

    def test_its_fingerprint_is_taken_bit_by_bit(self, tmp_path):
        path = tmp_path / "a.zip"
        zipped(path, {"a.txt": bytes(64 << 20)})
        files = listed(tmp_path, "a.zip").files
        tracemalloc.start()
        fingerprint(files)
        _, peak = tracemalloc.get_traced_memory()
        tracemalloc.stop()

        assert peak < 16 << 20

    def test_more_than_the_bound_is_not_unpacked(self, tmp_path):
        zipped(tmp_path / "a.zip", {"a.txt": b"x" * 10**6})
        (file,) = listed(tmp_path, "a.zip").files

        rejected = read_capture(file, Source(paths=(), max_capture_bytes=1000)).rejected

        assert rejected.startswith("read: larger than max_capture_bytes (1,000 bytes)")

    def test_what_shapes_a_capture_is_in_its_fingerprint(self, tmp_path):
        path = tmp_path / "a.zip"
        prints = set()
        for inside in (
            {"a.txt": b"x"},
            {"a.txt": b"y"},
            {"a.txt": b"x", "a.url": b"https://a.ex/"},
        ):
            zipped(path, inside)
            prints.add(fingerprint(listed(tmp_path, "a.zip").files))

        assert len(prints) == 3

    def test_other_compressions_of_the_same_files_are_the_same_captures(self, tmp_path):
        prints = set()
        for how in (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED):
            zipped(tmp_path / "a.zip", {"a.txt": b"x"}, how)
            prints.add(fingerprint(listed(tmp_path, "a.zip").files))

        assert len(prints) == 1

    def test_processes_do_not_share_the_place_where_they_read(self, tmp_path):
        inside = {f"{at}.txt": f"{at} ".encode() * 50_000 for at in range(4)}
        zipped(tmp_path / "a.zip", inside)
        files = listed(tmp_path, "a.zip").files

        with multiprocessing.get_context("fork").Pool(3) as pool:
            found = pool.map(kept, files * 8, chunksize=1)

        assert found == [(f"a.zip/{name}", content) for name, content in inside.items()] * 8

    def test_the_directory_is_read_once(self, tmp_path, monkeypatch):
        zipped(tmp_path / "a.zip", {f"{at}.txt": b"x" for at in range(20)})
        files = listed(tmp_path, "a.zip").files
        opened = []
        whole = zipfile.ZipFile
        monkeypatch.setattr(
            members.zipfile, "ZipFile", lambda path: opened.append(path) or whole(path)
        )
        for file in files:
            kept(file)

        assert len(opened) <= 1


@pytest.fixture
def clean(plan, tmp_path):
    """Runs all stages over a file in the folder of the test; gives its rows."""

    def run(path: Path, out: str, workers: int = 1):
        chosen = Source(paths=(path.name,))
        folder = tmp_path / out
        changed = msgspec.structs.replace(plan, source=chosen, folder=str(folder))
        listing = list_captures(chosen, path.parent)
        run_all(changed, listing, FIRST, LAST, processes(workers), ignore)
        names = ("source", "text", "url", "captured")
        return {row["source"]: row for row in read_rows(shard_files(folder, "documents"), names)}

    return run


class TestArchivesInZip:
    def test_all_kinds_are_read(self, tmp_path, clean):
        lines = json_lines([record(at) for at in range(2)])
        parquet(tmp_path / "table.parquet", [record(at) for at in range(2)])
        inside = {
            "a.jsonl": lines,
            "b.jsonl.gz": gzip.compress(lines),
            "c.jsonl.zst": compressed(lines, ".zst"),
            "d.parquet": (tmp_path / "table.parquet").read_bytes(),
            "e.warc": warc(2),
            "f.warc.gz": warc(2, ".gz"),
        }
        documents = clean(zipped(tmp_path / "all.zip", inside), "out")

        assert sorted(documents) == [f"all.zip/{name}:{at}" for name in inside for at in (1, 2)]
        assert len({row["text"] for row in documents.values()}) == 2

    def test_workers_give_the_same_bytes(self, tmp_path, clean, monkeypatch):
        monkeypatch.setattr(parts, "PART_BYTES", 3000)
        inside = {"a.warc": warc(12), "b.jsonl": json_lines([record(at) for at in range(12)])}
        inside |= {f"{at}.html": PAGE for at in range(12)}
        path = zipped(tmp_path / "all.zip", inside)
        one, two = (clean(path, f"out{workers}", workers) for workers in (1, 2))

        assert len(one) == 36
        assert one == two
        assert hashes(tmp_path / "out1") == hashes(tmp_path / "out2")

    def test_parts_of_two_files_in_it_are_not_mixed_up(self, tmp_path, monkeypatch):
        inside = {
            name: gzip.compress(json_lines([{"text": f"{name} {at} " * 99} for at in range(9)]))
            for name in ("a.jsonl.gz", "b.jsonl.gz")
        }
        zipped(tmp_path / "all.zip", inside)
        monkeypatch.setattr(parts, "COMPRESSED_BYTES", 1)
        monkeypatch.setattr(parts, "PART_BYTES", 2000)
        files = listed(tmp_path, "all.zip").files
        first, second = (parts_of([file], 1) for file in files)
        read = [*read_json_lines(files[0], first[0].extent, SOURCE)]
        read += read_json_lines(files[1], second[1].extent, SOURCE)

        assert len(second) > 1
        assert all(record.name.split("/")[1].split(":")[0] in str(record.raw) for record in read)

    @pytest.mark.parametrize("ending", ["", ".gz"])
    @pytest.mark.parametrize("how", [zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED])
    def test_a_warc_of_a_wacz_is_read_in_parts(self, tmp_path, monkeypatch, ending, how):
        name = f"archive/data.warc{ending}"
        inside = {
            "datapackage.json": b"{}",
            "pages/pages.jsonl": json_lines([record(1)]),
            "indexes/index.cdx.gz": b"",
            name: warc(9, ending),
            "logs/a.txt": b"x",
        }
        zipped(tmp_path / "crawl.wacz", inside, how)
        listing = listed(tmp_path, "crawl.wacz")
        (file,) = listing.files
        monkeypatch.setattr(parts, "PART_BYTES", 500)
        found = parts_of([file], 1)
        records = [
            each.document().capture
            for part in found
            for each in warc_records(file, part.extent, SOURCE, None)
        ]

        assert listing.left_aside == (
            "crawl.wacz/datapackage.json",
            "crawl.wacz/indexes/index.cdx.gz",
            "crawl.wacz/logs/a.txt",
            "crawl.wacz/pages/pages.jsonl",
        )
        assert len(found) > 2
        assert file.name == f"crawl.wacz/{name}"
        assert [each.source for each in records] == [f"{file.name}:{at}" for at in range(1, 10)]
        assert records[8].url == "https://harbour.example/8"

    def test_a_warc_of_a_wacz_that_breaks_off_says_so(self, tmp_path, clean):
        zipped(tmp_path / "a.wacz", {"archive/a.warc.gz": warc(3, ".gz")[:-30]}, zipfile.ZIP_STORED)
        documents = clean(tmp_path / "a.wacz", "out")
        audit = read_rows(shard_files(tmp_path / "out", "audit"), ("source", "line", "reason"))
        lost = [(row["source"], row["reason"]) for row in audit if not row["line"]]

        assert len(documents) == 2
        assert [source for source, _ in lost] == ["a.wacz/archive/a.warc.gz:2+"]
        assert "what follows in it is lost" in lost[0][1]


class TestMirrors:
    """Pages that a mirror keeps under names without an ending of HTML."""

    @pytest.mark.parametrize(
        ("name", "content", "is_read"),
        [
            ("index.html?page=2", PAGE, True),
            ("story.php", PAGE, True),
            ("story.php?id=3", b"\n<!-- cached --> <HTML lang=en>", True),
            ("news/2024.05", PAGE, True),
            ("story", PAGE, True),
            ("a.aspx@id=3", b"\xef\xbb\xbf<?xml version='1.0'?><!DOCTYPE html>", True),
            ("photo.jpg", PAGE, False),
            ("ida@quay/photo.jpg", PAGE, False),
            ("style.css", PAGE, False),
            ("README", b"The boats", False),
            ("page.php", b"<html><?php echo 1 ?>", False),
            ("page.jsp", b"<html><%= title %>", False),
            ("part.php", b"<p>The boats came back.</p>", False),
        ],
    )
    @pytest.mark.parametrize("in_zip", [False, True])
    def test_they_are_seen_at_their_beginning(self, tmp_path, name, content, is_read, in_zip):
        folder = tmp_path / "mirror"
        (folder / name).parent.mkdir(parents=True)
        (folder / "a.txt").write_text("x")
        if in_zip:
            zipped(folder / "b.zip", {name: content})
        else:
            (folder / name).write_bytes(content)
        listing = listed(tmp_path, "mirror")
        called = f"b.zip/{name}" if in_zip else name
        forms = {file.name: read_capture(file, SOURCE).capture.form for file in listing.files}

        assert forms == {"a.txt": "text", **({called: "html"} if is_read else {})}
        assert listing.left_aside == (() if is_read else (called,))

    def test_a_pipe_without_an_ending_is_left_aside(self, tmp_path):
        os.mkfifo(tmp_path / "story")
        os.mkfifo(tmp_path / "b.zip")
        (tmp_path / "a.txt").write_text("x")

        assert listed(tmp_path, ".").left_aside == ("b.zip", "story")
