"""What goes from a page for standing on many pages of its site, and what stays."""

import json
from pathlib import Path

import msgspec
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from click.testing import CliRunner

import pipeline
from pipeline.blocks import Decision, page_blocks
from pipeline.boilerplate import StripBoilerplate
from pipeline.boilerplate.surroundings import decide_within_text
from pipeline.cli import cli
from pipeline.document import BOILERPLATE_LABELS, Capture, Document, Line
from pipeline.errors import ConfigurationError
from pipeline.plan import Plan, load_plan, plan_fingerprint, with_sites_file, with_sites_read
from pipeline.running import compiled_stages, run_stages
from pipeline.sites.learning import SiteRow, write_site_lines
from pipeline.sites.lines import load_site_lines
from tests.conftest import CORPUS_FILE
from tests.sites.site import (
    HEADING,
    HOST,
    NOTICE,
    PROMOTION,
    addressed,
    archive,
    listing,
    page,
    paragraphs,
    title,
)
from tests.test_equivalence import hashes

READ_MOST = (0, 1, 2)
PAGES = 7


def known(folder: Path, pages: int = 12, of: int = 12, lines: tuple[str, ...] = ()) -> Path:
    """Write what the made-up site repeats, each line on so many pages of so many."""
    box = [line for each in READ_MOST for line in (title(each), paragraphs(each)[0])]
    menu = ("The Pellham Courier", "Home", "Harbour", "Weather", "Contact the editors")
    repeated = lines or (*menu, PROMOTION, HEADING, NOTICE, *box)
    write_site_lines(
        folder / "sites.parquet", [SiteRow(HOST, line, pages, of) for line in repeated]
    )
    return folder / "sites.parquet"


def plan_with(path: Path, **options: object) -> Plan:
    plan = with_sites_read(with_sites_file(load_plan(CORPUS_FILE), str(path)))
    changed = (
        msgspec.structs.replace(stage, **options) if isinstance(stage, StripBoilerplate) else stage
        for stage in plan.stages
    )
    return msgspec.structs.replace(plan, stages=tuple(changed))


@pytest.fixture(scope="module")
def knowing(tmp_path_factory: pytest.TempPathFactory) -> Plan:
    """Return a plan that knows the made-up site: one, as rules take a second to compile."""
    return plan_with(known(tmp_path_factory.mktemp("sites")))


def cleaned(text: str, plan: Plan, url: str = addressed(0)) -> pipeline.Page:
    return pipeline.clean(text, url=url, plan=plan)


def reasons(result: pipeline.Page, text: str) -> list[str]:
    return [line.reason for line in result.lines if line.text == text]


def test_a_promotion_amid_the_text_goes_with_its_reason_and_the_article_stays_whole(knowing):
    result = cleaned(page(0, READ_MOST), knowing)

    assert result.text.split("\n\n") == [*paragraphs(0)[:4], HEADING, *paragraphs(0)[4:]]
    assert result.title == title(0)
    (reason,) = reasons(result, PROMOTION)
    assert reason.startswith("site: repeated on 12 of 12 pages, model: ")


def test_without_the_file_the_promotion_is_published():
    assert PROMOTION in cleaned(page(0), load_plan(CORPUS_FILE)).text


def test_first_paragraph_stays_below_its_title_and_goes_in_the_box(knowing):
    result = cleaned(page(1, READ_MOST), knowing)

    labels = [line.label for line in result.lines if line.text == paragraphs(1)[0]]
    assert labels[0] == "content"
    assert labels[1] in BOILERPLATE_LABELS
    assert reasons(result, paragraphs(1)[0])[0].endswith(", repeated on 12 of 12 pages")


def test_on_few_pages_what_scores_high_stays(tmp_path):
    few = cleaned(page(0, READ_MOST), plan_with(known(tmp_path, pages=5, of=8)))
    narrow = cleaned(page(0, READ_MOST), plan_with(known(tmp_path, pages=12, of=30)))

    assert PROMOTION in few.text
    assert PROMOTION in narrow.text
    assert reasons(narrow, PROMOTION)[0].endswith(", repeated on 12 of 30 pages")


def test_pages_of_other_sites_are_as_without_the_file(knowing):
    bare = load_plan(CORPUS_FILE)

    for url in ("https://elsewhere.example/1", ""):
        text = page(0, READ_MOST)
        assert cleaned(text, knowing, url).lines == cleaned(text, bare, url).lines


def test_a_page_that_has_little_else_keeps_all(tmp_path):
    lines = tuple(paragraphs(3))
    text = "\n\n".join((title(3), *lines))

    result = cleaned(text, plan_with(known(tmp_path, lines=lines)))

    assert result.text == "\n\n".join(lines)


def test_items_of_a_listing_stay_items_and_the_box_below_is_of_none(knowing):
    result = cleaned(listing(range(10), READ_MOST), knowing)

    assert [item.title for item in result.items] == [title(number) for number in range(10)]
    assert [item.text for item in result.items] == [paragraphs(number)[0] for number in range(10)]


def test_what_goes_is_not_put_back_for_standing_between_paragraphs():
    texts = [paragraphs(0)[0], "Tide diary", "The mayor's answer", paragraphs(0)[1]]
    blocks = page_blocks(Line(at, text) for at, text in enumerate(texts, start=1))
    content = Decision("content", "model: 0.90", 0.9)
    repeated = Decision("other", "site: repeated on 12 of 12 pages, model: 0.30", 0.3, True)
    decided = {0: content, 1: repeated, 2: Decision("other", "model: 0.20", 0.2), 3: content}

    assert [*decide_within_text(blocks, decided)] == [2]


def test_html_is_asked_too(knowing):
    tags = "".join(f"<p>{line}</p>" for line in page(0, READ_MOST).split("\n\n")[5:])
    html = f"<html><body><h1>{title(0)}</h1>{tags}</body></html>"

    result = cleaned(html, knowing)

    assert PROMOTION not in result.text
    assert all(line in result.text for line in paragraphs(0))


def test_without_a_model_the_site_is_asked_all_the_same(tmp_path):
    result = cleaned(page(0, READ_MOST), plan_with(known(tmp_path), model=False))

    assert reasons(result, PROMOTION) == ["site: repeated on 12 of 12 pages"]
    assert all(line in result.text for line in paragraphs(0))


def test_the_stage_again_changes_nothing(knowing):
    stages = compiled_stages(knowing)
    raw = page(0, READ_MOST).encode()
    capture = Capture("0" * 16, "a.txt", "text", addressed(0), len(raw), raw)
    once = run_stages([Document(capture)], stages[:2])

    assert run_stages(once, stages[1:2]) == once
    assert [line.number for line in once[0].lines] == [*range(1, len(once[0].lines) + 1)]


def run(*arguments: object, code: int = 0) -> str:
    done = CliRunner().invoke(cli, [*map(str, arguments)])
    assert done.exit_code == code, (done.output, done.exception)
    return done.output


def corpus(folder: Path, sites: str) -> Path:
    """Write a corpus file that names a file of what sites repeat."""
    folder.mkdir(exist_ok=True)
    archive(folder / "crawl.jsonl", [(addressed(n), page(n, READ_MOST)) for n in range(PAGES)])
    (folder / "corpus.yaml").write_text(
        "corpus: made\nsource:\n  paths: [crawl.jsonl]\noutput: out\nstages:\n"
        "  - stage: fix-encoding\n  - stage: strip-boilerplate\n"
        f"    sites: {sites}\n  - stage: split-digests\n  - stage: detect-language\n"
        "  - stage: write-parquet\n"
    )
    return folder / "corpus.yaml"


def test_a_corpus_file_learns_then_uses_the_file_that_it_names(tmp_path):
    file = corpus(tmp_path, "learned/sites.parquet")

    run("learn-sites", "-c", file, "-w", 1)
    run("run", "-c", file, "-w", 1, "-q")

    texts = pq.read_table(tmp_path / "out/documents", columns=["text"])["text"].to_pylist()
    wanted = ["\n\n".join((*paragraphs(n)[:4], HEADING, *paragraphs(n)[4:])) for n in range(PAGES)]
    assert texts == wanted
    assert "sites: learned/sites.parquet" in run("check", "-c", file)
    assert run("verify", tmp_path / "out")


def test_where_the_file_lies_changes_no_byte(tmp_path):
    for name, sites in (("a", "sites.parquet"), ("b", "deep/down/lines.parquet")):
        file = corpus(tmp_path / name, sites)
        (tmp_path / name / sites).parent.mkdir(parents=True, exist_ok=True)
        known(tmp_path).rename(tmp_path / name / sites)
        run("run", "-c", file, "-w", 1, "-q")

    one, other = (hashes(tmp_path / name / "out") for name in "ab")
    assert one == other
    plans = [load_plan(tmp_path / name / "corpus.yaml") for name in "ab"]
    assert len({plan_fingerprint(plan) for plan in plans}) == 1


def test_another_file_does_the_shards_again_and_says_why(tmp_path):
    file = corpus(tmp_path, "sites.parquet")
    known(tmp_path)
    run("run", "-c", file, "-w", 1, "-q")

    assert "up to date" in run("run", "-c", file, "--dry-run")
    known(tmp_path, lines=(NOTICE,))

    assert "the plan changed: strip-boilerplate sites from " in run("run", "-c", file, "--dry-run")


@pytest.mark.parametrize(
    ("content", "problem"),
    [
        (None, "no such file of site lines"),
        (b"a line\n", "is no file of site lines"),
        (pa.table({"site": ["a"], "line": ["b"]}), "is no file of site lines"),
        (
            pa.table({"site": ["a"], "line": ["b"], "pages": ["many"], "of": [4]}),
            "is no file of site lines",
        ),
        (
            pa.table({"site": [None], "line": ["b"], "pages": [4], "of": [4]}),
            "is no file of site lines",
        ),
    ],
    ids=["missing", "text", "other columns", "other types", "no value"],
)
def test_a_file_that_is_none_is_said_before_anything_is_written(content, problem, tmp_path):
    file = corpus(tmp_path, "sites.parquet")
    if isinstance(content, bytes):
        (tmp_path / "sites.parquet").write_bytes(content)
    elif content is not None:
        pq.write_table(content, tmp_path / "sites.parquet")

    done = CliRunner().invoke(cli, ["run", "-c", str(file)])

    assert isinstance(done.exception, ConfigurationError)
    assert problem in str(done.exception)
    assert "`pipeline learn-sites`" in str(done.exception)
    assert not (tmp_path / "out").exists()


def test_a_corpus_without_the_stage_says_so(tmp_path):
    file = corpus(tmp_path, "sites.parquet")
    lines = file.read_text().splitlines()
    file.write_text(
        "\n".join(each for each in lines if "strip" not in each and "sites" not in each)
    )

    done = CliRunner().invoke(cli, ["run", "-c", str(file), "--sites", "sites.parquet"])

    assert "is asked by strip-boilerplate" in str(done.exception)


def test_the_file_is_no_capture_though_it_lies_among_them(tmp_path):
    pages = tmp_path / "pages"
    pages.mkdir()
    archive(pages / "crawl.jsonl", [(addressed(n), page(n, READ_MOST)) for n in range(PAGES)])
    sites, out = pages / "sites.parquet", tmp_path / "out"

    told = run("learn-sites", pages, "-o", sites, "-w", 1)
    first = sites.read_bytes()
    assert run("learn-sites", pages, "-o", sites, "-w", 1) == told
    run("run", pages, "-o", out, "-w", 1, "-q", "--sites", sites)

    assert sites.read_bytes() == first
    assert json.loads((out / "manifest.json").read_text())["totals"]["captures"] == PAGES
    assert run("verify", out)


def test_run_takes_another_file_than_the_corpus_file_names(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    file = corpus(tmp_path, "missing.parquet")
    known(tmp_path)

    run("run", "-c", file, "-w", 1, "-q", "--sites", "sites.parquet")

    audit = pq.read_table(tmp_path / "out/audit", columns=["reason"])["reason"].to_pylist()
    assert any(reason.startswith("site: ") for reason in audit)
    manifest = json.loads((tmp_path / "out/manifest.json").read_text())
    assert str(tmp_path) not in json.dumps(manifest)


def test_lines_are_found_whatever_their_spaces(tmp_path):
    lines = load_site_lines(known(tmp_path, lines=(NOTICE,)))

    found = lines.repeats(HOST, [NOTICE.replace(" ", "  \t"), "another line"])

    assert found is not None
    assert (found.pages.tolist(), found.of) == ([12, 0], 12)
    assert lines.repeats("elsewhere.example", [NOTICE]) is None
