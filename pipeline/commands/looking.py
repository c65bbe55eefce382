"""Commands that look: at a capture, a corpus file, a run, and a run beside its gold."""

import os
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import click
import msgspec
import yaml

from pipeline.boilerplate.cases import check_cases
from pipeline.boilerplate.phrases import load_rules
from pipeline.commands.correcting import checked_gold
from pipeline.commands.options import (
    corpus_option,
    listing_of,
    plan_of,
    shown_path,
    sites_option,
    stdin_option,
    warn,
    with_stdin_format,
)
from pipeline.commands.records import place_to_read, whole_run
from pipeline.document import BOILERPLATE_LABELS, Label
from pipeline.errors import SourceError
from pipeline.evaluation import evaluate, format_evaluation, gold_and_run, load_gold
from pipeline.execution import documents_of
from pipeline.manifest import read_manifest
from pipeline.margin import MarginLine, format_margin, margin_lines
from pipeline.places import is_address
from pipeline.plan import Plan, plan_fingerprint, sites_file, with_sites_file
from pipeline.report.page import NAME as REPORT_PAGE
from pipeline.report.page import view_page, write_report_page
from pipeline.report.view import views_of_documents
from pipeline.sources.listing import list_captures
from pipeline.sources.source import Listing, StdinFormat
from pipeline.sources.spool import laid_down
from pipeline.storage.files import is_stream
from pipeline.storage.rows import status_of
from pipeline.verification import problems_of, resized

EXIT_DIFFERS = 4
MAX_REASON_WIDTH = 44


@click.command()
@click.argument("file")
@stdin_option
@corpus_option
@sites_option
@click.option("--reasons/--no-reasons", default=True, help="Whether reasons stand in the margin.")
@click.option("--html", is_flag=True, help="As an HTML page that needs nothing else.")
def explain(
    file: str,
    stdin_format: StdinFormat | None,
    corpus_file: Path | None,
    sites: str | None,
    reasons: bool,
    html: bool,
) -> None:
    """Print a capture line by line, with number, item, label and reason in the margin.

    On a terminal what is not published is dim and coloured; in a pipe it is plain text.

    \b
    pipeline explain ~/pages/one.html
    pipeline explain ~/pages/one.html --html > one-explained.html
    """  # noqa: D301  click wants the backspace character itself
    if not file or Path(file).is_dir():
        raise SourceError(file or "FILE", "is no file", "name one capture, or - for standard input")
    plan = plan_of(corpus_file, sites=sites)
    source = msgspec.structs.replace(plan.source, paths=(file,))
    source = with_stdin_format(source, stdin_format)
    plan = msgspec.structs.replace(plan, source=source)
    with laid_down(list_captures(source, Path(".")), source, "", warn) as listing:
        _explain(plan, listing, file, reasons, html)


def _explain(plan: Plan, listing: Listing, file: str, reasons: bool, html: bool) -> None:
    """Print captures line by line, or all of them as an HTML page."""
    if html:
        views = views_of_documents(documents_of(plan, listing.files))
        click.echo(view_page(views, file), nl=False)
        return
    several = len(listing.files) > 1 or listing.files[0].kind != "capture"
    for documents in documents_of(plan, listing.files):
        if several:
            click.echo(f"# {documents[0].capture.source}")
        if status := status_of(documents):
            click.echo(f"% status: {status[0]}\n# {status[1]}")
        for document in documents:
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


@click.command()
@corpus_option
def check(corpus_file: Path | None) -> None:
    """Check a corpus file, its rules with their cases and its languages; print it resolved.

    Corrected captures that it names as `gold` are cleaned and held against; exits with 4 if a label
    differs.

    \b
    pipeline check -c configs/mine.yaml
    """  # noqa: D301  likewise
    plan = plan_of(corpus_file)
    held = check_cases(Path(plan.configs) / "rules")
    sites = sites_file(plan)
    told = with_sites_file(plan, _relative(sites, plan.base) if sites else "")
    stages = [msgspec.to_builtins(stage) for stage in (*told.stages, told.output)]
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
    listing = listing_of(plan)
    click.echo(f"# captures: {len(listing.files)}")
    click.echo(f"# fingerprint of the plan: {plan_fingerprint(plan)[:16]}")
    _check_gold(plan)


def _check_gold(plan: Plan) -> None:
    """Hold the plan against the corpus file's corrected captures; exit with 4 if it differs."""
    wrong = 0
    cleaned = checked_gold(plan)
    for folder in plan.gold:
        gold = load_gold(Path(folder))
        figures = evaluate(gold, cleaned)
        found = [f"{name}: is not in the corpus" for name in figures.missing]
        found += figures.wrong
        found += [f"{place}: an item begins here in the gold" for place in figures.items_missed]
        found += [f"{place}: no item begins here in the gold" for place in figures.items_invented]
        held = f"{figures.captures} of its {len(gold)} captures are in the corpus"
        name = _relative(folder, plan.base)
        click.echo(f"# gold {name}: {held}, {len(found)} differences")
        for difference in found:
            click.echo(f"#   {difference}")
        wrong += len(found)
    if wrong:
        raise SystemExit(EXIT_DIFFERS)


def _relative(path: str, base: str) -> str:
    return path if is_address(path) else os.path.relpath(path, base)


@click.command()
@click.argument("folder")
def verify(folder: str) -> None:
    """Check what a run wrote against its manifest: what is missing, doubled, changed.

    FOLDER is the output of a run, or its address. Exits with 4 if something is wrong.

    \b
    pipeline verify processed/sample
    pipeline verify s3://mine/clean
    """  # noqa: D301  likewise
    place = place_to_read(folder)
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


@click.command()
@click.argument("folder", required=False)
@corpus_option
@click.option(
    "-o",
    "--output",
    type=click.Path(path_type=Path),
    help=f"File to write. Default: {REPORT_PAGE} in FOLDER.",
)
def report(folder: str | None, corpus_file: Path | None, output: Path | None) -> None:
    """Write one HTML page on a run: what was removed, by what, how often, with examples.

    FOLDER is the output of a run; without it, the corpus file's. The page needs no network.

    \b
    pipeline report processed/sample
    """  # noqa: D301  likewise
    plan = plan_of(corpus_file)
    place = whole_run(folder or plan.folder)
    manifest = read_manifest(place)
    same = manifest.plan.get("configs") == plan.configs_fingerprint
    rules = load_rules(Path(plan.configs) / "rules") if same else None
    changed = resized(place, manifest)
    path, size = write_report_page(place, manifest, rules, changed, output or place / REPORT_PAGE)
    stream = is_stream(path)  # then standard output may be the page itself
    shown = path if stream else shown_path(path)
    click.echo(f"written: {shown}, {size / 1e6:.1f} MB", err=stream)
    if changed:
        click.echo(
            f"warning: {len(changed):,} files are not as the run wrote them; `pipeline verify` "
            "says all that differs",
            err=True,
        )


@click.command("evaluate")
@click.argument("gold", type=click.Path(path_type=Path))
@click.argument("run_folder", required=False)
@corpus_option
@click.option("--differences/--no-differences", default=True, help="Whether each is listed.")
def evaluate_command(
    gold: Path, run_folder: str | None, corpus_file: Path | None, differences: bool
) -> None:
    """Hold a run against gold: labels, items, authors, dates.

    GOLD is a folder of .gold files in the margin format, or a gold.json. RUN_FOLDER is what a run
    wrote; without it, the corpus file's output.

    \b
    pipeline evaluate gold processed/mine
    """  # noqa: D301  likewise
    folder = place_to_read(run_folder or plan_of(corpus_file).folder)
    figures = evaluate(*gold_and_run(gold, folder))
    click.echo(format_evaluation(figures, differences))
