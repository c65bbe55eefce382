"""Listings put together from articles, in as many ways as sites build them.

Real listings with known items are few. What stands where on them (date above, byline below, “read
more”, a bar of tags) is drawn here at random, the articles' titles and first paragraphs fill it,
and the page of some site gives the menus around it. `TITLE` and `TEXT` mark, in the markup, where
titles and texts begin: they come out of any renderer where those do.
"""

import html
import random
import re
from collections.abc import Sequence
from functools import cache
from itertools import groupby
from operator import itemgetter
from pathlib import Path
from typing import Any

import lxml.html
import msgspec
import yaml

TITLE, TEXT = "\ue001", "\ue002"
"""Marks of the private use area, which no page has and no renderer changes."""
PHRASES = Path(__file__).with_name("phrases.yaml")
_WEEKDAYS = ["Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday"]
_SENTENCE = re.compile(r"(?<=[.!?。])\s+")
_POINT = re.compile(r"[-•*]\s+")
_CODE = [
    "import tide",
    "for boat in harbour:",
    "    print(boat.name, boat.length)",
    "make install",
    "$ tide --port 8080 --quiet",
    "if (level > 3) {",
    "  gate.close();",
    "}",
    "SELECT name FROM boats WHERE length > 12;",
    "level: 3",
    "return sorted(boats, key=length)",
    "Error: no such harbour",
]


class Article(msgspec.Struct, frozen=True):
    """What a listing is made of."""

    title: str
    paragraphs: tuple[str, ...]


@cache
def phrases(language: str) -> dict[str, list[str]]:
    """Return what stands beside items in a language; in English where we have no other."""
    known: dict[str, dict[str, list[str]]] = yaml.safe_load(PHRASES.read_text(encoding="utf-8"))
    return known.get(language, known["en"])


class Style(msgspec.Struct):
    """How one listing is built; drawn at random."""

    words: dict[str, list[str]]
    kind: str
    has: dict[str, bool]
    date: str
    separator: str
    by: str
    on: str
    more: str
    author: str
    meta: str
    category: str
    drop: float
    meta_tag: str
    order: bool
    joined: bool
    whole: bool
    paragraphs: int
    sections: float
    headed: float
    section_tag: str
    code: float
    lists: bool
    short_lines: bool
    empty: float


def style_of(rng: random.Random, language: str, form: str = "text") -> Style:
    """Return a style at random.

    HTML shows which headings are of sections: long posts with many taught it nothing, and it took
    fewer listings apart.
    """
    is_text = form == "text"
    words = dict(phrases(language))
    for name in ("comments", "tags", "minutes", "share"):
        words[name] = [rng.choice(words[name])]
    shares = {
        "date": 0.75,
        "by": 0.5,
        "category": 0.4,
        "more": 0.45,
        "comments": 0.3,
        "tags": 0.3,
        "minutes": 0.12,
        "share": 0.15,
        "picture": 0.15,
    }
    has = {name: rng.random() < share for name, share in shares.items()}
    if rng.random() < 0.2:
        has |= dict.fromkeys(("date", "by", "category", "comments", "tags", "minutes"), False)
    whole = rng.random() < (0.3 if is_text else 0.22)
    return Style(
        words=words,
        kind=rng.choice(["cut", "cut", "bare", "sentences", "sentences", "short", "paragraph"]),
        has=has,
        date=rng.choice(
            ["long", "day first", "iso", "dots", "short", "day", "month", "slashes", "time", "ago"]
            + (["two digits"] if language == "en" and is_text else [])
            + (["weekday"] if language == "en" else [])
        ),
        separator=rng.choice([" | ", " – ", " ", " · ", ", ", " / ", " - ", *[""] * is_text]),
        by=rng.choice(words["by"]),
        on=rng.choice(words["on"]),
        more=rng.choice(words["more"]),
        author=_name(rng) if rng.random() < 0.3 else "",
        meta=rng.choice(["below", "below", "below", "above", "after", "after"]),
        category=rng.choice(["above", "below", "after", "after"]),
        drop=rng.choice([0, 0, 0, 0.05, 0.15]),
        meta_tag=rng.choice(["p", "div", "div", "span", "ul", "time"]),
        order=rng.random() < 0.5,
        joined=rng.random() < 0.6,
        whole=whole,
        paragraphs=rng.choice([rng.randint(1, 12), rng.randint(4, 60 if is_text else 12)]),
        sections=rng.choice([0, 0.5, 1, 1]) if is_text else 0.3,
        headed=rng.choice([0, 0, 0.3, 0.7]) * is_text,
        section_tag=rng.choice(["h2", "h3", "h3", "h4", "p"] if is_text else ["h3", "h4"]),
        code=rng.choice([0, 0, 0, 0, 0.3]) * is_text,
        lists=is_text,
        short_lines=whole and rng.random() < 0.25,
        empty=rng.choice([0, 0, 0, 0, 0.1, 0.3]),
    )


def listing(
    rng: random.Random, articles: Sequence[Article], language: str, form: str = "text"
) -> str:
    """Return the markup of a listing, from which a splitter of some form of capture learns."""
    style = style_of(rng, language, form)
    count = 4 + int(rng.expovariate(1 / 8))
    count = min(count, rng.randint(3, 12) if style.whole else 60, len(articles))
    chosen = rng.sample(list(articles), count)
    flat = rng.random() < 0.15
    tag = rng.choice(["article", "div", "div", "li", "li", "section", "div"])
    outer = "div" if tag != "li" else "ol" if rng.random() < 0.25 else "ul"
    title_tag = rng.choice(
        ["h2", "h2", "h3", "h3", "h4", "h1", "div", "p", "strong", "span"]
        if not flat
        else ["h2", "h2", "h3", "h4", "p"]
    )
    linked, numbered = rng.random() < 0.85, rng.random() < 0.05
    nested, sections = rng.random() < 0.3, rng.random() < 0.12
    parts = []
    for number, article in enumerate(chosen, start=1):
        title = TITLE + html.escape(article.title, quote=False)
        if linked:
            title = f'<a href="/{number}">{title}</a>'
        if numbered:
            title = f"{number}. {title}"
        title = f"<{title_tag}>{title}</{title_tag}>"
        if title_tag in ("strong", "span"):
            title = f"<div>{title}</div>"
        item = _item(rng, style, article, title, articles)
        if not flat:
            item = f"<{tag}><div>{item}</div></{tag}>" if nested else f"<{tag}>{item}</{tag}>"
        parts.append(item)
        if sections and rng.random() < 0.3:
            parts.append(f"<h2>{rng.choice(style.words['categories'])}</h2>")
    items = "".join(parts)
    if not flat or outer == "div":
        items = f"<{outer}>{items}</{outer}>"
    return f"<div>{_head(rng, style, articles)}{items}{_foot(rng, style)}</div>" + _side(
        rng, style, chosen
    )


def _item(
    rng: random.Random, style: Style, article: Article, title: str, articles: Sequence[Article]
) -> str:
    """Return the markup of one item, its title given; `articles` lend it headings."""
    meta = _meta(rng, style)
    places = {"above": "", "below": "", "after": ""}
    places[style.meta] += meta
    words = style.words
    if style.has["category"] and rng.random() >= style.drop:
        names = rng.sample(words["categories"], rng.randint(1, 2))
        link = f'<div><a href="#">{", ".join(names)}</a></div>'
        if style.category == "above":
            places["above"] = link + places["above"]
        else:
            places[style.category] += link
    text = body(rng, style, article, articles) if rng.random() >= style.empty else ""
    after = ""
    if style.has["more"] and rng.random() >= style.drop / 2:
        after += f'<p><a href="#">{html.escape(style.more)}</a></p>'
    after += places["after"]
    if style.has["comments"]:
        after += f"<div>{words['comments'][0].format(rng.randint(0, 40))}</div>"
    if style.has["tags"] and rng.random() >= style.drop:
        tags = ", ".join(rng.sample(words["categories"], rng.randint(1, 4)))
        after += f"<div>{words['tags'][0]} {tags}</div>"
    if style.has["share"]:
        after += f"<div>{html.escape(words['share'][0].format(rng.randint(0, 99)))}</div>"
    picture = ""
    if style.has["picture"]:
        picture = f'<div><img src="a.jpg" alt="{html.escape(article.title)}"></div>'
    return f"{picture}{places['above']}{title}{places['below']}{text}{after}"


def _meta(rng: random.Random, style: Style) -> str:
    """Return the markup of byline and date."""
    parts = []
    if style.has["by"] and rng.random() >= style.drop:
        parts.append(f"{style.by} {style.author or _name(rng)}".strip())
    if style.has["date"] and rng.random() >= style.drop:
        parts.append(f"{style.on} {_date(rng, style)}".strip())
    if style.has["minutes"]:
        parts.append(style.words["minutes"][0].format(rng.randint(2, 15)))
    if style.order:
        parts.reverse()
    if not parts:
        return ""
    if style.meta_tag == "ul":
        return f"<ul>{''.join(f'<li>{part}</li>' for part in parts)}</ul>"
    if style.joined and not style.separator:
        spans = "".join(f"<span>{part}</span>" for part in parts)
        return f"<div>{spans}</div>"
    if style.joined:
        return f"<div><{style.meta_tag}>{style.separator.join(parts)}</{style.meta_tag}></div>"
    tag = "div" if style.meta_tag in ("span", "time") else style.meta_tag
    return "".join(f"<{tag}>{part}</{tag}>" for part in parts)


def body(rng: random.Random, style: Style, article: Article, articles: Sequence[Article]) -> str:
    """Return the markup of an item's text."""
    if style.short_lines:
        words = " ".join(article.paragraphs[:3]).split()[:150]
        lines = []
        while words:
            length = rng.randint(3, 12)
            lines.append(TEXT + html.escape(" ".join(words[:length]), quote=False))
            words = words[length:]
        return f"<p>{'<br>'.join(lines)}</p>"
    if style.whole:
        return _whole(rng, style, article, articles)
    tag = rng.choice(["p", "p", "div"])
    texts = [excerpt(rng, article.paragraphs[:2], style.kind)]
    if rng.random() < 0.08 and len(article.paragraphs) > 2:
        texts.append(excerpt(rng, article.paragraphs[2:4], style.kind))
    return "".join(
        f"<{tag}>{TEXT}{html.escape(text, quote=False)}</{tag}>" for text in texts if text
    )


def _whole(rng: random.Random, style: Style, article: Article, articles: Sequence[Article]) -> str:
    """Return the markup of a whole post: paragraphs, sections with headings, lists, code."""
    parts = []
    texts = article.paragraphs[: rng.randint((style.paragraphs + 1) // 2, style.paragraphs)]
    has_headings = False
    for at, text in enumerate(texts):
        if is_heading(text) and rng.random() < style.sections:
            has_headings = True
            parts.append((style.section_tag, text))
        elif style.lists:
            bare = _POINT.sub("", text)  # signs within a text go, too: they teach nothing
            parts.append(("li" if _POINT.match(text) else "p", bare))
        else:
            parts.append(("p", text))
        if at and rng.random() < style.code / 4:
            parts.append(("pre", "\n".join(rng.sample(_CODE, rng.randint(1, 6)))))
    if not has_headings and len(parts) >= 4 and rng.random() < style.headed:
        for at in sorted(rng.sample(range(1, len(parts)), min(len(parts) // 4, 6)), reverse=True):
            heading = _heading(rng, articles)
            if heading and parts[at][0] == "p":
                parts.insert(at, (style.section_tag, heading))
    found = ""
    for tag, own in groupby(parts, key=itemgetter(0)):
        marked = [f"<{tag}>{TEXT}{html.escape(text, quote=False)}</{tag}>" for _, text in own]
        found += f"<ul>{''.join(marked)}</ul>" if tag == "li" else "".join(marked)
    return found


def is_heading(text: str) -> bool:
    """Tell whether a paragraph looks like the heading of a section.

    >>> is_heading("What the harbour needs"), is_heading("It rained."), is_heading("- Rope")
    (True, False, False)
    """
    return len(text.split()) <= 10 and text[-1:].isalnum() and not _POINT.match(text)


def _heading(rng: random.Random, articles: Sequence[Article]) -> str:
    """Return a heading of some article, `` where a few of them have none."""
    for _ in range(8):
        found = [text for text in rng.choice(articles).paragraphs[1:] if is_heading(text)]
        if found:
            return rng.choice(found)
    return ""


def excerpt(rng: random.Random, paragraphs: Sequence[str], kind: str) -> str:
    """Return the beginning of an article as a listing shows it."""
    text = rng.choice(paragraphs)
    words = text.split()
    if kind == "cut":
        length = rng.randint(15, 60)
        end = rng.choice(["…", "...", " […]", " [...]"]) if len(words) > length else ""
        return " ".join(words[:length]) + end
    if kind == "bare":
        return " ".join(words[: rng.randint(12, 50)])
    sentences = _SENTENCE.split(text)
    if kind == "sentences":
        return " ".join(sentences[: rng.randint(1, 2)])[:400]
    if kind == "short":
        return " ".join(sentences[0].split()[: rng.randint(6, 18)])
    return text


def _head(rng: random.Random, style: Style, articles: Sequence[Article]) -> str:
    found = ""
    if rng.random() < 0.6:
        tag = rng.choice(["h1", "h2", "div"])
        name = rng.choice(style.words["categories"])
        found = f"<{tag}>{rng.choice(style.words['headings']).format(name)}</{tag}>"
    if rng.random() < 0.05:
        texts = rng.choice(list(articles)).paragraphs[: rng.randint(2, 5)]
        found += "".join(f"<p>{html.escape(text)}</p>" for text in texts)
    if rng.random() < 0.15:
        found += f"<p>{html.escape(rng.choice(list(articles)).paragraphs[0][:200])}</p>"
    return found


def _foot(rng: random.Random, style: Style) -> str:
    first, older = style.words["next"]
    pages = "".join(f"<li>{number}</li>" for number in range(1, 6))
    return rng.choice(
        ["", f"<div>1 2 3 4 … 12 {first}</div>", f"<div>« {older}</div>", f"<ul>{pages}</ul>"]
    )


def _side(rng: random.Random, style: Style, chosen: Sequence[Article]) -> str:
    """Return a column that names some of the items again."""
    if rng.random() >= 0.35:
        return ""
    names = [html.escape(each.title) for each in rng.sample(list(chosen), min(len(chosen), 5))]
    points = "".join(f"<li>{name}</li>" for name in names)
    return f"<div><h3>{rng.choice(style.words['recent'])}</h3><ul>{points}</ul></div>"


def _name(rng: random.Random) -> str:
    names = phrases("names")
    return f"{rng.choice(names['first'])} {rng.choice(names['last'])}"


def _date(rng: random.Random, style: Style) -> str:
    day, month, year = rng.randint(1, 28), rng.randint(1, 12), rng.randint(2003, 2025)
    name = style.words["months"][month - 1]
    hour, minute = rng.randint(0, 23), rng.randint(0, 59)
    return {
        "long": f"{name} {day}, {year}",
        "day first": f"{day} {name} {year}",
        "iso": f"{year}-{month:02}-{day:02}",
        "dots": f"{day:02}.{month:02}.{year}",
        "short": f"{name[:3]} {day}, {year}",
        "day": f"{day} {name[:3]}",
        "month": f"{name} {year}",
        "slashes": f"{day:02}/{month:02}/{year}",
        "two digits": f"{month}/{day}/{year % 100:02}",
        "time": f"{day} {name} {year}, {hour}:{minute:02}",
        "ago": f"{hour + 2} hours ago",
        "weekday": f"{rng.choice(_WEEKDAYS)}, {name} {day}, {year}",
    }[style.date]


def newsletter(rng: random.Random, articles: Sequence[Article], language: str) -> str:
    """Return the text of a mail with several items: rules between, contents above, links."""
    words = phrases(language)
    chosen = rng.sample(list(articles), min(rng.randint(3, 12), len(articles)))
    rule = rng.choice(["-" * 60, "=" * 72, "* * *", "_" * 40, "", "~" * 30, "- " * 20])
    numbered, contents = rng.random() < 0.5, rng.random() < 0.6
    links = rng.choice(["", "line", "footnote", "arrow"])
    upper, under = rng.random() < 0.25, rng.random() < 0.25
    kind = rng.choice(["paragraph", "sentences", "cut"])
    lines = [rng.choice(words["headings"]).format(rng.choice(words["categories"])), ""]
    if rng.random() < 0.7:
        lines += [rng.choice(chosen).paragraphs[0][:300], ""]
    if contents:
        lines += [rng.choice(words["contents"]), ""]
        lines += [
            f"{number}. {each.title}" if numbered else f"* {each.title}"
            for number, each in enumerate(chosen, start=1)
        ]
        lines.append("")
    notes = []
    for number, each in enumerate(chosen, start=1):
        if rule:
            lines += [rule, ""]
        name = each.title.upper() if upper else each.title
        lines.append(f"{TITLE}{number}. {name}" if numbered else f"{TITLE}{name}")
        if under:
            lines.append("-" * min(len(name), 60))
        lines.append("")
        address = f"https://news.example/{rng.randint(100, 99999)}"
        text = excerpt(rng, each.paragraphs[:2], kind)
        if links == "footnote":
            notes.append(f"[{number}] {address}")
            text += f" [{number}]"
        lines += [TEXT + text, ""]
        if rng.random() < 0.3 and len(each.paragraphs) > 2:
            lines += [TEXT + excerpt(rng, each.paragraphs[2:4], kind), ""]
        if links == "line":
            lines += [address, ""]
        if links == "arrow":
            lines += [f"{rng.choice(words['more'])}: {address}", ""]
    lines += [rule, ""] if rule else []
    return "\n".join([*lines, *notes, "", *_mail_end(rng)])


def _mail_end(rng: random.Random) -> list[str]:
    return rng.choice(
        [
            ["You get this mail because you asked for it.", "Unsubscribe | Change your address"],
            ["© The editors", "Unsubscribe"],
            [],
        ]
    )


def ticker(rng: random.Random, articles: Sequence[Article], language: str) -> str:
    """Return the text of a live ticker: entries with times, the newest first."""
    words = phrases(language)
    chosen = rng.sample(list(articles), min(rng.randint(5, 25), len(articles)))
    clock = rng.choice(
        ["{h}:{m:02}", "{h}.{m:02}", "{h}:{m:02} Uhr", "{h:02}h{m:02}", "{h}:{m:02} GMT"]
    )
    style = rng.choice(["line", "before", "before", "bracket"])
    minutes = rng.randint(700, 1300)
    lines = [rng.choice(chosen).title, "", rng.choice(chosen).paragraphs[0][:300], ""]
    for each in chosen:
        minutes = max(0, minutes - rng.randint(1, 40))
        time = clock.format(h=minutes // 60, m=minutes % 60)
        if style == "line":
            lines += [time, TITLE + each.title]
        elif style == "bracket":
            lines.append(f"{TITLE}[{time}] {each.title}")
        else:
            lines.append(f"{TITLE}{time}{rng.choice([': ', ' – ', ' '])}{each.title}")
        if rng.random() < 0.5:
            lines.append("")
        lines += [TEXT + excerpt(rng, each.paragraphs[:2], "sentences"), ""]
        if rng.random() < 0.2:
            lines += [words["share"][0].format(rng.randint(1, 99)), ""]
    return "\n".join(lines)


def put_into(page: str, paragraphs: Sequence[str], markup: str) -> str | None:
    """Return a page with other markup in place of its main text, None where that is not found."""
    parser = lxml.html.HTMLParser(encoding="utf-8", huge_tree=True)
    try:
        root = lxml.html.document_fromstring(page.encode("utf-8", "replace"), parser=parser)
    except (lxml.etree.ParserError, ValueError):
        return None
    place = _main_element(root, paragraphs)
    if place is None:
        return None
    for child in list(place):
        place.remove(child)
    place.text = None
    for fragment in lxml.html.fragments_fromstring(markup):
        place.append(fragment)
    return str(lxml.html.tostring(root, encoding="unicode"))


def _main_element(root: Any, paragraphs: Sequence[str]) -> Any:
    """Return the innermost element around most of the paragraphs."""
    wanted = [" ".join(text.split())[:60] for text in paragraphs if len(text) > 40][:12]
    found = []
    for element in root.iter("p", "div", "li", "td", "section", "article", "blockquote"):
        text = " ".join(element.text_content().split())
        if len(text) < 4000 and any(text.startswith(each) for each in wanted):
            found.append(element)
    counts: dict[Any, int] = {}
    for element in found:
        for around in element.iterancestors():
            counts[around] = counts.get(around, 0) + 1
    most = [each for each, count in counts.items() if 10 * count >= 7 * len(found)]
    if len(found) < 2 or not most:
        return None
    return max(most, key=lambda each: sum(1 for _ in each.iterancestors()))
