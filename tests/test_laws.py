"""The four laws, of every stage and of the whole plan, over generated documents and all fixtures.

1. conservation: the line numbers of the results together are those of the document, once each;
2. idempotence: a stage run on its own result changes nothing;
3. replay: the edits, applied to the captured text, give the text;
4. equivalence: any worker count, staged or fused: the same bytes (tests/test_equivalence.py).
"""

from collections.abc import Iterator

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from pipeline.document import Document, replay, undo
from pipeline.encoding import split_lines
from pipeline.options import Stage
from pipeline.running import run_stages
from pipeline.sources.captures import read_capture
from pipeline.sources.source import Source, SourceFile
from tests.conftest import RAW, shared_folder

STAGES = ("fix-encoding", "strip-boilerplate", "split-digests", "detect-language")
PIECES = (
    "",
    " ",
    "Skip to content",
    "Share",
    "Facebook Twitter Share",
    "Related articles",
    "Sign up to our newsletter",
    "12 May 2020",
    "By Ana Ruiz",
    "Ana Ruiz",
    "Read more",
    "The harbour opens again after forty years",
    "A bridge that nobody wanted to cross",
    "© 2020 The Harbour Courier. All rights reserved.",
    "The boats came back late on Friday, and nobody had waited for them on the quay.",
    "It rained for a week, which the growers had hoped for, and the wells were full again…",
    "They had come from all of the villages around the",
    "old harbour, and stayed until the lamps were lit along the whole of the quay.",
    "El niÃ±o volviÃ³ con “la red” y no dijo nada",
    "the town´s well, don´t [ask](#) &amp; see\N{NO-BREAK SPACE}it",
    "  • a point of a list;",
    "\N{ZERO WIDTH NO-BREAK SPACE}page\x0cbreak \N{SOFT HYPHEN}here",
)
LINE = st.one_of(st.sampled_from(PIECES), st.text(max_size=60))
ENDING = st.sampled_from(["\n", "\n\n", "\r\n", "\r"])
TEXT = st.lists(st.tuples(LINE, ENDING), max_size=40).map(
    lambda lines: "".join(line + ending for line, ending in lines)
)
HTML = st.lists(
    st.tuples(st.sampled_from(["p", "h2", "li", "nav", "div", "td", "b", "pre"]), LINE), max_size=15
).map(lambda parts: "<html>" + "".join(f"<{tag}>{text}</{tag}>" for tag, text in parts))
RUNS = settings(
    max_examples=120, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)


def documents_before(stage: str, stages: dict[str, Stage], first: Document) -> list[Document]:
    """Return the documents that a stage takes, made from a capture by the stages before it."""
    before = [(name, stages[name]) for name in STAGES[: STAGES.index(stage)]]
    return run_stages([first], before)


def fixtures() -> Iterator[tuple[str, Document]]:
    for path in sorted(RAW.iterdir()):
        if path.suffix != ".url":
            yield path.name, read_capture(SourceFile(path.name, str(path)), Source(paths=()))


def assert_laws(stage: str, stages: dict[str, Stage], first: Document) -> None:
    for document in documents_before(stage, stages, first):
        once = run_stages([document], [(stage, stages[stage])])
        assert not any(each.rejected for each in once if not first.rejected) or all(
            "not text" in each.rejected for each in once if each.rejected
        )
        if document.capture.content is None:
            assert numbers(once) == [line.number for line in document.lines]
        twice = run_stages(once, [(stage, stages[stage])])
        assert twice == once
        for each in once:
            assert_replays(each)


def assert_replays(document: Document) -> None:
    """Hold a document's edits to its text: undone they give lines that, redone, give the text."""
    edits = {line.number: [] for line in document.lines}
    for edit in document.edits:
        edits[edit.line].append(edit)
    captured = {line.number: undo(line.text, edits[line.number]) for line in document.lines}
    width = max(captured, default=0)
    replayed = replay([captured.get(at + 1, "") for at in range(width)], document.edits)

    assert {n: replayed[n - 1] for n in captured} == {ln.number: ln.text for ln in document.lines}


def numbers(documents: list[Document]) -> list[int]:
    return sorted(line.number for document in documents for line in document.lines)


@pytest.mark.parametrize("stage", STAGES)
@RUNS
@given(text=TEXT)
def test_laws_hold_over_generated_text(stage, stages, capture, text):
    assert_laws(stage, stages, capture(text))


@pytest.mark.parametrize("stage", STAGES)
@settings(RUNS, max_examples=40)
@given(text=HTML)
def test_laws_hold_over_generated_html(stage, stages, capture, text):
    assert_laws(stage, stages, capture(text, form="html"))


@pytest.mark.parametrize("stage", STAGES)
@pytest.mark.parametrize(("name", "document"), list(fixtures()), ids=lambda value: str(value)[:30])
def test_laws_hold_over_sample_captures(stage, stages, name, document):
    assert_laws(stage, stages, document)


@pytest.mark.parametrize("stage", STAGES)
def test_laws_hold_over_the_five_real_captures(stage, stages):
    for path in sorted(shared_folder("seeds").glob("*.txt")):
        assert_laws(stage, stages, read_capture(SourceFile(path.name, str(path)), Source(paths=())))


@RUNS
@given(text=TEXT)
def test_captured_text_is_woven_back_from_the_lines(stages, capture, text):
    after = run_stages([capture(text)], list(stages.items()))
    lines = sorted((line for each in after for line in each.lines), key=lambda line: line.number)
    edits = [edit for each in after for edit in each.edits]

    woven = "".join(
        undo(line.text, [edit for edit in edits if edit.line == line.number]) + line.ending
        for line in lines
    )

    assert after[0].rejected or woven == text


@given(text=st.text())
def test_lines_and_their_ends_are_the_whole_text(text):
    assert "".join(line.text + line.ending for line in split_lines(text)) == text
