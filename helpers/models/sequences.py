"""The recurrent autoencoder of the third source: an image as a sequence of its rows."""

import keras

IMAGE_STEPS, STEP_SIZE = 28, 28  # rows of an image, pixels of a row


def lstm_parameters(input_size: int, units: int) -> int:
    """Return how many parameters an LSTM layer has.

    Each of its four parts, three gates and the candidate, is a dense layer from the step's inputs
    and the last outputs to `units`, with one bias per unit.

    Args:
        input_size: numbers of one step of the sequence.
        units: outputs of the layer, at each step.
    """
    return 4 * ((input_size + units) * units + units)


def build_recurrent(code_size: int = 30, units: int = 100) -> tuple[keras.Model, keras.Model]:
    """Build the third source's recurrent autoencoder: 67,320 and 55,228 parameters.

    The encoder reads the rows of an image from the top; the outputs of its second LSTM after the
    last row are the code. The decoder is shown the code at each of 28 steps and writes a row.

    Args:
        code_size: units of the code, 30 in the source.
        units: of the LSTM before and of the one after the code, 100 in the source.

    Returns:
        ``encoder`` (n, 28, 28) -> (n, code_size), with codes in (-1, 1), and ``decoder`` back, with
        a sigmoid output.

    Raises:
        ValueError: a size below 1.

    Reference: slide deck on Hands-On Machine Learning, 2nd edition, recurrent autoencoder.
    """
    if min(code_size, units) < 1:
        raise ValueError(
            f"code_size and units must be at least 1. Received: {code_size} and {units}"
        )
    images = keras.Input((IMAGE_STEPS, STEP_SIZE), name="images")
    steps = keras.layers.LSTM(units, return_sequences=True)(images)
    encoder = keras.Model(images, keras.layers.LSTM(code_size, name="code")(steps), name="encoder")
    codes = keras.Input((code_size,), name="codes")
    steps = keras.layers.RepeatVector(IMAGE_STEPS)(codes)
    steps = keras.layers.LSTM(units, return_sequences=True)(steps)
    outputs = keras.layers.Dense(STEP_SIZE, "sigmoid", name="output")(steps)  # at each step
    return encoder, keras.Model(codes, outputs, name="decoder")
