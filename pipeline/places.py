"""Where files lie: in a folder of this machine, or at an address that fsspec knows.

A local path is a `pathlib.Path`. An address (`s3://bucket/pages`, `https://…`, `memory://…`) is a
path of universal_pathlib, which has the same methods and asks the file system of its kind.
"""

from pathlib import Path
from typing import Any, cast

from pipeline.errors import OutputError, SourceError

SCHEME = "://"
EXTRAS = {"s3": "s3", "s3a": "s3", "gs": "gs", "gcs": "gs", "hf": "hf", "http": "http"}
"""Scheme → extra of the package that brings what reads it; https is as http."""


def is_address(path: str) -> bool:
    """Tell whether a path is an address rather than a place of this machine.

    >>> is_address("s3://bucket/pages"), is_address("raw/pages"), is_address("C:/pages")
    (True, False, False)
    """
    return SCHEME in path


def place_of(path: str) -> Path:
    """Return a path as an object; raise a SourceError for an address that nothing here can read."""
    if not is_address(path):
        return Path(path)
    from upath import UPath  # noqa: PLC0415  a fiftieth of a second that few runs need

    scheme = path.partition(SCHEME)[0]
    try:
        place = UPath(path)
        place.fs  # noqa: B018  made here, so that what is missing is said here
    except (ImportError, ValueError) as error:
        extra = EXTRAS.get(scheme, EXTRAS.get(scheme.rstrip("s"), ""))
        remedy = f"pip install 'pipeline[{extra}]'" if extra else "name one that fsspec knows"
        raise SourceError(path, f"nothing here reads {scheme}:// ({error})", remedy) from error
    return cast("Path", place)


def refuse_unreached(path: str) -> None:
    """Raise an OutputError if an address cannot be reached: no network, no credentials, no bucket.

    Stores raise what they like, of many packages; asked here, it is one error that says where.
    """
    if not is_address(path):
        return
    try:
        place_of(path).exists()
    except Exception as error:
        raise OutputError(
            path,
            f"cannot be reached ({type(error).__name__}: {error})",
            "check the address and its credentials",
        ) from error


def file_system(address: str) -> Any:
    """Return fsspec's file system of an address."""
    place: Any = place_of(address)
    return place.fs
