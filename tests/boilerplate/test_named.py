"""Class names of known software decide lines of HTML, unless they would take the page's text."""

import pytest

from pipeline.blocks import page_blocks
from pipeline.boilerplate.named import MIN_LEFT, NAMES, decide_by_class_names, named
from pipeline.document import Label
from pipeline.markup import render

PROSE = "The boats came back late on Friday, and nobody had waited for them at the old pier. " * 3
ARTICLE = f"<main><p>{PROSE}</p><p>{PROSE}</p><p>{PROSE}</p></main>"


def labels(html: str, are_captions: bool = True) -> dict[str, str]:
    blocks = page_blocks(render(html).lines)
    decided = decide_by_class_names(blocks, {}, are_captions)
    return {blocks[at].text: decision.label for at, decision in decided.items()}


@pytest.mark.parametrize(("label", "names"), NAMES.items(), ids=map(str, NAMES))
def test_each_name_gives_its_label(label, names):
    for name in names.split():
        assert named(("main", f"div.{name}", "p")) == (label, name)
        assert named(("main", f"div#{name.upper()}.wide", "p"))[0] == label


def test_the_innermost_name_decides_and_parts_of_names_do_not():
    assert named(("div.sidebar", "div.comment-list", "p"))[0] == Label.COMMENT
    assert named(("div.with-sidebar", "div.comment-lists", "p")) == ("", "")
    assert named(("html.sidebar", "body.modal", "p")) == ("", "")


def test_comments_below_an_article_go_and_the_article_stays():
    html = f"{ARTICLE}<ol class='comment-list'><li><p>{PROSE}</p></li></ol>"

    assert set(labels(html).values()) == {Label.COMMENT}
    assert len(labels(html)) == 1


def test_names_that_would_take_nearly_all_running_text_mean_something_else():
    thread = f"<h1>Tides</h1><ol class='comment-list'><li><p>{PROSE}</p></li></ol>"

    assert len(PROSE.split()) < MIN_LEFT
    assert labels(thread) == {}


def test_captions_are_taken_only_where_they_are_wanted():
    html = f"{ARTICLE}<figure><figcaption>The pier at dusk</figcaption></figure>"

    assert labels(html) == {"The pier at dusk": Label.CAPTION}
    assert labels(html, are_captions=False) == {}


def test_who_said_what_is_quoted_is_no_caption():
    html = f"{ARTICLE}<figure class='wp-block-quote'><figcaption>Ida Moor</figcaption></figure>"

    assert labels(html) == {}
