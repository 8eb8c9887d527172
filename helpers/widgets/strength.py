"""The widget of lesson 14: how much noise a denoiser is told to expect."""

from collections.abc import Mapping

import numpy as np

from helpers import measures
from helpers.plots import Figure, new_figure, show_photographs
from helpers.plots.images import draw_rows
from helpers.widgets.explorer import Control, Explorer
from helpers.widgets.scene import Scene, stacked

_SHOWN = 5  # pictures of the twin beside the noisy one


def explore_strength(
    clean: np.ndarray, noisy: np.ndarray, cleaned: Mapping[float, np.ndarray], *, alt: str
) -> Explorer:
    """Explore how strongly a picture is cleaned: noisy on the left, cleaned on the right.

    Args:
        clean, noisy: (s, s), square; clean in [0, 1].
        cleaned: strength, such as the noise level that a denoiser was told -> (s, s).
        alt: text alternative of the static twin, one line.

    Raises:
        ValueError: fewer than two strengths, or pictures that are not square or not of one size.
    """
    clean, noisy = np.asarray(clean), np.asarray(noisy)
    shapes = {clean.shape, noisy.shape, *(np.shape(one) for one in cleaned.values())}
    if len(cleaned) < 2 or len(shapes) != 1 or clean.ndim != 2 or len(set(clean.shape)) != 1:
        raise ValueError(
            "explore_strength takes two strengths or more, and square pictures of one size. "
            f"Received: {len(cleaned)} strengths, shapes {sorted(shapes)}"
        )
    strengths = sorted(cleaned)
    words = {one: _words(clean, cleaned[one]) for one in strengths}

    def pair(strength: float) -> np.ndarray:
        # Rows of images are drawn with ink on white: a photograph is turned round for them.
        return 1 - np.clip(np.stack([noisy, cleaned[strength]]), 0, 1)

    def scene() -> Scene:
        figure, axis = new_figure(alt, 4.0)
        draw_rows(axis, {"": pair(strengths[0])})
        (picture,) = axis.images

        def move(strength: float) -> str:
            picture.set_data(stacked(pair(strength)))
            return f"Right, told {strength:g}: {words[strength]}."

        return Scene(figure, [picture], move)

    control = Control("told", strengths, strengths[len(strengths) // 2])
    return Explorer(_twin(noisy, cleaned, words, alt), [control], scene)


def _words(clean: np.ndarray, picture: np.ndarray) -> str:
    picture = np.clip(picture, 0, 1)
    ratio = measures.psnr(clean[None], picture[None])
    return f"{ratio:.1f} dB, SSIM {measures.ssim(clean, picture):.2f}"


def _twin(noisy: np.ndarray, cleaned: Mapping, words: Mapping, alt: str) -> Figure:
    strengths = sorted(cleaned)
    places = np.linspace(0, len(strengths) - 1, min(_SHOWN, len(strengths))).round().astype(int)
    shown = {"noisy\n": np.clip(noisy, 0, 1)}
    for strength in (strengths[place] for place in places):
        shown[f"told {strength:g}\n{words[strength]}"] = cleaned[strength]
    return show_photographs(shown, alt=alt)
