"""Lists of quantities: what a recipe takes, row by row.

"250 g flour" has no verb and ends no sentence, so to the line model the list looks like a menu, and
nothing but its numbers and units says that it is the half of the recipe.
"""

import re
from collections.abc import Iterator, Sequence

import msgspec

from pipeline.blocks import Block, Decision, Decisions
from pipeline.boilerplate.titles import begins_paragraph
from pipeline.boilerplate.wholes import row_mark
from pipeline.document import Label
from pipeline.shapes import ends_sentence

UNITS = {
    "any": "g gr gm gms kg mg ml cl dl l lt ltr oz ozs lb lbs",
    "en": """gram grams kilogram kilograms deciliter liter litre liters litres ounce ounces pound
        pounds pint pints quart quarts cup cups tablespoon tablespoons tbsp tbsps tbs teaspoon
        teaspoons tsp tsps stick sticks stalk stalks clove cloves slice slices sprig sprigs pinch
        pinches dash dashes handful handfuls bunch bunches knob can cans jar jars""",
    "de": """gramm essloffel teeloffel el essl tl teel prise prisen bund zehe zehen dose dosen
        tasse tassen becher scheibe scheiben packung packungen packchen pck stange stangen stuck
        stk""",
    "fr": """grammes cuillere cuilleres cas cac cs cc tasses verre verres gousse gousses pincee
        pincees sachet sachets tranche tranches botte branche branches""",
    "es": """gramo gramos litro litros cucharada cucharadas cucharadita cucharaditas cda cdas cdta
        cdtas taza tazas diente dientes pizca lata latas vaso vasos unidad unidades""",
    "pt": "gramas xicara xicaras colher colheres dente pitada copo copos unid unidade",
    "it": """grammi litri cucchiaio cucchiai cucchiaino cucchiaini bicchiere bicchieri spicchio
        spicchi pizzico mazzetto""",
    "nl": "eetlepel eetlepels theelepel theelepels teen teentje teentjes snuf snufje blik blikje",
    "nordic": "spsk tsk krm msk ss ts knsp nip dase dasa fed klyfta klyftor skivor rkl",
    "pl": """dag lyzka lyzki lyzek lyzeczka lyzeczki lyzeczek szklanka szklanki szklanek szczypta
        zabek zabki łyzka łyzki łyzek łyzeczka łyzeczki łyzeczek szt""",
    "cs": "lzice lzicka lzicky hrnek hrnku strouzek strouzky",
    "hu": "dkg evokanal teaskanal ek kk gerezd csipet bogre csokor",
    "tr": "adet bardak yemek cay tatli demet paket",
}
"""Units of kitchens by language, folded."""
COUNTERS = frozenset("個本枚片束缶杯克毫茶汤湯根瓣颗个合丁")
"""Such in scripts without spaces; 大さじ and 小さじ stand before the number."""
HEADINGS = """ingredi zutat składnik skladnik hozzavalo suroviny prisady ainekset ainesosat
    malzeme innihald 材料 재료"""
"""How headings of such a list begin, folded: most languages have the same word."""
MIN_MEASURED = 3
"""Fewest rows with number and unit;"""
MIN_MEASURED_OF_MANY = 2
"""where so many rows have a number at least,"""
MANY = 4
MIN_MEASURED_HEADED = 1
"""and below a heading of ingredients."""
MEASURED_SHARE = 1 / 3
"""Share of the rows with a number that have a unit, too, where there is no such heading."""
NUMBERED_SHARE = 1 / 2
"""Share of all rows of the list that have a number."""
MAX_ROW_WORDS = 50
"""Most words of a row with a number,"""
MAX_WORDS = 20
"""and of another that has the bullet or markup of the rows,"""
MAX_OTHER_WORDS = 6
"""and of one that has not: "For the glaze"."""
MAX_OTHERS = 2
"""Most of these in a row; any number where bullet or markup are those of the rows."""
MAX_SENTENCE_WORDS = 8
"""A sentence of more words is a step of the recipe, a shorter one may be a row with a full stop."""
MAX_AROUND = 4
"""Most rows with a number alone before the first with a unit, and behind the last."""
MAX_BARE = 15
"""Characters of a quantity that stands on a line of its own, its thing on the next."""
HEADING_DISTANCE = 3
MAX_HEADING_WORDS = 6
REASON = "shape: list of quantities"

_UNITS = frozenset(unit for units in UNITS.values() for unit in units.split())
_NUMBERS = "#(?: ?(?:(?:x|to|or|bis|oder|ou|a|o|of|do|til) ?)?#)*+(?: x(?![a-z]))?"
_UNIT = "([a-zæøłđ]+|[^\\W\\d_])"
_SPOON = "[大小]さし ?#"
_MEASURE = rf"{_NUMBERS} ?(?:fl )?{_UNIT}|{_SPOON}"
_MEASURED = re.compile(_MEASURE)
_ENDS = re.compile(rf"(?<![^\W_])(?:{_MEASURE})[^\W\d_]{{0,2}}$")
_ANY_UNIT = re.compile(rf"# ?(?:fl )?{_UNIT}")
_COUNTED = re.compile(rf"{_NUMBERS} ?(?=[^\W\d_])")
_BARE = re.compile(rf"{_NUMBERS}(?: ?{_UNIT})?")
_HEADING = re.compile(rf"(?<![^\W_])(?:{'|'.join(HEADINGS.split())})")
_NUMBER = re.compile(r"\d+|[¼-¾⅐-⅞]")
_PRICE = re.compile(r"[$€£¥₹]\s?\d|\d\s?(?:[€£]|(?:kr|zł|kč|usd|eur)\b)", re.IGNORECASE)
_NETWORK = re.compile(r"\dG\b")
_NUTRITION = re.compile(
    r"\b(?:kcal|kj|calor|kalor|energ|protei|eiwei|carb|kohlenhydr|gluci|hidratos|koolhydr|kulhydr"
    r"|kolhydr|sodium|natrium|sodio|satur|gesattigt|cholest|colest|fibre|fiber|ballaststoff)"
)
"""A row of a table of nutrition, which is no list of what a dish takes."""


class _Row(msgspec.Struct, frozen=True):
    """A row: a block, or a bare quantity and the block below it."""

    first: int
    end: int
    text: str
    folded: str
    words: int
    measured: str = ""
    """Number and unit, or ``."""
    counted: bool = False
    """Whether a number stands first."""


def decide_quantities(blocks: Sequence[Block], decided: Decisions) -> Decisions:
    """Return as content the undecided blocks of lists of quantities.

    >>> decide_quantities((), {})
    {}
    """
    found: Decisions = {}
    page = "\n".join([block.folded for block in blocks])
    if "さし" not in page and not any(map(_is_unit, _ANY_UNIT.findall(page))):
        return found
    rows = list(_rows(blocks))
    for run in _runs(blocks, rows):
        first, end = _trimmed(rows, *run)
        if _is_list(blocks, rows[first:end]):
            places = _extended(blocks, rows[first].first, rows[end - 1].end)
            found |= {at: Decision(Label.CONTENT, REASON) for at in places if at not in decided}
    return found


def _rows(blocks: Sequence[Block]) -> Iterator[_Row]:
    """Yield the rows; a bare quantity is one with the block below it."""
    skip = False
    for at, block in enumerate(blocks):
        if skip or not block.folded:
            skip = False
            continue
        below = blocks[at + 1] if at + 1 < len(blocks) else None
        skip = (
            below is not None
            and _is_bare(block)
            and below.text[:1].isalpha()
            and not _is_heading(below)
        )
        if skip and below is not None:
            text, folded = f"{block.text} {below.text}", f"{block.folded} {below.folded}"
            yield _row(at, at + 2, text, folded, block.words + below.words)
        elif "#" in block.folded and not _is_bare(block):
            yield _row(at, at + 1, block.text, block.folded, block.words)
        else:
            yield _Row(at, at + 1, block.text, block.folded, block.words)


def _is_bare(block: Block) -> bool:
    """Tell whether a block is a quantity alone."""
    if len(block.text) > MAX_BARE:
        return False
    match = _BARE.fullmatch(block.folded)
    return match is not None and (match[1] is None or _is_unit(match[1]))


def _row(first: int, end: int, text: str, folded: str, words: int) -> _Row:
    """Return a row with what its numbers say."""
    sentence = words > MAX_SENTENCE_WORDS and ends_sentence(text)
    if words > MAX_ROW_WORDS or sentence or _PRICE.search(text) or _NUTRITION.search(folded):
        return _Row(first, end, text, folded, words)
    measured = ""
    if not _NETWORK.search(text):
        measured = _measure(_MEASURED.match(folded))
        if not measured and words <= MAX_WORDS and not text.endswith(")"):
            measured = _measure(_ENDS.search(folded))
    if measured:
        measured = " ".join((*_NUMBER.findall(text)[:2], measured))
    return _Row(first, end, text, folded, words, measured, bool(_COUNTED.match(folded)))


def _measure(match: re.Match[str] | None) -> str:
    """Return a quantity that was found, or `` where no unit follows the number."""
    if match is None or not (match[1] is None or _is_unit(match[1])):
        return ""
    return match[0]


def _is_unit(token: str) -> bool:
    return token in _UNITS or token in COUNTERS


def _runs(blocks: Sequence[Block], rows: Sequence[_Row]) -> Iterator[tuple[int, int]]:
    """Yield from which row to which (behind the last) rows with numbers follow each other."""
    first = last = -1
    for at, row in enumerate(rows):
        if not row.measured and not row.counted:
            continue
        if first >= 0 and not _go_on(blocks, rows, last, at):
            yield first, last + 1
            first = at
        first, last = (at if first < 0 else first), at
    if first >= 0:
        yield first, last + 1


def _trimmed(rows: Sequence[_Row], first: int, end: int) -> tuple[int, int]:
    """Return a run without what stands far from its rows with units: numbers of servings."""
    measured = [at for at in range(first, end) if rows[at].measured] or [first]
    return max(first, measured[0] - MAX_AROUND), min(end, measured[-1] + 1 + MAX_AROUND)


def _go_on(blocks: Sequence[Block], rows: Sequence[_Row], last: int, at: int) -> bool:
    """Tell whether a list may go on through the rows between two with numbers."""
    mark = _mark(blocks[rows[last].first])
    alike = [bool(mark) and _mark(blocks[row.first]) == mark for row in rows[last + 1 : at]]
    if len(alike) > MAX_OTHERS and not all(alike):
        return False
    return all(
        row.words <= (MAX_WORDS if same else MAX_OTHER_WORDS)
        and not ends_sentence(row.text.rstrip(": "))
        and not _PRICE.search(row.text)
        for row, same in zip(rows[last + 1 : at], alike, strict=True)
    )


def _is_list(blocks: Sequence[Block], rows: Sequence[_Row]) -> bool:
    """Tell whether rows are a list of quantities; what is said twice counts once."""
    once = {row.folded: row for row in rows}
    measured = {row.text for row in once.values() if row.measured}
    numbered = sum(bool(row.measured) or row.counted for row in once.values())
    if numbered < NUMBERED_SHARE * len(rows):
        return False
    if _is_headed(blocks, rows):
        return len(measured) >= MIN_MEASURED_HEADED
    least = MIN_MEASURED_OF_MANY if numbered >= MANY else MIN_MEASURED
    various = len({row.measured for row in once.values()} - {""}) > 1
    return various and len(measured) >= max(least, MEASURED_SHARE * numbered)


def _is_headed(blocks: Sequence[Block], rows: Sequence[_Row]) -> bool:
    """Tell whether a heading of ingredients stands above the first row with a unit."""
    measured = next((row.first for row in rows if row.measured), 0)
    return any(map(_is_heading, blocks[max(0, rows[0].first - HEADING_DISTANCE) : measured]))


def _is_heading(block: Block) -> bool:
    return block.words <= MAX_HEADING_WORDS and bool(_HEADING.search(block.folded))


def _extended(blocks: Sequence[Block], first: int, end: int) -> range:
    """Return a list with the rows around it that have its bullet or markup, at most as many.

    Of plain rows those below it go along, down to the next empty line, if they are few.
    """
    most = end - first
    mark, limit = _mark(blocks[end - 1]), min(len(blocks), end + most)
    while end < limit and mark and _mark(blocks[end]) == mark and blocks[end].words <= MAX_WORDS:
        end += 1
    if not mark:
        end = _to_empty_line(blocks, end)
    mark, limit = _mark(blocks[first]), max(0, first - most)
    while first > limit and mark and _mark(blocks[first - 1]) == mark:
        if blocks[first - 1].words > MAX_WORDS:
            break
        first -= 1
    return range(first, end)


def _to_empty_line(blocks: Sequence[Block], end: int) -> int:
    """Return where the short rows are over that go on below a list without an empty line."""
    for at in range(end, min(len(blocks), end + MAX_AROUND + 1)):
        if begins_paragraph(blocks, at):
            return at
        if blocks[at].words > MAX_OTHER_WORDS or ends_sentence(blocks[at].text):
            break
    return end


def _mark(block: Block) -> tuple[str, ...] | str:
    """Return what rows of one list share, `` for plain rows, which most lines resemble."""
    mark = row_mark(block)
    return mark if not isinstance(mark, str) or mark.strip() else ""
