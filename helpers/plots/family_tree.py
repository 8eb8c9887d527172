"""The family tree of models that learn without labels, drawn from a nested table."""

from helpers.plots.figure import Figure, new_figure

# Branch -> branches or models; a model's text names the lessons in which the course meets it.
FAMILY = {
    "learning\nwithout labels": {
        "no probability": {
            "KMeans": "01, 06",
            "PCA": "02",
            "autoencoders": "03 to 09, 12",
            "sparse coding": "08, 13",
        },
        "probabilistic\n(generative)": {
            "explicit density\np(x) written down": {
                "tractable": {
                    "Gaussian, mixtures": "01, 06",
                    "fully observed belief nets": "",
                    "NADE": "",
                    "PixelRNN": "",
                },
                "not tractable": {
                    "variational autoencoders": "10",
                    "diffusion models": "11",
                    "Boltzmann machines": "",
                    "Helmholtz machines": "",
                },
            },
            "implicit density\nsamples only": {
                "adversarial networks": "10",
                "moment matching networks": "",
            },
        },
    }
}
_COLUMNS = (0.0, 2.1, 4.3, 6.4, 7.75)  # of the four levels of branches, and of the models


def show_family_tree(*, alt: str) -> Figure:
    """Draw the branches as boxes from left to right and the models as the leaves.

    Models that the course meets are filled markers with the numbers of their lessons; the others
    are hollow.
    """
    figure, axis = new_figure(alt, 4.4)
    (root,) = FAMILY
    rows = _draw_branch(axis, root, FAMILY[root], level=0, top=0)[1]
    axis.set(xlim=(-0.95, 10.9), ylim=(rows - 0.3, -0.7))
    axis.set_axis_off()
    return figure


def _draw_branch(axis, name: str, members: dict, level: int, top: int) -> tuple[float, int]:
    """Draw a branch below row ``top``; return its own height and the next free row."""
    heights, ends = [], []
    for member, inside in members.items():
        if isinstance(inside, dict):
            height, top = _draw_branch(axis, member, inside, level + 1, top)
            ends.append(_COLUMNS[level + 1])
        else:
            height, top = top, top + 1
            _draw_model(axis, member, inside, height)
            ends.append(_COLUMNS[-1])
        heights.append(height)
    middle = (heights[0] + heights[-1]) / 2
    for end, height in zip(ends, heights, strict=True):
        axis.plot(
            (_COLUMNS[level], _COLUMNS[level] + 1.05, _COLUMNS[level] + 1.05, end),
            (middle, middle, height, height),
            color="#888888",
            linewidth=1,
            zorder=0,
        )
    axis.text(
        _COLUMNS[level],
        middle,
        name,
        ha="center",
        va="center",
        size=9,
        bbox={"boxstyle": "round,pad=0.35", "facecolor": "#DCEBF7", "edgecolor": "#0072B2"},
    )
    return middle, top


def _draw_model(axis, name: str, lessons: str, row: int) -> None:
    met = bool(lessons)
    axis.plot(
        _COLUMNS[-1],
        row,
        marker="o",
        markersize=6,
        color="#0072B2",
        markerfacecolor="#0072B2" if met else "white",
    )
    text = f"{name}  ({lessons})" if met else name
    colour = "black" if met else "#555555"
    axis.text(_COLUMNS[-1] + 0.2, row, text, va="center", size=9.5, color=colour)
