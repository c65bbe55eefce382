"""What names the language of texts: the profiles, langdetect itself, py3langid, or their vote.

All give BCP 47 tags, with the script where a language is written in two, and a confidence, 0…1;
`und` comes with the reason.
"""

import unicodedata
from collections import Counter
from collections.abc import Sequence
from functools import cache
from importlib import metadata
from itertools import compress
from typing import Any, Literal, NamedTuple, Protocol, TypeAlias

from langdetect import DetectorFactory, detect_langs
from langdetect.lang_detect_exception import LangDetectException

from pipeline import __version__
from pipeline.errors import ConfigurationError
from pipeline.language.fits import weight_of
from pipeline.language.identification import TAGS, Found, identifier

DetectorName: TypeAlias = Literal["profiles", "langdetect", "py3langid", "consensus"]

UNDETERMINED = "und"
"""ISO 639-2 for “undetermined”."""
SEED = 0
"""langdetect draws n-grams at random; unseeded, the same text gets other labels in other runs
(langdetect #3)."""
_EXTRA = "pipeline[languages]"


class Detection(NamedTuple):
    """The language of a text."""

    tag: str
    """BCP 47, or `und`."""
    confidence: float
    """How likely the tag is right, 0…1; of `und` that of the language that came nearest."""
    reason: str = ""
    """Why it is `und`; `` if it is not."""


class Detector(Protocol):
    """Names languages."""

    version: str
    """The detector's name and version, and those of what it rests on."""

    def guesses(self, texts: Sequence[str], found: Sequence[Found]) -> list[Detection]:
        """Return a guess for each text; `found` is what the profiles say of it."""


def detected(
    texts: Sequence[str], detector: Detector, min_letters: Sequence[int], min_confidence: float
) -> list[Detection]:
    """Return the language of each text, `und` with a reason where it is too short or unlike any.

    `min_letters` says of each text how many letters it must have.

    >>> texts = ["Die Glocke läutete, und niemand wusste, warum.", "12 % & 3", "ok, ok"]
    >>> one, two, three = detected(texts, detector_of("profiles"), [20] * 3, 0.5)
    >>> one.tag, two.reason, three.reason
    ('de', 'no letters', 'too short: 4 letters, fewer than min_letters (20)')
    """
    least = [max(1, letters) for letters in min_letters]
    found = identifier().found(texts, least)
    is_long = [
        weight_of(each.letters, each.script) >= letters
        for each, letters in zip(found, least, strict=True)
    ]
    guesses = iter(detector.guesses(list(compress(texts, is_long)), list(compress(found, is_long))))
    return [
        _named(next(guesses), each, min_confidence) if long else _too_short(each, letters)
        for each, letters, long in zip(found, min_letters, is_long, strict=True)
    ]


def _named(guess: Detection, found: Found, min_confidence: float) -> Detection:
    """Return a guess, or `und` where it is not likely enough."""
    sure = guess.tag == UNDETERMINED or guess.confidence >= min_confidence
    return guess if sure else _unlike(guess, found)


def _too_short(found: Found, least: int) -> Detection:
    reason = "no letters"
    if found.letters:
        weight = weight_of(found.letters, found.script)
        reason = f"too short: {weight} letters, fewer than min_letters ({least})"
    return Detection(UNDETERMINED, 0.0, reason)


def _unlike(guess: Detection, found: Found) -> Detection:
    """Return `und` for a text whose likeliest language is not likely enough."""
    nearest = f"nearest {guess.tag}, {guess.confidence:.2f}"
    kin = f", rather {found.kin}" if found.kin and found.tag == guess.tag else ""
    return Detection(UNDETERMINED, guess.confidence, f"unlike any language known ({nearest}{kin})")


class _Profiles:
    """langdetect's profiles, all n-grams counted, and the guard."""

    def __init__(self) -> None:
        self.version = f"profiles {__version__}, langdetect {metadata.version('langdetect')}"

    def guesses(self, texts: Sequence[str], found: Sequence[Found]) -> list[Detection]:
        return [
            Detection(each.tag, each.confidence)
            if each.tag
            else Detection(UNDETERMINED, 0.0, f"in a script of no language known{_script_of(text)}")
            for text, each in zip(texts, found, strict=True)
        ]


def _script_of(text: str) -> str:
    """Return the name of the script of most of a text's letters, as Unicode has it.

    >>> _script_of("საქართველო")
    ' (Georgian)'
    """
    names = Counter(unicodedata.name(each, "").split(" ")[0] for each in text if each.isalpha())
    names.pop("", None)
    if not names:
        return ""
    most = min(names, key=lambda name: (-names[name], name))
    return f" ({most.capitalize()})"


class _Langdetect:
    """langdetect as it is, with a seed."""

    def __init__(self) -> None:
        self.version = f"langdetect {metadata.version('langdetect')}"

    def guesses(self, texts: Sequence[str], found: Sequence[Found]) -> list[Detection]:
        del found
        DetectorFactory.seed = SEED
        return [self._guess(text) for text in texts]

    @staticmethod
    def _guess(text: str) -> Detection:
        try:
            best = detect_langs(text)[0]
        except (LangDetectException, IndexError):
            return Detection(UNDETERMINED, 0.0, "langdetect finds no letters that it knows")
        return Detection(TAGS.get(best.lang, best.lang), round(float(best.prob), 4))


class _Py3langid:
    """py3langid: 97 languages by a Bayes classifier on byte n-grams."""

    def __init__(self) -> None:
        try:
            from py3langid import langid  # noqa: PLC0415  of an extra
        except ImportError as error:
            raise ConfigurationError(
                "detect-language", "py3langid is not installed", f"pip install '{_EXTRA}'"
            ) from error
        self.version = f"py3langid {metadata.version('py3langid')}"
        self._model: Any = langid.LanguageIdentifier.from_model_file(
            langid.MODEL_FILE, norm_probs=True
        )

    def guesses(self, texts: Sequence[str], found: Sequence[Found]) -> list[Detection]:
        guesses = []
        for text, each in zip(texts, found, strict=True):
            tag, confidence = self._model.classify(text)
            guesses.append(Detection(_with_script(tag, each), round(float(confidence), 4)))
        return guesses


def _with_script(tag: str, found: Found) -> str:
    """Return a tag with the script, where the language is written in two.

    >>> _with_script("sr", Found("mk", 0.2, 40, "Cyrl"))
    'sr-Cyrl'
    """
    if tag == "sr":
        return "sr-Cyrl" if found.script == "Cyrl" else "sr-Latn"
    if tag == "zh":
        return found.tag if found.tag.startswith("zh-") else "zh-Hans"
    return tag


class _Consensus:
    """The label that two of the three others give; the second of their confidences is its own."""

    def __init__(self) -> None:
        self._members: tuple[Detector, ...] = (_Profiles(), _Py3langid(), _Langdetect())
        self.version = f"consensus of {'; '.join(each.version for each in self._members)}"

    def guesses(self, texts: Sequence[str], found: Sequence[Found]) -> list[Detection]:
        votes = zip(*(each.guesses(texts, found) for each in self._members), strict=True)
        return [_voted(vote) for vote in votes]


def _voted(vote: Sequence[Detection]) -> Detection:
    """Return what two of three say.

    >>> _voted([Detection("es", 0.9), Detection("es", 0.8), Detection("pt", 1.0)])
    Detection(tag='es', confidence=0.8, reason='')
    >>> _voted([Detection("es", 0.9), Detection("gl", 0.8), Detection("pt", 1.0)]).reason
    'detectors disagree: es, gl, pt'
    """
    tag, count = Counter(each.tag for each in vote).most_common(1)[0]
    if count == 1:
        names = ", ".join(each.tag for each in vote)
        return Detection(UNDETERMINED, 0.0, f"detectors disagree: {names}")
    agree = [each for each in vote if each.tag == tag]
    confidence = sorted(each.confidence for each in agree)[-2]
    return Detection(tag, confidence, next((each.reason for each in agree if each.reason), ""))


_KINDS: dict[DetectorName, type] = {
    "profiles": _Profiles,
    "langdetect": _Langdetect,
    "py3langid": _Py3langid,
    "consensus": _Consensus,
}


@cache
def detector_of(name: DetectorName) -> Detector:
    """Return the detector of a name, made once.

    Raises ConfigurationError if what it needs is not installed.
    """
    detector: Detector = _KINDS[name]()
    return detector
