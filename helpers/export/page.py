"""One page of a notebook that was run, with everything inside it."""

import html
import re
from pathlib import Path
from typing import TYPE_CHECKING

from helpers.export.look import CSS
from helpers.export.markdown import Renderer
from helpers.export.moving import SCRIPT, moves, moving

if TYPE_CHECKING:
    from nbformat import NotebookNode

_PAGE = """\
<!DOCTYPE html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>{title}</title>
<style>
{css}</style>
</head>
<body>
<main>
{cells}
</main>
<script>
{script}</script>
</body>
</html>
"""


def build_page(notebook: "NotebookNode", *, folder: Path) -> str:
    """Return a notebook as one HTML page that needs no kernel and no network.

    Args:
        notebook: with its outputs.
        folder: where pictures that its text refers to lie.

    Raises:
        ValueError: it was not run, so that there is nothing to see.
    """
    if not any(cell.get("outputs") for cell in notebook.cells):
        raise ValueError("This notebook has no outputs: run all of it, save it, export it again.")
    renderer = Renderer(folder)
    cells = [
        renderer.to_html(cell) if cell.cell_type == "markdown" else _code_cell(cell)
        for cell in notebook.cells
        if cell.cell_type in ("markdown", "code")
    ]
    headings = re.findall(r"^# (.+)$", _text(notebook), re.MULTILINE)
    return _PAGE.format(
        title=html.escape(headings[0] if headings else "Notebook"),
        css=CSS,
        cells="\n".join(cells),
        script=SCRIPT,
    )


def _text(notebook: "NotebookNode") -> str:
    return "\n".join(cell.source for cell in notebook.cells if cell.cell_type == "markdown")


def _code_cell(cell: "NotebookNode") -> str:
    from pygments import highlight
    from pygments.formatters import HtmlFormatter
    from pygments.lexers import PythonLexer

    code = highlight(cell.source, PythonLexer(), HtmlFormatter(cssclass="highlight"))
    return "\n".join([code, *map(_output, cell.get("outputs", ()))])


def _output(output: "NotebookNode") -> str:
    if output.output_type == "stream":
        return _plain(output.text)
    if output.output_type == "error":
        return _plain("\n".join(output.traceback))
    data, metadata = output.get("data", {}), output.get("metadata", {})
    if "image/png" in data:
        alt = metadata.get("image/png", {}).get("alt") or data.get("text/plain", "")
        if moves(data):
            return moving(data, alt)
        png = "".join(data["image/png"].split())
        return f'<p><img src="data:image/png;base64,{png}" alt="{html.escape(alt)}"></p>'
    if "text/html" in data:
        return f'<div class="output">{data["text/html"]}</div>'
    return _plain(data.get("text/plain", ""))


def _plain(text: str) -> str:
    text = re.sub(r"\x1b\[[0-9;]*[A-Za-z]", "", text)
    text = re.sub(r"[^\n]*\r(?=[^\n])", "", text)  # a progress bar rewrites its line
    return f'<pre class="output">{html.escape(text)}</pre>' if text.strip() else ""
