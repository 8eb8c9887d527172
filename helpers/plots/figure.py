"""The look of the course: one figure class, one palette, one style.

A ``Figure`` shows itself as a PNG of at most 100 dpi that carries its text alternative,
whichever Matplotlib back end is active, and is never drawn twice.
"""

import base64
import io
from collections.abc import Mapping

import matplotlib
import matplotlib.figure

DPI = 100
WIDTH = 8.0  # inches: 800 pixels, the text width of JupyterLab on a small screen

# Okabe and Ito's colours that stand apart on white for every kind of colour vision, and
# two darker ones; the markers tell the digits apart without any colour.
DIGIT_COLOURS = (
    "#0072B2", "#E69F00", "#009E73", "#D55E00", "#CC79A7",
    "#56B4E9", "#8C6D00", "#000000", "#6A3D9A", "#888888",
)  # fmt: skip
DIGIT_MARKERS = ("o", "s", "^", "v", "D", "P", "X", "*", "<", ">")
LINE_COLOURS = ("#0072B2", "#D55E00", "#009E73", "#CC79A7", "#8C6D00", "#56B4E9", "#000000")
LINE_MARKERS = ("o", "s", "^", "D", "v", "P", "X")

# One style for the whole course: set once, so that whatever a student draws fits in.
matplotlib.rcParams.update(
    {
        "font.size": 11,
        "axes.titlesize": 11,
        "axes.spines.top": False,
        "axes.spines.right": False,
        "axes.grid": True,
        "grid.color": "#E5E5E5",
        "axes.axisbelow": True,
        "legend.frameon": False,
        "lines.linewidth": 1.8,
        "lines.markersize": 5,
        "image.cmap": "gray_r",
        "image.interpolation": "nearest",
    }
)


class Figure(matplotlib.figure.Figure):
    """A Matplotlib figure with a text alternative.

    Args:
        alt: one line that says what the picture shows, for those who cannot see it.
        height: in inches; the width is fixed.

    Raises:
        ValueError: ``alt`` is empty.
    """

    def __init__(self, alt: str, height: float, width: float = WIDTH):
        if not alt.strip():
            raise ValueError("a figure needs alt=: one line that says what it shows")
        super().__init__(figsize=(width, height), layout="constrained", facecolor="white")
        self.alt = " ".join(alt.split())

    def png(self) -> bytes:
        """Return the picture as PNG bytes at 100 dpi."""
        buffer = io.BytesIO()
        self.savefig(buffer, format="png", dpi=DPI)
        return buffer.getvalue()

    def _repr_mimebundle_(self, include=None, exclude=None) -> tuple[dict, dict]:
        picture = base64.b64encode(self.png()).decode()
        return (
            {"image/png": picture, "text/plain": self.alt},
            {"image/png": {"alt": self.alt}},
        )


def draw_levels(axis, levels: Mapping[str, float] | None, side: str = "left") -> None:
    """Draw named horizontal lines into an axis: name -> y, with the names at one side of it."""
    for name, level in (levels or {}).items():
        axis.axhline(level, color="#444444", linewidth=1.2, linestyle=":")
        axis.annotate(
            name,
            (0 if side == "left" else 1, level),
            xycoords=("axes fraction", "data"),
            xytext=(4 if side == "left" else -2, 3),
            textcoords="offset points",
            ha=side,
        )


def new_figure(alt: str, height: float, rows: int = 1, columns: int = 1, **subplots):
    """Return a ``Figure`` and its axes.

    Args:
        alt: text alternative, one line.
        height: in inches.
        rows, columns: of the grid of axes.
        **subplots: passed on to Matplotlib's ``Figure.subplots``.
    """
    figure = Figure(alt, height)
    return figure, figure.subplots(rows, columns, **subplots)
