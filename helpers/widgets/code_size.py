"""The widget of lesson 03: a slider on the size of the code."""

from collections.abc import Mapping

import numpy as np

from helpers.plots import Figure, new_figure
from helpers.plots.curves import draw_curves
from helpers.plots.images import draw_rows
from helpers.widgets.explorer import Control, Explorer
from helpers.widgets.scene import Scene, over_and_under, stacked


def explore_code_size(
    errors: Mapping[str, Mapping[int, float]],
    reconstructions: Mapping[int, np.ndarray],
    images: np.ndarray,
    *,
    alt: str,
) -> Explorer:
    """Explore what a code of each size keeps: reconstructions beside the curve of the error.

    Args:
        errors: name of a method -> {code size: error}; the first is the one whose
            reconstructions are shown.
        reconstructions: code size -> (n, 784), of these images.
        images: (n, 784) or (n, 28, 28), about ten of them.
        alt: text alternative of the static twin, one line.

    Raises:
        ValueError: no code sizes, or the first method has no error for one of them.
    """
    sizes = sorted(reconstructions)
    first = next(iter(errors), None)
    if not sizes or first is None or not set(sizes) <= set(errors[first]):
        raise ValueError(
            "explore_code_size needs an error of the first method for each code size that has "
            f"reconstructions. Received: sizes {sizes}, method {first!r}"
        )

    def scene() -> Scene:
        figure, left, right = over_and_under(alt, len(images))
        draw_rows(left, {"input": images, "rebuilt": reconstructions[sizes[0]]})
        _draw_errors(right, errors)
        (picture,) = left.images
        (mark,) = right.plot([], [], "o", color="black", markersize=11, fillstyle="none")

        def move(size: int) -> str:
            picture.set_data(stacked(images, reconstructions[size]))
            there = {name: curve[size] for name, curve in errors.items() if size in curve}
            mark.set_data([size] * len(there), list(there.values()))
            numbers = ", ".join(f"{name} {error:.4f}" for name, error in there.items())
            return f"Code of {size}: error {numbers}."

        return Scene(figure, [picture, mark], move)

    shown = _spread(sizes, 6)
    twin = _twin({size: reconstructions[size] for size in shown}, errors, images, alt)
    control = Control("code size", sizes, sizes[len(sizes) // 2])
    return Explorer(twin, [control], scene)


def _spread(sizes: list[int], count: int) -> list[int]:
    """Return at most so many of the sizes, first and last among them, evenly apart."""
    places = np.linspace(0, len(sizes) - 1, min(count, len(sizes))).round().astype(int)
    return [sizes[place] for place in places]


def _twin(
    rows: Mapping[int, np.ndarray],
    errors: Mapping[str, Mapping[int, float]],
    images: np.ndarray,
    alt: str,
) -> Figure:
    """Draw inputs and reconstructions beside the curves, their sizes marked on the first."""
    height = max(3.0, 0.5 * (len(rows) + 1))
    figure, (left, right) = new_figure(alt, height, 1, 2, width_ratios=[1.5, 1])
    draw_rows(left, {"input": images} | {str(size): row for size, row in rows.items()})
    left.set_title("code size: reconstructions")
    _draw_errors(right, errors)
    marks = [next(iter(errors.values()))[size] for size in rows]
    right.plot(list(rows), marks, "o", color="black", markersize=11, fillstyle="none")
    return figure


def _draw_errors(axis, errors: Mapping[str, Mapping[int, float]]) -> None:
    """Draw the curves, over and along logarithmic axes."""
    ordered = {name: sorted(curve.items()) for name, curve in errors.items()}
    curves = {
        name: ([size for size, _ in points], [error for _, error in points])
        for name, points in ordered.items()
    }
    draw_curves(axis, curves)
    axis.set(xlabel="code size", title="error", xscale="log", yscale="log")
    ticks = sorted(next(iter(errors.values())))
    ticks = ticks if len(ticks) <= 5 else ticks[::2]
    axis.set_xticks(ticks, [f"{tick:g}" for tick in ticks])
    axis.minorticks_off()
