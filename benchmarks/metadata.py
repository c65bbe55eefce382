"""Title, author and date of HTML pages, beside trafilatura's own, against WCXB's annotation.

    make bench-metadata

The pages are WCXB's development part (by Murrough Foley, CC BY 4.0; no part of the project, its
folder is named by PIPELINE_SHARED, default ../shared). Titles and names are compared by their words
in lower case, several authors as a set; a date is right if it is the day annotated.
Nothing here was learned from the annotation, but the rules were written while looking at it.
Of plain text, as resiliparse renders the pages, author and date are measured, too; the model that
finds titles there has learned from these pages.
"""

import os
import re
import warnings
from collections.abc import Sequence
from concurrent.futures import ProcessPoolExecutor
from importlib.metadata import version

import msgspec
import pyarrow.parquet as pq
import trafilatura

from benchmarks.shared import wcxb
from pipeline.document import Capture, Document
from pipeline.plan import default_corpus_file, load_plan
from pipeline.running import compiled_stages, run_stages
from training.pages import decoded_html, rendered

FIELDS = ("title", "author", "published")
COLUMNS = ("html", "url", "title", "author", "publish_date")
_WORD = re.compile(r"\w+")
_BETWEEN = re.compile(r"[,;&]| and ")
_stages = compiled_stages(load_plan(default_corpus_file()))[:-1]


class Facts(msgspec.Struct, frozen=True):
    title: str
    author: str
    published: str


def ours(content: bytes, url: str, form: str = "html") -> Facts:
    capture = Capture("page", "page", form, url, size_bytes=len(content), content=content)
    first = run_stages([Document(capture)], _stages)[0]
    return Facts(first.title, first.author, first.published)


def trafilaturas(html: bytes, url: str) -> Facts:
    found = trafilatura.bare_extraction(decoded_html(html), url=url, with_metadata=True)
    if not found:
        return Facts("", "", "")
    return Facts(found.title or "", found.author or "", found.date or "")


def measured(row: dict) -> tuple[Facts, ...]:
    warnings.simplefilter("ignore")
    date = (row["publish_date"] or "")[:10]
    gold = Facts(row["title"] or "", row["author"] or "", date)
    text = rendered(decoded_html(row["html"]), "resiliparse")
    of_html = ours(row["html"], row["url"]), trafilaturas(row["html"], row["url"])
    return gold, *of_html, ours(text, row["url"], "text") if text.strip() else Facts("", "", "")


def words_of(text: str) -> tuple[str, ...]:
    return tuple(_WORD.findall(text.lower()))


def same(field: str, one: str, other: str) -> bool:
    if field == "published":
        return one == other
    if field == "title":
        return words_of(one) == words_of(other)
    first, second = ({words_of(name) for name in _BETWEEN.split(each)} for each in (one, other))
    return first - {()} == second - {()}


def table_row(name: str, field: str, pairs: Sequence[tuple[str, str]]) -> str:
    """Return right and wrong where the annotation has the field, and how often given where not."""
    wanted = [(gold, given) for gold, given in pairs if gold]
    right = sum(same(field, gold, given) for gold, given in wanted)
    wrong = sum(bool(given) and not same(field, gold, given) for gold, given in wanted)
    others = [given for gold, given in pairs if not gold]
    share = f"{right / len(wanted):.3f} | {wrong / len(wanted):.3f}"
    return f"| {field} | {name} | {share} | {sum(map(bool, others))} of {len(others)} |"


def main() -> None:
    rows = pq.read_table(wcxb(), columns=list(COLUMNS)).to_pylist()
    with ProcessPoolExecutor(os.cpu_count()) as pool:
        results = list(pool.map(measured, rows, chunksize=8))
    print(f"{len(rows)} pages\n")
    print("| field | by | right | wrong | given where there is none |\n|---|---|---:|---:|---:|")
    names = ("this pipeline", f"trafilatura {version('trafilatura')}", "this pipeline, plain text")
    for field in FIELDS:
        for at, name in enumerate(names[: 2 if field == "title" else 3], start=1):
            pairs = [(getattr(each[0], field), getattr(each[at], field)) for each in results]
            print(table_row(name, field, pairs))


if __name__ == "__main__":
    main()
