"""What all tests share: the plan of the sample corpus, its captures, and shared data sets."""

import os
from collections.abc import Callable
from pathlib import Path

import pytest

from pipeline import shards
from pipeline.document import Capture, Document
from pipeline.options import Stage
from pipeline.plan import Plan, load_plan
from pipeline.running import compiled_stages
from pipeline.stages import STAGE_NAMES

ROOT = Path(__file__).resolve().parent.parent
CORPUS_FILE = ROOT / "configs" / "sample.yaml"
RAW = ROOT / "raw" / "sample"
GOLD = ROOT / "tests" / "gold" / "sample"
SHARED_VARIABLE = "PIPELINE_SHARED"
"""Names the folder of the data sets that are no part of the project; default ../shared."""


def shared_folder(name: str) -> Path:
    """Return a folder of shared data; skip the test, and say so, where it is not."""
    folder = Path(os.environ.get(SHARED_VARIABLE, ROOT.parent / "shared")) / name
    if not folder.is_dir():
        pytest.skip(f"{name} is not there; set {SHARED_VARIABLE} to the folder that holds it")
    return folder


@pytest.fixture(scope="session")
def plan() -> Plan:
    return load_plan(CORPUS_FILE)


@pytest.fixture(scope="session")
def stages(plan: Plan) -> dict[str, Stage]:
    return dict(compiled_stages(plan))


@pytest.fixture
def loaded_stages(stages: dict[str, Stage], monkeypatch: pytest.MonkeyPatch) -> None:
    """Let runs in this process take the session's stages rather than load their own."""

    def compiled(_: Plan, first: str, last: str) -> list[tuple[str, Stage]]:
        names = STAGE_NAMES[STAGE_NAMES.index(first) : STAGE_NAMES.index(last) + 1]
        return [(name, stages[name]) for name in names if name in stages]

    monkeypatch.setattr(shards, "compiled_between", compiled)


@pytest.fixture
def capture() -> Callable[..., Document]:
    def make(content: bytes | str, form: str = "text", url: str = "") -> Document:
        raw = content.encode() if isinstance(content, str) else content
        return Document(Capture("0" * 16, "a.txt", form, url, len(raw), raw))

    return make
