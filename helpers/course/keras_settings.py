"""Give Keras the settings of the course, whatever ``~/.keras/keras.json`` says.

Keras reads that file when it is imported. A default in it, such as channels_first or
float16, would build other models than the lessons describe.
"""

import contextlib
import os
import sys
from collections.abc import Iterator

from helpers.course.imports import wrap_import

# The lessons use tf.GradientTape. An author's measurement that does not may run on another one.
BACKEND = os.environ.get("AE_KERAS_BACKEND", "tensorflow")


@contextlib.contextmanager
def course_settings() -> Iterator[None]:
    """Let Keras be imported meanwhile, then give it the settings of the course."""
    yield
    _apply(sys.modules["keras"])


def install() -> None:
    """Make Keras, imported already or later on in this process, follow the course.

    Raises:
        RuntimeError: Keras is imported already, with another backend.
    """
    os.environ["KERAS_BACKEND"] = BACKEND
    if "keras" in sys.modules:
        _apply(sys.modules["keras"])
    else:
        wrap_import("keras", course_settings)


def _apply(keras) -> None:
    if keras.config.backend() != BACKEND:
        raise RuntimeError(
            f"The lessons need Keras with the {BACKEND} backend: import helpers before keras. "
            f"Received: keras imported with {keras.config.backend()}"
        )
    keras.config.set_floatx("float32")
    keras.config.set_dtype_policy("float32")  # Keras keeps the first one that it needed
    keras.config.set_epsilon(1e-7)
    keras.config.set_image_data_format("channels_last")
