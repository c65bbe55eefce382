"""Listings among the data sets' pages that were looked at, as HTML and as programs make text of it.

The listings with known items are of few sites, most of them blogs. Most of these are of further
ones: fronts of papers, categories, series, archives.
"""

import os
from collections.abc import Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor
from functools import partial

from training.digests.looked import Looked, items_of, key_of, looked
from training.digests.pages import (
    Known,
    capture_blocks,
    changed,
    known,
    marked_text,
    markup_forms,
)
from training.pages import RENDERERS, Source, decoded_html

LISTED = "listed"
"""How the forms of these pages begin, before `html` or the program that made text of them."""
MIN_FOUND = 0.9
"""So many of the items must be found, for a form to be learned from."""
PROGRAMS = ("resiliparse", "inscriptis", "html2text")
FORMS = ("full", "wrapless")


def listed_pages(
    form: str, sources: Sequence[Source], looked_at: dict[str, Looked] | None = None
) -> Iterator[Known]:
    """Yield the listings among pages in all their forms; always in the same order."""
    known_of = looked() if looked_at is None else looked_at
    own = [(source, known_of.get(key_of(source.html))) for source in sources]
    tasks = [(source, page) for source, page in own if page is not None and page.items]
    with ProcessPoolExecutor(os.cpu_count()) as pool:
        for found in pool.map(partial(listed_forms, form), tasks, chunksize=4):
            yield from found


def listed_forms(form: str, task: tuple[Source, Looked]) -> list[Known]:
    """Return a listing as HTML, with names and without, or as text."""
    source, page = task
    html = decoded_html(source.html)
    blocks = capture_blocks(source.name, html.encode("utf-8", "replace"), "html")
    items = items_of(page, [block.text for block in blocks])
    least = MIN_FOUND * len(page.items)
    if form == "html":
        found = markup_forms(source.name, source.site, f"{LISTED}/html", html, items)
    else:
        found = _as_text(source, html, items)
    return [each for each in found if len(each.starts) >= least]


def _as_text(source: Source, html: str, items: Sequence[tuple[str, str]]) -> Iterator[Known]:
    for program in PROGRAMS:
        lines = marked_text(source.name, RENDERERS[program](html), items, MIN_FOUND)
        for how in FORMS if lines else ():
            form = f"{LISTED}/{program}/{how}"
            found = known(source.name, source.site, form, changed(lines, how))
            if found is not None:
                yield found
