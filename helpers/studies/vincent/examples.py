"""A few images of each of the eight data sets, to look at."""

from __future__ import annotations

import numpy as np

SEED = 1


def examples(images: np.ndarray) -> dict[str, np.ndarray]:
    """Return one image of every data set for each of these digits, which may be any.

    Args:
        images: float32 (n, 28, 28) in [0, 1]: the same digits in each of the first five.

    Returns:
        Name of the data set -> float32 (n, 28, 28) in [0, 1], in the order of the table.
    """
    from helpers.studies.vincent import digits, shapes

    rng = np.random.default_rng(SEED)
    shown = {name: digits.vary(name, images, rng) for name in digits.NAMES}
    return shown | {name: shapes.draw(name, len(images), rng)[0] for name in shapes.NAMES}
