"""Plain text that begins as an article does is none of a listing. All synthetic."""

import numpy as np
import pytest

from pipeline.blocks import page_blocks
from pipeline.digests.candidates import Candidate, Scores
from pipeline.digests.finding import LIKELY, Split, decided
from pipeline.digests.headed import begins_as_article
from pipeline.digests.outline import outline_of
from pipeline.digests.records import Record
from pipeline.document import Label, Line, Markup
from pipeline.plan import brought_configs
from pipeline.vocabulary import load_vocabulary
from tests.digests.test_split import TITLES
from tests.margin_cases import PROSE

VOCABULARY = load_vocabulary(brought_configs() / "languages")
HEAD = ("How to keep a lamp alight in fog", "12 May 2020")


def page(head, *below, texts=PROSE, html=False, labels=()):
    """Return blocks and records: a head, then each title with its text and what stands below."""
    shown = [*head]
    records = []
    for title, text in zip(TITLES, [*texts] * 2, strict=False):
        first = len(shown)
        shown += [title, text, *below]
        members = tuple(range(first, len(shown)))
        records.append(Record(first, members, frozenset({first + 1})))
    markup = Markup("p", "", 0.0) if html else None
    given = dict(labels)
    lines = [
        Line(2 * at + 1, text, given.get(at, ""), markup=markup) for at, text in enumerate(shown)
    ]
    return page_blocks(lines), tuple(records)


@pytest.mark.parametrize(
    ("head", "below", "begins"),
    [
        (HEAD, (), True),
        ((HEAD[0], "By Ana Ruiz"), (), True),
        ((HEAD[0], "Boats", "Piers", HEAD[1]), (), True),
        ((*HEAD, PROSE[0], PROSE[1], PROSE[2], PROSE[0], PROSE[1]), (), True),
        ((*HEAD, *PROSE[:3], *PROSE[:3]), (), False),
        ((PROSE[0], HEAD[1]), (), False),
        ((HEAD[0], "Boats", "Piers", "Lamps", HEAD[1]), (), False),
        (("Archive for", HEAD[1]), (), False),
        ((HEAD[1],), (), False),
        ((HEAD[0],), (), False),
        (HEAD, ("3 May 2020",), False),
        (HEAD, ("By Ana Ruiz",), False),
        (HEAD, ("Read more",), False),
    ],
)
def test_an_article_has_a_title_and_a_date_or_byline_above_sections_without(head, below, begins):
    blocks, records = page(head, *below)

    assert begins_as_article(blocks, records, VOCABULARY) is begins


def test_cut_ends_and_html_are_left_to_the_splitter():
    cut = [f"{text}…" for text in PROSE]

    for blocks, records in (page(HEAD, texts=cut), page(HEAD, html=True), (page(HEAD)[0], ())):
        assert not begins_as_article(blocks, records, VOCABULARY)


def test_a_title_and_a_date_that_the_stage_before_knows_are_such():
    head = ("The quay", "an hour ago")
    known, records = page(head, labels=[(0, Label.TITLE), (1, Label.DATE)])
    title, _ = page(head, labels=[(0, Label.TITLE)])
    date, _ = page(head, labels=[(1, Label.DATE)])

    assert begins_as_article(known, records, VOCABULARY)
    assert not begins_as_article(title, records, VOCABULARY)
    assert not begins_as_article(date, records, VOCABULARY)


@pytest.mark.parametrize(
    ("likelihood", "below_article", "accepted"),
    [(LIKELY - 0.01, False, False), (LIKELY, False, True), (LIKELY - 0.01, True, True)],
)
def test_such_a_page_must_be_likely_a_digest(likelihood, below_article, accepted):
    blocks, records = page(HEAD)
    outline = outline_of(blocks, VOCABULARY)
    titles = np.array([record.title for record in records])
    of_titles = np.zeros(len(blocks), np.int64)
    of_titles[titles] = 250
    scores = Scores(of_titles, 250 - of_titles)
    split = Split(outline, scores, Candidate(titles, 0), likelihood)

    found = decided(blocks, range(len(blocks)), split, 0.3, VOCABULARY, below_article)
    assert found.accepted is accepted
    assert found.is_suspected(0.1) is not accepted
