"""Runners in threads: they run cells as the real ones do, without a fork and without walls."""

import contextlib
import socket
import threading

from helpers.grading.trusted.remote import RemoteRunner
from helpers.grading.untrusted.runner import Runner
from helpers.grading.wire.codec import Channel


class HangUp(BaseException):
    """In place of a kill."""


class ThreadRunner(Runner):
    """A runner in a thread: it hangs up where a cell or an answer raises ``HangUp``."""

    def _do_cell(self, request, codec):
        return self._or_hang_up(super()._do_cell, request, codec)

    def _do_own(self, request, codec):
        return self._or_hang_up(super()._do_own, request, codec)

    def _do_call(self, request, codec):
        return self._or_hang_up(super()._do_call, request, codec)

    def _or_hang_up(self, do, request, codec):
        try:
            return do(request, codec)
        except HangUp:
            self._channel._connection.shutdown(socket.SHUT_RDWR)
            raise


def connect(kind, names):
    """Start a runner of this kind with these names, and return the scorer's end and the runner."""
    (data, theirs), (control, middle) = socket.socketpair(), socket.socketpair()
    middle.send(b"ended: by the test")
    middle.close()
    runner = kind(Channel(theirs), dict(names))
    threading.Thread(target=_serve, args=(runner,), daemon=True).start()
    remote = RemoteRunner(data, control)
    remote.allow(20)
    return remote, runner


def _serve(runner):
    with contextlib.suppress(OSError, HangUp):
        runner.loop("a thread")
    runner._channel.close()


@contextlib.contextmanager
def held(function):
    """Yield an answer that a runner holds: what a check in the grader sees of a function."""
    remote, _ = connect(ThreadRunner, {"f": function})
    try:
        yield remote.answer("f")
    finally:
        remote.close()
