"""Make the line model of strip-boilerplate.

    make train-boilerplate WCXB=…/wcxb-dev.parquet SILVER=…/pages-unlabelled.parquet

The same data, code and options give the same file, byte for byte. Its header names all of them, and
the licence of the data.
"""

import argparse
import hashlib
import sys
from collections.abc import Iterable
from pathlib import Path

import msgspec

import pipeline.boilerplate
from pipeline.boilerplate.line_model import decoded, encoded
from pipeline.plan import brought_configs
from training.fit import fit
from training.page import Options
from training.pages import RENDERERS, all_pages, annotated, missing_commands, unannotated

MODEL = Path(pipeline.boilerplate.__file__).with_name("line_model.bin")
LICENCE = (
    "Weights learned from WCXB 1.0, development part, by Murrough Foley, CC BY 4.0. "
    "No text of its pages is in this file: words stand in it only as sums of weights of hashes."
)
RENDERINGS = tuple(RENDERERS)


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


def code_files() -> list[Path]:
    """Return the modules that shape the model, and the languages' words that join lines."""
    package = Path(pipeline.boilerplate.__file__).parent
    names = ("signs", "grams", "features", "context", "line_model")
    shaping = [package / f"{name}.py" for name in names]
    shaping += sorted((package.parent / "encoding").glob("*.py"))
    shaping += sorted((brought_configs() / "languages").glob("*.yaml"))
    return shaping + sorted(Path(__file__).parent.glob("*.py"))


def about(data: list[Path], options: Options) -> dict[str, str]:
    """Return what the file says of itself."""
    return {
        "code": fingerprint(code_files()),
        "data": fingerprint(data),
        "licence": LICENCE,
        "options": msgspec.json.encode(options).decode(),
    }


def main() -> None:
    """Read the data, learn, write the file."""
    parser = argparse.ArgumentParser(prog="training", description=__doc__.splitlines()[0])
    parser.add_argument("--wcxb", type=Path, required=True, help="WCXB's pages, Parquet")
    parser.add_argument("--silver", type=Path, help="pages without annotation, Parquet")
    parser.add_argument("--out", type=Path, default=MODEL, help="file to write")
    parser.add_argument("--seed", type=int, default=Options().seed)
    chosen = parser.parse_args()
    data = [path for path in (chosen.wcxb, chosen.silver) if path]
    for path in data:
        if not path.is_file():
            sys.exit(f"error: {path}: no such file; name the Parquet file of the data set")
    if missing := missing_commands(RENDERINGS):
        sys.exit(f"error: {' and '.join(missing)} not found; install with apt-get or brew")
    options = Options(seed=chosen.seed)
    sources = annotated(chosen.wcxb)
    if chosen.silver:
        sources += unannotated(chosen.silver, {source.site for source in sources})
    ways = options.renderings_a_page
    print(f"rendering {len(sources):,} pages, each in {ways} of {len(RENDERINGS)} ways", flush=True)
    pages = all_pages(sources, RENDERINGS, ways)
    print(f"learning from {len(pages):,} renderings", flush=True)
    content = encoded(fit(pages, options, about(data, options)))
    decoded(content, chosen.out)
    chosen.out.write_bytes(content)
    print(
        f"{chosen.out.name}: {len(content):,} bytes, sha256 {hashlib.sha256(content).hexdigest()}"
    )


if __name__ == "__main__":
    main()
