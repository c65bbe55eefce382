"""Pages in a wrapping: mails (RFC 5322, MIME), and pages that a browser saved with their pictures.

A mail gives the text that it shows: its HTML, or its plain text where it has none, or where the
HTML is little more than pictures. Its subject, sender and date go along as `Capture.head`. Of a
page saved as MHTML (RFC 2557) or as a web archive of Safari the page itself is read, under the
address that it was saved from. What else is in the wrapping is told in `extra`.
"""

import plistlib
import re
from collections import Counter
from collections.abc import Sequence
from contextlib import suppress
from datetime import UTC
from email import message_from_bytes
from email.errors import CloseBoundaryNotFoundDefect
from email.message import Message
from email.utils import parsedate_to_datetime
from typing import NamedTuple, cast

from pipeline.document import Document
from pipeline.encoding.charset import decode
from pipeline.errors import UnreadableError
from pipeline.sources.answers import Headers, joined
from pipeline.sources.files import form_of, read_problem, rejected_record
from pipeline.sources.records import captured, carried, listed
from pipeline.sources.source import Source, recordable
from pipeline.sources.wrapping import Wrapping

HEAD_FIELDS = ("Subject", "From", "Date", "To")
"""What is taken of a mail's head, in this order."""
MAX_WRAPPINGS = 200
"""A mail with more parts that hold parts is not read: how deep Python goes depends on who calls."""
HTML, PLAIN = "text/html", "text/plain"
WORTH = 2
"""Of two forms of one text the HTML is read unless the plain text has more than so many times its
words."""
_WRAPS = re.compile(rb"^content-type:\s*(?:multipart|message)/", re.IGNORECASE | re.MULTILINE)
_TAG = re.compile(r"<[^<>]*>")
_UNSEEN = ("head", "style", "script")
_SAVED_BY = re.compile(r"\W*saved by\b", re.IGNORECASE)


def unwrapped(
    name: str, content: bytes, source: Source, wrapping: Wrapping, url: str = ""
) -> Document:
    """Return the capture of a page in a wrapping, rejected if there is none in it.

    An address given counts before its own.
    """
    try:
        if wrapping == "web archive":
            page = _web_archive(name, content)
        else:
            page = _mail(name, content, wrapping)
    except UnreadableError as error:
        return rejected_record(name, read_problem(error))
    except Exception as error:  # noqa: BLE001  the parsers raise what they like of what is damaged
        return rejected_record(name, f"read: broken {wrapping} ({type(error).__name__}: {error})")
    return captured(
        name,
        page.content,
        source,
        form=page.form,
        url=url or page.url,
        extra=carried(page.fields, source),
        captured_at=page.captured,
        http_charset=page.charset,
        head=page.head,
    )


class _Page(NamedTuple):
    """What a wrapping holds."""

    content: bytes
    form: str
    charset: str
    fields: dict[str, object]
    """For `extra`."""
    url: str = ""
    head: str = ""
    captured: str = ""


class _Text(NamedTuple):
    """A text in a mail."""

    mime: str
    content: bytes
    charset: str

    def decoded(self) -> str:
        return decode(self.content, self.mime == HTML, ((self.charset, "http"),)).text


def _mail(name: str, content: bytes, wrapping: Wrapping) -> _Page:
    """Return the page in a mail, or in what a browser saved in the form of one."""
    if (wraps := len(_WRAPS.findall(content))) > MAX_WRAPPINGS:
        raise UnreadableError(
            name, f"has {wraps} parts with parts in them; {MAX_WRAPPINGS} at most are read", ""
        )
    message = message_from_bytes(content)
    headers = _headers(message)
    if not headers:
        return _Page(content, form_of("", content), "", {})
    is_saved = wrapping == "saved page" or "snapshot-content-location" in headers
    if is_saved or _SAVED_BY.match(headers.get("from", "")):
        return _saved_page(name, message, headers)
    read = _Reading()
    chosen = _of_one_form(read.texts(message) or read.attached, read)
    if not chosen and read.others:
        found = listed(" ".join(filter(None, each)) for each in read.others)
        raise UnreadableError(name, f"the mail has no text, only: {found}", "")
    fields: dict[str, object] = {"mail": headers}
    if parts := read.told():
        fields["parts"] = parts
    if _is_cut(message):
        fields["cut"] = "the mail breaks off within its last part"
    whole, charset = _joined(chosen)
    return _Page(
        whole,
        "html" if chosen and chosen[0].mime == HTML else "text",
        charset,
        fields,
        url=_web_address(headers.get("archived-at", "")),
        head=_head(headers),
    )


class _Reading:
    """A mail that is gone through: its texts are given, all else is noted."""

    def __init__(self) -> None:
        self.others: list[tuple[str, str]] = []
        """Types and names of parts that are not read."""
        self.unread: list[_Text] = []
        """Texts that say what is read from another part."""
        self.attached: list[_Text] = []
        """Texts that are files of their own."""

    def texts(self, message: Message) -> list[_Text]:
        """Return the texts of a message that are shown, in order."""
        kind = message.get_content_type()
        if not message.is_multipart():
            return self._leaf(message, kind)
        parts = cast("list[Message]", message.get_payload())
        if kind == "message/rfc822" and len(parts) == 1:
            head = _head(_headers(parts[0])).encode()
            inner = self.texts(parts[0])
            is_plain = bool(inner) and inner[0].mime == PLAIN
            return [_Text(PLAIN, head, "utf-8"), *inner] if is_plain else inner
        each = [self.texts(part) for part in parts]
        if kind == "multipart/alternative":
            best = _best(each)
            self.unread += [text for texts in each if texts is not best for text in texts]
            return best
        return [text for texts in each for text in texts]

    def _leaf(self, message: Message, kind: str) -> list[_Text]:
        name = _file_name(message)
        kind = PLAIN if message.get_content_maintype() == "multipart" else kind  # without parts
        if kind in {HTML, PLAIN}:
            text = _Text(kind, _content(message), _charset(message))
            if not name and message.get_content_disposition() != "attachment":
                return [text] if text.content.strip() else []
            self.attached.append(text)
        self.others.append((kind, name))
        return []

    def told(self) -> list[dict[str, str]]:
        """Return what is not read, for `extra`: plain texts whole, of all else what it is."""
        texts = [
            {"type": text.mime, **({"text": text.decoded()} if text.mime == PLAIN else {})}
            for text in self.unread
        ]
        return texts + [
            {"type": kind, **({"name": name} if name else {})} for kind, name in self.others
        ]


def _of_one_form(texts: Sequence[_Text], read: _Reading) -> list[_Text]:
    """Return the texts of a mail that are HTML, or those that are plain: those with more words.

    A mailing list adds a foot of plain text to HTML, an HTML mail is sent on below a plain one.
    """
    html = [text for text in texts if text.mime == HTML]
    plain = [text for text in texts if text.mime == PLAIN]
    if not (html and plain):
        return html or plain
    best, other = (html, plain) if _words(html) >= _words(plain) else (plain, html)
    read.unread += other
    return best


def _best(alternatives: Sequence[list[_Text]]) -> list[_Text]:
    """Return one of several forms of a text: HTML unless it is much shorter."""
    html = next((each for each in alternatives if any(text.mime == HTML for text in each)), [])
    plain = next((each for each in alternatives if each and each is not html), [])
    if not (html and plain):
        return html or plain
    return plain if _words(plain) > WORTH * _words(html) else html


def _words(texts: Sequence[_Text]) -> int:
    """Return how many words texts show."""
    return sum(
        len((_shown(text.decoded()) if text.mime == HTML else text.decoded()).split())
        for text in texts
    )


def _shown(markup: str) -> str:
    """Return markup without tags and what is in no page's text, in time that grows linearly.

    >>> _shown("<style>p { }</style><p>The <b>pier</b>").split()
    ['the', 'pier']
    """
    text = markup.lower()
    for name in _UNSEEN:
        first, *others = re.split(rf"<{name}\b", text)
        text = "<".join((first, *(other.partition(f"</{name}")[2] for other in others)))
    return _TAG.sub(" ", text)


def _joined(texts: Sequence[_Text]) -> tuple[bytes, str]:  # and its charset
    """Return texts as one, below each other."""
    if len(texts) == 1:
        return texts[0].content, texts[0].charset
    return "\n\n".join(text.decoded().rstrip() for text in texts).encode(), "utf-8"


def _content(part: Message) -> bytes:
    """Return what a part holds, its coding undone."""
    payload = part.get_payload(decode=True)
    if isinstance(payload, bytes):
        return payload
    return str(part.get_payload()).encode("utf-8", "surrogateescape")


def _charset(part: Message) -> str:
    """Return the charset that a part says it is in, or ``."""
    with suppress(ValueError, LookupError, TypeError, AttributeError):
        return str(part.get_content_charset() or "")
    return ""


def _file_name(part: Message) -> str:
    """Return the name of the file that a part is, or ``."""
    with suppress(ValueError, LookupError, TypeError, AttributeError):
        return recordable(str(part.get_filename() or ""))
    return ""


def _headers(message: Message) -> Headers:
    """Return the fields of a head as they stand, unfolded; bytes of them are UTF-8 or Latin-1."""
    return joined((name, _field(str(value))) for name, value in message.raw_items())


def _field(value: str) -> str:
    raw = " ".join(value.split()).encode("utf-8", "surrogateescape")
    try:
        return raw.decode()
    except UnicodeDecodeError:
        return raw.decode("latin-1")


def _head(headers: Headers) -> str:
    """Return what a mail says of itself, a line each, as mail programs print it."""
    named = ((name, headers.get(name.lower(), "").partition("\n")[0]) for name in HEAD_FIELDS)
    return "".join(f"{name}: {value}\n" for name, value in named if value)


def _is_cut(message: Message) -> bool:
    """Tell whether a message ends before it says that its parts do."""
    return any(
        isinstance(defect, CloseBoundaryNotFoundDefect)
        for part in message.walk()
        for defect in part.defects
    )


def _instant(date: str) -> str:
    """Return the date of a head as archives write it, or ``.

    >>> _instant("Fri, 2 Jan 2026 04:04:05 +0100"), _instant("yesterday")
    ('2026-01-02T03:04:05Z', '')
    """
    try:
        found = parsedate_to_datetime(date)
    except (ValueError, TypeError, IndexError, OverflowError):
        return ""
    with suppress(OverflowError):
        found = found.replace(tzinfo=found.tzinfo or UTC).astimezone(UTC)
    return found.strftime("%Y-%m-%dT%H:%M:%SZ")


def _web_address(given: str) -> str:
    """Return an address of the web; pages also say `file:` and `cid:`, which lead nowhere."""
    address = given.strip().strip("<>")
    return address if address.lower().startswith(("http://", "https://")) else ""


def _saved_page(name: str, message: Message, headers: Headers) -> _Page:
    """Return the page that a browser saved: the part that the others belong to."""
    parts = [part for part in message.walk() if not part.is_multipart()]
    pages = [part for part in parts if part.get_content_type() in (HTML, "application/xhtml+xml")]
    start = str(message.get_param("start") or "")
    address = headers.get("snapshot-content-location", "")
    root = next(
        (
            part
            for part in pages
            if (start and part.get("Content-ID", "") == start)
            or (address and part.get("Content-Location", "") == address)
        ),
        pages[0] if pages else None,
    )
    if root is None:
        kinds = listed(dict.fromkeys(part.get_content_type() for part in parts))
        raise UnreadableError(name, f"holds no page of HTML, only: {kinds}", "save it as HTML")
    others = Counter(part.get_content_type() for part in parts if part is not root)
    fields: dict[str, object] = {"saved": headers}
    if others:
        fields["parts"] = dict(sorted(others.items()))
    if _is_cut(message):
        fields["cut"] = "the saved page breaks off within its last part"
    return _Page(
        _content(root),
        "html",
        _charset(root),
        fields,
        url=_web_address(address or _headers(root).get("content-location", "")),
        captured=_instant(headers.get("date", "")),
    )


def _web_archive(name: str, content: bytes) -> _Page:
    """Return the page in a web archive of Safari."""
    archive = plistlib.loads(content)
    main = archive["WebMainResource"]
    page, kind = bytes(main["WebResourceData"]), str(main.get("WebResourceMIMEType", HTML))
    if kind not in (HTML, PLAIN, "application/xhtml+xml"):
        raise UnreadableError(name, f"holds no page of HTML, but {kind}", "save it as HTML")
    others = archive.get("WebSubresources", []) + [
        frame.get("WebMainResource", {}) for frame in archive.get("WebSubframeArchives", [])
    ]
    kinds = Counter(str(other.get("WebResourceMIMEType", "unknown")) for other in others)
    return _Page(
        page,
        "text" if kind == PLAIN else "html",
        str(main.get("WebResourceTextEncodingName", "")),
        {"parts": dict(sorted(kinds.items()))} if kinds else {},
        url=_web_address(str(main.get("WebResourceURL", ""))),
    )
