"""Names without “by” are the authors of items if a date stands beside them. All synthetic."""

import pytest

from pipeline.api import clean
from pipeline.blocks import page_blocks
from pipeline.digests.labels import decide_digest
from pipeline.digests.records import Record
from pipeline.document import Line
from pipeline.plan import brought_configs
from pipeline.vocabulary import load_vocabulary
from tests.digests.test_split import TITLES
from tests.margin_cases import PROSE

NAMES = ("Ana Ruiz", "Bert Thorne and Maud Ferriby", "Lin Qiao", "Maud Ferriby", "Oskar Nyman")


def items(*parts, names=NAMES):
    entries = zip(TITLES, names, PROSE, range(1, 6), strict=False)
    page = "\n\n".join(
        "\n\n".join(part.format(title=title, name=name, text=text, day=day) for part in parts)
        for title, name, text, day in entries
    )
    return clean(page).items


def test_names_beside_a_date_are_authors_whatever_sign_stands_between():
    found = items("{title}", "{text}", "{name}", "·", "{day} May 2020", "·", "8 min read")

    assert [item.author for item in found] == list(NAMES)
    assert {item.published for item in found} == {f"2020-05-0{day}" for day in range(1, 6)}


def test_a_name_without_a_date_beside_it_may_be_a_place():
    found = items("{title}", "{name}", "{text}", "Read more", names=("Upper Green",) * 5)

    assert len(found) == 5
    assert not any(item.author for item in found)


@pytest.mark.parametrize(("texts", "label"), [({1, 2}, "caption"), ({1}, "content")])
def test_a_caption_is_text_only_where_a_record_has_no_other(texts, label):
    lines = [Line(1, TITLES[0]), Line(3, "The pier. Photo: Ana Ruiz", "caption"), Line(5, PROSE[0])]
    vocabulary = load_vocabulary(brought_configs() / "languages")
    record = Record(0, (0, 1, 2), frozenset(texts))

    assert decide_digest(page_blocks(lines), [record], vocabulary)[1].label == label
