"""The Linux kernel's own interface, by ctypes: namespaces, mounts, capabilities."""

from __future__ import annotations

import ctypes
import os
import struct
from functools import lru_cache

CLONE_NEWNS = 0x00020000
CLONE_NEWUTS = 0x04000000
CLONE_NEWIPC = 0x08000000
CLONE_NEWUSER = 0x10000000
CLONE_NEWPID = 0x20000000
CLONE_NEWNET = 0x40000000
MS_RDONLY, MS_NOSUID, MS_NODEV, MS_NOEXEC = 1, 2, 4, 8
MS_BIND, MS_REC, MS_PRIVATE = 0x1000, 0x4000, 0x40000
_MNT_DETACH = 2
_AT_RECURSIVE, _AT_FDCWD = 0x8000, -100
_PR_SET_PDEATHSIG, _PR_SET_DUMPABLE, _PR_CAPBSET_DROP, _PR_SET_NO_NEW_PRIVS = 1, 4, 24, 38
_CAPABILITY_VERSION_3 = 0x20080522
_PIVOT_ROOT = {"x86_64": 155, "aarch64": 41}
_MOUNT_SETATTR = 442


@lru_cache(maxsize=1)
def libc() -> ctypes.CDLL:
    """Return the C library of this process."""
    return ctypes.CDLL(None, use_errno=True)


def _checked(result: int, what: str) -> int:
    if result < 0:
        number = ctypes.get_errno()
        raise OSError(number, f"{what}: {os.strerror(number)}")
    return result


def syscall(number: int, *arguments) -> int:
    """Make a system call by its number.

    Raises:
        OSError: the kernel refused.
    """
    words = [ctypes.c_long(a) if isinstance(a, int) else a for a in arguments]
    return _checked(libc().syscall(ctypes.c_long(number), *words), f"system call {number}")


def unshare(flags: int) -> None:
    """Enter new namespaces."""
    _checked(libc().unshare(ctypes.c_int(flags)), "unshare")


def mount(
    source: str | None,
    target: str,
    kind: str | None = None,
    flags: int = 0,
    data: str | None = None,
) -> None:
    """Mount ``source`` on ``target``."""
    words = [None if word is None else word.encode() for word in (source, target, kind)]
    options = None if data is None else data.encode()
    _checked(libc().mount(*words, ctypes.c_ulong(flags), options), f"mount {target}")


def make_read_only(target: str, *, recursive: bool) -> None:
    """Make a mount read-only, without set-user-id files and without devices."""
    attributes = struct.pack("4Q", MS_RDONLY | MS_NOSUID | MS_NODEV, 0, 0, 0)
    flags = _AT_RECURSIVE if recursive else 0
    syscall(_MOUNT_SETATTR, _AT_FDCWD, target.encode(), flags, attributes, len(attributes))


def pivot_root_here(machine: str) -> None:
    """Make the current folder, a mount, the root, and detach the old one."""
    syscall(_PIVOT_ROOT[machine], b".", b".")
    _checked(libc().umount2(b".", _MNT_DETACH), "umount2")
    os.chdir("/")


def die_with_parent(signal: int) -> None:
    """Let the kernel send this process a signal when its parent ends."""
    _checked(libc().prctl(_PR_SET_PDEATHSIG, signal, 0, 0, 0), "prctl")


def drop_privileges() -> None:
    """Give up all capabilities, and the means to get any back."""
    # Bounds cannot be lowered without a capability, and then there is nothing to lower.
    for capability in range(64):
        libc().prctl(_PR_CAPBSET_DROP, capability, 0, 0, 0)
    _checked(libc().prctl(_PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0), "prctl")
    header = struct.pack("Ii", _CAPABILITY_VERSION_3, 0)
    _checked(libc().capset(header, struct.pack("6I", *[0] * 6)), "capset")


def forbid_peeking() -> None:
    """Keep other processes of the same user out of this one's memory and /proc entry."""
    _checked(libc().prctl(_PR_SET_DUMPABLE, 0, 0, 0, 0), "prctl")
