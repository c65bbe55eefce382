"""The base of all stage options."""

from collections.abc import Callable, Iterable

import msgspec

from pipeline.document import Document

Stage = Callable[[Document], Iterable[Document]]
"""A pure function: no files, clock, counters, logs, globals, no knowledge of other stages."""


class StageOptions(
    msgspec.Struct, frozen=True, forbid_unknown_fields=True, tag_field="stage", kw_only=True
):
    """Options of a stage, as they stand in a corpus file. They travel; what they load does not.

    Each stage adds `compile(configs: Path) -> Stage`, which loads rules and models and returns the
    function.
    """
