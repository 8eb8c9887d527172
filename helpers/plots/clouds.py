"""Pictures of the normal distributions that a variational encoder returns: ellipses on a map."""

from collections.abc import Mapping

import numpy as np
from matplotlib.patches import Circle, Ellipse

from helpers.plots.figure import DIGIT_COLOURS, WIDTH, Figure, new_figure
from helpers.plots.maps import draw_map

Clouds = tuple[np.ndarray, np.ndarray, np.ndarray]


def show_clouds(
    panels: Mapping[str, Clouds], *, alt: str, deviations: float = 1.0, half_side: float = 4.0
) -> Figure:
    """Draw each image's distribution q(z | x) as an ellipse, in panels of one scale side by side.

    A dashed circle, as many deviations wide, stands for the prior N(0, I) in each panel.

    Args:
        panels: title -> (means (n, 2), log variances (n, 2), digits (n,)).
        alt: text alternative, one line.
        deviations: half-axes of the ellipses, in standard deviations.
        half_side: the panels reach from minus this to this in both numbers.

    Raises:
        ValueError: means and log variances of different shapes, or not of two numbers.
    """
    height = min(5.0, WIDTH / len(panels) + 1.0)
    figure, axes = new_figure(alt, height, 1, len(panels), squeeze=False)
    for axis, (title, (means, log_variances, labels)) in zip(axes[0], panels.items(), strict=True):
        means, log_variances = np.asarray(means, float), np.asarray(log_variances, float)
        if means.shape != log_variances.shape or means.ndim != 2 or means.shape[1] != 2:
            raise ValueError(
                "means and log variances both have shape (n, 2). "
                f"Received: {means.shape} and {log_variances.shape}"
            )
        widths = 2 * deviations * np.exp(log_variances / 2)
        for centre, (width, height), digit in zip(means, widths, labels, strict=True):
            colour = DIGIT_COLOURS[int(digit) % 10]
            axis.add_patch(
                Ellipse(centre, width, height, alpha=0.45, zorder=2, color=colour, linewidth=0.8)
            )
        draw_map(axis, means, np.asarray(labels), size=7)
        axis.add_patch(
            Circle((0, 0), deviations, fill=False, color="#444444", linestyle="--", zorder=4)
        )
        side = (-half_side, half_side)
        axis.set(title=title, xlim=side, ylim=side, aspect="equal", xlabel="first latent variable")
    axes[0, 0].set_ylabel("second latent variable")
    handles: dict[str, object] = {}
    for axis in axes[0]:
        handles |= {
            name: handle
            for handle, name in zip(*axis.get_legend_handles_labels(), strict=True)
            if name not in handles
        }
    figure.legend(
        [handles[name] for name in sorted(handles)],
        sorted(handles),
        title="digit",
        loc="outside lower center",
        ncols=len(handles),
        markerscale=2,
        handletextpad=0.1,
        columnspacing=0.9,
    )
    return figure
