"""HTML captures: what the line model sees of the markup, and who decides a page."""

import numpy as np
import pytest
from msgspec.structs import astuple, replace

from pipeline.blocks import page_blocks
from pipeline.boilerplate import StripBoilerplate
from pipeline.boilerplate.features import features_of
from pipeline.boilerplate.grams import no_sets
from pipeline.boilerplate.line_model import MARKUP_MODEL, load_line_model
from pipeline.boilerplate.markup_features import markup_features, name_hashes
from pipeline.boilerplate.names import kind_by_names
from pipeline.document import Label
from pipeline.errors import ConfigurationError
from pipeline.markup import render
from pipeline.plan import brought_configs
from pipeline.storage.rows import status_of
from tests.margin_cases import PROSE

MENU = "".join(
    f"<li><a href=/{name}>{name}</a></li>" for name in ("Home", "News", "Sport", "Boats")
)
ARTICLE = "".join(f"<p>{text}</p>" for text in PROSE)
PAGE = f"""<html><head><title>Boats came back late | Quay</title></head><body>
<nav class="main-menu"><ul>{MENU}</ul></nav>
<main><article><h1>Boats came back late</h1>
<div class="entry-content">{ARTICLE}</div></article></main>
<div class="related-posts"><h3>More from the quay</h3><ul>
<li><a href=/1>Oars are dear this spring</a></li><li><a href=/2>The wall leaks again</a></li>
</ul></div>
<footer>Quay Press, all rights kept</footer></body></html>"""


def features(html):
    blocks = page_blocks(render(html).lines)
    return features_of(blocks), markup_features(blocks, features_of(blocks))


def grams_of_blocks(page):
    grams, starts = page.all_grams()
    return [set(each.tolist()) for each in np.split(grams, starts[1:])]


@pytest.fixture
def strip(stages, capture):
    def run(html, **options):
        stage = StripBoilerplate(**options).compile(brought_configs())
        (document,) = stages["fix-encoding"](capture(html, form="html"))
        (labelled,) = stage(document)
        return labelled

    return run


class TestFeatures:
    def test_those_of_the_text_stand_first_and_are_the_same(self):
        text, page = features(PAGE)

        assert np.array_equal(page.dense[:, : text.dense.shape[1]], text.dense)
        assert np.array_equal(page.words, text.words)

    def test_a_block_has_its_own_grams_and_those_of_the_names_around_it(self):
        text, named = features("<div class=post><p>It opened.</p></div><p>It opened.</p>")
        _, bare = features("<div><p>It opened.</p></div><p>It opened.</p>")

        of_named, of_bare = (grams_of_blocks(page) for page in (named, bare))
        assert set(text.grams[: text.starts[1]]) <= of_named[0] & of_named[1]
        assert len(of_named[0] - of_bare[0]) == 2  # among its own, and among all around it
        assert of_named[1] == of_bare[1]

    def test_the_names_around_a_block_are_the_same_whatever_stands_before_it(self):
        block = "<div class=post><p class=lead>It opened.</p></div>"
        before = "<div class=post><div class='post lead'><h2>Quay</h2></div><i>Boats</i></div>"
        _, alone = features(block)
        _, below = features(before + block)

        grams, starts = below.all_grams()
        assert alone.all_grams()[0].tolist() == grams[starts[-1] :].tolist()

    def test_a_name_that_stands_around_a_block_often_counts_once(self):
        _, thrice = features("<div class=post>" * 3 + "<p>It opened.</p>")
        _, deeper = features("<div class=post>" * 9 + "<p>It opened.</p>")

        assert thrice.counts().tolist() == deeper.counts().tolist()

    def test_shared_names_weigh_as_much_as_if_each_block_had_them_itself(self):
        _, page = features(PAGE)
        grams, starts = page.all_grams()
        apart = replace(page, grams=grams, starts=starts, shared=no_sets(len(starts)))
        model = load_line_model(MARKUP_MODEL)

        shared, own = (astuple(model.first_guess(each)) for each in (page, apart))
        assert all(np.array_equal(*each) for each in zip(shared, own, strict=True))

    def test_lines_of_one_element_stand_in_one_container_and_others_do_not(self):
        words = "one two three four five"
        _, together = features(f"<div><p>{words}</p><p>{words}</p></div>")
        _, apart = features(f"<div><p>{words}</p></div><div><p>{words}</p></div>")

        assert not np.array_equal(together.dense, apart.dense)

    @pytest.mark.parametrize("html", ["<p>x", "x", "<ul><li>a<li>b</ul>" * 50, "<b>a</b> b"])
    def test_any_page_gives_bytes(self, html):
        text, page = features(html)

        assert page.dense.shape == (len(text.words), text.dense.shape[1] + 109)
        assert page.dense.max() <= 127
        assert np.all(page.counts() >= 1)

    def test_the_parts_of_a_name_are_known_beside_the_whole(self):
        whole, parts = set(name_hashes("div.entryContent")), set(name_hashes("div.entry.content"))

        assert len(whole & parts) == 3  # div, entry, content


class TestDecision:
    def test_text_is_kept_and_what_surrounds_it_is_not(self, strip):
        document = strip(PAGE)

        content = [line.text for line in document.lines if line.label == Label.CONTENT]
        assert content == list(PROSE)
        reasons = [line.reason for line in document.lines if line.label == Label.CONTENT]
        assert all(reason.startswith("model") for reason in reasons)

    def test_markup_is_let_go_of_and_the_stage_changes_nothing_a_second_time(self, strip):
        document = strip(PAGE)

        stage = StripBoilerplate().compile(brought_configs())
        assert document.html == ""
        assert list(stage(document)) == [document]

    def test_trafilatura_decides_where_it_is_asked_to(self, strip):
        by_option = strip(PAGE, extractor="trafilatura")
        without_model = strip(PAGE, model=False)

        reasons = {line.reason for line in by_option.lines if line.label == Label.CONTENT}
        assert reasons == {"trafilatura: kept"}
        assert without_model.lines == by_option.lines

    def test_trafilatura_has_a_say_where_the_model_is_unsure(self, strip):
        document = strip(PAGE, trafilatura_below=1.0)

        reasons = [line.reason for line in document.lines if line.label == Label.CONTENT]
        assert len(reasons) == len(PROSE)
        assert all(reason.startswith("model with trafilatura: ") for reason in reasons)

    def test_without_markup_a_page_is_labelled_like_its_text(self, stages, strip, capture):
        document = strip(PAGE, markup=False)

        text = "\n".join(line.text for line in document.lines)
        (repaired,) = stages["fix-encoding"](capture(text))
        (plain,) = StripBoilerplate().compile(brought_configs())(repaired)
        assert [line.label for line in document.lines] == [line.label for line in plain.lines]

    def test_a_model_of_another_form_is_refused_with_what_to_do(self, tmp_path):
        options = StripBoilerplate(markup_model_file=str(tmp_path / "none.bin"))

        with pytest.raises(ConfigurationError, match="cannot be read"):
            options.compile(brought_configs())

    def test_the_package_brings_a_model_that_is_small(self):
        assert load_line_model(MARKUP_MODEL).about["form"] == "html"
        assert MARKUP_MODEL.stat().st_size < 3_000_000


def test_page_of_scripts_says_what_it_lacks(stages, capture):

    (document,) = stages["fix-encoding"](
        capture("<div id=app></div><script>x</script>", form="html")
    )

    assert status_of([document])[1].startswith("no text but what scripts would write")


WIDGETS = {
    "comment": "<div class='comment-list'><div class=row><p>Nobody asked the oarsmen.</p>",
    "related": "<div id='seoRelatedPosts'><div><p>Rope is cheap this autumn</p>",
    "newsletter": "<section class='box newsletter-box'><div><p>Letters of the quay, weekly</p>",
}
"""Label → a widget whose class names say it."""


class TestNames:
    """What class names call a removed line."""

    @pytest.mark.parametrize("label", WIDGETS)
    def test_give_a_removed_line_its_label(self, strip, label):
        html = PAGE.replace("<footer>", f"{WIDGETS[label]}</div></div></section><footer>")
        (line,) = [each for each in strip(html).lines if each.text in WIDGETS[label]]

        assert line.label == label, line.reason
        assert line.reason.endswith(", by its class names") or line.reason.startswith("markup: ")

    def test_take_nothing_from_the_text(self, strip):
        html = PAGE.replace('class="entry-content"', 'class="comment related newsletter"')
        document = strip(html)

        assert all(line.label == Label.CONTENT for line in document.lines if line.text in PROSE), [
            (line.label, line.reason) for line in document.lines
        ]

    @pytest.mark.parametrize(
        ("path", "kind"),
        [
            (("div.comments", "div.body", "p"), "comment"),
            (("div.comments", "footer", "p"), "navigation"),
            (("div.CommentBody-root", "p"), "comment"),
            (("main.related", "p"), ""),
            (("div[role=navigation]#x", "li"), "navigation"),
            (("body.comments", "p"), ""),
            ((), ""),
        ],
    )
    def test_the_nearest_that_says_something_decides(self, path, kind):
        assert kind_by_names(path) == kind
