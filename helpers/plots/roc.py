"""The ROC curve: what a score finds, against what it raises a false alarm for."""

from collections.abc import Mapping

import numpy as np

from helpers.plots.figure import LINE_COLOURS, Figure, new_figure


def roc_points(scores, is_anomaly) -> tuple[np.ndarray, np.ndarray]:
    """Return the corners of a ROC curve, one for each threshold, from (0, 0) to (1, 1).

    Args:
        scores: (n,), higher for images that look more like anomalies.
        is_anomaly: (n,), true for anomalies; at least one of each kind.

    Returns:
        ``alarms`` and ``found``: the shares of the normal images and of the anomalies whose score
        is at or above the threshold, thresholds falling; equal scores make one corner.

    Raises:
        ValueError: scores and anomalies differ in number, or all images are of one kind.
    """
    scores, is_anomaly = np.asarray(scores, float), np.asarray(is_anomaly, bool)
    kinds = int(is_anomaly.sum()), int((~is_anomaly).sum())
    if scores.shape != is_anomaly.shape or scores.ndim != 1 or not all(kinds):
        raise ValueError(
            "a ROC curve takes one score per image, of anomalies and of normal images. "
            f"Received: scores of shape {scores.shape}, {kinds[0]} anomalies of {is_anomaly.size}"
        )
    order = np.argsort(-scores, kind="stable")
    last = np.flatnonzero(np.append(np.diff(scores[order]) != 0, True))
    found = np.cumsum(is_anomaly[order])[last] / kinds[0]
    alarms = np.cumsum(~is_anomaly[order])[last] / kinds[1]
    return np.append(0, alarms), np.append(0, found)


def show_roc(
    curves: Mapping[str, tuple[np.ndarray, np.ndarray]],
    *,
    alt: str,
    marks: Mapping[str, tuple[float, float]] | None = None,
) -> Figure:
    """Draw ROC curves on one pair of axes, with the diagonal of a score that knows nothing.

    Args:
        curves: name -> (scores (n,), is_anomaly (n,)); up to seven.
        alt: text alternative, one line.
        marks: name of a curve -> (share of false alarms, share found) of one threshold.

    Raises:
        ValueError: what ``roc_points`` refuses, or a mark for no curve.
    """
    marks = marks or {}
    unknown = set(marks) - set(curves)
    if unknown:
        raise ValueError(f"a mark stands on a curve of that name. Received: {sorted(unknown)}")
    figure, axis = new_figure(alt, 4.6)
    axis.plot((0, 1), (0, 1), color="#444444", linestyle=":", linewidth=1.2, label="chance")
    for position, (name, (scores, is_anomaly)) in enumerate(curves.items()):
        colour = LINE_COLOURS[position]
        axis.plot(*roc_points(scores, is_anomaly), color=colour, label=name)
        if name in marks:
            axis.plot(*marks[name], "o", color=colour, markersize=8, markeredgecolor="white")
    axis.set(
        xlabel="normal images reported (false alarms)",
        ylabel="anomalies found",
        xlim=(-0.01, 1.01),
        ylim=(-0.01, 1.01),
        aspect="equal",
    )
    for one in (axis.xaxis, axis.yaxis):
        one.set_major_formatter(lambda value, _: f"{value:.0%}")
    axis.legend(loc="center left", bbox_to_anchor=(1.02, 0.5))
    return figure
