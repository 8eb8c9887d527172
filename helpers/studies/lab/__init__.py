"""Commands: the lab's train, compare-pca and denoise, and long-run."""

from helpers.studies.lab import compare_pca, denoise, long_run, train


def add_commands(subparsers) -> None:
    """Add `train`, `compare-pca`, `denoise` and `long-run` to the command line."""
    for command in (train, compare_pca, denoise, long_run):
        command.add_command(subparsers)
