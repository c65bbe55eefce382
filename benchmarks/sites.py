"""What strip-boilerplate gains by knowing what a site repeats, on pages of sites with several.

    make bench-sites      a quarter of an hour: five models are trained

Of WCXB's development part (by Murrough Foley, CC BY 4.0, no part of the project: its folder is
named by PIPELINE_SHARED, default ../shared) the pages of sites with four pages or more are cleaned
twice as HTML, by models that have not seen the site: without and with what `pipeline learn-sites`
learns of these pages.
"""

import argparse
import json
import os
import tempfile
from collections import Counter
from concurrent.futures import ProcessPoolExecutor
from functools import cache
from pathlib import Path

import msgspec

from benchmarks.boilerplate import FOLDS, fold_models, fold_of, mean, published
from benchmarks.scores import word_scores
from benchmarks.shared import data_sets
from pipeline.boilerplate import StripBoilerplate
from pipeline.boilerplate.sites import SITE
from pipeline.document import Capture, Document, site_of
from pipeline.execution import count_all, processes
from pipeline.plan import Plan, default_corpus_file, load_plan, with_sites_file
from pipeline.running import compiled_stages, run_stages
from pipeline.sites.counted import counted_path
from pipeline.sites.learning import LEAST_PAGES, learn, write_site_lines
from pipeline.sources.listing import list_captures
from training.pages import HTML, Source, annotated, decoded_html, hits_of, unannotated, words_of


class Task(msgspec.Struct, frozen=True):
    """One page to clean, by its fold's model, and the file of what sites repeat."""

    source: Source
    model: str
    sites: str


class Result(msgspec.Struct, frozen=True):
    """What came out for one page, without and with the file."""

    page_type: str
    before: tuple[float, float, float]
    after: tuple[float, float, float]
    words: tuple[int, int]
    """Of the words in lines that went for what the site repeats: in the gold, and not."""


def learned(sources: list[Source], folder: Path) -> Path:
    """Write what the sites of pages repeat; return the file."""
    rows = [{"url": each.url, "html": decoded_html(each.html)} for each in sources]
    text = "".join(f"{json.dumps(row)}\n" for row in rows)
    (folder / "pages.jsonl").write_text(text, encoding="utf-8", errors="replace")
    plan = load_plan(default_corpus_file())
    source = msgspec.structs.replace(plan.source, paths=(str(folder / "pages.jsonl"),))
    plan = msgspec.structs.replace(plan, source=source, folder=str(folder))
    run = count_all(plan, list_captures(source, folder), processes(1), lambda *_: None)
    found = learn([counted_path(folder, shard.name) for shard in run.shards])
    write_site_lines(folder / "sites.parquet", found.rows)
    print(f"{len(found.rows):,} lines of {found.sites} sites, {found.pages} pages\n")
    return folder / "sites.parquet"


@cache
def stages(model: str, sites: str) -> list:
    plan: Plan = with_sites_file(load_plan(default_corpus_file()), sites)
    changed = tuple(
        msgspec.structs.replace(each, markup_model_file=model)
        if isinstance(each, StripBoilerplate)
        else each
        for each in plan.stages
    )
    return compiled_stages(msgspec.structs.replace(plan, stages=changed))[:-1]


def measure(task: Task) -> Result:
    """Clean one page twice."""
    source, gold = task.source, task.source.gold or ""
    content = source.html
    capture = Capture("page", "page", "html", source.url, max(1, len(content)), content)
    before = run_stages([Document(capture)], stages(task.model, ""))
    after = run_stages([Document(capture)], stages(task.model, task.sites))
    kept = {line.number for each in before for line in each.lines if line.label == "content"}
    lines = [line for each in after for line in each.lines if line.number in kept]
    went = [line for line in lines if line.label != "content" and line.reason.startswith(SITE)]
    words = [words_of(line.text) for line in sorted(lines, key=lambda line: line.number)]
    numbers = {line.number for line in went}
    hits = hits_of(words, words_of(gold)).tolist() if words else []
    ordered = sorted(line.number for line in lines)
    rows = [
        (hit, len(own) - hit)
        for number, hit, own in zip(ordered, hits, words, strict=True)
        if number in numbers
    ]
    return Result(
        source.page_type,
        word_scores(gold, published(before)),
        word_scores(gold, published(after)),
        (sum(row[0] for row in rows), sum(row[1] for row in rows)),
    )


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--models", type=Path, default=Path("processed/bench-models"))
    chosen = parser.parse_args()
    data = data_sets("wcxb-dev.parquet", "pages-unlabelled.parquet")
    gold = annotated(data[0])
    silver = unannotated(data[1], {source.site for source in gold})
    folds = list(range(FOLDS))
    models = fold_models(chosen.models, [*gold, *silver], {"html": [HTML]}, data, folds)
    pages = Counter(site_of(source.url) for source in gold)
    several = [source for source in gold if pages[site_of(source.url)] >= LEAST_PAGES]
    with tempfile.TemporaryDirectory() as folder, ProcessPoolExecutor(os.cpu_count()) as pool:
        sites = str(learned(several, Path(folder)))
        tasks = [Task(each, models[fold_of(each.site)]["html"], sites) for each in several]
        results = list(pool.map(measure, tasks, chunksize=4))
    print("| pages | | word-F1 | precision | recall | with the file | precision | recall |")
    print("|---|---:|---:|---:|---:|---:|---:|---:|")
    for kind in ("all", *sorted({result.page_type for result in results})):
        held = [result for result in results if kind in ("all", result.page_type)]
        cells = [mean(result.before[at] for result in held) for at in range(3)]
        cells += [mean(result.after[at] for result in held) for at in range(3)]
        print(f"| {kind} | {len(held)} | " + " | ".join(cells) + " |")
    in_gold, others = (sum(result.words[at] for result in results) for at in range(2))
    print(f"\nwords in lines that went for it: {others:,} not in the gold, {in_gold:,} in it")


if __name__ == "__main__":
    main()
