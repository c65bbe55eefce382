"""What is done for all lines of a page at once, or left out after a glance, changes nothing.

Texts are synthetic: pieces that folding, counting and bylines treat specially, in any order.
"""

import re
import unicodedata

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from pipeline import bylines, folding
from pipeline.bylines import find_author
from pipeline.folding import fold, fold_each
from pipeline.shapes import WORD, count_words, is_copyright_notice
from pipeline.vocabulary import load_vocabulary
from tests.conftest import CORPUS_FILE

VOCABULARY = load_vocabulary(CORPUS_FILE.parent / "languages")
PIECES = (
    *("Añez’s", "by", "By", "Ana", "Ruiz", "Σ", "\N{MATHEMATICAL BOLD CAPITAL SIGMA}", "東京"),
    *("12", "2020", "²", "#", "_", "__", "-", "’", "'", ":", ".", "|", "•", " ", " ", " ", "\n"),
    *("©", "(c)", "(C)", "copyright", "Copyright", "\N{COMBINING ACUTE ACCENT}", "ﬁ", "´"),
    *("\N{NO-BREAK SPACE}", "e\N{COMBINING ACUTE ACCENT}", "İ", "ß", "por", "von", "written"),
)
TEXTS = st.lists(st.one_of(st.sampled_from(PIECES), st.text(max_size=3)), max_size=9).map("".join)
LINES = st.lists(TEXTS, max_size=5)
COPYRIGHT = re.compile(r"(?:\bcopyright\s*)?(?:©|\(c\)(?=\s))(?:\s*copyright\b)?", re.IGNORECASE)
NOTICE = re.compile(
    r"(?:[^©]{0,30}?\W)?©|\W*\(c\)\s*\d{4}|\W*copyright\s*(?:©|\(c\)|\d{4})", re.IGNORECASE
)


def folded_alone(text):
    """Return a text folded step by step, as the docstring of `fold` says."""
    text = COPYRIGHT.sub(" copyright ", text)
    if not text.isascii():
        text = unicodedata.normalize("NFKD", text.casefold())
        text = "".join(each for each in text if not unicodedata.combining(each))
    words = re.sub(r"[^\w#]+|_+", " ", re.sub(r"\d+", "#", text))
    return words.lower().split()  # at last: a sigma is a final one by the letters around it


@example(lines=["Añez’s’𝚺"])
@given(lines=LINES)
def test_lines_fold_together_as_they_do_alone(lines):
    assert [each.split() for each in fold_each(lines)] == [folded_alone(line) for line in lines]
    assert fold_each(lines) == [fold(line) for line in lines]


@given(lines=LINES)
def test_many_signs_fold_as_few_do(lines):
    few = fold_each(lines)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(folding, "MAX_SIGNS", 0)

        assert fold_each(lines) == few


def test_signs_between_words_fold_to_one_space():
    assert fold("one _ two -- __three__") == "one two three"


@given(text=st.text(alphabet="ab c\t-'_1", max_size=12))
def test_plain_words_are_counted_as_all_words_are(text):
    assert count_words(text) == len(WORD.findall(text))


@given(text=TEXTS)
def test_notice_is_found_where_one_expression_finds_it(text):
    assert is_copyright_notice(text) == bool(NOTICE.match(text))


@pytest.mark.parametrize("lead", ["", "• ", "__ ", "(", "“", "- ", "_", "1 ", "© "])
def test_every_byline_word_is_let_through(lead):
    lines = [f"{lead}{phrase} Ana Ruiz" for phrase in sorted(VOCABULARY.byline)]
    found = [find_author(line, VOCABULARY) for line in lines]
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(bylines, "_may_begin_byline", lambda *_: True)

        assert [find_author(line, VOCABULARY) for line in lines] == found


@given(text=TEXTS)
def test_author_is_found_where_every_first_word_is_let_through(text):
    found = find_author(text, VOCABULARY)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(bylines, "_may_begin_byline", lambda *_: True)

        assert find_author(text, VOCABULARY) == found


@pytest.mark.parametrize(
    "name",
    [
        "Sue Malone",  # “sue” is Italian,
        "Ben Ali",
        "Mo Siddiqui",  # “Mo” a Monday in German,
        "Sam Hunt",
        "Tom Day",  # “day” stands in “a day ago”,
        "Herbert Read",
        "Will Smith",  # “will” is a word of English itself
        "Theresa May",
        "David C. Korten",
        "Loïc Le Clerc",
    ],
)
def test_names_that_are_words_of_other_languages_are_names(name):
    assert find_author(f"By {name}", VOCABULARY) == name
    assert find_author(f"Written by {name} | 12 May 2020", VOCABULARY) == name


@pytest.mark.parametrize(
    "text",
    [
        "By The Numbers",
        "By No Means",
        "By Monday Evening",
        "Text PDF",
        "By Monday",
        "Di Dienstag - 14.30",
        "Text Me Retailer Information",
        "By Will",
    ],
)
def test_what_is_no_name_in_its_own_language_is_none(text):
    assert find_author(text, VOCABULARY) == ""


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("By Ana Ruiz Monday 12 May", "Ana Ruiz"),
        ("By Ana Updated 12 May", "Ana"),
        ("By Ana Day 12", "Ana"),
        ("By Ana Ruiz Jueves", "Ana Ruiz"),
        ("Par Loïc Le Clerc", "Loïc Le Clerc"),
        ("Por Ana Ruiz Jueves 12 mayo", "Ana Ruiz"),
        ("By Robert Day on March 26, 2020", "Robert Day"),
    ],
)
def test_a_date_behind_a_name_is_cut_off(text, name):
    assert find_author(text, VOCABULARY) == name
