"""Pictures made of codes: scatter maps, and the standing plot of the course."""

from collections.abc import Callable, Mapping

import numpy as np
from matplotlib.offsetbox import AnnotationBbox, OffsetImage

from helpers.plots.figure import DIGIT_COLOURS, DIGIT_MARKERS, WIDTH, Figure, new_figure
from helpers.plots.images import as_images, mosaic


def draw_map(axis, points: np.ndarray, labels: np.ndarray, size: float = 9) -> None:
    """Draw labelled points (n, 2) into an axis: a colour and a marker for each digit."""
    for digit in np.unique(labels):
        chosen = points[labels == digit]
        axis.scatter(
            chosen[:, 0],
            chosen[:, 1],
            s=size,
            c=DIGIT_COLOURS[int(digit) % 10],
            marker=DIGIT_MARKERS[int(digit) % 10],
            linewidths=0,
            alpha=0.7,
            label=str(digit),
        )


def draw_thumbnails(axis, points: np.ndarray, images: np.ndarray, zoom: float = 0.55) -> None:
    """Draw each image at its point, as far as it covers no earlier one."""
    images, frame = as_images(images), {"linewidth": 0.4, "edgecolor": "#888888"}
    for index in free_places(points, 0.09):
        picture = OffsetImage(images[index], zoom=zoom, cmap="gray_r")
        axis.add_artist(AnnotationBbox(picture, points[index], pad=0.05, bboxprops=frame))


def free_places(points: np.ndarray, distance: float) -> list[int]:
    """Return points that keep a distance from each other, the first ones first.

    Args:
        points: (n, 2).
        distance: least difference along the farther of both axes, as a share of the map's side.
    """
    span = np.ptp(points, axis=0)
    places = (points - points.min(axis=0)) / np.where(span > 0, span, 1)
    kept: list[int] = []
    for index, place in enumerate(places):
        if not kept or np.abs(places[kept] - place).max(axis=1).min() >= distance:
            kept.append(index)
    return kept


def show_maps(
    panels: Mapping[str, tuple[np.ndarray, np.ndarray]], *, alt: str, label_name: str = "digit"
) -> Figure:
    """Draw labelled point clouds side by side, each with one scale for both of its axes.

    Args:
        panels: title -> (points (n, 2), labels (n,)).
        alt: text alternative, one line.
        label_name: heading of the legend.
    """
    height = min(4.0, WIDTH / len(panels) + 1)  # nearly square panels above the legend
    figure, axes = new_figure(alt, height, 1, len(panels), squeeze=False)
    for axis, (title, (points, labels)) in zip(axes[0], panels.items(), strict=True):
        draw_map(axis, points, labels)
        axis.set(title=title, xticks=[], yticks=[])
        axis.set_aspect("equal", adjustable="datalim")
    _legend(figure, axes[0, 0], label_name)
    return figure


def check_codes(codes: np.ndarray) -> np.ndarray:
    """Return codes as an array (n, 2), or raise ValueError."""
    codes = np.asarray(codes)
    if codes.ndim != 2 or codes.shape[1] != 2:
        raise ValueError(f"codes must have shape (n, 2). Received: {codes.shape}")
    return codes


def show_code_map(
    codes: np.ndarray,
    labels: np.ndarray,
    images: np.ndarray,
    decode: Callable[[np.ndarray], np.ndarray],
    *,
    alt: str,
    grid_size: int = 15,
    axis_names: tuple[str, str] = ("code, first unit", "code, second unit"),
) -> Figure:
    """Draw the standing plot: where images land in a 2-D code, beside what each place decodes to.

    Args:
        codes: codes (n, 2) of the images.
        labels: their digits (n,).
        images: the images (n, 784) or (n, 28, 28), for the thumbnails.
        decode: codes (m, 2) -> images (m, 784); called once, with all grid points.
        alt: text alternative, one line.
        grid_size: decoded images per side.
        axis_names: what runs along the two axes of both halves.

    Returns:
        The figure; both halves span the same codes, from the 1st to the 99th percentile.

    Raises:
        ValueError: the codes are not two-dimensional.
    """
    codes = check_codes(codes)
    low, high = np.percentile(codes, [1, 99], axis=0)
    high = np.where(high > low, high, low + 1)
    figure, (left, right) = new_figure(alt, 4.3, 1, 2)
    draw_map(left, codes, labels)
    # Nearer to the edge, a thumbnail would cover the numbers on the axis.
    margin = 0.06 * (high - low)
    inside = np.all((codes > low + margin) & (codes < high - margin), axis=1)
    draw_thumbnails(left, codes[inside][:60], np.asarray(images)[inside][:60])
    right.imshow(
        mosaic(np.clip(np.asarray(decode(_grid(low, high, grid_size))), 0, 1), grid_size, gap=0),
        extent=(low[0], high[0], low[1], high[1]),
        aspect="auto",
        vmin=0,
        vmax=1,
    )
    right.grid(False)
    left.set(title="encoder: where images go", ylabel=axis_names[1])
    right.set(title="decoder: what each place means")
    for axis in (left, right):
        axis.set(xlim=(low[0], high[0]), ylim=(low[1], high[1]), xlabel=axis_names[0])
    _legend(figure, left, "digit")
    return figure


def _grid(low: np.ndarray, high: np.ndarray, size: int) -> np.ndarray:
    """Return the centres of size x size cells, top row first, as codes (size^2, 2)."""
    centres = (np.arange(size) + 0.5) / size
    first = low[0] + (high[0] - low[0]) * centres
    second = low[1] + (high[1] - low[1]) * centres[::-1]
    return np.array([(x, y) for y in second for x in first], dtype=np.float32)


def _legend(figure: Figure, axis, title: str) -> None:
    handles, names = axis.get_legend_handles_labels()
    figure.legend(
        handles,
        names,
        title=title,
        loc="outside lower center",
        ncols=len(names),
        markerscale=2,
        handletextpad=0.1,
        columnspacing=0.9,
    )
