"""Commands: the lab's train, compare-pca and denoise, and the kept runs of lessons 04 and 06."""

from helpers.studies.lab import cluster_run, compare_pca, denoise, long_run, train


def add_commands(subparsers) -> None:
    """Add `train`, `compare-pca`, `denoise`, `long-run` and `cluster-run` to the command line."""
    for command in (train, compare_pca, denoise, long_run, cluster_run):
        command.add_command(subparsers)
