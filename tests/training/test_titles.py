"""The model of titles can be made again, and learns from what it is said to."""

import numpy as np

from pipeline.boilerplate.titles import MODEL, TitleModel, decoded, encoded
from pipeline.folding import fold
from tests.margin_cases import PROSE
from training.__main__ import fingerprint
from training.pages import Source, blocks_of_text
from training.titles.__main__ import Options, code_files, fitted, is_right
from training.titles.pages import WAYS, all_titled, forms_of, is_title

TITLES = [
    "The lamp at the end of the pier",
    "A ferry is mended, plank by plank",
    "Boats come home before the frost",
    "What the quay counted last winter",
    "The keeper looks back on forty years",
    "Nobody waits for the last tram now",
]


def page(at):
    text = "".join(f"<p>{PROSE[(at + each) % len(PROSE)]}</p>" for each in range(4))
    menu = "".join(f"<p>{TITLES[(at + each) % len(TITLES)]}</p>" for each in (2, 4))
    title = TITLES[at % len(TITLES)]
    html = f"<html><title>{title}</title><body>{menu}<h1>{title}</h1>{text}</body></html>"
    url = f"https://{'abcdefghij'[at % 10]}.example/{at}"
    return Source(str(at), url, "article", html.encode(), ""), title if at % 2 else ""


def test_forms_have_the_title_and_candidates():
    pages = all_titled([page(at) for at in range(4)])

    assert {each.way for each in pages} == set(WAYS)
    assert {each.kind for each in pages} == {"article", "silver"}
    assert all(0 < each.right.sum() < len(each.right) or each.way == WAYS[2] for each in pages)
    assert all(each.columns.shape == (len(pages[0].columns), len(each.right)) for each in pages)


def test_a_page_whose_title_is_no_line_of_it_teaches_nothing():
    source, _ = page(1)

    assert all_titled([(source, "The harbour that nobody named")]) == []


def test_from_the_title_on_nothing_stands_above():
    blocks = blocks_of_text(f"Home\n\nNews\n\n{TITLES[0]}\n\n{PROSE[0]}\n\n{PROSE[1]}".encode())
    forms = dict(forms_of(blocks, fold(TITLES[0])))

    assert [block.text for block in forms[WAYS[2]]] == [TITLES[0], PROSE[0], PROSE[1]]
    assert is_title(blocks_of_text(f"# {TITLES[0]}".encode())[0], fold(TITLES[0]))


def test_the_same_pages_make_the_same_trees_which_find_the_titles():
    pages = all_titled([page(at) for at in range(12)])
    options = Options(trees=20)
    first, second = fitted(pages, options), fitted(pages, options)
    model = TitleModel({"made": "twice"}, first)

    assert encoded(model) == encoded(TitleModel({"made": "twice"}, second))
    assert np.mean([is_right(each, first) for each in pages]) > 0.9


def test_the_packages_model_was_made_by_this_code():
    about = decoded(MODEL.read_bytes(), MODEL).about

    assert about["code"] == fingerprint(code_files())
    assert "CC BY 4.0" in about["licence"]
