"""The check's own Keras models on their way to a runner: a config, beside weight arrays.

Only that way: a model that an answer returns stays with the runner, and is called there. So
nothing that a student wrote is ever built on the trusted side.
"""

from __future__ import annotations

from typing import Any


def config_of(model: Any) -> dict:
    """Return a built layer or model of Keras's own classes as a config."""
    import keras

    return keras.saving.serialize_keras_object(model)


def from_config(config: dict) -> Any:
    """Rebuild a layer or model; configs come from the scorer."""
    import keras

    return keras.saving.deserialize_keras_object(config)
