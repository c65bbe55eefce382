"""All stages there are. YAML tags, CLI commands and make targets are read off this union."""

from typing import TypeAlias

from pipeline.boilerplate import StripBoilerplate
from pipeline.digests import SplitDigests
from pipeline.encoding import FixEncoding
from pipeline.language import DetectLanguage
from pipeline.options import StageOptions
from pipeline.storage import WriteParquet

TextStage: TypeAlias = FixEncoding | StripBoilerplate | SplitDigests | DetectLanguage
"""Stages that take a document and give documents."""

STAGES: tuple[type[StageOptions], ...] = (
    FixEncoding,
    StripBoilerplate,
    SplitDigests,
    DetectLanguage,
    WriteParquet,
)
"""In the order in which they run."""


def stage_name(stage: type[StageOptions] | StageOptions) -> str:
    """Return the one name of a stage: YAML tag, CLI command, make target.

    >>> stage_name(FixEncoding), stage_name(WriteParquet())
    ('fix-encoding', 'write-parquet')
    """
    return str(stage.__struct_config__.tag)


STAGE_NAMES = tuple(stage_name(stage) for stage in STAGES)
