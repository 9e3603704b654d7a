"""For every test: nothing of the user's own settings, and hypothesis without time limits."""

from __future__ import annotations

import os
from pathlib import Path

import pytest
from hypothesis import HealthCheck, settings

settings.register_profile(
    "suite",
    # The machine may be busy; how long an example takes says nothing about the program.
    deadline=None,
    # On the build machine the same examples every time; at a desk new ones.
    derandomize=bool(os.environ.get("CI")),
    suppress_health_check=[HealthCheck.too_slow],
)
settings.load_profile("suite")


@pytest.fixture(autouse=True)
def _no_user_settings(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    for name in ("ANNOTATOR_DB", "ANNOTATOR_NAME", "NO_COLOR"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("ANNOTATOR_CONFIG", str(tmp_path / "no-configuration.toml"))


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """The slow ones first: one that begins when all others are done is waited for alone."""
    items.sort(key=lambda item: item.get_closest_marker("slow") is None)
