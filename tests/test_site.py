"""The website as Sphinx builds it, and as a reader sees it in a real browser.

Screenshots are kept in build/screenshots/. Without Sphinx or a browser tests are skipped.
"""

import functools
import http.server
import re
import shutil
import subprocess
import sys
import threading
from html.parser import HTMLParser
from pathlib import Path

import nbformat
import pytest
from browser import PATIENCE, SCREENSHOTS, open_browser

from helpers.__main__ import main
from helpers.release.leaks import squeeze, telling_lines

pytest.importorskip("myst_nb", reason="the site needs Sphinx: pip install -e '.[author]'")

ROOT = Path(__file__).resolve().parents[1]
PARTS = ("docs", "solutions", "README.md", "CONTRIBUTING.md", "CHANGELOG.md")
LESSONS = ("00", "02", "05")
MAX_MEGABYTES = 60
WIDTHS = (390, 1280)
# Colours are those of the theme, on every page: one page of each kind is measured.
MEASURED = ("lessons/02_pca.html", "library/pca.html", "benchmarks.html")
# What axe would load and measure anew for every page, and long listings of coloured code.
QUICK = {"preload": False, "rules": {"color-contrast": {"enabled": False}}}


@pytest.fixture(scope="module")
def course(tmp_path_factory):
    """Copy what the site is built from."""
    root = tmp_path_factory.mktemp("course")
    for name in PARTS:
        copy = shutil.copytree if (ROOT / name).is_dir() else shutil.copy
        copy(ROOT / name, root / name)
    for name in ("data", "tests"):
        (root / name).mkdir()
        shutil.copy(ROOT / name / "README.md", root / name)
    return root


@pytest.fixture(scope="module")
def site(course):
    """Build the site of three lessons; return its folder."""
    command = [sys.executable, "-m", "helpers", "site", *LESSONS, "--root", str(course)]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    return course / "build" / "site"


class Page(HTMLParser):
    """The text of a page, its pictures, and what it loads."""

    def __init__(self, path):
        super().__init__()
        self.text, self.images, self.loaded, self.maths = "", [], [], 0
        self.feed(path.read_text(encoding="utf-8"))

    def handle_starttag(self, tag, attributes):
        attributes = dict(attributes)
        self.maths += tag == "math"
        if tag == "img":
            self.images.append(attributes)
        self.loaded += [attributes[key] for key in ("src", "srcset") if key in attributes]
        if tag == "link" and attributes.get("rel") in ("stylesheet", "preload", "icon"):
            self.loaded.append(attributes["href"])

    def handle_data(self, data):
        self.text += data


def html_files(site):
    return [path for path in sorted(site.rglob("*.html")) if "_static" not in path.parts]


@pytest.fixture(scope="module")
def pages(site):
    return {path.relative_to(site).as_posix(): Page(path) for path in html_files(site)}


# What is built


def test_the_site_is_small_and_whole(site, pages):
    size = sum(path.stat().st_size for path in site.rglob("*") if path.is_file())
    assert size < MAX_MEGABYTES * 1e6
    expected = {"index", "start", "instructors", "isolation", "authors", "benchmarks"}
    expected |= {"glossary", "results", "contributing", "changes", "search"}
    expected |= {"lessons/00_start_here", "lessons/05_denoising_autoencoder", "library/training"}
    assert {f"{name}.html" for name in expected} <= set(pages)


def test_no_page_shows_a_line_of_an_answer(course, site, pages):
    telling = {}
    for source in sorted((course / "solutions").glob("*.py")):
        cells = source.read_text(encoding="utf-8").split("\n# %%")
        lines = set().union(*map(telling_lines, cells))
        # A lesson may print what another one asks for; its own answers it never shows.
        shown = {f"lessons/{source.stem}.html"} | {n for n in pages if "lessons/" not in n}
        telling[source.stem] = lines, shown & set(pages)
    assert sum(len(lines) for lines, _ in telling.values()) > 100
    for lines, shown in telling.values():
        for name in shown:
            text = squeeze(pages[name].text)
            assert [line for line in lines if line in text] == [], name
    index = squeeze((site / "searchindex.js").read_text(encoding="utf-8"))
    assert "BEGINSOLUTION" not in index
    notebooks = sorted(site.glob("_downloads/*/*.ipynb"))
    assert len(notebooks) == len(LESSONS)
    for path in notebooks:
        assert path.read_bytes() == (ROOT / "notebooks" / path.name).read_bytes()


def test_every_picture_says_what_it_shows(pages):
    images = [(name, image) for name, page in pages.items() for image in page.images]
    assert len(images) > 20
    for name, image in images:
        assert image.get("alt", "").strip(), (name, image.get("src", "")[:80])
        if name.startswith("lessons/0"):
            assert len(image["alt"].split()) >= 5, (name, image["alt"])


def test_nothing_is_loaded_from_elsewhere(site, pages):
    loaded = [address for page in pages.values() for address in page.loaded]
    assert [address for address in loaded if "//" in address.split("base64,")[0]] == []
    scripts = "".join(path.read_text(encoding="utf-8") for path in (site / "_static").glob("*.css"))
    assert not re.search(r"@import\s+url\(.?https?:|url\(.?https?:", scripts)


def test_formulas_are_there_without_a_script(pages):
    page = pages["lessons/02_pca.html"]
    source = (ROOT / "solutions" / "02_pca.ipynb").read_text(encoding="utf-8")
    cells = nbformat.reads(source, as_version=4).cells
    text = "\n".join(cell.source for cell in cells if cell.cell_type == "markdown")
    prose = re.sub(r"```.*?```|`[^`\n]*`", "", text, flags=re.DOTALL)
    assert page.maths == len(re.findall(r"\$\$.+?\$\$|\$.+?\$", prose, re.DOTALL)) > 10
    assert "\\frac" not in page.text


def test_a_lesson_links_to_the_glossary(site):
    text = (site / "lessons" / "05_denoising_autoencoder.html").read_text(encoding="utf-8")
    (link,) = re.findall(r'<a [^>]*href="\.\./glossary\.html#term-corruption"', text)
    glossary = (site / "glossary.html").read_text(encoding="utf-8")
    assert link and 'id="term-corruption"' in glossary


# What is refused


# Sphinx and its extensions warn each other of changes to come.
@pytest.mark.filterwarnings("ignore::DeprecationWarning", "ignore::PendingDeprecationWarning")
def test_a_link_that_leads_nowhere_is_a_fault(course, tmp_path, monkeypatch, capfd):
    from helpers.site import source

    monkeypatch.setattr(source, "library_pages", dict)
    root = tmp_path / "course"
    shutil.copytree(course, root, ignore=shutil.ignore_patterns("build"))
    with (root / "docs" / "start.md").open("a", encoding="utf-8") as stream:
        stream.write("\nSee [there](#no-such-part).\n")
    assert main(["site", "00", "--root", str(root)]) == 2
    told = capfd.readouterr().err
    assert "no-such-part" in told and told.endswith(
        "The site has the faults that are named above.\n"
    )


def test_a_folder_that_holds_something_else_is_left_alone(course, tmp_path, capsys):
    (tmp_path / "thesis.txt").write_text("mine", encoding="utf-8")
    assert main(["site", "--root", str(course), "--output", str(tmp_path)]) == 2
    assert "holds something that is no site" in capsys.readouterr().err
    assert [path.name for path in tmp_path.iterdir()] == ["thesis.txt"]


def test_without_a_clone_a_sentence_says_so(tmp_path, capsys):
    assert main(["site", "--root", str(tmp_path)]) == 2
    assert "only a clone of the course has" in capsys.readouterr().err


# In a browser


@pytest.fixture(scope="module")
def browser():
    with open_browser() as browser:
        yield browser


@pytest.fixture(scope="module")
def address(site):
    class Quiet(http.server.SimpleHTTPRequestHandler):
        def log_message(self, *arguments):
            pass

    handler = functools.partial(Quiet, directory=site)
    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), handler)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield f"http://127.0.0.1:{server.server_port}/"
    server.shutdown()
    server.server_close()


@pytest.fixture
def open_page(browser, address):
    """Return a function that opens a page; at the end nothing must have failed in any."""
    contexts, failures = [], []

    def opened(name, width=1280, scheme="light"):
        look = {"viewport": {"width": width, "height": 844}, "color_scheme": scheme}
        context = browser.new_context(**look)
        contexts.append(context)
        page = context.new_page()
        page.set_default_timeout(PATIENCE)
        page.on("pageerror", lambda problem: failures.append((name, str(problem))))
        page.on(
            "console",
            lambda said: failures.append((name, said.text)) if said.type == "error" else None,
        )
        page.goto(address + name)
        return page

    yield opened
    for context in contexts:
        context.close()
    assert failures == []


def problems(page, options):
    """Return the serious findings of axe-core; code and formulas are too many to look at each."""
    from axe_playwright_python.sync_playwright import Axe

    left_out = {"exclude": [[".highlight"], ["math"]]}
    found = Axe().run(page, context=left_out, options=options).response["violations"]
    return [
        (finding["id"], finding["nodes"][0]["html"][:200])
        for finding in found
        if finding["impact"] in ("serious", "critical")
    ]


@pytest.mark.parametrize("width", WIDTHS)
def test_every_page_fits_and_has_no_serious_finding(site, open_page, width):
    for path in html_files(site):
        name = path.relative_to(site).as_posix()
        page = open_page(name, width)
        # The theme makes what scrolls reachable by keyboard once it is laid out.
        page.wait_for_function("() => document.readyState === 'complete'")
        assert page.evaluate("document.documentElement.scrollWidth") <= width, name
        assert problems(page, QUICK) == [], name
        page.context.close()


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_colours_stand_out(open_page, scheme):
    SCREENSHOTS.mkdir(parents=True, exist_ok=True)
    for name in MEASURED:
        page = open_page(name, 390, scheme)
        assert page.locator("html").get_attribute("data-theme") == scheme
        picture = f"site_{name.split('/')[-1].removesuffix('.html')}_{scheme}.png"
        page.screenshot(path=SCREENSHOTS / picture)
        assert problems(page, {"preload": False}) == [], name


def test_the_search_finds_masking_noise(open_page):
    page = open_page("search.html?q=masking+noise")
    page.locator("#search-results a", has_text="05 Denoising autoencoder").first.wait_for()


CANVAS = "canvas => canvas.toDataURL()"


def test_the_sliders_move_without_a_kernel(open_page):
    page = open_page("lessons/02_pca.html", 390)
    figure = page.locator(".ae-frames")
    words, canvas = figure.locator("p[role=status]"), figure.locator("canvas")
    words.get_by_text("components keep").wait_for()
    before, said = canvas.evaluate(CANVAS), words.inner_text()
    figure.get_by_role("slider", name="components").focus()
    page.keyboard.press("ArrowRight")
    page.wait_for_function(
        "([words, said]) => words.innerText !== said", arg=[words.element_handle(), said]
    )
    assert "components keep" in words.inner_text() and canvas.evaluate(CANVAS) != before
    assert canvas.get_attribute("aria-label") == words.inner_text()
    page.keyboard.press("ArrowLeft")
    words.get_by_text(said).wait_for()
    assert canvas.evaluate(CANVAS) == before


def test_kind_and_strength_of_the_noise_move_without_a_kernel(open_page):
    page = open_page("lessons/05_denoising_autoencoder.html")
    figure = page.locator(".ae-frames")
    words = figure.locator("p[role=status]")
    words.get_by_text("Noise masking").wait_for()
    figure.get_by_role("combobox", name="noise").select_option("salt and pepper")
    words.get_by_text("Noise salt and pepper").wait_for()
    said = words.inner_text()
    figure.get_by_role("slider", name="strength").focus()
    page.keyboard.press("Home")
    page.wait_for_function(
        "([words, said]) => words.innerText !== said", arg=[words.element_handle(), said]
    )
    assert "Noise salt and pepper" in words.inner_text() and "PSNR" in words.inner_text()


def test_the_latent_explorer_moves_without_a_kernel(open_page):
    page = open_page("lessons/00_start_here.html")
    figure = page.locator(".ae-latent")
    words, canvas = figure.locator("p[role=status]"), figure.locator("canvas")
    words.get_by_text("decoded").wait_for()
    before = words.inner_text(), canvas.evaluate(CANVAS)
    figure.get_by_label("Point in the code").focus()
    for _ in range(5):
        page.keyboard.press("ArrowRight")
    assert words.inner_text() != before[0] and canvas.evaluate(CANVAS) != before[1]


def test_hints_are_folded(open_page):
    page = open_page("lessons/02_pca.html")
    hint = page.locator("details", has_text="Hint 1 of").first
    assert not hint.locator("p").is_visible()
    hint.locator("summary").click()
    assert hint.locator("p").is_visible()
