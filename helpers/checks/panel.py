"""Verdicts and scores in a notebook that a person has open, with the plain text beside them.

The plain text is what terminals, nbval and screen readers of a copied page get. Nothing depends
on a colour alone, and every colour fits a light and a dark page.
"""

from __future__ import annotations

import contextlib
import html
import re
import threading
from collections.abc import Iterator, Sequence

from helpers.checks.registry import Exercise
from helpers.checks.running import WIDTH, Verdict, closing, heading, to_text, wrap
from helpers.course.audience import in_notebook

Rows = Sequence[tuple[Exercise, "Verdict | None"]]

_SIGNS = {"passed": "✓", "not yet": "✗", "not started": "·", "reference": "·"}
# Mid tones that stand out from white and from black.
_COLOURS = {"passed": "#2a9d5c", "not yet": "#d1603d"}
_BAR = (
    '<progress value="{earned}" max="{total}" aria-label="{label}" '
    'style="width: 12em; height: 1em; vertical-align: middle"></progress>'
)
PATIENCE = 8.0  # seconds
_LEFT = "text-align: left"
_WHOLE = "white-space: nowrap"


def show(verdict: Verdict, notes: Sequence[str] = (), hints_shown: int = 0) -> None:
    """Print a verdict, or show it dressed where a person has the notebook open.

    Args:
        verdict: of a check.
        notes: more lines for the student.
        hints_shown: how many hints the student has asked for so far.
    """
    lines = [line for note in notes for line in wrap("  ", note)]
    text = "\n".join([to_text(verdict, hints_shown), *lines])
    _show(text, verdict_html(verdict, notes, hints_shown))


@contextlib.contextmanager
def a_word_while_waiting() -> Iterator[None]:
    """Say after a while that a check still runs, to a person who has the notebook open."""
    words = "Still checking: your answer takes its time. The button ■ stops it."
    timer = threading.Timer(PATIENCE, print, [words])
    if in_notebook():
        timer.start()
    try:
        yield
    finally:
        timer.cancel()
        if timer.is_alive():
            timer.join()


def show_score(lesson: str, rows: Rows) -> None:
    """Print the score of a lesson, or show it as a table where a person has the notebook open."""
    _show(score_text(lesson, rows), score_html(lesson, rows))


def _show(text: str, dressed: str) -> None:
    if not in_notebook():
        print(text)
        return
    from IPython.display import display

    display({"text/plain": text, "text/html": dressed}, raw=True)


def verdict_html(verdict: Verdict, notes: Sequence[str] = (), hints_shown: int = 0) -> str:
    """Return a verdict for a notebook: the failing step first and large, the rest below it."""
    left, right = map(html.escape, heading(verdict))
    colour = _COLOURS.get(verdict.status, "#8a8a8a")
    failing = [step for step in verdict.steps if step.status == "not yet"]
    held = [step for step in verdict.steps if step.status == "ok"]
    waiting = [step.name for step in verdict.steps if step.status == "waits"]
    parts = [
        f'<div style="display: flex; justify-content: space-between; gap: 2em">'
        f'<b>{left}</b><b style="{_WHOLE}">{_SIGNS[verdict.status]} {right}</b></div>'
    ]
    parts += [
        f'<div style="font-size: 115%; margin: 0.4em 0"><b>{html.escape(step.name)}: not yet</b>'
        f"<br>{with_marks(step.text)}</div>"
        for step in failing
    ]
    if held:
        rows = "".join(
            f'<tr><td style="{_LEFT}; {_WHOLE}">✓ {html.escape(step.name)}</td>'
            f'<td style="{_LEFT}">{with_marks(step.text)}</td></tr>'
            for step in held
        )
        parts.append(f'<table style="margin: 0.3em 0; font-size: 90%">{rows}</table>')
    if waiting:
        parts.append(f"<div>then: {html.escape(', '.join(waiting))}</div>")
    parts += [f"<div>{with_marks(line)}</div>" for line in (*closing(verdict, hints_shown), *notes)]
    return (
        f'<div role="group" aria-label="{left}: {verdict.status}, {right}" '
        f'style="border-left: 5px solid {colour}; padding: 0.3em 0 0.3em 1em; max-width: 60em">'
        f"{''.join(parts)}</div>"
    )


def with_marks(text: str) -> str:
    """Return a text as HTML, what stands between backticks as code and between stars slanted."""
    coded = re.sub(r"`([^`]+)`", r"<code>\1</code>", html.escape(text))
    return re.sub(r"(?<=[\s(])\*(\w[^*]*)\*(?=[\s,.;:)])", r"<em>\1</em>", coded)


def score_text(lesson: str, rows: Rows) -> str:
    """Return the points of a lesson, one line per exercise."""
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
        f'<tr><td>{entry.id}</td><td style="{_LEFT}">{html.escape(entry.title)}</td>'
        f"<td>{verdict.points if verdict else 0} of {entry.points}</td>"
        f'<td style="{_LEFT}">{_SIGNS.get(_status(verdict), "·")} {_status(verdict)}</td>'
        "</tr>"
        for entry, verdict in rows
    )
    bar = _BAR.format(earned=earned, total=max(total, 1), label=f"Points of lesson {lesson}")
    return (
        f'<table><caption style="{_LEFT}; color: inherit"><b>Lesson {lesson}</b> {bar} '
        f"<b>{_points(earned, total)}</b></caption><thead><tr>"
        f'<th scope="col">exercise</th><th scope="col" style="{_LEFT}">title</th>'
        f'<th scope="col">points</th><th scope="col" style="{_LEFT}">state</th>'
        f"</tr></thead><tbody>{cells}</tbody></table>"
    )


def _sums(rows: Rows) -> tuple[int, int]:
    earned = sum(verdict.points for _, verdict in rows if verdict)
    return earned, sum(entry.points for entry, _ in rows)


def _points(earned: int, total: int) -> str:
    return f"{earned} of {total} points" if total else "practice, no points"


def _status(verdict: Verdict | None) -> str:
    return verdict.status if verdict else "not checked yet"
