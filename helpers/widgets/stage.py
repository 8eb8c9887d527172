"""The map that can be clicked: the standing plot as HTML, with a point on either half.

The live widget and the exported page share it. All that differs is the script that is told
where the hand went: ``send(element, event, x, y)`` gets the place in the map as fractions.
"""

import base64
import html
from collections.abc import Sequence

import numpy as np

from helpers.plots import Figure

Box = tuple[float, float, float, float]

_STYLE = """\
<style>
.ae-stage { position: relative; max-width: 800px; }
.ae-stage > img { display: block; width: 100%; margin: 0; }
.ae-map { position: absolute; cursor: crosshair; touch-action: none; }
.ae-map:focus { outline: 3px solid #0072B2; outline-offset: 2px; }
.ae-point { position: absolute; width: 15px; height: 15px; margin: -10px 0 0 -10px;
  border: 2.5px solid #000; border-radius: 50%; background: #D55E00; pointer-events: none;
  box-shadow: 0 0 0 2px #FFF; }
</style>"""


def axes_box(figure: Figure, position: int) -> Box:
    """Return where an axis lies in its figure, once drawn: left, top, width, height in percent."""
    place = figure.axes[position].get_position()
    left, top, width, height = 100 * np.array([place.x0, 1 - place.y1, place.width, place.height])
    return float(left), float(top), float(width), float(height)


def stage(png: bytes, alt: str, boxes: Sequence[Box], *, pressed: str, typed: str) -> str:
    """Return the picture with a map over each box; the first one takes the keyboard.

    Args:
        png: the standing plot.
        alt: its text alternative.
        boxes: where the maps lie in it, as ``axes_box`` says.
        pressed: script for a click or a drag; ``x`` and ``y`` are the place in the map as
            fractions of its width and height, from the bottom left.
        typed: script for a key; ``event.key`` tells which.
    """
    source = "data:image/png;base64," + base64.b64encode(png).decode()
    press = (
        "const box = this.getBoundingClientRect(),"
        " x = Math.min(1, Math.max(0, (event.clientX - box.left) / box.width)),"
        " y = Math.min(1, Math.max(0, 1 - (event.clientY - box.top) / box.height));"
        f" {pressed}"
    )
    drag = "if (event.buttons & 1) this.onpointerdown(event)"
    keys = f"if (event.key.startsWith('Arrow')) {{ event.preventDefault(); {typed} }}"
    maps = []
    for number, (left, top, width, height) in enumerate(boxes):
        keyboard = (
            'tabindex="0" role="application" aria-label="Point in the code: arrow keys move it"'
            f' data-lm-suppress-shortcuts="true" onkeydown="{html.escape(keys)}"'
        )
        maps.append(
            f'<div class="ae-map" {keyboard if number == 0 else ""}'
            f' style="left:{left:.3f}%;top:{top:.3f}%;width:{width:.3f}%;height:{height:.3f}%"'
            f' onpointerdown="{html.escape(press)}" onpointermove="{drag}">'
            '<div class="ae-point"></div></div>'
        )
    return (
        f'{_STYLE}<div class="ae-stage"><img src="{source}" alt="{html.escape(alt)}">'
        f"{''.join(maps)}</div>"
    )
