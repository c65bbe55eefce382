"""What addresses tell of pages. All invented."""

import pytest

from pipeline.digests import SplitDigests
from pipeline.digests.addresses import address_kind, load_words
from pipeline.digests.finding import Bounds
from pipeline.encoding import FixEncoding
from tests.conftest import CORPUS_FILE
from tests.digests.test_split import LOOSE, as_html
from tests.margin_cases import labelled

SITE = "https://www.quay.example"
LISTINGS = (
    "/tag/harbour",
    "/category/news/local/",
    "/category/news/page/3/index.html",
    "/kategorie/hafen/seite/2",
    "/author/ana-ruiz/page/12/",
    "/en/blog/",
    "/blog/index.php",
    "/blog/en/",
    "/aktuelles.html",
    "/page/4",
    "/ferries/page/2",
    "/2020/05/",
    "/news/2019",
    "/archives/2019/08",
    "/date/2013/page/13/index.html",
    "/2022/05/12/",
    "/?cat=7",
    "/index.php?paged=3",
    "/?tag=ferries",
    "/?s=lamp",
    "/news?page=2",
    "/search?q=lamp",
    "/tag/question/",
    "/tag/what-the-miller-wrote/",
    "/%D0%BD%D0%BE%D0%B2%D0%BE%D1%81%D1%82%D0%B8/page/2/",
)
ARTICLES = (
    "/2020/05/boats",
    "/2020/05/12/boats-are-back.html",
    "/news/2020/05/12/boats",
    "/the-lamp-at-the-end",
    "/boats-are-back-again",
    "/news/the_lamp_at_the_end.aspx",
    "/the-lamp-at-the-end/page/2",
    "/the-lamp-at-the-end/2024/11",
    "/the-lamp-at-the-end/?tag=ferries",
    "/?p=418",
    "/threads/lamps.17/page-2",
    "/thread/17-lamps?page=3",
    "/topic/17-lamps/page/2",
    "/question/17?page=2",
)
NEITHER = (
    "",
    "/",
    "/en/",
    "/about",
    "/about-the-quay",
    "/category/news/2020/boats",
    "/harbour/12345",
    "/tag",
    "/tag/harbour/feed/",
    "/2020/05/boats-are-back-again-today/trackback/",
    "/wp-json/wp/v2/pages/17/index.html",
    "/boats?utm_source=blog",
    "/2020",
    "/lamps?page=last",
)


@pytest.mark.parametrize("path", LISTINGS)
def test_addresses_of_listings(path):
    assert address_kind(SITE + path) == "listing"


@pytest.mark.parametrize("path", ARTICLES)
def test_addresses_of_articles(path):
    assert address_kind(SITE + path) == "article"


@pytest.mark.parametrize("path", NEITHER)
def test_addresses_that_say_neither(path):
    assert address_kind(SITE + path) == ""


def test_what_is_no_address():
    assert address_kind("http://[quay/tag/harbour") == ""
    assert address_kind("page 7 of the dump") == ""


def test_addresses_make_bounds_no_stricter_and_no_looser_than_they_say():
    bounds = Bounds(text=0.3, markup=0.2, listing=0.25, article=0.25)

    assert [bounds.of(markup, f"{SITE}/tag/harbour") for markup in (False, True)] == [0.25, 0.2]
    assert [bounds.of(markup, f"{SITE}/?p=418") for markup in (False, True)] == [0.3, 0.25]


def test_words_are_written_as_addresses_are():
    words = load_words()
    for each in (words.collects, words.fronts, words.pages, words.posts):
        assert each
        assert all(word == word.lower() and "/" not in word and " " not in word for word in each)


@pytest.mark.parametrize("form", ["text", "html"])
def test_an_address_counts_where_lines_leave_it_open(capture, form):
    page = LOOSE
    if form == "html":
        linked = as_html(LOOSE).replace("<h2>", '<h2><a href="/boats">')
        page = f"<html><body>{linked.replace('</h2>', '</a></h2>')}</body></html>"

    def count(path, **options):
        stage = SplitDigests(**options).compile(CORPUS_FILE.parent)
        stages = {"fix-encoding": FixEncoding().compile(CORPUS_FILE.parent), "split-digests": stage}
        found = labelled(capture(page, form, SITE + path), stages, "split-digests")
        return len([each for each in found if each.item])

    never, always = (
        {"accept_above": bound, "markup_accept_above": bound, "suspect_above": 1.0}
        for bound in (1.0, 0.0)
    )
    assert count("/tag/harbour/", **never, listing_address_above=0.0) > 1
    assert count("/harbour/", **never, listing_address_above=0.0) == 1
    assert count("/tag/harbour/", **never, listing_address_above=1.0) == 1
    assert count("/harbour/", **always, article_address_above=1.0) > 1
    assert count("/2020/05/12/boats", **always, article_address_above=1.0) == 1
    assert count("/2020/05/12/boats", **always, article_address_above=0.0) > 1
