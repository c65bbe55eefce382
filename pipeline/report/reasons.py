"""What decided a line, as the audit says it: the rule, the model with its score, a context."""

import re
from collections.abc import Iterable
from functools import lru_cache
from typing import NamedTuple

from pipeline.boilerplate.phrases import RuleSet

MIDDLE = 0.5
DOUBTFUL = 0.25
"""A line whose score is no farther from the middle is doubtful."""
REASONS_KNOWN = 1 << 14
"""So many are remembered: most lines have one that another has, too."""
_SCORE = re.compile(r"(?P<by>model(?: with trafilatura)?): (?P<score>[01]\.\d+)")
_PATTERN = re.compile(r"(?P<rule>rule [^:]+: pattern \d+) ")
_QUOTED = re.compile(r'"[^"]*"')
_REPEATED = re.compile(r"repeated on \d+ of \d+ pages")
_ITEM = re.compile(r"\bitem \d+")


class Decided(NamedTuple):
    """What decided a line."""

    reason: str
    """Without what differs from line to line."""
    score: float | None
    """The model's, if it was the model."""


@lru_cache(maxsize=REASONS_KNOWN)
def decided_by(reason: str) -> Decided:
    """Return what decided a line, given its reason.

    >>> decided_by("model: 0.25")
    Decided(reason='model', score=0.25)
    >>> decided_by("context: above the title").score is None
    True
    """
    return Decided(normalised(reason), score_in(reason))


def normalised(reason: str) -> str:
    """Return what decided, without what differs from line to line.

    >>> normalised("model: 0.03"), normalised("model with trafilatura: 0.2, within the text")
    ('model', 'model with trafilatura, within the text')
    >>> normalised('rule share/en: pattern 3 "share this now"')
    'rule share/en: pattern 3'
    >>> normalised('context: with "Comments (2)", model: 0.22')
    'context: with "…", model'
    >>> normalised("digest: date of item 7")
    'digest: date of an item'
    >>> normalised("site: repeated on 11 of 12 pages, model: 0.4")
    'site: repeated on pages, model'
    """
    if reason.startswith("rule "):
        match = _PATTERN.match(reason)
        return match["rule"] if match else reason
    same = _REPEATED.sub("repeated on pages", _SCORE.sub(r"\g<by>", reason))
    return _ITEM.sub("an item", _QUOTED.sub('"…"', same))


def score_in(reason: str) -> float | None:
    """Return the score with which the model decided a line, or None if something else did.

    >>> score_in("model: 0.25"), score_in("model with trafilatura: 0.5, within the text")
    (0.25, 0.5)
    >>> score_in("context: teasers, model: 0.1") is None
    True
    """
    match = _SCORE.match(reason)
    return float(match["score"]) if match else None


def unmatched_rules(rules: RuleSet, decided: Iterable[str]) -> list[str]:
    """Return the rules that decided no line, as the audit would name them."""
    matched = set(decided)
    tables = (rules.whole, rules.parts, rules.starts, rules.heads)
    named = [rule.reason("") for table in tables for rule in table.values()]
    named += [
        f"rule {rule.label}/{rule.language}: pattern {rule.number}" for rule in rules.patterns
    ]
    return sorted({name for name in named if name not in matched})
