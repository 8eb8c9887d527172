"""Download a data set from its mirrors: verified, all or nothing, within a time limit."""

import contextlib
import errno
import os
import threading
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any, TypeVar
from urllib.parse import urlsplit

import numpy as np

from helpers.course.locks import lock
from helpers.data.files import GUIDE, Arrays, read_verified
from helpers.data.sources import IDX_FILES, DataRefused, DataUnavailable, Spec
from helpers.data.transfer import (
    Clock,
    OutOfTime,
    TransferFailed,
    bring,
    growing_path,
    whole_path,
)

T = TypeVar("T")
TOTAL_SECONDS = 600.0
POLL_SECONDS = 0.2
OTHERWISE = (
    f"place the files by hand ({GUIDE} says where), or work with the embedded digits, "
    "which need no download"
)


def _in_time(work: Callable[[], T], clock: Clock) -> T:
    """Run work in a thread, because a name look-up can hang and takes no time limit itself."""
    results: list[T] = []
    errors: list[Exception] = []

    def run() -> None:
        try:
            results.append(work())
        except Exception as error:
            errors.append(error)

    thread = threading.Thread(target=run, daemon=True)
    thread.start()
    try:
        thread.join(min(clock.seconds, threading.TIMEOUT_MAX))
    finally:
        clock.stop()
    if errors:
        raise errors[0]
    if not results:
        raise OutOfTime
    return results[0]


@contextlib.contextmanager
def _alone(path: Path, clock: Clock) -> Iterator[None]:
    """Hold a lock file, so that of two processes one downloads and the other finds it done."""
    with path.open("ab") as file:
        while not lock(file):
            clock.sleep(POLL_SECONDS)
        yield


def _remove_parts(spec: Spec, folder: Path) -> None:
    for part in folder.glob(f"{spec.name}.*.part"):
        part.unlink(missing_ok=True)


@contextlib.contextmanager
def _disk(spec: Spec, folder: Path) -> Iterator[None]:
    """Turn a failure to write into a message, and give the space back."""
    try:
        yield
    except DataUnavailable:
        raise
    except OSError as error:
        with contextlib.suppress(OSError):
            _remove_parts(spec, folder)
        advice = f"Make the data folder writable and try again, or {OTHERWISE}"
        if error.errno in (errno.ENOSPC, errno.EDQUOT):
            advice = f"Free some space (100 MB will do) and try again, or {OTHERWISE}"
        reason = error.strerror or type(error).__name__
        raise DataUnavailable(f"{spec.title} could not be stored: {reason}. {advice}.") from error


def _install(wholes: tuple[Path, ...], arrays: Arrays, target: Path) -> None:
    """Put verified arrays under their final name, in one step."""
    if len(wholes) == 1:
        os.replace(wholes[0], target)
        return
    new = target.with_suffix(".new.part")
    named: dict[str, Any] = {**arrays}
    with new.open("wb") as file:
        np.savez_compressed(file, **named)
        file.flush()
        os.fsync(file.fileno())
    os.replace(new, target)


def _from_mirror(mirror: str, spec: Spec, target: Path, clock: Clock, quiet: bool) -> Arrays:
    """Bring, verify and install a data set from one mirror; start over if a resumed file is bad."""
    urls = [mirror]
    if mirror.endswith("/"):
        urls = [f"{mirror}{name}.gz" for name in IDX_FILES.values()]
    wholes = tuple(whole_path(url, target.parent, spec.name) for url in urls)
    resumed = any(path.exists() or growing_path(path).exists() for path in wholes)
    for url, whole in zip(urls, wholes, strict=True):
        bring(url, whole, spec.largest, clock, quiet=quiet)
    try:
        arrays = read_verified(wholes, spec)
    except DataRefused as refusal:
        for whole in wholes:
            whole.unlink()
        if resumed:
            return _from_mirror(mirror, spec, target, clock, quiet)
        raise TransferFailed(f"sent something else ({refusal})") from refusal
    _install(wholes, arrays, target)
    _remove_parts(spec, target.parent)
    return arrays


def _from_any_mirror(spec: Spec, target: Path, clock: Clock, quiet: bool) -> Arrays:
    """Try the mirrors in their order, and say of each why it did not do."""
    failures: dict[str, dict[str, None]] = {}
    for mirror in spec.mirrors:
        try:
            return _from_mirror(mirror, spec, target, clock, quiet)
        except TransferFailed as failure:
            failures.setdefault(str(failure), {})[urlsplit(mirror).netloc] = None
    reasons = "; ".join(f"{', '.join(hosts)} {reason}" for reason, hosts in failures.items())
    raise DataUnavailable(
        f"{spec.title} could not be downloaded: {reasons}. "
        f"Check the network and try again, or {OTHERWISE}."
    )


def _download(spec: Spec, folder: Path, clock: Clock, quiet: bool) -> Arrays:
    target = folder / f"{spec.name}.npz"
    with _disk(spec, folder):
        folder.mkdir(parents=True, exist_ok=True)
        with _alone(folder / f"{spec.name}.lock", clock):
            if target.exists():
                with contextlib.suppress(DataRefused):
                    return read_verified((target,), spec)
            return _from_any_mirror(spec, target, clock, quiet)


def download(
    spec: Spec, folder: Path, seconds: float | None = None, *, quiet: bool = False
) -> Arrays:
    """Download a data set into `folder` as NAME.npz, unless another process just did.

    The file appears under its name only when it is whole and verified. An interrupted transfer
    stays in a .part file, and the next call continues it.

    Args:
        spec: the data set.
        folder: made if it is not there.
        seconds: time limit for everything together; ten minutes unless given.
        quiet: show no progress bar.

    Returns:
        uint8 arrays x_train, y_train, x_test, y_test.

    Raises:
        DataUnavailable: no mirror had it, the time was up, or it could not be stored. The
            message says what to do.
    """
    clock = Clock(TOTAL_SECONDS if seconds is None else seconds)
    try:
        return _in_time(lambda: _download(spec, folder, clock, quiet), clock)
    except OutOfTime:
        raise DataUnavailable(
            f"{spec.title} did not arrive within {clock.seconds:g} seconds. Run `python -m helpers "
            f"fetch {spec.name}` to go on where it stopped, or {OTHERWISE}."
        ) from None
