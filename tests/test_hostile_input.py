"""Inputs that once hung a run, crashed it, or lost text. All synthetic.

None of these tests looks at a clock: one that hangs is seen to hang.
"""

import os
from pathlib import Path

import pytest

from pipeline.bylines import find_author
from pipeline.document import Capture, Document
from pipeline.markup import render
from pipeline.running import run_stages
from pipeline.sources.captures import read_capture
from pipeline.sources.listing import list_captures
from pipeline.sources.source import Source, SourceFile
from pipeline.vocabulary import load_vocabulary
from tests.conftest import CORPUS_FILE
from tests.margin_cases import PROSE, labelled

VOCABULARY = load_vocabulary(CORPUS_FILE.parent / "languages")


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("comments before no markup", b"<!-- a -->\n" * 200 + b"<div>hello</div>"),
        ("four thousand blanks", b" " * 5000 + b"x"),
    ],
)
def test_form_of_a_file_is_found_at_once(tmp_path, name, content):
    path = tmp_path / "a.txt"
    path.write_bytes(content)

    assert read_capture(SourceFile("a.txt", str(path)), Source(paths=())).capture.form == "text"


@pytest.mark.parametrize(
    "content",
    [
        "a\N{NO-BREAK SPACE}" * 100_000,
        "&amp; " * 60_000,
        "[a]() " * 60_000,
        "a´s " * 60_000,
        "Related articles\n" * 20_000,
        "\n".join((*PROSE[:2], "Related articles", "Short title here")) * 400,
        "a: " * 20_000,
        "a | " * 20_000,
    ],
    ids=lambda content: content[:16],
)
def test_long_pages_of_one_thing_end(stages, capture, content):
    (document, *_) = labelled(capture(content), stages, "split-digests")

    assert document.rejected == ""


def test_many_broken_bytes_end(stages, capture):
    content = b"\xef\xbb\xbf" + b"caf\xe9 " * 100_000

    (document,) = stages["fix-encoding"](capture(content))

    assert "not text" in document.rejected


@pytest.mark.parametrize(
    ("markup", "text"),
    [
        ("<p>one</p><embed src=x><p>two</p>", "one two"),
        ("<html><body><p>one</p></body></html><p>two</p>three", "one two three"),
        ("<html><p>one</p></html><html><p>two</p></html>", "one two"),
        ("<svg><text>one</text></svg><map><p>two</p></map>", "one two"),
        ("<object><p>one</p></object>", "one"),
        ("<p>one<script>two</script><style>three</style></p>", "one"),
        ("<head><title>no</title></head><p>one", "one"),
    ],
)
def test_visible_text_is_in_the_lines(markup, text):
    assert " ".join(line.text for line in render(markup).lines) == text


def test_long_line_of_markup_is_no_long_line(stages, capture):
    page = f"<p>{PROSE[0]}</p>" + "<div></div>" * 95_000

    (document,) = stages["fix-encoding"](capture(page, form="html"))

    assert (document.rejected, len(document.lines)) == ("", 1)


def test_name_that_is_no_utf_8_is_listed_and_read(tmp_path):
    path = os.fsencode(tmp_path) + b"/b\xff.txt"
    with open(path, "wb") as file:
        file.write(b"x")

    (file,) = list_captures(Source(paths=(str(tmp_path),)), Path()).files

    assert file.name == "b\\xff.txt"
    assert read_capture(file, Source(paths=(), max_capture_bytes=10)).capture.content == b"x"


def test_pipe_is_rejected(tmp_path):
    os.mkfifo(tmp_path / "a.txt")
    os.mkfifo(tmp_path / "b.txt.url")

    document = read_capture(
        SourceFile("a.txt", str(tmp_path / "a.txt")), Source(paths=(), max_capture_bytes=10)
    )

    assert document.rejected.startswith("read: is no regular file")


def test_a_file_that_two_paths_name_is_read_once(tmp_path):
    (tmp_path / "a.txt").write_text("x")
    source = Source(paths=(str(tmp_path), str(tmp_path / "a.txt")))

    assert len(list_captures(source, Path()).files) == 1


@pytest.mark.parametrize(
    ("start", "what"), [(b"%PDF-1.4", "a PDF"), (b"PK\x03\x04", "a zip"), (b"\x1f\x8b", "a gzip")]
)
def test_files_of_other_kinds_are_named(stages, capture, start, what):
    (document,) = stages["fix-encoding"](capture(start + b" foo"))

    assert document.rejected.startswith(f"fix-encoding: not text: {what}")


def test_utf_16_without_a_mark_is_read(stages, capture):
    (document,) = stages["fix-encoding"](capture(PROSE[0].encode("utf-16-le")))

    assert document.lines[0].text == PROSE[0]


def test_nested_references_are_repaired_to_the_end(stages, capture):
    (once,) = stages["fix-encoding"](capture("&" + "amp;" * 9 + "lt; é"))

    assert once.lines[0].text == "< é"
    assert list(stages["fix-encoding"](once)) == [once]


@pytest.mark.parametrize(
    ("byline", "author"),
    [
        ("By Theresa May", "Theresa May"),
        ("Von Karl Mai", "Karl Mai"),
        ("Von Anna März, 3. April 2019", "Anna März"),
        ("By Ana Ruiz May 3, 2019", "Ana Ruiz"),
        ("By the river", ""),
    ],
)
def test_surnames_that_are_months(byline, author):
    assert find_author(byline, VOCABULARY) == author


def test_timeline_in_an_article_is_no_digest(stages, capture):
    events = "\n\n".join(
        f"What came to pass in year {at}\n\n{at} May 191{at}\n\n{PROSE[at % 4]}"
        for at in range(1, 6)
    )
    text = f"A lamp and its keepers\n\nBy Ana Ruiz\n\n{PROSE[0]}\n\n{events}"

    (document,) = labelled(capture(text), stages, "split-digests")

    assert (document.items, document.author) == (1, "Ana Ruiz")


def test_a_stage_that_fails_rejects_the_page_and_nothing_else():
    def broken(document: Document):
        raise KeyError("no")

    page = Document(Capture("0", "a.txt"))

    (after,) = run_stages([page], [("strip-boilerplate", broken)])

    assert after.rejected == "strip-boilerplate: KeyError: 'no'"


def test_a_stage_that_loses_a_line_rejects_the_page(stages, capture):
    (page,) = stages["fix-encoding"](capture("one\ntwo\n"))

    (after,) = run_stages([page], [("x", lambda document: [Document(document.capture)])])

    assert after.rejected.startswith("x: the stage lost or doubled a line")
    assert after.lines == page.lines
