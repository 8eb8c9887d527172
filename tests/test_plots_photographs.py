"""Photographs side by side: what is drawn, and what is refused."""

import numpy as np
import pytest

from helpers.plots import show_photographs

PICTURE = np.linspace(0, 1, 48).reshape(6, 8)


def test_each_is_drawn_once_with_black_at_0():
    figure = show_photographs({f"{n}": PICTURE for n in range(5)}, alt="Five.", columns=3)
    assert len(figure.axes) == 6
    drawn = [axis for axis in figure.axes if axis.images]
    assert [axis.get_title() for axis in drawn] == list("01234")
    for axis in drawn:
        (image,) = axis.images
        assert image.get_cmap().name == "gray" and image.get_clim() == (0, 1)
        np.testing.assert_array_equal(image.get_array(), PICTURE)


def test_the_frame_is_in_the_first_picture():
    figure = show_photographs({"a": PICTURE, "b": PICTURE}, alt="Two.", frame=(1, 2, 3, 4))
    (frame,) = figure.axes[0].lines
    assert set(map(tuple, frame.get_xydata().tolist())) == {(2, 1), (6, 1), (6, 4), (2, 4)}
    assert not figure.axes[1].lines


@pytest.mark.parametrize("pictures", [{}, {"a": PICTURE, "b": PICTURE.T}, {"a": PICTURE[None]}])
def test_other_shapes_are_refused(pictures):
    with pytest.raises(ValueError, match=r"photographs are \(h, w\)"):
        show_photographs(pictures, alt="x")
