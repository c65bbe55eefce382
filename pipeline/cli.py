"""The command line: `pipeline run`, one command a stage, and what helps to look at the result."""

import os
import sys

import click

from pipeline import __version__
from pipeline.commands.cleaning import run, stage_command
from pipeline.commands.correcting import label, suggest_rules
from pipeline.commands.learning import learn_sites
from pipeline.commands.looking import check, evaluate_command, explain, report, verify
from pipeline.commands.printing import text
from pipeline.commands.records import compare, inspect
from pipeline.errors import PipelineError
from pipeline.stages import STAGES

EXIT_ERROR = 1
EXIT_INTERRUPTED = 130


@click.group(context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100})
@click.version_option(__version__, prog_name="pipeline")
def cli() -> None:
    """Turn captured web pages into clean text records, with an account of every line.

    \b
    pipeline run                          the sample corpus
    pipeline run ~/pages -o clean         a folder of your own
    pipeline run -c configs/mine.yaml     a corpus file of your own
    pipeline text ~/pages/one.html        one page as clean text
    pipeline explain ~/pages/one.html     one page, line by line
    """  # noqa: D301  click wants the backspace character itself


_COMMANDS = (
    run,
    *map(stage_command, STAGES),
    learn_sites,
    report,
    text,
    explain,
    inspect,
    compare,
    check,
    verify,
    evaluate_command,
    label,
    suggest_rules,
)
for _command in _COMMANDS:
    cli.add_command(_command)


def main() -> None:
    """Run the command line; errors of the user's side are one line, not a traceback."""
    try:
        code = cli.main(standalone_mode=False)
        sys.stdout.flush()
    except PipelineError as error:
        click.echo(f"error: {error}", err=True)
        sys.exit(EXIT_ERROR)
    except click.ClickException as error:
        error.show()
        sys.exit(error.exit_code)
    except (click.Abort, KeyboardInterrupt):
        click.echo(
            "\ninterrupted: complete shards stay, the same command goes on from there", err=True
        )
        sys.exit(EXIT_INTERRUPTED)
    except BrokenPipeError:
        _drop_output()
        sys.exit(0)
    except OSError as error:
        click.echo(f"error: {_told(error)}", err=True)
        sys.exit(EXIT_ERROR)
    sys.exit(code if isinstance(code, int) else 0)


def _told(error: OSError) -> str:
    """Return what the system refused, where, and what to do; raise the error if it is neither."""
    if error.filename is not None:
        return f"{error.filename}: {error.strerror}; check what is there, and its rights"
    if not _is_full():
        raise error
    _drop_output()
    return f"standard output: cannot be written ({error.strerror}); make space where it goes"


def _is_full() -> bool:
    """Tell whether standard output does not take an empty line."""
    try:
        sys.stdout.write("\n")
        sys.stdout.flush()
    except OSError:
        return True
    return False


def _drop_output() -> None:
    """Let what standard output still holds go nowhere, so that nobody tries again at the end."""
    os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())


if __name__ == "__main__":
    main()
