"""What class names, ids and elements call the lines in them: `share-bar`, `<nav>`, `related-posts`.

The nearest name that says something decides. The kinds of line are learned from these names, and
the lines that go from a page of HTML get their label from them.
"""

import re
from collections.abc import Iterable, Sequence
from functools import lru_cache

from pipeline.boilerplate.line_model import KINDS

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
_WHOLE = frozenset(("html", "body"))
_JOINT = re.compile(r"[-_]")
_CAMEL = re.compile(r"(?<=[a-z])(?=[A-Z])")
_PART = re.compile(r"[^a-z]+")
_PATH_PARTS = re.compile(r"[.#]([^.#\[]+)")


def kind_of_element(tag: str, names: Iterable[str], role: str) -> int | None:
    """Return what an element's own class names and id say of it, by `KINDS`; None if nothing.

    >>> KINDS[kind_of_element("div", ["post", "relatedPosts"], "") or 0]
    'related'
    """
    if tag in _WHOLE:
        return None
    if tag not in ("main", "article"):
        found = None
        for name in names:
            joined = _JOINT.sub("", name.lower())
            if joined in _KIND_OF:
                return _KIND_OF[joined]
            for part in _PART.split(_CAMEL.sub("-", name).lower()):
                found = _KIND_OF.get(part) if found is None else found
        if found is not None:
            return found
    if role == "navigation":
        return KINDS.index("navigation")
    return _ELEMENTS.get(tag)


def kind_by_names(path: Sequence[str]) -> str:
    """Return what the names around a line call it, given `Markup.path`; `` if nothing, or text.

    >>> kind_by_names(("div.comment-list", "div.body", "p")), kind_by_names(("div.page", "p"))
    ('comment', '')
    """
    kinds = (_kind_of_part(part) for part in reversed(path))
    return KINDS[next((kind for kind in kinds if kind), 0)]


@lru_cache(maxsize=1 << 14)
def _kind_of_part(name: str) -> int | None:
    tag = re.split(r"[.#\[]", name, maxsplit=1)[0]
    role = "navigation" if "[role=navigation]" in name else ""
    return kind_of_element(tag, _PATH_PARTS.findall(name), role)
