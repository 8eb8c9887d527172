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


def main(arguments: list[str]) -> int:
    """Serve turns until stdin ends."""
    task = json.loads(arguments[0])
    answers = os.fdopen(os.dup(1), "w")
    os.dup2(2, 1)

    def answer(content: dict) -> None:
        answers.write(json.dumps(content) + "\n")
        answers.flush()

    if not task["contestant"].startswith("torch"):
        import tensorflow  # noqa: F401  (not within the warm-up, which all do in turn)
    dataset = data.load()
    images = dataset.train_vectors[: task["images"]]
    if len(images) < task["images"]:  # timing does not need new ones
        images = np.resize(images, (task["images"], 784))
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
