"""The map of the course, drawn from the list of lessons."""

import textwrap

from matplotlib.patches import FancyBboxPatch

from helpers.course.lessons import CORE, LESSONS, Lesson
from helpers.plots.figure import Figure, new_figure

_BOX = (1.55, 0.62)
# Where each lesson stands: column and row, so that arrows run to the right, or down.
_PLACES = {
    "00": (0, 1), "01": (1, 1), "02": (2, 1), "03": (3, 1),
    "04": (4, 0.5), "05": (4, 2), "06": (5, -0.4),
    "07": (5, 0.4), "10": (5, 1.2), "09": (5, 2), "08": (5, 2.8),
}  # fmt: skip


def show_course_map(*, alt: str) -> Figure:
    """Draw every lesson as a box, with an arrow from each that it builds on.

    Core lessons are filled; lessons that this edition does not have yet are dashed.
    """
    figure, axis = new_figure(alt, 3.2)
    axis.set(xlim=(-0.85, 9.9), ylim=(3.95, -0.75))
    axis.set_axis_off()
    centres = {number: (1.82 * x, 1.15 * y + 0.2) for number, (x, y) in _PLACES.items()}
    for lesson in LESSONS:
        for earlier in lesson.builds_on:
            start, end = centres[earlier], centres[lesson.number]
            right, down = _BOX[0] / 2, _BOX[1] / 2
            right, down = (0, down) if start[0] == end[0] else (right, 0)
            axis.annotate(
                "",
                (end[0] - right, end[1] - down),
                (start[0] + right, start[1] + down),
                arrowprops={"arrowstyle": "->", "color": "#666666"},
            )
        _draw_box(axis, lesson, centres[lesson.number])
    return figure


def _draw_box(axis, lesson: Lesson, centre: tuple[float, float]) -> None:
    width, height = _BOX
    axis.add_patch(
        FancyBboxPatch(
            (centre[0] - width / 2, centre[1] - height / 2),
            width,
            height,
            boxstyle="round,pad=0.02,rounding_size=0.1",
            facecolor="#DCEBF7" if lesson in CORE else "white",
            edgecolor="#0072B2",
        )
    )
    text = textwrap.fill(f"{lesson.number} {lesson.title}", 18)
    axis.text(*centre, text, ha="center", va="center", size=8.5)
