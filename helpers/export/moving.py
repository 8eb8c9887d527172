"""What moves on a page without a kernel: pictures of many states, and a little script."""

import base64
import html
import json

from helpers.widgets.frames import FRAMES
from helpers.widgets.latent import LATENT
from helpers.widgets.stage import stage

# Between the decoded images of the grid, the script blends the four nearest.
_LATENT_SCRIPT = """\
for (const section of document.querySelectorAll('.ae-latent')) {
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

# Every state has its lines of the one picture; what all states share stands above them.
_FRAMES_SCRIPT = """\
for (const section of document.querySelectorAll('.ae-frames')) {
  const data = JSON.parse(section.querySelector('script').textContent);
  const controls = [...section.querySelectorAll('input, select')];
  const canvas = section.querySelector('canvas'), words = section.querySelector('[role=status]');
  const picture = new Image();

  function draw() {
    let state = 0;
    controls.forEach((control, number) => {
      const {states} = data.controls[number], place = Number(control.value);
      state = state * states.length + place;
      if (control.type !== 'range') return;
      control.setAttribute('aria-valuetext', states[place]);
      control.parentElement.querySelector('output').textContent = states[place];
    });
    const context = canvas.getContext('2d'), {width} = picture, {still, height} = data;
    context.drawImage(picture, 0, 0, width, still, 0, 0, width, still);
    context.drawImage(picture, 0, still + state * height, width, height, 0, still, width, height);
    words.textContent = data.words[state];
    canvas.setAttribute('aria-label', words.textContent);
  }

  for (const control of controls) control.addEventListener('input', draw);
  picture.onload = () => {
    canvas.width = picture.width; canvas.height = data.still + data.height;
    section.querySelector('.ae-controls').hidden = false;
    draw();
  };
  picture.src = data.picture;
}
"""
SCRIPT = _LATENT_SCRIPT + _FRAMES_SCRIPT

CSS = """\
.ae-controls { display: flex; flex-wrap: wrap; gap: 24px; align-items: center; margin: 12px 0; }
.ae-controls[hidden] { display: none; }
.ae-latent canvas { width: 224px; height: 224px; }
.ae-latent .ae-controls > div { flex: 1 1 300px; }
.ae-controls canvas { image-rendering: pixelated; border: 1px solid #888888; background: #FFFFFF; }
.ae-controls label { display: grid; grid-template-columns: 10em minmax(60px, 260px) 3em;
  gap: 8px; align-items: center; margin: 8px 0; }
.ae-controls input, .ae-controls select { width: 100%; margin: 0; }
.ae-frames .ae-controls { display: block; }
.ae-rows { display: flex; gap: 8px; }
.ae-rows canvas { flex: 1; min-width: 0; max-width: 640px; }
.ae-names { display: grid; grid-auto-rows: 1fr; align-items: center; text-align: right; }
@media print { .ae-controls { display: none; } }
"""


def moves(data: dict) -> bool:
    """Return whether a page can move an output, by its data of each type."""
    return "image/png" in data and (LATENT in data or FRAMES in data)


def moving(data: dict, alt: str) -> str:
    """Return an output that moves as HTML; without the script, it is its static twin.

    Args:
        data: of the output, by type; ``moves`` says that it can.
        alt: text alternative of its picture.
    """
    png = "".join(data["image/png"].split())
    return _latent(png, alt, data[LATENT]) if LATENT in data else _frames(png, alt, data[FRAMES])


def _latent(png: str, alt: str, data: dict) -> str:
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
    return (
        f'<div class="ae-explorer ae-latent">{picture}<div class="ae-controls" hidden>'
        '<canvas role="img" aria-label="decoded image"></canvas>'
        f'<div>{sliders}<p role="status"></p></div></div>{_embedded(data)}</div>'
    )


def _frames(png: str, alt: str, data: dict) -> str:
    controls = "".join(map(_control, data["controls"]))
    names = "".join(f"<span>{html.escape(name)}</span>" for name in data["rows"])
    return (
        f'<div class="ae-explorer ae-frames"><img src="data:image/png;base64,{png}" '
        f'alt="{html.escape(alt)}"><div class="ae-controls" hidden>{controls}'
        f'<div class="ae-rows"><div class="ae-names" aria-hidden="true">{names}</div>'
        '<canvas role="img" aria-label="rows of images"></canvas></div>'
        f'<p role="status"></p></div>{_embedded(data)}</div>'
    )


def _control(control: dict) -> str:
    label, states = html.escape(control["label"]), control["states"]
    if control["list"]:
        options = "".join(
            f'<option value="{place}"{" selected" if place == control["start"] else ""}>'
            f"{html.escape(state)}</option>"
            for place, state in enumerate(states)
        )
        return f"<label>{label} <select>{options}</select></label>"
    return (
        f'<label>{label} <input type="range" min="0" max="{len(states) - 1}" '
        f'value="{control["start"]}"> <output></output></label>'
    )


def _embedded(data: dict) -> str:
    values = json.dumps(data).replace("<", "\\u003c")
    return f'<script type="application/json">{values}</script>'
