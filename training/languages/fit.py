"""From texts to a guard: the kin of each language, what is usual in it, and the trees."""

from collections import Counter, defaultdict
from collections.abc import Sequence

import numpy as np
from catboost import CatBoostClassifier
from numpy.typing import NDArray

from pipeline.language.identification import Identifier, Measured
from pipeline.language.kin import (
    BUCKETS,
    FORMAT,
    STEP,
    UNITS,
    Guard,
    StoredGuard,
    StoredLanguage,
    buckets_of,
)
from pipeline.language.letters import LOWER, SCRIPT, SCRIPTS, SPACE, code_points
from pipeline.trees import StoredTrees, Trees, packed, unpacked
from training.fit import trees_of
from training.languages.texts import SAME, Sample, Translation

PRIOR = 3000.0
"""A text of a language counts as if so many letters were spread as in all languages together."""
MIN_LETTERS = 1500
"""Translations with less are left aside."""
MIN_SHARE = 0.12
"""A language is kin of one known that so many of its texts are taken for,"""
MAX_KIN = 40
"""up to so many, the nearest first."""
SECOND = 0.3
"""A second place counts so much of a first."""
OUTSIDE_WEIGHT = 0.05
"""All texts in languages unknown weigh so much of those in languages known."""
TREES = 250
DEPTH = 4
RATE = 0.08
DIRECTIONS = [1, 1, 1, 1, -1, -1, 0, 0, 0, 0, 0]
"""What fits better can only speak for a language, and kin only against it."""
AHEAD = 2
"""The column of how far the language found is ahead of the second, in nats,"""
FAR_AHEAD = 40
"""and so far it is hardly ever wrong."""
NO_TREES = packed(
    Trees(np.zeros(1, np.int64), np.zeros(1, np.uint8), np.zeros((1, 2), np.int32), 0)
)


def fit(
    declared: Sequence[Translation], texts: Sequence[Sample], about: dict[str, str]
) -> StoredGuard:
    """Return a guard; trees are trained on halves of the declaration that kin have not seen."""
    bare = Identifier(_guard(StoredGuard(FORMAT, about, [], {}, {}, NO_TREES)))
    usual = _usual(bare, texts)
    near = _nearness(bare, texts)
    halves = [_with_kin(declared, texts, near, usual, about, half) for half in (0, 1)]
    whole = _with_kin(declared, texts, near, usual, about, None)
    columns, right, weights = [], [], []
    for source, half, stored in (
        ("declaration", 0, halves[1]),
        ("declaration", 1, halves[0]),
        ("sentences", None, whole),
    ):
        chosen = [
            each for each in texts if each.source == source and (half is None or each.half == half)
        ]
        measured = Identifier(_guard(stored)).measured([each.text for each in chosen])
        for sample, each in zip(chosen, measured, strict=True):
            if isinstance(each, Measured) and not _is_mislabelled(bare, sample, each):
                columns.append(each.columns)
                right.append(_same(sample.tag, each.language))
                weights.append((sample.source, sample.kind, _is_known(bare, sample.tag)))
    return _with_trees(whole, np.stack(columns), np.array(right), _weights(weights))


def _guard(stored: StoredGuard) -> Guard:
    return Guard(
        stored.about, tuple(stored.languages), stored.kin, stored.usual, unpacked(stored.trees)
    )


def _is_known(identifier: Identifier, tag: str) -> bool:
    return tag == "zh" or tag in identifier.names


def _is_mislabelled(identifier: Identifier, sample: Sample, measured: Measured) -> bool:
    """Tell whether a sentence is said to be in a language known, yet another fits far better.

    Wikipedias hold sentences in other languages; as errors they would lower all confidences.
    """
    known = sample.source == "sentences" and _is_known(identifier, sample.tag)
    wrong = not _same(sample.tag, measured.language)
    return known and wrong and int(measured.columns[AHEAD]) >= FAR_AHEAD


def _same(tag: str, language: str) -> bool:
    """Tell whether a label is right; `zh` stands for either script."""
    return tag == language or (tag == "zh" and language.startswith("zh-"))


def _usual(identifier: Identifier, texts: Sequence[Sample]) -> dict[str, tuple[float, float]]:
    """Return likelihood and share of known n-grams in each language's texts: means of sources."""
    chosen = [each for each in texts if each.kind == "sentence"]
    found: dict[str, dict[str, list[tuple[float, float]]]] = defaultdict(lambda: defaultdict(list))
    for sample, each in zip(chosen, identifier.measured([s.text for s in chosen]), strict=True):
        if isinstance(each, Measured) and _same(sample.tag, each.language):
            found[each.language][sample.source].append((each.fit, each.covered))
    return {
        language: tuple(
            round(float(value), 4)
            for value in np.mean([np.mean(pairs, axis=0) for pairs in sources.values()], axis=0)
        )  # type: ignore[misc]  # two of them
        for language, sources in sorted(found.items())
    }


def _nearness(identifier: Identifier, texts: Sequence[Sample]) -> dict[str, Counter[str]]:
    """Return how often texts of each unknown language are taken for which known ones."""
    chosen = [
        each for each in texts if each.kind != "fragment" and not _is_known(identifier, each.tag)
    ]
    near: dict[str, Counter[str]] = defaultdict(Counter)
    for sample, each in zip(chosen, identifier.measured([s.text for s in chosen]), strict=True):
        if isinstance(each, Measured):
            near[sample.tag][each.language] += 1
            near[sample.tag][each.second] += SECOND
    return near


def _with_kin(
    declared: Sequence[Translation],
    texts: Sequence[Sample],
    near: dict[str, Counter[str]],
    usual: dict[str, tuple[float, float]],
    about: dict[str, str],
    half: int | None,
) -> StoredGuard:
    """Return a guard without trees, learned from one half of the paragraphs, or from all."""
    counted: list[tuple[str, str, NDArray[np.int64]]] = []
    for each in declared:
        paragraphs = each.paragraphs if half is None else each.paragraphs[half::2]
        counted += _counted(each.tag, "\n".join(paragraphs))
    seen = {(script, tag.split("-")[0]) for script, tag, _ in counted}
    by_tag: dict[str, list[str]] = defaultdict(list)
    for sample in texts:
        wanted = sample.tag in near and sample.tag not in SAME
        if wanted and sample.source == "sentences" and sample.kind == "sentence":
            by_tag[sample.tag].append(sample.text)
    for tag, own in sorted(by_tag.items()):  # what the declaration has in no script of theirs
        counted += [each for each in _counted(tag, "\n".join(own[:80])) if each[:2] not in seen]
    stored = _stored(counted)
    kin: dict[str, list[int]] = {}
    for language in usual:
        own = [place for place, each in enumerate(stored) if each.tag == language]
        shares = {
            place: near[each.tag][language] / near[each.tag].total()
            for place, each in enumerate(stored)
            if each.tag in near and each.script == _script_of(stored, own)
        }
        others = sorted((p for p, s in shares.items() if s >= MIN_SHARE), key=lambda p: -shares[p])
        if own and others:
            kin[language] = [*own, -1, *sorted(others[:MAX_KIN])]
    used = sorted({place for places in kin.values() for place in places if place >= 0})
    renumbered = {place: number for number, place in enumerate(used)} | {-1: -1}
    return StoredGuard(
        FORMAT,
        about,
        [stored[place] for place in used],
        {language: [renumbered[place] for place in places] for language, places in kin.items()},
        usual,
        NO_TREES,
    )


def _script_of(stored: Sequence[StoredLanguage], own: Sequence[int]) -> str:
    return stored[own[0]].script if own else ""


def _counted(tag: str, text: str) -> list[tuple[str, str, NDArray[np.int64]]]:
    """Return a text's script and counts of three letters, if it is long enough."""
    points = LOWER[code_points(f" {text} ")]
    scripts = SCRIPT[points]
    main = int(np.bincount(scripts, minlength=len(SCRIPTS))[1:].argmax()) + 1
    hashes, _ = buckets_of(np.where(scripts == main, points, SPACE), np.zeros(len(points), int))
    if len(hashes) < MIN_LETTERS:
        return []
    return [(SCRIPTS[main], tag, np.bincount(hashes, minlength=BUCKETS))]


def _stored(counted: Sequence[tuple[str, str, NDArray[np.int64]]]) -> list[StoredLanguage]:
    """Return languages as the file holds them: what they have more of than their script has."""
    stored = []
    for script in sorted({script for script, _, _ in counted}):
        ours = [(tag, counts) for each, tag, counts in counted if each == script]
        shares = np.stack([counts / counts.sum() for _, counts in ours])
        usual = shares.mean(axis=0) + 1e-7
        usual /= usual.sum()
        for tag, counts in ours:
            total = counts.sum()
            absent = round(float(np.log(PRIOR / (total + PRIOR))) * UNITS)
            buckets = np.flatnonzero(counts)
            gains = np.log1p(counts[buckets] / (PRIOR * usual[buckets]))
            steps = np.clip(np.rint(gains * UNITS / STEP), 0, 255).astype(np.uint8)
            worth = steps > 0
            stored.append(
                StoredLanguage(
                    script,
                    tag,
                    absent,
                    buckets[worth].astype("<u2").tobytes(),
                    steps[worth].tobytes(),
                )
            )
    return stored


def _weights(kinds: Sequence[tuple[str, str, bool]]) -> NDArray[np.float64]:
    """Return the weights of samples: sources and kinds alike, languages unknown for less."""
    counts = Counter(kinds)
    each = np.array([(1.0 if kind[2] else OUTSIDE_WEIGHT) / counts[kind] for kind in kinds])
    return each / each.mean()


def _with_trees(
    stored: StoredGuard,
    columns: NDArray[np.uint8],
    right: NDArray[np.bool_],
    weights: NDArray[np.float64],
) -> StoredGuard:
    learner = CatBoostClassifier(
        iterations=TREES,
        depth=DEPTH,
        learning_rate=RATE,
        l2_leaf_reg=10,
        monotone_constraints=DIRECTIONS,
        random_seed=1,
        thread_count=1,
        allow_writing_files=False,
        verbose=False,
    )
    learner.fit(columns.astype(np.float32), right.astype(int), sample_weight=weights)
    trees: StoredTrees = packed(trees_of(learner))
    return StoredGuard(
        stored.format, stored.about, stored.languages, stored.kin, stored.usual, trees
    )
