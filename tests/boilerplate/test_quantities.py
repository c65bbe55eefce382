"""Lists of quantities are content, whatever the line model thinks of their short rows."""

import pytest

from pipeline import clean
from pipeline.blocks import page_blocks
from pipeline.boilerplate.quantities import REASON, decide_quantities
from pipeline.document import Line
from tests.margin_cases import PROSE

PANCAKES = ("2 cups oat flour", "1/2 tsp salt", "3 large eggs", "350 ml milk", "butter to fry")


def kept(*texts: str) -> list[str]:
    """Return which of some lines are of a list of quantities."""
    blocks = page_blocks(Line(at, text) for at, text in enumerate(texts, start=1))
    found = decide_quantities(blocks, {})
    assert {each.reason for each in found.values()} <= {REASON}
    return [blocks[at].text for at in sorted(found)]


@pytest.mark.parametrize(
    "rows",
    [
        ("250 g Mehl", "2 EL Öl", "3 Eier", "1 Prise Salz"),
        ("200 g de farine", "3 œufs", "1 cuillère de sel", "2 gousses d’ail"),
        ("300 g di farina", "2 uova", "1 cucchiaio di olio", "2 spicchi d’aglio"),
        ("2 tazas de harina", "3 huevos", "1 cucharadita de sal", "200 ml de leche"),
        ("2 xícaras de trigo", "3 ovos", "1 colher de sal", "200 ml de leite"),
        ("250 gram bloem", "2 eetlepels olie", "3 eieren", "1 teentje knoflook"),
        ("3 dl mjöl", "2 msk olja", "2 ägg", "1 krm salt"),
        ("250 g mel", "2 spsk. olie", "1 tsk. salt", "2 fed hvidløg"),
        ("3 dl mel", "2 ss olje", "1 ts salt", "2 egg"),
        ("2 dl maitoa", "2 rkl öljyä", "1 tl suolaa", "3 kananmunaa"),
        ("2 lžíce oleje", "1 lžička soli", "1 hrnek mouky", "2 vejce"),
        ("盐 2克", "水 1杯", "蒜 3瓣", "油 2茶匙"),
        ("2 szklanki mąki", "3 łyżki oleju", "2 jajka", "1 szczypta soli"),
        ("25 dkg liszt", "2 evőkanál olaj", "3 tojás", "1 gerezd fokhagyma"),
        ("2 bardak un", "1 demet maydanoz", "3 adet yumurta", "2 paket vanilya"),
        ("砂糖 大さじ2", "卵 3個", "塩 小さじ1", "牛乳 200ml"),
        ("½ cup sugar", "1 1/2 Tbsp. oil", "2-3 cloves garlic", "1 (5.5-ounce) tin beans"),
        ("Flour   200 g", "Milk   1.5 dl", "Sugar   2 tbsp"),
        ("▢ 2 cups flour", "▢ 1 tsp salt", "▢ 100 g butter"),
    ],
)
def test_list_is_kept(rows):
    assert kept(PROSE[0], "Instructions", *rows) == list(rows)


def test_rows_without_a_number_stay_with_the_others():
    rows = ("• 200 g flour", "• salt and pepper", "• 2 tbsp oil", "• 1 cup of water")
    last = ("• parsley", "• a lemon, if there is one in the house and nobody minds the peel of it")

    assert kept(*rows, *last, "Share") == [*rows, *last]


@pytest.mark.parametrize(("others", "go_along"), [(4, True), (5, False)])
def test_few_plain_rows_below_go_along_down_to_an_empty_line(others, go_along):
    rest = tuple(f"herb of kind {'x' * at}" for at in range(1, others + 1))
    gone_along = rest if go_along else ()

    assert kept(*PANCAKES[:4], *rest, "", PROSE[0]) == [*PANCAKES[:4], *gone_along]


def test_headings_within_the_list_stay():
    rows = ("200 g flour", "1 tsp salt", "For the glaze", "100 g sugar", "2 tbsp water")

    assert kept(*rows) == list(rows)


def test_quantity_on_a_line_of_its_own():
    rows = ("2", "cups of flour", "1 ½", "tsp salt", "300 g", "plums", "4", "eggs")

    assert kept(PROSE[0], *rows) == list(rows)


def test_two_rows_are_enough_below_a_heading_of_ingredients():
    rows = ("1 bottle of wine", "1/2 cup sugar", "2 oranges")

    assert kept("Sangria", *rows) == []
    assert kept("Ingredients", *rows) == list(rows)


def test_rows_of_which_one_is_long():
    long = "2 cups rice, " + ", ".join(f"washed in water {at} times" for at in range(8))

    assert kept(long, *PANCAKES[1:4]) == [long, *PANCAKES[1:4]]


@pytest.mark.parametrize(
    "rows",
    [
        ("Tea, 100 g  € 4.50", "Coffee, 250 g  € 7.20", "Cocoa, 200 g  € 5.10"),
        ("Fat 12 g", "Protein 9 g", "Carbohydrates 30 g", "Fibre 4 g"),
        ("About 7 Cups", "7 Cups reviews", "7 cups for teachers", "7 cups stories"),
        ("4G for the islands", "5G on the pier", "3G is over", "5G masts"),
        ("1 Getting started", "2 Guides", "3 Lamps", "4 Masts and oars"),
        ("12 replies", "3 min read", "5 comments", "29 November"),
        ("500 g of lamps", "500 g of lamps", "500 g of lamps", "500 g of lamps"),
        ("1 serving", "2 servings", "3 servings", "4 servings"),
        ("Slides (up to 100 lbs)", "Heavy slides (up to 300 lbs)", "Masts (up to 500 lbs)"),
    ],
)
def test_other_rows_with_numbers_are_left_to_the_model(rows):
    assert kept(PROSE[0], *rows) == []


def test_numbers_of_servings_above_are_not_of_the_list():
    servings = [f"{at} servings" for at in range(1, 21)]
    rows = ("500 g plums", "1 tsp salt", "2 tbsp oil", "4 eggs")

    assert kept(*servings, *rows)[-4:] == list(rows)
    assert "1 servings" not in kept(*servings, *rows)


def test_sentences_end_the_list():
    step = "Put 2 cups of flour into a bowl and stir until nothing moves any more."

    assert kept(*PANCAKES[:4], step, PROSE[0]) == list(PANCAKES[:4])


def test_what_a_rule_has_decided_stays_so():
    blocks = page_blocks(Line(at, text) for at, text in enumerate(PANCAKES[:4], start=1))
    decided = {1: decide_quantities(blocks, {})[1]}

    assert sorted(decide_quantities(blocks, decided)) == [0, 2, 3]


def test_many_numbers_take_no_time():
    row = " ".join(map(str, range(3000)))

    assert kept(*[f"{row} {at} g" for at in range(3)]) == []


def test_recipe_keeps_its_list():
    menu = ("Home", "Starters", "Main dishes", "Cakes", "About us", "Contact")
    rows = ("2 courgettes", "250 g barley", "1 tbsp oil", "1 tsp salt", "mint to taste")
    text = ("Barley with mint", "", PROSE[0], "", *rows, "", PROSE[1])
    page = "\n".join((*menu, "", *text, "", *menu))

    lines = clean(page).lines

    assert [line.text for line in lines if line.reason == REASON] == list(rows)
    assert {line.label for line in lines if line.reason == REASON} == {"content"}


def test_recipe_of_html_keeps_its_list():
    rows = ("2 courgettes", "250 g barley", "1 tbsp oil", "1 tsp salt", "mint to taste")
    points = "".join(f"<li class='tags'>{row}</li>" for row in rows)
    page = f"<nav><a href=/>Home</a></nav><h1>Barley</h1>{PROSE[0]}<ul>{points}</ul><p>{PROSE[1]}"

    lines = clean(page, html=True).lines

    assert [line.text.strip("• ") for line in lines if line.reason == REASON] == list(rows)


def test_two_rows_of_three_are_too_few_and_of_four_enough():
    assert kept("200 g flour", "1 tsp salt", "3 eggs") == []
    assert kept("200 g flour", "1 tsp salt", "3 eggs", "2 lemons") != []


def test_prices_are_none_however_they_stand():
    assert kept("200 g of tea € 4", "1 kg of salt $ 2", "3 cups of oil £ 9", "2 cups") == []


def test_long_sentences_are_no_rows():
    things = ("water", "milk", "stock", "wine")
    steps = [
        f"{at} cups of {thing} go into the pot before the fish comes."
        for at, thing in enumerate(things, start=2)
    ]

    assert kept(*steps) == []


def test_many_other_rows_end_the_list_unless_they_are_alike():
    others = ("a word", "another word", "a third word")
    rows = PANCAKES[:4]

    assert kept(*rows, *others, *rows) == [*rows, *rows]
    assert kept(*[f"• {row}" for row in (*rows, *others, *rows)]) != [f"• {row}" for row in rows]


def test_number_above_the_heading_is_no_quantity_of_it():
    rows = ("1 bottle of wine", "1/2 cup sugar", "2 oranges")

    assert kept("4", "Ingredients", *rows) == list(rows)


def test_boxes_on_lines_of_their_own_are_passed_over():
    rows = ("2 cups flour", "1 tsp salt", "100 g butter")
    lines = [each for row in rows for each in ("▢", row)]

    assert set(rows) <= set(kept(*lines, "▢", "▢", "▢", "3 tbsp oil"))
    assert "3 tbsp oil" in kept(*lines, "▢", "▢", "▢", "3 tbsp oil")
