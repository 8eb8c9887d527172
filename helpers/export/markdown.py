"""Markdown cells as HTML: formulas as MathML, which every browser draws by itself."""

import html
import re
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from nbformat import NotebookNode

# The one command of the lessons that the converter does not know.
_ARG = re.compile(r"\\arg(?![a-z])")


class Renderer:
    """Turns markdown cells into HTML.

    Args:
        folder: where pictures that the text refers to lie; they are put into the page.
    """

    def __init__(self, folder: Path):
        self.folder = folder

    def to_html(self, cell: "NotebookNode") -> str:
        """Return a markdown cell as HTML."""
        from nbconvert.filters.markdown_mistune import MarkdownWithMath

        renderer = self._renderer_class(
            escape=False,
            embed_images=True,
            exclude_anchor_links=True,
            path=str(self.folder),
            attachments=cell.get("attachments"),
        )
        return MarkdownWithMath(renderer=renderer).render(cell.source)

    @cached_property
    def _renderer_class(self):
        from nbconvert.filters.markdown_mistune import IPythonRenderer

        class WithMathML(IPythonRenderer):
            def block_math(self, body):
                return mathml(body, "block")

            def inline_math(self, body):
                return mathml(body, "inline")

            def latex_environment(self, name, body):
                return mathml(f"\\begin{{{name}}}{body}\\end{{{name}}}", "block")

        return WithMathML


def mathml(formula: str, display: str) -> str:
    """Return a LaTeX formula as MathML; one that cannot be converted, as its source.

    Args:
        formula: without the dollar signs.
        display: ``"block"`` or ``"inline"``.

    Raises:
        ValueError: the converter is not installed.
    """
    try:
        from latex2mathml.converter import convert
    except ImportError:
        raise ValueError(
            "Exporting needs latex2mathml, which is not installed: run make lab once, or "
            "pip install latex2mathml"
        ) from None
    try:
        return convert(_ARG.sub(r"\\operatorname{arg}", formula.strip()), display=display)
    except Exception:  # of many kinds; the reader still gets the formula
        return f"<code>{html.escape(formula.strip())}</code>"
