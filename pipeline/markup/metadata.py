"""What the markup of a page says of it as a whole: title, author, date, site, language, address.

In order of trust: JSON-LD (schema.org), meta elements (Open Graph, Dublin Core, Highwire), then
elements named by microdata, `rel` or class. A date is a date or nothing; an author is no address,
no date and not the site. What is not there stays empty: nothing is guessed, no clock is asked.
"""

import datetime as dt
import re
from collections.abc import Iterable, Iterator, Sequence
from itertools import islice
from urllib.parse import urljoin, urlsplit

from lxml import etree

from pipeline.document import Metadata
from pipeline.folding import fold
from pipeline.markup.authors import authors_of
from pipeline.markup.elements import Items, text_of
from pipeline.markup.head import Head, Node, cleaned, first_name, types_of
from pipeline.markup.tails import BETWEEN_PARTS, without_site, without_tail
from pipeline.updates import tells_change

MAX_TITLE = 400
MIN_TITLE_WORDS = 4
"""A heading of so many words is no name of a site,"""
MIN_BESIDE = 6
"""and the greater part of a title has so many where the other is one."""
MIN_TEXT_WORDS = 15
"""Words of a paragraph that is text of the page."""
EARLIEST_YEAR, LATEST_YEAR = 1990, 2199
"""A web page is published in these years; anything else is no date of publication."""
TIMES_TRIED = 3
_ABOUT_THE_PAGE = re.compile(
    r"(?:Article|Posting|Report|Review|Recipe|HowTo|Thesis|Book|Course|Podcast\w*|\w*Object"
    r"|Product|Event|WebPage|FAQPage|QAPage|CreativeWork)$"
)
_TITLES = ("og:title", "twitter:title", "parsely-title", "dc.title", "citation_title", "title")
_DATES = (
    "article:published_time",
    "og:article:published_time",
    "article:published",
    "datepublished",
    "parsely-pub-date",
    "sailthru.date",
    "citation_publication_date",
    "citation_date",
    "dc.date.issued",
    "dcterms.issued",
    "dc.date",
    "dcterms.created",
    "dcterms.date",
    "pubdate",
    "publishdate",
    "publish_date",
    "publish-date",
    "date",
)
_DATES_OF_NODES = ("datePublished", "uploadDate", "dateCreated")
_BOXES = ("h4", "h5", "div", "span", "a", "td", "b", "strong")
"""Elements in which old pages have their heading."""
_SITES = ("og:site_name", "application-name", "apple-mobile-web-app-title")
_DT_PUBLISHED = etree.XPath("descendant-or-self::*[contains(@class, 'dt-published')]")
_DATE_ATTRIBUTES = ("datetime", "content", "title")
_ISO = re.compile(r"\s*(\d{4})[-/.]?(\d{2})[-/.]?(\d{2})(?!\d)")
_IN_PATH = re.compile(r"/(\d{4})/(\d{1,2})/(\d{1,2})(?=/|$)")
_SIGNS = re.compile(r"[\W_]+")
_LABELS = frozenset(["b", "strong", "span", "i", "em", "small", "label", "dt", "th", "abbr"])
_ASIDE = re.compile(
    r"comment|related|recent|sidebar|footer|nav|widget|event|card|list|feed|grid|reply|teaser",
    re.IGNORECASE,
)


def metadata_of(root: etree._Element, head: Head, url: str = "") -> Metadata:
    """Return what the markup of a page says of it.

    >>> from lxml import html
    >>> page = "<title>Tides | Courier</title><meta name=author content='Ida Moor'>"
    >>> root = html.document_fromstring(page)
    >>> metadata_of(root, Head(root)).author
    'Ida Moor'
    """
    nodes = [node for node in head.nodes if any(map(_ABOUT_THE_PAGE.search, types_of(node)))]
    site = _site(head, nodes)
    items = Items(root)
    address = canonical_url(head, url) or url
    language = root.get("lang") or root.get("{http://www.w3.org/XML/1998/namespace}lang")
    return Metadata(
        title=_mended(_title(root, head, nodes, site, address)),
        author=_mended(", ".join(authors_of(root, head, nodes, items, site))),
        published=_published(root, head, nodes, items, address),
        site=_mended(site),
        language=(language or head.meta.get("content-language", "")).strip(),
        scripted=next(root.iter("script"), None) is not None,
    )


def _mended(text: str) -> str:
    """Return a text as it was before it was decoded in the wrong charset, as lines are repaired.

    >>> _mended("El ni\u00c3\u00b1o vuelve"), _mended("El niño vuelve")
    ('El niño vuelve', 'El niño vuelve')
    """
    if text.isascii():
        return text
    from pipeline.encoding.mojibake import fix_mojibake  # noqa: PLC0415  encoding renders HTML

    for change in fix_mojibake(text):
        text = text[: change.start] + change.after + text[change.start + len(change.before) :]
    return text


def canonical_url(head: Head, url: str = "") -> str:
    """Return the page's address as it gives it, absolute, or `` where that can be none."""
    for given in filter(None, (head.canonical, head.meta.get("og:url", ""))):
        try:
            address = urljoin(urljoin(url, head.base), given)
            parts = urlsplit(address)
        except ValueError:
            continue
        if parts.scheme in ("http", "https") and parts.hostname:
            return address
    return ""


def _site(head: Head, nodes: Sequence[Node]) -> str:
    named = next((head.meta[name] for name in _SITES if name in head.meta), "")
    sites = (node for node in head.nodes if "WebSite" in types_of(node))
    return named or first_name(nodes, "publisher") or first_name(sites, "name")


def _title(root: etree._Element, head: Head, nodes: Sequence[Node], site: str, url: str) -> str:
    """Return the heading that the page's own title repeats, else the title without the site."""
    given = [first_name(nodes[:1], "headline", "name")]
    given += [head.meta.get(name, "") for name in _TITLES]
    given = list(filter(None, [*given, head.title]))
    texts = (_heading_text(element) for element in root.iter("h1"))
    headings = [text for text in texts if fold(text) and len(text) <= MAX_TITLE]
    said = [
        text
        for text in headings
        if fold(text) != fold(site) and any(_says(each, text) for each in given)
    ]
    if said and (below := _title_below(root, said[0], head.title)):
        return below
    said = [text for text in said if not all(_is_beside(text, each) for each in given)]
    if said:
        return max(said, key=_count)
    if len(headings) == 1 and (
        not given or _is_like(headings[0], given) or _is_addressed(headings[0], url)
    ):
        return headings[0]
    return next((without_tail(without_site(each, site)) for each in given), "")


def _count(text: str) -> int:
    return len(fold(text).split())


def _says(title: str, text: str) -> bool:
    return f" {fold(text)} " in f" {fold(title)} "


def _is_beside(text: str, title: str) -> bool:
    """Tell whether a title does not say a text, or only beside more: a site, a board, a section.

    >>> _is_beside("Boats", "Who owns the towpath by the quay? - Boats")
    True
    >>> _is_beside("Boats", "Boats - The Quay")
    False
    """
    if not _says(title, text):
        return True
    first, *others = filter(fold, BETWEEN_PARTS.split(title))
    most = max(map(_count, (first, *others)))
    is_other = not _says(first, text) and any(_says(each, text) for each in others)
    return is_other and most >= max(MIN_BESIDE, 2 * _count(text))


def _is_addressed(heading: str, url: str) -> bool:
    """Tell whether an address says a heading, whatever the title says: that may be the site's.

    >>> _is_addressed("Who owns the towpath?", "https://quay.example/p/7/who_owns_the_towpath/")
    True
    """
    words = fold(heading).split()
    said = set(fold(_SIGNS.sub(" ", url)).split())
    return len(words) >= MIN_TITLE_WORDS and 2 * sum(map(said.__contains__, words)) > len(words)


def _heading_text(element: etree._Element) -> str:
    """Return a heading without the sign behind it that manuals link to it with."""
    return cleaned(text_of(element)).removesuffix("\N{PILCROW SIGN}").rstrip()


def _title_below(root: etree._Element, heading: str, title: str) -> str:
    """Return the heading below one that is the name of a blog or board, or ``.

    The page's title is both, whichever comes first, and no text stands between them. Where the name
    is a link, the heading may be any box.
    """
    both = fold(title)
    name = fold(heading)
    rest = both.removeprefix(name).strip() if both.startswith(name) else both.removesuffix(name)
    rest = rest.strip()
    if not rest or rest == both:
        return ""
    is_below = leads_home = False
    for element in root.iter("h1", "h2", "h3", "p", *_BOXES):
        if element.tag in _BOXES and (len(element) > 1 or not leads_home):
            continue
        text = _heading_text(element)
        if element.tag == "p":
            if is_below and len(text.split()) >= MIN_TEXT_WORDS:
                return ""
        elif is_below and fold(text) == rest:
            return text
        if not is_below and fold(text) == name:
            is_below, leads_home = True, element.find(".//a") is not None
    return ""


def _is_like(heading: str, given: Sequence[str]) -> bool:
    """Tell whether half of the words of a heading stand in a title, or the other way round.

    >>> _is_like("Tides that turn", ["When tides turn | News"]), _is_like("Menu", ["Tides"])
    (True, False)
    """
    words = set(fold(heading).split())
    others = [set(fold(each).split()) for each in given]
    return len(words) > 1 and any(
        len(other) > 1 and 2 * len(words & other) >= min(len(words), len(other)) for other in others
    )


def _published(
    root: etree._Element, head: Head, nodes: Sequence[Node], items: Items, url: str
) -> str:
    """Return the date of publication, or ``."""
    given: list[object] = [node.get(key) for node in nodes for key in _DATES_OF_NODES]
    given += [head.meta.get(name) for name in _DATES]
    if date := _first_date(given):
        return date
    aside: list[object] = []
    for element in _marked_dates(root, items):
        stated = [*map(element.get, _DATE_ATTRIBUTES), text_of(element)]
        if _is_aside(element):
            aside += stated
        elif date := _first_date(stated):
            return date
    return _date_in_path(url) or _date_of_time(root) or _first_date(aside)


def _marked_dates(root: etree._Element, items: Items) -> Iterator[etree._Element]:
    """Yield the first dates of microdata, of HTML5 as it was drafted, and of microformats."""
    yield from items.called("datePublished")[:TIMES_TRIED]
    yield from islice(filter(_is_of_publication, root.iter("time")), TIMES_TRIED)
    entries = (each for each in _DT_PUBLISHED(root) if _has_class(each, "dt-published"))
    yield from islice(entries, TIMES_TRIED)
    abbreviations = (each for each in root.iter("abbr") if _has_class(each, "published"))
    yield from islice(abbreviations, TIMES_TRIED)


def _is_of_publication(time: etree._Element) -> bool:
    names = time.get("class") or ""
    return time.get("pubdate") is not None or "publish" in names or "entry-date" in names


def _has_class(element: etree._Element, name: str) -> bool:
    return name in (element.get("class") or "").split()


def _first_date(values: Iterable[object]) -> str:
    return next(filter(None, map(iso_date, values)), "")


def _date_in_path(url: str) -> str:
    """Return the date that stands in an address.

    >>> _date_in_path("https://courier.example/2023/04/18/tides"), _date_in_path("")
    ('2023-04-18', '')
    """
    try:
        found = _IN_PATH.search(urlsplit(url).path)
    except ValueError:
        return ""
    return _valid(*map(int, found.groups())) if found else ""


def _date_of_time(root: etree._Element) -> str:
    """Return the date of the first time element that stands in no list, comment or side column.

    One that says when the page was changed is taken if there is no other.
    """
    changed = ""
    for element in root.iter("time"):
        date = iso_date(element.get("datetime"))
        if date and not _is_aside(element):
            if not tells_change(_said_before(element)):
                return date
            changed = changed or date
    return changed


def _said_before(element: etree._Element) -> str:
    """Return what stands right before an element, and its own text."""
    above, parent = element.getprevious(), element.getparent()
    before = above.tail if above is not None else parent.text if parent is not None else ""
    is_label = above is not None and above.tag in _LABELS and not (before or "").strip()
    label = text_of(above) if is_label else ""
    return f"{label} {before or ''} {text_of(element)}"


def _is_aside(element: etree._Element) -> bool:
    for each in element.iterancestors():
        if each.tag in ("aside", "nav", "footer", "li"):
            return True
        names = f"{each.get('class') or ''} {each.get('id') or ''}"
        if each.tag not in ("html", "body") and _ASIDE.search(names):
            return True
    return False


def iso_date(value: object) -> str:
    """Return a text that begins with a date, year first, as YYYY-MM-DD; else nothing.

    >>> iso_date("2023-04-18T09:00:00+02:00"), iso_date("20230418"), iso_date("2021-02-30")
    ('2023-04-18', '2023-04-18', '')
    """
    found = _ISO.match(value) if isinstance(value, str) else None
    return _valid(*map(int, found.groups())) if found else ""


def _valid(year: int, month: int, day: int) -> str:
    try:
        date = dt.date(year, month, day)
    except ValueError:
        return ""
    return date.isoformat() if EARLIEST_YEAR <= year <= LATEST_YEAR else ""
