"""What makes a code sparse: penalties as Keras sees them, and a layer that keeps k activations."""

import math

import keras
from keras import ops

_SMALLEST = 1e-7  # a mean activity of exactly 0 or 1 has no finite divergence
# tf.keras 2 divided what an activity regularizer returns by the batch size, Keras 3 before 3.14
# did not, and Keras does again from 3.14 on.
_IS_DIVIDED = tuple(map(int, keras.__version__.split(".")[:2])) >= (3, 14)


def kl_penalty(codes, weight: float, target: float):
    """Return how far the mean activities of a batch are from their target, a scalar tensor.

    Each unit's activity is averaged over the batch first; the divergence of a coin that shows 1
    with probability `target` from one with that mean is then summed over the units.

    Args:
        codes: activities in [0, 1], floating-point (n, k).
        weight: factor of the sum, in the unit of the loss per nat.
        target: wanted mean activity of every unit, in (0, 1).

    Reference: third source of the course, sparse autoencoder; Ng, lecture notes on sparse
    autoencoders, 2011.
    """
    means = ops.clip(ops.mean(codes, axis=0), _SMALLEST, 1 - _SMALLEST)
    active = target * (math.log(target) - ops.log(means))
    silent = (1 - target) * (math.log(1 - target) - ops.log(1 - means))
    return weight * ops.sum(active + silent)


@keras.saving.register_keras_serializable(package="autoencoder_workbook")
class KLSparsity(keras.regularizers.Regularizer):
    """Draw the mean activity of every unit of a layer to a target.

    For the `activity_regularizer` of a layer whose outputs (n, k) are in [0, 1]. tf.keras 2, for
    which the third source is written, divides what such a regularizer returns by the batch size n,
    and so does Keras from 3.14 on: right for a sum over images, wrong for a mean. With `is_mean`
    the result is multiplied by n, so that the loss grows by `kl_penalty` whatever the batch size
    is. Without, it is what the third source writes, whose penalty in the loss is n times smaller.
    Both are so under any version of Keras.

    Args:
        weight: factor of the penalty, finite and at least 0.
        target: wanted mean activity, in (0, 1).
        is_mean: undo Keras's division by the batch size.

    Raises:
        ValueError: a weight or a target outside its range, or outputs that are not (n, k).
    """

    def __init__(self, weight: float, target: float = 0.1, is_mean: bool = True):
        weight = _checked(weight)
        if not 0 < target < 1:
            raise ValueError(f"target must be between 0 and 1, both excluded. Received: {target}")
        self.weight, self.target, self.is_mean = weight, float(target), bool(is_mean)

    def __call__(self, codes):
        """Return the penalty of a layer's outputs, as Keras is to divide it."""
        if len(codes.shape) != 2:
            raise ValueError(
                f"KLSparsity takes outputs (n, k). Received: shape {tuple(codes.shape)}"
            )
        codes = ops.cast(codes, "float32")  # logarithms of means near 0 need more than 16 bits
        penalty = kl_penalty(codes, self.weight, self.target)
        count = ops.cast(ops.shape(codes)[0], "float32")
        return _for_keras(penalty * count if self.is_mean else penalty, count)

    def get_config(self) -> dict:
        """Return the arguments of the constructor, ready for JSON."""
        return {"weight": self.weight, "target": self.target, "is_mean": self.is_mean}


@keras.saving.register_keras_serializable(package="autoencoder_workbook")
class L1Sparsity(keras.regularizers.Regularizer):
    """Charge for the sum of a layer's activities, in absolute value, averaged over the images.

    For the `activity_regularizer` of a layer. In tf.keras 2, and from Keras 3.14 on,
    `keras.regularizers.L1` does the same; under Keras 3 before that it adds up all images of the
    batch, and this one does not.

    Args:
        weight: price of one unit of activity, finite and at least 0.

    Raises:
        ValueError: a weight outside its range.
    """

    def __init__(self, weight: float):
        self.weight = _checked(weight)

    def __call__(self, codes):
        """Return the penalty of a layer's outputs (n, ...), as Keras is to add it."""
        count = ops.cast(ops.shape(codes)[0], codes.dtype)
        return _for_keras(self.weight * ops.sum(ops.absolute(codes)), count)

    def get_config(self) -> dict:
        """Return the arguments of the constructor, ready for JSON."""
        return {"weight": self.weight}


@keras.saving.register_keras_serializable(package="autoencoder_workbook")
class TopK(keras.layers.Layer):
    """Keep the k largest positive numbers of each row, and set all others to 0.

    A ReLU comes first, so that fewer than k are kept where fewer are positive. Of equal numbers
    that compete for the last place the first ones are kept: never more than k. The gradient passes
    unchanged to the numbers that are kept and positive, and to no other.

    Args:
        k: numbers to keep of each row, at least 1.
        **options: name, dtype and the like, of every Keras layer.

    Raises:
        ValueError: a k below 1 or no whole number, or rows of fewer than k numbers.

    Reference: Makhzani and Frey, k-sparse autoencoders, 2014.
    """

    def __init__(self, k: int, **options):
        super().__init__(**options)
        if k != int(k) or k < 1:
            raise ValueError(f"k must be a whole number, at least 1. Received: {k}")
        self.k = int(k)

    def build(self, input_shape):
        """Refuse rows that are too short for k."""
        if input_shape[-1] < self.k:
            raise ValueError(
                f"k must be at most the number of units. Received: k {self.k}, "
                f"{input_shape[-1]} units"
            )

    def call(self, inputs):
        """Return the sparse codes (n, ..., units) of pre-activations of that shape."""
        # By places: a threshold at the k-th number makes XLA sort whole rows on a CPU, and takes a
        # step of the lesson's net twice as long.
        rows = ops.reshape(ops.relu(inputs), (-1, inputs.shape[-1]))
        places = ops.top_k(rows, self.k)[1]  # of equal numbers the first ones
        numbers = ops.arange(ops.shape(rows)[0])[:, None] + ops.zeros_like(places)
        pairs = ops.reshape(ops.stack([numbers, places], axis=-1), (-1, 2))
        kept = ops.scatter_update(
            ops.zeros_like(rows), pairs, ops.ones_like(pairs[:, 0], rows.dtype)
        )
        return ops.reshape(rows * kept, ops.shape(inputs))

    def get_config(self) -> dict:
        """Return the arguments of the constructor, ready for JSON."""
        return {**super().get_config(), "k": self.k}


def _checked(weight) -> float:
    if not (0 <= weight < math.inf):
        raise ValueError(f"weight must be finite and at least 0. Received: {weight}")
    return float(weight)


def _for_keras(penalty, count):
    """Return a penalty in the form that grows the loss by `penalty / count`."""
    return penalty if _IS_DIVIDED else penalty / count
