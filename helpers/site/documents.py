"""The course's Markdown documents as pages of the site: links lead to pages, or are none."""

import os
import posixpath
import re
from pathlib import Path, PurePosixPath

# Documents outside docs/ that are pages, too.
_OTHERS = {
    "README.md": "index",
    "CONTRIBUTING.md": "contributing",
    "CHANGELOG.md": "changes",
    "data/README.md": "data",
    "tests/README.md": "tests",
}
_LINK = re.compile(r"(!?)\[([^\]]*)\]\(([^)#\s]*)(#[^)\s]*)?\)")


def find_documents(root: Path) -> dict[str, str]:
    """Return by document, relative to the course's folder, the page that it becomes."""
    docs = {f"docs/{path.name}": path.stem for path in sorted((root / "docs").glob("*.md"))}
    return docs | {name: page for name, page in _OTHERS.items() if (root / name).exists()}


def with_links(text: str, document: str, pages: dict[str, str]) -> tuple[str, list[str]]:
    """Return a document whose links are those of the site, and the pictures that it shows.

    A link to a file that is no page becomes plain text: the site has no repository to point at.

    Args:
        text: of the document.
        document: its path, relative to the course's folder.
        pages: path -> page, relative to the folder of the site.
    """
    pictures: list[str] = []
    page = pages[document]

    def replaced(match: re.Match) -> str:
        mark, words, target, anchor = match.groups()
        if "://" in target or not target:
            return match[0]
        path = posixpath.normpath(str(PurePosixPath(document).parent / target))
        if mark:
            pictures.append(path)
            new = f"pictures/{PurePosixPath(path).name}"
        elif path in pages:
            new = f"{pages[path]}.{'ipynb' if pages[path].startswith('lessons/') else 'md'}"
        else:
            return words
        start = os.path.dirname(page) or "."
        return f"{mark}[{words}]({posixpath.relpath(new, start)}{anchor or ''})"

    return _LINK.sub(replaced, text), pictures
