"""Pictures of arrows in the plane: where a network moves each point."""

from collections.abc import Mapping

import numpy as np

from helpers.plots.figure import LINE_COLOURS, Figure, new_figure


def show_fields(
    panels: Mapping[str, tuple[np.ndarray, np.ndarray]],
    *,
    curve: np.ndarray | Mapping[str, np.ndarray],
    alt: str,
    data: np.ndarray | None = None,
    shrink: float = 1.0,
) -> Figure:
    """Draw arrows in the unit square, in panels side by side.

    Args:
        panels: title -> (points (n, 2), arrows (n, 2)): each arrow starts at its point.
        curve: points of the curve that data lie near, in order, (m, 2); or title -> points, where
            each panel has a curve of its own.
        alt: text alternative, one line.
        data: points (k, 2) to draw as small dots.
        shrink: share of its true length that each arrow is drawn at, above 0.

    Raises:
        ValueError: points and arrows of different shapes, or not in the plane.
    """
    figure, axes = new_figure(alt, 7.6 / len(panels) + 0.5, 1, len(panels), squeeze=False)
    for axis, (title, (points, arrows)) in zip(axes[0], panels.items(), strict=True):
        points, arrows = np.asarray(points), np.asarray(arrows)
        if points.shape != arrows.shape or points.ndim != 2 or points.shape[1] != 2:
            raise ValueError(
                "points and arrows both have shape (n, 2). "
                f"Received: {points.shape} and {arrows.shape}"
            )
        line = curve[title] if isinstance(curve, Mapping) else curve
        axis.plot(*np.asarray(line).T, color=LINE_COLOURS[1], linewidth=3, alpha=0.6)
        if data is not None:
            axis.plot(*np.asarray(data).T, ".", color="#888888", markersize=2)
        axis.quiver(
            *points.T,
            *(shrink * arrows).T,
            angles="xy",
            scale_units="xy",
            scale=1,
            color=LINE_COLOURS[0],
            width=0.006,
            headwidth=3.5,
            headlength=4,
            headaxislength=3.5,
        )
        axis.set(title=title, xlim=(0, 1), ylim=(0, 1), xticks=[], yticks=[], aspect="equal")
        axis.grid(False)
    return figure
