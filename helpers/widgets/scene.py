"""A picture that answers to the hand: drawn once, and then only what moves is drawn again."""

import io
from collections.abc import Callable, Sequence
from functools import cached_property

import numpy as np
from matplotlib.artist import Artist
from matplotlib.axes import Axes
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.image import AxesImage

from helpers.plots import Figure, new_figure
from helpers.plots.figure import DPI, WIDTH
from helpers.plots.images import as_images, mosaic


class Scene:
    """A figure of which a few artists move over a background that is drawn once.

    Drawing a whole figure anew takes Matplotlib longer than a hand is ready to wait.

    Args:
        figure: what is shown; the scene owns it from now on.
        artists: what moves, in drawing order.
        move: state -> one sentence; sets the artists' data.
    """

    def __init__(self, figure: Figure, artists: Sequence[Artist], move: Callable[..., str]):
        self._artists, self._move = artists, move
        for artist in artists:
            artist.set_animated(True)
        figure.set_dpi(DPI)
        self._canvas = FigureCanvasAgg(figure)

    @cached_property
    def _background(self):
        # Only where the picture is looked at: a page wants the pixels alone.
        self._canvas.draw()
        return self._canvas.copy_from_bbox(self._canvas.figure.bbox)

    @property
    def picture(self) -> AxesImage | None:
        """What moves, where that is first of all an image."""
        first = self._artists[0]
        return first if isinstance(first, AxesImage) else None

    def pixels(self, picture: AxesImage, *state) -> tuple[np.ndarray, str]:
        """Return the image of a state, (height, width) in [0, 1], and what it shows in words."""
        sentence = self._move(*state)
        shown: np.ndarray = np.ma.getdata(np.ma.asarray(picture.get_array()))
        return np.clip(np.nan_to_num(shown), 0, 1), sentence

    def show(self, *state) -> tuple[bytes, str]:
        """Return the picture of a state as PNG bytes, and a sentence that says what it shows."""
        sentence = self._move(*state)
        self._canvas.restore_region(self._background)
        for artist in self._artists:
            artist.draw(self._canvas.get_renderer())
        return to_png(np.asarray(self._canvas.buffer_rgba())[..., :3]), sentence


def over_and_under(alt: str, count: int) -> tuple[Figure, Axes, Axes]:
    """Return a figure with room for two rows of images over a curve, both at full width.

    Args:
        alt: text alternative, one line.
        count: images a row.
    """
    rows, curve = 2 * (WIDTH - 1) / max(count, 5), 2.4
    figure, (upper, lower) = new_figure(alt, rows + curve, 2, 1, height_ratios=[rows, curve])
    return figure, upper, lower


def to_png(pixels: np.ndarray) -> bytes:
    """Return pixels, uint8 (height, width) or (height, width, 3), as a PNG made quickly."""
    from PIL import Image

    buffer = io.BytesIO()
    Image.fromarray(np.ascontiguousarray(pixels)).save(buffer, "png", compress_level=1)
    return buffer.getvalue()


def stacked(*rows: np.ndarray) -> np.ndarray:
    """Lay rows of images (n, 784) or (n, 28, 28) out in one array, one row below the other."""
    images = np.concatenate([as_images(row) for row in rows])
    return mosaic(images, len(rows[0]))
