"""What a page needs to move a picture of images by its controls, without a kernel."""

from __future__ import annotations

import base64
import io
import itertools
from collections.abc import Sequence
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from helpers.widgets.explorer import Control
    from helpers.widgets.scene import Scene

# What `make export` and `make site` make a moving picture of.
FRAMES = "application/vnd.autoencoder-workbook.frames+json"
_LEVELS = 15  # 16 greys: four bits a pixel


def frames(scene: Scene, controls: Sequence[Control]) -> dict | None:
    """Return a picture of every state of the controls, as JSON, or None where there is none.

    Args:
        scene: whose first artist is an image in [0, 1], 0 in white; a scene of dots has none.
        controls: their states are run through, those of the last one fastest.

    Returns:
        ``picture``, a PNG of 16 greys as a data address: its first ``still`` lines are the same
        in all states, and below them stand those of the states, ``height`` lines each; ``rows``,
        the names of the rows; ``words``, a sentence for each state; ``controls``, with their
        ``label``, ``states`` in words, place of the first in ``start``, and whether they are a
        ``list`` to choose from.
    """
    picture = scene.picture
    if picture is None or picture.axes is None:
        return None
    states = itertools.product(*(control.states for control in controls))
    shown, words = zip(*(scene.pixels(picture, *state) for state in states), strict=True)
    stack = np.stack(shown)
    still = int(np.argmax(np.ptp(stack, axis=0).any(axis=1)))
    moving = stack[:, still:].reshape(-1, stack.shape[2])
    return {
        "picture": "data:image/png;base64,"
        + base64.b64encode(grey_png(np.concatenate([stack[0, :still], moving]))).decode(),
        "still": still,
        "height": stack.shape[1] - still,
        "rows": [tick.get_text() for tick in picture.axes.get_yticklabels()],
        "words": list(words),
        "controls": [control.described() for control in controls],
    }


def grey_png(pixels: np.ndarray) -> bytes:
    """Return pixels (height, width) in [0, 1] as a PNG of 16 greys, 0 in white."""
    from PIL import Image

    levels = np.round(_LEVELS * pixels).astype(np.uint8)
    picture = Image.fromarray(levels, mode="P")
    greys = (255 - 255 // _LEVELS * level for level in range(_LEVELS + 1))
    picture.putpalette([grey for grey in greys for _ in range(3)])
    buffer = io.BytesIO()
    picture.save(buffer, "png", bits=4, optimize=True)
    return buffer.getvalue()
