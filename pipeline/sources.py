"""Where captures come from: folders, globs, single files, standard input.

Every file that a source names is either read, or rejected with its reason, or counted as left
aside for its ending; none is lost. Names are relative to the source, so that a corpus gives the
same records wherever it lies.
"""

import glob
import gzip
import hashlib
import os
import re
import sys
import zlib
from collections.abc import Iterable, Iterator, Sequence
from contextlib import AbstractContextManager
from pathlib import Path, PurePosixPath
from typing import Annotated, Protocol

import msgspec
import pyarrow as pa

from pipeline.document import Capture, Document
from pipeline.errors import SourceError, UnreadableError

TEXT_ENDINGS = (".txt", ".text", ".md")
HTML_ENDINGS = (".html", ".htm")
COMPRESSED_ENDINGS = (".gz", ".zst")
SIDECAR_ENDING = ".url"
STANDARD_INPUT = "-"
STANDARD_INPUT_NAME = "stdin"

_MARKUP_START = re.compile(rb"<(?:!doctype\s+html|html)\b", re.IGNORECASE)
FORM_BYTES = 4096
"""Whether a file without an ending of HTML is HTML is seen in so many bytes."""
_GLOB = re.compile(r"[*?\[]")
_ADDRESS = re.compile(r"(?:^|\n)\s*(?:URL\s*=\s*)?(https?://\S+)", re.IGNORECASE)


class Source(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """The captures of a corpus, as its file names them."""

    paths: tuple[str, ...]
    """Folders, globs and files, relative to the corpus file; `-` is standard input."""
    max_capture_bytes: Annotated[int, msgspec.Meta(ge=1, le=2**40)] = 64 * 1024 * 1024
    """A larger capture (decompressed) is rejected."""
    max_capture_seconds: Annotated[float, msgspec.Meta(gt=0)] = 300.0
    """A capture that takes longer is rejected, where there are several workers."""


class SourceFile(msgspec.Struct, frozen=True):
    """One file to read."""

    name: str
    """Path relative to the source, with forward slashes."""
    path: str
    """Where it is read; `-` for standard input. Never in a record."""


class Listing(msgspec.Struct, frozen=True):
    """What a source names."""

    files: tuple[SourceFile, ...]
    """In order of name."""
    left_aside: tuple[str, ...]
    """Names of files whose ending is none of a capture."""


def list_captures(source: Source, base: Path) -> Listing:
    """Return the files of a source; raise a SourceError if a path of it names nothing."""
    files: dict[str, SourceFile] = {}
    places: set[str] = set()
    left_aside: list[str] = []
    several = len(source.paths) > 1
    for path in source.paths:
        found, aside = _list_path(path, base)
        left_aside += aside
        prefix = f"{_root_name(path, base)}/" if several and not _is_single(path, base) else ""
        for file in found:
            place = os.path.abspath(file.path)
            if place in places and file.path != STANDARD_INPUT:
                continue
            places.add(place)
            named = msgspec.structs.replace(file, name=prefix + file.name)
            other = files.setdefault(named.name, named)
            if other.path != named.path:
                raise SourceError(
                    path,
                    f"two captures would be called {named.name}: {other.path} and {named.path}",
                    "name their common folder instead",
                )
    ordered = tuple(files[name] for name in sorted(files))
    if not ordered:
        raise SourceError(
            ", ".join(source.paths),
            "no capture found",
            f"captures end in {', '.join(TEXT_ENDINGS + HTML_ENDINGS)}, "
            f"each also with {' or '.join(COMPRESSED_ENDINGS)}",
        )
    return Listing(ordered, tuple(sorted(left_aside)))


def _is_single(path: str, base: Path) -> bool:
    return path == STANDARD_INPUT or (base / path).is_file()


def _root_name(path: str, base: Path) -> str:
    """Return the name of the folder that a path names or that its glob begins with."""
    return _fixed_part(base / path).resolve().name


def _fixed_part(pattern: Path) -> Path:
    """Return the folder of a glob above its first wildcard, or the path itself.

    >>> _fixed_part(Path("raw/2019/*.txt")).as_posix()
    'raw/2019'
    """
    parts = pattern.parts
    for at, part in enumerate(parts):
        if _GLOB.search(part):
            return Path(*parts[:at])
    return pattern


def _list_path(
    path: str, base: Path
) -> tuple[list[SourceFile], list[str]]:  # captures and names left aside
    if path == STANDARD_INPUT:
        return [SourceFile(STANDARD_INPUT_NAME, STANDARD_INPUT)], []
    place = base / Path(path).expanduser()
    if place.is_dir():
        return _sorted_out(_walk(place), place)
    if place.exists():
        return [SourceFile(_recordable(place.name), str(place))], []
    if _GLOB.search(path):
        root = _fixed_part(place)
        matches = [Path(match) for match in glob.glob(str(place), recursive=True)]
        inside = [
            each for match in matches for each in (_walk(match) if match.is_dir() else [match])
        ]
        if inside:
            return _sorted_out(sorted(set(inside)), root)
        raise SourceError(path, "matches no file", f"the pattern begins in {root}; check it")
    near = sorted(each.name for each in place.parent.glob("*"))[:8] if place.parent.is_dir() else []
    remedy = f"beside it are: {', '.join(near)}" if near else f"{place.parent} does not exist"
    raise SourceError(path, f"there is no such file or folder ({place})", remedy)


def _walk(folder: Path) -> list[Path]:
    """Return all files below a folder, in order, links to folders not followed."""
    return [
        Path(root) / name
        for root, folders, names in os.walk(folder, onerror=_raise_unlisted)
        for name in sorted(names)
        if folders.sort() is None
    ]


def _raise_unlisted(error: OSError) -> None:
    raise SourceError(
        str(error.filename), f"cannot be listed ({error.strerror})", "check its rights"
    )


def _sorted_out(
    paths: Iterable[Path], root: Path
) -> tuple[list[SourceFile], list[str]]:  # captures and names left aside
    files: list[SourceFile] = []
    left_aside: list[str] = []
    for path in paths:
        name = _recordable(path.relative_to(root).as_posix())
        if is_capture_name(path.name):
            files.append(SourceFile(name, str(path)))
        elif not _is_sidecar(path):
            left_aside.append(name)
    return files, left_aside


def _recordable(name: str) -> str:
    r"""Return a file's name as text; bytes of it that are no UTF-8 as `\xff`.

    >>> _recordable("b\udcff.txt")
    'b\\xff.txt'
    """
    return name.encode("utf-8", "surrogateescape").decode("utf-8", "backslashreplace")


def is_capture_name(name: str) -> bool:
    """Tell whether a file's ending is one of a capture.

    >>> [is_capture_name(name) for name in ("a.txt", "b.HTML.gz", "c.md.zst", "d.pdf", "e.gz")]
    [True, True, True, False, False]
    """
    return _plain_name(name).lower().endswith(TEXT_ENDINGS + HTML_ENDINGS)


def _plain_name(name: str) -> str:
    """Return a name without the ending of a compression."""
    return name[: -len(PurePosixPath(name).suffix)] if _is_compressed(name) else name


def _is_compressed(name: str) -> bool:
    return name.lower().endswith(COMPRESSED_ENDINGS)


def _is_sidecar(path: Path) -> bool:
    """Tell whether a file is the sidecar of a capture beside it, or a hidden file of a system."""
    return path.name.endswith(SIDECAR_ENDING) and any(
        is_capture_name(other.name) for other in path.parent.glob(f"{glob.escape(path.stem)}*")
    )


def fingerprint(files: Sequence[SourceFile], contents: Iterable[bytes]) -> str:
    """Return the SHA-256 of the names and contents of captures, in their order."""
    digest = hashlib.sha256()
    for file, content in zip(files, contents, strict=True):
        digest.update(f"{file.name}\0{len(content)}\0".encode())
        digest.update(content)
    return digest.hexdigest()


def raw_contents(files: Sequence[SourceFile]) -> Iterator[bytes]:
    """Yield what shapes the records of each file: its bytes as stored, and its sidecar's."""
    for file in files:
        if file.path == STANDARD_INPUT:
            yield standard_input()
            continue
        try:
            path = Path(file.path)
            content = b"" if path.exists() and not path.is_file() else path.read_bytes()
        except OSError as error:
            content = f"unreadable: {error.strerror}".encode()
        yield content + b"\0" + sidecar_url(file.path).encode()


def read_capture(file: SourceFile, max_bytes: int) -> Document:
    """Return a capture with its bytes; one that cannot be read is rejected with the reason."""
    try:
        content = _content(file, max_bytes)
    except UnreadableError as error:
        reason = f"read: {error.problem}" + (f"; {error.remedy}" if error.remedy else "")
        return rejected_capture(file, reason)
    capture = Capture(
        id=_capture_id(file.name, content),
        source=file.name,
        form=_form(file.name, content),
        url="" if file.path == STANDARD_INPUT else sidecar_url(file.path),
        size_bytes=len(content),
        content=content,
    )
    return Document(capture)


def rejected_capture(file: SourceFile, reason: str) -> Document:
    """Return a capture that is rejected before it is read."""
    return Document(Capture(id=_capture_id(file.name, b""), source=file.name), rejected=reason)


def _capture_id(name: str, content: bytes) -> str:
    return hashlib.sha256(name.encode() + b"\0" + content).hexdigest()[:16]


def _form(name: str, content: bytes) -> str:
    """Return `html` for a file that is called so or begins so, else `text`."""
    is_html = _plain_name(name).lower().endswith(HTML_ENDINGS)
    return "html" if is_html or _MARKUP_START.match(_without_prologue(content)) else "text"


def _without_prologue(content: bytes) -> bytes:
    """Return the start of a file without byte order mark, blanks, comments, XML declaration."""
    rest = content[:FORM_BYTES].removeprefix(b"\xef\xbb\xbf").lstrip()
    for _ in range(FORM_BYTES):
        if rest.startswith(b"<!--"):
            _, end, rest = rest.partition(b"-->")
        elif rest.startswith(b"<?"):
            _, end, rest = rest.partition(b">")
        else:
            break
        rest = rest.lstrip() if end else b""
    return rest


def sidecar_url(path: str) -> str:
    """Return the address in the sidecar of a capture (`page.txt.url` or `page.url`), or ``.

    The sidecar holds the address alone, or is a shortcut file with a line `URL=…`.
    """
    capture = Path(path)
    names = [capture.name, _plain_name(capture.name), PurePosixPath(_plain_name(capture.name)).stem]
    for name in dict.fromkeys(names):
        sidecar = capture.with_name(name + SIDECAR_ENDING)
        if not sidecar.is_file():
            continue
        try:
            match = _ADDRESS.search(sidecar.read_text(encoding="utf-8", errors="replace"))
        except OSError:
            continue
        if match:
            return match[1]
    return ""


def standard_input() -> bytes:
    """Return all of standard input; it is read once and remembered."""
    if not _standard_input:
        _standard_input.append(sys.stdin.buffer.read())
    return _standard_input[0]


_standard_input: list[bytes] = []


def _content(file: SourceFile, max_bytes: int) -> bytes:
    """Return a file's decompressed bytes, or raise an UnreadableError that says why not."""
    if file.path == STANDARD_INPUT:
        content = standard_input()
        return _bounded(content, file.name, max_bytes)
    if Path(file.path).exists() and not Path(file.path).is_file():
        raise UnreadableError(file.name, "is no regular file", "pipes and devices are not read")
    try:
        with _opened(Path(file.path)) as stream:
            return _bounded(bytes(stream.read(max_bytes + 1)), file.name, max_bytes)
    except (EOFError, zlib.error, gzip.BadGzipFile, pa.ArrowInvalid) as error:
        raise UnreadableError(
            file.name, f"broken {Path(file.path).suffix} file ({error})", "fetch it again"
        ) from error
    except OSError as error:
        raise _unreadable(file, error) from error


def _unreadable(file: SourceFile, error: OSError) -> UnreadableError:
    """Return the error for a file that the system, or the decompressor, does not give."""
    if error.strerror is None and _is_compressed(file.name):
        return UnreadableError(
            file.name, f"broken {Path(file.path).suffix} file ({error})", "fetch it again"
        )
    remedy = "check its rights"
    if isinstance(error, FileNotFoundError):
        remedy = "the link leads nowhere, or the file was removed during the run"
    return UnreadableError(
        file.name, f"cannot be opened ({error.strerror or type(error).__name__})", remedy
    )


def _opened(path: Path) -> AbstractContextManager["_Readable"]:
    """Return a file's decompressed stream, by its ending."""
    ending = path.suffix.lower()
    if ending == ".gz":
        return gzip.open(path, "rb")
    if ending == ".zst":
        raw = pa.PythonFile(path.open("rb"), "r")
        stream: AbstractContextManager[_Readable] = pa.CompressedInputStream(raw, "zstd")
        return stream
    return path.open("rb")


class _Readable(Protocol):
    def read(self, size: int, /) -> bytes: ...


def _bounded(content: bytes, name: str, max_bytes: int) -> bytes:
    if len(content) > max_bytes:
        raise UnreadableError(
            name,
            f"larger than max_capture_bytes ({max_bytes:,} bytes)",
            "raise it in the corpus file if this is one page",
        )
    return content
