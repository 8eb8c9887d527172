"""Set our figures beside the published ones, and collect them from the executed solutions."""

from helpers.results.collecting import add_commands, collect
from helpers.results.comparison import MIME_TYPE, Comparison, Comparisons, compare
from helpers.results.figures import Published, published
from helpers.results.long_run import long_run
from helpers.results.text import table_text

__all__ = [
    "MIME_TYPE",
    "Comparison",
    "Comparisons",
    "Published",
    "add_commands",
    "collect",
    "compare",
    "long_run",
    "published",
    "table_text",
]
