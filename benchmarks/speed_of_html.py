"""How fast HTML becomes labelled lines: CPU seconds, beside trafilatura on the same pages.

    make bench-speed

Pages are every thirteenth of WCXB's development part (by Murrough Foley, CC BY 4.0; no part of the
project, its folder is named by PIPELINE_SHARED, default ../shared). Both sides get the same bytes
in one process, in turn, several times; figures are medians, ratios are taken pair by pair. Ours is
fix-encoding, which renders the page, and strip-boilerplate; title, author and date, which cost
trafilatura most, are found by split-digests: once with `split: false`, as trafilatura takes no page
apart either, and once with listings looked for.
"""

import statistics
import warnings
from collections.abc import Callable, Iterable
from importlib.metadata import version

import pyarrow.parquet as pq
import trafilatura

from benchmarks.shared import wcxb
from benchmarks.speed import cpu_seconds
from pipeline.boilerplate import StripBoilerplate
from pipeline.digests import SplitDigests
from pipeline.document import Capture, Document
from pipeline.encoding import FixEncoding
from pipeline.plan import brought_configs

EVERY = 13
ROUNDS = 5


class Ours:
    """The stages that make labelled lines of HTML, over all pages."""

    def __init__(self, pages: list[bytes]) -> None:
        self.pages = pages
        configs = brought_configs()
        self.repair = FixEncoding().compile(configs)
        self.label = StripBoilerplate().compile(configs)
        self.label_alone = StripBoilerplate(trafilatura_below=0).compile(configs)
        self.describe = SplitDigests(split=False).compile(configs)
        self.take_apart = SplitDigests().compile(configs)

    def run(self, *stages: Callable[[Document], Iterable[Document]]) -> None:
        """Take each page through fix-encoding and some stages, one page after the other."""
        for page in self.pages:
            documents = [Document(Capture("p", "p", "html", size_bytes=len(page), content=page))]
            for stage in (self.repair, *stages):
                documents = [each for document in documents for each in stage(document)]

    def rendered(self) -> None:
        self.run()

    def main_text(self) -> None:
        self.run(self.label)

    def by_model_alone(self) -> None:
        self.run(self.label_alone)

    def with_metadata(self) -> None:
        self.run(self.label, self.describe)

    def with_items(self) -> None:
        self.run(self.label, self.take_apart)


def trafilaturas(pages: list[bytes]) -> None:
    for page in pages:
        trafilatura.extract(page)


def trafilaturas_with_metadata(pages: list[bytes]) -> None:
    for page in pages:
        trafilatura.bare_extraction(page, with_metadata=True)


def main() -> None:
    warnings.simplefilter("ignore")
    pages = pq.read_table(wcxb(), columns=["html"]).column("html").to_pylist()[::EVERY]
    ours = Ours(pages)
    ours.main_text()
    print(f"{len(pages)} pages, {sum(map(len, pages)) / 1e6:.1f} MB of HTML; median of {ROUNDS}")
    print(f"rendering alone: {each(cpu_seconds(ours.rendered), pages)}")
    print(f"main text by the model alone: {each(cpu_seconds(ours.by_model_alone), pages)}")
    peer = f"trafilatura {version('trafilatura')}"
    for name, one, other in (
        ("main text", ours.main_text, trafilaturas),
        ("with title, author, date", ours.with_metadata, trafilaturas_with_metadata),
        ("with listings taken apart", ours.with_items, trafilaturas_with_metadata),
    ):
        pairs = [
            (cpu_seconds(one), cpu_seconds(lambda other=other: other(pages))) for _ in range(ROUNDS)
        ]
        ratio = statistics.median(mine / its for mine, its in pairs)
        spent = [each(statistics.median(side), pages) for side in zip(*pairs, strict=True)]
        print(f"{name}: {spent[0]}, {peer} {spent[1]}, ratio {ratio:.2f}")


def each(seconds: float, pages: list) -> str:
    return f"{seconds / len(pages) * 1e3:.1f} ms a page"


if __name__ == "__main__":
    main()
