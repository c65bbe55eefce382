"""The line model can be made again: the same data and seed, the same bytes."""

import random

import msgspec
import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from pipeline.blocks import page_blocks
from pipeline.boilerplate.features import page_features
from pipeline.boilerplate.line_model import KINDS, decoded, encoded, load_line_model
from pipeline.document import Line
from training.__main__ import MODELS, about, code_files, fingerprint
from training.fit import fit
from training.markup_kinds import words_with_kinds
from training.page import Options, renderings_of
from training.pages import (
    HTML,
    SMALL_AROUND,
    SMALL_EVERY,
    SMALL_TEXTS,
    all_pages,
    annotated,
    hits_of,
    kinds_of,
    small_page,
    unannotated,
)
from training.words import fit_words

RENDERINGS = ("resiliparse", "html2text")
OPTIONS = Options(first_trees=3, second_trees=5, gram_sites=2)
SUBJECTS = ("harbour", "lamp", "orchard", "bridge", "library", "ferry", "market", "tower")


def page(subject: str, at: int) -> str:
    text = "".join(
        f"<p>The {subject} was repaired in the year {1900 + each}, and those who had waited for it "
        f"said that the work of {each + 2} summers had been worth it.</p>"
        for each in range(at, at + 6)
    )
    return (
        f"<html><body><nav><a>Home</a> <a>Shop</a> <a>Contact us</a></nav><h1>The {subject}</h1>"
        f"{text}<div class='share-bar'>Share this page</div>"
        f"<div class='related-posts'><h3>Related</h3><p>More about the {subject} of Elm</p></div>"
        "<footer>All rights reserved</footer></body></html>"
    )


def gold(subject: str, at: int) -> str:
    html = page(subject, at)
    return html[html.index("<p>") : html.index("<div class='share")].replace("</p>", "\n")


@pytest.fixture(scope="module")
def data(tmp_path_factory):
    folder = tmp_path_factory.mktemp("data")
    rows = [
        {
            "id": str(at),
            "url": f"https://www.{subject}.example/{at}",
            "page_type": ("article", "service")[at % 2],
            "html": page(subject, at).encode(),
            "main_content": gold(subject, at).replace("<p>", ""),
        }
        for at, subject in enumerate(SUBJECTS * 3)
    ]
    pq.write_table(pa.Table.from_pylist(rows), folder / "gold.parquet")
    more = [
        {"site": "mill.example", "url": "https://mill.example/1", "html": page("mill", 3).encode()},
        {"site": "lamp.example", "url": "https://lamp.example/9", "html": page("lamp", 1).encode()},
    ]
    pq.write_table(pa.Table.from_pylist(more), folder / "silver.parquet")
    return folder


@pytest.fixture(scope="module")
def pages(data):
    sources = annotated(data / "gold.parquet")
    sources += unannotated(data / "silver.parquet", {source.site for source in sources})
    return all_pages(sources, RENDERINGS)


def test_pages_without_annotation_are_of_other_sites(pages):
    assert {each.site for each in pages if not each.page_type} == {"mill.example"}
    whole = [each for each in pages if each.rendering in RENDERINGS]
    assert len(whole) == (len(SUBJECTS) * 3 + 1) * len(RENDERINGS)


def test_small_pages_are_a_few_blocks_of_annotated_ones(pages):
    small = [each for each in pages if each.rendering not in RENDERINGS]
    renderings = len(SUBJECTS) * 3 * len(RENDERINGS)

    assert renderings / (2 * SMALL_EVERY) < len(small) < 2 * renderings / SMALL_EVERY
    assert all(each.page_type for each in small)
    for each in small:
        text = each.hits == each.words
        assert 1 <= text.sum() <= max(SMALL_TEXTS)
        assert len(text) <= max(SMALL_TEXTS) + 2 * max(SMALL_AROUND)
        assert each.gold_words == each.words[text].sum()


def test_small_page_is_a_run_of_text_with_what_stands_nearest_around_it():
    lines = [
        "Menu",
        "Search",
        *(f"Sentence {at} of the text." for at in range(6)),
        "Share",
        "Legal",
    ]
    blocks = page_blocks(Line(at, text) for at, text in enumerate(lines, start=1))
    shares = np.array([0, 0, *[1] * 6, 0, 0])

    for seed in range(20):
        page, chosen = small_page(blocks, shares, random.Random(seed))
        own, kept = page.split("\n\n"), chosen.split("\n")
        first = lines.index(kept[0])
        assert kept == lines[first : first + len(kept)]
        assert [each for each in own if each in lines[2:8]] == kept
        above = [each for each in own if each in lines[:2]]
        assert above == lines[2 - len(above) : 2]
    assert small_page(blocks, np.zeros(10), random.Random(1)) == ("", "")


def test_blocks_of_the_main_text_are_hit_and_others_not(pages):
    first = pages[0]

    shares = [hits / words for hits, words in zip(first.hits, first.words, strict=True)]
    assert sum(share == 1 for share in shares) == 6
    assert sum(share == 0 for share in shares) == len(shares) - 6
    assert first.gold_words == sum(first.hits)


def test_kinds_are_those_of_the_markup(pages):
    first = pages[0]

    named = {KINDS[kind] for kind in first.kinds if kind >= 0}
    assert {"", "navigation", "share", "related", "title"} <= named


def test_the_same_data_and_seed_give_the_same_bytes_and_another_seed_others(pages):
    one, again = (encoded(fit(pages, OPTIONS, {"a": "b"})) for _ in range(2))
    other = encoded(fit(pages, msgspec.structs.replace(OPTIONS, seed=2), {"a": "b"}))

    assert one == again
    assert one != other


def test_what_is_learned_tells_text_from_the_rest(pages):
    model = fit(pages, OPTIONS, {})
    first = pages[0]

    scores = model.scores(first.features).text
    text = [score for score, hits in zip(scores, first.hits, strict=True) if hits]
    rest = [score for score, hits in zip(scores, first.hits, strict=True) if not hits]
    assert min(text) > max(rest)


def test_the_file_names_data_code_and_options(data, tmp_path):
    said = about([data / "gold.parquet"], OPTIONS, "text")

    assert said["data"] == fingerprint([data / "gold.parquet"])
    assert '"seed":1' in said["options"]
    assert {path.name for path in code_files()} >= {"features.py", "fit.py", "pages.py"}


@pytest.mark.parametrize(("form", "path"), MODELS.items())
def test_the_packages_models_were_made_by_this_code(form, path):
    said = load_line_model(path).about

    assert (said["code"], said["form"]) == (fingerprint(code_files()), form)


def test_html_is_read_as_it_is_and_learned_from(data):
    sources = annotated(data / "gold.parquet")
    pages = all_pages(sources, [HTML])

    model = fit(pages, OPTIONS, {})
    first = pages[0]
    scores = model.scores(first.features).text
    assert len(pages) == len(sources)
    assert min(scores[first.hits > 0]) > max(scores[first.hits == 0])


def test_no_word_of_the_pages_is_in_the_file(pages, tmp_path):
    content = encoded(fit(pages, OPTIONS, {}))

    assert not [word for word in SUBJECTS if word.encode() in content]
    assert encoded(decoded(content, tmp_path)) == content


def test_a_heading_in_a_menu_is_not_the_heading_of_that_name():
    blocks = [["portable", "power"], ["x"] * 40, ["portable", "power"], ["it", "opened", "again"]]

    assert hits_of(blocks, ["portable", "power", "it", "opened", "again"]).tolist() == [0, 0, 2, 3]


def test_kinds_of_words_that_stand_nowhere_are_unknown():
    words, kinds = words_with_kinds("<body><nav>Home</nav><p>It opened</p></body>")

    assert kinds_of([["home"], ["it", "opened"], ["lost"]], words, kinds).tolist() == [1, 0, -1]


def test_only_words_that_stand_on_many_sites_are_known(pages):
    def known(word, least):
        alone = page_features([word], *np.array([[0], [1], [0]])).grams
        grams = fit_words(pages, msgspec.structs.replace(OPTIONS, gram_sites=least)).known
        return bool(np.isin(alone, grams).any())

    assert [known("lamp", 1), known("repaired", 1)] == [True, True]
    assert [known("lamp", 2), known("repaired", 2)] == [False, True]


def test_each_page_is_learned_from_in_some_of_the_renderings_and_all_are_used():
    ways = ("a", "b", "c", "d")
    taken = [renderings_of(str(name), ways, 2) for name in range(40)]

    assert {len(set(each)) for each in taken} == {2}
    assert {way for each in taken for way in each} == set(ways)
