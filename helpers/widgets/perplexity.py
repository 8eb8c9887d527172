"""The widget of lesson 06: a slider over t-SNE maps that were computed before."""

from collections.abc import Mapping

import numpy as np

from helpers.plots import Figure, new_figure
from helpers.plots.maps import draw_map
from helpers.widgets.explorer import Control, Explorer
from helpers.widgets.scene import Scene


def explore_perplexity(
    maps: Mapping[float, np.ndarray], labels: np.ndarray, *, alt: str
) -> Explorer:
    """Explore how a t-SNE map changes with its perplexity.

    Args:
        maps: perplexity -> map (n, 2), computed before. Each is centred and brought to the same
            size, since only what lies near what has a meaning in such a map.
        labels: digits (n,).
        alt: text alternative of the static twin, one line.

    Raises:
        ValueError: no maps, or one that is not (n, 2) for n labels.
    """
    labels = np.asarray(labels)
    shapes = {perplexity: np.shape(points) for perplexity, points in maps.items()}
    if not maps or set(shapes.values()) != {(len(labels), 2)}:
        raise ValueError(
            f"explore_perplexity needs maps of shape ({len(labels)}, 2), one point a label. "
            f"Received: {shapes}"
        )
    states = sorted(maps)
    placed = {perplexity: _to_unit(np.asarray(maps[perplexity])) for perplexity in states}

    def scene() -> Scene:
        figure, axis = new_figure(alt, 5.0)
        clouds = _draw(axis, placed[states[0]], labels, size=14)
        axis.set_aspect("equal")
        figure.legend(title="digit", loc="outside right center", markerscale=2)

        def move(perplexity: float) -> str:
            for digit, cloud in zip(np.unique(labels), clouds, strict=True):
                cloud.set_offsets(placed[perplexity][labels == digit])
            return f"Map of {len(labels):,} images at perplexity {perplexity:g}."

        return Scene(figure, clouds, move)

    control = Control("perplexity", states, states[len(states) // 2])
    return Explorer(_twin(placed, labels, alt), [control], scene)


def _twin(placed: Mapping[float, np.ndarray], labels: np.ndarray, alt: str) -> Figure:
    columns = min(3, len(placed))
    rows = -(-len(placed) // columns)
    figure, axes = new_figure(alt, 2.7 * rows + 0.5, rows, columns, squeeze=False)
    for axis in axes.flat:
        axis.set_axis_off()
    for axis, (perplexity, points) in zip(axes.flat, placed.items(), strict=False):
        axis.set_axis_on()
        _draw(axis, points, labels, size=5)
        axis.set_title(f"perplexity {perplexity:g}")
        axis.set_aspect("equal")
    handles, names = axes[0, 0].get_legend_handles_labels()
    look = {"ncols": 10, "markerscale": 2, "handletextpad": 0.1, "columnspacing": 0.9}
    figure.legend(handles, names, title="digit", loc="outside lower center", **look)
    return figure


def _draw(axis, points: np.ndarray, labels: np.ndarray, size: float) -> list:
    """Draw a map into an axis that always spans the same square; return the clouds of points."""
    draw_map(axis, points, labels, size)
    axis.set(xlim=(-1.05, 1.05), ylim=(-1.05, 1.05), xticks=[], yticks=[])
    return list(axis.collections)


def _to_unit(points: np.ndarray) -> np.ndarray:
    """Centre a map and scale it into the square from -1 to 1."""
    centred = points - (points.max(axis=0) + points.min(axis=0)) / 2
    return centred / max(np.abs(centred).max(), np.finfo(float).tiny)
