"""The command line of the course: ``python -m helpers --help``."""

import argparse
import importlib
import io
import sys
from pathlib import Path

COMMAND = "autoencoder-workbook"
# Each module adds its own commands, and imports what is heavy only when one runs.
_COMMANDS = (
    "helpers.handout",
    "helpers.data",
    "helpers.work",
    "helpers.release",
    "helpers.export",
    "helpers.site",
    "helpers.results",
    "helpers.studies.lab",
    "helpers.doctor",
    "helpers.grading",
    "helpers.studies.bench",
    "helpers.studies.vincent",
)


def build_parser() -> argparse.ArgumentParser:
    """Return the parser with the commands of all modules."""
    # An installed course has a command of that name (pyproject.toml).
    called = Path(sys.argv[0]).stem if sys.argv else ""
    parser = argparse.ArgumentParser(
        prog=called if called == COMMAND else "python -m helpers",
        description="The tools of the autoencoder workbook.",
    )
    subparsers = parser.add_subparsers(title="commands", metavar="COMMAND", required=True)
    for name in _COMMANDS:
        importlib.import_module(name).add_commands(subparsers)
    return parser


def main(arguments: list[str] | None = None) -> int:
    """Run one command and return its exit code: 2 for a mistake, said in one sentence."""
    _print_anything()
    parsed = build_parser().parse_args(arguments)
    try:
        return parsed.run(parsed)
    except (ValueError, OSError) as problem:
        print(problem, file=sys.stderr)
        return 2
    except KeyboardInterrupt:
        print("Stopped.", file=sys.stderr)
        return 130


def _print_anything() -> None:
    """Let a console show in another way what it cannot print, rather than end the command."""
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(errors="backslashreplace")


if __name__ == "__main__":
    sys.exit(main())
