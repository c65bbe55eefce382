"""Lines of HTML that class names of known software call boilerplate: `wp-caption-text`, `sidebar`.

Only whole names count that mean one thing wherever they stand. On the annotated pages of WCXB
(folds 0 to 3), label by label, at most 1 of 100 words within them is of the main text, of captions
in articles 4. Names that are made up (`related-stories-v2`) are evidence for the line model, and
decide nothing.
"""

import re
from collections.abc import Sequence
from functools import lru_cache

from pipeline.blocks import Block, Decision, Decisions
from pipeline.document import Label

NAMES = {
    Label.COMMENT: """comment-list commentlist comments-area comment-respond comment-body
        wp-block-comments disqus_thread fb-comments reviewtext review-text product-reviews
        signature post-signature""",
    Label.COOKIE: """onetrust-consent-sdk onetrust-pc-sdk onetrust-banner-sdk ot-pc-content
        cookie-notice cookie-banner cookie-law-info-bar cky-consent-container cmplz-cookiebanner
        cybotcookiebotdialog didomi-host qc-cmp2-container truste_overlay usercentrics-root""",
    Label.CAPTION: """wp-caption-text wp-caption wp-element-caption image-caption img-caption
        photo-caption media-caption captioned-image-container photo-credit image-credit
        thumbcaption""",
    Label.SHARE: """sharedaddy sd-sharing addtoany_share_save_container a2a_kit social-share
        share-buttons social-links post-share share-bar addthis_toolbox""",
    Label.NEWSLETTER: """newsletter-signup newsletter-form mc4wp-form mc_embed_signup
        jetpack_subscription_widget wp-block-jetpack-subscriptions kg-signup-card""",
    Label.RELATED: """related-posts jp-relatedposts yarpp yarpp-related crp_related
        wp-block-latest-posts read-next embedded-post-wrap digest-post-embed kg-bookmark-card
        trc_related_container ob-widget taboola outbrain""",
    Label.NAVIGATION: """breadcrumb breadcrumbs nav-links post-navigation posts-navigation
        comment-navigation pagination pager skip-link navbox vertical-navbox catlinks printfooter
        mw-jump-link wp-block-button wp-block-buttons""",
    Label.OTHER: """sidebar widget-area sr-only visually-hidden visuallyhidden screen-reader-text
        author-box author-bio about-author saboxplugin-wrap entry-meta modal adsbygoogle
        google-auto-placed""",
}
"""Label → whole class names and ids, in lower case."""
MIN_LEFT = 100
"""Words of running text that must be left, or the names mean something else here."""
_LABEL_OF = {name: label for label, names in NAMES.items() for name in names.split()}
_NAME = re.compile(r"[.#]([^.#\[]+)")
_WHOLE = ("html", "body")
_CAPTION = "figcaption"
_QUOTE = re.compile(r"quote|testimonial", re.IGNORECASE)


def decide_by_class_names(
    blocks: Sequence[Block], decided: Decisions, are_captions: bool
) -> Decisions:
    """Return what class names say of undecided blocks; of captions where these are wanted."""
    found: Decisions = {}
    for index, block in enumerate(blocks):
        markup = block.lines[0].markup
        if index in decided or markup is None:
            continue
        label, name = named(markup.path)
        if name and (label != Label.CAPTION or are_captions):
            found[index] = Decision(label, f"markup: {name}")
    taken = sum(blocks[at].words for at in found if blocks[at].prose)
    left = sum(
        block.words
        for at, block in enumerate(blocks)
        if block.prose and at not in found and _is_text(at, decided)
    )
    return found if left >= MIN_LEFT or not taken else {}


def _is_text(index: int, decided: Decisions) -> bool:
    return index not in decided or decided[index].label == Label.CONTENT


@lru_cache(maxsize=1 << 12)
def named(path: tuple[str, ...]) -> tuple[str, str]:
    """Return the label that the innermost telling name gives a line, and that name; or ``.

    The caption of a quotation says whose it is, and is text.

    >>> named(("body.sidebar", "div#main", "ol.comment-list", "li", "p"))[1]
    'comment-list'
    >>> named(("main", "figure", "figcaption")), named(("figure.quote", "figcaption"))
    ((<Label.CAPTION: 'caption'>, 'figcaption'), ('', ''))
    """
    for at in range(len(path) - 1, -1, -1):
        tag = re.split(r"[.#\[]", path[at], maxsplit=1)[0]
        if tag in _WHOLE:
            continue
        if tag == _CAPTION:
            around = path[max(0, at - 2) : at + 1]
            return ("", "") if any(map(_QUOTE.search, around)) else (Label.CAPTION, _CAPTION)
        for name in _NAME.findall(path[at]):
            if label := _LABEL_OF.get(name.lower()):
                return label, name
    return "", ""
