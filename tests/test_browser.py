"""As a student sees it: JupyterLab and exported pages in a real browser.

Screenshots are kept in build/screenshots/. Without a browser these tests are skipped.
"""

import json
import re
import shutil
from pathlib import Path

import nbformat
import pytest
from browser import PATIENCE, SCREENSHOTS, Notebook, open_browser, start_lab
from nbformat.v4 import new_code_cell, new_notebook

from helpers.checks.registry import exercises
from helpers.export.page import build_page

ROOT = Path(__file__).resolve().parents[1]
LESSON = "notebooks/03_basic_autoencoder.ipynb"

WRONG = """\
def sigmoid(activations):
    return 1 / (1 + np.exp(-activations)), activations * (1 - activations)
"""
RIGHT = """\
def sigmoid(activations):
    values = 1 / (1 + np.exp(-activations))
    return values, values * (1 - values)
"""
EXPLORER = """\
import numpy as np
from helpers import widgets

rng = np.random.default_rng(0)
ramp = np.linspace(-1, 1, 28)
kernel = np.stack([np.tile(ramp, 28), np.repeat(ramp, 28)])
codes = rng.normal(size=(200, 2))
labels = np.arange(200) % 10
widgets.explore_latent(
    lambda codes: 1 / (1 + np.exp(-3 * codes @ kernel)), codes, labels, alt="Slopes of grey."
)
"""
OTHERS = """\
images = rng.uniform(size=(8, 784))
errors = {"network": {2: 0.3, 8: 0.2, 32: 0.1}}
widgets.explore_code_size(
    errors, {size: images * size / 32 for size in errors["network"]}, images, alt="Greyer."
)
"""


@pytest.fixture(scope="module")
def browser():
    with open_browser() as browser:
        yield browser


@pytest.fixture(scope="module")
def lab(browser, tmp_path_factory):
    folder = tmp_path_factory.mktemp("student")
    shutil.copytree(ROOT / "notebooks", folder / "notebooks")
    small = new_notebook(cells=[new_code_cell(EXPLORER), new_code_cell(OTHERS)])
    small.metadata.kernelspec = {
        "name": "python3",
        "display_name": "Python 3",
        "language": "python",
    }
    nbformat.write(small, folder / "explorer.ipynb")
    with start_lab(folder) as address:
        yield folder, address


@pytest.fixture
def page(browser):
    context = browser.new_context(viewport={"width": 1200, "height": 1000})
    yield context.new_page()
    context.close()


def problems(page, part=None):
    """Return the serious findings of axe-core, for a whole page or a part of it."""
    from axe_playwright_python.sync_playwright import Axe

    found = Axe().run(page, context=part).response["violations"]
    return [
        (finding["id"], finding["nodes"][0]["html"][:200])
        for finding in found
        if finding["impact"] in ("serious", "critical")
    ]


def test_a_student_works_through_an_exercise(lab, page):
    folder, address = lab
    notebook = Notebook(page, address, LESSON)
    total = sum(entry.points for entry in exercises("03"))

    notebook.menu("Run", "runmenu:run-all")
    page.locator(".jp-OutputArea", has_text="profile fast").last.wait_for()
    bad = page.locator('[data-mime-type$="jupyter.error"], [data-mime-type$="jupyter.stderr"]')
    assert bad.all_inner_texts() == []
    score = notebook.cell("score()").locator(".jp-OutputArea")
    assert f" 0 of {total} points" in score.inner_text()
    notebook.picture("03_untouched")

    answer, check = notebook.cell("def sigmoid"), notebook.cell('check("3.1"')
    notebook.write(answer, WRONG)
    page.keyboard.press("Shift+Enter")
    check.get_by_text("you took a (1 - a)").wait_for()
    notebook.picture("03_wrong")

    page.keyboard.press("Escape")
    page.keyboard.press("a")
    page.keyboard.press("Enter")
    page.keyboard.insert_text('hint("3.1")')
    page.keyboard.press("Shift+Enter")
    notebook.cell('hint("3.1")').get_by_text("hint 1 of 3").wait_for()

    notebook.write(answer, RIGHT)
    page.keyboard.press("Shift+Enter")
    check.get_by_text("2 of 2 points").wait_for()
    notebook.picture("03_right")

    page.keyboard.press("Control+S")
    page.locator(".jp-mod-current[data-dirty], .jp-mod-dirty").wait_for(state="detached")
    notebook.menu("Kernel", "kernelmenu:restart")
    page.locator(".jp-Dialog-button.jp-mod-accept").click()
    notebook.wait_for_kernel()
    page.reload()
    answer.wait_for()
    assert "values * (1 - values)" in answer.locator(".cm-content").inner_text()
    saved = nbformat.read(folder / LESSON, as_version=4)
    assert RIGHT.strip() in [cell.source.strip() for cell in saved.cells]
    assert "widgets" not in saved.metadata
    notebook.wait_for_kernel()
    notebook.run(notebook.cell("from helpers import"))
    notebook.run(answer)
    page.keyboard.press("Shift+Enter")
    check.get_by_text("2 of 2 points").wait_for()


def code_of(words):
    """Return the two numbers that the sentence below a picture says."""
    return [float(number) for number in re.findall(r"-?\d+\.\d+", words.inner_text())]


def test_the_latent_explorer_moves_by_slider_keyboard_and_click(lab, page):
    _, address = lab
    notebook = Notebook(page, address, "explorer.ipynb")
    notebook.menu("Run", "runmenu:run-all")
    explorer = page.locator(".ae-explorer").first
    picture = explorer.get_by_role("img", name="decoded")
    words = explorer.locator("[role=status]")
    words.wait_for()

    def moved(act):
        """Act, wait until the sentence has changed, and return the step in both units."""
        before, source = words.inner_text(), picture.get_attribute("src")
        start = code_of(words)
        act()
        page.wait_for_function(
            "before => document.querySelector('.ae-explorer [role=status]').innerText != before",
            arg=before,
        )
        assert picture.get_attribute("src") != source
        return [round(b - a, 2) for a, b in zip(start, code_of(words), strict=True)]

    slider = explorer.locator("[role=slider]").first
    slider.focus()
    step = moved(lambda: page.keyboard.press("ArrowRight"))
    assert step[0] > 0 and step[1] == 0
    place = explorer.locator(".ae-map").first
    place.focus()
    step = moved(lambda: page.keyboard.press("ArrowUp"))
    assert step[0] == 0 and step[1] > 0
    assert place.evaluate("place => place === document.activeElement")
    box = place.bounding_box()
    moved(lambda: place.click(position={"x": box["width"] / 4, "y": box["height"] / 4}))
    dot = explorer.locator(".ae-point").first.bounding_box()
    assert abs(dot["x"] + dot["width"] / 2 - box["x"] - box["width"] / 4) < 3
    assert abs(dot["y"] + dot["height"] / 2 - box["y"] - box["height"] / 4) < 3
    assert picture.get_attribute("alt") == words.inner_text()

    other = page.locator(".ae-explorer").nth(1)
    other.get_by_text("Code of 8: error network 0.2000.").wait_for()
    other.get_by_role("slider").focus()
    page.keyboard.press("ArrowRight")
    other.get_by_text("Code of 32: error network 0.1000.").wait_for()
    page.wait_for_function("() => document.querySelector('[role=slider][aria-label]')")
    assert slider.get_attribute("aria-label") == "code, first unit"
    for theme in ("JupyterLab Light", "JupyterLab Dark"):
        notebook.theme(theme)
        explorer.scroll_into_view_if_needed()
        notebook.picture(f"explorer_{theme.split()[1].lower()}")
        assert problems(page, ".ae-explorer") == []


def exported(name, tmp_path):
    """Write the page of a committed solution; return its address."""
    (source,) = (ROOT / "solutions").glob(f"{name}_*.ipynb")
    target = tmp_path / f"{name}.html"
    page = build_page(nbformat.read(source, as_version=4), folder=source.parent)
    target.write_text(page, encoding="utf-8")
    return target.as_uri()


@pytest.fixture
def moving_page(tmp_path):
    """Write the page of a notebook with a latent explorer, run here; return its address."""
    scope: dict = {}
    *lines, last = EXPLORER.strip().split("widgets.explore_latent")
    exec("\n".join(lines), scope)
    explorer = eval(f"widgets.explore_latent{last}", scope)
    data, metadata = explorer._repr_mimebundle_()
    output = nbformat.v4.new_output("display_data", data=data, metadata=metadata)
    title = nbformat.v4.new_markdown_cell("# Latent explorer")
    notebook = new_notebook(cells=[title, new_code_cell(EXPLORER, outputs=[output])])
    target = tmp_path / "explorer.html"
    target.write_text(build_page(notebook, folder=tmp_path), encoding="utf-8")
    return target.as_uri(), explorer


CANVAS = """() => {
  const canvas = document.querySelector('canvas');
  const {data} = canvas.getContext('2d').getImageData(0, 0, canvas.width, canvas.height);
  return JSON.stringify(Array.from(data).filter((value, index) => index % 4 === 0));
}"""


def test_an_exported_page_moves_without_a_server(browser, moving_page):
    import numpy as np

    address, explorer = moving_page
    context = browser.new_context(offline=True, viewport={"width": 1000, "height": 1000})
    page = context.new_page()
    failures = []
    page.on("pageerror", lambda problem: failures.append(str(problem)))
    page.goto(address)
    words = page.locator("[role=status]")
    words.wait_for(timeout=PATIENCE)

    def shows_what_the_decoder_says():
        shown = 1 - np.array(json.loads(page.evaluate(CANVAS))) / 255
        (expected,) = explorer.decode(np.array([code_of(words)]))
        # 16 greys, and straight lines between the places of the grid
        np.testing.assert_allclose(shown, expected, atol=0.06)

    shows_what_the_decoder_says()
    first = code_of(words)
    page.get_by_label("code, first unit").focus()
    page.keyboard.press("ArrowRight")
    second = code_of(words)
    assert second[0] > first[0] and second[1] == first[1]
    shows_what_the_decoder_says()
    page.get_by_label("Point in the code").focus()
    for _ in range(5):
        page.keyboard.press("ArrowDown")
    third = code_of(words)
    assert third[0] == second[0] and third[1] < second[1]
    shows_what_the_decoder_says()
    box = page.locator(".ae-map").last.bounding_box()
    page.mouse.click(box["x"] + box["width"] * 0.75, box["y"] + box["height"] * 0.25)
    share = (np.array(code_of(words)) - explorer.low) / (explorer.high - explorer.low)
    np.testing.assert_allclose(share, [0.75, 0.75], atol=0.01)
    shows_what_the_decoder_says()
    assert failures == []
    context.close()


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_exported_pages_have_no_serious_finding(browser, moving_page, tmp_path, scheme):
    SCREENSHOTS.mkdir(parents=True, exist_ok=True)
    context = browser.new_context(
        offline=True, color_scheme=scheme, viewport={"width": 1000, "height": 900}
    )
    page = context.new_page()
    for name, address in (("explorer", moving_page[0]), ("03", exported("03", tmp_path))):
        page.goto(address)
        page.screenshot(path=SCREENSHOTS / f"page_{name}_{scheme}.png")
        assert problems(page) == []
    context.close()
