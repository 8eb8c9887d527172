"""Errors of several ways to train against the number of labels, both on logarithmic axes."""

from collections.abc import Mapping, Sequence

import numpy as np

from helpers.plots.bands import show_bands
from helpers.plots.figure import Figure

_TICKS = (1, 2, 3, 5, 10, 20, 30, 50, 100)  # percent


def show_label_curves(
    curves: Mapping[str, tuple[Sequence[int], np.ndarray]],
    *,
    alt: str,
    dashed: Sequence[str] = (),
) -> Figure:
    """Draw test errors against the number of labels: the mean of the seeds, and their band.

    Args:
        curves: name -> (numbers of labels (m,), errors in percent, above 0, (m, seeds)).
        alt: text alternative, one line.
        dashed: names of the curves to draw dashed, for baselines and controls.

    Returns:
        The figure.

    Raises:
        ValueError: a curve has not one row of errors for each number of labels.
    """
    figure = show_bands(
        curves,
        x_label="number of labels",
        y_label="error on the test images (%)",
        alt=alt,
        log_x=True,
        dashed=dashed,
    )
    (axis,) = figure.axes
    axis.set_yscale("log")
    low, high = axis.get_ylim()
    ticks = [tick for tick in _TICKS if low <= tick <= high]
    axis.set_yticks(ticks, [str(tick) for tick in ticks])
    axis.minorticks_off()
    axis.legend(loc="upper right")
    return figure
