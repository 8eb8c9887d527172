"""Greedy stages: what each learns from, and the net that they make."""

import itertools

import keras
import numpy as np
import pytest

from helpers import losses, models, training
from helpers.training.greedy import greedy_stage, unroll

IMAGES = np.random.default_rng(0).uniform(size=(8, 6)).astype("float32")


def stages(*sizes):
    """Return encoders and decoders of stages with these sizes, the input's first."""
    keras.utils.set_random_seed(1)
    pairs = [models.build_basic(before, after) for before, after in itertools.pairwise(sizes)]
    return [list(halves) for halves in zip(*pairs, strict=True)]


def test_with_no_stage_both_are_the_images():
    inputs, reconstructions = greedy_stage([], [], IMAGES)
    assert inputs is IMAGES and reconstructions is IMAGES


def test_the_next_stage_learns_from_the_last_codes():
    encoders, decoders = stages(6, 5, 3)
    inputs, reconstructions = greedy_stage(encoders, decoders, IMAGES)
    codes = encoders[1](encoders[0](IMAGES))
    np.testing.assert_allclose(inputs, codes)
    np.testing.assert_allclose(reconstructions, decoders[0](decoders[1](codes)))
    assert inputs.shape == (8, 3) and reconstructions.shape == (8, 6)


def test_an_unrolled_stack_does_what_its_stages_do():
    encoders, decoders = stages(6, 5, 4, 3)
    encoder, decoder = unroll(encoders, decoders)
    inputs, reconstructions = greedy_stage(encoders, decoders, IMAGES)
    np.testing.assert_allclose(encoder(IMAGES), inputs)
    np.testing.assert_allclose(models.chain(encoder, decoder)(IMAGES), reconstructions)


def test_an_unrolled_stack_has_its_stages_weights():
    encoders, decoders = stages(6, 5, 3)
    autoencoder = models.chain(*unroll(encoders, decoders))
    autoencoder.set_weights([np.zeros_like(w) for w in autoencoder.get_weights()])
    for half in (*encoders, *decoders):
        assert all(np.all(w == 0) for w in half.get_weights())


def test_a_stage_leaves_the_trained_ones_alone_and_lowers_its_own_error():
    encoders, decoders = stages(6, 5, 3)
    inputs, _ = greedy_stage(encoders[:1], decoders[:1], IMAGES)
    before = encoders[0].get_weights()
    stage = models.chain(encoders[1], decoders[1])
    recipe = {"loss": losses.mean_squared_error, "epochs": 5, "batch_size": 4, "jit": False}
    optimizer = keras.optimizers.Adam(0.05)
    history = training.train(stage, inputs.numpy(), optimizer=optimizer, **recipe)
    assert history.loss[-1] < history.loss[0]
    for kept, now in zip(before, encoders[0].get_weights(), strict=True):
        np.testing.assert_array_equal(kept, now)


def test_a_stage_without_its_decoder_is_refused():
    encoders, decoders = stages(6, 5, 3)
    for function in (unroll, lambda *halves: greedy_stage(*halves, IMAGES)):
        with pytest.raises(ValueError, match="2 encoders and 1 decoders"):
            function(encoders, decoders[:1])
    with pytest.raises(ValueError, match="At least one stage"):
        unroll([], [])
