"""A softmax on top of a stack, fine-tuned with labels, and its error."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence

import keras
import numpy as np
from keras import ops

from helpers.measures.labels import error_percent
from helpers.parts import in_parts
from helpers.pretraining.common import check_sizes, falling_adam, glorot
from helpers.training import History, train


def build_classifier(
    sizes: Sequence[int],
    num_classes: int = 10,
    *,
    encoders: Sequence[keras.Model] | None = None,
    input_size: int = 784,
    activation: str = "sigmoid",
    seed: int = 0,
) -> keras.Model:
    """Build dense layers with a softmax on top, with random or pretrained initial weights.

    Args:
        sizes: units of the hidden layers.
        num_classes: outputs of the softmax.
        encoders: one per hidden layer, for example from `pretrain_stack`; their weights are copied,
            so that fine-tuning leaves the encoders as they are. At random (Glorot) when None.
        input_size: pixels of an image.
        activation: of the hidden layers.
        seed: of the weights that are not copied; the softmax layer's are the same either way.

    Returns:
        Model (n, input_size) -> (n, num_classes), probabilities.

    Raises:
        ValueError: sizes that cannot work, or encoders of other shapes.
    """
    check_sizes((input_size, *sizes, num_classes))
    images = units = keras.Input((input_size,), name="images")
    for stage, size in enumerate(sizes):
        units = keras.layers.Dense(
            size, activation, kernel_initializer=glorot(seed, stage), name=f"hidden_{stage + 1}"
        )(units)
    outputs = keras.layers.Dense(
        num_classes, "softmax", kernel_initializer=glorot(seed, 1000), name="classes"
    )(units)
    classifier = keras.Model(images, outputs, name="classifier")
    if encoders is not None:
        _copy_weights(encoders, classifier, len(sizes))
    return classifier


def fine_tune(
    classifier: keras.Model,
    images: np.ndarray,
    labels: np.ndarray,
    *,
    epochs: int,
    learning_rate: float,
    batch_size: int = 100,
    validation: tuple[np.ndarray, np.ndarray] | None = None,
    seed: int = 0,
    corrupt: Callable | None = None,
) -> History:
    """Train every layer of a classifier on labelled images, by Adam on a cosine schedule.

    Args:
        classifier: model (n, d) -> (n, classes), probabilities; its weights are changed.
        images: float (n, d).
        labels: integers (n,), from 0 to classes - 1.
        epochs: passes over the images.
        learning_rate: of the first step; the schedule brings it down to 0.
        batch_size: images per step; all of them where there are fewer.
        validation: (images, labels). The classifier ends with the weights of the epoch that has
            the lowest classification error on them, the first such epoch on a tie.
        seed: decides the order, and the noise if there is any.
        corrupt: noise on the images of each step, as in `train`.

    Returns:
        The curves: cross-entropy in nats per image, also on the validation images.

    Raises:
        ValueError: labels that are not classes of this model, or images as in `train`.
    """
    classes = classifier.output_shape[-1]
    keeper = _BestWeights(classifier, *validation) if validation is not None else None
    history = train(
        classifier,
        images,
        _one_hot(labels, classes),
        loss=_cross_entropy,
        optimizer=falling_adam(learning_rate, epochs, len(images), batch_size),
        epochs=epochs,
        batch_size=min(batch_size, len(images)),
        corrupt=corrupt,
        validation=None
        if validation is None
        else (validation[0], _one_hot(validation[1], classes)),
        seed=seed,
        progress=False,
        on_epoch=keeper,
    )
    if keeper is not None:
        classifier.set_weights(keeper.weights)
    return history


def classification_error(classifier: keras.Model, images: np.ndarray, labels: np.ndarray) -> float:
    """Return the percentage of images whose most probable class is not their label.

    Args:
        classifier: model (n, d) -> (n, classes).
        images: float (n, d), at least one.
        labels: integers (n,).

    Raises:
        ValueError: no image, or not one label per image.
    """
    if not len(images) or len(images) != len(labels):
        raise ValueError(
            "At least one image is classified, with one label each. "
            f"Received: {len(images)} images and {len(labels)} labels"
        )
    return error_percent(in_parts(classifier, images).argmax(axis=1), labels)


class _BestWeights:
    """Keep the weights of the epoch with the lowest classification error so far."""

    def __init__(self, classifier: keras.Model, images: np.ndarray, labels: np.ndarray):
        self._classifier, self._images, self._labels = classifier, images, labels
        self.error, self.weights = math.inf, classifier.get_weights()

    def __call__(self, history: History) -> None:
        error = classification_error(self._classifier, self._images, self._labels)
        if error < self.error:
            self.error, self.weights = error, self._classifier.get_weights()


def _cross_entropy(targets, outputs):
    """Return -log of the probability given to the right class, in nats, (n,)."""
    return -ops.sum(targets * ops.log(ops.clip(outputs, 1e-12, 1.0)), axis=-1)


def _one_hot(labels: np.ndarray, classes: int) -> np.ndarray:
    """Return float32 (n, classes), 1 at each label."""
    labels = np.asarray(labels)
    is_whole = labels.ndim == 1 and labels.dtype.kind in "iu"
    if not is_whole or (labels.size and not 0 <= labels.min() <= labels.max() < classes):
        raise ValueError(
            f"labels are whole numbers from 0 to {classes - 1}, one per image. "
            f"Received: {labels.dtype} of shape {labels.shape}, {labels.ravel()[:5].tolist()} ..."
        )
    return np.eye(classes, dtype="float32")[labels]


def _copy_weights(encoders: Sequence[keras.Model], classifier: keras.Model, hidden: int) -> None:
    """Copy each encoder's kernel and bias into the hidden layer of its place."""
    layers = [classifier.get_layer(f"hidden_{stage + 1}") for stage in range(hidden)]
    given = [[weight.shape for weight in encoder.weights] for encoder in encoders]
    wanted = [[weight.shape for weight in layer.weights] for layer in layers]
    if given != wanted:
        raise ValueError(
            f"encoders are one per hidden layer, with its kernel and bias: {wanted}. "
            f"Received: {given}"
        )
    for encoder, layer in zip(encoders, layers, strict=True):
        layer.set_weights(encoder.get_weights())
