"""The pages that the model learns from: rendered to text in several ways, each block with its gold.

WCXB's pages are annotated: a block is text as far as its words stand, in order, in the main text.
Pages without annotation get silver: what three extractors keep of them. What kind of line a block
is, the class names and elements of the markup around it say.
"""

import os
import random
import re
import shutil
import subprocess
import warnings
import zlib
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor
from pathlib import Path

import html2text
import inscriptis
import msgspec
import numpy as np
import numpy.typing as npt
import pyarrow.parquet as pq
import trafilatura
from rapidfuzz.distance import Indel
from resiliparse.extract.html2text import extract_plain_text
from resiliparse.parse.encoding import bytes_to_str, detect_encoding

from pipeline.blocks import Block, page_blocks
from pipeline.boilerplate.features import features_of
from pipeline.boilerplate.line_model import KINDS
from pipeline.boilerplate.markup_features import markup_features
from pipeline.boilerplate.signs import Ints
from pipeline.document import Capture, Document
from pipeline.encoding import FixEncoding
from pipeline.plan import brought_configs
from training.markup_kinds import words_with_kinds
from training.page import Page, renderings_of

WORD = re.compile(r"\w+")
TEMPORARY = re.compile(rb"file://localhost/\S*")
"""The address that lynx shows of a frame without one: its own file, of another name each time."""
SILVER_WEIGHT = 0.5
SMALL_EVERY = 3
"""Of one annotated rendering in so many a small page is made, too."""
SMALL_WEIGHT = 0.3
SMALL_TEXTS = (2, 3, 5, 8)
SMALL_AROUND = (0, 0, 1, 2, 4)
"""It has so many blocks of the text, and so many of what stands above and below it."""
MAX_CELLS = 4_000_000_000
"""No longer texts are aligned: their product of words bounds the memory."""
STRAY_WORDS = 5
STRAY_DISTANCE = 25
"""Fewer matching words than this, farther than this from the next ones, match by chance."""


class Source(msgspec.Struct, frozen=True):
    """One page as a data set has it."""

    name: str
    url: str
    page_type: str
    html: bytes
    gold: str | None
    """The main text, None where nobody annotated the page."""

    @property
    def site(self) -> str:
        """The host: folds go by it."""
        return self.url.split("//")[-1].split("/")[0].lower().removeprefix("www.")


def _by_resiliparse(html: str) -> str:
    return str(extract_plain_text(html, main_content=False))


def _by_inscriptis(html: str) -> str:
    return str(inscriptis.get_text(html))


def _by_html2text(html: str) -> str:
    writer = html2text.HTML2Text()
    writer.ignore_links = True
    writer.ignore_images = True
    writer.body_width = 0
    return writer.handle(html)


def _by_command(command: str) -> Callable[[str], str]:
    def run(html: str) -> str:
        done = subprocess.run(  # noqa: S603  # one of two commands that stand below
            command.split(),
            input=html.encode("utf-8", "replace"),
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            timeout=120,
            check=False,
        )
        return TEMPORARY.sub(b"file:///page.html", done.stdout).decode("utf-8", "replace")

    return run


RENDERERS: dict[str, Callable[[str], str]] = {
    "resiliparse": _by_resiliparse,
    "inscriptis": _by_inscriptis,
    "html2text": _by_html2text,
    "w3m": _by_command("w3m -dump -T text/html -I UTF-8 -O UTF-8 -cols 80"),
    "lynx": _by_command(
        "lynx -dump -nolist -stdin -force_html -assume_charset=UTF-8 -display_charset=UTF-8"
    ),
}
"""Ways to make plain text of a page, as people who capture pages use them."""
HTML = "html"
"""The page as it is: the lines and markup that the pipeline itself reads off it."""


def missing_commands(renderings: Sequence[str]) -> list[str]:
    """Return the renderers among these that are commands and not installed."""
    return [name for name in renderings if name in ("w3m", "lynx") and not shutil.which(name)]


def decoded_html(content: bytes) -> str:
    """Return a page's HTML as text."""
    return str(bytes_to_str(content, detect_encoding(content)))


def rendered(html: str, rendering: str) -> bytes:
    """Return a page as plain text, as a file would hold it; nothing where the renderer fails."""
    try:
        text = RENDERERS[rendering](html)
    except Exception:  # noqa: BLE001  # one page that a renderer cannot read is no reason to stop
        text = ""
    return text.encode("utf-8", "replace")


def annotated(path: Path) -> list[Source]:
    """Return WCXB's pages."""
    columns = ["id", "url", "page_type", "html", "main_content"]
    return [
        Source(row["id"], row["url"], row["page_type"], row["html"], row["main_content"] or "")
        for row in pq.read_table(path, columns=columns).to_pylist()
    ]


def unannotated(path: Path, without: set[str]) -> list[Source]:
    """Return pages without annotation, but those of some sites."""
    rows = pq.read_table(path, columns=["site", "url", "html"]).to_pylist()
    sources = [Source(row["url"], row["url"] or row["site"], "", row["html"], None) for row in rows]
    return [source for source in sources if source.site not in without]


_repair = FixEncoding().compile(brought_configs())


def blocks_of_text(text: bytes, form: str = "text") -> tuple[Block, ...]:
    """Return the blocks of a rendering, as strip-boilerplate gets them."""
    capture = Capture("page", "page", form, size_bytes=len(text), content=text)
    (document,) = _repair(Document(capture))
    return page_blocks(document.lines)


def words_of(text: str) -> list[str]:
    """Return words as WCXB's measure counts them."""
    return WORD.findall(text.lower())


def _matches(text: list[int], gold: list[int]) -> Iterator[tuple[int, int, int]]:
    """Yield runs (place in text, place in gold, length) of the longest common subsequence.

    A run's end that matches as well beside the next run is moved there, and short runs far from all
    others are left out: a menu's "Portable power" is not the heading of that name.
    """
    if len(text) * len(gold) > MAX_CELLS:
        return
    runs = [
        [step.src_start, step.dest_start, step.src_end - step.src_start]
        for step in Indel.opcodes(text, gold)
        if step.tag == "equal"
    ]
    for run, following in zip(runs[-2::-1], runs[:0:-1], strict=True):
        if run[1] + run[2] != following[1]:
            continue
        moved = 0
        while (
            moved < run[2]
            and following[0] - 1 - moved >= run[0] + run[2]
            and text[following[0] - 1 - moved] == gold[following[1] - 1 - moved]
        ):
            moved += 1
        if moved == run[2] or run[2] - moved > STRAY_WORDS:
            run[2] -= moved
            following[:] = following[0] - moved, following[1] - moved, following[2] + moved
    runs = [run for run in runs if run[2]]
    for at, (begin, place, length) in enumerate(runs):
        above = begin - sum(runs[at - 1][::2]) if at else len(text)
        below = runs[at + 1][0] - begin - length if at + 1 < len(runs) else len(text)
        if length >= STRAY_WORDS or min(above, below) <= STRAY_DISTANCE or len(runs) == 1:
            yield begin, place, length


def hits_of(blocks: Sequence[list[str]], gold: list[str]) -> Ints:
    """Return how many words of each block stand, in order, in the gold."""
    numbers: dict[str, int] = {}
    text = [numbers.setdefault(word, len(numbers)) for block in blocks for word in block]
    wanted = [numbers.setdefault(word, len(numbers)) for word in gold]
    flags = np.zeros(len(text), np.int64)
    for begin, _, length in _matches(text, wanted):
        flags[begin : begin + length] = 1
    return _per_block(flags, blocks)


def _per_block(flags: Ints, blocks: Sequence[list[str]]) -> Ints:
    sums = np.concatenate(([0], np.cumsum(flags)))
    ends = np.cumsum([len(block) for block in blocks])
    totals: Ints = np.diff(sums[np.concatenate(([0], ends))])
    return totals


def kinds_of(blocks: Sequence[list[str]], words: list[str], kinds: list[int]) -> Ints:
    """Return the kind of most words of each block by the markup they stand in, -1 where none."""
    numbers: dict[str, int] = {}
    text = [numbers.setdefault(word, len(numbers)) for block in blocks for word in block]
    wanted = [numbers.setdefault(word, len(numbers)) for word in words]
    counts = np.zeros((len(KINDS), len(text)), np.int64)
    if len(text) * len(wanted) <= MAX_CELLS:
        for step in Indel.opcodes(text, wanted):
            if step.tag == "equal":
                for at in range(step.src_end - step.src_start):
                    counts[kinds[step.dest_start + at], step.src_start + at] = 1
    per_kind = np.stack([_per_block(row, blocks) for row in counts])
    best = per_kind.argmax(axis=0)
    lengths = np.array([len(block) for block in blocks])
    return np.where(2 * per_kind.max(axis=0) > lengths, best, -1)


def silver_of(html: str) -> list[list[str]]:
    """Return the words that each of three extractors keeps of a page."""
    from readability import Document as Readability  # noqa: PLC0415  # slow to import

    def by_readability() -> str:
        return _by_resiliparse(Readability(html).summary() or "<p></p>")

    def by_trafilatura() -> str:
        return trafilatura.extract(html, include_comments=False) or ""

    def by_resiliparse() -> str:
        return str(extract_plain_text(html, main_content=True))

    kept = []
    for extract in (by_trafilatura, by_readability, by_resiliparse):
        try:
            kept.append(words_of(extract()))
        except Exception:  # noqa: BLE001  # a page that one extractor cannot read
            kept.append([])
    return kept


def _blocks_of(html: str, rendering: str) -> tuple[Block, ...]:
    if rendering == HTML:
        return blocks_of_text(html.encode("utf-8", "replace"), "html")
    return blocks_of_text(rendered(html, rendering))


def small_page(
    blocks: Sequence[Block], shares: npt.NDArray[np.float64], draw: random.Random
) -> tuple[str, str]:  # the page, and the text of it
    """Return a few blocks of a page's text with little around them, as a person might copy them.

    `shares` (n,) says how much of each block is text.
    """
    text = np.flatnonzero(shares >= 0.5)
    if not len(text):
        return "", ""
    first = draw.randrange(len(text))
    chosen = text[first : first + draw.choice(SMALL_TEXTS)]
    rest = np.flatnonzero(shares == 0)
    above, below = draw.choice(SMALL_AROUND), draw.choice(SMALL_AROUND)
    around = [
        *rest[rest < text[0]][len(rest[rest < text[0]]) - above :],
        *rest[rest > text[-1]][:below],
    ]
    places = sorted({*chosen.tolist(), *map(int, around)})
    return (
        "\n\n".join(blocks[at].text for at in places),
        "\n".join(blocks[at].text for at in chosen),
    )


def _small_pages(source: Source, page: Page, blocks: Sequence[Block]) -> Iterator[Page]:
    """Yield the small page that is made of a rendering, if one is."""
    seed = zlib.crc32(f"small {source.name} {page.rendering}".encode())
    if source.gold is None or page.rendering == HTML or seed % SMALL_EVERY:
        return
    shares = page.hits / np.maximum(page.words, 1)
    content, text = small_page(blocks, shares, random.Random(seed))  # noqa: S311  no secret
    own = blocks_of_text(content.encode("utf-8", "replace"))
    words = [words_of(block.text) for block in own]
    gold = words_of(text)
    if not gold or not own:
        return
    counts = np.array([len(block) for block in words])
    yield msgspec.structs.replace(
        page,
        rendering=f"{page.rendering}, small",
        features=features_of(own),
        words=counts,
        hits=hits_of(words, gold).astype(np.float64),
        gold_words=len(gold),
        kinds=np.full(len(own), -1),
        weight=SMALL_WEIGHT,
    )


def pages_of(source: Source, renderings: Sequence[str]) -> list[Page]:
    """Return the renderings of a page that have text, with their gold."""
    html = decoded_html(source.html)
    marked, kinds = words_with_kinds(html)
    wanted = [words_of(source.gold)] if source.gold is not None else silver_of(html)
    pages = []
    for rendering in renderings:
        blocks = _blocks_of(html, rendering)
        if not blocks:
            continue
        features = features_of(blocks)
        words = [words_of(block.text) for block in blocks]
        hits = np.mean([hits_of(words, each) for each in wanted], axis=0)
        pages.append(
            Page(
                name=source.name,
                site=source.site,
                page_type=source.page_type,
                rendering=rendering,
                features=markup_features(blocks, features) if rendering == HTML else features,
                words=np.array([len(block) for block in words]),
                hits=hits,
                gold_words=len(wanted[0]) if source.gold is not None else float(hits.sum()),
                kinds=kinds_of(words, marked, kinds),
                weight=1.0 if source.gold is not None else SILVER_WEIGHT,
            )
        )
        pages += _small_pages(source, pages[-1], blocks)
    return pages


def _pages_of(task: tuple[Source, Sequence[str]]) -> list[Page]:
    warnings.simplefilter("ignore")
    return pages_of(*task)


def all_pages(
    sources: Sequence[Source], renderings: Sequence[str], a_page: int | None = None
) -> list[Page]:
    """Return the pages of all sources, in their order, whatever the number of processes.

    Each is rendered in all ways, or in `a_page` of them.
    """
    count = a_page or len(renderings)
    with ProcessPoolExecutor(os.cpu_count()) as pool:
        tasks = [(each, renderings_of(each.name, renderings, count)) for each in sources]
        return [page for pages in pool.map(_pages_of, tasks, chunksize=8) for page in pages]
