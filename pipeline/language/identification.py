"""The language of texts by langdetect's profiles, how sure that is, and when it is none of them.

In three steps. The script decides between the languages of one script and all others. The profiles
decide between these. Then trees weigh what speaks for the language found: how much better it fits
than the second, how well it fits for a text in it, and whether one of its kin fits better. What
they say is the confidence; they were trained on texts in the languages known and in 400 others.

Sums are of whole numbers and all else is single operations of IEEE 754, so a text gets the same
label in every batch and on every machine.
"""

import math
import re
import unicodedata
from collections.abc import Iterator, Sequence
from functools import lru_cache
from itertools import islice
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from pipeline.language.fits import HAN, Counts, Fit, Part, counts_of, fits_of, weight_of
from pipeline.language.kin import Guard, Nearest, buckets_of, load_guard, nearest
from pipeline.language.letters import code_points
from pipeline.language.profiles import languages, load
from pipeline.trees import LEAF_STEPS

MAX_CHARACTERS = 50_000
"""So much of a text is looked at, fifty times what a label needs."""
BATCH_CHARACTERS = 100_000
"""Texts are looked at together up to so many characters, which bounds memory."""
_MAX_LOGIT = 9.0
_MARK = re.compile("[\u0300-\u036f]")
"""Combining diacritical marks: a text with any is composed before it is looked at."""
_ADDRESS = re.compile(
    r"https?://[-_.?&~;+=/#%0-9A-Za-z]+|www\.[-_.?&~;+=/#%0-9A-Za-z]+|[-_.0-9A-Za-z]+@[-_.0-9A-Za-z]+"
)
TAGS = {"zh-cn": "zh-Hans", "zh-tw": "zh-Hant"}
"""langdetect's names that are no BCP 47 tags of what they mean: the script, not the country."""


class Found(NamedTuple):
    """What a text is likely to be in."""

    tag: str
    """BCP 47; empty if the text has no letter, or none of a script that a language known uses."""
    confidence: float
    """How likely that is right, 0…1."""
    letters: int
    """Of the script of the language found; of all scripts if `tag` is empty."""
    script: str = ""
    """ISO 15924 code of it."""
    kin: str = ""
    """The nearest language without a profile, if it fits better."""


class Measured(NamedTuple):
    """What is known of a text whose script has profiles."""

    language: str
    """langdetect's name."""
    columns: NDArray[np.uint8]
    """[11] what the trees ask about."""
    letters: int
    script: str
    kin: str
    second: str
    """The language that fits it next best, if the script has another."""
    fit: float
    """Likelihood of a place of the text in the language, in nats."""
    covered: float
    """Share of the places whose three letters are in a profile."""


class Identifier:
    """The profiles and the guard, read once."""

    def __init__(self, guard: Guard) -> None:
        self.guard = guard
        known = languages()
        self.names = frozenset(name for names in known.values() for name in names)
        self._scripts = frozenset(known)

    def found(self, texts: Sequence[str], min_letters: Sequence[int] = ()) -> list[Found]:
        """Return what each text is likely to be in; the batch changes nothing in it.

        Where `min_letters` are given, one for each text, only letters and script are told of those
        that have fewer.
        """
        found: list[Found] = []
        measured = self.measured(texts, min_letters)
        known = [each.columns for each in measured if isinstance(each, Measured)]
        logits = self.guard.trees.logits(np.stack(known, axis=1)).tolist() if known else []
        waiting = iter(logits)
        for each in measured:
            if isinstance(each, Found):
                found.append(each)
                continue
            logit = max(-_MAX_LOGIT, min(_MAX_LOGIT, next(waiting) / LEAF_STEPS))
            confidence = round(1 / (1 + math.exp(-logit)), 4)
            tag = TAGS.get(each.language, each.language)
            found.append(Found(tag, confidence, each.letters, each.script, each.kin))
        return found

    def measured(
        self, texts: Sequence[str], min_letters: Sequence[int] = ()
    ) -> list[Measured | Found]:
        """Return what is known of each text, in their order, before the trees weigh it."""
        least = iter(min_letters or [0] * len(texts))
        return [
            each
            for batch in _batches(texts)
            for each in self._measured(batch, list(islice(least, len(batch))))
        ]

    def _measured(self, texts: Sequence[str], min_letters: Sequence[int]) -> list[Measured | Found]:
        points, lengths = _points(texts)
        counts = counts_of(points, lengths)
        results: list[Measured | Found] = []
        alike: dict[tuple[str, bool], list[int]] = {}
        for text, (own, least) in enumerate(zip(counts, min_letters, strict=True)):
            known = own.script in self._scripts
            letters = own.letters if known else own.of_all_scripts
            results.append(Found("", 0.0, letters, own.script))
            if known and weight_of(letters, own.script) >= least:
                alike.setdefault((own.script, own.shouts), []).append(text)
        for (script, shouts), chosen in alike.items():
            part = Part(
                load(script),
                shouts,
                _of_texts(points, lengths, chosen),
                [lengths[text] for text in chosen],
                [counts[text] for text in chosen],
            )
            for text, measured in zip(chosen, self._of_part(part), strict=True):
                results[text] = measured
        return results

    def _of_part(self, part: Part) -> list[Measured]:
        """Return what is known of texts of one script."""
        fits = fits_of(part)
        kin = self._nearest(part, [fit.names[0] for fit in fits])
        of_each = list(zip(fits, kin, part.counts, strict=True))
        columns = np.array([self._asked(*each) for each in of_each])
        columns = columns.clip(0, 255).astype(np.uint8)
        return [
            Measured(
                fit.names[0],
                asked,
                own.letters,
                own.script,
                near.tag if near.ahead > 0 else "",
                fit.names[1] if len(fit.names) > 1 else "",
                fit.likelihood,
                fit.covered,
            )
            for (fit, near, own), asked in zip(of_each, columns, strict=True)
        ]

    def _asked(self, fit: Fit, kin: Nearest, own: Counts) -> tuple[float, ...]:
        """Return what the trees ask about a text."""
        likelihood, covered = self.guard.usual.get(fit.names[0], (0.0, 0.0))
        return (
            fit.ahead * 40,
            fit.far_ahead * 40,
            fit.ahead * fit.places,
            (fit.likelihood - likelihood + 4) * 40,
            (kin.ahead + 3) * 50,
            kin.ahead * kin.places + 125,
            (kin.own + 1) * 60,
            fit.places,
            fit.places / 8,
            (fit.covered - covered + 0.6) * 200,
            own.letters / max(1, own.of_all_scripts) * 250,
        )

    def _nearest(self, part: Part, best: Sequence[str]) -> list[Nearest]:
        """Return what the nearest kin of each text's language says."""
        kin = {name: self.guard.kin_of(name) for name in set(best)}
        if part.group.script == HAN or not any(kin.values()):
            return [Nearest()] * len(best)
        owners = np.repeat(np.arange(len(best)), part.lengths)
        hashes, owners = buckets_of(part.letters.lower.take(part.points), owners)
        ends = np.searchsorted(owners, np.arange(len(best)), side="right").tolist()
        return [
            nearest(kin[name], hashes[begin:end])
            for name, begin, end in zip(best, [0, *ends], ends, strict=False)
        ]


def _points(
    texts: Sequence[str],
) -> tuple[NDArray[np.uint16], list[int]]:  # code points, and how many are of each text
    """Return all texts' code points, each between spaces, without addresses, composed (NFC)."""
    wrapped = [f" {text[:MAX_CHARACTERS]} " for text in texts]
    whole = "".join(wrapped)
    if _has_addresses(whole):
        wrapped = [_ADDRESS.sub(" ", each) if _has_addresses(each) else each for each in wrapped]
        whole = "".join(wrapped)
    if not whole.isascii() and _MARK.search(whole):
        wrapped = [
            unicodedata.normalize("NFC", text) if _MARK.search(text) else text for text in wrapped
        ]
        whole = "".join(wrapped)
    return code_points(whole), [len(text) for text in wrapped]


def _of_texts(
    points: NDArray[np.uint16], lengths: Sequence[int], chosen: Sequence[int]
) -> NDArray[np.uint16]:
    """Return the code points of the texts chosen."""
    if len(chosen) == len(lengths):
        return points
    is_chosen = np.zeros(len(lengths), dtype=np.bool_)
    is_chosen[chosen] = True
    return points[np.repeat(is_chosen, lengths)]


def _has_addresses(text: str) -> bool:
    return "@" in text or "://" in text or "www." in text


def _batches(texts: Sequence[str]) -> Iterator[list[str]]:
    """Yield the texts in batches of about `BATCH_CHARACTERS`."""
    batch: list[str] = []
    size = 0
    for text in texts:
        if batch and size + len(text) > BATCH_CHARACTERS:
            yield batch
            batch, size = [], 0
        batch.append(text)
        size += len(text)
    if batch:
        yield batch


@lru_cache(maxsize=1)
def identifier() -> Identifier:
    """Return the identifier of the package's own guard, read when it is first asked for."""
    return Identifier(load_guard())
