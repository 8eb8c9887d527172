"""One line that says how far grading is and how long it still takes."""

from __future__ import annotations

from typing import TextIO


class Progress:
    """Write progress: in place on a terminal, else a line for each tenth."""

    def __init__(self, stream: TextIO):
        self._stream = stream
        self._live = stream.isatty()
        self._tenth = -1
        self._before = 0

    def __call__(self, done: int, total: int, seconds: float) -> None:
        """Report ``done`` of ``total`` submissions after ``seconds``."""
        if seconds == 0.0:
            self._before = done  # what was known already tells nothing about the speed
        run = done - self._before
        left = f", {_words(seconds / run * (total - done))} left" if run and done < total else ""
        line = f"{done} of {total} submissions{left}"
        if self._live:
            self._stream.write(f"\r{line:<60}" + ("\n" if done == total else ""))
        elif done * 10 // max(total, 1) > self._tenth:
            self._tenth = done * 10 // max(total, 1)
            self._stream.write(f"{line}\n")
        self._stream.flush()


def _words(seconds: float) -> str:
    return f"{seconds:.0f} s" if seconds < 90 else f"{seconds / 60:.0f} min"
