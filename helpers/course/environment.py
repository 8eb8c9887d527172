"""The environment of processes that the course starts: what they find, how answers are scored."""

from __future__ import annotations

import os

from helpers.course.places import ROOT

# Answers are scored on the same data, counts and device by a student's own count and by a grader.
SCORING = {
    "AE_DATA": "digits",
    "AE_PROFILE": "fast",
    "AE_QUIET": "1",
    "CUDA_VISIBLE_DEVICES": "-1",
    "MPLBACKEND": "agg",
}


def python_path() -> str:
    """Return a PYTHONPATH that finds this course first, then what this process's own one finds."""
    return os.pathsep.join(filter(None, (str(ROOT), os.environ.get("PYTHONPATH"))))
