"""A dense layer that also works backwards, with the same kernel transposed."""

import keras
from keras import ops


@keras.saving.register_keras_serializable(package="autoencoder_workbook")
class TiedDense(keras.layers.Layer):
    """Encode with a kernel and decode with its transpose.

    ``layer(images)`` is a dense layer from d to `units`; ``layer(codes, transposed=True)`` is the
    one that leads back from `units` to d. Both are one layer with one kernel (d, units), so that a
    model that uses both has half the kernel parameters, and stays so when it is saved, loaded or
    cloned. The biases, (units,) and (d,), are not shared.

    Args:
        units: of the code, at least 1.
        activation: of the codes; linear when left out.
        transposed_activation: of what comes back; linear when left out.
        kernel_initializer: of the kernel.
        **options: name, dtype and the like, of every Keras layer.

    Raises:
        ValueError: fewer than 1 unit; a first call with transposed=True, which cannot know d; or
            inputs whose last axis is not d, or not `units` when transposed.

    Reference: Vincent et al., 2008, section 2.2, W' = W^T.
    """

    def __init__(
        self,
        units: int,
        activation=None,
        transposed_activation=None,
        kernel_initializer="glorot_uniform",
        **options,
    ):
        super().__init__(**options)
        if units < 1:
            raise ValueError(f"units must be at least 1. Received: {units}")
        self.units = units
        self.activation = keras.activations.get(activation)
        self.transposed_activation = keras.activations.get(transposed_activation)
        self.kernel_initializer = keras.initializers.get(kernel_initializer)

    def __call__(self, *args, **options):
        """Call the layer, forwards first."""
        if options.get("transposed") and not self.built:
            raise ValueError(
                "A TiedDense is first called forwards, layer(images), and only then with "
                "transposed=True. Received: transposed=True in its first call"
            )
        return super().__call__(*args, **options)

    def build(self, input_shape):
        """Make the kernel (d, units) and the two biases for inputs (n, ..., d)."""
        size = input_shape[-1]
        self.kernel = self.add_weight(
            shape=(size, self.units), initializer=self.kernel_initializer, name="kernel"
        )
        self.bias = self.add_weight(shape=(self.units,), initializer="zeros", name="bias")
        self.transposed_bias = self.add_weight(
            shape=(size,), initializer="zeros", name="transposed_bias"
        )

    def call(self, inputs, transposed=False):
        """Return codes (n, units) of inputs (n, d), or the way back when transposed."""
        kernel = ops.transpose(self.kernel) if transposed else self.kernel
        if inputs.shape[-1] != kernel.shape[0]:
            direction = "transposed" if transposed else "forward"
            raise ValueError(
                f"A {direction} call takes inputs (n, {kernel.shape[0]}). "
                f"Received: shape {tuple(inputs.shape)}"
            )
        if transposed:
            return self.transposed_activation(ops.matmul(inputs, kernel) + self.transposed_bias)
        return self.activation(ops.matmul(inputs, kernel) + self.bias)

    def get_config(self) -> dict:
        """Return the arguments of the constructor, ready for JSON."""
        return {
            **super().get_config(),
            "units": self.units,
            "activation": keras.activations.serialize(self.activation),
            "transposed_activation": keras.activations.serialize(self.transposed_activation),
            "kernel_initializer": keras.initializers.serialize(self.kernel_initializer),
        }
