"""Keep scikit-learn to one thread, where several would only wait for each other."""

from __future__ import annotations

import contextlib
from collections.abc import Iterator


@contextlib.contextmanager
def one_thread() -> Iterator[None]:
    """Let NumPy, SciPy and scikit-learn compute on one thread meanwhile.

    Their threads wait for each other actively. Where another program has one of the cores, as
    another notebook does, a run that takes 3 seconds on one thread takes up to 50 on two.
    TensorFlow has threads of its own, which go on as before.
    """
    from threadpoolctl import threadpool_limits

    with threadpool_limits(1):
        yield
