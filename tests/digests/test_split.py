"""Which pages are taken apart, and which stay whole. All synthetic."""

import textwrap
from itertools import pairwise

import msgspec
import numpy as np
import pytest

from pipeline.blocks import page_blocks
from pipeline.digests import SplitDigests
from pipeline.digests.candidates import Candidate, Scores
from pipeline.digests.doubts import speaks_against
from pipeline.digests.finding import Split, decided
from pipeline.digests.items import excerpt_of
from pipeline.digests.outline import outline_of
from pipeline.digests.records import Record, records_of
from pipeline.digests.splitter import MARKUP_MODEL, TEXT_MODEL, encoded, load_splitter
from pipeline.document import Document, Line, Markup
from pipeline.encoding import FixEncoding, split_lines
from pipeline.errors import ConfigurationError
from pipeline.publishing import text_of
from pipeline.vocabulary import load_vocabulary
from tests.conftest import CORPUS_FILE
from tests.margin_cases import PROSE, labelled

VOCABULARY = load_vocabulary(CORPUS_FILE.parent / "languages")
TITLES = (
    "The lamp at the end of the pier goes out",
    "Council votes for a second bridge at last",
    "Forty years of rain, and nobody kept count",
    "What the miller’s daughter wrote in her diary",
    "A choir without a hall looks for a barn",
    "The last ferry sails on Monday evening",
)


def listing(*records: str, count: int = 6) -> str:
    """Return a page of so many records, each made of lines with {title}, {date}, {text}."""
    pages = []
    for at in range(count):
        values = {
            "title": TITLES[at],
            "date": f"{at + 1} May 2020",
            "text": PROSE[at % 4],
            "other": PROSE[(at + 1) % 4],
            "name": ("Ana Ruiz", "Bert Thorne", "Maud Ferriby")[at % 3],
        }
        pages.append("\n\n".join(record.format(**values) for record in records))
    return "\n\n".join(pages)


DIGESTS = {
    "date below the title": listing("{title}", "{date}", "{text}"),
    "byline and date below the title": listing("{title}", "By {name}", "{date}", "{text}"),
    "date above the title": listing("{date}", "{title}", "{text}"),
    "date below the text": listing("{title}", "{text}", "{date}"),
    "byline with the date": listing("{title}", "By {name} | {date}", "{text}"),
    "name and date apart": listing("{title}", "{text}", "{name}", "{date}"),
    "read more": listing("{title}", "{text}", "Read more"),
    "cut ends": listing("{title}", "{text}…"),
    "whole posts with dates": listing("{title}", "{date}", "{text}", "{other}"),
    "share bar between items": listing("{title}", "{date}", "{text}", "Facebook Twitter Email"),
    "heading above": "Coast\n\n" + listing("{title}", "{text}"),
    "three records": listing("{title}", "{date}", "{text}", count=3),
}

WHOLE = {
    "article with headings": "The lamp\n\n"
    + "\n\n".join(f"Part {word}\n\n{PROSE[0]}\n\n{PROSE[1]}" for word in ("one", "two", "six")),
    "sections of one paragraph": "A lamp and its keeper\n\n"
    + "\n\n".join(
        f"{head}\n\n{text}"
        for head, text in zip(
            ("The oil", "The wick", "The stairs", "The end"), PROSE[:4], strict=True
        )
    ),
    "interview": "\n\n".join(
        f"What did you see on day {at}?\n\n{PROSE[at % 4]}" for at in range(8)
    ),
    "numbered list article": "\n\n".join(
        f"{at}. A thing that every keeper needs\n\n{PROSE[at % 4]}" for at in range(1, 9)
    ),
    "steps": "\n\n".join(
        f"Step {at}: Do this before you do that\n\n{PROSE[at % 4]}" for at in range(1, 9)
    ),
    "article with teasers below": "A lamp and its keeper\n\n12 May 2020\n\n"
    + "\n\n".join(PROSE[:4] * 4)
    + "\n\n"
    + listing("{title}", "{date}", "{text}", count=3),
    "names of speakers": "\n\n".join(
        f"{name}\n\n3 May 2020\n\n{text}"
        for name, text in zip(
            ("Ana Ruiz", "Bert Thorne", "Maud Ferriby", "Ana Ruiz"), PROSE[:4], strict=True
        )
    ),
    "article above teasers": "A lamp and its keeper\n\n"
    + "\n\n".join(PROSE)
    + "\n\n"
    + listing("{title}", "{text}", "Read more", count=5),
    "thread": "\n\n".join(
        f"Re: The lamp is out again\n\n{name} » {at} May 2020, 18:36\n\n{PROSE[at % 6]}"
        for at, name in enumerate(
            ("galit", "simple", "ehasis", "galit", "multi", "simple"), start=1
        )
    ),
    "chronicle": "A short history of the lamp\n"
    + "The lamp on the hill was lit by a brewer and has gone out three times. Here is when.\n"
    + "\n".join(
        f"{at} May {1900 + at}\n{text}"
        for at, text in enumerate(
            (
                "Thomas Quill buys the hill and a lamp of four inches.",
                "The tower is finished. It leaks.",
                "First ship that finds the harbour by night.",
                "The tower serves as a lookout. The lamp is buried in the garden.",
                "The town takes over the hill.",
                "Last oil.",
                "Friends of the lamp mend the tower and open it on Fridays.",
            ),
            start=1,
        )
    ),
    "two records": listing("{title}", "{date}", "{text}", count=2),
}


@pytest.mark.parametrize("name", DIGESTS)
def test_listing_is_taken_apart(stages, capture, name):
    text = DIGESTS[name]
    documents = labelled(capture(text), stages, "split-digests")
    count = 3 if name == "three records" else 6

    assert [each.title for each in documents if each.item] == list(TITLES[:count])
    assert {each.items for each in documents} == {count}


@pytest.mark.parametrize("name", WHOLE)
def test_page_stays_whole(stages, capture, name):
    documents = labelled(capture(WHOLE[name]), stages, "split-digests")

    assert [(each.item, each.items) for each in documents] == [(1, 1)]


def as_html(text):
    """Return a page of text as paragraphs, and headings for what is none."""
    parts = [part for part in text.split("\n\n") if part]
    return "".join(
        f"<p>{part}</p>" if part in PROSE or part.endswith(".") else f"<h2>{part}</h2>"
        for part in parts
    )


@pytest.mark.parametrize("name", sorted(WHOLE))
def test_page_of_html_stays_whole(stages, capture, name):
    page = f"<html><body><main>{as_html(WHOLE[name])}</main></body></html>"
    documents = labelled(capture(page, "html"), stages, "split-digests")

    assert [(each.item, each.items) for each in documents] == [(1, 1)]


def test_article_of_html_with_cards_below_stays_whole(stages, capture):
    article = "".join(f"<p>{text}</p>" for text in PROSE * 3)
    cards = "".join(
        f'<div><h3><a href="/{at}">{title}</a></h3><p>{PROSE[at % 4]}</p></div>'
        for at, title in enumerate(TITLES)
    )
    page = f"<html><body><h1>The lamp</h1>{article}<section>{cards}</section></body></html>"
    documents = labelled(capture(page, "html"), stages, "split-digests")

    assert [each.items for each in documents] == [1]


def test_items_have_author_and_date(stages, capture):
    documents = labelled(capture(DIGESTS["byline with the date"]), stages, "split-digests")

    assert [(each.author, each.published) for each in documents if each.item][:2] == [
        ("Ana Ruiz", "2020-05-01"),
        ("Bert Thorne", "2020-05-02"),
    ]


def test_a_name_beside_a_date_is_the_author(stages, capture):
    documents = labelled(capture(DIGESTS["name and date apart"]), stages, "split-digests")

    assert [(each.author, each.published) for each in documents if each.item][:2] == [
        ("Ana Ruiz", "2020-05-01"),
        ("Bert Thorne", "2020-05-02"),
    ]


def test_heading_of_the_listing_is_of_no_item(stages, capture):
    documents = labelled(capture(DIGESTS["heading above"]), stages, "split-digests")

    assert [line.text for line in documents[0].lines if line.label == "heading"] == ["Coast"]


def test_splitting_can_be_switched_off(capture):
    stage = SplitDigests(split=False).compile(CORPUS_FILE.parent)
    page = capture("").capture
    lines = split_lines(DIGESTS["date below the title"])

    assert [each.items for each in stage(Document(page, lines))] == [1]


@pytest.mark.parametrize("name", ["date below the title", "read more", "byline with the date"])
@pytest.mark.parametrize("change", ["wrapped", "without empty lines", "other line ends"])
def test_form_of_the_lines_changes_nothing_in_the_items(stages, capture, name, change):
    text = DIGESTS[name]
    if change == "wrapped":
        text = "\n".join(
            "\n".join(textwrap.wrap(line, 72, break_on_hyphens=False) or [""])
            for line in text.split("\n")
        )
    elif change == "without empty lines":
        text = text.replace("\n\n", "\n")
    else:
        text = text.replace("\n", "\r\n")

    def items(text):
        documents = labelled(capture(text), stages, "split-digests")
        return [(each.title, text_of(each), each.published) for each in documents if each.item]

    assert items(text) == items(DIGESTS[name])


@pytest.mark.parametrize("name", DIGESTS)
def test_an_item_taken_for_a_page_is_that_item(stages, capture, name):
    for item in labelled(capture(DIGESTS[name]), stages, "split-digests"):
        if item.item:
            text = "\n\n".join(line.text for line in item.lines if not line.is_blank)
            again = labelled(capture(text), stages, "split-digests")

            assert [each.items for each in again] == [1]


@pytest.mark.parametrize("name", DIGESTS)
def test_lines_of_an_item_stand_together(stages, capture, name):
    documents = labelled(capture(DIGESTS[name]), stages, "split-digests")
    spans = sorted((each.lines[0].number, each.lines[-1].number) for each in documents if each.item)

    assert all(end < start for (_, end), (start, _) in pairwise(spans))


def test_what_is_known_of_an_item(stages, capture):
    page = "Coast\n\n" + listing("{title}", "{date}", "{text}", "Read more")
    items = [each for each in labelled(capture(page), stages, "split-digests") if each.item]

    assert {each.digest_title for each in items} == {"Coast"}
    assert all(each.excerpt and not each.teaser and not each.digest_suspected for each in items)


def test_whole_texts_are_no_excerpts(stages, capture):
    page = DIGESTS["whole posts with dates"]
    items = [each for each in labelled(capture(page), stages, "split-digests") if each.item]

    assert len(items) == 6
    assert not any(each.excerpt for each in items)


def test_items_of_html_have_the_links_of_their_titles(stages, capture):
    entries = "".join(
        f'<div><h2><a href="/{at}.html">{title}</a></h2><p>{at + 1} May 2020</p>'
        f"<p>{PROSE[at % 4]}</p></div>"
        for at, title in enumerate(TITLES)
    )
    page = capture(f"<html><body><h1>Coast</h1><div>{entries}</div></body></html>", "html")
    page = msgspec.structs.replace(
        page, capture=msgspec.structs.replace(page.capture, url="https://coast.example/news/")
    )
    items = [each for each in labelled(page, stages, "split-digests") if each.item]

    assert [each.title for each in items] == list(TITLES)
    assert items[2].link == "https://coast.example/2.html"


def test_teasers_below_an_article_can_be_items(stages, capture):
    teasers = "\n\n".join(f"{title}\n\n{PROSE[at % 4]}" for at, title in enumerate(TITLES))
    article = "\n\n".join(PROSE * 3)
    foot = f"Share this story\n\nRelated articles\n\n{teasers}"
    page = f"A lamp and its keeper\n\n12 May 2020\n\n{article}\n\n{foot}"
    whole = labelled(capture(page), stages, "split-digests")
    options = SplitDigests(related="items")
    own = stages | {"split-digests": options.compile(CORPUS_FILE.parent)}
    apart = labelled(capture(page), own, "split-digests")

    assert [each.items for each in whole] == [1]
    assert text_of(apart[0]) == "\n\n".join(PROSE * 3)
    assert text_of(whole[0]).startswith(text_of(apart[0]))
    assert [each.title for each in apart[1:]] == list(TITLES)
    assert [each.teaser for each in apart] == [False] + [True] * 6
    numbers = sorted(line.number for each in apart for line in each.lines)
    assert numbers == [line.number for line in whole[0].lines]


def test_newsletter_with_contents_rules_and_footnotes(stages, capture):
    contents = "\n".join(f"{at}. {title}" for at, title in enumerate(TITLES, start=1))
    entries = "\n\n".join(
        f"{'-' * 60}\n\n{at}. {title}\n\n{PROSE[at % 4]} {PROSE[at % 5]} [{at}]"
        for at, title in enumerate(TITLES, start=1)
    )
    notes = "\n".join(f"[{at}] https://quay.example/{at}" for at in range(1, 7))
    page = f"The Quay Letter\n\nIn this issue\n\n{contents}\n\n{entries}\n\n{'-' * 60}\n\n{notes}"
    items = [each for each in labelled(capture(page), stages, "split-digests") if each.item]

    assert [each.title for each in items] == list(TITLES)
    assert [each.link for each in items] == [f"https://quay.example/{at}" for at in range(1, 7)]


def test_entries_of_a_live_ticker(stages, capture):
    entries = "\n\n".join(
        f"{18 - at}:{5 * at:02} {title}\n\n{PROSE[at % 4]}" for at, title in enumerate(TITLES)
    )
    page = f"The storm on the coast, hour by hour\n\n{PROSE[5]}\n\n{entries}"
    items = [each for each in labelled(capture(page), stages, "split-digests") if each.item]

    # the headline and what stands below it are taken for an entry, too
    assert [each.title.partition(" ")[2] for each in items[-6:]] == list(TITLES)
    assert len(items) <= 7


LOOSE = "\n\n".join(
    f"{title}\n\n{PROSE[at % 4]}\n\n{PROSE[at % 3]}\n\n{at + 3} notes"
    for at, title in enumerate(TITLES)
)
"""A listing that the rules do not know."""


def split_with(capture, page, form="text", **options):
    stage = SplitDigests(**options).compile(CORPUS_FILE.parent)
    stages = {"fix-encoding": FixEncoding().compile(CORPUS_FILE.parent), "split-digests": stage}
    return labelled(capture(page, form), stages, "split-digests")


@pytest.mark.parametrize(("likelihood", "accepted"), [(0.059, False), (0.061, True), (None, True)])
def test_a_regular_page_that_the_splitter_takes_for_a_whole_is_only_suspected(likelihood, accepted):
    blocks = page_blocks(
        [Line(at + 1, text) for at, text in enumerate(DIGESTS["cut ends"].split("\n"))]
    )
    outline = outline_of(blocks, VOCABULARY)
    scores = Scores(np.zeros(len(blocks), np.int64), np.zeros(len(blocks), np.int64))
    split = Split(outline, scores, Candidate(np.array([0, 2, 4]), 0), likelihood or 0)

    found = decided(
        blocks, range(len(blocks)), None if likelihood is None else split, 0.36, VOCABULARY
    )

    assert (found.accepted, len(found.records)) == (accepted, 6 * accepted)
    assert found.is_suspected(0.99) is not accepted
    assert found.likelihood == (1.0 if accepted else likelihood)


@pytest.mark.parametrize(
    ("count", "words", "accepted"), [(12, 8, True), (11, 8, False), (12, 7, False)]
)
def test_a_dozen_headlines_are_a_listing_whatever_the_splitter_says(count, words, accepted):
    places = [
        "Hule",
        "Oakmere",
        "Harlow",
        "Tarn",
        "Brigg",
        "Wick",
        "Selby",
        "Moor",
        "Holm",
        "Dale",
        "Firth",
        "Sound",
    ]
    begin = ["Nobody", "lights", "the", "old", "pier", "lamp", "of"][8 - words :]
    titles = [" ".join((*begin, place)) for place in places[:count]]
    shown = [line for at in range(count) for line in (titles[at], f"{PROSE[at % 4]}…")]
    blocks = page_blocks([Line(2 * at + 1, text) for at, text in enumerate(shown)])
    assert {len(title.split()) for title in titles} == {words}
    scores = Scores(np.zeros(len(blocks), np.int64), np.zeros(len(blocks), np.int64))
    split = Split(outline_of(blocks, VOCABULARY), scores, Candidate(np.array([0, 2, 4]), 0), 0.01)

    found = decided(blocks, range(len(blocks)), split, 0.36, VOCABULARY)
    assert (found.accepted, len(found.records)) == (accepted, count * accepted)


def test_a_page_that_is_not_likely_enough_is_suspected(capture):
    apart = split_with(capture, LOOSE, accept_above=0)
    suspected = split_with(capture, LOOSE, accept_above=1, suspect_above=0)
    neither = split_with(capture, LOOSE, accept_above=1, suspect_above=1)

    assert [each.title for each in apart if each.item] == list(TITLES)
    assert not any(each.digest_suspected for each in apart)
    assert [each.digest_suspected for each in suspected] == [True]
    assert [each.digest_suspected for each in neither] == [False]


def test_html_has_a_bound_of_its_own(capture):
    linked = as_html(LOOSE).replace("<h2>", '<h2><a href="/boats">').replace("</h2>", "</a></h2>")
    page = f"<html><body>{linked}</body></html>"

    assert len(split_with(capture, page, "html", accept_above=1, markup_accept_above=0)) > 1
    assert len(split_with(capture, page, "html", accept_above=0, markup_accept_above=1)) == 1


def test_regular_pages_are_digests_without_a_splitter():
    texts = DIGESTS["byline with the date"].split("\n\n")
    blocks = page_blocks(Line(at, text) for at, text in enumerate(texts))

    found = decided(blocks, range(len(blocks)), None, 1.0, VOCABULARY)

    assert found.accepted
    assert [blocks[record.title].text for record in found.records] == list(TITLES)
    assert not decided(blocks[:4], range(4), None, 0.0, VOCABULARY).accepted


@pytest.mark.parametrize(("line", "accepted"), [("Notes: {}", True), ("Posts: {}", False)])
def test_a_regular_thread_is_no_digest(line, accepted):
    texts = [
        text
        for at, (title, prose) in enumerate(zip(TITLES, PROSE, strict=True), start=1)
        for text in (title, f"{at} May 2020", line.format(200 + at), prose)
    ]
    blocks = page_blocks(Line(2 * at, text) for at, text in enumerate(texts))

    assert decided(blocks, range(len(blocks)), None, 0.0, VOCABULARY).accepted is accepted


def test_running_text_of_an_item_is_text_however_it_scores():
    blocks = page_blocks(
        Line(at, text)
        for at, text in enumerate(
            part
            for title, text in zip(TITLES, PROSE, strict=True)
            for part in (title, text, "4 notes")
        )
    )
    outline = outline_of(blocks, VOCABULARY)
    nothing = np.zeros(len(blocks), np.int64)

    records = records_of(outline, Scores(nothing, nothing), np.arange(0, 18, 3))

    assert [sorted(record.texts) for record in records] == [[at + 1] for at in range(0, 18, 3)]


@pytest.mark.parametrize(
    ("paragraphs", "label", "against"),
    [(2, "", False), (3, "", False), (9, "", True), (3, "content", True), (1, "content", False)],
)
def test_page_whose_text_is_mostly_of_no_item_stays_whole(paragraphs, label, against):
    cards = listing("{title}", "{text}", count=3).split("\n\n")
    below = [f"{PROSE[at % 4]} This is paragraph {at}." for at in range(paragraphs)]
    inside_html = Markup("p", "", 0.0, link="/boats")
    blocks = page_blocks(
        Line(at, text, label, markup=inside_html)
        for at, text in enumerate([*cards, *below], start=1)
    )
    records = [Record(at, (at, at + 1), frozenset([at + 1])) for at in (0, 2, 4)]

    assert speaks_against(blocks, records, VOCABULARY) is against


@pytest.mark.parametrize(("textless", "against"), [(2, False), (3, True)])
def test_page_of_which_many_items_have_no_text_stays_whole(textless, against):
    lines = listing("{title}", "{text}").split("\n\n")
    blocks = page_blocks(Line(at, text) for at, text in enumerate(lines))
    records = [
        Record(at, (at, at + 1), frozenset([at + 1] if at >= 2 * textless else []))
        for at in range(0, len(blocks), 2)
    ]

    assert speaks_against(blocks, records, VOCABULARY) is against


@pytest.mark.parametrize(
    ("title", "against"),
    [
        ("{} It leaks. Nobody mends it.", True),
        ("{}? It leaks. Nobody mends it...", False),
        ("{}, and Dr. Ana Ruiz", False),
    ],
)
def test_page_whose_titles_are_sentences_stays_whole(title, against):
    titles = [title.format(each) for each in TITLES[:2]] + list(TITLES[2:])
    lines = [text for pair in zip(titles, (*PROSE, *PROSE), strict=False) for text in pair]
    blocks = page_blocks(Line(at, text) for at, text in enumerate(lines))
    records = [Record(at, (at, at + 1), frozenset([at + 1])) for at in range(0, len(blocks), 2)]

    assert speaks_against(blocks, records, VOCABULARY) is against


@pytest.mark.parametrize(
    ("text", "cut"),
    [
        (f"{PROSE[0][:-1]}…", True),
        (f"{PROSE[0]} […]", True),
        (f"{PROSE[0][:-1]}:", True),
        (PROSE[0], False),
        (f"{' '.join(PROSE * 3)[:-1]}:", False),
        (f"{PROSE[0]} Continue reading →", True),
        (f"{PROSE[0]} [Read more]", True),
        (f"{PROSE[0][:-1]} and continue reading", False),
        (f"{PROSE[0]} Continue reading is what they did", False),
    ],
)
def test_excerpts_are_short_texts_with_a_cut_end(text, cut):
    blocks = page_blocks([Line(1, TITLES[0]), Line(2, text)])

    assert excerpt_of(blocks, Record(0, (0, 1), frozenset({1})), vocabulary=VOCABULARY) is cut


def test_a_splitter_that_is_none_is_named(tmp_path):
    (tmp_path / "none.bin").write_bytes(b"none")

    with pytest.raises(ConfigurationError, match="is no splitter"):
        load_splitter(tmp_path / "none.bin")
    with pytest.raises(ConfigurationError, match="cannot be read"):
        load_splitter(tmp_path / "missing.bin")


@pytest.mark.parametrize("path", [TEXT_MODEL, MARKUP_MODEL], ids=["text", "html"])
def test_file_of_a_splitter_is_the_same_after_reading(path):
    assert encoded(load_splitter(path)) == path.read_bytes()


@pytest.mark.parametrize(
    ("link", "likelihood", "accepted"),
    [("/boats", 0.2, True), ("", 0.2, False), ("", 0.74, False), ("", 0.75, True)],
)
def test_items_of_html_that_lead_nowhere_must_be_likelier(link, likelihood, accepted):
    texts = [text for pair in zip(TITLES, PROSE, strict=True) for text in pair]
    markup = Markup("p", "", 0.0, link=link)
    blocks = page_blocks(Line(2 * at, text, markup=markup) for at, text in enumerate(texts))
    of_titles = np.tile([250, 0], len(TITLES))
    chosen = Candidate(np.flatnonzero(of_titles), 0)
    outline = outline_of(blocks, VOCABULARY)
    split = Split(outline, Scores(of_titles, 250 - of_titles), chosen, likelihood)

    found = decided(blocks, range(len(blocks)), split, 0.2, VOCABULARY)
    assert (found.accepted, found.likelihood) == (accepted, likelihood)


@pytest.mark.parametrize(
    ("rule", "likelihood", "accepted"),
    [
        ("-----", 0.2, True),
        ("= = =", 0.2, True),
        ("-----", 0.19, False),
        ("Tides", 0.2, False),
        ("--", 0.2, False),
        ("Tides", 0.3, True),
    ],
)
def test_items_below_rules_of_dashes_need_less(rule, likelihood, accepted):
    texts = [
        text for title, prose in zip(TITLES, PROSE, strict=True) for text in (rule, title, prose)
    ]
    blocks = page_blocks(Line(2 * at, text) for at, text in enumerate(texts))
    of_titles = np.tile([0, 250, 0], len(TITLES))
    chosen = Candidate(np.flatnonzero(of_titles), 0)
    scores = Scores(of_titles, np.tile([0, 0, 250], len(TITLES)))
    split = Split(outline_of(blocks, VOCABULARY), scores, chosen, likelihood)

    found = decided(blocks, range(len(blocks)), split, 0.3, VOCABULARY)
    assert (found.accepted and found.likelihood == likelihood) is accepted
