"""detect-language: the language of the published text of each item, or `und` and why.

Each paragraph that is long enough is looked at, too. The language of an item is that of most of
its letters, so a quotation does not change it, and `languages` has the share of each.
"""

import re
from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from pathlib import Path
from typing import Annotated, NamedTuple

import msgspec

from pipeline.document import Document, LanguageShare, Line
from pipeline.joining import blocks_of, joined_text
from pipeline.language.detectors import (
    UNDETERMINED,
    Detection,
    Detector,
    DetectorName,
    detected,
    detector_of,
)
from pipeline.language.fits import CHARACTER_WEIGHT
from pipeline.options import StageOptions
from pipeline.publishing import PUBLISHED_AS_TEXT, item_of

SURE = 0.9
"""A paragraph is in another language than its page only if that is so likely,"""
MIN_PARAGRAPH_LETTERS = 60
"""and it has so many letters, of which one of Chinese, Japanese or Korean counts as 3."""

_ASCII_BUT_LETTERS = bytes(code for code in range(0x80) if not chr(code).isalpha())
_NOT_ASCII = re.compile(r"[^\x00-\x7f]+")


class DetectLanguage(StageOptions, frozen=True, tag="detect-language"):
    """Tag each item with its language and the confidence of that, or with `und`."""

    detector: DetectorName = "profiles"
    """`profiles` (langdetect's, with a guard), `langdetect`, `py3langid` or their `consensus`."""
    min_letters: Annotated[int, msgspec.Meta(ge=0)] = 20
    """A text with fewer letters is `und`; a Chinese, Japanese or Korean character counts as 3."""
    min_confidence: Annotated[float, msgspec.Meta(ge=0, le=1)] = 0.5
    """A text whose likeliest language has less is `und`, 0…1."""

    def compile(self, configs: Path) -> Callable[[Document], Iterable[Document]]:
        """Return the stage; it needs nothing of the `configs` folder.

        Raises ConfigurationError if the detector is not installed.
        """
        del configs
        detector = detector_of(self.detector)

        def detect_language(document: Document) -> Iterable[Document]:
            if document.rejected or item_of(document) is None:
                yield document
            else:
                yield _tagged(document, self, detector)

        return detect_language


def identify(text: str, options: DetectLanguage) -> Detection:
    """Return the language of a text.

    >>> tag, confidence, _ = identify("Die Glocke läutete die ganze Nacht.", DetectLanguage())
    >>> tag, confidence > 0.9
    ('de', True)
    """
    detector = detector_of(options.detector)
    return detected([text], detector, [options.min_letters], options.min_confidence)[0]


def _tagged(document: Document, options: DetectLanguage, detector: Detector) -> Document:
    """Return the document with its language, those of its paragraphs, and their shares."""
    published = (line for line in document.lines if line.label in PUBLISHED_AS_TEXT)
    blocks = [_paragraph(block) for block in blocks_of(published)]
    long = [each for each in blocks if each.most_weight >= MIN_PARAGRAPH_LETTERS]
    if len(blocks) == 1:
        long = []  # it is the whole
    least = max(options.min_letters, MIN_PARAGRAPH_LETTERS)
    whole, *parts = detected(
        ["\n".join(each.text for each in blocks), *(each.text for each in long)],
        detector,
        [options.min_letters, *(least for _ in long)],
        options.min_confidence,
    )
    own = {id(each): part for each, part in zip(long, parts, strict=True) if _is_sure(part)}
    main = _main(whole, blocks, own)
    tags = [own[id(each)].tag if id(each) in own else main.tag for each in blocks]
    of_line = {
        line.number: tag for each, tag in zip(blocks, tags, strict=True) for line in each.lines
    }
    return msgspec.structs.replace(
        document,
        language=main.tag,
        language_confidence=main.confidence,
        language_reason=main.reason,
        language_detector=detector.version,
        languages=_shares(blocks, tags),
        lines=tuple(_in(line, of_line.get(line.number, "")) for line in document.lines),
    )


class _Paragraph(NamedTuple):
    lines: tuple[Line, ...]
    text: str
    letters: int
    most_weight: int
    """So many letters it has at most, as `min_letters` counts them: what is not ASCII may be."""


def _paragraph(lines: tuple[Line, ...]) -> _Paragraph:
    """Return lines as a paragraph; letters of ASCII, which are the most, are counted at once.

    >>> _paragraph((Line(1, "The 2nd café, ½ ли"),))[1:]
    ('The 2nd café, ½ ли', 11, 20)
    """
    text = joined_text(lines)
    plain = text.encode("ascii", "ignore")
    letters = weight = len(plain.translate(None, _ASCII_BUT_LETTERS))
    if beyond := len(text) - len(plain):
        letters += sum(map(str.isalpha, "".join(_NOT_ASCII.findall(text))))
        weight += beyond * CHARACTER_WEIGHT
    return _Paragraph(lines, text, letters, weight)


def _is_sure(detection: Detection) -> bool:
    return detection.tag != UNDETERMINED and detection.confidence >= SURE


def _main(whole: Detection, blocks: Sequence[_Paragraph], own: dict[int, Detection]) -> Detection:
    """Return the language of most letters: that of the whole, unless paragraphs outvote it.

    Where a page is half in one language and half in another, the whole is like neither; the
    paragraphs are.
    """
    letters: Counter[str] = Counter()
    for each in blocks:
        tag = own[id(each)].tag if id(each) in own else whole.tag
        letters[tag] += each.letters
    if not letters:
        return whole
    most = min(letters, key=lambda tag: (-letters[tag], tag != whole.tag, tag))
    if most in (whole.tag, UNDETERMINED):
        return whole
    sure = max(each.confidence for each in own.values() if each.tag == most)
    return Detection(most, sure)


def _shares(blocks: Sequence[_Paragraph], tags: Sequence[str]) -> tuple[LanguageShare, ...]:
    """Return the share of each language in the letters, the greatest first."""
    letters: Counter[str] = Counter()
    for each, tag in zip(blocks, tags, strict=True):
        letters[tag] += each.letters
    total = letters.total()
    ranked = sorted(letters.items(), key=lambda pair: (-pair[1], pair[0]))
    return tuple(LanguageShare(tag, round(count / total, 4)) for tag, count in ranked if total)


def _in(line: Line, tag: str) -> Line:
    """Return the line with the language of its paragraph."""
    return msgspec.structs.replace(line, language=tag) if tag else line
