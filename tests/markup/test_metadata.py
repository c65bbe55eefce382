"""Title, author, date, site, language and address from the markup of a page."""

import json

import pytest
from lxml import html as lxml_html

from pipeline.markup.head import Head
from pipeline.markup.metadata import canonical_url, iso_date, metadata_of


def facts(page, url=""):
    root = lxml_html.document_fromstring(page)
    return metadata_of(root, Head(root), url)


def script(held):
    return f'<script type="application/ld+json">{json.dumps(held)}</script>'


ARTICLE = {
    "@type": "NewsArticle",
    "headline": "Forty boats &amp; a sill",
    "author": [{"@type": "Person", "name": "Ida Moor"}, {"name": "Jan Vos"}],
    "datePublished": "2023-04-18T09:00:00+02:00",
    "publisher": {"name": "The Saltmarsh Courier"},
}


@pytest.mark.parametrize("held", [ARTICLE, [ARTICLE], {"@graph": [{"@type": "WebSite"}, ARTICLE]}])
def test_json_ld_is_read(held):
    found = facts(f"<html lang=en-GB><head>{script(held)}</head><p>x")

    assert found.title == "Forty boats & a sill"
    assert found.author == "Ida Moor, Jan Vos"
    assert found.published == "2023-04-18"
    assert found.site == "The Saltmarsh Courier"
    assert found.language == "en-GB"


def test_broken_json_ld_costs_nothing_else():
    page = (
        '<script type="application/ld+json">{"@type": </script><meta name=author content="Ida M">'
    )

    assert facts(page).author == "Ida M"


def test_json_ld_with_line_ends_in_its_strings_is_read():
    page = '<script type="application/ld+json">{"@type":"Article","headline":"One\ntwo"};</script>'

    assert facts(page).title == "One two"


def test_json_ld_of_an_organisation_is_not_of_the_page():
    held = {"@type": "Organization", "name": "Courier", "datePublished": "2001-01-01"}

    assert facts(script(held) + "<p>x").published == ""


@pytest.mark.parametrize(
    ("page", "title"),
    [
        ("<title>Tides turn | The Courier</title><h1>Tides turn</h1>", "Tides turn"),
        ("<title>Tides turn | Courier</title><meta property=og:site_name content=Courier>", None),
        ("<title>Courier: Tides</title><h1>Courier</h1><h1>Tides</h1>", "Tides"),
        ("<meta property=og:title content='Tides turn'><h1>Menu</h1><h1>News</h1>", "Tides turn"),
        ("<title>How tides turn today</title><h1>Why tides turn</h1>", "Why tides turn"),
        ("<svg><title>Logo</title></svg><h1>Tides turn</h1>", "Tides turn"),
        ("<h1><a><b>Tides</b></a> turn<!-- so --></h1>", "Tides turn"),
        ("<h1>Tides<br>turn <svg><text>up</text></svg></h1>", "Tides turn"),
        ("<title>El ni\u00c3\u00b1o vuelve</title><p>Tides", "El niño vuelve"),
        ("<title>潮水今天来得早_港口新闻_港口网</title><p>潮水", "潮水今天来得早"),
        ("<title>潮水今天来得早--港口日报</title><p>潮水", "潮水今天来得早"),
        ("<title>潮が今日は早い - 港ニュース</title><p>潮", "潮が今日は早い"),
        ("<title>潮水今天来得早-灯塔和船</title><p>潮水", "潮水今天来得早-灯塔和船"),
        ("<title>Lamp_oil_2</title><p>Tides", "Lamp_oil_2"),
        ("<p>no title at all</p>", ""),
    ],
)
def test_title(page, title):
    site = "<meta property=og:site_name content=Courier>" if "Courier: " in page else ""

    assert facts(site + page).title == ("Tides turn" if title is None else title)


@pytest.mark.parametrize(
    ("content", "author"),
    [
        ("Ida Moor", "Ida Moor"),
        ("Ida Moor &amp; Jan Vos", "Ida Moor, Jan Vos"),
        ("Ida Moor | Harbour Desk", "Ida Moor"),
        ("Ida Moor; Jan Vos", "Ida Moor, Jan Vos"),
        ("https://courier.example/ida", ""),
        ("ida@courier.example", ""),
        ("admin", ""),
        ("name", ""),
        ("作者", ""),
        ("Quay.net", ""),
        ("J. R. Moor.com", "J. R. Moor.com"),
        ("Discuz! Team and Comsenz UI Team", ""),
        ("18 April 2023", ""),
        ("The Courier", ""),
    ],
)
def test_author_is_a_name(content, author):
    page = (
        f"<meta property=og:site_name content='The Courier'><meta name=author content='{content}'>"
    )

    assert facts(page).author == author


def test_authors_of_comments_are_not_the_pages():
    post = "<div itemprop=author><span itemprop=name>{}</span></div>"

    assert facts(post.format("Ida Moor") + post.format("Jan Vos")).author == "Ida Moor"


@pytest.mark.parametrize(
    ("page", "author"),
    [
        ("<b itemprop=name>Mia Lund</b><p itemprop=author><b itemprop=name>Ida Moor", "Ida Moor"),
        ("<b itemprop=name>Mia Lund</b><p itemprop=author content='Ida Moor'>by her", "Ida Moor"),
        ("<a rel=nofollow>Mia Lund</a><a rel=author>Ida Moor</a>", "Ida Moor"),
        ("<b itemprop=name>Mia Lund</b>", ""),
        ("<a rel=author>View all of Ida Moor's posts.</a><a rel=author>Jan Vos</a>", "Ida Moor"),
        ("<a rel=author>View all of Ida Moor\u2019s posts</a>", "Ida Moor"),
        ("<a rel=author>See all articles by Ida Moor</a>", "Ida Moor"),
        ("<a rel=author>More posts</a><a rel=author>Ida Moor</a>", "Ida Moor"),
        ("<a rel=author>Read more</a>", ""),
        ("<a rel=author>Lena Moreau</a>", "Lena Moreau"),
        ("<span class='author vcard'>Autor: Ida Moor</span>", "Ida Moor"),
        ("<a rel=author>By Ida Moor</a>", "Ida Moor"),
        ("<a rel=author>Byron Vos</a>", "Byron Vos"),
        ("<a rel=author>Ida by Moor</a>", "Ida by Moor"),
    ],
)
def test_author_is_what_is_marked_as_one(page, author):
    assert facts(f"<html><body>{page}</body></html>").author == author


IDA = "<a href='{}'>Ida Moor</a>"


@pytest.mark.parametrize(
    ("page", "author"),
    [
        (IDA.format("/author/ida-moor/"), "Ida Moor"),
        (IDA.format("https://courier.example/authors/Ida_Moor"), "Ida Moor"),
        (IDA.format("../blog/author/ida-moor.html"), "Ida Moor"),
        (IDA.format("/de/autoren/moor-ida/index.html?page=2"), "Ida Moor"),
        ("<a href='/author/j%C3%B3n-vos'>Jón Vos</a>", "Jón Vos"),
        (IDA.format("/author/ida-moor/") * 2, "Ida Moor"),
        ("<a href='/author/ida-moor'>Posts</a>" + IDA.format("/author/ida-moor"), "Ida Moor"),
        (IDA.format("/author/ida-moor/") + "<a href='/author/jan-vos'>Jan Vos</a>", ""),
        (IDA.format("/author/ida-moor/") + "<a href='/author/jan-vos'>His posts</a>", ""),
        (IDA.format("/author/4711"), ""),
        (IDA.format("/author/ida-moor/feed.xml"), ""),
        (IDA.format("/people/ida-moor"), ""),
        (IDA.format("/coauthor/ida-moor"), ""),
        ("<a href='/author/ida'>Ida</a>", ""),
        ("<a href='/author/ida-moor'></a>", ""),
        ("<a>Ida Moor</a>", ""),
    ],
)
def test_author_is_who_alone_is_linked_as_one(page, author):
    assert facts(f"<html><body>{page}</body></html>").author == author


def test_what_is_marked_goes_before_what_is_linked():
    page = f"<a rel=author>Jan Vos</a>{IDA.format('/author/ida-moor')}"

    assert facts(f"<html><body>{page}</body></html>").author == "Jan Vos"


@pytest.mark.parametrize(
    ("value", "date"),
    [
        ("2023-04-18", "2023-04-18"),
        ("2023-04-18 09:00", "2023-04-18"),
        ("2023/04/18", "2023-04-18"),
        ("20230418T0900", "2023-04-18"),
        ("2023-02-30", ""),
        ("03/04/2020", ""),
        ("1823-04-18", ""),
        ("yesterday", ""),
        (1681801200, ""),
        (None, ""),
    ],
)
def test_date_is_a_date_or_nothing(value, date):
    assert iso_date(value) == date


@pytest.mark.parametrize(
    ("page", "url", "date"),
    [
        ('<meta property="article:published_time" content="2023-04-18T09:00Z">', "", "2023-04-18"),
        ("<time itemprop=datePublished datetime=2023-04-18>18 April</time>", "", "2023-04-18"),
        ("<p>x", "https://courier.example/2023/04/18/tides", "2023-04-18"),
        ("<p>x", "https://courier.example/2023/14/18/tides", ""),
        ("<article><time datetime=2023-04-18>18 April</time></article>", "", "2023-04-18"),
        ("<aside><time datetime=2023-04-18>18 April</time></aside>", "", ""),
        ("<div class=related-cards><time datetime=2023-04-18>x</time></div>", "", ""),
        ("<abbr class='x published' title=2023-04-18T10:21Z>18 April</abbr>", "", "2023-04-18"),
        ("<abbr class=unpublished title=2023-04-18>18 April</abbr>", "", ""),
        ("<span class='dt-published p'>2023-04-18</span>", "", "2023-04-18"),
        ("<span class='not-dt-published'>2023-04-18</span>", "", ""),
        ("<span itemprop=datePublished content=2023-04-18>18 April</span>", "", "2023-04-18"),
        ("<span itemprop=dateModified content=2023-04-18>18 April</span>", "", ""),
        ("<time class=entry-date>2023-04-18</time>", "", "2023-04-18"),
        ("<time class=modified>2023-04-18</time>", "", ""),
        (
            "<li><time pubdate datetime=2024-01-01>x</time></li><p><time datetime=2023-04-18>",
            "",
            "2023-04-18",
        ),
        ("<li><time pubdate datetime=2024-01-01>x</time></li>", "", "2024-01-01"),
        ('<meta name="date" content="2021-02-30">', "", ""),
    ],
)
def test_date_of_publication(page, url, date):
    assert facts(f"<html><body>{page}</body></html>", url).published == date


@pytest.mark.parametrize(
    ("head", "url", "address"),
    [
        ("<link rel=canonical href=https://a.example/x>", "", "https://a.example/x"),
        ("<link rel=canonical href=/x>", "https://a.example/y?z=1", "https://a.example/x"),
        (
            "<base href=https://a.example/b/><link rel=canonical href=x>",
            "",
            "https://a.example/b/x",
        ),
        ("<link rel=canonical href=/x>", "", ""),
        ("<meta property=og:url content=https://a.example/x>", "", "https://a.example/x"),
        ("<link rel=canonical href='http://[bad'>", "https://a.example", ""),
        ("<link rel=canonical href='javascript:x'>", "", ""),
    ],
)
def test_canonical_address(head, url, address):
    root = lxml_html.document_fromstring(f"<html><head>{head}</head><p>x")

    assert canonical_url(Head(root), url) == address


NAME = "The Damson Diaries"
POST = "Jam for the long winter"
TEXT = (
    "<p>" + "The boats came back late on Friday, and nobody had waited for them at the pier. " * 2
)


OWNS = "Who owns the towpath by the quay?"


@pytest.mark.parametrize(
    ("title", "headings", "found"),
    [
        (f"{OWNS} - Boats", ("Boats", OWNS), OWNS),
        (f"{OWNS} - Boats Magazine", ("Boats", "Related", OWNS), OWNS),
        (f"{OWNS} - Boats", ("Boats",), OWNS),
        (f"{OWNS} - Boats Magazine", ("Boats", "Related"), OWNS),
        ("Boats - The Quay", ("Boats",), "Boats"),
        ("The boats of the quay", ("Boats", "The boats of the quay"), "The boats of the quay"),
        ("News of a harbour and boats - All of the old boats", ("All of the old boats",), None),
        ("Lamps and more of them - Boats", ("Boats",), "Boats"),
        ("Boats: who owns them, and since when?", ("Boats",), "Boats"),
    ],
)
def test_a_heading_that_a_title_has_beside_more_is_a_name(title, headings, found):
    page = "".join(f"<h1>{heading}</h1>" for heading in headings)

    assert facts(f"<title>{title}</title>{page}<p>x").title == (found or headings[0])


@pytest.mark.parametrize(
    ("page", "found"),
    [
        (f"<h1><a href=/>Boats</a></h1><div class=title>{OWNS}</div>", OWNS),
        (f"<h1><a href=/>Boats</a></h1><table><td><b>{OWNS}</b></td></table>", OWNS),
        (f"<h1>Boats</h1><div class=title>{OWNS}</div>", "Boats"),
        (f"<div>{OWNS}</div><h1><a href=/>Boats</a></h1>", "Boats"),
        (f"<h1><a href=/>Boats</a></h1><div>{OWNS} by one</div>", "Boats"),
        (f"<h1><a href=/>Boats</a></h1><p>{TEXT}</p><div>{OWNS}</div>", "Boats"),
    ],
)
def test_a_title_below_the_linked_name_of_a_site_may_be_any_box(page, found):
    assert facts(f"<title>Boats: {OWNS}</title>{page}<p>x").title == found


@pytest.mark.parametrize(
    ("url", "found"),
    [
        ("https://talk.example/r/quay/comments/7/who_owns_the_towpath_by/", OWNS),
        ("https://talk.example/2020/who-owns-the-towpath.html", OWNS),
        ("https://talk.example/r/quay/comments/7/", "Talk - The heart of the web"),
        ("", "Talk - The heart of the web"),
    ],
)
def test_an_address_tells_the_heading_where_the_title_is_the_sites(url, found):
    page = f"<title>Talk - The heart of the web</title><h1>{OWNS}</h1><p>x"

    assert facts(page, url).title == found
    assert facts(page.replace(OWNS, "Who owns"), url).title == "Talk - The heart of the web"


@pytest.mark.parametrize(
    ("page", "title"),
    [
        (f"<title>{NAME}: {POST}</title><h1>{NAME}</h1><h3>{POST}</h3>{TEXT}", POST),
        (f"<title>{POST} - {NAME}</title><h1>{NAME}</h1><p>Jams<h2>{POST}</h2>{TEXT}", POST),
        (f"<title>{POST} - {NAME}</title><h1>{POST}</h1>{TEXT}<h3>{NAME}</h3>", POST),
        (f"<title>{NAME}</title><h1>{NAME}</h1><h2>{POST}</h2>{TEXT}", NAME),
        (f"<title>{POST} | {NAME}</title><h1>{POST}<a href='#jam'>¶</a></h1>{TEXT}", POST),
    ],
    ids=["name first", "name last", "name below the text", "the title is the name", "pilcrow"],
)
def test_a_blogs_name_is_not_the_title_of_its_posts(page, title):
    assert facts(page).title == title


@pytest.mark.parametrize(
    ("markup", "author"),
    [
        ("<span class='author-name'>Ida Moor</span>", "Ida Moor"),
        ("<span class='p-author h-card'>Ida Moor</span>", "Ida Moor"),
        (
            "<div class='author-name'>Written by</div><div class='byline__name'>Jan Vos</div>",
            "Jan Vos",
        ),
        ("<p class='wp-block-post-author__name'>Ida Moor</p>", "Ida Moor"),
        ("<span class='author vcard'><a class='url fn n'>Ida Moor</a></span>", "Ida Moor"),
        ("<span class='author'>Ida Moor</span>", ""),
        ("<span class='vcard author-box'>Ida Moor</span>", ""),
        ("<span class='authors-note'>Ida Moor</span>", ""),
    ],
)
def test_authors_are_known_by_whole_class_names(markup, author):
    assert facts(f"<h1>Tides</h1>{markup}{TEXT}").author == author


def test_an_author_that_json_ld_only_refers_to_is_found():
    graph = [
        {"@type": "Article", "author": {"@id": "#ida"}, "headline": "Boats"},
        {"@type": "Person", "@id": "#ida", "name": "Ida Moor"},
    ]

    assert facts(script({"@graph": graph}) + "<p>x").author == "Ida Moor"
    assert not facts(script({"@graph": graph[:1]}) + "<p>x").author
    several = [{**graph[0], "author": [{"@id": "#ida"}, {"name": "Jan Vos"}]}, graph[1]]
    assert facts(script({"@graph": several}) + "<p>x").author == "Ida Moor, Jan Vos"


@pytest.mark.parametrize(
    "page",
    [
        "<p>Updated <time datetime=2024-03-06>6 March</time></p><p><time datetime=2024-03-04>x</p>",
        "<p><b>Last modified:</b> <time datetime=2024-03-06>x</time> <time datetime=2024-03-04>y",
        "<p><time datetime=2024-03-06>updated 6 March</time></p><time datetime=2024-03-04>x</time>",
        "<p>Since 2001 <time datetime=2024-03-04>x</time> updated <time datetime=2024-03-06>y",
        "<p>Updated <time datetime=2024-03-04>the only one</time></p>",
    ],
)
def test_the_time_of_a_change_is_taken_last(page):
    assert facts(page).published == "2024-03-04"
