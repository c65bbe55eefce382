"""Mails and pages that browsers saved: the text that they show is read, the rest is told."""

import base64
import json
import plistlib
from email.message import EmailMessage

import pytest

import pipeline
from pipeline.sources.captures import document_of, read_capture
from pipeline.sources.source import Source, SourceFile
from tests.digests.test_split import TITLES
from tests.margin_cases import PROSE

SOURCE = Source(paths=())
TEXT = "The café by the quay has closed its doors after thirty years.\n"
PAGE = (
    "<html><head><title>Harbour</title><style>p { color: red } b { top: 0 }</style></head>"
    "<body><p>The café by the quay has closed its doors after thirty years.</p></body></html>"
)


def mail(*, text: str = "", html: str = "", **fields: str) -> EmailMessage:
    """Return a mail with a text, HTML or both."""
    message = EmailMessage()
    told = {"Subject": "Café closes", "From": "Ida Moor <ida@tide.example>", **fields}
    for name, value in {**told, "Date": "Thu, 02 May 2024 10:00:00 +0200"}.items():
        message[name.replace("_", "-")] = value
    if text:
        message.set_content(text)
    if html and text:
        message.add_alternative(html, subtype="html")
    elif html:
        message.set_content(html, subtype="html")
    return message


def read(content: bytes, name: str = "a.eml", source: Source = SOURCE):
    return document_of(name, content, source)


def extra(document) -> dict:
    return json.loads(document.capture.extra)


def raw(*lines: str, body: bytes = b"") -> bytes:
    return "\r\n".join((*lines, "", "")).encode() + body


class TestMails:
    @pytest.mark.parametrize("coding", ["8bit", "quoted-printable", "base64"])
    @pytest.mark.parametrize("charset", ["utf-8", "iso-8859-1"])
    def test_codings_are_undone(self, coding, charset):
        message = EmailMessage()
        message["Subject"] = "Café"
        message.set_content(TEXT, charset=charset, cte=coding)

        capture = read(bytes(message)).capture

        assert (capture.form, capture.http_charset) == ("text", charset)
        assert capture.content.decode(charset).strip() == TEXT.strip()
        assert capture.head == "Subject: =?utf-8?q?Caf=C3=A9?=\n"

    def test_html_is_read_before_plain_text_which_is_told(self):
        document = read(bytes(mail(text=TEXT, html=PAGE)))

        assert document.capture.form == "html"
        assert document.capture.content.decode().strip() == PAGE
        assert extra(document)["parts"] == [{"type": "text/plain", "text": TEXT}]
        assert extra(document)["mail"]["from"] == "Ida Moor <ida@tide.example>"

    def test_html_of_pictures_gives_way_to_plain_text(self):
        shown = "<html><head><style>p { a: b }</style></head><img src='a.png'><p>Read online</p>"
        document = read(bytes(mail(text=TEXT, html=shown)))

        assert document.capture.content.decode() == TEXT
        assert extra(document)["parts"] == [{"type": "text/html"}]

    def test_shorter_html_is_read_all_the_same(self):
        shown = "<p>The quay has closed its doors.</p>"
        capture = read(bytes(mail(text=TEXT, html=shown))).capture

        assert capture.content.decode().strip() == shown

    def test_of_as_many_words_the_html_is_read(self):
        message = mail(html="<p>The list</p>")
        message.add_attachment("The foot\n", subtype="plain")
        del message.get_payload()[1]["Content-Disposition"]

        assert read(bytes(message)).capture.form == "html"

    def test_a_text_without_a_name_that_is_attached_is_told(self):
        message = mail(text=TEXT)
        message.add_attachment("a;b\n", subtype="plain")
        document = read(bytes(message))

        assert document.capture.content.decode() == TEXT
        assert extra(document)["parts"] == [{"type": "text/plain"}]

    def test_html_in_a_mail_in_a_mail_has_no_head_of_its_own(self):
        message = mail(html="<p>Today</p>")
        message.add_attachment(mail(html=PAGE))
        document = read(bytes(message))

        assert document.capture.content.decode() == f"<p>Today</p>\n\n{PAGE}"
        assert "parts" not in extra(document)

    def test_files_in_a_mail_are_named(self):
        message = mail(text=TEXT)
        message.add_attachment(b"%PDF", maintype="application", subtype="pdf", filename="tide.pdf")
        message.add_attachment("a;b\n1;2\n", subtype="plain", filename="tide.csv")
        document = read(bytes(message))

        assert document.capture.content.decode() == TEXT
        assert extra(document)["parts"] == [
            {"type": "application/pdf", "name": "tide.pdf"},
            {"type": "text/plain", "name": "tide.csv"},
        ]

    def test_a_text_that_is_a_file_is_read_where_there_is_no_other(self):
        message = mail()
        message.make_mixed()
        message.add_attachment("The boats came back.\n", subtype="plain", filename="a.txt")

        assert read(bytes(message)).capture.content == b"The boats came back.\n"

    def test_parts_of_one_text_are_put_together(self):
        message = mail(text="Boats.\n")
        message.add_attachment("Grüße\n", subtype="plain", charset="iso-8859-1")
        del message.get_payload()[1]["Content-Disposition"]
        capture = read(bytes(message)).capture

        assert (capture.content.decode(), capture.http_charset) == ("Boats.\n\nGrüße", "utf-8")

    def test_a_foot_below_html_is_told(self):
        message = mail(html=PAGE)
        message.add_attachment("The list\n", subtype="plain")
        del message.get_payload()[1]["Content-Disposition"]
        document = read(bytes(message))

        assert document.capture.form == "html"
        assert extra(document)["parts"] == [{"type": "text/plain", "text": "The list\n"}]

    def test_mails_in_a_mail_stand_below_each_other_with_their_heads(self):
        message = mail(text="Today:\n", Subject="Digest")
        for at in (1, 2):
            message.add_attachment(mail(text=f"Boats {at}.\n", Subject=f"Part {at}"))
        content = read(bytes(message)).capture.content.decode()

        assert content == "\n\n".join(
            (
                "Today:",
                *(
                    f"Subject: Part {at}\nFrom: Ida Moor <ida@tide.example>\n"
                    f"Date: Thu, 02 May 2024 10:00:00 +0200\n\nBoats {at}."
                    for at in (1, 2)
                ),
            )
        )

    @pytest.mark.parametrize(
        ("value", "read_as"),
        [
            (b"Caf\xc3\xa9", "Café"),
            (b"Caf\xe9", "Café"),
            (b"The pier\r\n and the quay", "The pier and the quay"),
        ],
    )
    def test_fields_are_unfolded_whatever_their_bytes(self, value, read_as):
        document = read(b"Subject: " + value + b"\r\nTo: a@b.example\r\n\r\nBoats.\r\n")

        assert document.capture.head == f"Subject: {read_as}\nTo: a@b.example\n"
        assert document.capture.content == b"Boats.\r\n"

    def test_a_mail_that_breaks_off_says_so(self):
        whole = bytes(mail(text=TEXT, html=PAGE))
        document = read(whole[: whole.index(b"</p>")])

        assert document.capture.content.decode().endswith("after thirty years.")
        assert extra(document)["cut"] == "the mail breaks off within its last part"

    def test_a_mail_without_a_text_is_rejected_with_what_it_has(self):
        message = mail()
        message.set_content(b"%PDF", maintype="application", subtype="pdf", filename="tide.pdf")
        rejected = read(bytes(message)).rejected

        assert rejected == "read: the mail has no text, only: application/pdf tide.pdf"

    def test_without_a_head_it_is_a_text(self):
        capture = read(b"Boats came back on Friday.\n").capture

        assert (capture.form, capture.content) == ("text", b"Boats came back on Friday.\n")

    def test_an_empty_file_is_empty(self):
        assert pipeline.clean(b"", name="a.eml").status == "empty"

    @pytest.mark.parametrize("kind", ["multipart/mixed", "message/rfc822"])
    def test_mails_in_mails_without_end_are_rejected(self, kind):
        boundaries = (f'Content-Type: {kind}; boundary="{at}"\n\n--{at}\n' for at in range(2000))
        rejected = read(("Subject: a\n" + "".join(boundaries)).encode()).rejected

        assert rejected.startswith("read: has 2000 parts with parts in them; 200 at most are read")

    def test_mails_in_mails_are_read_to_a_depth(self):
        heads = (f'Content-Type: multipart/mixed; boundary="{at}"\n\n--{at}\n' for at in range(200))
        content = ("Subject: a\n" + "".join(heads) + "\nBoats.\n").encode()

        assert read(content).capture.content == b"Boats."

    @pytest.mark.parametrize(
        "content",
        [
            raw("Subject: a", "Content-Type: multipart/mixed", body=b"--x\r\n\r\nBoats.\r\n"),
            raw("Subject: a", "Content-Type: text/plain; charset=\xff'x'y%", body=b"Boats."),
            raw("Subject: a", "Content-Type: text/plain; charset=no-such", body=b"Boats."),
            raw("Subject: a", "Content-Transfer-Encoding: base64", body=b"Boats!"),
            raw("Subject: a", "Content-Transfer-Encoding: x-uuencode", body=b"Boats."),
            raw("Subject: =?utf-8?b?////?=", "Date: no", "From: <<<>>>", body=b"Boats."),
            raw("Subject: a", "Content-Type: ;;;", "Content-Disposition: ;x", body=b"Boats."),
        ],
    )
    def test_damaged_mails_give_what_there_is(self, content):
        page = pipeline.clean(content, name="a.eml")

        assert not page.reason.startswith("read: broken")
        assert page.status in {"published", "empty"}

    def test_only_named_fields_are_carried(self):
        source = Source(paths=(), carry=("parts",))
        document = read(bytes(mail(text=TEXT, html=PAGE)), source=source)

        assert list(extra(document)) == ["parts"]

    def test_its_address_is_where_a_list_keeps_it(self):
        message = mail(text=TEXT, Archived_At="<https://list.example/1>")

        assert read(bytes(message)).capture.url == "https://list.example/1"

    def test_stages_take_title_author_and_date_from_the_head(self):
        page = pipeline.clean(bytes(mail(text=TEXT, html=PAGE)), name="a.eml")
        (item,) = page.items

        assert (item.title, item.author, item.published) == (
            "Café closes",
            "Ida Moor",
            "2024-05-02",
        )
        assert item.text == TEXT.strip()

    @pytest.mark.parametrize(
        ("heading", "label"),
        [("The café closes", "content"), ("Café closes", "title"), ("Café", "title")],
    )
    @pytest.mark.parametrize("form", ["text", "html"])
    def test_a_heading_is_the_title_only_if_the_subject_says_it(self, heading, label, form):
        body = f"<h1>{heading}</h1><p>{TEXT}</p>" if form == "html" else f"{heading}\n\n{TEXT}"
        page = pipeline.clean(bytes(mail(**{form: body})), name="a.eml")

        assert (page.title, page.lines[0].label) == ("Café closes", label)
        assert page.text.startswith(heading if label == "content" else "The café by")

    def test_a_line_alone_is_the_text(self):
        page = pipeline.clean(bytes(mail(text="See you at noon\n")), name="a.eml")

        assert (page.title, page.text) == ("Café closes", "See you at noon")

    def test_the_subject_is_the_heading_of_a_digest(self):
        items = "".join(
            f"<div><h2><a href='/{at}'>{title}</a></h2><p>{at} May 2024</p><p>{PROSE[at]}</p></div>"
            for at, title in enumerate(TITLES[:5], start=1)
        )
        page = pipeline.clean(bytes(mail(html=f"<h1>The quay</h1>{items}")), name="a.eml")

        assert [item.title for item in page.items if item.item] == list(TITLES[:5])
        assert {item.digest_title for item in page.items if item.item} == {"Café closes"}

    def test_dashes_in_html_begin_no_signature(self):
        page = pipeline.clean(bytes(mail(html=f"{PAGE}<p>--</p><p>{TEXT}</p>")), name="a.eml")

        assert page.text.count(TEXT.strip()) == 2

    def test_a_signature_is_no_text(self):
        page = pipeline.clean(bytes(mail(text=f"{TEXT}\n-- \nIda Moor\nQuay 3\n")))

        assert page.text == TEXT.strip()
        assert page.lines[-1].reason == "front line: signature of a mail"

    @pytest.mark.parametrize("name", ["page", "stdin"])
    def test_a_mail_is_seen_at_its_beginning(self, name):
        assert read(bytes(mail(text=TEXT)), name).capture.head

    def test_a_text_that_is_called_so_stays_as_it_is(self):
        content = bytes(mail(text=TEXT))

        assert read(content, "a.txt").capture.content == content


def saved(*parts: str, head: str = "", kind: str = "text/html") -> bytes:
    """Return a page as browsers save it, in MHTML."""
    said = [
        "From: <Saved by Blink>",
        *([f"Snapshot-Content-Location: {head}"] if head else []),
        "Subject: Harbour",
        "Date: Fri, 2 Jan 2026 04:04:05 +0100",
        "MIME-Version: 1.0",
        f'Content-Type: multipart/related; type="{kind}"; boundary="=_b"',
        "",
        "",
    ]
    return "\r\n".join((*said, *(f"--=_b\r\n{part}" for part in parts), "--=_b--", "")).encode()


def part(kind: str, body: str, location: str = "", identity: str = "") -> str:
    head = [f"Content-Type: {kind}", "Content-Transfer-Encoding: base64"]
    head += [f"Content-ID: {identity}"] if identity else []
    head += [f"Content-Location: {location}"] if location else []
    return "\r\n".join((*head, "", base64.encodebytes(body.encode()).decode()))


class TestSavedPages:
    ADDRESS = "https://tide.example/cafe"

    def test_the_page_is_read_under_its_address(self):
        content = saved(
            part("text/html", PAGE, self.ADDRESS),
            part("text/html", "<p>An advertisement</p>", "cid:frame"),
            part("image/png", "x", "https://tide.example/a.png"),
            head=self.ADDRESS,
        )
        document = read(content, "a.mhtml")

        assert (document.capture.form, document.capture.content.decode()) == ("html", PAGE)
        assert document.capture.url == self.ADDRESS
        assert document.capture.captured == "2026-01-02T03:04:05Z"
        assert not document.capture.head
        assert extra(document)["parts"] == {"image/png": 1, "text/html": 1}

    def test_the_page_need_not_be_first(self):
        frame = part("text/html", "<p>An advertisement</p>", "cid:frame")
        content = saved(frame, part("text/html", PAGE, self.ADDRESS), head=self.ADDRESS)

        assert read(content, "a.mht").capture.content.decode() == PAGE

    def test_the_page_may_be_named_by_the_head(self):
        frame = part("text/html", "<p>An advertisement</p>", "cid:frame", "<a@quay>")
        content = saved(frame, part("text/html", PAGE, self.ADDRESS, "<b@quay>"))
        content = content.replace(b"multipart/related;", b'multipart/related; start="<b@quay>";')

        assert read(content, "a.mht").capture.content.decode() == PAGE

    @pytest.mark.parametrize("without", [b"From: <Saved by Blink>\r\n", b"Snapshot-"])
    def test_it_may_be_called_a_mail(self, without):
        content = saved(part("text/html", PAGE, self.ADDRESS), head=self.ADDRESS)
        document = read(content.replace(without, b""), "a.eml")

        assert list(extra(document)) == ["saved"]

    def test_its_address_may_stand_with_the_part_alone(self):
        content = saved(part("text/html", PAGE, self.ADDRESS))

        assert read(content, "a.mht").capture.url == self.ADDRESS

    @pytest.mark.parametrize("address", ["file:///C:/page.html", "cid:a@mhtml.blink"])
    def test_an_address_that_leads_nowhere_is_none(self, address):
        assert not read(saved(part("text/html", PAGE, address)), "a.mht").capture.url

    def test_a_picture_is_no_page(self):
        rejected = read(saved(part("image/png", "x")), "a.mht").rejected

        assert rejected == "read: holds no page of HTML, only: image/png; save it as HTML"

    def test_it_is_seen_at_its_beginning(self):
        page = pipeline.clean(saved(part("text/html", PAGE, self.ADDRESS)))

        assert (page.text, page.url) == (TEXT.strip(), self.ADDRESS)

    def test_a_sidecar_counts_before_its_address(self, tmp_path):
        path = tmp_path / "a.mht"
        path.write_bytes(saved(part("text/html", PAGE, self.ADDRESS)))
        (tmp_path / "a.mht.url").write_text("https://other.example/")

        assert read_capture(SourceFile("a.mht", str(path)), SOURCE).capture.url == (
            "https://other.example/"
        )


class TestWebArchives:
    def archive(self, **fields: object) -> bytes:
        main = {
            "WebResourceData": PAGE.encode("iso-8859-1"),
            "WebResourceMIMEType": "text/html",
            "WebResourceTextEncodingName": "iso-8859-1",
            "WebResourceURL": "https://tide.example/cafe",
            **fields,
        }
        other = {"WebResourceMIMEType": "image/png", "WebResourceData": b"x"}
        whole = {
            "WebMainResource": main,
            "WebSubresources": [other, other],
            "WebSubframeArchives": [{"WebMainResource": {"WebResourceMIMEType": "text/html"}}],
        }
        return plistlib.dumps(whole, fmt=plistlib.FMT_BINARY)

    @pytest.mark.parametrize("name", ["a.webarchive", "page"])
    def test_the_page_is_read_under_its_address(self, name):
        document = read(self.archive(), name)

        assert document.capture.content == PAGE.encode("iso-8859-1")
        assert document.capture.http_charset == "iso-8859-1"
        assert document.capture.url == "https://tide.example/cafe"
        assert extra(document)["parts"] == {"image/png": 2, "text/html": 1}

    def test_a_picture_is_no_page(self):
        rejected = read(self.archive(WebResourceMIMEType="image/png"), "a.webarchive").rejected

        assert rejected == "read: holds no page of HTML, but image/png; save it as HTML"

    @pytest.mark.parametrize("content", [b"bplist00", b"text", plistlib.dumps({"a": 1})])
    def test_what_is_none_is_rejected(self, content):
        assert read(content, "a.webarchive").rejected.startswith("read: broken web archive (")
