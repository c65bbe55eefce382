"""Word-F1 as WCXB defines it."""

import re
from collections import Counter

WORD = re.compile(r"\w+")


def word_scores(gold: str, output: str) -> tuple[float, float, float]:
    """Return F1, precision and recall of the words of an output."""
    wanted = Counter(WORD.findall(gold.lower()))
    given = Counter(WORD.findall(output.lower()))
    if not wanted:
        return (0.0, 0.0, 0.0) if given else (1.0, 1.0, 1.0)
    shared = sum((wanted & given).values())
    precision = shared / sum(given.values()) if given else 0.0
    recall = shared / sum(wanted.values())
    both = precision + recall
    return (2 * precision * recall / both if both else 0.0), precision, recall
