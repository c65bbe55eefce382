"""The splitters can be made again, and what they learn from is what it is said to be."""

import random
import sys

import msgspec
import numpy as np
import pytest

from pipeline.digests.splitter import MARKUP_MODEL, TEXT_MODEL, encoded, load_splitter
from tests.digests.test_split import TITLES
from tests.margin_cases import PROSE
from training.__main__ import fingerprint
from training.digests import __main__ as making
from training.digests.__main__ import MODELS, code_files, data_files, is_taught
from training.digests.brief import FEWEST, brief, brief_page, brief_pages
from training.digests.fit import fit
from training.digests.listed import LISTED, PROGRAMS, listed_forms, listed_pages
from training.digests.looked import FILE as LOOKED
from training.digests.looked import Looked, key_of, sum_of
from training.digests.made import Article, body, listing, newsletter, put_into, style_of, ticker
from training.digests.page import Making, Options
from training.digests.pages import (
    TEXT,
    TITLE,
    Marked,
    Row,
    changed,
    is_listing,
    known,
    known_markup,
    known_texts,
    without_names,
)
from training.pages import RENDERERS, Source

ARTICLES = [
    Article(title, tuple(PROSE[(at + each) % 6] for each in range(5)))
    for at, title in enumerate(TITLES)
]
TREES = Making("CrossEntropy", trees=25, depth=4, rate=0.3, share=0.5)
OPTIONS = Options(
    passes=2,
    folds=3,
    blocks=TREES,
    choice=Making("YetiRank", trees=4, depth=3, rate=0.3, share=0.5),
    accept=Making("RMSE", trees=4, depth=3, rate=0.3, share=0.5),
)


def marked(text):
    lines, item = [], -1
    for line in text.split("\n"):
        item += TITLE in line
        title = item if TITLE in line else -1
        lines.append(Marked(line.replace(TITLE, "").replace(TEXT, ""), title, TEXT in line))
    return lines


def pages():
    found = []
    for at in range(16):
        write = (newsletter, ticker)[at % 2]
        text = write(random.Random(at), ARTICLES, "en")
        found.append(
            known(
                f"made {at}",
                f"{'abcdefgh'[at % 8] * (at % 8 + 1)}.example",
                "mail/full",
                marked(text),
            ).page
        )
    plain = [Marked(line) for line in PROSE * 2]
    return [
        *found,
        *(
            known("whole", f"{'abcdefgh'[at] * (at + 1)}.example", "x", plain).page
            for at in range(8)
        ),
    ]


def test_the_same_pages_make_the_same_file():
    one, other = (encoded(fit(pages(), OPTIONS, {"form": "text"})) for _ in range(2))

    assert one == other


@pytest.mark.parametrize(("form", "path"), MODELS.items())
def test_the_packages_splitters_were_made_by_this_code(form, path):
    said = load_splitter(path).about

    assert (said["code"], said["form"]) == (fingerprint(code_files()), form)


@pytest.mark.parametrize("seed", range(12))
def test_made_listings_have_a_mark_for_each_title_and_few_for_texts(seed):
    made = listing(random.Random(seed), ARTICLES, ("en", "de", "fr", "xx")[seed % 4])

    assert 3 <= made.count(TITLE) <= len(TITLES)
    assert [title for title in TITLES if f"{TITLE}{title}" in made]


def test_whole_posts_have_sections_points_and_code():
    headed = Article(
        "Ropes", (PROSE[0], "What rope is for", PROSE[1], "- hemp", "- nylon", PROSE[2])
    )
    posts = [*ARTICLES, headed]
    style = msgspec.structs.replace(
        style_of(random.Random(1), "en"),
        paragraphs=11,
        short_lines=False,
        whole=True,
        sections=1,
        section_tag="h3",
        code=0,
    )

    own = body(random.Random(1), msgspec.structs.replace(style, headed=0), headed, posts)
    lent = body(random.Random(1), msgspec.structs.replace(style, headed=1), ARTICLES[0], posts)
    plain = body(random.Random(1), msgspec.structs.replace(style, headed=0), ARTICLES[0], posts)
    code = body(random.Random(1), msgspec.structs.replace(style, headed=0, code=4), headed, posts)

    assert f"<h3>{TEXT}What rope is for</h3>" in own
    assert f"<ul><li>{TEXT}hemp</li><li>{TEXT}nylon</li></ul>" in own
    assert f"<h3>{TEXT}What rope is for</h3>" in lent
    assert "<h3>" not in plain
    assert "<pre>" in code
    assert "<pre>" not in own


def test_a_listing_takes_the_place_of_the_main_text():
    texts = "".join(f"<p>{text}</p>" for text in PROSE)
    page = f"<html><body><nav>Home</nav><main><h1>Lamp</h1>{texts}</main></body></html>"

    made = put_into(page, PROSE, "<div>LISTING</div>")

    assert "Home" in made
    assert "LISTING" in made
    assert PROSE[0] not in made
    assert put_into(page, ["a text that is not on the page, however long one looks"], "") is None


def row():
    text = f"Home\n\n{TITLES[0]}\n12 May 2020\n{PROSE[0]}\n\n{TITLES[1]}\n{PROSE[1]}"
    items = [
        {part: [text.index(each), text.index(each) + len(each)] for part, each in pair.items()}
        for pair in (
            {"title": TITLES[0], "body": PROSE[0]},
            {"title": TITLES[1], "body": PROSE[1]},
        )
    ]
    return Row("a:rp_full", "a.example", "digest", "excerpts", "rp_full", text, items)


def test_gold_stays_with_its_lines_whatever_is_done_to_them():
    forms = {each.page.form: each for each in known_texts(row())}

    assert set(forms) == {
        f"rp_full/{how}" for how in ("full", "wrapless", "bare", "wrap", "blankless")
    }
    for each in forms.values():
        starts = [each.blocks[index].text for index in each.starts.values()]
        assert starts == list(TITLES[:2])
    texts = [block.text for block in forms["rp_full/bare"].blocks]
    assert "12 May 2020" not in texts
    assert "Home" in texts


def test_wrapped_lines_keep_what_they_are():
    lines = changed([Marked(PROSE[4], -1, True), Marked(""), Marked(TITLES[0], 3)], "wrapless")

    assert [(line.title, line.body) for line in lines] == [(-1, True), (-1, True), (3, False)]


def test_gold_of_text_is_found_in_html():
    entries = "".join(
        f'<article class="post"><h2>{title}</h2><p>{text}</p></article>'
        for title, text in zip(TITLES[:2], PROSE[:2], strict=True)
    )
    menu = "".join(f"<li>{title}</li>" for title in TITLES[:2])
    html = f"<html><body><ul>{menu}</ul><main>{entries}</main><ul>{menu}</ul></body></html>"

    found = known_markup("quay", "quay.example", "html/bare", without_names(html), row().gold())

    assert [found.blocks[index].lines[0].markup.element for index in found.starts.values()] == [
        "h2",
        "h2",
    ]
    assert np.flatnonzero(found.page.texts).tolist() == [3, 5]
    assert not any("post" in name for block in found.blocks for name in block.lines[0].markup.path)


def test_options_say_how_trees_are_learned():
    assert msgspec.json.decode(msgspec.json.encode(OPTIONS), type=Options) == OPTIONS


DATE = "12 May 2020"


def source(page_type="listing", cards=TITLES[:4]):
    entries = "".join(
        f'<div class="card"><h2><a href="/{at}">{title}</a></h2><p>{DATE}</p><p>{text}</p></div>'
        for at, (title, text) in enumerate(zip(cards, PROSE, strict=False))
    )
    menu = "".join(f'<li><a href="/m{at}">Pier {at}</a></li>' for at in range(8))
    html = f"<html><body><ul>{menu}</ul><main>{entries}</main><p>© Quay Press</p></body></html>"
    return Source("quay", "https://www.quay.example/news", page_type, html.encode(), None)


def items(count=4):
    pairs = zip(TITLES[:count], PROSE, strict=False)
    return tuple((sum_of(title), sum_of(text)) for title, text in pairs)


def task(source, count=4, kind="listing"):
    return source, Looked(key_of(source.html), source.site, kind, items(count))


def test_listings_that_were_looked_at_are_learned_from_as_text():
    found = listed_forms("text", task(source()))

    assert {each.page.form for each in found} == {
        f"{LISTED}/{program}/{how}" for program in PROGRAMS for how in ("full", "wrapless")
    }
    for each in found:
        titles = [each.blocks[at].text.lstrip("# ") for at in each.starts.values()]
        assert [title.partition("](")[0].lstrip("[") for title in titles] == list(TITLES[:4])
        texts = [each.blocks[at].text for at in np.flatnonzero(each.page.texts)]
        assert texts == list(PROSE[:4])
        assert (each.page.site, each.page.made) == ("quay.example", False)
        assert is_taught(each)


def test_they_are_learned_from_as_html_with_names_and_without():
    found = listed_forms("html", task(source()))

    assert [each.page.form for each in found] == [f"{LISTED}/html/as", f"{LISTED}/html/bare"]
    for each in found:
        assert [each.blocks[at].text for at in each.starts.values()] == list(TITLES[:4])
        assert [each.blocks[at].text for at in np.flatnonzero(each.page.texts)] == list(PROSE[:4])
        assert is_taught(each)


def test_a_page_whose_items_are_not_found_teaches_nothing():
    assert listed_forms("html", task(source(cards=TITLES[:3]))) == []
    assert len(listed_forms("html", task(source(cards=TITLES[:5])))) == 2


def test_too_few_items_in_the_text_teach_nothing(monkeypatch):
    monkeypatch.setitem(RENDERERS, "inscriptis", lambda _: "\n\n".join(TITLES[:3]))
    found = listed_forms("text", task(source()))

    assert {each.page.form.split("/")[1] for each in found} == {"resiliparse", "html2text"}


def test_listings_come_in_the_order_of_the_sources():
    other = msgspec.structs.replace(source(cards=TITLES[:5]), name="pier", url="//pier.example/")
    whole = source(cards=TITLES[1:5])
    pages = [task(source()), task(other, 5), (whole, Looked(key_of(whole.html), "x", "whole"))]
    found = listed_pages("html", [other, whole, source()], {own.page: own for _, own in pages})

    assert list(dict.fromkeys(each.page.name for each in found)) == ["pier", "quay"]


@pytest.mark.parametrize(
    ("kind", "page_type", "may_be"),
    [
        ("listing", "article", True),
        ("other", "article", True),
        ("whole", "listing", False),
        (None, "article", False),
        (None, "listing", True),
    ],
)
def test_what_a_page_was_found_to_be_counts_more_than_what_it_is_called(
    kind, page_type, may_be, monkeypatch
):
    page = source(page_type)
    known = {} if kind is None else {key_of(page.html): Looked("", "", kind)}
    monkeypatch.setattr("training.digests.pages.looked", lambda: known)

    assert is_listing(page) == may_be


def test_the_pages_that_were_looked_at_are_told_once_and_rightly():
    told = msgspec.json.decode(LOOKED.read_bytes(), type=list[Looked])

    assert len({page.page for page in told}) == len(told) > 100
    assert all(bool(page.items) == (page.kind == "listing") for page in told)
    assert all(len(page.items) >= 3 for page in told if page.kind == "listing")
    assert LOOKED in data_files(LOOKED.parent)


def test_both_splitters_are_made_unless_one_is_named(tmp_path, monkeypatch):
    asked = []
    (tmp_path / "dev.jsonl.gz").touch()
    (tmp_path / "pages").touch()

    def pages(form, digests, sources):
        asked.append(form)
        return []

    known = load_splitter(MARKUP_MODEL)
    for name, stub in {
        "known_pages": pages,
        "sources_of": lambda *_: [],
        "fit": lambda *_: known,
    }.items():
        monkeypatch.setattr(making, name, stub)
    options = ["--digests", tmp_path, "--wcxb", tmp_path / "pages", "--out", tmp_path]
    for form in ([], ["--form", "text"]):
        monkeypatch.setattr(sys, "argv", ["training", *map(str, options), *form])
        making.main()

    assert asked == ["html", "text", "text"]
    assert (tmp_path / TEXT_MODEL.name).is_file()


HEADINGS = ("The pier", "Its lamp", "Boats", "Nets and sails", "How to get there")
LONG = " ".join(PROSE)


def guide(headings=HEADINGS, page_type="article"):
    text = "\n".join(line for heading in headings for line in (heading, LONG, PROSE[1]))
    html = "".join(f"<p>{line}</p>" for line in text.split("\n"))
    page = f"<html><head><title>Our quay</title></head><body><p>Menu</p>{html}</body></html>"
    return Source("quay", "https://www.quay.example/guide", page_type, page.encode(), text)


def test_pages_are_told_briefly_heading_by_heading():
    told = brief(random.Random(3), guide().gold.split("\n"))

    assert [line for line in told if line in HEADINGS] == list(HEADINGS)
    paragraphs = [line for line in told if line not in HEADINGS]
    assert len(HEADINGS) <= len(paragraphs) < 2 * len(HEADINGS)
    assert all(LONG.startswith(line) or PROSE[1].startswith(line) for line in paragraphs)
    assert all(FEWEST <= len(line.split()) < len(LONG.split()) / 2 for line in paragraphs)


def test_a_page_told_briefly_stays_whole_and_is_the_same_each_time():
    found, again = brief_page(guide()), brief_page(guide())

    assert (found.page.is_brief, found.page.made, found.page.is_digest) == (True, True, False)
    assert is_taught(found)
    assert [block.text for block in found.blocks] == [block.text for block in again.blocks]
    assert {block.text for block in found.blocks} >= set(HEADINGS)


def test_pages_with_few_headings_are_not_told_briefly():
    assert brief_page(guide(HEADINGS[:3])) is None


def test_listings_are_not_told_briefly():
    other = msgspec.structs.replace(guide(), name="pier")
    found = brief_pages([guide(), guide(page_type="listing"), other])

    assert [each.page.name for each in found] == ["quay", "pier"]


def test_pages_told_briefly_teach_acceptance_and_nothing_else():
    told = [
        msgspec.structs.replace(brief_page(guide()).page, site=f"quay{at}.example")
        for at in range(4)
    ]
    one, other = fit(pages(), OPTIONS, {}), fit([*pages(), *told], OPTIONS, {})

    assert encoded(one) != encoded(other)
    assert encoded(msgspec.structs.replace(other, accept=one.accept)) == encoded(one)
