"""Pictures of single units: what each looks for beside the images that excite it most."""

import matplotlib
import numpy as np

from helpers.plots.figure import WIDTH, Figure, new_figure
from helpers.plots.images import as_images

_GAP = 2  # pixels between images
_WIDE = 14  # between the two halves of the picture


def show_units(filters: np.ndarray, images: np.ndarray, *, alt: str, halves: int = 2) -> Figure:
    """Show units in rows: the filter in red and blue, then images in grey.

    Args:
        filters: (u, d), weights of each unit, drawn each on its own scale: blue below 0, white
            at 0, red above.
        images: (u, m, d), pixels in [0, 1], those of each unit in a row.
        alt: text alternative, one line.
        halves: columns of units side by side.

    Returns:
        The figure.

    Raises:
        ValueError: filters and images of different numbers of units.
    """
    if len(filters) != len(images):
        raise ValueError(
            "filters and images need as many units each. "
            f"Received: shapes {np.shape(filters)} and {np.shape(images)}"
        )
    rows = -(-len(filters) // halves)
    strips = [_strip(one, own) for one, own in zip(filters, images, strict=True)]
    height, width = strips[0].shape[:2]
    size = rows * (height + _GAP) - _GAP, halves * (width + _WIDE) - _WIDE
    canvas = np.ones((*size, 3))
    for position, strip in enumerate(strips):
        top = position % rows * (height + _GAP)
        left = position // rows * (width + _WIDE)
        canvas[top : top + height, left : left + width] = strip
    figure, axis = new_figure(alt, WIDTH * size[0] / size[1])
    axis.imshow(canvas)
    axis.set_axis_off()
    return figure


def _strip(weights: np.ndarray, images: np.ndarray) -> np.ndarray:
    """Return a filter and its images side by side, in colour: (s, width, 3)."""
    (square,) = as_images(weights[None])
    largest = np.abs(square).max() or 1.0
    pieces = [_coloured("RdBu_r", 0.5 + 0.5 * square / largest)]
    pieces += [_coloured("gray_r", image) for image in as_images(images)]
    white = np.ones((len(square), _GAP, 3))
    spaced = [piece for one in pieces for piece in (one, white)]
    spaced[1:1] = [white, white]  # sets the filter apart
    return np.concatenate(spaced[:-1], axis=1)


def _coloured(name: str, values: np.ndarray) -> np.ndarray:
    return matplotlib.colormaps[name](np.clip(values, 0, 1))[..., :3]
