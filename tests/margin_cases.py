"""Pages as tests write them: `label | line`, an empty line for an empty line."""

from collections.abc import Mapping, Sequence

from pipeline.document import Document
from pipeline.options import Stage
from pipeline.running import run_stages

PROSE = (
    "The boats came back late on Friday, and nobody had waited for them on the quay.",
    "It was the first time in forty years that the lamp at the end of the pier was out.",
    "The keeper said later that he had been told to save the oil for the winter months.",
    "So the crews felt their way along the wall in the dark, and one of them lost an oar.",
    "In the morning they all agreed that a lamp without oil is no lamp, and went home to sleep.",
    "Only the youngest of them rowed out again that week, and he said that he had seen it burn.",
)
"""Paragraphs of running text that no rule knows."""


def expected_and_text(page: str) -> tuple[list[str], str]:
    """Return the labels of a page's lines, and its text. `P1` to `P6` stand for PROSE."""
    labels: list[str] = []
    lines: list[str] = []
    for written in page.strip("\n").split("\n"):
        label, _, text = written.strip().partition(" | ")
        if label:
            labels.append(label)
        is_prose = text[:1] == "P" and text[1:].isdigit()
        lines.append(PROSE[int(text[1:]) - 1] if is_prose else text)
    return labels, "\n".join(lines)


def labels_of(documents: Sequence[Document]) -> list[str]:
    """Return the labels of a capture's non-blank lines, in order."""
    lines = sorted(
        (line for document in documents for line in document.lines if not line.is_blank),
        key=lambda line: line.number,
    )
    return [str(line.label) for line in lines]


def labelled(document: Document, stages: Mapping[str, Stage], last: str) -> list[Document]:
    """Return the documents of a capture after the stages up to one."""
    names = list(stages)
    wanted = [(name, stages[name]) for name in names[: names.index(last) + 1]]
    return run_stages([document], wanted)
