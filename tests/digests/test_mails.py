"""Several mails in one text: the digest of a mailing list."""

import pytest

from pipeline.api import clean
from pipeline.blocks import page_blocks
from pipeline.boilerplate.heads import person_of
from pipeline.digests.mails import MAX_FOOT, mail_records
from pipeline.document import Line, Markup
from pipeline.plan import brought_configs
from pipeline.vocabulary import load_vocabulary
from tests.digests.test_split import TITLES
from tests.margin_cases import PROSE

VOCABULARY = load_vocabulary(brought_configs() / "languages")
RULE = "-" * 30
HEAD = "Date: Mon, {at} Feb 2024 08:14:22 +0000\nFrom: {name} <a@quay.example>\nSubject: {title}"
NAMES = ("Ana Ruiz", "Bo Lind", "T. Holm", "Ana Ruiz", "Li Na")
ABOVE = "The post of the quay, gathered, bundle 4\n\nMessages in this bundle:\n\n"


def bundle(head: str = HEAD, titles=TITLES, foot: str = "") -> str:
    mails = [
        f"Message: {at}\n{head.format(at=at, name=name, title=title)}\n\n{text}\n\n{NAMES[0]}"
        for at, (name, title, text) in enumerate(zip(NAMES, titles, PROSE, strict=False), 1)
    ]
    return ABOVE + f"\n\n{RULE}\n\n".join(mails) + foot


def test_each_mail_is_an_item_with_its_subject_author_and_date():
    page = clean(bundle(foot=f"\n\n{RULE}\n\nThat is all.\n\nEnd of bundle 4\n{'*' * 20}"))

    items = [item for item in page.items if item.item]
    assert [item.title for item in items] == list(TITLES[:5])
    assert [item.author for item in items] == list(NAMES)
    assert [item.published for item in items] == [f"2024-02-0{at}" for at in range(1, 6)]
    assert [item.text.split("\n\n")[0] for item in items] == list(PROSE[:5])
    assert not any("all." in item.text or RULE in item.text for item in page.items)
    assert next(line.item for line in page.lines if line.text == "Message: 2") == 2
    assert {line.item for line in page.lines if line.text == RULE} <= {0, None}


def records(text: str, markup: Markup | None = None):
    lines = [Line(at, line, markup=markup) for at, line in enumerate(text.split("\n"), 1)]
    blocks = page_blocks(lines)
    return blocks, mail_records(blocks)


def test_records_are_runs_of_blocks_with_the_subject_as_title():
    blocks, found = records(bundle())

    assert [blocks[each.title].text for each in found] == [f"Subject: {t}" for t in TITLES[:5]]
    assert all(blocks[each.members[0]].text.startswith("Message: ") for each in found)
    assert all(sorted(each.texts) == list(each.members[-2:]) for each in found)


def test_a_long_text_below_the_last_rule_is_the_last_mails():
    lines = "\n\n".join(f"Line {at} of the last mail" for at in range(MAX_FOOT + 1))
    blocks, found = records(bundle(foot=f"\n\n{RULE}\n\n{lines}"))

    assert found[-1].members[-1] == len(blocks) - 1


@pytest.mark.parametrize(
    "page",
    [
        bundle("From: {name}\nSubject: {title}").replace("Message: ", "Message "),
        bundle("From: {name}\n\nDate: {at} February 2024\nSubject: {title}"),
        bundle("Date: {at} February 2024\nFrom: {name}\nTo: all"),
        bundle("To: all\nCc: none\nSubject: {title}"),
        bundle(titles=TITLES[:2]),
        bundle(titles=(*TITLES[:1] * 3, TITLES[1])),
        bundle().replace(ABOVE, ABOVE + "\n\n".join(PROSE * 3) + "\n\n"),
    ],
)
def test_what_is_no_bundle_of_mails_is_not_taken_for_one(page):
    assert records(page)[1] == ()


def test_replies_are_one_conversation():
    page = bundle("Date: {at} February 2024\nFrom: {name}\nSubject: Re: {title}")

    assert len(records(page)[1]) == 5
    assert len(clean(page).items) == 1


def test_html_has_no_mails():
    assert not records(bundle(), Markup("p", "", 0.0))[1]


@pytest.mark.parametrize(
    ("value", "person"),
    [
        ("Ana Ruiz <ana@quay.example>", "Ana Ruiz"),
        ('"Ruiz, Ana Maria" <ana@quay.example>', "Ana Maria Ruiz"),
        ("T. K. Holm", "T. K. Holm"),
        ("=?utf-8?q?Ana_Ru=C3=ADz?= <ana@quay.example>", "Ana Ruíz"),
        ("Quay Letter <newsletter@quay.example>", ""),
        ("Quay Letter <no-reply@quay.example>", ""),
        ("ana@quay.example", ""),
        ("Ana <ana@quay.example>", ""),
        ("T. and others", ""),
    ],
)
def test_persons_in_fields_are_told_from_offices(value, person):
    assert person_of(value, VOCABULARY) == person
