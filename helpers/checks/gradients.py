"""What checks share where gradients matter: a tape, slopes, and a net with two sigmoid layers."""

from collections.abc import Callable

import numpy as np

from helpers.checks import expect
from helpers.checks.cases import Shape
from helpers.checks.guard import Raised, explain


def not_per_image(targets: np.ndarray, outputs: np.ndarray) -> dict[str, Shape]:
    """Return what is told of a loss with another shape than one number per image."""
    return {
        "one number came back for the whole batch: work along axis=1 only, one number per image": (
            Shape()
        ),
        "worked along axis 0, over the batch; the pixels are axis 1": Shape(targets.shape[1:]),
        "one number per pixel came back: combine the pixels of each image": Shape(targets.shape),
        "a column came back, shape (n, 1): leave keepdims out": Shape((len(targets), 1)),
    }


def pairs_of_images(rng: np.random.Generator, low: float = 0.05) -> list[tuple]:
    """Return cases (targets, outputs) for a loss with one number per image, float32.

    Several images, one of them reproduced exactly; one image; one pixel; as many images as pixels.
    """
    shapes = (5, 8), (1, 6), (4, 1), (3, 3)
    cases = [tuple(rng.uniform(low, 1 - low, size=(2, *s)).astype("float32")) for s in shapes]
    cases[0][1][2] = cases[0][0][2]
    return cases


def central_slopes(function: Callable, points: np.ndarray, step: float = 1e-5) -> np.ndarray:
    """Return the gradient of a function (n, d) -> (n,) at each point, by central differences."""
    steps = np.eye(points.shape[1]) * step
    return np.column_stack(
        [(function(points + s) - function(points - s)) / (2 * step) for s in steps]
    )


def call_step(step, model, *batches):
    """Call a step; say what TensorFlow means where its tape was given something else."""
    try:
        result = step(model, *batches)
    except Raised as raised:
        words = explain(raised.problem)
        if "ndarray' object has no attribute '_id'" in words:
            raise expect.NotYet(
                "tape.gradient takes the loss, one tensor, and then the model's "
                "trainable_variables: one of the two is an array here"
            ) from None
        if "type_value" in words or "attribute '_id'" in words:
            raise expect.NotYet(
                "tape.gradient needs the loss as a tensor: leave float(), .numpy() and NumPy out "
                "of the `with` block"
            ) from None
        raise
    first = expect.parts(result, ("loss", "gradients"))[0]
    if isinstance(first, list | tuple):
        raise expect.NotYet("a list came first: return the loss, then the gradients")
    return result


def expect_gradients(gradients, expected, model) -> None:
    """Accept one gradient for each trainable variable, or say which is not what it should be."""
    if gradients is None:
        raise expect.NotYet(
            "the gradients are None: tape.gradient takes the loss first, and then the variables"
        )
    if not isinstance(gradients, list | tuple):
        raise expect.NotYet(
            f"the gradients should be a list, one for each of {len(expected)} trainable "
            f"variables; yours are {expect.describe(gradients)}"
        )
    if len(gradients) == len(model.variables) != len(expected):
        raise expect.NotYet(
            f"{len(gradients)} gradients came back, one for each of autoencoder.variables, frozen "
            f"ones included: take its {len(expected)} trainable_variables"
        )
    if len(gradients) != len(expected):
        raise expect.NotYet(
            f"expected {len(expected)} gradients, one for each trainable variable; "
            f"got {len(gradients)}"
        )
    if any(gradient is None for gradient in gradients):
        raise expect.NotYet(
            "a gradient is None: inside the `with` block call the model itself, not its predict, "
            "and compute the loss with keras.ops or tf functions rather than NumPy"
        )
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


def gradients_pass(answer, inputs, weights, slopes, names):
    """Compare slopes of an answer with a closed form, and return what is right, in words.

    Args:
        answer: the student's function, guarded by the engine. Where another process holds it, as
            in the grader, that process takes the slopes.
        inputs: arrays that the answer takes.
        weights: of a sum of all that it returns, float32; this sum's slopes are taken.
        slopes: with respect to each input, None where it is not asked for.
        names: of the inputs, in words.
    """
    from helpers.training.gradients import weighted_slopes

    stopped = "no gradient passes: use keras.ops on what comes in, not NumPy"
    try:
        if answer.is_elsewhere:
            came = answer.answer.slopes(inputs, weights)
        else:
            came = weighted_slopes(answer, inputs, weights)
    except Exception:
        raise expect.NotYet(stopped) from None
    for gradient, slope in zip(came, slopes, strict=True):
        if slope is None:
            continue
        if gradient is None:
            raise expect.NotYet(stopped)
        expect.close(gradient, slope, what="the gradient", tolerance=1e-3)
    return f"passes to {names}"
