"""The untrusted side: run a student's answer cells, then answer calls. Holds no expected value."""

from __future__ import annotations

import ast
import asyncio
import builtins
import contextlib
import importlib
import inspect
import linecache
import socket
import sys
import traceback
import warnings
from collections.abc import Iterator
from typing import Any

import numpy as np

from helpers.grading.wire.codec import Channel, Codec, WireError
from helpers.grading.wire.crossing import from_config
from helpers.work.plain import plain_python


def serve(connection: socket.socket, namespace: dict, details: str) -> None:
    """Answer the scorer's requests until it hangs up.

    Args:
        connection: to the scorer.
        namespace: names that the lesson's set-up cell defines.
        details: how this process is confined, in words.
    """
    Runner(Channel(connection), namespace).loop(details)


class Runner:
    """One student's notebook: its names, and the objects that the scorer holds handles of.

    Nothing that a score hangs on is here: neither seed nor checks nor expected values, and a
    reference answer only once the scorer has sent it, when its exercise is judged.
    """

    def __init__(self, channel: Channel, namespace: dict):
        self._channel = channel
        self._namespace = namespace
        self._own: set[str] = set()
        self._objects: list[Any] = []
        self._lent: dict[int, Any] = {}
        self._given: list[tuple[int, list, tuple[list[bool], list[str]]]] = []
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
        self._given.clear()
        codec = self._codec(arrays)
        replies = Codec(self._encode_other)
        before = [array.tobytes() for array in arrays]
        try:
            for number, indices in request.get("lent", []):
                self._lent[number].set_weights([codec.at(index) for index in indices])
            value = getattr(self, f"_do_{request['do']}")(request, codec)
            reply = {"value": replies.encode(value)}
            if request["do"] == "call":
                reply["models"] = self._changed_models(replies)
                pairs = enumerate(zip(arrays, before, strict=True))
                changed = [(i, array) for i, (array, old) in pairs if array.tobytes() != old]
                reply["changed"] = [[index, replies.add(array)] for index, array in changed]
                reply["lists"] = self._changed_lists()
            return reply, replies.arrays
        except BaseException as problem:  # also SystemExit and whatever a student invents
            return {"error": _describe(problem)}, []

    def _do_cell(self, request: dict, codec: Codec) -> bool:
        """Run an answer cell, and return whether it defines its answer."""
        self._namespace.pop(request["name"], None)
        self._own.discard(request["name"])
        self._run(request["source"], f"<answer {request['name']}>")
        return request["name"] in self._namespace

    def _do_own(self, request: dict, codec: Codec) -> None:
        """Run another cell of the student's: it may add names, and change its own, no others.

        A statement that fails, say for data that are not here, keeps none of the rest from running.
        """
        before = dict(self._namespace)
        try:
            for node in ast.parse(request["source"]).body:
                with contextlib.suppress(Exception):
                    code = compile(ast.Module([node], []), "<own cell>", "exec", dont_inherit=True)
                    exec(code, self._namespace)
        finally:
            self._own |= self._namespace.keys() - before.keys()
            kept = {name: value for name, value in before.items() if name not in self._own}
            self._namespace.update(kept)

    def _run(self, source: str, filename: str) -> None:
        source = plain_python(source)
        # tf.function and error messages look the source up.
        linecache.cache[filename] = (len(source), None, source.splitlines(True), filename)
        code = compile(source, filename, "exec", ast.PyCF_ALLOW_TOP_LEVEL_AWAIT, dont_inherit=True)
        waits = eval(code, self._namespace)
        if code.co_flags & inspect.CO_COROUTINE:
            asyncio.run(waits)

    def _do_reference(self, request: dict, codec: Codec) -> None:
        name, module = request["name"], {"__name__": "reference"}
        exec(compile(request["source"], "<reference>", "exec", dont_inherit=True), module)
        self._namespace[name] = module[name]
        self._own.discard(name)

    def _do_name(self, request: dict, codec: Codec) -> Any:
        return self._namespace[request["name"]]

    def _do_call(self, request: dict, codec: Codec) -> Any:
        arguments = codec.decode(request["arguments"])
        options = codec.decode(request["options"])
        pairs = enumerate(arguments)
        self._lists = [(i, given, given[:]) for i, given in pairs if type(given) is list]
        with _undisturbed():
            return self._objects[request["handle"]](*arguments, **options)

    def _do_slopes(self, request: dict, codec: Codec) -> list:
        from helpers.training.gradients import weighted_slopes

        *inputs, weights = codec.decode(request["arguments"])
        with _undisturbed():
            return weighted_slopes(self._objects[request["handle"]], inputs, weights)

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
        with _undisturbed():
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
        if content["config"] is not None:
            self._lent[content["number"]] = from_config(content["config"])
        model = self._lent[content["number"]]
        if content["weights"] is not None:
            model.set_weights([codec.at(index) for index in content["weights"]])
        weights = [np.array(weight) for weight in model.get_weights()]
        self._given.append((content["number"], weights, _state(model)))
        return model

    def _changed_models(self, codec: Codec) -> list:
        """Return number, weights, what can be trained, and names of each lent model's change."""
        changed = []
        for number, before, state in self._given:
            model = self._lent[number]
            after, now = model.get_weights(), _state(model)
            same = len(after) == len(before) and all(map(np.array_equal, before, after))
            if not same or now != state:
                changed.append([number, [codec.add(weight) for weight in after], *now])
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
        """Encode tensors, subclasses of plain types, and what NumPy reads as numbers.

        The rest, models too, stays here; what goes is a handle.
        """
        for kind in (int, float, str):
            if isinstance(value, kind):
                return _plain(kind, value)
        if isinstance(value, tuple | list | range):
            return codec.encode(tuple(value) if isinstance(value, tuple) else list(value))
        if isinstance(value, dict):
            return codec.encode(dict(value))
        if isinstance(value, set | frozenset):
            return codec.encode((set if isinstance(value, set) else frozenset)(value))
        if _is_variable(value):
            constrained = getattr(value, "constraint", None) is not None
            index = codec.add(_numbers(value.numpy()))
            return {"weight": [index, constrained, bool(value.trainable)]}
        array = _as_tensor(value)
        array = _as_numbers(value) if array is None else array
        if array is not None:
            return {"array": codec.add(array)}
        self._objects.append(value)
        name = type(value).__name__[:60]
        handle = {"id": len(self._objects) - 1, "callable": callable(value), "type": name}
        return {"handle": handle}


def _plain(kind: type, value: Any) -> Any:
    return {int: int.__int__, float: float.__float__, str: str.__str__}[kind](value)


def _is_variable(value: Any) -> bool:
    keras = sys.modules.get("keras")
    return keras is not None and isinstance(value, keras.Variable)


def _state(model: Any) -> tuple[list[bool], list[str]]:
    """Return which weights can be trained, and the names of the layers."""
    names = [str(layer.name) for layer in getattr(model, "layers", [])]
    return [bool(weight.trainable) for weight in model.weights], names


@contextlib.contextmanager
def _undisturbed() -> Iterator[None]:
    """Call an answer as the self-check does: what warns there is no error here."""
    with warnings.catch_warnings(), np.errstate(all="ignore"):
        warnings.simplefilter("ignore")
        yield


def _as_tensor(value: Any) -> np.ndarray | None:
    """Return a tensor or variable of TensorFlow's as an array."""
    tensorflow = sys.modules.get("tensorflow")
    if tensorflow is None:
        return None
    if isinstance(value, tensorflow.IndexedSlices):
        value = tensorflow.convert_to_tensor(value)
    if isinstance(value, tensorflow.Tensor | tensorflow.Variable):
        return _numbers(value.numpy())
    return None


def _as_numbers(value: Any) -> np.ndarray | None:
    """Return what a check would read out of fractions, series and the like, else None."""
    if callable(value):
        return None
    try:
        array = np.asarray(value)
        return array.astype(np.float64) if array.dtype.kind == "O" else array
    except (TypeError, ValueError, OverflowError):
        return None


def _numbers(array: np.ndarray) -> np.ndarray:
    return array.astype(np.float32) if array.dtype.kind == "V" else np.asarray(array)


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


def _no_input(*words):
    raise EOFError("nobody is there to answer input()")


class _NoShell:
    """In place of IPython's shell: magics and shell commands do nothing."""

    def __getattr__(self, name: str) -> Any:
        return lambda *arguments, **options: None
