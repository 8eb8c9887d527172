"""The nets that are trained, and what a step of the dense one cannot avoid, counted."""

from __future__ import annotations

import itertools
from collections.abc import Callable
from dataclasses import dataclass

LEARNING_RATE = 1e-3
SEED = 3
WIDTH = 1000
DENSE = "dense"


def layers_of(width: int = WIDTH) -> tuple[int, ...]:
    """Return the layers of the dense net, whose first hidden layer has this many units.

    That is 784-1000-500-250-2 and its mirror; the other hidden layers are in proportion, rounded
    down, and the code keeps its 2 units.
    """
    half = (784, width, width // 2, width // 4, 2)
    return (*half, *half[-2::-1])


def count_parameters(layers: tuple[int, ...]) -> int:
    """Return the weights and biases of dense layers."""
    return sum((before + 1) * after for before, after in itertools.pairwise(layers))


def flop_per_image(layers: tuple[int, ...]) -> int:
    """Return the operations of the products that training on an image takes.

    A product forwards and two backwards, each with a multiplication and an addition per weight; the
    first layer needs no gradient of its input.
    """
    pairs = list(itertools.pairwise(layers))
    return 6 * sum(a * b for a, b in pairs) - 2 * pairs[0][0] * pairs[0][1]


def adam_bytes(layers: tuple[int, ...]) -> int:
    """Return the bytes that a step of Adam reads and writes, float32.

    It reads weight, gradient and both moments, and writes weight and moments: seven numbers each.
    """
    return 7 * 4 * count_parameters(layers)


@dataclass(frozen=True)
class Net:
    """A net that contestants train.

    Args:
        shape: of one image.
        loss: name of the loss, see `helpers.losses.by_name`.
        build: function (task) -> encoder and decoder, as `helpers.models` builds them.
    """

    shape: tuple[int, ...]
    loss: str
    build: Callable[[dict], tuple]


def _build_dense(task: dict) -> tuple:
    from helpers import models

    sizes = layers_of(task.get("width", WIDTH))[:5]
    return models.build_dense(sizes, activation="sigmoid", code_activation="sigmoid")


def _build_convolutional(task: dict) -> tuple:
    from helpers import models

    return models.build_convolutional()


def _build_recurrent(task: dict) -> tuple:
    from helpers import models

    return models.build_recurrent()


NETS = {
    DENSE: Net((784,), "mean_squared_error", _build_dense),
    "convolutional": Net((28, 28, 1), "mean_squared_error", _build_convolutional),
    "recurrent": Net((28, 28), "binary_cross_entropy", _build_recurrent),
}


def net_of(task: dict) -> Net:
    """Return the net of a task, the dense one if it names none."""
    return NETS[task.get("net", DENSE)]


def build_model(task: dict):
    """Return the Keras model of a task, with the same weights each time."""
    import keras

    from helpers import models

    keras.utils.set_random_seed(SEED)
    return models.chain(*net_of(task).build(task))
