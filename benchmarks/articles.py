"""How much of an article's text is kept, and how much else: on WCXB's development pages.

    make bench                     all page types, from HTML and from plain text
    python benchmarks/articles.py --types article --every 5

Word-F1 as WCXB defines it: words are word characters of the lower-cased text, counted as multisets;
the mean over pages. The data (`bench/wcxb-dev.parquet`, by Murrough Foley, CC BY 4.0) is no part of
the project: its folder is named by PIPELINE_SHARED, default ../shared. Text renderings are
resiliparse's plain text of the whole page, cleaned by rules and neighbours alone: the line model
was trained on these pages, and benchmarks/boilerplate.py measures it by folds. The thresholds of
`strip-boilerplate` were chosen while looking at what was lost on these pages.
"""

import argparse
import os
import re
import sys
from collections import Counter, defaultdict
from pathlib import Path

import msgspec
import pyarrow.parquet as pq
from resiliparse.extract.html2text import extract_plain_text
from resiliparse.parse.encoding import bytes_to_str, detect_encoding

from pipeline.boilerplate import StripBoilerplate
from pipeline.document import Capture, Document
from pipeline.execution import compiled_stages, run_stages
from pipeline.plan import default_corpus_file, load_plan
from pipeline.publishing import text_of

WORD = re.compile(r"\w+")
COLUMNS = ("id", "page_type", "main_content", "html")


def word_scores(gold: str, output: str) -> tuple[float, float, float]:
    """Return F1, precision and recall of the words of an output."""
    wanted = Counter(WORD.findall(gold.lower()))
    given = Counter(WORD.findall(output.lower()))
    if not wanted:
        return (0.0, 0.0, 0.0) if given else (1.0, 1.0, 1.0)
    shared = sum((wanted & given).values())
    precision = shared / sum(given.values()) if given else 0.0
    recall = shared / sum(wanted.values())
    both = precision + recall
    return (2 * precision * recall / both if both else 0.0), precision, recall


def plain_text(html: bytes) -> bytes:
    """Return a page as a person would copy it: all its text, no markup."""
    text = bytes_to_str(html, detect_encoding(html))
    return extract_plain_text(text, main_content=False).encode("utf-8", "replace")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--types", default="", help="page types, by comma; default: all")
    parser.add_argument("--every", type=int, default=1, help="take each so many-th page only")
    options = parser.parse_args()
    shared = Path(os.environ.get("PIPELINE_SHARED", "../shared"))
    path = shared / "bench" / "wcxb-dev.parquet"
    if not path.is_file():
        sys.exit(f"skipped: {path} is not there; set PIPELINE_SHARED to the folder that holds it")
    plan = load_plan(default_corpus_file())
    by_rules = [
        msgspec.structs.replace(each, model=False) if isinstance(each, StripBoilerplate) else each
        for each in plan.stages
    ]
    stages = compiled_stages(msgspec.structs.replace(plan, stages=tuple(by_rules)))[:-1]
    types = set(options.types.split(",")) - {""}
    scores: dict[tuple[str, str], list[tuple[float, float, float]]] = defaultdict(list)
    split: Counter[tuple[str, str]] = Counter()
    rows = pq.read_table(path, columns=list(COLUMNS)).to_pylist()
    for row in rows[:: options.every]:
        if types and row["page_type"] not in types:
            continue
        for form, content in (("text", plain_text(row["html"])), ("html", row["html"])):
            capture = Capture(row["id"], row["id"], form, size_bytes=1, content=content)
            documents = run_stages([Document(capture)], stages)
            output = "\n\n".join(filter(None, map(text_of, documents)))
            key = (form, row["page_type"])
            scores[key].append(word_scores(row["main_content"] or "", output))
            split[key] += documents[0].items > 1
    print(f"{'from':<5} {'type':<14} {'pages':>5} {'F1':>7} {'precision':>9} {'recall':>7}", end="")
    print(f" {'lose > 10 %':>11} {'split':>5}")
    for form, page_type in sorted(scores):
        found = scores[form, page_type]
        mean = [sum(score[at] for score in found) / len(found) for at in range(3)]
        lost = sum(recall < 0.9 for _, _, recall in found)
        print(
            f"{form:<5} {page_type:<14} {len(found):>5} {mean[0]:>7.4f} {mean[1]:>9.4f} "
            f"{mean[2]:>7.4f} {lost:>11} {split[form, page_type]:>5}"
        )


if __name__ == "__main__":
    main()
