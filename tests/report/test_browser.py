"""The report in a real browser: filter, search, doubtful lines; contrast and roles by axe."""

import re
import shutil

import pytest

from tests.conftest import CORPUS_FILE
from tests.report.conftest import called

CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser")
FLAGS = (
    *("--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-sync"),
    *("--disable-background-networking", "--disable-component-update"),
)
pytestmark = [
    pytest.mark.skipif(not CHROMIUM, reason="no chromium is there; Debian has it as a package"),
    pytest.mark.filterwarnings("ignore"),
]


@pytest.fixture(scope="module")
def browser():
    playwright = pytest.importorskip("playwright.sync_api")
    with playwright.sync_playwright() as started:
        launched = started.chromium.launch(executable_path=CHROMIUM, args=list(FLAGS))
        yield launched
        launched.close()


@pytest.fixture(scope="module")
def address(sample_run, tmp_path_factory):
    path = tmp_path_factory.mktemp("page") / "report.html"
    called("report", sample_run, "-c", CORPUS_FILE, "-o", path)
    return f"file://{path}"


@pytest.fixture
def opened(browser, address):
    """Opens the report and holds that nothing goes wrong in it and nothing is asked for."""
    contexts, errors, asked = [], [], []

    def open_page(**options):
        context = browser.new_context(**options)
        contexts.append(context)
        page = context.new_page()
        page.on("pageerror", lambda error: errors.append(str(error)))
        page.on("console", lambda said: errors.append(said.text) if said.type == "error" else None)
        page.on("request", lambda request: asked.append(request.url))
        page.goto(address)
        return page

    yield open_page
    for context in contexts:
        context.close()
    assert errors == []
    assert all(url.startswith(("file:", "data:")) for url in asked)


def choose(page, source):
    """Choose a capture as a person does, by its name before its title."""
    options = page.locator("#capture option").all_inner_texts()
    (text,) = (each for each in options if each.partition(" – ")[0] == source)
    page.select_option("#capture", label=text)


def shown(page):
    return page.locator(".line:not([hidden])").count()


def test_filter_by_label(opened):
    page = opened()
    choose(page, "harbour-article.txt")
    every = shown(page)
    page.get_by_role("checkbox", name="navigation").uncheck()

    assert 0 < shown(page) < every
    assert page.locator(".l-navigation.line:not([hidden])").count() == 0
    page.get_by_role("button", name="All labels on or off").click()
    assert shown(page) == every


def test_search_and_next(opened):
    page = opened()
    choose(page, "harbour-article.txt")
    page.get_by_role("searchbox", name="Search").fill("SLUICE")
    page.keyboard.press("Enter")
    said = page.get_by_role("status").inner_text()
    first = page.locator(".here").inner_text()

    assert said.startswith("1 of ")
    assert "sluice" in first.lower()
    page.get_by_role("searchbox", name="Search").fill("there is no such word")
    assert page.get_by_role("status").inner_text() == "0 lines found"


def test_next_doubtful_line_goes_on_through_the_captures(opened):
    page = opened()
    places = []
    for _ in range(6):
        page.get_by_role("button", name="Next doubtful line").click()
        line = page.locator(".line.here")
        assert "doubtful" in line.get_attribute("class")
        assert line.is_visible()
        places.append((page.input_value("#capture"), line.locator(".at").inner_text()))

    assert len(set(places)) == 6


def test_example_leads_to_its_line(opened):
    page = opened()
    page.locator("summary", has_text="shape: byline near the title").click()
    link = page.locator("details[open] a").first
    source, _, number = link.inner_text().rpartition(":")
    link.click()

    assert page.locator("#capture option:checked").inner_text().partition(" – ")[0] == source
    assert page.locator(".here .at").inner_text() == number
    assert "l-byline" in page.locator(".here").get_attribute("class")


def test_items_of_a_digest_are_framed_and_repairs_marked(opened):
    page = opened()
    choose(page, "riverside-tag-listing.txt")
    assert page.locator(".item").count() == 8
    choose(page, "moor-mojibake.txt")
    assert page.locator("#lines del").count() > 10
    assert page.locator("#lines ins").count() > 10


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("width", [1200, 390])
def test_contrast_and_roles(opened, scheme, width):
    axe = pytest.importorskip("axe_playwright_python.sync_playwright")
    page = opened(color_scheme=scheme, viewport={"width": width, "height": 900})
    choose(page, "riverside-tag-listing.txt")
    found = axe.Axe().run(page).response["violations"]

    assert [(each["id"], each["impact"], each["nodes"][0]["html"]) for each in found] == []
    assert page.evaluate("document.documentElement.scrollWidth") <= width


def test_large_capture_is_shown_soon(browser, tmp_path):
    (tmp_path / "large.txt").write_text(
        "\n".join(f"Line {at} says that the boats came back on day {at}." for at in range(20_000))
    )
    output, _ = called("explain", tmp_path / "large.txt", "--html", "-c", CORPUS_FILE)
    (tmp_path / "large.html").write_text(output)
    page = browser.new_page()
    page.goto(f"file://{tmp_path}/large.html")

    assert 0 < page.locator(".line").count() < 2_000
    page.get_by_role("searchbox", name="Search").fill("day 19999.")
    page.keyboard.press("Enter")
    assert page.get_by_role("status").inner_text().startswith("1 of 1 lines found")
    assert "day 19999." in page.locator(".here").inner_text()
    assert page.locator(".here").is_visible()
    assert page.locator(".line .at", has_text=re.compile(r"^2001$")).count() == 0
    chunk = page.locator(".chunk").nth(10)  # of 200 lines, as high as their reasons make them
    chunk.evaluate("chunk => chunk.scrollIntoView({ behavior: 'instant' })")
    page.locator(".line .at", has_text=re.compile(r"^2001$")).wait_for(state="attached")
    page.close()


def test_search_goes_on_through_the_captures(opened):
    page = opened()
    choose(page, "harbour-article.txt")
    page.get_by_role("searchbox", name="Search").fill("Byline near the")
    said = page.get_by_role("status").inner_text()
    captures = set()
    for _ in range(12):
        page.keyboard.press("Enter")
        assert "byline near the" in page.locator(".here").inner_text().lower()
        captures.add(page.input_value("#capture"))

    assert re.fullmatch(r"\d+ lines found, and some in \d+ other captures", said)
    assert len(captures) > 2


def test_labels_that_are_off_stay_off_in_the_next_capture(opened):
    page = opened()
    choose(page, "harbour-article.txt")
    page.get_by_role("checkbox", name="navigation").uncheck()
    choose(page, "riverside-tag-listing.txt")

    assert not page.get_by_role("checkbox", name="navigation").is_checked()
    assert page.locator(".l-navigation.line").count() == 0
    page.get_by_text("context: above the title", exact=True).click()
    page.locator("details[open] a").first.click()
    assert page.get_by_role("checkbox", name="navigation").is_checked()
    assert "l-navigation" in page.locator(".here").get_attribute("class")
