"""The language of published text. Sentences are synthetic."""

import subprocess
import sys

import pytest

from pipeline.document import Document, Line
from pipeline.language import DetectLanguage, identify
from tests.conftest import ROOT

TEXTS = {
    "en": "The old ferry sailed again on Monday, with forty people and one dog aboard.",
    "es": "El viejo barco volvió a salir el lunes con cuarenta personas y un perro a bordo.",
    "fr": "Le vieux bateau est reparti lundi avec quarante personnes et un chien à bord.",
    "pt": "O velho barco voltou a sair na segunda-feira com quarenta pessoas e um cão a bordo.",
    "de": "Am Montag fuhr die alte Fähre wieder, mit vierzig Leuten und einem Hund an Bord.",
    "zh-Hans": "星期一，旧渡轮再次起航，船上有四十个人和一只狗。他们都说这是一个很好的日子。",
}
OPTIONS = DetectLanguage()


@pytest.mark.parametrize(("tag", "text"), TEXTS.items())
def test_language_of_a_sentence(stages, tag, text):
    assert identify(text, OPTIONS)[0] == tag


@pytest.mark.parametrize("text", ["", "12:30", "ok", "?!", "a b c", "19 19 letters only"])
def test_too_little_to_know_is_und(stages, text):
    assert identify(text, OPTIONS)[0] == "und"


@pytest.mark.parametrize(("letters", "known"), [(19, False), (20, True), (21, True)])
def test_min_letters_rejects_below(stages, letters, known):
    text = ("the water was cold and deep " * 2).replace(" ", "")[:letters]

    assert (identify(text, DetectLanguage(min_confidence=0.0))[0] != "und") == known


def test_confidence_below_the_bound_is_und(stages):
    assert identify(TEXTS["en"], DetectLanguage(min_confidence=2.0))[0] == "und"


def test_boilerplate_does_not_count(stages, capture):
    menu = tuple(Line(at, TEXTS["en"], "navigation") for at in range(1, 9))
    page = Document(capture("").capture, lines=(*menu, Line(9, TEXTS["de"], "content")), items=1)
    page = stages["detect-language"](Document(page.capture, page.lines, item=1, items=1))

    assert [each.language for each in page] == ["de"]


def test_same_label_in_another_process_and_order(stages):
    mixed = [f"{TEXTS[one]} {TEXTS[other]}" for one in TEXTS for other in TEXTS]
    code = (
        "import json, sys; from pipeline.language import *; DetectLanguage().compile(None);"
        "texts = json.load(sys.stdin);"
        "print(json.dumps([identify(t, DetectLanguage()) for t in reversed(texts)]))"
    )
    import json

    done = subprocess.run(
        [sys.executable, "-c", code],
        input=json.dumps(mixed),
        capture_output=True,
        text=True,
        check=True,
        cwd=ROOT,
    )
    here = [list(identify(text, OPTIONS)) for text in mixed]

    assert list(reversed(json.loads(done.stdout))) == here
