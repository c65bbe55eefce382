"""Text of other scripts that was read as Windows-1252. Sentences are synthetic."""

import pytest

from pipeline.encoding import FixEncoding
from pipeline.encoding.scripts import decoded_anew, misread_charset
from tests.conftest import ROOT
from tests.language.texts import TEXTS, UNKNOWN

THAI = "เรือข้ามฟากลำเก่าออกเดินทางอีกครั้งในวันจันทร์ พร้อมผู้โดยสารสี่สิบคนและสุนัขหนึ่งตัว"
PERSIAN = "روز دوشنبه کشتی قدیمی دوباره با چهل نفر و یک سگ به راه افتاد و همه خوشحال بودند."
CASES = [
    ("ru", "windows-1251"),
    ("ru", "koi8-r"),
    ("ru", "cp866"),
    ("ru", "iso8859-5"),
    ("uk", "windows-1251"),
    ("bg", "windows-1251"),
    ("el", "windows-1253"),
    ("el", "iso8859-7"),
    ("he", "windows-1255"),
    ("ar", "windows-1256"),
    ("th", "cp874"),
]


def text_of(tag):
    text = THAI if tag == "th" else TEXTS[tag]
    return f"{text}\n\nOpen 9-12\n{text} {text}\n"


def misread(text, charset):
    return text.encode(charset, "ignore").decode("sloppy-windows-1252")


@pytest.mark.parametrize(("tag", "charset"), CASES)
def test_is_read_anew_and_says_how(stages, capture, tag, charset):
    meant = text_of(tag).encode(charset, "ignore").decode(charset)
    damaged = misread(meant, charset)
    (document,) = stages["fix-encoding"](capture(damaged))

    assert "\n".join(line.text for line in document.lines) == meant.rstrip("\n")
    details = {edit.detail for edit in document.edits if edit.action == "mojibake"}
    assert {each.partition(", decode ")[0] for each in details} == {"encode sloppy-windows-1252"}


@pytest.mark.parametrize(("tag", "charset"), CASES[:3])
def test_can_be_switched_off(capture, tag, charset):
    stage = FixEncoding(scripts=False, mojibake=False).compile(ROOT)
    damaged = misread(text_of(tag), charset)
    (document,) = stage(capture(damaged))

    assert not [edit for edit in document.edits if edit.action == "mojibake"]


@pytest.mark.parametrize("tag", [*TEXTS, *UNKNOWN])
def test_clean_text_is_not_touched(stages, capture, tag):
    text = TEXTS.get(tag) or UNKNOWN[tag]
    (document,) = stages["fix-encoding"](capture("\n\n".join([text] * 5)))

    assert document.edits == ()


@pytest.mark.parametrize(
    "text",
    [
        "Àéîõü ÄÖÜ ßßß éèêë ïîôö ùûüÿ çñãõ " * 5,  # accented letters, of no language
        "“Çà et là”, répéta l'été à l'évêque “déçu”, “à côté”. " * 5,
        "½ ¾ ¼ ² ³ ° ± × ÷ µ ¶ § © ® " * 8,
        "ÁÉÍÓÚ ÁÉÍÓÚ",
    ],
)
def test_accents_alone_are_no_other_script(stages, capture, text):
    (document,) = stages["fix-encoding"](capture(text))

    assert not [edit for edit in document.edits if edit.action == "mojibake"]


def test_latin_lines_of_a_repaired_capture_stay(stages, capture):
    damaged = misread(text_of("ru"), "windows-1251") + "Café Müller, naïve\nPlain line\n"
    (document,) = stages["fix-encoding"](capture(damaged))

    assert [line.text for line in document.lines[-2:]] == ["Café Müller, naïve", "Plain line"]
    assert document.lines[0].text == TEXTS["ru"]


def test_what_cannot_be_windows_1252_is_not_decoded_anew():
    assert decoded_anew("Привет", "windows-1251") == ""
    assert misread_charset([]) == ""


def test_persian_with_letters_that_windows_1256_lacks_is_read_as_far_as_it_goes(stages, capture):
    meant = PERSIAN.encode("windows-1256", "ignore").decode("windows-1256")
    (document,) = stages["fix-encoding"](capture(misread(meant, "windows-1256")))

    assert document.lines[0].text == meant
