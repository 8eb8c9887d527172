"""Grade on several machines: batches of jobs go to a dask.distributed scheduler."""

from __future__ import annotations

import json
import threading
from collections.abc import Iterable, Iterator

from helpers.course import cluster
from helpers.grading.pool import Worker, ask_twice

_BATCH = 4
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
        self._cluster = cluster.Cluster(scheduler)
        self._settings = json.dumps(settings)

    def grade(self, jobs: Iterable[dict]) -> Iterator[tuple[dict, dict]]:
        """Yield ``(job, result)`` as batches come back; a lost machine's batches run elsewhere."""
        jobs = list(jobs)
        batches = [jobs[start : start + _BATCH] for start in range(0, len(jobs), _BATCH)]
        calls = [(self._settings, json.dumps(batch).encode()) for batch in batches]
        for number, result in self._cluster.each(grade_batch, calls):
            try:
                results = json.loads(result())
            except Exception as problem:  # whatever befell a machine is not a student's fault
                why = f"no machine of the cluster brought it back: {type(problem).__name__}"
                results = [{"problem": why}] * len(batches[number])
            yield from zip(batches[number], results, strict=True)

    def close(self) -> None:
        """Leave the cluster as it was."""
        self._cluster.close()


def grade_batch(settings: str, batch: bytes) -> bytes:
    """Grade a batch on this machine, in a scorer's process of this thread's own."""
    place = (settings, threading.get_ident())
    with _lock:
        worker = _workers.setdefault(place, Worker(json.loads(settings)))
    return json.dumps([ask_twice(worker, job) for job in json.loads(batch)]).encode()
