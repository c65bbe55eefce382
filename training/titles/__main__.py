"""Make the model of titles of plain text, or say how often it is right on sites it has not seen.

    make train-titles WCXB=…/wcxb-dev.parquet SILVER=…/pages-unlabelled.parquet
    make train-titles WCXB=… SILVER=… OPTIONS=--folds      how good it is (fifteen minutes)

The same data, code and options give the same file, byte for byte. The header names all of them,
and the licence of the data.
"""

import argparse
import hashlib
import sys
import zlib
from collections import Counter
from collections.abc import Sequence
from pathlib import Path

import msgspec
import numpy as np
import pyarrow.parquet as pq
from catboost import CatBoost, Pool, sum_models

import pipeline.boilerplate
from pipeline.boilerplate.titles import (
    MODEL,
    TitleModel,
    decoded,
    encoded,
)
from pipeline.folding import fold
from pipeline.plan import brought_configs
from pipeline.trees import Trees
from training.__main__ import fingerprint, repairs
from training.fit import trees_of
from training.pages import Source, annotated, unannotated
from training.titles.pages import Titled, all_titled

LICENCE = (
    "Learned from pages of WCXB 1.0, development part, by Murrough Foley, CC BY 4.0, and of other "
    "sites. No text of a page is in this file."
)
SHAPES = ("trees", "shapes", "bylines", "folding", "blocks")


class Options(msgspec.Struct, frozen=True):
    """What the training can be told; it stands in the file."""

    seeds: int = 4
    """So many trainings are averaged: where two candidates come close, one training is chance."""
    folds: int = 5
    trees: int = 150
    depth: int = 4
    rate: float = 0.12
    share: float = 0.3
    borders: int = 32


def code_files() -> list[Path]:
    """Return the modules that shape the model, and the languages' words; rules change freely."""
    package = Path(pipeline.boilerplate.__file__).parent
    names = ("titles", "headlines", "signs", "grams", "features")
    shaping = [package / f"{name}.py" for name in names]
    shaping += [package.parent / f"{name}.py" for name in SHAPES]
    shaping += repairs()
    shaping += sorted((brought_configs() / "languages").glob("*.yaml"))
    return shaping + sorted(Path(__file__).parent.glob("*.py"))


def tasks_of(wcxb: Path, silver: Path | None) -> list[tuple[Source, str]]:
    """Return the pages with their titles, `` where the markup is asked for it."""
    titles = pq.read_table(wcxb, columns=["title"]).column("title").to_pylist()
    sources = annotated(wcxb)
    tasks = [
        (source, title)
        for source, title in zip(sources, titles, strict=True)
        if title and fold(title)
    ]
    if silver:
        sites = {source.site for source in sources}
        tasks += [(source, "") for source in unannotated(silver, sites)]
    return tasks


def fitted(pages: Sequence[Titled], options: Options) -> Trees:
    """Return trees that make the titles likeliest: a softmax over the candidates of each page."""
    known = [page for page in pages if page.right.any()]
    rows = np.concatenate([page.columns.T for page in known]).astype(np.float32)
    right = np.concatenate([page.right for page in known]).astype(np.float32)
    groups = np.repeat(np.arange(len(known)), [len(page.right) for page in known])
    pool = Pool(rows, label=right, group_id=groups)
    learners = [_learner(options, seed).fit(pool) for seed in range(1, options.seeds + 1)]
    return trees_of(sum_models(learners, weights=[1 / options.seeds] * options.seeds))


def _learner(options: Options, seed: int) -> CatBoost:
    return CatBoost(
        {
            "loss_function": "QuerySoftMax",
            "depth": options.depth,
            "iterations": options.trees,
            "learning_rate": options.rate,
            "border_count": options.borders,
            "rsm": options.share,
            "random_seed": seed,
            "thread_count": 1,  # two add the leaves up in another order from run to run
            "allow_writing_files": False,
            "verbose": False,
        }
    )


def is_right(page: Titled, trees: Trees) -> bool:
    """Tell whether the candidate that scores best is the title."""
    return bool(len(page.right) and page.right[int(trees.logits(page.columns).argmax())])


def print_folds(pages: Sequence[Titled], options: Options) -> None:
    """Print how often titles are right, of all forms that have them, on sites not learned from."""
    right: Counter[tuple[str, ...]] = Counter()
    total: Counter[tuple[str, ...]] = Counter()
    for fold_number in range(options.folds):
        rest = [page for page in pages if _fold(page, options) != fold_number]
        trees = fitted(rest, options)
        for page in pages:
            if _fold(page, options) == fold_number:
                for row in {page.kind, "all" if page.kind != "silver" else page.kind}:
                    total[page.rendering, page.way, row] += 1
                    right[page.rendering, page.way, row] += is_right(page, trees)
    print("| rendering | form | pages | with the title a line | right |\n|---|---|---|---:|---:|")
    for key in sorted(total):
        share = right[key] / total[key]
        print(f"| {' | '.join(key)} | {total[key]} | {share:.3f} |")


def _fold(page: Titled, options: Options) -> int:
    return zlib.crc32(f"titles {page.site}".encode()) % options.folds


def main() -> None:
    """Read the data, learn, write the file."""
    parser = argparse.ArgumentParser(prog="training.titles", description=__doc__.splitlines()[0])
    parser.add_argument("--wcxb", type=Path, required=True, help="WCXB's pages, Parquet")
    parser.add_argument("--silver", type=Path, help="pages without annotation, Parquet")
    parser.add_argument("--folds", action="store_true", help="measure, write nothing")
    parser.add_argument("--out", type=Path, default=MODEL, help="file to write")
    chosen = parser.parse_args()
    data = [path for path in (chosen.wcxb, chosen.silver) if path]
    for path in data:
        if not path.is_file():
            sys.exit(f"error: {path}: no such file; name the Parquet file of the data set")
    options = Options()
    pages = all_titled(tasks_of(chosen.wcxb, chosen.silver))
    if chosen.folds:
        print_folds(pages, options)
        return
    about = {
        "code": fingerprint(code_files()),
        "data": fingerprint(data),
        "licence": LICENCE,
        "options": msgspec.json.encode(options).decode(),
    }
    print(f"learning from {len(pages):,} forms of pages", flush=True)
    content = encoded(TitleModel(about, fitted(pages, options)))
    decoded(content, chosen.out)
    chosen.out.write_bytes(content)
    print(f"{chosen.out.name}: {len(content):,} bytes, {hashlib.sha256(content).hexdigest()}")


if __name__ == "__main__":
    main()
