"""The page of results: every figure of the executed solutions beside the published one."""

from itertools import groupby
from pathlib import Path

from helpers.release.lesson import solution_path
from helpers.results.collecting import collect
from helpers.results.figures import kind_of
from helpers.results.text import figure

_HEAD = """\
| what | ours | published | unit | verdict | source |
|---|---:|---:|---|---|---|
"""


def results_page(sources: list[Path]) -> str:
    """Return the page in MyST, a table for each lesson that compares.

    Args:
        sources: the lessons, ``solutions/NN_topic.py``.
    """
    records = collect(map(solution_path, sources))
    parts = [
        "# Results\n\nEvery figure of the lessons that is set beside a published one, as the "
        "committed solutions computed it on MNIST. `python -m helpers results` lists the same."
    ]
    for lesson, group in groupby(records, key=lambda record: record["lesson"]):
        rows = "\n".join(map(_row, group))
        title = f"Lesson {lesson[:2]}"
        parts.append(f"## [{title}](lessons/{lesson}.ipynb)\n\n{_HEAD}{rows}")
    if any(kind_of(record["source"]) == "reference" for record in records):
        parts.append("\\* a reference of ours, not published")
    return "\n\n".join(parts) + "\n"


def _row(record: dict) -> str:
    what = record["what"].rstrip(".") + (f" ({record['split']})" if record["split"] else "")
    published = f"{record['published']:,.{record['decimals']}f}"
    if kind_of(record["source"]) == "reference":
        published += " \\*"
    ours = figure(record["ours"], record["decimals"])
    cells = (what, ours, published, record["unit"], record["verdict"], record["source"])
    return f"| {' | '.join(cell.replace('|', chr(92) + '|') for cell in cells)} |"
