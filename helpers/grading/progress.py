"""How far grading is and how long it still takes."""

from __future__ import annotations

from typing import TextIO

from tqdm import tqdm

from helpers.course import progress
from helpers.course.audience import is_watched


class Progress:
    """Write progress: in place on a terminal, else a line for each tenth."""

    def __init__(self, stream: TextIO):
        self._stream = stream
        self._bar: tqdm | None = None

    def __call__(self, done: int, total: int, seconds: float) -> None:
        """Report ``done`` of ``total`` submissions; those of the first call tell no speed."""
        if self._bar is None:
            self._bar = progress.bar(
                total,
                shown=is_watched() and self._stream.isatty(),
                lines=True,
                initial=done,
                unit=" submissions",
                smoothing=0,
                file=self._stream,
            )
        self._bar.update(done - self._bar.n)
        if done == total:
            self._bar.close()
