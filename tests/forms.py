"""Right answers in other forms: what a student may return instead of what the solution returns."""

import functools

import numpy as np


def in_form(form: str, answer):
    """Return a function that answers as ``answer`` does, in another form."""

    @functools.wraps(answer)
    def answers(*arguments, **options):
        return _turned(FORMS[form], answer(*arguments, **options))

    return answers


def _turned(turn, value):
    if type(value) in (tuple, list):
        return turn(type(value)(_turned(turn, part) for part in value))
    return turn(value)


def _as_list(value):
    if isinstance(value, np.ndarray):
        return value.tolist()
    return list(value) if type(value) is tuple else value


def _as_tuple(value):
    return tuple(value) if type(value) is list else value


def _as_tensor(value):
    import tensorflow as tf

    is_number = type(value) in (int, float, bool)
    return tf.constant(value) if is_number or isinstance(value, np.ndarray) else value


def _as_array(value):
    is_eager = hasattr(value, "numpy") and not hasattr(value, "get_weights")
    return value.numpy() if is_eager else value


def _as_float64(value):
    is_float = isinstance(value, np.ndarray) and value.dtype.kind == "f"
    return value.astype(np.float64) if is_float else value


def _as_scalar(value):
    return np.asarray(value)[()] if type(value) in (int, float) else value


def _as_sequential(value):
    import keras

    if not isinstance(value, keras.Model) or len(value.inputs) != 1 or len(value.outputs) != 1:
        return value
    inside = [layer for layer in value.layers if not isinstance(layer, keras.layers.InputLayer)]
    return keras.Sequential(inside)


def _as_subclass(value):
    import keras

    class Own(keras.Model):
        def __init__(self, inside):
            super().__init__()
            self.inside = inside

        def call(self, inputs, training=False):
            return self.inside(inputs, training=training)

    return Own(value) if isinstance(value, keras.Model) else value


FORMS = {
    "list": _as_list,
    "tensor": _as_tensor,
    "subclass": _as_subclass,
    "tuple": _as_tuple,
    "float64": _as_float64,
    "scalar": _as_scalar,
    "sequential": _as_sequential,
    "array": _as_array,
}
