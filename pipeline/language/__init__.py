"""detect-language: the language of the published text of each item, or `und`."""

from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Annotated

import msgspec
from langdetect import DetectorFactory, detect_langs
from langdetect.lang_detect_exception import LangDetectException

from pipeline.document import Document
from pipeline.options import StageOptions
from pipeline.publishing import text_of

UNDETERMINED = "und"
"""ISO 639-2 for “undetermined”."""
SEED = 0
"""langdetect draws n-grams at random; unseeded, the same text gets other labels in other runs
(langdetect #3)."""
_TAGS = {"zh-cn": "zh-Hans", "zh-tw": "zh-Hant"}
"""langdetect's names that are no BCP 47 tags of what they mean: the script, not the country."""


class DetectLanguage(StageOptions, frozen=True, tag="detect-language"):
    """Tag each item with its language and the confidence of that, or with `und`."""

    min_letters: Annotated[int, msgspec.Meta(ge=0)] = 20
    """A text with fewer letters is `und`."""
    min_confidence: Annotated[float, msgspec.Meta(ge=0, le=1)] = 0.6
    """A text whose best language has less is `und`, 0…1."""

    def compile(self, configs: Path) -> Callable[[Document], Iterable[Document]]:
        """Return the stage; it needs nothing of the `configs` folder."""
        del configs
        DetectorFactory.seed = SEED

        def detect_language(document: Document) -> Iterable[Document]:
            if document.rejected or (document.items and not document.item):
                yield document
                return
            tag, confidence = identify(text_of(document), self)
            yield msgspec.structs.replace(document, language=tag, language_confidence=confidence)

        return detect_language


def identify(text: str, options: DetectLanguage) -> tuple[str, float]:
    """Return the BCP 47 tag of a text's language and the confidence of it, 0…1.

    >>> DetectorFactory.seed = SEED
    >>> identify("Die Glocke läutete, und niemand wusste, warum sie läutete.", DetectLanguage())[0]
    'de'
    >>> identify("12 % & 3", DetectLanguage())
    ('und', 0.0)
    """
    letters = sum(map(str.isalpha, text[:2000]))
    if letters < options.min_letters:
        return UNDETERMINED, 0.0
    try:
        best = detect_langs(text)[0]
    except LangDetectException:
        return UNDETERMINED, 0.0
    confidence = round(float(best.prob), 4)
    if confidence < options.min_confidence:
        return UNDETERMINED, confidence
    return _TAGS.get(best.lang, best.lang), confidence
