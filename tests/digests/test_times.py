"""Titles that begin with times: a ticker is taken apart, a programme stays whole. All synthetic."""

import pytest

from pipeline.api import clean
from pipeline.blocks import page_blocks
from pipeline.digests.doubts import speaks_against
from pipeline.digests.records import Record
from pipeline.digests.regular import regular_records
from pipeline.digests.times import is_programme, is_ticker, time_of, with_headlines
from pipeline.document import Line
from pipeline.plan import brought_configs
from pipeline.vocabulary import load_vocabulary
from tests.digests.test_split import TITLES
from tests.margin_cases import PROSE

VOCABULARY = load_vocabulary(brought_configs() / "languages")
FALLING = ("18:07", "17:52", "17:20", "16:01", "0:15", "23:48")
BY_THE_MINUTE = ("16:01", "17:20", "17:52", "18:07", "18:09", "18:31")
OF_A_DAY = ("9.00", "10.30", "11.15", "1.00", "2.45", "4.00")
BY_THE_CLOCK = ("9:00", "10:30", "11:15", "13:00", "14:45", "16:00")


def blocks_of(times, titles=TITLES, date=""):
    entries = zip(times, titles, PROSE, strict=True)
    texts = [
        each for time, title, text in entries for each in (f"{time} {title}", date, text) if each
    ]
    return page_blocks([Line(2 * at, text) for at, text in enumerate(texts)])


def titles_of(blocks, step=2):
    return blocks[::step]


@pytest.mark.parametrize("times", [FALLING, BY_THE_MINUTE])
def test_entries_of_a_ticker_are_items(times):
    blocks = blocks_of(times)

    assert is_ticker(titles_of(blocks))
    assert [record.title for record in regular_records(blocks, VOCABULARY)] == [0, 2, 4, 6, 8, 10]


def test_short_headlines_of_a_ticker_do_too():
    blocks = blocks_of(FALLING, ("Rain", "Wind", "Calm", "Fog", "Hail", "Snow"))

    assert [record.title for record in regular_records(blocks, VOCABULARY)] == [0, 2, 4, 6, 8, 10]


def test_few_entries_are_no_ticker():
    assert regular_records(blocks_of(FALLING)[:6], VOCABULARY) == ()


def test_a_time_without_text_makes_no_ticker():
    blocks = blocks_of(FALLING, ("Rain", "Wind", "Calm", "Fog", "Hail", "Snow"))

    assert regular_records(page_blocks([block.lines[0] for block in blocks][:-1]), VOCABULARY) == ()


@pytest.mark.parametrize("times", [OF_A_DAY, BY_THE_CLOCK])
def test_round_times_that_rise_are_a_programme(times):
    blocks = blocks_of(times)

    assert is_programme(titles_of(blocks))
    assert not is_ticker(titles_of(blocks))
    assert regular_records(blocks, VOCABULARY) == ()
    assert doubted(blocks, 2)


def test_a_programme_of_several_dates_is_a_listing():
    blocks = blocks_of(OF_A_DAY, date="4 May 2020")

    assert is_programme(titles_of(blocks, 3))
    assert not doubted(blocks, 3)


def test_a_ticker_is_not_doubted():
    assert not doubted(blocks_of(FALLING), 2)


def doubted(blocks, step):
    records = [
        Record(at, tuple(range(at, at + step)), frozenset({at + step - 1}))
        for at in range(0, len(blocks), step)
    ]
    return speaks_against(blocks, records, VOCABULARY)


def test_few_times_among_other_titles_say_nothing():
    blocks = blocks_of(("9.00", "10.00", "11.00", "A", "B", "C"))

    assert not is_programme(titles_of(blocks))
    assert not is_ticker(titles_of(blocks))


@pytest.mark.parametrize(
    "text", ["25:10 late", "9.75 a dozen", "12 boats", "1.20.3 is out", "x 9.30"]
)
def test_other_numbers_are_no_times(text):
    assert time_of(text) is None


@pytest.mark.parametrize("time", ["9.00", "9:00"])
def test_the_same_time_again_and_again_is_no_ticker(time):
    assert not is_ticker(titles_of(blocks_of((time,) * 6)))


@pytest.mark.parametrize(
    ("times", "is_one"),
    [
        (("4.10", "4.11", "4.12", "4.13", "4.14", "4.17"), False),
        (("2.41", "2.40", "2.38", "2.36", "2.12", "2.11"), True),
    ],
)
def test_numbers_of_sections_rise_and_are_no_times(times, is_one):
    blocks = blocks_of(times)

    assert is_ticker(titles_of(blocks)) is is_one
    assert bool(regular_records(blocks_of(times, ("Oars",) * 6), VOCABULARY)) is is_one


def test_a_title_without_time_makes_no_ticker():
    blocks = blocks_of((*FALLING[:5], "Late:"))

    assert not is_ticker(titles_of(blocks))


def test_paragraphs_that_begin_with_times_are_no_titles():
    entries = [("At the quay", f"{time} {text}") for time, text in zip(FALLING, PROSE, strict=True)]
    texts = [text for entry in entries for text in entry]
    blocks = page_blocks([Line(2 * at, text) for at, text in enumerate(texts)])

    assert regular_records(blocks, VOCABULARY) == ()


def ticker(*, headed=6, text=True):
    lines = []
    for at, time in enumerate(FALLING):
        lines += [time, TITLES[at] if at < headed else PROSE[at], *([PROSE[at]] if text else [])]
    blocks = page_blocks([Line(2 * at, line) for at, line in enumerate(lines)])
    step = 3 if text else 2
    records = tuple(
        Record(at, tuple(range(at, at + step)), frozenset(range(at + 1, at + step)))
        for at in range(0, len(blocks), step)
    )
    return blocks, records


def test_headlines_below_times_are_the_titles():
    blocks, records = ticker(headed=5)
    found = with_headlines(blocks, records)

    assert [blocks[record.title].text for record in found] == [*TITLES[:5], FALLING[5]]
    assert [sorted(record.texts) for record in found][:2] == [[2], [5]]
    assert [record.members for record in found] == [record.members for record in records]


@pytest.mark.parametrize(
    ("blocks", "records"), [ticker(headed=4), ticker(headed=0), ticker(text=False)]
)
def test_entries_without_headlines_keep_their_times(blocks, records):
    assert with_headlines(blocks, records) == records


def test_titles_with_words_are_no_times():
    blocks = blocks_of(FALLING)
    records = tuple(Record(at, (at, at + 1), frozenset({at + 1})) for at in range(0, 12, 2))

    assert with_headlines(blocks, records) == records


def test_entries_of_a_ticker_in_html_have_their_headlines():
    entries = "".join(
        f"<div><time>{time}</time><h3>{title}</h3><p>{text}</p></div>"
        for time, title, text in zip(FALLING, TITLES, PROSE, strict=True)
    )
    page = clean(f"<main><h1>The storm, hour by hour</h1>{entries}</main>", html=True)

    assert [item.title for item in page.items if item.item] == list(TITLES)
