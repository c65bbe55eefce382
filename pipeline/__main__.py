"""The command `pipeline`, and `python -m pipeline`."""

import sys


def main() -> None:
    """Load the command line, which takes a moment, and run it."""
    try:
        from pipeline.cli import main as command  # noqa: PLC0415
    except KeyboardInterrupt:
        sys.stderr.write("\ninterrupted before anything was begun\n")
        sys.exit(130)
    command()


if __name__ == "__main__":
    main()
