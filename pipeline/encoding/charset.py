"""Bytes become text: which charset, and what decided it.

In this order, as the HTML standard has it (WHATWG HTML, 13.2.3, "Determining the character
encoding", 2024-01), with detection in front of the fallback:

1. a byte order mark;
2. UTF-8, if all bytes are valid UTF-8 and some are not ASCII: chance makes that nearly impossible;
3. the charset that the capture declares (`<meta>` or XML declaration, in HTML captures);
4. UTF-8, if all bytes are ASCII;
5. UTF-8 all the same, if at most one byte in 200 that are not ASCII breaks it;
6. line by line, where several lines are UTF-8 and others are not: files that were put together;
7. detection (chardet);
8. Windows-1252, in which every byte means something.
"""

import codecs
import re

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
MIN_UTF8_LINES = 2
"""if they stand in so many lines."""
_MULTIBYTE = re.compile(rb"[\xc2-\xf4][\x80-\xbf]+")
MIN_CONFIDENCE = 0.05
"""chardet 7 is right on short texts with confidences as low as 0.08 (Polish in Windows-1250)."""
_FALLBACK = "windows-1252"
_SLOPPY = {
    "windows-1252": "sloppy-windows-1252",
    "iso-8859-1": "sloppy-windows-1252",
    "latin-1": "sloppy-windows-1252",
    "ascii": "sloppy-windows-1252",
    "us-ascii": "sloppy-windows-1252",
}
"""The standard reads ASCII and Latin-1 as Windows-1252 (WHATWG Encoding, 4.2, Labels)."""


class Decoded(msgspec.Struct, frozen=True):
    """A capture's text, the charset it was read in, and what decided that."""

    text: str
    charset: str
    source: str
    """`bom`, `utf-8`, `declared`, `lines`, `detected` or `fallback`."""
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


def decode(content: bytes, declares: bool = False) -> Decoded:
    r"""Return the text of a capture; `declares` says that it is markup, which may declare one.

    No byte is dropped: one that cannot be decoded becomes U+FFFD and is returned beside the text.

    >>> decode("café".encode()).charset, decode(b"caf\xe9 na\xefve").text
    ('utf-8', 'café naïve')
    >>> decode(b"plain").source
    'utf-8'
    """
    for mark, charset in _MARKS:
        if content.startswith(mark):
            return _decode_as(content, charset, "bom")
    if wide := _utf16_without_mark(content):
        return _decode_as(content, wide, "detected")
    ascii_only = content.isascii()
    broken = 0 if ascii_only else _broken_utf8(content)
    if not ascii_only and broken == 0:
        return _decode_as(content, "utf-8", "utf-8")
    declared = _declared_charset(content) if declares else ""
    if declared and (text := _try(content, declared)) is not None:
        return Decoded(text, _public_name(declared), "declared")
    high = len(content) - len(content.translate(None, _HIGH_BYTES))
    if ascii_only or broken <= high * MAX_BROKEN_SHARE:
        return _decode_as(content, "utf-8", "utf-8")
    return _by_lines(content) or _detect(content)


def _by_lines(content: bytes) -> Decoded | None:
    """Return the text of a file that is UTF-8 in some lines and in another charset in others.

    Hardly a line in another charset is UTF-8 by chance, and several are not.
    """
    lines = content.splitlines(keepends=True)
    high = [not line.isascii() for line in lines]
    valid = [_broken_utf8(line) == 0 for line in lines]
    proven = sum(
        len(_MULTIBYTE.findall(line))
        for line, is_high, is_valid in zip(lines, high, valid, strict=True)
        if is_high and is_valid
    )
    others = [at for at, is_valid in enumerate(valid) if not is_valid]
    if proven < MIN_MULTIBYTE or sum(high) - len(others) < MIN_UTF8_LINES:
        return None
    rest = _detect(b"".join(lines[at] for at in others))
    decoder = _SLOPPY.get(rest.charset, rest.charset)
    try:
        text = "".join(
            line.decode("utf-8" if is_valid else decoder)
            for line, is_valid in zip(lines, valid, strict=True)
        )
    except UnicodeDecodeError:
        return None
    numbers = tuple(at + 1 for at in others)
    return Decoded(
        text, "utf-8", "lines", rest.confidence, other_lines=numbers, other_charset=rest.charset
    )


def _utf16_without_mark(content: bytes) -> str:
    """Return the UTF-16 of bytes in which every second one is zero, mostly, or ``."""
    sample = content[: 4096 & ~1]
    for charset, zeros, others in (
        ("utf-16-le", sample[1::2], sample[::2]),
        ("utf-16-be", sample[::2], sample[1::2]),
    ):
        if sample and zeros.count(0) > 0.7 * len(zeros) and others.count(0) < 0.1 * len(others):
            return charset
    return ""


_HIGH_BYTES = bytes(range(128, 256))


def _declared_charset(content: bytes) -> str:
    """Return the declared charset under the name that Python knows, or ``."""
    match = _DECLARED.search(content[:DECLARATION_BYTES])
    if not match:
        return ""
    try:
        name = codecs.lookup((match[1] or match[2]).decode("ascii")).name
    except LookupError:
        return ""
    # A page that can be read as ASCII up to here is not UTF-16, whatever it says (the standard).
    return "utf-8" if name.startswith(("utf-16", "utf-32")) else name


def _try(content: bytes, charset: str) -> str | None:
    try:
        return content.decode(_SLOPPY.get(charset, charset))
    except (UnicodeDecodeError, LookupError):
        return None


def _detect(content: bytes) -> Decoded:
    """Return the text in the charset that its bytes look like, else in Windows-1252."""
    high = content[:DETECTION_BYTES]
    era = chardet.EncodingEra.MODERN_WEB | chardet.EncodingEra.LEGACY_ISO
    guess = chardet.detect(high, encoding_era=era, prefer_superset=True)
    charset, confidence = guess["encoding"], guess["confidence"] or 0.0
    if charset and confidence >= MIN_CONFIDENCE:
        name = codecs.lookup(charset).name
        text = _try(content, name)
        if text is not None:
            return Decoded(text, _public_name(name), "detected", round(confidence, 4))
    return Decoded(content.decode(_SLOPPY[_FALLBACK]), _FALLBACK, "fallback", 0.0)


def _public_name(name: str) -> str:
    """Return the name that the field knows a codec by.

    >>> _public_name("cp1252"), _public_name("koi8-r"), _public_name("iso8859-1")
    ('windows-1252', 'koi8-r', 'windows-1252')
    """
    if name in _SLOPPY or _SLOPPY.get(name.replace("iso8859", "iso-8859")) or name == "cp1252":
        return _FALLBACK
    if re.fullmatch(r"cp125\d", name):
        return f"windows-{name[2:]}"
    return name.replace("iso8859", "iso-8859")


def _broken_utf8(content: bytes) -> int:
    """Return how many places of the content are not UTF-8."""
    try:
        content.decode("utf-8")
    except UnicodeDecodeError:
        given = content.count("\ufffd".encode())
        return content.decode("utf-8", "replace").count("\ufffd") - given
    return 0


def _decode_as(content: bytes, charset: str, source: str) -> Decoded:
    """Return the text in a charset that is settled, with the bytes that did not fit."""
    try:
        return Decoded(content.decode(charset), charset, source)
    except UnicodeDecodeError:
        text, broken, places = _decode_broken(content, charset)
        return Decoded(text, charset, source, broken=broken, broken_at=places)


def _decode_broken(
    content: bytes, charset: str
) -> tuple[str, tuple[bytes, ...], tuple[int, ...]]:  # the three parts of Decoded, in its order
    """Return a text with U+FFFD for each run of bytes that does not decode, and those bytes."""
    _lost_spans.clear()
    text = content.decode(charset, _KEEP)
    broken: list[bytes] = []
    places: list[int] = []
    at = length = 0
    for start, end in _lost_spans:
        length += len(content[at:start].decode(charset))
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
