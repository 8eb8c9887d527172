"""The two profiles: `full` is what a student runs, `fast` is what CI runs."""

import os
from typing import TypeVar

T = TypeVar("T")
NAMES = ("full", "fast")


def name() -> str:
    """Return the profile that AE_PROFILE names, `full` when it is not set.

    Raises:
        ValueError: AE_PROFILE is neither `full` nor `fast`.
    """
    profile = os.environ.get("AE_PROFILE") or "full"
    if profile not in NAMES:
        raise ValueError(f"AE_PROFILE must be one of {', '.join(NAMES)}. Received: {profile!r}")
    return profile


def pick(*, full: T, fast: T) -> T:
    """Return the value that belongs to the current profile: a count, never a choice of code."""
    return {"full": full, "fast": fast}[name()]
