"""The corruptions: exact counts, repeatable, the same inside a compiled step, in range."""

import numpy as np
import pytest
import tensorflow as tf

from helpers import layers
from helpers.layers import noise

NAMES = ("random_switch", "masking:0.3", "salt_and_pepper:0.3", "gaussian:0.3")
GREY = tf.fill((40, 784), 0.5)


def seed_of(number):
    return tf.constant([7, number])


@pytest.mark.parametrize(
    ("fraction", "size", "count"),
    [(0.5, 784, 392), (0.1, 784, 78), (0.33, 10, 3), (0.0, 9, 0), (1.0, 9, 9), (0.01, 9, 0)],
)
def test_masking_zeroes_exactly_that_many_pixels_of_each_image(fraction, size, count):
    masked = layers.masking(fraction)(tf.ones((30, size)), seed_of(0)).numpy()
    np.testing.assert_array_equal((masked == 0).sum(axis=1), np.full(30, count))
    assert np.isin(masked, (0, 1)).all()


def test_masking_leaves_the_other_pixels_as_they_are():
    images = tf.random.stateless_uniform((20, 28, 28), [1, 2], 0.1, 1)
    masked = layers.masking(0.25)(images, seed_of(0)).numpy()
    assert (masked == 0).sum(axis=(1, 2)).tolist() == [196] * 20
    np.testing.assert_array_equal(masked[masked != 0], images.numpy()[masked != 0])


def test_masking_draws_every_pixel_equally_often_and_anew_for_each_image():
    masked = layers.masking(0.5)(tf.ones((4000, 16)), seed_of(0)).numpy()
    np.testing.assert_allclose(masked.mean(axis=0), 0.5, atol=0.04)  # 5 standard deviations
    assert len(np.unique(masked, axis=0)) > 3000  # of 12,870 patterns


def test_a_random_switch_keeps_half_of_the_pixels():
    switched = layers.random_switch(GREY, seed_of(0)).numpy()
    assert set(np.unique(switched)) == {0, 0.5}
    assert (switched == 0).mean() == pytest.approx(0.5, abs=0.015)


def test_salt_and_pepper_changes_exactly_that_many_pixels_half_of_them_to_ink():
    spoilt = layers.salt_and_pepper(0.25)(GREY, seed_of(0)).numpy()
    np.testing.assert_array_equal((spoilt != 0.5).sum(axis=1), np.full(40, 196))
    assert set(np.unique(spoilt)) == {0, 0.5, 1}
    assert (spoilt == 1).sum() / (40 * 196) == pytest.approx(0.5, abs=0.03)


def test_gaussian_has_that_deviation_and_is_clipped():
    small = layers.gaussian(0.05)(GREY, seed_of(0)).numpy()
    assert small.std() == pytest.approx(0.05, rel=0.03)
    assert small.mean() == pytest.approx(0.5, abs=0.002)
    large = layers.gaussian(5.0)(GREY, seed_of(0)).numpy()
    assert (large.min(), large.max()) == (0, 1)


@pytest.mark.parametrize("count", [1, 2, 391, 784])
def test_the_smallest_keys_are_those_of_a_sort(count):
    keys = np.random.default_rng(count).integers(-(2**31), 2**31, size=(20, 784), dtype=np.int32)
    keys[0, :3] = np.iinfo(np.int32).min, -1, np.iinfo(np.int32).max
    keys[1] = np.arange(784)
    keys[2] = -np.arange(784)
    expected = np.sort(keys, axis=1)[:, count - 1 : count]
    np.testing.assert_array_equal(noise._smallest(tf.constant(keys), count), expected)


def test_a_mixture_cuts_the_batch_into_equal_parts_in_order():
    noises = layers.masking(1.0), layers.masking(0.0), layers.salt_and_pepper(1.0)
    mixed = layers.mixture(*noises)(GREY, seed_of(0)).numpy()
    assert (mixed[:13] == 0).all()
    assert (mixed[13:26] == 0.5).all()
    assert np.isin(mixed[26:], (0, 1)).all() and 0.4 < mixed[26:].mean() < 0.6


def test_a_mixture_takes_fewer_images_than_noises_and_not_fewer_noises_than_one():
    noises = [layers.masking(0.5)] * 5
    mixed = layers.mixture(*noises)(GREY[:2], seed_of(0)).numpy()
    assert (mixed == 0).sum(axis=1).tolist() == [392, 392]
    with pytest.raises(ValueError, match="one corruption or more"):
        layers.mixture()


def test_equal_parts_of_a_mixture_are_not_spoilt_alike():
    mixed = layers.mixture(layers.masking(0.5), layers.masking(0.5))(GREY, seed_of(0)).numpy()
    assert (mixed[:20] != mixed[20:]).mean() == pytest.approx(0.5, abs=0.03)


def test_a_mixture_runs_inside_a_compiled_step():
    mixed = layers.mixture(layers.masking(0.5), layers.random_switch)
    compiled = tf.function(mixed, jit_compile=True, autograph=False)
    np.testing.assert_array_equal(compiled(GREY, seed_of(3)), mixed(GREY, seed_of(3)))


def test_many_images_are_spoilt_in_parts_that_differ_and_repeat():
    images = np.full((2100, 28, 28), 0.5, np.float32)
    once, again = (layers.corrupt_images(images, layers.masking(0.25), 4) for _ in range(2))
    np.testing.assert_array_equal(once, again)
    assert once.shape == images.shape and once.dtype == np.float32
    assert ((once == 0).sum(axis=(1, 2)) == 196).all()
    assert (once[:100] != once[1000:1100]).any() and (once[:100] != once[2000:]).any()
    assert (once != layers.corrupt_images(images, layers.masking(0.25), 5)).any()


@pytest.mark.parametrize("name", NAMES)
@pytest.mark.parametrize("jit", [False, True])
def test_the_same_seed_gives_the_same_noise_and_another_seed_another(name, jit):
    corrupt = tf.function(noise.by_name(name), jit_compile=jit, autograph=False)
    once, again, other = (corrupt(GREY, seed_of(number)).numpy() for number in (0, 0, 1))
    np.testing.assert_array_equal(once, again)
    assert (once != other).mean() > 0.2
    assert once.dtype == np.float32
    assert once.min() >= 0 and once.max() <= 1


@pytest.mark.parametrize("name", NAMES[:3])
def test_the_noise_is_the_same_compiled_or_not(name):
    corrupt = noise.by_name(name)
    compiled = tf.function(corrupt, jit_compile=True, autograph=False)
    np.testing.assert_array_equal(corrupt(GREY, seed_of(0)), compiled(GREY, seed_of(0)))


@pytest.mark.parametrize(
    "name",
    [
        *("", "masking", "masking:", "masking:much", "dirt:0.5", "random_switch:0.5"),
        *("masking:1.5", "masking:-0.1", "masking:nan", "salt_and_pepper:2"),
        *("gaussian:-1", "gaussian:nan"),
    ],
)
def test_what_is_no_noise_is_refused(name):
    with pytest.raises(ValueError, match="Received"):
        noise.by_name(name)
