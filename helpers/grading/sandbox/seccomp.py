"""A seccomp filter: system calls that no answer needs end in "operation not permitted"."""

from __future__ import annotations

import ctypes
import errno
import os
import platform
import struct

from helpers.grading.sandbox import linux

# Numbers of x86-64, the only processor that the filter was tested on.
_DENIED = {
    # new programs and processes (threads stay allowed, see below)
    *(57, 58, 59, 322),
    # signals and limits for others, looking into them
    *(101, 129, 200, 297, 310, 311, 424, 434, 438, 141, 142, 144, 203, 314),
    # network
    *(41, 42, 43, 49, 50, 288),
    # mounts, namespaces, roots
    *(155, 161, 165, 166, 272, 308, 428, 429, 430, 431, 432, 433, 442, 303, 304),
    # the kernel itself, its keys, its clocks, tracing, asynchronous system calls
    *(135, 159, 163, 164, 167, 168, 169, 170, 171, 172, 173, 175, 176, 179, 227, 246, 248),
    *(249, 250, 298, 305, 313, 320, 321, 323, 425, 426, 427),
    # memory outside the memory limit
    *(29, 64, 68, 240, 319),
    # what Landlock leaves open: modes, owners, times, attributes of files
    *(76, 90, 91, 92, 93, 94, 132, 188, 189, 190, 197, 198, 199, 235, 260, 261, 268, 280),
    *(452, 463, 466),
}
_CLONE, _CLONE3, _KILL, _TGKILL, _PRLIMIT = 56, 435, 62, 234, 302
_CLONE_THREAD = 0x00010000
_ARCH = 0xC000003E
_X32_BIT = 0x40000000
_LOAD, _EQUAL, _AT_LEAST, _ANY_BIT, _RETURN = 0x20, 0x15, 0x35, 0x45, 0x06
_ALLOW, _KILL_PROCESS, _ERROR = 0x7FFF0000, 0x80000000, 0x00050000
_NUMBER, _ARCHITECTURE, _FIRST_ARGUMENT = 0, 4, 16
_PR_SET_SECCOMP, _MODE_FILTER = 22, 2


def available() -> bool:
    """Return whether the filter is known to fit this machine's processor."""
    return platform.machine() == "x86_64"


def install() -> None:
    """Install the filter in this process, for good.

    Raises:
        OSError: the kernel refused.
    """
    code = b"".join(_program(os.getpid()))
    buffer = ctypes.create_string_buffer(code)
    program = struct.pack("HxxxxxxQ", len(code) // 8, ctypes.addressof(buffer))
    library = linux.libc()
    if library.prctl(_PR_SET_SECCOMP, _MODE_FILTER, program, 0, 0) != 0:
        raise OSError(ctypes.get_errno(), "seccomp refused the filter")


def _program(own: int) -> list[bytes]:
    """Return the filter; ``own`` is the process that may signal itself."""
    refuse = _step(_RETURN, _ERROR | errno.EPERM)
    lines = [
        _step(_LOAD, _ARCHITECTURE),
        _step(_EQUAL, _ARCH, 1, 0),
        _step(_RETURN, _KILL_PROCESS),
        _step(_LOAD, _NUMBER),
        _step(_AT_LEAST, _X32_BIT, 0, 1),
        _step(_RETURN, _KILL_PROCESS),
    ]
    for number in sorted(_DENIED):
        lines += [_step(_EQUAL, number, 0, 1), refuse]
    # glibc falls back to clone, whose flags a filter can read.
    lines += [_step(_EQUAL, _CLONE3, 0, 1), _step(_RETURN, _ERROR | errno.ENOSYS)]
    lines += _with_argument(_CLONE, _step(_ANY_BIT, _CLONE_THREAD, 1, 0), refuse)
    for number, allowed in ((_KILL, own), (_TGKILL, own), (_PRLIMIT, 0)):
        lines += _with_argument(number, _step(_EQUAL, allowed, 1, 0), refuse)
    return [*lines, _step(_RETURN, _ALLOW)]


def _with_argument(number: int, test: bytes, refuse: bytes) -> list[bytes]:
    """Refuse a call unless its first argument passes ``test``, which then skips one step."""
    return [
        _step(_EQUAL, number, 0, 4),
        _step(_LOAD, _FIRST_ARGUMENT),
        test,
        refuse,
        _step(_RETURN, _ALLOW),
    ]


def _step(code: int, value: int, if_true: int = 0, if_false: int = 0) -> bytes:
    return struct.pack("HBBI", code, if_true, if_false, value)
