"""Train a deep autoencoder one layer at a time: the stages, and the net that they make."""

from __future__ import annotations

from collections.abc import Sequence

import keras


def greedy_stage(encoders: Sequence[keras.Model], decoders: Sequence[keras.Model], images) -> tuple:
    """Return what the next stage learns from, and what the trained stages make of it.

    Args:
        encoders: encoder halves of the trained stages, the first stage first; may be empty.
        decoders: their decoder halves, in the same order.
        images: float (n, d).

    Returns:
        ``inputs`` (n, k), the codes of the last trained stage, which the next one has to
        reconstruct (the images themselves when no stage is trained), and ``reconstructions``
        (n, d), the images after every encoder and, in reverse, every decoder.

    Raises:
        ValueError: not one decoder for each encoder.

    Reference: Hinton and Salakhutdinov, 2006, figure 1; Vincent et al., 2008, section 2.4.
    """
    _check_pairs(encoders, decoders)
    inputs = images
    for encoder in encoders:
        inputs = encoder(inputs)
    reconstructions = inputs
    for decoder in reversed(decoders):
        reconstructions = decoder(reconstructions)
    return inputs, reconstructions


def unroll(
    encoders: Sequence[keras.Model], decoders: Sequence[keras.Model]
) -> tuple[keras.Model, keras.Model]:
    """Return the two halves of the deep autoencoder that trained stages make.

    Args:
        encoders: encoder halves, the first stage first, at least one.
        decoders: their decoder halves, in the same order.

    Returns:
        ``encoder`` (n, d) -> (n, k) and ``decoder`` back; they share the stages' weights, so that
        training them goes on from there.

    Raises:
        ValueError: no stage, or not one decoder for each encoder.
    """
    _check_pairs(encoders, decoders)
    if not encoders:
        raise ValueError("At least one stage is unrolled. Received: none")
    return _in_a_row("encoder", encoders), _in_a_row("decoder", list(reversed(decoders)))


def _in_a_row(name: str, halves: Sequence[keras.Model]) -> keras.Model:
    inputs = units = keras.Input(halves[0].input_shape[1:])
    for number, half in enumerate(halves, start=1):
        # The halves of all stages may have one name; a model around each has its own.
        units = keras.Model(half.inputs[0], half.outputs[0], name=f"{name}_{number}")(units)
    return keras.Model(inputs, units, name=name)


def _check_pairs(encoders: Sequence[keras.Model], decoders: Sequence[keras.Model]) -> None:
    if len(encoders) != len(decoders):
        raise ValueError(
            "Every stage has an encoder and a decoder. "
            f"Received: {len(encoders)} encoders and {len(decoders)} decoders"
        )
