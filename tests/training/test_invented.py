"""The invented pages that splitters learn from, and those that they are measured on."""

import json
import re
from collections import Counter

import pytest

from benchmarks.invented import PAGES, Told, outcome
from tests.digests.test_split import TITLES, as_html
from tests.margin_cases import PROSE
from training.digests.__main__ import data_files, is_taught
from training.digests.invented import (
    FOLDER,
    FORMS,
    INVENTED,
    Item,
    invented,
    invented_files,
    invented_pages,
)


@pytest.fixture(name="folder")
def two_pages(tmp_path):
    entries = "\n\n".join(
        f"{title}\n\n{text}" for title, text in zip(TITLES[:4], PROSE[:4], strict=True)
    )
    for name in ("a-listing.html", "b-whole.html"):
        (tmp_path / name).write_text(f"<html><body>{as_html(entries)}</body></html>")
    items = [
        {"title": title, "body": text} for title, text in zip(TITLES[:4], PROSE[:4], strict=True)
    ]
    told = [
        {"file": "b-whole.html", "kind": "whole", "site": "b"},
        {"file": "a-listing.html", "kind": "listing", "site": "a", "items": items},
    ]
    (tmp_path / "truth.json").write_text(json.dumps(told))
    return tmp_path


@pytest.mark.parametrize("form", ["html", "text"])
def test_a_listing_teaches_its_titles_and_a_whole_page_none(folder, form):
    found = list(invented_pages(form, folder))

    ways = ("html/as", "html/bare") if form == "html" else tuple(map("/".join, FORMS))
    assert [(each.page.name, each.page.site, each.page.form) for each in found] == [
        (f"{name}.html", site, f"{INVENTED}/{way}")
        for name, site in (("a-listing", "a"), ("b-whole", "b"))
        for way in ways
    ]
    assert [each.page.is_digest for each in found] == [True] * len(ways) + [False] * len(ways)
    assert all(is_taught(each) and not each.page.made for each in found)
    for each in found[: len(ways)]:
        assert [each.blocks[at].text.lstrip("# ") for at in each.starts.values()] == list(
            TITLES[:4]
        )
        assert each.page.texts.sum() == 4


def test_a_mail_teaches_text_as_it_is(folder):
    truth = json.loads((folder / "truth.json").read_text())
    truth[1]["file"] = "a-listing.txt"
    (folder / "truth.json").write_text(json.dumps(truth))
    rule = "-" * 40
    (folder / "a-listing.txt").write_text(
        "\n\n".join(f"{rule}\n{item['title']}\n\n{item['body']}" for item in truth[1]["items"])
    )

    found = [each for each in invented_pages("text", folder) if each.page.is_digest]

    assert [each.page.form for each in found] == [
        f"{INVENTED}/plain/full",
        f"{INVENTED}/plain/blankless",
    ]
    for each in found:
        assert [each.blocks[at].text for at in each.starts.values()] == list(TITLES[:4])
    assert not [each for each in invented_pages("html", folder) if each.page.is_digest]


@pytest.mark.parametrize("form", ["html", "text"])
def test_a_listing_whose_titles_are_not_found_teaches_nothing(folder, form):
    truth = json.loads((folder / "truth.json").read_text())
    for item in truth[1]["items"][:2]:
        item["title"] = "No such title on the page"
    other = folder / "other"
    other.mkdir()
    (other / "truth.json").write_text(json.dumps(truth))
    for name in ("a-listing.html", "b-whole.html"):
        (other / name).write_bytes((folder / name).read_bytes())

    assert {each.page.name for each in invented_pages(form, other)} == {"b-whole.html"}


@pytest.mark.parametrize("folder_", [FOLDER, PAGES])
def test_truth_and_files_are_the_same_pages(folder_):
    pages = invented(folder_)

    assert {file.name for file in folder_.iterdir()} == {
        "truth.json",
        *(page.file for page in pages),
    }
    assert Counter(page.kind for page in pages).keys() == {"listing", "whole"}
    assert all(bool(page.items) == (page.kind == "listing") for page in pages)


@pytest.mark.parametrize("folder_", [FOLDER, PAGES])
def test_no_link_looks_like_a_path_of_a_machine(folder_):
    paths = re.compile(rb"/(?:home|tmp|work|root|Users)/")

    assert not [file.name for file in folder_.iterdir() if paths.search(file.read_bytes())]


def test_no_page_is_both_learned_from_and_measured_on():
    learned, measured = (
        {item.body for page in invented(folder) for item in page.items}
        for folder in (FOLDER, PAGES)
    )
    assert not learned & measured


def test_the_pages_count_as_data(tmp_path):
    assert set(invented_files()) <= set(data_files(tmp_path))
    assert len(invented_files()) == len(invented()) + 1


def test_outcomes_are_counted_item_by_item():
    text = "\n\n".join(
        f"{title}\n\n{at + 1} May 2020\n\n{PROSE[at % 4]}" for at, title in enumerate(TITLES)
    )
    items = tuple(
        Item(title, PROSE[at % 4], f"2020-05-0{at + 1}") for at, title in enumerate(TITLES)
    )
    right = outcome(Told("a", "listing", "a", items), "resiliparse", text)
    wrong = (Item("Another", ""), Item(TITLES[1], "else", "2020-01-01", "Ana Ruiz"), *items[2:])
    half = outcome(Told("a", "listing", "a", wrong), "resiliparse", text)

    assert (right.apart, right.boundary, right.perfect, right.exact) == (True, 1.0, True, 6)
    assert (right.found, right.authors, right.dates) == (6, 6, 6)
    assert (half.boundary, half.perfect, half.exact) == (pytest.approx(5 / 6), False, 4)
    assert (half.found, half.authors, half.dates) == (5, 4, 4)


def test_of_a_page_that_stays_whole_both_ends_must_be_there():
    text = f"{TITLES[0]}\n\n{PROSE[0]}\n\n{PROSE[1]}"
    whole = Told("b", "whole", "b", first=PROSE[0], last=PROSE[1])
    cut = Told("b", "whole", "b", first=PROSE[0], last=PROSE[2])

    assert (outcome(whole, "HTML", text).apart, outcome(whole, "resiliparse", text).ends) == (
        False,
        True,
    )
    assert not outcome(cut, "resiliparse", text).ends
