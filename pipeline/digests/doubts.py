"""What speaks against taking a page apart, whatever the splitter thinks of its lines."""

import re
from collections import Counter
from collections.abc import Sequence
from itertools import pairwise

from pipeline.blocks import Block
from pipeline.boilerplate.wholes import is_row
from pipeline.bylines import begins_with_role, is_person_name
from pipeline.digests.candidates import MIN_ITEMS
from pipeline.digests.items import are_persons
from pipeline.digests.labels import is_sure
from pipeline.digests.outline import MAX_DATED
from pipeline.digests.records import Record
from pipeline.digests.regular import MAX_ODD_TITLES, MAX_RECORD_SHARE, odd_titles
from pipeline.digests.splitter import has_texts
from pipeline.digests.threads import are_users, is_thread
from pipeline.digests.times import is_programme, time_of
from pipeline.document import Label
from pipeline.shapes import find_date, has_bullet, is_date_line
from pipeline.vocabulary import Vocabulary

MAX_QUESTIONS = 0.6
"""Share of the titles that may be questions, or pass for persons' names."""
MIN_DISTINCT = 0.5
"""Share of the titles that differ,"""
MAX_ABOVE = 0.3
"""and share of the page's running text, in words, that may stand above the first."""
MAX_FIRST = 0.75
"""Share of the records' running text, in words, that the first may have if its title is no link:
more is an article above teasers."""
MAX_OUTSIDE = 0.6
"""Share of the page's running text, in words, that may be of no item,"""
MAX_KEPT_OUTSIDE = 0.45
"""and where strip-boilerplate has said what is text, of that: an article stands beside teasers."""
MOST_OF_A_LINE = 0.8
"""A line of which links take up more is no running text of the page."""
MAX_ROLES = 0.4
"""Share of the titles that may be what persons are: a page of those who work somewhere."""
MIN_FALLING = 0.8
"""Share of the records whose dates fall, though their titles are numbered."""
MAX_SENTENCES = 0.3
"""Share of the titles that may be several sentences."""
MIN_TITLE_WORDS = 2.5
"""Mean words of titles without dates: terms and headings of sections have fewer."""
MAX_STRAY = 0.1
"""Share of the titles that may be rows of a table, lines of code, or the few with a bullet."""
_SENTENCE_BREAK = re.compile(r"[^\W\d_]{3}[.!?][”\"’)]*\s+[^\W\d_a-z]")
_NO_TITLE = re.compile(r"\s*(?:\$|>>>)\s|.*[{};]\s*$")
"""A prompt, or an end that points of lists and code have; a title may well have code in it."""
_NUMBER = re.compile(r"[0-9]{1,15}")
_NUMBER_WORDS = """
    one two three four five six seven eight nine ten first second third eins zwei drei vier fünf
    sechs sieben acht neun zehn un deux trois quatre cinq six sept huit neuf dix uno dos tres cuatro
    cinco seis siete ocho nueve diez due tre quattro cinque sei sette otto nove dieci um dois três
    quatro sete oito dez
"""
_SECTION = re.compile(
    r"\W*(?:§|(?:chapter|part|section|article|lesson|step|stage|kapitel|teil|abschnitt|artikel"
    r"|chapitre|partie|cap[ií]tulo|parte|sección|artículo|artigo|capitolo|sezione|articolo"
    rf"|hoofdstuk|deel|rozdział|глава|część)\s+(?:\d|(?:[ivxlc]+|{'|'.join(_NUMBER_WORDS.split())})\b))",
    re.IGNORECASE,
)
"""What numbers the sections of one text, in figures or words."""
_PARTS = """
    abstract introduction background method methods results discussion conclusion conclusions
    references acknowledgements acknowledgments bibliography appendix funding summary
    zusammenfassung einleitung methoden ergebnisse diskussion literatur danksagung schluss
    resume introduccion metodos resultados discusion conclusiones referencias bibliografia
    resultats methodes introduzione metodi risultati discussione conclusioni riferimenti
    introducao conclusao
"""
_PARTS_OF_PAPERS = frozenset(_PARTS.split())
"""Headings that a scholarly paper has, folded."""
MOST_PARTS = 1
"""So many items of a listing may be called so."""
_HEADINGS = frozenset(f"h{level}" for level in range(1, 7))
_AGE = re.compile(r",?\s*\(?\d{1,3}\)?$")


def speaks_against(
    blocks: Sequence[Block], records: Sequence[Record], vocabulary: Vocabulary
) -> bool:
    """Tell whether rules know the page for something else than a digest.

    Its titles are questions or persons' names (an interview), numbered (points of an article,
    unless a list of contents names them too, or dates fall beside them), the same again and again
    or replies (a thread), several sentences (a chronicle, its dates taken for what stands below a
    title), mostly running text, words rather than phrases (a glossary), or times of one day in
    their order (a programme); or many items have no text (a list of links), or most of its running
    text is of no item: a page with some cards in its midst. Plain text may also be an article above
    teasers, or one with sections (a policy, questions and answers) in which it takes rows and
    points for titles: in HTML the splitter sees what belongs together.
    """
    titles = [blocks[record.title] for record in records]
    count = len(titles)
    times = Counter(block.folded for block in blocks)
    points = [each for each in titles if times[each.folded] == 1 and not time_of(each.text)]
    questions, _, _ = odd_titles(titles, vocabulary)
    running = [title for title in titles if not _leads_on(title)]
    return (
        questions + _names(titles, vocabulary) > MAX_QUESTIONS * count
        or (
            _numbered(points, vocabulary) > MAX_ODD_TITLES * count
            and not _are_newest_first(blocks, records, vocabulary)
        )
        or sum(title.folded in _PARTS_OF_PAPERS for title in titles) > MOST_PARTS
        or _roles(blocks, records, vocabulary) > MAX_ROLES * count
        or _distinct(titles) < MIN_DISTINCT * count
        or are_users(titles)
        or is_thread(blocks, records, vocabulary)
        or (is_programme(titles) and not _are_dated(blocks, records, vocabulary))
        or not has_texts(records)
        or sum(_is_sentences(title.text.rstrip()) for title in running) > MAX_SENTENCES * count
        or _is_mostly_outside(blocks, records)
        or _is_mostly_first(blocks, records)
        or 2 * sum(title.prose for title in running) > count
        or (_are_terse(titles) and not _have_dates(blocks, records, vocabulary))
        or (blocks[0].lines[0].markup is None and _is_article(blocks, records, vocabulary))
    )


def _leads_on(title: Block) -> bool:
    """Tell whether a title is a heading of HTML with a link: none of a chronicle, however long."""
    markup = title.lines[0].markup
    return markup is not None and markup.element in _HEADINGS and bool(markup.link)


def _names(titles: Sequence[Block], vocabulary: Vocabulary) -> int:
    """Return how many titles are names of persons, with an age, or with whom they speak for."""
    return sum(_is_names(_AGE.sub("", title.text), vocabulary) for title in titles)


def _is_names(text: str, vocabulary: Vocabulary) -> bool:
    first, *others = map(str.strip, text.split(","))
    return are_persons(first, vocabulary) and all(
        other[:1].islower() or are_persons(other, vocabulary) for other in others
    )


def _roles(blocks: Sequence[Block], records: Sequence[Record], vocabulary: Vocabulary) -> int:
    """Return how many titles are what a person is who is named beside, on no date."""
    return sum(
        begins_with_role(blocks[record.title].text, vocabulary)
        and any(is_person_name(blocks[at].text, vocabulary) for at in record.members)
        and not any(is_date_line(blocks[at].text, vocabulary) for at in record.members)
        for record in records
    )


def _numbered(titles: Sequence[Block], vocabulary: Vocabulary) -> int:
    """Return how many titles are numbered as points are, in figures or words.

    Issues and episodes, the newest first, are no points: their numbers fall.
    """
    _, numbered, _ = odd_titles(titles, vocabulary)
    numbered = max(numbered, sum(_SECTION.match(title.text) is not None for title in titles))
    numbers = [tuple(map(int, _NUMBER.findall(title.text))) for title in titles]
    falling = len(numbers) > 2 and all(one > other for one, other in pairwise(numbers) if other)
    return 0 if falling and all(numbers) else numbered


def _distinct(titles: Sequence[Block]) -> int:
    """Return how many titles differ from all above them.

    Those of issues, the newest first, are alike but for a number that falls; one that rises counts
    the posts of a thread, or points.

    >>> from pipeline.blocks import page_blocks
    >>> from pipeline.document import Line
    >>> devlog = [Line(1, "Devlog 9"), Line(2, "Devlog 8"), Line(3, "Devlog 7")]
    >>> _distinct(page_blocks(devlog)), _distinct(page_blocks(reversed(devlog)))
    (3, 1)
    """
    least: dict[str, tuple[int, ...]] = {}
    count = 0
    for title in titles:
        numbers = tuple(map(int, _NUMBER.findall(title.text)))
        if title.folded not in least or numbers < least[title.folded]:
            least[title.folded] = numbers
            count += 1
    return count


def _are_terse(titles: Sequence[Block]) -> bool:
    """Tell whether titles are words rather than phrases: entries of a glossary, what a firm does.

    Titles with a number, such as issues, do not count. Two of 106 listings have titles so short,
    and both are dated.
    """
    plain = [title.words for title in titles if not _NUMBER.search(title.text)]
    return 2 * len(plain) > len(titles) and sum(plain) < MIN_TITLE_WORDS * len(plain)


def _is_article(blocks: Sequence[Block], records: Sequence[Record], vocabulary: Vocabulary) -> bool:
    return _is_article_with_teasers(blocks, records) or (
        _has_stray_titles([blocks[record.title].text for record in records])
        and not _are_dated(blocks, records, vocabulary)
    )


def lead_somewhere(
    blocks: Sequence[Block], records: Sequence[Record], vocabulary: Vocabulary
) -> bool:
    """Tell whether half of the records have a link beside their text, a date or a time, in HTML.

    Sections of a short page look like items, and have none. Of 106 listings all have: their titles
    are links, but for one page, which is dated. Plain text shows no links.
    """
    if blocks[0].lines[0].markup is None:
        return True
    linked = 0
    for record in records:
        beside = (at for at in record.members if not blocks[at].prose and at not in record.texts)
        lines = (line for at in (record.title, *beside) for line in blocks[at].lines)
        linked += any(line.markup is not None and line.markup.link != "" for line in lines)
    timed = sum(time_of(blocks[record.title].text) is not None for record in records)
    return 2 * max(linked, timed) >= len(records) or _are_dated(blocks, records, vocabulary)


def _has_stray_titles(titles: Sequence[str]) -> bool:
    """Tell whether too many titles are rows of a table, code, or points of a list of few.

    >>> _has_stray_titles(["Our boats", "Your rights", "• the ferry to the pier"])
    True
    >>> _has_stray_titles(["• Our boats", "• Your rights", "• The ferry"])
    False
    """
    pointed = sum(map(has_bullet, titles))
    stray = pointed if 2 * pointed < len(titles) else 0
    stray += sum(
        (is_row(title) and " | " not in title) or _NO_TITLE.match(title) is not None
        for title in titles
    )
    return stray > MAX_STRAY * len(titles)


def _are_dated(blocks: Sequence[Block], records: Sequence[Record], vocabulary: Vocabulary) -> bool:
    """Tell whether half of the records have a date."""
    dated = sum(
        any(is_date_line(blocks[at].text, vocabulary) for at in record.members)
        for record in records
    )
    return 2 * dated >= len(records)


def _are_newest_first(
    blocks: Sequence[Block], records: Sequence[Record], vocabulary: Vocabulary
) -> bool:
    """Tell whether nearly all records have dates that fall; those of posts rise."""
    told = [
        next(filter(None, (_date_of(blocks[at], vocabulary) for at in record.members)), "")
        for record in records
    ]
    dates = list(filter(None, told))
    falls = all(one >= later for one, later in pairwise(dates)) and len(set(dates)) >= MIN_ITEMS
    return falls and len(dates) >= MIN_FALLING * len(records)


def _date_of(block: Block, vocabulary: Vocabulary) -> str:
    return find_date(block.text, vocabulary) if is_date_line(block.text, vocabulary) else ""


def _have_dates(blocks: Sequence[Block], records: Sequence[Record], vocabulary: Vocabulary) -> bool:
    """Tell whether half of the records have a date in a short line, if not alone."""
    dated = sum(
        any(
            blocks[at].words <= MAX_DATED and find_date(blocks[at].text, vocabulary)
            for at in record.members
            if at != record.title
        )
        for record in records
    )
    return 2 * dated >= len(records)


def _is_sentences(text: str) -> bool:
    """Tell whether a text is several sentences, the last one ended by a full stop.

    >>> _is_sentences("The tower is finished. It leaks."), _is_sentences("At last! It leaks")
    (True, False)
    """
    ended = text.endswith(".") and not text.endswith("..")
    return ended and _SENTENCE_BREAK.search(text) is not None


def _is_mostly_outside(blocks: Sequence[Block], records: Sequence[Record]) -> bool:
    """Tell whether most of the running text that would be published is of no record."""
    inside = {index for record in records for index in record.members}
    words = {
        index: block.words
        for index, block in enumerate(blocks)
        if block.prose
        and block.label in ("", Label.CONTENT)
        and (index in inside or not _is_link(block))
    }
    outside = sum(count for index, count in words.items() if index not in inside)
    is_labelled = any(blocks[index].label for index in words)
    most = MAX_KEPT_OUTSIDE if is_labelled else MAX_OUTSIDE
    return outside > most * sum(words.values())


def _is_link(block: Block) -> bool:
    """Tell whether a line of HTML is one link, long as it may be: it leads to a text elsewhere."""
    markup = block.lines[0].markup
    return markup is not None and markup.link_density > MOST_OF_A_LINE


def _is_mostly_first(blocks: Sequence[Block], records: Sequence[Record]) -> bool:
    """Tell whether the first record has most of their running text, and its title is no link."""
    title = blocks[records[0].title].lines[0].markup
    if title is not None and title.link:
        return False
    words = [sum(blocks[at].words for at in record.texts if blocks[at].prose) for record in records]
    return words[0] > MAX_FIRST * sum(words)


def _is_article_with_teasers(blocks: Sequence[Block], records: Sequence[Record]) -> bool:
    """Tell whether much text stands above the records or in the first, or rules know the others."""
    texts = [block.words if block.prose and not is_sure(block) else 0 for block in blocks]
    above = sum(texts[: records[0].members[0]])
    first = sum(texts[index] for index in records[0].texts)
    known = sum(is_sure(blocks[record.title]) for record in records)
    return (
        above > MAX_ABOVE * sum(texts)
        or first > MAX_RECORD_SHARE * sum(texts)
        or (2 * known > len(records) and any(texts))
    )
