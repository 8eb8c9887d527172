"""What all widgets share: a slider over a picture, and a static twin of it."""

from collections.abc import Callable, Sequence

from helpers.front_end import in_notebook
from helpers.plots import Figure


class Explorer:
    """A slider over a picture, with a static twin.

    Args:
        draw: state -> figure; called at each move.
        states: the states that the slider runs through, in order.
        label: what the slider changes, with its unit.
        start: the state shown first.
        twin: the static picture.
    """

    def __init__(
        self,
        draw: Callable[[int], Figure],
        states: Sequence[int],
        *,
        label: str,
        start: int,
        twin: Figure,
    ):
        self.draw = draw
        self.twin = twin
        self.states = list(states)
        self.label = label
        self.start = start

    def widget(self):
        """Build the live widget: the labelled slider above the picture."""
        import ipywidgets

        slider = ipywidgets.SelectionSlider(
            options=self.states,
            value=self.start,
            description=self.label,
            continuous_update=True,
            style={"description_width": "initial"},
            layout={"width": "90%"},
        )
        picture = ipywidgets.Image(value=self.draw(self.start).png(), format="png")

        def redraw(change):
            figure = self.draw(change["new"])
            picture.value = figure.png()

        slider.observe(redraw, names="value")
        return ipywidgets.VBox([slider, picture])

    def _repr_mimebundle_(self, include=None, exclude=None) -> tuple[dict, dict]:
        bundle, metadata = self.twin._repr_mimebundle_()
        if in_notebook():
            live = self.widget()._repr_mimebundle_()
            live = live[0] if isinstance(live, tuple) else live
            bundle = {**live, **bundle}
        return bundle, metadata
