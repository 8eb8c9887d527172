"""PCA against hand-computed numbers, scikit-learn and its own identity."""

import tracemalloc

import numpy as np
import pytest
from sklearn.decomposition import PCA

from helpers import pca

FIVE_POINTS = np.array([[-2, -1], [-1, -1], [0, 0], [1, 1], [2, 1]], dtype=float)


@pytest.fixture
def vectors():
    return np.random.default_rng(0).normal(size=(50, 6)) * [5, 4, 3, 2, 1, 0.5] + 7


def test_five_points_by_hand():
    # Covariance [[2, 6/5], [6/5, 4/5]]: eigenvalues (14/5 +- sqrt(36/25 + 144/25)) / 2.
    mean, components, variances = pca.fit_pca(FIVE_POINTS, 1)
    root = np.sqrt(36 / 25 + 144 / 25)
    np.testing.assert_allclose(mean, [0, 0])
    np.testing.assert_allclose(variances, [1.4 + root / 2, 1.4 - root / 2])
    slope = (variances[0] - 2) / 1.2
    np.testing.assert_allclose(components[0, 1] / components[0, 0], slope)


def test_fit_agrees_with_scikit_learn(vectors):
    mean, components, variances = pca.fit_pca(vectors, 3)
    oracle = PCA(3).fit(vectors)
    np.testing.assert_allclose(mean, oracle.mean_)
    np.testing.assert_allclose(np.abs(np.sum(components * oracle.components_, axis=1)), 1)
    np.testing.assert_allclose(variances[:3] * 50 / 49, oracle.explained_variance_)


@pytest.mark.parametrize("shape", [(200, 6), (5000, 6), (10, 6), (5, 8)], ids=str)
@pytest.mark.parametrize("dtype", ["float32", "float64"])
def test_fit_agrees_with_the_singular_values_whatever_the_shape(shape, dtype):
    vectors = (np.random.default_rng(3).normal(size=shape) * 2.0 ** np.arange(shape[1])) + 7
    mean, components, variances = pca.fit_pca(vectors.astype(dtype), 3)
    _, singular_values, directions = np.linalg.svd(vectors - vectors.mean(axis=0))
    assert mean.dtype == components.dtype == variances.dtype == dtype
    assert variances.shape == (min(shape),)
    tolerance = {"float32": 1e-4, "float64": 1e-8}[dtype] * singular_values[0] ** 2 / shape[0]
    np.testing.assert_allclose(variances, singular_values**2 / shape[0], atol=tolerance)
    cosines = np.sum(components * directions[:3], axis=1)
    np.testing.assert_allclose(np.abs(cosines), 1, rtol={"float32": 1e-4, "float64": 1e-8}[dtype])


@pytest.mark.parametrize("count", [7, 500])
def test_the_largest_entry_of_a_component_is_positive(count):
    vectors = np.random.default_rng(4).normal(size=(count, 5))
    for sign in (1, -1):
        _, components, _ = pca.fit_pca(sign * vectors, 5)
        largest = np.abs(components).argmax(axis=1)
        assert (components[np.arange(5), largest] > 0).all()


def test_numbers_that_never_vary_have_no_variance():
    vectors = np.random.default_rng(5).normal(size=(300, 4)).astype("float32") * [1, 0, 2, 0] + 3
    _, components, variances = pca.fit_pca(vectors, 4)
    assert (variances >= 0).all()
    np.testing.assert_allclose(variances[2:], 0, atol=1e-12)
    np.testing.assert_allclose(components @ components.T, np.eye(4), atol=1e-6)


def test_many_vectors_are_never_copied_at_once():
    vectors = np.random.default_rng(6).random((100_000, 20))
    tracemalloc.start()
    pca.fit_pca(vectors, 2)
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert peak < vectors.nbytes / 4


def test_codes_are_decorrelated_with_the_variances(vectors):
    mean, components, variances = pca.fit_pca(vectors, 4)
    codes = pca.encode(vectors, mean, components)
    assert codes.shape == (50, 4)
    np.testing.assert_allclose(codes.T @ codes / 50, np.diag(variances[:4]), atol=1e-10)


def test_all_components_give_the_vectors_back(vectors):
    mean, components, _ = pca.fit_pca(vectors, 6)
    np.testing.assert_allclose(
        pca.decode(pca.encode(vectors, mean, components), mean, components), vectors
    )


@pytest.mark.parametrize("code_size", [1, 3, 5, 6])
def test_training_error_is_the_discarded_variance(vectors, code_size):
    mean, components, variances = pca.fit_pca(vectors, code_size)
    rebuilt = pca.decode(pca.encode(vectors, mean, components), mean, components)
    measured = np.square(rebuilt - vectors).sum(axis=1).mean()
    assert pca.discarded_variance(variances, code_size) == pytest.approx(measured, abs=1e-10)


def test_errors_by_size_are_those_of_decoding_on_any_vectors(vectors):
    mean, components, _ = pca.fit_pca(vectors, 6)
    others = np.random.default_rng(1).normal(size=(9, 6)) + 5
    errors = pca.errors_by_size(others, mean, components)
    assert errors.shape == (9, 7)
    for size in range(7):
        kept = components[:size]
        decoded = pca.decode(pca.encode(others, mean, kept), mean, kept)
        measured = np.square(decoded - others).sum(axis=1)
        np.testing.assert_allclose(errors[:, size], measured, atol=1e-10)


def test_errors_by_size_average_to_the_discarded_variances(vectors):
    mean, components, variances = pca.fit_pca(vectors, 6)
    means = pca.errors_by_size(vectors, mean, components).mean(axis=0)
    for size in range(7):
        expected = pca.discarded_variance(variances, size)
        assert means[size] == pytest.approx(expected, abs=1e-10)


def test_rebuilt_vectors_are_encoded_and_decoded(vectors):
    rebuilt = pca.rebuilt(vectors[:4], vectors[10:], (1, 3))
    mean, components, _ = pca.fit_pca(vectors[10:], 3)
    assert list(rebuilt) == [1, 3]
    expected = (vectors[:4] - mean) @ components.T @ components + mean
    np.testing.assert_allclose(rebuilt[3], expected)
    with pytest.raises(ValueError, match="Received: 7"):
        pca.rebuilt(vectors, vectors, (2, 7))


def test_explained_variance_by_hand():
    np.testing.assert_allclose(pca.explained_variance(np.array([5.0, 3, 2])), [0.5, 0.8, 1.0])


def test_linear_gradients_agree_with_tensorflow(vectors):
    import tensorflow as tf

    rng = np.random.default_rng(1)
    encoder, decoder = tf.Variable(rng.normal(size=(6, 2))), tf.Variable(rng.normal(size=(2, 6)))
    with tf.GradientTape() as tape:
        errors = tf.reduce_sum(tf.square(vectors @ encoder @ decoder - vectors), axis=1)
        loss = tf.reduce_mean(errors)
    expected = tape.gradient(loss, [encoder, decoder])
    ours = pca.linear_gradients(vectors, encoder.numpy(), decoder.numpy())
    for gradient, right in zip(ours, expected, strict=True):
        np.testing.assert_allclose(gradient, right)


@pytest.mark.parametrize("code_size", [0, 7])
def test_a_code_size_out_of_range_is_refused(vectors, code_size):
    with pytest.raises(ValueError, match=f"from 1 to 6. Received: {code_size}"):
        pca.fit_pca(vectors, code_size)
