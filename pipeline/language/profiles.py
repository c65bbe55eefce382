"""The profiles that the langdetect package carries, as tables to look n-grams up in.

A profile counts the n-grams of one to three letters of a language's Wikipedia. langdetect draws
some of a text's n-grams at random and multiplies their likelihoods until one language wins; here
all of them count, the longer ones more, so there is nothing to draw. The likelihoods are kept as
whole numbers (1/1024 nat), whose sum is the same in every order.

After Shuyo Nakatani, "Language Detection Library for Java" (2010), whose model this is.
"""

from functools import cache
from importlib import resources
from importlib.resources.abc import Traversable
from typing import NamedTuple

import msgspec
import numpy as np
from numpy.typing import NDArray

from pipeline.language.letters import (
    FOLDED,
    LOWER,
    OUTSIDE,
    PLANE,
    SCRIPT,
    SCRIPTS,
    SPACE,
    UPPER,
)

NAT = 1024
"""Units of the tables in a nat, the natural logarithm's unit."""
FLOOR = 0.5 / 10_000
"""What langdetect adds to each likelihood (its `alpha` over `BASE_FREQ`)."""
WEIGHTS = (0.5, 0.8, 1.2)
"""What n-grams of one, two and three letters count. On fragments of three other sources these were
right in 0.962 of cases in the mean, equal weights in 0.959; on sentences at least as often."""
_SIDE_BY_SIDE = 16
_MANY = 256
SPACE_CLASS = 1
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


class Letters(NamedTuple):
    """What each code point of a text is to the languages of one script, [65536] each."""

    classes: NDArray[np.uint16]
    """Its number in the tables; a letter of another script counts as a space."""
    capital: NDArray[np.bool_]
    lower: NDArray[np.uint16]
    """The letter in lower case; all that is no letter of the script is a space."""


class Tables(NamedTuple):
    """Where n-grams are looked up.

    Of the pairs of classes there are only those whose first begins an n-gram of a profile, and of
    three classes only those that begin and end as n-grams of a profile do.
    """

    begins_two: NDArray[np.intp]
    """Where the pairs are that each class begins, [class]."""
    pairs: NDArray[np.unsignedinteger]
    """The row of each pair, or that of its second alone if no profile has the pair, [pair]."""
    begins_three: NDArray[np.int32]
    """Where the n-grams of three are that the pair of each row begins, [row]."""
    ends_three: NDArray[np.intp]
    """The place among these of those that each class ends, [class]."""
    triples: NDArray[np.unsignedinteger]
    """The row of each n-gram of three, 0 if no profile has it."""


class Group(NamedTuple):
    """The languages of one script: what each n-gram says for each of them."""

    script: str
    languages: tuple[str, ...]
    """langdetect's names."""
    written: Letters
    """Letters as they are written,"""
    lowered: Letters
    """and in lower case."""
    tables: Tables
    rows: NDArray[np.int32]
    """Logarithms of likelihoods in `NAT`s, of an n-gram with those that end where it does,
    [row, language]; row 0 is of what is in no profile."""
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
def load(script: str) -> Group:
    """Return the languages of a script, one of `languages()`, read from the langdetect package.

    Raises FileNotFoundError if the package is installed without its profiles.
    """
    names = languages()[script]
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
    own = _own_letters(script)
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
    fitting = (own[letters] | (letters == 0)).all(axis=1)
    letters, lengths = letters[fitting], lengths[fitting]
    of, likelihood = np.array(of)[fitting], likelihood[fitting]

    used = np.setdiff1d(letters, [0, SPACE])
    classes = np.full(PLANE, _OUTSIDE_CLASS, dtype=np.int64)
    classes[used] = np.arange(len(used)) + _OUTSIDE_CLASS + 1
    classes[SPACE] = SPACE_CLASS
    width = len(used) + _OUTSIDE_CLASS + 1
    classes[OUTSIDE] = _OUTSIDE_CLASS

    places = np.where(letters > 0, classes[letters], 0)
    for count in (1, 2):  # to the right, so that the last letter is always the last class
        short = lengths == count
        places[short] = np.roll(places[short], 3 - count, axis=1)
    keys = (places[:, 0] * width + places[:, 1]) * width + places[:, 2]
    begun = keys[keys >= width * width] // width
    distinct = np.unique(np.concatenate((keys, begun)))  # what begins one of three has a row, too
    at = np.searchsorted(distinct, keys)
    table = np.full((len(distinct), len(profiles)), FLOOR)
    table[at, of] += likelihood
    lengths = np.digitize(distinct, [width, width * width])
    logs = np.rint(np.log(table) * NAT * np.array(WEIGHTS)[lengths, None]).astype(np.int32)
    logs[np.isin(distinct, keys, invert=True)] = 0  # in no profile: as its last letter alone
    tables = _tables(distinct, width)
    return Group(
        script,
        tuple(profiles),
        _letters(own, classes, np.arange(PLANE, dtype=np.uint16)),
        _letters(own, classes, LOWER),
        tables,
        _rows(distinct, logs, tables, width),
        1 + int(np.searchsorted(distinct, width * width)),
    )


def _own_letters(script: str) -> NDArray[np.bool_]:
    """Return which code points are of a script, or of none, [65536]."""
    scripts = ("Hani", "Kana", "Hang") if script == "Hani" else (script,)
    return np.isin(SCRIPT, [0, *map(SCRIPTS.index, scripts)])


def _letters(
    own: NDArray[np.bool_], classes: NDArray[np.int64], points: NDArray[np.uint16]
) -> Letters:
    """Return what code points are to a script that has the `own`, each read as one of `points`."""
    clean = np.where(own, points, SPACE).astype(np.uint16)
    lower = LOWER[np.where(SCRIPT > 0, clean, SPACE)]
    return Letters(classes.astype(np.uint16)[FOLDED[clean]], UPPER[clean], lower)


def _tables(keys: NDArray[np.int64], width: int) -> Tables:
    """Return where to look up that the n-gram `keys[n]` has row n + 1; keys are ascending."""
    bounds = np.searchsorted(keys, [width, width * width])
    singles, pairs, triples = np.split(keys, bounds)
    rows: NDArray[np.unsignedinteger] = np.arange(1, len(keys) + 1).astype(
        np.min_scalar_type(len(keys))
    )
    row_of_single, row_of_pair, row_of_triple = np.split(rows, bounds)
    begun, last = np.divmod(triples, width)

    begins_two = _numbered(pairs // width, width) * width
    row_of = np.zeros_like(rows, shape=width)
    row_of[singles] = row_of_single
    of_two = np.tile(row_of, begins_two.max() // width + 1)
    of_two[begins_two[pairs // width] + pairs % width] = row_of_pair

    ends_three = _numbered(last, width)
    size = int(ends_three.max()) + 1
    openings = np.searchsorted(pairs, begun)
    begins_three = np.zeros(len(keys) + 1, dtype=np.int32)
    begins_three[row_of_pair] = _numbered(openings, len(pairs)) * size
    of_three = np.zeros_like(rows, shape=begins_three.max() + size)
    of_three[begins_three[row_of_pair[openings]] + ends_three[last]] = row_of_triple
    return Tables(begins_two, of_two, begins_three, ends_three, of_three)


def _numbered(used: NDArray[np.int64], size: int) -> NDArray[np.intp]:
    """Return a number for each of so many places: from 1 on for those used, 0 for all others."""
    numbers = np.zeros(size, dtype=np.intp)
    distinct = np.unique(used)
    numbers[distinct] = np.arange(1, len(distinct) + 1)
    return numbers


def _rows(
    keys: NDArray[np.int64], logs: NDArray[np.int32], tables: Tables, width: int
) -> NDArray[np.int32]:
    """Return the rows of n-grams, each summed with those of the shorter ones that end with it."""
    rows = np.zeros((len(keys) + 1, logs.shape[1]), dtype=np.int32)
    rows[1:] = logs
    pairs, triples = np.searchsorted(keys, [width, width * width])
    rows[1 + pairs : 1 + triples] += rows[tables.pairs[keys[pairs:triples] % width]]
    middle, last = np.divmod(keys[triples:] % (width * width), width)
    rows[1 + triples :] += rows[tables.pairs[tables.begins_two[middle] + last]]
    return rows


def rows_of(tables: Tables, classes: NDArray[np.uint16]) -> NDArray[np.unsignedinteger]:
    """Return the row of what ends at each letter of a text: the longest n-gram of a profile."""
    before = np.empty_like(classes)
    before[0] = SPACE_CLASS
    before[1:] = classes[:-1]
    pairs = tables.begins_two.take(before)
    pairs += classes
    rows = tables.pairs.take(pairs)
    triples = tables.ends_three.take(classes[1:])
    triples += tables.begins_three.take(rows[:-1])
    longest = tables.triples.take(triples)
    np.copyto(rows[1:], longest, where=longest > 0)
    return rows


def summed(table: NDArray[np.integer], rows: NDArray[np.integer]) -> NDArray[np.int32]:
    """Return the sum of some rows of a table.

    Of many short rows sixteen are laid side by side, as each costs more to begin than to add.
    No sum of so many characters as are looked at leaves 32 bits; they take half the time of 64.

    >>> summed(np.array([[0, 1], [10, 20]]), np.array([1] * 300 + [0])).tolist()
    [3000, 6001]
    """
    taken = table.take(rows, axis=0)
    if len(taken) >= _MANY:
        columns = table.shape[1]
        whole = len(taken) // _SIDE_BY_SIDE * _SIDE_BY_SIDE
        wide = taken[:whole].reshape(-1, _SIDE_BY_SIDE * columns)
        wide = np.add.reduce(wide, axis=0, dtype=np.int32).reshape(_SIDE_BY_SIDE, columns)
        taken = np.concatenate((wide, taken[whole:]))
    sums: NDArray[np.int32] = np.add.reduce(taken, axis=0, dtype=np.int32)
    return sums
