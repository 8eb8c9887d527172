"""Every picture: it carries its text alternative, shows what it was given, and stays small."""

import base64
import struct

import numpy as np
import pytest

from helpers import plots
from helpers.plots.figure import DIGIT_COLOURS, DIGIT_MARKERS
from helpers.plots.images import mosaic

RNG = np.random.default_rng(0)
IMAGES = RNG.uniform(size=(12, 28, 28))
LABELS = np.arange(12) % 10
CODES = RNG.normal(size=(12, 2))
CURVE = {"one": ([1, 2, 4], [0.3, 0.2, 0.1]), "two": ([1, 2, 4], [0.4, 0.3, 0.2])}
FIGURES = {
    "images": lambda: plots.show_images(IMAGES, alt="x"),
    "titled": lambda: plots.show_images(IMAGES, titles=[str(n) for n in LABELS], alt="x"),
    "signed": lambda: plots.show_images(IMAGES - 0.5, signed=True, alt="x"),
    "rows": lambda: plots.show_rows({"input": IMAGES, "output": IMAGES}, alt="x"),
    "weights": lambda: plots.show_rows({"a": IMAGES - 0.5, "b": IMAGES}, signed=True, alt="x"),
    "curves": lambda: plots.show_curves(
        CURVE, x_label="a", y_label="b", log_x=True, log_y=True, levels={"goal": 0.25}, alt="x"
    ),
    "panels": lambda: plots.show_panels({"left": CURVE}, x_label="a", y_label="b", alt="x"),
    "histograms": lambda: plots.show_histograms({"left": {"one": IMAGES}}, x_label="a", alt="x"),
    "maps": lambda: plots.show_maps({"left": (CODES, LABELS)}, alt="x"),
    "course": lambda: plots.show_course_map(alt="x"),
    "standing": lambda: plots.show_code_map(
        CODES, LABELS, IMAGES, lambda codes: np.zeros((len(codes), 784)), alt="x"
    ),
}


@pytest.mark.parametrize("name", FIGURES)
def test_a_figure_shows_itself_once_as_a_small_png_with_its_text(name):
    figure = FIGURES[name]()
    data, metadata = figure._repr_mimebundle_()
    assert data["text/plain"] == "x"
    assert metadata["image/png"]["alt"] == "x"
    png = base64.b64decode(data["image/png"])
    width, height = struct.unpack(">II", png[16:24])
    assert width <= 800
    assert 60 <= height <= 1000


def test_maps_have_one_scale_for_both_axes():
    figure = plots.show_maps({name: (CODES * [1, 20], LABELS) for name in "ab"}, alt="x")
    figure.png()
    for axis in figure.axes:
        corners = axis.transData.transform([(0, 0), (1, 1)])
        width, height = corners[1] - corners[0]
        assert width == pytest.approx(height)
        assert axis.viewLim.containsy(CODES[:, 1].max() * 20)


def test_a_figure_without_a_text_alternative_is_refused():
    with pytest.raises(ValueError, match="alt="):
        plots.show_images(IMAGES, alt=" ")


def test_the_text_alternative_is_one_line():
    assert plots.show_images(IMAGES, alt="two\n  lines").alt == "two lines"


def test_vectors_and_channels_become_images():
    vectors = IMAGES.reshape(12, 784)
    np.testing.assert_array_equal(plots.as_images(vectors), IMAGES)
    np.testing.assert_array_equal(plots.as_images(IMAGES[..., None]), IMAGES)
    with pytest.raises(ValueError, match=r"square number of pixels. Received: \(2, 10\)"):
        plots.as_images(np.zeros((2, 10)))


def test_a_mosaic_puts_images_row_by_row():
    images = np.stack([np.full((2, 2), value) for value in (1.0, 2.0, 3.0)])
    n = np.nan
    expected = [[1, 1, n, 2, 2], [1, 1, n, 2, 2], [n] * 5, [3, 3, n, n, n], [3, 3, n, n, n]]
    np.testing.assert_array_equal(mosaic(images, columns=2, gap=1), expected)


def test_rows_of_different_lengths_are_refused():
    with pytest.raises(ValueError, match="same number of images"):
        plots.show_rows({"a": IMAGES, "b": IMAGES[:3]}, alt="x")


def test_the_standing_plot_decodes_its_grid_once_from_the_top_left():
    asked = []

    def decode(codes):
        asked.append(codes)
        return np.zeros((len(codes), 784))

    plots.show_code_map(CODES, LABELS, IMAGES, decode, grid_size=3, alt="x")
    (codes,) = asked
    assert codes.shape == (9, 2)
    assert codes[0, 0] == codes[:, 0].min()
    assert codes[0, 1] == codes[:, 1].max()


def test_the_standing_plot_needs_two_numbers_a_code():
    with pytest.raises(ValueError, match=r"\(n, 2\). Received: \(12, 3\)"):
        plots.show_code_map(np.zeros((12, 3)), LABELS, IMAGES, lambda codes: codes, alt="x")


def test_digits_differ_in_colour_and_in_marker():
    assert len(set(DIGIT_COLOURS)) == len(set(DIGIT_MARKERS)) == 10


@pytest.mark.parametrize("count", [6, 7])
def test_the_legend_of_seven_curves_stands_beside_the_axes(count):
    curves = {f"curve {number}": ([1, 2], [number, number + 1]) for number in range(count)}
    figure = plots.show_curves(curves, x_label="x", y_label="y", alt="x")
    figure.draw_without_rendering()
    (axis,) = figure.axes
    is_beside = axis.get_legend().get_window_extent().x0 >= axis.get_window_extent().x1
    assert is_beside == (count == 7)
