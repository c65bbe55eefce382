"""Pages that stay whole, told briefly: each heading with a sentence or two.

Real pages that stay whole have long paragraphs, and listings short ones; so a short guide with
headings looked like a listing. They teach whether a page is a listing; what its lines are, the
others teach, or titles would score less.

Of each page that is no listing the main text is taken, of each of its paragraphs the first
sentences, and of a section mostly the first paragraph; half of the pages keep some lines of what
stands around.
"""

import os
import random
import re
import warnings
import zlib
from collections.abc import Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor
from itertools import pairwise

import trafilatura

from pipeline.markup import render
from pipeline.shapes import count_words, is_prose, is_title_like
from training.digests.page import BRIEF
from training.digests.pages import Known, Marked, changed, is_listing, known
from training.pages import RENDERERS, Source, decoded_html

MIN_SECTIONS = 4
"""So many headings stand right above a paragraph, at least."""
FEWEST, MOST = 14, 45
"""Words that a paragraph has when it is cut."""
GOES_ON = 0.25
"""How likely a section's further paragraph stays."""
TITLED = 0.75
"""How likely the page's title stands above."""
AROUND = 8
"""Lines from the page's top, and from its foot, at most."""
_SENTENCE_END = re.compile(r"(?<=[.!?。])[”\"’)]*\s+")


def brief_pages(sources: Sequence[Source]) -> Iterator[Known]:
    """Yield the pages that are no listings, told briefly; always in the same order."""
    wholes = [source for source in sources if not is_listing(source)]
    with ProcessPoolExecutor(os.cpu_count()) as pool:
        yield from filter(None, pool.map(brief_page, wholes, chunksize=8))


def brief_page(source: Source) -> Known | None:
    """Return a page told briefly, as text; None where it has too few headings."""
    rng = random.Random(zlib.crc32(f"{BRIEF} {source.name}".encode()))  # noqa: S311
    html = decoded_html(source.html)
    kept = brief(rng, _main_text(source, html))
    title = render(html).metadata.title
    if title and title not in kept[:2] and rng.random() < TITLED:
        kept.insert(0, title)
    sections = sum(is_title_like(one) and is_prose(other) for one, other in pairwise(kept))
    if sections < MIN_SECTIONS:
        return None
    above: list[str] = []
    below: list[str] = []
    if rng.random() < 1 / 2:
        around = [line.strip() for line in RENDERERS["resiliparse"](html).split("\n")]
        short = [line for line in around if line and not is_prose(line)]
        above, below = short[: rng.randint(1, AROUND)], short[-rng.randint(1, AROUND) :]
    lines = [line for text in (*above, *kept, *below) for line in (Marked(text), Marked(""))]
    how = rng.choice(["full", "full", "wrapless"])
    return known(source.name, source.site, f"{BRIEF}/{how}", changed(lines, how), made=True)


def _main_text(source: Source, html: str) -> list[str]:
    """Return the lines of a page's main text, as annotated or as an extractor finds them."""
    text = source.gold
    if text is None:
        warnings.simplefilter("ignore")
        text = trafilatura.extract(html, include_comments=False, fast=True) or ""
    return [line.strip() for line in text.split("\n") if line.strip()]


def brief(rng: random.Random, lines: Sequence[str]) -> list[str]:
    """Return short lines as they are, and of the paragraphs below each mostly one, cut short.

    >>> text = "The boats came back late. " * 20
    >>> brief(random.Random(1), ["Boats", text, "Nets", text])[0::2]
    ['Boats', 'Nets']
    """
    kept: list[str] = []
    goes_on = False
    for line in lines:
        if not is_prose(line):
            kept.append(line)
            goes_on = False
        elif not goes_on or rng.random() < GOES_ON:
            kept.append(_cut(line, rng.randint(FEWEST, MOST)))
            goes_on = True
    return kept


def _cut(text: str, least: int) -> str:
    """Return the first sentences of a text that have so many words."""
    cut = ""
    for sentence in _SENTENCE_END.split(text):
        cut = f"{cut} {sentence}".strip()
        if count_words(cut) >= least:
            break
    return cut
