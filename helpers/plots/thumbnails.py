"""The map with pictures on it: each place shows one of the images that lie there."""

import numpy as np
from matplotlib.offsetbox import AnnotationBbox, OffsetImage

from helpers.plots.figure import DIGIT_COLOURS, Figure, new_figure
from helpers.plots.images import as_images
from helpers.plots.maps import draw_map, free_places


def show_thumbnails(
    points: np.ndarray,
    labels: np.ndarray,
    images: np.ndarray,
    *,
    alt: str,
    columns: int = 26,
) -> Figure:
    """Draw a labelled map with thumbnails of its images, framed in the colour of their digit.

    Args:
        points: places on the map, (n, 2).
        labels: digits (n,).
        images: (n, 784), (n, 28, 28) or (n, 28, 28, 1), with pixels in [0, 1].
        alt: text alternative, one line.
        columns: about how many thumbnails fit side by side.

    Returns:
        The figure; a thumbnail is drawn where it covers no earlier one.

    Raises:
        ValueError: the lengths differ, or the points are not in the plane.
    """
    points, images = np.asarray(points), as_images(images)
    if points.ndim != 2 or points.shape[1] != 2 or not len(points) == len(labels) == len(images):
        raise ValueError(
            "points must have shape (n, 2), with a label and an image each. "
            f"Received: {points.shape}, {len(labels)} labels, {len(images)} images"
        )
    figure, axis = new_figure(alt, 7.4)
    draw_map(axis, points, labels, size=6)
    zoom = 700 / columns / images.shape[1] * 0.72
    for index in free_places(points, 1 / columns):
        colour = DIGIT_COLOURS[int(labels[index]) % 10]
        picture = OffsetImage(images[index], zoom=zoom, cmap="gray_r", interpolation="bilinear")
        frame = {"linewidth": 1.2, "edgecolor": colour}
        axis.add_artist(AnnotationBbox(picture, points[index], pad=0.05, bboxprops=frame))
    axis.set(xticks=[], yticks=[])
    axis.legend(
        title="digit",
        loc="upper center",
        bbox_to_anchor=(0.5, 0),
        ncols=len(np.unique(labels)),
        markerscale=2.5,
        handletextpad=0.1,
        columnspacing=0.9,
    )
    return figure
