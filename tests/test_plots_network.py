"""Drawings of networks: every layer, what is between them, what the loss compares."""

import itertools

import pytest
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.collections import LineCollection
from matplotlib.patches import Circle, FancyArrowPatch

from helpers.plots import Network, show_network
from helpers.plots.network import units_drawn

DENOISING = Network(
    [("x", 784), ("noisy x", 784), ("z", 3), ("y", 784)],
    code=2,
    steps={0: "corrupt"},
    compared=[(0, 3, "squared error"), (2, 2, "penalty")],
)


def drawn(figure, panel=0):
    axis = figure.axes[panel]
    circles = [patch for patch in axis.patches if isinstance(patch, Circle)]
    lines = [one for one in axis.collections if isinstance(one, LineCollection)]
    words = [text.get_text() for text in axis.texts]
    return circles, lines, words


def test_a_layer_has_all_of_a_few_units_and_an_odd_number_of_places_for_many():
    assert [units_drawn(units) for units in (1, 2, 4)] == [1, 2, 4]
    many = [units_drawn(units) for units in (5, 10, 64, 250, 784, 1000, 10_000)]
    assert many == sorted(many) and all(count % 2 == 1 for count in many)
    assert many[0] == 5 and many[-1] == 9


def test_units_weights_and_words_are_all_there():
    circles, lines, words = drawn(show_network(DENOISING, alt="x"))
    assert len(circles) == 8 + 8 + 3 + 8  # one place of nine is for the three dots
    assert [len(one.get_segments()) for one in lines] == [
        8 * 3,
        3 * 8,
    ]  # none where it is corrupted
    for word in ("x", "noisy x", "784", "3", "corrupt", "encoder", "decoder", "squared error",
                 "penalty"):  # fmt: skip
        assert word in words
    assert words.count("784") == 3


def test_the_encoder_begins_where_the_weights_do():
    axis = show_network(DENOISING, alt="x").axes[0]
    places = {text.get_text(): text.get_position()[0] for text in axis.texts}
    assert places["encoder"] == pytest.approx((places["noisy x"] + places["z"]) / 2)
    assert places["decoder"] == pytest.approx((places["z"] + places["y"]) / 2)


def test_the_code_is_filled_and_a_step_is_an_arrow():
    figure = show_network(DENOISING, alt="x")
    circles, _, _ = drawn(figure)
    colours = {circle.center[0]: circle.get_facecolor() for circle in circles}
    _, noisy, code, output = (colours[x] for x in sorted(colours))
    assert len({noisy, code, output}) == 3
    (arrow,) = [p for p in figure.axes[0].patches if isinstance(p, FancyArrowPatch)]
    between = arrow.get_path().vertices[:-1, 0]  # the last one only closes the head
    first, second, *_ = sorted(colours)
    assert first < between.min() < between.max() < second


def test_weights_that_are_kept_are_dotted_in_their_panel_only():
    first = Network([("x", 6), ("h", 4), ("x'", 6)], code=1, title="stage 1")
    second = Network([("x", 6), ("h", 4), ("g", 2), ("h'", 4)], code=2, frozen=[0], title="stage 2")
    figure = show_network(first, second, alt="x")
    styles = [[one.get_linestyle()[0] for one in drawn(figure, panel)[1]] for panel in (0, 1)]
    solid = (0.0, None)
    assert styles[0] == [solid] * 2
    assert styles[1][0] != solid and styles[1][1:] == [solid] * 2
    assert "stage 2" in drawn(figure, 1)[2] and "encoder" not in drawn(figure, 1)[2]


@pytest.mark.parametrize("panels", [1, 2, 4])
def test_nothing_overlaps_or_leaves_the_picture(panels):
    figure = show_network(*[DENOISING] * panels, alt="x")
    canvas = FigureCanvasAgg(figure)
    canvas.draw()
    width, height = canvas.get_width_height()
    boxes = [
        text.get_window_extent(canvas.get_renderer())
        for axis in figure.axes
        for text in axis.texts
        if panels == 1 or text.get_text() not in ("squared error", "penalty", "corrupt")
    ]
    assert all(b.x0 >= 0 and b.y0 >= 0 and b.x1 <= width and b.y1 <= height for b in boxes)
    assert not any(a.overlaps(b) for a, b in itertools.combinations(boxes, 2) if panels < 4)


@pytest.mark.parametrize(
    ("fields", "message"),
    [
        ({"layers": [("x", 3)]}, "at least two layers, not 1"),
        ({"layers": [("x", 3), ("z", 0)]}, "z has none"),
        ({"code": 2}, "stand at 0 to 1, the last leads to none: 2"),
        ({"steps": {1: "sample"}}, "the last leads to none: 1"),
        ({"frozen": [-1]}, "the last leads to none: -1"),
        ({"compared": [(0, 5, "loss")]}, "the last leads to none: 5"),
    ],
)
def test_networks_that_are_none_are_refused(fields, message):
    with pytest.raises(ValueError, match=message):
        Network(**{"layers": [("x", 3), ("y", 3)], **fields})


def test_no_network_is_refused():
    with pytest.raises(ValueError, match="at least one network"):
        show_network(alt="x")
