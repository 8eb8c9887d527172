"""Exported pages: one file, nothing from outside, readable by everyone; the command says what."""

import base64
import itertools
import json
import re
import subprocess
import sys
from html.parser import HTMLParser
from pathlib import Path

import nbformat
import numpy as np
import pytest
from nbformat.v4 import new_code_cell, new_markdown_cell, new_notebook, new_output

from helpers import widgets
from helpers.__main__ import main
from helpers.export.look import GROUNDS, TEXTS
from helpers.export.markdown import mathml
from helpers.export.page import build_page
from helpers.plots import show_images
from helpers.widgets.latent import LATENT

ROOT = Path(__file__).resolve().parents[1]
SOLUTIONS = sorted((ROOT / "solutions").glob("0[0-6]_*.ipynb"))
MAX_BYTES = 3_000_000


class Page(HTMLParser):
    """What a page loads, shows and is divided into."""

    def __init__(self, text):
        super().__init__()
        self.tags, self.text = [], ""
        self.feed(text)

    def handle_starttag(self, tag, attributes):
        self.tags.append((tag, dict(attributes)))

    def handle_data(self, data):
        self.text += data

    def all(self, tag):
        return [attributes for name, attributes in self.tags if name == tag]

    @property
    def loaded(self):
        """Return what the browser fetches by itself: all addresses but those of links."""
        return [
            attributes[key]
            for tag, attributes in self.tags
            for key in ("src", "srcset", "data", "poster", "href")
            if key in attributes and (tag, key) != ("a", "href")
        ]


@pytest.fixture
def explorer():
    rng = np.random.default_rng(0)
    kernel = rng.normal(size=(2, 16))
    return widgets.explore_latent(
        lambda codes: 0.5 + 0.1 * codes @ kernel,
        rng.normal(size=(30, 2)),
        np.arange(30) % 10,
        alt="digits & <places>",
    )


def shown(thing):
    data, metadata = thing._repr_mimebundle_()
    return new_output("display_data", data=data, metadata=metadata)


def page_of(*cells):
    ran = new_code_cell("1 + 1", outputs=[new_output("stream", text="2\n")])
    return build_page(new_notebook(cells=[*cells, ran]), folder=Path())


# What is in a page


def test_a_page_has_the_title_of_its_notebook_and_its_cells_in_order():
    page = page_of(new_markdown_cell("# A & B\n\nfirst"), new_markdown_cell("## Part\n\nsecond"))
    assert "<title>A &amp; B</title>" in page
    text = Page(page).text
    assert text.index("first") < text.index("second") < text.index("1 + 1")


def test_outputs_are_plain_text_without_terminal_codes_and_markup():
    outputs = [
        new_output("stream", text="10%\r 50%\r100%\nx <b>\n"),
        new_output("error", ename="E", evalue="v", traceback=["\x1b[0;31mValueError\x1b[0m: no"]),
        new_output("execute_result", data={"text/plain": "3 < 4"}),
    ]
    page = page_of(new_code_cell("x", outputs=outputs))
    for expected in ("100%\nx &lt;b&gt;", "ValueError: no", "3 &lt; 4"):
        assert expected in page
    assert "50%" not in Page(page).text.replace("border-radius: 50%", "")


def test_a_figure_keeps_its_text_alternative_and_so_does_the_widget_of_a_student():
    output = shown(show_images(np.zeros((2, 4, 4)), alt='two "white" squares'))
    output.data["application/vnd.jupyter.widget-view+json"] = {"model_id": "gone"}
    (image,) = Page(page_of(new_code_cell("x", outputs=[output]))).all("img")
    assert image["alt"] == 'two "white" squares'
    png = base64.b64decode(image["src"].removeprefix("data:image/png;base64,"))
    assert png[:8] == b"\x89PNG\r\n\x1a\n"


def test_a_picture_of_the_text_is_put_into_the_page(tmp_path):
    (tmp_path / "dot.png").write_bytes(b"dot")
    cell = new_markdown_cell("![a dot](dot.png)")
    ran = new_code_cell("1", outputs=[new_output("stream", text="1")])
    page = build_page(new_notebook(cells=[cell, ran]), folder=tmp_path)
    assert f"data:image/png;base64,{base64.b64encode(b'dot').decode()}" in page


def test_formulas_become_mathml():
    cell = new_markdown_cell("so $x_1$ and\n\n$$\\frac{a}{b}\\,c$$\n\nbut `$HOME` costs 3 dollars")
    page = page_of(cell)
    assert [math["display"] for math in Page(page).all("math")] == ["inline", "block"]
    assert re.search(r"<mfrac>.*<mi>a</mi>.*<mi>b</mi>.*</mfrac>", page)
    assert "$HOME" in page and "frac" not in Page(page).text


def test_a_command_that_the_converter_does_not_know_is_spelled_out():
    assert "<mo>arg</mo><msub><mo>min</mo>" in mathml("\\arg\\min_x", "inline")


def test_a_formula_that_cannot_be_converted_is_shown_as_written():
    assert mathml("\\left( a < b", "inline") == "<code>\\left( a &lt; b</code>"


def test_the_latent_explorer_brings_its_grid_and_its_labelled_controls(explorer):
    text = page_of(new_code_cell("x", outputs=[shown(explorer)]))
    page = Page(text)
    assert [slider["type"] for slider in page.all("input")] == ["range", "range"]
    assert len(page.all("label")) == 2
    (image,) = page.all("img")
    assert image["alt"] == "digits & <places>"
    places = [tag for tag in page.all("div") if tag.get("tabindex") == "0"]
    assert [place["aria-label"] for place in places] == ["Point in the code: arrow keys move it"]
    embedded = re.search(r'<script type="application/json">(.*?)</script>', text)[1]
    assert json.loads(embedded) == explorer.page_data()


def test_no_output_can_end_the_script_that_carries_its_data(explorer):
    output = shown(explorer)
    output.data[LATENT]["grid"] = "</script><script>alert(1)</script>"
    page = page_of(new_code_cell("x", outputs=[output]))
    assert "alert(1)</script>" not in page


def test_a_notebook_that_was_not_run_is_refused():
    with pytest.raises(ValueError, match="no outputs: run all of it"):
        build_page(new_notebook(cells=[new_code_cell("1")]), folder=Path())


# The lessons


@pytest.fixture(scope="module")
def pages():
    return {
        path.stem: build_page(nbformat.read(path, as_version=4), folder=path.parent)
        for path in SOLUTIONS
    }


lesson_by_lesson = pytest.mark.parametrize("lesson", [path.stem for path in SOLUTIONS])


@lesson_by_lesson
def test_the_page_of_a_lesson_is_one_small_file(pages, lesson):
    assert len(pages[lesson].encode()) <= MAX_BYTES
    assert [
        address for address in Page(pages[lesson]).loaded if not address.startswith("data:")
    ] == []
    assert not re.search(r"@import|url\((?!data:)|fetch\(|XMLHttpRequest", pages[lesson])


@lesson_by_lesson
def test_the_formulas_of_a_lesson_are_all_converted(pages, lesson):
    page = Page(pages[lesson])
    notebook = nbformat.read(ROOT / "solutions" / f"{lesson}.ipynb", as_version=4)
    text = "\n".join(cell.source for cell in notebook.cells if cell.cell_type == "markdown")
    prose = re.sub(r"```.*?```|`[^`\n]*`", "", text, flags=re.DOTALL)
    formulas = re.findall(r"\$\$.+?\$\$|\$.+?\$", prose, re.DOTALL)
    assert len(page.all("math")) == len(formulas)
    assert not re.search(r"<m\w+>\\", pages[lesson]), "a command that the converter does not know"


@lesson_by_lesson
def test_every_picture_of_a_lesson_says_in_a_sentence_what_it_shows(pages, lesson):
    images = Page(pages[lesson]).all("img")
    assert images
    for image in images:
        assert len(image["alt"].split()) >= 5, image["alt"]


@lesson_by_lesson
def test_the_headings_of_a_page_skip_no_level(pages, lesson):
    levels = [int(tag[1]) for tag, _ in Page(pages[lesson]).tags if re.fullmatch(r"h[1-6]", tag)]
    assert levels[0] == 1 and levels.count(1) == 1
    assert all(deeper - level <= 1 for level, deeper in itertools.pairwise(levels))


# The colours


def luminance(colour):
    channels = [int(colour[i : i + 2], 16) / 255 for i in (1, 3, 5)]
    linear = [c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in channels]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


def contrast(one, other):
    darker, lighter = sorted((luminance(one), luminance(other)))
    return (lighter + 0.05) / (darker + 0.05)


def test_contrast_is_that_of_the_guidelines():
    assert contrast("#000000", "#FFFFFF") == pytest.approx(21)
    assert contrast("#777777", "#FFFFFF") == pytest.approx(4.48, abs=0.005)


@pytest.mark.parametrize("theme", [0, 1], ids=["light", "dark"])
@pytest.mark.parametrize("ground", GROUNDS)
@pytest.mark.parametrize("text", TEXTS)
def test_every_text_stands_out_from_its_ground(theme, ground, text):
    assert contrast(TEXTS[text][theme], GROUNDS[ground][theme]) >= 4.5


# The command


@pytest.fixture
def course(tmp_path):
    """Build a folder with a lesson 04, run in ``solutions/`` and untouched in ``notebooks/``."""
    ran = new_code_cell("1", outputs=[new_output("stream", text="of the solution\n")])
    for folder, cell in (("solutions", ran), ("notebooks", new_code_cell("1"))):
        (tmp_path / folder).mkdir()
        notebook = new_notebook(cells=[new_markdown_cell("# Title"), cell])
        nbformat.write(notebook, tmp_path / folder / "04_topic.ipynb")
    return tmp_path


def test_a_number_means_the_solution_until_the_copy_was_run(course, capsys):
    target = course / "build" / "04_topic.html"
    assert main(["export", "4", "--root", str(course)]) == 0
    assert "of the solution" in target.read_text(encoding="utf-8")
    assert capsys.readouterr().out.startswith("solutions/04_topic.ipynb -> ")
    mine = new_code_cell("1", outputs=[new_output("stream", text="my own\n")])
    nbformat.write(new_notebook(cells=[mine]), course / "notebooks" / "04_topic.ipynb")
    assert main(["export", "04", "--root", str(course)]) == 0
    assert "my own" in target.read_text(encoding="utf-8")


@pytest.mark.parametrize(
    ("names", "sentence"),
    [
        (["04", "05"], "There is no notebook of lesson '05'."),
        (["nowhere.ipynb"], "There is no notebook 'nowhere.ipynb'."),
        (["broken.ipynb"], "is not a notebook."),
        (["notebooks/04_topic.ipynb"], "This notebook has no outputs"),
    ],
)
def test_a_mistake_is_told_in_one_sentence_and_nothing_is_written(
    course, names, sentence, capsys, monkeypatch
):
    monkeypatch.chdir(course)
    Path("broken.ipynb").write_text("{", encoding="utf-8")
    assert main(["export", *names, "--root", str(course)]) == 2
    error = capsys.readouterr().err
    assert sentence in error and len(error.strip().splitlines()) == 1
    assert not (course / "build").exists()


def test_exporting_needs_no_tensorflow(course):
    code = (
        "import sys; from helpers.__main__ import main;"
        f"main(['export', '04', '--root', {str(course)!r}]);"
        "sys.exit('tensorflow' in sys.modules)"
    )
    assert subprocess.run([sys.executable, "-c", code], capture_output=True).returncode == 0
