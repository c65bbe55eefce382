"""How fast strip-boilerplate labels plain text: CPU seconds, beside jusText on the same lines.

    make bench-speed

Pages are every sixth of WCXB's development part (by Murrough Foley, CC BY 4.0; no part of the
project, its folder is named by PIPELINE_SHARED, default ../shared), rendered to plain text by
resiliparse. Both sides get the same text in one process, in turn, several times; the figures are
medians, the ratio is taken pair by pair. The three long pages show that time grows with the length.
"""

import statistics
import time
from collections.abc import Callable
from importlib.metadata import version

import pyarrow.parquet as pq

from benchmarks.peers import justext_lines
from benchmarks.shared import wcxb
from pipeline.blocks import page_blocks
from pipeline.boilerplate import StripBoilerplate
from pipeline.boilerplate.features import features_of
from pipeline.boilerplate.line_model import LineModel, load_line_model
from pipeline.document import Capture, Document
from pipeline.encoding import FixEncoding
from pipeline.plan import brought_configs
from training.pages import decoded_html, rendered

EVERY = 6
ROUNDS = 5
LONG = (2_000, 20_000, 200_000)
SENTENCE = "The boats came back late on day {}, and nobody had waited for them at the pier."
FRAME = ("Home", "Share this page", "More from the harbour", "12 Comments", "")


def cpu_seconds(work: Callable[[], object]) -> float:
    begin = time.process_time()
    work()
    return time.process_time() - begin


def documents_of(texts: list[str]) -> list[Document]:
    repair = FixEncoding().compile(brought_configs())
    found: list[Document] = []
    for text in texts:
        content = text.encode("utf-8", "replace")
        found += repair(Document(Capture("page", "page", size_bytes=len(content), content=content)))
    return found


def long_page(lines: int) -> str:
    rows = (FRAME[at % 5] if at % 3 else SENTENCE.format(at) for at in range(lines))
    return "\n".join(rows)


def model_alone(model: LineModel, documents: list[Document]) -> float:
    blocks = [page_blocks(document.lines) for document in documents]
    return cpu_seconds(lambda: [model.scores(features_of(each)) for each in blocks])


def main() -> None:
    pages = pq.read_table(wcxb(), columns=["html"]).column("html").to_pylist()[::EVERY]
    texts = [rendered(decoded_html(page), "resiliparse").decode() for page in pages]
    texts = [text for text in texts if text.strip()]
    documents = documents_of(texts)
    size = sum(len(text.encode()) for text in texts) / 1e6
    loading = cpu_seconds(load_line_model)
    stage = StripBoilerplate().compile(brought_configs())
    rules = StripBoilerplate(model=False).compile(brought_configs())

    def label(one: Callable = stage) -> None:
        for document in documents:
            list(one(document))

    def justext_all() -> None:
        for text in texts:
            justext_lines("", text)

    label()
    ours = [(cpu_seconds(label), cpu_seconds(justext_all)) for _ in range(ROUNDS)]
    seconds = statistics.median(one for one, _ in ours)
    ratio = statistics.median(one / other for one, other in ours)
    by_rules = statistics.median(cpu_seconds(lambda: label(rules)) for _ in range(ROUNDS))
    by_model = statistics.median(model_alone(load_line_model(), documents) for _ in range(ROUNDS))
    print(f"{len(texts)} pages, {size:.2f} MB of text; CPU seconds, median of {ROUNDS}")
    print(f"loading the model             {loading:.3f} s")
    print(f"strip-boilerplate             {seconds:.2f} s   {size / seconds:.1f} MB/s")
    print(f"  without the model           {by_rules:.2f} s   {size / by_rules:.1f} MB/s")
    print(f"  the model alone             {by_model:.2f} s   {size / by_model:.1f} MB/s")
    print(f"ratio to jusText {version('jusText')}         {ratio:.2f}")
    for lines in LONG:
        long = documents_of([long_page(lines)])
        spent = cpu_seconds(lambda long=long: list(stage(long[0])))
        each = spent / lines * 1e6
        print(f"one page of {lines:>7,} lines     {spent:.2f} s   {each:.0f} µs a line")


if __name__ == "__main__":
    main()
