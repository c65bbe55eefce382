"""From pages as numbers to a splitter: three passes over blocks, then the choice among sets.

A pass is trained on guesses about pages of sites that the guesser did not see, and the choice on
scores of such pages, or they would trust them too much.
"""

import zlib
from collections import Counter
from collections.abc import Callable, Iterator, Sequence

import numpy as np
from catboost import CatBoost, Pool, sum_models

from pipeline.digests import around, cohesion
from pipeline.digests.candidates import Candidate, Scores, candidates_of
from pipeline.digests.columns import guess_columns, looks_columns
from pipeline.digests.evidence import evidence_columns
from pipeline.digests.splitter import MIN_EXPECTED, Splitter, accept_columns, best_of
from pipeline.trees import Bytes, Trees, scores_of
from training.digests.page import Making, Options, Page, Shares, part_of
from training.fit import trees_of

RISING = (1, 2, 5, 6, 13, 14, 15, 16, 40)
"""Evidence that can only speak for a listing, as columns of `evidence_columns`: how many titles,
their scores, records with dates, “read more”, cut texts, titles that differ."""
FALLING = (8, 9, 44, 45, 46, 48, 49)
"""Evidence that can only speak against one: likely titles left out, titles that are questions,
numbered, running text, sentences, or end with a colon."""
FALLING_COHESION = (0, 2, 4)
"""Likewise what records have in common, as columns of `cohesion_columns`."""
RISING_AROUND, FALLING_AROUND = (0, 1, 2), (3,)
"""Likewise what stands around them, as columns of `around_columns`."""
Passes = tuple[tuple[Trees, Trees], ...]


def weights_of(pages: Sequence[Page], options: Options) -> list[float]:
    """Return how much each page counts."""
    counts = Counter(page.site for page in pages if not page.made)
    return [
        options.made_weight if page.made else options.real_weight / counts[page.site] ** 0.5
        for page in pages
    ]


class _Learner:
    """Pages with what the trees of the next pass see of them."""

    def __init__(self, pages: Sequence[Page], train: Sequence[int], options: Options) -> None:
        self.pages = pages
        self.options = options
        weights = weights_of([pages[at] for at in train], options)
        self.weights = dict(zip(train, weights, strict=True))
        self.looks = [looks_columns(page.outline) for page in pages]
        self.columns = list(self.looks)

    def see(self, guesses: dict[int, Scores]) -> None:
        """Let the next pass see guesses."""
        for at, guess in guesses.items():
            more = guess_columns(self.pages[at].outline, guess.title, guess.text)
            self.columns[at] = np.concatenate((self.looks[at], more))

    def pass_of(self, chosen: Sequence[int]) -> tuple[Trees, Trees]:
        """Return trees for titles, learned from all chosen pages, and for texts, from listings."""
        listings = [at for at in chosen if self.pages[at].is_digest]
        return (
            self.fitted(chosen, lambda page: page.titles),
            self.fitted(listings, lambda page: page.texts),
        )

    def fitted(self, chosen: Sequence[int], target: Callable[[Page], Shares]) -> Trees:
        """Return trees for the blocks of pages."""
        options = self.options
        rows, labels, weights = [], [], []
        for at in chosen:
            page = self.pages[at]
            count = len(page.titles)
            limit = options.rows_made if page.made else options.rows
            if not page.is_digest:
                limit = options.rows_whole
            kept = np.arange(count)
            if count > limit:
                rng = np.random.default_rng(zlib.crc32(f"{page.name} {page.form}".encode()))
                kept = np.sort(rng.choice(count, limit, replace=False))
            rows.append(self.columns[at][:, kept].T)
            labels.append(target(page)[kept])
            weight = self.weights[at] * (1 if page.is_digest else options.whole_weight)
            weights.append(np.full(len(kept), weight * (count / len(kept)) ** 0.5))
        return learned(
            np.concatenate(rows),
            np.concatenate(labels),
            np.concatenate(weights),
            options.blocks,
        )

    def guesses(self, trees: tuple[Trees, Trees], chosen: Sequence[int]) -> dict[int, Scores]:
        """Return what a pass guesses of pages."""
        return {
            at: Scores(*(scores_of(each.logits(self.columns[at])) for each in trees))
            for at in chosen
        }


def learned(
    rows: Bytes,
    labels: Shares,
    weights: Shares | None,
    made: Making,
    groups: Shares | None = None,
    directions: Sequence[int] | None = None,
) -> Trees:
    """Return trees that CatBoost learned.

    `groups` are the rows that are ranked together, `directions` of the columns 1 where a greater
    value can only raise the result, -1 where it can only lower it.
    """
    pool = Pool(rows.astype(np.float32), label=labels, weight=weights, group_id=groups)
    seeds = range(made.seed, made.seed + made.seeds)
    learners = [_learner(made, seed, directions).fit(pool) for seed in seeds]
    if made.seeds == 1:
        return trees_of(learners[0])
    return trees_of(sum_models(learners, weights=[1 / made.seeds] * made.seeds))


def _learner(made: Making, seed: int, directions: Sequence[int] | None) -> CatBoost:
    return CatBoost(
        {
            "loss_function": made.loss,
            "depth": made.depth,
            "iterations": made.trees,
            "learning_rate": made.rate,
            "border_count": made.borders,
            "l2_leaf_reg": 8,
            "rsm": made.share,
            "bootstrap_type": "Bernoulli",
            "subsample": 0.7,
            "random_seed": seed,
            "thread_count": 1,  # two add the leaves up in another order from run to run
            "allow_writing_files": False,
            "verbose": False,
        }
        | ({"monotone_constraints": list(directions)} if directions else {})
    )


def fit_passes(
    pages: Sequence[Page], train: Sequence[int], others: Sequence[int], options: Options
) -> tuple[Passes, dict[int, Scores]]:
    """Return the passes learned from the pages of `train`, and their scores of the `others`."""
    learner = _Learner(pages, train, options)
    passes = []
    guesses: dict[int, Scores] = {}
    for number in range(options.passes):
        trees = learner.pass_of(train)
        passes.append(trees)
        guesses = learner.guesses(trees, others)
        if number + 1 < options.passes:
            for part in range(options.parts):
                own = [at for at in train if _part(pages[at], options) == part]
                rest = [at for at in train if _part(pages[at], options) != part]
                guesses |= learner.guesses(learner.pass_of(rest), own)
            learner.see(guesses)
    return tuple(passes), {at: guesses[at] for at in others}


def _part(page: Page, options: Options) -> int:
    return part_of(page.site, options.parts, "part")


def fold_of(page: Page, options: Options) -> int:
    """Return the fold of a page's site."""
    return part_of(page.site, options.folds, "fold")


def out_of_fold(
    pages: Sequence[Page], train: Sequence[int], options: Options
) -> Iterator[tuple[int, dict[int, Scores]]]:
    """Yield for each fold the scores of its pages by passes learned from `train` of the others."""
    for fold in range(options.folds):
        own = [at for at, page in enumerate(pages) if fold_of(page, options) == fold]
        rest = [at for at in train if fold_of(pages[at], options) != fold]
        yield fold, fit_passes(pages, rest, own, options)[1]


class Sets:
    """The candidates of a page, what speaks for each, and how right it is."""

    def __init__(self, page: Page, scores: Scores) -> None:
        self.page = page
        self.scores = scores
        self.candidates: list[Candidate] = []
        if int(scores.title.sum()) >= MIN_EXPECTED:
            self.candidates = candidates_of(page.outline, scores)
        gold = page.titles > 0
        self.right = np.array(
            [
                2 * gold[each.titles].sum() / max(1, len(each.titles) + gold.sum())
                for each in self.candidates
            ]
        )
        self.columns = None
        if self.candidates:
            self.columns = evidence_columns(page.outline, scores, self.candidates)

    def best(self, choice: Trees) -> int:
        """Return which candidate is the best by the trees' ranks."""
        assert self.columns is not None  # noqa: S101
        return best_of(choice.logits(self.columns), self.columns)

    def seen(self, best: int) -> Bytes:
        """Return what tells whether the page is a listing, given its best candidate: (columns,)."""
        assert self.columns is not None  # noqa: S101
        evidence = self.columns[:, best]
        return accept_columns(
            self.page.outline, self.scores, self.candidates[best], evidence
        ).ravel()


def fit_choice(sets: Sequence[Sets], options: Options) -> Trees:
    """Return trees that rank the sets of titles of a listing; all listings count alike."""
    known = [each for each in sets if each.columns is not None and each.page.is_digest]
    return learned(
        np.concatenate([each.columns.T for each in known]),
        np.concatenate([each.right for each in known]),
        None,
        options.choice,
        groups=np.repeat(np.arange(len(known)), [len(each.right) for each in known]),
    )


def fit_accept(chosen: Sequence[tuple[Sets, int]], options: Options) -> Trees:
    """Return trees that tell whether a page is a listing, from its best set of titles.

    Few real listings are known, so the trees are held to what is certain of any (RISING, FALLING).
    """
    pages = [each.page for each, _ in chosen]
    made = (options.accept_whole, options.accept_made)
    weights = [
        made[page.is_digest] if page.made else weight
        for page, weight in zip(pages, weights_of(pages, options), strict=True)
    ]
    columns = np.stack([each.seen(best) for each, best in chosen])
    directions = _directions(columns.shape[1])
    return learned(
        columns,
        np.array([float(page.is_digest) for page in pages]),
        np.array(weights),
        options.accept,
        directions=directions,
    )


def _directions(columns: int) -> list[int]:
    """Return what a greater value of each column can do: raise the result, lower it, or either."""
    of_around = columns - around.COLUMNS
    of_cohesion = of_around - cohesion.COLUMNS
    rising = {*RISING, *(of_around + at for at in RISING_AROUND)}
    falling = {
        *FALLING,
        *(of_cohesion + at for at in FALLING_COHESION),
        *(of_around + at for at in FALLING_AROUND),
    }
    return [(at in rising) - (at in falling) for at in range(columns)]


def chosen_out_of_fold(
    sets: Sequence[Sets], train: Sequence[Sets], options: Options
) -> list[tuple[Sets, int]]:
    """Return the best set of each page that has one, by trees learned from the other folds."""
    chosen = []
    for fold in range(options.folds):
        choice = fit_choice(
            [each for each in train if fold_of(each.page, options) != fold], options
        )
        chosen += [
            (each, each.best(choice))
            for each in sets
            if each.columns is not None and fold_of(each.page, options) == fold
        ]
    return chosen


def fit(pages: Sequence[Page], options: Options, about: dict[str, str]) -> Splitter:
    """Return the splitter that the pages teach."""
    train = [at for at, page in enumerate(pages) if not page.is_brief]
    scores: dict[int, Scores] = {}
    for _, found in out_of_fold(pages, train, options):
        scores |= found
    sets = [Sets(page, scores[at]) for at, page in enumerate(pages)]
    accept = fit_accept(chosen_out_of_fold(sets, sets, options), options)
    passes, _ = fit_passes(pages, train, (), options)
    return Splitter(about, passes, fit_choice(sets, options), accept)
