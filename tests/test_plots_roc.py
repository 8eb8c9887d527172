"""The ROC curve: its corners by hand and by scikit-learn, and the area below it."""

import numpy as np
import pytest
from sklearn.metrics import roc_curve

from helpers import measures, plots
from helpers.plots.roc import roc_points


def test_corners_by_hand():
    scores, odd = [0.9, 0.5, 0.5, 0.2, 0.1], [True, False, True, False, False]
    alarms, found = roc_points(scores, odd)
    np.testing.assert_allclose(alarms, [0, 0, 1 / 3, 2 / 3, 1])
    np.testing.assert_allclose(found, [0, 0.5, 1, 1, 1])


@pytest.mark.parametrize("levels", [3, 1000])
def test_corners_are_scikit_learn_s_and_the_area_is_the_auc(levels):
    rng = np.random.default_rng(levels)
    odd = rng.random(200) < 0.3
    scores = rng.integers(0, levels, size=200) + odd
    alarms, found = roc_points(scores, odd)
    right = roc_curve(odd, scores, drop_intermediate=False)
    np.testing.assert_allclose(alarms, right[0])
    np.testing.assert_allclose(found, right[1])
    area = np.sum(np.diff(alarms) * (found[1:] + found[:-1]) / 2)
    assert area == pytest.approx(measures.roc_auc(scores, odd))


def test_the_figure_has_a_curve_a_mark_and_the_diagonal():
    scores, odd = np.arange(6.0), np.arange(6) > 2
    figure = plots.show_roc({"good": (scores, odd)}, marks={"good": (0.0, 0.5)}, alt="a curve")
    chance, curve, mark = figure.axes[0].lines
    assert list(chance.get_xdata()) == list(chance.get_ydata()) == [0, 1]
    assert list(curve.get_ydata())[-1] == 1 and curve.get_label() == "good"
    assert (list(mark.get_xdata()), list(mark.get_ydata())) == ([0], [0.5])
    assert figure.png()


@pytest.mark.parametrize("odd", [[True, True], [False, False], [True]])
def test_a_curve_needs_both_kinds_and_a_score_each(odd):
    with pytest.raises(ValueError, match="Received: scores of shape"):
        roc_points([1.0, 2.0], odd)


def test_a_mark_stands_on_a_curve():
    with pytest.raises(ValueError, match=r"Received: \['bad'\]"):
        plots.show_roc({"good": ([1, 2], [True, False])}, marks={"bad": (0, 0)}, alt="x")
