"""Working shards: what one stage run alone hands to the next, documents as they are.

A file is a run of MessagePack records (msgspec), zstd-compressed: a header with the stamp of what
made it, then for each capture a list of its documents.
"""

from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import Any

import msgspec
import pyarrow as pa

from pipeline.document import Document
from pipeline.errors import WorkingShardError
from pipeline.storage.files import written_whole

LENGTH_BYTES = 4


class Header(msgspec.Struct, frozen=True):
    """What a working shard is."""

    stage: str
    plan: str
    """Fingerprint of the plan up to and with the stage."""
    source: str


def working_path(folder: Path, stage: str, name: str) -> Path:
    """Return where a stage's working shard stands."""
    return folder / "work" / stage / f"{name}.msgpack.zst"


class WorkingShard:
    """Writes one working shard, capture by capture; it appears when its context is left."""

    def __init__(self, path: Path, header: Header) -> None:
        self._encoder = msgspec.msgpack.Encoder()
        with ExitStack() as stack:
            stream = stack.enter_context(written_whole(path))
            raw = pa.PythonFile(stream, "w")
            self._stream = stack.enter_context(pa.CompressedOutputStream(raw, "zstd"))
            self._put(self._encoder.encode(header))
            self._stack = stack.pop_all()

    def __enter__(self) -> "WorkingShard":
        return self

    def __exit__(self, *error: Any) -> None:
        self._stack.__exit__(*error)

    def add(self, documents: Sequence[Document]) -> None:
        """Add all documents of one capture."""
        self._put(self._encoder.encode(documents))

    def _put(self, record: bytes) -> None:
        self._stream.write(len(record).to_bytes(LENGTH_BYTES, "big"))
        self._stream.write(record)


@contextmanager
def _opened(path: Path) -> Iterator[pa.NativeFile]:
    with (
        path.open("rb") as raw,
        pa.CompressedInputStream(pa.PythonFile(raw, "r"), "zstd") as stream,
    ):
        yield stream


def read_header(path: Path) -> Header | None:
    """Return the header of a working shard, or None if it is missing or none."""
    try:
        with _opened(path) as stream:
            return msgspec.msgpack.decode(_record(stream), type=Header)
    except (OSError, pa.ArrowInvalid, msgspec.DecodeError):
        return None


def read_working(path: Path) -> Iterator[list[Document]]:
    """Yield for each capture of a working shard the list of its documents."""
    decoder = msgspec.msgpack.Decoder(list[Document])
    try:
        with _opened(path) as stream:
            _record(stream)
            while record := _record(stream):
                yield decoder.decode(record)
    except (OSError, msgspec.DecodeError) as error:
        raise WorkingShardError(
            str(path), f"cannot be read ({error})", "run the stage before again"
        ) from error


def _record(stream: pa.NativeFile) -> bytes:
    """Return the next record, or b"" at the end."""
    length = int.from_bytes(stream.read(LENGTH_BYTES), "big")
    return bytes(stream.read(length)) if length else b""
