"""The language of published text. Sentences are synthetic."""

import json
import math
import random
import subprocess
import sys
import unicodedata
from collections import Counter

import msgspec
import numpy as np
import pytest
from langdetect import detector_factory
from langdetect.utils.ngram import NGram

from pipeline.document import Document, LanguageShare, Line
from pipeline.errors import ConfigurationError
from pipeline.language import DetectLanguage, _paragraph, detectors, identify, profiles
from pipeline.language.fits import weight_of
from pipeline.language.identification import Found, Measured, identifier
from pipeline.language.kin import BUCKETS, load_guard
from pipeline.language.letters import FOLDED, LOWER, code_points
from pipeline.language.profiles import FLOOR, NAT, WEIGHTS, load, rows_of, summed
from tests.conftest import ROOT
from tests.language.texts import TEXTS, UNKNOWN
from tests.margin_cases import labelled

OPTIONS = DetectLanguage()
LONG = {tag: " ".join([text] * 3) for tag, text in TEXTS.items()}


@pytest.mark.parametrize(("tag", "text"), TEXTS.items())
def test_language_of_a_sentence(tag, text):
    found = identify(text, OPTIONS)

    assert (found.tag, found.reason) == (tag, "")
    assert found.confidence >= 0.5


@pytest.mark.parametrize("tag", [tag for tag, text in TEXTS.items() if text.upper() != text])
def test_capitals_change_nothing(tag):
    assert identify(TEXTS[tag].upper(), OPTIONS).tag == tag


@pytest.mark.parametrize(("tag", "text"), UNKNOWN.items())
def test_a_language_without_a_profile_is_named_by_none_that_has_one(tag, text):
    found = identify(text, OPTIONS)

    assert found.tag == "und"
    assert found.confidence < 0.5
    assert found.reason.startswith("unlike any language known (nearest ")


@pytest.mark.parametrize("tag", ["gl", "be", "az"])
def test_the_language_that_fits_better_is_named(tag):
    assert identify(UNKNOWN[tag], OPTIONS).reason.endswith(
        (f", rather {tag})", f", rather {tag}-Latn)")
    )


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("", "no letters"),
        ("12:30 – 14:45", "no letters"),
        ("?!", "no letters"),
        ("ok", "too short: 2 letters, fewer than min_letters (20)"),
        ("19 19 letters only", "too short: 11 letters, fewer than min_letters (20)"),
        (
            "ძველი ბორანი ორშაბათს ისევ გავიდა ზღვაში",
            "in a script of no language known (Georgian)",
        ),
    ],
)
def test_reasons_of_und(text, reason):
    assert identify(text, OPTIONS) == ("und", 0.0, reason)


@pytest.mark.parametrize(("letters", "known"), [(19, False), (20, True), (21, True)])
def test_min_letters_rejects_below(letters, known):
    text = ("the water was cold and deep " * 2).replace(" ", "")[:letters]

    assert (identify(text, DetectLanguage(min_confidence=0.0)).tag != "und") == known


def test_a_chinese_character_counts_as_three_letters():
    assert identify("今天天气非常好", OPTIONS).tag == "zh-Hans"
    assert identify("今天天气非", OPTIONS).reason.startswith("too short: 15 letters")


def test_confidence_below_the_bound_is_und():
    found = identify(TEXTS["en"], DetectLanguage(min_confidence=2.0))

    assert found.tag == "und"
    assert "nearest en" in found.reason


@pytest.mark.parametrize("tag", ["ja", "ko", "zh-Hant", "zh-Hans"])
def test_names_in_latin_letters_do_not_change_the_script(tag):
    assert identify(f"{TEXTS[tag]} (Harbour Ferries Ltd, MV Morning Star)", OPTIONS).tag == tag


def test_letters_with_marks_are_composed():
    assert identify(DECOMPOSED, OPTIONS) == identify(TEXTS["fr"], OPTIONS)


def test_addresses_do_not_count():
    links = " https://coast.example/ships-and-boats/the-old-ferry editor@coast.example" * 9

    assert identify(TEXTS["de"] + links, OPTIONS) == identify(TEXTS["de"], OPTIONS)


def test_letters_are_what_python_calls_letters():
    found = [_paragraph((Line(1, f"a{chr(code)}b"),)).letters for code in range(0x30000)]

    assert found == [2 + chr(code).isalpha() for code in range(0x30000)]


def test_no_character_has_more_weight_than_is_thought():
    texts = [f"1{chr(code)}1" for code in range(0x10000) if not 0xD800 <= code < 0xE000]
    found = identifier().found(texts, [1000] * len(texts))
    heavier = [
        text
        for text, each in zip(texts, found, strict=True)
        if weight_of(each.letters, each.script) > _paragraph((Line(1, text),)).most_weight
    ]

    assert heavier == []


class TestProfiles:
    def test_characters_are_folded_as_langdetect_folds_them(self):
        assert [
            code for code in range(0x10000) if FOLDED[code] != ord(NGram.normalize(chr(code)))
        ] == []

    def test_letters_are_lowered_as_python_lowers_them(self):
        odd = [chr(code) for code in range(0x2D00) if chr(LOWER[code]) != chr(code).lower()]

        assert odd == ["İ"]  # two code points

    @pytest.mark.parametrize("tag", ["en", "de", "vi-like", "ru", "hi", "ja"])
    def test_all_ngrams_count_as_langdetect_has_them(self, tag):
        """Each n-gram that langdetect would draw from, with the likelihoods that it has."""
        draw = random.Random(tag)
        letters = TEXTS.get(tag, "đường phố ẩm ướt ở Việt Nam").lower().replace(",", " ")
        text = f" {''.join(draw.sample(letters, 25))} "
        detector_factory.init_factory()
        factory = detector_factory._factory
        detector = factory.create()
        detector.text = text
        grams = Counter(detector._extract_ngrams())
        script = identifier().measured([text])[0].script
        group = load(script)
        places = [factory.langlist.index(name) for name in group.languages]
        expected = np.zeros(len(places))
        for gram, count in grams.items():
            likelihoods = np.array(factory.word_lang_prob_map[gram])[places]
            if likelihoods.any():
                weight = WEIGHTS[len(gram) - 1] * count
                expected += [weight * math.log(FLOOR + each) for each in likelihoods]

        rows = rows_of(group.tables, group.written.classes[code_points(text)])
        sums = group.rows[rows].sum(axis=0) / NAT

        assert sums == pytest.approx(expected, abs=0.002 * len(text))

    def test_a_pair_that_is_in_no_profile_counts_as_its_last_letter(self):
        counts = {"b": 4, "c": 5, "q": 1, "abc": 3}
        group = profiles._group("Latn", {"xx": profiles._Profile(counts, (10, 1, 3))})

        def said(text):
            rows = rows_of(group.tables, group.written.classes[code_points(text)])
            return group.rows[rows].ravel().tolist(), (rows >= group.first_triple).tolist()

        assert said("qb")[0][1:] == said("ab")[0][1:] == said("b")[0]
        assert said("abc")[1] == [False, False, True]
        assert said("abc")[0][2] == said("qc")[0][1] + round(math.log(FLOOR + 1) * NAT * WEIGHTS[2])

    @pytest.mark.parametrize("language", ["ca", "ru", "he"])
    def test_kin_have_the_gains_of_their_letters_and_no_others(self, language):
        guard = load_guard()
        kin = guard.kin_of(language)
        places = [place for place in guard.places[language] if place >= 0]
        expected = np.zeros((BUCKETS, len(places)), np.uint8)
        for column, place in enumerate(places):
            stored = guard.languages[place]
            buckets = np.frombuffer(stored.buckets, "<u2")
            expected[buckets, column] = np.frombuffer(stored.gains, np.uint8)

        assert (kin.gains[kin.rows] == expected).all()

    @pytest.mark.parametrize("count", [0, 1, 15, 255, 256, 257, 272, 1000])
    def test_rows_side_by_side_have_the_same_sum(self, count):
        table = np.arange(60, dtype=np.uint8).reshape(20, 3)
        rows = np.arange(count) * 7 % 20

        assert summed(table, rows).tolist() == table[rows].sum(axis=0, dtype=int).tolist()


DECOMPOSED = unicodedata.normalize("NFD", TEXTS["fr"])
ALL = (
    *TEXTS.values(),
    *UNKNOWN.values(),
    *("", "12", "x", "Å" * 9, DECOMPOSED, TEXTS["de"].upper(), TEXTS["ko"] + TEXTS["ja"]),
)


class TestBatches:
    def test_a_batch_changes_nothing(self):
        alone = [identifier().found([text])[0] for text in ALL]
        together = identifier().found(ALL)
        backwards = identifier().found(ALL[::-1])[::-1]
        many = identifier().found(ALL * 60)

        assert together == alone
        assert backwards == alone
        assert many == alone * 60

    def test_what_trees_ask_about_is_the_same_in_a_batch(self):
        def columns(measured):
            return [each.columns.tolist() for each in measured if isinstance(each, Measured)]

        alone = [identifier().measured([text])[0] for text in ALL]

        assert columns(identifier().measured(ALL)) == columns(alone)

    def test_only_letters_are_told_of_a_text_that_is_too_short(self):
        least = [at % 3 * 25 for at in range(len(ALL))]
        expected = [
            Found("", 0.0, found.letters, found.script)
            if weight_of(found.letters, found.script) < letters
            else found
            for found, letters in zip(identifier().found(ALL), least, strict=True)
        ]

        assert identifier().found(ALL, least) == expected

    def test_same_label_in_another_process(self):
        code = (
            "import json, sys; from pipeline.language import *;"
            "texts = json.load(sys.stdin);"
            "print(json.dumps([identify(t, DetectLanguage(detector=d)) for d, t in texts]))"
        )
        mixed = [f"{one} {other}" for one in list(TEXTS.values())[:5] for other in TEXTS.values()]
        names = ("profiles", "langdetect", "consensus")
        tasks = [(name, text) for name in names for text in mixed[::7]]
        done = subprocess.run(
            [sys.executable, "-c", code],
            input=json.dumps(tasks),
            capture_output=True,
            text=True,
            check=True,
            cwd=ROOT,
        )
        here = [list(identify(text, DetectLanguage(detector=name))) for name, text in tasks]

        assert json.loads(done.stdout) == here


def tagged(stages, capture, *paragraphs, labels=None):
    lines = tuple(
        Line(at, text, (labels or {}).get(at, "content"))
        for at, text in enumerate(paragraphs, start=1)
    )
    page = Document(capture("").capture, lines=lines, item=1, items=1)
    (document,) = stages["detect-language"](page)
    return document


class TestItems:
    def test_boilerplate_does_not_count(self, stages, capture):
        menu = dict.fromkeys(range(1, 9), "navigation")
        page = tagged(stages, capture, *[TEXTS["en"]] * 8, TEXTS["de"], labels=menu)

        assert page.language == "de"
        assert page.languages == (LanguageShare("de", 1.0),)
        assert [line.language for line in page.lines] == [""] * 8 + ["de"]

    def test_a_quotation_does_not_change_the_language(self, stages, capture):
        page = tagged(stages, capture, LONG["de"], LONG["en"], LONG["de"])

        assert page.language == "de"
        assert [each.language for each in page.languages] == ["de", "en"]
        assert sum(each.share for each in page.languages) == pytest.approx(1)
        assert [line.language for line in page.lines] == ["de", "en", "de"]

    def test_a_page_in_halves_has_the_language_of_the_longer(self, stages, capture):
        page = tagged(stages, capture, LONG["fr"], LONG["ru"], LONG["ru"])

        assert page.language == "ru"
        assert {each.language for each in page.languages} == {"ru", "fr"}

    def test_short_paragraphs_are_of_the_language_around_them(self, stages, capture):
        page = tagged(stages, capture, LONG["pl"], "In memoriam", LONG["pl"])

        assert page.languages == (LanguageShare("pl", 1.0),)

    def test_und_says_why(self, stages, capture):
        page = tagged(stages, capture, "ok, ok")

        assert (page.language, page.language_reason[:9]) == ("und", "too short")
        assert page.language_detector.startswith("profiles ")

    def test_what_is_of_no_item_has_none(self, stages, capture):
        page = Document(capture("").capture, lines=(Line(1, LONG["de"], "other"),), items=3)
        (document,) = stages["detect-language"](page)

        assert document.language == ""


class TestDetectors:
    @pytest.mark.parametrize("name", ["langdetect", "py3langid", "consensus"])
    @pytest.mark.parametrize("tag", ["en", "es", "de", "ru", "zh-Hans", "ja"])
    def test_others_name_the_same(self, name, tag):
        assert identify(LONG[tag], DetectLanguage(detector=name)).tag == tag

    def test_versions_are_named(self):
        for name in ("profiles", "langdetect", "py3langid"):
            assert detectors.detector_of(name).version.split(" ")[0] == name
        assert "py3langid" in detectors.detector_of("consensus").version

    def test_serbian_has_its_script(self):
        text = "У понедељак је стари трајект поново испловио, са четрдесет људи и једним псом."

        assert identify(text, DetectLanguage(detector="py3langid")).tag == "sr-Cyrl"

    def test_one_that_is_not_installed_says_what_to_do(self, monkeypatch):
        monkeypatch.setitem(sys.modules, "py3langid", None)
        detectors.detector_of.cache_clear()

        with pytest.raises(ConfigurationError, match=r"pip install 'pipeline\[languages\]'"):
            DetectLanguage(detector="py3langid").compile(ROOT)

    def test_unknown_names_are_refused(self):
        with pytest.raises(msgspec.ValidationError, match="detector"):
            msgspec.convert({"stage": "detect-language", "detector": "fasttext"}, DetectLanguage)


@pytest.mark.parametrize("content", [b"", b"\x00", msgspec.msgpack.encode({"format": 99})])
def test_a_guard_that_is_none_is_refused(tmp_path, content):
    path = tmp_path / "guard.bin"
    path.write_bytes(content)

    with pytest.raises(ConfigurationError, match="is no guard of languages"):
        load_guard(path)


ENGLISH_ABOVE = """\
Skip to main content
Home
News
Sport
Contact us
We use cookies to give you the best experience on our site. Cookie policy
"""
ENGLISH_BELOW = """\
Share this article on Facebook
Share this article on Twitter
Sign up for our newsletter and never miss a story from the editors of this site
Please support our work: donate today, since we depend on readers like you
Copyright 2020. All rights reserved. Terms of use and privacy policy
"""


@pytest.mark.parametrize("tag", ["de", "es", "fr", "it", "pt", "nl", "pl", "ru", "ja", "zh-Hant"])
def test_english_boilerplate_around_a_text_does_not_change_its_language(stages, capture, tag):
    text = f"{TEXTS[tag]} {TEXTS[tag]}\n\n{TEXTS[tag]}"
    page = f"{ENGLISH_ABOVE}\n\n{text}\n\n{ENGLISH_BELOW}"
    (document,) = [
        each for each in labelled(capture(page), stages, "detect-language") if each.item == 1
    ]

    assert len(ENGLISH_ABOVE + ENGLISH_BELOW) > len(text)
    assert document.language == tag
    assert document.languages == (LanguageShare(tag, 1.0),)
