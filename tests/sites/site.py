"""A made-up site: articles of their own text, with what such a site repeats around and in them."""

import json
import random
from pathlib import Path

HOST = "courier.example"
PROMOTION = (
    "Follow the regatta minute by minute in the tide diary that the Courier keeps all summer."
)
NOTICE = "The Courier is printed on the quay at Pellham by the same three families since the flood."
HEADING = "What the harbour office says"
WHO = ("ferry", "pilot", "baker", "keeper", "warden", "diver", "sailor", "mayor", "clerk", "weaver")
DID = ("mended", "painted", "moored", "carried", "counted", "found", "lifted", "sold", "measured")
WHAT = ("lantern", "rope", "anchor", "ledger", "barrel", "window", "bridge", "chain", "engine")
WHERE = ("quay", "pier", "mill", "market", "chapel", "station", "ridge", "meadow", "weir", "tower")


def sentence(draw: random.Random) -> str:
    who, other = draw.sample(WHO, 2)
    what, where = draw.choice(WHAT), draw.choice(WHERE)
    number = draw.randrange(3, 900)
    return (
        f"The {who} {draw.choice(DID)} the {what} near the {where} after {number} days, and the "
        f"{other} said that nobody had {draw.choice(DID)} it before."
    )


def paragraphs(number: int) -> list[str]:
    draw = random.Random(f"article {number}")
    return [" ".join(sentence(draw) for _ in range(3)) for _ in range(6)]


def title(number: int) -> str:
    draw = random.Random(f"title {number}")
    return f"The {draw.choice(WHO)} of {draw.choice(WHERE)} number {number} comes home"


def page(number: int, read_most: tuple[int, ...] = ()) -> str:
    """Return a page as it was copied; `read_most` are the articles in its box of teasers."""
    text = paragraphs(number)
    box = [line for each in read_most for line in (title(each), paragraphs(each)[0])]
    return "\n\n".join(
        [
            *("The Pellham Courier", "Home", "Harbour", "Weather", title(number)),
            *(*text[:2], PROMOTION, *text[2:4], HEADING, *text[4:]),
            *(NOTICE, *box, "Contact the editors", "© 2024 The Pellham Courier"),
        ]
    )


def archive(path: Path, pages: list[tuple[str, str]]) -> Path:
    """Write (address, text) as JSON lines."""
    records = [json.dumps({"url": url, "text": text}) for url, text in pages]
    path.write_text("".join(f"{each}\n" for each in records), encoding="utf-8")
    return path


def addressed(number: int) -> str:
    return f"https://www.{HOST}/articles/{number}"


def listing(numbers: range, read_most: tuple[int, ...] = ()) -> str:
    """Return a page that lists articles, each with its date, title and first sentence."""
    lines = ["The Pellham Courier", "Home", "Harbour", "Weather", "All articles"]
    for each in numbers:
        lines += [f"{each % 27 + 1} May 2024", title(each), paragraphs(each)[0], "Read more"]
    lines += [NOTICE, *(line for each in read_most for line in (title(each), paragraphs(each)[0]))]
    return "\n\n".join([*lines, "Contact the editors", "© 2024 The Pellham Courier"])
