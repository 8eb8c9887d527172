"""Read the author's long run of the 784-1000-500-250-30 net, kept in data/."""

from __future__ import annotations

import json

from helpers.results.figures import DATA

LONG_RUN_FILE = DATA / "long_run_code30.json"


def long_run() -> dict:
    """Return the curves of `python -m helpers long-run`, made once on MNIST.

    Returns:
        ``plain_train``, ``plain_test``, ``shifted_train`` and ``shifted_test``: lists of SSE/image,
        one number per epoch, where train is the mean met during the epoch; ``seconds``, of both
        runs together; ``command``, ``machine`` and ``versions``.

    Raises:
        FileNotFoundError: helpers/results/data/long_run_code30.json is not there.
    """
    return json.loads(LONG_RUN_FILE.read_text(encoding="utf-8"))
