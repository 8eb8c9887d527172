"""Patches of the two photographs that scikit-learn ships, as backgrounds."""

from __future__ import annotations

import functools

import numpy as np

SIDE = 28
# A patch of plain sky says nothing: its pixels deviate less than this from their mean.
_LEAST_DEVIATION = 0.08
_RED_GREEN_BLUE = np.array([0.299, 0.587, 0.114], "float32")  # ITU-R BT.601


@functools.cache
def photographs() -> tuple[np.ndarray, ...]:
    """Return both photographs as grey images, float32 (427, 640) in [0, 1]."""
    from sklearn.datasets import load_sample_images

    return tuple(
        np.float32(image / 255.0) @ _RED_GREEN_BLUE for image in load_sample_images().images
    )


def patches(count: int, rng: np.random.Generator, half: str) -> np.ndarray:
    """Cut square patches with some texture at random places, float32 (count, 28, 28) in [0, 1].

    The published data sets use 20 photographs. With two, the backgrounds vary less. What is cut
    from one half of a photograph shares no pixel with what is cut from the other.

    Args:
        count: how many.
        rng: draws photograph and place; patches with little texture are drawn again.
        half: "left" or "right", of each photograph.
    """
    kept = np.empty((count, SIDE, SIDE), "float32")
    done = 0
    while done < count:
        drawn = _cut(count - done, rng, half)
        drawn = drawn[drawn.std(axis=(1, 2)) >= _LEAST_DEVIATION]
        kept[done : done + len(drawn)] = drawn
        done += len(drawn)
    return kept


def _cut(count: int, rng: np.random.Generator, half: str) -> np.ndarray:
    middle = photographs()[0].shape[1] // 2
    own = {"left": slice(middle), "right": slice(middle, None)}[half]
    windows = [
        np.lib.stride_tricks.sliding_window_view(photograph[:, own], (SIDE, SIDE))
        for photograph in photographs()
    ]
    which = rng.integers(len(windows), size=count)
    rows, columns = (rng.integers(size, size=count) for size in windows[0].shape[:2])
    return np.stack([windows[w][r, c] for w, r, c in zip(which, rows, columns, strict=True)])
