"""A real browser and a real JupyterLab, for the tests that act as a student would."""

import contextlib
import json
import os
import re
import shutil
import subprocess
import sys
import time
from pathlib import Path

import pytest

SCREENSHOTS = Path(__file__).resolve().parents[1] / "build" / "screenshots"
BROWSERS = ("chromium", "chromium-browser", "google-chrome", "chrome")
# A shared machine may be several times slower than a quiet one; nothing waits for the clock.
PATIENCE = 300_000  # milliseconds

# What a first visit would ask or announce, switched off; and all cells drawn at once.
SETTINGS = {
    "apputils-extension/notification": {"fetchNews": "false", "checkForUpdates": False},
    "notebook-extension/tracker": {"windowingMode": "none"},
    "docmanager-extension/plugin": {"autosave": False},
}


def find_browser() -> str:
    """Return the path of a Chromium, or skip the test with the reason."""
    pytest.importorskip(
        "playwright", reason="browser tests need Playwright: pip install -e '.[lab,author]'"
    )
    found = os.environ.get("AE_BROWSER") or next(filter(None, map(shutil.which, BROWSERS)), None)
    if not found:
        pytest.skip("browser tests need Chromium: apt install chromium, or set AE_BROWSER")
    return found


@contextlib.contextmanager
def open_browser():
    """Start the browser without a window."""
    path = find_browser()
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        # The sandbox needs rights that containers and CI machines often lack.
        browser = playwright.chromium.launch(
            executable_path=path, args=["--no-sandbox"], timeout=PATIENCE
        )
        yield browser
        browser.close()


@contextlib.contextmanager
def start_lab(folder: Path):
    """Start JupyterLab on a folder, with settings of its own, and yield its address.

    Its kernels run lessons in the fast profile on the embedded digits.
    """
    home = folder / ".home"
    for name, settings in SETTINGS.items():
        path = home / "lab" / "@jupyterlab" / f"{name}.jupyterlab-settings"
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(json.dumps(settings))
    watched = ("CI", "AE_QUIET", "NBGRADER_EXECUTION", "MPLBACKEND", "AE_DATA_DIR")
    environment = {name: value for name, value in os.environ.items() if name not in watched}
    environment |= {"AE_PROFILE": "fast", "AE_DATA": "digits", "TF_CPP_MIN_LOG_LEVEL": "3"}
    environment |= {
        name: str(home / name.lower())
        for name in ("IPYTHONDIR", "JUPYTER_CONFIG_DIR", "JUPYTER_DATA_DIR", "JUPYTER_RUNTIME_DIR")
    }
    environment["JUPYTERLAB_SETTINGS_DIR"] = str(home / "lab")
    command = (
        *(sys.executable, "-m", "jupyterlab", "--no-browser", "--allow-root"),
        *("--ServerApp.port=0", "--IdentityProvider.token=student"),
        *("--LabApp.expose_app_in_browser=True", f"--ServerApp.root_dir={folder}"),
    )
    with (home / "log").open("w") as log:
        server = subprocess.Popen(command, cwd=folder, env=environment, stdout=log, stderr=log)
    try:
        yield _address(server, home)
    finally:
        server.terminate()
        server.wait(timeout=PATIENCE / 1000)


def _address(server: subprocess.Popen, home: Path) -> str:
    """Wait until the server has written down where it listens."""
    runtime = home / "jupyter_runtime_dir"
    while server.poll() is None:
        for path in runtime.glob("jpserver-*.json"):
            with contextlib.suppress(ValueError):  # half-written
                return json.loads(path.read_text())["url"]
        time.sleep(0.1)
    raise RuntimeError(f"JupyterLab did not start: {(home / 'log').read_text()[-2000:]}")


class Notebook:
    """A notebook open in JupyterLab, used by mouse and keyboard.

    Args:
        page: a Playwright page.
        address: of the server.
        path: of the notebook, relative to the server's folder.
    """

    def __init__(self, page, address: str, path: str):
        self.page = page
        page.set_default_timeout(PATIENCE)
        page.goto(f"{address}lab/tree/{path}?token=student&reset")
        page.locator(".jp-Notebook .jp-CodeCell").first.wait_for()
        self.wait_for_kernel()

    def wait_for_kernel(self) -> None:
        """Wait until the kernel is there and has nothing to do."""
        self.page.locator("#jp-main-statusbar").get_by_text("(ipykernel) | Idle").wait_for()

    def menu(self, name: str, entry: str) -> None:
        """Choose an entry of a menu."""
        self.page.locator(".lm-MenuBar-item", has_text=name).first.click()
        self.page.locator(f'.lm-Menu-item[data-command="{entry}"]').first.click()

    def cell(self, text: str):
        """Return the code cell whose source holds a text."""
        cells = self.page.locator(".jp-CodeCell")
        return cells.filter(has=self.page.locator(".cm-content", has_text=text)).first

    def write(self, cell, source: str) -> None:
        """Replace what a cell says, then run it and go on to the next one."""
        self._enter(cell)
        self.page.keyboard.press("Control+A")
        self.page.keyboard.insert_text(source)
        self.page.keyboard.press("Shift+Enter")

    def write_above(self, source: str) -> None:
        """Put a cell above the chosen one, write it and run it."""
        cells = self.page.locator(".jp-Notebook .jp-CodeCell")
        count = cells.count()
        self.page.keyboard.press("Escape")
        self.page.locator(".jp-Notebook.jp-mod-commandMode").wait_for()
        self.page.keyboard.press("a")
        cells.nth(count).wait_for()
        self._enter(self.page.locator(".jp-CodeCell.jp-mod-active"))
        self.page.keyboard.insert_text(source)
        self.page.keyboard.press("Shift+Enter")

    def run(self, cell) -> None:
        """Run a cell."""
        self._enter(cell)
        self.page.keyboard.press("Shift+Enter")

    def _enter(self, cell) -> None:
        """Click into a cell, and wait until it takes what is typed."""
        cell.locator(".cm-content").click()
        cell.locator(".cm-focused").wait_for()

    def restart(self) -> None:
        """Restart the kernel, and wait until the server says that it has."""
        self.menu("Kernel", "kernelmenu:restart")
        with self.page.expect_response(re.compile(r"/api/kernels/[^/]+/restart")):
            self.page.locator(".jp-Dialog-button.jp-mod-accept").click()
        self.wait_for_kernel()

    def resize(self, width: int) -> None:
        """Make the window so many pixels wide, and wait until JupyterLab fills it."""
        self.page.set_viewport_size({"width": width, "height": 1000})
        self.page.wait_for_function(
            "width => document.querySelector('#jp-main-statusbar').clientWidth === width",
            arg=width,
        )

    def drag(self, thing, x: float, y: float) -> None:
        """Drag a thing by the mouse to a place in the window, and let it go there."""
        thing.hover()
        self.page.mouse.down()
        self.page.mouse.move(x, y, steps=4)
        self.page.mouse.up()

    def picture(self, name: str) -> None:
        """Keep a screenshot."""
        SCREENSHOTS.mkdir(parents=True, exist_ok=True)
        self.page.screenshot(path=SCREENSHOTS / f"{name}.png")

    def theme(self, name: str) -> None:
        """Switch to the theme of this name."""
        self.page.evaluate(
            "theme => window.jupyterapp.commands.execute('apputils:change-theme', {theme})", name
        )
        light = "true" if "Light" in name else "false"
        self.page.locator(f'body[data-jp-theme-light="{light}"]').wait_for(state="attached")
