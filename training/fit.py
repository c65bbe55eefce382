"""From pages as numbers to a line model: weights of words, then two passes of trees.

The second pass, and the trees that see the words' guess, must be trained on guesses about pages
that the guesser did not see, or they would trust it too much. So each is made again on two parts of
three of the sites, for the third (`_out_of_part`).
"""

import json
import tempfile
import zlib
from collections.abc import Callable, Sequence
from pathlib import Path

import numpy as np
from catboost import CatBoost, Pool

from pipeline.boilerplate.context import Bytes
from pipeline.boilerplate.extent import WHOLE
from pipeline.boilerplate.line_model import (
    Guess,
    LineModel,
    guess_columns,
    pass_columns,
)
from pipeline.trees import LEAF_STEPS, Trees, scores_of
from training.page import Options, Page, block_weights
from training.words import Words, fit_words


def fit(pages: Sequence[Page], options: Options, about: dict[str, str]) -> LineModel:
    """Return the model that the pages teach."""
    words = fit_words(pages, options)
    guesses = _out_of_part(pages, options, lambda others: _guesser(fit_words(others, options)))
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
        scores = scores_of(by_part[_part(page, options)].logits(columns))
        more = pass_columns(scores, page.features.words, WHOLE)
        second_columns.append(np.concatenate((columns, more)))
    del rows, first_columns
    rows = _Rows(pages, second_columns, options)
    second = rows.fit_trees(range(len(pages)), options.second_trees, options.second_rate)
    return _model(words, about, (first, second))


def _model(words: Words, about: dict[str, str], passes: tuple[Trees, ...]) -> LineModel:
    return LineModel(about, words.known, words.weights, words.scales, words.biases, passes)


def _part(page: Page, options: Options) -> int:
    return zlib.crc32(f"part {page.site}".encode()) % options.parts


def _guesser(words: Words) -> Callable[[Page], Guess]:
    model = _model(words, {}, ())
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
                "border_count": self.options.borders,
                "l2_leaf_reg": 10,
                "rsm": 0.3,
                "bootstrap_type": "Bernoulli",
                "subsample": 0.6,
                "random_seed": self.options.seed,
                "thread_count": 1,  # two add the leaves up in another order from run to run
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
