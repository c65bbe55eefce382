"""Commands that clean: `run`, and one a stage."""

import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

import click
import msgspec

from pipeline.commands.options import (
    RunOptions,
    listing_of,
    plan_of,
    run_options,
    shown_path,
    warn,
)
from pipeline.due import Due, due_shards, stale_shards
from pipeline.errors import OutputError, SourceError
from pipeline.execution import EngineName, Run, executor_of, run_all
from pipeline.manifest import NAME as MANIFEST
from pipeline.manifest import Manifest, changed_since, manifest_of, read_manifest, write_manifest
from pipeline.options import StageOptions
from pipeline.places import is_address, place_of
from pipeline.plan import Plan, resolved
from pipeline.progress import Progress, log_json
from pipeline.report.card import NAME as CARD
from pipeline.report.card import write_card
from pipeline.sources.source import STANDARD_INPUT, Listing
from pipeline.sources.spool import laid_down
from pipeline.stages import STAGE_NAMES, stage_name
from pipeline.storage.alone import alone_in
from pipeline.summary import (
    REPORT_NAME,
    Summary,
    check_totals,
    format_summary,
    summarise,
    write_report,
)

EXIT_STRICT = 3
SHOWN_SHARDS = 3


@click.command()
@run_options
@click.option("--dry-run", is_flag=True, help="Say what would be done and why; write nothing.")
def run(chosen: RunOptions, dry_run: bool) -> None:
    """Clean captures: all stages, from files to Parquet.

    PATHS are folders, globs, files or addresses, or - for standard input; without any, the corpus
    file's.

    \b
    pipeline run ~/pages -o clean
    pipeline run crawl.warc.gz 'more/*.jsonl.zst' -o clean --workers 8
    zcat pages.jsonl.gz | pipeline run - --stdin-format jsonl -o clean
    pipeline run -c configs/mine.yaml --dry-run
    pipeline run -c configs/mine.yaml --engine ray
    """  # noqa: D301  click wants the backspace character itself
    plan = _plan_of(chosen)
    if dry_run:
        with laid_down(listing_of(plan), plan.source, "", warn) as listing:
            _print_due(plan, listing)
        return
    with alone_in(plan.folder):
        listing, done = _clean(plan, STAGE_NAMES[0], STAGE_NAMES[-1], chosen)
        _finish(plan, listing, done, chosen)


def _plan_of(chosen: RunOptions) -> Plan:
    return plan_of(
        chosen.corpus_file, chosen.paths, chosen.output, chosen.stdin_format, chosen.sites
    )


def _print_due(plan: Plan, listing: Listing) -> None:
    """Print which shards a run would do and why, and which it would remove."""
    due = list(due_shards(plan, listing))
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


def stage_command(stage: type[StageOptions]) -> click.Command:
    """Return the command that runs one stage alone, from the working shards before it."""
    name = stage_name(stage)

    @run_options
    def command(chosen: RunOptions) -> None:
        plan = _plan_of(chosen)
        with alone_in(plan.folder):
            listing, done = _clean(plan, name, name, chosen)
            if name == STAGE_NAMES[-1]:
                _finish(plan, listing, done, chosen)
        if name != STAGE_NAMES[-1] and not chosen.quiet:
            where = shown_path(place_of(plan.folder)) / "work" / name
            click.echo(f"{name}: {done.captures} captures, to {where}")

    first = (stage.__doc__ or "").split("\n\n")[0]
    before = STAGE_NAMES.index(name)
    whence = f"what {STAGE_NAMES[before - 1]} left" if before else "the captures"
    example = f"\b\npipeline {name} -c configs/mine.yaml"
    return click.command(name, help=f"{first}\n\nReads {whence}.\n\n{example}")(command)


def _clean(plan: Plan, first: str, last: str, chosen: RunOptions) -> tuple[Listing, Run]:
    """Run stages over a plan's captures, showing progress; return what was listed and done."""
    with listed(plan, chosen.engine, chosen.log_json) as listing:
        archives = any(file.kind != "capture" for file in listing.files)
        total = None if archives else len(listing.files)
        with Progress(total, chosen.quiet, as_json=chosen.log_json) as progress:
            executor = executor_of(chosen.engine, chosen.workers)
            run = run_all(plan, listing, first, last, executor, progress)
    kept = sum(not shard.done for shard in run.shards)
    if chosen.log_json:
        return listing, run
    if run.changed:
        _warn_of_changed(run.changed)
    if not chosen.quiet and kept:
        click.echo(f"up to date: {kept} of {len(run.shards)} shards", err=True)
    for path in run.removed:
        click.echo(f"removed {shown_path(path)}, a shard of a former run", err=True)
    return listing, run


@contextmanager
def listed(plan: Plan, engine: EngineName, quiet: bool, learned: str = "") -> Iterator[Listing]:
    """Yield what a plan's source names, standard input laid down where workers can read it.

    `learned` is as in `listing_of`.
    """
    listing = listing_of(plan, learned)
    stdin = any(file.path == STANDARD_INPUT for file in listing.files)
    if stdin and engine == "ray" and is_address(plan.folder):
        raise SourceError(
            STANDARD_INPUT,
            "a cluster reads standard input only if the output is a folder that all of it sees",
            "save it, and name the file",
        )
    say = _ignore if quiet else warn
    with laid_down(listing, plan.source, plan.folder, say) as readable:
        yield readable


def _ignore(message: str) -> None:
    """Say nothing: standard error is JSON."""


def _finish(plan: Plan, listing: Listing, run: Run, chosen: RunOptions) -> None:
    """Count what was written, print it, and warn of captures that were rejected."""
    folder = place_of(plan.folder)
    summary = summarise(plan.corpus, folder)
    check_totals(summary, run.captures)
    write_report(summary, folder)
    manifest = manifest_of(folder, plan.corpus, resolved(plan), run.left_aside)
    _refuse_changed(manifest, run, folder)
    write_manifest(manifest, folder)
    card = write_card(summary, manifest, folder)
    if chosen.log_json:
        shards = {"shards": len(run.shards), "done": sum(shard.done for shard in run.shards)}
        removed = {"removed": [str(shown_path(path)) for path in run.removed]}
        changed = {"changed": list(run.changed)}
        totals = msgspec.to_builtins(manifest.totals)
        log_json({"event": "end"} | totals | shards | removed | changed, sys.stderr)
    if not chosen.quiet:
        click.echo(format_summary(summary, listing.left_aside, run.left_aside))
        names = f"documents/, audit/, {REPORT_NAME}, {MANIFEST}{f', {CARD}' if card else ''}"
        click.echo(f"\nwritten to {shown_path(folder)}: {names}")
    if not chosen.log_json:
        _warn(summary)
    if chosen.strict and summary.rejected:
        raise SystemExit(EXIT_STRICT)


def _warn_of_changed(names: Sequence[str]) -> None:
    more = ", …" if len(names) > SHOWN_SHARDS else ""
    warn(
        f"changed while the run read them: {', '.join(names[:SHOWN_SHARDS])}{more} ({len(names):,} "
        "of its files); all others are as they were; the same command does again what it touches"
    )


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


def _warn(summary: Summary) -> None:
    if summary.rejected:
        click.echo(
            f"warning: {summary.rejected} of {summary.captures} captures were rejected; "
            "their reasons stand in the report and in the audit (label rejected)",
            err=True,
        )
