"""What a page is wrapped in: a mail, a page that a browser saved with its pictures."""

import re
from typing import Literal, TypeAlias

from pipeline.sources.source import MAIL_ENDINGS, PAGE_ENDINGS, SAVED_ENDINGS, plain_name

Wrapping: TypeAlias = Literal["mail", "saved page", "web archive"]
HEAD_BYTES = 1 << 16
"""Whether a file without an ending is a mail is seen in so many bytes."""
_WEB_ARCHIVE = (b"bplist00", b"WebMainResource")
"""How a web archive of Safari begins, and what it has somewhere."""
_HEAD = re.compile(rb"(?:[!-9;-~]{1,70}:[^\n]*\n(?:[ \t][^\n]*\n)*+){3,}+\r?\n")
_OF_MIME = (b"\nmime-version:", b"\ncontent-type:")


def wrapping_of(name: str, content: bytes) -> Wrapping | None:
    r"""Return what a page is wrapped in, by its name or, where that tells nothing, its beginning.

    >>> wrapping_of("a.eml", b""), wrapping_of("a.mht", b""), wrapping_of("a.txt", b"Subject: a")
    ('mail', 'saved page', None)
    >>> head = b"Subject: a\nMIME-Version: 1.0\nContent-Type: text/plain\n\nb"
    >>> wrapping_of("stdin", head), wrapping_of("stdin", b"Subject: a\n\nb")
    ('mail', None)
    """
    called = plain_name(name).lower()
    if called.endswith(MAIL_ENDINGS):
        return "mail"
    if called.endswith(SAVED_ENDINGS):
        return "web archive" if called.endswith(".webarchive") else "saved page"
    if called.endswith(PAGE_ENDINGS):
        return None
    if content.startswith(_WEB_ARCHIVE[0]):
        return "web archive" if _WEB_ARCHIVE[1] in content else None
    head = _HEAD.match(content[:HEAD_BYTES])
    found = b"\n" + head[0].lower() if head else b""
    return "mail" if all(field in found for field in _OF_MIME) else None
