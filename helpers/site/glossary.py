"""The glossary of lesson 00 as a page of its own, which the first use of a term links to."""

import re
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from docutils import nodes
    from sphinx.application import Sphinx

_TABLE = re.compile(r"^\| term \| Korean \|.*\n\|[-|]+\|\n((?:\|.*\|\n?)+)", re.MULTILINE)
# Words that prose uses in other meanings, too: only where they are emphasised are they terms.
_EVERYDAY = {
    "batch", "code", "conditional", "control", "feature", "generator", "inference", "iteration",
    "posterior", "prior", "robust", "sample", "score", "stacked", "step", "validation",
}  # fmt: skip
_NO_PROSE = ("literal", "literal_block", "math", "reference", "pending_xref", "title", "raw")


@dataclass(frozen=True)
class Term:
    """A line of the glossary.

    Args:
        names: the term and others for the same thing.
        korean: what it is called in Korean.
        words: what it is.
    """

    names: tuple[str, ...]
    korean: str
    words: str


def read_terms(root: Path) -> list[Term]:
    """Return the glossary at the end of lesson 00.

    Raises:
        ValueError: lesson 00 is not there, or has no glossary.
    """
    paths = list((root / "solutions").glob("00_*.py"))
    source = "".join(path.read_text(encoding="utf-8") for path in paths)
    table = _TABLE.search(re.sub(r"^# ?", "", source, flags=re.MULTILINE))
    if not table:
        raise ValueError("Lesson 00 has no glossary: a table '| term | Korean | ...'.")
    rows = (line.strip("| \n").split(" | ") for line in table[1].splitlines())
    return [Term(tuple(names.split(", ")), korean, words) for names, korean, words in rows]


def without_table(source: str) -> str:
    """Return the text of a cell, with a link in place of the glossary."""
    return _TABLE.sub("They have [a page of their own](../glossary.md).\n", source + "\n").rstrip()


def glossary_page(terms: list[Term]) -> str:
    """Return the page in MyST."""
    entries = "\n\n".join(
        "\n".join([*term.names, f"    {term.korean}. {term.words[0].upper()}{term.words[1:]}."])
        for term in terms
    )
    return (
        "# Glossary\n\nThe terms of the course and some of its field, with the Korean ones of its "
        "sources. The first use of a term in a lesson links to this page.\n\n"
        f"```{{glossary}}\n{entries}\n```\n"
    )


def link_first_uses(app: "Sphinx", doctree: "nodes.document") -> None:
    """Make the first use of each term in the prose of a lesson a link to the glossary."""
    from docutils import nodes

    if not app.env.docname.startswith("lessons/"):
        return
    terms: list[list[str]] = app.config.workbook_terms
    waiting = {name.lower(): names for names in terms for name in names}
    # The longest first: "variational autoencoder" is no use of "autoencoder".
    longest = sorted(waiting, key=len, reverse=True)
    pattern = re.compile(rf"(?<![\w-])({'|'.join(map(re.escape, longest))})s?(?![\w-])", re.I)
    for text in list(doctree.findall(nodes.Text)):
        around = {type(node).__name__ for node in _ancestors(text)}
        if around & set(_NO_PROSE) or "paragraph" not in around:
            continue
        emphasised = bool(around & {"emphasis", "strong"})
        parts, end, plain = [], 0, text.astext()
        for match in pattern.finditer(plain):
            name = match[1].lower()
            if name not in waiting or (name in _EVERYDAY and not emphasised):
                continue
            for other in waiting[name]:
                waiting.pop(other.lower(), None)
            parts += [nodes.Text(plain[end : match.start()]), _link(app, match[0], match[1])]
            end = match.end()
        if parts:
            text.parent.replace(text, [*parts, nodes.Text(plain[end:])])


def _ancestors(node: "nodes.Node"):
    while node.parent is not None:
        node = node.parent
        yield node


def _link(app: "Sphinx", shown: str, name: str) -> "nodes.Node":
    from docutils import nodes
    from sphinx.addnodes import pending_xref

    return pending_xref(
        "",
        nodes.inline("", shown, classes=["xref", "std", "std-term"]),
        refdomain="std",
        reftype="term",
        reftarget=name,
        refexplicit=True,
        refwarn=True,
        refdoc=app.env.docname,
    )
