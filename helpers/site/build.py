"""From a clone of the course to a folder of HTML: write the source tree, and let Sphinx build."""

import shutil
from pathlib import Path

from helpers.release.lesson import find_sources
from helpers.site.source import write_source


def build_site(root: Path, folder: Path, lessons: list[str] | None = None) -> float:
    """Build the website of the course; nothing is executed.

    Args:
        root: the course's folder, a clone.
        folder: of the site; what a site left there before is replaced, and the source tree and
            Sphinx's notes are written beside it.
        lessons: numbers; all if empty.

    Returns:
        Megabytes of the site.

    Raises:
        ValueError: this is no clone, a lesson is not there or was not executed, a package is
            missing, the folder holds something else, or a page has a fault, such as a link that
            leads nowhere.
    """
    build_main = _sphinx()
    if not (root / "docs").is_dir() or not (root / "solutions").is_dir():
        raise ValueError(
            "The site is built from docs/ and solutions/, which only a clone of the course has."
        )
    sources = find_sources(root, lessons)
    source, notes = (folder.with_name(f"{folder.name}-{part}") for part in ("source", "notes"))
    if folder.exists() and any(folder.iterdir()) and not (folder / "searchindex.js").exists():
        raise ValueError(f"{folder} holds something that is no site: choose another folder.")
    for old in (source, notes, folder):
        shutil.rmtree(old, ignore_errors=True)
    write_source(root, source, sources)
    command = ["-q", "-W", "--keep-going", "-b", "html", "-d", str(notes)]
    if build_main([*command, str(source), str(folder)]):
        raise ValueError("The site has the faults that are named above.")
    return sum(path.stat().st_size for path in folder.rglob("*") if path.is_file()) / 1e6


def _sphinx():
    try:
        import myst_nb  # noqa: F401
        import sphinx_book_theme  # noqa: F401
        from sphinx.cmd.build import build_main
    except ImportError as error:
        raise ValueError(
            f"Building the site needs {error.name}, which is not installed: "
            "pip install -c constraints.txt -e '.[author]'"
        ) from None
    return build_main
