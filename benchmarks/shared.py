"""The data sets that are measured on; no part of the project."""

import os
import sys
from pathlib import Path


def data_sets(*names: str) -> list[Path]:
    """Return files of the data sets' folder, bench/ in PIPELINE_SHARED (default ../shared).

    Ends the benchmark, saying so, where one is not there.
    """
    folder = Path(os.environ.get("PIPELINE_SHARED", "../shared")) / "bench"
    paths = [folder / name for name in names]
    if missing := [path for path in paths if not path.exists()]:
        sys.exit(f"skipped: {missing[0]} is not there; PIPELINE_SHARED names the folder above")
    return paths


def wcxb() -> Path:
    """Return the file of WCXB's development part (by Murrough Foley, CC BY 4.0)."""
    (path,) = data_sets("wcxb-dev.parquet")
    return path
