"""Reference answers of lesson 06: clusters of codes."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import numpy as np

from helpers.measures.clustering import clustering_accuracy
from helpers.methods.tsne import map_divergence, neighbour_probabilities
from helpers.models import build_conv_encoder, code_model

__all__ = [
    "build_conv_encoder",
    "clustering_accuracy",
    "code_model",
    "convolution_shape",
    "evaluate_clustering",
    "map_divergence",
    "more_mixed",
    "neighbour_probabilities",
]


def more_mixed(labels: np.ndarray, in_code: np.ndarray, on_map: np.ndarray) -> str:
    """Return which of two lists of neighbours has more of another class, if a coin has not.

    Args:
        labels: class of each point, (n,).
        in_code: index of each point's nearest other point in the code, (n,).
        on_map: the same on the map, (n,).

    Returns:
        "code" or "map", whichever has more of the points that are mixed in one of the two alone, if
        they are more than two standard deviations above half of these points; else "undecided".

    Reference: McNemar, 1947.
    """
    mixed_in_code, mixed_on_map = labels[in_code] != labels, labels[on_map] != labels
    code_alone = int(np.sum(mixed_in_code & ~mixed_on_map))
    map_alone = int(np.sum(mixed_on_map & ~mixed_in_code))
    tosses = code_alone + map_alone
    if max(code_alone, map_alone) <= tosses / 2 + np.sqrt(tosses):
        return "undecided"
    return "map" if map_alone > code_alone else "code"


def evaluate_clustering(
    spaces: Sequence[np.ndarray],
    labels: np.ndarray,
    cluster: Callable[[np.ndarray, int], tuple[np.ndarray, float]],
    seeds: Sequence[int],
    rng: np.random.Generator,
) -> tuple[float, float, float, float]:
    """Return how accurate a way of clustering is on several spaces, with a control.

    Args:
        spaces: arrays (n, d) of the same n images, one per training.
        labels: class of each image, (n,): for the scores only.
        cluster: (points, seed) -> clusters (n,) and the cost that the algorithm makes small.
        seeds: one for each run on a space.
        rng: of the control.

    Returns:
        Mean accuracy of the runs of least cost, one on each space; half the distance from the
        lowest to the highest of them; their mean for permuted labels; and the mean of the most
        accurate runs, which nobody could choose without labels.
    """
    kept, permuted, best = [], [], []
    for points in spaces:
        runs = [cluster(points, seed) for seed in seeds]
        scores = [clustering_accuracy(labels, clusters) for clusters, _ in runs]
        chosen = int(np.argmin([cost for _, cost in runs]))
        kept.append(scores[chosen])
        best.append(max(scores))
        permuted.append(clustering_accuracy(rng.permutation(labels), runs[chosen][0]))
    spread = (max(kept) - min(kept)) / 2
    return float(np.mean(kept)), spread, float(np.mean(permuted)), float(np.mean(best))


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
