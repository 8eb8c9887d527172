"""Fill in hidden pixels from the seen ones, linearly: a baseline without a network."""

from __future__ import annotations

import numpy as np

from helpers.course.threads import one_thread


def fill_in(
    images: np.ndarray,
    hidden: np.ndarray,
    mean: np.ndarray,
    covariance: np.ndarray,
    *,
    penalty: float = 0.01,
) -> np.ndarray:
    """Return images whose hidden pixels are predicted from the seen ones by ridge regression.

    Each image has a regression of its own, from its seen pixels to its hidden ones. All of them
    follow from one mean and one covariance of complete images: with no penalty the prediction is
    the mean of the hidden pixels given the seen ones, if the images were normally distributed.

    Args:
        images: (n, d); hidden pixels are not looked at.
        hidden: bool (n, d).
        mean: (d,), of complete images.
        covariance: (d, d), of the same images.
        penalty: added to the variance of each seen pixel, above 0.

    Returns:
        (n, d), seen pixels as they are.

    Raises:
        ValueError: shapes that do not fit, or a penalty of 0 or less.

    Reference: Bishop, 2006, equation 2.81; ridge: Hoerl and Kennard, 1970.
    """
    images, hidden = np.asarray(images, float), np.asarray(hidden, bool)
    mean, covariance = np.asarray(mean, float), np.asarray(covariance, float)
    count = images.shape[-1]
    shapes = images.shape, hidden.shape, mean.shape, covariance.shape
    if shapes != ((len(images), count), images.shape, (count,), (count, count)) or penalty <= 0:
        raise ValueError(
            "fill_in takes images (n, d), hidden (n, d), a mean (d,), a covariance (d, d) and a "
            f"penalty above 0. Received: {shapes}, {penalty}"
        )
    filled = images.copy()
    with one_thread():
        for image, gone in zip(filled, hidden, strict=True):
            seen = np.flatnonzero(~gone)
            among = covariance[np.ix_(seen, seen)] + penalty * np.eye(len(seen))
            pull = np.linalg.solve(among, image[seen] - mean[seen])
            image[gone] = mean[gone] + covariance[np.ix_(gone, seen)] @ pull
    return filled
