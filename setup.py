"""What pyproject.toml cannot say: a wheel carries the student notebooks, and never others."""

import hashlib
import json
import os
from pathlib import Path

from setuptools import setup
from setuptools.command.build_py import build_py

NOTEBOOKS = "notebooks/[0-9][0-9]_*.ipynb"
INSIDE = Path("helpers", "handout", "notebooks")


def handed_out() -> list[str]:
    """Return the student notebooks, by their paths from here.

    Raises:
        ValueError: there is none, or one is not as it was built (helpers/release/notebook.py).
    """
    paths = sorted(path for path in Path().glob(NOTEBOOKS) if ".mine" not in path.name)
    if not paths:
        raise ValueError(f"There is no {NOTEBOOKS} to put into the wheel.")
    for path in paths:
        notebook = json.loads(path.read_text(encoding="utf-8"))
        cells = [[cell["cell_type"], "".join(cell["source"])] for cell in notebook["cells"]]
        digest = hashlib.sha256(json.dumps(cells, ensure_ascii=False).encode()).hexdigest()
        ran = any(cell.get("outputs") for cell in notebook["cells"])
        if ran or notebook["metadata"].get("workbook", {}).get("source") != digest:
            raise ValueError(
                f"Somebody worked in {path.as_posix()}, and a wheel holds it as it was built: "
                "python -m helpers student --force keeps that work beside a fresh copy."
            )
    return [str(path) for path in paths]


class BuildWithNotebooks(build_py):
    """Copy ``notebooks/`` beside the code; a clone installed with ``-e`` reads it where it is."""

    def run(self):
        super().run()
        for source, target in self._notebooks():
            self.mkpath(os.path.dirname(target))
            self.copy_file(source, target)

    def get_outputs(self, include_bytecode=True):
        return [*super().get_outputs(include_bytecode), *(to for _, to in self._notebooks())]

    def _notebooks(self):
        if self.editable_mode:
            return []
        return [
            (path, str(Path(self.build_lib) / INSIDE / Path(path).name)) for path in handed_out()
        ]


setup(cmdclass={"build_py": BuildWithNotebooks})
