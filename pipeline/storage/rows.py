"""Documents as rows of documents/ and audit/."""

from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from typing import TypeAlias

from pipeline import __version__
from pipeline.document import (
    CHARSET_EDIT,
    ITEM_LABELS,
    Capture,
    Document,
    Edit,
    Label,
    LanguageShare,
    Line,
    relabel,
    site_of,
    undo,
)
from pipeline.publishing import Structure, captions_of, item_of, text_of
from pipeline.shapes import count_words
from pipeline.storage.schema import SCHEMA_VERSION

Cell: TypeAlias = "str | int | float | bool | list[str] | list[dict[str, Cell]] | None"
Row: TypeAlias = dict[str, Cell]


def text_of_row(row: Row) -> str:
    """Return the text of a line of the audit as it is after its edits.

    >>> text_of_row({"text": "_", "repaired": ""}), text_of_row({"text": "b", "repaired": None})
    ('', 'b')
    """
    return str(row["text"] if row["repaired"] is None else row["repaired"])


def document_rows(documents: Iterable[Document], structure: Structure = "plain") -> list[Row]:
    """Return a row for each document that has text to publish."""
    rows = []
    for document in documents:
        text = text_of(document, structure)
        if text:
            rows.append(_document_row(document, text))
    return rows


def _document_row(document: Document, text: str) -> Row:
    capture = document.capture
    item = item_of(document)
    return {
        "id": f"{capture.id}-{item}",
        "capture": capture.id,
        "item": item,
        "items": document.items or 1,
        "source": capture.source,
        "url": capture.url or None,
        "site": site_of(capture.url) or document.metadata.site or None,
        "title": document.title or None,
        "author": document.author or None,
        "published": document.published or None,
        "link": document.link or None,
        "excerpt": document.excerpt,
        "teaser": document.teaser,
        "digest_title": document.digest_title or None,
        "digest_suspected": document.digest_suspected,
        "language": document.language or "und",
        "language_confidence": document.language_confidence,
        "language_reason": document.language_reason or None,
        "languages": [_share_row(each) for each in document.languages],
        "language_detector": document.language_detector,
        "text": text,
        "captions": list(captions_of(document)),
        "characters": len(text),
        "words": count_words(text),
        "charset": capture.charset,
        "charset_source": capture.charset_source,
        "charset_confidence": capture.charset_confidence,
        "fixes": _counted("fix", (edit.action for edit in document.edits)),
        "labels": _counted("label", (line.label or Label.CONTENT for line in document.lines)),
        "captured": capture.captured or None,
        "extra": capture.extra or None,
        "pipeline_version": __version__,
        "schema_version": SCHEMA_VERSION,
    }


def _share_row(share: LanguageShare) -> dict[str, Cell]:
    return {"language": share.language, "share": share.share}


def _counted(name: str, values: Iterable[str]) -> list[dict[str, Cell]]:
    """Return values with their counts, in alphabetical order."""
    return [{name: str(value), "count": count} for value, count in sorted(Counter(values).items())]


def audit_rows(documents: Sequence[Document]) -> list[Row]:
    """Return a row for each line of one capture, in order of line numbers.

    `documents` are all documents of the capture. One that publishes nothing has a row for line 0,
    which says why.
    """
    capture = documents[0].capture
    rows: list[Row] = []
    status = status_of(documents)
    if status:
        label, reason = status
        rows.append(_audit_row(capture, Line(0, "", label, reason, ending=""), None, ()))
    for document in documents:
        edits: defaultdict[int, list[Edit]] = defaultdict(list)
        for edit in document.edits:
            edits[edit.line].append(edit)
        item = None if status else item_of(document)
        for line in document.lines:
            shown = _shown(document, line)
            in_item = shown.label in ITEM_LABELS
            own = edits.get(line.number, ())
            rows.append(_audit_row(capture, shown, item if in_item else None, own))
    return sorted(rows, key=_line_number)


def _shown(document: Document, line: Line) -> Line:
    """Return a line with the label that the audit gives it."""
    if document.rejected and not line.is_blank:
        return relabel(line, Label.REJECTED, document.rejected)
    if line.label:
        return line
    label = Label.BLANK if line.is_blank else Label.CONTENT
    return relabel(line, label, "" if line.is_blank else "no stage labelled it")


def _line_number(row: Row) -> int:
    return int(str(row["line"]))


def _audit_row(capture: Capture, line: Line, item: int | None, edits: Sequence[Edit]) -> Row:
    captured = undo(line.text, edits)
    charsets = [edit.detail for edit in edits if edit.action == CHARSET_EDIT]
    return {
        "capture": capture.id,
        "source": capture.source,
        "line": line.number,
        "item": item,
        "label": line.label,
        "reason": line.reason,
        "text": captured,
        "repaired": line.text if line.text != captured else None,
        "language": line.language or None,
        "continues": line.continues,
        "ending": line.ending,
        "charset": charsets[0] if charsets else capture.charset,
        "edits": [_edit_row(edit) for edit in edits],
    }


def _edit_row(edit: Edit) -> dict[str, Cell]:
    return {
        "stage": edit.stage,
        "action": edit.action,
        "start": edit.start,
        "before": edit.before,
        "after": edit.after,
        "detail": edit.detail or None,
    }


def status_of(
    documents: Sequence[Document],
) -> tuple[str, str] | None:  # label of line 0 and its reason
    """Return why a capture publishes nothing, as the label and reason of its line 0, or None."""
    if any(text_of(document) for document in documents):
        return None
    rejected = next((each.rejected for each in documents if each.rejected), "")
    if rejected:
        return Label.REJECTED, rejected
    return Label.EMPTY, _why_empty(documents)


def _why_empty(documents: Sequence[Document]) -> str:
    """Return why there is nothing to publish of a capture that was read."""
    lines = [line for document in documents for line in document.lines]
    if not documents[0].capture.size_bytes:
        return "the file is empty"
    if not lines and documents[0].metadata.scripted:
        return "no text but what scripts would write; save the page from a browser"
    if all(line.is_blank for line in lines):
        return "no line has a visible character"
    if any(line.label == Label.TITLE for line in lines):
        return "a title and no text below it"
    return "every line is boilerplate"
