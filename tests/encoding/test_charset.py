"""Bytes become text: what decides, in which order. Synthetic cases."""

import pytest

from pipeline.encoding.charset import decode
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


@pytest.mark.xfail(
    reason="detected ISO-8859-1 is decoded as that, not as Windows-1252", strict=True
)
def test_known_failure_of_detected_latin_1(monkeypatch):
    latin = {"encoding": "ISO-8859-1", "confidence": 0.6}
    monkeypatch.setattr("chardet.detect", lambda *_, **__: latin)

    decoded = decode(b"\x93caf\xe9\x94")

    assert decoded.charset == "windows-1252"
    assert decoded.text == "\N{LEFT DOUBLE QUOTATION MARK}café\N{RIGHT DOUBLE QUOTATION MARK}"


@pytest.mark.xfail(reason="chardet is asked for supersets, and not of DOS", strict=True)
@pytest.mark.parametrize("charset", ["iso8859-5", "cp866"])
def test_known_failure_of_other_cyrillic_charsets(charset):
    assert decode((RUSSIAN * 3).encode(charset)).text == RUSSIAN * 3
