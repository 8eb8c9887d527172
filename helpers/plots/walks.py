"""Pictures of points on their way through the plane, over the density that they should reach."""

from collections.abc import Callable, Mapping

import numpy as np

from helpers.plots.figure import LINE_COLOURS, Figure, new_figure


def show_walks(
    panels: Mapping[str, np.ndarray],
    *,
    log_density: Callable[[np.ndarray], np.ndarray],
    alt: str,
    reach: float = 2.2,
    lines: int = 25,
) -> Figure:
    """Draw where points end, and the ways of a few of them, in panels side by side.

    Args:
        panels: title -> path (s, n, 2), the places of n points after each step, the last one last.
        log_density: points (m, 2) -> (m,), whose heights are drawn in grey.
        alt: text alternative, one line.
        reach: the panels show the square from -reach to reach.
        lines: ways to draw; the ends of all are drawn as dots.

    Raises:
        ValueError: a path that is not (s, n, 2).
    """
    shapes = {title: np.shape(path) for title, path in panels.items()}
    if any(len(shape) != 3 or shape[2] != 2 for shape in shapes.values()):
        raise ValueError(f"a path has shape (s, n, 2). Received: {shapes}")
    ticks = np.linspace(-reach, reach, 90)
    places = np.stack(np.meshgrid(ticks, ticks), axis=-1).reshape(-1, 2)
    heights = np.exp(log_density(places)).reshape(len(ticks), -1)
    figure, axes = new_figure(alt, 7.7 / len(panels) + 0.4, 1, len(panels), squeeze=False)
    for axis, (title, path) in zip(axes[0], panels.items(), strict=True):
        path = np.asarray(path)
        extent = (-reach, reach, -reach, reach)
        axis.imshow(heights**0.5, cmap="Greys", origin="lower", extent=extent, alpha=0.6)
        axis.plot(*path[:, :lines].T.swapaxes(1, 2), color=LINE_COLOURS[0], linewidth=0.7)
        axis.plot(*path[-1].T, ".", color=LINE_COLOURS[1], markersize=2)
        axis.set(title=title, xlim=(-reach, reach), ylim=(-reach, reach), xticks=[], yticks=[])
        axis.grid(False)
    return figure
