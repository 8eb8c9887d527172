"""The untrusted side: run a student's answer cells, then answer calls. Holds no expected value."""

from __future__ import annotations

import builtins
import importlib
import linecache
import socket
import sys
import traceback
from typing import Any

import numpy as np

from helpers.grading.wire.codec import Channel, Codec, WireError
from helpers.grading.wire.crossing import from_message, shared_weights, to_message


def serve(connection: socket.socket, namespace: dict, details: str) -> None:
    """Answer the scorer's requests until it hangs up.

    Args:
        connection: to the scorer.
        namespace: names that the lesson's set-up cell defines, and the reference answers.
        details: how this process is confined, in words.
    """
    Runner(Channel(connection), namespace).loop(details)


class Runner:
    """One student's notebook: its names, and the objects that the scorer holds handles of."""

    def __init__(self, channel: Channel, namespace: dict):
        self._channel = channel
        self._references = dict(namespace)
        self._namespace = namespace
        self._objects: list[Any] = []
        self._sent: list[tuple[Any, list]] = []
        self._lists: list[tuple[int, list, list]] = []
        namespace["display"] = lambda *things, **options: None
        namespace["get_ipython"] = _NoShell
        builtins.input = _no_input

    def loop(self, details: str) -> None:
        """Read a request, do it, reply, for ever."""
        self._channel.send({"ready": details})
        while True:
            try:
                request, arrays = self._channel.receive()
            except EOFError:
                return
            try:
                self._channel.send(*self._answer(request, arrays))
            except WireError as problem:
                self._channel.send({"error": {"type": "WireError", "text": str(problem)}})

    def _answer(self, request: dict, arrays: list) -> tuple[dict, list]:
        self._sent.clear()
        codec = self._codec(arrays)
        replies = Codec(self._encode_other)
        before = [array.tobytes() for array in arrays]
        try:
            value = getattr(self, f"_do_{request['do']}")(request, codec)
            reply = {"value": replies.encode(value)}
            if request["do"] == "call":
                reply["weights"] = self._changed_weights(replies)
                pairs = enumerate(zip(arrays, before, strict=True))
                changed = [(i, array) for i, (array, old) in pairs if array.tobytes() != old]
                reply["changed"] = [[index, replies.add(array)] for index, array in changed]
                reply["lists"] = self._changed_lists()
            return reply, replies.arrays
        except BaseException as problem:  # also SystemExit and whatever a student invents
            return {"error": _describe(problem)}, []

    def _do_cell(self, request: dict, codec: Codec) -> None:
        filename = f"<answer {request['exercise']}>"
        source = _plain_python(request["source"])
        # tf.function and error messages look the source up.
        linecache.cache[filename] = (len(source), None, source.splitlines(True), filename)
        self._namespace.pop(request["name"], None)
        exec(compile(source, filename, "exec"), self._namespace)

    def _do_reference(self, request: dict, codec: Codec) -> None:
        self._namespace[request["name"]] = self._references[request["name"]]

    def _do_name(self, request: dict, codec: Codec) -> Any:
        return self._namespace[request["name"]]

    def _do_call(self, request: dict, codec: Codec) -> Any:
        arguments = codec.decode(request["arguments"])
        options = codec.decode(request["options"])
        pairs = enumerate(arguments)
        self._lists = [(i, given, given[:]) for i, given in pairs if type(given) is list]
        return self._objects[request["handle"]](*arguments, **options)

    def _changed_lists(self) -> list:
        """Return which lists among the arguments changed, and where each of their items stood."""
        changed = []
        for position, given, before in self._lists:
            stood = {id(item): index for index, item in enumerate(before)}
            now = [stood.get(id(item), -1) for item in given]
            if now != list(range(len(before))):
                changed.append([position, now])
        return changed

    def _do_get(self, request: dict, codec: Codec) -> Any:
        return getattr(self._objects[request["handle"]], request["name"])

    def _codec(self, arrays: list) -> Codec:
        others = {
            "tensor": self._decode_tensor,
            "model": self._decode_model,
            "handle": lambda content, codec: self._objects[content],
            "import": lambda content, codec: _import(content),
            "callback": lambda content, codec: self._callback(content),
            "generator": lambda content, codec: _generator(content),
        }
        return Codec(self._encode_other, others, arrays)

    def _decode_tensor(self, content: Any, codec: Codec) -> Any:
        import tensorflow as tf

        return tf.constant(codec.at(content))

    def _decode_model(self, content: Any, codec: Codec) -> Any:
        model = from_message(content, codec, trusted=True)
        self._sent.append((model, [np.array(weight) for weight in model.get_weights()]))
        return model

    def _changed_weights(self, codec: Codec) -> list:
        """Return for each model that came as an argument its new weights, None if unchanged."""
        changed = []
        for model, before in self._sent:
            after = model.get_weights()
            same = len(after) == len(before) and all(map(np.array_equal, before, after))
            changed.append(None if same else [codec.add(weight) for weight in after])
        return changed

    def _callback(self, number: int) -> Any:
        def call(*arguments, **options):
            codec = Codec(self._encode_other)
            words = {"arguments": codec.encode(arguments), "options": codec.encode(options)}
            self._channel.send({"callback": number, **words}, codec.arrays)
            reply, arrays = self._channel.receive()
            if "error" in reply:
                raise RuntimeError(reply["error"])
            return self._codec(arrays).decode(reply["value"])

        return call

    def _encode_other(self, value: Any, codec: Codec) -> dict:
        """Encode tensors, Keras models, subclasses of plain types, and handles for the rest."""
        for kind in (int, float, str):
            if isinstance(value, kind):
                return _plain(kind, value)
        if isinstance(value, tuple | list | range):
            return codec.encode(tuple(value) if isinstance(value, tuple) else list(value))
        if isinstance(value, dict):
            return codec.encode(dict(value))
        tensor = _as_array(value)
        if tensor is not None:
            return {"array": codec.add(tensor)}
        self._objects.append(value)
        handle = len(self._objects) - 1
        content = {"id": handle, "callable": callable(value), "type": type(value).__name__[:60]}
        if _is_layer(value):
            content["model"] = to_message(value, codec)
            content["shared"] = shared_weights(value, [model for model, _ in self._sent])
        return {"handle": content}


def _plain(kind: type, value: Any) -> Any:
    return {int: int.__int__, float: float.__float__, str: str.__str__}[kind](value)


def _as_array(value: Any) -> np.ndarray | None:
    """Return a tensor or variable of TensorFlow or Keras as an array."""
    keras = sys.modules.get("keras")
    tensorflow = sys.modules.get("tensorflow")
    if tensorflow is not None:
        if isinstance(value, tensorflow.IndexedSlices):
            value = tensorflow.convert_to_tensor(value)
        if isinstance(value, tensorflow.Tensor | tensorflow.Variable):
            return _numbers(value.numpy())
    if keras is not None and isinstance(value, keras.Variable):
        return _numbers(value.numpy())
    return None


def _numbers(array: np.ndarray) -> np.ndarray:
    return array.astype(np.float32) if array.dtype.kind == "V" else np.asarray(array)


def _is_layer(value: Any) -> bool:
    keras = sys.modules.get("keras")
    return keras is not None and isinstance(value, keras.layers.Layer)


def _import(name: str) -> Any:
    module, attribute = name.split(":")
    return getattr(importlib.import_module(module), attribute)


def _generator(state: dict) -> np.random.Generator:
    bits = getattr(np.random, state["bit_generator"])()
    bits.state = state
    return np.random.Generator(bits)


def _describe(problem: BaseException) -> dict:
    """Name an error, its message, and the line of the answer cell that it comes from."""
    frames = traceback.extract_tb(problem.__traceback__)
    lines = [f.lineno for f in frames if f.filename.startswith("<answer ")]
    if not lines and isinstance(problem, SyntaxError):
        lines = [problem.lineno]
    try:
        text = str(problem)[:300]
    except BaseException:
        text = ""
    return {"type": type(problem).__name__[:60], "text": text, "line": lines[-1] if lines else None}


def _plain_python(source: str) -> str:
    """Return a cell as Python, with what only IPython understands turned into calls."""
    from IPython.core.inputtransformer2 import TransformerManager

    return TransformerManager().transform_cell(source)


def _no_input(*words):
    raise EOFError("nobody is there to answer input()")


class _NoShell:
    """In place of IPython's shell: magics and shell commands do nothing."""

    def __getattr__(self, name: str) -> Any:
        return lambda *arguments, **options: None
