"""Which true directions a dictionary holds, and for which classes its units fire."""

import itertools

import numpy as np
import pytest

from helpers import measures

RNG = np.random.default_rng(13)


def brute_force(found, truth):
    """Return the largest sum of cosines over all one-to-one matches."""
    similar = [
        [t @ f / np.linalg.norm(t) / max(np.linalg.norm(f), 1e-300) for f in found] for t in truth
    ]
    similar = np.array(similar)
    if similar.shape[0] > similar.shape[1]:
        similar = similar.T
    rows = range(len(similar))
    orders = itertools.permutations(range(similar.shape[1]), len(similar))
    return max(similar[rows, list(order)].sum() for order in orders)


@pytest.mark.parametrize("sizes", [(4, 4), (6, 3), (3, 5), (1, 1), (1, 4), (5, 1)])
def test_the_match_is_the_best_of_all(sizes):
    for _ in range(5):
        found, truth = (RNG.normal(size=(size, 3)) for size in sizes)
        cosines, partners = measures.match_features(found, truth)
        assert cosines.sum() == pytest.approx(brute_force(found, truth))
        used = partners[partners >= 0]
        assert len(set(used)) == len(used) == min(sizes)
        for cosine, partner, one in zip(cosines, partners, truth, strict=True):
            row = found[partner]
            angle = one @ row / np.linalg.norm(one) / np.linalg.norm(row)
            assert cosine == pytest.approx(angle if partner >= 0 else 0)


def test_order_and_length_of_the_rows_do_not_count_and_signs_do():
    truth = np.eye(4)
    found = 3 * truth[[2, 0, 3, 1]]
    cosines, partners = measures.match_features(found, truth)
    np.testing.assert_allclose(cosines, 1)
    np.testing.assert_array_equal(partners, [1, 3, 0, 2])
    assert measures.share_found(found, truth) == 1
    assert measures.share_found(-found, truth) == 0


def test_one_row_stands_for_one_direction():
    truth = np.array([[1.0, 0.0], [0.98, 0.2]])
    assert measures.share_found(np.array([[1.0, 0.1]]), truth) == 0.5
    assert measures.share_found(np.array([[1.0, 0.1]] * 2), truth) == 1


def test_a_row_of_zeros_finds_nothing():
    cosines, partners = measures.match_features(np.array([[0.0, 0.0], [0.0, 2.0]]), np.eye(2))
    np.testing.assert_allclose(cosines, [0, 1])
    np.testing.assert_array_equal(partners, [0, 1])


@pytest.mark.parametrize(
    "found, truth, message",
    [
        (np.ones((2, 3)), np.ones((2, 4)), "Received: shapes"),
        (np.ones(3), np.ones((2, 3)), "Received: shapes"),
        (np.ones((2, 3)), np.zeros((2, 3)), "length above 0"),
    ],
)
def test_other_shapes_are_refused(found, truth, message):
    with pytest.raises(ValueError, match=message):
        measures.match_features(found, truth)


def test_firing_rates_by_hand():
    codes = np.array([[2.0, 0, 0, 0.1], [0, 0, 0, 3], [1, 0, 0, 0], [0, 0, 0, 0.5]])
    rates, dead = measures.firing_rates(codes, np.array([0, 0, 2, 2]), 3)
    np.testing.assert_allclose(rates, [[0.5, 0, 0, 1], [0, 0, 0, 0], [0.5, 0, 0, 0.5]])
    np.testing.assert_array_equal(dead, [False, True, True, False])


def test_rates_weighted_by_class_are_the_rate_of_all():
    codes = np.maximum(RNG.normal(size=(300, 7)), 0)
    labels = RNG.integers(10, size=300)
    rates, dead = measures.firing_rates(codes, labels)
    shares = np.bincount(labels, minlength=10) / 300
    np.testing.assert_allclose(shares @ rates, (codes > 0).mean(axis=0))
    assert not dead.any()


@pytest.mark.parametrize(
    "codes, labels, message",
    [
        (np.ones((3, 2)), np.zeros(2, int), "n labels"),
        (np.ones(3), np.zeros(3, int), "n labels"),
        (np.ones((2, 2)), np.array([0, 10]), "from 0 to 9"),
    ],
)
def test_other_codes_and_labels_are_refused(codes, labels, message):
    with pytest.raises(ValueError, match=message):
        measures.firing_rates(codes, labels)
