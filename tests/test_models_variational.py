"""Variational autoencoders: shapes, what trains them, and that a saved one is the same one."""

import keras
import numpy as np
import pytest

from helpers import losses, measures, models, training, widgets
from helpers.layers import Sampling, sampling


def some_images(count=12, size=9, seed=0):
    return np.random.default_rng(seed).uniform(size=(count, size)).astype("float32")


@pytest.mark.parametrize("num_classes", [0, 10])
def test_shapes_and_parameters(num_classes):
    encoder, decoder = models.build_vae((9, 5, 2), num_classes=num_classes)
    means, log_variances = encoder(some_images(4, 9 + num_classes))
    assert means.shape == log_variances.shape == (4, 2)
    assert decoder(some_images(4, 2 + num_classes)).shape == (4, 9)
    count = (9 + num_classes + 1) * 5 + 2 * (5 + 1) * 2 + (2 + num_classes + 1) * 5 + (5 + 1) * 9
    assert encoder.count_params() + decoder.count_params() == count
    assert models.chain_vae(encoder, decoder).output_shape == (None, 9)


def test_every_initial_cloud_has_variance_1():
    encoder, _ = models.build_vae((9, 5, 2))
    assert not np.asarray(encoder(some_images())[1]).any()


@pytest.mark.parametrize(
    ("sizes", "options"), [((9,), {}), ((9, 0), {}), ((9, 2), {"num_classes": -1})]
)
def test_impossible_sizes_are_refused(sizes, options):
    with pytest.raises(ValueError, match="Received"):
        models.build_vae(sizes, **options)


def test_sampling_is_random_in_training_and_gives_the_centre_in_inference():
    layer = Sampling(seed=3)
    means, log_variances = np.full((5000, 2), 2, "float32"), np.full((5000, 2), np.log(9), "f")
    np.testing.assert_array_equal(layer([means, log_variances]), means)
    first, second = (np.asarray(layer([means, log_variances], training=True)) for _ in range(2))
    assert np.abs(first - second).mean() > 1
    np.testing.assert_allclose([first.mean(), first.std()], [2, 3], atol=0.1)
    again = np.asarray(Sampling(seed=3)([means, log_variances], training=True))
    np.testing.assert_array_equal(first, again)


def test_its_loss_is_the_mean_divergence():
    means, log_variances = some_images(6, 3), some_images(6, 3, seed=1)
    layer = Sampling()
    layer([means, log_variances])
    (loss,) = layer.losses
    expected = np.mean(sampling.gaussian_kl(means, log_variances))
    assert float(loss) == pytest.approx(float(expected), rel=1e-6)


@pytest.mark.parametrize("weight", [0, 0.5, 4])
def test_a_weight_multiplies_the_divergence(weight):
    encoder, decoder = models.build_vae((9, 5, 2))
    encoder.set_weights([weights + 0.1 for weights in encoder.get_weights()])
    plain, weighted = (
        models.chain_vae(encoder, decoder, kl_weight=kl_weight) for kl_weight in (1, weight)
    )
    for model in (plain, weighted):
        model(some_images())
    (one,), (other,) = plain.losses, weighted.losses
    assert float(other) == pytest.approx(weight * float(one), rel=1e-6)
    with pytest.raises(ValueError, match=r"0 or more\. Received: -1"):
        models.chain_vae(encoder, decoder, kl_weight=-1)


def trained(seed, epochs=3, jit=False):
    keras.utils.set_random_seed(0)
    encoder, decoder = models.build_vae((9, 5, 2))
    model = models.chain_vae(encoder, decoder, seed=seed)
    training.train(
        model,
        some_images(40),
        loss=losses.binary_cross_entropy,
        optimizer=keras.optimizers.Adam(0.03),
        epochs=epochs,
        batch_size=10,
        jit=jit,
        progress=False,
    )
    return encoder, decoder, model


def test_training_is_the_same_again_and_lowers_the_sum():
    encoder, decoder, model = trained(1, epochs=15)
    again, other = trained(1, epochs=15)[2], trained(2, epochs=15)[2]
    for weight, same in zip(model.get_weights(), again.get_weights(), strict=True):
        np.testing.assert_array_equal(weight, same)
    assert any(
        (w != o).any() for w, o in zip(model.get_weights(), other.get_weights(), strict=True)
    )
    keras.utils.set_random_seed(0)
    before = sum(measures.measure_terms(*models.build_vae((9, 5, 2)), some_images(40)))
    assert sum(measures.measure_terms(encoder, decoder, some_images(40))) < before


def test_the_divergence_takes_part_in_the_training():
    encoder, _, _ = trained(1, epochs=40)
    divergences = sampling.gaussian_kl(*encoder(some_images(40)))
    assert np.mean(divergences) < 0.5  # noise images hold nothing worth its price


def test_a_saved_model_is_the_same_one(tmp_path):
    _, _, model = trained(1)
    model.save(tmp_path / "vae.keras")
    loaded = keras.saving.load_model(tmp_path / "vae.keras")
    np.testing.assert_allclose(loaded(some_images()), model(some_images()), atol=1e-6)
    (layer,) = [part for part in loaded.layers if isinstance(part, Sampling)]
    assert layer.get_config()["seed"] == 1 and layer.get_config()["kl_weight"] == 1


def test_a_conditional_one_hands_the_label_to_its_decoder():
    encoder, decoder = models.build_vae((9, 5, 2), num_classes=3)
    model = models.chain_vae(encoder, decoder)
    inputs = measures.beside_labels(some_images(4), [0, 1, 2, 1], num_classes=3)
    codes = encoder(inputs)[0]
    expected = decoder(np.concatenate([codes, inputs[:, -3:]], axis=1))
    np.testing.assert_allclose(model(inputs), expected, atol=1e-6)


def test_the_explorer_moves_over_all_three_kinds():
    _, variational_decoder = models.build_vae((16, 5, 2))
    _, conditional = models.build_vae((16, 5, 2), num_classes=10)
    _, plain = models.build_dense((16, 5, 2))

    def fours(points):
        return conditional(measures.beside_labels(points, np.full(len(points), 4)))

    codes, labels = some_images(30, 2), np.arange(30) % 10
    for decoder in (variational_decoder, fours, plain):
        explorer = widgets.explore_latent(decoder, codes, labels, alt="A map.")
        png, sentence = explorer.show(0.25, -0.5)
        assert png.startswith(b"\x89PNG")
        assert "0.25, −0.50" in sentence
