"""Which words and pairs of words the line model knows, and their weights.

Logistic regression by Adam (Kingma & Ba 2015) over hashes. Only what stands on many sites is known:
that keeps the model from learning the subjects of the pages that it was trained on, and it leaves
out what would share a bucket with something else (on the fold it was chosen on, word-F1 of the
words' guess alone was 0.742 with 30,000 grams known, 0.731 with all of them in 32,768 buckets).
"""

from collections.abc import Sequence

import msgspec
import numpy as np
import numpy.typing as npt
from scipy.sparse import csr_matrix

from pipeline.boilerplate.line_model import KINDS, PAGE_TYPES, KnownGrams
from pipeline.trees import LOGIT_STEPS
from training.page import Options, Page, block_weights

Floats = npt.NDArray[np.float32]

BATCH = 8192
KIND_WEIGHT = 0.5
TYPE_STEPS = 150
TYPE_RATE = 0.1
TYPE_DECAY = 1e-5


class Words(msgspec.Struct, frozen=True):
    """The v grams that a model knows, with their weights, as `LineModel` holds them."""

    known: npt.NDArray[np.uint32]
    weights: npt.NDArray[np.int8]
    scales: npt.NDArray[np.float64]
    biases: npt.NDArray[np.float64]


def fit_words(pages: Sequence[Page], options: Options) -> Words:
    """Return the grams that stand on many sites, and weights for them.

    One logit for "text", a softmax over the kinds of line, and one over the types of pages, whose
    words are the mean of their blocks'.
    """
    known = _on_many_sites(pages, options.gram_sites)
    matrix = _matrix(pages, known)
    of_lines = _fit_lines(pages, matrix, options)
    of_pages = _fit_types(pages, matrix)
    learned = np.hstack((of_lines, of_pages)).astype(np.float64)
    scales = np.maximum(np.abs(learned[:-1]).max(axis=0, initial=0), 1e-9) / 127
    weights = np.rint(learned[:-1] / scales).astype(np.int8)
    return Words(known, weights, scales * LOGIT_STEPS, learned[-1] * LOGIT_STEPS)


def _on_many_sites(pages: Sequence[Page], least: int) -> npt.NDArray[np.uint32]:
    """Return, ascending, the grams that stand on at least so many sites."""
    numbers = {site: at for at, site in enumerate(sorted({page.site for page in pages}))}
    by_site: list[list[npt.NDArray[np.uint32]]] = [[] for _ in numbers]
    for page in pages:
        by_site[numbers[page.site]].append(np.unique(page.features.all_grams()[0]))
    distinct = [np.unique(np.concatenate(each)) for each in by_site]
    grams, sites = np.unique(np.concatenate(distinct), return_counts=True)
    return grams[sites >= least]


def _matrix(pages: Sequence[Page], known: npt.NDArray[np.uint32]) -> csr_matrix:
    """Return the blocks of all pages as rows over the known grams, each of length 1."""
    known_grams = KnownGrams(known)
    places, counts = [], []
    for page in pages:
        grams, starts = page.features.all_grams()
        found, are_known = known_grams.find(grams)
        sums = np.concatenate(([0], np.cumsum(are_known)))
        places.append(found.astype(np.int32))
        counts.append(np.diff(sums[np.append(starts, len(grams))]))
    lengths = np.concatenate(counts)
    values = np.repeat(1 / np.sqrt(np.maximum(lengths, 1)), lengths).astype(np.float32)
    pointers = np.concatenate(([0], np.cumsum(lengths)))
    shape = (len(lengths), len(known))
    return csr_matrix((values, np.concatenate(places), pointers), shape=shape)


def _fit_lines(pages: Sequence[Page], matrix: csr_matrix, options: Options) -> Floats:
    """Return weights and, in the last row, biases (v + 1, 15) of text and of the kinds."""
    share = np.concatenate([page.hits / np.maximum(page.words, 1) for page in pages])
    share = np.clip(share, 0, 1).astype(np.float32)
    weight = np.concatenate([block_weights(page) for page in pages]).astype(np.float32)
    weight /= weight.mean()
    kinds = np.concatenate([page.kinds for page in pages])
    known = np.where(kinds >= 0, np.minimum(weight, 3), 0).astype(np.float32) * KIND_WEIGHT
    wanted = np.eye(len(KINDS), dtype=np.float32)[np.maximum(kinds, 0)]
    rng = np.random.default_rng(options.seed)
    state = _Adam(matrix.shape[1] + 1, 1 + len(KINDS))
    rows_in_all = matrix.shape[0]
    steps = options.gram_epochs * -(-rows_in_all // BATCH)
    for _ in range(options.gram_epochs):
        order = rng.permutation(rows_in_all)
        for begin in range(0, rows_in_all, BATCH):
            rows = order[begin : begin + BATCH]
            taken = matrix[rows]
            logits = taken @ state.weights[:-1] + state.weights[-1]
            slopes = np.empty_like(logits)
            slopes[:, 0] = (1 / (1 + np.exp(-logits[:, 0])) - share[rows]) * weight[rows]
            slopes[:, 1:] = (_softmax(logits[:, 1:]) - wanted[rows]) * known[rows, None]
            slopes /= len(rows)
            gradient = np.vstack((taken.T @ slopes, slopes.sum(axis=0)))
            gradient[:-1] += options.gram_decay * state.weights[:-1]
            state.step(gradient, options.gram_rate * (1 - state.steps / steps) + 1e-4)
    return state.weights


def _fit_types(pages: Sequence[Page], matrix: csr_matrix) -> Floats:
    """Return weights and, in the last row, biases (v + 1, 7) of the types of pages."""
    blocks = np.array([len(page.words) for page in pages])
    owners = np.repeat(np.arange(len(pages)), blocks)
    shares = np.repeat(1 / blocks, blocks).astype(np.float32)
    means = csr_matrix((shares, (owners, np.arange(len(owners)))), shape=(len(pages), len(owners)))
    typed = [at for at, page in enumerate(pages) if page.page_type]
    state = _Adam(matrix.shape[1] + 1, len(PAGE_TYPES))
    if not typed:
        return state.weights
    bags = (means @ matrix)[typed]
    wanted = np.zeros((len(typed), len(PAGE_TYPES)), np.float32)
    wanted[np.arange(len(typed)), [PAGE_TYPES.index(pages[at].page_type) for at in typed]] = 1
    for _ in range(TYPE_STEPS):
        logits = bags @ state.weights[:-1] + state.weights[-1]
        slopes = (_softmax(logits) - wanted) / len(typed)
        gradient = np.vstack((bags.T @ slopes, slopes.sum(axis=0)))
        gradient[:-1] += TYPE_DECAY * state.weights[:-1]
        state.step(gradient, TYPE_RATE * (1 - state.steps / TYPE_STEPS) + 1e-4)
    return state.weights


def _softmax(logits: Floats) -> Floats:
    powers = np.exp(logits - logits.max(axis=1, keepdims=True))
    shares: Floats = powers / powers.sum(axis=1, keepdims=True)
    return shares


class _Adam:
    """Adam (Kingma & Ba 2015) over one array."""

    def __init__(self, rows: int, columns: int) -> None:
        self.weights = np.zeros((rows, columns), np.float32)
        self.mean = np.zeros_like(self.weights)
        self.square = np.zeros_like(self.weights)
        self.steps = 0

    def step(self, gradient: npt.NDArray[np.floating], rate: float) -> None:
        self.steps += 1
        gradient = gradient.astype(np.float32)
        self.mean += 0.1 * (gradient - self.mean)
        self.square += 0.001 * (gradient * gradient - self.square)
        mean = self.mean / (1 - 0.9**self.steps)
        square = self.square / (1 - 0.999**self.steps)
        self.weights -= rate * mean / (np.sqrt(square) + 1e-8)
