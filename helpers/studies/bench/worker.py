"""One contestant in its own process: python -m helpers.studies.bench.worker TASK, a JSON object.

It answers on stdout, a line of JSON each time: once when everything is imported, then for every
line that it reads. The first of these is the warm-up, with all that is compiled, the others turns.
Whatever else prints, prints on stderr.
"""

from __future__ import annotations

import json
import os
import sys

import numpy as np

from helpers import data
from helpers.course import about
from helpers.studies.bench.contestants import BUILDERS
from helpers.studies.bench.nets import net_of


def main(arguments: list[str]) -> int:
    """Serve turns until stdin ends."""
    task = json.loads(arguments[0])
    answers = os.fdopen(os.dup(1), "w")
    os.dup2(2, 1)

    def answer(content: dict) -> None:
        answers.write(json.dumps(content) + "\n")
        answers.flush()

    if not task["contestant"].startswith(("torch", "jax")):
        import tensorflow  # noqa: F401  (not within the warm-up, which all do in turn)
    dataset = data.load()
    images = shifted_copies(dataset.train_vectors, task["images"])
    images = images.reshape(-1, *net_of(task).shape)
    answer({"data": dataset.name, "device": about.device()})
    turn = None
    for _ in sys.stdin:
        if turn is None:
            turn = BUILDERS[task["contestant"]](images, task)
            if task["contestant"] == "quality":  # its start-up is measured, not hidden
                answer({})
                continue
        answer({**turn(), "peak_bytes": peak_bytes()})
    return 0


def shifted_copies(images: np.ndarray, count: int) -> np.ndarray:
    """Return so many vectors (count, 784): the images, then all of them shifted, then further.

    Copy k is shifted by k % 28 pixels to the right and k // 28 down; what leaves an image comes in
    again on the other side.
    """
    if count <= len(images):
        return images[:count]
    result = np.empty((count, 784), images.dtype)
    for k, first in enumerate(range(0, count, len(images))):
        part = images[: count - first].reshape(-1, 28, 28)
        part = np.roll(part, (k // 28, k % 28), axis=(1, 2))
        result[first : first + len(part)] = part.reshape(-1, 784)
    return result


def peak_bytes() -> int | None:
    """Return the most memory that this process ever held, None where that is not known."""
    try:
        import resource
    except ImportError:  # Windows
        return None
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return peak if sys.platform == "darwin" else peak * 1024


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
