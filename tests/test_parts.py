"""A function over many rows, a few at a time, and memory that TensorFlow can share."""

import keras
import numpy as np
import pytest

from helpers.parts import in_parts, is_shareable, shareable


@pytest.mark.parametrize("size", [1, 3, 7, 100])
def test_parts_make_the_whole(size):
    images, weights = np.arange(14.0).reshape(7, 2), np.arange(7.0)
    calls = []

    def weigh(images, weights):
        calls.append(len(images))
        return images * weights[:, None]

    np.testing.assert_array_equal(
        in_parts(weigh, images, weights, size=size), images * weights[:, None]
    )
    assert sum(calls) == 7 and max(calls) == min(size, 7)


def test_a_model_is_such_a_function_and_none_at_all_keeps_its_shape():
    inputs = keras.Input((3,))
    model = keras.Model(inputs, keras.layers.Dense(2)(inputs))
    images = np.ones((5, 3), "float32")
    outputs = in_parts(model, images, size=2)
    assert type(outputs) is np.ndarray and outputs.dtype == np.float32
    np.testing.assert_allclose(outputs, model(images), rtol=1e-6)
    assert in_parts(model, images[:0]).shape == (0, 2)


@pytest.mark.parametrize("shape", [(3,), (5, 784), (2, 28, 28, 1)])
def test_shareable_memory_is_aligned_and_holds_what_is_written(shape):
    array = shareable(shape)
    array[...] = 0.5
    assert (array.shape, array.dtype, array.sum()) == (shape, np.float32, 0.5 * array.size)
    assert array.ctypes.data % 64 == 0 and is_shareable(array)
    assert is_shareable(array[:2]) and not is_shareable(array.reshape(-1)[1:])


def test_memory_that_cannot_be_written_or_has_gaps_is_not_shared():
    array = shareable((32, 16))
    assert not is_shareable(array[:, :2]) and not is_shareable(array.T)
    array.flags.writeable = False
    assert not is_shareable(array)
