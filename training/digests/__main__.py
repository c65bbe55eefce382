"""Make the splitters of split-digests: of plain text, and of HTML.

    make train-digests DIGESTS=…/digest WCXB=…/wcxb-dev.parquet SILVER=…/pages-unlabelled.parquet

The same data, code and options give the same files, byte for byte. The header of each names all of
them, and the licence of the data.
"""

import argparse
import hashlib
import sys
from collections.abc import Sequence
from pathlib import Path

import msgspec

import pipeline.digests
from pipeline.digests.splitter import MARKUP_MODEL, TEXT_MODEL, Splitter, decoded, encoded
from pipeline.plan import brought_configs
from training.__main__ import fingerprint, repairs
from training.digests.brief import brief_pages
from training.digests.fit import fit
from training.digests.invented import INVENTED, invented_files, invented_pages
from training.digests.listed import LISTED, listed_pages
from training.digests.looked import FILE as LOOKED
from training.digests.page import Options
from training.digests.pages import Known, all_known, rows_of
from training.pages import Source, annotated, unannotated

LICENCE = (
    "Learned from listings with known items, from invented pages, and from listings put together "
    "from articles of WCXB 1.0, development part, by Murrough Foley, CC BY 4.0, and from its "
    "listings. No text of a page is in this file."
)
MODELS = {"html": MARKUP_MODEL, "text": TEXT_MODEL}
"""Form of capture → file in the package."""
MADE = {"text": 1000, "html": 700}
"""Listings that are put together, for each form."""
SHAPES = ("trees", "shapes", "bylines", "datelines", "folding", "blocks")


def code_files() -> list[Path]:
    """Return the modules that shape the splitters, and the languages' words."""
    package = Path(pipeline.digests.__file__).parent
    names = (
        *("outline", "capitals", "columns", "candidates", "evidence", "records", "cohesion"),
        *("around", "echoes", "splitter"),
    )
    shaping = [*(package / f"{name}.py" for name in names), package / "around.yaml"]
    shaping += [package.parent / f"{name}.py" for name in SHAPES]
    shaping += repairs()
    shaping += [package.parent / "markup" / "rendering.py"]
    shaping += sorted((brought_configs() / "languages").glob("*.yaml"))
    own = Path(__file__).parent
    return shaping + sorted(own.glob("*.py")) + [own / "phrases.yaml"]


def about(data: Sequence[Path], options: Options, form: str) -> dict[str, str]:
    """Return what the file says of itself."""
    return {
        "code": fingerprint(code_files()),
        "data": fingerprint(data),
        "form": form,
        "licence": LICENCE,
        "options": msgspec.json.encode(options).decode(),
    }


def data_files(digests: Path) -> list[Path]:
    """Return the files of the listings with known items, of pages looked at, and invented ones."""
    listings = [digests / "dev.jsonl.gz", *sorted((digests / "html").glob("*.html.gz"))]
    return [*listings, LOOKED, *invented_files()]


def sources_of(wcxb: Path, silver: Path | None) -> list[Source]:
    """Return the pages that listings are put together from, and that stay whole."""
    sources = annotated(wcxb)
    if silver:
        sources += unannotated(silver, {source.site for source in sources})
    return sources


def known_pages(form: str, digests: Path, sources: Sequence[Source]) -> list[Known]:
    """Return the pages that a splitter learns from, those that are invented among them.

    One of plain text learns from pages told briefly, too.
    """
    rows = rows_of(digests / "dev.jsonl.gz")
    known = list(all_known(form, rows, digests / "html", sources, MADE[form]))
    known += [*invented_pages(form), *listed_pages(form, sources)]
    if form == "text":
        known += brief_pages(sources)
    return known


def is_taught(known: Known) -> bool:
    """Tell whether a page is learned from: of real ones, not every rendering and form."""
    page = known.page
    if page.made or page.form.startswith(("html/", INVENTED, LISTED)):
        return True
    if not page.is_digest:
        return page.form in ("rp_full/full", "rp_main/full")
    return page.form.endswith(("/full", "/wrapless", "/bare"))


def main() -> None:
    """Read the data, learn, write the files."""
    parser = argparse.ArgumentParser(prog="training.digests", description=__doc__.splitlines()[0])
    parser.add_argument("--digests", type=Path, required=True, help="folder of dev.jsonl.gz, html/")
    parser.add_argument("--wcxb", type=Path, required=True, help="WCXB's pages, Parquet")
    parser.add_argument("--silver", type=Path, help="pages without annotation, Parquet")
    parser.add_argument("--form", choices=MODELS, help="one splitter only: of plain text, of HTML")
    parser.add_argument("--out", type=Path, help="folder to write to; default: the package")
    chosen = parser.parse_args()
    for path in (chosen.digests / "dev.jsonl.gz", chosen.wcxb, chosen.silver):
        if path and not path.is_file():
            sys.exit(f"error: {path}: no such file; name the file of the data set")
    data = [*data_files(chosen.digests), chosen.wcxb, *([chosen.silver] if chosen.silver else [])]
    sources = sources_of(chosen.wcxb, chosen.silver)
    options = Options()
    paths = {
        form: chosen.out / model.name if chosen.out else model for form, model in MODELS.items()
    }
    for form in [chosen.form] if chosen.form else MODELS:
        pages = known_pages(form, chosen.digests, sources)
        known = [each for each in pages if is_taught(each)]
        print(f"{form}: learning from {len(known):,} pages", flush=True)
        splitter = fit([each.page for each in known], options, about(data, options, form))
        write(splitter, paths[form])


def write(splitter: Splitter, path: Path) -> None:
    """Write a splitter, once it has been read back."""
    content = encoded(splitter)
    decoded(content, path)
    path.write_bytes(content)
    print(f"{path.name}: {len(content):,} bytes, sha256 {hashlib.sha256(content).hexdigest()}")


if __name__ == "__main__":
    main()
