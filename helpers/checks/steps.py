"""What the checks of training steps share: the gradients of a net with two sigmoid layers."""

import numpy as np

from helpers.checks import expect


def expect_gradients(gradients, expected, model) -> None:
    """Accept one gradient a trainable variable, or say which is not what it should be."""
    if gradients is None or any(g is None for g in gradients):
        raise expect.NotYet(
            "a gradient is None: run the model and the loss inside the `with` block, with "
            "keras.ops or tf functions rather than NumPy"
        )
    if len(gradients) != 4:
        raise expect.NotYet(f"expected 4 gradients, one a trainable variable; got {len(gradients)}")
    for value, gradient, variable in zip(
        gradients, expected, model.trainable_variables, strict=True
    ):
        expect.close(
            value,
            gradient,
            ((-gradient, "the sign is turned round: return the gradient, do not step yet"),),
            what=f"the gradient of {variable.path.split('/')[-1]} {tuple(variable.shape)}",
        )


def backpropagate(inputs, codes, output_delta, decoder_kernel) -> list[np.ndarray]:
    """Return the four gradients, given the loss's slope before the last sigmoid, in NumPy.

    Args:
        inputs: (n, d).  codes: (n, k), after the first sigmoid.
        output_delta: (n, d).  decoder_kernel: (k, d).
    """
    code_delta = output_delta @ decoder_kernel.T * codes * (1 - codes)
    return [
        inputs.T @ code_delta,
        code_delta.sum(axis=0),
        codes.T @ output_delta,
        output_delta.sum(axis=0),
    ]
