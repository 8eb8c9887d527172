"""Confine a runner, and find out by trying how far this machine can."""

from __future__ import annotations

import contextlib
import os
import platform
import signal
import sys
import sysconfig
from dataclasses import dataclass, field
from pathlib import Path

from helpers.course import ROOT
from helpers.grading.sandbox import landlock, linux, seccomp, watch
from helpers.grading.sandbox.limits import LEVELS, Limits

PACKAGE = ROOT / "helpers"
# Our answers, checks, the grader and the builder are nobody's business in there.
HIDDEN = tuple(str(PACKAGE / name) for name in ("answers", "checks", "grading", "release", "work"))
_SYSTEM = ("/usr/lib", "/usr/lib64", "/lib", "/lib64", "/etc/ld.so.cache", "/usr/share/zoneinfo")
# scikit-learn asks how many processors it may use, and gives up if it is refused an answer.
_PROCESSORS = ("/sys/devices/system/cpu", "/sys/fs/cgroup/cpu", "/sys/fs/cgroup/cpu.max")
_DEVICES = ("/dev/null", "/dev/zero", "/dev/urandom", "/dev/random")


@dataclass(frozen=True)
class View:
    """What a runner sees of the file system.

    Args:
        readable: files and folders.
        hidden: folders inside them that stay unseen.
    """

    readable: tuple[str, ...] = field(default_factory=lambda: _python_folders())
    hidden: tuple[str, ...] = HIDDEN


def _python_folders() -> tuple[str, ...]:
    """Return the folders of this Python, its packages, the course's package, the C library."""
    paths = sysconfig.get_paths()
    folders = [sys.prefix, sys.base_prefix, paths["stdlib"], paths["platstdlib"]]
    folders += [paths["purelib"], paths["platlib"], str(PACKAGE), *_SYSTEM]
    real = sorted({os.path.realpath(folder) for folder in folders} | set(folders))
    outer = [
        folder
        for folder in real
        if os.path.exists(folder) and folder != "/"
        and not any(folder.startswith(f"{other}/") for other in real if other != "/")
    ]  # fmt: skip
    return tuple(outer)


def enter_namespaces() -> None:
    """Put this process, which has one thread, and its children into new namespaces (L3).

    It keeps the machine's files and processes before its eyes, since it has to watch its child.
    """
    user, group = os.getuid(), os.getgid()
    linux.unshare(
        linux.CLONE_NEWUSER | linux.CLONE_NEWPID | linux.CLONE_NEWNET
        | linux.CLONE_NEWIPC | linux.CLONE_NEWUTS
    )  # fmt: skip
    Path("/proc/self/setgroups").write_text("deny")
    Path("/proc/self/uid_map").write_text(f"1000 {user} 1")
    Path("/proc/self/gid_map").write_text(f"1000 {group} 1")


def confine(level: str, view: View, limits: Limits) -> str:
    """Confine this process, for good; in L3 it is the first of its pid namespace.

    Returns:
        What was done beyond the least of its level, in words.

    Raises:
        OSError: the kernel refused a part of it.
    """
    if level not in LEVELS:
        raise OSError(f"there is no level {level!r}")
    if sys.platform == "linux":
        linux.die_with_parent(signal.SIGKILL)
    limits.apply()
    if level == "L1":
        return ""
    if not seccomp.available():
        raise OSError(f"no seccomp filter for {platform.machine()}")
    if level == "L3":
        _change_root(view, limits)
        os.chdir("/tmp")
        linux.drop_privileges()
        done = _landlock(["/"], [], ["/tmp", "/dev/null"], required=False)
    else:
        os.chdir("/")
        linux.drop_privileges()
        linux.forbid_peeking()
        readable, listable = visible(view)
        # TensorFlow ends the process if it cannot read its own command line; threadpoolctl, and
        # with it scikit-learn, looks up which libraries are loaded.
        own = [f"/proc/{os.getpid()}/{name}" for name in ("cmdline", "maps")]
        readable += [*own, *_PROCESSORS, *_DEVICES]
        done = _landlock(readable, listable, ["/dev/null"], required=True)
    seccomp.install()
    return ", ".join([*done, "seccomp"])


def _landlock(
    readable: list[str], listable: list[str], writable: list[str], *, required: bool
) -> list[str]:
    version = landlock.version()
    if not version and not required:
        return []
    landlock.restrict(readable, listable, writable)
    return [f"Landlock {version}"]


def visible(view: View) -> tuple[list[str], list[str]]:
    """Split a view into what may be read whole and what may only be listed."""
    readable, listable, pending = [], [], list(view.readable)
    while pending:
        path = pending.pop()
        if path in view.hidden:
            continue
        if any(hidden.startswith(f"{path}/") for hidden in view.hidden):
            listable.append(path)
            pending += [os.path.join(path, name) for name in os.listdir(path)]
        else:
            readable.append(path)
    return readable, listable


def _change_root(view: View, limits: Limits) -> None:
    """Build a small read-only root out of the view, and move into it."""
    linux.unshare(linux.CLONE_NEWNS)
    linux.mount(None, "/", None, linux.MS_REC | linux.MS_PRIVATE)
    root = "/tmp"
    nothing = linux.MS_NOSUID | linux.MS_NODEV
    hidden = [path for path in view.hidden if os.path.isdir(path)]
    # Opened before the new root covers them: they may lie below /tmp themselves.
    places = {path: os.open(path, os.O_PATH) for path in (*view.readable, *_DEVICES)}
    linux.mount("tmpfs", root, "tmpfs", nothing, "size=1m,mode=755")
    os.mkdir(f"{root}/tmp")
    writable = f"size={limits.file_bytes},nr_inodes=2000"
    linux.mount("tmpfs", f"{root}/tmp", "tmpfs", nothing, writable)
    # What is readable may lie inside the writable folder: it gets a folder of its own there.
    inside = sorted({"/".join(path.split("/")[:3]) for path in places if path.startswith("/tmp/")})
    for folder in inside:
        os.mkdir(root + folder)
        linux.mount("tmpfs", root + folder, "tmpfs", nothing, "size=1m,mode=755")
    for path, place in places.items():
        target = root + path
        if path in _DEVICES:
            os.makedirs(os.path.dirname(target), exist_ok=True)
            open(target, "w").close()
            linux.mount(f"/proc/self/fd/{place}", target, None, linux.MS_BIND)
            continue
        _make_place(target, place)
        linux.mount(f"/proc/self/fd/{place}", target, None, linux.MS_BIND | linux.MS_REC)
        linux.make_read_only(target, recursive=True)
    for path in hidden:
        if os.path.isdir(root + path):
            linux.mount("tmpfs", root + path, "tmpfs", nothing | linux.MS_RDONLY, "size=4k")
    for folder in inside:
        linux.make_read_only(root + folder, recursive=False)
    for place in places.values():
        os.close(place)
    os.mkdir(f"{root}/proc")
    flags = nothing | linux.MS_NOEXEC | linux.MS_RDONLY
    # A container may forbid a new /proc: then there is none.
    with contextlib.suppress(OSError):
        linux.mount("proc", f"{root}/proc", "proc", flags, "subset=pid")
    os.chdir(root)
    linux.pivot_root_here(platform.machine())
    linux.make_read_only("/", recursive=False)


def _make_place(target: str, place: int) -> None:
    """Make the empty folder or file that something is mounted on."""
    if os.path.isdir(f"/proc/self/fd/{place}"):
        os.makedirs(target, exist_ok=True)
    else:
        os.makedirs(os.path.dirname(target), exist_ok=True)
        open(target, "w").close()


def spawn(level: str, view: View, limits: Limits, body) -> tuple[int, int]:
    """Fork a confined process that runs ``body(details)`` and ends.

    Returns:
        Its process id, and a pipe that tells ``ok ...`` or why it could not be confined.
    """
    report, back = os.pipe()
    if level == "L3":
        enter_namespaces()
    child = os.fork()
    if child:
        os.close(back)
        return child, report
    status = 1
    try:
        os.close(report)
        try:
            details = confine(level, view, limits)
            os.write(back, f"ok {details}".encode())
        except BaseException as problem:
            os.write(back, f"{type(problem).__name__}: {problem}".encode()[:500])
            os._exit(1)
        os.close(back)
        body(details)
        status = 0
    finally:
        os._exit(status)


def probe(limits: Limits | None = None) -> tuple[str, str]:
    """Return the highest level that works here, tried out, and details in words."""
    reasons: list[str] = []
    for level in reversed(LEVELS):
        outcome = attempt(level, limits or Limits())
        if outcome.startswith("ok"):
            return level, "; ".join([outcome[2:].strip() or "limits only", *reasons])
        reasons.append(f"no {level}: {outcome}")
    raise OSError("No process can be forked on this machine: " + "; ".join(reasons))


def attempt(level: str, limits: Limits) -> str:
    """Confine a child and let it test its walls; return ``ok ...`` or what is wrong."""
    if level != "L1" and sys.platform != "linux":
        return "only on Linux"
    if not hasattr(os, "fork"):
        return "this system has no fork"
    reader, writer = os.pipe()
    middle = os.fork()
    if not middle:
        try:
            os.close(reader)
            said = _try_out(level, limits, writer)
        except BaseException as problem:
            said = f"{type(problem).__name__}: {problem}"
        finally:
            os.write(writer, said.encode())
            os._exit(0)
    os.close(writer)
    with os.fdopen(reader, "rb") as stream:
        outcome = stream.read().decode()
    os.waitpid(middle, 0)
    return outcome or "it ended without a word"


def _try_out(level: str, limits: Limits, writer: int) -> str:
    """Confine a child that writes how its walls hold; return what is to be said besides."""
    from helpers.grading.sandbox import walls  # of POSIX only, and out of sight in there

    def body(details: str) -> None:
        hole = "" if level == "L1" else walls.hole()
        said = f"its walls have a hole: {hole}" if hole else f"ok {details}"
        os.write(writer, said.encode())

    child, report = spawn(level, View(), limits, body)
    said = os.read(report, 600).decode()
    if said.startswith("ok"):
        # Whoever cannot be watched has no limits.
        watch.Usage(child).excess(limits)
        said = ""
    os.waitpid(child, 0)
    return said
