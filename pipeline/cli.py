"""The command line: `pipeline run`, one command a stage, and what helps to look at the result."""

import functools
import os
import sys
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any, NamedTuple, TypeVar

import click
import msgspec
import yaml

from pipeline import __version__
from pipeline.boilerplate.cases import check_cases
from pipeline.document import BOILERPLATE_LABELS, Label
from pipeline.errors import GoldError, OutputError, PipelineError, SourceError
from pipeline.evaluation import Evaluation, evaluate, load_gold, read_run
from pipeline.execution import Due, Run, documents_of, due_shards, run_all, stale_shards
from pipeline.manifest import NAME as MANIFEST
from pipeline.manifest import (
    Manifest,
    changed_since,
    manifest_of,
    problems_of,
    read_manifest,
    write_manifest,
)
from pipeline.margin import MarginLine, format_margin, margin_lines
from pipeline.options import StageOptions
from pipeline.places import is_address, place_of
from pipeline.plan import Plan, default_corpus_file, load_plan, plan_fingerprint, resolved
from pipeline.progress import Progress, log_json
from pipeline.sources.listing import list_captures
from pipeline.sources.source import STANDARD_INPUT, Listing
from pipeline.stages import STAGE_NAMES, STAGES, stage_name
from pipeline.summary import (
    REPORT_NAME,
    Summary,
    check_totals,
    format_summary,
    summarise,
    write_report,
)

EXIT_ERROR = 1
EXIT_STRICT = 3
EXIT_DIFFERS = 4
EXIT_INTERRUPTED = 130
MAX_REASON_WIDTH = 44
SHOWN_SHARDS = 3

F = TypeVar("F", bound=Callable[..., object])


def corpus_option(command: F) -> F:
    """Add `--corpus`: which corpus file."""
    return click.option(
        "-c",
        "--corpus",
        "corpus_file",
        type=click.Path(path_type=Path),
        help="Corpus file (YAML). Default: configs/sample.yaml here, or the one brought along.",
    )(command)


class RunOptions(NamedTuple):
    """The options that all commands which clean have in common."""

    paths: tuple[str, ...]
    corpus_file: Path | None
    output: str | None
    workers: int
    quiet: bool
    strict: bool
    log_json: bool


def run_options(command: Callable[..., None]) -> Callable[..., None]:
    """Add the options that all commands which clean have in common, as the first argument."""

    @functools.wraps(command)
    def collected(**given: Any) -> None:
        common = RunOptions(**{name: given.pop(name) for name in RunOptions._fields})
        command(common, **given)

    for option in reversed(
        (
            click.argument("paths", nargs=-1),
            corpus_option,
            click.option(
                "-o",
                "--output",
                help="Folder or address to write to, instead of the corpus file's.",
            ),
            click.option(
                "-w",
                "--workers",
                type=click.IntRange(min=1),
                default=os.cpu_count() or 1,
                help="Processes. Default: one a core. The result is the same for any number.",
            ),
            click.option("-q", "--quiet", is_flag=True, help="No progress, no summary."),
            click.option("--strict", is_flag=True, help="Exit with 3 if a capture was rejected."),
            click.option(
                "--log-json", is_flag=True, help="Progress and totals as JSON, a line each."
            ),
        )
    ):
        collected = option(collected)
    return collected


@click.group(context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100})
@click.version_option(__version__, prog_name="pipeline")
def cli() -> None:
    """Turn captured web pages into clean text records, with an account of every line.

    \b
    pipeline run                          the sample corpus
    pipeline run ~/pages -o clean         a folder of your own
    pipeline run -c configs/mine.yaml     a corpus file of your own
    pipeline explain ~/pages/one.html     one page, line by line
    """  # noqa: D301  click wants the backspace character itself


def _plan(corpus_file: Path | None, paths: Sequence[str] = (), output: str | None = None) -> Plan:
    """Return the plan of a corpus file, with paths and output of the command line in it."""
    plan = load_plan(corpus_file or default_corpus_file())
    if paths:
        source = msgspec.structs.replace(plan.source, paths=tuple(paths))
        name = _corpus_name(paths[0])
        plan = msgspec.structs.replace(
            plan, source=source, base=".", corpus=name, folder=f"processed/{name}"
        )
    plan = msgspec.structs.replace(plan, folder=output) if output else plan
    _refuse_source_as_output(plan)
    return plan


def _corpus_name(path: str) -> str:
    """Return what a corpus is called that is named by its first path only."""
    if path == STANDARD_INPUT:
        return "stdin"
    return path.rstrip("/").rpartition("/")[2] if is_address(path) else Path(path).resolve().name


def _refuse_source_as_output(plan: Plan) -> None:
    """Raise if the output folder is a source folder: what is written would lie among the pages."""
    for path in plan.source.paths:
        if path == STANDARD_INPUT:
            continue
        local = not is_address(path) and not is_address(plan.folder)
        if (
            (Path(plan.base) / path).resolve() == Path(plan.folder).resolve()
            if local
            else path.rstrip("/") == plan.folder.rstrip("/")
        ):
            raise OutputError(
                plan.folder, "is a source of the corpus itself", "name another folder to write to"
            )


def _clean(plan: Plan, first: str, last: str, chosen: RunOptions) -> tuple[Listing, Run]:
    """Run stages over a plan's captures, showing progress; return what was listed and done."""
    listing = _listing(plan)
    archives = any(file.kind != "capture" for file in listing.files)
    total = None if archives else len(listing.files)
    with Progress(total, chosen.quiet, as_json=chosen.log_json) as progress:
        run = run_all(plan, listing, first, last, chosen.workers, progress)
    kept = sum(not shard.done for shard in run.shards)
    if chosen.log_json:
        return listing, run
    if not chosen.quiet and kept:
        click.echo(f"up to date: {kept} of {len(run.shards)} shards", err=True)
    for path in run.removed:
        click.echo(f"removed {shown_path(path)}, a shard of a former run", err=True)
    return listing, run


def _finish(plan: Plan, listing: Listing, run: Run, chosen: RunOptions) -> None:
    """Count what was written, print it, and warn of captures that were rejected."""
    folder = place_of(plan.folder)
    summary = summarise(plan.corpus, folder)
    check_totals(summary, run.captures)
    write_report(summary, folder)
    manifest = manifest_of(folder, plan.corpus, resolved(plan), run.left_aside)
    _refuse_changed(manifest, run, folder)
    write_manifest(manifest, folder)
    if chosen.log_json:
        shards = {"shards": len(run.shards), "done": sum(shard.done for shard in run.shards)}
        removed = {"removed": [str(shown_path(path)) for path in run.removed]}
        totals = msgspec.to_builtins(manifest.totals)
        log_json({"event": "end"} | totals | shards | removed, sys.stderr)
    if not chosen.quiet:
        click.echo(format_summary(summary, listing.left_aside, run.left_aside))
        names = f"documents/, audit/, {REPORT_NAME}, {MANIFEST}"
        click.echo(f"\nwritten to {shown_path(folder)}: {names}")
    if not chosen.log_json:
        _warn(summary)
    if chosen.strict and summary.rejected:
        raise SystemExit(EXIT_STRICT)


def _refuse_changed(manifest: Manifest, run: Run, folder: Path) -> None:
    """Raise if a shard that was up to date is not as a former run wrote it."""
    try:
        former = read_manifest(folder)
    except OutputError:
        return
    done = {shard.name for shard in run.shards if shard.done}
    if changed := changed_since(former, manifest, done):
        raise OutputError(
            str(shown_path(folder)),
            f"{', '.join(changed[:SHOWN_SHARDS])} changed after being written",
            "remove the files of these shards and run again",
        )


def shown_path(path: Path) -> Path:
    """Return a path as short as a person would write it: relative, where it is below here."""
    if is_address(str(path)):
        return path
    whole = path.resolve()
    return whole.relative_to(Path.cwd()) if whole.is_relative_to(Path.cwd()) else whole


def _warn(summary: Summary) -> None:
    if summary.rejected:
        click.echo(
            f"warning: {summary.rejected} of {summary.captures} captures were rejected; "
            "their reasons stand above and in the audit (label rejected)",
            err=True,
        )


@cli.command()
@run_options
@click.option("--dry-run", is_flag=True, help="Say what would be done and why; write nothing.")
def run(chosen: RunOptions, dry_run: bool) -> None:
    """Clean captures: all stages, from files to Parquet.

    PATHS are folders, globs, files or addresses, or - for standard input; without any, the corpus
    file's.
    """
    plan = _plan(chosen.corpus_file, chosen.paths, chosen.output)
    if dry_run:
        _print_due(plan)
        return
    listing, done = _clean(plan, STAGE_NAMES[0], STAGE_NAMES[-1], chosen)
    _finish(plan, listing, done, chosen)


def _listing(plan: Plan) -> Listing:
    """Return what a plan's source names, without what a run wrote below it."""
    listing = list_captures(plan.source, Path(plan.base))
    if is_address(plan.folder):
        return listing
    own = os.path.abspath(plan.folder) + os.sep
    files = tuple(
        file
        for file in listing.files
        if is_address(file.path) or not os.path.abspath(file.path).startswith(own)
    )
    return msgspec.structs.replace(listing, files=files)


def _print_due(plan: Plan) -> None:
    """Print which shards a run would do and why, and which it would remove."""
    due = list(due_shards(plan, _listing(plan)))
    reasons: dict[str, list[Due]] = {}
    for shard in due:
        reasons.setdefault(shard.reason, []).append(shard)
    for reason, shards in reasons.items():
        captures = sum(shard.captures for shard in shards)
        names = ", ".join(shard.name for shard in shards[:SHOWN_SHARDS])
        more = ", …" if len(shards) > SHOWN_SHARDS else ""
        verb = f"to do, {reason}" if reason else "up to date"
        click.echo(f"{verb}: {len(shards):,} shards of {captures:,} captures ({names}{more})")
    for path in stale_shards(plan, frozenset(shard.name for shard in due)):
        click.echo(f"to remove: {shown_path(path)}, of a former run")


def _stage_command(stage: type[StageOptions]) -> click.Command:
    """Return the command that runs one stage alone, from the working shards before it."""
    name = stage_name(stage)

    @run_options
    def command(chosen: RunOptions) -> None:
        plan = _plan(chosen.corpus_file, chosen.paths, chosen.output)
        listing, done = _clean(plan, name, name, chosen)
        if name == STAGE_NAMES[-1]:
            _finish(plan, listing, done, chosen)
        elif not chosen.quiet:
            where = shown_path(place_of(plan.folder)) / "work" / name
            click.echo(f"{name}: {done.captures} captures, to {where}")

    first = (stage.__doc__ or "").split("\n\n")[0]
    before = STAGE_NAMES.index(name)
    whence = f"what {STAGE_NAMES[before - 1]} left" if before else "the captures"
    return click.command(name, help=f"{first}\n\nReads {whence}.")(command)


for _stage in STAGES:
    cli.add_command(_stage_command(_stage))


@cli.command()
@click.argument("file")
@corpus_option
@click.option("--reasons/--no-reasons", default=True, help="Whether reasons stand in the margin.")
def explain(file: str, corpus_file: Path | None, reasons: bool) -> None:
    """Print a capture line by line, with number, item, label and reason in the margin.

    On a terminal what is not published is dim and coloured; in a pipe it is plain text.
    """
    if not file or Path(file).is_dir():
        raise SourceError(file or "FILE", "is no file", "name one capture, or - for standard input")
    plan = _plan(corpus_file)
    source = msgspec.structs.replace(plan.source, paths=(file,))
    listing = list_captures(source, Path("."))
    several = len(listing.files) > 1 or listing.files[0].kind != "capture"
    for documents in documents_of(plan, listing.files):
        if several:
            click.echo(f"# {documents[0].capture.source}")
        for document in documents:
            if document.rejected:
                click.echo(f"% status: rejected\n# {document.rejected}")
            if document.item == 1 and document.capture.url:
                click.echo(f"% url: {document.capture.url}")
            if document.author:
                click.echo(f"% author {document.item}: {document.author}")
            if document.published:
                click.echo(f"% date {document.item}: {document.published}")
        _print_margin(margin_lines(documents), reasons)


def _print_margin(lines: Sequence[MarginLine], reasons: bool) -> None:
    """Print lines in the margin format, coloured by label where that is wanted."""
    longest = max((len(line.reason) for line in lines), default=1)
    width = min(max(longest, 1), MAX_REASON_WIDTH) if reasons else 0
    for line in lines:
        written = format_margin(line, width)
        margin, text = written[: len(written) - len(line.text)], line.text
        if line.label in BOILERPLATE_LABELS:
            click.echo(_styled(margin, fg="red") + _styled(text, dim=True))
        elif line.label in (Label.CONTENT, Label.BLANK):
            click.echo(_styled(margin, dim=True) + text)
        else:
            click.echo(_styled(margin, fg="green") + _styled(text, bold=line.label == Label.TITLE))


def _styled(text: str, **style: Any) -> str:
    return text if os.environ.get("NO_COLOR") else click.style(text, **style)


@cli.command()
@corpus_option
def check(corpus_file: Path | None) -> None:
    """Check a corpus file, its rules with their cases and its languages; print it resolved."""
    plan = _plan(corpus_file)
    held = check_cases(Path(plan.configs) / "rules")
    stages = [msgspec.to_builtins(stage) for stage in (*plan.stages, plan.output)]
    shown = {
        "corpus": plan.corpus,
        "source": msgspec.to_builtins(plan.source),
        "output": _relative(plan.folder, plan.base),
        "configs": os.path.relpath(plan.configs, plan.base),
        "stages": stages,
    }
    click.echo(yaml.safe_dump(shown, sort_keys=False, allow_unicode=True), nl=False)
    cases = ", ".join(f"{label} {count}" for label, count in held.items())
    click.echo(f"# rules hold in {sum(held.values())} cases: {cases}")
    listing = _listing(plan)
    click.echo(f"# captures: {len(listing.files)}")
    click.echo(f"# fingerprint of the plan: {plan_fingerprint(plan)[:16]}")


def _relative(path: str, base: str) -> str:
    return path if is_address(path) else os.path.relpath(path, base)


@cli.command()
@click.argument("folder")
def verify(folder: str) -> None:
    """Check what a run wrote against its manifest: what is missing, doubled, changed.

    FOLDER is the output of a run, or its address. Exits with 4 if something is wrong.
    """
    place = place_of(folder)
    problems = problems_of(place)
    for problem in problems:
        click.echo(problem)
    if problems:
        raise SystemExit(EXIT_DIFFERS)
    manifest = read_manifest(place)
    totals = manifest.totals
    click.echo(
        f"as written: {len(manifest.shards):,} shards, {totals.captures:,} captures, "
        f"{totals.documents:,} documents, {totals.lines:,} lines"
    )


@cli.command("evaluate")
@click.argument("gold", type=click.Path(path_type=Path))
@click.argument("run_folder", type=click.Path(path_type=Path), required=False)
@corpus_option
@click.option("--differences/--no-differences", default=True, help="Whether each is listed.")
def evaluate_command(
    gold: Path, run_folder: Path | None, corpus_file: Path | None, differences: bool
) -> None:
    """Hold a run against gold: labels, items, authors, dates.

    GOLD is a folder of .gold files in the margin format, or a gold.json. RUN_FOLDER is what a run
    wrote; without it, the corpus file's output.
    """
    folder = run_folder or Path(_plan(corpus_file).folder)
    figures = evaluate(load_gold(gold), read_run(folder))
    if not figures.captures:
        raise GoldError(
            str(gold), f"none of its captures is in {folder}", "names are relative to the source"
        )
    click.echo(format_evaluation(figures, differences))


def format_evaluation(figures: Evaluation, differences: bool) -> str:
    """Return the figures of an evaluation as a table."""
    text = [f"{'label':<12} {'gold':>6} {'given':>6} {'right':>6} {'precision':>10} {'recall':>7}"]
    text += [
        f"{each.label:<12} {each.gold:>6} {each.given:>6} {each.right:>6} "
        f"{each.precision:>10.3f} {each.recall:>7.3f}"
        for each in figures.labels
    ]
    text += [
        "",
        f"captures     {figures.captures}, of the gold's missing in the run: "
        f"{', '.join(figures.missing) or 'none'}",
        f"items        {figures.items_found} found ({figures.items_exact} exact), "
        f"{len(figures.items_missed)} missed, {len(figures.items_invented)} invented",
        f"authors      {figures.authors[0]} of {figures.authors[1]} right",
        f"dates        {figures.dates[0]} of {figures.dates[1]} right",
    ]
    if differences and figures.wrong:
        text += ["", "differences:"] + [f"  {each}" for each in figures.wrong]
    for name, items in (("missed", figures.items_missed), ("invented", figures.items_invented)):
        if differences and items:
            text += [f"items {name}: {', '.join(items)}"]
    return "\n".join(text)


def main() -> None:
    """Run the command line; errors of the user's side are one line, not a traceback."""
    try:
        code = cli.main(standalone_mode=False)
        sys.stdout.flush()
    except PipelineError as error:
        click.echo(f"error: {error}", err=True)
        sys.exit(EXIT_ERROR)
    except click.ClickException as error:
        error.show()
        sys.exit(error.exit_code)
    except (click.Abort, KeyboardInterrupt):
        click.echo(
            "\ninterrupted: complete shards stay, the same command goes on from there", err=True
        )
        sys.exit(EXIT_INTERRUPTED)
    except BrokenPipeError:
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        sys.exit(0)
    sys.exit(code if isinstance(code, int) else 0)


if __name__ == "__main__":
    main()
