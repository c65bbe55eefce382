"""The command that prints the clean text of pages, for pipes and for a quick look."""

from collections.abc import Sequence
from pathlib import Path

import click
import msgspec

from pipeline.commands.options import (
    corpus_option,
    plan_of,
    sites_option,
    stdin_option,
    warn,
    with_stdin_format,
)
from pipeline.document import Document
from pipeline.execution import documents_of
from pipeline.publishing import PARAGRAPH_BREAK, Structure, item_of, text_of
from pipeline.sources.listing import list_captures
from pipeline.sources.source import StdinFormat
from pipeline.sources.spool import laid_down
from pipeline.storage.rows import status_of


class _Printed(msgspec.Struct, omit_defaults=True):
    """An item as a line of JSON."""

    source: str
    item: int
    title: str
    text: str
    url: str = ""
    author: str = ""
    published: str = ""
    language: str = ""


@click.command()
@click.argument("files", nargs=-1, required=True, metavar="FILE...")
@stdin_option
@corpus_option
@sites_option
@click.option("--markdown", is_flag=True, help="Headings, lists, tables and code as Markdown.")
@click.option("--json", "as_json", is_flag=True, help="A line of JSON for each item.")
@click.option("--title/--no-title", default=True, help="Whether titles stand above the texts.")
def text(  # noqa: PLR0913, PLR0917  an argument and its options
    files: tuple[str, ...],
    stdin_format: StdinFormat | None,
    corpus_file: Path | None,
    sites: str | None,
    markdown: bool,
    as_json: bool,
    title: bool,
) -> None:
    """Print the clean text of pages: files, folders, archives, or - for standard input.

    Items of a digest follow each other. Why a page has no text is said on standard error.

    \b
    pipeline text ~/pages/one.html
    curl -s https://harbour.example/ | pipeline text - --markdown
    pipeline text ~/pages --json > texts.jsonl
    """  # noqa: D301  click wants the backspace character itself
    plan = plan_of(corpus_file, sites=sites)
    source = with_stdin_format(msgspec.structs.replace(plan.source, paths=files), stdin_format)
    plan = msgspec.structs.replace(plan, source=source)
    structure: Structure = "markdown" if markdown else "plain"
    with laid_down(list_captures(source, Path(".")), source, "", warn) as listing:
        is_first = True
        for documents in documents_of(plan, listing.files):
            if status := status_of(documents):
                warn(f"{documents[0].capture.source}: {status[0]}: {status[1]}")
            for document in documents:
                if item_of(document) is None or not (document.title or text_of(document)):
                    continue
                written = _as_json(document, structure) if as_json else ""
                written = written or _as_text(document, structure, title)
                click.echo(written if as_json or is_first else f"\n{written}")
                is_first = False


def _as_json(document: Document, structure: Structure) -> str:
    printed = _Printed(
        document.capture.source,
        document.item or 0,
        document.title,
        text_of(document, structure),
        document.link or document.capture.url,
        document.author,
        document.published,
        document.language,
    )
    return msgspec.json.encode(printed).decode()


def _as_text(document: Document, structure: Structure, with_title: bool) -> str:
    heading = document.title if with_title else ""
    if heading and structure == "markdown":
        heading = f"# {heading}"
    parts: Sequence[str] = [heading, text_of(document, structure)]
    return PARAGRAPH_BREAK.join(filter(None, parts))
