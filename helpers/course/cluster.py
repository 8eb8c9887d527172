"""Several machines: batches of work go to a dask.distributed scheduler."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from typing import Any

_ALLOWED_FAILURES = 5  # machines that one batch may lose before it counts as lost


class Cluster:
    """Hold the connection to a cluster whose machines have this course installed.

    Args:
        scheduler: its address, for example ``"tcp://host:8786"``.

    Raises:
        ValueError: dask.distributed is not installed, or nobody answers there.
    """

    def __init__(self, scheduler: str):
        try:
            from distributed import Client
        except ImportError:
            raise ValueError("--dask needs dask.distributed: pip install -e '.[cluster]'") from None
        try:
            self._client = Client(scheduler, timeout=10, set_as_default=False)
        except (OSError, ValueError, TypeError) as problem:
            raise ValueError(f"No scheduler answers at {scheduler!r}: {problem}") from None

    def each(
        self, function: Callable, calls: Iterable[tuple]
    ) -> Iterator[tuple[int, Callable[[], Any]]]:
        """Call a function on the cluster, and yield the calls as they come back.

        What a lost machine had is done by another one.

        Args:
            function: of a module that the machines have, too.
            calls: its arguments, one tuple per call.

        Yields:
            The number of a call, from 0 on, and a function that returns its result or raises what
            befell it.
        """
        from distributed import as_completed

        futures = {
            self._client.submit(function, *call, pure=False, retries=_ALLOWED_FAILURES): number
            for number, call in enumerate(calls)
        }
        for future in as_completed(futures, loop=self._client.loop):
            yield futures[future], future.result

    def close(self) -> None:
        """Leave the cluster as it was."""
        self._client.close()
