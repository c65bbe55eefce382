"""The gate in front of the patterns changes no result."""

import re
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline.boilerplate.gate import Finder, Gate, beginnings, required_literals
from pipeline.boilerplate.phrases import load_rules
from pipeline.folding import fold
from pipeline.margin import read_gold
from tests.conftest import CORPUS_FILE, GOLD

RULES = load_rules(CORPUS_FILE.parent / "rules")
TEXTS = tuple(
    fold(line)
    for file in RULES.files.values()
    for phrases in file.phrases.values()
    for text in (*phrases.cases.match, *phrases.cases.spare)
    for line in text.splitlines()
) + tuple(fold(line.text) for _, page in read_gold(Path(GOLD)) for line in page.lines)
PATTERNS = tuple(re.compile(rule.phrase) for rule in RULES.patterns)
WORDS = sorted({word for text in TEXTS for word in text.split()})


def missed(folded: str) -> list[str]:
    """Return the patterns found in a line that the gate would not have asked."""
    asked = set(RULES.gate.candidates(folded))
    return [
        pattern.pattern
        for at, pattern in enumerate(PATTERNS)
        if at not in asked and pattern.search(folded)
    ]


def test_no_pattern_is_missed_on_cases_and_gold():
    assert len(TEXTS) > 1_000
    assert [text for text in TEXTS if missed(text)] == []


@given(words=st.lists(st.sampled_from(WORDS), max_size=8))
def test_no_pattern_is_missed_on_generated_lines(words):
    assert missed(" ".join(words)) == []


def test_gate_asks_few_patterns():
    asked = sum(len(RULES.gate.candidates(text)) for text in TEXTS)

    assert asked < 0.05 * len(TEXTS) * len(RULES.patterns)


@pytest.mark.parametrize(
    ("pattern", "literals"),
    [
        ("^sign up (?:to|for) our", {" our", "sign up "}),
        ("(?:donate|give)(?: now)?", {"donate", "give"}),
        ("(?:e ?mail)+", {"mail"}),
        ("colou?r", {"colo"}),
        ("^(?!.*said)needed", {"needed"}),
        ("(?:ab|needed)", {"ab", "needed"}),
        ("(?:a|needed)", set()),
        ("[abc]{3}", set()),
    ],
)
def test_literals_are_those_that_every_match_holds(pattern, literals):
    found = required_literals(pattern)

    assert found <= literals
    assert bool(found) == bool(literals)


@pytest.mark.parametrize(
    ("pattern", "expected"),
    [
        ("^sign up", {"sign"}),
        ("^(?:please )?(?:donate|give)", {"plea", "dona", "give"}),
        ("^(?!.*said)(?:your|reader)", {"your", "read"}),
        (r"^\bshare(?: it)?$", {"shar"}),
        ("^(?:a )?b(?: c)?", {"a b", "a b ", "b", "b c"}),
        ("^(?:ab)*cd", {"ab", "cd"}),
        ("^(?:ab)+cd", {"ab"}),
        ("^ab[cd]ef", {"ab"}),
        ("^(?:click )*here", {"clic", "here"}),
        ("^my (?i:faq)", {"my "}),
        ("^a|^b", set()),
        ("^a|b", set()),
        ("sign up", set()),
        ("^(?:share)?$", set()),
        ("^(?:share)?.", set()),
        ("^[abc]{3}", set()),
        ("(?i)^share", set()),
        ("^(?i:share)", set()),
        ("(?m)^share", set()),
    ],
)
def test_beginnings_are_those_that_every_match_has(pattern, expected):
    assert beginnings(pattern) == expected


@pytest.mark.parametrize("text", ["", "share", "please share", "zz\nshare", "Share"])
@pytest.mark.parametrize("pattern", ["^share", "^a|share", "^a|^share", "share", "(?m)^share"])
def test_finder_finds_what_the_pattern_finds(pattern, text):
    compiled = re.compile(pattern)

    found = Finder(pattern)
    for _ in range(2):
        assert bool(found(text)) == bool(compiled.search(text))


def test_finders_find_what_their_patterns_find():
    differing = [
        pattern.pattern
        for find, pattern in zip(RULES.finders, PATTERNS, strict=True)
        for text in TEXTS[::7]
        if bool(find(text)) != bool(pattern.search(text))
    ]

    assert differing == []


def test_pattern_without_literals_is_always_asked():
    assert Gate(["^.?$", "donate"]).candidates("give") == [0]


def test_pattern_that_begins_otherwise_is_not_asked():
    assert Gate(["^give now", "^donate now"]).candidates("do not give now") == []


def test_pattern_that_may_be_empty_is_asked_of_an_empty_line():
    assert Gate(["^(?:give)?$", "^give"]).candidates("") == [0]


@pytest.mark.parametrize("pattern", ["(", "[a", "a{2,1}", "(?<=a+)b", "(?P<x>a)(?P<x>b)", "*"])
def test_what_is_no_pattern_is_told_at_once(pattern):
    with pytest.raises(re.error):
        Finder(pattern)


def test_a_pattern_is_compiled_for_the_first_text(monkeypatch):
    compiled = []
    compile_ = re.compile
    monkeypatch.setattr(re, "compile", lambda each: compiled.append(each) or compile_(each))
    found = Finder("^share")
    assert compiled == []

    assert found("share this")
    assert found("shared")
    assert compiled == ["^share"]
