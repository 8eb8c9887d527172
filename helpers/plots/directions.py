"""Pictures of directions in the plane: those that the points are made of, and those found."""

from collections.abc import Mapping

import numpy as np

from helpers.plots.figure import LINE_COLOURS, Figure, new_figure

_REACH = 1.9


def show_directions(
    panels: Mapping[str, tuple[np.ndarray, np.ndarray, np.ndarray]], *, alt: str
) -> Figure:
    """Draw points, true directions and found ones from the origin, in panels side by side.

    Args:
        panels: title -> points (n, 2), true directions (m, 2), drawn with length 1, and found
            rows (k, 2), drawn with length 1.2; a row of zeros is left out.
        alt: text alternative, one line.

    Raises:
        ValueError: points or directions that are not in the plane.
    """
    shapes = {title: [np.shape(one) for one in some] for title, some in panels.items()}
    if any(len(shape) != 2 or shape[1] != 2 for some in shapes.values() for shape in some):
        raise ValueError(f"points and directions have shape (n, 2). Received: {shapes}")
    figure, axes = new_figure(alt, 8.0 / len(panels) + 0.4, 1, len(panels), squeeze=False)
    for axis, (title, (points, truth, found)) in zip(axes[0], panels.items(), strict=True):
        axis.plot(*np.asarray(points).T, ".", color="#888888", markersize=2, alpha=0.5, zorder=1)
        for rows, length, width, colour, name in (
            (truth, 1.0, 6.0, LINE_COLOURS[5], "true"),
            (found, 1.2, 1.8, LINE_COLOURS[1], "found"),
        ):
            ends = _of_length(np.asarray(rows, float), length)
            for end, label in zip(ends, [name, *[None] * len(ends)], strict=False):
                axis.plot(
                    [0, end[0]],
                    [0, end[1]],
                    color=colour,
                    linewidth=width,
                    solid_capstyle="round",
                    label=label,
                )
        axis.set(title=title, xlim=(-_REACH, _REACH), ylim=(-_REACH, _REACH), xticks=[], yticks=[])
        axis.set_aspect("equal")
        axis.grid(False)
    axes[0, 0].legend(loc="lower left")
    return figure


def _of_length(rows: np.ndarray, length: float) -> np.ndarray:
    lengths = np.linalg.norm(rows, axis=1, keepdims=True)
    return length * rows[lengths[:, 0] > 0] / lengths[lengths > 0][:, None]
