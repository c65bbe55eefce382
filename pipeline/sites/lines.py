"""Site lines: which lines a site repeats, and on how many of its pages; a Parquet file.

Lines are compared as they are, but for the width of white space.
"""

import hashlib
from collections.abc import Sequence
from pathlib import Path
from typing import BinaryIO, NamedTuple

import numpy as np
import numpy.typing as npt
import pyarrow as pa

from pipeline.errors import ConfigurationError
from pipeline.parquet import batches_of, opened_parquet
from pipeline.places import place_of

Ints = npt.NDArray[np.int64]
Keys = npt.NDArray[np.uint64]

SCHEMA = pa.schema(
    [
        pa.field("site", pa.string(), False, {"description": "host of the address, without www."}),
        pa.field("line", pa.string(), False, {"description": "the line, white space as one space"}),
        pa.field("pages", pa.int64(), False, {"description": "how many of them it stands on"}),
        pa.field("of", pa.int64(), False, {"description": "how many pages of the site were read"}),
    ]
)
ROWS_AT_ONCE = 1 << 16


class Repeats(NamedTuple):
    """How often the n lines of a page stand on pages of its site."""

    pages: Ints
    """(n,) on how many; 0 of a line that is not known to repeat,"""
    of: int
    """of how many."""


class SiteLines:
    """The repeated lines of many sites, to look up."""

    def __init__(self, keys: Keys, pages: Ints, sites: dict[str, int]) -> None:
        """Take keys in ascending order with their numbers of pages, and each site's pages."""
        self._keys = keys
        self._pages = pages
        self._sites = sites

    def repeats(self, site: str, texts: Sequence[str]) -> Repeats | None:
        """Return how often lines stand on a site's pages; None if nothing is known of the site."""
        of = self._sites.get(site)
        if of is None:
            return None
        keys = np.array([key_of(site, same_line(text)) for text in texts], np.uint64)
        at = np.minimum(np.searchsorted(self._keys, keys), len(self._keys) - 1)
        return Repeats(np.where(self._keys[at] == keys, self._pages[at], 0), of)


def same_line(text: str) -> str:
    r"""Return what is the same of a line wherever it is repeated.

    >>> same_line("Read  the\tharbour news ")
    'Read the harbour news'
    """
    return " ".join(text.split())


def key_of(site: str, line: str) -> int:
    """Return a number of 64 bits for a line of a site.

    >>> key_of("harbour.example", "Latest") == key_of("quay.example", "Latest")
    False
    """
    return number_of(f"{site}\n{line}")


def number_of(text: str) -> int:
    """Return the first 64 bits of a text's BLAKE2b."""
    content = text.encode("utf-8", "surrogatepass")
    return int.from_bytes(hashlib.blake2b(content, digest_size=8).digest(), "big")


def load_site_lines(path: Path) -> SiteLines:
    """Return the repeated lines of a file, or raise a ConfigurationError that says why not."""
    remedy = "make it with `pipeline learn-sites`"
    try:
        with place_of(str(path)).open("rb") as stream:
            return _read(stream)
    except FileNotFoundError as error:
        raise ConfigurationError(str(path), "no such file of site lines", remedy) from error
    except (OSError, KeyError, ValueError, pa.ArrowException) as error:
        problem = f"is no file of site lines ({error})"
        raise ConfigurationError(str(path), problem, remedy) from error


def _read(stream: BinaryIO) -> SiteLines:
    keys: list[Keys] = [np.zeros(0, np.uint64)]
    pages: list[Ints] = [np.zeros(0, np.int64)]
    sites: dict[str, int] = {}
    for batch in batches_of(opened_parquet(stream), ROWS_AT_ONCE, SCHEMA.names):
        rows = pa.Table.from_batches([batch]).select(SCHEMA.names).cast(SCHEMA).to_pydict()
        sites.update(zip(rows["site"], rows["of"], strict=True))
        pairs = zip(rows["site"], rows["line"], strict=True)
        keys.append(np.array([key_of(*pair) for pair in pairs], np.uint64))
        pages.append(np.array(rows["pages"], np.int64))
    found = np.concatenate(keys)
    order = np.argsort(found, kind="stable")
    return SiteLines(found[order], np.concatenate(pages)[order], sites)
