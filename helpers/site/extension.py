"""What Sphinx has to be told for this course: formulas as MathML, and links to the glossary."""

from typing import TYPE_CHECKING

from helpers.export.markdown import mathml
from helpers.site.glossary import link_first_uses

if TYPE_CHECKING:
    from sphinx.application import Sphinx


def setup(app: "Sphinx") -> dict:
    """Register both with Sphinx."""
    app.add_config_value("workbook_terms", [], "env")
    app.add_html_math_renderer(
        "mathml", inline_renderers=(_inline, None), block_renderers=(_block, None)
    )
    app.connect("doctree-read", link_first_uses)
    return {"parallel_read_safe": True, "parallel_write_safe": True}


def _inline(translator, node) -> None:
    _write(translator, node, "inline")


def _block(translator, node) -> None:
    # A formula that is wider than a phone moves by itself, and not the page.
    translator.body.append('<div class="formula" tabindex="0" role="group" aria-label="formula">')
    _write(translator, node, "block", "</div>")


def _write(translator, node, display: str, end: str = "") -> None:
    from docutils.nodes import SkipNode
    from sphinx.util import logging

    written = mathml(node.astext(), display)
    if written.startswith("<code>"):
        logging.getLogger(__name__).warning("no MathML for %r", node.astext(), location=node)
    translator.body.append(written + end)
    raise SkipNode
