"""The line model: its features, its arithmetic, its file, and what it may decide."""

import re
from itertools import combinations
from pathlib import Path

import msgspec
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline import boilerplate
from pipeline.blocks import Decision, page_blocks
from pipeline.boilerplate import StripBoilerplate, line_model
from pipeline.boilerplate.context import best_segment
from pipeline.boilerplate.features import features_of, page_features
from pipeline.boilerplate.grams import GRAM_BITS
from pipeline.boilerplate.line_model import (
    GUESSES,
    KINDS,
    PAGE_TYPES,
    LineModel,
    Trees,
    best_set,
    decoded,
    encoded,
    load_line_model,
)
from pipeline.boilerplate.matching import decide_by_rules
from pipeline.boilerplate.phrases import load_rules
from pipeline.boilerplate.regions import decide_by_regions
from pipeline.boilerplate.scoring import (
    Thresholds,
    decide_by_model,
    scored,
)
from pipeline.boilerplate.surroundings import decide_teasers_below, decide_within_text
from pipeline.boilerplate.yielding import (
    dated_teasers,
    naming_rules,
    rules_that_yield,
    unlikely_text,
    without_likely_text,
)
from pipeline.document import Capture, Document, Line, Markup
from pipeline.errors import ConfigurationError
from pipeline.trees import FULL
from pipeline.vocabulary import load_vocabulary
from tests.conftest import CORPUS_FILE
from tests.margin_cases import PROSE

CONFIGS = CORPUS_FILE.parent
SENTENCE = "The boats came back late on Friday, and nobody had waited for them at the pier."
LINES = st.lists(st.text(min_size=1, max_size=60), min_size=1, max_size=30)
TEXTS = st.text(st.characters(codec="utf-8", exclude_characters="\n"), max_size=80)


def rated(blocks, score):
    """Return what a model says of a page that gives each block the same score."""
    page = scored(features_of(blocks), small_model(), Thresholds(1.0, 0.6, 0.1, 0.0))
    text = np.full(len(blocks), round(score * FULL))
    return msgspec.structs.replace(page, scores=msgspec.structs.replace(page.scores, text=text))


def blocks_from(*texts):
    return page_blocks(Line(number, text) for number, text in enumerate(texts, start=1))


def features(texts):
    count = len(texts)
    zeros, ones = np.zeros(count, np.int64), np.ones(count, np.int64)
    return page_features(texts, zeros, ones, zeros)


def small_model(weight=80.0, page_type="service", **about):
    """Return a model that knows the word harbour, as good, and trees that repeat what it says.

    All pages are of one type to it, and no line is of a kind.
    """
    known = np.intersect1d(features(["harbour"]).grams, features(["2 harbour 3"]).grams)
    assert len(known) == 1
    grams = np.zeros((1, GUESSES), np.int8)
    grams[0, 0] = 127
    scales, biases = np.full(GUESSES, weight / 127), np.zeros(GUESSES)
    guessed = features(["harbour"]).dense.shape[1] + 4 * 18
    trees = Trees(
        np.array([guessed, guessed]),
        np.array([130, 200], np.uint8),
        np.array([[-4000, 0, 0, 4000]], np.int32),
        0,
    )
    biases[1 + len(KINDS) + PAGE_TYPES.index(page_type)] = 64.0
    return LineModel(about, known, grams, scales, biases, (trees, trees))


def decide(blocks, decided=None, model=None, expected=None, **changes):
    thresholds = Thresholds(1.0, keep_above=0.9, keep_within=0.1, drop_below=0.0)
    thresholds = msgspec.structs.replace(thresholds, **changes)
    said = scored(features_of(blocks), model or load_line_model(), thresholds)
    return decide_by_model(blocks, decided or {}, said, expected or {})


class TestFeatures:
    @given(st.lists(TEXTS, min_size=1, max_size=20))
    def test_every_page_gives_bytes_and_a_gram_for_each_block(self, texts):
        page = features(texts)

        assert page.dense.shape[0] == len(page.starts) == len(page.words) == len(texts)
        assert page.dense.max(initial=0) <= 127
        assert np.all(np.diff(np.append(page.starts, len(page.grams))) >= 1)
        assert page.grams.dtype == np.uint32
        assert int(page.grams.max()) < 1 << GRAM_BITS

    @given(st.lists(st.text("abcÀé zß9_-’.", max_size=40), min_size=1, max_size=8))
    def test_words_are_runs_of_letters_and_digits(self, texts):
        assert features(texts).words.tolist() == [len(re.findall(r"\w+", text)) for text in texts]

    def test_a_block_has_the_same_grams_wherever_it_stands(self):
        alone, below = features(["Read more news"]), features([SENTENCE, "Read more news"])

        assert sorted(alone.grams) == sorted(below.grams[below.starts[1] :])

    @pytest.mark.parametrize(
        ("text", "latin"),
        [("The harbour", True), ("Порт открыт", False), ("東京の港", False), ("Ñandú über", True)],
    )
    def test_script(self, text, latin):
        assert features([text]).latin is latin

    def test_accents_and_case_and_numbers_do_not_matter_to_words(self):
        one, other = features(["Más leídas 12"]), features(["Mas leidas 2024"])

        assert one.grams.tolist() == other.grams.tolist()


class TestArithmetic:
    @given(st.lists(st.tuples(st.integers(1, FULL), st.integers(1, 20)), min_size=1, max_size=7))
    def test_the_best_set_has_the_highest_expected_f1_of_all_sets(self, page):
        scores, words = (np.array(column) for column in zip(*page, strict=True))

        def measure(places):
            hits = sum(scores[at] * words[at] for at in places) / FULL
            kept = sum(words[at] for at in places)
            return 2 * hits / (kept + (scores * words).sum() / FULL)

        every = (
            places
            for size in range(1, len(page) + 1)
            for places in combinations(range(len(page)), size)
        )
        best = np.flatnonzero(best_set(scores, words))
        assert measure(best) == pytest.approx(max(map(measure, every)))

    def test_a_higher_weight_of_lost_words_keeps_more(self):
        scores, words = np.array([250, 120, 60, 20]), np.array([40, 40, 40, 40])

        kept = [int(best_set(scores, words, weight).sum()) for weight in (0.5, 1, 2, 5)]
        assert kept == sorted(kept)
        assert kept[0] < kept[-1]

    @given(st.lists(st.integers(-9, 9), min_size=1, max_size=12))
    def test_the_best_segment_has_the_greatest_sum(self, gains):
        first, last = best_segment(np.array(gains))

        sums = [sum(gains[a : b + 1]) for a in range(len(gains)) for b in range(a, len(gains))]
        assert sum(gains[first : last + 1]) == max(sums)

    def test_trees_answer_as_one_block_at_a_time(self):
        rng = np.random.default_rng(5)
        trees = Trees(
            rng.integers(0, 9, 12), rng.integers(0, 256, 12, np.uint8),
            rng.integers(-99, 99, (4, 8), np.int32), 7,
        )  # fmt: skip
        columns = rng.integers(0, 256, (9, 2500), np.uint8)

        def one(block):
            total = trees.bias
            for tree in range(4):
                leaf = 0
                for level in range(3):
                    at = tree * 3 + level
                    leaf |= int(columns[trees.columns[at], block] > trees.borders[at]) << level
                total += trees.leaves[tree, leaf]
            return total

        asked = [0, 1, 1023, 1024, 2499]
        assert trees.logits(columns)[asked].tolist() == [one(block) for block in asked]


class TestFile:
    def test_the_file_gives_the_model_again(self):
        model = small_model(data="d", code="c")
        again = decoded(encoded(model), Path("x.bin"))

        assert encoded(again) == encoded(model)
        page = features(["harbour", SENTENCE, "harbour " * 30])
        assert again.scores(page).text.tolist() == model.scores(page).text.tolist()

    def test_the_packages_own_model_says_where_it_comes_from(self):
        about = load_line_model().about

        assert set(about) == {"code", "data", "form", "licence", "options"}
        assert all(re.fullmatch("[0-9a-f]{64}", about[name]) for name in ("code", "data"))
        assert "CC BY 4.0" in about["licence"]
        assert "WCXB" in about["licence"]

    def test_the_packages_own_model_is_small(self):
        path = Path(line_model.__file__).with_name("line_model.bin")

        assert path.stat().st_size <= 3_000_000

    @pytest.mark.parametrize("content", [b"", b"no model", encoded(small_model())[:-9]])
    def test_another_file_is_refused(self, content, tmp_path):
        path = tmp_path / "mine.bin"
        path.write_bytes(content)

        with pytest.raises(ConfigurationError, match=r"mine.bin: is no line model.*make train"):
            StripBoilerplate(model_file=str(path)).compile(CONFIGS)

    def test_a_file_that_is_not_there_is_named(self, tmp_path):
        with pytest.raises(ConfigurationError, match=r"none.bin: cannot be read"):
            StripBoilerplate(model_file=str(tmp_path / "none.bin")).compile(CONFIGS)


class TestDecisions:
    def test_what_was_decided_before_stays(self):
        blocks = blocks_from("harbour", SENTENCE, "harbour")
        decided = {0: Decision("share", "rule share/en: line harbour")}

        assert set(decide(blocks, decided, small_model())) == {1, 2}

    def test_the_reason_is_the_score(self):
        found = decide(blocks_from("harbour", "Home"), model=small_model(), keep_above=0.6)

        assert found[0] == Decision("content", "model: 0.98", 0.98)
        assert found[1].reason == "model: 0.02"
        assert found[1].label in KINDS

    def test_a_line_that_scores_less_than_the_bound_is_never_kept(self):
        blocks = blocks_from("Home", SENTENCE.rstrip("."))

        score = 5 / FULL
        kept = [
            sum(each.label == "content" for each in found.values())
            for bound in (score - 0.001, score, score + 0.001)
            if (found := decide(blocks, model=small_model(), drop_below=bound))
        ]
        assert kept == [2, 2, 0]

    @pytest.mark.parametrize("menu", [["Home", "News"], ["Home"] * 30], ids=["small", "large"])
    def test_running_text_of_a_page_with_nothing_else_is_spared(self, menu):
        found = decide(blocks_from(*menu, SENTENCE), model=small_model(), drop_below=0.5)

        spared = [index for index, each in found.items() if each.label == "content"]
        assert spared == [len(menu)]
        assert found[len(menu)].reason.endswith(", spared: running text of a page with little else")

    def test_running_text_is_spared_on_a_small_page_only(self, monkeypatch):
        monkeypatch.setattr("pipeline.boilerplate.scoring.SPARED_SHARE", 0.01)
        small = blocks_from(f"harbour {SENTENCE}", SENTENCE)
        large = blocks_from(f"harbour {SENTENCE}", *["Home"] * 30, SENTENCE)
        found = [decide(each, model=small_model(), drop_below=0.5) for each in (small, large)]

        assert [each[max(each)].label == "content" for each in found] == [True, False]

    def test_within_the_text_a_line_stays_that_scores_little(self):
        blocks = blocks_from("Home", f"harbour {SENTENCE}", "Row 1", f"harbour {SENTENCE}", "Home")
        score = 5 / FULL

        def kept(page_type, bound):
            found = decide(blocks, model=small_model(page_type=page_type), keep_within=bound)
            return [found[index].label == "content" for index in range(len(blocks))]

        assert kept("article", score) == [False, True, True, True, False]
        assert kept("article", score + 0.001) == [False, True, False, True, False]
        assert kept("forum", score / 2.5) == [False, True, True, True, False]
        assert kept("forum", score / 2.5 + 0.001) == [False, True, False, True, False]

    def test_the_reason_says_that_a_line_stays_for_where_it_stands(self):
        blocks = blocks_from(f"harbour {SENTENCE}", "Row 1", f"harbour {SENTENCE}")

        found = decide(blocks, model=small_model(page_type="article"), keep_within=0.01)
        assert found[1].reason == "model: 0.02, within the text"
        assert found[0].reason == "model: 0.98"

    def test_a_table_below_text_stays_by_the_mean_of_its_rows(self):
        rows = ("Monday   4:10   16:30", "Tuesday   5:01   17:20", "Friday   7:00   19:30")
        text = f"harbour {SENTENCE}"

        def kept(blocks, bound):
            found = decide(blocks, model=small_model(), keep_within=bound)
            return [found[index].label == "content" for index in range(len(blocks))]

        score = 5 / FULL
        assert kept(blocks_from(text, *rows), score) == [True] * 4
        assert kept(blocks_from(text, *rows), score + 0.001) == [True, False, False, False]
        assert kept(blocks_from(text, *rows[:2]), score) == [True, False, False]
        assert kept(blocks_from(*rows, text), score) == [False, False, False, True]
        found = decide(blocks_from(text, *rows), model=small_model(), keep_within=0.01)
        assert found[2].reason == "model: 0.02, in a table below text"

    def test_a_removed_line_has_the_label_that_context_expected(self):
        blocks = blocks_from(f"harbour {SENTENCE}", "Row 1")
        context = {at: Decision("related", "context: with latest") for at in (0, 1)}

        found = decide(blocks, model=small_model(), expected=context)
        assert found[0].label == "content"
        assert found[1] == Decision("related", "context: with latest, model: 0.02", 5 / FULL)

    @pytest.mark.parametrize(
        ("page_type", "known", "text", "score"),
        [
            ("article", FULL, "harbour.", 0.6),
            ("article", FULL, "harbour", 0.8),
            ("forum", FULL, "harbour.", 0.2),
            ("forum", FULL, "harbour", 0.2),
            ("forum", FULL // 2 - 1, "harbour.", 0.6),
            ("forum", FULL // 2 - 1, "harbour", 0.8),
        ],
    )
    def test_context_yields_to_the_model_sooner_on_pages_that_are_no_articles(
        self, page_type, known, text, score
    ):
        blocks = blocks_from(text, "Row 1")
        model = small_model(page_type=page_type)
        page = scored(features_of(blocks), model, Thresholds(1.0, 0.6, 0.1, 0.0))
        context = {0: Decision("navigation", "context"), 1: Decision("navigation", "context")}

        def taken(likely):
            scores = np.array([round(likely * FULL), 0])
            said = msgspec.structs.replace(page.scores, text=scores, known=known)
            said = msgspec.structs.replace(page, scores=said)
            return set(without_likely_text(context, said, blocks))

        assert taken(score) == {1}
        assert taken(score - 0.01) == {0, 1}

    @pytest.mark.parametrize(
        ("known", "text", "score"),
        [
            (FULL, "harbour.", 0.2),
            (FULL, "harbour", 0.8),
            (FULL // 2, "harbour", 0.8),
            (FULL // 2 - 1, "harbour.", 0.2),
            (FULL // 2 - 1, "harbour", 0.2),
        ],
    )
    def test_what_stands_above_a_title_may_be_text(self, known, text, score):
        blocks = blocks_from(text)
        model = small_model(page_type="article")
        page = scored(features_of(blocks), model, Thresholds(1.0, 0.6, 0.1, 0.0))
        above = {0: Decision("navigation", "context: above the title")}

        def taken(likely):
            scores = np.array([round(likely * FULL)])
            said = msgspec.structs.replace(page.scores, text=scores, known=known)
            said = msgspec.structs.replace(page, scores=said)
            return without_likely_text(above, said, blocks, above_title=True)

        assert taken(score) == {}
        assert taken(score - 0.01) == above

    def test_code_below_the_title_stays_and_says_why(self):
        blocks = blocks_from("The lamp", "lamp->burn();", "lamp->oil(4);")
        title = {0: Decision("title", "context: title above the text")}

        found = decide(blocks, title, small_model(), drop_below=1.0)
        assert {each.label for each in found.values()} == {"content"}
        assert all(each.reason.endswith(", in code of the text") for each in found.values())
        without = decide(blocks, model=small_model(), drop_below=1.0)
        assert "content" not in {each.label for each in without.values()}

    @pytest.mark.parametrize(
        ("label", "reason", "score", "stays"),
        [
            ("cookie", "rule cookie/en: line", 0.8, False),
            ("cookie", "rule cookie/en: line", 0.79, True),
            ("legal", "rule legal/en: line", 0.8, False),
            ("share", "rule share/en: line", 1.0, True),
            ("cookie", "shape: notice", 1.0, True),
        ],
    )
    def test_rules_of_notices_yield_to_a_model_that_is_sure(self, label, reason, score, stays):
        blocks = blocks_from("harbour")
        said = rated(blocks, score)
        decided = {0: Decision(label, reason)}
        rules = load_rules(CONFIGS / "rules")

        assert rules_that_yield(decided, said, rules, blocks) == ({} if stays else decided)
        assert rules_that_yield(decided, None, rules, blocks) == {}

    @pytest.mark.parametrize(
        ("lines", "label", "score", "yields"),
        [
            ((PROSE[0], "How we work", PROSE[1]), "navigation", 0.42, True),
            ((PROSE[0], "How we work", PROSE[1]), "navigation", 0.41, False),
            ((PROSE[0], "How we work", PROSE[1]), "share", 0.9, False),
            (("Boats", "How we work", PROSE[1]), "navigation", 0.9, False),
            ((PROSE[0], "How we work", "Boats"), "navigation", 0.9, False),
            ((PROSE[0], "[How we work]", PROSE[1]), "navigation", 0.9, False),
            ((PROSE[0], "How we work:", PROSE[1]), "related", 0.9, False),
            ((PROSE[0], "Also read: how we work", PROSE[1]), "related", 0.9, False),
            ((PROSE[0], "See how we work.", PROSE[1]), "related", 0.9, False),
        ],
    )
    def test_a_heading_between_paragraphs_is_left_to_the_model(self, lines, label, score, yields):
        blocks = blocks_from(*lines)
        decided = {1: Decision(label, f"rule {label}/en: line how we work")}

        found = rules_that_yield(
            decided, rated(blocks, score), load_rules(CONFIGS / "rules"), blocks
        )
        assert found == (decided if yields else {})

    @pytest.mark.parametrize(("element", "yields"), [("h2", True), ("p", False), ("li", False)])
    def test_in_html_it_must_be_a_heading(self, element, yields):
        texts = (PROSE[0], "How we work", PROSE[1])
        elements = ("p", element, "p")
        blocks = page_blocks(
            Line(2 * at, text, markup=Markup(tag, "", 0.0))
            for at, (text, tag) in enumerate(zip(texts, elements, strict=True))
        )
        decided = {1: Decision("navigation", "rule navigation/en: line how we work")}

        found = rules_that_yield(decided, rated(blocks, 0.9), load_rules(CONFIGS / "rules"), blocks)
        assert found == (decided if yields else {})

    def test_a_heading_beside_what_rules_know_is_not(self):
        blocks = blocks_from(PROSE[0], "How we work", PROSE[1])
        rule = Decision("navigation", "rule navigation/en: line how we work")
        rules = load_rules(CONFIGS / "rules")

        for at in (0, 2):
            decided = {1: rule, at: Decision("share", "rule share/en: line")}
            assert rules_that_yield(decided, rated(blocks, 0.9), rules, blocks) == {}

    @pytest.mark.parametrize(
        ("label", "expected"),
        [
            ("content", ("content", "model: 0.90, over rule legal/en: line")),
            ("title", ("title", "model: 0.90, over rule legal/en: line")),
            ("navigation", ("legal", "model: 0.90, as rule legal/en: line")),
        ],
    )
    def test_a_rule_that_has_yielded_is_named(self, label, expected):
        decided = {0: Decision(label, "model: 0.90", 0.9, repeated=True)}
        (found,) = naming_rules(decided, {0: Decision("legal", "rule legal/en: line")}).values()

        assert (found.label, found.reason) == expected
        assert (found.score, found.repeated) == (0.9, True)

    def test_half_a_score_is_likely_text(self):
        blocks = blocks_from("harbour", "quay")
        page = scored(features_of(blocks), small_model(), Thresholds(1.0, 0.6, 0.1, 0.0))
        scores = msgspec.structs.replace(page.scores, text=np.array([FULL // 2 - 1, FULL // 2]))

        assert unlikely_text(msgspec.structs.replace(page, scores=scores)) == {0}
        assert unlikely_text(None) == frozenset()

    def test_a_share_of_the_page_is_known(self):
        model = small_model()
        assert model.scores(features(["harbour"])).known > 0
        assert model.scores(features(["quay of stones"])).known == 0
        half = model.scores(features(["harbour", "quay"])).known
        assert 0 < half < model.scores(features(["harbour"])).known

    def test_a_title_is_not_taken_back(self):
        blocks = blocks_from("harbour")
        page = scored(features_of(blocks), small_model(), Thresholds(1.0, 0.0, 0.1, 0.0))

        title = {0: Decision("title", "context: title above the text")}
        assert without_likely_text(title, page, blocks) == title

    def test_a_kind_that_is_not_likely_is_other_below_the_first_line_that_stays(self):
        found = decide(blocks_from("Home", f"harbour {SENTENCE}", "Row 1"), model=small_model())

        assert found[0].label != "other"
        assert (found[1].label, found[2].label) == ("content", "other")

    def test_a_script_that_it_was_not_trained_on_is_named_in_the_reason(self):
        blocks = blocks_from("Порт снова открыт", "Лодки вернулись поздно вечером в пятницу.")
        found = decide(blocks)

        assert all(
            "words not used: not trained on this script" in each.reason for each in found.values()
        )
        guess = load_line_model().first_guess(features_of(blocks))
        blank = load_line_model().first_guess(features(["x", "y"]), with_words=False)
        assert guess.kinds.tolist() == blank.kinds.tolist()

    def test_the_same_page_gets_the_same_scores_alone_and_after_others(self):
        model = load_line_model()
        page = features([SENTENCE, "Share", "Read more", SENTENCE])
        before = model.scores(page).text.tolist()
        model.scores(features(["other"] * 40))

        assert model.scores(page).text.tolist() == before

    @pytest.mark.parametrize("count", [1, 2, 20_000])
    def test_pages_of_any_length_end(self, count):
        found = decide(blocks_from(*[f"{SENTENCE} {number}" for number in range(count)]))

        assert len(found) == count


class TestStage:
    def labels(self, text, **options):
        stage = StripBoilerplate(**options).compile(CONFIGS)
        lines = tuple(Line(at, each) for at, each in enumerate(text.splitlines(), start=1))
        (document,) = stage(Document(Capture("a", "a.txt"), lines))
        return [(line.label, line.reason) for line in document.lines]

    def test_a_rule_wins_over_the_model(self):
        ((label, reason), *_) = self.labels(f"Skip to content\n{SENTENCE}\n{SENTENCE}")

        assert (label, reason.startswith("rule navigation/en")) == ("navigation", True)

    def labels_by_type(self, text, page_type, tmp_path):
        """Return labels by a model that knows all words, and takes the page for one of a type."""
        grams = np.unique(features([line for line in text.split("\n") if line]).grams)
        model = msgspec.structs.replace(
            small_model(page_type=page_type),
            known=grams,
            grams=np.repeat(small_model().grams, len(grams), axis=0),
        )
        (tmp_path / "mine.bin").write_bytes(encoded(model))
        return self.labels(text, model_file=str(tmp_path / "mine.bin"))

    @pytest.mark.parametrize(
        ("dates", "sure"),
        [
            (("3 May 2020", "2 May 2020", "1 May 2020"), True),
            (("1 May 2020", "3 May 2020", "2 May 2020"), True),
            (("1 May 2020", "1 May 2020", "2 May 2020"), True),
            (("1 May 2020", "2 May 2020", "3 May 2020"), False),
            (("3 May", "2 May", "1 May"), False),
            (("3 May 2020", "2 May", "1 May 2020"), False),
        ],
    )
    def test_dates_that_rise_or_lack_a_year_prove_no_teasers(self, dates, sure):
        prose = f"{SENTENCE} {SENTENCE}"
        below = [line for date in dates for line in ("The harbour wall", date, prose)]
        blocks = blocks_from(*PROSE, *below)
        related = Decision("related", 'context: with "Related articles"')
        found = dict.fromkeys(range(len(PROSE), len(blocks)), related)

        vocabulary = load_vocabulary(CONFIGS / "languages")
        assert dated_teasers(found, blocks, vocabulary) == (found if sure else {})

    @pytest.mark.parametrize(("page_type", "kept"), [("listing", True), ("article", False)])
    def test_teasers_with_dates_below_their_heading_are_sure_on_articles_only(
        self, page_type, kept, tmp_path
    ):
        prose = f"{SENTENCE} {SENTENCE}"
        records = ["The harbour wall", "1 May 2020", prose] * 4
        text = "\n\n".join([*[prose] * 4, "Related articles", *records])

        found = self.labels_by_type(text, page_type, tmp_path)[::2][5:]
        assert ("content" in {label for label, _ in found}) is kept
        assert ({reason for _, reason in found} == {'context: with "Related articles"'}) is not kept

    @pytest.mark.parametrize(
        ("page_type", "closing", "stays"),
        [
            ("listing", "Share this article", True),
            ("article", "Share this article", False),
            ("article", "We use cookies", True),
            ("article", "© 2021 The Quay Library", True),
        ],
    )
    def test_titles_and_paragraphs_below_are_teasers_of_articles_only(
        self, page_type, closing, stays, tmp_path
    ):
        prose = f"{SENTENCE} {SENTENCE}"
        records = [
            line
            for number in range(1, 5)
            for line in (f"The harbour wall, part {number}", f"{number} May 2020", prose)
        ]
        text = "\n\n".join([*[prose] * 4, closing, *records])
        found = self.labels_by_type(text, page_type, tmp_path)

        below = [reason for label, reason in found[9:] if label == "related"]
        assert any(each.startswith("context: teasers below") for each in below) is not stays
        assert ("content" in {label for label, _ in found[9:]}) is stays

    @pytest.mark.parametrize(
        ("records", "sure"),
        [
            (("title", "date", "text") * 3, True),
            (("date", "title", "text") * 3, True),
            (("title", "text", "date") * 3, True),
            (("title", "date", "text") * 2, False),
            (("title", "text") * 3, False),
            (("date", "text") * 3, False),
            (("title", "date", "text", "title", "text", "title", "date", "text"), False),
        ],
    )
    def test_teasers_with_dates_below_their_heading_are_sure(self, records, sure):
        shown = {
            "title": "The harbour wall",
            "date": "1 May 2020",
            "text": f"{SENTENCE} {SENTENCE}",
        }
        blocks = blocks_from(*PROSE, *[shown[kind] for kind in records])
        related = Decision("related", 'context: with "Related articles"')
        found = dict.fromkeys(range(len(PROSE), len(blocks)), related)
        letter = Decision("newsletter", 'context: with "Get our letter"')

        vocabulary = load_vocabulary(CONFIGS / "languages")
        assert dated_teasers({0: letter} | found, blocks, vocabulary) == (found if sure else {})
        assert not dated_teasers(dict.fromkeys(found, letter), blocks, vocabulary)

    @pytest.mark.parametrize(
        ("date", "above", "reached"), [(True, 2, 9), (True, 1, 0), (False, 2, 0), (False, 9, 9)]
    )
    def test_teasers_hold_less_than_half_of_the_text_unless_they_have_dates(
        self, date, above, reached
    ):
        prose = f"{SENTENCE} {SENTENCE}"
        record = ["The harbour wall", "1 May 2020" if date else "A lamp", prose]
        blocks = blocks_from(*[prose] * above, "Related articles", *record * 3)
        rules, vocabulary = load_rules(CONFIGS / "rules"), load_vocabulary(CONFIGS / "languages")
        decided = decide_by_rules(blocks, rules, {})

        found = decide_by_regions(blocks, decided, rules, vocabulary)
        assert len(found) == reached
        assert len(decide_by_regions(blocks, decided, rules)) == (0 if date else reached)

    def test_an_appeal_may_hold_more_than_half_of_the_text(self):
        appeal = "Subscribe to our newsletter and have all that happens on the quay in your inbox, "
        blocks = blocks_from(SENTENCE, "Subscribe to our newsletter", appeal + SENTENCE.lower())
        rules, vocabulary = load_rules(CONFIGS / "rules"), load_vocabulary(CONFIGS / "languages")
        decided = {1: Decision("newsletter", "rule newsletter/en: line subscribe")}

        assert blocks[2].prose
        assert list(decide_by_regions(blocks, decided, rules, vocabulary)) == [2]

    def test_the_line_below_the_title_stays_unless_it_is_the_title_again(self):
        def labels(below):
            blocks = blocks_from("The lamp", below, *PROSE)
            scored = Decision("navigation", "model: 0.20", score=0.2)
            decided = {0: Decision("title", "context: title above the text"), 1: scored}
            decided |= {at: Decision("content", "model: 0.90") for at in range(2, len(blocks))}
            return decide_within_text(blocks, decided)

        assert list(labels("A lamp and a lamb")) == [1]
        assert labels("the lamp") == {}

    def test_what_the_model_takes_for_text_stays_unless_it_is_a_teaser_with_a_date(self):
        prose = f"{SENTENCE} {SENTENCE}"
        for date, kept in (("1 May 2020", False), ("A lamp", True)):
            records = ["The harbour wall", date, prose] * 3
            lines = [*PROSE * 4, "Related articles", *records]
            found = self.labels("\n\n".join(lines), keep_above=0)[::2]
            labels = {label for label, _ in found[-len(records) + 2 :: 3]}
            assert ("content" in labels) is kept

    @pytest.mark.parametrize("likely", [True, False])
    def test_a_notice_of_some_paragraphs_is_no_article_with_teasers_below(self, likely):
        prose = f"{SENTENCE} {SENTENCE}"
        records = (("The harbour wall", "1 May 2020"), ("The harbour lamp", "2 May 2020"))
        texts = [*[prose] * 4, "Home", *[text for pair in records for text in (*pair, prose)]]
        blocks = blocks_from(*texts)
        decided = {4: Decision("navigation", "rule navigation/en: line home")}
        unlikely = frozenset(range(2 if likely else 3))

        vocabulary = load_vocabulary(CONFIGS / "languages")
        found = decide_teasers_below(blocks, decided, vocabulary, unlikely)
        assert set(found) == (set(range(5, 11)) if likely else set())

    def test_the_audit_names_the_rule_that_yields(self, monkeypatch):
        rule = Decision("cookie", "rule cookie/en: line we use cookies")
        monkeypatch.setattr(boilerplate, "rules_that_yield", lambda *_: {0: rule})

        found = self.labels("\n\n".join(PROSE))
        assert found[0][1].endswith(", over rule cookie/en: line we use cookies")

    def test_a_line_whose_rule_yields_is_left_to_the_model(self, monkeypatch):
        def shares(decided, *_):
            return {at: each for at, each in decided.items() if each.label == "share"}

        monkeypatch.setattr(boilerplate, "rules_that_yield", shares)

        *_, (label, reason) = self.labels("\n\n".join([*PROSE, "Share this story"]))
        assert label == "share"
        assert reason.startswith("model")
        assert reason.endswith(', as rule share/en: line "share this story"')

    def test_the_stage_asks_what_is_likely(self, monkeypatch):
        asked = []
        known = {name: getattr(boilerplate, name) for name in ("unlikely_text", "rules_that_yield")}
        for name, each in known.items():
            monkeypatch.setattr(
                boilerplate, name, lambda *given, of=each: asked.append(of) or of(*given)
            )

        self.labels("\n\n".join(["Share", *PROSE]))
        assert set(asked) == set(known.values())

    def test_the_foot_of_the_page_below_teasers_is_a_menu(self):
        teasers = ("Oars are dear this spring", "The wall leaks again", "Rope is cheap")
        ruled = ("About us", "Contact us", "Careers", "Help center", "Site map", "My account")
        menu = ("Gift cards", "Shipping and returns", "Store locator")
        lines = ["Boats came back late", *PROSE, "Related articles", *teasers, *ruled, *menu]
        found = self.labels("\n\n".join(lines))[::2]

        reason = 'context: with "Related articles"'
        assert found[-len(menu) :] == [("navigation", f"{reason}, a menu by its words")] * len(menu)
        assert found[lines.index("Rope is cheap")] == ("related", reason)

    def test_it_can_be_switched_off(self):
        text = f"Harbour\n{SENTENCE}\n{SENTENCE}\nTelefoon 020\nBezoek ons"

        assert any("model:" in reason for _, reason in self.labels(text))
        assert not any("model:" in reason for _, reason in self.labels(text, model=False))

    @pytest.mark.parametrize("name", ["keep_above", "keep_within", "drop_below"])
    def test_thresholds_are_shares(self, name):
        with pytest.raises(msgspec.ValidationError, match="<= 1"):
            msgspec.convert({"stage": "strip-boilerplate", name: 1.5}, StripBoilerplate)
