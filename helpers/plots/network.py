"""Drawings of networks: layers as columns of units, what happens between them, the loss."""

import itertools
import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from matplotlib.collections import LineCollection
from matplotlib.patches import Circle, FancyArrowPatch

from helpers.plots.figure import WIDTH, Figure, new_figure

# Lengths count in steps from unit to unit of a column.
_RADIUS = 0.34
_GAP = 3.2  # from column to column
_LARGEST = 0.24  # inches per step
_MOST = 9  # circles in a column: more are counted, not drawn
_COLOURS = {"seen": "#DCEBF7", "hidden": "white", "code": "#F6C89F"}
_EDGE = "#0072B2"


@dataclass(frozen=True)
class Network:
    """What ``show_network`` draws in one panel.

    Args:
        layers: (name, units) from the input to the output; mathtext will do for a name.
        code: position of the code among the layers; the encoder ends and the decoder begins
            there. The encoder begins at the first layer with weights. None for a network without
            one.
        steps: position -> word, for what leads from that layer to the next without weights
            ("corrupt", "sample"): an arrow in place of the lines.
        frozen: positions of layers whose weights to the next are kept as they are: dotted lines.
        compared: (first position, last position, words) for each term of the loss; one position
            twice for a term on one layer alone.
        title: of the panel.

    Raises:
        ValueError: fewer than two layers, no units in one, or a position that is none.
    """

    layers: Sequence[tuple[str, int]]
    code: int | None = None
    steps: Mapping[int, str] = field(default_factory=dict)
    frozen: Sequence[int] = ()
    compared: Sequence[tuple[int, int, str]] = ()
    title: str = ""

    def __post_init__(self) -> None:
        if len(self.layers) < 2:
            raise ValueError(f"a network has at least two layers, not {len(self.layers)}")
        empty = [name for name, units in self.layers if units < 1]
        if empty:
            raise ValueError(f"a layer has at least one unit; {empty[0]} has none")
        last = len(self.layers) - 1
        places = [0 if self.code is None else self.code]
        places += [place for *ends, _ in self.compared for place in ends]
        between = [*self.steps, *self.frozen]
        wrong = [place for place in places if not 0 <= place <= last]
        wrong += [place for place in between if not 0 <= place < last]
        if wrong:
            raise ValueError(f"the layers stand at 0 to {last}, the last leads to none: {wrong[0]}")


def units_drawn(units: int) -> int:
    """Return how many circles and gaps stand for a layer: all of a few, else an odd number.

    The number grows with the logarithm, so that a layer ten times as large looks larger.
    """
    if units <= 4:
        return units
    return min(max(2 * round(0.9 * math.log(units) - 2.2) + 1, 5), _MOST)


def show_network(*networks: Network, alt: str) -> Figure:
    """Draw networks side by side, one panel each, from the input at the left to the output.

    A column with three small dots has more units than circles; the number below it counts them.
    Lines stand for weights, from every unit to every unit. The code is filled.

    Args:
        *networks: one or several.
        alt: text alternative, one line.

    Raises:
        ValueError: no network was given.
    """
    if not networks:
        raise ValueError("give at least one network to draw")
    wide = sum(map(_width, networks))
    scale = min(WIDTH / wide, _LARGEST)  # inches: one scale for all panels
    point = 1 / 72 / scale
    alone = len(networks) == 1
    low = min(_low(one, point) for one in networks)
    high = max(_high(one, point, alone) for one in networks)
    figure, axes = new_figure(
        alt,
        (high - low) * scale,
        columns=len(networks),
        squeeze=False,
        gridspec_kw={"width_ratios": [_width(one) for one in networks]},
    )
    spare = (WIDTH / scale - wide) / len(networks)
    for axis, network in zip(axes[0], networks, strict=True):
        _draw(axis, network, point, alone)
        middle = (len(network.layers) - 1) * _GAP / 2
        half = (_width(network) + spare) / 2
        axis.set(xlim=(middle - half, middle + half), ylim=(low, high), aspect="equal")
        axis.set_axis_off()
    return figure


def _width(network: Network) -> float:
    return (len(network.layers) - 1) * _GAP + 2.0


def _half(network: Network) -> float:
    return max(units_drawn(units) for _, units in network.layers) / 2


def _high(network: Network, point: float, alone: bool) -> float:
    title = 18 if network.title else 0
    return _half(network) + (title + (30 if alone and network.code is not None else 4)) * point


def _low(network: Network, point: float) -> float:
    return -_half(network) - (36 + 24 * len(network.compared)) * point


def _draw(axis, network: Network, point: float, alone: bool) -> None:
    half, last = _half(network), len(network.layers) - 1
    places = [
        [(column * _GAP, row) for row in _rows(units)]
        for column, (_, units) in enumerate(network.layers)
    ]
    for column, (left, right) in enumerate(itertools.pairwise(places)):
        if column in network.steps:
            _draw_step(axis, network.steps[column], column * _GAP)
            continue
        weights = LineCollection(
            list(itertools.product(left, right)),
            colors="#C8C8C8",
            linewidths=0.6,
            antialiaseds=False,  # blends of a hundred lines double the size of the picture
            linestyles=":" if column in network.frozen else "-",
            zorder=1,
        )
        axis.add_collection(weights)
    for column, ((name, units), circles) in enumerate(zip(network.layers, places, strict=True)):
        kind = "code" if column == network.code else "seen" if column in (0, last) else "hidden"
        for place in circles:
            look = {"facecolor": _COLOURS[kind], "edgecolor": _EDGE}
            axis.add_patch(Circle(place, _RADIUS, zorder=3, **look))
        if len(circles) < units:
            x = column * _GAP
            axis.plot([x] * 3, [-0.22, 0, 0.22], ".", color=_EDGE, markersize=2.5, zorder=3)
        for words, down, size in ((name, 4, 10), (f"{units:,}", 19, 9)):
            height = -half - down * point
            axis.text(column * _GAP, height, words, ha="center", va="top", size=size)
    if network.code is not None and alone:
        seen = next(column for column in range(last + 1) if column not in network.steps)
        for word, first, end in (("encoder", seen, network.code), ("decoder", network.code, last)):
            if end > first:
                _draw_span(axis, word, (first * _GAP, end * _GAP), half + 10 * point, point)
    if network.title:
        axis.text(last * _GAP / 2, half + 6 * point, network.title, ha="center", size=10)
    for number, (first, end, words) in enumerate(network.compared):
        height = -half - (42 + 24 * number) * point
        _draw_compared(axis, words, first * _GAP, end * _GAP, height, point)


def _rows(units: int) -> list[float]:
    """Return the heights of the circles of a column; three dots take the middle of a long one."""
    count = units_drawn(units)
    rows = [(count - 1) / 2 - row for row in range(count)]
    return rows if count == units else [row for row in rows if row != 0]


def _draw_step(axis, word: str, left: float) -> None:
    start, end = (left + 0.55, 0), (left + _GAP - 0.55, 0)
    axis.add_patch(
        FancyArrowPatch(start, end, arrowstyle="-|>", mutation_scale=11, color="#444444", zorder=2)
    )
    axis.text(left + _GAP / 2, 0.25, word, ha="center", size=9, style="italic")


def _draw_span(axis, word: str, ends: tuple[float, float], height: float, point: float) -> None:
    left, right, low = ends[0] + 0.15, ends[1] - 0.15, height - 5 * point
    axis.plot((left, left, right, right), (low, height, height, low), color="#444444", linewidth=1)
    axis.text((left + right) / 2, height + 3 * point, word, ha="center", size=10)


def _draw_compared(
    axis, words: str, left: float, right: float, height: float, point: float
) -> None:
    colour = "#B34700"
    if right > left:
        high = height + 6 * point
        axis.plot(
            (left, left, right, right), (high, height, height, high), color=colour, linewidth=1.2
        )
    middle = (left + right) / 2
    axis.text(middle, height - 3 * point, words, ha="center", va="top", size=9, color=colour)
