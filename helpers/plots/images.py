"""Pictures made of images: grids and labelled rows."""

from collections.abc import Mapping, Sequence

import numpy as np

from helpers.plots.figure import WIDTH, Figure, new_figure

_GREY = {"cmap": "gray_r", "vmin": 0, "vmax": 1}
_SIGNED = {"cmap": "RdBu_r", "vmin": -1, "vmax": 1}


def as_images(vectors: np.ndarray) -> np.ndarray:
    """Return vectors (n, 784) or images (n, 28, 28[, 1]) as square images (n, s, s).

    Raises:
        ValueError: the vectors do not make square images.
    """
    vectors = np.asarray(vectors)
    if vectors.ndim == 3 and vectors.shape[1] == vectors.shape[2]:
        return vectors
    flat = vectors.reshape(len(vectors), -1)
    side = round(flat.shape[1] ** 0.5)
    if side * side != flat.shape[1]:
        raise ValueError(f"images need a square number of pixels. Received: {vectors.shape}")
    return flat.reshape(-1, side, side)


def mosaic(images: np.ndarray, columns: int, gap: int = 2) -> np.ndarray:
    """Lay images out in one array, row by row, white (nan) between them.

    Args:
        images: (n, s, s).
        columns: images per row.
        gap: pixels between images.

    Returns:
        Array (rows * (s + gap) - gap, columns * (s + gap) - gap).
    """
    images = as_images(images).astype(float)
    side = images.shape[1] + gap
    rows = -(-len(images) // columns)
    canvas = np.full((rows * side - gap, columns * side - gap), np.nan)
    for position, image in enumerate(images):
        top, left = side * (position // columns), side * (position % columns)
        canvas[top : top + image.shape[0], left : left + image.shape[1]] = image
    return canvas


def show_images(
    images: np.ndarray,
    *,
    alt: str,
    columns: int = 10,
    titles: Sequence[str] = (),
    signed: bool = False,
) -> Figure:
    """Show images in a grid.

    Args:
        images: (n, 784) or (n, 28, 28); pixels in [0, 1], or any real when ``signed``.
        alt: text alternative, one line.
        columns: images per row.
        titles: one short text per image; none when left out.
        signed: draw weights, each image on its own scale: blue below 0, white at 0, red
            above.

    Returns:
        The figure.
    """
    images = _scaled(images) if signed else as_images(images)
    columns = min(columns, len(images))
    rows = -(-len(images) // columns)
    look = _SIGNED if signed else _GREY
    if titles:
        height = rows * (WIDTH / columns + 0.3)
        figure, axes = new_figure(alt, height, rows, columns, squeeze=False)
        for position, axis in enumerate(axes.flat):
            axis.set_axis_off()
            if position < len(images):
                axis.imshow(images[position], **look)
                axis.set_title(titles[position])
        return figure
    canvas = mosaic(images, columns)
    figure, axis = new_figure(alt, WIDTH * canvas.shape[0] / canvas.shape[1])
    axis.imshow(canvas, **look)
    axis.set_axis_off()
    return figure


def _scaled(images: np.ndarray) -> np.ndarray:
    """Return weights as images (n, s, s) in [-1, 1], each divided by its largest magnitude."""
    images = as_images(images)
    largest = np.abs(images).max(axis=(1, 2), keepdims=True)
    return images / np.where(largest > 0, largest, 1)


def show_rows(rows: Mapping[str, np.ndarray], *, alt: str, signed: bool = False) -> Figure:
    """Show rows of images, each with its name on the left: inputs above reconstructions.

    Args:
        rows: name -> images (n, 784) or (n, 28, 28), the same n in every row.
        alt: text alternative, one line.
        signed: draw weights, as in `show_images`.

    Raises:
        ValueError: the rows have different lengths.
    """
    lengths = {name: len(images) for name, images in rows.items()}
    if len(set(lengths.values())) != 1:
        raise ValueError(f"every row needs the same number of images. Received: {lengths}")
    count = next(iter(lengths.values()))
    # Matplotlib's layout engines give an image of fixed aspect no room for long names.
    margin = 0.2 + 0.085 * max(map(len, rows))
    height = len(rows) * (WIDTH - margin) / count
    figure, axis = new_figure(alt, height)
    figure.set_layout_engine("none")
    axis.set_position((margin / WIDTH, 0.01, 1 - margin / WIDTH, 0.98))
    draw_rows(axis, rows, signed=signed)
    return figure


def draw_rows(axis, rows: Mapping[str, np.ndarray], *, signed: bool = False) -> None:
    """Draw rows of images into an axis, each with its name on the left."""
    stacked = np.concatenate([as_images(images) for images in rows.values()])
    stacked = _scaled(stacked) if signed else stacked
    side = stacked.shape[1] + 2
    axis.imshow(mosaic(stacked, len(stacked) // len(rows)), **(_SIGNED if signed else _GREY))
    axis.set_yticks([side * (row + 0.5) - 1 for row in range(len(rows))], list(rows))
    axis.set_xticks([])
    axis.tick_params(length=0)
    axis.spines[:].set_visible(False)
    axis.grid(False)
