"""The learned line model: how likely each block is text of the page, and what else it may be.

Words and pairs of words that stand on many sites are known, as hashes; each has a weight for
"text", one for each kind of line (what the markup around such lines is called on the pages that it
was trained on) and one for each type of page. Words of one site or subject are not known. Two
passes of symmetric decision trees look at these, at the features of the block and at what stands
around it; the second pass sees what the first said of the neighbours.

Everything is computed in integers, or in single operations of IEEE 754 on whole arrays: the same
page gets the same scores on every machine. `training/` makes the file.
"""

import math
from collections.abc import Iterator
from functools import cached_property, lru_cache
from pathlib import Path

import msgspec
import numpy as np
import numpy.typing as npt

from pipeline.boilerplate.context import (
    Bytes,
    around_blocks,
    around_kinds,
    around_scores,
    around_span,
    as_bytes,
)
from pipeline.boilerplate.extent import SHOWN, Extent
from pipeline.boilerplate.features import PageFeatures, shortened
from pipeline.boilerplate.grams import GRAM_BITS, Grams
from pipeline.boilerplate.signs import Ints
from pipeline.errors import ConfigurationError
from pipeline.trees import FULL, LEAF_STEPS, LOGIT_LIMIT, LOGIT_STEPS, Trees, scores_of

Sums = npt.NDArray[np.int32]

TEXT_MODEL = Path(__file__).with_name("line_model.bin")
MARKUP_MODEL = Path(__file__).with_name("markup_model.bin")
FORMAT = 2
KINDS = (
    "",
    "navigation",
    "share",
    "fundraising",
    "newsletter",
    "cookie",
    "related",
    "comment",
    "legal",
    "caption",
    "other",
    "byline",
    "date",
    "title",
)
"""What a line may be, the page's text first."""
PAGE_TYPES = (
    "article",
    "service",
    "forum",
    "listing",
    "product",
    "collection",
    "documentation",
)
"""What a page may be: the types of WCXB. What is text on a page depends on it."""
GUESSES = 1 + len(KINDS) + len(PAGE_TYPES)
"""Weights of a gram: of text, of each kind of line, of each type of page."""
PAGE_STEPS = 256
BLOCKS_AT_ONCE = 1 << 12
"""Blocks whose words are weighed in one go, which bounds the memory of a long page."""
TABLE_BITS = 17
"""So many first bits of a hash say where in the known ones it must be looked for."""


class Guess(msgspec.Struct, frozen=True):
    """What words alone say of the n blocks of a page, 0…250."""

    text: Ints
    """(n,)"""
    kinds: Ints
    """(n, 14)"""
    types: Ints
    """(7,)"""
    known: Ints
    """(n,) share of the block's grams that the model knows: words of a subject it does not."""


class LineScores(msgspec.Struct, frozen=True):
    """What the model says of the n blocks of a page."""

    text: Ints
    """(n,) 0…250: how likely the block is text of the page."""
    kinds: Ints
    """(n, 14) 0…250: how likely it is of each of `KINDS`."""
    types: Ints
    """(7,) 0…250: how likely the page is of each of `PAGE_TYPES`, by its words."""
    known: int
    """0…250: how many of the page's words and pairs of words the model knows."""


class KnownGrams:
    """The hashes that a model knows, behind a table of where those of the same first bits begin.

    >>> known = KnownGrams(np.array([3, 7], np.uint32))
    >>> [found.tolist() for found in known.find(np.array([7, 4, 3], np.uint32))]
    [[1, 0], [True, False, True]]
    """

    def __init__(self, hashes: npt.NDArray[np.uint32]) -> None:
        """Take hashes in ascending order."""
        self._hashes = hashes
        firsts = hashes >> np.uint32(GRAM_BITS - TABLE_BITS)
        counts = np.bincount(firsts, minlength=1 << TABLE_BITS)
        self._begins = (np.cumsum(counts) - counts).astype(np.int32)
        self._most = int(counts.max())

    def find(self, grams: npt.NDArray[np.uint32]) -> tuple[Ints, npt.NDArray[np.bool_]]:
        """Return the places among the hashes of those grams that are known, and which are."""
        if not len(self._hashes):
            return np.zeros(0, np.int64), np.zeros(len(grams), np.bool_)
        places = self._begins.take(grams >> np.uint32(GRAM_BITS - TABLE_BITS)).astype(np.intp)
        for _ in range(self._most):
            places += self._hashes.take(places, mode="clip") < grams
        are_known = self._hashes.take(places, mode="clip") == grams
        return places[are_known], are_known


class LineModel(msgspec.Struct, frozen=True, dict=True):
    """The model, as its file holds it."""

    about: dict[str, str]
    """Fingerprints of data, code and options, and the licence note of the data."""
    known: npt.NDArray[np.uint32]
    """(v,) the hashes that it knows, ascending,"""
    grams: npt.NDArray[np.int8]
    """(v, 1 + 14 + 7) and their weights: of text, of each kind, of each type of page."""
    gram_scales: npt.NDArray[np.float64]
    """(22,) what one unit of a weight is worth, in sixteenths of a logit."""
    gram_biases: npt.NDArray[np.float64]
    """(22,) likewise in sixteenths of a logit."""
    passes: tuple[Trees, ...]
    """The later ones see what the one before said of the neighbours."""

    @cached_property
    def _weights(self) -> npt.NDArray[np.int32]:
        """The weights (v, 1 + 22) as numbers that can be summed, behind a 1 that counts them."""
        return np.insert(self.grams.astype(np.int32), 0, 1, axis=1)

    @cached_property
    def _known_grams(self) -> KnownGrams:
        return KnownGrams(self.known)

    def scores(self, page: PageFeatures) -> LineScores:
        """Return the scores of the blocks of a page, seen as if it were no longer than SHOWN."""
        page = shortened(page, SHOWN)
        guess = self.first_guess(page)
        columns = guess_columns(page, guess)
        first = scores_of(self.passes[0].logits(columns))
        columns = np.concatenate((columns, pass_columns(first, page.words, SHOWN)))
        text = scores_of(self.passes[1].logits(columns))
        known = int((guess.known * page.words).sum()) // max(int(page.words.sum()), 1)
        return LineScores(text, guess.kinds, guess.types, known)

    def first_guess(self, page: PageFeatures, with_words: bool = True) -> Guess:
        """Return what words alone say.

        On pages of a script that the model was not trained on, all words count as unknown.
        """
        blocks = len(page.starts)
        found = np.zeros(blocks, np.int64)
        sums = np.zeros((blocks, GUESSES))
        for part, weighed in self._weighed_blocks(page) if page.latin and with_words else ():
            found[part] = weighed[:, 0]
            sums[part] = weighed[:, 1:] / np.sqrt(np.maximum(found[part], 1))[:, None]
        scales, biases = self.gram_scales, self.gram_biases
        lines = 1 + len(KINDS)
        logits = np.rint(sums[:, :lines] * scales[:lines] + biases[:lines]).astype(np.int64)
        parts = np.rint(sums[:, lines:] * PAGE_STEPS).astype(np.int64).sum(axis=0)
        of_page = parts / (PAGE_STEPS * blocks) * scales[lines:] + biases[lines:]
        return Guess(
            scores_of(logits[:, 0] * (LEAF_STEPS // LOGIT_STEPS)),
            _shares(logits[:, 1:]),
            _shares(np.rint(of_page).astype(np.int64)[None])[0],
            found * FULL // page.counts(),
        )

    def _weighed_blocks(self, page: PageFeatures) -> Iterator[tuple[slice, Sums]]:
        """Yield how many of each block's grams are known, and the sums of their weights."""
        shared = page.shared
        own = np.zeros((len(shared.starts), 1 + GUESSES), np.int32)
        for part, weighed in self._weighed(shared.grams, shared.starts):
            own[part] = weighed
        of_sets = shared.with_above(own)
        for part, of_text in self._weighed(page.grams, page.starts):
            of_names = [of_sets.take(sets, axis=0) for sets in shared.of_blocks[:, part]]
            yield part, sum(of_names, of_text)

    def _weighed(self, grams: Grams, starts: Ints) -> Iterator[tuple[slice, Sums]]:
        """Yield rows (b, 1 + 22) of blocks: how many of their grams are known, the weights' sums.

        `starts` (n,) says where the grams of each block begin.
        """
        bounds = np.append(starts, len(grams))
        for first in range(0, len(starts), BLOCKS_AT_ONCE):
            within = bounds[first : first + BLOCKS_AT_ONCE + 1]
            places, are_known = self._known_grams.find(grams[within[0] : within[-1]])
            known = np.concatenate(([0], np.cumsum(are_known)))[within - within[0]]
            filled = np.flatnonzero(np.diff(known))
            sums = np.zeros((len(within) - 1, 1 + GUESSES), np.int32)
            if len(filled):
                weights = self._weights.take(places, axis=0)
                sums[filled] = np.add.reduceat(weights, known[filled], axis=0)
            yield slice(first, first + len(sums)), sums


def _shares(logits: Ints) -> Ints:
    """Return the softmax of logits in sixteenths, 0…250, along the rows."""
    powers = _exponentials()[np.clip(logits, -LOGIT_LIMIT, LOGIT_LIMIT) + LOGIT_LIMIT]
    shares: Ints = powers * FULL // powers.sum(axis=1)[:, None]
    return shares


def guess_columns(page: PageFeatures, guess: Guess) -> Bytes:
    """Return what the first pass sees: (columns, n)."""
    blocks = len(page.starts)
    dense = np.ascontiguousarray(page.dense.T)
    return as_bytes(
        (
            dense,
            around_blocks(dense),
            around_scores(guess.text, page.words),
            around_kinds(guess.kinds, page.words),
            guess.known[None],
            np.broadcast_to(guess.types[:, None], (len(PAGE_TYPES), blocks)),
        )
    )


def pass_columns(scores: Ints, words: Ints, extent: Extent) -> Bytes:
    """Return what the second pass sees of the first: (columns, n); no page is longer than that."""
    kept = best_set(scores, words)
    return as_bytes((around_scores(scores, words), around_span(scores, words, kept, extent)))


def best_set(scores: Ints, words: Ints, weight: float = 1.0) -> npt.NDArray[np.bool_]:
    """Return the set of blocks whose expected F-measure is the highest.

    Words kept wrongly and words lost count alike at `weight` 1; at 2 a lost one counts four times
    as much, as in F2. (Lewis 1995, Evaluating and optimizing autonomous text classification
    systems: the best set is always the blocks above some score.)

    >>> best_set(np.array([240, 10, 125]), np.array([50, 50, 20])).tolist()
    [True, False, True]
    """
    order = np.argsort(-scores, kind="stable")
    hits = np.cumsum(scores[order] * words[order])
    kept = np.cumsum(words[order])
    square = weight * weight
    wanted = int(hits[-1]) / FULL
    measure = hits / np.maximum(kept + square * wanted, 1e-9)
    best = np.zeros(len(scores), np.bool_)
    best[order[: int(np.argmax(measure)) + 1]] = True
    return best


@lru_cache(maxsize=1)
def _exponentials() -> Ints:
    """Return e to the power of each logit in sixteenths, in 4096ths."""
    steps = range(-LOGIT_LIMIT, LOGIT_LIMIT + 1)
    return np.array([round(4096 * math.exp(step / LOGIT_STEPS)) for step in steps])


class _Stored(msgspec.Struct, forbid_unknown_fields=True):
    """The file: MessagePack; arrays as little-endian bytes, shapes follow from the format."""

    format: int
    about: dict[str, str]
    grams: bytes
    gram_scales: list[float]
    gram_biases: list[float]
    depths: list[int]
    columns: list[bytes]
    borders: list[bytes]
    leaves: list[bytes]
    biases: list[int]
    known: bytes = b""


def encoded(model: LineModel) -> bytes:
    """Return the model as a file holds it: the same model, the same bytes."""
    return msgspec.msgpack.encode(
        _Stored(
            FORMAT,
            dict(sorted(model.about.items())),
            model.grams.astype("<i1").tobytes(),
            model.gram_scales.tolist(),
            model.gram_biases.tolist(),
            [trees.leaves.shape[1].bit_length() - 1 for trees in model.passes],
            [trees.columns.astype("<u2").tobytes() for trees in model.passes],
            [trees.borders.astype("<u1").tobytes() for trees in model.passes],
            [trees.leaves.astype("<i4").tobytes() for trees in model.passes],
            [trees.bias for trees in model.passes],
            model.known.astype("<u4").tobytes(),
        )
    )


def decoded(content: bytes, path: Path) -> LineModel:
    """Return the model of a file's content; raise ConfigurationError where it is none."""
    try:
        stored = msgspec.msgpack.decode(content, type=_Stored)
        if stored.format != FORMAT:
            raise ValueError(f"it has format {stored.format}, this version reads {FORMAT}")
        return LineModel(
            stored.about,
            np.frombuffer(stored.known, "<u4"),
            np.frombuffer(stored.grams, "<i1").reshape(len(stored.known) // 4, GUESSES),
            np.array(stored.gram_scales),
            np.array(stored.gram_biases),
            (_trees(stored, 0), _trees(stored, 1)),
        )
    except (ValueError, IndexError) as error:
        raise ConfigurationError(
            str(path), f"is no line model: {error}", "make one with `make train-boilerplate`"
        ) from error


def _trees(stored: _Stored, index: int) -> Trees:
    columns = np.frombuffer(stored.columns[index], "<u2").astype(np.int64)
    return Trees(
        columns,
        np.frombuffer(stored.borders[index], "<u1"),
        np.frombuffer(stored.leaves[index], "<i4").reshape(-1, 1 << stored.depths[index]),
        stored.biases[index],
    )


@lru_cache(maxsize=4)
def load_line_model(path: Path = TEXT_MODEL) -> LineModel:
    """Return the model of a file, or the package's of plain text."""
    try:
        content = path.read_bytes()
    except OSError as error:
        raise ConfigurationError(
            str(path), f"cannot be read: {error.strerror}", "name a model's file, or none"
        ) from error
    return decoded(content, path)
