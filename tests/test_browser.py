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
CODE_SIZE = """\
images = rng.uniform(size=(8, 784))
errors = {"network": {2: 0.3, 8: 0.2, 32: 0.1}}
widgets.explore_code_size(
    errors, {size: images * size / 32 for size in errors["network"]}, images, alt="Greyer."
)
"""
PCA = """\
components, shares = np.eye(784)[:20], np.linspace(0.05, 1, 20)
widgets.explore_pca(images, images.mean(axis=0), components, shares, alt="Dots.")
"""
NOISE = """\
widgets.explore_noise(lambda noisy: noisy / 2, images, alt="Snow.")
"""
PERPLEXITY = """\
maps = {perplexity: codes + rng.normal(size=(200, 2)) for perplexity in (5, 15, 50)}
widgets.explore_perplexity(maps, labels, alt="Clouds.")
"""
# Each widget: its cell, and what its slider's two ends make it say.
EXPLORERS = {
    "latent": (EXPLORER, ()),
    "code_size": (CODE_SIZE, ("Code of 2: error network 0.3000.", "Code of 32: error")),
    "pca": (PCA, ("1 component keeps 5% of", "20 components keep 100% of")),
    "noise": (NOISE, ("Noise masking, 0. PSNR: noisy inf", "Noise masking, 0.9. PSNR")),
    "perplexity": (PERPLEXITY, ("at perplexity 5.", "at perplexity 50.")),
}
WIDTHS = (1280, 1920)


@pytest.fixture(scope="module")
def browser():
    with open_browser() as browser:
        yield browser


@pytest.fixture(scope="module")
def lab(browser, tmp_path_factory):
    folder = tmp_path_factory.mktemp("student")
    shutil.copytree(ROOT / "notebooks", folder / "notebooks")
    small = new_notebook(cells=[new_code_cell(source) for source, _ in EXPLORERS.values()])
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
    zero = re.compile(rf"\b0 of {total} points")
    notebook.cell("score()").locator(".jp-OutputArea", has_text=zero).wait_for()
    bad = page.locator('[data-mime-type$="jupyter.error"], [data-mime-type$="jupyter.stderr"]')
    assert bad.all_inner_texts() == []
    notebook.picture("03_untouched")

    answer, check = notebook.cell("def sigmoid"), notebook.cell('check("3.1"')
    notebook.write(answer, WRONG)
    page.keyboard.press("Shift+Enter")
    check.get_by_text("you took a (1 - a)").wait_for()
    notebook.picture("03_wrong")

    notebook.write_above('hint("3.1")')
    notebook.cell('hint("3.1")').get_by_text("hint 1 of 3").wait_for()

    notebook.write(answer, RIGHT)
    page.keyboard.press("Shift+Enter")
    check.get_by_text("1 of 1 points").wait_for()
    notebook.picture("03_right")

    notebook.wait_for_kernel()
    page.keyboard.press("Control+S")
    page.locator(".jp-mod-current[data-dirty], .jp-mod-dirty").wait_for(state="detached")
    notebook.restart()
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
    # The page came with the points of before: only the number tells that the check ran anew.
    check.locator(".jp-InputPrompt", has_text="[3]:").wait_for()
    check.get_by_text("1 of 1 points").wait_for()


def code_of(words):
    """Return the two numbers that the sentence below a picture says."""
    said = words.inner_text().replace("\N{MINUS SIGN}", "-")
    return [float(number) for number in re.findall(r"-?\d+\.\d+", said)]


@pytest.fixture(scope="module")
def explorers(browser, lab):
    """Open the notebook of all widgets, run; return it and a function name -> widget."""
    context = browser.new_context(viewport={"width": WIDTHS[0], "height": 1000})
    page = context.new_page()
    notebook = Notebook(page, lab[1], "explorer.ipynb")
    notebook.menu("Run", "runmenu:run-all")
    boxes = page.locator(".ae-explorer")
    boxes.nth(len(EXPLORERS) - 1).locator("[role=status]").wait_for()
    yield notebook, lambda name: boxes.nth(list(EXPLORERS).index(name))
    context.close()


# Sentence and picture are two widgets, and the point a third: each arrives by itself.
CHANGED = """([box, source]) => {
  const words = box.querySelector('[role=status]')?.innerText;
  const picture = [...box.querySelectorAll('img')].find(image => image.alt === words);
  return picture && picture.src !== source;
}"""
POINT_AT = """([box, x, y]) => {
  const point = box.querySelector('.ae-point').getBoundingClientRect();
  return Math.hypot(point.x + point.width / 2 - x, point.y + point.height / 2 - y) < 3;
}"""


def moved(notebook, box, act):
    """Act, and wait for a new picture that the sentence below it belongs to."""
    words = box.locator("[role=status]").inner_text()
    source = box.get_by_alt_text(words, exact=True).get_attribute("src")
    act()
    notebook.page.wait_for_function(CHANGED, arg=[box.element_handle(), source])


def test_the_latent_explorer_moves_by_the_keyboard(explorers):
    notebook, named = explorers
    explorer, page = named("latent"), notebook.page
    words = explorer.locator("[role=status]")

    def step(key):
        start = code_of(words)
        moved(notebook, explorer, lambda: page.keyboard.press(key))
        return [round(b - a, 2) for a, b in zip(start, code_of(words), strict=True)]

    slider = explorer.locator("[role=slider]").first
    slider.focus()
    right, up = step("ArrowRight")
    assert right > 0 and up == 0
    place = explorer.locator(".ae-map").first
    place.focus()
    right, up = step("ArrowUp")
    assert right == 0 and up > 0
    assert place.evaluate("place => place === document.activeElement")
    page.wait_for_function("() => document.querySelector('[role=slider][aria-label]')")
    assert slider.get_attribute("aria-label") == "code, first unit"


def test_the_code_size_explorer_moves_by_the_keyboard(explorers):
    notebook, named = explorers
    box = named("code_size")
    box.get_by_text("Code of 8: error network 0.2000.").wait_for()
    box.get_by_role("slider").focus()
    notebook.page.keyboard.press("ArrowRight")
    box.get_by_text("Code of 32: error network 0.1000.").wait_for()


@pytest.mark.parametrize("width", WIDTHS)
def test_the_latent_explorer_moves_by_the_mouse(explorers, width):
    notebook, named = explorers
    notebook.resize(width)
    explorer, page = named("latent"), notebook.page
    for number in (0, 1):
        place = explorer.locator(".ae-map").nth(number)
        place.hover()
        box = place.bounding_box()
        left, top = box["x"] + box["width"] / 4, box["y"] + box["height"] / 4
        moved(notebook, explorer, lambda left=left, top=top: page.mouse.click(left, top))
        page.wait_for_function(POINT_AT, arg=[place.element_handle(), left, top])
        right, bottom = left + box["width"] / 2, top + box["height"] / 2
        notebook.drag(place, right, bottom)
        page.wait_for_function(POINT_AT, arg=[place.element_handle(), right, bottom])


@pytest.mark.parametrize("width", WIDTHS)
@pytest.mark.parametrize("name", EXPLORERS)
def test_sliders_are_dragged_by_the_mouse_from_end_to_end(explorers, name, width):
    notebook, named = explorers
    notebook.resize(width)
    box = named(name)
    _, ends = EXPLORERS[name]
    for slider in box.locator(".widget-slider").all():
        handle = slider.get_by_role("slider")
        label = slider.locator("label")
        assert label.evaluate("label => label.scrollWidth <= label.clientWidth")
        handle.hover()
        track = slider.locator(".noUi-base").bounding_box()
        assert track["width"] >= 300
        y = track["y"] + track["height"] / 2
        for end, limit in enumerate(("aria-valuemin", "aria-valuemax")):
            x = track["x"] + end * track["width"]
            moved(notebook, box, lambda handle=handle, x=x, y=y: notebook.drag(handle, x, y))
            readout = slider.locator(".widget-readout").inner_text()
            said = ends[end] if ends else readout
            box.locator("[role=status]", has_text=said).wait_for()
            assert handle.get_attribute("aria-valuenow") == handle.get_attribute(limit)


@pytest.mark.parametrize("width", WIDTHS)
def test_the_kind_of_noise_is_chosen_from_a_list(explorers, width):
    notebook, named = explorers
    notebook.resize(width)
    box = named("noise")
    choice = box.get_by_role("combobox", name="noise")
    # ipywidgets' own arrow is black in the dark theme, too
    assert choice.evaluate("choice => getComputedStyle(choice).backgroundImage") == "none"
    for key, kind in (("ArrowDown", "gaussian"), ("ArrowUp", "masking")):
        choice.click()
        notebook.page.keyboard.press(key)
        notebook.page.keyboard.press("Enter")
        box.get_by_text(f"Noise {kind}, ").wait_for()


@pytest.mark.parametrize("theme", ["Light", "Dark"])
def test_widgets_have_no_serious_finding(explorers, theme):
    notebook, named = explorers
    notebook.theme(f"JupyterLab {theme}")
    for width in WIDTHS:
        notebook.resize(width)
        for name in EXPLORERS:
            path = SCREENSHOTS / f"{name}_{width}_{theme.lower()}.png"
            named(name).screenshot(path=path)
    assert problems(notebook.page, ".ae-explorer") == []


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
    page.set_default_timeout(PATIENCE)
    failures = []
    page.on("pageerror", lambda problem: failures.append(str(problem)))
    page.goto(address)
    words = page.locator("[role=status]")
    words.wait_for()

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
    for unit, name in enumerate(("first", "second")):
        slider = page.get_by_label(f"code, {name} unit")
        box = slider.bounding_box()
        assert box["width"] >= 250
        slider.click(position={"x": 1, "y": box["height"] / 2})
        assert code_of(words)[unit] == round(explorer.low[unit], 2)
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
    page.set_default_timeout(PATIENCE)
    for name, address in (("explorer", moving_page[0]), ("03", exported("03", tmp_path))):
        page.goto(address)
        if name == "explorer":
            page.locator("[role=status]").wait_for()
        page.screenshot(path=SCREENSHOTS / f"page_{name}_{scheme}.png")
        assert problems(page) == []
    context.close()
