"""The five data sets made from digits: as they are, turned, and before a background."""

from __future__ import annotations

import numpy as np

from helpers.parts import in_parts
from helpers.studies.vincent.photos import patches

NAMES = ("basic", "rot", "bg-rand", "bg-img", "rot-bg-img")


def vary(name: str, images: np.ndarray, rng: np.random.Generator, half: str = "left") -> np.ndarray:
    """Return a variation of digits, float32 (n, 28, 28) in [0, 1].

    A background shows wherever it is brighter than the digit's own pixel.

    Args:
        name: "basic", "rot", "bg-rand", "bg-img" or "rot-bg-img".
        images: float32 (n, 28, 28) in [0, 1], 0 is paper and 1 is ink.
        rng: draws angles and backgrounds.
        half: of the photographs, "left" or "right".

    Reference: Larochelle et al., 2007, section 4.1.
    """
    if name.startswith("rot"):
        images = turn(images, rng.uniform(0, 2 * np.pi, len(images)))
    if name == "bg-rand":
        return np.maximum(images, rng.random(images.shape, "float32"))
    if name.endswith("bg-img"):
        return np.maximum(images, patches(len(images), rng, half))
    return images


def turn(images: np.ndarray, angles: np.ndarray) -> np.ndarray:
    """Turn each image about its centre, between pixels by bilinear interpolation.

    Args:
        images: float32 (n, side, side).
        angles: float (n,), radians, counter-clockwise as the image is seen.

    Returns:
        float32 (n, side, side); what comes from outside an image is 0.
    """
    from scipy.ndimage import map_coordinates

    side = images.shape[1]
    centre = (side - 1) / 2
    rows, columns = np.mgrid[:side, :side] - centre

    def turn_part(images: np.ndarray, angles: np.ndarray) -> np.ndarray:
        cosines = np.cos(angles)[:, np.newaxis, np.newaxis]
        sines = np.sin(angles)[:, np.newaxis, np.newaxis]
        # Where each pixel of the result comes from: the inverse turn. Rows count downwards.
        from_rows = cosines * rows + sines * columns + centre
        from_columns = cosines * columns - sines * rows + centre
        numbers = np.broadcast_to(
            np.arange(len(images))[:, np.newaxis, np.newaxis], from_rows.shape
        )
        places = [numbers, from_rows, from_columns]
        return map_coordinates(images, places, order=1, mode="grid-constant")

    return in_parts(turn_part, images, angles, size=2000)
