"""Titles by many persons are those of articles, and need little else. All invented."""

from itertools import cycle

import numpy as np
import pytest

from pipeline.blocks import page_blocks
from pipeline.digests.candidates import Candidate, Scores
from pipeline.digests.finding import Split, decided
from pipeline.digests.outline import outline_of
from pipeline.document import Line
from pipeline.plan import brought_configs
from pipeline.vocabulary import load_vocabulary
from tests.digests.test_split import TITLES
from tests.margin_cases import PROSE

VOCABULARY = load_vocabulary(brought_configs() / "languages")
NAMES = ("Ana Ruiz", "Bert Thorne", "Lin Qiao", "Maud Ferriby", "Oskar Nyman", "Ida Moor")
MANY = tuple(f"{title} {end}" for end in ("again", "at last", "too") for title in TITLES)
ONE = ("Ana Ruiz",) * 6
SHORT = ("The Lamp", "Two Bridges", "Forty Years", "Her Diary", "No Choir", "The Ferry")


def found(names=NAMES, titles=TITLES, likelihood=0.05, below=0, count=6, above=""):
    """Return what is found of titles of which the first `count` have bylines below them."""
    texts, of_titles = ([above], [0]) if above else ([], [])
    for at, (title, name, prose) in enumerate(zip(titles, names, cycle(PROSE), strict=False)):
        byline = [f"By {name}"] if at < count else ["Notes"]
        entry = [title, *["Tides and lamps"] * below, *byline, prose]
        texts += entry
        of_titles += [250] + [0] * (len(entry) - 1)
    blocks = page_blocks(Line(2 * at, text) for at, text in enumerate(texts))
    title = np.array(of_titles)
    text = np.array([250 * block.prose for block in blocks])
    outline = outline_of(blocks, VOCABULARY)
    split = Split(outline, Scores(title, text), Candidate(np.flatnonzero(title), 0), likelihood)
    return decided(blocks, range(len(blocks)), split, 0.3, VOCABULARY)


@pytest.mark.parametrize(
    ("options", "accepted"),
    [
        ({}, True),
        ({"below": 2}, True),
        ({"names": ONE}, False),
        ({"titles": SHORT}, False),
        ({"count": 5}, False),
        ({"likelihood": 0.03}, False),
        ({"below": 3}, False),
        ({"count": 5, "above": "By Ida Moor"}, False),
        ({"titles": MANY[:12], "names": NAMES * 2}, True),
        ({"titles": MANY[:13], "names": NAMES * 3}, False),
    ],
)
def test_titles_by_many_persons_need_an_eighth(options, accepted):
    records = found(**options)

    # a page so regular that rules find its records has the likelihood 1
    assert (records.accepted and records.likelihood < 1) is accepted
