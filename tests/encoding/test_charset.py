"""Bytes become text: what decides, in which order. Synthetic cases."""

import pytest

from pipeline.encoding import FixEncoding
from pipeline.encoding.charset import decode
from pipeline.errors import ConfigurationError
from pipeline.plan import brought_configs
from pipeline.storage.rows import audit_rows

SPANISH = "El niño volvió al puerto y la abuela sonrió, aunque nadie sabía por qué lloraba María."
RUSSIAN = "Лодки вернулись поздно вечером, и никто не ждал их на пристани старого города."


@pytest.mark.parametrize(
    ("content", "charset", "source"),
    [
        ("\ufeffagua".encode(), "utf-8", "bom"),
        (b"\xff\xfe" + "agua".encode("utf-16-le"), "utf-16-le", "bom"),
        (b"\xfe\xff" + "agua".encode("utf-16-be"), "utf-16-be", "bom"),
        (SPANISH.encode(), "utf-8", "utf-8"),
        (b"plain", "utf-8", "utf-8"),
        (b"", "utf-8", "utf-8"),
        (SPANISH.encode("cp1252"), "windows-1252", "detected"),
        (RUSSIAN.encode("cp1251"), "windows-1251", "detected"),
        (RUSSIAN.encode("koi8-r"), "koi8-r", "detected"),
    ],
)
def test_what_decides_the_charset(content, charset, source):
    decoded = decode(content)

    assert (decoded.charset, decoded.source) == (charset, source)
    assert decoded.text.encode(charset) in (content, content[2:])


@pytest.mark.parametrize(
    ("markup", "charset", "source"),
    [
        ('<meta charset="windows-1252"><p>caf\xe9', "windows-1252", "declared"),
        ("<meta charset=iso-8859-1><p>caf\xe9 \x93x\x94", "windows-1252", "declared"),
        ('<meta http-equiv="Content-Type" content="text/html; charset=latin1"><p>\xe9', None, None),
        ('<?xml version="1.0" encoding="windows-1252"?><p>\xe9', "windows-1252", "declared"),
        ('<meta charset="no-such-charset"><p>caf\xe9 na\xefve', None, None),
    ],
)
def test_declared_charset_of_markup(markup, charset, source):
    decoded = decode(markup.encode("latin-1"), declares=True)

    assert "\xe9" in decoded.text
    if charset:
        assert (decoded.charset, decoded.source) == (charset, source)


def test_declaration_that_the_bytes_contradict_is_not_believed():
    content = f'<meta charset="iso-8859-1"><p>{SPANISH}'.encode()

    assert decode(content, declares=True).source == "utf-8"


def test_few_broken_bytes_do_not_change_the_charset_and_are_kept():
    content = (SPANISH * 60).encode() + b" \xff\xfe end"

    decoded = decode(content)

    assert decoded.charset == "utf-8"
    assert b"".join(decoded.broken) == b"\xff\xfe"
    assert [decoded.text[at] for at in decoded.broken_at] == ["\ufffd", "\ufffd"]


def test_broken_bytes_are_edits_that_give_them_back(stages, capture):
    content = ("A line.\n" + SPANISH * 60).encode() + b"\xff\n" + b"last\n"

    (document,) = stages["fix-encoding"](capture(content))

    lost = [edit for edit in document.edits if edit.action == "undecodable"]
    assert [(edit.line, edit.detail, edit.before) for edit in lost] == [(2, "bytes ff", "\ufffd")]
    assert document.lines[1].text[lost[0].start] == "\ufffd"


def test_every_byte_means_something_in_the_fallback(monkeypatch):
    unknown = {"encoding": None, "confidence": 0.0}
    monkeypatch.setattr("chardet.detect", lambda *_, **__: unknown)
    content = bytes(range(128, 256)) * 3

    decoded = decode(content)

    assert (decoded.charset, decoded.source) == ("windows-1252", "fallback")
    assert decoded.text.encode("sloppy-windows-1252") == content


TWO = f"{SPANISH}\nPlain line\nÚltima línea, mañana\n"


@pytest.mark.parametrize(
    ("other", "charset"),
    [
        (f"{SPANISH}\r\n".encode("cp1252"), "windows-1252"),
        (f"{RUSSIAN}\n".encode("cp1251"), "windows-1251"),
    ],
    ids=["latin", "cyrillic"],
)
def test_lines_in_two_charsets_are_read_line_by_line(stages, capture, other, charset):
    content = TWO.encode() + other + TWO.encode()
    decoded = decode(content)
    (document,) = stages["fix-encoding"](capture(content))

    assert decoded.text == TWO + other.decode(charset) + TWO
    assert (decoded.charset, decoded.source) == ("utf-8", "lines")
    assert (decoded.other_lines, decoded.other_charset) == ((4,), charset)
    said = [(edit.line, edit.detail) for edit in document.edits if edit.action == "charset"]
    assert said == [(4, charset)]
    rows = [row for row in audit_rows([document]) if row["line"]]
    assert [row["charset"] for row in rows] == ["utf-8"] * 3 + [charset] + ["utf-8"] * 3
    woven = b"".join(f"{row['text']}{row['ending']}".encode(row["charset"]) for row in rows)
    assert woven == content


def test_one_line_of_utf8_alone_proves_nothing():
    content = "ÃÂ ÄÖ\n".encode("cp1252") + "é\n".encode()

    assert decode(content).source != "lines"


def test_confidence_of_the_charset():
    assert decode(SPANISH.encode()).confidence == 1.0
    assert 0 < decode(RUSSIAN.encode("cp1251")).confidence <= 1.0


def test_detected_latin_1_is_read_as_windows_1252(monkeypatch):
    latin = {"encoding": "ISO-8859-1", "confidence": 0.6}
    monkeypatch.setattr("chardet.detect", lambda *_, **__: latin)

    decoded = decode(b"\x93caf\xe9\x94")

    assert decoded.charset == "windows-1252"
    assert decoded.text == "\N{LEFT DOUBLE QUOTATION MARK}café\N{RIGHT DOUBLE QUOTATION MARK}"


@pytest.mark.parametrize("charset", ["iso8859-5", "cp866", "mac-cyrillic"])
def test_charsets_of_other_eras(charset):
    assert decode((RUSSIAN * 3).encode(charset)).text == RUSSIAN * 3


POLISH = "Świeże ryby leżały na łodziach, a nikt nie czekał na nie przy końcu długiego nabrzeża. "


def test_bytes_that_are_controls_in_what_is_detected_make_it_windows():
    quoted = f"\N{DOUBLE LOW-9 QUOTATION MARK}{POLISH}\N{RIGHT DOUBLE QUOTATION MARK}"

    assert decode((POLISH * 3).encode("iso8859-2")).charset == "iso-8859-2"
    assert decode((quoted * 3).encode("cp1250")).text == quoted * 3


@pytest.mark.parametrize("charset", ["utf-16-le", "utf-16-be", "utf-32-le", "utf-32-be"])
def test_wide_characters_without_a_mark(charset):
    decoded = decode(SPANISH.encode(charset))

    assert (decoded.text, decoded.charset, decoded.source) == (SPANISH, charset, "detected")


@pytest.mark.parametrize("charset", ["iso2022_jp", "iso2022_kr"])
def test_escape_sequences_of_iso_2022(charset):
    text = "港の灯台" if charset == "iso2022_jp" else "항구의 등대"

    assert decode(f"{text}\n".encode(charset) * 4).text == f"{text}\n" * 4


def test_escape_sequences_of_a_terminal_are_characters():
    content = b"\x1b[31mred\x1b[0m and +AGE- plain"

    assert (decode(content).charset, decode(content).text.encode()) == ("utf-8", content)


class TestStated:
    KOI = RUSSIAN.encode("koi8-r")

    def test_is_read_before_what_a_page_declares(self):
        content = b'<meta charset="windows-1251"><p>' + self.KOI
        first = decode(content, True, [("koi8-r", "corpus"), ("cp1251", "http")])
        second = decode(content, True, [("", "corpus"), ("koi8-r", "http")])

        assert (first.charset, first.source) == ("koi8-r", "corpus")
        assert (second.charset, second.source) == ("koi8-r", "http")
        assert RUSSIAN in first.text
        assert RUSSIAN in second.text

    def test_valid_utf8_is_utf8_whatever_is_stated(self):
        assert decode(RUSSIAN.encode(), stated=[("cp1251", "corpus")]).source == "utf-8"

    @pytest.mark.parametrize("name", ["no-such-charset", "base64", "idna", "utf-7", "undefined"])
    def test_what_is_no_charset_is_passed_over(self, name):
        content = f'<meta charset="{name}"><p>'.encode() + self.KOI

        assert decode(content, True, [(name, "http")]).source == "detected"

    @pytest.mark.parametrize("name", ["utf-8", "euc_jp", "iso2022_jp"])
    def test_bytes_that_contradict_it_are_seen(self, name):
        assert decode(self.KOI, stated=[(name, "http")]).source == "detected"

    def test_a_few_broken_bytes_are_kept_in_any_charset(self):
        content = ("港の灯台は一晩中消えていた。" * 40).encode("euc_jp") + b" \xff end"
        decoded = decode(content, stated=[("euc_jp", "http")])

        assert (decoded.charset, decoded.source, decoded.broken) == ("euc_jp", "http", (b"\xff",))
        assert decoded.text.endswith(" \ufffd end")

    def test_is_an_option(self, capture):
        stage = FixEncoding(charset="koi8-r").compile(brought_configs())
        (document,) = stage(capture(self.KOI))

        assert (document.capture.charset_source, document.lines[0].text) == ("corpus", RUSSIAN)

    def test_option_that_is_no_charset_is_an_error(self):
        with pytest.raises(ConfigurationError, match="no charset is called koi9"):
            FixEncoding(charset="koi9").compile(brought_configs())


def test_lines_that_were_cut_in_a_character_are_still_utf8():
    japanese = "港の灯台は一晩中消えていて、古い町の誰もそれに気づかなかった。" * 30
    whole = japanese.encode()
    content = b"".join(whole[at : at + 80] + b"\n" for at in range(0, len(whole), 80))
    decoded = decode(content)

    assert (decoded.charset, decoded.source) == ("utf-8", "utf-8")
    assert decoded.broken
    assert decoded.text.count("\ufffd") == len(decoded.broken)


def test_broken_bytes_among_lines_in_two_charsets_keep_their_places():
    content = TWO.encode() + b"\xff\n" + f"{SPANISH}\n".encode("cp1252") + (SPANISH * 3).encode()
    content += b"\xff " + TWO.encode()
    decoded = decode(content)

    assert decoded.source == "lines"
    assert decoded.other_lines == (4, 5)
    assert [decoded.text[at] for at in decoded.broken_at] == ["\ufffd"]
    assert decoded.broken == (b"\xff",)


def test_a_few_characters_that_come_again_and_again_are_not_utf8_by_that():
    box = ("\u2500" * 30 + "\n").encode("johab") * 5
    text = ("항구의 등대는 밤새 꺼져 있었다.\n" * 9).encode("johab")

    assert decode(box + text).source != "lines"


def test_replacement_characters_that_the_page_has_are_not_broken_bytes():
    content = ("\ufffd" * 50 + SPANISH * 20).encode() + b"\xff"
    decoded = decode(content)

    assert (decoded.charset, decoded.source, decoded.broken) == ("utf-8", "utf-8", (b"\xff",))
    assert decoded.text.count("\ufffd") == 51


def test_text_declares_no_charset():
    content = b'<meta charset="koi8-r">' + RUSSIAN.encode("koi8-r")

    assert decode(content).source == "detected"
    assert decode(content, declares=True).source == "declared"


@pytest.mark.parametrize(("whole", "source"), [(199, "http"), (198, "detected")])
def test_at_most_one_byte_in_200_contradicts_what_is_stated(monkeypatch, whole, source):
    monkeypatch.setattr(
        "chardet.detect", lambda *_, **__: {"encoding": "windows-1252", "confidence": 1.0}
    )
    content = b"\xe0" * whole + b" \x81 "  # nothing in cp1255

    assert decode(content, stated=[("cp1255", "http")]).source == source


@pytest.mark.parametrize(("whole", "others"), [(4, ()), (3, (3,))])
def test_line_of_utf8_has_a_broken_place_for_four_whole_characters(whole, others):
    lines = [SPANISH, RUSSIAN, "é " * whole, SPANISH]
    content = [line.encode() for line in lines]
    content[2] += b"\xe9"
    decoded = decode(b"\n".join(content))

    assert decoded.other_lines == others


@pytest.mark.parametrize(
    ("content", "charset"),
    [
        (("a" * 75 + "б" * 25).encode("utf-16-le"), "utf-16-le"),
        (("a" * 65 + "б" * 35).encode("utf-16-le"), "utf-8"),
        (b"\0" * 400, "utf-8"),
        (b"a\0\0\0" * 20, "utf-32-le"),
    ],
    ids=["mostly Latin", "less so", "zeros", "four bytes"],
)
def test_wide_characters_are_seen_by_their_zeros(content, charset):
    assert decode(content).charset == charset
