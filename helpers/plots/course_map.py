"""The map of the course, drawn from the list of lessons."""

import itertools
import textwrap
from collections.abc import Sequence

import numpy as np
from matplotlib.patches import FancyArrowPatch, FancyBboxPatch
from matplotlib.path import Path

from helpers.course.lessons import CORE, LESSONS, Lesson
from helpers.plots.figure import WIDTH, Figure, new_figure

_ROW = 0.84  # inches from one row to the next
_BOX_HEIGHT = 0.66
_BOX_SHARE = 0.78  # of a column's width: the rest is for arrows
_PASSING = 0.4  # of a row, for an arrow that passes a level
_SWEEPS = 500

# A place is a lesson's number, or (from, to, level) where an arrow passes a level.
Place = str | tuple[str, str, int]


def show_course_map(lessons: Sequence[Lesson] = LESSONS, *, alt: str | None = None) -> Figure:
    """Draw every lesson as a box, to the right of all that it builds on.

    Core lessons are filled. An arrow is left out where a longer way says the same.

    Args:
        lessons: each after those that it builds on.
        alt: text alternative; when left out, the map in words.
    """
    routes = arrows(lessons)
    rows = place_rows(lessons, routes)
    levels = find_levels(lessons)
    height = (max(rows.values()) - min(rows.values()) + 1) * _ROW
    figure, axis = new_figure(alt or course_map_text(lessons), max(height, 1.6))
    axis.set(
        xlim=(0, WIDTH), ylim=((max(rows.values()) + 0.5) * _ROW, (min(rows.values()) - 0.5) * _ROW)
    )
    axis.set_axis_off()
    column = WIDTH / (max(levels.values()) + 1)
    for route in routes:
        _draw_arrow(axis, [(_level(place, levels), rows[place]) for place in route], column)
    for lesson in lessons:
        centre = (column * (levels[lesson.number] + 0.5), _ROW * rows[lesson.number])
        _draw_box(axis, lesson, centre, _BOX_SHARE * column)
    return figure


def course_map_text(lessons: Sequence[Lesson] = LESSONS) -> str:
    """Return the map in words: every lesson, and what it comes after."""
    texts = []
    for lesson in lessons:
        after = " and ".join(lesson.builds_on)
        texts.append(f"{lesson.number} {lesson.title}" + (f", after {after}" if after else ""))
    return f"Map of the course: {'; '.join(texts)}."


def find_levels(lessons: Sequence[Lesson]) -> dict[str, int]:
    """Return by number how many lessons stand one after another before each, at most.

    Raises:
        ValueError: a lesson builds on one that does not come before it.
    """
    levels: dict[str, int] = {}
    for lesson in lessons:
        if unknown := [number for number in lesson.builds_on if number not in levels]:
            raise ValueError(
                f"a lesson builds on earlier ones. Received: {lesson.number} on {unknown[0]}"
            )
        levels[lesson.number] = max((levels[n] + 1 for n in lesson.builds_on), default=0)
    return levels


def arrows(lessons: Sequence[Lesson]) -> list[list[Place]]:
    """Return each arrow as the places that it joins, one a level.

    An arrow from A to C is left out when C builds on something that builds on A.
    """
    levels = find_levels(lessons)
    before: dict[str, set[str]] = {}
    routes: list[list[Place]] = []
    for lesson in lessons:
        implied = set().union(*(before[number] for number in lesson.builds_on))
        before[lesson.number] = implied | set(lesson.builds_on)
        end = lesson.number
        for start in dict.fromkeys(lesson.builds_on):
            if start not in implied:
                passed = range(levels[start] + 1, levels[end])
                routes.append([start, *((start, end, level) for level in passed), end])
    return routes


def place_rows(lessons: Sequence[Lesson], routes: list[list[Place]]) -> dict[Place, float]:
    """Return the row of every place: near its neighbours, and a row apart in each level.

    The order in a level follows the mean row of what comes before; then all places move, sweep
    by sweep, towards the mean of their neighbours on both sides.
    """
    levels = find_levels(lessons)
    columns: list[list[Place]] = [[] for _ in range(max(levels.values()) + 1)]
    for place in dict.fromkeys([*levels, *(place for route in routes for place in route)]):
        columns[_level(place, levels)].append(place)
    earlier: dict[Place, list[Place]] = {place: [] for places in columns for place in places}
    later: dict[Place, list[Place]] = {place: [] for place in earlier}
    for route in routes:
        for a, b in itertools.pairwise(route):
            earlier[b].append(a)
            later[a].append(b)

    rows = dict.fromkeys(earlier, 0.0)

    def settle(places: list[Place], neighbours: dict[Place, list[Place]]) -> None:
        near = [[rows[other] for other in neighbours[p]] or [rows[p]] for p in places]
        sizes = [1 if isinstance(place, str) else _PASSING for place in places]
        centres = spread(
            [float(np.mean(some)) for some in near], sizes, [len(some) for some in near]
        )
        rows.update(zip(places, centres, strict=True))

    for places in columns:
        places.sort(key=lambda place: np.mean([rows[p] for p in earlier[place]] or [0.0]))
        settle(places, earlier)
    both = {place: earlier[place] + later[place] for place in earlier}
    for _ in range(_SWEEPS):
        for places in columns:
            settle(places, both)
    return rows


def spread(
    wanted: Sequence[float], sizes: Sequence[float], weights: Sequence[float]
) -> list[float]:
    """Return where to centre things of some sizes, in their order and without overlap.

    The weighted squared distance to the wanted centres is the smallest possible: things that
    would overlap are pooled around their weighted mean.
    """
    offsets = np.cumsum(sizes) - np.divide(sizes, 2)
    pools: list[tuple[float, float, int]] = []  # mean, weight, how many
    for value, weight in zip(np.subtract(wanted, offsets), weights, strict=True):
        pools.append((float(value), weight, 1))
        while len(pools) > 1 and pools[-2][0] > pools[-1][0]:
            (a, u, m), (b, v, n) = pools.pop(-2), pools.pop()
            pools.append(((u * a + v * b) / (u + v), u + v, m + n))
    pooled = [mean for mean, _, count in pools for _ in range(count)]
    return [mean + float(offset) for mean, offset in zip(pooled, offsets, strict=True)]


def _level(place: Place, levels: dict[str, int]) -> int:
    return levels[place] if isinstance(place, str) else place[2]


def _draw_arrow(axis, points: list[tuple[int, float]], column: float) -> None:
    """Draw an arrow that leaves and enters boxes level, and passes levels between straight on."""
    half = _BOX_SHARE * column / 2
    middle = [(column * (level + 0.5), _ROW * row) for level, row in points]
    vertices, codes = [(middle[0][0] + half, middle[0][1])], [Path.MOVETO]
    for number, (x, y) in enumerate(middle[1:], start=2):
        before = vertices[-1]
        bend = (before[0] + x - half) / 2
        vertices += [(bend, before[1]), (bend, y), (x - half, y)]
        codes += [Path.CURVE4] * 3
        if number < len(middle):
            vertices.append((x + half, y))
            codes.append(Path.LINETO)
    axis.add_patch(
        FancyArrowPatch(
            path=Path(vertices, codes),
            arrowstyle="-|>,head_length=4,head_width=2",
            color="#666666",
            linewidth=1,
            shrinkA=0,
            shrinkB=0,
        )
    )


def _draw_box(axis, lesson: Lesson, centre: tuple[float, float], width: float) -> None:
    left, top = centre[0] - width / 2, centre[1] - _BOX_HEIGHT / 2
    axis.add_patch(
        FancyBboxPatch(
            (left, top),
            width,
            _BOX_HEIGHT,
            boxstyle="round,pad=0,rounding_size=0.08",
            facecolor="#DCEBF7" if lesson in CORE else "white",
            edgecolor="#0072B2",
        )
    )
    size = min(8.0, 8.5 * width)  # points: so that the longest words fit
    margin = 0.06
    base = top + 0.16
    axis.text(left + margin, base, lesson.number, size=size, weight="bold")
    if lesson.points:
        right = left + width - margin
        text = f"{lesson.points} point{'s' if lesson.points > 1 else ''}"
        axis.text(right, base, text, size=size - 1, color="#555555", ha="right")
    text = textwrap.fill(lesson.title, 14)
    axis.text(left + margin, top + 0.24, text, size=size, va="top", linespacing=1.15)
