"""The widget of lesson 12: a slider over the share of the patches that is hidden."""

from collections.abc import Mapping, Sequence

import numpy as np

from helpers.plots import Figure, new_figure, show_rows
from helpers.plots.images import draw_rows
from helpers.widgets.explorer import Control, Explorer
from helpers.widgets.scene import Scene, stacked


def explore_hidden(
    percents: Sequence[int], rows: Mapping[str, np.ndarray], images: np.ndarray, *, alt: str
) -> Explorer:
    """Explore what is made of images of which ever more is hidden.

    Args:
        percents: (s,), hidden shares in percent, increasing.
        rows: name -> images (s, n, d) at each of them, what is seen and what is made of it; the
            twin shows the last one.
        images: (n, d), the originals, below the others.
        alt: text alternative of the static twin, one line.

    Raises:
        ValueError: no rows, or one without n images for each of two percents or more.
    """
    found = {name: np.shape(some) for name, some in rows.items()}
    right = len(percents), *np.shape(images)
    if len(percents) < 2 or not found or set(found.values()) != {right}:
        raise ValueError(
            "explore_hidden needs two percents or more, and rows (percents, n, d) for images "
            f"(n, d). Received: {len(percents)} percents, {found}, images {np.shape(images)}"
        )
    placed = {name: np.asarray(some, np.float32) for name, some in rows.items()}
    images = np.asarray(images, np.float32)
    places = {percent: place for place, percent in enumerate(percents)}

    def scene() -> Scene:
        figure, axis = new_figure(alt, 0.2 + (len(placed) + 1) * 7.1 / len(images))
        first = {name: some[0] for name, some in placed.items()}
        draw_rows(axis, first | {"original": images})
        (picture,) = axis.images

        def move(percent: int) -> str:
            shown = (some[places[percent]] for some in placed.values())
            picture.set_data(stacked(*shown, images))
            return f"{percent} % of the patches hidden."

        return Scene(figure, [picture], move)

    start = percents[2 * (len(percents) - 1) // 3]
    control = Control("hidden, %", list(percents), start)
    return Explorer(_twin(percents, list(placed.values())[-1], images, alt), [control], scene)


def _twin(percents: Sequence[int], made: np.ndarray, images: np.ndarray, alt: str) -> Figure:
    rows = {f"{percent} %": some for percent, some in zip(percents, made, strict=True)}
    return show_rows({"original": images} | rows, alt=alt)
