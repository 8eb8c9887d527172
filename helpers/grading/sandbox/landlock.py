"""Landlock: after `restrict`, this process reads and writes only what was listed."""

from __future__ import annotations

import os
import struct

from helpers.grading.sandbox import linux

_CREATE, _ADD_RULE, _RESTRICT = 444, 445, 446
_VERSION_FLAG = 1
_PATH_BENEATH = 1
_EXECUTE, _WRITE_FILE, _READ_FILE, _READ_DIR = 1, 2, 4, 8
_TRUNCATE = 1 << 14
# Number of file rights by ABI: 13 at first, then refer, truncate and device ioctl.
_RIGHTS = {1: 13, 2: 14, 3: 15, 4: 15}
_NETWORK, _SCOPES = 3, 3


def version() -> int:
    """Return the kernel's Landlock ABI, 0 if there is none."""
    try:
        return linux.syscall(_CREATE, 0, 0, _VERSION_FLAG)
    except OSError:
        return 0


def restrict(readable: list[str], listable: list[str], writable: list[str]) -> None:
    """Confine this process, for good.

    Args:
        readable: files and folders to read, with all below them.
        listable: folders whose listing may be read, with all below them, but no file.
        writable: files to write to, or folders to work in.

    Raises:
        OSError: the kernel has no Landlock, or refused.
    """
    abi = version()
    every = (1 << _RIGHTS.get(abi, 16)) - 1
    attributes = struct.pack("Q", every)
    if abi >= 4:
        attributes += struct.pack("Q", _NETWORK)
    if abi >= 6:
        attributes += struct.pack("Q", _SCOPES)
    ruleset = linux.syscall(_CREATE, attributes, len(attributes), 0)
    try:
        for path in readable:
            _allow(ruleset, path, (_READ_FILE | _READ_DIR | _EXECUTE) & every)
        for path in listable:
            _allow(ruleset, path, _READ_DIR)
        for path in writable:
            _allow(ruleset, path, every & ~_EXECUTE)
        linux.syscall(_RESTRICT, ruleset, 0)
    finally:
        os.close(ruleset)


def _allow(ruleset: int, path: str, rights: int) -> None:
    try:
        place = os.open(path, os.O_PATH | os.O_CLOEXEC)
    except FileNotFoundError:
        return
    try:
        if not os.path.isdir(path):
            rights &= _EXECUTE | _WRITE_FILE | _READ_FILE | _TRUNCATE
        rule = struct.pack("=Qi", rights, place)
        linux.syscall(_ADD_RULE, ruleset, _PATH_BENEATH, rule, 0)
    finally:
        os.close(place)
