"""The files for services: they parse, and what they call, name and list is there."""

import json
import re
import shlex
from pathlib import Path

import nox.registry
import pytest
import yaml

from helpers.course import LESSONS

ROOT = Path(__file__).resolve().parents[1]
WORKFLOWS = sorted((ROOT / ".github" / "workflows").glob("*.yml"))
FORMS = sorted((ROOT / ".github" / "ISSUE_TEMPLATE").glob("*.yml"))
CONFIGS = [*WORKFLOWS, *FORMS, ROOT / "CITATION.cff", ROOT / "environment.yml"]
PYTHONS = ["3.10", "3.11", "3.12", "3.13"]


def parsed(path: Path):
    # The loader of YAML 1.1 would take the key `on` of a workflow for true.
    return yaml.load(path.read_text(encoding="utf-8"), Loader=yaml.BaseLoader)


def targets() -> set[str]:
    makefile = (ROOT / "Makefile").read_text(encoding="utf-8")
    return set(re.findall(r"^([\w./-]+):", makefile, re.MULTILINE))


def commands() -> list[tuple[dict, list[str]]]:
    """Return the commands of all jobs of all workflows, each with its job."""
    jobs = [job for path in WORKFLOWS for job in parsed(path)["jobs"].values()]
    steps = [(job, step["run"]) for job in jobs for step in job["steps"] if "run" in step]
    return [(job, shlex.split(line)) for job, run in steps for line in run.splitlines()]


@pytest.mark.parametrize("path", CONFIGS, ids=lambda path: path.name)
def test_it_is_yaml_without_tabs(path):
    assert "\t" not in path.read_text(encoding="utf-8")
    assert isinstance(parsed(path), dict)


@pytest.mark.parametrize("path", WORKFLOWS, ids=lambda path: path.name)
def test_a_workflow_may_only_read_and_ends(path):
    workflow = parsed(path)
    assert workflow["permissions"] == {"contents": "read"}
    assert set(workflow["on"]) == {"push", "pull_request"}
    for job in workflow["jobs"].values():
        assert int(job["timeout-minutes"]) > 0


def test_every_python_is_tried_on_every_system():
    jobs = parsed(ROOT / ".github" / "workflows" / "tests.yml")["jobs"]
    for job in jobs.values():
        assert job["strategy"]["matrix"]["python"] == PYTHONS
    matrix = jobs["smoke"]["strategy"]["matrix"]
    assert matrix["os"] == ["ubuntu-latest", "macos-latest", "windows-latest"]


def test_the_targets_and_sessions_that_workflows_call_are_there():
    import noxfile

    called = [words for _, words in commands()]
    made = [words[1] for words in called if words[0] == "make"]
    assert made and set(made) <= targets()
    sessions = {name for name in nox.registry.get() if hasattr(noxfile, name)}
    versions = parsed(ROOT / ".github" / "workflows" / "tests.yml")["jobs"]["smoke"]["strategy"]
    assert set(versions["matrix"]["versions"]) == sessions == {"newest", "oldest"}
    assert list(noxfile.PYTHONS) == PYTHONS


def test_the_files_that_workflows_name_are_there():
    words = [word for _, words in commands() for word in words]
    named = [word for word in words if word.startswith("tests/") or word.endswith(".txt")]
    assert named
    assert [word for word in named if not (ROOT / word).is_file()] == []


def test_windows_is_asked_for_nothing_that_it_has_not():
    for job, words in commands():
        systems = job.get("strategy", {}).get("matrix", {}).get("os", [job["runs-on"]])
        if "windows-latest" in systems:
            assert words[0] == "python"


def test_the_form_for_a_lesson_lists_the_lessons_and_asks_for_cell_and_environment():
    form = parsed(ROOT / ".github" / "ISSUE_TEMPLATE" / "lesson.yml")
    fields = {field["id"]: field for field in form["body"]}
    *listed, other = fields["lesson"]["attributes"]["options"]
    assert listed == [f"{lesson.number} {lesson.title}" for lesson in LESSONS]
    assert other == "another page, or none"
    for name in ("lesson", "cell", "environment"):
        assert fields[name]["validations"]["required"] == "true"


def test_the_citation_tells_what_pyproject_tells():
    citation = parsed(ROOT / "CITATION.cff")
    project = (ROOT / "pyproject.toml").read_text(encoding="utf-8")
    assert f'version = "{citation["version"]}"' in project
    assert f'license = "{citation["license"]}"' in project


def test_the_dev_container_makes_a_target_that_is_there():
    path = ROOT / ".devcontainer" / "devcontainer.json"
    container = json.loads(path.read_text(encoding="utf-8"))
    make, target, _ = container["postCreateCommand"].split()
    assert make == "make" and target in targets()


@pytest.mark.parametrize("name", ["postBuild", "start"])
def test_what_binder_runs_can_be_run(name):
    path = ROOT / name
    assert path.read_text(encoding="utf-8").startswith("#!/bin/bash\n")
    assert path.stat().st_mode & 0o111
