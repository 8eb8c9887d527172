"""What other training images do to an error of the table."""

from __future__ import annotations

import numpy as np


def redrawn(name: str, draws: int, counts: tuple[int, int, int] | None = None) -> np.ndarray:
    """Return the errors of SVM-rbf on a data set of shapes whose training images are drawn anew.

    Each time the machine's two numbers are chosen on the validation images, drawn anew as well, and
    the error is measured on the table's test images.

    Args:
        name: "rect", "rect-img" or "convex".
        draws: how often, at least 1.
        counts: training, validation and test images; as published when None.

    Returns:
        Errors in percent, (draws,).

    Raises:
        ValueError: another name, or no draw.
    """
    from helpers.measures.labels import error_percent
    from helpers.studies.vincent import datasets, shapes, svm, systems

    if draws < 1 or name not in shapes.NAMES:
        raise ValueError(
            f"redrawn takes one of {', '.join(shapes.NAMES)} and at least one draw. "
            f"Received: {name!r} and {draws}"
        )
    (setting,) = systems.settings("SVM-rbf", "sgd")
    problem, errors = datasets.load(name, counts), []
    for number in range(1, draws + 1):
        drawn = datasets.redraw(problem, number)
        predict, _ = svm.fit("rbf", drawn, setting)
        errors.append(error_percent(predict(drawn.test.images), drawn.test.labels))
    return np.array(errors)
