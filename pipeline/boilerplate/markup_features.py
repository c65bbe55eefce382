"""What the line model sees of a page of HTML beside its text: elements, names, containers, repeats.

Whole numbers for each block, like those of `features.py`, which they stand behind. The elements
around the lines are put together again from the lines' paths. The blocks within an element stand in
a row, so that what an element holds is the difference of two sums.
"""

import re
import zlib
from collections.abc import Sequence
from functools import lru_cache
from itertools import chain

import msgspec
import numpy as np
import numpy.typing as npt

from pipeline.blocks import Block
from pipeline.boilerplate.context import shifted
from pipeline.boilerplate.features import PageFeatures, alike_near, as_dense, log_steps
from pipeline.boilerplate.grams import GramSets, sums_upward
from pipeline.boilerplate.signs import Ints
from pipeline.document import Markup, tag_of

Flags = npt.NDArray[np.bool_]

LEVELS = 5
"""Elements upward from a block whose contents are looked at."""
PROSE_SHARES = (40, 75)
"""The smallest element with so many hundredths of the page's running text holds the main text."""
OWN_LEVELS = 3
"""The names of so many elements around a block count as its own beside all that stand around it."""
PROSE_COLUMN = 31
"""The column of the text's features that tells running text."""
REACH = 12
"""Blocks to each side among which the same path is counted."""
MOST_LEVELS = 30
_ELEMENTS = (
    ("p",),
    ("h1",),
    ("h2",),
    ("h3", "h4", "h5", "h6"),
    ("li",),
    ("tr", "caption"),
    ("dd", "dt"),
    ("blockquote",),
    ("pre",),
    ("button", "label", "option", "legend", "select", "summary"),
    ("figcaption", "figure"),
    ("div",),
    ("section", "article", "main"),
)
_AROUND = ("nav", "header", "footer", "aside", "form", "main", "article", "ul", "ol", "table", "a")
_KIND_OF = {tag: kind for kind, tags in enumerate(_ELEMENTS) for tag in tags}
_PLACE_AROUND = {tag: place for place, tag in enumerate(_AROUND)}
_LISTS = frozenset({"ul", "ol", "dl", "menu"})
_HIDDEN = "[hidden]"
_CAMEL = re.compile(r"(?<=[a-z])(?=[A-Z])")
_PART = re.compile(r"[a-z]+")
_OWN, _AROUND_IT, _INNER = 0x9E3779B1, 0x85EBCA6B, 0xC2B2AE35
"""What tells the hashes of a name apart by where it stands."""
OUTSIDE = -1
"""What stands around the outermost elements."""
_NO_MARKUP = Markup("", "", 0.0)


class _Tree(msgspec.Struct, frozen=True):
    """The e elements around the n blocks of a page, in the order in which they open.

    The path of an element is its name with the names of all around it; rows and cards share theirs,
    so what names say is asked once for each of the p paths.
    """

    names: list[str]
    """(p,) the name of the elements of each path,"""
    above: Ints
    """(p,) the path of those around them; of the outermost their own."""
    paths: Ints
    """(e,)"""
    parents: Ints
    """(e,) the outermost element is its own parent."""
    firsts: Ints
    """(e,) the first block within each,"""
    ends: Ints
    """(e,) and the first behind it."""
    leaves: Ints
    """(n,) the innermost element around each block."""

    def sums(self, values: Ints) -> Ints:
        """Return for each element (e,) the sum of the values (n,) of its blocks."""
        sums = np.concatenate(([0], np.cumsum(values)))
        totals: Ints = sums[self.ends] - sums[self.firsts]
        return totals


def _tree_of(blocks: Sequence[Block]) -> _Tree:
    numbers: dict[tuple[int, str], int] = {}
    paths: list[int] = []
    parents: list[int] = []
    firsts: list[int] = []
    ends: list[int] = []
    leaves: list[int] = []
    opened: list[int] = []
    for at, block in enumerate(blocks):
        for line in block.lines:
            markup = line.markup or _NO_MARKUP
            shared = min(markup.shared, len(opened))
            end = at if line is block.lines[0] else at + 1
            for element in opened[shared:]:
                ends[element] = end
            del opened[shared:]
            for name in markup.path[shared:] or ([] if opened else [""]):
                parents.append(opened[-1] if opened else len(parents))
                above = paths[opened[-1]] if opened else OUTSIDE
                paths.append(numbers.setdefault((above, name), len(numbers)))
                opened.append(len(firsts))
                firsts.append(at)
                ends.append(len(blocks))
        leaves.append(opened[-1])
    above_each = [at if above == OUTSIDE else above for at, (above, _) in enumerate(numbers)]
    columns = map(np.array, (above_each, paths, parents, firsts, ends, leaves))
    return _Tree([name for _, name in numbers], *columns)


def markup_features(blocks: Sequence[Block], page: PageFeatures) -> PageFeatures:
    """Return the features of a page of HTML: those of its text, then those of its markup.

    >>> from pipeline.blocks import page_blocks
    >>> from pipeline.boilerplate.features import features_of
    >>> from pipeline.markup import render
    >>> blocks = page_blocks(render("<nav>Home</nav><p>It opened.</p>").lines)
    >>> markup_features(blocks, features_of(blocks)).dense.shape
    (2, 200)
    """
    tree = _tree_of(blocks)
    markups = [block.lines[0].markup or _NO_MARKUP for block in blocks]
    tags = [tag_of(name) for name in tree.names]
    prose = page.dense[:, PROSE_COLUMN] > 0
    linked = _in_64ths([markup.link_density for markup in markups])
    paths = tree.paths[tree.leaves]
    columns = [
        *_element_columns(markups, tree, tags, linked),
        *_container_columns(tree, page.words, prose, linked),
        *_main_columns(tree, page.words, prose),
        *_path_columns(_paths_of_tags(tree, tags)[paths], page.words, prose),
        *_path_columns(paths, page.words, prose),
    ]
    dense = np.concatenate((page.dense.T, as_dense(columns).T)).T
    return msgspec.structs.replace(page, dense=dense, shared=_names_of(markups, tree))


def _in_64ths(shares: list[float]) -> Ints:
    """Return shares, 0…1, as whole numbers, halves to the even one."""
    rounded: Ints = np.rint(64 * np.array(shares)).astype(np.int64)
    return rounded


def _with_neighbours(values: Ints) -> list[Ints]:
    return [values, shifted(values, 1), shifted(values, -1)]


def _element_columns(
    markups: Sequence[Markup], tree: _Tree, tags: list[str], linked: Ints
) -> list[Ints]:
    """Return what each block's own element is, and which elements it stands in.

    `tags` are those of the paths, `linked` (n,) the share of each block's characters in links.
    """
    kinds = np.array([_KIND_OF.get(markup.element, -1) for markup in markups])
    around = sums_upward(_own_kinds(tree.names, tags), tree.above)[tree.paths[tree.leaves]].T
    told = _in_64ths([markup.told for markup in markups])
    return [
        *(64 * (kinds == np.arange(len(_ELEMENTS))[:, None])),
        *_with_neighbours(linked),
        (around[0] - 1) * 4,
        *(around[1:] * 32),
        np.array([64 * bool(markup.inner) for markup in markups]),
        *_with_neighbours(told),
        np.full(len(told), told.max()),
    ]


def _own_kinds(names: list[str], tags: list[str]) -> Ints:
    """Return (p, k) columns of 0 and 1: an element, one of each of `_AROUND`, a list, a hidden."""
    places = np.array([_PLACE_AROUND.get(tag, -1) for tag in tags])
    kinds = np.empty((len(places), len(_AROUND) + 3), np.int64)
    kinds[:, 0] = 1
    kinds[:, 1:-2] = places[:, None] == np.arange(len(_AROUND))
    kinds[:, -2] = [tag in _LISTS for tag in tags]
    kinds[:, -1] = [_HIDDEN in name for name in names]
    return kinds


def _container_columns(tree: _Tree, words: Ints, prose: Flags, linked: Ints) -> list[Ints]:
    """Return what the elements around each block hold, the innermost first."""
    held, proses = tree.sums(words), tree.sums(words * prose)
    in_links, paragraphs = tree.sums(words * linked), tree.sums(prose.astype(np.int64))
    numbers = tree.ends - tree.firsts
    children = np.bincount(tree.parents, minlength=len(tree.parents))
    total, total_prose = max(int(words.sum()), 1), max(int(words[prose].sum()), 1)
    of_elements = np.stack(
        [
            log_steps(held),
            64 * proses // np.maximum(held, 1),
            in_links // np.maximum(held, 1),
            64 * held // total,
            64 * proses // total_prose,
            log_steps(numbers),
            log_steps(paragraphs),
            log_steps(children),
            log_steps(_places(tree)),
        ]
    )
    at = np.arange(len(words))
    columns: list[Ints] = []
    element = tree.leaves
    for _ in range(LEVELS):
        columns += [*of_elements[:, element], log_steps(at - tree.firsts[element])]
        element = tree.parents[element]
    return columns


def _places(tree: _Tree) -> Ints:
    """Return which child of its parent each element (e,) is, from 0."""
    order = np.argsort(tree.parents, kind="stable")
    parents = tree.parents[order]
    begins = np.flatnonzero(np.append([True], parents[1:] != parents[:-1]))
    lengths = np.diff(begins, append=len(parents))
    places = np.empty(len(parents), np.int64)
    places[order] = np.arange(len(parents)) - np.repeat(begins, lengths)
    return places


def _main_columns(tree: _Tree, words: Ints, prose: Flags) -> list[Ints]:
    """Return where each block stands to the smallest elements that hold most running text."""
    held, proses = tree.sums(words), tree.sums(words * prose)
    total = int(words[prose].sum())
    at = np.arange(len(words))
    columns: list[Ints] = []
    for share in PROSE_SHARES:
        holds = 100 * proses >= share * max(total, 1)
        numbers = np.where(holds, tree.ends - tree.firsts, len(words) + 1)
        smallest = int(np.argmin(numbers)) if total else 0
        first, end = tree.firsts[smallest], tree.ends[smallest]
        levels = np.zeros(len(words), np.int64)
        element = tree.leaves
        for _ in range(MOST_LEVELS):
            are_inside = holds[element]
            if are_inside.all():
                break
            levels += ~are_inside
            element = np.where(are_inside, element, tree.parents[element])
        columns += [
            64 * ((at >= first) & (at < end)),
            log_steps(np.abs(at - first)),
            log_steps(np.abs(end - at)),
            levels * 8,
            log_steps(held[element]),
        ]
    return columns


def _paths_of_tags(tree: _Tree, tags: list[str]) -> Ints:
    """Return for each path (p,) the number of the path that its tags alone make."""
    numbers: dict[tuple[int, str], int] = {}
    found: list[int] = []
    for at, (above, tag) in enumerate(zip(tree.above.tolist(), tags, strict=True)):
        key = (OUTSIDE if above == at else found[above], tag)
        found.append(numbers.setdefault(key, len(numbers)))
    return np.array(found)


def _path_columns(path: Ints, words: Ints, prose: Flags) -> list[Ints]:
    """Return how often, near and far, blocks of the same path (n,) stand on the page: rows, cards.

    Sums of words are whole numbers far below 2^53, where floating point is exact.
    """
    counts = np.bincount(path)
    held = np.bincount(path, words).astype(np.int64)
    proses = np.bincount(path, words * prose).astype(np.int64)
    same_below = np.append(path[1:] == path[:-1], [False])
    same_above = np.concatenate(([False], same_below[:-1]))
    return [
        log_steps(counts[path]),
        log_steps(held[path] // counts[path]),
        64 * proses[path] // max(int(words[prose].sum()), 1),
        64 * held[path] // max(int(words.sum()), 1),
        64 * same_above,
        64 * same_below,
        alike_near(path, REACH) * 5,
    ]


@lru_cache(maxsize=1 << 14)
def name_hashes(name: str) -> tuple[int, ...]:
    """Return hashes of an element's tag, of its names, and of the words that these are made of.

    >>> len(name_hashes("div.entry-content")), name_hashes("p") == name_hashes("p[hidden]")[:1]
    (4, True)
    """
    tag, *parts = name.replace("#", ".").replace("[", ".[").split(".")
    hashes = chain.from_iterable(map(_hashes_of_part, parts))
    return tuple(dict.fromkeys([zlib.crc32(tag.encode()), *hashes]))


@lru_cache(maxsize=1 << 14)
def _hashes_of_part(part: str) -> tuple[int, ...]:
    """Return the hashes of what stands in brackets, or of a name and of its words."""
    if part.startswith("["):
        return (zlib.crc32(part.encode()),) if len(part) > 1 else ()
    if not part:
        return ()
    whole = part.lower()
    words = _PART.findall(whole if whole == part else _CAMEL.sub("-", part).lower())
    return tuple([zlib.crc32(each.encode()) for each in (whole, *words)])


def _names_of(markups: Sequence[Markup], tree: _Tree) -> GramSets:
    """Return the names of each block's own elements, of all around it, and of those within it."""
    around_of = tree.paths[tree.leaves]
    around = _names_around(tree)
    own, own_of = _numbered(_own_names(tree, around_of))
    inner, inner_of = _numbered([markup.inner for markup in markups])
    sets = [*around, *map(_hashes_of, own), *map(_hashes_of, inner)]
    kinds = np.repeat((_AROUND_IT, _OWN, _INNER), (len(around), len(own), len(inner)))
    lengths = np.array([len(each) for each in sets])
    hashes = np.fromiter(chain.from_iterable(sets), np.uint32, lengths.sum())
    numbers = np.arange(len(sets))
    numbers[: len(around)] = tree.above
    return GramSets(
        hashes ^ np.repeat(kinds.astype(np.uint32), lengths),
        np.cumsum(lengths) - lengths,
        numbers,
        np.stack((len(around) + own_of, around_of, len(around) + len(own) + inner_of)),
    )


def _names_around(tree: _Tree) -> list[tuple[int, ...]]:
    """Return for each path (p,) the hashes that its last name adds to those of the path above."""
    added: list[tuple[int, ...]] = []
    held: list[set[int]] = []
    for at, (name, above) in enumerate(zip(tree.names, tree.above.tolist(), strict=True)):
        around = held[above] if above != at else set()
        added.append(tuple([each for each in name_hashes(name) if each not in around]))
        held.append(around.union(added[-1]))
    return added


def _own_names(tree: _Tree, paths: Ints) -> list[tuple[str, ...]]:
    """Return for each block, given by its path (n,), the names of its own elements from within."""
    levels = [paths]
    for _ in range(OWN_LEVELS - 1):
        levels.append(tree.above[levels[-1]])
    rows = zip(*[level.tolist() for level in levels], strict=True)
    return [tuple([tree.names[at] for at in row]) for row in rows]


def _numbered(names: list[tuple[str, ...]]) -> tuple[list[tuple[str, ...]], Ints]:
    """Return the different ones in order, and which of these each is."""
    numbers: dict[tuple[str, ...], int] = {}
    of_each = [numbers.setdefault(each, len(numbers)) for each in names]
    return list(numbers), np.array(of_each)


@lru_cache(maxsize=1 << 13)
def _hashes_of(names: tuple[str, ...]) -> tuple[int, ...]:
    """Return the hashes of some names, once each, in order."""
    return tuple(dict.fromkeys(chain.from_iterable(map(name_hashes, names))))
