"""Make the line models of strip-boilerplate: of plain text, and of HTML.

    make train-boilerplate WCXB=…/wcxb-dev.parquet SILVER=…/pages-unlabelled.parquet

The same data, code and options give the same files, byte for byte. The header of each names all of
them, and the licence of the data.
"""

import argparse
import hashlib
import sys
from collections.abc import Iterable, Sequence
from pathlib import Path

import msgspec

import pipeline.boilerplate
import pipeline.encoding
from pipeline.boilerplate.line_model import MARKUP_MODEL, TEXT_MODEL, decoded, encoded
from pipeline.plan import brought_configs
from training.fit import fit
from training.page import Options
from training.pages import (
    HTML,
    RENDERERS,
    Source,
    all_pages,
    annotated,
    missing_commands,
    unannotated,
)

LICENCE = (
    "Weights learned from WCXB 1.0, development part, by Murrough Foley, CC BY 4.0. "
    "No text of its pages is in this file: words stand in it only as sums of weights of hashes."
)
RENDERINGS = {"text": tuple(RENDERERS), "html": (HTML,)}
MODELS = {"text": TEXT_MODEL, "html": MARKUP_MODEL}
"""Form of capture → file in the package."""


def fingerprint(paths: Iterable[Path]) -> str:
    """Return the SHA-256 of files, in the order given."""
    digest = hashlib.sha256()
    for path in paths:
        if path.suffix in (".py", ".yaml"):
            digest.update(path.read_bytes().replace(b"\r\n", b"\n"))
            continue
        with path.open("rb") as file:
            while part := file.read(1 << 20):
                digest.update(part)
    return digest.hexdigest()


def repairs() -> list[Path]:
    """Return the modules that repair and join the lines that are learned from, all in UTF-8."""
    folder = Path(pipeline.encoding.__file__).parent
    modules = [path for path in sorted(folder.glob("*.py")) if path.name != "charset.py"]
    return [*modules, folder.parent / "joining.py"]


def code_files() -> list[Path]:
    """Return the modules that shape the model, and the languages' words that join lines."""
    package = Path(pipeline.boilerplate.__file__).parent
    names = (
        "signs",
        "grams",
        "extent",
        "features",
        "context",
        "line_model",
        "markup_features",
        "names",
    )
    shaping = [package / f"{name}.py" for name in names]
    shaping += [package.parent / "trees.py", *repairs()]
    shaping += [package.parent / "markup" / f"{name}.py" for name in ("head", "rendering")]
    shaping += sorted((brought_configs() / "languages").glob("*.yaml"))
    return shaping + sorted(Path(__file__).parent.glob("*.py"))


def about(data: list[Path], options: Options, form: str) -> dict[str, str]:
    """Return what the file says of itself."""
    return {
        "code": fingerprint(code_files()),
        "data": fingerprint(data),
        "form": form,
        "licence": LICENCE,
        "options": msgspec.json.encode(options).decode(),
    }


def main() -> None:
    """Read the data, learn, write the files."""
    parser = argparse.ArgumentParser(prog="training", description=__doc__.splitlines()[0])
    parser.add_argument("--wcxb", type=Path, required=True, help="WCXB's pages, Parquet")
    parser.add_argument("--silver", type=Path, help="pages without annotation, Parquet")
    parser.add_argument("--form", choices=MODELS, help="one model only: of plain text, or of HTML")
    parser.add_argument("--out", type=Path, help="folder to write to; default: the package")
    parser.add_argument("--seed", type=int, default=Options().seed)
    chosen = parser.parse_args()
    data = [path for path in (chosen.wcxb, chosen.silver) if path]
    for path in data:
        if not path.is_file():
            sys.exit(f"error: {path}: no such file; name the Parquet file of the data set")
    if missing := missing_commands(RENDERINGS["text"]):
        sys.exit(f"error: {' and '.join(missing)} not found; install with apt-get or brew")
    options = Options(seed=chosen.seed)
    sources = annotated(chosen.wcxb)
    if chosen.silver:
        sources += unannotated(chosen.silver, {source.site for source in sources})
    for form in [chosen.form] if chosen.form else MODELS:
        path = chosen.out / MODELS[form].name if chosen.out else MODELS[form]
        make(form, sources, options, data, path)


def make(
    form: str, sources: Sequence[Source], options: Options, data: list[Path], path: Path
) -> None:
    """Make the model of one form of capture."""
    renderings = RENDERINGS[form]
    ways = min(options.renderings_a_page, len(renderings))
    print(f"reading {len(sources):,} pages, each in {ways} of {len(renderings)} ways", flush=True)
    pages = all_pages(sources, renderings, ways)
    print(f"learning from {len(pages):,} renderings", flush=True)
    content = encoded(fit(pages, options, about(data, options, form)))
    decoded(content, path)
    path.write_bytes(content)
    print(f"{path.name}: {len(content):,} bytes, sha256 {hashlib.sha256(content).hexdigest()}")


if __name__ == "__main__":
    main()
