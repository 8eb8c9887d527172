"""Baselines of denoising: each against a closed form, a library, or what it must never exceed."""

import keras
import numpy as np
import pytest
import tensorflow as tf
from scipy import ndimage
from sklearn.linear_model import Ridge

from helpers import layers, measures, models, pca, results
from helpers.answers import lesson05
from helpers.answers.lesson03 import loss_and_gradients
from helpers.methods import denoising

RNG = np.random.default_rng(0)


@pytest.fixture(scope="module")
def images():
    """Return 400 images of 36 pixels that lie near a plane of three directions."""
    directions = np.random.default_rng(1).uniform(size=(3, 36))
    weights = np.random.default_rng(2).dirichlet(np.ones(3), size=400)
    return (weights @ directions).astype(np.float32)


def pair(images, deviation=0.3, seed=0):
    return images, layers.corrupt_images(images, layers.gaussian(deviation), seed)


@pytest.mark.parametrize(("fraction", "count"), [(0.25, 9), (0.5, 18), (0.0, 0), (1.0, 36)])
def test_masking_is_exact_and_leaves_the_rest(images, fraction, count):
    masked = lesson05.mask_exactly(images, fraction, 3)
    assert ((masked == 0).sum(axis=1) == count).all()
    np.testing.assert_array_equal(masked[masked != 0], images[masked != 0])
    np.testing.assert_array_equal(masked, lesson05.mask_exactly(images, fraction, 3))


def test_masking_draws_every_pixel_equally_often():
    masked = lesson05.mask_exactly(np.ones((4000, 10)), 0.3, 0)
    np.testing.assert_allclose((masked == 0).mean(axis=0), 0.3, atol=0.035)


def test_the_switch_by_hand():
    images, switches = np.array([[0.5, 0.8], [0.2, 0.4]]), np.array([[0, 1], [1, 0]])
    np.testing.assert_array_equal(lesson05.corrupt_input(images, switches, 0), images)
    np.testing.assert_array_equal(
        lesson05.corrupt_input(images, switches, np.array([[1], [0]])), [[0, 0.8], [0.2, 0.4]]
    )


def test_the_step_is_an_ordinary_one_when_nothing_is_spoilt(images):
    model = models.chain(*models.build_basic(36, 4))
    loss, gradients = lesson05.denoising_step(model, images[:8], images[:8])
    outputs = model(images[:8]).numpy().astype(float)
    x = images[:8].astype(float)
    entropy = -(x * np.log(outputs) + (1 - x) * np.log(1 - outputs)).sum(axis=1).mean()
    assert float(loss) == pytest.approx(entropy, rel=1e-5)
    _, other = loss_and_gradients(model, images[:8])
    assert [g.shape for g in gradients] == [g.shape for g in other]


def test_the_step_follows_the_clean_target_and_the_noisy_input(images):
    model = models.chain(*models.build_basic(36, 4))
    noisy = lesson05.mask_exactly(images[:8], 0.5, 0)
    value = tf.reduce_sum(tf.keras.losses.binary_crossentropy(images[:8], model(noisy))) * 36 / 8
    loss, _ = lesson05.denoising_step(model, images[:8], noisy)
    assert float(loss) == pytest.approx(float(value), rel=1e-4)


def test_the_median_filter_is_scipy_s_image_by_image():
    pictures = RNG.uniform(size=(3, 6, 6))
    expected = [ndimage.median_filter(picture, size=3) for picture in pictures]
    filtered = denoising.median_filter(pictures.reshape(3, 36), 3)
    np.testing.assert_array_equal(filtered, np.reshape(expected, (3, 36)))


def test_the_median_filter_removes_a_single_grain():
    picture = np.zeros((1, 36))
    picture[0, 14] = 1
    assert denoising.median_filter(picture).max() == 0


def test_the_window_that_is_chosen_has_the_smaller_error(images):
    validation = pair(images)
    window = denoising.choose_window(validation)
    errors = {
        w: measures.mse(images, denoising.median_filter(validation[1], w))
        for w in denoising.WINDOWS
    }
    assert errors[window] == min(errors.values())


def test_the_code_size_that_is_chosen_is_the_best_of_all(images):
    validation = pair(images)
    mean, components, _ = pca.fit_pca(images, 20)
    errors = []
    for size in range(1, 21):
        codes = pca.encode(validation[1], mean, components[:size])
        errors.append(measures.mse(images, pca.decode(codes, mean, components[:size])))
    size = denoising.choose_code_size(validation, mean, components)
    assert size == int(np.argmin(errors)) + 1
    assert size <= 3  # the images have no more directions than that
    assert denoising.choose_code_size(pair(images, 0.0), mean, components) >= 2


def test_the_linear_map_is_ridge_regression(images):
    clean, noisy = pair(images)
    light, weights = denoising.fit_linear_maps((clean, noisy), (1.0, 10.0))
    design = np.column_stack([noisy, np.ones(len(noisy))])
    for penalty, found in ((1.0, light), (10.0, weights)):
        oracle = Ridge(alpha=penalty, fit_intercept=False).fit(design, clean)
        np.testing.assert_allclose(found, oracle.coef_.T, atol=1e-5)
    denoised = denoising.linear_denoise(noisy, weights)
    assert 0 <= denoised.min() <= denoised.max() <= 1
    assert measures.mse(clean, denoised) < measures.mse(clean, noisy) / 3


def test_every_baseline_beats_doing_nothing_where_it_can(images):
    mean, components, _ = pca.fit_pca(images, 20)
    tuned = denoising.tune_baselines(pair(images), pair(images, seed=1), mean, components)
    assert list(tuned) == ["identity", "median filter", "PCA", "linear map"]
    clean, noisy = pair(images, seed=2)
    errors = {name: measures.mse(clean, denoise(noisy)) for name, (denoise, _) in tuned.items()}
    assert errors["identity"] == measures.mse(clean, noisy)
    assert max(errors, key=errors.get) == "identity"
    assert errors["linear map"] < errors["median filter"]


def test_the_table_measures_on_the_test_images_alone(images):
    seen = []

    def network(noisy):
        seen.append(noisy)
        return noisy

    def measure(clean, denoised):
        return float(len(clean))

    mean, components, _ = pca.fit_pca(images, 5)
    figures, settings = denoising.psnr_table(
        {"mask": layers.masking(0.5), "salt": layers.salt_and_pepper(0.25)},
        {"network": network},
        training=images[:200],
        validation=images[200:300],
        test=images[300:],
        principal=(mean, components),
        measure=measure,
    )
    assert list(figures) == ["mask", "salt"]
    assert figures["mask"] == dict.fromkeys(
        ("identity", "median filter", "PCA", "linear map", "network"), 100.0
    )
    assert settings["mask"]["PCA"].endswith("components")
    assert [noisy.shape for noisy in seen] == [(100, 36)] * 2
    assert ((seen[0] == 0).sum(axis=1) == 18).all()


def test_the_table_as_text():
    table = results.table_text(
        {"one": {"a": 1.26, "longer name": -3}, "two two": {"a": 10, "longer name": 2}}
    )
    assert table.splitlines() == [
        "            a  longer name",
        "one       1.3         -3.0",
        "two two  10.0          2.0",
    ]


def test_the_best_noise_by_hand():
    # Differences from level 0.25: 2 on every seed; 0, 0; -0.1, 0.4 and 0.9; and 5 on every seed.
    errors = np.array([[4, 5, 6], [2, 3, 4], [1.9, 3.4, 4.9], [7, 8, 9]])
    levels = [0.0, 0.25, 0.1, 0.5]
    # The mean of the third is 0.4, and its standard error 0.5 / sqrt(3) = 0.289.
    assert lesson05.best_noise(levels, errors, 1.5) == (0.25, [0.1, 0.25], "undecided")
    assert lesson05.best_noise(levels, errors, 1.3) == (0.25, [0.25], "settled")
    assert lesson05.best_noise([0.0, 0.25, 0.5, 0.1], errors, 1.5)[2] == "go on"


def test_an_evaluation_by_hand():
    images = np.full((3, 4), 0.5, "float32")
    # The network halves the distance from 0.5, worth 6.02 dB on every image.
    inputs = keras.Input((4,))
    halving = keras.Model(inputs, 0.5 * inputs + 0.25)
    noisy = images + np.array([[0.1], [0.2], [0.4]], "float32")
    (row,), better = lesson05.evaluate_denoiser(halving, images, [noisy])
    before = -20 * np.log10([0.1, 0.2, 0.4]).mean()
    gain = 20 * np.log10(2)
    np.testing.assert_allclose(row, [before, before + gain, gain, 0], atol=1e-5)
    assert better == ["denoiser"]
