"""One capture on its way through the stages; whatever one does to a stage, the next goes on."""

from collections.abc import Sequence
from pathlib import Path

import msgspec

from pipeline.document import Document
from pipeline.options import Stage
from pipeline.plan import Plan
from pipeline.stages import STAGE_NAMES, stage_name


def compiled_between(plan: Plan, first: str, last: str) -> list[tuple[str, Stage]]:
    """Return the plan's stages from one to another, rules and models loaded."""
    names = STAGE_NAMES[STAGE_NAMES.index(first) : STAGE_NAMES.index(last) + 1]
    return [
        (stage_name(stage), stage.compile(Path(plan.configs)))
        for stage in plan.stages
        if stage_name(stage) in names
    ]


def compiled_stages(plan: Plan) -> list[tuple[str, Stage]]:
    """Return all stages of a plan that take documents, rules and models loaded."""
    return compiled_between(plan, STAGE_NAMES[0], STAGE_NAMES[-1])


def run_stages(
    documents: Sequence[Document], stages: Sequence[tuple[str, Stage]]
) -> list[Document]:
    """Return all documents of one capture after the stages, in order."""
    current = list(documents)
    for name, stage in stages:
        current = [after for document in current for after in guarded(name, stage, document)]
    return current


def guarded(name: str, stage: Stage, document: Document) -> tuple[Document, ...]:
    """Return a stage's documents; one that it fails on, or loses a line of, comes out rejected.

    Whatever one page does to a stage, the run goes on, and the page is listed with the reason: one
    of two broad `except`s of the package, the other is for the reading of a record (`shards`).
    """
    if document.rejected:
        return (document,)
    try:
        after = tuple(stage(document))
        lost = _lost_lines(document, after)
    except Exception as error:  # noqa: BLE001  see above
        lost = f"{type(error).__name__}: {error}"
    if lost:
        return (msgspec.structs.replace(document, rejected=f"{name}: {lost}"),)
    return after


def _lost_lines(before: Document, after: Sequence[Document]) -> str:
    """Return what is wrong if the results together do not have each line once, or ``."""
    numbers = sorted(line.number for document in after for line in document.lines)
    if before.capture.content is not None or numbers == [line.number for line in before.lines]:
        return ""
    return "the stage lost or doubled a line; this is a defect, please report it"
