"""Reference answers of lesson 12: patches, attention, what is hidden, few labels."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from scipy.stats import t as student_t

from helpers import measures
from helpers.layers.attention import attention
from helpers.layers.patches import cut_patches, random_places
from helpers.models.masked import masked_forward

__all__ = [
    "attention",
    "cut_patches",
    "few_label_errors",
    "hidden_loss",
    "masked_forward",
    "random_places",
]


def hidden_loss(
    patches: np.ndarray, reconstructions: np.ndarray, hidden: np.ndarray
) -> tuple[float, np.ndarray]:
    """Return the mean squared error over the hidden pixels, and its slopes.

    Args:
        patches, reconstructions: (n, t, p).
        hidden: integers (n, h), the hidden places of each image.

    Returns:
        ``loss``, one number, and its gradient by the reconstructions, (n, t, p).

    Reference: He et al., 2022, section 3.
    """
    rows = np.arange(len(patches))[:, None]
    gaps = np.asarray(reconstructions)[rows, hidden] - np.asarray(patches)[rows, hidden]
    slopes = np.zeros(np.shape(patches))
    slopes[rows, hidden] = 2 * gaps / gaps.size
    return float(np.mean(gaps**2)), slopes


def few_label_errors(
    codes: np.ndarray,
    labels: np.ndarray,
    test_codes: np.ndarray,
    test_labels: np.ndarray,
    count: int,
    seeds: Sequence[int],
    strength: float = 0.01,
) -> tuple[np.ndarray, float, float]:
    """Return the errors of probes fitted to a few labels, their mean and its interval.

    Args:
        codes, labels: (n, k) and (n,), to draw the few from.
        test_codes, test_labels: (m, k) and (m,).
        count: labels of a draw, equally many of each class.
        seeds: of the draws, two or more.
        strength: inverse of the probes' penalty on squared weights.

    Returns:
        ``errors`` in percent (s,), their mean, and half the width of the mean's 95 % interval by
        Student's t.
    """
    found = []
    for seed in seeds:
        rng = np.random.default_rng(seed)
        kinds = np.unique(labels)
        each = count // len(kinds)
        rows = np.concatenate(
            [rng.choice(np.flatnonzero(labels == kind), each, replace=False) for kind in kinds]
        )
        probe = measures.fit_probe(codes[rows], labels[rows], strength=strength)
        found.append(measures.probe_error(probe, test_codes, test_labels))
    errors = np.array(found)
    spread = errors.std(ddof=1) / np.sqrt(len(errors))
    half_width = float(student_t.ppf(0.975, len(errors) - 1) * spread)
    return errors, float(errors.mean()), half_width
