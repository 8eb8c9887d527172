"""The wire between scorer and runner: frames of JSON and `.npy`, capped, never a pickle."""

from __future__ import annotations

import contextlib
import io
import json
import math
import socket
import struct
import time
from collections.abc import Callable
from typing import Any

import numpy as np

MAX_HEADER = 4 << 20
MAX_ARRAYS = 2_000
MAX_BYTES = 32 << 20
MAX_DEPTH = 20
# What may be received, all together, until a deadline is set anew.
BUDGET = 128 << 20
_LISTS = {"list": list, "tuple": tuple, "set": set, "frozenset": frozenset}
_KINDS = "biufcUS"


class WireError(Exception):
    """What came over the wire breaks its rules."""


class Timeout(Exception):
    """Nothing came before the deadline."""


class Codec:
    """Turn values into plain JSON and a list of arrays, and back.

    Args:
        encode_other: ``(value, codec) -> dict`` for what is neither plain nor an array; the
            dict has one key, its tag.
        decode_other: ``{tag: (content, codec) -> value}`` for these.
    """

    def __init__(
        self,
        encode_other: Callable[[Any, Codec], dict] | None = None,
        decode_other: dict[str, Callable[[Any, Codec], Any]] | None = None,
        arrays: list[np.ndarray] | None = None,
    ):
        self.arrays = [] if arrays is None else arrays
        self._encode_other = encode_other
        self._decode_other = decode_other or {}

    def encode(self, value: Any, depth: int = 0) -> Any:
        """Return ``value`` as JSON; its arrays go to ``self.arrays``.

        Raises:
            WireError: it is of a kind that does not cross, or nested too deeply.
        """
        if depth > MAX_DEPTH:
            raise WireError(f"a result nested more than {MAX_DEPTH} deep")
        # Exactly these types: a subclass may lie about itself.
        if value is None or type(value) in (bool, int, float, str):
            return value
        if type(value) in _LISTS.values():
            return {type(value).__name__: [self.encode(part, depth + 1) for part in value]}
        if type(value) is dict:
            pairs = value.items()
            return {"dict": [[self.encode(k, depth + 1), self.encode(v, depth + 1)]
                             for k, v in pairs]}  # fmt: skip
        if isinstance(value, np.ndarray | np.generic):
            return {"scalar" if isinstance(value, np.generic) else "array": self.add(value)}
        if self._encode_other is None:
            raise WireError(f"a {type(value).__name__} does not cross")
        return self._encode_other(value, self)

    def add(self, value: Any) -> int:
        """Append an array of numbers or texts and return its index."""
        array = np.asarray(value)
        if array.dtype.kind == "V":  # bfloat16 is a void to `.npy`
            array = array.astype(np.float32)
        if array.dtype.kind == "O":  # fractions and the like, which NumPy reads as numbers
            with contextlib.suppress(TypeError, ValueError, OverflowError):
                array = array.astype(np.float64)
        if array.dtype.kind not in _KINDS:
            raise WireError(f"an array of {array.dtype} does not cross")
        self.arrays.append(array)
        return len(self.arrays) - 1

    def decode(self, data: Any, depth: int = 0) -> Any:
        """Return the value of what ``encode`` made.

        Raises:
            WireError: it is not what ``encode`` makes.
        """
        if depth > MAX_DEPTH:
            raise WireError("nested too deeply")
        if data is None or type(data) in (bool, int, float, str):
            return data
        if not isinstance(data, dict) or len(data) != 1:
            raise WireError("an unknown form of value")
        ((tag, content),) = data.items()
        if tag in _LISTS and isinstance(content, list):
            parts = [self.decode(part, depth + 1) for part in content]
            try:
                return _LISTS[tag](parts)
            except TypeError:
                raise WireError("a set of what no set can hold") from None
        if tag == "dict" and isinstance(content, list):
            return self._decode_dict(content, depth)
        if tag in ("array", "scalar"):
            array = self.at(content)
            return array[()] if tag == "scalar" and array.ndim == 0 else array
        if tag in self._decode_other:
            return self._decode_other[tag](content, self)
        raise WireError("an unknown form of value")

    def _decode_dict(self, content: list, depth: int) -> dict:
        found = {}
        for pair in content:
            if not isinstance(pair, list) or len(pair) != 2:
                raise WireError("a dict that is no list of pairs")
            key = self.decode(pair[0], depth + 1)
            if type(key) not in (bool, int, float, str, type(None)):
                raise WireError("a dict with a key that is neither number nor text")
            found[key] = self.decode(pair[1], depth + 1)
        return found

    def at(self, index: Any) -> np.ndarray:
        """Return the array with this index."""
        if type(index) is not int or not 0 <= index < len(self.arrays):
            raise WireError("an array that was not sent")
        return self.arrays[index]


def pack(array: np.ndarray) -> bytes:
    """Return an array as the bytes of an `.npy` file."""
    stream = io.BytesIO()
    np.save(stream, array, allow_pickle=False)
    return stream.getvalue()


def unpack(content: bytes) -> np.ndarray:
    """Return the array of an `.npy` file, once its header is known to fit its length.

    Raises:
        WireError: it is no such file, holds objects, or announces more than it brings.
    """
    stream = io.BytesIO(content)
    try:
        version = np.lib.format.read_magic(stream)
        reader = {(1, 0): "read_array_header_1_0", (2, 0): "read_array_header_2_0"}[version]
        shape, _, dtype = getattr(np.lib.format, reader)(stream)
        fits = math.prod(shape) * dtype.itemsize == len(content) - stream.tell()
        # An array of no bytes may have as many rows as it likes, which a check would walk over.
        sane = len(shape) <= 16 and all(0 <= n <= max(len(content), 10_000) for n in shape)
        if dtype.kind not in _KINDS or not dtype.itemsize or not sane or not fits:
            raise WireError("an array that is not what it says")
        stream.seek(0)
        return np.load(stream, allow_pickle=False)
    except (ValueError, KeyError, TypeError, OverflowError, MemoryError, EOFError) as problem:
        raise WireError(f"no array: {type(problem).__name__}") from None


class Channel:
    """Send and receive frames over a connected socket.

    Args:
        connection: a stream socket.

    Attributes:
        deadline: moment of ``time.monotonic()`` after which nothing is waited for.
        budget: bytes that are still received, None for no limit.
    """

    def __init__(self, connection: socket.socket):
        self._connection = connection
        self.deadline: float | None = None
        self.budget: int | None = None

    def send(self, header: dict, arrays: list[np.ndarray] | None = None) -> None:
        """Send one frame.

        Raises:
            WireError: it is larger than the other side takes.
            OSError: nobody is there any more.
        """
        blobs = [pack(array) for array in arrays or []]
        text = json.dumps(header).encode()
        if len(text) > MAX_HEADER or len(blobs) > MAX_ARRAYS or sum(map(len, blobs)) > MAX_BYTES:
            raise WireError("more than the wire takes")
        sizes = struct.pack(f"!{2 + len(blobs)}Q", len(text), len(blobs), *map(len, blobs))
        self._wait()
        try:
            self._connection.sendall(b"".join([sizes, text, *blobs]))
        except TimeoutError:
            raise Timeout from None

    def receive(self) -> tuple[dict, list[np.ndarray]]:
        """Return the next frame.

        Raises:
            EOFError: the other side is gone.
            Timeout: it did not come in time.
            WireError: it breaks the rules.
        """
        length, count = struct.unpack("!2Q", self._read(16))
        if length > MAX_HEADER or count > MAX_ARRAYS:
            raise WireError("more than the wire takes")
        sizes = struct.unpack(f"!{count}Q", self._read(8 * count))
        if sum(sizes) > MAX_BYTES:
            raise WireError("more than the wire takes")
        if self.budget is not None:
            self.budget -= length + sum(sizes)
            if self.budget < 0:
                raise WireError("more, all together, than the wire takes for one exercise")
        text = self._read(length)
        arrays = [unpack(self._read(size)) for size in sizes]
        try:
            header = json.loads(text)
        except (ValueError, RecursionError):
            raise WireError("a header that is not JSON") from None
        if not isinstance(header, dict):
            raise WireError("a header that is no object")
        return header, arrays

    def close(self) -> None:
        """Close the connection."""
        self._connection.close()

    def expect_time(self) -> None:
        """Raise a ``Timeout`` once the deadline has passed."""
        if self.deadline is not None and time.monotonic() >= self.deadline:
            raise Timeout

    def _wait(self) -> None:
        self.expect_time()
        left = None if self.deadline is None else self.deadline - time.monotonic()
        self._connection.settimeout(None if left is None else max(left, 0.001))

    def _read(self, size: int) -> bytes:
        parts, left = [], size
        while left:
            self._wait()
            try:
                part = self._connection.recv(min(left, 1 << 20))
            except TimeoutError:
                raise Timeout from None
            except OSError:
                part = b""
            if not part:
                raise EOFError
            parts.append(part)
            left -= len(part)
        return b"".join(parts)
