"""The trusted end of a runner: ask it, hold handles of its objects, survive its death."""

from __future__ import annotations

import builtins
import contextlib
import re
import select
import socket
import sys
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from functools import lru_cache
from typing import Any

import numpy as np

from helpers.checks.guard import Elsewhere, Gone
from helpers.grading.sandbox import watch
from helpers.grading.wire import crossing
from helpers.grading.wire.codec import BUDGET, Channel, Codec, Timeout, WireError

_START_SECONDS = 60
_NOT_ONE_TEXT = {
    "BaseExceptionGroup",
    "ExceptionGroup",
    "StopAsyncIteration",
    "StopIteration",
    "UnicodeDecodeError",
    "UnicodeEncodeError",
    "UnicodeTranslateError",
}
_ERRORS = {
    name: kind
    for name, kind in vars(builtins).items()
    if isinstance(kind, type) and issubclass(kind, Exception) and name not in _NOT_ONE_TEXT
}


class Lost(Gone):
    """The runner is gone or may not go on. No check can catch it by mistake.

    Args:
        status: ``"time-out"`` or ``"crashed"``.
        reason: for the instructor.
    """

    def __init__(self, status: str, reason: str):
        super().__init__(reason)
        self.status, self.reason = status, reason


class NoRunner(Exception):
    """No runner could be started: a fault of this machine's, and nobody's answer."""


class StudentError(Exception):
    """An answer raised something that is no error of Python's own."""


@dataclass
class Lent:
    """A model of the check's own, of which the runner has a copy.

    Args:
        number: of the copy.
        model: the check's.
        config: as which it was sent.
        known: the weights that the copy has; empty before it is sent.
    """

    number: int
    model: Any
    config: dict
    known: list[np.ndarray] = field(default_factory=list)

    def news(self) -> list[np.ndarray] | None:
        """Return the model's weights if the copy has others, and take it that they are sent."""
        now = [np.array(weight) for weight in self.model.get_weights()]
        if len(now) == len(self.known) and all(map(np.array_equal, now, self.known)):
            return None
        self.known = now
        return now


class RemoteRunner:
    """One confined process, as the scorer sees it.

    What comes from there is data: numbers, texts, arrays, and handles of objects that stay there.

    Attributes:
        details: how it is confined, in words.
        last_error: what the student's code raised last, with its own words.
    """

    def __init__(self, data: socket.socket, control: socket.socket):
        self._channel, self._control = Channel(data), control
        self.last_error = ""
        self._callbacks: list[Callable] = []
        self._count = 0
        self._shared: dict[int, Lent] = {}
        self.allow(_START_SECONDS)
        try:
            self.details = clean(str(self._receive()[0].get("ready", "")))
        except BaseException:
            self.close()
            raise

    def allow(self, seconds: float) -> None:
        """Give all that comes now this much time by the clock, decoding and checking included.

        Its processor time begins anew as well: the process that watches the runner counts it.
        """
        self._channel.deadline = time.monotonic() + seconds
        self._channel.budget = BUDGET
        with contextlib.suppress(OSError):
            self._control.send(watch.NEXT)

    def expect_time(self) -> None:
        """Raise ``Lost`` once the time that was given is over."""
        try:
            self._channel.expect_time()
        except Timeout as problem:
            raise self._lost(problem) from None

    def answer(self, name: str) -> Any:
        """Return what a name stands for; an answer's changes of its arguments are seen here.

        Raises:
            Exception: as ``ask``.
        """
        value = self.ask("name", name=name)
        if isinstance(value, RemoteCallable):
            value.is_answer = True
        return value

    def ask(
        self,
        do: str,
        lent: Sequence[Lent] = (),
        takes_changes: bool = False,
        **words: Any,
    ) -> Any:
        """Send a request and return the value that came back.

        Args:
            do: what is asked for.
            lent: models whose copies are to be brought up to date first.
            takes_changes: whether arguments are changed here as the runner changed its copies.
            words: of the request.

        Raises:
            Lost: nothing came back.
            Exception: what the student's code raised, in the author's words.
        """
        here = list(lent)
        try:
            return self._exchange(do, here, takes_changes, words)
        except BaseException:
            # What their copies are like now, nobody knows.
            for one in here:
                self._shared.pop(id(one.model), None)
            raise

    def _exchange(
        self, do: str, here: list[Lent], takes_changes: bool, words: dict[str, Any]
    ) -> Any:
        codec = self._codec(here, share=takes_changes)
        given = words.get("arguments", ())
        updates = [(one.number, one.news()) for one in here]
        request = {
            "do": do,
            "lent": [
                [n, [codec.add(w.copy()) for w in new]] for n, new in updates if new is not None
            ],
            **{name: self._encoded(word, codec, name) for name, word in words.items()},
        }
        try:
            self._channel.send(request, codec.arrays)
        except (OSError, Timeout) as problem:
            raise self._lost(problem) from None
        reply, arrays = self._receive()
        while "callback" in reply:
            self._call_back(reply, arrays)
            reply, arrays = self._receive()
        if "error" in reply:
            raise self._error(reply["error"])
        sent, codec = codec.arrays, self._codec(here, arrays)
        try:
            value = codec.decode(reply.get("value"))
            if takes_changes:
                self._take_models(here, reply.get("models"), codec)
                self._take_changes(sent, reply.get("changed"), codec)
                self._take_lists(given, reply.get("lists"))
        except (WireError, RecursionError, MemoryError) as problem:
            self.last_error = clean(str(problem))
            raise StudentError(f"the result cannot be used: {self.last_error}") from None
        self.expect_time()
        return value

    def close(self) -> None:
        """End the process, whatever it does."""
        with contextlib.suppress(OSError):
            self._control.send(watch.END)
        self._channel.close()
        self._ending()
        self._control.close()

    def _encoded(self, word: Any, codec: Codec, name: str) -> Any:
        return codec.encode(word) if name in ("arguments", "options") else word

    def _receive(self) -> tuple[dict, list[np.ndarray]]:
        try:
            return self._channel.receive()
        except (EOFError, Timeout, WireError, RecursionError, MemoryError) as problem:
            raise self._lost(problem) from None

    def _lost(self, problem: Exception) -> Lost:
        if isinstance(problem, Timeout):
            return Lost("time-out", "no answer in time: an endless loop?")
        if isinstance(problem, WireError | RecursionError | MemoryError):
            return Lost("crashed", f"it sent something that is no answer: {problem}")
        ending = self._ending()
        if watch.OUT_OF_TIME in ending:
            return Lost("time-out", "no answer in time: an endless loop?")
        return Lost("crashed", f"its process is gone ({ending})")

    def _ending(self) -> str:
        """Return what the middle process says about the end, once."""
        said = ""
        # Closed already: then its end was told before.
        with contextlib.suppress(OSError, ValueError):
            if select.select([self._control], [], [], 5)[0]:
                said = clean(self._control.recv(1000).decode(errors="replace"))
        return said or "no word of its end"

    def _error(self, error: Any) -> Exception:
        """Return the error as one of ours: its kind and line, never the student's own words."""
        if not isinstance(error, dict):
            return StudentError("it sent something that is no answer")
        kind, text = str(error.get("type", ""))[:60], clean(str(error.get("text", "")))
        self.last_error = f"{clean(kind)}: {text}"
        line = error.get("line")
        place = f"on line {line} of your cell" if type(line) is int else "when it was called"
        if kind == "NotImplementedError" and (text.startswith("TODO") or not text):
            return NotImplementedError("TODO")
        if kind == "NameError":
            place += "; of the cells above only imports and definitions count"
        if kind == "WireError":
            return StudentError(f"the result cannot be used: {text}")
        if kind in ("SystemExit", "KeyboardInterrupt", "GeneratorExit"):
            return StudentError(f"it ends the program ({kind}) {place}")
        return _ERRORS.get(kind, StudentError)(place)

    def _codec(
        self, lent: list[Lent], arrays: list[np.ndarray] | None = None, share: bool = False
    ) -> Codec:
        others: dict[str, Callable[[Any, Codec], Any]] = {
            "handle": lambda content, codec: self._decode_handle(content, lent),
            "weight": _decode_weight,
        }
        return Codec(
            lambda value, codec: self._encode_other(value, codec, lent, share), others, arrays
        )

    def _encode_other(self, value: Any, codec: Codec, lent: list[Lent], share: bool) -> dict:
        if isinstance(value, Remote):
            return {"handle": value._handle}
        if isinstance(value, np.random.Generator):
            return {"generator": _state(value.spawn(1)[0])}
        if hasattr(value, "get_weights") and hasattr(value, "get_config"):
            return {"model": self._encode_model(value, codec, lent, share)}
        if hasattr(value, "numpy"):
            return {"tensor": codec.add(value.numpy())}
        if callable(value):
            return self._encode_function(value)
        if isinstance(value, range):
            return codec.encode(list(value))
        raise WireError(f"a {type(value).__name__} does not cross")

    def _encode_model(self, model: Any, codec: Codec, lent: list[Lent], share: bool) -> dict:
        """Return a model as a message; where its changes come back, as the copy that is there."""
        config = crossing.config_of(model)
        one = self._shared.get(id(model)) if share else None
        if one is None or one.config != config:
            one = Lent(self._count, model, config)
            self._count += 1
            if share:
                self._shared[id(model)] = one
        is_new = not one.known
        weights = one.news()
        lent.append(one)
        return {
            "number": one.number,
            "config": config if is_new else None,
            "weights": None if weights is None else [codec.add(w.copy()) for w in weights],
        }

    def _encode_function(self, function: Callable) -> dict:
        module, name = getattr(function, "__module__", ""), getattr(function, "__qualname__", "")
        if str(module).split(".")[0] in ("keras", "numpy", "math") and "." not in name and name:
            return {"import": f"{module}:{name}"}
        self._callbacks.append(function)
        return {"callback": len(self._callbacks) - 1}

    def _call_back(self, request: dict, arrays: list[np.ndarray]) -> None:
        """Let the runner call a function that a check passed in."""
        codec, replies = self._codec([], arrays), self._codec([])
        try:
            function = self._callbacks[int(request["callback"])]
            arguments = codec.decode(request["arguments"])
            value = function(*arguments, **codec.decode(request["options"]))
            reply = {"value": replies.encode(value)}
        except Exception as problem:
            reply, replies = {"error": type(problem).__name__}, self._codec([])
        try:
            self._channel.send(reply, replies.arrays)
        except (OSError, Timeout) as problem:
            raise self._lost(problem) from None

    def _decode_handle(self, content: Any, lent: list[Lent]) -> Any:
        if not isinstance(content, dict) or type(content.get("id")) is not int:
            raise WireError("a handle that is none")
        is_callable, kind = bool(content.get("callable")), str(content.get("type"))
        return _class_of(is_callable, kind)(self, content["id"], tuple(lent))

    def _take_models(self, lent: list[Lent], changed: Any, codec: Codec) -> None:
        """Do to the check's models what the answer did to its copies of them: the check looks."""
        models = {one.number: one.model for one in lent}
        for entry in changed if isinstance(changed, list) else []:
            if not isinstance(entry, list) or len(entry) != 4:
                raise WireError("a change of a model that is none")
            number, *lists = entry
            model = models.get(number) if type(number) is int else None
            if model is None or not all(isinstance(one, list) for one in lists):
                raise WireError("a change of a model that is none")
            indices, trainable, names = lists
            arrays = [codec.at(index) for index in indices]
            if [a.shape for a in arrays] != [tuple(w.shape) for w in model.weights]:
                raise WireError("weights of other shapes than the model's")
            self._shared.pop(id(model), None)  # the check will undo it, and the copy will not
            model.set_weights(arrays)
            for weight, now in zip(model.weights, trainable, strict=False):
                weight.trainable = bool(now)
            for layer, name in zip(getattr(model, "layers", ()), names, strict=False):
                if layer.name != name:
                    layer.name = clean(str(name))

    def _take_changes(self, sent: list[np.ndarray], changed: Any, codec: Codec) -> None:
        """Do to the arguments what the answer did to its copies of them: the check looks."""
        for pair in changed if isinstance(changed, list) else []:
            if not isinstance(pair, list) or len(pair) != 2 or type(pair[0]) is not int:
                raise WireError("a change of an argument that is none")
            old, new = sent[pair[0] % len(sent)] if sent else None, codec.at(pair[1])
            if old is None or old.shape != new.shape or old.dtype != new.dtype:
                raise WireError("a change of an argument that is none")
            if old.flags.writeable:
                np.copyto(old, new)

    def _take_lists(self, given: tuple, changed: Any) -> None:
        """Do to the lists among the arguments what the answer did to its copies of them."""
        for pair in changed if isinstance(changed, list) else []:
            if not isinstance(pair, list) or len(pair) != 2 or not isinstance(pair[1], list):
                raise WireError("a change of a list that is none")
            position, stood = pair
            if type(position) is not int or not 0 <= position < len(given):
                raise WireError("a change of a list that is none")
            target = given[position]
            if type(target) is list:
                items = target[:]
                # An item that was not there before is none of the check's own: leave it out.
                target[:] = [
                    items[i] for i in stood if type(i) is int and 0 <= i < len(items)
                ][:1000]  # fmt: skip


class Remote(Elsewhere):
    """An object of the runner's: its attributes are fetched from there."""

    def __init__(self, runner: RemoteRunner, handle: int, lent: tuple[Lent, ...]):
        self._runner, self._handle, self._lent = runner, handle, lent

    def __getattr__(self, name: str) -> Any:
        if name.startswith("_"):
            raise AttributeError(name)
        return self._runner.ask("get", self._lent, handle=self._handle, name=name)

    def __repr__(self) -> str:
        return "an object"


class RemoteCallable(Remote):
    """A function, class, layer or model of the runner's.

    Attributes:
        is_answer: whether it is the answer itself, which is called with copies of what it gets:
            these are changed as it changed its own. All else changes nothing here.
    """

    is_answer = False

    def __call__(self, *arguments: Any, **options: Any) -> Any:
        return self._runner.ask(
            "call",
            self._lent,
            self.is_answer,
            handle=self._handle,
            arguments=tuple(arguments),
            options=options,
        )

    def slopes(self, inputs: Sequence[np.ndarray], weights: np.ndarray) -> list:
        """Return the slopes of a weighted sum of what it returns, None where there are none."""
        arguments = (*inputs, weights)
        return list(self._runner.ask("slopes", handle=self._handle, arguments=arguments))


def _class_of(is_callable: bool, kind: str) -> type[Remote]:
    """Return a class that messages can name: as Python's or Keras's own, never in others' words."""
    layers = vars(sys.modules["keras"].layers) if "keras" in sys.modules else {}
    plain = kind == "function" or isinstance(vars(builtins).get(kind), type)
    return _named(is_callable, kind if plain or kind in layers else "object")


@lru_cache(maxsize=1_000)
def _named(is_callable: bool, name: str) -> type[Remote]:
    return type(name, (RemoteCallable if is_callable else Remote,), {})


class Weight(np.ndarray):
    """The numbers of a variable of a model that stays with the runner.

    Attributes:
        constraint: True if the variable has one, else None.
        trainable: whether training moves it.
    """

    constraint: bool | None = None
    trainable: bool = True


def _decode_weight(content: Any, codec: Codec) -> Weight:
    if not isinstance(content, list) or len(content) != 3:
        raise WireError("a weight that is none")
    weight = codec.at(content[0]).view(Weight)
    weight.constraint = True if content[1] else None
    weight.trainable = bool(content[2])
    return weight


def clean(text: str) -> str:
    """Return at most 300 printable characters of a text: no escape sequences, no line ends."""
    text = re.sub(r"\x1b\[[0-9;?]*[ -/]*[@-~]", "", text)
    return "".join(c if c.isprintable() else " " for c in text)[:300].strip()


def _state(generator: np.random.Generator) -> dict:
    state = generator.bit_generator.state
    numbers = {name: int(value) for name, value in state["state"].items()}
    return {**state, "state": numbers}
