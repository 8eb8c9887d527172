"""The profile is read from AE_PROFILE, and only two names are accepted."""

import pytest

from helpers.course import profiles


@pytest.mark.parametrize(("value", "expected"), [(None, 20), ("", 20), ("full", 20), ("fast", 2)])
def test_pick_follows_the_environment(monkeypatch, value, expected):
    monkeypatch.delenv("AE_PROFILE", raising=False)
    if value is not None:
        monkeypatch.setenv("AE_PROFILE", value)
    assert profiles.pick(full=20, fast=2) == expected


def test_unknown_profile_names_the_rule_and_what_came(monkeypatch):
    monkeypatch.setenv("AE_PROFILE", "quick")
    with pytest.raises(ValueError, match=r"one of full, fast\. Received: 'quick'"):
        profiles.name()
