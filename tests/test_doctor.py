"""`doctor`: what it finds, what it advises, and its exit code."""

import importlib.metadata
import re
import sys
from collections import namedtuple
from types import SimpleNamespace

import pytest
import tiny_data

from helpers import doctor
from helpers.__main__ import main
from helpers.course import ROOT

sealed = tiny_data.sealed
Usage = namedtuple("Usage", "total used free")


def test_a_machine_with_everything_is_ready(capsys):
    assert main(["doctor"]) == 0
    printed = capsys.readouterr().out
    assert importlib.metadata.version("tensorflow") in printed
    assert "!!" not in printed
    assert printed.endswith("Ready to work.\n")


def test_the_packages_are_those_that_the_project_asks_for():
    project = (ROOT / "pyproject.toml").read_text(encoding="utf-8")
    parts = re.findall(r"^(?:dependencies|lab) = \[(.*?)\]$", project, re.DOTALL | re.MULTILINE)
    asked = [name for part in parts for name in re.findall(r'"([\w-]+)[^"]*"', part)]
    found = [finding.name for finding in doctor.check_packages()]
    assert found == list(dict.fromkeys(asked))
    assert "jupyterlab" in found and "nbval" not in found


def test_who_has_no_jupyterlab_can_work_in_another_program(monkeypatch):
    there = importlib.metadata.version

    def version(name):
        if name == "jupyterlab":
            raise importlib.metadata.PackageNotFoundError(name)
        return there(name)

    monkeypatch.setattr(importlib.metadata, "version", version)
    findings = {finding.name: finding for finding in doctor.check_packages()}
    assert not findings["jupyterlab"].blocks
    assert "pip install jupyterlab" in findings["jupyterlab"].advice


def test_a_course_that_is_not_installed_is_said_to_be(monkeypatch):
    monkeypatch.setattr(doctor, "DISTRIBUTION", "no-such-distribution")
    (finding,) = doctor.check_packages()
    assert finding.blocks and finding.text == "not installed"


def test_without_packaging_it_says_so(monkeypatch):
    monkeypatch.setitem(sys.modules, "packaging.requirements", None)
    (finding,) = doctor.check_packages()
    assert finding.blocks and finding.name == "packaging"


def test_the_versions_of_python_are_those_that_the_project_asks_for():
    project = (ROOT / "pyproject.toml").read_text(encoding="utf-8")
    first, before = doctor.PYTHON_FROM[1], doctor.PYTHON_BEFORE[1]
    assert f'requires-python = ">=3.{first},<3.{before}"' in project


def test_without_tensorflow_it_says_so_and_what_to_do(capsys, monkeypatch):
    monkeypatch.setitem(sys.modules, "tensorflow", None)
    assert main(["doctor"]) == 1
    printed = capsys.readouterr().out
    assert "TensorFlow cannot be imported (ModuleNotFoundError" in printed
    assert "pip install -e '.[lab]'" in printed
    assert printed.endswith("Not ready yet: see the lines marked with !!.\n")


@pytest.mark.parametrize(
    ("installed", "is_blocked"),
    [("2.18.1", True), ("2.19", False), ("2.19.0rc1", True), ("3.0", False), (None, True)],
)
def test_a_package_is_measured_by_the_version_needed(monkeypatch, installed, is_blocked):
    def version(name):
        if installed is None:
            raise importlib.metadata.PackageNotFoundError(name)
        return installed

    monkeypatch.setattr(importlib.metadata, "version", version)
    findings = {finding.name: finding for finding in doctor.check_packages()}
    assert findings["tensorflow"].blocks is is_blocked
    assert ("pip install" in findings["tensorflow"].advice) is is_blocked


@pytest.mark.parametrize(
    ("version", "is_blocked"), [((3, 9, 9), True), ((3, 10, 0), False), ((3, 14, 0), True)]
)
def test_python_must_be_one_that_the_course_runs_on(monkeypatch, version, is_blocked):
    monkeypatch.setattr(sys, "version_info", version)
    assert doctor.check_python().blocks is is_blocked


def test_data_that_is_missing_blocks_nobody(sealed):
    findings = {finding.name: finding for finding in doctor.check_data()}
    assert findings["mnist"].text == "not on this machine"
    assert "python -m helpers fetch mnist" in findings["mnist"].advice
    assert findings["digits"].text.startswith("found")
    assert not any(finding.blocks for finding in findings.values())


def test_without_scikit_learn_there_are_no_digits(monkeypatch):
    monkeypatch.setitem(sys.modules, "sklearn.datasets", None)
    assert [finding.name for finding in doctor.check_data() if finding.blocks] == ["digits"]


def test_a_full_disk_blocks(monkeypatch):
    monkeypatch.setattr(doctor.shutil, "disk_usage", lambda path: Usage(10**12, 10**12, 10**8))
    finding = doctor.check_disk()
    assert finding.blocks
    assert finding.text.startswith("0.1 GB free")


@pytest.mark.parametrize("gigabytes, is_advised", [(16, False), (2, True)])
def test_little_memory_is_said_and_blocks_nobody(monkeypatch, gigabytes, is_advised):
    memory = SimpleNamespace(total=gigabytes * 1e9)
    monkeypatch.setattr("psutil.virtual_memory", lambda: memory)
    finding = doctor.check_memory()
    assert finding.text == f"{gigabytes}.0 GB, 3 GB needed by the largest lesson"
    assert ("AE_PROFILE=fast" in finding.advice) == is_advised and not finding.blocks
