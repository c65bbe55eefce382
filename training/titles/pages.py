"""Pages whose title is known, as plain texts: each a set of candidates, with the right ones.

Pages are rendered in several ways; each rendering is taken as it is, without its empty lines, and
from the title on, as people copy articles. Of annotated pages the annotation says the title, of
others their markup does. A rendering counts if the title is a block of it.
"""

import os
from collections.abc import Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor
from functools import lru_cache

import msgspec
import numpy as np
import numpy.typing as npt

from pipeline.blocks import Block, Decisions, page_blocks
from pipeline.boilerplate.features import features_of
from pipeline.boilerplate.headlines import decide_site_name, find_body
from pipeline.boilerplate.matching import decide_by_rules
from pipeline.boilerplate.phrases import RuleSet, load_rules
from pipeline.boilerplate.regions import decide_by_regions
from pipeline.boilerplate.surroundings import (
    decide_enclosed,
    decide_menu_page,
    decide_notices,
    decide_pagination,
)
from pipeline.boilerplate.titles import heading_marks, title_candidates, title_columns
from pipeline.document import Line
from pipeline.folding import fold
from pipeline.markup.head import Head
from pipeline.markup.metadata import metadata_of
from pipeline.markup.rendering import parse
from pipeline.plan import brought_configs
from pipeline.trees import Bytes
from pipeline.vocabulary import Vocabulary, load_vocabulary
from training.pages import Source, blocks_of_text, decoded_html, rendered

RENDERINGS = ("resiliparse", "inscriptis", "html2text")
WAYS = ("as it is", "without empty lines", "from the title on")


class Titled(msgspec.Struct, frozen=True):
    """One form of a page."""

    site: str
    kind: str
    """Its type, or `silver` where nobody annotated it."""
    rendering: str
    way: str
    columns: Bytes
    """(columns, n) what is seen of n candidates,"""
    right: npt.NDArray[np.bool_]
    """(n,) and which are the title."""


@lru_cache(maxsize=1)
def _known() -> tuple[RuleSet, Vocabulary]:
    configs = brought_configs()
    return load_rules(configs / "rules"), load_vocabulary(configs / "languages")


def all_titled(tasks: Sequence[tuple[Source, str]]) -> list[Titled]:
    """Return the forms of all pages, given with their titles, `` for what the markup says."""
    with ProcessPoolExecutor(os.cpu_count()) as pool:
        return [page for each in pool.map(_titled, tasks, chunksize=8) for page in each]


def _titled(task: tuple[Source, str]) -> list[Titled]:
    source, title = task
    html = decoded_html(source.html)
    folded = fold(title or _title_of(html, source.url))
    kind = source.page_type if title else "silver"
    found = []
    for rendering in RENDERINGS if folded else ():
        try:
            blocks = blocks_of_text(rendered(html, rendering))
        except Exception:  # noqa: BLE001, S112  # a renderer's own error on a page
            continue
        for way, own in forms_of(blocks, folded):
            columns, right = seen(own, folded)
            found.append(Titled(source.site, kind, rendering, way, columns, right))
    return found


def _title_of(html: str, url: str) -> str:
    root, _ = parse(html)
    return metadata_of(root, Head(root), url).title if root is not None else ""


def forms_of(blocks: tuple[Block, ...], title: str) -> Iterator[tuple[str, tuple[Block, ...]]]:
    """Yield a page in each of WAYS, as far as its title is a block of it."""
    places = [at for at, block in enumerate(blocks) if is_title(block, title)]
    if not places:
        return
    yield WAYS[0], blocks
    lines = (line.text for block in blocks for line in block.lines)
    closed = page_blocks(Line(at, text) for at, text in enumerate(lines, start=1))
    if any(is_title(block, title) for block in closed):
        yield WAYS[1], closed
    half = sum(block.words for block in blocks) / 2
    tops = [at for at in places if sum(block.words for block in blocks[at:]) > half]
    if tops:
        yield WAYS[2], blocks[tops[-1] :]


def is_title(block: Block, title: str) -> bool:
    """Tell whether a block says a folded title, as a heading of Markdown or without its marks."""
    marks = heading_marks(block.lines[0].text)
    text = block.text.strip()
    return (fold(text[marks:]) if marks else block.folded) == title


def seen(blocks: tuple[Block, ...], title: str) -> tuple[Bytes, npt.NDArray[np.bool_]]:
    """Return what is seen of a page's candidates, and which of them are its title."""
    rules, vocabulary = _known()
    decided = _decided(blocks, rules)
    body = find_body(blocks, decided)
    candidates = title_candidates(blocks, decided, body, vocabulary)
    right = np.array([is_title(blocks[index], title) for index in candidates], np.bool_)
    if not candidates:
        return np.zeros((0, 0), np.uint8), right
    dense = features_of(blocks).dense
    return title_columns(blocks, decided, candidates, body, dense, vocabulary), right


def _decided(blocks: tuple[Block, ...], rules: RuleSet) -> Decisions:
    """Return what is decided before the title is sought, the line model aside."""
    decided = decide_pagination(blocks)
    decided |= decide_by_rules(blocks, rules, decided)
    decided |= decide_notices(blocks, decided)
    decided |= decide_by_regions(blocks, decided, rules)
    decided |= decide_enclosed(blocks, decided)
    decided |= decide_menu_page(blocks, decided)
    return decided | decide_site_name(blocks, decided)
