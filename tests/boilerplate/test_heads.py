"""Heads of plain texts: of mails in many languages, and front matter that programs write."""

import msgspec
import pytest

import pipeline
from pipeline.boilerplate import StripBoilerplate
from pipeline.boilerplate.heads import MAX_FIELD, MAX_FIELDS, MAX_SIGNATURE, with_head
from pipeline.document import Capture, Document, Label, Metadata
from pipeline.encoding import split_lines
from pipeline.plan import brought_configs, load_plan
from pipeline.vocabulary import load_vocabulary
from tests.conftest import CORPUS_FILE
from tests.digests.test_split import TITLES
from tests.margin_cases import PROSE

VOCABULARY = load_vocabulary(brought_configs() / "languages")
BODY = f"{PROSE[0]}\n\n{PROSE[1]}\n"


def headed(text: str, form: str = "text", metadata: Metadata | None = None) -> Document:
    capture = Capture("a", "a", form, size_bytes=len(text))
    document = Document(capture, split_lines(text), metadata=metadata or Metadata())
    return with_head(document, VOCABULARY)


def labels(document: Document) -> list[str]:
    return [line.label for line in document.lines if line.label]


@pytest.mark.parametrize(
    ("head", "author", "published"),
    [
        (
            "From: Ana Ruiz <ana@pier.example>\nTo: all\nSubject: The pier\nDate: 4 March 2024",
            "Ana Ruiz",
            "2024-03-04",
        ),
        (
            'Von: "Ruiz, Ana" <a@pier.example>\nGesendet: Montag, 4. März 2024 09:12\nAn: alle\n'
            "Betreff: The pier",
            "Ana Ruiz",
            "2024-03-04",
        ),
        ("De : Ana Ruiz\nObjet : The pier\nDate : 4 mars 2024", "Ana Ruiz", "2024-03-04"),
        ("\u041e\u0442: Ana Ruiz\n\u0422\u0435\u043c\u0430: The pier", "Ana Ruiz", ""),
        ("差出人\N{FULLWIDTH COLON}pier\n件名\N{FULLWIDTH COLON}The pier", "", ""),
        ("**From:** Ana Ruiz\n**Subject:** The pier", "Ana Ruiz", ""),
        ("Subject: =?utf-8?q?The_pier?=\nTo: pier@pier.example", "", ""),
        ("Subject: The\n pier\nX-Mailer: Quill\nTo: all", "", ""),
        (
            "Title: The pier\n\nAuthor: Ana Ruiz\n\nRelease date: March 4, 2024",
            "Ana Ruiz",
            "2024-03-04",
        ),
        (
            "---\ntitle: 'The pier'\nmood: calm\n  and wet\n\ndate: 2024-03-04\n---",
            "",
            "2024-03-04",
        ),
        ("\n\nSubject: The pier\nFrom: the Pier Society", "", ""),
    ],
)
def test_a_head_tells_title_author_and_date(head, author, published):
    found = headed(f"{head}\n\n{BODY}")

    assert found.metadata == Metadata(title="The pier", author=author, published=published)
    count = sum(bool(line.strip()) for line in head.split("\n"))
    assert len(labels(found)) == count
    assert all(line.reason.startswith("front line: ") for line in found.lines if line.label)
    assert Label.CONTENT not in labels(found)


@pytest.mark.parametrize(
    "head",
    [
        "Subject: The pier",
        "From: Ana Ruiz\nDate: 4 March 2024",
        "Subject:\nFrom: Ana Ruiz",
        "The pier\nSubject: The pier\nFrom: Ana Ruiz",
        "Ana: The pier\nFrom: Ana Ruiz\nSubject: The pier",
        f"Subject: {' '.join(['pier'] * 31)}\nFrom: Ana Ruiz",
        "---\ntitle: The pier\ndate: 2024-03-04",
        "---\nThe pier\ntitle: The pier\ndate: 2024-03-04\n---",
        "---\n" + "title: The pier\n" * (MAX_FIELDS + 1) + "date: 2024-03-04\n---",
        "Subject: The pier\n\n\nThe boats\nFrom: Ana Ruiz",
        "---\ntitle: The pier\nnot indented\ndate: 2024-03-04\n---",
        f"From: {'a' * MAX_FIELD}\nSubject: The pier",
        f"---\ntitle: The pier\n {'a' * (MAX_FIELD + 1)}\ndate: 2024-03-04\n---",
    ],
)
def test_what_is_no_head_is_left(head):
    text = f"{head}\n\n{BODY}"

    assert not labels(headed(text))
    assert headed(text).metadata == Metadata()


def test_fields_below_an_empty_line_are_the_text_of_a_mail():
    found = headed(f"Subject: The pier\nFrom: Ana Ruiz\n\nDate: 4 March 2024\nTo: all\n\n{BODY}")

    assert labels(found) == [Label.TITLE, Label.BYLINE]


def test_what_is_indented_below_an_empty_line_is_no_field():
    found = headed(f"Title: The pier\n\nAuthor: Ana Ruiz\n\n  {BODY}")

    assert labels(found) == [Label.TITLE, Label.BYLINE]
    assert found.metadata.author == "Ana Ruiz"


def test_a_head_is_no_longer_than_heads_are():
    found = headed("Subject: The pier\n" + "Cc: all\n" * MAX_FIELDS + f"\n{BODY}")

    assert len(labels(found)) == MAX_FIELDS


def test_a_head_stands_below_the_address_of_the_page():
    page = pipeline.clean(f"https://pier.example/a\n\nSubject: The pier\nTo: all\n\n{BODY}")

    assert page.items[0].title == "The pier"
    assert [line.label for line in page.lines][:4] == ["url", "blank", "title", "other"]


def test_a_head_is_the_only_title():
    page = pipeline.clean(f"Subject: The pier\nTo: all\n\nThe letter of the quay\n\n{BODY}")

    assert [line.text for line in page.lines if line.label == Label.TITLE] == ["Subject: The pier"]


def test_the_subject_is_the_heading_of_a_digest():
    entries = "\n\n".join(
        f"{'-' * 40}\n\n{title}\n\n{text}\n\nRead more"
        for title, text in zip(TITLES, PROSE, strict=False)
    )
    items = pipeline.clean(f"Subject: The pier\nTo: all\n\nThe quay\n\n{entries}").items

    assert len(items) >= 4
    assert {item.digest_title for item in items if item.item} == {"The pier"}


def test_a_second_title_is_none():
    found = headed(f"Title: The pier\nSubject: The boats\nAuthor: Ana Ruiz\n\n{BODY}")

    assert labels(found) == [Label.TITLE, Label.OTHER, Label.BYLINE]


def test_html_has_a_head_of_its_own():
    text = f"Subject: The pier\nFrom: Ana Ruiz\n\n{BODY}"

    assert not labels(headed(text, form="html"))
    assert not labels(headed(text, metadata=Metadata(title="Known")))


@pytest.mark.parametrize(("lines", "is_taken"), [(MAX_SIGNATURE, True), (MAX_SIGNATURE + 1, False)])
def test_a_short_signature_of_a_mail_is_no_text(lines, is_taken):
    head = "Subject: The pier\nTo: all\n\n"
    signature = "\n".join(f"Line {at}" for at in range(lines))
    found = headed(f"{head}{BODY}--\nearlier\n{BODY}-- \n{signature}\n")

    below = [line.label for line in found.lines if line.text.startswith(("Line", "-- "))]
    assert below == [Label.OTHER if is_taken else ""] * (lines + 1)
    assert not any(line.label for line in found.lines if line.text == "earlier")
    without = headed(f"Title: The pier\nAuthor: Ana Ruiz\n\n{BODY}-- \n{signature}\n")
    assert not without.lines[-2].label


def test_the_head_is_published_as_what_it_is_and_can_be_switched_off():
    text = f"From: Ana Ruiz <a@pier.example>\nSubject: The pier\nTo: all\n\n{BODY}"
    (item,) = pipeline.clean(text).items
    plan = load_plan(CORPUS_FILE)
    stages = tuple(
        msgspec.structs.replace(each, heads=False) if isinstance(each, StripBoilerplate) else each
        for each in plan.stages
    )
    (raw,) = pipeline.clean(text, plan=msgspec.structs.replace(plan, stages=stages)).items

    assert (item.title, item.author) == ("The pier", "Ana Ruiz")
    assert item.text == f"{PROSE[0]}\n\n{PROSE[1]}"
    assert raw.title != "The pier"
