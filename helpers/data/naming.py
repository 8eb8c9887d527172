"""Names of files as they can be printed, anywhere."""

from __future__ import annotations

import sys
import unicodedata


def printable(name: str) -> str:
    """Return a name in which every character can be seen.

    Korean and other letters stay, composed (macOS takes them apart); bytes that are no text,
    control characters and marks that turn the direction of writing are written as escapes.
    """
    composed = unicodedata.normalize("NFC", name)
    return "".join(one if one.isprintable() else _escaped(one) for one in composed)


def shortened(name: str, longest: int = 80) -> str:
    """Return a name with its middle left out where it is longer than this."""
    half = longest // 2 - 2
    return name if len(name) <= longest else f"{name[:half]}...{name[-half:]}"


def _escaped(character: str) -> str:
    code = ord(character)
    if 0xDC80 <= code <= 0xDCFF:  # how Python carries a byte that it could not decode
        return f"\\x{code - 0xDC00:02x}"
    return character.encode("unicode_escape", "backslashreplace").decode("ascii")


def say(text: str) -> None:
    """Print a text; what the terminal has no characters for is written as escapes."""
    try:
        print(text)
    except UnicodeEncodeError:
        encoding = sys.stdout.encoding or "ascii"
        print(text.encode(encoding, "backslashreplace").decode(encoding))
