"""From the lines of a corpus's pages to those that each site repeats.

A line is repeated if it stands on pages that differ otherwise. So copies of one page (its print
version, the same text at two addresses) count as one page, and pages of which hardly a line is
their own do not count at all: else the text of an article that was captured five times would be
taken for what the site repeats.
"""

from collections import Counter
from collections.abc import Iterator, Sequence
from itertools import pairwise
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from pipeline.sites.counted import PAGES_A_SITE, write_rows
from pipeline.sites.lines import SCHEMA, Ints, Keys
from pipeline.storage import read_columns

LEAST_PAGES = 4
"""A line on fewer pages of a site is not repeated."""
OWN_WORDS = 10
"""A page counts that has so many words in lines which no other has."""
LINES_A_PASS = 4_000_000
"""So many lines of pages are held at once, which bounds the memory."""

Bools = npt.NDArray[np.bool_]


class SiteRow(NamedTuple):
    """One repeated line."""

    site: str
    line: str
    pages: int
    of: int


class Learned(NamedTuple):
    """What was learned from a corpus."""

    rows: list[SiteRow]
    sites: int
    """Sites with enough pages to tell."""
    pages: int
    """Pages of all sites that were looked at."""


class _Lines(NamedTuple):
    """Lines of pages: of each a number for its page and for itself, and its words."""

    page: Keys
    line: Keys
    words: Ints

    def those(self, wanted: Bools) -> "_Lines":
        return _Lines(self.page[wanted], self.line[wanted], self.words[wanted])


class Found(NamedTuple):
    """Lines that a site repeats, each with the number of its pages; of how many."""

    lines: Keys
    pages: Ints
    of: int


def learn(paths: Sequence[Path]) -> Learned:
    """Return the lines that sites repeat, from all counted shards of a corpus."""
    chosen, looked_at = _chosen_pages(paths)
    found: dict[str, Found] = {}
    for wanted in _passes(chosen):
        for site, lines in _lines_by_site(paths, wanted, chosen):
            repeated = repeated_lines(*lines)
            if len(repeated.lines):
                found[site] = repeated
    return Learned(_with_texts(paths, found), len(chosen), looked_at)


def repeated_lines(page: Keys, line: Keys, words: Ints) -> Found:
    """Return what the pages of one site repeat, given a row for each line of a page.

    >>> shared = [(page, 1, 3) for page in range(4)]
    >>> own = [(page, 10 + page, 40) for page in range(4)]
    >>> rows = np.array(shared + own)
    >>> found = repeated_lines(*rows[:, :2].T.astype(np.uint64), rows[:, 2])
    >>> found.lines.tolist(), found.pages.tolist(), found.of
    ([1], [4], 4)
    """
    page, line, words = _once_each(page, line, words)
    pages, at_page = np.unique(page, return_inverse=True)
    nothing = Found(np.zeros(0, np.uint64), np.zeros(0, np.int64), 0)
    if len(pages) < LEAST_PAGES:
        return nothing
    lines, at_line = np.unique(line, return_inverse=True)
    first_of = _first_of(at_page, at_line, words, len(pages), len(lines))
    group = first_of[at_page]
    pairs, first = np.unique(group * len(lines) + at_line, return_index=True)
    group, at_line, words = pairs // len(lines), pairs % len(lines), words[first]
    alone = np.bincount(at_line, minlength=len(lines))[at_line] == 1
    own = np.bincount(group[alone], words[alone], minlength=len(pages))
    counts = own >= OWN_WORDS
    of = int(counts.sum())
    counted = np.bincount(at_line[counts[group]], minlength=len(lines))
    repeated = counted >= LEAST_PAGES
    return Found(lines[repeated], counted[repeated], of) if of >= LEAST_PAGES else nothing


def _once_each(page: Keys, line: Keys, words: Ints) -> tuple[Keys, Keys, Ints]:
    """Return each line of a page once, should the page have been captured in two shards."""
    order = np.lexsort((line, page))
    page, line, words = page[order], line[order], words[order]
    is_new = np.ones(len(page), np.bool_)
    is_new[1:] = (page[1:] != page[:-1]) | (line[1:] != line[:-1])
    return page[is_new], line[is_new], words[is_new]


def _first_of(at_page: Ints, at_line: Ints, words: Ints, pages: int, lines: int) -> Ints:
    """Return for each page (p,) the first of the pages that it is a copy of: itself, mostly.

    It is a copy of the page from which it has half of its words, those in lines aside that stand
    on more than half of the site's pages.
    """
    rare = np.bincount(at_line, minlength=lines)[at_line] * 2 <= pages
    owners = np.full(lines, pages)
    np.minimum.at(owners, at_line, at_page)
    totals = np.bincount(at_page[rare], words[rare], minlength=pages)
    pairs, place = np.unique(at_page[rare] * pages + owners[at_line[rare]], return_inverse=True)
    shared = np.bincount(place, words[rare], minlength=len(pairs))
    copy, of = pairs // pages, pairs % pages
    is_copy = (of < copy) & (2 * shared >= totals[copy]) & (shared > 0)
    first_of = np.arange(pages)
    first_of[copy[is_copy]] = of[is_copy]
    while ((further := first_of[first_of]) != first_of).any():
        first_of = further
    return first_of


class _Chosen(NamedTuple):
    """Which pages of a site are looked at."""

    last: int
    """All up to this one,"""
    lines: int
    """and about how many lines they have."""


def _chosen_pages(paths: Sequence[Path]) -> tuple[dict[str, _Chosen], int]:
    """Return the pages of each site with enough of them, and how many pages there are in all.

    Of a site with many a sample is taken: those whose numbers are the smallest.
    """
    pages: dict[str, Keys] = {}
    lines: Counter[str] = Counter()
    for path in paths:
        for site, (found,) in _by_site(read_columns(path, ("site", "page"))):
            known = pages.get(site, found[:0])
            pages[site] = np.unique(np.concatenate((known, found)))[:PAGES_A_SITE]
            lines[site] += len(found)
    chosen = {
        site: _Chosen(int(found[-1]), lines[site])
        for site, found in pages.items()
        if len(found) >= LEAST_PAGES
    }
    return chosen, sum(map(len, pages.values()))


def _passes(chosen: dict[str, _Chosen]) -> Iterator[frozenset[str]]:
    """Yield sites that are looked at together, all of them once."""
    together: list[str] = []
    lines = 0
    for site in sorted(chosen):
        together.append(site)
        lines += chosen[site].lines
        if lines >= LINES_A_PASS:
            yield frozenset(together)
            together, lines = [], 0
    if together:
        yield frozenset(together)


def _by_site(table: pa.Table) -> Iterator[tuple[str, tuple[Any, ...]]]:
    """Yield each site of a counted shard with its part of the other columns."""
    encoded = table["site"].combine_chunks().dictionary_encode()
    codes = encoded.indices.to_numpy()
    sites = encoded.dictionary.to_pylist()
    others = [column.to_numpy() for column in table.columns[1:]]
    begins = np.flatnonzero(np.diff(codes, prepend=-1)).tolist()
    for begin, end in pairwise([*begins, len(codes)]):
        yield sites[codes[begin]], tuple(column[begin:end] for column in others)


def _lines_by_site(
    paths: Sequence[Path], wanted: frozenset[str], chosen: dict[str, _Chosen]
) -> Iterator[tuple[str, _Lines]]:
    """Yield for each wanted site the lines of its chosen pages."""
    held: dict[str, list[_Lines]] = {site: [] for site in wanted}
    for path in paths:
        for site, columns in _by_site(read_columns(path, ("site", "page", "line", "words"))):
            if site in wanted:
                lines = _Lines(*columns)
                held[site].append(lines.those(lines.page <= chosen[site].last))
    for site in sorted(held):
        parts = held.pop(site)
        yield site, _Lines(*(np.concatenate(columns) for columns in zip(*parts, strict=True)))


def _with_texts(paths: Sequence[Path], found: dict[str, Found]) -> list[SiteRow]:
    """Return the rows of repeated lines, with their texts."""
    numbers = {
        line: (site, pages, repeated.of)
        for site, repeated in found.items()
        for line, pages in zip(repeated.lines.tolist(), repeated.pages.tolist(), strict=True)
    }
    wanted = pa.array(sorted(numbers), pa.uint64())
    rows: list[SiteRow] = []
    for path in paths:
        table = read_columns(path, ("line", "text"))
        chosen = table.filter(pc.is_in(table["line"], wanted))
        for line, text in zip(*chosen.to_pydict().values(), strict=True):
            if line in numbers:
                site, pages, of = numbers.pop(line)
                rows += [SiteRow(site, text, pages, of)] if text else []
    return rows


def write_site_lines(path: Path, rows: Sequence[SiteRow]) -> None:
    """Write repeated lines: by site, what stands on most pages first."""
    ordered = sorted(rows, key=lambda row: (row.site, -row.pages, row.line))
    write_rows(path, SCHEMA, ordered, {})
