"""Switch off one feature of a hidden layer, and see what the layers above it answer then."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from helpers.parts import in_parts

if TYPE_CHECKING:
    import keras


def split(classifier: keras.Model, layer: str) -> tuple[keras.Model, keras.Model]:
    """Cut a chain of layers in two: images to the outputs of one layer, and from there on.

    Args:
        classifier: model of layers one after the other, one input and one output.
        layer: name of the last layer of the first half; not the last one of all.

    Returns:
        ``below``, images -> hidden activations, and ``above``, hidden activations -> the
        classifier's outputs. Both share their layers with it.

    Raises:
        ValueError: no such layer, or nothing above it.
    """
    import keras

    names = [one.name for one in classifier.layers]
    if layer not in names[:-1]:
        raise ValueError(f"layer is one of {names[:-1]}. Received: {layer!r}")
    place = names.index(layer)
    below = keras.Model(classifier.input, classifier.layers[place].output, name="below")
    hidden = outputs = keras.Input(below.output.shape[1:], name="hidden")
    for one in classifier.layers[place + 1 :]:
        outputs = one(outputs)
    return below, keras.Model(hidden, outputs, name="above")


def switch_off(
    hidden: np.ndarray, codes: np.ndarray, dictionary: np.ndarray, units: np.ndarray
) -> np.ndarray:
    """Return hidden activations without what one unit of each image adds to them.

    All else stays as it is, also what the dictionary does not explain.

    Args:
        hidden: (n, d), activations.
        codes: (n, k), of the sparse autoencoder.
        dictionary: (k, d).
        units: whole numbers (n,), the unit of each image.

    Returns:
        (n, d).
    """
    own = np.take_along_axis(codes, np.asarray(units)[:, None], axis=1)
    return hidden - own * dictionary[units]


def strongest(codes: np.ndarray, dictionary: np.ndarray) -> np.ndarray:
    """Return the unit that adds most, by length, to each image.

    Args:
        codes: (n, k).
        dictionary: (k, d).

    Returns:
        Whole numbers (n,).
    """
    return np.argmax(np.abs(codes) * np.linalg.norm(dictionary, axis=1), axis=1)


def of_length(directions: np.ndarray, lengths: np.ndarray) -> np.ndarray:
    """Return directions (n, d), none of them zero, brought to given lengths (n,)."""
    return directions * (lengths / np.linalg.norm(directions, axis=1))[:, None]


def moved_probability(before: np.ndarray, after: np.ndarray) -> np.ndarray:
    """Return how much probability moves between classes: the total variation distance.

    Args:
        before, after: probabilities (n, c), rows of sum 1.

    Returns:
        (n,), from 0 (the same) to 1 (all of it).
    """
    return np.abs(np.asarray(before) - np.asarray(after)).sum(axis=1) / 2


def compare_ablations(
    above: keras.Model,
    hidden: np.ndarray,
    codes: np.ndarray,
    dictionary: np.ndarray,
    controls: np.ndarray,
    draws: np.ndarray,
) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Compare switching off each image's strongest unit with moving as far in other directions.

    Args:
        above: model, hidden activations (n, d) -> probabilities (n, c).
        hidden: (n, d).
        codes: (n, k), every row with an active unit.
        dictionary: (k, d).
        controls: (q, n, d), directions of any length above 0: q controls for each image.
        draws: whole numbers (b, n), positions of images drawn with repeats, for the bootstrap.

    Returns:
        effects (1 + q,), the mean probability that moves, of the unit first and then of each
        control; gaps (q,), by how much the unit's is larger; intervals (q, 2), the percentiles
        2.5 and 97.5 of the gap's mean over the images of each draw.

    Raises:
        ValueError: shapes that do not fit.
    """
    hidden, controls = np.asarray(hidden), np.asarray(controls)
    if (
        controls.ndim != 3
        or controls.shape[1:] != hidden.shape
        or draws.shape[1:] != (len(hidden),)
    ):
        raise ValueError(
            "controls are (q, n, d) and draws (b, n) for hidden activations (n, d). Received: "
            f"shapes {controls.shape}, {draws.shape} and {hidden.shape}"
        )
    off = switch_off(hidden, codes, dictionary, strongest(codes, dictionary))
    lengths = np.linalg.norm(hidden - off, axis=1)
    moved = [off, *(hidden - of_length(one, lengths) for one in controls)]
    before = in_parts(above, hidden)
    after = (in_parts(above, one.astype("float32")) for one in moved)
    effects = np.stack([moved_probability(before, one) for one in after])
    gaps = effects[0] - effects[1:]  # (q, n)
    drawn = [gaps[:, rows].mean(axis=1) for rows in draws]  # (b, q)
    intervals = np.percentile(drawn, [2.5, 97.5], axis=0).T
    return effects.mean(axis=1), gaps.mean(axis=1), intervals
