"""What speaks against taking a page of plain text apart."""

import pytest

from pipeline.blocks import page_blocks
from pipeline.digests.doubts import lead_somewhere, speaks_against
from pipeline.digests.records import Record
from pipeline.digests.threads import is_thread
from pipeline.document import Line, Markup
from pipeline.plan import brought_configs
from pipeline.vocabulary import load_vocabulary
from tests.margin_cases import PROSE

VOCABULARY = load_vocabulary(brought_configs() / "languages")
TITLES = ("What we keep", "Why we keep it", "Who may see it", "How to write to us")
POINT = "• the ferry to the pier and back"
ROW = "1 lamp    0.4 pints    36 hours"
CODE = "$ lamp --oil 4"


def are_doubted(*items: tuple[str, ...], element: str = "", link: str = "/boats") -> bool:
    """Tell whether items are no digest's: of each the title, lines in between, and the text."""
    records, texts = [], []
    for item in items:
        first = len(texts)
        texts += item
        records.append(Record(first, tuple(range(first, len(texts))), frozenset({len(texts) - 1})))
    markup = Markup(element, "", 0.0, link=link) if element else None
    lines = [Line(2 * at, text, markup=markup) for at, text in enumerate(texts)]
    return speaks_against(page_blocks(lines), records, VOCABULARY)


def is_doubted(
    *titles: str, below: tuple[str, ...] = (), date: str = "", element: str = ""
) -> bool:
    """Tell whether records with these titles, each with a paragraph, are no digest's.

    Between them stands the date, or each title's own line of `below`.
    """
    between = below or (date,) * len(titles)
    items = [
        (title, *([line] if line else []), PROSE[at % len(PROSE)])
        for at, (title, line) in enumerate(zip(titles, between, strict=True))
    ]
    return are_doubted(*items, element=element)


@pytest.mark.parametrize(
    ("times", "link", "doubted"), [(14, "", True), (5, "", False), (14, "/boats", False)]
)
def test_an_article_above_teasers_has_most_of_the_text_and_no_link(times, link, doubted):
    article = ("What we keep there", " ".join([PROSE[0]] * times))
    teasers = zip(TITLES[1:], PROSE[1:], strict=False)

    assert are_doubted(article, *teasers, element="p", link=link) is doubted


@pytest.mark.parametrize("stray", [POINT, ROW, CODE])
def test_points_rows_and_code_are_no_titles_of_a_digest_without_dates(stray):
    assert not is_doubted(*TITLES)
    assert is_doubted(*TITLES, stray)
    assert not is_doubted(*TITLES, stray, date="12 May 2020")
    assert not is_doubted(*TITLES, stray, element="p")


def test_a_tenth_of_the_titles_may_be_stray():
    others = tuple(f"The lamp of quay {word}" for word in ("A", "B", "C", "D", "E"))

    assert is_doubted(*TITLES, *others[:4], POINT)
    assert not is_doubted(*TITLES, *others, POINT)


def test_points_that_are_most_of_the_titles_and_bars_are_not_stray():
    assert not is_doubted(*(f"• {title}" for title in TITLES[:2]), TITLES[2])
    assert not is_doubted(*TITLES, "by Maud Ferriby | 12 May | Lamps")


def test_a_title_may_have_code_in_it():
    assert not is_doubted(
        "Lamp::Oil 1.2", "Why lamp == oil?", "What burn() does", "A lamp = a coast"
    )


@pytest.mark.parametrize(
    ("titles", "doubted"),
    [
        (("Devlog 9", "Devlog 8", "Devlog 7", "Devlog 6"), False),
        (("Devlog 6", "Devlog 7", "Devlog 8", "Devlog 9"), True),
        (("Devlog 99", "Letters 78", "Devlog 98", "Letters 77"), False),
        (("The lamp",) * 4, True),
        (("Lamp of quay 3", *(("The lamp of quay",) * 3)), False),
        (("Lamp of quay 3", *(("The lamp of quay",) * 4)), True),
    ],
)
def test_issues_differ_by_a_number_that_falls(titles, doubted):
    assert is_doubted(*titles, element="h2") is doubted


@pytest.mark.parametrize(
    ("titles", "doubted"),
    [
        (("War Room", "Golden Cage", "The lamp of the quay", "Oil is dear again"), False),
        (("Ana Ruiz", "Maud Ferriby", "Piet Blom", "Oil is dear again"), True),
        (("Ana Ruiz", "Maud Ferriby", "Is oil dear?", "Oil is dear again"), True),
        (("Ana Ruiz", "Is oil dear?", "The lamp of the quay", "Oil is dear again"), False),
        (("Is oil dear?", "Who pays?", "And then?", "Oil is dear again"), True),
    ],
)
def test_names_and_questions_together_are_an_interview(titles, doubted):
    assert is_doubted(*titles, element="h2") is doubted


@pytest.mark.parametrize(
    ("below", "doubted"),
    [
        (("Re: the lamp",) * 4, True),
        (("The lamp",) * 4, False),
        (("Re: the lamp",) * 2 + ("", ""), False),
        (("2 May, 18:36 #1", "#2", "Posts: 4", "9 May | #3"), True),
        (("2 May, 18:36 #9", "#8", "Posts: 4", "9 May | #7"), False),
        (("#1", "", "", ""), False),
        (("#1", "", "", "#2"), True),
        (("lamp#1", "lamp#2", "lamp#3", "#4th"), False),
        (("#1st", "#2nd", "#3rd", "#4th"), False),
    ],
)
def test_replies_and_numbered_posts_are_a_thread(below, doubted):
    assert is_doubted(*TITLES, below=below, element="p") is doubted


def test_numbers_in_titles_or_texts_count_no_posts():
    issues = ("Lamps #1", "Oars #2", "Boats #3", "Piers #4")
    notes = [f"{text} The lamp was ordered as #{at}." for at, text in enumerate(PROSE[:4], 1)]

    assert not is_doubted(*issues, element="h2")
    items = zip(TITLES, notes, PROSE[:4], strict=True)
    assert not are_doubted(*items, element="p")


def test_one_number_counts_no_posts():
    assert not is_doubted(*TITLES[:2], below=("2 May, 18:36 #1", ""), element="p")


def test_sections_of_a_paper_are_no_items():
    others = ("Tides and the sills of quays", "The old quay and its lamp")
    assert is_doubted("Abstract", "Methods", *others, element="p")
    assert not is_doubted("Abstract", "The pier", *others, element="p")


@pytest.mark.parametrize("word", ["Chapter one", "Kapitel 2", "§ 3", "Part IV"])
def test_numbered_sections_are_no_items_in_words_either(word):
    titles = [f"{word}: the lamp of quay {letter}" for letter in "ABCD"]

    assert is_doubted(*titles)
    assert not is_doubted(*[title.partition(": ")[2] for title in titles])


def test_words_that_count_nothing_number_no_sections():
    titles = (
        "Part of the quay burned",
        "Step inside the shed",
        "Stage lights out",
        "Article ended",
    )

    assert not is_doubted(*titles)


def test_episodes_whose_numbers_fall_are_items():
    names = ("The lamp", "The old quay", "Tides and sills", "A boat for two")
    numbered = [f"{number}. {name}" for number, name in zip((47, 46, 45, 44), names, strict=True)]

    assert not is_doubted(*numbered)
    assert is_doubted(*reversed(numbered))


def test_those_who_work_somewhere_are_no_items():
    roles = ("Director of quays", "Editor in chief", "Secretary of state", "Reporter at large")

    assert is_doubted(*roles, below=("Lena Ford", "Jan Vos", "Ida Moor", "Olaf Rehn"))
    assert not is_doubted(*roles, below=("Harbour office, full time",) * 4)
    assert not is_doubted(*roles, date="12 May 2020")


def test_persons_with_their_age_are_no_items():
    assert is_doubted("Edna Rowe, 81", "Tom Pell, 79", "Ada Holm (90)", "Jan Vos, 77")


@pytest.mark.parametrize("line", ["Posts: 213", "Joined: May 2009", "Verified purchase"])
def test_posts_and_reviews_are_told_by_who_wrote_them(line):
    others = ("Lamps for the pier", "The old quay", "Tides and sills", "A boat for two")

    assert is_doubted(*others, below=(line, line, line, "12 May"), element="p")
    assert not is_doubted(*others, below=(line, "12 May", "13 May", "14 May"), element="p")


def leads(*records):
    """Tell whether records of HTML lead somewhere; lines that begin with `>` are links."""
    texts = [line for record in records for line in record]
    lines = [
        Line(at, text.lstrip(">"), markup=Markup("p", "", 0.0, link="/a" * text.startswith(">")))
        for at, text in enumerate(texts)
    ]
    size = len(records[0])
    known = [
        Record(at, tuple(range(at, at + size)), frozenset({at + size - 1}))
        for at in range(0, len(texts), size)
    ]
    return lead_somewhere(page_blocks(lines), known, VOCABULARY)


SECTIONS = ("What is kept in the shed", "Why it is kept there", "The key and its place", "Tides")


@pytest.mark.parametrize(
    ("record", "lead"),
    [
        (("{title}", "{text}"), False),
        (("{title}", ">{text}"), False),  # a link amid the text leads from it,
        (("{title}", ">Boats"), False),  # or is the text
        ((">{title}", "{text}"), True),
        (("{title}", ">Read more", "{text}"), True),
        (("{title}", "4 May 2020", "{text}"), True),
        (("18:07 {title}", "{text}"), True),
    ],
)
def test_items_of_html_lead_somewhere_or_have_a_date(record, lead):
    records = [
        tuple(line.format(title=title, text=text) for line in record)
        for title, text in zip(SECTIONS, PROSE, strict=False)
    ]

    assert leads(*records) is lead


def test_half_of_the_items_of_html_may_lead_nowhere():
    records = [
        (("", ">")[at % 2] + title, text)
        for at, (title, text) in enumerate(zip(SECTIONS, PROSE, strict=False))
    ]

    assert leads(*records)
    assert not leads(*records[:3])


def test_names_that_come_again_are_users_who_answer_each_other():
    users = ("bakerben", "Lotte V.", "crustopher", "bakerben", "Nan of Nine", "Lotte V.")
    assert is_doubted(*users, element="div")
    dated = ("12 May 2020",) * 6
    assert is_doubted(*users, below=dated, element="div")
    assert not is_doubted(*users[:3], *users[4:5], below=dated[:4], element="div")
    assert not is_doubted(*users[:4], below=dated[:4], element="div"), "it may be a column"
    long = tuple(f"{user} tells of the lamp" for user in users)
    assert not is_doubted(*long, element="div")


@pytest.mark.parametrize("rank", ["Member", "Senior member", "Moderator", "Mitglied"])
def test_posts_whose_writers_have_a_rank_are_a_thread(rank):
    titles = ("Lamps and oil", "Quay and tides", "Ferry to the pier", "Oars for the fair")
    assert is_doubted(*titles, below=(rank,) * 4, element="div")
    assert not is_doubted(*titles, below=(f"{rank} of the crew",) * 4, element="div")


def test_terms_without_dates_are_no_titles_of_a_digest():
    terms = ("Becket", "Belay", "Bitter end", "Bowline")
    assert is_doubted(*terms, element="h2")
    assert is_doubted(*terms)
    assert not is_doubted(*terms, below=("Posted on 3 March 2016 by Ana Ruiz",) * 4)
    assert not is_doubted("Devlog 9 of the quay", "Devlog 8 of the quay", "Letters", element="h2")
    assert not is_doubted("The old quay", "A new lamp", "Oars", "Wet nets dry", element="h2")


def test_running_text_is_no_title():
    assert is_doubted(*PROSE[:3], "The lamp of the quay", element="p")
    assert not is_doubted(*PROSE[:2], "The lamp of the quay", "Oars for the fair", element="p")


@pytest.mark.parametrize(
    ("own", "beside", "paragraphs", "doubted"),
    [
        (0.0, 0.0, 12, True),
        (0.0, 0.8, 12, True),
        (0.0, 0.81, 12, False),
        (1.0, 0.0, 4, False),
        (1.0, 0.0, 12, True),
    ],
)
def test_long_links_beside_the_items_are_no_text_of_the_page(own, beside, paragraphs, doubted):
    items = [line for at in range(4) for line in (TITLES[at], PROSE[at])]
    records = [Record(at, (at, at + 1), frozenset({at + 1})) for at in range(0, 8, 2)]
    texts = items + [PROSE[at % 6] for at in range(paragraphs)]
    markup = [Markup("p", "", density, link="/boats") for density in (own, beside)]
    lines = [Line(2 * at, text, markup=markup[at >= 8]) for at, text in enumerate(texts)]
    assert speaks_against(page_blocks(lines), records, VOCABULARY) == doubted


@pytest.mark.parametrize(
    ("element", "link", "doubted"), [("h1", "/1", False), ("h1", "", True), ("p", "/1", True)]
)
@pytest.mark.parametrize("words", ["", " They came back. Nobody waited. Nobody knew."])
def test_a_heading_with_a_link_is_a_title_though_it_be_a_sentence(element, link, doubted, words):
    items = [(f"{text}{words}", "12 May 2020", text) for text in PROSE[:4]]
    assert are_doubted(*items, element=element, link=link) == doubted


def test_names_of_several_and_what_they_are_are_no_titles():
    names = ("Ana Ruiz", "Bert Thorne and Maud Ferriby", "Lin Qiao, on behalf of the quay")
    assert is_doubted(*names, "The lamp of the old quay", element="p")
    assert not is_doubted(*names[:2], "The lamp of the quay", "Oars for the fair", element="p")
    assert not is_doubted(*(f"{name}, 1931–2024" for name in names), element="p")


def is_stamped(*stamps: str, title_first: bool = False) -> bool:
    """Tell whether records are posts: each a line of who and when, a title and a paragraph."""
    rows: list[str] = []
    records = []
    for at, stamp in enumerate(stamps):
        first, title = len(rows), f"What was seen of the quay {at}"
        rows += [title, stamp, PROSE[0]] if title_first else [stamp, title, PROSE[0]]
        members = (first, first + 1, first + 2)
        records.append(Record(first + (not title_first), members, frozenset({first + 2})))
    blocks = page_blocks([Line(2 * at, text) for at, text in enumerate(rows, 1)])
    return is_thread(blocks, records, VOCABULARY)


POSTS = (
    "Ana Ruiz May 12, 2020 at 11:36 am",
    "Nan of Nine May 12, 2020 at 1:02 pm",
    "Ana Ruiz May 12, 2020 at 1:40 pm",
    "bakerben May 14, 2020 at 8:00 am",
)


def test_who_wrote_and_when_stands_above_the_posts_of_a_thread_the_oldest_first():
    assert is_stamped(*POSTS)
    assert is_stamped(*POSTS[:2], POSTS[1], *POSTS[2:]), "two of the same minute"
    assert not is_stamped(*reversed(POSTS))
    assert not is_stamped(*POSTS[:3]), "too few"
    assert not is_stamped(*POSTS[:3], "May 14, 2020 at 8:00 am"), "too few with a name"
    told = (
        "Ana Ruiz told on May 14, 2020 at 8:00 am how the lamp of the quay had been lit by nobody"
    )
    assert not is_stamped(*POSTS[:3], told), "a sentence"
    assert not is_stamped(*POSTS, title_first=True)


def test_stamps_of_a_thread_are_of_several_persons_of_whom_one_writes_again():
    assert not is_stamped(*POSTS[:2], "Jan Vos May 12, 2020 at 1:40 pm", POSTS[3])
    assert not is_stamped(*[f"Ana Ruiz May {day}, 2020 at 8:00 am" for day in range(10, 16)])
    assert not is_stamped(*[f"May {day}, 2020 at 8:00 am" for day in range(10, 16)])
    assert not is_stamped(*[post.partition(" at ")[0] for post in POSTS]), "no time of day"


def test_numbered_items_whose_dates_fall_are_no_points():
    titles = [f"{at}. {title}" for at, title in enumerate(TITLES, 1)]
    falling = tuple(f"{day} May 2020" for day in (30, 20, 20, 10))
    assert is_doubted(*titles)
    assert not is_doubted(*titles, below=falling)
    assert is_doubted(*titles, below=tuple(reversed(falling)))
    assert is_doubted(*titles, below=("30 May 2020",) * 4), "one date is no order"
    assert is_doubted(*titles, below=(*falling[:2], "Quay", "10 May 2020"))


def test_titles_that_begin_with_dates_in_numbers_are_not_numbered():
    titles = ("The mast is found", "The choir looks for oars", "Nets", "The ice goes out")
    dated = [f"{day}.04.2019 {title}" for day, title in zip((4, 5, 10, 11), titles, strict=True)]
    assert not is_doubted(*dated)
    assert is_doubted(*[title.replace(".04.2019", ".") for title in dated])
