"""The widget of lesson 04: move a point through a code of two numbers, and see it decoded."""

import base64
from collections.abc import Callable

import numpy as np

from helpers.plots import Figure, show_code_map
from helpers.plots.images import as_images, mosaic
from helpers.plots.maps import check_codes
from helpers.widgets.explorer import FULL_WIDTH, Interactive, aligned, shown, status
from helpers.widgets.frames import grey_png
from helpers.widgets.scene import to_png
from helpers.widgets.stage import axes_box, stage

# What `python -m helpers export` makes a page of that moves without a kernel.
LATENT = "application/vnd.autoencoder-workbook.latent+json"
GRID = 15  # decoded images a side, in the twin and in the export
_ZOOM = 8
_STEPS = 50  # from one end of the map to the other by the arrow keys
# A click cannot be had from ipywidgets, but what is typed into a text box can.
_SEND = (
    "const box_ = this.closest('.ae-explorer').querySelector('.ae-channel input');"
    " box_.value = {message} + ' ' + event.timeStamp;"
    " for (const name of ['input', 'change'])"
    " box_.dispatchEvent(new Event(name, {{bubbles: true}}));"
)


def explore_latent(
    decoder: Callable[[np.ndarray], np.ndarray],
    codes: np.ndarray,
    labels: np.ndarray,
    *,
    images: np.ndarray | None = None,
    alt: str,
) -> "LatentExplorer":
    """Explore a code of two numbers: move a point over the map, and the decoder draws it.

    The point is moved by two sliders, by the arrow keys on the map, and by a click on it.

    Args:
        decoder: codes float32 (m, 2) -> images (m, d) in [0, 1]; a Keras model will do.
        codes: (n, 2), of images; they make the map.
        labels: their digits (n,).
        images: (n, d), for the thumbnails on the map; when left out, what the decoder makes of
            the codes.
        alt: text alternative of the map, one line.

    Raises:
        ValueError: the codes are not two-dimensional.
    """
    codes = check_codes(codes)

    def decode(points: np.ndarray) -> np.ndarray:
        decoded = np.asarray(decoder(np.asarray(points, np.float32)))
        return np.clip(decoded.reshape(len(points), -1), 0, 1)

    if images is None:
        images = decode(codes)
    grids: list[np.ndarray] = []

    def decode_grid(points: np.ndarray) -> np.ndarray:
        grids.append(decode(points))
        return grids[0]

    twin = show_code_map(codes, labels, images, decode_grid, grid_size=GRID, alt=alt)
    return LatentExplorer(twin, decode, grids[0])


class LatentExplorer(Interactive):
    """A point on the standing plot, and what the decoder makes of it.

    Args:
        twin: the standing plot; both halves span the same codes.
        decode: codes (m, 2) -> images (m, d) in [0, 1].
        grid: images decoded at the centres of GRID x GRID cells, top row first.
    """

    def __init__(self, twin: Figure, decode: Callable[[np.ndarray], np.ndarray], grid: np.ndarray):
        super().__init__(twin)
        self.decode, self._grid = decode, grid
        axis = twin.axes[0]
        (left, right), (bottom, top) = axis.get_xlim(), axis.get_ylim()
        self.low, self.high = np.array([left, bottom]), np.array([right, top])

    def show(self, *code: float) -> tuple[bytes, str]:
        """Return the decoded image of a code as PNG bytes, and a sentence."""
        (image,) = as_images(self.decode(np.array([code])))
        pixels = 255 - np.round(255 * image).astype(np.uint8)
        png = to_png(pixels.repeat(_ZOOM, axis=0).repeat(_ZOOM, axis=1))
        words = f"Code ({code[0]:.2f}, {code[1]:.2f}), decoded."
        return png, words.replace("-", "\N{MINUS SIGN}")

    def _build(self):
        import ipywidgets

        sliders = self._sliders()
        words, point = ipywidgets.HTML(), ipywidgets.HTML()
        # Without a frame, a white picture has no edge on a white page.
        frame = {"border": "1px solid #888888", "align_self": "flex-start"}
        picture = ipywidgets.HTML(layout=frame)
        channel = ipywidgets.Text(layout={"display": "none"})
        channel.add_class("ae-channel")
        held: list[bool] = []

        def redraw(change=None):
            if held:
                return
            code = [slider.value for slider in sliders]
            png, sentence = self.show(*code)
            picture.value, words.value = shown(png, sentence), status(sentence)
            point.value = self._point_style(code, point.model_id)

        def listen(change):
            code = self._told(change["new"], [slider.value for slider in sliders])
            held.append(True)  # two sliders, one redraw
            for slider, value in zip(sliders, code, strict=True):
                slider.value = value
            held.clear()
            redraw()

        redraw()
        for slider in sliders:
            slider.observe(redraw, names="value")
        channel.observe(listen, names="value")
        # A box is as wide as its contents, and a slider has no width of its own: it has to grow.
        right = ipywidgets.VBox([*sliders, words], layout={"flex": "1 1 300px"})
        look = {**FULL_WIDTH, "flex_flow": "row wrap", "grid_gap": "12px"}
        below = ipywidgets.HBox([picture, right], layout=look)
        box = ipywidgets.VBox([ipywidgets.HTML(self._stage()), below, channel, point])
        box.add_class(f"ae-{point.model_id}")
        return box

    def _sliders(self) -> list:
        import ipywidgets

        labels = ["code, first unit", "code, second unit"]
        return [
            ipywidgets.FloatSlider(
                (low + high) / 2,
                min=low,
                max=high,
                step=(high - low) / 100,
                description=label,
                readout_format=".2f",
                **aligned(labels),
            )
            for label, low, high in zip(labels, self.low.tolist(), self.high.tolist(), strict=True)
        ]

    def _told(self, message: str, code: list[float]) -> list[float]:
        """Return the code that a click ("0.25 0.5 ...") or a key ("ArrowUp ...") asks for."""
        words = message.split()
        directions = {
            "ArrowLeft": (-1, 0),
            "ArrowRight": (1, 0),
            "ArrowDown": (0, -1),
            "ArrowUp": (0, 1),
        }
        if words[0] in directions:
            place = np.array(code) + (self.high - self.low) / _STEPS * directions[words[0]]
        else:
            place = self.low + (self.high - self.low) * np.array(words[:2], float)
        return np.clip(place, self.low, self.high).tolist()

    def _point_style(self, code: list[float], name: str) -> str:
        # The sliders' ends may be off by a rounding, and "-0.00%" is not a place.
        x, y = 100 * np.clip((np.array(code) - self.low) / (self.high - self.low), 0, 1)
        return f"<style>.ae-{name} .ae-point {{ left: {x:.2f}%; top: {100 - y:.2f}% }}</style>"

    def _stage(self) -> str:
        png = self.twin.png()
        return stage(
            png,
            self.twin.alt,
            [axes_box(self.twin, half) for half in (0, 1)],
            pressed=_SEND.format(message="x + ' ' + y"),
            typed=_SEND.format(message="event.key"),
        )

    def _repr_mimebundle_(self, include=None, exclude=None) -> tuple[dict, dict]:
        bundle, metadata = super()._repr_mimebundle_(include, exclude)
        return bundle | {LATENT: self.page_data()}, metadata

    def page_data(self) -> dict:
        """Return what a page needs to move without a kernel, as JSON.

        ``grid`` is a PNG of GRID x GRID decoded images in 16 greys, ``boxes`` where the two maps
        lie in the twin in percent, ``low`` and ``high`` the codes at their corners.
        """
        grid = grey_png(mosaic(as_images(self._grid), GRID, gap=0))
        return {
            "grid": "data:image/png;base64," + base64.b64encode(grid).decode(),
            "size": GRID,
            "low": self.low.round(4).tolist(),
            "high": self.high.round(4).tolist(),
            "boxes": [[round(side, 3) for side in axes_box(self.twin, k)] for k in (0, 1)],
        }
