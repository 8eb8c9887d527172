"""Strokes over images: where they are drawn, and what is refused."""

import numpy as np
import pytest

from helpers import plots

RNG = np.random.default_rng(0)
IMAGES = RNG.uniform(size=(4, 28, 28))
STROKES = RNG.uniform(2, 26, size=(4, 7, 2))


def test_each_stroke_lies_over_its_image_and_its_first_point_is_marked():
    figure = plots.show_strokes({"pen": STROKES, "net": STROKES + 1}, IMAGES, alt="x")
    (axis,) = figure.axes
    lines = axis.collections[0].get_segments()
    np.testing.assert_allclose(lines[2], STROKES[2] + (60, 0))
    np.testing.assert_allclose(lines[5], STROKES[1] + (31, 31))
    first = np.column_stack(axis.lines[1].get_data())
    np.testing.assert_allclose(first, [line[0] for line in lines])
    assert [text.get_text() for text in axis.get_yticklabels()] == ["pen", "net"]
    paper = axis.images[0].get_array()
    np.testing.assert_allclose(paper[30:58, 30:58], IMAGES[1])
    assert figure.png()[1:4] == b"PNG"


def test_strokes_may_have_different_numbers_of_points():
    figure = plots.show_strokes({"pen": [STROKES[0], STROKES[1, :3]]}, IMAGES[:2], alt="x")
    assert [len(line) for line in figure.axes[0].collections[0].get_segments()] == [7, 3]


def test_a_row_without_a_stroke_per_image_is_refused():
    with pytest.raises(ValueError, match="one stroke per image"):
        plots.show_strokes({"pen": STROKES[:3]}, IMAGES, alt="x")
