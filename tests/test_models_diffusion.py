"""The denoiser of all noise levels: what it is asked for, that it learns it, that it is saved."""

import keras
import numpy as np
import pytest

from helpers import layers, losses, models, training
from helpers.methods.diffusion import told


def some_points(count=6, size=3, seed=0):
    return np.random.default_rng(seed).normal(size=(count, size)).astype("float32")


@pytest.mark.parametrize("num_classes", [0, 4])
def test_shapes_and_parameters(num_classes):
    denoiser = models.build_denoiser(3, (5, 6), num_classes=num_classes)
    labels = [np.eye(4, dtype="float32")[[0, 1, 2, 3, 0, 1]]] if num_classes else []
    logs = np.zeros((6, 1), "float32")
    assert denoiser([some_points(), logs, *labels]).shape == (6, 3)
    assert denoiser.count_params() == (3 + 1 + num_classes + 1) * 5 + 6 * 6 + 7 * 3
    assert models.chain_denoiser(denoiser).input_shape == (None, 3 + num_classes)


@pytest.mark.parametrize(
    "words, options",
    [((0, (5,)), {}), ((3, ()), {}), ((3, (0,)), {}), ((3, (5,)), {"num_classes": -1})],
)
def test_impossible_sizes_are_refused(words, options):
    with pytest.raises(ValueError, match="Received"):
        models.build_denoiser(*words, **options)


def test_with_an_answer_of_0_it_returns_the_best_linear_answer():
    denoiser = models.build_denoiser(3, (5,))
    kernel, bias = denoiser.get_layer("answer").get_weights()
    denoiser.get_layer("answer").set_weights([0 * kernel, 0 * bias])
    for level in (0.01, 1.0, 20.0):
        found = told(denoiser)(some_points(), level)
        np.testing.assert_allclose(found, some_points() / (1 + level**2), rtol=1e-5)


def test_the_noise_has_the_levels_that_it_says_and_some_labels_are_hidden():
    layer = layers.NoiseLevels(mean=0.5, deviation=0.3, hidden=0.25, seed=1)
    points, labels = np.zeros((20_000, 2), "float32"), np.ones((20_000, 3), "float32")
    noisy, logs, kept = map(np.asarray, layer([points, labels]))
    assert [logs.mean(), logs.std()] == pytest.approx([0.5, 0.3], abs=0.02)
    assert (noisy / np.exp(logs)).std() == pytest.approx(1, abs=0.02)
    assert (kept == kept[:, :1]).all() and kept.mean() == pytest.approx(0.75, abs=0.02)
    again = np.asarray(layer([points, labels])[0])
    assert np.abs(again - noisy).mean() > 0.5
    same = layers.NoiseLevels(mean=0.5, deviation=0.3, hidden=0.25, seed=1)([points, labels])
    np.testing.assert_array_equal(same[0], noisy)


@pytest.mark.parametrize("options", [{"deviation": -1}, {"hidden": 1.5}])
def test_impossible_levels_are_refused(options):
    with pytest.raises(ValueError, match="Received"):
        layers.NoiseLevels(**options)


def test_the_error_is_divided_by_what_the_layers_account_for():
    denoiser = models.build_denoiser(3, (5,))
    model = models.chain_denoiser(denoiser, mean=0.7, deviation=0.0, seed=2)
    points = some_points(500)
    noisy, logs, _ = layers.NoiseLevels(0.7, 0.0, seed=2)([points, points[:, :0]])
    level = np.exp(0.7)
    error = denoiser([noisy, logs]) - points
    expected = error * np.sqrt(1 + level**2) / level
    np.testing.assert_allclose(model(points), expected, atol=1e-5)


def trained(jit):
    keras.utils.set_random_seed(0)
    points = np.repeat([[-1.0, 1.0], [1.0, -1.0]], 400, axis=0).astype("float32")
    denoiser = models.build_denoiser(2, (32, 32))
    history = training.train(
        models.chain_denoiser(denoiser, seed=1),
        points,
        np.zeros_like(points),
        loss=losses.squared_error,
        optimizer=keras.optimizers.Adam(5e-3),
        epochs=12,
        batch_size=50,
        jit=jit,
        progress=False,
    )
    return denoiser, history


@pytest.mark.parametrize("jit", [False, True])
def test_it_learns_where_two_points_are_at_every_level(jit):
    denoiser, history = trained(jit)
    assert history.loss[-1] < 0.7 * history.loss[0]  # it has a floor: noise cannot be guessed
    for level in (0.1, 0.5):
        found = told(denoiser)(np.array([[-0.8, 1.1], [1.2, -0.9]]), level)
        np.testing.assert_allclose(found, [[-1, 1], [1, -1]], atol=0.25)


def test_the_training_model_can_be_saved(tmp_path):
    model = models.chain_denoiser(models.build_denoiser(2, (4,), num_classes=3), seed=5)
    model.save(tmp_path / "model.keras")
    again = keras.models.load_model(tmp_path / "model.keras")
    points = some_points(4, 5)
    np.testing.assert_allclose(again(points), model(points), atol=1e-6)
