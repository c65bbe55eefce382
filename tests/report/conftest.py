"""One run of the sample corpus, with all that stands beside its records."""

import pytest
from click.testing import CliRunner

from pipeline.cli import cli
from tests.conftest import CORPUS_FILE


def called(*arguments):
    """Return what a command prints, and its exit code."""
    result = CliRunner().invoke(cli, [str(each) for each in arguments])
    if result.exception and not isinstance(result.exception, SystemExit):
        raise result.exception
    return result.output, result.exit_code


@pytest.fixture(scope="package")
def sample_run(tmp_path_factory):
    folder = tmp_path_factory.mktemp("run") / "sample"
    called("run", "-c", CORPUS_FILE, "-o", folder, "-q", "-w", 1)
    return folder
