"""Archives of a few pages, as other tools write them. Synthetic cases."""

import gzip
import io
import json
import tarfile
from collections.abc import Iterable, Sequence
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq

SENTENCES = (
    "The boats came back late on Friday, and nobody had waited for them on the quay.",
    "The lamp at the end of the pier was out for the first time in forty years.",
    "So they tied the boats to each other, as their grandfathers had done in the storm.",
)


def text_of(at: int) -> str:
    """Return a page's text."""
    return "\n\n".join((f"This was day {at} of the storm, as the keeper wrote it.", *SENTENCES))


def text_files(folder: Path, count: int) -> Path:
    """Write so many pages, a file of plain text each, into a new folder; return it."""
    folder.mkdir(parents=True)
    for at in range(count):
        (folder / f"{at}.txt").write_text(text_of(at))
    return folder


def record(at: int, **other: object) -> dict[str, object]:
    """Return a page as a record."""
    url = f"https://harbour.example/{at}"
    return {"id": f"p{at}", "text": text_of(at), "url": url, "score": at / 4, **other}


def json_lines(records: Sequence[object]) -> bytes:
    return b"".join(json.dumps(each).encode() + b"\n" for each in records)


def compressed(content: bytes, ending: str) -> bytes:
    if ending == ".gz":
        return gzip.compress(content, mtime=0)
    sink = pa.BufferOutputStream()
    with pa.CompressedOutputStream(sink, "zstd") as stream:
        stream.write(content)
    return sink.getvalue().to_pybytes()


def parquet(path: Path, records: Sequence[dict[str, object]], rows_a_group: int = 1000) -> None:
    pq.write_table(pa.Table.from_pylist(list(records)), path, row_group_size=rows_a_group)


def warc_record(url: str, block: bytes, kind: str = "response", mime: str = "") -> bytes:
    """Return one record of a WARC."""
    mime = mime or "application/http; msgtype=response"
    head = (
        f"WARC/1.0\r\nWARC-Type: {kind}\r\nWARC-Target-URI: {url}\r\n"
        f"WARC-Date: 2026-01-02T03:04:05Z\r\nWARC-Record-ID: <urn:uuid:{url}>\r\n"
        f"Content-Type: {mime}\r\nContent-Length: {len(block)}\r\n\r\n"
    )
    return head.encode() + block + b"\r\n\r\n"


def answer(body: bytes, *headers: str, status: str = "200 OK") -> bytes:
    """Return an HTTP answer."""
    lines = "\r\n".join((f"HTTP/1.1 {status}", *headers))
    return f"{lines}\r\n\r\n".encode() + body


def page(at: int) -> str:
    paragraphs = "".join(f"<p>{each}</p>" for each in text_of(at).split("\n\n"))
    return f"<html><body><h1>Day {at} of the storm</h1>{paragraphs}</body></html>"


def tar_file(
    files: Iterable[tuple[str, bytes | str | None]], kind: int = tarfile.PAX_FORMAT
) -> bytes:
    """Return a tar file: of members path and bytes, or where it links to, or None of a folder."""
    stream = io.BytesIO()
    with tarfile.open(fileobj=stream, mode="w", format=kind) as archive:
        for name, content in files:
            info = tarfile.TarInfo(name)
            if content is None:
                info.type = tarfile.DIRTYPE
            elif isinstance(content, str):
                info.type, info.linkname = tarfile.SYMTYPE, content
            else:
                info.size = len(content)
            archive.addfile(info, io.BytesIO(content) if isinstance(content, bytes) else None)
    return stream.getvalue()
