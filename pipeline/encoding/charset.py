"""Bytes become text: which charset, and what decided it.

In this order, as the HTML standard has it (WHATWG HTML, 13.2.3, "Determining the character
encoding", 2024-01), with detection in front of the fallback:

1. a byte order mark;
2. UTF-8, if all bytes are valid UTF-8 and some are not ASCII: chance makes that nearly impossible;
3. the charset that the corpus file states, the one that the server stated (HTTP), or the one that
   the capture declares (`<meta>` or XML declaration, in HTML captures), if hardly a byte
   contradicts it;
4. UTF-8, if all bytes are ASCII;
5. UTF-8 all the same, if at most one byte in 200 that are not ASCII breaks it;
6. line by line, where some lines are UTF-8 and others are not: files that were put together;
7. detection (chardet);
8. Windows-1252, in which every byte means something.
"""

import codecs
import re
from collections.abc import Sequence
from itertools import accumulate

import chardet
import ftfy.bad_codecs
import msgspec

ftfy.bad_codecs.ok()
"""Registers `sloppy-windows-1252`: the charset as browsers read it, with no undefined byte."""

_MARKS = (
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF32_LE, "utf-32-le"),
    (codecs.BOM_UTF32_BE, "utf-32-be"),
    (codecs.BOM_UTF16_LE, "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16-be"),
)
_DECLARED = re.compile(
    rb"""<\?xml[^>]{0,200}?encoding\s*=\s*["']([\w.:-]+)   # the XML declaration
       | <meta[^>]{0,400}?charset\s*=\s*["']?\s*([\w.:-]+)  # both forms of <meta>
    """,
    re.IGNORECASE | re.VERBOSE,
)
DECLARATION_BYTES = 1024 * 4
"""A declaration is looked for in so many bytes from the start (the standard says 1024)."""
DETECTION_BYTES = 64 * 1024
MAX_BROKEN_SHARE = 1 / 200
"""A UTF-8 text with a few broken bytes is UTF-8 with a few broken bytes."""
MIN_MULTIBYTE = 6
"""So many characters of several bytes make lines UTF-8 beyond doubt,"""
MIN_DISTINCT = 3
"""and so many different ones,"""
MIN_UTF8_LINES = 2
"""if they stand in so many lines."""
_MULTIBYTE = re.compile(rb"[\xc2-\xf4][\x80-\xbf]+")
MAX_BROKEN_LINE_SHARE = 1 / 4
"""A line of UTF-8 may have so many broken places, as where it was cut, for each whole character."""
MIN_CONFIDENCE = 0.05
"""chardet 7 is right on short texts with confidences as low as 0.08 (Polish in Windows-1250)."""
_ERAS = (
    chardet.EncodingEra.MODERN_WEB
    | chardet.EncodingEra.LEGACY_ISO
    | chardet.EncodingEra.DOS
    | chardet.EncodingEra.LEGACY_MAC
)
_FALLBACK = "cp1252"
_SLOPPY = {"windows-1252": "sloppy-windows-1252"}
"""The codec of a charset, where it is not called so: browsers read all 256 bytes of this one."""
_READ_AS = {
    **dict.fromkeys(("ascii", "iso8859-1"), "cp1252"),
    "iso8859-9": "cp1254",
    **dict.fromkeys(("iso8859-11", "tis-620"), "cp874"),
    **dict.fromkeys(("gb2312", "gbk"), "gb18030"),
    "shift_jis": "cp932",
    "euc_kr": "cp949",
}
"""The larger charset that a charset is read as, as the standard has it (WHATWG Encoding, 4.2); both
as Python's codecs are called."""
_WITH_C1 = {
    "iso8859-2": "cp1250",
    "iso8859-6": "cp1256",
    "iso8859-7": "cp1253",
    "iso8859-8": "cp1255",
    **dict.fromkeys(("iso8859-4", "iso8859-13"), "cp1257"),
    "iso8859-15": "cp1252",
}
"""What a charset that was detected is, if bytes occur that are control characters in it."""
_C1_BYTES = bytes(range(0x80, 0xA0))
_HIGH_BYTES = bytes(range(0x80, 0x100))
_ESCAPE = b"\x1b"
"""The charsets of ISO 2022 are ASCII but for what follows these."""
_SWITCHING = ("iso2022", "hz", "utf-7")
"""Codecs in which a byte means what the bytes before it say: nothing after a broken one is sure."""
_NOT_OF_TEXTS = frozenset(
    {
        *("charmap", "idna", "mbcs", "oem", "punycode", "raw-unicode-escape", "undefined"),
        *("unicode-escape", "utf-7"),
    }
)
"""Codecs of Python that no page is in, whatever it says (UTF-7: WHATWG Encoding, 4.2)."""


class Decoded(msgspec.Struct, frozen=True):
    """A capture's text, the charset it was read in, and what decided that."""

    text: str
    charset: str
    source: str
    """`bom`, `utf-8`, `corpus`, `http`, `declared`, `lines`, `detected` or `fallback`."""
    confidence: float = 1.0
    """How sure that is, 0…1: that of the detection, 0 for the fallback, else 1."""
    broken: tuple[bytes, ...] = ()
    """The bytes that each U+FFFD which this decoding put into the text stands for, in order."""
    broken_at: tuple[int, ...] = ()
    """Offsets of those U+FFFD in the text, in characters."""
    other_lines: tuple[int, ...] = ()
    """The numbers, from 1, of the lines that are not in UTF-8, if `source` is `lines`,"""
    other_charset: str = ""
    """and the charset that these are in."""


def decode(
    content: bytes, declares: bool = False, stated: Sequence[tuple[str, str]] = ()
) -> Decoded:
    r"""Return the text of a capture.

    No byte is dropped: one that cannot be decoded becomes U+FFFD and is returned beside the text.

    `declares` says that it is markup, which may declare a charset; `stated` are charsets that it is
    said to be in, each with who says so, the first that fits is taken.

    >>> decode("café".encode()).charset, decode(b"caf\xe9 na\xefve").text
    ('utf-8', 'café naïve')
    >>> decode(b"plain").source
    'utf-8'
    """
    for mark, charset in _MARKS:
        if content.startswith(mark):
            return _decode_as(content, charset, "bom")
    if not any(name for name, _ in stated) and (wide := _wide_without_mark(content)):
        return _decode_as(content, wide, "detected")
    plain = content.isascii() and _ESCAPE not in content
    broken = 0 if plain else _broken_utf8(content)
    if not content.isascii() and broken == 0:
        return _decode_as(content, "utf-8", "utf-8")
    declared = _declared_charset(content) if declares else ""
    for name, source in (*stated, (declared, "declared")):
        if (codec := codec_of(name)) and (found := _checked(content, codec, source)):
            return found
    if plain or (not content.isascii() and broken <= _count_of_high(content) * MAX_BROKEN_SHARE):
        return _decode_as(content, "utf-8", "utf-8")
    return _by_lines(content) or _detect(content)


def _count_of_high(content: bytes) -> int:
    return len(content) - len(content.translate(None, _HIGH_BYTES))


def _by_lines(content: bytes) -> Decoded | None:
    """Return the text of a file that is UTF-8 in some lines and in another charset in others.

    Hardly a line in another charset is UTF-8 by chance, and several are not. A line that was cut in
    the midst of a character is still UTF-8.
    """
    lines = content.splitlines(keepends=True)
    others: list[int] = []
    seen: list[bytes] = []
    proven = 0
    for at, line in enumerate(lines):
        if line.isascii():
            continue
        characters = _MULTIBYTE.findall(line)
        if _broken_utf8(line) > len(characters) * MAX_BROKEN_LINE_SHARE:
            others.append(at)
        else:
            proven += 1
            seen += characters
    if len(seen) < MIN_MULTIBYTE or len(set(seen)) < MIN_DISTINCT:
        return None
    if not others:
        return _decode_as(content, "utf-8", "utf-8")
    if proven < MIN_UTF8_LINES:
        return None
    rest = _detect(b"".join(lines[at] for at in others))
    odd = set(others)
    parts: list[Decoded] = []
    for at, line in enumerate(lines):
        parts.append(_decode_as(line, rest.charset if at in odd else "utf-8", "lines"))
    offsets = accumulate([len(part.text) for part in parts[:-1]], initial=0)
    return Decoded(
        "".join(part.text for part in parts),
        "utf-8",
        "lines",
        rest.confidence,
        broken=tuple(lost for part in parts for lost in part.broken),
        broken_at=tuple(
            offset + at
            for offset, part in zip(offsets, parts, strict=True)
            for at in part.broken_at
        ),
        other_lines=tuple(at + 1 for at in others),
        other_charset=rest.charset,
    )


def _wide_without_mark(content: bytes) -> str:
    """Return the UTF-16 or UTF-32 of bytes of which most at certain places are zero, or ``."""
    sample = content[: 4096 & ~3]
    for charset, zeros, others in (
        ("utf-32-le", sample[2::4] + sample[3::4], sample[::4]),
        ("utf-32-be", sample[::4] + sample[1::4], sample[3::4]),
        ("utf-16-le", sample[1::2], sample[::2]),
        ("utf-16-be", sample[::2], sample[1::2]),
    ):
        if sample and zeros.count(0) > 0.7 * len(zeros) and others.count(0) < 0.1 * len(others):
            return charset
    return ""


def codec_of(name: str) -> str:
    """Return the name of Python's codec of a charset, or `` if there is none for texts.

    >>> codec_of("Latin1"), codec_of("no-such-charset"), codec_of("base64"), codec_of("idna")
    ('iso8859-1', '', '', '')
    """
    try:
        codec = codecs.lookup(name).name
        "".encode(codec)
    except (LookupError, ValueError):
        return ""
    return "" if codec in _NOT_OF_TEXTS else codec


def _declared_charset(content: bytes) -> str:
    """Return the declared charset under the name that Python knows, or ``."""
    match = _DECLARED.search(content[:DECLARATION_BYTES])
    codec = codec_of((match[1] or match[2]).decode("ascii")) if match else ""
    # A page that can be read as ASCII up to here is not UTF-16, whatever it says (the standard).
    return "utf-8" if codec.startswith(("utf-16", "utf-32")) else codec


def _checked(content: bytes, codec: str, source: str, confidence: float = 1.0) -> Decoded | None:
    """Return the text as a codec of Python reads it, unless more than a few bytes contradict it."""
    if codec.startswith(_SWITCHING) and not _fits(content, codec):
        return None
    found = _decode_as(content, public_name(_READ_AS.get(codec, codec)), source, confidence)
    bound = _count_of_high(content) * MAX_BROKEN_SHARE
    return found if len(found.broken) <= bound else None


def _fits(content: bytes, codec: str) -> bool:
    try:
        content.decode(codec)
    except UnicodeDecodeError:
        return False
    return True


def _detect(content: bytes) -> Decoded:
    """Return the text in the charset that its bytes look like, else in Windows-1252."""
    switches = content.isascii()
    guess = chardet.detect(
        content[:DETECTION_BYTES],
        encoding_era=chardet.EncodingEra.ALL if switches else _ERAS,
        prefer_superset=False,
    )
    confidence = round(guess["confidence"] or 0.0, 4)
    codec = codec_of(guess["encoding"] or "")
    if len(content.translate(None, _C1_BYTES)) < len(content):
        codec = _WITH_C1.get(codec, codec)
    known = codec.startswith("iso2022") if switches else codec and confidence >= MIN_CONFIDENCE
    if known and (found := _checked(content, codec, "detected", confidence)):
        return found
    if switches:
        return _decode_as(content, "utf-8", "utf-8")
    return _decode_as(content, public_name(_FALLBACK), "fallback", 0.0)


def public_name(codec: str) -> str:
    """Return the name that the field knows a codec of Python by; Python knows it too.

    >>> public_name("cp1252"), public_name("koi8-r"), public_name("iso8859-2")
    ('windows-1252', 'koi8-r', 'iso-8859-2')
    """
    if re.fullmatch(r"cp125\d", codec):
        return f"windows-{codec[2:]}"
    return codec.replace("iso8859", "iso-8859")


def _broken_utf8(content: bytes) -> int:
    """Return how many places of the content are not UTF-8."""
    try:
        content.decode("utf-8")
    except UnicodeDecodeError:
        given = content.count("\ufffd".encode())
        return content.decode("utf-8", "replace").count("\ufffd") - given
    return 0


def _decode_as(content: bytes, charset: str, source: str, confidence: float = 1.0) -> Decoded:
    """Return the text in a charset that is settled, with the bytes that did not fit."""
    codec = _SLOPPY.get(charset, charset)
    try:
        return Decoded(content.decode(codec), charset, source, confidence)
    except UnicodeDecodeError:
        text, broken, places = _decode_broken(content, codec)
        return Decoded(text, charset, source, confidence, broken, places)


def _decode_broken(
    content: bytes, codec: str
) -> tuple[str, tuple[bytes, ...], tuple[int, ...]]:  # the text and what is broken, as in Decoded
    """Return a text with U+FFFD for each run of bytes that does not decode, and those bytes."""
    _lost_spans.clear()
    text = content.decode(codec, _KEEP)
    broken: list[bytes] = []
    places: list[int] = []
    at = length = 0
    for start, end in _lost_spans:
        length += len(content[at:start].decode(codec))
        places.append(length)
        broken.append(content[start:end])
        length += 1
        at = end
    return text, tuple(broken), tuple(places)


_KEEP = "pipeline-keep"
_lost_spans: list[tuple[int, int]] = []
"""Where the decoding under way met bytes that do not decode: from, to."""


def _keep_lost(error: UnicodeError) -> tuple[str, int]:
    """Note the bytes that do not decode and put U+FFFD for them (a codec's error handler)."""
    if not isinstance(error, UnicodeDecodeError):
        raise error
    _lost_spans.append((error.start, error.end))
    return "\ufffd", error.end


codecs.register_error(_KEEP, _keep_lost)
