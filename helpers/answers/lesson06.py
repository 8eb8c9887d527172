"""Reference answers of lesson 06: clusters of codes."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence

import numpy as np

from helpers.measures.clustering import clustering_accuracy
from helpers.methods.tsne import map_divergence, neighbour_probabilities
from helpers.models import build_conv_encoder, code_model

__all__ = [
    "build_conv_encoder",
    "clustering_accuracy",
    "code_model",
    "convolution_shape",
    "map_divergence",
    "most_mixed_pair",
    "neighbour_probabilities",
]


def most_mixed_pair(labels: Sequence[int], neighbours: Sequence[int]) -> tuple[int, int] | None:
    """Return the two classes that are most often nearest neighbours of each other.

    Args:
        labels: class of each point, (n,).
        neighbours: index of each point's nearest other point, (n,).

    Returns:
        The two classes, the smaller first, and those found first where two pairs are equally
        often mixed; None if every neighbour has its point's own class.
    """
    classes = np.asarray(labels)
    pairs = zip(classes.tolist(), classes[np.asarray(neighbours)].tolist(), strict=True)
    counts = Counter(tuple(sorted(pair)) for pair in pairs if pair[0] != pair[1])
    return counts.most_common(1)[0][0] if counts else None


def convolution_shape(
    side: int, channels: int, filters: int, kernel_size: int, stride: int
) -> tuple[int, int]:
    """Return the side of a convolution's output, without padding, and its parameters.

    Args:
        side: pixels per side of the square input, at least `kernel_size`.
        channels: of the input.
        filters: channels of the output.
        kernel_size: pixels per side of the square kernel.
        stride: pixels from one position of the kernel to the next.
    """
    output_side = (side - kernel_size) // stride + 1
    return output_side, (kernel_size**2 * channels + 1) * filters
