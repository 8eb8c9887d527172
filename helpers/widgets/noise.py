"""The widget of lesson 05: kind and strength of the noise, and what a denoiser makes of it."""

from collections.abc import Callable, Sequence

import numpy as np

from helpers import measures
from helpers.plots import Figure, new_figure
from helpers.plots.figure import WIDTH
from helpers.plots.images import as_images, draw_rows
from helpers.widgets.explorer import Control, Explorer
from helpers.widgets.scene import Scene, stacked

_STRENGTHS = tuple(round(0.1 * tenths, 1) for tenths in range(10))
_SHOWN = (0.2, 0.5)
# A page carries a picture of every state: fewer strengths, and fewer images.
_KEPT = tuple(round(0.1 * tenths, 1) for tenths in (1, 3, 5, 7, 9))
_IMAGES_KEPT = 4
_SEED = (5, 0)


def explore_noise(
    denoiser: Callable[[np.ndarray], np.ndarray],
    images: np.ndarray,
    *,
    kinds: Sequence[str] = ("masking", "gaussian", "salt_and_pepper"),
    alt: str,
) -> Explorer:
    """Explore what a denoiser makes of noise of any kind and strength.

    Args:
        denoiser: noisy images -> images, in the shape of ``images``; a Keras model will do.
        images: clean, (n, 784) or (n, 28, 28) in [0, 1], about ten of them.
        kinds: names of corruptions of ``helpers.layers``. The strength is the fraction of the
            pixels, or the standard deviation for ``"gaussian"``, from 0 to 0.9.
        alt: text alternative of the static twin, one line.

    Raises:
        ValueError: no kinds, or one that there is not.
    """
    images = np.asarray(images, np.float32)

    def rows(
        kind: str, strength: float, clean: np.ndarray = images
    ) -> tuple[np.ndarray, np.ndarray]:
        noisy = _corrupt(clean, kind, strength)
        return noisy, np.asarray(denoiser(noisy)).reshape(clean.shape)

    if not kinds:
        raise ValueError("explore_noise needs at least one kind of noise. Received: none")

    def scene(clean: np.ndarray = images) -> Scene:
        figure, axis = new_figure(alt, 0.2 + 3 * 7.1 / len(clean))
        draw_rows(axis, dict.fromkeys(("clean", "noisy", "denoised"), clean))
        (picture,) = axis.images

        def move(kind: str, strength: float) -> str:
            noisy, denoised = rows(kind, strength, clean)
            picture.set_data(stacked(clean, noisy, np.clip(denoised, 0, 1)))
            before, after = (_decibels(clean, row) for row in (noisy, denoised))
            words = kind.replace("_", " ")
            return f"Noise {words}, {strength:g}. PSNR: noisy {before}, denoised {after}."

        return Scene(figure, [picture], move)

    kind = Control("noise", kinds, kinds[0])
    strengths, kept = (Control("strength", some, _SHOWN[-1]) for some in (_STRENGTHS, _KEPT))
    page = ([kind, kept], lambda: scene(images[:_IMAGES_KEPT]))
    return Explorer(_twin(rows, kinds, images, alt), [kind, strengths], scene, page=page)


def _twin(rows: Callable, kinds: Sequence[str], images: np.ndarray, alt: str) -> Figure:
    """Draw a column of rows a strength, with the first five images."""
    count = 2 * len(kinds) + 1
    height = 0.35 + 0.5 * count
    figure, axes = new_figure(alt, height, 1, len(_SHOWN))
    figure.set_layout_engine("none")  # it gives long names no room beside images
    first = slice(0, 5)
    for column, (axis, strength) in enumerate(zip(axes, _SHOWN, strict=True)):
        names, drawn = ["clean"], [images[first]]
        for kind in kinds:
            noisy, denoised = rows(kind, strength)
            names += [kind.replace("_", " "), f"denoised, {_decibels(images, denoised)}"]
            drawn += [noisy[first], np.clip(denoised[first], 0, 1)]
        draw_rows(axis, {str(row): some for row, some in enumerate(drawn)})
        axis.set_yticks(axis.get_yticks(), names)
        axis.set_title(f"strength {strength:g}")
        left = WIDTH / len(_SHOWN) * column + 1.5
        axis.set_position((left / WIDTH, 0.01, 2.5 / WIDTH, 0.5 * count / height))
    return figure


def _corrupt(images: np.ndarray, kind: str, strength: float) -> np.ndarray:
    """Return noisy copies: always the same ones, so that a slider moved back shows them again."""
    import tensorflow as tf

    from helpers.layers import noise

    corruption = noise.by_name(f"{kind}:{strength}")
    return corruption(tf.constant(images), tf.constant(_SEED)).numpy()


def _decibels(images: np.ndarray, others: np.ndarray) -> str:
    ratio = measures.psnr(as_images(images), as_images(others))
    return f"{ratio:.1f} dB" if np.isfinite(ratio) else "infinite"
