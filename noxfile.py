"""Both ends of the versions that the course supports, on every Python that is here.

.venv/bin/nox                            each Python, with the newest and with the oldest
.venv/bin/nox -s "oldest-3.12"           one of them; a Python that is not here is skipped
.venv/bin/nox -s "newest-3.13" -- tests/test_pca.py tests/test_losses.py    other tests

The course is installed as its wheel. `make test` runs the whole suite, with the newest.
"""

import nox

PYTHONS = ("3.10", "3.11", "3.12", "3.13")
SMOKE = ("tests/test_smoke.py", "tests/smoke.py")

nox.options.default_venv_backend = "uv|virtualenv"
nox.options.error_on_missing_interpreters = False


@nox.session(python=PYTHONS)
def newest(session: nox.Session) -> None:
    """Run the smoke with the pinned newest versions (constraints.txt)."""
    _smoke(session, "constraints.txt")


@nox.session(python=PYTHONS)
def oldest(session: nox.Session) -> None:
    """Run the smoke with the lower bounds of pyproject.toml (constraints-oldest.txt)."""
    _smoke(session, "constraints-oldest.txt")


def _smoke(session: nox.Session, constraints: str) -> None:
    session.install("-c", constraints, ".[lab]", "pytest", "pytest-xdist")
    # Called by its name, pytest does not put this folder, with its helpers/, before the wheel's;
    # old packages warn of newer ones, which is nothing to stop at.
    session.run(
        *("pytest", "-W", "default", "-p", "no:cacheprovider", *(session.posargs or SMOKE)),
        env={"AE_DATA": "digits", "AE_PROFILE": "fast", "PYTHONPATH": None},
    )
