"""What commands have in common: their options, and the plan and captures that these name."""

import functools
import os
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any, NamedTuple, TypeVar, get_args

import click
import msgspec

from pipeline.boilerplate import StripBoilerplate
from pipeline.errors import ConfigurationError, OutputError, SourceError
from pipeline.execution import EngineName
from pipeline.manifest import NAME as MANIFEST
from pipeline.places import is_address, refuse_unreached
from pipeline.plan import (
    Plan,
    default_corpus_file,
    plan_before_sites,
    sites_file,
    with_sites_file,
    with_sites_read,
)
from pipeline.sources.listing import list_captures
from pipeline.sources.source import STANDARD_INPUT, Listing, Source, StdinFormat

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


def stdin_option(command: F) -> F:
    """Add `--stdin-format`: what standard input is."""
    return click.option(
        "--stdin-format",
        type=click.Choice([name for name in get_args(StdinFormat) if name != "detect"]),
        help="What standard input is, plain or compressed. Default: a WARC or Parquet is seen, "
        "else it is one page.",
    )(command)


def sites_option(command: F) -> F:
    """Add `--sites`: which file of what sites repeat."""
    return click.option(
        "--sites",
        help="File of what sites repeat, made by `pipeline learn-sites`, instead of the corpus "
        "file's.",
    )(command)


class RunOptions(NamedTuple):
    """The options that all commands which clean have in common."""

    paths: tuple[str, ...]
    stdin_format: StdinFormat | None
    corpus_file: Path | None
    output: str | None
    sites: str | None
    workers: int | None
    engine: EngineName
    quiet: bool
    strict: bool
    log_json: bool


def workers_option(command: F) -> F:
    """Add `--workers`: how many processes."""
    return click.option(
        "-w",
        "--workers",
        type=click.IntRange(min=1),
        help="Processes. Default: one a core. The result is the same for any number.",
    )(command)


def engine_option(command: F) -> F:
    """Add `--engine`: where it runs."""
    return click.option(
        "--engine",
        type=click.Choice(get_args(EngineName)),
        default="processes",
        help="Where: processes of this machine, or a Ray cluster. The result is the same.",
    )(command)


def run_options(command: Callable[..., None]) -> Callable[..., None]:
    """Add the options that all commands which clean have in common, as the first argument."""

    @functools.wraps(command)
    def collected(**given: Any) -> None:
        common = RunOptions(**{name: given.pop(name) for name in RunOptions._fields})
        command(common, **given)

    for option in reversed(
        (
            click.argument("paths", nargs=-1),
            stdin_option,
            corpus_option,
            click.option(
                "-o",
                "--output",
                help="Folder or address to write to, instead of the corpus file's.",
            ),
            sites_option,
            workers_option,
            engine_option,
            click.option("-q", "--quiet", is_flag=True, help="No progress, no summary."),
            click.option("--strict", is_flag=True, help="Exit with 3 if a capture was rejected."),
            click.option(
                "--log-json", is_flag=True, help="Progress and totals as JSON, a line each."
            ),
        )
    ):
        collected = option(collected)
    return collected


def plan_of(
    corpus_file: Path | None,
    paths: Sequence[str] = (),
    output: str | None = None,
    stdin_format: StdinFormat | None = None,
    sites: str | None = None,
) -> Plan:
    """Return the plan of a corpus file, with what the command line says in it."""
    plan = plan_before_reading(corpus_file, paths, output, stdin_format)
    return with_sites_read(plan if sites is None else with_sites_named(plan, sites))


def with_sites_named(plan: Plan, sites: str) -> Plan:
    """Return a plan that asks the file of what sites repeat which the command line names."""
    if not any(isinstance(stage, StripBoilerplate) for stage in plan.stages):
        raise ConfigurationError(
            "--sites", "is asked by strip-boilerplate, which the corpus leaves out", "add the stage"
        )
    return with_sites_file(plan, sites if is_address(sites) else str(Path(sites).absolute()))


def plan_before_reading(
    corpus_file: Path | None,
    paths: Sequence[str],
    output: str | None,
    stdin_format: StdinFormat | None,
) -> Plan:
    """Return a plan whose file of what sites repeat need not be there yet."""
    plan = plan_before_sites(corpus_file or default_corpus_file())
    if paths:
        source = msgspec.structs.replace(plan.source, paths=tuple(paths))
        name = _corpus_name(paths[0])
        plan = msgspec.structs.replace(
            plan, source=source, base=".", corpus=name, folder=f"processed/{name}"
        )
    plan = msgspec.structs.replace(plan, folder=output) if output else plan
    plan = msgspec.structs.replace(plan, source=with_stdin_format(plan.source, stdin_format))
    _refuse_source_as_output(plan)
    refuse_unreached(plan.folder)
    return plan


def with_stdin_format(source: Source, stdin_format: StdinFormat | None) -> Source:
    """Return a source that says what standard input is, if the command line does."""
    if stdin_format is None:
        return source
    if STANDARD_INPUT not in source.paths:
        raise SourceError(
            "--stdin-format", "says what standard input is, which is not read", "add the path -"
        )
    return msgspec.structs.replace(source, stdin_format=stdin_format)


def _corpus_name(path: str) -> str:
    """Return what a corpus is called that is named by its first path only."""
    if path == STANDARD_INPUT:
        return "stdin"
    return path.rstrip("/").rpartition("/")[2] if is_address(path) else Path(path).resolve().name


def _refuse_source_as_output(plan: Plan) -> None:
    """Raise if the output folder is a source folder: what is written would lie among the pages."""
    for path in plan.source.paths:
        if is_address(path) or is_address(plan.folder):
            same = path.rstrip("/") == plan.folder.rstrip("/")
        else:
            same = (Path(plan.base) / path).resolve() == Path(plan.folder).resolve()
        if same and path != STANDARD_INPUT:
            raise OutputError(
                plan.folder, "is a source of the corpus itself", "name another folder to write to"
            )


def listing_of(plan: Plan, learned: str = "") -> Listing:
    """Return what a plan's source names, without what a run or learn-sites wrote below it.

    `learned` is the file that learn-sites is to write; the one that the plan names is known.
    """
    listing = list_captures(plan.source, Path(plan.base))
    own = f"{_whole(plan.folder).rstrip('/')}/"
    of_sites = {_whole(path) for path in (learned, sites_file(plan)) if path}
    is_output: dict[Path, bool] = {}
    files, aside = [], list(listing.left_aside)
    for file in listing.files:
        if file.path == STANDARD_INPUT:
            files.append(file)
        elif _whole(file.path).startswith(own) or _whole(file.path) in of_sites:
            continue
        elif _is_of_a_run(file.path, is_output):
            aside.append(file.name)
        else:
            files.append(file)
    if not files:
        raise SourceError(
            ", ".join(plan.source.paths),
            "has nothing but what a run or learn-sites wrote",
            "name another folder",
        )
    return msgspec.structs.replace(listing, files=tuple(files), left_aside=tuple(aside))


def warn(message: str) -> None:
    """Say something on standard error that is no error."""
    click.echo(f"warning: {message}", err=True)


def _is_of_a_run(path: str, is_output: dict[Path, bool]) -> bool:
    """Tell whether a file of this machine lies in the output of a run, be it another one's.

    `is_output` remembers what is known of folders.
    """
    if is_address(path):
        return False
    for folder in Path(path).absolute().parents:
        if folder not in is_output:
            is_output[folder] = (folder / MANIFEST).is_file() and (folder / "audit").is_dir()
        if is_output[folder]:
            return True
    return False


def _whole(path: str) -> str:
    """Return a path from the root on, or an address as it is."""
    return path if is_address(path) else Path(os.path.abspath(path)).as_posix()


def shown_path(path: Path) -> Path:
    """Return a path as short as a person would write it: relative, where it is below here."""
    if is_address(str(path)):
        return path
    whole = path.resolve()
    return whole.relative_to(Path.cwd()) if whole.is_relative_to(Path.cwd()) else whole
