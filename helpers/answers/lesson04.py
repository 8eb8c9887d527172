"""Reference answers of lesson 04: depth."""

from __future__ import annotations

from collections.abc import Sequence

from helpers.layers import batch_norm
from helpers.losses import l2
from helpers.measures.clustering import neighbour_agreement
from helpers.models import build_decoder, build_encoder
from helpers.training.greedy import greedy_stage

__all__ = [
    "batch_norm",
    "best_epoch",
    "build_decoder",
    "build_encoder",
    "greedy_stage",
    "l2",
    "neighbour_agreement",
]


def best_epoch(train_errors: Sequence[float], unseen_errors: Sequence[float]) -> tuple[int, float]:
    """Return the epoch with the lowest error on unseen images, and the gap at that epoch.

    Args:
        train_errors: error on the training images after each epoch.
        unseen_errors: error on other images after each epoch, as many.

    Returns:
        ``epoch``, counted from 1, the first one on a tie, and ``gap``, the unseen error minus the
        training error at that epoch, in their unit.

    Raises:
        ValueError: no epochs, or lists of different lengths.
    """
    if not len(train_errors) or len(train_errors) != len(unseen_errors):
        raise ValueError(
            "best_epoch takes two equally long lists, one number per epoch. "
            f"Received: {len(train_errors)} and {len(unseen_errors)}"
        )
    position = min(range(len(unseen_errors)), key=lambda index: unseen_errors[index])
    return position + 1, float(unseen_errors[position] - train_errors[position])
