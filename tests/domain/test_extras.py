"""The command that adds an extra: for this interpreter, by the packages' own names."""

from __future__ import annotations

import importlib.metadata
import importlib.util
import sys

import pytest

from annotator.domain import extras
from annotator.domain.errors import MissingExtraError

REQUIRES = [
    "textual<9,>=8.2.8",
    "zebra>=1; extra == 'stripes'",
    'apple; python_version > "3" and extra == "stripes"',
    "other>=2; extra == 'spots'",
]


@pytest.fixture(autouse=True)
def _known(monkeypatch: pytest.MonkeyPatch) -> None:
    asked = {extras.DISTRIBUTION: REQUIRES}
    monkeypatch.setattr(importlib.metadata, "requires", lambda name: asked[name])
    monkeypatch.setattr(sys, "executable", "/opt/my python")


def test_an_extra_is_its_packages_sorted() -> None:
    assert extras.packages("stripes") == ["apple", "zebra>=1"]
    assert extras.packages("spots") == ["other>=2"]
    assert extras.packages("none") == []


def test_the_hint_is_for_this_interpreter_and_quotes_what_a_shell_would_take() -> None:
    assert extras.install_hint("spots") == "'/opt/my python' -m pip install 'other>=2'"
    assert extras.install_hint("stripes") == "'/opt/my python' -m pip install apple 'zebra>=1'"


def test_without_pip_uv_is_named_and_without_packages_the_checkout(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    found = {"pip": None}
    monkeypatch.setattr(importlib.util, "find_spec", lambda name: found[name])
    assert extras.install_hint("spots") == ("uv pip install --python '/opt/my python' 'other>=2'")
    assert extras.install_hint("none") == "in a checkout: pip install '.[none]'"
    monkeypatch.setattr(sys, "executable", "")
    assert extras.install_hint("spots") == "uv pip install --python python3 'other>=2'"


def test_a_bare_folder_has_no_packages_to_name(monkeypatch: pytest.MonkeyPatch) -> None:
    def unknown(name: str) -> list[str]:
        raise importlib.metadata.PackageNotFoundError(name)

    monkeypatch.setattr(importlib.metadata, "requires", unknown)
    assert extras.packages("spots") == []
    monkeypatch.setattr(importlib.metadata, "requires", lambda name: None)
    assert extras.packages("spots") == []


def test_what_is_missing_is_an_error_with_the_command_and_another_way() -> None:
    error = extras.missing("Parquet needs pyarrow", "spots")
    assert isinstance(error, MissingExtraError)
    assert (error.message, error.hint) == (
        "Parquet needs pyarrow", "'/opt/my python' -m pip install 'other>=2'",
    )  # fmt: skip
    other = extras.missing("Parquet needs pyarrow", "spots", "take jsonl")
    assert other.hint == "'/opt/my python' -m pip install 'other>=2'; take jsonl"
