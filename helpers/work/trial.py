"""The process that runs a student's own answers, one lesson at a time, and checks them.

Started by ``helpers.work.judging``; the lesson and its steps come as a line of JSON on stdin, and
what becomes of each leaves as a line of JSON on stdout. There are no walls: it is the student's
own machine. It is a process of its own so that an answer that crashes or never ends costs itself
only.
"""

from __future__ import annotations

import ast
import asyncio
import builtins
import contextlib
import inspect
import json
import linecache
import os
import sys
import threading
from collections.abc import Callable
from typing import Any, NoReturn

from helpers.checks.guard import explain
from helpers.checks.registry import Exercise, get
from helpers.checks.running import Verdict, run
from helpers.work.plain import plain_python
from helpers.work.statements import definitions


class Trial:
    """The names of a lesson that is being gone through.

    Args:
        names: what the lesson's set-up cell defines.
    """

    def __init__(self, names: dict[str, Any]):
        self.names = names

    def own(self, source: str) -> None:
        """Run another cell of the student's: it may add names, and change none."""
        before = dict(self.names)
        tree = ast.parse(definitions(source, calls=True))
        for node in tree.body:
            with contextlib.suppress(Exception, SystemExit):
                exec(compile(ast.Module([node], []), "<own cell>", "exec"), self.names)
        self.names.update(before)

    def judge(self, entry: Exercise, source: str) -> tuple[str, str]:
        """Run an answer and its check; the lesson goes on as a notebook would.

        Of an answer that is not right stays what it defines anew, and the reference has its name.

        Returns:
            Its status, as a ``Verdict`` has it, and what is not right yet.
        """
        tried = dict(self.names)
        tried.pop(entry.name, None)
        try:
            execute(source, tried, entry.id)
            if entry.name not in tried:
                raise NameError(f"the cell no longer defines `{entry.name}`")
            verdict = run(entry, tried[entry.name])
        except BaseException as problem:  # an answer may raise whatever it likes
            verdict = Verdict(entry, "not yet")
            words = f"its cell stops with {explain(problem)}"
        else:
            words = "; ".join(step.text for step in verdict.steps if step.status == "not yet")
        if verdict.passed:
            self.names = tried
        else:
            self.names = {**tried, **self.names, entry.name: entry.load_reference()}
        status = "not yet" if verdict.status == "reference" else verdict.status
        return status, words

    def repeat(self, entry: Exercise, source: str, status: str) -> None:
        """Do an answer again that was judged in a process that is gone."""
        before = self.names
        self.names = dict(before)
        with contextlib.suppress(BaseException):
            execute(source if status == "passed" else definitions(source), self.names, entry.id)
        if status != "passed":
            self.names |= before
        if status != "passed" or entry.name not in self.names:
            self.names[entry.name] = entry.load_reference()


def execute(source: str, names: dict[str, Any], exercise: str) -> None:
    """Run a cell as a notebook does: magics, and ``await`` outside of functions."""
    source = plain_python(source)
    filename = f"<ipython-input-{exercise}>"  # by which a check tells a line of the student's
    linecache.cache[filename] = (len(source), None, source.splitlines(True), filename)
    code = compile(source, filename, "exec", ast.PyCF_ALLOW_TOP_LEVEL_AWAIT, dont_inherit=True)
    waits = eval(code, names)
    if code.co_flags & inspect.CO_COROUTINE:
        asyncio.run(waits)


def set_up(source: str) -> dict[str, Any]:
    """Return the names that a lesson's set-up cell defines; its graders do nothing."""
    names: dict[str, Any] = {
        "__name__": "__main__",
        "check": lambda exercise, answer: answer,
        "predicted": lambda *arguments, **options: None,
        "hint": lambda exercise: None,
        "score": lambda lesson=None: None,
        "display": lambda *things, **options: None,
        "get_ipython": _NoShell,
    }
    exec(compile(source, "<set-up>", "exec", dont_inherit=True), names)
    return names


def go_through(job: dict, say: Callable[[dict], None]) -> None:
    """Do the steps of a job, and say what becomes of each."""
    trial = Trial(set_up(job["setup"]))
    say({"ready": True})
    for number, step in enumerate(job["steps"]):
        say({"ended": number, **_go(trial, step)})


def _go(trial: Trial, step: dict) -> dict[str, str]:
    """Do one step; return status and words of an answer that is judged."""
    if step["exercise"] is None:
        trial.own(step["source"])
        return {}
    entry = get(step["exercise"])
    if not step["source"]:
        trial.names[entry.name] = entry.load_reference()
        return {}
    if step["status"]:
        trial.repeat(entry, step["source"], step["status"])
        return {}
    status, words = trial.judge(entry, step["source"])
    return {"status": status, "words": words}


def main() -> NoReturn:
    """Serve one job, and end whatever an answer left running."""
    job = json.loads(sys.stdin.buffer.readline())
    answers = os.fdopen(os.dup(1), "w", encoding="utf-8")
    threading.Thread(target=_end_with_parent, args=(os.dup(0),), daemon=True).start()
    null = os.open(os.devnull, os.O_RDWR)
    for descriptor in (0, 1, 2):
        os.dup2(null, descriptor)
    builtins.input = _no_input

    def say(words: dict) -> None:
        answers.write(json.dumps(words) + "\n")
        answers.flush()

    try:
        go_through(job, say)
    except BaseException as problem:
        say({"problem": explain(problem)})
    os._exit(0)


def _end_with_parent(pipe: int) -> NoReturn:
    """End this process once nobody waits for it: an endless answer would go on for ever."""
    os.read(pipe, 1)  # nothing more is ever sent: it returns when the other end is closed
    os._exit(1)


def _no_input(*words: object) -> NoReturn:
    raise EOFError("nobody is there to answer input()")


class _NoShell:
    """In place of IPython's shell: magics and shell commands do nothing."""

    def __getattr__(self, name: str) -> Any:
        return lambda *arguments, **options: None
