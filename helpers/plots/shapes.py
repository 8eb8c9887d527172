"""A network drawn as what flows through it: a block for every layer, with its shape."""

from collections.abc import Sequence

import numpy as np
from matplotlib.patches import Rectangle

from helpers.plots.figure import WIDTH, Figure, new_figure

Layer = tuple[str, tuple[int, ...], int]

# The names that Keras gives are longer than a column is wide.
_SHORT = {
    "Input": "image",
    "Conv2D": "conv",
    "Conv2DTranspose": "transp.\nconv",
    "MaxPooling2D": "pool",
    "RepeatVector": "repeat",
    "Functional": "model",
}
_MAX_COLUMNS = 12


def show_shapes(layers: Sequence[Layer], *, alt: str) -> Figure:
    """Draw the outputs of layers from left to right, to one scale, with shapes and parameters.

    A map (h, w, c) is a pile of h by w squares, deeper for more channels; a sequence (t, c) a block
    of t by c; a vector a bar, longer for more numbers.

    Args:
        layers: (kind, shape of one image's output, number of parameters), in order, as
            `models.outline` returns them; up to 12.
        alt: text alternative, one line.

    Raises:
        ValueError: no layer, or more than fit.
    """
    if not 1 <= len(layers) <= _MAX_COLUMNS:
        raise ValueError(
            f"show_shapes draws 1 to {_MAX_COLUMNS} layers. Received: {len(layers)} layers"
        )
    figure, axis = new_figure(alt, 2.3)
    pitch = (WIDTH - 0.2) / len(layers)
    for column, (kind, shape, parameters) in enumerate(layers):
        middle = (column + 0.5) * pitch
        _draw_block(axis, middle, shape)
        label = {"ha": "center", "size": 8.5}
        name = "dense,\neach step" if (kind, len(shape)) == ("Dense", 2) else _SHORT.get(kind, kind)
        axis.text(middle, 0.72, name, va="bottom", **label)
        axis.text(middle, -0.66, "×".join(map(str, shape)), va="top", **label)
        if parameters:
            axis.text(middle, -0.86, f"{parameters:,}", va="top", color="#8C3A00", **label)
        if column:
            axis.annotate(
                "",
                (middle - 0.5 * pitch + 0.06, -0.48),
                (middle - 0.5 * pitch - 0.06, -0.48),
                arrowprops={"arrowstyle": "->", "color": "#666666"},
            )
    axis.set(xlim=(0, WIDTH - 0.2), ylim=(-1.05, 1.05), aspect="equal")
    axis.set_axis_off()
    return figure


def _draw_block(axis, middle: float, shape: tuple[int, ...]) -> None:
    """Draw one output around (middle, 0), in inches; 28 pixels are half an inch."""
    pixel, copies = 0.5 / 28, 1
    if len(shape) == 1:
        width, height = 0.07, 0.3 * np.log10(shape[0] + 1)
    elif len(shape) == 2:
        width, height = 0.55 * pixel * shape[1], pixel * shape[0]
    else:
        width, height, copies = pixel * shape[1], pixel * shape[0], 1 + round(np.log2(shape[2]))
    for copy in reversed(range(copies)):
        shift = 0.035 * (copy - (copies - 1) / 2)
        axis.add_patch(
            Rectangle(
                (middle - width / 2 + shift, shift - height / 2),
                width,
                height,
                facecolor="#DCEBF7",
                edgecolor="#0072B2",
                linewidth=1,
            )
        )
