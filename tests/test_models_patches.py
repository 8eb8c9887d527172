"""The denoiser of patches: its shapes, what it is asked for, that it learns and is saved."""

import keras
import numpy as np
import pytest

from helpers import losses, models, training
from helpers.methods import patches

RNG = np.random.default_rng(3)


def test_shapes_and_parameters():
    denoiser = models.build_patch_denoiser(9, (5, 6))
    rows, logs = RNG.random((4, 9)).astype("float32"), np.zeros((4, 1), "float32")
    assert denoiser([rows, logs]).shape == (4, 9)
    assert denoiser.count_params() == 10 * 5 + 6 * 6 + 7 * 9
    assert models.chain_patch_denoiser(denoiser).input_shape == (None, 9)


@pytest.mark.parametrize("words", [(1, (5,)), (9, ()), (9, (5, 0))])
def test_impossible_sizes_are_refused(words):
    with pytest.raises(ValueError, match="Received"):
        models.build_patch_denoiser(*words)


def without_answer(size=9):
    denoiser = models.build_patch_denoiser(size, (5,))
    kernel, bias = denoiser.get_layer("found").get_weights()
    denoiser.get_layer("found").set_weights([0 * kernel, 0 * bias])
    return denoiser


def test_with_an_answer_of_0_it_returns_the_mean_of_the_patch():
    rows = RNG.random((4, 9))
    found = patches.told(without_answer(), 0.1)(rows)
    np.testing.assert_allclose(found, np.repeat(rows.mean(1, keepdims=True), 9, 1), atol=1e-6)


@pytest.mark.parametrize("corrupted", [True, False])
def test_the_chain_returns_the_error_in_units_of_the_level(corrupted):
    """On flat patches the mean of the noise is left, 1/3 of a deviation, or nothing at all."""
    chain = models.chain_patch_denoiser(
        without_answer(), corrupted=corrupted, mean=np.log(0.2), deviation=0.5
    )
    errors = np.asarray(chain(np.full((4000, 9), 0.4, "float32")))
    assert errors.std() == pytest.approx(1 / 3 if corrupted else 0, abs=0.02)


def test_it_learns_that_flat_patches_are_flat():
    keras.utils.set_random_seed(0)
    denoiser = models.build_patch_denoiser(4, (16,))
    rows = np.repeat(RNG.random((2000, 1)), 4, axis=1).astype("float32")
    chain = models.chain_patch_denoiser(denoiser, mean=np.log(0.1), deviation=0.3)
    history = training.train(
        chain, rows, np.zeros_like(rows), loss=losses.squared_error,
        optimizer=keras.optimizers.Adam(0.01), epochs=4, batch_size=50, progress=False,
    )  # fmt: skip
    assert history.loss[-1] < history.loss[0]
    noisy = rows + 0.1 * RNG.normal(size=rows.shape)
    found = patches.told(denoiser, 0.1)(noisy)
    assert np.mean((found - rows) ** 2) < 0.35 * np.mean((noisy - rows) ** 2)


def test_it_is_saved_and_comes_back(tmp_path):
    denoiser = models.build_patch_denoiser(9, (5,))
    denoiser.save(tmp_path / "denoiser.keras")
    again = keras.saving.load_model(tmp_path / "denoiser.keras")
    inputs = [RNG.random((3, 9)).astype("float32"), np.full((3, 1), -2, "float32")]
    np.testing.assert_allclose(again(inputs), denoiser(inputs), atol=1e-6)
