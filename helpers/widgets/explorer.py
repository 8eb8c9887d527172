"""What all widgets share: controls over a picture, and a static twin of it."""

import base64
import contextlib
import html
import struct
from collections.abc import Callable, Hashable, Sequence
from dataclasses import dataclass
from typing import Any

from helpers.course.audience import in_notebook
from helpers.plots import Figure
from helpers.plots.figure import DPI, WIDTH
from helpers.widgets.frames import FRAMES, frames
from helpers.widgets.scene import Scene

# ipywidgets names the handles of its sliders for eyes only; a screen reader needs the same
# words. The picture is a single transparent pixel, there for the sake of its event.
_NAME_THE_HANDLES = (
    "setTimeout(() => this.closest('.ae-explorer').querySelectorAll('.widget-slider').forEach("
    "slider => { const handle = slider.querySelector('[role=slider]');"
    " handle.setAttribute('aria-label', slider.querySelector('label').textContent);"
    " handle.setAttribute('aria-valuetext', slider.querySelector('.widget-readout').textContent);"
    " }), 200)"
)
# The arrow of ipywidgets' list is a black picture, which the dark theme swallows; the browser's
# own takes the colour of the text.
_STYLE = "<style>.ae-explorer select { appearance: auto; background-image: none }</style>"
_PIXEL = "data:image/gif;base64,R0lGODlhAQABAIAAAAAAAP///yH5BAEAAAAALAAAAAABAAEAAAIBRAA7"

WIDGET_VIEW = "application/vnd.jupyter.widget-view+json"

# As wide as a picture, where there is room.
FULL_WIDTH = {"width": "auto", "max_width": f"{int(WIDTH * DPI)}px"}

# The widget shown last, by text alternative: ipywidgets would keep every widget of a cell
# that is run again and again, each with its picture.
_shown: dict[str, Any] = {}


@dataclass(frozen=True)
class Control:
    """One control: what it changes, with its unit, the states it runs through, and the first.

    Args:
        label: what it changes.
        states: in order; text makes a list to choose from, anything else a slider.
        start: the state shown first.
    """

    label: str
    states: Sequence[Hashable]
    start: Hashable

    def widget(self, look: dict):
        """Build the ipywidgets control; ``look`` is what ``aligned`` returns."""
        import ipywidgets

        kind = ipywidgets.SelectionSlider
        if isinstance(self.start, str):
            kind = ipywidgets.Dropdown
        return kind(
            options=[(_words(state), state) for state in self.states],
            value=self.start,
            description=self.label,
            **look,
        )

    def described(self) -> dict:
        """Return the control as JSON, for a page that has no kernel."""
        return {
            "label": self.label,
            "states": [_words(state) for state in self.states],
            "start": list(self.states).index(self.start),
            "list": isinstance(self.start, str),
        }


class Interactive:
    """A live widget where there is a front end, and everywhere its static twin.

    Args:
        twin: the static picture.
    """

    def __init__(self, twin: Figure):
        self.twin = twin
        self._box: Any = None

    def widget(self):
        """Return the live widget; displayed twice, it is one widget with two views."""
        if self._box is None:
            self._box = self._build()
            self._box.add_class("ae-explorer")
            close(_shown.get(self.twin.alt))
            _shown[self.twin.alt] = self._box
        return self._box

    def _build(self):
        raise NotImplementedError

    def _repr_mimebundle_(self, include=None, exclude=None) -> tuple[dict, dict]:
        bundle, metadata = self.twin._repr_mimebundle_()
        if in_notebook():
            bundle = {**self._live(), **bundle}
        return bundle, metadata

    def _live(self) -> dict:
        """Return what shows the widget live; nothing where it cannot be, so that the twin does."""
        # A front end's own packages raise whatever they like, and a lesson goes on without them.
        with contextlib.suppress(Exception):
            widget = self.widget()
            if hasattr(widget, "_repr_mimebundle_"):
                live = widget._repr_mimebundle_()
                return live[0] if isinstance(live, tuple) else live
            # ipywidgets 7, which hosted notebooks have, displays itself; this is what it sends.
            view = {"version_major": 2, "version_minor": 0, "model_id": widget.model_id}
            return {WIDGET_VIEW: view}
        return {}


class Explorer(Interactive):
    """Labelled controls over a picture, and below it what it shows in words.

    The front end holds moves back while the kernel is busy and then sends only the newest, so
    that pictures never queue up; a state that is shown already is not drawn again.

    Args:
        twin: the static picture.
        controls: from top to bottom.
        scene: builds the moving picture, whose ``show`` takes a state of each control.
        page: the controls and the scene of a page without a kernel, which carries a picture of
            every state; where left out, these ones.
    """

    def __init__(
        self,
        twin: Figure,
        controls: Sequence[Control],
        scene: Callable[[], Scene],
        *,
        page: tuple[Sequence[Control], Callable[[], Scene]] | None = None,
    ):
        super().__init__(twin)
        self.controls = tuple(controls)
        self._new_scene = scene
        self._page = page or (self.controls, scene)

    def page_data(self) -> dict | None:
        """Return what a page needs to move without a kernel, as ``frames`` says."""
        controls, scene = self._page
        return frames(scene(), controls)

    def _repr_mimebundle_(self, include=None, exclude=None) -> tuple[dict, dict]:
        bundle, metadata = super()._repr_mimebundle_(include, exclude)
        data = self.page_data()
        return (bundle | {FRAMES: data} if data else bundle), metadata

    def _build(self):
        import ipywidgets

        look = aligned([control.label for control in self.controls])
        controls = [control.widget(look) for control in self.controls]
        picture, words = ipywidgets.HTML(), ipywidgets.HTML()
        scene = self._new_scene()

        def redraw(change=None):
            png, sentence = scene.show(*(control.value for control in controls))
            picture.value, words.value = shown(png, sentence), status(sentence)

        redraw()
        for control in controls:
            control.observe(redraw, names="value")
        return ipywidgets.VBox([*controls, picture, words])


def aligned(labels: Sequence[str]) -> dict:
    """Return what makes ipywidgets controls as wide as a picture, their tracks in one column.

    Args:
        labels: of all the controls that stand below one another.
    """
    return {
        "style": {"description_width": f"{max(map(len, labels)) + 1}ch"},
        "layout": FULL_WIDTH,
    }


def shown(png: bytes, alt: str) -> str:
    """Return a picture as HTML: ipywidgets' own Image cannot carry a text alternative.

    Args:
        png: as ``scene.to_png`` makes it.
        alt: its text alternative.
    """
    width, height = struct.unpack(">II", png[16:24])
    return (
        f'<img src="data:image/png;base64,{base64.b64encode(png).decode()}" '
        f'alt="{html.escape(alt)}" width="{width}" height="{height}" decoding="sync" '
        'style="display: block; max-width: 100%; height: auto">'
    )


def status(sentence: str) -> str:
    """Return a sentence as HTML that a screen reader reads out when it changes."""
    return (
        f'<div role="status">{html.escape(sentence)}</div>{_STYLE}'
        f'<img src="{_PIXEL}" alt="" style="position: absolute" onload="{_NAME_THE_HANDLES}">'
    )


def close(box) -> None:
    """Close a widget and all that it is made of; without that, ipywidgets keeps them."""
    if box is None:
        return
    for child in getattr(box, "children", ()):
        close(child)
    for part in (getattr(box, "style", None), box.layout, box):
        if part is not None:
            part.unobserve_all()
            part.close()


def _words(state: Hashable) -> str:
    return state.replace("_", " ") if isinstance(state, str) else f"{state:g}"
