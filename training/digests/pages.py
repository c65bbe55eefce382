"""The pages that the splitters learn from: listings with known items, made ones, and wholes.

A page's lines are marked by characters (where its titles and texts stand in a rendering), so that
the same page can be wrapped, or stripped of dates and empty lines, and still be known.
"""

import gzip
import json
import os
import random
import re
import textwrap
import warnings
import zlib
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor
from pathlib import Path
from typing import Any

import lxml.html
import msgspec
import numpy as np
import trafilatura

from pipeline.blocks import Block, page_blocks
from pipeline.bylines import find_author
from pipeline.digests.echoes import with_read_more
from pipeline.digests.outline import outline_of
from pipeline.document import Capture, Document
from pipeline.encoding import FixEncoding
from pipeline.plan import brought_configs
from pipeline.shapes import find_date
from pipeline.vocabulary import load_vocabulary
from training.digests.letters import letters_of
from training.digests.looked import key_of, looked
from training.digests.made import TEXT, TITLE, Article, listing, newsletter, put_into, ticker
from training.digests.page import Page
from training.pages import RENDERERS, Source, decoded_html

WIDTH = 72
MAIL_EVERY, TICKER_EVERY = 8, 20
"""One made text in so many is a newsletter, one in so many a ticker."""
MIN_RECORDS = 4
"""A page whose markup names so many articles is not taken for one that must stay whole."""
NEAR = 12
"""A title's body begins within so many blocks."""
NAMES = ("class", "id", "itemprop", "role", "itemtype", "itemscope", "name", "property", "rel")
"""Attributes that the gold of listings was read off, taken away with article, header and time."""
MAX_META_WORDS = 14
_repair = FixEncoding().compile(brought_configs())
_vocabulary = load_vocabulary(brought_configs() / "languages")


class Marked(msgspec.Struct, frozen=True):
    """A line of a rendering, whether it is a title's, whether a text's."""

    text: str
    title: int = -1
    """Number of the item, or -1."""
    body: bool = False


class Known(msgspec.Struct, frozen=True):
    """A rendering of a page with its blocks: what a benchmark measures on."""

    page: Page
    blocks: tuple[Block, ...]
    starts: dict[int, int]
    """Item → index of its title's block."""


def changed(lines: Sequence[Marked], how: str) -> list[Marked]:
    """Return the lines hard-wrapped, without empty lines, or without dates and bylines."""
    if how == "blankless":
        return [line for line in lines if line.text.strip()]
    if how == "bare":
        return [line for line in lines if not _is_meta(line)]
    if not how.startswith("wrap"):
        return list(lines)
    wrapped: list[Marked] = []
    for line in lines:
        if line.text.strip():
            parts = textwrap.wrap(line.text, WIDTH, break_long_words=False, break_on_hyphens=False)
            wrapped += [Marked(part, line.title, line.body) for part in parts or [line.text]]
        elif how == "wrap":
            wrapped.append(line)
    return wrapped


def _is_meta(line: Marked) -> bool:
    """Tell whether a line is a date or byline beside a title."""
    text = line.text.strip()
    if not text or line.title >= 0 or line.body or len(text.split()) > MAX_META_WORDS:
        return False
    return bool(find_date(text, _vocabulary) or find_author(text, _vocabulary))


def known(
    name: str, site: str, form: str, lines: Sequence[Marked], made: bool = False
) -> Known | None:
    """Return a text with its gold, block by block; None if it has no block."""
    content = "\n".join(line.text for line in lines).encode("utf-8", "replace")
    blocks = capture_blocks(name, content, "text")
    if not blocks or blocks[-1].lines[-1].number > len(lines):
        return None
    own = [[lines[line.number - 1] for line in block.lines] for block in blocks]
    titles = [max(line.title for line in each) for each in own]
    return _known(
        name, site, form, blocks, titles, [any(x.body for x in each) for each in own], made
    )


def _known(  # noqa: PLR0913, PLR0917
    name: str,
    site: str,
    form: str,
    blocks: tuple[Block, ...],
    titles: Sequence[int],
    bodies: Sequence[bool],
    made: bool,
) -> Known:
    starts: dict[int, int] = {}
    for index, item in enumerate(titles):
        if item >= 0:
            starts.setdefault(item, index)
    flags = np.zeros(len(blocks))
    flags[list(starts.values())] = 1
    outline = outline_of(blocks, _vocabulary)
    page = Page(name, site, form, outline, flags, np.array(bodies, float), made)
    return Known(page, blocks, starts)


def capture_blocks(name: str, content: bytes, form: str) -> tuple[Block, ...]:
    """Return the blocks of a capture, repaired as fix-encoding does, as split-digests sees them."""
    capture = Capture(name, name, form, size_bytes=max(1, len(content)), content=content)
    (document,) = _repair(Document(capture))
    return with_read_more(page_blocks(document.lines), _vocabulary)


class Row(msgspec.Struct):
    """One rendering of a page, as the data set has it."""

    id: str
    domain: str
    kind: str
    sub: str
    rendering: str
    text: str
    items: list[dict[str, Any]] | None = None

    def gold(self) -> list[tuple[str, str]]:
        """Return title and body of each item."""
        return [
            (self.text[slice(*item["title"])], self.text[slice(*(item.get("body") or (0, 0)))])
            for item in self.items or ()
        ]

    def lines(self) -> list[Marked]:
        """Return the lines of the text, those of titles and bodies marked."""
        spans = [
            (*item[part], part, number)
            for number, item in enumerate(self.items or ())
            for part in ("title", "body")
            if item.get(part)
        ]
        found = []
        start = 0
        for line in self.text.split("\n"):
            end = start + len(line)
            title, body = -1, False
            for first, last, part, number in spans:
                if self.text[max(start, first) : min(end, last)].strip():
                    title = number if part == "title" and title < 0 else title
                    body = body or part == "body"
            found.append(Marked(line, title, body))
            start = end + 1
        return found


def rows_of(path: Path) -> list[Row]:
    """Return the renderings of the data set."""
    with gzip.open(path, "rt", encoding="utf-8") as file:
        return [msgspec.convert(json.loads(line), Row, strict=False) for line in file]


def text_forms(row: Row) -> tuple[str, ...]:
    """Return what is done to a rendering's text: to be learned from, and to be measured on."""
    if row.kind != "digest":
        return ("full",)
    return (
        ("full", "wrapless", "bare", "wrap", "blankless")
        if row.rendering == "rp_full"
        else ("full", "wrapless")
    )


def known_texts(row: Row) -> list[Known]:
    """Return a rendering in all its forms."""
    lines = row.lines()
    forms = [
        (how, known(row.id, row.domain, f"{row.rendering}/{how}", changed(lines, how)))
        for how in text_forms(row)
    ]
    return [each for _, each in forms if each is not None]


def without_names(html: str) -> str:
    """Return a page without what its elements are called."""
    parser = lxml.html.HTMLParser(encoding="utf-8", huge_tree=True)
    root = lxml.html.document_fromstring(html.encode("utf-8", "replace"), parser=parser)
    for element in root.iter():
        if not isinstance(element.tag, str):
            continue
        for name in list(element.attrib):
            telling = name in NAMES and element.tag != "meta"
            if telling or name.startswith(("data-", "aria-")):
                del element.attrib[name]
        if element.tag in ("article", "header", "time"):
            element.tag = "span" if element.tag == "time" else "div"
    return str(lxml.html.tostring(root, encoding="unicode", doctype="<!DOCTYPE html>"))


def known_markup(
    name: str, site: str, form: str, html: str, gold: Sequence[tuple[str, str]]
) -> Known | None:
    """Return a page of HTML with its gold, title and text of each item; None without a block."""
    blocks = capture_blocks(name, html.encode("utf-8", "replace"), "html")
    if not blocks:
        return None
    titles, bodies = aligned([letters_of(block.text) for block in blocks], gold)
    return _known(name, site, form, blocks, titles, bodies, made=False)


def markup_forms(
    name: str, site: str, form: str, html: str, gold: Sequence[tuple[str, str]]
) -> Iterator[Known]:
    """Yield a page of HTML with its gold, as it is and without what its elements are called."""
    for how, page in (("as", html), ("bare", without_names(html))):
        found = known_markup(name, site, f"{form}/{how}", page, gold)
        if found is not None:
            yield found


def marked_text(
    name: str, text: str, records: Sequence[tuple[str, str]], least: float
) -> list[Marked]:
    """Return the lines of a text, marked by its items: title and text of each.

    Nothing where less than the share `least` of the titles is found in it.
    """
    blocks = capture_blocks(name, text.encode("utf-8", "replace"), "text")
    titles, bodies = aligned([letters_of(block.text) for block in blocks], records)
    if len({title for title in titles if title >= 0}) < least * len(records):
        return []
    title_of = {
        block.lines[0].number: title
        for block, title in zip(blocks, titles, strict=True)
        if title >= 0
    }
    of_bodies = {
        line.number
        for block, is_body in zip(blocks, bodies, strict=True)
        if is_body
        for line in block.lines
    }
    return [
        Marked(line, title_of.get(number, -1), number in of_bodies)
        for number, line in enumerate(text.split("\n"), 1)
    ]


def aligned(blocks: Sequence[str], gold: Sequence[tuple[str, str]]) -> tuple[list[int], list[bool]]:
    """Return the item of each block that is its title, and whether it is of an item's body.

    Titles stand more than once on a page: of all ways to find them in order, the one is taken in
    which most are followed by their bodies, the sooner the better.
    """
    bodies = [letters_of(body) for _, body in gold]
    ways: list[tuple[float, int, tuple[int | None, ...]]] = [(0.0, -1, ())]
    for item, (title, _) in enumerate(gold):
        wanted = letters_of(title)
        places = [at for at, block in enumerate(blocks) if block == wanted] or [
            at
            for at, block in enumerate(blocks)
            if len(wanted) >= 8 and wanted in block and len(block) < 1.6 * len(wanted) + 4
        ]
        best: dict[int, tuple[float, int, tuple[int | None, ...]]] = {}
        for score, last, picks in ways:
            best[last] = max(
                best.get(last, (-1.0, 0, ())), (score, last, (*picks, None)), key=_score
            )
            for at in places:
                if at > last:
                    near = blocks[at + 1 : at + 1 + NEAR]
                    body = (
                        far
                        for far, each in enumerate(near)
                        if len(each) >= 12 and each[:40] in bodies[item]
                    )
                    followed = 2 - next(body, 2 * NEAR) / NEAR
                    way = (score + 1 + followed - (at - last) / 2000, at, (*picks, at))
                    best[at] = max(best.get(at, (-1.0, 0, ())), way, key=_score)
        ways = sorted(best.values(), key=_score, reverse=True)[:30]
    picked = max(ways, key=_score)[2]
    titles, flags = [-1] * len(blocks), [False] * len(blocks)
    for item, place in enumerate(picked):
        if place is None:
            continue
        titles[place] = item
        end = next((each for each in picked[item + 1 :] if each is not None), len(blocks))
        for at in range(place + 1, min(end, place + 400)):
            flags[at] = bool(blocks[at]) and blocks[at] in bodies[item]
    return titles, flags


def _score(way: tuple[float, int, tuple[int | None, ...]]) -> float:
    return way[0]


def articles_of(sources: Sequence[Source]) -> dict[str, list[Article]]:
    """Return what listings are made of, by language; English where nobody says."""
    found: dict[str, list[Article]] = {}
    with ProcessPoolExecutor(os.cpu_count()) as pool:
        for language, article in pool.map(_article, sources, chunksize=16):
            if article is not None:
                found.setdefault(language, []).append(article)
    return {language: own for language, own in found.items() if len(own) >= 8}


def _article(source: Source) -> tuple[str, Article | None]:
    from langdetect import DetectorFactory, detect  # noqa: PLC0415  # slow to import
    from langdetect.lang_detect_exception import LangDetectException  # noqa: PLC0415

    warnings.simplefilter("ignore")
    DetectorFactory.seed = 0
    html = decoded_html(source.html)
    try:
        page = trafilatura.bare_extraction(
            html, include_comments=False, fast=True, with_metadata=True
        )
        text = source.gold if source.gold is not None else page.text or ""
        language = detect(text[:600])
    except (LangDetectException, AttributeError):
        return "", None
    title = re.split(r" [|–—-] ", (page.title if page else "") or "")[0].strip()
    paragraphs = tuple(part.strip() for part in text.split("\n") if part.strip() not in ("", title))
    good = sum(len(part) > 100 for part in paragraphs[:3]) and len(paragraphs) >= 3
    right = source.page_type in ("article", "") and 2 <= len(title.split()) <= 25
    right = right or (source.page_type == "" and title and " " not in title)
    return language, Article(title, paragraphs) if good and right else None


class Made(msgspec.Struct, frozen=True):
    """What a made page is made from."""

    number: int
    sources: tuple[Source, ...]
    """Pages whose menus may be put around it."""
    articles: dict[str, list[Article]]
    form: str


def _writer(task: Made) -> Callable[[random.Random, Sequence[Article], str], str] | None:
    """Return what writes a made text that no page of HTML stands behind, None for most."""
    if task.form != "text":
        return None
    if task.number % MAIL_EVERY == 0:
        return newsletter
    return ticker if task.number % TICKER_EVERY == 1 else None


def made_page(task: Made) -> Known | None:
    """Return one made listing as text or as HTML."""
    rng = random.Random(task.number)  # noqa: S311
    languages = sorted(task.articles)
    for source in task.sources:
        language = rng.choice(languages) if rng.random() < 0.45 else "en"
        if language not in task.articles:
            language = languages[0]
        articles = task.articles[language]
        name = f"made {task.number}"
        write = _writer(task)
        if write is not None:
            return _made_text(name, source.site, write(rng, articles, language), "mail", rng)
        html = decoded_html(source.html)
        gold = (source.gold or "").split("\n") if source.gold else _silver(html)
        page = put_into(html, gold, listing(rng, articles, language, task.form))
        if page is None:
            continue
        found = (
            _made_markup(name, source.site, page)
            if task.form == "html"
            else _made_rendering(name, source.site, page, rng)
        )
        if found is not None and len(found.starts) >= 3:
            return found
    return None


def _silver(html: str) -> list[str]:
    return (trafilatura.extract(html, include_comments=False, fast=True) or "").split("\n")


def _made_rendering(name: str, site: str, page: str, rng: random.Random) -> Known | None:
    renderer = rng.choice(["resiliparse", "resiliparse", "inscriptis", "html2text"])
    return _made_text(name, site, RENDERERS[renderer](page), renderer, rng)


def _made_text(name: str, site: str, text: str, form: str, rng: random.Random) -> Known | None:
    how = rng.choice(["full", "full", "full", "wrapless", "bare", "blankless"])
    item = -1
    lines = []
    for line in text.split("\n"):
        item += TITLE in line
        plain = line.replace(TITLE, "").replace(TEXT, "")
        lines.append(Marked(plain, item if TITLE in line else -1, TEXT in line))
    return known(name, site, f"{form}/{how}", changed(lines, how), made=True)


def _made_markup(name: str, site: str, page: str) -> Known | None:
    content = page.encode("utf-8", "replace")
    capture = Capture(name, name, "html", size_bytes=len(content), content=content)
    (document,) = _repair(Document(capture))
    item = -1
    titles: dict[int, int] = {}
    bodies = set()
    lines = []
    for line in document.lines:
        if TITLE in line.text:
            item += 1
            titles[line.number] = item
        if TEXT in line.text:
            bodies.add(line.number)
        plain = line.text.replace(TITLE, "").replace(TEXT, "")
        lines.append(msgspec.structs.replace(line, text=plain))
    blocks = page_blocks(lines)
    if not blocks:
        return None
    return _known(
        name,
        site,
        "html",
        blocks,
        [max(titles.get(line.number, -1) for line in block.lines) for block in blocks],
        [any(line.number in bodies for line in block.lines) for block in blocks],
        made=True,
    )


def whole_page(task: tuple[Source, str]) -> Known | None:
    """Return a page that stays whole, as text or as HTML."""
    source, form = task
    html = decoded_html(source.html)
    if form == "html":
        blocks = capture_blocks(source.name, html.encode("utf-8", "replace"), "html")
        if not blocks:
            return None
        none = [False] * len(blocks)
        return _known(source.name, source.site, "html", blocks, [-1] * len(blocks), none, True)
    rng = random.Random(zlib.crc32(source.name.encode()))  # noqa: S311
    text = RENDERERS[rng.choice(["resiliparse", "inscriptis", "html2text"])](html)
    how = rng.choice(["full", "full", "wrapless"])
    lines = changed([Marked(line) for line in text.split("\n")], how)
    return known(source.name, source.site, f"whole/{how}", lines, made=True)


def is_listing(source: Source) -> bool:
    """Tell whether a page may be a listing: as it was found to be, or else by type or markup.

    A thread's markup names several articles, too.
    """
    own = looked().get(key_of(source.html))
    if own is not None:
        return own.kind != "whole"
    if source.page_type in ("listing", "collection"):
        return True
    return source.page_type != "forum" and has_records(source)


def has_records(source: Source) -> bool:
    """Tell whether the markup of a page says that it has several articles."""
    parser = lxml.html.HTMLParser(encoding="utf-8", huge_tree=True)
    html = decoded_html(source.html).encode("utf-8", "replace")
    root = lxml.html.document_fromstring(html, parser=parser)
    for parent in root.iter():
        own = [each for each in parent if isinstance(each.tag, str) and _is_record(each)]
        if len(own) >= MIN_RECORDS:
            return True
    return False


def _is_record(element: Any) -> bool:
    kind = element.get("itemtype") or ""
    marked = (
        element.tag == "article"
        or "hentry" in (element.get("class") or "").split()
        or "Article" in kind
        or "BlogPosting" in kind
    )
    return marked and len(element.text_content().split()) >= 20


def all_known(
    form: str, rows: Sequence[Row], markup: Path, sources: Sequence[Source], count: int
) -> Iterator[Known]:
    """Yield what a splitter of one form of capture learns from, always in the same order."""
    yield from real_pages(form, rows, markup)
    articles = articles_of(sources)
    rng = random.Random(count)  # noqa: S311
    tasks = [Made(at, tuple(rng.sample(sources, 8)), articles, form) for at in range(count)]
    wholes = [(source, form) for source in sources if not is_listing(source)]
    with ProcessPoolExecutor(os.cpu_count()) as pool:
        for found in pool.map(made_page, tasks, chunksize=4):
            if found is not None:
                yield found
        for found in pool.map(whole_page, wholes, chunksize=8):
            if found is not None:
                yield found


def real_pages(form: str, rows: Sequence[Row], markup: Path) -> Iterator[Known]:
    """Yield the data set's pages in all their forms; those of no known kind are left out."""
    for row in rows:
        if row.kind == "other":
            continue
        if form == "text":
            yield from known_texts(row)
        elif row.rendering == "rp_full":
            file = markup / f"{row.id.partition(':')[0]}.html.gz"
            if file.exists():
                html = decoded_html(gzip.decompress(file.read_bytes()))
                gold = row.gold() if row.kind == "digest" else []
                yield from markup_forms(row.id, row.domain, "html", html, gold)
