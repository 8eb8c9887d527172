"""The lab's programs as commands: train, compare-pca, denoise; and doctor, for the machine."""

from helpers.lab import compare_pca, denoise, doctor, train


def add_commands(subparsers) -> None:
    """Add `train`, `compare-pca`, `denoise` and `doctor` to the command line."""
    for command in (train, compare_pca, denoise, doctor):
        command.add_command(subparsers)
