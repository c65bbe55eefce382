"""How well pages of sites that do not exist are taken apart, or stay whole.

    make bench-invented

The pages in `invented_pages/` were written for this benchmark without knowledge of the code, each
as a page of another site; nothing is learned from them (the splitters learn from others, in
`training/digests/invented/`). They go through the whole pipeline, as HTML and as the text that
three programs make of it; of one of them without its empty lines, too. Some are mails in plain
text.

*Boundary F1*, *exact* and *perfect* are those of `digests.py`: titles that are the truth's; word-F1
of at least 0.9 of title and text; pages all of whose titles are found, and none more. *Ends*: the
first and last sentence of a page that must stay whole are in its text.
"""

import argparse
import json
import re
from collections import Counter, defaultdict
from collections.abc import Iterator
from fnmatch import fnmatch
from pathlib import Path

import msgspec
import numpy as np

import pipeline
from benchmarks.digests import EXACT, word_f1
from training.digests.invented import Invented
from training.pages import RENDERERS, decoded_html

PAGES = Path(__file__).with_name("invented_pages")
PROGRAMS = ("resiliparse", "inscriptis", "html2text")
_PLAIN = re.compile(r"\W+")
_JOINED = re.compile(r"\s*[;,&]\s*(?:and\s+)?|\s+(?:and|und|et|y|e|och|og|en|i|и|と)\s+")


class Told(Invented, frozen=True):
    """A page, and what is known of one that must stay whole."""

    first: str = ""
    """The first sentence of its text,"""
    last: str = ""
    """and the last."""


class Outcome(msgspec.Struct, frozen=True):
    """What became of a page in one form."""

    apart: bool
    boundary: float = 0.0
    perfect: bool = False
    exact: int = 0
    """Items whose title and text are right;"""
    items: int = 0
    found: int = 0
    """those whose title is found, and of these"""
    authors: int = 0
    dates: int = 0
    """whose author and whose date is right, or rightly none."""
    ends: bool = False


def forms_of(page: Told, content: bytes) -> Iterator[tuple[str, str]]:
    """Yield a page in its forms: their names, and what is in them."""
    name, text = "mail", content.decode("utf-8", "replace")
    if not page.is_plain:
        html = decoded_html(content)
        yield "HTML", html
        for program in PROGRAMS[1:]:
            yield program, RENDERERS[program](html)
        name, text = PROGRAMS[0], RENDERERS[PROGRAMS[0]](html)
    yield name, text
    yield f"{name}, no empty lines", "\n".join(filter(str.strip, text.split("\n")))


def plain(text: str) -> str:
    """Return a text's letters and digits."""
    return _PLAIN.sub("", text).lower()


def persons(authors: str) -> frozenset[str]:
    """Return the names that a text joins.

    >>> persons("Ana Ruiz; Bob Day") == persons("Bob Day and Ana Ruiz")
    True
    """
    return frozenset(plain(name) for name in _JOINED.split(authors))


def outcome(page: Told, form: str, content: str) -> Outcome:
    """Clean a page and hold it against what is known of it."""
    cleaned = pipeline.clean(content.encode(), name=page.file, html=form == "HTML")
    items = [item for item in cleaned.items if item.item]
    if page.kind == "whole":
        text = plain(cleaned.text)
        ends = plain(page.first) in text and plain(page.last) in text
        return Outcome(len(items) > 1, ends=ends)
    wanted = Counter(plain(item.title) for item in page.items)
    got = Counter(plain(item.title or "") for item in items)
    right = (wanted & got).total()
    by_title = {plain(item.title or ""): item for item in items}
    pairs = [
        (item, by_title[plain(item.title)]) for item in page.items if plain(item.title) in by_title
    ]
    return Outcome(
        len(items) > 1,
        2 * right / (len(items) + len(page.items)),
        wanted == got,
        sum(word_f1(one.body, other.text) >= EXACT for one, other in pairs),
        len(page.items),
        len(pairs),
        sum(persons(one.author) == persons(other.author or "") for one, other in pairs),
        sum(one.date == (other.published or "") for one, other in pairs),
    )


def main() -> None:
    """Print a table of the listings, and one of the pages that must stay whole."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--pages", type=Path, default=PAGES, help="folder of pages and truth.json")
    parser.add_argument("--only", default="*", help="names of pages, such as 'n*': newsletters")
    parser.add_argument("--list", action="store_true", help="name the pages that go wrong")
    chosen = parser.parse_args()
    listings: dict[str, list[Outcome]] = defaultdict(list)
    wholes: dict[str, list[Outcome]] = defaultdict(list)
    told = json.loads((chosen.pages / "truth.json").read_text("utf-8"))
    for page in msgspec.convert(told, list[Told]):
        if not fnmatch(page.file, chosen.only):
            continue
        for form, content in forms_of(page, (chosen.pages / page.file).read_bytes()):
            found = outcome(page, form, content)
            (wholes if page.kind == "whole" else listings)[form].append(found)
            if chosen.list and (found.apart if page.kind == "whole" else not found.perfect):
                print(f"{page.file}, {form}: {found.boundary:.2f}")
    print("| listings | pages | taken apart | boundary F1 | exact | perfect | authors | dates |")
    print("|---|---:|---:|---:|---:|---:|---:|---:|")
    for form, own in listings.items():
        items, found_ = (sum(getattr(each, name) for each in own) for name in ("items", "found"))
        shares = [
            np.mean([each.apart for each in own]),
            np.mean([each.boundary for each in own]),
            sum(each.exact for each in own) / items,
            np.mean([each.perfect for each in own]),
            sum(each.authors for each in own) / max(1, found_),
            sum(each.dates for each in own) / max(1, found_),
        ]
        print(f"| {form} | {len(own)} | {' | '.join(f'{share:.3f}' for share in shares)} |")
    print("\n| must stay whole | pages | whole | with both ends |")
    print("|---|---:|---:|---:|")
    for form, own in wholes.items():
        whole, ends = sum(not each.apart for each in own), sum(each.ends for each in own)
        print(f"| {form} | {len(own)} | {whole} | {ends} |")


if __name__ == "__main__":
    main()
