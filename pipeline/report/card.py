"""README.md of an output: the data set's card in the form of Hugging Face's, of the run's figures.

It is written anew by each run for as long as its mark stands in it; a card without the mark is a
person's, and stays.
"""

from collections.abc import Iterable, Mapping
from pathlib import Path

import pyarrow as pa
import yaml

from pipeline import __version__
from pipeline.document import BOILERPLATE_LABELS
from pipeline.manifest import Manifest
from pipeline.storage.files import written_whole
from pipeline.storage.schema import AUDIT, DOCUMENTS
from pipeline.summary import Summary

NAME = "README.md"
MARK = "<!-- Written by the run. Take this line out, and runs leave the card as it is. -->"
SIZES = ((10**3, "n<1K"), (10**4, "1K<n<10K"), (10**5, "10K<n<100K"), (10**6, "100K<n<1M"))
LARGEST = "1M<n<10M"
UNKNOWN_LANGUAGE = "und"
PARTITIONED = "*/"


def write_card(summary: Summary, manifest: Manifest, folder: Path) -> Path | None:
    """Write the card and return where, or None if a person's stands there."""
    path = folder / NAME
    if path.is_dir():
        return None
    if path.exists() and MARK not in path.read_text(encoding="utf-8", errors="replace"):
        return None
    with written_whole(path) as stream:
        stream.write(card(summary, manifest).encode())
    return path


def card(summary: Summary, manifest: Manifest) -> str:
    """Return the card."""
    parts = (
        f"---\n{_front_matter(summary, manifest)}---\n{MARK}\n\n# {summary.corpus}",
        _counts(summary),
        "## Languages\n\n" + _table(("language", "documents"), summary.languages.items()),
        _loading(manifest),
        "## Fields\n\n`documents`, a row an article:\n\n" + _fields(_documents(manifest)),
        "`audit`, a row a line of a capture:\n\n" + _fields(AUDIT),
        _removed(summary),
        _making(manifest),
    )
    return "\n\n".join(parts) + "\n"


def _front_matter(summary: Summary, manifest: Manifest) -> str:
    """Return the YAML that Hugging Face reads."""
    languages = {name.partition("-")[0] for name in summary.languages} - {UNKNOWN_LANGUAGE}
    files = {
        "documents": f"documents/{PARTITIONED if _is_partitioned(manifest) else ''}*.parquet",
        "audit": "audit/*.parquet",
    }
    content = {
        "pretty_name": summary.corpus,
        "language": sorted(languages),
        "size_categories": [_size(summary.documents)],
        "license": "unknown",
        "configs": [
            {"config_name": name, "data_files": place, **({"default": True} if not at else {})}
            for at, (name, place) in enumerate(files.items())
        ],
    }
    return str(yaml.safe_dump(content, sort_keys=False, allow_unicode=True))


def _documents(manifest: Manifest) -> pa.Schema:
    """Return the schema of the documents' files."""
    if not _is_partitioned(manifest):
        return DOCUMENTS
    return DOCUMENTS.remove(DOCUMENTS.get_field_index("language"))


def _is_partitioned(manifest: Manifest) -> bool:
    stages = manifest.plan.get("stages")
    options = stages[-1] if isinstance(stages, list) and stages else {}
    return isinstance(options, dict) and options.get("partition") == "language"


def _size(documents: int) -> str:
    """Return the category of a data set's size.

    >>> _size(35), _size(20_000), _size(3_000_000)
    ('n<1K', '10K<n<100K', '1M<n<10M')
    """
    return next((name for most, name in SIZES if documents < most), LARGEST)


def _counts(summary: Summary) -> str:
    return (
        f"{summary.documents:,} documents with {summary.words:,} words, of {summary.captures:,} "
        f"captured pages: {summary.published:,} published, {summary.empty:,} with nothing to "
        f"publish, {summary.rejected:,} rejected. All {summary.lines:,} lines of the pages stand "
        "in `audit`, each with its label and the reason for it."
    )


def _loading(manifest: Manifest) -> str:
    """Return how the data set is read."""
    deep = PARTITIONED if _is_partitioned(manifest) else ""
    text = """## Reading it

```python
from datasets import load_dataset

documents = load_dataset("parquet", data_files="documents/DEEP*.parquet", split="train")
```

```python
import polars as pl

pl.read_parquet("documents").group_by("language").len()
```

```sql
-- DuckDB: what was taken out, and by what
select label, reason, count(*) from 'audit/*.parquet' group by all order by 3 desc;
```

The capture in a row of `documents` is the `capture` of its lines in `audit`."""
    if deep:
        text += (
            "\n\nThe language is the name of the folder, `documents/language=en`. Polars, pandas, "
            "DuckDB and Spark read it as a column; with datasets name the folders: "
            '`data_files={"en": "documents/language=en/*.parquet"}`.'
        )
    return text.replace("DEEP", deep)


def _fields(schema: pa.Schema) -> str:
    rows = ((f"`{field.name}`", str(field.type), _description(field)) for field in schema)
    return _table(("field", "type", "what it is"), rows)


def _description(field: pa.Field) -> str:
    description: str = field.metadata[b"description"].decode()
    return description.replace("|", "\\|")


def _removed(summary: Summary) -> str:
    rows = [
        (each.label, f"{each.lines:,}", f"{each.words:,}")
        for each in summary.labels
        if each.label in BOILERPLATE_LABELS
    ]
    return "## What is not in the text\n\n" + _table(("label", "lines", "words"), rows)


def _making(manifest: Manifest) -> str:
    """Return what made the data set: the plan's stages and versions."""
    stages = manifest.plan.get("stages")
    packages = manifest.plan.get("packages")
    named = packages.items() if isinstance(packages, Mapping) else ()
    versions = ", ".join(f"{name} {version}" for name, version in named)
    options = yaml.safe_dump({"stages": stages}, sort_keys=False, allow_unicode=True)
    return (
        f"## How it was made\n\nBy pipeline {__version__} with {versions}; fingerprint of the plan "
        f"`{manifest.plan_fingerprint}`, of the captures `{manifest.source_fingerprint}`.\n\n"
        f"```yaml\n{options}```"
    )


def _table(names: tuple[str, ...], rows: Iterable[tuple[object, ...]]) -> str:
    """Return a table in Markdown.

    >>> print(_table(("language", "documents"), [("en", 3)]))
    | language | documents |
    |---|---|
    | en | 3 |
    """
    lines = [names, *rows]
    written = ["| " + " | ".join(map(str, line)) + " |" for line in lines]
    return "\n".join([written[0], "|" + "---|" * len(names), *written[1:]])
