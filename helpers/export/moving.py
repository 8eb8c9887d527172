"""The latent explorer of an exported page: a grid of decoded images, and a little script."""

import base64
import json

from helpers.widgets.stage import stage

# Between the decoded images of the grid, the script blends the four nearest.
SCRIPT = """\
for (const section of document.querySelectorAll('.ae-explorer')) {
  const data = JSON.parse(section.querySelector('script').textContent);
  const sliders = section.querySelectorAll('input');
  const readouts = section.querySelectorAll('output');
  const points = section.querySelectorAll('.ae-point');
  const canvas = section.querySelector('canvas'), words = section.querySelector('[role=status]');
  const clamp = (value, low, high) => Math.min(high, Math.max(low, value));
  const picture = new Image();
  let grey, side;

  function decoded(x, y) {
    const last = data.size - 1, columns = data.size * side;
    const column = clamp(x * data.size - 0.5, 0, last);
    const row = clamp((1 - y) * data.size - 0.5, 0, last);
    const left = Math.min(Math.floor(column), last - 1), top = Math.min(Math.floor(row), last - 1);
    const right = column - left, down = row - top;
    const image = new ImageData(side, side);
    for (let i = 0; i < side * side; i++) {
      const at = (dx, dy) => grey[4 * (((top + dy) * side + Math.floor(i / side)) * columns
        + (left + dx) * side + i % side)];
      const value = (1 - down) * ((1 - right) * at(0, 0) + right * at(1, 0))
        + down * ((1 - right) * at(0, 1) + right * at(1, 1));
      image.data.set([value, value, value, 255], 4 * i);
    }
    return image;
  }

  function draw() {
    const code = [0, 1].map(unit => Number(sliders[unit].value));
    const [x, y] = code.map((value, unit) =>
      (value - data.low[unit]) / (data.high[unit] - data.low[unit]));
    for (const point of points) {
      point.style.left = 100 * x + '%';
      point.style.top = 100 - 100 * y + '%';
    }
    const said = code.map(value => value.toFixed(2).replace('-', '\\u2212'));
    said.forEach((value, unit) => { readouts[unit].textContent = value; });
    canvas.getContext('2d').putImageData(decoded(x, y), 0, 0);
    words.textContent = `Code (${said.join(', ')}), decoded.`;
    canvas.setAttribute('aria-label', words.textContent);
  }

  section.go = (x, y) => {
    [x, y].forEach((share, unit) => {
      sliders[unit].value = data.low[unit] + share * (data.high[unit] - data.low[unit]); });
    draw();
  };
  section.step = key => {
    const unit = key === 'ArrowLeft' || key === 'ArrowRight' ? 0 : 1;
    const sign = key === 'ArrowRight' || key === 'ArrowUp' ? 1 : -1;
    sliders[unit].value = Number(sliders[unit].value)
      + sign * (data.high[unit] - data.low[unit]) / 50;
    draw();
  };
  for (const slider of sliders) slider.addEventListener('input', draw);
  picture.onload = () => {
    const whole = document.createElement('canvas');
    whole.width = picture.width; whole.height = picture.height;
    const context = whole.getContext('2d');
    context.drawImage(picture, 0, 0);
    grey = context.getImageData(0, 0, whole.width, whole.height).data;
    side = canvas.width = canvas.height = picture.width / data.size;
    section.querySelector('.ae-controls').hidden = false;
    draw();
  };
  picture.src = data.grid;
}
"""


def moving(png: str, alt: str, data: dict) -> str:
    """Return the explorer as HTML; without the script, it is its static twin.

    Args:
        png: the standing plot, base64.
        alt: its text alternative.
        data: what ``LatentExplorer.page_data`` saved with the output.
    """
    sliders = "".join(
        f'<label>code, {name} unit <input type="range" step="any" min="{low}" max="{high}" '
        f'value="{(low + high) / 2}"> <output></output></label>'
        for name, low, high in zip(("first", "second"), data["low"], data["high"], strict=True)
    )
    picture = stage(
        base64.b64decode(png),
        alt,
        data["boxes"],
        pressed="this.closest('.ae-explorer').go(x, y)",
        typed="this.closest('.ae-explorer').step(event.key)",
    )
    values = json.dumps(data).replace("<", "\\u003c")
    return (
        f'<div class="ae-explorer">{picture}<div class="ae-controls" hidden>'
        '<canvas role="img" aria-label="decoded image"></canvas>'
        f'<div>{sliders}<p role="status"></p></div></div>'
        f'<script type="application/json">{values}</script></div>'
    )
