"""The pictures of lesson 01: the family tree has every branch, the bands hold every run."""

import numpy as np
import pytest
from matplotlib.backends.backend_agg import FigureCanvasAgg

from helpers import plots
from helpers.course.lessons import LESSONS
from helpers.plots.family_tree import FAMILY


def walk(members):
    """Yield (name, lessons or None) for every branch and model of a nested table."""
    for name, inside in members.items():
        branch = isinstance(inside, dict)
        yield name, None if branch else inside
        if branch:
            yield from walk(inside)


def test_the_tree_draws_every_branch_and_every_model_once():
    (axis,) = plots.show_family_tree(alt="x").axes
    drawn = [text.get_text().split("  (")[0] for text in axis.texts]
    assert sorted(drawn) == sorted(name for name, _ in walk(FAMILY))


def test_the_tree_names_lessons_that_exist():
    numbers = {lesson.number for lesson in LESSONS}
    named = {word for _, text in walk(FAMILY) for word in (text or "").replace(",", "").split()}
    assert named - {"to"} <= numbers
    assert {"01", "02", "10"} <= named


def test_models_do_not_overlap_and_boxes_stay_inside():
    figure = plots.show_family_tree(alt="x")
    canvas = FigureCanvasAgg(figure)
    canvas.draw()
    (axis,) = figure.axes
    renderer = canvas.get_renderer()
    boxes = [text.get_window_extent(renderer) for text in axis.texts]
    width, height = canvas.get_width_height()
    assert all(b.x0 >= 0 and b.y0 >= 0 and b.x1 <= width and b.y1 <= height for b in boxes)
    assert not any(a.overlaps(b) for i, a in enumerate(boxes) for b in boxes[:i])


def test_bands_hold_the_lowest_and_the_highest_run():
    figures = np.array([[0.1, 0.3, 0.2], [0.6, 0.4, 0.5]])
    figure = plots.show_bands(
        {"ours": ([10, 20], figures)}, x_label="a", y_label="b", levels={"all": 0.9}, alt="x"
    )
    (axis,) = figure.axes
    np.testing.assert_allclose(axis.lines[0].get_ydata(), [0.2, 0.5])
    heights = axis.collections[0].get_paths()[0].vertices
    assert {0.1, 0.3, 0.4, 0.6} <= set(heights[:, 1].round(6))
    assert [text.get_text() for text in axis.texts] == ["all"]


@pytest.mark.parametrize(("legend", "is_beside"), [("beside", True), ("upper left", False)])
def test_a_legend_stands_beside_the_axes_where_asked(legend, is_beside):
    curves = {"ours": ([1, 2], np.zeros((2, 3)))}
    figure = plots.show_bands(curves, x_label="a", y_label="b", alt="x", legend=legend)
    figure.canvas.draw()
    (axis,) = figure.axes
    box = axis.get_legend().get_window_extent()
    assert (box.x0 >= axis.get_window_extent().x1) == is_beside


def test_runs_that_do_not_fit_are_refused():
    with pytest.raises(ValueError, match=r"\(2, runs\). Received: \(3, 2\)"):
        plots.show_bands({"a": ([1, 2], np.zeros((3, 2)))}, x_label="a", y_label="b", alt="x")
