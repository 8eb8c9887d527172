"""Isolation: what is seen, which level is chosen, what is said about it, and what holds."""

import asyncio
import ctypes
import errno
import faulthandler
import os
import signal
import socket
import struct
import sys
import threading
import time
from pathlib import Path

import pytest
import threadpoolctl
from grading_kit import LIMITS, levels

from helpers.grading.cli import choose_level
from helpers.grading.sandbox import isolation, landlock, seccomp, watch
from helpers.grading.sandbox.isolation import View, attempt, probe, visible
from helpers.grading.sandbox.limits import Limits
from helpers.grading.trusted.remote import Lost, RemoteRunner
from helpers.grading.wire.codec import Channel

if sys.platform == "linux":
    from helpers.grading.sandbox import walls

LINUX = pytest.mark.skipif(sys.platform != "linux", reason="of Linux only")
CONFINED = tuple(level for level in ("L2", "L3") if level in levels())


def test_what_is_hidden_is_cut_out_of_what_is_readable(tmp_path):
    for path in ("package/checks/a.py", "package/layers/b.py", "package/c.py", "other/d.py"):
        (tmp_path / path).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / path).write_text("x")
    package, other = str(tmp_path / "package"), str(tmp_path / "other")
    readable, listable = visible(View((package, other), (f"{package}/checks",)))
    assert sorted(readable) == [other, f"{package}/c.py", f"{package}/layers"]
    assert listable == [package]


def test_the_own_view_hides_the_checks_and_leaves_the_course_out():
    view = View()
    readable, _ = visible(view)
    hidden = str(isolation.PACKAGE / "checks")
    assert hidden in view.hidden
    assert not any(hidden == path or hidden.startswith(f"{path}/") for path in readable)
    for folder in ("solutions", "tests", "notebooks"):
        place = str(isolation.PACKAGE.parent / folder)
        assert not any(place == path or place.startswith(f"{path}/") for path in readable)


@LINUX
@pytest.mark.parametrize("level", CONFINED)
def test_a_wall_with_a_hole_is_no_level(level, monkeypatch):
    monkeypatch.setitem(walls.WALLS, "a door", lambda: None)
    assert attempt(level, LIMITS) == "its walls have a hole: a door"


def unconfined(work):
    """Run ``work()`` in a process of its own and return the error number it met, 0 for none."""
    child = os.fork()
    if not child:
        code = 255
        try:
            work()
            code = 0
        except OSError as problem:
            code = problem.errno
        finally:
            os._exit(code)
    return os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])


@LINUX
@pytest.mark.parametrize("name", walls.WALLS if sys.platform == "linux" else ())
def test_without_walls_each_test_of_a_wall_fails(name):
    """Show that each of them can: here nothing is confined."""
    met = unconfined(walls.WALLS[name])
    if met in (errno.ENOSYS, errno.ENOTTY, errno.EOPNOTSUPP, errno.EPERM):
        pytest.skip(f"this machine offers nobody that: {os.strerror(met)}")
    assert met == 0


@LINUX
@pytest.mark.parametrize("version", range(1, 7))
def test_every_wall_of_l2_holds_on_an_older_landlock(version, monkeypatch):
    """The filter keeps what a younger Landlock would: emptying files, ioctl, sockets, signals."""
    if "L2" not in levels():
        pytest.skip("this machine has no L2")
    monkeypatch.setattr(landlock, "version", lambda: version)
    assert attempt("L2", LIMITS) == f"ok Landlock {version}, seccomp"


def test_the_highest_level_that_works_is_taken_and_the_others_are_explained(monkeypatch):
    monkeypatch.setattr(
        isolation, "attempt", lambda level, limits: "ok x" if level == "L2" else "y"
    )
    assert probe(LIMITS) == ("L2", "x; no L3: y")
    monkeypatch.setattr(isolation, "attempt", lambda level, limits: "broken")
    with pytest.raises(OSError, match="No process can be forked"):
        probe(LIMITS)


def test_elsewhere_only_l1_is_offered_and_needs_trust(monkeypatch):
    monkeypatch.setattr(isolation.sys, "platform", "darwin")
    assert attempt("L3", LIMITS) == attempt("L2", LIMITS) == "only on Linux"
    monkeypatch.setattr(isolation, "attempt", lambda level, limits: "ok" * (level == "L1"))
    with pytest.raises(ValueError, match="--trust"):
        choose_level(None, False, LIMITS)
    assert choose_level(None, True, LIMITS)[0] == "L1"
    with pytest.raises(ValueError, match="L3 does not work"):
        choose_level("L3", True, LIMITS)


@LINUX
@pytest.mark.parametrize("level", CONFINED)
def test_on_a_processor_without_a_filter_a_level_is_not_called_so(level, monkeypatch):
    monkeypatch.setattr(seccomp.platform, "machine", lambda: "riscv64")
    assert attempt(level, LIMITS) == "OSError: no seccomp filter for riscv64"


@LINUX
def test_a_course_in_the_temporary_folder_is_read_and_not_written(tmp_path, monkeypatch):
    if "L3" not in levels():
        pytest.skip("this machine has no L3")
    (tmp_path / "lesson.py").write_text("x")
    whole = View((*View().readable, str(tmp_path)))

    def look():
        assert (tmp_path / "lesson.py").read_text() == "x"
        for place in (tmp_path, tmp_path.parent):
            with pytest.raises(OSError):
                (place / "intruder").write_text("x")
        return ""

    monkeypatch.setattr(isolation, "View", lambda: whole)
    monkeypatch.setattr(walls, "hole", look)
    assert attempt("L3", LIMITS).startswith("ok")
    assert not (tmp_path / "intruder").exists()


@LINUX
def test_nothing_of_an_attempt_is_left():
    before = set(os.listdir("/proc/self/fd"))
    attempt(levels()[0], LIMITS)
    assert set(os.listdir("/proc/self/fd")) == before


# The filter


def verdict(code, number, arguments=(), mark=0xC000003E):
    """Return what a filter says to a call: 0 to go on, an error number, "killed"."""
    words = [*arguments, *[0] * (6 - len(arguments))]
    data = struct.pack("=IIQ6Q", number, mark, 0, *words)
    steps, held, place = [struct.unpack("HBBI", step) for step in code], 0, 0
    while True:
        kind, if_true, if_false, value = steps[place]
        place += 1
        if kind == 0x06:
            return {0x7FFF0000: 0, 0x80000000: "killed"}.get(value, value & 0xFFFF)
        if kind == 0x20:
            held = struct.unpack_from("=I", data, value)[0]
        elif kind == 0x54:
            held &= value
        else:
            place += if_true if (held == value if kind == 0x15 else held >= value) else if_false


NUMBERS = {
    "x86_64": {"read": 0, "openat": 257, "clone": 56, "kill": 62, "sendto": 44, "prctl": 157,
               "fork": 57, "ptrace": 101, "socket": 41, "vmsplice": 278, "shmat": 30,
               "inotify_add_watch": 254, "memfd_create": 319, "prlimit64": 302},
    "aarch64": {"read": 63, "openat": 56, "clone": 220, "kill": 129, "sendto": 206, "prctl": 167,
                "ptrace": 117, "socket": 198, "vmsplice": 75, "shmat": 196,
                "inotify_add_watch": 27, "memfd_create": 279, "prlimit64": 261},
}  # fmt: skip
MARKS = {"x86_64": 0xC000003E, "aarch64": 0xC00000B7}


@pytest.mark.parametrize("machine", NUMBERS)
def test_the_filter_lets_pass_what_is_listed_and_nothing_else(machine):
    code, numbers = seccomp.program(machine, 77), NUMBERS[machine]

    def said(name, *arguments):
        return verdict(code, numbers[name], arguments, MARKS[machine])

    assert len(code) < 4096 and all(len(step) == 8 for step in code)
    assert said("read") == said("openat", 0, 0, 0x201) == said("clone", 0x3D0F00) == 0
    for name in numbers.keys() & {"fork", "ptrace", "socket", "vmsplice", "shmat",
                                  "inotify_add_watch", "memfd_create"}:  # fmt: skip
        assert said(name) == errno.EPERM, name
    # A file opened to read is not emptied; a process, or a namespace, is no thread.
    assert said("openat", 0, 0, 0x200) == said("clone", 17) == errno.EPERM
    assert said("clone", 0x3D0F00 | 0x10000000) == errno.EPERM
    # Signals for itself only, limits of its own only, a word to the other end only.
    assert (said("kill", 77), said("kill", 78), said("kill", 0)) == (0, errno.EPERM, errno.EPERM)
    assert (said("prlimit64", 0), said("prlimit64", 77)) == (0, errno.EPERM)
    assert said("sendto", 3, 4, 5, 0, 0) == 0
    assert said("sendto", 3, 4, 5, 0, 8) == said("sendto", 3, 4, 5, 0, 1 << 40) == errno.EPERM
    assert (said("prctl", 15), said("prctl", 1)) == (0, errno.EPERM)
    # What is newer than clone3 is as if it were not there; calls of another kind end the process.
    assert {verdict(code, n, (), MARKS[machine]) for n in (435, 447, 999, 1 << 30)} == {
        errno.ENOSYS
    }
    assert verdict(code, 0, (), 0x40000003) == "killed"


@LINUX
@pytest.mark.parametrize(
    ("machine", "header"),
    [
        ("x86_64", "/usr/include/x86_64-linux-gnu/asm/unistd_64.h"),
        ("aarch64", "/usr/include/asm-generic/unistd.h"),
    ],
)
def test_the_numbers_are_those_of_the_kernel_s_headers(machine, header):
    if not Path(header).is_file():
        pytest.skip(f"no {header}")
    words = [line.split() for line in Path(header).read_text().splitlines()]
    defined = {w[1]: w[2] for w in words if len(w) > 2 and w[0] == "#define"}
    for name, number in seccomp.numbers(machine).items():
        said = defined.get(f"__NR_{name}", defined.get(f"__NR3264_{name}"))
        if (machine, name) == ("aarch64", "newfstatat"):
            said = defined["__NR3264_fstatat"]
        assert int(defined.get(said, said)) == number, name


@LINUX
@pytest.mark.parametrize("level", CONFINED)
def test_what_libraries_ask_of_their_own_process_is_answered(level, monkeypatch):
    """TensorFlow reads its command line, threadpoolctl (of scikit-learn) what is loaded."""

    def ask():
        for name in ("cmdline", "maps"):
            Path(f"/proc/self/{name}").read_bytes()
        assert threadpoolctl.threadpool_info() and os.sched_getaffinity(0)
        asyncio.run(asyncio.sleep(0))
        return ""

    monkeypatch.setattr(walls, "hole", ask)
    assert attempt(level, LIMITS).startswith("ok")


# The watch


def watched(level, work, limits, *, say=b"", leave=False):
    """Confine ``work()``, watch it, and return what is said of its end."""
    ours, theirs = socket.socketpair()
    reader, writer = os.pipe()
    middle = os.fork()
    if not middle:
        try:
            ours.close()
            child, report = isolation.spawn(level, View(), limits, lambda details: work())
            assert os.read(report, 600).startswith(b"ok")
            os.write(writer, watch.watch(child, theirs.fileno(), limits).encode())
        finally:
            os._exit(0)
    os.close(writer)
    theirs.close()
    if say:
        ours.send(say)
    if leave:
        ours.close()
    with os.fdopen(reader) as stream:
        said = stream.read()
    ours.close()
    os.waitpid(middle, 0)
    return said


def spin():
    while True:
        pass


def fault():
    faulthandler.disable()
    ctypes.string_at(0)


def many_threads():
    for _ in range(100):
        threading.Thread(target=time.sleep, args=(60,), daemon=True).start()
    time.sleep(60)


@LINUX
@pytest.mark.parametrize("level", levels())
def test_a_limit_that_is_passed_ends_the_runner_and_is_named(level):
    small = Limits(seconds=0.05, memory=1_000_000_000)
    assert watched(level, spin, small, say=watch.NEXT) == watch.OUT_OF_TIME
    # Threads would take all of the memory before.
    roomy = Limits(memory=100_000_000_000)
    assert watched(level, many_threads, roomy) == "more than 64 threads"


@LINUX
@pytest.mark.parametrize("level", levels())
def test_waiting_costs_no_processor_time_and_an_end_is_told(level):
    # On a busy machine the process takes some hundredths before it waits.
    small = Limits(seconds=0.3, memory=1_000_000_000)
    waiting = watched(level, lambda: time.sleep(0.9), small, say=watch.NEXT)
    assert waiting == "exit code 0"
    assert watched(level, lambda: os._exit(7), small) == "exit code 7"
    assert watched(level, fault, small) == "SIGSEGV"
    for end in ({"say": watch.END}, {"leave": True}):
        assert watched(level, lambda: time.sleep(60), small, **end) == "SIGKILL"


@LINUX
def test_each_exercise_has_seconds_of_its_own():
    usage = watch.Usage(os.getpid())
    assert usage.excess(Limits(seconds=1e-9)) == ""  # nothing counts before the first
    usage.start()
    usage._before -= 2
    assert usage.excess(Limits(seconds=1)) == watch.OUT_OF_TIME
    usage.start()
    assert usage.excess(Limits(seconds=1)) == ""
    assert Limits(seconds=3).wall > 3


def test_of_a_runner_that_ends_before_it_is_ready_nothing_stays_open():
    data, runner = socket.socketpair()
    control, watcher = socket.socketpair()
    runner.close()
    watcher.send(b"ended: exit code 1")
    with watcher, pytest.raises(Lost, match="exit code 1"):
        RemoteRunner(data, control)
    assert data.fileno() == control.fileno() == -1


def test_the_scorer_says_when_an_exercise_begins_and_hears_why_it_ended():
    data, runner = socket.socketpair()
    control, watcher = socket.socketpair()
    with runner, watcher:
        Channel(runner).send({"ready": "well"})
        remote = RemoteRunner(data, control)
        remote.allow(60)
        assert watch.NEXT in watcher.recv(10)
        watcher.send(f"ended: {watch.OUT_OF_TIME}".encode())
        runner.shutdown(socket.SHUT_RDWR)
        with pytest.raises(Lost, match="endless loop") as lost:
            remote.ask("name", name="x")
        assert lost.value.status == "time-out"
        remote.close()


@LINUX
@pytest.mark.parametrize("level", CONFINED)
def test_a_runner_ends_with_the_process_that_watches_it(level):
    """It cannot take back that the kernel ends it: that is one of the walls."""
    reader, writer = os.pipe()
    middle = os.fork()
    if not middle:
        os.close(reader)

        def stay(details):
            os.write(writer, b"here")
            time.sleep(60)

        isolation.spawn(level, View(), LIMITS, stay)
        time.sleep(60)
    os.close(writer)
    with os.fdopen(reader, "rb", buffering=0) as stream:
        assert stream.read(4) == b"here"
        os.kill(middle, signal.SIGKILL)
        os.waitpid(middle, 0)
        assert stream.read(1) == b""  # nobody holds the other end any more
