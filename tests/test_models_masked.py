"""The masked autoencoder: what it sees, what it is asked for, that it learns and is saved."""

import keras
import numpy as np
import pytest

from helpers import layers, losses, models, training


def halves(width=8, patches=9, size=4, seed=0):
    keras.utils.set_random_seed(seed)
    encoder = models.build_patch_encoder(patches, size, width, blocks=1)
    return encoder, models.build_patch_decoder(patches, size, width)


def some_images(count=4, seed=0):
    return np.random.default_rng(seed).uniform(size=(count, 36)).astype("float32")


def test_shapes_for_any_number_of_patches():
    encoder, decoder = halves()
    for count in (1, 4, 9):
        places = np.tile(np.arange(count), (2, 1))
        tokens = np.asarray(encoder([np.zeros((2, count, 4), "float32"), places]))
        assert tokens.shape == (2, count, 8)
        masks, hidden = np.zeros((2, 3, 8), "float32"), np.tile([0, 4, 8], (2, 1))
        assert decoder([tokens, places, masks, hidden]).shape == (2, 3, 4)


def test_parameters_by_hand():
    encoder, _ = halves()
    attention = 4 * (8 * 8 + 8)
    dense = 8 * 16 + 16 + 16 * 8 + 8
    assert encoder.count_params() == (4 * 8 + 8) + 9 * 8 + attention + dense + 3 * 16


@pytest.mark.parametrize("sizes", [(0, 4, 8), (9, 0, 8), (9, 4, 0)])
def test_impossible_sizes_are_refused(sizes):
    with pytest.raises(ValueError, match="Received"):
        models.build_patch_encoder(*sizes)
    with pytest.raises(ValueError, match="Received"):
        models.build_patch_decoder(*sizes)


@pytest.mark.parametrize("num_seen", [0, 9])
def test_some_patches_are_seen_and_some_hidden(num_seen):
    with pytest.raises(ValueError, match="from 1 to 8"):
        models.chain_masked(*halves(), num_seen)


def test_the_error_is_that_of_the_hidden_patches_filled_in():
    encoder, decoder = halves()
    model = models.chain_masked(encoder, decoder, 3, seed=5)
    model.get_layer("mask_tokens").set_weights([np.linspace(-1, 1, 8)])
    images = some_images()
    patches = layers.cut_patches(images, 2)
    seen, hidden = map(np.asarray, layers.RandomPlaces(3, seed=5)(patches))
    rows = np.arange(4)[:, None]
    tokens = np.asarray(encoder([patches[rows, seen], seen]))
    masks = np.tile(np.linspace(-1, 1, 8).astype("float32"), (4, 6, 1))
    found = np.asarray(decoder([tokens, seen, masks, hidden]))
    right = np.square(found - patches[rows, hidden]).mean(axis=(1, 2))
    token = np.linspace(-1, 1, 8).astype("float32")
    filled, same = models.masked_forward(encoder, decoder, token, patches, seen, hidden)
    np.testing.assert_allclose(same, right, rtol=1e-4)
    np.testing.assert_array_equal(filled[rows, seen], patches[rows, seen])
    np.testing.assert_allclose(filled[rows, hidden], found, atol=1e-5)
    errors = np.asarray(model(images))
    assert errors.shape == (4, 24)
    np.testing.assert_allclose(np.square(errors).sum(axis=1), right, rtol=1e-4)


def test_a_hidden_patch_changes_nothing_but_the_target():
    encoder, decoder = halves()
    images = some_images()
    patches = layers.cut_patches(images, 2)
    hidden = np.asarray(layers.RandomPlaces(3, seed=5)(patches)[1])
    rows = np.arange(4)[:, None]
    other = patches.copy()
    other[rows, hidden] += 0.5
    errors, moved = (
        np.asarray(models.chain_masked(encoder, decoder, 3, seed=5)(one))
        for one in (images, layers.join_patches(other))
    )
    # The mask token is 0 in both, so that the answers are the same.
    np.testing.assert_allclose((errors - moved) * np.sqrt(24), 0.5, atol=1e-4)


def test_the_mean_token_is_that_of_all_patches():
    encoder, _ = halves()
    images = some_images(5)
    places = np.tile(np.arange(9), (5, 1))
    tokens = np.asarray(encoder([layers.cut_patches(images, 2), places]))
    found = models.mean_token(encoder, images, batch_size=2)
    np.testing.assert_allclose(found, tokens.mean(axis=1), atol=1e-5)


@pytest.mark.parametrize("jit", [False, True])
def test_it_learns_that_all_patches_of_an_image_are_alike(jit):
    grey = np.random.default_rng(1).uniform(-1, 1, size=(800, 1))
    images = np.repeat(grey, 36, axis=1).astype("float32")
    encoder, decoder = halves()
    history = training.train(
        models.chain_masked(encoder, decoder, 3, seed=1),
        images,
        np.zeros((800, 24), "float32"),
        loss=losses.squared_error,
        optimizer=keras.optimizers.Adam(5e-3),
        epochs=10,
        batch_size=40,
        jit=jit,
        progress=False,
    )
    assert history.loss[-1] < 0.3 * np.var(grey)


def test_the_training_model_can_be_saved(tmp_path):
    model = models.chain_masked(*halves(), 3, seed=5)
    model.save(tmp_path / "model.keras")
    again = keras.models.load_model(tmp_path / "model.keras")
    np.testing.assert_allclose(again(some_images()), model(some_images()), atol=1e-6)
