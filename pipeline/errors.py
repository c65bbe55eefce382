"""What can go wrong on the user's side, each error with its place, its problem and its remedy."""

import difflib
from collections.abc import Iterable


class PipelineError(Exception):
    """An error that is shown to the user as it is: where, what is wrong, what to do instead."""

    def __init__(self, where: str, problem: str, remedy: str = "") -> None:
        self.where = where
        self.problem = problem
        self.remedy = remedy
        super().__init__(f"{where}: {problem}" + (f"; {remedy}" if remedy else ""))

    def __reduce__(self) -> tuple[type["PipelineError"], tuple[str, str, str]]:
        """Return what makes the error again in the process that shows it."""
        return type(self), (self.where, self.problem, self.remedy)


class ConfigurationError(PipelineError):
    """A corpus file, a rule file or a language file that cannot be used. Exit code 1."""


class SourceError(PipelineError):
    """A source that names nothing to read. Exit code 1."""


class UnreadableError(PipelineError):
    """One capture that cannot be read; the run lists it as rejected and goes on."""


class WorkingShardError(PipelineError):
    """The working shards of the stage before are missing or were made with other options."""


class GoldError(PipelineError):
    """A gold file that does not have the margin form, or not the capture's lines."""


class OutputError(PipelineError):
    """An output folder that cannot be written or read."""


def near_names(name: str, names: Iterable[str]) -> str:
    """Return a remedy that offers the known names nearest to `name`, else all of them.

    >>> near_names("strip-boilerplat", ["fix-encoding", "strip-boilerplate"])
    'did you mean strip-boilerplate?'
    >>> near_names("xyzzy", ["b", "a"])
    'known are: a, b'
    """
    known = sorted(names)
    near = difflib.get_close_matches(name, known, n=3, cutoff=0.6)
    if near:
        return f"did you mean {' or '.join(near)}?"
    return f"known are: {', '.join(known)}"
