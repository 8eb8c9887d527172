"""The drawing of a network's shapes: every layer is told, nothing overlaps, nothing is cut."""

import numpy as np
import pytest
from matplotlib.backends.backend_agg import FigureCanvasAgg

from helpers import plots

CONVOLUTIONAL = [
    ("Input", (28, 28, 1), 0),
    ("Conv2D", (28, 28, 16), 160),
    ("MaxPooling2D", (14, 14, 16), 0),
    ("Conv2D", (14, 14, 32), 4640),
    ("MaxPooling2D", (7, 7, 32), 0),
    ("Conv2D", (7, 7, 64), 18_496),
    ("MaxPooling2D", (3, 3, 64), 0),
    ("Conv2DTranspose", (7, 7, 32), 18_464),
    ("Conv2DTranspose", (14, 14, 16), 4_624),
    ("Conv2DTranspose", (28, 28, 1), 145),
]
RECURRENT = [
    ("Input", (28, 28), 0),
    ("LSTM", (28, 100), 51_600),
    ("LSTM", (30,), 15_720),
    ("RepeatVector", (28, 30), 0),
    ("LSTM", (28, 100), 52_400),
    ("Dense", (28, 28), 2_828),
]


def texts(layers):
    (axis,) = plots.show_shapes(layers, alt="x").axes
    return [text.get_text() for text in axis.texts if text.get_text()]


@pytest.mark.parametrize("layers", [CONVOLUTIONAL, RECURRENT], ids=["conv", "lstm"])
def test_every_layer_tells_its_shape_and_its_parameters(layers):
    drawn = texts(layers)
    for _, shape, parameters in layers:
        assert "×".join(map(str, shape)) in drawn
        assert not parameters or f"{parameters:,}" in drawn
    assert "0" not in drawn


def test_a_dense_layer_of_a_sequence_is_told_from_one_of_a_vector():
    assert "dense,\neach step" in texts(RECURRENT)
    assert texts([("Dense", (28,), 5)])[0] == "Dense"


@pytest.mark.parametrize("layers", [CONVOLUTIONAL, RECURRENT], ids=["conv", "lstm"])
def test_words_do_not_overlap_and_stay_inside(layers):
    figure = plots.show_shapes(layers, alt="x")
    canvas = FigureCanvasAgg(figure)
    canvas.draw()
    (axis,) = figure.axes
    renderer = canvas.get_renderer()
    boxes = [t.get_window_extent(renderer) for t in axis.texts if t.get_text()]
    width, height = canvas.get_width_height()
    assert all(b.x0 >= 0 and b.y0 >= 0 and b.x1 <= width and b.y1 <= height for b in boxes)
    assert not any(a.overlaps(b) for i, a in enumerate(boxes) for b in boxes[:i])


def test_a_map_is_drawn_square_and_in_proportion():
    (axis,) = plots.show_shapes([("Input", (28, 28, 1), 0), ("x", (14, 14, 4), 0)], alt="x").axes
    sizes = [(patch.get_width(), patch.get_height()) for patch in axis.patches]
    np.testing.assert_allclose(sizes[0], [sizes[0][0]] * 2)
    assert sizes[1:] == [sizes[1]] * 3  # one square, and one more for each doubling of channels
    assert sizes[0][0] == pytest.approx(2 * sizes[1][0])


@pytest.mark.parametrize("count", [0, 13])
def test_none_or_too_many_layers_are_refused(count):
    with pytest.raises(ValueError, match=f"Received: {count} layers"):
        plots.show_shapes([("Dense", (5,), 1)] * count, alt="x")
