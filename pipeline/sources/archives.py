"""Archives: JSON lines, Parquet, WARC, mailboxes, tar files, record by record, never all at once.

Each record becomes a capture. One that cannot be read is a rejected capture with the reason; an
archive that breaks off gives what stands before the break, and a rejected capture for the rest.
"""

from collections import Counter
from collections.abc import Iterator

from pipeline.errors import UnreadableError
from pipeline.sources.json_lines import json_lines
from pipeline.sources.records import Extent, Record, rejected
from pipeline.sources.source import Source, SourceFile
from pipeline.sources.tables import groups_after, table_rows

WITHOUT_RECORDS = "archive without a record"


def readable_after(file: SourceFile, extent: Extent, row: int) -> Extent | None:
    """Return what of a part can be read where reading ends at a row: row groups behind its own."""
    return groups_after(file, extent, row) if file.kind == "parquet" else None


def records_of(
    file: SourceFile, extent: Extent, source: Source, left_aside: Counter[str]
) -> Iterator[Record]:
    """Yield the records of an archive, or of a part of it.

    What is no capture, such as a picture in a WARC, is counted in `left_aside` by what it is.
    """
    if file.kind == "json lines":
        read = json_lines(file, extent, source)
    elif file.kind == "parquet":
        read = table_rows(file, extent, source)
    elif file.kind == "mailbox":
        from pipeline.sources.mailboxes import mails  # noqa: PLC0415  few read mails

        read = mails(file, extent, source)
    elif file.kind == "tar":
        from pipeline.sources.tars import tar_records  # noqa: PLC0415  likewise

        read = tar_records(file, extent, source, left_aside)
    else:
        from pipeline.sources.warc import warc_records  # noqa: PLC0415  FastWARC, if there is one

        read = warc_records(file, extent, source, left_aside)
    last = file.name if extent.first == 1 else f"{file.name}:{extent.first - 1}+"
    found = False
    before = left_aside.total()
    try:
        for record in read:
            found = True
            last = f"{record.name.removesuffix('+')}+"
            yield record
    except UnreadableError as error:
        found = True
        yield rejected(last, f"{error.problem}; what follows in it is lost; {error.remedy}")
    if not found and extent == Extent() and left_aside.total() == before:
        left_aside[WITHOUT_RECORDS] += 1
