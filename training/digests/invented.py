"""Pages of sites that do not exist: listings, and pages that look like them and stay whole.

The listings with known items are of few sites, most of them blogs with dates. So the package has
pages of its own, written for it, each of another site with another way to make pages: undated
notices, stories, reviews, letters, search results; and guides, programmes, services, lists of
products, whose parts look like items. `invented/` has them, `truth.json` what they hold. Some are
plain text as it is: newsletters sent by mail, and letters.
"""

import json
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import msgspec

from training.digests.pages import (
    Known,
    changed,
    known,
    marked_text,
    markup_forms,
)
from training.pages import RENDERERS, decoded_html

FOLDER = Path(__file__).with_name("invented")
INVENTED = "invented"
"""How the forms of these pages begin, before the program that made text of them."""
FORMS = (
    ("resiliparse", "full"),
    ("resiliparse", "wrapless"),
    ("inscriptis", "full"),
    ("html2text", "full"),
)
PLAIN = ".txt"
PLAIN_FORMS = ("full", "blankless")
"""What is done to pages that are plain text."""
MIN_FOUND = 0.8
"""So many of a listing's titles must be found in its text."""


class Item(msgspec.Struct, frozen=True):
    """An article of a listing."""

    title: str
    body: str
    """Its text, a paragraph a line."""
    date: str = ""
    author: str = ""


class Invented(msgspec.Struct, frozen=True):
    """A page, and what is known of it."""

    file: str
    kind: str
    """`listing` or `whole`."""
    site: str
    items: tuple[Item, ...] = ()

    @property
    def is_plain(self) -> bool:
        """Whether it is plain text, not HTML."""
        return self.file.endswith(PLAIN)

    @property
    def gold(self) -> list[tuple[str, str]]:
        """Title and text of each item."""
        return [(item.title, item.body) for item in self.items]


@cache
def invented(folder: Path = FOLDER) -> tuple[Invented, ...]:
    """Return the pages of a folder, by their names."""
    told = json.loads((folder / "truth.json").read_text("utf-8"))
    return tuple(sorted(msgspec.convert(told, list[Invented]), key=lambda page: page.file))


def invented_files(folder: Path = FOLDER) -> list[Path]:
    """Return the files of a folder's pages, and that of the truth."""
    return [folder / "truth.json", *(folder / page.file for page in invented(folder))]


def invented_pages(form: str, folder: Path = FOLDER) -> Iterator[Known]:
    """Yield the pages as HTML, with names and without, or as several programs make text of them.

    Those that are plain text are none of HTML.
    """
    for page in invented(folder):
        content = (folder / page.file).read_bytes()
        if form == "html":
            yield from () if page.is_plain else _as_markup(page, decoded_html(content))
        else:
            yield from _as_text(page, content)


def _as_markup(page: Invented, html: str) -> Iterator[Known]:
    for found in markup_forms(page.file, page.site, f"{INVENTED}/html", html, page.gold):
        if len(found.starts) >= MIN_FOUND * len(page.items):
            yield found


def _as_text(page: Invented, content: bytes) -> Iterator[Known]:
    for program, how, text in _texts(page, content):
        lines = marked_text(page.file, text, page.gold, MIN_FOUND)
        found = known(page.file, page.site, f"{INVENTED}/{program}/{how}", changed(lines, how))
        if found is not None:
            yield found


def _texts(page: Invented, content: bytes) -> Iterator[tuple[str, str, str]]:
    """Yield the programs and forms of a page as text, and the text that is changed to the form."""
    if page.is_plain:
        yield from (("plain", how, content.decode()) for how in PLAIN_FORMS)
        return
    html = decoded_html(content)
    yield from ((program, how, RENDERERS[program](html)) for program, how in FORMS)
