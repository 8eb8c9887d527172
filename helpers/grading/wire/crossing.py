"""The check's own Keras models on their way to a runner: a config and weight arrays.

Only that way: a model that an answer returns stays with the runner, and is called there. So
nothing that a student wrote is ever built on the trusted side.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from helpers.grading.wire.codec import Codec


def to_message(model: Any, codec: Codec) -> dict:
    """Return a built layer or model of Keras's own classes as config and weights."""
    import keras

    weights = [codec.add(np.asarray(weight)) for weight in model.get_weights()]
    return {"config": keras.saving.serialize_keras_object(model), "weights": weights}


def from_message(message: dict, codec: Codec) -> Any:
    """Rebuild a layer or model, with its weights; messages come from the scorer."""
    import keras

    model = keras.saving.deserialize_keras_object(message["config"])
    model.set_weights([codec.at(index) for index in message["weights"]])
    return model
