"""No text that is not composed is taken for one that is. Texts are drawn from all characters."""

import random
import unicodedata

import numpy as np
import pytest

from pipeline.encoding.composition import looked_at, maybe_uncomposed
from pipeline.language.letters import code_points
from tests.language.texts import TEXTS, UNKNOWN

PLANE = [chr(code) for code in range(0x10000) if not 0xD800 <= code < 0xE000]
PARTS = sorted(
    {
        part
        for character in PLANE
        for part in (*unicodedata.normalize("NFD", character), character)
        if unicodedata.normalize("NFD", character) != character and character < "가"
    }
)
"""What characters that decompose are made of, and these themselves."""
MARKS = [each for each in map(chr, range(0x20000)) if unicodedata.combining(each)]


def looks_composed(text):
    points = code_points(text)
    return not len(maybe_uncomposed(points, np.flatnonzero(looked_at().take(points))))


def test_single_characters():
    odd = [
        each
        for each in PLANE
        if looks_composed(each) and not unicodedata.is_normalized("NFC", each)
    ]

    assert odd == []


@pytest.mark.parametrize("seed", range(3))
def test_sequences(seed):
    draw = random.Random(seed)
    pools = (PARTS, PARTS, MARKS, "aeo가각각नरळ", PLANE)
    texts = [
        "".join(draw.choice(draw.choice(pools)) for _ in range(draw.randrange(2, 6)))
        for _ in range(10_000)
    ]
    composed = [unicodedata.normalize("NFC", text) for text in texts]
    passed = [text for text in texts + composed if looks_composed(text)]

    assert [text for text in passed if not unicodedata.is_normalized("NFC", text)] == []
    assert len(passed) > 100


@pytest.mark.parametrize("text", [*TEXTS.values(), *UNKNOWN.values()])
def test_clean_text_looks_composed(text):
    assert looks_composed(text)


@pytest.mark.parametrize("tag", ["fr", "ko", "el"])
def test_decomposed_text_does_not(tag):
    assert not looks_composed(unicodedata.normalize("NFD", TEXTS[tag]))
