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
from itertools import pairwise
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from pipeline.language.kin import STEP, UNITS, Guard, buckets_of, load_guard
from pipeline.language.letters import FOLDED, LOWER, SCRIPT, SCRIPTS, SPACE, UPPER, code_points
from pipeline.language.profiles import FLOOR, NAT, WEIGHTS, Group, languages, load, rows_of
from pipeline.trees import LEAF_STEPS

MAX_CHARACTERS = 50_000
"""So much of a text is looked at, fifty times what a label needs."""
BATCH_CHARACTERS = 100_000
"""Texts are looked at together up to so many characters, which bounds memory."""
CAPITALS = 0.5
"""A text of which more letters are upper case is read in lower case: profiles have no capitals."""
MIN_KANA = 0.1
"""Of kana and Chinese characters; Japanese has more, Chinese almost none."""
MIN_HANGUL = 0.3
_MAX_LOGIT = 9.0
_ALONE = 5.0
"""How far ahead, in nats a place, the only language of a script counts."""
_NO_KIN = -3.0
_RULED = 1 << 40
"""More than any likelihood: what is out of the question comes last."""
_FIRST_MARK, _LAST_MARK = 0x300, 0x36F
"""Combining diacritical marks: a text with any is composed before it is looked at."""
_ADDRESS = re.compile(
    r"https?://[-_.?&~;+=/#%0-9A-Za-z]+|www\.[-_.?&~;+=/#%0-9A-Za-z]+|[-_.0-9A-Za-z]+@[-_.0-9A-Za-z]+"
)
_PLACES = {script: place for place, script in enumerate(SCRIPTS)}
_MIXED = [_PLACES["Hani"], _PLACES["Kana"], _PLACES["Hang"]]
_WEIGHTS = np.array([0, 1] + [2] * (len(SCRIPTS) - 2))
"""A letter that is not Latin counts twice: texts of all scripts hold Latin names and terms."""
TAGS = {"zh-cn": "zh-Hans", "zh-tw": "zh-Hant"}
"""langdetect's names that are no BCP 47 tags of what they mean: the script, not the country."""
_MISSING_TRIPLE = WEIGHTS[2] * math.log(FLOOR)


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
        self.names = frozenset(name for names in languages().values() for name in names)

    def found(self, texts: Sequence[str]) -> list[Found]:
        """Return what each text is likely to be in; the batch changes nothing in it."""
        found: list[Found] = []
        measured = self.measured(texts)
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

    def measured(self, texts: Sequence[str]) -> list[Measured | Found]:
        """Return what is known of each text, in their order, before the trees weigh it."""
        return [each for batch in _batches(texts) for each in self._measured(batch)]

    def _measured(self, texts: Sequence[str]) -> list[Measured | Found]:
        points, owners = _points(texts)
        scripts = SCRIPT.take(points)
        counts = np.bincount(owners * len(SCRIPTS) + scripts, minlength=len(texts) * len(SCRIPTS))
        counts = counts.reshape(len(texts), len(SCRIPTS))
        weights = counts * _WEIGHTS
        weights[:, _MIXED[0]] = weights[:, _MIXED].sum(axis=1)
        weights[:, _MIXED[1:]] = 0
        main = weights.argmax(axis=1)
        capitals = np.bincount(owners[UPPER.take(points)], minlength=len(texts))
        shouting = capitals > CAPITALS * counts[np.arange(len(texts)), main]
        if shouting.any():
            points = np.where(shouting[owners], LOWER.take(points), points)

        results: list[Measured | Found | None] = [None] * len(texts)
        for place in set(main.tolist()):
            chosen = np.flatnonzero(main == place)
            group = load(SCRIPTS[place])
            if group is None:
                for text in chosen.tolist():
                    letters = int(counts[text, 1:].sum())
                    results[text] = Found("", 0.0, letters, SCRIPTS[place])
                continue
            if len(chosen) == len(texts):
                part = _Part(group, points, scripts, owners, counts)
            else:
                here = main[owners] == place
                renumbered = np.searchsorted(chosen, owners[here])
                part = _Part(group, points[here], scripts[here], renumbered, counts[chosen])
            for text, measured in zip(chosen.tolist(), self._of_group(part), strict=True):
                results[text] = measured
        return [result for result in results if result is not None]

    def _of_group(self, part: "_Part") -> Iterator[Measured]:
        """Yield what is known of each text of one script."""
        group, texts = part.group, len(part.counts)
        clean = np.where(part.fits(), part.points, SPACE)
        upper = UPPER.take(clean)
        folded = FOLDED.take(clean)
        rows = rows_of(group, folded)
        capital = np.zeros_like(upper)
        capital[1:] = upper[1:] & upper[:-1]
        rows[capital] = 0
        starts = np.searchsorted(part.owners, np.arange(texts))
        sums = _summed(group.rows.take(rows, axis=0), [*starts.tolist(), len(rows)])
        space = folded == SPACE
        counted = ~capital
        counted[1:] &= ~(space[1:] & space[:-1])
        counted[starts] = False
        places = np.add.reduceat(counted, starts, dtype=np.int64)
        triples = np.add.reduceat(rows >= group.first_triple, starts, dtype=np.int64)
        order, fits = _ranked(group, sums, part.counts)
        kin = self._kin(clean, part, order[:, 0])
        yield from self._weighed(part, _Fit(order, fits, places, triples), kin)

    def _weighed(self, part: "_Part", fit: "_Fit", kin: "_Nearest") -> Iterator[Measured]:
        """Yield what the trees ask about each text."""
        group = part.group
        names = [group.languages[place] for place in fit.order[:, 0].tolist()]
        usual = np.array([self.guard.usual.get(name, (0.0, 0.0)) for name in names])
        length = np.maximum(1, fit.places)
        each = fit.likelihoods / NAT / length[:, None]
        alone = np.full(len(names), _ALONE)
        second = each[:, 0] - each[:, 1] if each.shape[1] > 1 else alone
        third = each[:, 0] - each[:, 2] if each.shape[1] > 2 else alone
        covered = fit.triples / length
        likelihood = each[:, 0] + (1 - covered) * _MISSING_TRIPLE
        own = part.own_letters()
        shares = own / np.maximum(1, part.counts[:, 1:].sum(axis=1))
        columns = np.array(
            (
                second * 40,
                third * 40,
                second * length,
                (likelihood - usual[:, 0] + 4) * 40,
                (kin.ahead + 3) * 50,
                kin.ahead * kin.places + 125,
                (kin.own + 1) * 60,
                length,
                length / 8,
                (covered - usual[:, 1] + 0.6) * 200,
                shares * 250,
            )
        ).T
        asked = columns.clip(0, 255).astype(np.uint8)
        runners_up = fit.order[:, 1].tolist() if each.shape[1] > 1 else []
        for text, name in enumerate(names):
            yield Measured(
                name,
                asked[text],
                int(own[text]),
                group.script,
                kin.tags[text] if kin.ahead[text] > 0 else "",
                group.languages[runners_up[text]] if runners_up else "",
                float(likelihood[text]),
                float(covered[text]),
            )

    def _kin(self, clean: NDArray[np.uint16], part: "_Part", best: NDArray[np.intp]) -> "_Nearest":
        """Return what the nearest kin of each text's language says."""
        texts = len(best)
        found = _Nearest(
            np.full(texts, _NO_KIN), np.zeros(texts), np.zeros(texts, np.int64), [""] * texts
        )
        if part.group.script == "Hani":
            return found
        letters = np.where(part.scripts > 0, clean, SPACE)
        hashes, owners = buckets_of(LOWER.take(letters), part.owners)
        for place in set(best.tolist()):
            kin = self.guard.kin_of(part.group.languages[place])
            if kin is None:
                continue
            chosen = np.flatnonzero(best == place)
            if len(chosen) < texts:
                here = best[owners] == place
                own_hashes, own_owners = hashes[here], np.searchsorted(chosen, owners[here])
            else:
                own_hashes, own_owners = hashes, owners
            counts = np.bincount(own_owners, minlength=len(chosen))
            filled = np.flatnonzero(counts)
            if not len(filled):
                continue
            length = counts[filled]
            gains = _summed(kin.gains.take(own_hashes, axis=0), [0, *length.cumsum().tolist()])
            scores = kin.absent * length[:, None] + gains * STEP
            own = scores[:, : kin.own].max(axis=1)
            at = chosen[filled]
            found.own[at] = own / UNITS / length
            found.places[at] = length
            if scores.shape[1] > kin.own:
                nearest = kin.own + scores[:, kin.own :].argmax(axis=1)
                ahead = scores[np.arange(len(at)), nearest] - own
                found.ahead[at] = ahead / UNITS / length
                for text, column in zip(at.tolist(), nearest.tolist(), strict=True):
                    found.tags[text] = kin.tags[column]
        return found


class _Nearest(NamedTuple):
    """The language without a profile that each of n texts is most likely in."""

    ahead: NDArray[np.float64]
    """How much better than the language found it fits, in nats a place,"""
    own: NDArray[np.float64]
    """how well that does,"""
    places: NDArray[np.int64]
    tags: list[str]


class _Fit(NamedTuple):
    """How well languages fit n texts."""

    order: NDArray[np.intp]
    """[n, languages] places in the group, the likeliest first,"""
    likelihoods: NDArray[np.int64]
    """[n, languages] and their sums, in that order, in `NAT`s."""
    places: NDArray[np.int64]
    triples: NDArray[np.int64]


class _Part(NamedTuple):
    """The texts of one script."""

    group: Group
    points: NDArray[np.uint16]
    scripts: NDArray[np.uint8]
    owners: NDArray[np.int64]
    """The text, counted from 0, that each of the points is of."""
    counts: NDArray[np.int64]
    """[text, script] letters"""

    def fits(self) -> NDArray[np.bool_]:
        """Return which points are of the script, or no letters."""
        if self.group.script == "Hani":
            return np.isin(self.scripts, (0, *_MIXED))
        fits: NDArray[np.bool_] = (self.scripts == 0) | (self.scripts == _PLACES[self.group.script])
        return fits

    def own_letters(self) -> NDArray[np.int64]:
        """Return the letters of the script in each text."""
        places = _MIXED if self.group.script == "Hani" else [_PLACES[self.group.script]]
        letters: NDArray[np.int64] = self.counts[:, places].sum(axis=1)
        return letters


def _points(
    texts: Sequence[str],
) -> tuple[NDArray[np.uint16], NDArray[np.int64]]:  # code points, and the text each is of
    """Return all texts' code points, each between spaces, without addresses, composed (NFC)."""
    wrapped = [f" {_without_addresses(text[:MAX_CHARACTERS])} " for text in texts]
    points = code_points("".join(wrapped))
    owners = np.repeat(np.arange(len(texts)), [len(text) for text in wrapped])
    marked = (points >= _FIRST_MARK) & (points <= _LAST_MARK)
    if marked.any():
        for text in set(owners[marked].tolist()):
            wrapped[text] = unicodedata.normalize("NFC", wrapped[text])
        points = code_points("".join(wrapped))
        owners = np.repeat(np.arange(len(texts)), [len(text) for text in wrapped])
    return points, owners


def _without_addresses(text: str) -> str:
    if "@" in text or "://" in text or "www." in text:
        return _ADDRESS.sub(" ", text)
    return text


def _summed(rows: NDArray[np.integer], bounds: Sequence[int]) -> NDArray[np.int64]:
    """Return the sums of rows from each of the bounds to the next, [n - 1, columns].

    No sum of so many characters as are looked at leaves 32 bits; they take half the time of 64.
    """
    sums = np.empty((len(bounds) - 1, rows.shape[1]), np.int64)
    for place, (first, last) in enumerate(pairwise(bounds)):
        sums[place] = np.add.reduce(rows[first:last], axis=0, dtype=np.int32)
    return sums


def _ranked(
    group: Group, likelihoods: NDArray[np.int64], counts: NDArray[np.int64]
) -> tuple[NDArray[np.intp], NDArray[np.int64]]:  # order and likelihoods of _Fit
    """Return which languages of a group fit each text best; kana and Hangul decide alone."""
    if group.script == "Hani":
        han, kana, hangul = (counts[:, place] for place in _MIXED)
        korean = hangul >= MIN_HANGUL * (han + kana + hangul)
        japanese = ~korean & (kana >= MIN_KANA * (han + kana))
        for name, rule in (("ko", korean), ("ja", japanese)):
            likelihoods[:, group.languages.index(name)] += np.where(rule, _RULED, -_RULED)
    order = np.argsort(-likelihoods, axis=1, kind="stable")
    return order, np.take_along_axis(likelihoods, order, axis=1)


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
