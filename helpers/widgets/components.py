"""The widget of lesson 02: a slider on the number of components."""

from collections.abc import Sequence

import numpy as np

from helpers import pca
from helpers.plots import Figure, new_figure
from helpers.plots.images import draw_rows
from helpers.widgets.explorer import Control, Explorer
from helpers.widgets.scene import Scene, over_and_under, stacked


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
        figure, left, right = over_and_under(alt, len(images))
        draw_rows(left, {"input": images, "rebuilt": rebuilt(sizes[0])})
        _draw_shares(right, sizes[:1], shares)
        (picture,), mark = left.images, right.lines[-1]

        def move(size: int) -> str:
            picture.set_data(stacked(images, rebuilt(size)))
            mark.set_data([size], [shares[size - 1]])
            keep = "component keeps" if size == 1 else "components keep"
            return f"{size} {keep} {shares[size - 1]:.0%} of the variance."

        return Scene(figure, [picture, mark], move)

    shown = [size for size in sizes if size in (1, 5, 20, 50, 100, 256)]
    twin = _twin({size: rebuilt(size) for size in shown}, images, shares, alt)
    control = Control("components", sizes, sizes[len(sizes) // 2])
    return Explorer(twin, [control], scene)


def _twin(rows: dict[int, np.ndarray], images, shares: np.ndarray, alt: str) -> Figure:
    """Draw inputs and reconstructions beside the variance curve with the states marked."""
    height = max(3.0, 0.55 * (len(rows) + 1))
    figure, (left, right) = new_figure(alt, height, 1, 2, width_ratios=[1.7, 1])
    draw_rows(left, {"input": images} | {str(size): row for size, row in rows.items()})
    left.set_title("components: reconstructions")
    _draw_shares(right, list(rows), shares)
    return figure


def _draw_shares(axis, marks: Sequence[int], shares: np.ndarray) -> None:
    """Draw the share of the variance over the number of components; mark some numbers."""
    drawn = np.arange(1, min(len(shares), 300) + 1)
    axis.plot(drawn, shares[: len(drawn)], color="#0072B2")
    axis.plot(marks, shares[np.array(marks) - 1], "o", color="#D55E00")
    axis.set(xlabel="components", ylim=(0, 1.02), title="share of the variance kept")
