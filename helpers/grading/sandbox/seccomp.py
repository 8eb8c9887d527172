"""A seccomp filter: the system calls that an answer needs, and no others.

What is not listed here ends in "operation not permitted", so that a call that a kernel brings
anew, or that nobody thought of, is refused and not forgotten.
"""

from __future__ import annotations

import ctypes
import errno
import os
import platform
import re
import struct
from dataclasses import dataclass

from helpers.grading.sandbox import linux

# Name, number on x86-64, number on 64-bit ARM (- where there is no such call). Left out are calls
# that start programs, look into other processes or signal them, open sockets, mount, set clocks,
# change modes, owners or attributes (Landlock leaves these open), watch folders (inotify), or
# hold memory that no limit counts (memfd_secret, memfd_create, vmsplice, splice, System V shm).
_FILES = """
read 0 63, write 1 64, readv 19 65, writev 20 66, pread64 17 67, pwrite64 18 68, preadv 295 69,
pwritev 296 70, preadv2 327 286, pwritev2 328 287, lseek 8 62, close 3 57, close_range 436 436,
dup 32 23, dup2 33 -, dup3 292 24, fcntl 72 25, ioctl 16 29, fsync 74 82, fdatasync 75 83,
ftruncate 77 46, fallocate 285 47, fadvise64 221 223, readahead 187 213, sendfile 40 71,
copy_file_range 326 285, flock 73 32, open 2 -, openat 257 56, creat 85 -, stat 4 -, lstat 6 -,
fstat 5 80, newfstatat 262 79, statx 332 291, statfs 137 43, fstatfs 138 44, access 21 -,
faccessat 269 48, faccessat2 439 439, readlink 89 -, readlinkat 267 78, getcwd 79 17, chdir 80 49,
fchdir 81 50, getdents 78 -, getdents64 217 61, mkdir 83 -, mkdirat 258 34, rmdir 84 -,
unlink 87 -, unlinkat 263 35, rename 82 -, renameat 264 38, renameat2 316 276, umask 95 166
"""
_MEMORY = """
mmap 9 222, munmap 11 215, mremap 25 216, mprotect 10 226, brk 12 214, madvise 28 233,
msync 26 227, mincore 27 232, membarrier 324 283
"""
_THREADS = """
clone 56 220, futex 202 98, set_robust_list 273 99, rseq 334 293, set_tid_address 218 96,
exit 60 93, exit_group 231 94, gettid 186 178, sched_yield 24 124, sched_getaffinity 204 123,
sched_getparam 143 121, sched_getscheduler 145 120, sched_get_priority_max 146 125,
sched_get_priority_min 147 126, getcpu 309 168, arch_prctl 158 -, prctl 157 167,
restart_syscall 219 128
"""
_SIGNALS = """
kill 62 129, tgkill 234 131, rt_sigaction 13 134, rt_sigprocmask 14 135, rt_sigreturn 15 139,
rt_sigpending 127 136, rt_sigtimedwait 128 137, rt_sigsuspend 130 133, sigaltstack 131 132,
pause 34 -, alarm 37 -, setitimer 38 103, getitimer 36 102, timer_create 222 107,
timer_settime 223 110, timer_gettime 224 108, timer_getoverrun 225 109, timer_delete 226 111
"""
_WAITING = """
poll 7 -, ppoll 271 73, select 23 -, pselect6 270 72, epoll_create 213 -, epoll_create1 291 20,
epoll_ctl 233 21, epoll_wait 232 -, epoll_pwait 281 22, epoll_pwait2 441 441, eventfd 284 -,
eventfd2 290 19, timerfd_create 283 85, timerfd_settime 286 86, timerfd_gettime 287 87, pipe 22 -,
pipe2 293 59, nanosleep 35 101, clock_nanosleep 230 115, wait4 61 260, waitid 247 95,
socketpair 53 199, sendto 44 206, recvfrom 45 207, shutdown 48 210, getsockname 51 204,
getpeername 52 205, getsockopt 55 209
"""
_QUESTIONS = """
clock_gettime 228 113, clock_getres 229 114, gettimeofday 96 169, time 201 -, times 100 153,
getrusage 98 165, getrlimit 97 163, prlimit64 302 261, getrandom 318 278, getpid 39 172,
getppid 110 173, getuid 102 174, geteuid 107 175, getgid 104 176, getegid 108 177,
getgroups 115 158, getresuid 118 148, getresgid 120 150, getpgrp 111 -, getpgid 121 155,
getsid 124 156, getpriority 140 141, uname 63 160, sysinfo 99 179
"""
_LISTED = _FILES + _MEMORY + _THREADS + _SIGNALS + _WAITING + _QUESTIONS
# The kernel's mark of each processor, and its column above.
_PROCESSORS = {"x86_64": (0xC000003E, 0), "aarch64": (0xC00000B7, 1)}
# From this number on (clone3) a C library that finds no such call takes an older one, whose
# arguments a filter can read.
_NEWER = 435
_CLONE_THREAD, _NEW_NAMESPACES = 0x00010000, 0x7E020000
_O_ACCMODE, _O_TRUNC, _O_WRONLY, _O_RDWR = 3, 0x200, 1, 2
_PR_SET_NAME, _PR_GET_NAME, _PR_SET_VMA = 15, 16, 0x53564D41
# Duplicates, flags, locks: no owner and no kind of a signal (which could hit another process).
_FCNTL = (0, 1, 2, 3, 4, 5, 6, 7, 36, 37, 38, 1030, 1032)
# Is it a terminal, its size, bytes waiting, blocking, closing: no attributes of files.
_IOCTL = (0x5401, 0x802C542A, 0x5413, 0x541B, 0x5421, 0x5450, 0x5451)
_LOAD, _EQUAL, _AT_LEAST, _AND, _RETURN = 0x20, 0x15, 0x35, 0x54, 0x06
_ALLOW, _KILL_PROCESS, _ERROR = 0x7FFF0000, 0x80000000, 0x00050000
_NUMBER, _ARCHITECTURE, _FIRST_ARGUMENT = 0, 4, 16
_PR_SET_SECCOMP, _MODE_FILTER = 22, 2


@dataclass(frozen=True)
class _Word:
    """What 32 bits of an argument may be, after a mask."""

    argument: int
    allowed: tuple[int, ...]
    mask: int = 0xFFFFFFFF
    high: bool = False


def available() -> bool:
    """Return whether there is a filter for this machine's processor."""
    return platform.machine() in _PROCESSORS


def install() -> None:
    """Install the filter in this process, for good.

    Raises:
        OSError: the kernel refused.
    """
    code = b"".join(program(platform.machine(), os.getpid()))
    buffer = ctypes.create_string_buffer(code)
    descriptor = struct.pack("HxxxxxxQ", len(code) // 8, ctypes.addressof(buffer))
    library = linux.libc()
    if library.prctl(_PR_SET_SECCOMP, _MODE_FILTER, descriptor, 0, 0) != 0:
        raise OSError(ctypes.get_errno(), "seccomp refused the filter")


def numbers(machine: str) -> dict[str, int]:
    """Return the numbers of the listed system calls by name, on one processor."""
    column = _PROCESSORS[machine][1]
    rows = (part.split() for part in re.findall(r"\w+ \d+ [\d-]+", _LISTED))
    return {name: int(own[column]) for name, *own in rows if own[column] != "-"}


def program(machine: str, own: int) -> list[bytes]:
    """Return the filter's instructions.

    Args:
        machine: the processor, as ``platform.machine()`` calls it.
        own: the process that may signal itself.
    """
    rules, listed = _rules(own), numbers(machine)
    lines = [
        _step(_LOAD, _ARCHITECTURE),
        _step(_EQUAL, _PROCESSORS[machine][0], 1, 0),
        _step(_RETURN, _KILL_PROCESS),
        _step(_LOAD, _NUMBER),
    ]
    for name, number in listed.items():
        block = [_step(_RETURN, _ALLOW)]
        if name in rules:
            error, words = rules[name]
            block = [step for word in words for step in _unless(word, error)] + block
        lines += [_step(_EQUAL, number, 0, len(block)), *block]
    lines += [_step(_AT_LEAST, _NEWER, 0, 1), _step(_RETURN, _ERROR | errno.ENOSYS)]
    return [*lines, _step(_RETURN, _ERROR | errno.EPERM)]


def _rules(own: int) -> dict[str, tuple[int, tuple[_Word, ...]]]:
    """Return by call which error it ends in unless its arguments are these."""
    # Landlock before its version 3 lets a file that is opened to read be emptied.
    modes = (0, _O_WRONLY, _O_RDWR, _O_WRONLY | _O_TRUNC, _O_RDWR | _O_TRUNC)
    by_mode = [_Word(place, modes, _O_ACCMODE | _O_TRUNC) for place in (1, 2)]
    thread = _Word(0, (_CLONE_THREAD,), _CLONE_THREAD | _NEW_NAMESPACES)
    # To whom: nobody but the other end. A socket of a path has no place in the network's walls.
    nobody = (_Word(4, (0,)), _Word(4, (0,), high=True))
    return {
        "clone": (errno.EPERM, (thread,)),
        "open": (errno.EPERM, (by_mode[0],)),
        "openat": (errno.EPERM, (by_mode[1],)),
        "kill": (errno.EPERM, (_Word(0, (own,)),)),
        "tgkill": (errno.EPERM, (_Word(0, (own,)),)),
        "prlimit64": (errno.EPERM, (_Word(0, (0,)),)),
        # Not the signal at the parent's death, nor who may look into this process.
        "prctl": (errno.EPERM, (_Word(0, (_PR_SET_NAME, _PR_GET_NAME, _PR_SET_VMA)),)),
        "fcntl": (errno.EPERM, (_Word(1, _FCNTL),)),
        "ioctl": (errno.ENOTTY, (_Word(1, _IOCTL),)),
        "sendto": (errno.EPERM, nobody),
    }


def _unless(word: _Word, error: int) -> list[bytes]:
    """Return the steps that end in ``error`` unless one word of an argument is allowed."""
    place = _FIRST_ARGUMENT + 8 * word.argument + (4 if word.high else 0)
    count = len(word.allowed)
    tests = [_step(_EQUAL, value, count - i) for i, value in enumerate(word.allowed)]
    return [
        _step(_LOAD, place),
        _step(_AND, word.mask),
        *tests,
        _step(_RETURN, _ERROR | error),
    ]


def _step(code: int, value: int, if_true: int = 0, if_false: int = 0) -> bytes:
    return struct.pack("HBBI", code, if_true, if_false, value)
