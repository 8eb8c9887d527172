"""Grade on several machines: batches of jobs go to a dask.distributed scheduler."""

from __future__ import annotations

import json
import threading
from collections.abc import Iterable, Iterator

from helpers.grading.pool import Worker, ask_twice

_BATCH = 4
_ALLOWED_FAILURES = 5
_workers: dict[tuple[str, int], Worker] = {}
_lock = threading.Lock()


class Cluster:
    """Grade jobs on a cluster whose machines have this course installed.

    Args:
        settings: for the workers: ``level``, ``limits``, ``lessons``.
        scheduler: its address, for example ``"tcp://host:8786"``.

    Raises:
        ValueError: dask.distributed is not installed, or nobody answers there.
    """

    def __init__(self, settings: dict, scheduler: str):
        try:
            from distributed import Client
        except ImportError:
            raise ValueError("--dask needs dask.distributed: pip install -e '.[cluster]'") from None
        try:
            self._client = Client(scheduler, timeout=10, set_as_default=False)
        except (OSError, ValueError, TypeError) as problem:
            raise ValueError(f"No scheduler answers at {scheduler!r}: {problem}") from None
        self._settings = json.dumps(settings)

    def grade(self, jobs: Iterable[dict]) -> Iterator[tuple[dict, dict]]:
        """Yield ``(job, result)`` as batches come back; a lost machine's batches run elsewhere."""
        from distributed import as_completed

        jobs = list(jobs)
        batches = [jobs[start : start + _BATCH] for start in range(0, len(jobs), _BATCH)]
        futures = {
            self._client.submit(
                grade_batch,
                self._settings,
                json.dumps(batch).encode(),
                pure=False,
                retries=_ALLOWED_FAILURES,
            ): batch
            for batch in batches
        }
        for future in as_completed(futures, loop=self._client.loop):
            try:
                results = json.loads(future.result())
            except Exception as problem:  # whatever befell a machine is not a student's fault
                why = f"no machine of the cluster brought it back: {type(problem).__name__}"
                results = [{"problem": why}] * len(futures[future])
            yield from zip(futures[future], results, strict=True)

    def close(self) -> None:
        """Leave the cluster as it was."""
        self._client.close()


def grade_batch(settings: str, batch: bytes) -> bytes:
    """Grade a batch on this machine, in a scorer's process of this thread's own."""
    place = (settings, threading.get_ident())
    with _lock:
        worker = _workers.setdefault(place, Worker(json.loads(settings)))
    return json.dumps([ask_twice(worker, job) for job in json.loads(batch)]).encode()
