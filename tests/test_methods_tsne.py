"""t-SNE from its definition: by hand, against scikit-learn, against differences, and refusals."""

import numpy as np
import pytest
from scipy.spatial.distance import squareform
from sklearn.manifold._t_sne import _joint_probabilities

from helpers.methods import tsne

RNG = np.random.default_rng(0)
CODES = 3 * RNG.normal(size=(40, 6))
POINTS = RNG.normal(size=(40, 2))


def test_squared_distances_by_hand_and_never_negative():
    distances = tsne.squared_distances([[0, 0], [3, 4], [0, 1]])
    np.testing.assert_allclose(distances, [[0, 25, 1], [25, 0, 18], [1, 18, 0]])
    assert tsne.squared_distances(np.full((3, 2), 0.1)).min() == 0


@pytest.mark.parametrize("perplexity", [1.5, 5.0, 30.0])
def test_two_to_the_entropy_is_the_perplexity(perplexity):
    squared = RNG.uniform(1, 9, size=39)
    probabilities = tsne.neighbour_probabilities(squared, perplexity)
    assert probabilities.sum() == pytest.approx(1)
    assert 2 ** -np.sum(probabilities * np.log2(probabilities)) == pytest.approx(perplexity)
    assert (np.argsort(squared) == np.argsort(-probabilities)).all()


def test_neighbour_probabilities_by_hand():
    # Two neighbours at 0 and one far off share the entropy of ln 2 + something: 1 : 1 : w.
    probabilities = tsne.neighbour_probabilities([1.0, 1.0, 2.0], 2.5)
    first, second, third = probabilities
    assert first == pytest.approx(second)
    beta = np.log(first / third)
    np.testing.assert_allclose(
        probabilities, np.exp([-beta, -beta, -2 * beta]) / np.sum(np.exp([-beta, -beta, -2 * beta]))
    )
    assert -np.sum(probabilities * np.log2(probabilities)) == pytest.approx(np.log2(2.5))


def test_probabilities_do_not_depend_on_the_unit_of_distance():
    squared = RNG.uniform(1, 9, size=20)
    expected = tsne.neighbour_probabilities(squared, 4)
    for other in (squared * 1e9, squared * 1e-9, squared + 1e4):
        np.testing.assert_allclose(tsne.neighbour_probabilities(other, 4), expected, atol=1e-6)


def test_the_joint_p_is_scikit_learn_s():
    conditional = tsne.conditional_probabilities(CODES, 8)
    joint, _, _ = tsne.map_divergence(conditional, POINTS)
    squared = tsne.squared_distances(CODES).astype(np.float32)
    theirs = squareform(_joint_probabilities(squared, 8, 0))
    np.testing.assert_allclose(joint, theirs, rtol=0, atol=1e-6)
    assert joint.max() > 1e-3  # so that 1e-6 says something


def test_conditional_probabilities_take_the_rule_they_are_given():
    conditional = tsne.conditional_probabilities(
        CODES[:5], 2, rule=lambda squared, perplexity: np.full(len(squared), 1 / perplexity)
    )
    np.testing.assert_array_equal(conditional, (1 - np.eye(5)) / 2)


def test_divergence_by_hand_on_three_places():
    # Places 0, 1 and 2 on a line: 1/2, 1/2 and 1/5 for the three pairs.
    conditional = np.array([[0, 1, 0], [0.5, 0, 0.5], [0, 1, 0]])
    joint, similarities, divergence = tsne.map_divergence(conditional, [[0, 0], [1, 0], [2, 0]])
    np.testing.assert_allclose(joint, [[0, 0.25, 0], [0.25, 0, 0.25], [0, 0.25, 0]])
    np.testing.assert_allclose(similarities[0], [0, 0.5 / 2.4, 0.2 / 2.4])
    assert divergence == pytest.approx(np.log(0.25 / (0.5 / 2.4)))


def test_a_map_with_the_same_similarities_has_no_divergence():
    _, similarities, _ = tsne.map_divergence(np.zeros((40, 40)), POINTS)
    conditional = similarities * 40  # its joint is itself: symmetric, with sum 1
    assert tsne.map_divergence(conditional, POINTS)[2] == pytest.approx(0, abs=1e-12)


def test_the_gradient_is_that_of_the_divergence():
    conditional = tsne.conditional_probabilities(CODES, 8)
    joint, _, _ = tsne.map_divergence(conditional, POINTS)
    slopes = tsne.gradient(joint, POINTS)
    for row, column in ((0, 0), (7, 1), (39, 0)):
        moved = [POINTS.copy(), POINTS.copy()]
        moved[0][row, column] -= 1e-5
        moved[1][row, column] += 1e-5
        low, high = (tsne.map_divergence(conditional, points)[2] for points in moved)
        assert slopes[row, column] == pytest.approx((high - low) / 2e-5, rel=1e-5)


def test_a_step_lowers_the_divergence_and_moves_no_centre():
    conditional = tsne.conditional_probabilities(CODES, 8)
    joint, _, before = tsne.map_divergence(conditional, POINTS)
    points = tsne.gradient_step(joint, POINTS, learning_rate=1.0)
    assert tsne.map_divergence(conditional, points)[2] < before
    np.testing.assert_allclose(points.mean(axis=0), POINTS.mean(axis=0))


@pytest.mark.parametrize("perplexity", [1, 0, 12, 40])
def test_an_impossible_perplexity_is_refused(perplexity):
    with pytest.raises(ValueError, match=r"above 1 and below .* 12\. Received"):
        tsne.neighbour_probabilities(np.arange(12.0), perplexity)


@pytest.mark.parametrize("points", [np.zeros(3), np.zeros((1, 2))])
def test_points_that_are_no_matrix_are_refused(points):
    with pytest.raises(ValueError, match="shape"):
        tsne.squared_distances(points)
