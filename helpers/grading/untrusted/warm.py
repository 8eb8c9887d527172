"""The warm parent: it imports TensorFlow and a lesson's set-up, computes nothing, and forks.

Started as ``python -m helpers.grading.untrusted.warm FD``; the settings come as JSON on stdin,
one order per fork on the socket FD: two digits of a lesson, and two sockets, for data and for
control.
"""

from __future__ import annotations

import contextlib
import json
import os
import signal
import socket
import sys

from helpers.grading.sandbox import isolation, watch
from helpers.grading.sandbox.limits import Limits
from helpers.grading.untrusted.runner import serve


def main(arguments: list[str]) -> int:
    """Serve forks until the scorer is gone."""
    settings = json.loads(sys.stdin.read())
    _lift_the_scorers_limit()
    orders = socket.socket(fileno=int(arguments[0]))
    _silence()
    _import_and_configure()
    level, limits = settings["level"], Limits(**settings["limits"])
    namespaces: dict[str, dict] = {}
    signal.signal(signal.SIGCHLD, signal.SIG_IGN)  # nobody waits for the middle processes
    orders.sendall(b"k")
    while True:
        order, descriptors, _, _ = socket.recv_fds(orders, 2, 2)
        if not order:
            return 0
        lesson = order.decode()
        if lesson not in namespaces and not settings.get("fresh"):
            namespaces[lesson] = _prepare(settings["lessons"][lesson])
        if computed():
            orders.sendall(b"c")
            return 3
        if not os.fork():
            orders.close()
            namespace = namespaces.get(lesson) or _Later(settings["lessons"][lesson])
            _middle(level, limits, namespace, *descriptors)
        for descriptor in descriptors:
            os.close(descriptor)
        orders.sendall(b"k")


def _lift_the_scorers_limit() -> None:
    """Take all the memory that is allowed: the limit of a scorer at work is not meant for this."""
    if sys.platform == "linux":
        import resource

        _, most = resource.getrlimit(resource.RLIMIT_AS)
        resource.setrlimit(resource.RLIMIT_AS, (most, most))


def _silence() -> None:
    """Send whatever is printed nowhere: a runner's words come over its socket only."""
    null = os.open(os.devnull, os.O_RDWR)
    for descriptor in (0, 1, 2):
        os.dup2(null, descriptor)
    os.close(null)


def _import_and_configure() -> None:
    import keras  # noqa: F401
    import tensorflow as tf

    tf.config.threading.set_intra_op_parallelism_threads(1)
    tf.config.threading.set_inter_op_parallelism_threads(1)


def _prepare(lesson: dict) -> dict:
    """Return the names that a lesson's set-up cell defines.

    Checks and reference answers are none of them: a runner never holds the ones, and the others
    only once the scorer sends them. What a cell calls by the checks' names does nothing.
    """
    namespace: dict = {
        "__name__": "__main__",
        "check": lambda exercise, answer: answer,
        "hint": lambda exercise: None,
        "score": lambda lesson=None: None,
    }
    exec(compile(lesson["setup"], "<set-up>", "exec"), namespace)
    # Now, once for all forks: what a reference answer imports when it is sent.
    exec(compile(lesson["needs"], "<imports>", "exec"), {})
    return namespace


class _Later(dict):
    """The names of a set-up cell that computes: it has to run after the fork."""

    def __init__(self, lesson: dict):
        super().__init__()
        self.lesson = lesson


def computed() -> bool:
    """Return whether TensorFlow has run anything here: a fork would then hang for ever."""
    from tensorflow.python.eager import context

    current = context._context
    return current is not None and bool(current._initialized)


def _middle(level: str, limits: Limits, namespace: dict, data: int, control: int) -> None:
    """Fork the runner and watch it; then say how it ended."""
    try:
        signal.signal(signal.SIGCHLD, signal.SIG_DFL)
        os.setsid()
        if sys.platform == "linux":
            from helpers.grading.sandbox import linux

            linux.die_with_parent(signal.SIGKILL)

        def body(details: str) -> None:
            os.close(control)
            names = _prepare(namespace.lesson) if isinstance(namespace, _Later) else namespace
            serve(socket.socket(fileno=data), names, details)

        child, report = isolation.spawn(level, isolation.View(), limits, body)
        os.close(data)
        outcome = os.read(report, 600).decode(errors="replace")
        if not outcome.startswith("ok"):
            os.write(control, f"not confined: {outcome}".encode())
            os._exit(0)
        os.write(control, f"ended: {watch.watch(child, control, limits)}".encode())
    finally:
        with contextlib.suppress(OSError):
            os.killpg(0, signal.SIGKILL)  # what the runner forked, where it could; and this one
        os._exit(0)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
