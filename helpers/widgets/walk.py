"""The widget of lesson 11: a slider that walks the noise level down."""

from collections.abc import Mapping, Sequence

import numpy as np

from helpers.plots import Figure, new_figure, show_rows
from helpers.plots.images import draw_rows
from helpers.widgets.explorer import Control, Explorer
from helpers.widgets.scene import Scene, stacked

_SHOWN = 8  # rows of the twin


def explore_walk(levels: Sequence[float], rows: Mapping[str, np.ndarray], *, alt: str) -> Explorer:
    """Explore how images appear as the noise level falls.

    Args:
        levels: (s,), the noise level at each place of the walk, decreasing.
        rows: name -> images (s, n, d) at each of them; the twin shows the first.
        alt: text alternative of the static twin, one line.

    Raises:
        ValueError: no rows, or one without images for each of two levels or more.
    """
    names = [_name(level) for level in levels]
    found = {name: np.shape(images) for name, images in rows.items()}
    sizes = {shape[:2] for shape in found.values()}
    if len(names) < 2 or len(sizes) != 1 or next(iter(sizes))[0] != len(names):
        raise ValueError(
            "explore_walk needs two levels or more, and rows (levels, n, d) of as many images. "
            f"Received: {len(names)} levels, {found}"
        )
    placed = {name: np.asarray(images, np.float32) for name, images in rows.items()}
    count = next(iter(sizes))[1]

    def scene() -> Scene:
        figure, axis = new_figure(alt, 0.2 + len(placed) * 7.1 / count)
        draw_rows(axis, {name: images[0] for name, images in placed.items()})
        (picture,) = axis.images

        def move(place: int) -> str:
            picture.set_data(stacked(*(images[place] for images in placed.values())))
            return f"Noise level {names[place]}, step {place} of {len(names) - 1}."

        return Scene(figure, [picture], move)

    control = Control("step", range(len(names)), 2 * (len(names) - 1) // 3)
    return Explorer(_twin(names, next(iter(placed.values())), alt), [control], scene)


def _name(level: float) -> str:
    return f"{level:.2g}" if level < 10 else f"{level:.0f}"


def _twin(names: Sequence[str], images: np.ndarray, alt: str) -> Figure:
    places = np.linspace(0, len(names) - 1, min(_SHOWN, len(names))).round().astype(int)
    return show_rows({f"level {names[place]}": images[place] for place in places}, alt=alt)
