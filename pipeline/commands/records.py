"""Commands that look at what a run wrote, and at two runs side by side."""

import shutil
import sys
from pathlib import Path

import click

from pipeline.errors import OutputError
from pipeline.places import place_of, refuse_unreached
from pipeline.report.comparison import compared, format_comparison
from pipeline.report.inspection import (
    checked_fields,
    counted,
    files_of,
    first_rows,
    record,
    record_text,
    table,
)
from pipeline.storage import document_files
from pipeline.storage.rows import Row

PIPE_WIDTH = 160
"""Examples of a comparison are cut to so many characters where there is no terminal."""


def place_to_read(folder: str) -> Path:
    """Return the output of a run by its folder or address."""
    refuse_unreached(folder)
    return place_of(folder)


def whole_run(folder: str) -> Path:
    """Return the output of a run; raise an OutputError if a file of its documents is lost."""
    place = place_to_read(folder)
    for path in files_of(place, "audit"):
        for documents in document_files(place, path.stem):
            if not documents.exists():
                raise OutputError(
                    str(documents), "is lost", f"run again; `pipeline verify {folder}` says what is"
                )
    return place


def _width() -> int:
    """Return the width of the terminal, 0 where there is none."""
    return shutil.get_terminal_size().columns if sys.stdout.isatty() else 0


@click.command()
@click.argument("folder")
@click.option("--audit", "dataset", flag_value="audit", help="Look at lines, not at documents.")
@click.option(
    "-n",
    "--head",
    "head",
    type=click.IntRange(min=1),
    default=10,
    help="So many rows. Default: 10.",
)
@click.option(
    "-f", "--field", "fields", multiple=True, help="A column to show; more than one goes."
)
@click.option("-s", "--source", default="", help="Only rows of this source.")
@click.option("-r", "--record", "identifier", help="One document by its id, capture or source.")
@click.option("-c", "--counts", help="The values of a field, counted.")
def inspect(  # noqa: PLR0913, PLR0917  its options
    folder: str,
    dataset: str | None,
    head: int,
    fields: tuple[str, ...],
    source: str,
    identifier: str | None,
    counts: str | None,
) -> None:
    """Look into documents/ or audit/: first rows, one record, counts.

    FOLDER is the output of a run. On a terminal the table fits it; in a pipe columns are separated
    by tabs.

    \b
    pipeline inspect processed/sample
    pipeline inspect processed/sample --counts language
    pipeline inspect processed/sample --audit --counts label
    pipeline inspect processed/sample --record harbour-article.txt
    """  # noqa: D301  click wants the backspace character itself
    place = place_to_read(folder)
    kind = dataset or "documents"
    if identifier and (dataset or counts or fields or source):
        raise click.UsageError("--record shows one document; give no other option with it")
    if counts and fields:
        raise click.UsageError("--counts counts one field; give no --field with it")
    if identifier:
        click.echo(record_text(record(place, identifier)))
        return
    if counts:
        rows: list[Row] = [
            {counts: value, "count": count} for value, count in counted(place, kind, counts, source)
        ]
        names: tuple[str, ...] = (counts, "count")
    else:
        names = checked_fields(kind, fields)
        rows = first_rows(place, kind, names, head, source)
    if source and not rows:
        raise OutputError(
            folder, f"has no {kind} of the source {source}", "`pipeline inspect` lists sources"
        )
    click.echo(table(rows, names, _width()))


@click.command()
@click.argument("before")
@click.argument("after")
def compare(before: str, after: str) -> None:
    """Compare two runs over the same captures: what a changed rule or option did.

    BEFORE and AFTER are their output folders.

    \b
    pipeline run ~/pages -o before
    pipeline run ~/pages -o after -c configs/changed.yaml
    pipeline compare before after
    """  # noqa: D301  likewise
    figures = compared(whole_run(before), whole_run(after))
    click.echo(format_comparison(figures, _width() or PIPE_WIDTH))
