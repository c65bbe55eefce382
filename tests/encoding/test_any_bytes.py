"""Whatever the bytes: the stage ends, its edits replay, and the audit gives the capture back."""

import random

import pytest

from pipeline.document import replay
from pipeline.storage.rows import audit_rows
from tests.language.texts import TEXTS

CHARSETS = ("utf-8", "cp1251", "cp1252", "koi8-r", "cp1253", "cp1255", "cp1256", "utf-16", "cp874")
ENDS = ("\n", "\r\n", "\r", "\x85", "\x0b", "\x0c", "\u2028", "\n\n")
ODD = "\x00\x85\x0b\ufeff\u200b\u202e\ud800😀\u0301½ÃÂ´`&amp;](#)"


def made(draw: random.Random) -> bytes:
    """Return lines of several languages in one charset or two, with bytes put in."""
    usual = draw.choice(CHARSETS)
    parts = []
    for _ in range(draw.randrange(1, 9)):
        text = draw.choice(list(TEXTS.values()))
        for _ in range(draw.randrange(3)):
            at = draw.randrange(len(text))
            text = text[:at] + draw.choice(ODD) + text[at:]
        charset = usual if draw.random() < 0.8 else draw.choice(CHARSETS)
        part = (text + draw.choice(ENDS)).encode(charset, "ignore")
        if draw.random() < 0.2:
            part = part.decode("latin-1").encode()
        if draw.random() < 0.1:
            at = draw.randrange(len(part) + 1)
            part = part[:at] + bytes([draw.randrange(256)]) + part[at:]
        parts.append(part)
    return b"".join(parts)


@pytest.mark.parametrize("seed", range(12))
def test_edits_replay_and_the_capture_is_woven_back(stages, capture, seed):
    draw = random.Random(seed)
    woven = 0
    for _ in range(60):
        content = made(draw)
        (document,) = stages["fix-encoding"](capture(content))
        tuple(stages["detect-language"](document))
        if document.rejected:
            continue
        rows = [row for row in audit_rows([document]) if row["line"]]
        captured = [str(row["text"]) for row in rows]
        said = document.capture.charset_source
        broken = any(edit.action == "undecodable" for edit in document.edits)

        assert [line.text for line in document.lines] == list(replay(captured, document.edits))
        if said != "bom" and not broken:
            woven += 1
            assert content == b"".join(
                f"{row['text']}{row['ending']}".encode(_codec(row["charset"])) for row in rows
            )
    assert woven > 20


def _codec(charset: str) -> str:
    """Return the codec that a charset is read with: Windows-1252 as browsers do."""
    return "sloppy-windows-1252" if charset == "windows-1252" else charset
