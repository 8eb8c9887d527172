"""The tree that Sphinx builds the site from: lessons, documents, and pages made here."""

import pprint
from pathlib import Path

from helpers.export.moving import SCRIPT
from helpers.release.lesson import load_lesson
from helpers.release.notebook import to_bytes
from helpers.release.student import student_notebook
from helpers.site.documents import find_documents, with_links
from helpers.site.glossary import Term, glossary_page, read_terms
from helpers.site.lessons import lesson_page
from helpers.site.library import library_pages
from helpers.site.look import CSS, FAVICON
from helpers.site.results import results_page

_CONF = """\
from helpers.site.settings import *

workbook_terms = {terms}
"""
# Caption in the list of contents -> its pages, where they are.
_CONTENTS = {
    "Students": ("start", "glossary", "results", "data"),
    "Instructors": ("instructors", "isolation", "benchmarks"),
    "Authors": ("authors", "contributing", "tests", "library/index", "changes"),
}


def write_source(root: Path, folder: Path, sources: list[Path]) -> None:
    """Write the source tree of the site.

    Args:
        root: the course's folder.
        folder: of the tree; it should be empty.
        sources: the lessons, ``solutions/NN_topic.py``.

    Raises:
        ValueError: a lesson cannot be shown, as ``lesson_page`` says.
    """
    terms = read_terms(root)
    pages = find_documents(root)
    for source in sources:
        pages[f"notebooks/{source.stem}.ipynb"] = f"lessons/{source.stem}"
        _write(folder / "lessons" / f"{source.stem}.ipynb", to_bytes(lesson_page(source)))
        student = to_bytes(student_notebook(load_lesson(source)))
        _write(folder / "notebooks" / f"{source.stem}.ipynb", student)
    made = {"glossary": glossary_page(terms), "results": results_page(sources), **library_pages()}
    for document, page in pages.items():
        if document.endswith(".md"):
            text = (root / document).read_text(encoding="utf-8")
            made[page], pictures = with_links(text, document, pages)
            for picture in pictures:
                _write(folder / "pictures" / Path(picture).name, (root / picture).read_bytes())
    lessons = tuple(f"lessons/{source.stem}" for source in sources)
    made["index"] += _contents({"Lessons": lessons, **_CONTENTS}, set(made) | set(lessons))
    for page, text in made.items():
        _write(folder / f"{page}.md", text.encode())
    _write_settings(folder, terms)


def _contents(captions: dict[str, tuple[str, ...]], there: set[str]) -> str:
    trees = (
        "```{toctree}\n:hidden:\n:caption: "
        + "\n".join([caption, "", *(page for page in pages if page in there)])
        + "\n```\n"
        for caption, pages in captions.items()
    )
    return "\n" + "\n".join(trees)


def _write_settings(folder: Path, terms: list[Term]) -> None:
    names = [list(term.names) for term in terms]
    _write(folder / "conf.py", _CONF.format(terms=pprint.pformat(names)).encode())
    for name, text in {"course.css": CSS, "moving.js": SCRIPT, "favicon.svg": FAVICON}.items():
        _write(folder / "_static" / name, text.encode())


def _write(path: Path, content: bytes) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(content)
