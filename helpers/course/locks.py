"""One process at a time: a lock on an open file, which ends when its holder does."""

from __future__ import annotations

import errno
import sys
from typing import BinaryIO

# Windows locks bytes: this one lies behind whatever is written into a lock file.
_FAR = 1 << 30


def lock(file: BinaryIO) -> bool:
    """Try to lock an open file; the lock ends when the file is closed or the process dies.

    Returns:
        Whether this process holds it now; if not, another does.

    Raises:
        OSError: the file system knows no locks.
    """
    try:
        if sys.platform == "win32":
            import msvcrt

            file.seek(_FAR)
            msvcrt.locking(file.fileno(), msvcrt.LK_NBLCK, 1)
        else:
            import fcntl

            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError as error:
        if error.errno not in (errno.EAGAIN, errno.EACCES, errno.EDEADLK):
            raise
        return False
    return True
