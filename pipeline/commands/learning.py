"""The command that learns what sites repeat."""

from collections import Counter
from pathlib import Path

import click
import msgspec

from pipeline.commands.cleaning import listed
from pipeline.commands.options import (
    corpus_option,
    engine_option,
    plan_before_reading,
    shown_path,
    stdin_option,
    warn,
    workers_option,
)
from pipeline.errors import ConfigurationError, OutputError
from pipeline.execution import EngineName, count_all, executor_of
from pipeline.places import is_address, place_of, refuse_unreached
from pipeline.plan import Plan, configs_fingerprint, sites_file, with_sites_file
from pipeline.progress import Progress
from pipeline.sites.counted import PAGES_A_SITE, counted_path
from pipeline.sites.learning import LEAST_PAGES, Learned, learn, write_site_lines
from pipeline.sites.lines import load_site_lines
from pipeline.sources.source import StdinFormat
from pipeline.storage.alone import alone_in

SHOWN_SITES = 5


@click.command()
@click.argument("paths", nargs=-1)
@stdin_option
@corpus_option
@click.option(
    "-o", "--output", help="File to write. Default: the one that the corpus file names as `sites`."
)
@workers_option
@engine_option
@click.option("-q", "--quiet", is_flag=True, help="No progress, no summary.")
def learn_sites(  # noqa: PLR0913, PLR0917  its options
    paths: tuple[str, ...],
    stdin_format: StdinFormat | None,
    corpus_file: Path | None,
    output: str | None,
    workers: int | None,
    engine: EngineName,
    quiet: bool,
) -> None:
    """Learn which lines each site repeats on its pages: promotions, notices, boxes.

    Writes a Parquet file of lines, with the pages that they stand on, which `--sites` and the
    corpus file's `sites` hand to strip-boilerplate. The site of a capture is the host of its
    address; captures without one are left aside. PATHS are as those of `run`.

    \b
    pipeline learn-sites crawl.warc.gz -o sites.parquet
    pipeline run crawl.warc.gz -o clean --sites sites.parquet
    """  # noqa: D301  click wants the backspace character itself
    plan = plan_before_reading(corpus_file, paths, None, stdin_format)
    path = place_of(_file_to_write(plan, output))
    plan = _counting(plan)
    folder = place_of(plan.folder)
    with alone_in(plan.folder):
        with (
            listed(plan, engine, quiet=False, learned=str(path)) as listing,
            Progress(None, quiet) as progress,
        ):
            run = count_all(plan, listing, executor_of(engine, workers), progress)
        learned = learn([counted_path(folder, shard.name) for shard in run.shards])
    write_site_lines(path, learned.rows)
    if not learned.pages:
        warn(
            "no page has an address, so no site is known; name the field that holds it as "
            "`url_field` of the source, or write it beside a page, in `page.txt.url`"
        )
    if not quiet:
        click.echo(_summary(learned, run.captures))
        click.echo(f"written to {shown_path(path)}")


def _file_to_write(plan: Plan, output: str | None) -> str:
    """Return where the file goes that is made."""
    path = output or sites_file(plan)
    if not path:
        raise ConfigurationError(
            "--output",
            "no file to write is named",
            "write `-o sites.parquet`, or `sites: sites.parquet` under strip-boilerplate in the "
            "corpus file",
        )
    refuse_unreached(path)
    if not is_address(path) and Path(path).is_dir():
        raise OutputError(path, "is a folder", "name a file, such as sites.parquet")
    _refuse_other_file(path)
    return path


def _refuse_other_file(path: str) -> None:
    """Raise if a file is there that was not learned: it may be a source of the corpus."""
    place = place_of(path)
    if not place.exists():
        return
    problem, remedy = "is there already, and is no file of site lines", "name another file to write"
    if not place.is_file():  # a device, or a pipe that would never end
        raise OutputError(path, problem, remedy)
    try:
        load_site_lines(place)
    except ConfigurationError as error:
        raise OutputError(path, problem, remedy) from error


def _counting(plan: Plan) -> Plan:
    """Return a plan whose fingerprint is the same whatever was learned before."""
    bare = configs_fingerprint(Path(plan.configs))
    return msgspec.structs.replace(with_sites_file(plan, ""), configs_fingerprint=bare)


def _summary(learned: Learned, captures: int) -> str:
    """Return what was learned, and of which sites the most."""
    lines = Counter(row.site for row in learned.rows)
    told = [
        f"captures     {captures:,}",
        f"  looked at  {learned.pages:,} pages with an address, at most {PAGES_A_SITE} a site",
        f"sites        {learned.sites:,} with {LEAST_PAGES} pages, {len(lines):,} repeat lines",
        f"lines        {len(learned.rows):,}",
    ]
    most = lines.most_common(SHOWN_SITES)
    pages = {row.site: row.of for row in learned.rows}
    told += [f"  {site}  {count:,} lines, {pages[site]:,} pages" for site, count in most]
    return "\n".join(told)
