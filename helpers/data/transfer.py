"""Bring one file over HTTP into a folder, going on where an earlier try stopped.

No package for downloads does it: Pooch 1.9 has neither a limit on the whole time nor a lock between
processes, and begins a broken transfer from its first byte again.
"""

import hashlib
import os
import ssl
import time
import urllib.error
import urllib.request
from http.client import HTTPException, HTTPResponse
from pathlib import Path
from urllib.parse import urlsplit

import certifi

from helpers.course.progress import bar

USER_AGENT = "autoencoder-workbook"
STALL_SECONDS = 15.0
PAUSE_SECONDS = 1.0
ATTEMPTS = 3
CHUNK = 1 << 16


class OutOfTime(Exception):
    """The time limit is past."""


class TransferFailed(Exception):
    """A URL cannot be had; the message is a clause about its server."""


class Interrupted(TransferFailed):
    """A transfer broke off, and another try may do better."""


class Clock:
    """Count down a time limit of `seconds`, which must be more than 0."""

    def __init__(self, seconds: float) -> None:
        if not seconds > 0:
            raise ValueError(f"The time limit must be more than 0 seconds. Received: {seconds}")
        self.seconds = seconds
        self._end = time.monotonic() + seconds

    def left(self) -> float:
        """Return the seconds that are left.

        Raises:
            OutOfTime: none are.
        """
        left = self._end - time.monotonic()
        if left <= 0:
            raise OutOfTime
        return left

    def stop(self) -> None:
        """End the limit now, so that whoever works by this clock gives up at the next look."""
        self._end = time.monotonic()

    def sleep(self, seconds: float) -> None:
        """Wait, but not past the end of the limit."""
        time.sleep(min(seconds, self.left()))


def whole_path(url: str, folder: Path, name: str) -> Path:
    """Return where the finished file of a URL waits to be verified; no other URL shares it."""
    mark = hashlib.sha256(url.encode()).hexdigest()[:8]
    return folder / f"{name}.{mark}.{Path(urlsplit(url).path).name}.whole.part"


def growing_path(whole: Path) -> Path:
    """Return where the unfinished file is kept, so that a later call can continue it."""
    return whole.with_name(whole.name.removesuffix(".whole.part") + ".part")


def _certificates() -> ssl.SSLContext:
    """Trust the machine's certificates and certifi's: a fresh Python on macOS has none."""
    context = ssl.create_default_context()
    context.load_verify_locations(certifi.where())
    return context


def _open(url: str, start: int, clock: Clock) -> HTTPResponse:
    """Ask for a URL from byte `start` on."""
    headers = {"User-Agent": USER_AGENT, "Accept-Encoding": "identity"}
    if start:
        headers["Range"] = f"bytes={start}-"
    request = urllib.request.Request(url, headers=headers)
    timeout = min(STALL_SECONDS, clock.left())
    try:
        return urllib.request.urlopen(request, timeout=timeout, context=_certificates())
    except urllib.error.HTTPError as error:
        with error:
            again = error.code in (408, 425, 429) or error.code >= 500
            kind = Interrupted if again else TransferFailed
            raise kind(f"answered {error.code} {error.reason}") from error
    except (OSError, HTTPException) as error:
        again = isinstance(error, HTTPException | ConnectionError)
        raise (Interrupted if again else TransferFailed)(_clause(error)) from error


def _clause(error: Exception) -> str:
    """Say in a clause why a server could not be read."""
    cause = getattr(error, "reason", error)
    if isinstance(cause, TimeoutError):
        return "did not answer in time"
    return f"could not be reached ({getattr(cause, 'strerror', None) or cause})"


def _extent(response: HTTPResponse, start: int) -> tuple[int, int | None]:
    """Return the byte at which the answer begins, and the size of the whole file if it says so."""
    length = response.headers.get("Content-Length", "")
    begin = 0
    if response.status == 206:
        begin = start
        if not response.headers.get("Content-Range", "").startswith(f"bytes {start}-"):
            raise TransferFailed("answered with another part than the one asked for")
    return begin, begin + int(length) if length.isdecimal() else None


def _read(response: HTTPResponse, clock: Clock) -> bytes:
    """Return the next bytes as soon as any are there, and none at the end."""
    clock.left()
    try:
        return response.read1(CHUNK)
    except (OSError, HTTPException) as error:
        raise Interrupted(_clause(error)) from error


def _attempt(url: str, growing: Path, largest: int, clock: Clock, quiet: bool) -> None:
    """Ask once for what is missing of a file, and add it."""
    start = growing.stat().st_size if growing.exists() else 0
    with _open(url, start, clock) as response:
        size, total = _extent(response, start)
        shown = bar(
            total,
            shown=False if quiet else None,
            initial=size,
            unit="B",
            unit_scale=True,
            leave=False,
        )
        with growing.open("ab" if size else "wb") as file, shown:
            while chunk := _read(response, clock):
                size += len(chunk)
                if size > largest:
                    raise TransferFailed("sent more than the data set can be")
                file.write(chunk)
                file.flush()
                shown.update(len(chunk))
    if total is not None and size < total:
        raise Interrupted(f"broke off at {size:,} of {total:,} bytes")


def bring(url: str, whole: Path, largest: int, clock: Clock, *, quiet: bool) -> None:
    """Bring a URL into the file `whole`, trying again as long as that gets any further.

    When the transfer breaks off or the time is up, the bytes received so far stay under
    `growing_path(whole)`, and the next call continues from there.

    Args:
        url: http or https.
        whole: the file to make; nothing is asked for if it is there.
        largest: bytes; a file that is larger is given up.
        clock: the time limit.
        quiet: show no progress bar; without a person who looks on there is none anyway.

    Raises:
        TransferFailed: the file cannot be had from this URL.
        OutOfTime: the limit is past.
        OSError: the file cannot be written.
    """
    growing = growing_path(whole)
    most = fruitless = 0
    while not whole.exists():
        resumed = growing.exists()
        try:
            _attempt(url, growing, largest, clock, quiet)
            os.replace(growing, whole)
        except Interrupted:
            size = growing.stat().st_size if growing.exists() else 0
            most, fruitless = max(most, size), 0 if size > most else fruitless + 1
            if fruitless == ATTEMPTS:
                raise
            clock.sleep(PAUSE_SECONDS)
        except TransferFailed:
            growing.unlink(missing_ok=True)
            if not resumed:
                raise
