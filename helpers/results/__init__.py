"""Set our figures beside the published ones, and collect them from the executed solutions."""

from helpers.results.collecting import add_commands, collect
from helpers.results.comparison import MIME_TYPE, Comparison, Comparisons, compare
from helpers.results.figures import Published, published
from helpers.results.kept_runs import cluster_runs, long_run, longer_run
from helpers.results.text import table_text

__all__ = [
    "MIME_TYPE",
    "Comparison",
    "Comparisons",
    "Published",
    "add_commands",
    "cluster_runs",
    "collect",
    "compare",
    "long_run",
    "longer_run",
    "published",
    "table_text",
]
