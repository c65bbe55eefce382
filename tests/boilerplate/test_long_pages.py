"""Long texts: books and manuals are longer than any page that the line model has learned from."""

import random

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pipeline.boilerplate.context import around_span
from pipeline.boilerplate.extent import SHOWN, WHOLE
from pipeline.boilerplate.features import log_steps, page_features, shortened

WHO = ("the keeper", "her brother", "an old pilot", "the council", "two of the crews", "a widow")
DID = ("had written down", "would not believe", "counted", "sold", "remembered", "had mended")
WHAT = ("the winter of the great ice", "nine barrels of tar", "every lamp on the pier", "the nets")
WHERE = ("below the chapel", "in the spring of that year", "on the far quay", "without a licence")
THEN = ("and nobody asked why", "but the ledger says otherwise", "so the ferry waited until dusk")
MENU = ("Home", "Books", "Shop", "Contact", "Search", "Log in")
FOOT = ("Imprint", "Privacy policy", "Terms of use", "Follow us", "Subscribe to our newsletter")


def essay(paragraphs):
    """Return paragraphs of running text, some fifty words each, no two alike."""
    rng = random.Random(3)

    def sentence():
        first = rng.choice(WHO).capitalize()
        parts = (first, *map(rng.choice, (DID, WHAT, WHERE, THEN)))
        return f"{' '.join(parts)}, {rng.choice(WHO)} said."

    texts = [" ".join(sentence() for _ in range(rng.randint(2, 4))) for _ in range(paragraphs)]
    return [f"{text} That was entry {at} of the log." for at, text in enumerate(texts)]


def as_text(paragraphs):
    return "\n".join([*MENU, "", *(f"{text}\n" for text in paragraphs), *FOOT])


def as_html(paragraphs):
    items = "".join(f"<li><a href='/{at}'>{text}</a></li>" for at, text in enumerate(MENU))
    foot = "".join(f"<li><a href='/f{at}'>{text}</a></li>" for at, text in enumerate(FOOT))
    body = "".join(f"<p>{text}</p>" for text in paragraphs)
    return (
        f"<html><head><title>The log</title></head><body><ul>{items}</ul><h1>The log</h1>"
        f"{body}<ul>{foot}</ul></body></html>"
    )


def kept(paragraphs, lines):
    """Return how many of the paragraphs are among the lines that are published."""
    published = {line.text for line in lines if line.label == "content"}
    return sum(each in published for each in paragraphs)


@pytest.mark.parametrize("words", [2_000, 12_000, 40_000])
@pytest.mark.parametrize("form", ["text", "html"])
def test_a_long_text_is_kept_to_its_end(form, words, capture, stages):
    paragraphs = essay(words // 50)
    written = as_html(paragraphs) if form == "html" else as_text(paragraphs)
    (repaired,) = stages["fix-encoding"](capture(written, form))
    (cleaned,) = stages["strip-boilerplate"](repaired)
    assert kept(paragraphs, cleaned.lines) == len(paragraphs)
    assert kept((*MENU, *FOOT), cleaned.lines) == 0


@given(st.lists(st.text(min_size=1, max_size=60), min_size=1, max_size=30))
@settings(deadline=None)
def test_a_short_page_is_seen_as_it_is(texts):
    page = features(texts)
    assert np.array_equal(shortened(page, SHOWN).dense, page.dense)


def test_a_long_page_that_may_be_long_is_seen_as_it_is():
    page = features(essay(400))
    assert np.array_equal(shortened(page, WHOLE).dense, page.dense)


def test_places_in_the_middle_of_a_long_page_are_alike():
    texts = ["The boats came back late on Friday, and nobody had waited for them there."] * 3000
    page, whole = shortened(features(texts), SHOWN), features(texts)
    middle = slice(1000, 2000)
    assert (page.dense[middle] == page.dense[1000]).all()
    words_above, words_below = 63, 64
    assert np.array_equal(page.dense[:20, words_above], whole.dense[:20, words_above])
    assert np.array_equal(page.dense[-20:, words_below], whole.dense[-20:, words_below])
    assert (page.dense[middle, words_above] < whole.dense[middle, words_above]).all()


def test_a_long_page_has_the_size_of_the_longest_that_is_shown():
    texts = ["The boats came back late on Friday, and nobody had waited for them there."] * 3000
    words, blocks, _, paragraphs, *_ = shortened(features(texts), SHOWN).dense[0, 85:]
    shown = log_steps(np.array([SHOWN.words, SHOWN.blocks, SHOWN.paragraphs]))
    assert [words, blocks, paragraphs] == shown.tolist()


def features(texts):
    zeros, ones = np.zeros(len(texts), np.int64), np.ones(len(texts), np.int64)
    return page_features(texts, zeros, ones, zeros)


def test_the_middle_of_a_long_run_that_is_kept_is_as_far_from_both_ends():
    count = 4000
    scores, words = np.full(count, 200), np.full(count, 10)
    columns = around_span(scores, words, np.ones(count, np.bool_), SHOWN)
    assert (columns[:, 1500:2500] == columns[:, [1500]]).all()
