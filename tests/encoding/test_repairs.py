"""What fix-encoding changes in a line, and what it must leave alone. Synthetic cases."""

import random
import textwrap

import pytest

from pipeline.document import Line
from pipeline.encoding import FixEncoding, _fixers, repair_line
from pipeline.encoding.characters import whole_change
from pipeline.encoding.cuts import find_continued

FIXERS = _fixers(FixEncoding())


def repaired(text: str) -> str:
    return repair_line(Line(1, text), FIXERS)[0].text


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("El niÃ±o volviÃ³", "El niño volvió"),
        ("â€œHalloâ€\x9d, sagte er", "“Hallo”, sagte er"),
        ("doppelt: fÃƒÂ¼r", "doppelt: für"),
        ("15\N{NO-BREAK SPACE}km", "15 km"),
        ("la\N{NARROW NO-BREAK SPACE}: oui", "la : oui"),
        ("har\N{SOFT HYPHEN}bour", "harbour"),
        ("one\N{ZERO WIDTH SPACE}two", "onetwo"),
        ("\N{ZERO WIDTH NO-BREAK SPACE}start", "start"),
        ("page\x0cbreak\x07", "page break"),
        ("Evo´s", "Evo's"),
        ("they don´t, we´ll, I´ve, you´re, I´d, I´m", "they don't, we'll, I've, you're, I'd, I'm"),
        ("the miners´ union", "the miners' union"),
        ("l´eau d´Orange, qu´il, O´Brien", "l'eau d'Orange, qu'il, O'Brien"),
        ("don`t", "don't"),
        ("see the [law](#), [pier]() and [quay](#top)", "see the law, pier and quay"),
        ("Fish &amp; chips &#8211; caf&eacute;", "Fish & chips – café"),
        ("&amp;eacute;", "é"),
        ("cafe\N{COMBINING ACUTE ACCENT}", "café"),
    ],
)
def test_repairs(before, after):
    assert repaired(before) == after


@pytest.mark.parametrize(
    "text",
    [
        "El niño volvió, “dijo” «Ángel» – ¿no?",
        "Ünïcödé ÀÉÎÕÜ and ß, œ, ﬁ ligatures, ２ wide",
        "東京\N{IDEOGRAPHIC SPACE}港、「はい」と言った。",
        "می\N{ZERO WIDTH NON-JOINER}خواهم",
        "👩\N{ZERO WIDTH JOINER}🔬 works",
        "ភាសា\N{ZERO WIDTH SPACE}ខ្មែរ",
        "ប្រើ LibreOffice\N{ZERO WIDTH SPACE}ដើម្បី",
        "ภาษา\N{ZERO WIDTH SPACE}ไทย",
        "ශ්\N{ZERO WIDTH JOINER}රී ලංකාව",
        "a\ttab stays",
        "´quoted words´ stay, and so does ´this one´",
        "``TeX quotes'' stay",
        "`code` and `more code`",
        "caf´e and Bogot´a are no apostrophes",
        "the [law](https://law.example/a), [1], f(x), a[0](b)",
        "AT&T, R&D, Q&A; fish&chips;",
        "write &lt;b&gt; in <code>",
        "מחיר\N{LEFT-TO-RIGHT MARK}: 12",
        "2 < 3 > 1",
    ],
)
def test_leaves_alone(text):
    assert repaired(text) == text


@pytest.mark.xfail(reason="ftfy reads “Ã” before a space as the start of “à”", strict=True)
def test_known_failure_of_mojibake_repair():
    assert repaired("Â is a letter, Ã too") == "Â is a letter, Ã too"


def test_plain_line_is_the_same_object():
    line = Line(1, "A plain line, with nothing to do.")

    assert repair_line(line, FIXERS)[0] is line


@pytest.mark.parametrize("character", [chr(code) for code in range(0x20, 0x7F)])
def test_gate_for_plain_lines_skips_nothing_that_a_fixer_changes(character):
    texts = [f"a{character}b", f"don{character}t", f"[a](#{character}", f"&{character}amp; x"]

    for text in texts:
        by_all = text
        for fixer in FIXERS:
            for change in reversed(list(fixer(by_all))):
                end = change.start + len(change.before)
                by_all = by_all[: change.start] + change.after + by_all[end:]
        assert (repaired(text) == text) == (by_all == text)


def continued(text: str) -> list[int]:
    lines = [Line(at, line) for at, line in enumerate(text.split("\n"), start=1)]
    return sorted(find_continued(lines))


WRAPPED = """\
The committee met on Tuesday in the old schoolhouse, and by the time the
lamps were lit there was agreement on the path, on the hedge and on the
price of the water, which is to stay as it was. Nobody spoke against it,
which has not happened since the year of the flood, as the older of you
will remember.

  * The hose will be mended before the end of the month, and whoever has
    the key is asked to bring it back to the hut.
  * Nothing else.

Yours,
Maud Ferriby
Secretary
"""


def test_hard_wrapped_lines_are_joined_and_short_ones_are_not():
    assert continued(WRAPPED) == [2, 3, 4, 5, 8]


@pytest.mark.parametrize(
    "text",
    [
        "One line that ends in a word and has many more words\n\nAnother begins in upper case",
        "One line that ends in a full stop and has more words.\n\nand another in lower case below",
        "short line ends\n\nand goes on in lower case here",
        "One line that ends in a colon and has many more words:\n\nthe list that it opens",
        "• one point of a list that has no full stop at its end\n• and another point of the list",
        "Rose red, rose white,\nthe lamp is lit,\nthe moon is bright\nand so is it",
        "1 litre of stock\n2 leeks\na bay leaf\nsalt and pepper",
    ],
)
def test_lines_that_must_not_be_joined(text):
    assert continued(text) == []


def test_sentence_cut_by_a_page_break_is_joined():
    text = "They had come from all the villages around the\n\nharbour, and stayed until night."

    assert continued(text) == [3]


class TestHardWraps:
    TEXT = (
        "The boats came back late on Friday, and nobody had waited for them on the quay that "
        "night, since the lamp at the end of the pier was out for the first time in forty years."
    )

    def continued(self, texts):
        lines = [Line(at, text) for at, text in enumerate(texts, start=1)]
        return [texts[number - 1] for number in sorted(find_continued(lines))]

    def test_are_found_among_many_short_lines_without_empty_ones(self):
        wrapped = textwrap.wrap(self.TEXT, 72)
        menu = ["Home", "News", "Sport", "Weather", "Contact us"]
        page = [*menu, "A title", *wrapped, "12 May 2020", "Another title", *wrapped, *menu]

        assert self.continued(page) == wrapped[1:] * 2

    def test_what_is_indented_further_begins_something_else(self):
        wrapped = textwrap.wrap(self.TEXT, 72)
        full = "It was the keeper, who had been told to save his oil for that winter ex"

        assert len(full) > 65
        assert self.continued([*wrapped, *wrapped, full, "    Another line"]) == wrapped[1:] * 2

    def test_points_go_on_below_their_text(self):
        point = textwrap.wrap(self.TEXT, 72, initial_indent="* ", subsequent_indent="  ")

        assert self.continued(point * 2) == point[1:] * 2

    def test_nothing_goes_on_below_an_excerpt_that_is_cut(self):
        wrapped = textwrap.wrap(self.TEXT, 72)
        cut = "It was the keeper, who had been told to save his oil for that winter…"

        assert self.continued([*wrapped, *wrapped, cut, "Another one"]) == wrapped[1:] * 2

    def test_rows_with_columns_stay(self):
        wrapped = textwrap.wrap(self.TEXT, 72)
        row = "Monday       the keeper of the lamp       the whole of the afternoon  ok"

        assert self.continued([*wrapped, *wrapped, row, row]) == wrapped[1:] * 2

    @pytest.mark.parametrize(
        "longer",
        [
            "From: The Letter of the Keepers of the Lamp <lamp-letter@pier.example>",
            "You receive this letter as you are a friend of the lamp; write to the keeper to leave",
            "Read more of it here: " + "https://pier.example/lamp/" + "a" * 200,
        ],
    )
    def test_a_few_lines_may_be_longer(self, longer):
        wrapped = textwrap.wrap(self.TEXT, 62)

        assert self.continued([longer, "To: all", *wrapped, *wrapped]) == wrapped[1:] * 2
        assert self.continued([*wrapped, "", *wrapped, "", longer, "", longer]) == wrapped[1:] * 2

    def test_three_longer_lines_of_few_are_a_page_that_is_not_wrapped(self):
        wrapped = textwrap.wrap(self.TEXT.title(), 62)
        longer = (
            "You receive this letter as you are a friend of the lamp, and of the pier it stands on"
        )
        foot = ["", longer, "", longer, "", longer]

        assert self.continued([*wrapped, "", *wrapped, *foot]) == []
        assert self.continued([*[*wrapped, ""] * 40, *foot]) == wrapped[1:] * 40

    def test_lines_a_little_longer_than_most_are_full_but_for_fields(self):
        wrapped = [*textwrap.wrap(self.TEXT.title(), 62), ""]
        longer = "It was the keeper, who had been told to save oil for the winter !"

        assert (len(wrapped[0]), len(longer)) == (61, 65)
        assert self.continued([*wrapped * 3, longer, "And he did."])[-1] == "And he did."
        assert self.continued([*wrapped * 3, longer, "To: all"]) == wrapped[1:-1] * 3
        assert self.continued([*wrapped * 3, f"{longer} ", "To: all"]) == wrapped[1:-1] * 3
        assert self.continued([*wrapped * 3, f"{longer}!!", "And he did."]) == wrapped[1:-1] * 3

    def test_of_two_widths_the_one_that_most_keep_to_is_taken(self):
        narrow, wide = (textwrap.wrap(self.TEXT.title(), width) for width in (60, 72))

        assert self.continued([*[*wide, ""] * 3, *narrow]) == wide[1:] * 3

    def test_lines_of_all_lengths_are_not_wrapped(self):
        texts = [f"A {'longer ' * count}line ends here." for count in range(1, 11)]

        assert self.continued(texts) == []


@pytest.mark.parametrize("seed", range(10))
def test_a_change_has_nothing_of_what_both_texts_begin_and_end_with(seed):
    draw = random.Random(seed)
    for _ in range(300):
        begin, before, after, end = (
            "".join(draw.choice("ab") for _ in range(draw.choice((0, 1, 2, 3, 40, 300))))
            for _ in range(4)
        )
        one, other = begin + before + end, begin + after + end
        change = whole_change("space", one, other)
        rest = one[change.start + len(change.before) :]

        assert one[: change.start] + change.after + rest == other
        assert len(change.before) <= len(before)
        if change.before and change.after:
            assert change.before[0] != change.after[0]
            assert change.before[-1] != change.after[-1]
