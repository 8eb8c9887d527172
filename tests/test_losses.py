"""Losses: hand-computed values, Keras's own losses as the oracle, gradients, failures."""

import math

import keras
import numpy as np
import pytest
import tensorflow as tf

from helpers import losses

NAMES = ["squared_error", "half_squared_error", "mean_squared_error", "l2", "binary_cross_entropy"]
# Two images of four pixels: the errors are (0.5, 0.5, 0, 1) and (0, 0, 0, 0).
TARGETS = np.array([[0.0, 1.0, 0.5, 1.0], [0.0, 0.25, 0.5, 1.0]], "float32")
OUTPUTS = np.array([[0.5, 0.5, 0.5, 0.0], [0.0, 0.25, 0.5, 1.0]], "float32")


def as_numpy(loss):
    return keras.ops.convert_to_numpy(loss)


@pytest.fixture
def pair():
    generator = np.random.default_rng(1)
    shape = (7, 4, 5)
    targets = generator.uniform(size=shape).astype("float32")
    return targets, generator.uniform(0.05, 0.95, size=shape).astype("float32")


@pytest.mark.parametrize("name", NAMES)
def test_one_number_per_image(name, pair):
    loss = losses.by_name(name)(*pair)
    assert tuple(loss.shape) == (7,)
    assert keras.backend.standardize_dtype(loss.dtype) == "float32"


@pytest.mark.parametrize(
    ("name", "first"),
    [
        ("squared_error", 1.5),
        ("half_squared_error", 0.75),
        ("mean_squared_error", 0.375),
        ("l2", math.sqrt(1.5)),
    ],
)
def test_hand_computed(name, first):
    np.testing.assert_allclose(
        as_numpy(losses.by_name(name)(TARGETS, OUTPUTS)), [first, 0], rtol=1e-6
    )


def test_cross_entropy_by_hand():
    targets, outputs = np.array([[1.0, 0.0, 0.5]]), np.array([[0.5, 0.25, 0.5]])
    # -ln 0.5 - ln 0.75 - ln 0.5
    expected = 2 * math.log(2) + math.log(4 / 3)
    np.testing.assert_allclose(
        as_numpy(losses.binary_cross_entropy(targets, outputs)), [expected], rtol=1e-6
    )


def test_cross_entropy_of_a_certain_mistake_is_finite():
    loss = as_numpy(losses.binary_cross_entropy(np.array([[1.0, 0.0]]), np.array([[0.0, 1.0]])))
    np.testing.assert_allclose(loss, [-2 * math.log(1e-7)], rtol=1e-3)


def test_cross_entropy_is_least_at_the_target(pair):
    targets, outputs = pair
    least = as_numpy(losses.binary_cross_entropy(targets, targets))
    assert (least < as_numpy(losses.binary_cross_entropy(targets, outputs))).all()
    assert (least > 0).all()


def test_agrees_with_keras_losses(pair):
    targets, outputs = (images.reshape(7, 20) for images in pair)
    np.testing.assert_allclose(
        as_numpy(losses.mean_squared_error(targets, outputs)),
        as_numpy(keras.losses.mean_squared_error(targets, outputs)),
        rtol=1e-5,
    )
    np.testing.assert_allclose(
        as_numpy(losses.binary_cross_entropy(targets, outputs)),
        20 * as_numpy(keras.losses.binary_crossentropy(targets, outputs)),
        rtol=1e-4,
    )


@pytest.mark.parametrize("name", NAMES)
def test_image_shape_does_not_matter(name, pair):
    targets, outputs = pair
    loss = losses.by_name(name)
    np.testing.assert_array_equal(
        as_numpy(loss(targets, outputs)), as_numpy(loss(targets, outputs.reshape(7, 20)))
    )


@pytest.mark.parametrize("name", NAMES)
def test_compiled_for_any_batch_size(name, pair):
    signature = [tf.TensorSpec((None, 4, 5)), tf.TensorSpec((None, 4, 5))]
    compiled = tf.function(losses.by_name(name), input_signature=signature, jit_compile=True)
    for n in (7, 3):
        images, reconstructions = (part[:n] for part in pair)
        np.testing.assert_allclose(
            compiled(images, reconstructions).numpy(),
            as_numpy(losses.by_name(name)(images, reconstructions)),
            rtol=1e-5,
        )


# Compiled, the plain square root gives NaN; eager TensorFlow happens to hide it.
@pytest.mark.parametrize("jit_compile", [False, True])
def test_l2_gradient_is_zero_where_the_image_is_exact(jit_compile):
    @tf.function(jit_compile=jit_compile)
    def gradient_of(outputs):
        with tf.GradientTape() as tape:
            tape.watch(outputs)
            loss = tf.reduce_sum(losses.l2(TARGETS, outputs))
        return tape.gradient(loss, outputs)

    gradient = gradient_of(tf.constant(OUTPUTS)).numpy()
    np.testing.assert_allclose(gradient[0], (OUTPUTS - TARGETS)[0] / math.sqrt(1.5), rtol=1e-6)
    np.testing.assert_array_equal(gradient[1], np.zeros(4))


def test_half_squared_error_gradient_is_the_error(pair):
    targets, outputs = pair[0], tf.Variable(pair[1])
    with tf.GradientTape() as tape:
        loss = tf.reduce_sum(losses.half_squared_error(targets, outputs))
    np.testing.assert_allclose(
        tape.gradient(loss, outputs).numpy(), pair[1] - targets, rtol=1e-5, atol=1e-7
    )


def test_half_precision_outputs_are_summed_in_float32():
    targets, outputs = np.zeros((1, 100_000), "float32"), np.ones((1, 100_000), "float16")
    # float16 ends at 65,504.
    np.testing.assert_array_equal(as_numpy(losses.squared_error(targets, outputs)), [100_000])


def test_float64_is_kept(pair):
    targets, outputs = (part.astype("float64") for part in pair)
    exact = ((targets - outputs) ** 2).sum(axis=(1, 2))
    np.testing.assert_allclose(as_numpy(losses.squared_error(targets, outputs)), exact, rtol=1e-14)


def test_8_bit_images_do_not_wrap_around():
    loss = losses.squared_error(np.array([[0]], "uint8"), np.array([[255]], "uint8"))
    np.testing.assert_array_equal(as_numpy(loss), [255**2])


@pytest.mark.parametrize(
    "shapes", [((2, 4), (2, 5)), ((2, 4), (1, 4)), ((2, 4), (2, 1)), ((), (2, 4))]
)
def test_shapes_that_do_not_fit(shapes):
    with pytest.raises(ValueError, match="Received: shapes"):
        losses.squared_error(*(np.zeros(shape, "float32") for shape in shapes))


def test_unknown_name_lists_the_known_ones():
    with pytest.raises(ValueError, match=r"squared_error.*binary_cross_entropy.*Received: 'mse'"):
        losses.by_name("mse")
