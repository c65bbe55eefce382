"""What stands around the records of a page: rows to other pages, headings, what articles have."""

import numpy as np
import pytest

from pipeline.blocks import page_blocks
from pipeline.digests.around import (
    ALONE,
    HEADING,
    MAX_WORDS,
    PAGER,
    WEAK_HEADING,
    around_columns,
    hints_at,
    hints_of,
    load_phrases,
)
from pipeline.digests.finding import Bounds, Finder
from pipeline.document import Line
from pipeline.plan import brought_configs
from pipeline.vocabulary import load_vocabulary


def hints(*texts: str) -> list[int]:
    return hints_of([block for text in texts for block in page_blocks([Line(1, text)])])


@pytest.mark.parametrize(
    "text",
    [
        "« Older posts",
        "← Older posts Newer posts →",
        "« Newer Older »",
        "Load more",
        "Page 3 of 14",
        "« 1 2 3 … 10 Next »",
        "Previous 1 … 17 18 19 20 21 … 928 Next",
        "1 … 26 27 28 … 36",
        "123...91Next Page 1 of 91",
        "1 2 Next »",
        "Ältere Beiträge",
        "Страница 4 из 12",
        "Página 7 de 76 « Primera ... 10 20 »",
        "次のページ",
        "上一页 1 2 3 下一页",
    ],
)
def test_a_row_leads_to_other_pages_of_a_listing(text):
    assert hints(text) == [PAGER]


@pytest.mark.parametrize(
    "text",
    [
        "Next",
        "Next: the ferry returns",
        "Older posts about the harbour wall and its three keepers, in the order in which they came",
        "More",
        "Older",
        "12",
        "Page 12",
        "Chapters 1 2 3",
        "2019 2017 2015",
        "2 5 9",
        "3 of 10",
        "",
        "…",
    ],
)
def test_other_short_lines_lead_nowhere(text):
    assert not any(hint & PAGER for hint in hints(text))


def test_numbers_of_pages_may_stand_each_on_its_own():
    assert hints("1", "2", "3", "4") == [0, 0, PAGER, PAGER]
    assert hints("1", "2", "A word", "3") == [0, 0, 0, 0]
    assert hints("3.", "2.", "1.") == [0, 0, 0]
    assert hints("• 1", "• 2", "• 3")[-1] == PAGER


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        ("Category: Harbour", HEADING),
        ("Tag Archives: ferries", HEADING),
        ("Posts tagged “ferries”", HEADING),
        ("Monthly Archives: May 2022", HEADING),
        ("Boat Archives", HEADING),
        ("Kategorie: Hafen", HEADING),
        ("Архив за май", HEADING),
        ("港の記事一覧", HEADING),
        ("# Category: Harbour", HEADING),
        ("## Posts tagged ferries", HEADING),
        ("Blog", WEAK_HEADING),
        ("Industry News", WEAK_HEADING),
        ("Latest news", WEAK_HEADING),
        ("Neueste Beiträge", WEAK_HEADING),
        ("• Blog", 0),
        ("• Category: Harbour", 0),
        ("Category:", 0),
        ("The harbour and its news", 0),
        ("Archives", 0),
        ("Harbour: what the archives hold", 0),
    ],
)
def test_headings_of_listings(text, kind):
    assert hints(text) == [kind]


def test_what_stands_beside_one_article_has_a_bit_for_each_kind():
    found = hints("Leave a Reply", "Previous post: The quay", "Related articles", "• Read next")
    reply, beside, related, read_next = found
    assert len({reply, beside, related}) == 3
    assert min(found) >= ALONE
    assert related == read_next
    assert hints("Relatedness of the boats") == [0]


def test_long_blocks_are_not_looked_at():
    assert hints("Leave a reply " + "word " * (MAX_WORDS - 3)) != [0]
    assert hints("Leave a reply " + "word " * MAX_WORDS) == [0]


def test_hints_of_blocks_that_are_not_seen_go_to_the_one_above():
    assert hints_at([0, 2], [0, PAGER, 0, 0, HEADING]).tolist() == [PAGER, HEADING]
    assert hints_at([0, 2], [0, 0, PAGER]).tolist() == [0, PAGER]
    assert hints_at([2], [HEADING, 0, 0]).tolist() == [HEADING]


def seen(page: dict[int, int], titles: list[int]) -> list[int]:
    """The columns of a page of fifty blocks."""
    hints = np.zeros(50, np.int64)
    for at, hint in page.items():
        hints[at] = hint
    return around_columns(hints, np.array(titles))[:, 0].tolist()


def test_a_pager_says_most_below_the_last_title():
    assert seen({}, [10, 20, 30]) == [0, 0, 0, 0]
    assert seen({31: PAGER}, [10, 20, 30]) == [2, 0, 0, 0]
    assert seen({30: PAGER}, [10, 20, 30]) == [2, 0, 0, 0]
    assert seen({5: PAGER}, [10, 20, 30]) == [1, 0, 0, 0]
    assert seen({25: PAGER}, [10, 20, 30]) == [1, 0, 0, 0]


def test_a_heading_counts_above_the_first_title_alone():
    assert seen({38: HEADING}, [40, 45]) == [0, 2, 0, 0]
    assert seen({40: HEADING}, [40, 45]) == [0, 2, 0, 0]
    assert seen({34: HEADING}, [40, 45]) == [0, 2, 0, 0]
    assert seen({33: HEADING}, [40, 45]) == [0, 1, 0, 0]
    assert seen({12: HEADING}, [40, 45]) == [0, 1, 0, 0]
    assert seen({12: HEADING, 39: HEADING}, [40, 45]) == [0, 2, 0, 0]
    assert seen({9: HEADING}, [40, 45]) == [0, 0, 0, 0]
    assert seen({41: HEADING}, [40, 45]) == [0, 0, 0, 0]
    assert seen({36: WEAK_HEADING}, [40, 45]) == [0, 0, 1, 0]
    assert seen({35: WEAK_HEADING}, [40, 45]) == [0, 0, 0, 0]


def test_kinds_beside_an_article_are_counted_once_each():
    assert seen({2: ALONE, 30: ALONE, 40: 2 * ALONE}, [10, 20]) == [0, 0, 0, 2]


def test_a_row_that_is_removed_by_a_rule_tells_all_the_same():
    class Splitter:
        def scores(self, outline):
            self.outline = outline

    splitter = Splitter()
    vocabulary = load_vocabulary(brought_configs() / "languages")
    lines = [Line(1, "The quay"), Line(3, "Older posts", "navigation", "rule navigation/en: line")]
    Finder((splitter, splitter), Bounds(0.3, 0.2, 0.3, 0.3), vocabulary).find(page_blocks(lines))

    assert splitter.outline.folded == ("the quay",)
    assert splitter.outline.hints.tolist() == [PAGER]


def test_every_language_has_its_phrases():
    languages = {path.stem for path in (brought_configs() / "languages").glob("*.yaml")}
    phrases = load_phrases()
    assert len(languages) == 32
    assert len(phrases.pager) > 10 * len(languages)
    assert len({kind for kind in phrases.begins.values() if kind >= ALONE}) == 6
    assert all(phrases.begins), "an empty phrase begins every line"
    assert all(each.strip() for each in phrases.ends)
    assert "" not in phrases.pager | phrases.headings | phrases.names | phrases.turns
