"""Languages that langdetect has no profile of, and that it takes for one that it has.

Galician is called Spanish, Azerbaijani Turkish, Kyrgyz Russian: none of the languages known fits,
but one has to fit best. So each language known is held against its kin: some three hundred further
languages, each learned from its translation of one and the same text, the Universal Declaration of
Human Rights, as is the language known. As both were learned from as much of the same, what tells
them apart is the language alone. What is stored is how much more often three letters stand together
in a language than in all of them; no sentence can be read from it.
"""

from collections.abc import Mapping, Sequence
from functools import lru_cache
from pathlib import Path
from typing import NamedTuple

import msgspec
import numpy as np
from numpy.typing import NDArray

from pipeline.errors import ConfigurationError
from pipeline.language.letters import HASH, SPACE
from pipeline.language.profiles import summed
from pipeline.trees import StoredTrees, Trees, unpacked

GUARD = Path(__file__).with_name("guard.bin")
FORMAT = 1
BITS = 15
"""Three letters are one of 2^15 hashes."""
BUCKETS = 1 << BITS
UNITS = 1024
"""Units of a score in a nat,"""
STEP = 64
"""and in a step of what is stored of three letters, one byte."""
NO_KIN = -3.0
"""How far ahead the kin of a language that has none is."""
_SHIFT = np.uint64(64 - BITS)


class StoredLanguage(msgspec.Struct, forbid_unknown_fields=True):
    """What the file holds of a language, in its own script."""

    script: str
    tag: str
    """BCP 47, or langdetect's name of a language that it knows."""
    absent: int
    """The score of three letters that its text does not have, in `UNITS`."""
    buckets: bytes
    """(h,) little-endian uint16: hashes of those that it has,"""
    gains: bytes
    """(h,) uint8: and what each of them adds to `absent`, in `STEP`s."""


class StoredGuard(msgspec.Struct, forbid_unknown_fields=True):
    """What tells whether a text is in the language that fits it best, as its file holds it."""

    format: int
    about: dict[str, str]
    languages: list[StoredLanguage]
    kin: dict[str, list[int]]
    """Of each language known: places of its own texts, at least one, then -1, then those of kin."""
    usual: dict[str, tuple[float, float]]
    """Of each language known: likelihood of a place, in nats, and share of n-grams of three."""
    trees: StoredTrees


class Kin(NamedTuple):
    """A language known and its kin, as one table."""

    tags: tuple[str, ...]
    own: int
    """So many of the columns are of the language itself."""
    absent: tuple[int, ...]
    rows: NDArray[np.uint16]
    """[bucket] the row of each hash, 0 if no text has it."""
    gains: NDArray[np.uint8]
    """[row, column]"""


class Nearest(NamedTuple):
    """The language without a profile that a text is most likely in."""

    ahead: float = NO_KIN
    """How much better than the language found it fits, in nats a place,"""
    own: float = 0.0
    """how well that does,"""
    places: int = 0
    tag: str = ""


class Guard(msgspec.Struct, frozen=True):
    """The kin of each language known, and trees that weigh what speaks for it."""

    about: dict[str, str]
    languages: tuple[StoredLanguage, ...]
    places: Mapping[str, Sequence[int]]
    usual: Mapping[str, tuple[float, float]]
    trees: Trees

    def kin_of(self, language: str) -> Kin | None:
        """Return the table of a language, made when it is first asked for."""
        return _kin_of(self, language) if language in self.places else None

    def __hash__(self) -> int:
        return id(self)

    def __eq__(self, other: object) -> bool:
        return self is other


@lru_cache(maxsize=128)
def _kin_of(guard: Guard, language: str) -> Kin:
    places = list(guard.places[language])
    own = places.index(-1)
    chosen = [guard.languages[place] for place in places if place >= 0]
    held = [np.frombuffer(stored.buckets, "<u2") for stored in chosen]
    rows = np.zeros(BUCKETS, dtype=np.uint16)
    distinct = np.unique(np.concatenate(held))
    rows[distinct] = np.arange(1, len(distinct) + 1)
    gains = np.zeros((len(distinct) + 1, len(chosen)), dtype=np.uint8)
    for column, (buckets, stored) in enumerate(zip(held, chosen, strict=True)):
        gains[rows[buckets], column] = np.frombuffer(stored.gains, np.uint8)
    absent = tuple(stored.absent for stored in chosen)
    return Kin(tuple(stored.tag for stored in chosen), own, absent, rows, gains)


@lru_cache(maxsize=1)
def load_guard(path: Path = GUARD) -> Guard:
    """Return the guard of a file.

    Raises ConfigurationError if the file cannot be read or is of another format.
    """
    try:
        stored = msgspec.msgpack.decode(path.read_bytes(), type=StoredGuard)
        if stored.format != FORMAT:
            raise ValueError(f"its format is {stored.format}, this version reads {FORMAT}")
        trees = unpacked(stored.trees)
    except (OSError, ValueError, msgspec.DecodeError) as error:
        raise ConfigurationError(
            str(path),
            f"is no guard of languages: {error}",
            "install the package again, or make one with `make train-languages`",
        ) from error
    return Guard(stored.about, tuple(stored.languages), stored.kin, stored.usual, trees)


def buckets_of(
    points: NDArray[np.uint16], owners: NDArray[np.int64]
) -> tuple[NDArray[np.int64], NDArray[np.int64]]:  # the hashes, and whose each is
    """Return the hashes of each three letters that follow each other; spaces count as one.

    Args:
        points: [n] lower-case code points of one script, all else a space.
        owners: [n] the text that each is of, ascending.

    """
    space = points == SPACE
    single = np.empty(len(points), dtype=np.bool_)
    single[:1] = True
    np.logical_and(space[1:], space[:-1], out=single[1:])
    single[1:] &= owners[1:] == owners[:-1]
    np.logical_not(single[1:], out=single[1:])
    points, owners = points[single], owners[single]
    together = owners[2:] == owners[:-2]
    wide = points.astype(np.uint64)
    keys = wide[:-2] << np.uint64(32)
    keys |= wide[1:-1] << np.uint64(16)
    keys |= wide[2:]
    keys *= HASH
    keys >>= _SHIFT
    return keys.view(np.int64)[together], owners[2:][together]


def nearest(kin: Kin | None, hashes: NDArray[np.int64]) -> Nearest:
    """Return what the kin of a text's language says of its hashes of three letters."""
    places = len(hashes)
    if kin is None or not places:
        return Nearest()
    gains = summed(kin.gains, kin.rows.take(hashes)).tolist()
    scores = [absent * places + gain * STEP for absent, gain in zip(kin.absent, gains, strict=True)]
    own = max(scores[: kin.own])
    others = scores[kin.own :]
    if not others:
        return Nearest(own=own / UNITS / places, places=places)
    best = max(others)
    tag = kin.tags[kin.own + others.index(best)]
    return Nearest((best - own) / UNITS / places, own / UNITS / places, places, tag)
