"""Other tools that take the boilerplate off a page, each behind one function: (html, text) -> kept.

`html` is the page as a string, `text` a plain text rendering of the whole page, line by line. The
first three peers read the HTML, the others only the text, with the libraries' default options but
where a peer's own line says otherwise. Nothing is downloaded: datatrove splits English words and
sentences by spaCy's blank English pipeline and its rule-based sentencizer, which are code without
data. It does so for every page, whatever its language. Its `processing` extra is not needed, and
would ask for a trafilatura older than 1.12.
"""

import re
from collections.abc import Callable, Iterable
from html import escape
from importlib.metadata import version

import justext
import trafilatura
from datatrove.data import Document
from datatrove.pipeline.filters import (
    C4QualityFilter,
    FineWebQualityFilter,
    GopherQualityFilter,
    GopherRepetitionFilter,
)
from datatrove.pipeline.filters.base_filter import BaseFilter, get_filter_result
from resiliparse.extract.html2text import extract_plain_text

LIBRARIES = ("trafilatura", "resiliparse", "jusText", "datatrove", "spacy")
NOT_IN_XML = re.compile(r"[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")

STOPLIST = justext.get_stoplist("English")
C4 = (C4QualityFilter(),)
C4_LINES = (
    C4QualityFilter(min_num_sentences=-1, filter_lorem_ipsum=False, filter_curly_bracket=False),
)
GOPHER = (GopherRepetitionFilter(), GopherQualityFilter())
FINEWEB = (FineWebQualityFilter(),)


def versions() -> dict[str, str]:
    """Return the installed version of each library behind the peers."""
    return {name: version(name) for name in LIBRARIES}


def trafilatura_html(html: str, _text: str) -> str:
    """Keep what trafilatura extracts from the HTML, readers' comments among it."""
    return trafilatura.extract(html) or ""


def trafilatura_html_without_comments(html: str, _text: str) -> str:
    """Keep what trafilatura extracts from the HTML, but for readers' comments."""
    return trafilatura.extract(html, include_comments=False) or ""


def resiliparse_html(html: str, _text: str) -> str:
    """Keep what resiliparse takes for the main content of the HTML."""
    return extract_plain_text(html, main_content=True)


def justext_lines(_html: str, text: str) -> str:
    """Keep the lines jusText takes for good, each given to it as a paragraph of an HTML page.

    So it sees neither links nor headings, only lengths, English stop words and the neighbours.
    Characters that no XML may hold become spaces, or lxml would read no further.
    """
    lines = (escape(line) for line in NOT_IN_XML.sub(" ", text).splitlines() if line.strip())
    body = "\n".join(f"<p>{line}</p>" for line in lines)
    if not body:
        return ""
    paragraphs = justext.justext(f"<html><body>\n{body}\n</body></html>", STOPLIST)
    return "\n".join(paragraph.text for paragraph in paragraphs if not paragraph.is_boilerplate)


def c4(_html: str, text: str) -> str:
    """Keep the lines C4 keeps, or nothing of a page that it drops as a whole.

    It drops pages of fewer than five sentences, with a curly bracket, or with "lorem ipsum", the
    last two only if they stand in a line that is long enough and ends like a sentence.
    """
    return kept_by(C4, text)


def c4_lines(_html: str, text: str) -> str:
    """Keep the lines C4 keeps, with its three reasons to drop a whole page switched off."""
    return kept_by(C4_LINES, text)


def gopher(_html: str, text: str) -> str:
    """Keep a page whole or not at all, by Gopher's rules on repetition and quality."""
    return kept_by(GOPHER, text)


def fineweb(_html: str, text: str) -> str:
    """Keep a page whole or not at all, by the rules FineWeb adds to Gopher's and C4's.

    One of them counts line ends for each word, those of empty lines too.
    """
    return kept_by(FINEWEB, text)


def kept_by(filters: Iterable[BaseFilter], text: str) -> str:
    """Return what datatrove's filters leave of a text, or "" if one of them drops it."""
    document = Document(text=text, id="")
    for one in filters:
        kept, _reason = get_filter_result(one.filter(document))
        if not kept:
            return ""
    return document.text


PEERS_OF_HTML: dict[str, Callable[[str, str], str]] = {
    "trafilatura, HTML": trafilatura_html,
    "trafilatura, HTML, without comments": trafilatura_html_without_comments,
    "resiliparse, HTML": resiliparse_html,
}
PEERS: dict[str, Callable[[str, str], str]] = {
    "jusText on lines": justext_lines,
    "C4 line rules": c4,
    "C4 line rules, no page dropped": c4_lines,
    "Gopher rules": gopher,
    "FineWeb rules": fineweb,
}
