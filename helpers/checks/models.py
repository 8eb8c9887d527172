"""What every model builder is asked for: nothing hidden in the model, and a model that can learn.

Any Keras model counts that computes the right thing: Functional, Sequential with or without an
Input, a class of one's own, with layers of one's own inside. So a check looks at what a model
computes and at its weights, never at how it is written.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import numpy as np

from helpers.checks import expect
from helpers.checks.guard import explain


def build(model: Any, name: str, shape: tuple[int, ...]) -> np.ndarray:
    """Call a model once, on four inputs of this shape, and return its outputs.

    That gives a model without an Input its weights.

    Args:
        model: what an answer returned.
        name: of the model in messages, for example "encoder".
        shape: of one input.

    Raises:
        NotYet: it is no model, or it does not take such inputs.
    """
    _expect_model(model, name)
    inputs = np.linspace(0, 1, 4 * int(np.prod(shape)), dtype="float32").reshape(4, *shape)
    rule = f"the {name} should take inputs of shape {(None, *shape)}; "
    try:
        outputs = expect.array(model(inputs), f"what the {name} returns")
    except expect.NotYet:
        raise
    except Exception as problem:
        taken = _input_shape(model)
        raise expect.NotYet(
            rule + (f"yours takes {taken}" if taken else f"yours stopped with {explain(problem)}")
        ) from None
    # A Sequential takes sequences of another length than its Input says.
    taken = _input_shape(model)
    if taken and any(own not in (None, size) for own, size in zip(taken[1:], shape, strict=False)):
        raise expect.NotYet(f"{rule}yours takes {taken}")
    return outputs


def _expect_model(model: Any, name: str) -> None:
    # A single layer has weights as well, and no predict.
    if not callable(model) or not hasattr(model, "get_weights") or not hasattr(model, "predict"):
        raise expect.NotYet(f"the {name} should be a Keras model; it is {expect.describe(model)}")


def expect_sizes(model: Any, name: str, before: int, after: int) -> np.ndarray:
    """Build a model of vectors, and return its outputs, ``after`` numbers per input of ``before``.

    Raises:
        NotYet: it is no model, or it goes from another number to another.
    """
    taken = _input_shape(model)
    if taken and taken[-1] == after != before:
        raise expect.NotYet(
            f"the {name} should go from {before} numbers to {after}; yours takes {after}: "
            "is it the other half, or the wrong way round?"
        )
    outputs = build(model, name, (before,))
    if outputs.shape != (4, after):
        raise expect.NotYet(
            f"the {name} should return shape (4, {after}) for four inputs of {before} numbers; "
            f"yours returns {outputs.shape}"
        )
    return outputs


def is_vector(weight: np.ndarray) -> bool:
    """Tell one number per unit, such as a bias, from a kernel."""
    return weight.size == weight.shape[-1] if weight.ndim else False


def draw_weights(model: Any, rng: np.random.Generator) -> list[np.ndarray]:
    """Give a model weights that hide no mistake, and return them.

    Kernels have both signs. One number per unit is from 0.5 to 2, so that it may be a variance.
    """
    drawn = [
        rng.uniform(0.5, 2.0, size=w.shape) if is_vector(w) else rng.normal(size=w.shape)
        for w in model.get_weights()
    ]
    model.set_weights(drawn)
    return drawn


def _input_shape(model: Any) -> tuple | None:
    """Return the input shape, if the model tells one: numbers, never words of its author's."""
    try:
        shape = tuple(model.input_shape)
    except Exception:
        return None
    return shape if all(n is None or type(n) is int for n in shape) else None


def expect_plain(
    model: Any,
    name: str,
    shape: tuple[int, ...],
    *,
    trainable: int,
    rng: np.random.Generator,
) -> None:
    """Refuse a model in which something hides that a single call would not show.

    Args:
        model: built, with weights that the check has set, or fresh ones.
        name: of the model in messages.
        shape: of one input.
        trainable: number of weight arrays that training moves.
        rng: for the inputs.

    Raises:
        NotYet: frozen layers, dropout or noise, a penalty, a constraint.
    """
    if len(model.trainable_variables) < trainable:
        raise expect.NotYet(
            f"some layers of the {name} are frozen: training moves every weight, so leave them "
            "trainable"
        )
    inputs = rng.uniform(size=(50, *shape)).astype("float32")
    once, again = (np.asarray(model(inputs, training=True)) for _ in range(2))
    if not np.allclose(once, again, atol=1e-5):
        raise expect.NotYet(
            f"with training=True the {name} gives another result each time: leave out dropout "
            "and noise"
        )
    if len(model.losses):
        raise expect.NotYet(f"the {name} adds a loss of its own: leave out the regularizer")
    constrained = [getattr(variable, "constraint", None) for variable in model.trainable_variables]
    if any(constraint is not None for constraint in constrained):
        raise expect.NotYet(f"the weights of the {name} are constrained: leave the constraint out")


def expect_drawn(models: Sequence[Any], names: Sequence[str]) -> None:
    """Refuse fresh kernels that are all alike, which a network cannot learn from.

    Raises:
        NotYet: a kernel holds one number only.
    """
    for model, name in zip(models, names, strict=True):
        for weight in model.get_weights():
            if not is_vector(weight) and weight.size > 1 and np.ptp(weight) == 0:
                raise expect.NotYet(
                    f"every number in a kernel of the {name} is {weight.flat[0]:.3g} at first: its "
                    "units would stay alike for ever, so leave the initialisation to Keras"
                )


def expect_fresh(builder: Callable, arguments: tuple, names: Sequence[str]) -> list:
    """Refuse a builder whose models share weights from call to call, or start alike each time.

    Args:
        builder: the answer; it returns one model, or one for each name.
        arguments: to call it with, twice.
        names: of its models, for messages.

    Returns:
        The models of the second call.

    Raises:
        NotYet: the second call's models are, or start as, the first's; or they are no models.
    """
    first, second = (_as_list(builder(*arguments), names) for _ in range(2))
    for model, name in zip((*first, *second), (*names, *names), strict=True):
        _expect_model(model, name)
    for one, other, name in zip(first, second, names, strict=True):
        kernels = [
            (a, b)
            for a, b in zip(one.get_weights(), other.get_weights(), strict=False)
            if not is_vector(a) and np.ptp(a)
        ]
        equal = [np.array_equal(a, b) for a, b in kernels]
        if any(equal):
            same = f"{name}, weight by weight" if all(equal) else f"kernel in the {name}"
            raise expect.NotYet(
                f"two calls give the same {same}: make new layers inside the function, with no "
                "seed of your own"
            )
    return second


def _as_list(models: Any, names: Sequence[str]) -> list:
    return [models] if len(names) == 1 else list(expect.parts(models, tuple(names)))
