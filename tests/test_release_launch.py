"""Badges and the bootstrap: from one setting into the student copies, and nothing without it."""

import json
import re
from pathlib import Path

import pytest

from helpers.course import addresses
from helpers.release import build_student
from helpers.release.launch import BOOTSTRAP
from helpers.release.notebook import worked_in

ROOT = Path(__file__).resolve().parents[1]
SOURCE = ROOT / "solutions" / "03_basic_autoencoder.py"
COPY = ROOT / "notebooks" / "03_basic_autoencoder.ipynb"


@pytest.fixture
def published(monkeypatch):
    """Set the addresses for one test; return the cells of lesson 03's student copy then."""

    def build(wheel="", repository="", branch="main"):
        for name, value in (("WHEEL", wheel), ("REPOSITORY", repository), ("BRANCH", branch)):
            monkeypatch.setattr(addresses, name, value)
        return json.loads(build_student(SOURCE))["cells"]

    return build


def text(cell) -> str:
    return "".join(cell["source"])


def first_code(cells) -> str:
    return next(text(cell) for cell in cells if cell["cell_type"] == "code")


def test_without_addresses_a_copy_is_the_committed_one(published):
    assert addresses.WHEEL == addresses.REPOSITORY == ""
    published()
    assert build_student(SOURCE) == COPY.read_bytes()


def test_badges_stand_in_a_line_below_the_title(published):
    before, after = published(), published(repository="some-body/the.course", branch="spring 27")
    assert after[1:] == before[1:]
    title, empty, badges, rest = text(after[0]).split("\n", 3)
    assert (title, empty) == (text(before[0]).split("\n")[0], "")
    assert rest == text(before[0]).split("\n", 1)[1]
    alts, images, links = zip(*re.findall(r"\[!\[(.+?)\]\((.+?)\)\]\((.+?)\)", badges), strict=True)
    assert alts == ("Open in Colab", "Open in Kaggle", "Open in Binder")
    assert all(image.startswith("https://") for image in images)
    path = "notebooks/03_basic_autoencoder.ipynb"
    file = f"github.com/some-body/the.course/blob/spring%2027/{path}"
    assert links == (
        f"https://colab.research.google.com/{file.replace('github.com', 'github')}",
        f"https://kaggle.com/kernels/welcome?src=https://{file}",
        f"https://mybinder.org/v2/gh/some-body/the.course/spring%2027?labpath={path}",
    )


def test_the_bootstrap_stands_before_the_set_up_and_nothing_else_changes(published):
    wheel = "https://example.org/a%20place/course-1-py3-none-any.whl"
    before, after = published(), published(wheel=wheel)
    code = first_code(after)
    assert code.endswith(first_code(before))
    assert repr(wheel) in code and f'%pip install "{wheel}"' in code
    compile(code, "first cell", "exec")
    changed = [i for i, (a, b) in enumerate(zip(before, after, strict=True)) if a != b]
    assert len(changed) == 1
    assert [cell["id"] for cell in before] == [cell["id"] for cell in after]


def test_a_copy_with_both_counts_as_untouched(published, tmp_path):
    published("course.whl", "somebody/course")
    path = tmp_path / COPY.name
    path.write_bytes(build_student(SOURCE))
    assert not worked_in(path)


@pytest.mark.parametrize("repository", ["course", "https://github.com/a/b", "a/b/c", "a b/c"])
def test_what_is_no_repository_is_refused(published, repository):
    with pytest.raises(ValueError, match="REPOSITORY reads owner/name"):
        published(repository=repository)


@pytest.mark.parametrize("wheel", [" a.whl", "--pre", "a.whl\nb.whl"])
def test_what_pip_cannot_take_is_refused(published, wheel):
    with pytest.raises(ValueError, match="WHEEL is what stands behind pip install"):
        published(wheel=wheel)


def test_without_a_network_the_first_cell_says_in_a_sentence_what_to_do(monkeypatch, tmp_path):
    import builtins
    import subprocess

    real = builtins.__import__

    def without_the_course(name, *rest):
        if name.startswith("helpers"):
            raise ImportError(name)
        return real(name, *rest)

    def no_network(command, **options):
        assert command[1:] == ["-m", "pip", "install", "-q", "course.whl"]
        return subprocess.CompletedProcess(command, 1, "", "no route to host")

    monkeypatch.setattr(builtins, "__import__", without_the_course)
    monkeypatch.setattr(subprocess, "run", no_network)
    code = BOOTSTRAP.format(wheel="course.whl", command="%pip install course.whl")
    with pytest.raises(ImportError, match=r"with a network, run %pip install course\.whl in"):
        exec(compile(code, "first cell", "exec"), {})
