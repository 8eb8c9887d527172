"""Answers with a feature on and off: what is drawn, and what is refused."""

import numpy as np
import pytest

from helpers.plots import show_switches

RNG = np.random.default_rng(0)
IMAGES, EXCITING = RNG.uniform(size=(3, 16)), RNG.uniform(size=(3, 9, 16))
BEFORE, AFTER = RNG.dirichlet(np.ones(10), size=(2, 3))


def test_each_row_has_image_exciting_images_and_two_answers():
    figure = show_switches(IMAGES, EXCITING, BEFORE, AFTER, names=["a", "b", "c"], alt="x")
    rows = np.array(figure.axes).reshape(3, 3)
    for row, (one, some, bars) in enumerate(rows):
        np.testing.assert_array_equal(one.images[0].get_array(), IMAGES[row].reshape(4, 4))
        np.testing.assert_array_equal(
            some.images[0].get_array()[:4, :4], EXCITING[row, 0].reshape(4, 4)
        )
        heights = [[bar.get_height() for bar in group] for group in bars.containers]
        np.testing.assert_allclose(heights, [BEFORE[row], AFTER[row]])
        assert one.get_ylabel() == "abc"[row]
    assert (rows[0, 2].get_title(), rows[2, 2].get_xlabel()) == ("probability", "digit")


def test_not_as_many_of_each_is_refused():
    with pytest.raises(ValueError, match=r"Received: \[3, 3, 2, 3, 1\]"):
        show_switches(IMAGES, EXCITING, BEFORE[:2], AFTER, names=["a"], alt="x")
