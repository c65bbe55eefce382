"""How well split-digests takes pages of sites apart that its splitters have not seen.

    make bench-digests                      all tables; forty minutes
    python benchmarks/digests.py --form html

The pages are listings with known items and pages that must stay whole (their folder is named by
PIPELINE_SHARED, default ../shared); no part of the project. Sites are dealt to five folds; each
page is split by what was learned from the other four (`--keep` keeps its scores between runs).
The other four come with what the package's splitters learn from besides: invented sites, and the
listings among unlabelled pages that were read once (`training/digests/looked.py`), no site of the
fold among them.

*Boundary F1*: an item begins on the line of the gold's title; the mean over pages. *Exact*:
word-F1 of at least 0.9 of the title and of the body; share of the gold's items. *Perfect*: all
boundaries of a page, and none more. *Split*: a page that must stay whole was taken apart;
*shredded*: two or more of its items have text of the page's main text (as trafilatura sees it).
"""

import argparse
import pickle
import re
from collections import Counter, defaultdict
from collections.abc import Sequence
from functools import cache
from pathlib import Path

import msgspec
import numpy as np

from benchmarks.shared import data_sets
from pipeline.digests import SplitDigests
from pipeline.digests.candidates import Scores
from pipeline.digests.finding import Found, Split, decided
from pipeline.plan import brought_configs
from pipeline.trees import FULL, scores_of
from pipeline.vocabulary import Vocabulary, load_vocabulary
from training.digests.__main__ import is_taught, known_pages, sources_of
from training.digests.fit import (
    Sets,
    chosen_out_of_fold,
    fit_accept,
    fold_of,
    out_of_fold,
)
from training.digests.page import Options
from training.digests.pages import Known, Row, rows_of

WORD = re.compile(r"\w+")
PLAIN = re.compile(r"\W+")
EXACT = 0.9
BOUNDS = {"text": SplitDigests().accept_above, "html": SplitDigests().markup_accept_above}
MIN_MAIN = 20
"""Letters of a line that can be told again in another rendering."""


class Outcome(msgspec.Struct, frozen=True):
    """What became of one form of one page."""

    kind: str
    sub: str
    form: str
    boundary: float = 0.0
    exact: int = 0
    items: int = 0
    found: int = 0
    shredded: bool = False
    suspected: bool = False


@cache
def vocabulary() -> Vocabulary:
    return load_vocabulary(brought_configs() / "languages")


def folded_scores(known: Sequence[Known], options: Options, keep: Path | None) -> list[Scores]:
    """Return the scores of each page by passes learned from other folds."""
    if keep and keep.is_file():
        return pickle.loads(keep.read_bytes())  # noqa: S301  # our own file
    pages = [each.page for each in known]
    taught = [at for at, each in enumerate(known) if is_taught(each) and not each.page.is_brief]
    scores: dict[int, Scores] = {}
    for fold, found in out_of_fold(pages, taught, options):
        print(f"fold {fold} of {options.folds}: {len(found):,} pages", flush=True)
        scores |= found
    ordered = [scores[at] for at in range(len(pages))]
    if keep:
        keep.write_bytes(pickle.dumps(ordered))
    return ordered


def expectations(
    known: Sequence[Known], sets: Sequence[Sets], options: Options
) -> list[tuple[int, float]]:
    """Return for each page its best set and how likely it is a digest, learned from other folds."""
    taught = [own for each, own in zip(known, sets, strict=True) if is_taught(each)]
    places = {id(own): at for at, own in enumerate(sets)}
    best: list[tuple[int, float]] = [(-1, 0.0)] * len(sets)
    chosen = chosen_out_of_fold(sets, taught, options)
    teaching = {id(own) for own in taught}
    for fold in range(options.folds):
        rest = [
            each
            for each in chosen
            if id(each[0]) in teaching and fold_of(each[0].page, options) != fold
        ]
        accept = fit_accept(rest, options)
        for own, at in chosen:
            if fold_of(own.page, options) == fold:
                expected = int(scores_of(accept.logits(own.seen(at)[:, None]))[0]) / FULL
                best[places[id(own)]] = (at, expected)
    return best


def word_f1(one: str, other: str) -> float:
    """Return the word-F1 of two texts; 1 where both are empty."""
    words = [Counter(WORD.findall(text.lower())) for text in (one, other)]
    total = sum(words[0].total() + each.total() for each in words[1:])
    return 2 * (words[0] & words[1]).total() / total if total else 1.0


def split_of(known: Known, sets: Sets, best: tuple[int, float], bound: float) -> Found:
    """Return what the splitter and the rules together find on a page."""
    at, likelihood = best
    split = None
    if at >= 0:
        split = Split(known.page.outline, sets.scores, sets.candidates[at], likelihood)
    return decided(known.blocks, range(len(known.blocks)), split, bound, vocabulary())


def outcome(
    known: Known, sets: Sets, best: tuple[int, float], row: Row, main: str, bound: float
) -> Outcome:
    """Return what became of a page."""
    found = split_of(known, sets, best, bound)
    records = found.records if found.accepted else ()
    if row.kind != "digest":
        inside = sum(
            any(_is_in(known.blocks[index].text, main) for index in record.texts | {record.title})
            for record in records
        )
        return Outcome(
            row.kind,
            row.sub,
            known.page.form,
            found=len(records),
            shredded=inside >= 2,
            suspected=found.is_suspected(SplitDigests().suspect_above),
        )
    exact = 0
    by_title = {record.title: record for record in records}
    for item, (title, body) in enumerate(row.gold()):
        record = by_title.get(known.starts.get(item, -1))
        if record is None:
            continue
        text = "\n".join(known.blocks[index].text for index in sorted(record.texts))
        exact += min(word_f1(known.blocks[record.title].text, title), word_f1(text, body)) >= EXACT
    starts = {record.title for record in records}
    right = len(starts & set(known.starts.values()))
    boundary = 2 * right / max(1, len(starts) + len(known.starts))
    items = len(row.items or ())
    return Outcome(row.kind, row.sub, known.page.form, boundary, exact, items, len(records))


def _is_in(text: str, main: str) -> bool:
    plain = PLAIN.sub("", text).lower()
    return len(plain) >= MIN_MAIN and plain in main


def print_tables(outcomes: Sequence[Outcome]) -> None:
    """Print the table of listings, by form and kind, and that of pages that must stay whole."""
    print("| listings | pages | boundary F1 | exact items | perfect pages | taken apart |")
    print("|---|---:|---:|---:|---:|---:|")
    groups: dict[str, list[Outcome]] = defaultdict(list)
    for each in outcomes:
        if each.kind == "digest":
            groups[each.form].append(each)
            groups[f"{each.form}, {each.sub}"].append(each)
    for name, own in sorted(groups.items()):
        boundary = np.mean([each.boundary for each in own])
        exact = sum(each.exact for each in own) / sum(each.items for each in own)
        perfect = np.mean([each.boundary == 1 for each in own])
        apart = np.mean([each.found > 0 for each in own])
        print(
            f"| {name} | {len(own)} | {boundary:.3f} | {exact:.3f} | {perfect:.3f} | {apart:.3f} |"
        )
    print("\n| must stay whole | pages | split | shredded | suspected |")
    print("|---|---:|---:|---:|---:|")
    groups.clear()
    for each in outcomes:
        if each.kind != "digest":
            groups[each.form].append(each)
            groups[f"{each.form}, {each.sub}"].append(each)
    for name, own in sorted(groups.items()):
        print(
            f"| {name} | {len(own)} | {sum(each.found > 0 for each in own)} "
            f"| {sum(each.shredded for each in own)} | {sum(each.suspected for each in own)} |"
        )


def main() -> None:
    """Score all pages by folds, print the tables."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--form", choices=("text", "html"))
    parser.add_argument("--keep", type=Path, help="folder that keeps the scores between runs")
    parser.add_argument("--bound", type=float, help="instead of what the stage takes by default")
    chosen = parser.parse_args()
    *pages, digests = data_sets("wcxb-dev.parquet", "pages-unlabelled.parquet", "digest")
    sources = sources_of(*pages)
    rows = rows_of(digests / "dev.jsonl.gz")
    named = {row.id: row for row in rows}
    mains = {
        row.id.partition(":")[0]: PLAIN.sub("", row.text).lower()
        for row in rows
        if row.rendering == "trafilatura"
    }
    options = Options()
    for form in [chosen.form] if chosen.form else ("text", "html"):
        known = known_pages(form, digests, sources)
        keep = chosen.keep / f"{form}.pickle" if chosen.keep else None
        scores = folded_scores(known, options, keep)
        sets = [Sets(each.page, own) for each, own in zip(known, scores, strict=True)]
        best = expectations(known, sets, options)
        bound = BOUNDS[form] if chosen.bound is None else chosen.bound
        outcomes = [
            outcome(
                each,
                own,
                way,
                named[each.page.name],
                mains.get(each.page.name.partition(":")[0], ""),
                bound,
            )
            for each, own, way in zip(known, sets, best, strict=True)
            if each.page.name in named
        ]
        print(f"\n{form}, taken apart from {bound} on\n")
        print_tables(outcomes)
        for what, are_brief in (("nobody looked at", False), ("told briefly", True)):
            apart = [
                split_of(each, own, way, bound).accepted
                for each, own, way in zip(known, sets, best, strict=True)
                if each.page.made and not each.page.is_digest and each.page.is_brief == are_brief
            ]
            print(f"\nother pages of data sets, {what}: {sum(apart)} of {len(apart)} split")


if __name__ == "__main__":
    main()
