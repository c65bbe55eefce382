"""The splitters can be made again, and what they learn from is what it is said to be."""

import random

import msgspec
import numpy as np
import pytest

from pipeline.digests.splitter import encoded, load_splitter
from tests.digests.test_split import TITLES
from tests.margin_cases import PROSE
from training.__main__ import fingerprint
from training.digests.__main__ import MODELS, code_files
from training.digests.fit import fit
from training.digests.made import Article, listing, newsletter, put_into, ticker
from training.digests.page import Making, Options
from training.digests.pages import (
    TEXT,
    TITLE,
    Marked,
    Row,
    changed,
    known,
    known_markup,
    known_texts,
    without_names,
)

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

    assert 4 <= made.count(TITLE) <= len(TITLES)
    assert [title for title in TITLES if f"{TITLE}{title}" in made]


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

    found = known_markup(row(), without_names(html), "html/bare")

    assert [found.blocks[index].lines[0].markup.element for index in found.starts.values()] == [
        "h2",
        "h2",
    ]
    assert np.flatnonzero(found.page.texts).tolist() == [3, 5]
    assert not any("post" in name for block in found.blocks for name in block.lines[0].markup.path)


def test_options_say_how_trees_are_learned():
    assert msgspec.json.decode(msgspec.json.encode(OPTIONS), type=Options) == OPTIONS
