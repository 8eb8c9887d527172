"""The score of a lesson, as plain text and dressed for a notebook that a person has open."""

from __future__ import annotations

import html
from collections.abc import Sequence

from helpers.checks.registry import Exercise
from helpers.checks.running import WIDTH, Verdict

Rows = Sequence[tuple[Exercise, "Verdict | None"]]

# Signs beside the words, so that nothing depends on a colour; currentColor fits any theme.
_SIGNS = {"passed": "✓", "not yet": "✗"}
_BAR = (
    '<progress value="{earned}" max="{total}" aria-label="{label}" '
    'style="width: 12em; height: 1em; vertical-align: middle"></progress>'
)


def score_text(lesson: str, rows: Rows) -> str:
    """Return the points of a lesson, one line an exercise."""
    left, right = f"Lesson {lesson}", _points(*_sums(rows))
    lines = [f"{left}{right:>{WIDTH - len(left)}}"]
    for entry, verdict in rows:
        points = f"{verdict.points if verdict else 0} of {entry.points}"
        lines.append(f"  {entry.id:5} {entry.title:44} {points:>8}  {_status(verdict)}")
    return "\n".join(lines)


def score_html(lesson: str, rows: Rows) -> str:
    """Return the same as a table with a bar of progress, readable by a screen reader."""
    earned, total = _sums(rows)
    cells = "".join(
        f'<tr><td>{entry.id}</td><td style="text-align: left">{html.escape(entry.title)}</td>'
        f"<td>{verdict.points if verdict else 0} of {entry.points}</td>"
        f'<td style="text-align: left">{_SIGNS.get(_status(verdict), "·")} {_status(verdict)}</td>'
        "</tr>"
        for entry, verdict in rows
    )
    bar = _BAR.format(earned=earned, total=max(total, 1), label=f"Points of lesson {lesson}")
    return (
        f'<table><caption style="text-align: left; color: inherit"><b>Lesson {lesson}</b> {bar} '
        f"<b>{_points(earned, total)}</b></caption><thead><tr>"
        '<th scope="col">exercise</th><th scope="col" style="text-align: left">title</th>'
        '<th scope="col">points</th><th scope="col" style="text-align: left">state</th>'
        f"</tr></thead><tbody>{cells}</tbody></table>"
    )


def _sums(rows: Rows) -> tuple[int, int]:
    earned = sum(verdict.points for _, verdict in rows if verdict)
    return earned, sum(entry.points for entry, _ in rows)


def _points(earned: int, total: int) -> str:
    return f"{earned} of {total} points" if total else "practice, no points"


def _status(verdict: Verdict | None) -> str:
    return verdict.status if verdict else "not checked yet"
