"""Photographs in grey, black at 0: side by side, with a title each."""

from collections.abc import Mapping

import numpy as np

from helpers.plots.figure import WIDTH, Figure, new_figure

_TITLE = 0.3  # inches, a line


def show_photographs(
    pictures: Mapping[str, np.ndarray], *, alt: str, columns: int = 3, frame: tuple | None = None
) -> Figure:
    """Show grey photographs in a grid; unlike digits, 0 is black.

    Args:
        pictures: title -> (h, w), in [0, 1], all of one size; a title may have two lines.
        alt: text alternative, one line.
        columns: pictures per row.
        frame: (top, left, height, width) in pixels, drawn as a rectangle into the first picture.

    Raises:
        ValueError: no pictures, or pictures of several sizes or of another number of dimensions.
    """
    sizes = {np.shape(picture) for picture in pictures.values()}
    if len(sizes) != 1 or len(next(iter(sizes))) != 2:
        raise ValueError(
            f"photographs are (h, w), one or more of one size. Received: shapes {sorted(sizes)}"
        )
    ((height, width),) = sizes
    columns = min(columns, len(pictures))
    rows = -(-len(pictures) // columns)
    lines = max(title.count("\n") for title in pictures) + 1
    row = WIDTH / columns * height / width + _TITLE * lines
    figure, axes = new_figure(alt, rows * row, rows, columns, squeeze=False)
    for axis in axes.flat:
        axis.set_axis_off()
    for axis, (title, picture) in zip(axes.flat, pictures.items(), strict=False):
        axis.imshow(picture, cmap="gray", vmin=0, vmax=1)
        axis.set_title(title)
    if frame is not None:
        top, left, down, across = frame
        right, bottom = left + across, top + down
        corners = [left, right, right, left, left], [top, top, bottom, bottom, top]
        axes[0, 0].plot(*corners, color="#D55E00", linewidth=2)
    return figure
