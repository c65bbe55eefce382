"""Captures of one file each."""

from pipeline.document import Document
from pipeline.errors import UnreadableError
from pipeline.sources.files import (
    content_of,
    form_of,
    read_problem,
    rejected_capture,
    sidecar_url,
)
from pipeline.sources.members import names_in
from pipeline.sources.records import captured
from pipeline.sources.source import ZIP_ENDINGS, Source, SourceFile
from pipeline.sources.wrapping import wrapping_of


def read_capture(file: SourceFile, source: Source) -> Document:
    """Return a capture with its bytes; one that cannot be read is rejected with the reason."""
    try:
        if file.name.lower().endswith(ZIP_ENDINGS) and not file.member:
            names_in(file.path)  # says why it could not be listed
            raise UnreadableError(file.name, "is another file than when the run began", "run again")
        content = content_of(file, source.max_capture_bytes)
    except UnreadableError as error:
        return rejected_capture(file, read_problem(error))
    return document_of(file.name, content, source, file.form, sidecar_url(file))


def document_of(
    name: str, content: bytes, source: Source, form: str = "", url: str = ""
) -> Document:
    """Return the capture of a file's content; a form not given is seen from name and content."""
    wrapping = None if form else wrapping_of(name, content)
    if wrapping and content:
        from pipeline.sources.packed import unwrapped  # noqa: PLC0415  few captures are mails

        return unwrapped(name, content, source, wrapping, url)
    return captured(name, content, source, form=form or form_of(name, content), url=url)
