"""What the markup of a page calls its lines: kinds by class names, ids and elements.

Only for training: a word stands in a `share-bar`, a `<nav>`, a `related-posts`. The nearest name
that says something decides.
"""

import re

import lxml.html

from pipeline.boilerplate.line_model import KINDS

WORD = re.compile(r"\w+")
_NAMES = {
    "share": """share sharing sharer sharethis addtoany social socials sociallinks followus follow
        tweet sharedaddy sns socialmedia""",
    "fundraising": "donate donation donations donor supportus fundraising fundraiser patreon",
    "newsletter": """newsletter newsletters subscribe subscription signup optin mailchimp
        mailinglist mc4wp""",
    "cookie": "cookie cookies consent gdpr onetrust ccpa cookiebanner cookiebar cmp",
    "related": """related recommend recommended recommendation recommendations morestories popular
        trending mostread recent recentposts suggested similar latest outbrain taboola teaser
        readnext upnext upsell alsolike readmore morefrom crosslink relatedposts also""",
    "comment": "comment comments disqus respond reply replies commentlist fbcomments reactions",
    "legal": "copyright legal disclaimer terms imprint colophon",
    "caption": "figcaption caption credit credits photocredit imagecredit imgcaption",
    "other": """ad ads advert advertisement sponsor sponsored promo promotion promoted banner adunit
        dfp popup modal""",
    "byline": "byline author authors writer authorname vcard contributor authorbio",
    "date": "date time published posted timestamp pubdate datetime dateline",
    "title": "headline entrytitle posttitle articletitle pagetitle",
    "navigation": """nav menu navbar navigation breadcrumb breadcrumbs pagination pager skip toc
        sitemap masthead topbar footer mainmenu submenu skiplink login search tags tag tagcloud
        categories category prev next siteheader sitefooter header""",
}
_KIND_OF = {name: KINDS.index(kind) for kind, names in _NAMES.items() for name in names.split()}
_ELEMENTS = {
    "nav": KINDS.index("navigation"),
    "footer": KINDS.index("navigation"),
    "figcaption": KINDS.index("caption"),
    "h1": KINDS.index("title"),
    "time": KINDS.index("date"),
    "aside": KINDS.index("other"),
    "article": 0,
    "main": 0,
}
_UNSEEN = frozenset(
    ["script", "style", "noscript", "template", "svg", "iframe", "select", "textarea", "head"]
)
_WHOLE = frozenset(("html", "body"))
_JOINT = re.compile(r"[-_]")
_CAMEL = re.compile(r"(?<=[a-z])(?=[A-Z])")
_PART = re.compile(r"[^a-z]+")


def _own_kind(element: lxml.html.HtmlElement) -> int | None:
    """Return what an element's own names say of it, None if nothing."""
    if element.tag in _WHOLE:
        return None
    if element.tag not in ("main", "article"):
        found = None
        for name in f"{element.get('class') or ''} {element.get('id') or ''}".split():
            joined = _JOINT.sub("", name.lower())
            if joined in _KIND_OF:
                return _KIND_OF[joined]
            for part in _PART.split(_CAMEL.sub("-", name).lower()):
                found = _KIND_OF.get(part) if found is None else found
        if found is not None:
            return found
    if element.get("role") == "navigation":
        return KINDS.index("navigation")
    return _ELEMENTS.get(element.tag)


def words_with_kinds(html: str) -> tuple[list[str], list[int]]:
    """Return the words of a page in order, and the kind of each.

    >>> words_with_kinds("<body><nav>Home</nav><p>It opened.</p></body>")
    (['home', 'it', 'opened'], [1, 0, 0])
    """
    parser = lxml.html.HTMLParser(encoding="utf-8", huge_tree=True)
    try:
        root = lxml.html.document_fromstring(html.encode("utf-8", "replace"), parser=parser)
    except (lxml.etree.ParserError, ValueError):
        return [], []
    words: list[str] = []
    kinds: list[int] = []

    def take(text: str | None, kind: int) -> None:
        found = WORD.findall(text.lower()) if text else []
        words.extend(found)
        kinds.extend([kind] * len(found))

    waiting: list[tuple[lxml.html.HtmlElement | str, int]] = [(root, 0)]
    while waiting:
        node, kind = waiting.pop()
        if isinstance(node, str):
            take(node, kind)
            continue
        if not isinstance(node.tag, str) or node.tag in _UNSEEN:
            continue
        kind = _own_kind(node) or kind
        for child in reversed(node):
            if child.tail:
                waiting.append((child.tail, kind))
            waiting.append((child, kind))
        take(node.text, kind)
    return words, kinds
