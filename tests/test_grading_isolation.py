"""Isolation: what is seen, which level is chosen, what is said about it."""

import os
import sys

import pytest
from grading_kit import LIMITS, levels

from helpers.grading.cli import choose_level
from helpers.grading.sandbox import isolation, seccomp
from helpers.grading.sandbox.isolation import View, attempt, probe, visible

LINUX = pytest.mark.skipif(sys.platform != "linux", reason="of Linux only")


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
def test_a_wall_with_a_hole_is_no_level(monkeypatch):
    assert attempt("L1", LIMITS) == "ok "
    monkeypatch.setattr(isolation, "_test_walls", lambda level: 3)
    assert attempt("L1", LIMITS) == "its walls have a hole (test 3)"


@LINUX
def test_without_walls_the_tests_of_the_walls_fail():
    """Show that each of them can: here nothing is confined."""
    (isolation.PACKAGE.parent / "intruder").unlink(missing_ok=True)
    try:
        assert isolation._test_walls("L2") != 0
    finally:
        (isolation.PACKAGE.parent / "intruder").unlink(missing_ok=True)


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
def test_without_a_known_processor_there_is_no_l2(monkeypatch):
    monkeypatch.setattr(seccomp.platform, "machine", lambda: "riscv64")
    assert "no seccomp filter for riscv64" in attempt("L2", LIMITS) or "L2" not in levels()


@LINUX
def test_a_course_in_the_temporary_folder_is_read_and_not_written(tmp_path, monkeypatch):
    if "L3" not in levels():
        pytest.skip("this machine has no L3")
    (tmp_path / "lesson.py").write_text("x")
    whole = View((*View().readable, str(tmp_path)))

    def look(level):
        assert (tmp_path / "lesson.py").read_text() == "x"
        for place in (tmp_path, tmp_path.parent):
            with pytest.raises(OSError):
                (place / "intruder").write_text("x")
        return 0

    monkeypatch.setattr(isolation, "View", lambda: whole)
    monkeypatch.setattr(isolation, "_test_walls", look)
    assert attempt("L3", LIMITS).startswith("ok")
    assert not (tmp_path / "intruder").exists()


@LINUX
def test_nothing_of_an_attempt_is_left():
    before = set(os.listdir("/proc/self/fd"))
    attempt(levels()[0], LIMITS)
    assert set(os.listdir("/proc/self/fd")) == before
