"""From pages as numbers to a line model: weights of words, then two passes of trees.

The second pass, and the trees that see the words' guess, must be trained on guesses about pages
that the guesser did not see, or they would trust it too much. So each is made again on three
quarters of the sites for the last quarter (`_out_of_part`).
"""

import json
import tempfile
import zlib
from collections.abc import Callable, Sequence
from pathlib import Path

import msgspec
import numpy as np
import numpy.typing as npt
from catboost import CatBoost, Pool
from scipy.sparse import csr_matrix

from pipeline.boilerplate.context import Bytes
from pipeline.boilerplate.features import GRAM_BUCKETS, Ints, PageFeatures
from pipeline.boilerplate.line_model import (
    KINDS,
    LEAF_STEPS,
    LOGIT_STEPS,
    PAGE_TYPES,
    Guess,
    LineModel,
    Trees,
    as_scores,
    guess_columns,
    pass_columns,
)

Floats = npt.NDArray[np.float32]


TYPE_STEPS = 150
TYPE_RATE = 0.1
TYPE_DECAY = 1e-5
MASKED = 8
"""One rendering in so many is shown to the trees without its words."""


class Page(msgspec.Struct, frozen=True):
    """One rendering of a page, with what is known of its n blocks."""

    name: str
    site: str
    page_type: str
    """One of WCXB's, or `` where nobody annotated the page."""
    rendering: str
    features: PageFeatures
    words: Ints
    """(n,) words as the measure counts them,"""
    hits: npt.NDArray[np.float64]
    """(n,) and how many of them are of the main text (for silver: the mean of extractors)."""
    gold_words: float
    """Words of the main text, found in the rendering or not."""
    kinds: Ints
    """(n,) index into KINDS by the markup, -1 where it says nothing."""
    weight: float
    """How much the page counts: 1 where people annotated it."""

    @property
    def is_masked(self) -> bool:
        """Whether the model learns this rendering without its words.

        So that it knows what to do in a script or language that it has no words of.
        """
        return zlib.crc32(f"mask {self.name} {self.rendering}".encode()) % MASKED == 0


class Options(msgspec.Struct, frozen=True):
    """What the training can be told; its fingerprint stands in the model."""

    seed: int = 1
    gram_epochs: int = 4
    gram_rate: float = 0.02
    first_trees: int = 120
    second_trees: int = 400
    depth: int = 6
    first_rate: float = 0.12
    second_rate: float = 0.08
    rows_a_page: int = 150
    """Blocks of a page that trees are trained on, drawn at random; context is of all."""
    parts: int = 3
    threads: int = 2
    """Sums of floating point numbers depend on it: the same number, the same bytes."""


def fit(pages: Sequence[Page], options: Options, about: dict[str, str]) -> LineModel:
    """Return the model that the pages teach."""
    grams = fit_grams(pages, options)
    guesses = _out_of_part(
        pages,
        options,
        lambda others: _guesser(fit_grams(others, options)),
    )
    first_columns = [
        guess_columns(page.features, guess) for page, guess in zip(pages, guesses, strict=True)
    ]
    rows = _Rows(pages, first_columns, options)
    first = rows.fit_trees(range(len(pages)), options.first_trees, options.first_rate)
    by_part: dict[int, Trees] = {}
    for part in range(options.parts):
        others = [at for at, page in enumerate(pages) if _part(page, options) != part]
        by_part[part] = rows.fit_trees(others, options.first_trees, options.first_rate)
    second_columns = []
    for page, columns in zip(pages, first_columns, strict=True):
        scores = as_scores(by_part[_part(page, options)].logits(columns))
        more = pass_columns(scores, page.features.words)
        second_columns.append(np.concatenate((columns, more)))
    del rows, first_columns
    rows = _Rows(pages, second_columns, options)
    second = rows.fit_trees(range(len(pages)), options.second_trees, options.second_rate)
    return LineModel(about, *grams, (first, second))


def _part(page: Page, options: Options) -> int:
    return zlib.crc32(f"part {page.site}".encode()) % options.parts


def _guesser(
    grams: tuple[npt.NDArray[np.int8], npt.NDArray[np.float64], npt.NDArray[np.float64]],
) -> Callable[[Page], Guess]:
    model = LineModel({}, *grams, ())  # type: ignore[arg-type]
    return lambda page: model.first_guess(page.features, not page.is_masked)


def _out_of_part(
    pages: Sequence[Page],
    options: Options,
    learn: Callable[[Sequence[Page]], Callable[[Page], Guess]],
) -> list[Guess]:
    """Return for each page what is learned from the sites of the other parts."""
    guesses: dict[int, Guess] = {}
    for part in range(options.parts):
        guess = learn([page for page in pages if _part(page, options) != part])
        for at, page in enumerate(pages):
            if _part(page, options) == part:
                guesses[at] = guess(page)
    return [guesses[at] for at in range(len(pages))]


def block_weights(page: Page) -> npt.NDArray[np.float64]:
    """Return how much each block counts: a page 1 in all, a block the root of its words."""
    roots = np.sqrt(page.words)
    return roots / max(roots.sum(), 1.0) * page.weight


def fit_grams(
    pages: Sequence[Page], options: Options
) -> tuple[npt.NDArray[np.int8], npt.NDArray[np.float64], npt.NDArray[np.float64]]:
    """Return weights of buckets (buckets, 22), their scales (22,) and biases (22,).

    Logistic regression by Adam: one logit for "text", a softmax over the kinds of line, and one
    over the types of pages, whose words are the mean of their blocks'.
    """
    counts = [np.diff(np.append(page.features.starts, len(page.features.grams))) for page in pages]
    lengths = np.concatenate(counts)
    grams = np.concatenate([page.features.grams for page in pages])
    matrix = csr_matrix(
        (
            np.repeat(1 / np.sqrt(lengths), lengths).astype(np.float32),
            grams.astype(np.int32),
            np.concatenate(([0], np.cumsum(lengths))),
        ),
        shape=(len(lengths), GRAM_BUCKETS),
    )
    share = np.concatenate([page.hits / np.maximum(page.words, 1) for page in pages])
    share = np.clip(share, 0, 1).astype(np.float32)
    weight = np.concatenate([block_weights(page) for page in pages]).astype(np.float32)
    weight /= weight.mean()
    kinds = np.concatenate([page.kinds for page in pages])
    known = np.where(kinds >= 0, np.minimum(weight, 3), 0).astype(np.float32) * 0.5
    wanted = np.eye(len(KINDS), dtype=np.float32)[np.maximum(kinds, 0)]
    rng = np.random.default_rng(options.seed)
    state = _Adam(GRAM_BUCKETS + 1, 1 + len(KINDS))
    batch = 8192
    steps = options.gram_epochs * -(-len(lengths) // batch)
    for _ in range(options.gram_epochs):
        order = rng.permutation(len(lengths))
        for begin in range(0, len(order), batch):
            rows = order[begin : begin + batch]
            taken = matrix[rows]
            logits = taken @ state.weights[:-1] + state.weights[-1]
            slopes = np.empty_like(logits)
            slopes[:, 0] = (1 / (1 + np.exp(-logits[:, 0])) - share[rows]) * weight[rows]
            powers = np.exp(logits[:, 1:] - logits[:, 1:].max(axis=1, keepdims=True))
            powers /= powers.sum(axis=1, keepdims=True)
            slopes[:, 1:] = (powers - wanted[rows]) * known[rows, None]
            slopes /= len(rows)
            gradient = np.vstack((taken.T @ slopes, slopes.sum(axis=0)))
            rate = options.gram_rate * (1 - state.steps / steps) + 1e-4
            state.step(gradient.astype(np.float32), rate)
    of_page = _fit_types(pages, matrix, lengths_of_pages=[len(page.words) for page in pages])
    learned = np.hstack((state.weights, of_page)).astype(np.float64)
    scales = np.maximum(np.abs(learned[:-1]).max(axis=0), 1e-9) / 127
    weights = np.rint(learned[:-1] / scales).astype(np.int8)
    return weights, scales * LOGIT_STEPS, learned[-1] * LOGIT_STEPS


def _fit_types(
    pages: Sequence[Page], matrix: csr_matrix, lengths_of_pages: Sequence[int]
) -> Floats:
    """Return weights and, in the last row, biases (buckets + 1, 7) of the types of pages."""
    owners = np.repeat(np.arange(len(pages)), lengths_of_pages)
    shares = np.repeat(1 / np.array(lengths_of_pages), lengths_of_pages).astype(np.float32)
    means = csr_matrix((shares, (owners, np.arange(len(owners)))), shape=(len(pages), len(owners)))
    typed = [at for at, page in enumerate(pages) if page.page_type]
    state = _Adam(GRAM_BUCKETS + 1, len(PAGE_TYPES))
    if not typed:
        return state.weights
    bags = (means @ matrix)[typed]
    wanted = np.zeros((len(typed), len(PAGE_TYPES)), np.float32)
    wanted[np.arange(len(typed)), [PAGE_TYPES.index(pages[at].page_type) for at in typed]] = 1
    for _ in range(TYPE_STEPS):
        logits = bags @ state.weights[:-1] + state.weights[-1]
        powers = np.exp(logits - logits.max(axis=1, keepdims=True))
        slopes = (powers / powers.sum(axis=1, keepdims=True) - wanted) / len(typed)
        gradient = np.vstack((bags.T @ slopes, slopes.sum(axis=0)))
        gradient[:-1] += TYPE_DECAY * state.weights[:-1]
        state.step(gradient.astype(np.float32), TYPE_RATE * (1 - state.steps / TYPE_STEPS) + 1e-4)
    return state.weights


class _Adam:
    """Adam (Kingma & Ba 2015) over one array."""

    def __init__(self, rows: int, columns: int) -> None:
        self.weights = np.zeros((rows, columns), np.float32)
        self.mean = np.zeros_like(self.weights)
        self.square = np.zeros_like(self.weights)
        self.steps = 0

    def step(self, gradient: Floats, rate: float) -> None:
        self.steps += 1
        self.mean += 0.1 * (gradient - self.mean)
        self.square += 0.001 * (gradient * gradient - self.square)
        mean = self.mean / (1 - 0.9**self.steps)
        square = self.square / (1 - 0.999**self.steps)
        self.weights -= rate * mean / (np.sqrt(square) + 1e-8)


class _Rows:
    """The drawn blocks of all pages, as the trees are trained on them."""

    def __init__(self, pages: Sequence[Page], columns: Sequence[Bytes], options: Options) -> None:
        self.options = options
        rng = np.random.default_rng(options.seed)
        drawn, shares, weights, owners = [], [], [], []
        for at, (page, held) in enumerate(zip(pages, columns, strict=True)):
            blocks = len(page.words)
            kept = np.arange(blocks)
            if blocks > options.rows_a_page:
                kept = np.sort(rng.choice(blocks, options.rows_a_page, replace=False))
            drawn.append(held[:, kept].T)
            shares.append((page.hits / np.maximum(page.words, 1))[kept])
            weights.append(block_weights(page)[kept] * (blocks / len(kept)))
            owners.append(np.full(len(kept), at))
        self.columns = np.concatenate(drawn)
        self.shares = np.clip(np.concatenate(shares), 0, 1)
        self.weights = np.concatenate(weights) * 100
        self.owners = np.concatenate(owners)

    def fit_trees(self, pages: Sequence[int], count: int, rate: float) -> Trees:
        """Return trees trained on the rows of some pages."""
        chosen = np.isin(self.owners, pages)
        learner = CatBoost(
            {
                "loss_function": "CrossEntropy",
                "depth": self.options.depth,
                "iterations": count,
                "learning_rate": rate,
                "border_count": 64,
                "l2_leaf_reg": 10,
                "rsm": 0.3,
                "bootstrap_type": "Bernoulli",
                "subsample": 0.6,
                "random_seed": self.options.seed,
                "thread_count": self.options.threads,
                "allow_writing_files": False,
                "verbose": False,
            }
        )
        learner.fit(
            Pool(
                self.columns[chosen].astype(np.float32),
                label=self.shares[chosen],
                weight=self.weights[chosen],
            )
        )
        return trees_of(learner)


def trees_of(learner: CatBoost) -> Trees:
    """Return CatBoost's symmetric trees as the model holds them."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "model.json"
        learner.save_model(str(path), format="json")
        stored = json.loads(path.read_text())
    depth = max(len(tree["splits"]) for tree in stored["oblivious_trees"])
    columns, borders, leaves = [], [], []
    for tree in stored["oblivious_trees"]:
        missing = depth - len(tree["splits"])
        columns += [split["float_feature_index"] for split in tree["splits"]] + [0] * missing
        borders += [int(np.floor(split["border"])) for split in tree["splits"]] + [255] * missing
        leaves.append(tree["leaf_values"] + [0.0] * ((1 << depth) - len(tree["leaf_values"])))
    scale, bias = stored["scale_and_bias"]
    values = np.rint(np.array(leaves) * scale * LEAF_STEPS).astype(np.int32)
    return Trees(
        np.array(columns, np.int64),
        np.array(borders, np.uint8),
        values,
        round(float(np.ravel(bias)[0]) * LEAF_STEPS),
    )
