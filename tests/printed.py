"""What the committed solutions printed."""

from pathlib import Path

import nbformat

SOLUTIONS = Path(__file__).parent.parent / "solutions"


def printed(name: str) -> str:
    """Return all that the cells of an executed solution printed."""
    notebook = nbformat.read(SOLUTIONS / name, as_version=4)
    outputs = [output for cell in notebook.cells for output in cell.get("outputs", [])]
    return "\n".join(output.text for output in outputs if output.output_type == "stream")
