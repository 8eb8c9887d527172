"""The files around the code agree with each other, with its rooms and with what was measured."""

import ast
import json
import os
import re
import subprocess
import sys
from pathlib import Path

import pytest
import yaml

from helpers.checks.registry import exercises
from helpers.course.lessons import CORE, LESSONS
from helpers.plots.course_map import course_map_text
from helpers.release.listed import BEGIN, END, lesson_table
from helpers.studies.bench.page import format_page

if sys.version_info >= (3, 11):
    import tomllib
else:
    import tomli as tomllib

ROOT = Path(__file__).resolve().parents[1]
HELPERS = ROOT / "helpers"


DOCUMENTS = (
    "README.md",
    "CONTRIBUTING.md",
    "tests/README.md",
    "data/README.md",
    *(f"docs/{path.name}" for path in sorted((ROOT / "docs").glob("*.md"))),
)


def names(requirements) -> set[str]:
    return {re.match(r"[A-Za-z0-9_.-]+", line)[0].lower() for line in requirements}


@pytest.fixture(scope="module")
def project() -> dict:
    return tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]


@pytest.fixture(scope="module")
def pinned() -> list[str]:
    return (ROOT / "constraints.txt").read_text(encoding="utf-8").splitlines()


def test_environment_yml_lists_the_packages_of_pyproject(project):
    environment = yaml.safe_load((ROOT / "environment.yml").read_text(encoding="utf-8"))
    *others, pip_section = environment["dependencies"]
    lines = pip_section["pip"]
    assert lines[0] == "-c constraints.txt"
    assert lines[-1] == "-e ."
    extras = project["optional-dependencies"]
    # A class's environment: lessons, front end, and what runs a solution anew and compares.
    checked = {"jupyter", "nbval"}
    assert checked <= names(extras["author"])
    assert names(lines[1:-1]) == names(project["dependencies"] + extras["lab"]) | checked
    python = next(line for line in others if line.startswith("python=")).split("=")[1]
    assert (3, 10) <= tuple(map(int, python.split("."))) < (3, 14)


def test_every_package_is_pinned_exactly_once_for_each_python(project, pinned):
    extras = project["optional-dependencies"]
    wanted = names(project["dependencies"] + extras["lab"] + extras["author"])
    assert wanted <= names(pinned)
    assert all("==" in line for line in pinned)


def test_the_pins_name_no_index_and_no_address(pinned):
    assert not [line for line in pinned if "://" in line or line.startswith("-")]


def test_importing_helpers_imports_neither_tensorflow_nor_keras():
    code = "import helpers, sys; print([m for m in ('tensorflow', 'keras') if m in sys.modules])"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"


def test_a_command_s_help_waits_for_no_large_package():
    large = "('tensorflow', 'keras', 'matplotlib', 'sklearn', 'scipy', 'nbformat')"
    code = "import sys; from helpers.__main__ import build_parser; build_parser(); "
    code += f"print([m for m in {large} if m in sys.modules])"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"


def test_tensorflow_starts_silently_after_helpers():
    code = "import helpers, tensorflow as tf; tf.function(lambda x: x + x, jit_compile=True)(1.0)"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stderr == ""


SETTINGS = """
import {first}, {second}
import keras
config = keras.config
print(config.backend(), config.floatx(), config.epsilon(), config.image_data_format())
print(keras.layers.Dense(1).compute_dtype, keras.layers.Conv2D(1, 3).data_format)
"""


@pytest.mark.parametrize(
    ("setting", "first", "second"),
    [
        ({"image_data_format": "channels_first"}, "helpers", "keras"),
        ({"floatx": "float16", "epsilon": 0.5}, "helpers", "tensorflow"),
        ({"backend": "jax"}, "helpers", "keras"),
        ({"image_data_format": "channels_first", "floatx": "float16"}, "keras", "helpers"),
    ],
)
def test_a_user_s_keras_json_decides_nothing(setting, first, second, tmp_path):
    (tmp_path / "keras.json").write_text(json.dumps(setting), encoding="utf-8")
    environment = {key: value for key, value in os.environ.items() if key != "KERAS_BACKEND"}
    done = subprocess.run(
        [sys.executable, "-c", SETTINGS.format(first=first, second=second)],
        env=environment | {"KERAS_HOME": str(tmp_path)},
        capture_output=True,
        text=True,
    )
    assert done.returncode == 0, done.stderr
    expected = ["tensorflow float32 1e-07 channels_last", "float32 channels_last"]
    assert done.stdout.splitlines() == expected


def test_an_author_may_ask_for_another_backend():
    code = "import helpers, os; print(os.environ['KERAS_BACKEND'])"
    for asked, expected in ({}, "tensorflow"), ({"AE_KERAS_BACKEND": "jax"}, "jax"):
        environment = {**os.environ, "KERAS_BACKEND": "torch", **asked}
        done = subprocess.run(
            [sys.executable, "-c", code], env=environment, capture_output=True, text=True
        )
        assert done.stdout.split() == [expected], done.stderr


def test_keras_with_another_backend_before_helpers_is_refused(monkeypatch):
    import keras

    from helpers.course import keras_settings

    monkeypatch.setattr(keras.config, "backend", lambda: "jax")
    with pytest.raises(RuntimeError, match=r"import helpers before keras.*Received: .* with jax"):
        keras_settings.install()


def test_the_command_line_explains_itself_and_a_mistake_in_one_sentence():
    for arguments, code in ((["--help"], 0), (["student", "77"], 2)):
        command = [sys.executable, "-m", "helpers", *arguments]
        done = subprocess.run(command, capture_output=True, text=True, cwd=ROOT)
        assert done.returncode == code
        assert "Traceback" not in done.stderr
    assert "77" in done.stderr
    assert len(done.stderr.strip().splitlines()) == 1


@pytest.mark.parametrize("lesson", LESSONS, ids=lambda lesson: lesson.number)
def test_an_open_lesson_has_its_source_and_its_points(lesson):
    assert (ROOT / "solutions" / f"{lesson.number}_{lesson.topic}.py").is_file()
    assert sum(entry.points for entry in exercises(lesson.number)) == lesson.points


def test_the_core_series_carries_100_points():
    assert sum(lesson.points for lesson in CORE) == 100


def test_the_readme_has_the_table_of_lessons_as_make_student_writes_it():
    readme = (ROOT / "README.md").read_text(encoding="utf-8")
    written = readme.split(f"{BEGIN}\n")[1].split(f"\n{END}")[0]
    assert written == lesson_table(ROOT)
    assert "not run yet" not in written


def test_the_map_on_the_opening_page_has_every_lesson():
    path = next((ROOT / "solutions").glob("00_*.ipynb"))
    assert course_map_text() in path.read_text(encoding="utf-8"), "make solutions NB=00"


def test_the_benchmarks_page_tells_the_figures_of_the_kept_benchmark():
    kept = json.loads(
        (ROOT / "helpers" / "results" / "data" / "bench.json").read_text(encoding="utf-8")
    )
    page = (ROOT / "docs" / "benchmarks.md").read_text(encoding="utf-8")
    assert format_page(kept).strip() in page
    for race in kept["races"]:  # what the page says of JAX, with no figure
        ours, jax = (race["contestants"][name]["rounds"] for name in ("ours", "jax"))
        assert sorted(jax)[1] < sorted(ours)[1] < 1.05 * sorted(jax)[1]


def test_the_benchmarks_page_tells_the_figures_of_the_kept_grading_benchmark():
    kept = json.loads(
        (ROOT / "helpers" / "results" / "data" / "bench_grading.json").read_text(encoding="utf-8")
    )
    page = " ".join((ROOT / "docs" / "benchmarks.md").read_text(encoding="utf-8").split())
    for run in kept["runs"]:
        by = "1 job" if run.get("jobs") == 1 else f"{run.get('jobs')} jobs"
        by = f"{run['dask_workers']} workers of dask" if "dask_workers" in run else by
        assert (
            f"| {run['submissions']:,} | {by} | {run['seconds']:.0f} s | "
            f"{run['per_minute']:.0f} | {run['median_seconds']:.2f} s | "
            f"{run['p95_seconds']:.1f} s | {run['peak_memory_mb'] / 1000:.1f} GB | "
            f"{run['log_mb']:.1f} MB |" in page
        )
        assert run["graded"] == run["submissions"]
    small, *_, large = (run for run in kept["runs"] if run.get("jobs") == 2)
    low, high = (run["peak_memory_mb"] / 1000 for run in (small, large))
    assert large["submissions"] == 4_000 and f"grows from {low:.1f} to {high:.1f} GB" in page
    by_dask = next(run for run in kept["runs"] if "dask_workers" in run)
    slower = by_dask["seconds"] / small["seconds"] - 1
    assert f"dask take {slower:.0%} longer than two jobs" in page
    theirs = kept["nbgrader"]
    assert f"{theirs['per_minute']:.1f} a minute over {theirs['submissions']}" in page
    assert f"again takes {kept['again_seconds']:.1f} s" in page


@pytest.mark.parametrize("document", [*DOCUMENTS, "CHANGELOG.md"])
def test_links_of_the_documents_lead_somewhere(document):
    path = ROOT / document
    for target in re.findall(r"\]\(([^)#]+)\)", path.read_text(encoding="utf-8")):
        if "://" not in target:
            assert (path.parent / target).exists(), target


@pytest.mark.parametrize("document", DOCUMENTS)
def test_files_that_the_documents_name_are_there(document):
    text = (ROOT / document).read_text(encoding="utf-8")
    for name in re.findall(r"(?<![\w/.-])(?:helpers|tests|solutions|notebooks)/[\w/.*-]+", text):
        pattern = re.sub("NN_topic|NN", "[0-9][0-9]*", name.rstrip("./"))
        assert list(ROOT.glob(pattern)), name


def test_make_help_lists_every_target():
    listed = subprocess.run(
        ["make", "--no-print-directory", "help"],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=True,
    )
    makefile = (ROOT / "Makefile").read_text(encoding="utf-8")
    targets = re.search(r"^\.PHONY: (.*)$", makefile, re.MULTILINE)[1].split()
    assert [line.split()[1] for line in listed.stdout.splitlines()] == targets


# The rooms of helpers/


def imports(path: Path) -> set[str]:
    """Return the modules of helpers that a file imports, wherever in it, by dotted name."""
    found = set()
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.ImportFrom):
            assert node.level == 0, f"{path.name}: imports say the whole name"
            found |= {f"{node.module}.{alias.name}" for alias in node.names}
        elif isinstance(node, ast.Import):
            found |= {alias.name for alias in node.names}
        elif isinstance(node, ast.Call) and "import_module" in ast.unparse(node.func):
            found |= set(re.findall(r"helpers\.\w+", ast.unparse(node)))
    return {name for name in found if name.split(".")[0] == "helpers"}


def room(name: str) -> str:
    return name.split(".")[1] if "." in name else ""


def rooms() -> dict[str, set[str]]:
    """Return by room the other rooms that it imports."""
    found: dict[str, set[str]] = {}
    for path in HELPERS.rglob("*.py"):
        name = path.relative_to(HELPERS).parts[0].removesuffix(".py")
        if name not in ("__init__", "__main__"):
            found.setdefault(name, set()).update(room(used) for used in imports(path))
    return {name: used - {name} for name, used in found.items()}


def listed_rooms() -> list[str]:
    """Return the rooms that CONTRIBUTING.md lists, in its order."""
    text = (ROOT / "CONTRIBUTING.md").read_text(encoding="utf-8")
    section = text.split("## The rooms of helpers/\n")[1].split("\n## ")[0]
    cells = re.findall(r"^\| (`.+?) \|", section, re.MULTILINE)
    return re.findall(r"`(\w+)`", " ".join(cells))


def test_contributing_lists_every_room_once():
    assert sorted(listed_rooms()) == sorted(rooms())


def test_a_room_imports_only_rooms_listed_above_it():
    order = listed_rooms()
    for name, used in rooms().items():
        above = order[: order.index(name)]
        assert used <= set(above), f"{name} imports {sorted(used - set(above))}"


def test_the_library_knows_nothing_of_answers_checks_and_tools():
    tools = {"answers", "checks", "grading", "release", "site", "studies", "work"}
    for name, used in rooms().items():
        assert name in tools or not used & tools, name


def test_a_check_uses_none_of_the_course_s_own_nets_and_answers():
    own = {"layers", "models", "answers"}
    for path in (HELPERS / "checks").rglob("*.py"):
        allowed = {"answers"} if path.name == "registry.py" else set()
        used = {room(name) for name in imports(path)} & own
        assert used <= allowed, f"{path.name} imports {used}"
