"""What strip-boilerplate calls each line, and what it must leave as content. All synthetic."""

import pytest

from tests.margin_cases import expected_and_text, labelled, labels_of

PAGES = {
    "menu, title, byline, date": """
        navigation | Skip to content
        navigation | Home
        navigation | News
        title | The lamp at the end of the pier
        byline | By Ana Ruiz
        date | 12 May 2020
        content | P1
        content | P2
    """,
    "a notice in quotation marks, and nothing else": """
        title | The lamp at the end of the pier
        content | P1
        content | P2
        content | P3
        cookie | “We use cookies to improve your experience.”
        navigation | About us
        navigation | Contact us
    """,
    "a row of a table is no title": """
        navigation | Topics
        navigation | About us
        title | What the quay counted
        content | Boats and crews 1850 1870 1890
        content | Lamps of the quay 40 60 80
        content | P1
        content | P2
        content | P3
    """,
    "a title that stands free, dates in the menu above": """
        navigation | Archive
        navigation | The boats of Friday and the quay
        date | 3 May 2020

        title | The lamp at the end of the pier

        content | P1
        content | P2
        content | P3
    """,
    "site name above the title stands again in the notice": """
        navigation | The Harbour Gazette of the Lower Coast
        title | The lamp at the end of the pier
        content | P1
        content | P2
        legal | © 2020 The Harbour Gazette of the Lower Coast
    """,
    "one sentence in a menu is text": """
        navigation | Home
        navigation | About
        navigation | Contact
        navigation | Sign in
        content | The harbour at Pellham opened again on Friday.
        share | Share this story
        share | Facebook
    """,
    "menu without a sentence": """
        navigation | Home
        navigation | About
        navigation | Contact
        navigation | Harbour and quays
        navigation | Sign in
        share | Share this story
    """,
    "name of the author below the text": """
        title | The lamp at the end of the pier
        content | P1
        content | P2
        byline | Ana Ruiz
        related | Related articles
        related | The wall that held
    """,
    "appeal between two paragraphs": """
        title | The lamp at the end of the pier
        content | P1
        content | P2
        fundraising | We need your support to go on reporting. Please donate today.
        content | P3
        content | P4
    """,
    "related box in the middle gives the text back": """
        title | The lamp at the end of the pier
        content | P1
        content | P2
        related | Related articles
        related | The wall that held
        related | A winter without oil
        content | P3
        content | P4
    """,
    "teasers with dates below the closing share bar": """
        title | The lamp at the end of the pier
        content | P1
        content | P2
        content | P3
        share | Facebook Twitter Email
        related | The wall that held for a century
        related | P4
        related | Ana Ruiz
        related | 3 May 2020
        related | A winter without any oil
        related | P1
        related | 2 May 2020
    """,
    "sign-up with its sentence": """
        title | The lamp at the end of the pier
        content | P1
        content | P2
        newsletter | Sign up to our newsletter
        newsletter | One letter a month, with the tides and the news of the quay.
        newsletter | Your email address
        newsletter | Subscribe
    """,
    "comments at the end": """
        title | The lamp at the end of the pier
        content | P1
        content | P2
        content | P3
        comment | 2 comments
        comment | Bert
        comment | Thanks for this! I was there, and you are so right. Keep it up :)
        comment | Maud
        comment | So was I.
    """,
    "menu entries with bars, share bars with words": """
        navigation | Home | News | Sport | Contact
        title | The lamp at the end of the pier
        content | P1
        content | P2
        share | Share this article: Facebook Twitter
    """,
    "pages of a listing": """
        title | The lamp at the end of the pier
        content | P1
        content | P2
        navigation | 1
        navigation | 2
        navigation | 3
        navigation | …
        navigation | 14
    """,
    "page of boilerplate only": """
        navigation | Skip to content
        navigation | Home
        navigation | News
        navigation | Our opening hours
        cookie | This website uses cookies to give you the best experience.
        cookie | Accept all cookies
        legal | Privacy policy
        legal | Terms of use
    """,
}

DAMAGED_ONCE = {
    "a sentence between two share lines": """
        title | The lamp at the end of the pier
        content | P1
        share | Facebook Twitter
        content | The bridge will cost two million.
        share | Share this article
        content | P2
    """,
    "a recipe": """
        title | Leek and potato soup
        byline | By Rosa Klee
        date | 3 March 2021
        content | 500 g potatoes
        content | two leeks
        content | Peel the potatoes and cut them as small as you have the patience to cut them.
    """,
    "paragraphs that begin like notices": """
        title | The small print of our age
        content | P1
        content | We use cookies to improve your experience. No sentence is read so little.
        content | P2
        content | Subscribe to our newsletter, say all the pages, and every reader closes the box.
        content | P3
    """,
    "names among paragraphs below a share line": """
        title | The lamp at the end of the pier
        content | P1
        content | P2
        content | P3
        share | Share this article
        content | What the keeper said about it
        content | P4
        content | Bert Thorne
        content | What the crews said about it all
        content | P5
        content | P6
        byline | Maud Ferriby
    """,
    "last paragraph below a teaser": """
        title | The lamp at the end of the pier
        content | P1
        content | P2
        related | You may also like
        related | Soup with leeks
        content | P3
    """,
    "a section about comments": """
        title | The lamp at the end of the pier
        content | P1
        content | P2
        content | 12 comments
        content | P3
        content | P4
    """,
}
"""Articles of which a rule or context once took a part."""

SPARED = {
    "words of boilerplate in an article": """
        title | What the newsletter did to the cookie
        content | Cookies are small files, and nobody reads the notices about them to the end.
        content | Share prices fell on the news, and the comments of the minister did not help much.
        content | She asked the readers to sign up for the newsletter and to donate what they could.
        content | Privacy policy is a matter for parliament, the court said in a ruling on Monday.
    """,
    "notices that are quoted": """
        title | How the banner conquered the web
        content | “We use cookies to improve your experience.” Few sentences are read so seldom.
        content | P1
        content | P2
        content | P3
        content | P4
        content | P5
        content | „Wir verwenden Cookies, um Ihnen ein gutes Erlebnis zu bieten“ stands below it.
        content | P6
    """,
    "headings of a wiki": """
        title | The lamp at the end of the pier
        content | P1
        content | P2
        content | History[edit]
        content | P3
        content | P4
        content | News[edit source]
        content | P5
        content | P6
    """,
    "headings of sections": """
        title | The lamp at the end of the pier
        content | P1
        content | Comments
        content | P2
        content | Newsletter
        content | P3
        content | Relations
        content | P4
    """,
    "a list in an article": """
        title | The lamp at the end of the pier
        content | P1
        content | • Facebook came first, in the spring of that year
        content | • Twitter came second
        content | P2
    """,
    "a poem": """
        title | Rose red
        content | Rose red, rose white,
        content | the lamp is lit,
        content | the moon is bright
        content | and so is it.
    """,
    "an article that begins with a standfirst and has short paragraphs": """
        title | The lamp at the end of the pier
        content | P1
        content | Nobody came.
        content | P2
        content | He waited.
        content | P3
    """,
    "one long paragraph below a heading that opens": """
        title | The lamp at the end of the pier
        content | P1
        content | P2
        related | Read more
        content | P3
        content | P4
    """,
}


@pytest.mark.parametrize("page", (PAGES | DAMAGED_ONCE).values(), ids=PAGES | DAMAGED_ONCE)
def test_lines_are_labelled(stages, capture, page):
    expected, text = expected_and_text(page)

    assert labels_of(labelled(capture(text), stages, "strip-boilerplate")) == expected


@pytest.mark.parametrize("page", SPARED.values(), ids=SPARED)
def test_content_is_spared(stages, capture, page):
    expected, text = expected_and_text(page)
    given = labels_of(labelled(capture(text), stages, "strip-boilerplate"))

    content = [label in ("content", "title") for label in expected]
    kept = [label in ("content", "title") for label in given]
    assert [want for want, has in zip(content, kept, strict=True) if want and not has] == []


def test_label_that_a_line_has_stays(stages, capture):
    (document,) = labelled(capture("https://harbour.example/a\n\nP"), stages, "strip-boilerplate")

    assert document.lines[0].label == "url"
    assert document.capture.url == "https://harbour.example/a"


def test_every_label_has_a_reason(stages, capture):
    for page in PAGES.values():
        _, text = expected_and_text(page)
        for document in labelled(capture(text), stages, "strip-boilerplate"):
            assert all(line.reason for line in document.lines if not line.is_blank)
