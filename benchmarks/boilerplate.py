"""How well strip-boilerplate cleans pages of sites that its models have not seen.

    make bench-boilerplate                         all tables; hours on two cores
    python benchmarks/boilerplate.py --folds 0     a fifth of the sites only
    python benchmarks/boilerplate.py --forms html  HTML as it is, no plain text of it

The pages are WCXB's development part (by Murrough Foley, CC BY 4.0) and pages without annotation,
both no part of the project: their folder is named by PIPELINE_SHARED, default ../shared. Sites are
dealt to five folds; each page is cleaned by the whole plan with a model that was trained on the
other four folds (`--models` keeps these between runs). Word-F1 is WCXB's: words are word characters
of the lower-cased text, counted as multisets; the mean over pages.
"""

import argparse
import hashlib
import os
import sys
import warnings
import zlib
from collections import Counter, defaultdict
from concurrent.futures import ProcessPoolExecutor
from functools import cache
from pathlib import Path

import msgspec
import numpy as np
from langdetect import DetectorFactory, detect
from langdetect.lang_detect_exception import LangDetectException

from benchmarks.peers import PEERS, PEERS_OF_HTML
from benchmarks.scores import word_scores
from benchmarks.shared import data_sets
from pipeline.boilerplate import StripBoilerplate
from pipeline.boilerplate.line_model import decoded, encoded
from pipeline.document import BOILERPLATE_LABELS, Capture, Document, Label
from pipeline.errors import ConfigurationError
from pipeline.plan import default_corpus_file, load_plan
from pipeline.publishing import text_of
from pipeline.running import compiled_stages, run_stages
from training.__main__ import about
from training.fit import fit
from training.page import Options, Page
from training.pages import (
    HTML,
    RENDERERS,
    Source,
    all_pages,
    annotated,
    blocks_of_text,
    decoded_html,
    hits_of,
    missing_commands,
    rendered,
    silver_of,
    unannotated,
    words_of,
)

FOLDS = 5
LABELS_FILE = Path(__file__).with_name("line_labels.txt")
PLAIN = "resiliparse"
"""The rendering whose lines were labelled by hand, and that peers get."""
LANGUAGES = ("de", "en", "es", "fr", "it", "pt")
REMOVED = BOILERPLATE_LABELS | {Label.CAPTION}


class Task(msgspec.Struct, frozen=True):
    """One page to clean, and the model to do it with."""

    source: Source
    models: dict[str, str]
    """Form of capture → the fold's model of it."""
    labels: tuple[tuple[int, str], ...]
    """Lines of the labelled rendering with the label that a person gave."""
    peers: bool = True


class Result(msgspec.Struct, frozen=True):
    """What came out for one page."""

    page_type: str
    scores: dict[str, tuple[float, float, float] | None]
    """Name of what was compared → F1, precision, recall; None where the rendering has no text."""
    labels: list[tuple[str, str]]
    """Label by hand, label given, for each line that a person labelled."""
    language: str


def fold_of(site: str) -> int:
    return zlib.crc32(site.encode()) % FOLDS


@cache
def stages(model_file: str, form: str) -> list:
    """Return the stages of the sample's plan, with another model, or with none for ``."""
    plan = load_plan(default_corpus_file())
    option = {"text": "model_file", "html": "markup_model_file"}[form]
    changed = [
        msgspec.structs.replace(each, model=bool(model_file), **{option: model_file})
        if isinstance(each, StripBoilerplate)
        else each
        for each in plan.stages
    ]
    return compiled_stages(msgspec.structs.replace(plan, stages=tuple(changed)))[:-1]


def cleaned(content: bytes, model_file: str, form: str = "text") -> list[Document]:
    capture = Capture("page", "page", form, size_bytes=max(1, len(content)), content=content)
    return run_stages([Document(capture)], stages(model_file, form))


def published(documents: list[Document]) -> str:
    return "\n\n".join(filter(None, map(text_of, documents)))


def measure(task: Task) -> Result:
    """Clean one page in every rendering, and by every peer."""
    warnings.simplefilter("ignore")
    source = task.source
    html = decoded_html(source.html)
    scores: dict[str, tuple[float, float, float] | None] = {}
    labels: list[tuple[str, str]] = []
    text_model = task.models.get("text", "")
    texts = {name: rendered(html, name) for name in RENDERERS if text_model or name == PLAIN}
    gold = source.gold if source.gold is not None else silver_text(html, texts[PLAIN])
    if "html" in task.models:
        documents = cleaned(source.html, task.models["html"], "html")
        scores["HTML"] = word_scores(gold, published(documents))
    for name, text in texts.items() if text_model else ():
        if not text.strip():
            scores[name] = None
            continue
        documents = cleaned(text, text_model)
        scores[name] = word_scores(gold, published(documents))
        if name == PLAIN and task.labels:
            given = {line.number: line.label for each in documents for line in each.lines}
            labels = [(wanted, given[number]) for number, wanted in task.labels]
    text = texts[PLAIN]
    if task.peers:
        for name, peer in PEERS_OF_HTML.items():
            scores[name] = word_scores(gold, peer(html, ""))
    if task.peers and text.strip():
        scores["rules alone"] = word_scores(gold, published(cleaned(text, "")))
        scores["nothing removed"] = word_scores(gold, text.decode())
        for name, peer in PEERS.items():
            scores[name] = word_scores(gold, peer(html, text.decode()))
    return Result(source.page_type, scores, labels, "" if source.page_type else language(gold))


def silver_text(html: str, text: bytes) -> str:
    """Return the blocks of which two of three extractors keep most words."""
    blocks = blocks_of_text(text)
    words = [words_of(block.text) for block in blocks]
    votes = np.zeros(len(blocks))
    for kept in silver_of(html):
        votes += 2 * hits_of(words, kept) > np.array([len(each) for each in words])
    return "\n".join(block.text for block, vote in zip(blocks, votes, strict=True) if vote >= 2)


def language(text: str) -> str:
    DetectorFactory.seed = 0
    try:
        return str(detect(text[:2000]))
    except LangDetectException:
        return ""


def read_labels(sources: dict[str, Source]) -> dict[str, tuple[tuple[int, str], ...]]:
    """Return the lines labelled by hand; end where a rendering is not the one that was read."""
    found: dict[str, tuple[tuple[int, str], ...]] = {}
    page, lines = "", []
    for row in [*LABELS_FILE.read_text().splitlines(), "page - -"]:
        if row.startswith("#"):
            continue
        if row.startswith("page "):
            if page:
                found[page] = tuple(lines)
            _, page, wanted = row.split()
            if page == "-":
                break
            text = rendered(decoded_html(sources[page].html), PLAIN)
            if hashlib.sha256(text).hexdigest()[:16] != wanted:
                sys.exit(f"error: page {page} renders otherwise than when it was labelled")
            numbers = [line.number for block in blocks_of_text(text) for line in block.lines]
            lines = []
            continue
        span, label = row.split()
        first, _, last = span.partition("-")
        lines += [(at, label) for at in numbers if int(first) <= at <= int(last or first)]
    return found


def fold_models(
    folder: Path, sources: list[Source], wanted: dict[str, list[str]], data: list[Path], folds: list
) -> dict[int, dict[str, str]]:
    """Return each fold's models: form of capture → file.

    `wanted` are the forms, each with its renderings. Models that are not there, or were made of
    other code or data, are made.
    """
    folder.mkdir(parents=True, exist_ok=True)
    options = Options()
    paths: dict[int, dict[str, str]] = {fold: {} for fold in folds}
    for form, renderings in wanted.items():
        told = about(data, options, form) | {"renderings": " ".join(renderings)}
        missing = []
        for fold in folds:
            digest = hashlib.sha256(told["renderings"].encode()).hexdigest()[:8]
            path = folder.resolve() / f"{form}-{digest}-{fold}.bin"
            paths[fold][form] = str(path)
            if not is_current(path, told | {"fold": str(fold)}):
                missing.append(fold)
        if not missing:
            continue
        print(f"{form}: training without folds {missing} …", file=sys.stderr, flush=True)
        ways = min(options.renderings_a_page, len(renderings))
        pages = all_pages(sources, renderings, ways)
        with ProcessPoolExecutor(os.cpu_count(), initializer=hold, initargs=(pages,)) as pool:
            made = pool.map(fold_model, missing, [told | {"fold": str(fold)} for fold in missing])
            for fold, content in zip(missing, made, strict=True):
                Path(paths[fold][form]).write_bytes(content)
    return paths


def is_current(path: Path, wanted: dict[str, str]) -> bool:
    """Tell whether a model's file is there and was made of the same data, code and options."""
    try:
        return decoded(path.read_bytes(), path).about == wanted
    except (FileNotFoundError, ConfigurationError):
        return False


HELD: list[Page] = []
"""The rendered pages, in each process that trains."""


def hold(pages: list[Page]) -> None:
    HELD.extend(pages)


def fold_model(fold: int, about_it: dict[str, str]) -> bytes:
    """Return the file of the model that the sites of the other folds teach."""
    kept = [page for page in HELD if fold_of(page.site) != fold]
    return encoded(fit(kept, Options(), about_it))


def table_by_type(results: list[Result]) -> None:
    """Print word-F1 by what was compared and page type, and what articles lose."""
    types = sorted({result.page_type for result in results})
    names = list(dict.fromkeys(name for result in results for name in result.scores))
    head = ["", "all", *types, "articles kept", "lose > 10 %", "no text"]
    print("| " + " | ".join(head) + " |")
    print("|---|" + "---:|" * (len(head) - 1))
    for name in names:
        found = [(result.page_type, result.scores.get(name)) for result in results]
        given = [(kind, score) for kind, score in found if score is not None]
        cells = [mean(score[0] for _, score in given)]
        cells += [mean(score[0] for kind, score in given if kind == each) for each in types]
        kept = [score[2] for kind, score in given if kind == "article"]
        lost = sum(recall < 0.9 for recall in kept)
        cells += [mean(kept), f"{lost} of {len(kept)}", str(len(found) - len(given))]
        print(f"| {name} | " + " | ".join(cells) + " |")


def mean(values) -> str:
    held = list(values)
    return f"{sum(held) / len(held):.3f}" if held else "–"


def table_of_languages(results: list[Result]) -> None:
    """Print word-F1 against silver by language: with the model, by rules, trafilatura's HTML."""
    names = ["HTML", *RENDERERS, "rules alone", "nothing removed"]
    print("| language | pages | " + " | ".join(names) + " |")
    print("|---|" + "---:|" * (len(names) + 1))
    groups: dict[str, list[Result]] = defaultdict(list)
    for result in results:
        groups[result.language if result.language in LANGUAGES else "others"].append(result)
    for tongue in (*LANGUAGES, "others"):
        held = groups[tongue]
        cells = [
            mean(score[0] for result in held if (score := result.scores.get(name)) is not None)
            for name in names
        ]
        print(f"| {tongue} | {len(held)} | " + " | ".join(cells) + " |")


def table_of_labels(results: list[Result]) -> None:
    """Print precision and recall of the labels of lines that a person called boilerplate."""
    pairs = [pair for result in results for pair in result.labels]
    wanted, given = Counter(pair[0] for pair in pairs), Counter(pair[1] for pair in pairs)
    right = Counter(pair[0] for pair in pairs if pair[0] == pair[1])
    print("| label | lines | precision | recall |\n|---|---:|---:|---:|")
    for label, lines in wanted.most_common():
        precision = right[label] / given[label] if given[label] else 0.0
        print(f"| {label} | {lines} | {precision:.2f} | {right[label] / lines:.2f} |")
    removed = [pair for pair in pairs if pair[0] in REMOVED and pair[1] in REMOVED]
    agree = sum(one == other for one, other in removed)
    print(f"\nOf {len(removed)} lines that both remove, {agree} have the same label.")
    print(f"{sum(bool(result.labels) for result in results)} pages, {len(pairs)} lines.")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--models", type=Path, default=Path("processed/bench-models"))
    parser.add_argument("--folds", default="0,1,2,3,4", help="folds to measure on, by comma")
    parser.add_argument("--forms", default="text,html", help="forms of capture, by comma")
    parser.add_argument("--left-out", default="", help="a renderer that training does without")
    parser.add_argument("--without-peers", action="store_true", help="this pipeline alone")
    chosen = parser.parse_args()
    data = data_sets("wcxb-dev.parquet", "pages-unlabelled.parquet")
    if missing := missing_commands(list(RENDERERS)):
        sys.exit(f"error: {' and '.join(missing)} not found; install with apt-get or brew")
    gold = annotated(data[0])
    silver = unannotated(data[1], {source.site for source in gold})
    folds = [int(fold) for fold in chosen.folds.split(",")]
    of_text = [name for name in RENDERERS if name != chosen.left_out]
    wanted = {"text": of_text, "html": [HTML]}
    wanted = {form: wanted[form] for form in chosen.forms.split(",")}
    models = fold_models(chosen.models, [*gold, *silver], wanted, data, folds)
    labels = read_labels({source.name: source for source in gold})
    tasks = [
        Task(
            source,
            models[fold_of(source.site)],
            labels.get(source.name, ()),
            not chosen.without_peers,
        )
        for source in [*gold, *silver]
        if fold_of(source.site) in folds
    ]
    with ProcessPoolExecutor(os.cpu_count()) as pool:
        results = list(pool.map(measure, tasks, chunksize=4))
    print("\nWord-F1 by renderer and peer, WCXB development pages\n")
    table_by_type([result for result in results if result.page_type])
    print("\nWord-F1 against silver by language\n")
    table_of_languages([result for result in results if not result.page_type])
    print("\nLabels of lines, against labels by hand\n")
    table_of_labels(results)


if __name__ == "__main__":
    main()
