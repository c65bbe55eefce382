"""Which line of a plain text is taken for its title. All synthetic."""

import numpy as np
import pytest

import pipeline
from pipeline.blocks import page_blocks
from pipeline.boilerplate import headlines
from pipeline.boilerplate.features import features_of
from pipeline.boilerplate.titles import (
    CLOSE_STEPS,
    MODEL,
    RIVAL_STEPS,
    decoded,
    encoded,
    load_title_model,
    title_and_rivals,
    title_candidates,
)
from pipeline.document import Line
from pipeline.errors import ConfigurationError
from pipeline.plan import brought_configs
from pipeline.vocabulary import load_vocabulary
from tests.margin_cases import PROSE

TITLE = "The lamp at the end of the pier"
TEXT = "\n\n".join(PROSE[:4])
FERRY = (
    "Margarethe Holm, who kept the ferry at Lindow running for forty-one years, died on Tuesday at "
    "her home above the landing stage, aged eighty-three.\n\n"
    "She had taken the tiller over from her father in the spring of 1961, and gave it up only when "
    "the new bridge was opened to traffic.\n\n"
    "Her daughter said that she had never missed a crossing, not even on the morning when the "
    "river froze from bank to bank.\n"
)
FORMS = {
    "a title alone": f"{TITLE}\n\n{TEXT}",
    "no empty lines": f"{TITLE}\n{TEXT}".replace("\n\n", "\n"),
    "menu above": f"Home\nNews\nContact\nAbout us\n\n{TITLE}\n\n{TEXT}",
    "section above, standfirst below": f"Harbour\n\n{TITLE}\n\nA keeper looks back\n\n{TEXT}",
    "byline and date": f"Home\nNews\n\n{TITLE}\n\nBy Ana Ruiz\n12 May 2020\n\n{TEXT}",
    "sections within": f"{TITLE}\n\n{PROSE[0]}\n\nThe first winter\n\n{PROSE[1]}\n\n{PROSE[2]}",
    "teasers below": f"{TITLE}\n\n{TEXT}\n\nRelated stories\n\nBoats come home\nA mended ferry\n",
    "Markdown": f"[Home](/)\n\n# {TITLE}\n\n{PROSE[0]}\n\n## The first winter\n\n{PROSE[1]}",
}


@pytest.mark.parametrize("form", FORMS)
def test_title(form):
    (item,) = pipeline.clean(FORMS[form]).items

    assert item.title == TITLE


@pytest.mark.parametrize("above", ["", "Home\nNews\nSport\n\n"])
@pytest.mark.parametrize(
    ("lines", "text"),
    [
        ((TITLE, "Forty years of oil and winter"), TEXT),
        (("The last ferrywoman of Lindow", "Forty-one years at the tiller"), FERRY),
    ],
    ids=["lamp", "ferry"],
)
def test_of_a_headline_and_the_line_right_below_neither_is_lost(above, lines, text):
    (item,) = pipeline.clean(f"{above}{lines[0]}\n{lines[1]}\n\n{text}").items

    assert item.title in lines
    assert all(line in (item.title, *item.text.split("\n")) for line in lines)


def test_date_and_byline_right_above_a_title_are_taken():
    (item,) = pipeline.clean(f"3 May 2020\nBy Ana Ruiz\n{TITLE}\n\n{TEXT}").items

    assert (item.title, item.author, str(item.published)) == (TITLE, "Ana Ruiz", "2020-05-03")


def test_of_close_candidates_those_above_the_title_are_text():
    candidates = np.array([0, RIVAL_STEPS - 1, 2 * RIVAL_STEPS - 2])
    heads = np.array([False, False, False])
    title, close = title_and_rivals(candidates, heads)

    assert (title, close.tolist()) == (2, [1, 2])


def test_what_comes_close_to_the_title_is_no_navigation(monkeypatch):
    blocks = page_blocks(
        Line(at, text) for at, text in enumerate(("Harbour", "The lamp", TITLE, PROSE[0]))
    )
    monkeypatch.setattr(headlines, "title_and_rivals", lambda *_: (2, np.array([1, 2])))
    vocabulary = load_vocabulary(brought_configs() / "languages")
    found = headlines.decide_title(blocks, {}, "", features_of(blocks).dense, vocabulary)

    assert {index: each.label for index, each in found.items()} == {0: "navigation", 2: "title"}


def test_sentence_above_the_title_is_text():
    sentence = "She wrote it in the winter that the boats were lost."
    texts = ("Home", "Lamps", sentence, "The Lamp of the Quay", *PROSE)
    labels = {line.text: line.label for line in pipeline.clean("\n\n".join(texts)).lines}

    assert [labels[text] for text in texts[:4]] == ["navigation", "navigation", "content", "title"]


@pytest.mark.parametrize(("behind", "title"), [(CLOSE_STEPS, 0), (CLOSE_STEPS + 1, 1)])
def test_of_close_candidates_one_that_heads_a_paragraph_is_the_title(behind, title):
    assert title_and_rivals(np.array([-behind, 0]), np.array([True, False]))[0] == title


@pytest.mark.parametrize(
    ("line", "is_candidate"),
    [
        ("Lamps of the quay 40 60 80", False),
        ("Share of the catch 12.5% 8% 3%", False),
        ("The lamps of 1850 and 1870", True),
        ("The harbour in 1850, 1870, 1890: a reckoning", True),
    ],
)
def test_a_row_of_numbers_is_no_title(line, is_candidate):
    blocks = page_blocks(Line(at, text) for at, text in enumerate((line, "", PROSE[0]), 1))
    vocabulary = load_vocabulary(brought_configs() / "languages")

    assert title_candidates(blocks, {}, 1, vocabulary) == ([0] if is_candidate else [])


def test_title_keeps_its_line_as_it_stands():
    page = pipeline.clean(FORMS["Markdown"])
    (line,) = [line for line in page.lines if line.label == "title"]

    assert line.text == f"# {TITLE}"
    assert TITLE not in page.items[0].text


def test_file_is_read_as_it_was_written(tmp_path):
    model = load_title_model()
    content = encoded(model)

    assert content == MODEL.read_bytes()
    assert np.array_equal(decoded(content, MODEL).trees.leaves, model.trees.leaves)


@pytest.mark.parametrize("content", [b"", b"junk", b"\x83\xa6format\x07"])
def test_file_that_is_no_model_is_an_error(tmp_path, content):
    path = tmp_path / "title_model.bin"
    path.write_bytes(content)
    with pytest.raises(ConfigurationError, match="is no model of titles"):
        load_title_model(path)

    with pytest.raises(ConfigurationError, match="cannot be read"):
        load_title_model(tmp_path / "none.bin")


def test_of_html_without_a_head_a_heading_is_the_title():
    body = f"<p>Home</p><h2>The last ferry</h2><p>{FERRY.partition(chr(10))[0]}</p>"
    page = pipeline.clean(f"<html><body>{body}</body></html>")

    assert page.items[0].title == "The last ferry"


def test_a_page_without_running_text_has_its_title_at_its_top():
    rows = "\n\n".join(f"Boat {at}, quay {at % 7}" for at in range(400))

    assert pipeline.clean(f"# {TITLE}\n\n{rows}").items[0].title == TITLE
