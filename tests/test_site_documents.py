"""Pages of the website that are no lessons: documents with their links, results, the library."""

import json
from pathlib import Path

import nbformat
import pytest
from nbformat.v4 import new_code_cell, new_notebook, new_output

from helpers.results import MIME_TYPE, compare
from helpers.site.documents import find_documents, with_links
from helpers.site.library import library_pages
from helpers.site.results import results_page

ROOT = Path(__file__).resolve().parents[1]
PAGES = {
    "README.md": "index",
    "docs/start.md": "start",
    "data/README.md": "data",
    "notebooks/04_deep.ipynb": "lessons/04_deep",
}


@pytest.mark.parametrize(
    ("document", "link", "expected"),
    [
        ("README.md", "[4](notebooks/04_deep.ipynb)", "[4](lessons/04_deep.ipynb)"),
        ("README.md", "[s](docs/start.md#when)", "[s](start.md#when)"),
        ("docs/start.md", "[d](../data/README.md)", "[d](data.md)"),
        ("docs/start.md", "[s](#when)", "[s](#when)"),
        ("README.md", "[MIT](LICENSE)", "MIT"),
        ("docs/start.md", "[run](../helpers/x.json)", "run"),
        ("README.md", "[x](https://a.example/b)", "[x](https://a.example/b)"),
    ],
)
def test_a_link_leads_to_a_page_or_is_none(document, link, expected):
    assert with_links(f"see {link}.", document, PAGES) == (f"see {expected}.", [])


def test_a_picture_of_a_document_comes_along():
    text, pictures = with_links("![digits](solutions/02.png)", "README.md", PAGES)
    assert (text, pictures) == ("![digits](pictures/02.png)", ["solutions/02.png"])


def test_every_document_is_a_page():
    pages = find_documents(ROOT)
    assert pages["README.md"] == "index" and pages["docs/instructors.md"] == "instructors"
    assert len(set(pages.values())) == len(pages)


def test_the_results_are_those_of_the_solutions_beside_the_published_ones(tmp_path):
    bundle = compare("hinton2006.deep_ae.sse.k30", 2.5, images="mnist")._repr_mimebundle_()
    output = new_output("execute_result", data=json.loads(json.dumps(bundle)))
    assert MIME_TYPE in output.data
    notebook = new_notebook(cells=[new_code_cell("x", outputs=[output])])
    nbformat.write(notebook, tmp_path / "04_deep.ipynb")
    page = results_page([tmp_path / "04_deep.py"])
    (row,) = (line for line in page.splitlines() if " 2.50 " in line)
    assert "| 2.50 | 3.00 | SSE/image |" in row and "Hinton and Salakhutdinov" in row
    assert "## [Lesson 04](lessons/04_deep.ipynb)" in page


def test_the_library_has_its_rooms_and_neither_answers_nor_checks():
    pages = library_pages()
    assert ".. automodule:: helpers.training.loop\n   :members:" in pages["library/training"]
    assert "`helpers.pca" not in pages["library/pca"]
    text = "\n".join(pages.values())
    assert not [name for name in ("answers", "checks", "grading", "release") if name in text]
    for page in pages:
        if page != "library/index":
            assert f"\n{page.removeprefix('library/')}\n" in pages["library/index"]
