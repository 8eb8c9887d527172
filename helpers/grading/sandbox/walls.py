"""What a confined process may not do, each tried: the probe of a level, and its test."""

from __future__ import annotations

import contextlib
import ctypes
import fcntl
import mmap
import os
import resource
import socket
import struct
from collections.abc import Callable, Iterator

from helpers.course import ROOT
from helpers.grading.sandbox import linux

_MEMFD_SECRET = 447
_IPC_CREAT_PRIVATE, _IPC_RMID = 0o1600, 0
_F_SETOWN = 8
_GET_ATTRIBUTES, _SET_ATTRIBUTES = 0x80086601, 0x40086602
_PR_SET_PDEATHSIG = 1
_NOWHERE = "/no such folder/at all"


def _write_a_file() -> None:
    place = ROOT / "intruder"
    place.write_text("")
    place.unlink()


def _empty_a_file() -> None:
    with _without_the_file():
        os.open(_NOWHERE, os.O_RDONLY | os.O_TRUNC)


def _change_a_mode() -> None:
    with _without_the_file():
        os.chmod(_NOWHERE, 0o600)


def _change_attributes() -> None:
    place = os.open(ROOT / "helpers", os.O_RDONLY)
    try:
        flags = bytearray(8)
        fcntl.ioctl(place, _GET_ATTRIBUTES, flags)
        fcntl.ioctl(place, _SET_ATTRIBUTES, flags)
    finally:
        os.close(place)


def _connect() -> None:
    # Needs no listener, and works wherever there is a network at all.
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as end:
        end.connect(("127.0.0.1", 9))


def _send_to_a_path() -> None:
    first, second = socket.socketpair(socket.AF_UNIX, socket.SOCK_DGRAM)
    with first, second, _without_the_file():
        first.sendto(b"", _NOWHERE)


def _fork() -> None:
    child = os.fork()
    if not child:
        os._exit(0)
    os.waitpid(child, 0)


def _run_a_program() -> None:
    with _without_the_file():
        os.execv(_NOWHERE, ["x"])


def _own_a_signal() -> None:
    reader, writer = os.pipe()
    try:
        fcntl.fcntl(reader, _F_SETOWN, os.getppid())
    finally:
        os.close(reader)
        os.close(writer)


def _lend_memory_to_a_pipe() -> None:
    page = ctypes.create_string_buffer(mmap.PAGESIZE)
    vector = struct.pack("PN", ctypes.addressof(page), len(page))
    reader, writer = os.pipe()
    try:
        _checked(linux.libc().vmsplice(writer, vector, 1, 0))
    finally:
        os.close(reader)
        os.close(writer)


def _share_memory() -> None:
    segment = _checked(linux.libc().shmget(0, mmap.PAGESIZE, _IPC_CREAT_PRIVATE))
    linux.libc().shmctl(segment, _IPC_RMID, None)


def _hide_memory() -> None:
    os.close(linux.syscall(_MEMFD_SECRET, 0))


def _hold_memory_in_a_file() -> None:
    os.close(os.memfd_create("x"))


def _watch_a_folder() -> None:
    os.close(_checked(linux.libc().inotify_init1(0)))


def _outlive_the_parent() -> None:
    _checked(linux.libc().prctl(_PR_SET_PDEATHSIG, 0, 0, 0, 0))


def _ask_for_limits() -> None:
    # A first process of a namespace has no parent there.
    resource.prlimit(os.getppid() or os.getpid(), resource.RLIMIT_NOFILE)


def _checked(result: int) -> int:
    if result < 0:
        raise OSError(ctypes.get_errno(), "refused")
    return result


@contextlib.contextmanager
def _without_the_file() -> Iterator[None]:
    """Pass over that a file is not there: the kernel would have done it to one that is."""
    with contextlib.suppress(FileNotFoundError):
        yield


# Each ends in an OSError where its wall holds.
WALLS: dict[str, Callable[[], object]] = {
    "writing a file": _write_a_file,
    "reading the checks": lambda: open(ROOT / "helpers/checks/registry.py").close(),
    "reading the course": lambda: open(ROOT / "pyproject.toml").close(),
    "reading the machine": lambda: open("/etc/passwd").close(),
    "emptying a file": _empty_a_file,
    "changing a file's mode": _change_a_mode,
    "changing a file's attributes": _change_attributes,
    "watching a folder": _watch_a_folder,
    "the network": _connect,
    "a socket of a path": _send_to_a_path,
    "forking": _fork,
    "running a program": _run_a_program,
    "new namespaces": lambda: linux.unshare(linux.CLONE_NEWUSER),
    "signalling the parent": lambda: os.kill(os.getppid(), 0),
    "signalling by a descriptor": _own_a_signal,
    "another process's limits": _ask_for_limits,
    "outliving the parent": _outlive_the_parent,
    "memory in a pipe": _lend_memory_to_a_pipe,
    "memory that is shared": _share_memory,
    "memory that is secret": _hide_memory,
    "memory in a nameless file": _hold_memory_in_a_file,
}


def hole() -> str:
    """Try every wall of this confined process; return the first that does not hold."""
    for name, attempt in WALLS.items():
        with contextlib.suppress(OSError):
            attempt()
            return name
    return ""
