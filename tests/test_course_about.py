"""The closing line of a lesson."""

import re

from helpers.course import about


def test_the_device_counts_the_cores():
    assert re.fullmatch(r"(.*, )?\d+ CPU cores?", about.device())


def test_versions_names_packages_profile_and_device(capsys):
    about.versions()
    text = capsys.readouterr().out
    for word in ("Python", "tensorflow", "keras", "numpy", "profile", about.device()):
        assert word in text
    assert len(text.splitlines()) == 2
