"""The glossary page, and which words of a lesson link to it."""

from pathlib import Path
from types import SimpleNamespace

import pytest

nodes = pytest.importorskip("docutils.nodes")

from helpers.site.glossary import (  # noqa: E402
    Term,
    glossary_page,
    link_first_uses,
    read_terms,
    without_table,
)

ROOT = Path(__file__).resolve().parents[1]
TERMS = [["autoencoder"], ["variational autoencoder"], ["code", "latent vector"], ["epoch"]]


def linked(*parts, docname="lessons/04"):
    """Return the words that became links, and their targets, in paragraphs of these nodes."""
    pytest.importorskip("sphinx")
    from docutils.utils import new_document
    from sphinx.addnodes import pending_xref

    document = new_document("lesson")
    for part in parts:
        document += part
    words = document.astext()
    app = SimpleNamespace(
        env=SimpleNamespace(docname=docname), config=SimpleNamespace(workbook_terms=TERMS)
    )
    link_first_uses(app, document)
    assert document.astext() == words
    return [(link.astext(), link["reftarget"]) for link in document.findall(pending_xref)]


def paragraph(*parts):
    made = nodes.paragraph()
    for part in parts:
        made += nodes.Text(part) if isinstance(part, str) else part
    return made


def test_the_glossary_is_that_of_lesson_00():
    terms = {term.names: term for term in read_terms(ROOT)}
    assert terms[("code", "latent vector")].korean == "코드, 잠재 벡터"
    assert terms[("batch", "mini-batch")].words == "the images of one training step"
    source = (ROOT / "solutions" / "00_start_here.py").read_text(encoding="utf-8")
    assert len(terms) == source.count("\n# | ") - 1  # its heading


def test_a_course_without_a_glossary_is_refused(tmp_path):
    with pytest.raises(ValueError, match="Lesson 00 has no glossary"):
        read_terms(tmp_path)


def test_a_term_and_its_other_names_stand_above_its_words():
    page = glossary_page([Term(("code", "latent vector"), "코드", "the numbers in that layer")])
    assert "\ncode\nlatent vector\n    코드. The numbers in that layer.\n" in page


def test_the_table_makes_room_for_a_link():
    table = "| term | Korean | in a few words |\n|---|---|---|\n| a | b | c |\n| d | e | f |"
    assert without_table(f"before\n\n{table}") == (
        "before\n\nThey have [a page of their own](../glossary.md)."
    )
    assert without_table("no table") == "no table"


def test_only_the_first_use_of_a_term_is_a_link():
    first = paragraph("An Autoencoder, two autoencoders; every epoch.")
    assert linked(first, paragraph("autoencoder, epoch")) == [
        ("Autoencoder", "Autoencoder"),
        ("epoch", "epoch"),
    ]


def test_a_longer_term_is_no_use_of_a_shorter_one():
    words = paragraph("a variational autoencoder, another variational autoencoder, an autoencoder")
    assert [word for word, _ in linked(words)] == ["variational autoencoder", "autoencoder"]


def test_an_everyday_word_is_a_term_only_where_it_is_emphasised():
    words = paragraph("this code and ", nodes.emphasis("", "the code (코드)"), ", latent vector")
    assert linked(words) == [("code", "code")]


def test_code_formulas_links_and_titles_stay_as_they_are():
    kept = [nodes.literal, nodes.math, nodes.reference]
    inside = [paragraph(kind("", "epoch", nodes.Text("epoch"))) for kind in kept]
    title = nodes.section("", nodes.title("", "epoch"), ids=["epoch"])
    assert linked(*inside, title) == []
    assert linked(paragraph("sub-epoch, epochal")) == []


def test_pages_that_are_no_lessons_have_no_such_links():
    assert linked(paragraph("an epoch"), docname="glossary") == []
