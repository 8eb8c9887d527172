"""Commands: the lab's train, compare-pca and denoise; long-run; doctor, for the machine."""

from helpers.lab import compare_pca, denoise, doctor, long_run, train


def add_commands(subparsers) -> None:
    """Add `train`, `compare-pca`, `denoise`, `long-run` and `doctor` to the command line."""
    for command in (train, compare_pca, denoise, long_run, doctor):
        command.add_command(subparsers)
