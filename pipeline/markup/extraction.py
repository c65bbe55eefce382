"""trafilatura's main text and metadata of a page, asked so that the answer never varies.

Its deduplication remembers the pages before (trafilatura #778) and its dates are bounded by today
unless told otherwise: both would make a result depend on more than the page.
"""

import logging

import msgspec
import trafilatura
from trafilatura.settings import Document as TrafilaturaDocument

from pipeline.document import Metadata

LATEST_DATE = "2200-01-01"
"""Stands in for today, so that a page gives the same date on every day."""

for _name in ("trafilatura", "htmldate", "courlan", "readability"):
    # What they cannot extract is seen in the labels; a line on the terminal helps nobody.
    logging.getLogger(_name).addHandler(logging.NullHandler())


class Extraction(msgspec.Struct, frozen=True):
    """What trafilatura found in a page."""

    text: str
    metadata: Metadata
    url: str


def extract(text: str, url: str = "") -> Extraction:
    """Return the main text and metadata of a page; empty where trafilatura finds nothing."""
    found = trafilatura.bare_extraction(
        text,
        url=url or None,
        include_comments=False,
        include_tables=True,
        deduplicate=False,
        with_metadata=True,
        date_extraction_params={
            "extensive_search": False,
            "original_date": True,
            "max_date": LATEST_DATE,
        },
    )
    if not isinstance(found, TrafilaturaDocument):
        return Extraction("", Metadata(), "")
    metadata = Metadata(
        title=found.title or "",
        author=(found.author or "").replace("; ", ", "),
        published=found.date or "",
        site=found.sitename or "",
    )
    return Extraction(found.text or "", metadata, found.url or "")
