"""What a source names, and under which name."""

import gzip
from pathlib import Path

import pytest

from pipeline.errors import SourceError
from pipeline.sources.captures import read_capture
from pipeline.sources.files import sidecar_url
from pipeline.sources.listing import list_captures
from pipeline.sources.source import Source, SourceFile


@pytest.fixture
def pages(tmp_path) -> Path:
    for name in ("b.txt", "a.html", "deep/c.md", "deep/d.txt.gz", "e.pdf", ".hidden.txt"):
        path = tmp_path / "pages" / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(gzip.compress(b"x") if name.endswith(".gz") else b"x")
    return tmp_path


def names(paths: tuple[str, ...], base: Path) -> list[str]:
    return [file.name for file in list_captures(Source(paths=paths), base).files]


@pytest.mark.parametrize(
    ("paths", "found"),
    [
        (("pages",), [".hidden.txt", "a.html", "b.txt", "deep/c.md", "deep/d.txt.gz"]),
        (("pages/*.txt",), ["b.txt"]),
        (("pages/**/*.md",), ["deep/c.md"]),
        (("pages/b.txt",), ["b.txt"]),
        (("pages/e.pdf",), ["e.pdf"]),
        (("pages/deep", "pages/b.txt"), ["b.txt", "deep/c.md", "deep/d.txt.gz"]),
        (("pages/deep", "pages/deep"), ["deep/c.md", "deep/d.txt.gz"]),
    ],
)
def test_names_are_relative_to_the_source(pages, paths, found):
    assert names(paths, pages) == found


def test_files_left_aside_are_listed(pages):
    assert list_captures(Source(paths=("pages",)), pages).left_aside == ("e.pdf",)


def test_links_to_folders_are_not_followed_but_listed(pages):
    (pages / "pages" / "deep" / "up").symlink_to(pages / "pages")
    listing = list_captures(Source(paths=("pages",)), pages)

    assert listing.left_aside == ("deep/up", "e.pdf")
    assert len(listing.files) == 5


def test_two_captures_of_one_name_are_an_error(pages):
    (pages / "other").mkdir()
    (pages / "other" / "b.txt").write_text("y")

    with pytest.raises(SourceError, match=r"two captures would be called b\.txt"):
        names(("pages/b.txt", "other/b.txt"), pages)


@pytest.mark.parametrize(
    ("sidecar", "content"),
    [
        ("b.txt.url", "https://harbour.example/b\n"),
        ("b.url", "https://harbour.example/b"),
        ("b.url", "[InternetShortcut]\r\nURL=https://harbour.example/b\r\n"),
    ],
)
def test_sidecar_gives_the_url(pages, sidecar, content):
    (pages / "pages" / sidecar).write_text(content)

    assert (
        sidecar_url(SourceFile("b.txt", str(pages / "pages" / "b.txt")))
        == "https://harbour.example/b"
    )
    assert list_captures(Source(paths=("pages",)), pages).left_aside == ("e.pdf",)


def test_id_depends_on_name_and_content_only(pages):
    one = read_capture(SourceFile("b.txt", str(pages / "pages" / "b.txt")), Source(paths=()))
    moved = pages / "b.txt"
    moved.write_bytes(b"x")

    assert (
        one.capture.id == read_capture(SourceFile("b.txt", str(moved)), Source(paths=())).capture.id
    )
    assert (
        one.capture.id != read_capture(SourceFile("c.txt", str(moved)), Source(paths=())).capture.id
    )


@pytest.mark.parametrize(("size", "rejected"), [(9, False), (10, False), (11, True)])
def test_max_capture_bytes_rejects_above(tmp_path, size, rejected):
    path = tmp_path / "a.txt"
    path.write_bytes(b"x" * size)

    document = read_capture(SourceFile("a.txt", str(path)), Source(paths=(), max_capture_bytes=10))

    assert bool(document.rejected) == rejected


@pytest.mark.parametrize(
    ("name", "content", "form"),
    [
        ("a.txt", b"text", "text"),
        ("a.html", b"text", "html"),
        ("a.HTM", b"text", "html"),
        ("a.txt", b"<!DOCTYPE html><p>x", "html"),
        ("a.txt", b"\xef\xbb\xbf <!-- x --> <html><p>x", "html"),
        ("a.txt", b"<p> is a tag", "text"),
    ],
)
def test_form_of_a_capture(tmp_path, name, content, form):
    path = tmp_path / name
    path.write_bytes(content)

    assert read_capture(SourceFile(name, str(path)), Source(paths=())).capture.form == form
