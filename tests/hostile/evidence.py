"""What lies in a folder, so that a change can be seen."""

import hashlib
import os
import stat
from pathlib import Path


def digests(places) -> dict[str, tuple]:
    """Return mode and digest of files, and of every file below folders, by path."""
    found = {}
    for place in places:
        if not place.is_dir():
            content = place.read_bytes() if place.exists() else b"not there"
            found[str(place)] = hashlib.sha256(content).hexdigest()
        for folder, names, files in os.walk(place):
            names[:] = [name for name in names if name != "__pycache__"]
            for name in files:
                path = Path(folder, name)
                facts = path.lstat()
                plain = stat.S_ISREG(facts.st_mode) and facts.st_size < 50_000_000
                content = path.read_bytes() if plain else str(facts.st_size).encode()
                found[str(path)] = (facts.st_mode, hashlib.sha256(content).hexdigest())
    return found
