"""Pen strokes drawn over the images that they come from."""

from collections.abc import Mapping, Sequence

import numpy as np
from matplotlib.collections import LineCollection

from helpers.plots.figure import WIDTH, Figure, new_figure
from helpers.plots.images import as_images, mosaic

_PEN, _BEGIN = "#D55E00", "#0072B2"


def show_strokes(
    rows: Mapping[str, np.ndarray | Sequence[np.ndarray]], images: np.ndarray, *, alt: str
) -> Figure:
    """Draw rows of strokes, each with its name on the left, every stroke over its image.

    Args:
        rows: name -> n strokes (count, 2), each point (x, y) in pixels. The count may differ
            from stroke to stroke.
        images: (n, 784) or (n, 28, 28), in [0, 1]; the same ones in every row, in light grey.
        alt: text alternative, one line.

    Returns:
        The figure; a dot of another colour marks each stroke's first point.

    Raises:
        ValueError: a row has not one stroke per image.
    """
    images = as_images(images)
    lengths = {name: len(strokes) for name, strokes in rows.items()}
    if set(lengths.values()) != {len(images)}:
        raise ValueError(
            f"every row needs one stroke per image. Received: {len(images)} images, {lengths}"
        )
    gap = 2
    side = images.shape[1] + gap
    margin = 0.2 + 0.085 * max(map(len, rows))
    figure, axis = new_figure(alt, len(rows) * (WIDTH - margin) / len(images))
    figure.set_layout_engine("none")
    axis.set_position((margin / WIDTH, 0.01, 1 - margin / WIDTH, 0.98))
    paper = mosaic(np.concatenate([images] * len(rows)), len(images), gap)
    axis.imshow(paper, cmap="gray_r", vmin=0, vmax=3.2)
    placed = [
        np.add(stroke, (side * column, side * row))
        for row, strokes in enumerate(rows.values())
        for column, stroke in enumerate(strokes)
    ]
    axis.add_collection(LineCollection(placed, colors=_PEN, linewidths=1.6))
    points = np.concatenate(placed)
    axis.plot(*points.T, ".", color=_PEN, markersize=3.2)
    axis.plot(*np.array([stroke[0] for stroke in placed]).T, "o", color=_BEGIN, markersize=4)
    height, width = paper.shape
    axis.set(xlim=(-0.5, width - 0.5), ylim=(height - 0.5, -0.5), xticks=[])
    axis.set_yticks([side * (row + 0.5) - 1 for row in range(len(rows))], list(rows))
    axis.tick_params(length=0)
    axis.spines[:].set_visible(False)
    axis.grid(False)
    return figure
