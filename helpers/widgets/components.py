"""The widget of lesson 02: a slider on the number of components."""

from collections.abc import Sequence

import numpy as np

from helpers import pca
from helpers.plots import Figure, new_figure
from helpers.plots.images import draw_rows
from helpers.widgets.explorer import Control, Explorer
from helpers.widgets.scene import Scene, stacked


def explore_pca(
    images: np.ndarray,
    mean: np.ndarray,
    components: np.ndarray,
    shares: np.ndarray,
    *,
    alt: str,
    sizes: Sequence[int] = (1, 2, 5, 10, 20, 30, 50, 100, 150, 256),
) -> Explorer:
    """Explore reconstructions by a growing number of components.

    Args:
        images: vectors (n, d), about ten of them.
        mean: (d,).
        components: (k, d), largest variance first.
        shares: share of the variance that the first 1, 2, ... components keep, (d,).
        alt: text alternative of the static twin, one line.
        sizes: numbers of components to go through; those above k are left out.
    """
    sizes = [size for size in sizes if size <= len(components)]

    def rebuilt(size: int) -> np.ndarray:
        codes = pca.encode(images, mean, components[:size])
        return pca.decode(codes, mean, components[:size])

    def scene() -> Scene:
        figure = _pca_picture({sizes[0]: rebuilt(sizes[0])}, images, shares, alt, "rebuilt")
        left, right = figure.axes
        (picture,), mark = left.images, right.lines[-1]

        def move(size: int) -> str:
            picture.set_data(stacked(images, rebuilt(size)))
            mark.set_data([size], [shares[size - 1]])
            return f"{size} components keep {shares[size - 1]:.0%} of the variance."

        return Scene(figure, [picture, mark], move)

    shown = [size for size in sizes if size in (1, 5, 20, 50, 100, 256)]
    twin = _pca_picture({size: rebuilt(size) for size in shown}, images, shares, alt)
    control = Control("components", sizes, sizes[len(sizes) // 2])
    return Explorer(twin, [control], scene)


def _pca_picture(
    rows: dict[int, np.ndarray], images, shares: np.ndarray, alt: str, name: str = ""
) -> Figure:
    """Draw inputs and reconstructions beside the variance curve with the states marked."""
    height = max(3.0, 0.55 * (len(rows) + 1))
    figure, (left, right) = new_figure(alt, height, 1, 2, width_ratios=[1.7, 1])
    draw_rows(left, {"input": images} | {name or str(size): row for size, row in rows.items()})
    left.set_title("reconstructions" if name else "components: reconstructions")
    drawn = np.arange(1, min(len(shares), 300) + 1)
    right.plot(drawn, shares[: len(drawn)], color="#0072B2")
    marks = list(rows)
    right.plot(marks, shares[np.array(marks) - 1], "o", color="#D55E00")
    right.set(xlabel="components", ylim=(0, 1.02), title="share of the variance kept")
    return figure
