"""Tar files: each page in one is a capture, however it is packed; a damaged one says so."""

import gzip
import random
import tarfile
from collections import Counter

import pytest

from pipeline.errors import UnreadableError
from pipeline.sources import parts, tars
from pipeline.sources.listing import list_captures
from pipeline.sources.parts import parts_of
from pipeline.sources.records import Extent
from pipeline.sources.source import Source, SourceFile
from pipeline.sources.tars import begins_of_members, tar_records
from tests.sources.archives import compressed, tar_file, text_of

SOURCE = Source(paths=())
FORMATS = (tarfile.USTAR_FORMAT, tarfile.GNU_FORMAT, tarfile.PAX_FORMAT)
LONG = "a-long-folder/" * 12
END = b"\0" * 1024
PAGE = b"<!doctype html><title>Boats</title><p>They came back.</p>"


@pytest.fixture
def tar(tmp_path):
    def write(content: bytes, name: str = "site.tar") -> SourceFile:
        path = tmp_path / name
        path.write_bytes(content)
        (file,) = list_captures(Source(paths=(str(path),)), tmp_path).files
        assert file.kind == "tar"
        return file

    return write


def read(file, extent: Extent = Extent(), source: Source = SOURCE, aside=None):  # noqa: B008
    left_aside = Counter() if aside is None else aside
    return [(each.name, each.raw) for each in tar_records(file, extent, source, left_aside)]


@pytest.mark.parametrize("kind", FORMATS)
def test_pages_are_read_by_number_and_path(tar, kind):
    name = "x/" * 60 + "b.html" if kind == tarfile.USTAR_FORMAT else f"{LONG}b.html"
    file = tar(tar_file([("./a.txt", b"Boats"), ("quay", None), (name, PAGE)], kind))

    assert read(file) == [("site.tar:1/a.txt", b"Boats"), (f"site.tar:3/{name}", PAGE)]


@pytest.mark.parametrize("name", ["site.tar.gz", "site.TGZ", "site.tar.zst"])
def test_it_may_be_compressed_whole(tar, name):
    content = tar_file([("a.txt", b"Boats"), ("é.html", PAGE)])
    ending = ".zst" if name.endswith("zst") else ".gz"

    found = read(tar(compressed(content, ending), name))
    assert found == [(f"{name}:1/a.txt", b"Boats"), (f"{name}:2/é.html", PAGE)]


def test_a_page_in_it_may_be_compressed(tar):
    inside = [("a.html.gz", gzip.compress(PAGE)), ("b.txt.zst", compressed(b"Boats", ".zst"))]
    assert [raw for _, raw in read(tar(tar_file(inside)))] == [PAGE, b"Boats"]

    (broken,) = tar_records(
        tar(tar_file([("a.html.gz", gzip.compress(PAGE)[:-9])])), Extent(), SOURCE, Counter()
    )
    assert broken.document().rejected.startswith("read: broken .gz file (")


def test_what_is_no_page_is_counted_and_links_and_folders_are_none(tar):
    aside = Counter()
    files = [
        ("p.jpg", b"x"),
        ("q.JPG", b"x"),
        ("LICENCE", b"x"),
        ("story", PAGE),
        ("._a.html", b"x"),
        ("__MACOSX/a.html", b"x"),
        ("c.jsonl", b"{}"),
        ("here.html", "a.html"),
        ("folder.html", None),
    ]
    assert read(tar(tar_file(files)), aside=aside) == [("site.tar:4/story", PAGE)]
    assert aside == {
        ".jpg in a tar file": 2,
        "file without an ending in a tar file": 1,
        "file of macOS in a tar file": 2,
        "json lines in a tar file": 1,
    }


def test_large_pages_are_rejected_and_the_others_read(tar):
    small = Source(paths=(), max_capture_bytes=100)
    files = [
        ("a.txt", b"x" * 101),
        ("b.txt", b"Boats"),
        ("c.txt.gz", gzip.compress(b"x" * 101)),
        ("d.txt", b"x" * 100),
    ]
    found = read(tar(tar_file(files)), source=small)

    assert [name for name, _ in found] == [
        f"site.tar:{at}/{files[at - 1][0]}" for at in range(1, 5)
    ]
    assert [b"larger than max_capture_bytes" in raw for _, raw in found] == [1, 0, 1, 0]


def test_the_same_path_twice_is_two_captures(tar):
    found = read(tar(tar_file([("a.txt", b"Boats"), ("a.txt", b"Boats")])))

    assert found == [("site.tar:1/a.txt", b"Boats"), ("site.tar:2/a.txt", b"Boats")]


def test_archives_that_were_put_together_are_read_to_the_end(tar):
    one, other = (tar_file([(f"{name}.txt", b"Boats")]) for name in "ab")

    assert [name for name, _ in read(tar(one + other))] == ["site.tar:1/a.txt", "site.tar:2/b.txt"]


@pytest.mark.parametrize("ending", ["", ".gz"])
def test_a_cut_anywhere_gives_what_stands_before_it_and_says_so(tar, ending):
    files = [(f"{LONG}{at}.txt", text_of(at).encode()) for at in range(3)]
    whole = tar_file(files)
    ends = [whole.index(content) + len(content) for _, content in files]
    mark = len(whole.rstrip(b"\0")) // 512 * 512 + 512
    for cut in {*range(0, mark, 97), *range(0, mark + 1, 512)}:
        content = whole[:cut]
        file = tar(gzip.compress(content) if ending else content, f"site.tar{ending}")
        records = tar_records(file, Extent(), SOURCE, Counter())
        found = []
        with pytest.raises(UnreadableError, match=r"broken tar file \(it ends with"):
            found += (record.raw for record in records)
        assert len(found) >= sum(end <= cut for end in ends), cut
    assert len(read(tar(whole[: mark + 512]))) == 3


@pytest.mark.parametrize(
    ("place", "byte", "told"),
    [(5, 99, "bad checksum"), (1024 + 5, 99, "bad checksum"), (0, 0, "bad checksum")],
)
def test_damage_is_no_end(tar, place, byte, told):
    content = bytearray(tar_file([("a.txt", b"Boats"), ("b.txt", b"Nets")], tarfile.USTAR_FORMAT))
    content[place] = byte
    with pytest.raises(UnreadableError) as raised:
        read(tar(bytes(content)))
    assert told in raised.value.problem


def test_headers_that_claim_too_much_are_refused(tar):
    info = tarfile.TarInfo("x")
    info.type, info.size = tarfile.XHDTYPE, tars.MAX_HEADER_BYTES + 1
    with pytest.raises(UnreadableError, match="extended header of"):
        read(tar(info.tobuf(tarfile.USTAR_FORMAT)))
    info = tarfile.TarInfo("x.txt")
    info.size = -5
    with pytest.raises(UnreadableError, match="a file of -5 bytes"):
        read(tar(info.tobuf(tarfile.GNU_FORMAT)))
    info = tarfile.TarInfo("x.txt")
    info.type = tarfile.GNUTYPE_SPARSE
    with pytest.raises(UnreadableError, match="sparse"):
        read(tar(info.tobuf(tarfile.GNU_FORMAT)))


def test_an_extended_header_that_ends_the_file_is_a_cut(tar):
    content = tar_file([(f"{LONG}é.txt", b"Boats")])
    header = content[: content.index(b"ustar", 512 + 257 - 1) - 257]
    with pytest.raises(UnreadableError, match="without its end mark"):
        read(tar(header))


def test_what_pax_tells_of_all_files_names_none(tar):
    header, page = tarfile.TarInfo("x"), tarfile.TarInfo("a.txt")
    told = b"14 path=b.txt\n"
    header.type, header.size, page.size = tarfile.XGLTYPE, len(told), 5
    content = b"".join(
        (header.tobuf(), told.ljust(512, b"\0"), page.tobuf(), b"Boats".ljust(512), END)
    )

    assert read(tar(content)) == [("site.tar:1/a.txt", b"Boats")]


def test_pax_may_tell_the_size(tar):
    info = tarfile.TarInfo("a.txt")
    info.pax_headers = {"size": "5", "path": "boats.txt"}
    content = info.tobuf(tarfile.PAX_FORMAT) + b"Boats".ljust(512, b"\0") + END

    assert read(tar(content)) == [("site.tar:1/boats.txt", b"Boats")]


@pytest.mark.parametrize(
    "told",
    [
        b"99 path=x.txt\n",
        b"3 path=x.txt\n",
        b"path=x.txt\n",
        b"%s path=x.txt\n" % (b"9" * 5000),
        b"5011 size=%s\n" % (b"9" * 5000),
        b"6 a=b\n" * 100_000,
        b"0 a=b\n" * 2,
        b"\xff\xfe" * 9,
    ],
)
def test_extended_headers_that_are_broken_tell_nothing(tar, told):
    header, page = tarfile.TarInfo("x"), tarfile.TarInfo("a.txt")
    header.type, header.size, page.size = tarfile.XHDTYPE, len(told), 5
    blocks = (header.tobuf(), told, page.tobuf(), b"Boats", END)
    content = b"".join(block + b"\0" * (-len(block) % 512) for block in blocks)

    assert read(tar(content)) == [("site.tar:1/a.txt", b"Boats")]


@pytest.mark.parametrize("seed", range(4))
@pytest.mark.parametrize("kind", FORMATS)
def test_ranges_give_the_same_pages(tar, monkeypatch, seed, kind):
    chosen = random.Random(seed)
    folders = ["", "a/"] if kind == tarfile.USTAR_FORMAT else ["", LONG]
    names = [f"{chosen.choice(folders)}{at}.txt" for at in range(40)]
    content = [b"x" * chosen.randrange(3000) for _ in names]
    file = tar(tar_file(list(zip(names, content, strict=True)), kind))
    monkeypatch.setattr(parts, "PART_BYTES", 8_000)

    found = parts_of([file], 512)
    assert len(found) > 3
    assert [each for part in found for each in read(file, part.extent)] == read(file)
    with tarfile.open(file.path) as archive:
        begins = [(member.offset, number) for number, member in enumerate(archive, start=1)]
    assert list(begins_of_members(file, 1)) == begins
