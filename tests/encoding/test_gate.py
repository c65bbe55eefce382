"""The gate in front of the repairs lets nothing by that one of them would change."""

import json
import random
from importlib import resources

import ftfy
import numpy as np
import pytest
from ftfy.badness import is_bad

from pipeline.document import Line
from pipeline.encoding import FixEncoding, _fixers, repair_line
from pipeline.encoding.characters import whole_change
from pipeline.encoding.gate import may_be_mojibake, pairs_of, suspicious
from pipeline.encoding.mojibake import _CONFIG, fix_mojibake
from tests.language.texts import TEXTS, UNKNOWN

FIXERS = _fixers(FixEncoding())
PROFILES = resources.files("langdetect") / "profiles"
LANGUAGES = sorted(each.name for each in PROFILES.iterdir() if not each.name.startswith("__"))
CASES = 2_000
"""Of each language; 108,000 in all."""
SIGNS = "“”‘’«»–—…•·¡¿€£©®™°²½ºª§¶´`&]( ,.;:!?-'\"\u00a0\u00ad\u200b\u200f\ufeff\u0301"
MISREAD = (
    ("utf-8", "sloppy-windows-1252"),
    ("utf-8", "latin-1"),
    ("utf-8", "sloppy-windows-1251"),
    ("utf-8", "sloppy-windows-1250"),
    ("utf-8", "sloppy-windows-1253"),
    ("utf-8", "macroman"),
    ("utf-8", "cp437"),
    ("sloppy-windows-1252", "macroman"),
    ("sloppy-windows-1251", "sloppy-windows-1252"),
)


def made_texts(language: str) -> list[str]:
    """Return texts put together from a language's n-grams, clean and damaged in all ways."""
    profile = json.loads((PROFILES / language).read_text(encoding="utf-8"))
    grams = sorted(gram for gram in profile["freq"] if len(gram) > 1)
    draw = random.Random(language)
    texts = []
    for _ in range(CASES):
        parts = [draw.choice(grams) for _ in range(draw.randrange(1, 14))]
        for _ in range(draw.randrange(3)):
            parts.insert(draw.randrange(len(parts) + 1), draw.choice(SIGNS))
        text = "".join(part.upper() if draw.random() < 0.1 else part for part in parts)
        if draw.random() < 0.5:
            for _ in range(draw.choice((1, 1, 2))):
                written, read = draw.choice(MISREAD)
                text = text.encode(written, "ignore").decode(read, "replace")
        texts.append(text.replace("\n", " "))
    return texts


@pytest.mark.parametrize("language", LANGUAGES)
def test_what_the_gate_lets_by_nothing_changes(language):
    texts = made_texts(language)
    flagged = set(suspicious(texts))
    passed = [text for place, text in enumerate(texts) if place not in flagged]

    assert [text for text in passed if not text.isascii() and is_bad(text)] == []
    for text in passed[::10]:
        line = Line(1, text)
        assert repair_line(line, FIXERS)[0] is line
        assert ftfy.fix_encoding(text) == text
    assert len(flagged) > CASES / 10


@pytest.mark.parametrize("language", LANGUAGES)
def test_repairs_are_those_of_ftfy_step_by_step(language):
    for text in made_texts(language):
        fixed, steps = ftfy.fix_encoding_and_explain(text, _CONFIG)
        detail = ", ".join(f"{step.action} {step.parameter}" for step in steps)
        expected = [whole_change("mojibake", text, fixed, detail)] if fixed != text else []

        assert list(fix_mojibake(text)) == expected
        assert may_be_mojibake(text) or not is_bad(text)


@pytest.mark.parametrize("text", [*TEXTS.values(), *UNKNOWN.values()])
def test_no_repair_is_tried_of_clean_text(text):
    assert not may_be_mojibake(text)


@pytest.mark.parametrize("text", [*TEXTS.values(), *UNKNOWN.values()])
def test_clean_text_is_let_by(text):
    assert suspicious([text]) == []


def test_places_are_those_of_the_lines():
    clean, bad = TEXTS["es"], "El niÃ±o volviÃ³"

    assert suspicious([bad, clean, "", bad, clean, bad]) == [0, 3, 5]
    assert suspicious(["", "", clean]) == []


def test_pairs_do_not_reach_over_the_end_of_a_line():
    assert suspicious(["Ã", "©"]) == []


@pytest.mark.parametrize(
    ("pattern", "matches"),
    [
        ("[ab] [xy] | c", ["ax", "by", "ca"]),
        (r"a \s? b", ["ab", "qq"]),
        ("[^a] b", ["zb", "ab"]),
        ("(a|b) c", ["zz"]),
        ("abc", ["ab", "bc"]),
    ],
)
def test_pairs_of_a_pattern_are_never_too_few(pattern, matches):
    pairs = pairs_of(pattern)

    def may(text):
        return any(one[ord(text[0])] and other[ord(text[1])] for one, other in pairs)

    assert any(may(match) for match in matches)
    assert all(isinstance(each, np.ndarray) for pair in pairs for each in pair)
