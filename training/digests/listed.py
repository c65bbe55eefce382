"""Listings that nobody looked at, taken apart by their markup: plain text learns from HTML.

Of a page of HTML the splitter sees which lines belong together, and finds the items of listings
that look like nothing in plain text. Of pages that are listings by their type or markup, what it
finds is taken for the truth about the page's text, as several programs render it.
"""

import os
from collections.abc import Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor
from pathlib import Path

import msgspec

from pipeline.digests.finding import Bounds, Finder
from pipeline.digests.splitter import load_splitter
from pipeline.plan import brought_configs
from pipeline.vocabulary import load_vocabulary
from training.digests.pages import (
    MIN_RECORDS,
    Known,
    capture_blocks,
    changed,
    is_listing,
    known,
    marked_text,
)
from training.pages import RENDERERS, Source, decoded_html

LISTED = "listed"
"""How the forms of these pages are called, before the program that made text of them."""
MIN_LIKELY = 0.4
"""The splitter takes a page for a listing with at least this likelihood, where its type or markup
says so, too;"""
MIN_FOUND = 0.9
"""and so many of the items must be found in the text."""
PROGRAMS = ("resiliparse", "inscriptis", "html2text")
FORMS = ("full", "wrapless")


class Task(msgspec.Struct, frozen=True):
    """A page to take apart, and the splitter of HTML to do it with."""

    source: Source
    splitter: Path


def listed_pages(sources: Sequence[Source], splitter: Path) -> Iterator[Known]:
    """Yield listings as text, taken apart by the splitter of HTML in a file; in the same order."""
    tasks = [Task(each, splitter) for each in sources]
    with ProcessPoolExecutor(os.cpu_count()) as pool:
        for found in pool.map(listed_texts, tasks, chunksize=8):
            yield from found


def listed_texts(task: Task) -> list[Known]:
    """Return the forms of a page's text with its items, none if it is no listing in HTML."""
    source = task.source
    if not is_listing(source):
        return []
    html = decoded_html(source.html)
    records = _records(source.name, html, task.splitter)
    if len(records) < MIN_RECORDS:
        return []
    found = []
    for program in PROGRAMS:
        lines = marked_text(source.name, RENDERERS[program](html), records, MIN_FOUND)
        for how in FORMS if lines else ():
            form = f"{LISTED}/{program}/{how}"
            page = known(source.name, source.site, form, changed(lines, how))
            if page is not None and len(page.starts) >= MIN_RECORDS:
                found.append(page)
    return found


def _records(name: str, html: str, splitter: Path) -> list[tuple[str, str]]:
    """Return title and text of each item that the splitter finds."""
    loaded = load_splitter(splitter)
    vocabulary = load_vocabulary(brought_configs() / "languages")
    bounds = Bounds(MIN_LIKELY, MIN_LIKELY, MIN_LIKELY, MIN_LIKELY)
    finder = Finder((loaded, loaded), bounds, vocabulary)
    blocks = capture_blocks(name, html.encode("utf-8", "replace"), "html")
    found = finder.find(blocks)
    return [
        (blocks[each.title].text, "\n".join(blocks[at].text for at in sorted(each.texts)))
        for each in (found.records if found.accepted else ())
    ]
