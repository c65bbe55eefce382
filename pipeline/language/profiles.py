"""The profiles that the langdetect package carries, as tables to look n-grams up in.

A profile counts the n-grams of one to three letters of a language's Wikipedia. langdetect draws
some of a text's n-grams at random and multiplies their likelihoods until one language wins; here
all of them count, the longer ones more, so there is nothing to draw. The likelihoods are kept as
whole numbers (1/1024 nat), whose sum is the same in every order.

After Shuyo Nakatani, "Language Detection Library for Java" (2010), whose model this is.
"""

import math
from functools import cache
from importlib import resources
from importlib.resources.abc import Traversable
from typing import NamedTuple

import msgspec
import numpy as np
from numpy.typing import NDArray

from pipeline.language.letters import HASH, OUTSIDE, PLANE, SCRIPT, SCRIPTS, SPACE

NAT = 1024
"""Units of the tables in a nat, the natural logarithm's unit."""
FLOOR = 0.5 / 10_000
"""What langdetect adds to each likelihood (its `alpha` over `BASE_FREQ`)."""
WEIGHTS = (0.5, 0.8, 1.2)
"""What n-grams of one, two and three letters count. On fragments of three other sources these were
right in 0.962 of cases in the mean, equal weights in 0.959; on sentences at least as often."""
_SPACE_CLASS = 1
_OUTSIDE_CLASS = 2

SCRIPT_OF = {
    "ar": "Arab", "fa": "Arab", "ur": "Arab",
    "bg": "Cyrl", "mk": "Cyrl", "ru": "Cyrl", "uk": "Cyrl",
    "hi": "Deva", "mr": "Deva", "ne": "Deva",
    "bn": "Beng", "el": "Grek", "gu": "Gujr", "he": "Hebr", "kn": "Knda", "ml": "Mlym",
    "pa": "Guru", "ta": "Taml", "te": "Telu", "th": "Thai",
    "ja": "Hani", "ko": "Hani", "zh-cn": "Hani", "zh-tw": "Hani",
}  # fmt: skip
"""The script of each of langdetect's languages that is not Latin; kana and Hangul go with Chinese
characters, as texts mix them."""


class Group(NamedTuple):
    """The languages of one script: what each n-gram says for each of them."""

    script: str
    languages: tuple[str, ...]
    """langdetect's names."""
    classes: NDArray[np.int64]
    """For each folded code point, its number in the keys, [65536]."""
    keys: NDArray[np.int64]
    """Hash table of n-grams: three classes as one number, the first 0 in one of two; else -1."""
    places: NDArray[np.int32]
    """The row of each of the `keys`."""
    shift: np.uint64
    probes: int
    """So many places at most hold n-grams of one hash."""
    single: NDArray[np.int32]
    """The row of each class as an n-gram of one."""
    rows: NDArray[np.int32]
    """Logarithms of likelihoods in `NAT`s, of an n-gram with those that end where it does,
    [row, language]; row 0 is of what is in no profile."""
    width: int
    """Classes in all."""
    first_triple: int
    """From this row on they are of n-grams of three letters."""


def languages() -> dict[str, list[str]]:
    """Return langdetect's names of the languages of each script, as its package has them."""
    found: dict[str, list[str]] = {}
    for entry in sorted(_folder().iterdir(), key=lambda entry: entry.name):
        if not entry.name.startswith("__"):
            found.setdefault(SCRIPT_OF.get(entry.name, "Latn"), []).append(entry.name)
    return found


@cache
def load(script: str) -> Group | None:
    """Return the languages of a script, read from the langdetect package, or None if it has none.

    Raises FileNotFoundError if the package is installed without its profiles.
    """
    names = languages().get(script)
    if not names:
        return None
    decoder = msgspec.json.Decoder(_Profile)
    profiles = {name: decoder.decode((_folder() / name).read_bytes()) for name in names}
    return _group(script, profiles)


def _folder() -> Traversable:
    return resources.files("langdetect") / "profiles"


class _Profile(msgspec.Struct):
    freq: dict[str, int]
    n_words: tuple[int, int, int]


def _group(script: str, profiles: dict[str, _Profile]) -> Group:
    """Return the tables of one script's languages."""
    languages = tuple(profiles)
    grams: list[str] = []
    counts: list[int] = []
    of: list[int] = []
    for number, profile in enumerate(profiles.values()):
        grams += profile.freq.keys()
        counts += profile.freq.values()
        of += [number] * len(profile.freq)
    letters = np.array(grams, dtype="U3").view(np.uint32).reshape(-1, 3)
    lengths = (letters > 0).sum(axis=1)
    totals = np.array([profile.n_words for profile in profiles.values()], dtype=np.float64)
    likelihood = np.array(counts) / totals[of, lengths - 1]
    own = _own_letters(script)
    fitting = (own[letters] | (letters == 0)).all(axis=1)
    letters, lengths = letters[fitting], lengths[fitting]
    of, likelihood = np.array(of)[fitting], likelihood[fitting]

    used = np.setdiff1d(letters, [0, SPACE])
    classes = np.full(PLANE, _OUTSIDE_CLASS, dtype=np.int64)
    classes[used] = np.arange(len(used)) + _OUTSIDE_CLASS + 1
    classes[SPACE] = _SPACE_CLASS
    width = len(used) + _OUTSIDE_CLASS + 1
    classes[OUTSIDE] = _OUTSIDE_CLASS

    places = np.where(letters > 0, classes[letters], 0)
    for count in (1, 2):  # to the right, so that the last letter is always the last class
        short = lengths == count
        places[short] = np.roll(places[short], 3 - count, axis=1)
    keys = (places[:, 0] * width + places[:, 1]) * width + places[:, 2]
    distinct, at = np.unique(keys, return_inverse=True)
    table = np.full((len(distinct), len(languages)), FLOOR)
    table[at, of] += likelihood
    lengths = np.digitize(distinct, [width, width * width])
    logs = np.rint(np.log(table) * NAT * np.array(WEIGHTS)[lengths, None]).astype(np.int32)
    return _tables(script, languages, classes, distinct, logs, width)


def _own_letters(script: str) -> NDArray[np.bool_]:
    """Return which code points are of a script, or of none, [65536]."""
    scripts = ("Hani", "Kana", "Hang") if script == "Hani" else (script,)
    return np.isin(SCRIPT, [0, *map(SCRIPTS.index, scripts)])


def _tables(
    script: str,
    languages: tuple[str, ...],
    classes: NDArray[np.int64],
    keys: NDArray[np.int64],
    logs: NDArray[np.int32],
    width: int,
) -> Group:
    """Return a group with its hash table; rows are summed over the n-grams that end together."""
    rows = np.zeros((len(keys) + 1, len(languages)), dtype=np.int32)
    singles = int(np.searchsorted(keys, width))
    pairs = int(np.searchsorted(keys, width * width))
    rows[1:] = logs
    single = np.zeros(width, dtype=np.int32)
    single[keys[:singles]] = np.arange(1, singles + 1)
    rows[1 + singles :] += rows[single[keys[singles:] % width]]
    ends = keys[pairs:] % (width * width)
    known = np.searchsorted(keys[singles:pairs], ends)
    known = np.minimum(known, pairs - singles - 1) + singles
    found = keys[known] == ends
    triples = np.arange(pairs, len(keys))
    rows[1 + triples[found]] += logs[known[found]]
    slots, places, shift, probes = _hashed(keys[singles:], np.arange(singles, len(keys)) + 1)
    return Group(
        script, languages, classes, slots, places, shift, probes, single, rows, width, pairs + 1
    )


def _hashed(
    keys: NDArray[np.int64], rows: NDArray[np.int64]
) -> tuple[NDArray[np.int64], NDArray[np.int32], np.uint64, int]:  # keys, places, shift, probes
    """Return an open hash table with linear probing, at most a quarter full."""
    bits = max(6, math.ceil(math.log2(4 * len(keys) + 1)))
    shift = np.uint64(64 - bits)
    size = 1 << bits
    slots = np.full(size, -1, dtype=np.int64)
    places = np.zeros(size, dtype=np.int32)
    at = hashes(keys, shift)
    waiting = np.arange(len(keys))
    probes = 0
    while len(waiting):
        probes += 1
        _, first = np.unique(at[waiting], return_index=True)
        takes = waiting[first][slots[at[waiting[first]]] < 0]
        slots[at[takes]] = keys[takes]
        places[at[takes]] = rows[takes]
        left = np.ones(len(keys), dtype=np.bool_)
        left[takes] = False
        waiting = waiting[left[waiting]]
        at[waiting] = (at[waiting] + 1) & (size - 1)
    return slots, places, shift, probes


def hashes(keys: NDArray[np.int64], shift: np.uint64) -> NDArray[np.int64]:
    """Return the places in a hash table where n-grams are looked for first."""
    return ((keys.astype(np.uint64) * HASH) >> shift).astype(np.int64)


def rows_of(group: Group, points: NDArray[np.uint16]) -> NDArray[np.int32]:
    """Return the row of what ends at each folded code point: the longest n-gram of a profile."""
    last = group.classes.take(points)
    before = np.empty_like(last)
    before[0] = _SPACE_CLASS
    before[1:] = last[:-1]
    first = np.zeros_like(last)
    first[1:] = before[:-1]
    first[before == _SPACE_CLASS] = 0
    ends = before * group.width + last
    rows = _looked_up(group, first * (group.width * group.width) + ends)
    missed = ((rows == 0) & (first > 0)).nonzero()[0]
    rows[missed] = _looked_up(group, ends[missed])
    missed = (rows == 0).nonzero()[0]
    rows[missed] = group.single[last[missed]]
    return rows


def _looked_up(group: Group, keys: NDArray[np.int64]) -> NDArray[np.int32]:
    """Return the rows of n-grams, 0 for those that are in no profile."""
    at = hashes(keys, group.shift)
    found = group.keys.take(at)
    hit = found == keys
    rows = group.places.take(at)
    rows[~hit] = 0
    open_ = (~hit & (found >= 0)).nonzero()[0]
    mask = len(group.keys) - 1
    for _ in range(group.probes - 1):
        if not len(open_):
            break
        at[open_] = (at[open_] + 1) & mask
        found = group.keys[at[open_]]
        hit = found == keys[open_]
        rows[open_[hit]] = group.places[at[open_[hit]]]
        open_ = open_[~hit & (found >= 0)]
    return rows
