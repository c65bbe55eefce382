"""The pipeline from Python: what `pipeline run` writes, without writing."""

import gzip
import re

import msgspec
import pandas as pd
import polars as pl
import pyarrow as pa
import pytest

import pipeline
from pipeline.boilerplate import StripBoilerplate
from pipeline.errors import ConfigurationError
from tests.conftest import RAW

PAGE = (
    "Skip to main content\n\nThe ferry is back\n\nBy Ana Ruiz\n\nIt came at noon, with two cars.\n"
)


def test_digest_has_its_items_as_the_run_has_them(plan):
    content = (RAW / "riverside-tag-listing.txt").read_bytes()
    page = pipeline.clean(content, name="riverside-tag-listing.txt", plan=plan)

    assert page.status == "published"
    assert [item.item for item in page.items] == list(range(1, len(page.items) + 1))
    assert len(page.items) > 3
    assert page.language == "en"
    assert len(page.lines) == len(content.decode().splitlines())
    assert all(line.label == "blank" or line.reason for line in page.lines)


def test_text_bytes_and_html_are_taken():
    texts = {
        pipeline.clean(PAGE).text,
        pipeline.clean(PAGE.encode("utf-16")).text,
        pipeline.clean(f"<html><p>{PAGE.strip().splitlines()[-1]}</html>").text,
    }

    assert texts == {"It came at noon, with two cars."}
    assert pipeline.clean(PAGE).author == "Ana Ruiz"
    assert pipeline.clean("<p>one", html=False).lines[0].text == "<p>one"


def test_address_gives_the_site():
    page = pipeline.clean(PAGE, url="https://www.ferry.example/news")

    assert (page.url, page.site) == ("https://www.ferry.example/news", "ferry.example")


def test_edits_are_there():
    page = pipeline.clean("The ferry couldn´t leave before noon, they said.\n")

    assert page.lines[0].repaired == "The ferry couldn't leave before noon, they said."
    assert [edit.action for edit in page.edits] == ["apostrophe"]


@pytest.mark.parametrize("odd", [None, float("nan"), 3, ["a"]])
def test_what_is_no_page_is_refused_by_its_type(odd):
    with pytest.raises(TypeError, match="a page is text or bytes, not"):
        pipeline.clean(odd)
    with pytest.raises(TypeError, match="page:2: a page is text or bytes"):
        list(pipeline.clean_many(["", odd]))


def test_one_text_is_not_several():
    with pytest.raises(TypeError, match="for one there is clean"):
        list(pipeline.clean_many("ab"))


def test_half_of_a_surrogate_pair_costs_one_character():
    page = pipeline.clean("The café \ud800 was open on Friday – “at last”, they said 日本語.")

    assert page.charset == "utf-8"
    assert page.lines[0].text == "The café \ufffd was open on Friday – “at last”, they said 日本語."


def test_names_are_listed():
    assert {"clean", "clean_many", "load_plan"} <= set(dir(pipeline))


def test_too_large_page_is_rejected_not_raised(plan):
    source = msgspec.structs.replace(plan.source, max_capture_bytes=10)
    page = pipeline.clean(PAGE, plan=msgspec.structs.replace(plan, source=source))

    assert (page.status, page.items, page.text, page.language) == ("rejected", [], "", "und")
    assert "max_capture_bytes" in page.reason


def test_plan_shapes_the_page(plan):
    stages = tuple(
        msgspec.structs.replace(each, rules=False, model=False, context=False)
        if isinstance(each, StripBoilerplate)
        else each
        for each in plan.stages
    )
    page = pipeline.clean(PAGE, plan=msgspec.structs.replace(plan, stages=stages))

    assert page.title == "Skip to main content"


def test_plan_of_a_file_that_is_wrong(tmp_path):
    (tmp_path / "c.yaml").write_text(
        "corpus: a\nsource: {paths: [x]}\nstages: [{stage: fix-encodin}]"
    )

    with pytest.raises(ConfigurationError, match="did you mean fix-encoding"):
        pipeline.load_plan(tmp_path / "c.yaml")


def test_columns_of_pandas_and_polars():
    texts = [PAGE, ""]
    wanted = [page.text for page in pipeline.clean_many(texts)]
    frame = pd.DataFrame({"raw": texts})
    frame["text"] = [page.text for page in pipeline.clean_many(frame["raw"])]
    column = pl.Series(texts).map_elements(lambda text: pipeline.clean(text).text, pl.String)

    assert frame["text"].to_list() == column.to_list() == wanted
    assert wanted[0]


def test_other_names_are_no_part_of_the_package():
    with pytest.raises(AttributeError, match="module pipeline has no attribute cleen"):
        pipeline.cleen  # noqa: B018


@pytest.mark.parametrize(
    "packed", [gzip.compress(b"a page", mtime=0), pa.compress(b"a page", "zstd").to_pybytes()]
)
def test_compressed_bytes_are_rejected_with_what_to_give(packed):
    page = pipeline.clean(packed, url="https://www.harbour.example/news", html=False)

    assert (page.status, page.site, page.lines) == ("rejected", "harbour.example", [])
    assert re.match(r"read: the bytes are compressed \((gzip|Zstandard)\); give what", page.reason)


@pytest.mark.parametrize("text", ["\x1f\x8bBoats came back.", "BZh is no name of a boat here."])
def test_text_that_begins_nearly_so_is_read(text):
    assert "compressed" not in pipeline.clean(text).reason
