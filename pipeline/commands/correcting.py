"""Commands with which a person corrects: labels to edit, and the rules that follow from them."""

from collections.abc import Sequence
from pathlib import Path

import click
import msgspec

from pipeline.boilerplate.phrases import load_rules
from pipeline.commands.options import corpus_option, plan_of, warn
from pipeline.commands.records import place_to_read
from pipeline.document import Label
from pipeline.errors import GoldError, SourceError
from pipeline.evaluation import RunPage, gold_and_run, load_gold, page_of, read_run
from pipeline.execution import documents_of
from pipeline.margin import GOLD_ENDING, format_margin
from pipeline.plan import Plan
from pipeline.report.suggestions import as_rules, suggestions_of
from pipeline.sources.listing import list_captures
from pipeline.sources.source import Listing, SourceFile
from pipeline.sources.spool import laid_down
from pipeline.storage.files import written_whole

HEADER = (
    "# Correct the labels (third column) and items (second); delete lines you do not judge.",
    f"# Labels: {', '.join(label for label in Label if label not in ('rejected', 'empty'))}.",
    "# A + after a label: the line goes on with the sentence of the one before.",
)


@click.command()
@click.argument("names", nargs=-1, required=True, metavar="FILE...")
@corpus_option
@click.option("--run", "run_folder", help="Take the labels of this run; FILE is a source in it.")
@click.option(
    "-o",
    "--output",
    type=click.Path(path_type=Path),
    default=Path("gold"),
    help="Folder of .gold files. Default: gold.",
)
@click.option("--force", is_flag=True, help="Write over files that are there.")
def label(
    names: tuple[str, ...],
    corpus_file: Path | None,
    run_folder: str | None,
    output: Path,
    force: bool,
) -> None:
    """Write captures line by line with their labels, to correct in any editor.

    FILE is a capture. It is called as in the corpus, so that `evaluate`, `suggest-rules` and
    `check` find it again.

    \b
    pipeline label ~/pages/one.html
    pipeline label --run processed/sample harbour-article.txt
    """  # noqa: D301  click wants the backspace character itself
    if run_folder:
        pages = read_run(place_to_read(run_folder), frozenset(names))
        if missing := [name for name in names if name not in pages]:
            raise SourceError(missing[0], f"is no source in {run_folder}", "see `pipeline inspect`")
        chosen = {name: pages[name] for name in names}
    else:
        plan = plan_of(corpus_file)
        chosen = {}
        for name in names:
            for source, page in _pages(plan, _files(plan, name)):
                if source in chosen:
                    raise SourceError(
                        name, f"is called {source}, as another one is", "label them one by one"
                    )
                chosen[source] = page
    for source, page in chosen.items():
        path = output / f"{source}{GOLD_ENDING}"
        if path.exists() and not force:
            raise GoldError(str(path), "is there already", "correct it, or give --force")
        with written_whole(path) as stream:
            stream.write(_margin(page).encode("utf-8", "replace"))
        click.echo(f"written: {path}")


def _files(plan: Plan, name: str) -> Sequence[SourceFile]:
    """Return the file of a path, called as in the corpus if it is one of it."""
    alone = msgspec.structs.replace(plan.source, paths=(name,))
    files = list_captures(alone, Path(".")).files
    try:
        corpus = list_captures(plan.source, Path(plan.base)).files
    except SourceError:
        return files
    named = {Path(file.path).resolve(): file for file in corpus}
    return [named.get(Path(file.path).resolve(), file) for file in files]


def _pages(plan: Plan, files: Sequence[SourceFile]) -> list[tuple[str, RunPage]]:
    with laid_down(Listing(tuple(files), ()), plan.source, "", warn) as listing:
        return [
            (documents[0].capture.source, page_of(documents))
            for documents in documents_of(plan, listing.files)
        ]


def _margin(page: RunPage) -> str:
    """Return a page in the margin format, with a header that says how it is corrected."""
    front = [f"% author {item}: {name}" for item, name in sorted(page.authors.items()) if name]
    front += [f"% date {item}: {date}" for item, date in sorted(page.dates.items()) if date]
    lines = [format_margin(line) for _, line in sorted(page.lines.items())]
    return "\n".join((*HEADER, *front, *lines)) + "\n"


@click.command("suggest-rules")
@click.argument("gold", type=click.Path(path_type=Path))
@click.argument("run_folder", required=False)
@corpus_option
def suggest_rules(gold: Path, run_folder: str | None, corpus_file: Path | None) -> None:
    """Suggest phrases for the rule files from corrected captures.

    GOLD is a folder of corrected .gold files (`pipeline label`), RUN_FOLDER what a run over the
    corpus wrote; without it, the corpus file's output. Each phrase stands with the lines that it
    would have decided, and what else it matches in the corpus.

    \b
    pipeline label --run processed/sample harbour-article.txt
    $EDITOR gold/harbour-article.txt.gold
    pipeline suggest-rules gold processed/sample
    """  # noqa: D301  likewise
    plan = plan_of(corpus_file)
    folder = place_to_read(run_folder or plan.folder)
    pages, run = gold_and_run(gold, folder)
    files = load_rules(Path(plan.configs) / "rules").files
    max_words = {name: file.max_words for name, file in files.items()}
    click.echo(as_rules(*suggestions_of(pages, run, folder, max_words)))


def checked_gold(plan: Plan) -> dict[str, RunPage]:
    """Return the captures of the corpus that its gold names, cleaned by the plan."""
    gold = {name for folder in plan.gold for name in load_gold(Path(folder))}
    listed = list_captures(plan.source, Path(plan.base)).files if gold else ()
    files = [
        file
        for file in listed
        if file.name in gold or any(name.startswith(f"{file.name}:") for name in gold)
    ]
    pages = dict(_pages(plan, files))
    return {name: pages[name] for name in sorted(gold) if name in pages}
