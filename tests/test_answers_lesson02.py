"""A code size decided on a sample, and the descent to the floor: by hand, against PCA."""

import numpy as np
import pytest

from helpers import pca
from helpers.answers.lesson02 import descend, smallest_code_size


@pytest.mark.parametrize(("limit", "expected"), [(20, 0), (5, 1), (3.9, 2), (1, None)])
def test_the_margin_decides_by_hand(limit, expected):
    # Means 9, 3, 2; deviations 0, 2, 0; four images: upper ends 9, 5, 2.
    errors = np.array([[9.0, 1, 2], [9, 5, 2], [9, 1, 2], [9, 5, 2]])
    assert smallest_code_size(errors, limit) == expected


def test_the_descent_ends_in_pca_s_error_and_projection():
    rng = np.random.default_rng(0)
    vectors = rng.normal(size=(60, 5)) * [4, 3, 1, 0.5, 0.2]
    vectors -= vectors.mean(axis=0)
    kernel = rng.normal(scale=0.01, size=(5, 2))
    encoder, decoder, losses = descend(vectors, kernel, kernel.T, 400, 10.0)
    _, components, variances = pca.fit_pca(vectors, 2)
    assert len(losses) == 401
    assert np.all(np.diff(losses) <= 0)
    assert losses[0] == pytest.approx(np.square(vectors).sum(axis=1).mean(), rel=0.01)
    assert losses[-1] == pytest.approx(pca.discarded_variance(variances, 2), rel=1e-4)
    np.testing.assert_allclose(encoder @ decoder, components.T @ components, atol=0.01)


def test_no_step_changes_nothing():
    kernel = np.ones((3, 1))
    encoder, decoder, losses = descend(np.eye(3), kernel, kernel.T, 0, 0.1)
    assert encoder is kernel and decoder.shape == (1, 3) and len(losses) == 1
