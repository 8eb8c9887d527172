"""The adversarial autoencoder: its losses by hand, and a game that shapes the codes."""

import keras
import numpy as np
import pytest

from helpers import models, training
from helpers.training.adversarial import TERMS, adversarial_losses


def test_losses_by_hand():
    on_prior, on_codes = np.array([[0.5], [0.25]]), np.array([[0.5]])
    told, fool = map(float, adversarial_losses(on_prior, on_codes))
    assert told == pytest.approx((np.log(2) + np.log(4)) / 2 + np.log(2), abs=1e-6)
    assert fool == pytest.approx(np.log(2), abs=1e-6)


def test_losses_are_keras_s_cross_entropies():
    rng = np.random.default_rng(0)
    on_prior, on_codes = (rng.uniform(0.01, 0.99, (n, 1)).astype("float32") for n in (7, 5))
    entropy = keras.losses.BinaryCrossentropy()
    told, fool = adversarial_losses(on_prior, on_codes)
    by_keras = entropy(np.ones((7, 1)), on_prior) + entropy(np.zeros((5, 1)), on_codes)
    assert float(told) == pytest.approx(float(by_keras), rel=1e-5)
    assert float(fool) == pytest.approx(float(entropy(np.ones((5, 1)), on_codes)), rel=1e-5)


def test_sure_discriminators_cost_a_finite_price():
    ends = np.array([[0.0], [1.0]], "float32")
    assert np.isfinite([float(x) for x in adversarial_losses(ends, ends)]).all()


def images_of_two(count=600):
    """Return images of 6 pixels that two numbers make, far from a normal distribution."""
    rng = np.random.default_rng(0)
    hidden = rng.choice([-1.0, 1.0], size=(count, 2)) * rng.uniform(2, 3, size=(count, 2))
    outputs = hidden @ np.random.default_rng(1).normal(size=(2, 6))
    return (1 / (1 + np.exp(-outputs))).astype("float32")


def play(epochs=40, seed=0, images=None, learning_rate=5e-3, **options):
    keras.utils.set_random_seed(4)
    encoder, decoder = models.build_dense((6, 32, 2), activation="gelu")
    discriminator = training.build_discriminator(2, (32,))
    history = training.train_adversarial(
        encoder,
        decoder,
        discriminator,
        images_of_two() if images is None else images,
        epochs=epochs,
        batch_size=100,
        learning_rate=learning_rate,
        seed=seed,
        **options,
    )
    return history, encoder


def test_codes_come_to_look_like_samples_from_the_prior_and_images_come_back():
    history, encoder = play()
    assert set(history) == set(TERMS)
    assert history["reconstruction"][-1] < history["reconstruction"][0] - 0.3
    assert history["discriminator"][-1] == pytest.approx(2 * np.log(2), abs=0.25)
    codes = np.asarray(encoder(images_of_two()))
    np.testing.assert_allclose(codes.mean(axis=0), 0, atol=0.45)
    np.testing.assert_allclose(codes.std(axis=0), 1, atol=0.45)


def test_the_same_seed_plays_the_same_game():
    first, again, other = (play(2, seed)[0] for seed in (0, 0, 1))
    assert first == again != other


def test_the_losses_that_are_given_drive_the_game():
    def never_fooled(on_prior, on_codes):
        told, _ = adversarial_losses(on_prior, on_codes)
        return told, 0 * keras.ops.mean(on_codes)

    given = play(2, code_losses=adversarial_losses)[0]
    assert given == play(2)[0]
    history, encoder = play(code_losses=never_fooled)
    assert history["generator"] == [0] * 40
    assert history["discriminator"][-1] < 1  # nobody fools it
    assert np.abs(np.std(encoder(images_of_two()), axis=0) - 1).max() > 0.5


@pytest.mark.parametrize("kind", ["asks a number", "of float64", "list", "of shape (1,)"])
def test_losses_that_no_compiled_step_can_hold_are_called_step_by_step(kind):
    def losses_of(on_prior, on_codes):
        told, fool = adversarial_losses(on_prior, on_codes)
        if kind == "asks a number":
            assert float(told) > 0 and on_prior.numpy().shape == (100, 1)
        if kind == "of float64":
            return keras.ops.cast(told, "float64"), keras.ops.cast(fool, "float64")
        if kind == "of shape (1,)":
            return told[None], fool[None]
        return [told, fool] if kind == "list" else (told, fool)

    history, _ = play(2, code_losses=losses_of)
    expected, _ = play(2)
    for name in TERMS:
        assert history[name] == pytest.approx(expected[name], rel=0.03)


@pytest.mark.parametrize(
    ("images", "epochs", "message"),
    [
        (np.zeros((200, 6), "int64"), 1, "floating-point"),
        (np.zeros((50, 6), "float32"), 1, "batch_size must be"),
        (np.zeros((200, 6), "float32"), 0, "epochs must be"),
    ],
)
def test_what_cannot_work_is_refused(images, epochs, message):
    with pytest.raises(ValueError, match=message):
        play(epochs, images=images)


def test_a_loss_that_is_no_number_any_more_ends_the_game_with_a_hint():
    with pytest.raises(FloatingPointError, match=r"epoch 1: try a smaller .*learning_rate 1e\+38"):
        play(3, learning_rate=1e38)
