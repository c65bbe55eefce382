"""Links to the articles before and after."""

import pytest

import pipeline
from pipeline.blocks import page_blocks
from pipeline.boilerplate.turning import decide_turning
from pipeline.document import Line
from tests.margin_cases import PROSE


def turned(*rows: str) -> list[int]:
    blocks = page_blocks([Line(2 * at, text) for at, text in enumerate(rows, 1)])
    found = decide_turning(blocks)
    assert {each.label for each in found.values()} <= {"navigation"}
    return sorted(found)


@pytest.mark.parametrize(
    "pair",
    [
        ("Previous: The lamp", "Next: The nets"),
        ("• Next: The nets", "• Previous: The lamp"),
        ("Previous post: The lamp", "Next post: The nets"),
        ("← Previous → The lamp", "Next » The nets →"),
        ("Previous blog post: The lamp", "Next blog post: The nets"),
        ("Older – The lamp", "Newer – The nets"),
        ("Vorheriger Beitrag: Die Lampe", "Nächster Beitrag: Die Netze"),
        ("Article précédent: x", "Précédent : La lampe", "Suivant : Les filets"),
        ("Anterior: La lámpara", "Siguiente: Las redes"),
        ("上一篇：港口的灯", "下一篇：渔网"),
        ("Предыдущая запись: Лампа", "Следующая запись: Сети"),
    ],
)
def test_two_lines_that_name_the_article_before_and_the_next(pair):
    last = len(pair)
    assert turned("The quay", *pair, "The lamp") == [last - 1, last]


@pytest.mark.parametrize(
    "rows",
    [
        ("Next: what the mayor said.", "The boats came late."),
        ("Next: the lamp", "Next: the nets"),
        ("Previous: The lamp", "The boats", "Next: The nets"),
        ("Previous mayors had no say.", "Next came the nets."),
        ("Previous", "Next"),
        ("The previous: a lamp", "A next: the nets"),
        ("Previous song: two taps at the left", "Next song: two taps at the right"),
        ("Previous: " + "a lamp and " * 12, "Next: The nets"),
    ],
)
def test_what_is_no_such_pair(rows):
    assert not turned(*rows)


def test_lines_with_a_label_keep_it():
    lines = [Line(2, "Previous: The lamp", label="content"), Line(4, "Next: The nets")]
    assert not decide_turning(page_blocks(lines))


def test_the_pair_is_no_text_of_the_article_above():
    rows = ["The tower clock", *PROSE, "Previous: The lamp is lit", "Next: Nets nobody claims"]
    page = pipeline.clean("\n\n".join(rows), html=False)
    reasons = {line.text: line.reason for line in page.lines if line.text in rows[-2:]}
    assert set(reasons.values()) == {"shape: the articles before and after"}
    assert PROSE[-1] in page.text
