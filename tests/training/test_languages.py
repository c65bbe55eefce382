"""The guard of languages can be made again, and learns from what it is said to learn from."""

import msgspec
import pytest

from pipeline.language.identification import Identifier, identifier
from pipeline.language.kin import GUARD, StoredGuard, load_guard
from tests.language.texts import TEXTS, UNKNOWN
from training.__main__ import fingerprint
from training.languages.__main__ import code_files, write
from training.languages.fit import fit
from training.languages.texts import samples, sentences, translations

KNOWN_TAGS = ("en", "es", "pt", "de", "tr", "ru")


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    """Translations, all of one long text; those of languages unknown repeat one sentence."""
    folder = tmp_path_factory.mktemp("declaration")
    texts = {tag: TEXTS[tag] for tag in KNOWN_TAGS} | {tag: UNKNOWN[tag] for tag in ("gl", "be")}
    for tag, text in texts.items():
        paragraphs = "".join(f"<p>{text} {text} &amp; {at}</p>" for at in range(40))
        page = f'<html lang="{tag}"><body><h1>{text}</h1>{paragraphs}</body></html>'
        (folder / f"{tag}x.html").write_text(page, encoding="utf-8")
    (folder / "001.html").write_text('<html lang="en"><p>left aside</p></html>', encoding="utf-8")
    return folder


def test_translations_are_read_with_their_tags(folder):
    found = translations(folder)

    assert {each.tag for each in found} == {*KNOWN_TAGS, "gl", "be"}
    assert all(len(each.paragraphs) == 41 for each in found)
    assert "& 0" in found[0].paragraphs[1]


def test_same_texts_make_the_same_guard_and_it_tells_kin(folder, tmp_path):
    lines = [(tag, text) for tag, text in TEXTS.items() if tag in KNOWN_TAGS] * 8
    made = []
    for name in ("one", "two"):
        declared = translations(folder)
        write(fit(declared, list(samples(declared, lines)), {}), tmp_path / name)
        made.append((tmp_path / name).read_bytes())
    stored = msgspec.msgpack.decode(made[0], type=StoredGuard)
    trained = Identifier(load_guard(tmp_path / "one"))

    assert made[0] == made[1]
    assert {each.tag for each in stored.languages} >= {"gl", "be"}
    known, unknown = trained.found([TEXTS["es"], UNKNOWN["gl"]])
    assert known.tag == "es"
    assert known.confidence > unknown.confidence
    assert (known.kin, unknown.kin) == ("", "gl")


def test_documents_sentences_and_fragments_are_drawn(folder):
    drawn = list(samples(translations(folder), [("en", TEXTS["en"]), ("de", "kurz")]))

    assert {(each.source, each.kind) for each in drawn} == {
        ("declaration", "document"),
        ("declaration", "sentence"),
        ("declaration", "fragment"),
        ("sentences", "sentence"),
        ("sentences", "fragment"),
    }
    assert all(len(each.text) <= 40 for each in drawn if each.kind == "fragment")
    assert drawn == list(samples(translations(folder), [("en", TEXTS["en"]), ("de", "kurz")]))


def test_sentences_are_read_with_their_language(tmp_path):
    path = tmp_path / "lines.txt"
    path.write_text("en\tOne line.\nde\tNoch eine.\n\nfr\t\n", encoding="utf-8")

    assert sentences(path) == [("en", "One line."), ("de", "Noch eine.")]


def test_the_packages_guard_was_made_by_this_code():
    said = identifier().guard.about

    assert said["code"] == fingerprint(code_files())
    assert "Universal Declaration" in said["licence"]
    assert GUARD.stat().st_size < 2_000_000
