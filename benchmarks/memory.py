"""How much memory a run takes: peak resident size of one process, by pages and by their size.

    make bench-memory

Pages are made by this script, as JSON lines: 1,000, 10,000 and 100,000 of 2 KB, then one page of
1, 4 and 16 MB. Each run is a process of its own with one worker. `--plot FILE` draws the first
three. The last is over WCXB's development part as HTML (by Murrough Foley, CC BY 4.0; no part of
the project, its folder is named by PIPELINE_SHARED, default ../shared); its largest page has 6 MB.
"""

import argparse
import json
import multiprocessing
import os
import random
import subprocess
import sys
import tempfile
from concurrent.futures import ProcessPoolExecutor
from pathlib import Path

import pyarrow.parquet as pq
import pygal

from benchmarks.shared import wcxb
from training.pages import decoded_html

COUNTS = (1_000, 10_000, 100_000)
PAGE_CHARACTERS = 2_000
SIZES = (1, 4, 16)
MEGABYTE = 1 << 20
SYLLABLES = ("har", "bour", "lan", "tern", "mo", "or", "wil", "low", "bell", "tide", "stone", "ca")
COMMON = ("the", "of", "and", "to", "in", "was", "that", "for", "it", "with", "on", "had", "were")


def page(draw: random.Random, characters: int) -> str:
    """Return paragraphs of made-up words, with a menu above and a share line below."""
    parts = ["Home", "News", "Contact", ""]
    length = 0
    while length < characters:
        words = [
            draw.choice(COMMON) if draw.random() < 0.5 else "".join(draw.choices(SYLLABLES, k=2))
            for _ in range(draw.randint(20, 60))
        ]
        paragraph = f"{' '.join(words).capitalize()}."
        parts += [paragraph, ""]
        length += len(paragraph) + 2
    return "\n".join([*parts, "Share this story"])


def peak_of(source: Path, out: Path) -> float:
    """Return the peak resident size of a run with one worker, in MB."""
    command = [sys.executable, "-m", "pipeline.cli", "run", str(source), "-o", str(out)]
    process = subprocess.Popen([*command, "-q", "-w", "1"])  # noqa: S603  its own
    _, status, usage = os.wait4(process.pid, 0)
    if status:
        sys.exit(f"error: the run over {source.name} ended with {status}")
    return usage.ru_maxrss / 1024


def write_html(path: Path) -> int:
    """Write WCXB's pages as JSON lines; return how many.

    To be called in a process apart: the peak of a run begins with what its parent holds.
    """
    count = 0
    with path.open("w") as stream:
        for batch in pq.ParquetFile(wcxb()).iter_batches(50, columns=["html"]):
            for html in batch.column("html").to_pylist():
                stream.write(json.dumps({"id": count, "html": decoded_html(html)}) + "\n")
                count += 1
    return count


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--plot", type=Path, help="SVG file to write")
    parser.add_argument("--most", type=int, default=COUNTS[-1], help="leave out runs of more pages")
    options = parser.parse_args()
    counts = [count for count in COUNTS if count <= options.most]
    draw = random.Random(7)  # noqa: S311  no secret
    pages = [page(draw, PAGE_CHARACTERS) for _ in range(500)]
    peaks = []
    print("| pages of 2 KB | peak, MB |\n|---:|---:|")
    for count in counts:
        with tempfile.TemporaryDirectory() as folder:
            source = Path(folder) / "pages.jsonl"
            with source.open("w") as stream:
                for at in range(count):
                    text = f"{pages[at % len(pages)]} {at}"
                    stream.write(json.dumps({"id": at, "text": text}) + "\n")
            peaks.append(peak_of(source, Path(folder) / "out"))
        print(f"| {count:,} | {peaks[-1]:.0f} |", flush=True)
    print("\n| one page of, MB | peak, MB |\n|---:|---:|")
    for size in SIZES:
        with tempfile.TemporaryDirectory() as folder:
            source = Path(folder) / "page.txt"
            source.write_text(page(draw, size * MEGABYTE))
            print(f"| {size} | {peak_of(source, Path(folder) / 'out'):.0f} |", flush=True)
    if options.plot:
        chart = pygal.Line(show_legend=False, x_title="pages", y_title="peak, MB", range=(0, 300))
        chart.x_labels = [f"{count:,}" for count in counts]
        chart.add("peak", peaks)
        options.plot.write_bytes(chart.render())
    wcxb()
    with tempfile.TemporaryDirectory() as folder:
        source = Path(folder) / "pages.jsonl"
        with ProcessPoolExecutor(1, multiprocessing.get_context("spawn")) as apart:
            count = apart.submit(write_html, source).result()
        peak = peak_of(source, Path(folder) / "out")
        print(f"\n| pages of HTML | peak, MB |\n|---:|---:|\n| {count:,} | {peak:.0f} |")


if __name__ == "__main__":
    main()
