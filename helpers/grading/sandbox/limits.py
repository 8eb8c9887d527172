"""What a runner may use, and the levels of isolation in words."""

from __future__ import annotations

import sys
from dataclasses import dataclass

LEVELS = ("L1", "L2", "L3")
WORDS = {
    "L3": "L3 (namespaces: no network, own processes, a read-only view, 16 MB to write in)",
    "L2": "L2 (Landlock and seccomp: no network, no other program, nothing to write in)",
    "L1": "L1 (a process with limits, which can read and write whatever you can)",
}
# An answer that computes gets its seconds of the processor also where several others want it.
_WALL_FACTOR = 5


@dataclass(frozen=True)
class Limits:
    """What the runner of one submission may use.

    Args:
        seconds: of processor time for one exercise, its cell and its check together.
        memory: bytes beyond what the warm parent holds.
        file_bytes: size of one file, and of the folder to work in at L3.
        files: open files.
        threads: at once; a runner with TensorFlow at work has 4.
    """

    seconds: float = 10.0
    memory: int = 1_500_000_000
    file_bytes: int = 16_000_000
    files: int = 128
    threads: int = 64

    @property
    def wall(self) -> float:
        """Seconds by the clock for one exercise, however little it computes in them."""
        return _WALL_FACTOR * self.seconds

    def apply(self) -> None:
        """Set the limits of this process; only root could raise them again, and is stripped."""
        import resource

        def limit(name: str, value: int) -> None:
            kind = getattr(resource, name, None)
            if kind is None:
                return
            _, most = resource.getrlimit(kind)
            if most != resource.RLIM_INFINITY:
                value = min(value, most)
            resource.setrlimit(kind, (value, value))

        # An exercise's own seconds are counted from outside (watch.py); this catches a process
        # that nobody watches any more.
        limit("RLIMIT_CPU", int(self.seconds * 30) + 10)
        limit("RLIMIT_FSIZE", self.file_bytes)
        limit("RLIMIT_NOFILE", self.files)
        limit("RLIMIT_CORE", 0)
        if sys.platform == "linux":
            limit("RLIMIT_AS", address_space() + self.memory)


def address_space() -> int:
    """Return the bytes of address space that this process holds (Linux)."""
    import resource

    with open("/proc/self/statm") as stream:
        return int(stream.read().split()[0]) * resource.getpagesize()
