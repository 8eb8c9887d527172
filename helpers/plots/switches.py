"""Pictures of what a classifier answers with a feature on and with the feature off."""

from collections.abc import Sequence

import numpy as np

from helpers.plots.figure import LINE_COLOURS, Figure, new_figure
from helpers.plots.images import as_images, mosaic


def show_switches(
    images: np.ndarray,
    exciting: np.ndarray,
    before: np.ndarray,
    after: np.ndarray,
    *,
    names: Sequence[str],
    alt: str,
) -> Figure:
    """Draw a row for each image: the image, what its feature fires for, and two answers.

    Args:
        images: (n, d), pixels in [0, 1].
        exciting: (n, m, d), images that excite the feature most.
        before, after: probabilities (n, 10), with the feature on, and with it off.
        names: a short text for each row.
        alt: text alternative, one line.

    Raises:
        ValueError: not as many of each.
    """
    counts = [len(one) for one in (images, exciting, before, after, names)]
    if len(set(counts)) != 1:
        raise ValueError(
            f"images, exciting, before, after and names are as many. Received: {counts}"
        )
    rows, classes = len(images), np.arange(np.shape(before)[1])
    figure, axes = new_figure(
        alt, 0.5 + 1.05 * rows, rows, 3, width_ratios=[1, 4, 4], squeeze=False
    )
    for row, (image, others, name) in enumerate(zip(images, exciting, names, strict=True)):
        one, some, bars = axes[row]
        one.imshow(as_images(image[None])[0], vmin=0, vmax=1)
        some.imshow(mosaic(others, -(-len(others) // 2)), vmin=0, vmax=1)
        one.set_ylabel(name, rotation=0, ha="right", va="center")
        for axis in (one, some):
            axis.set(xticks=[], yticks=[])
            axis.spines[:].set_visible(False)
            axis.grid(False)
        for shift, values, colour, label in (
            (-0.2, before, "#BBBBBB", "on"),
            (0.2, after, LINE_COLOURS[1], "off"),
        ):
            bars.bar(classes + shift, values[row], 0.4, color=colour, label=label)
        bars.set(ylim=(0, 1.05), yticks=[0, 1], xticks=classes)
        bars.grid(False)
        bars.tick_params(length=0, labelsize=9, labelbottom=row == rows - 1)
    axes[-1, 2].set_xlabel("digit")
    for axis, title in zip(axes[0], ("image", "the feature fires for", "probability"), strict=True):
        axis.set_title(title)
    axes[0, 2].legend(ncols=2, loc="upper center", fontsize=9)
    return figure
