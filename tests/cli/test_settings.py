"""The configuration file: what it may say, and that a wrong entry is named."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from annotator.cli.settings import (
    Settings,
    load_settings,
    parse_settings,
    remember_name,
    settings_path,
)
from annotator.domain.errors import AnnotatorError
from tests.cli.conftest import Call

FULL = """
name = "anna"
theme = "textual-light"
emoji = "simplify"
pipeline = "blank:de"

[keys]
"claim.undo" = "u,backspace"
"""


def test_everything_it_may_say() -> None:
    settings = parse_settings(FULL, "config")
    assert (settings.name, settings.theme, settings.emoji, settings.pipeline) == (
        "anna",
        "textual-light",
        "simplify",
        "blank:de",
    )
    undo = next(a for a in settings.actions if a.id == "claim.undo")
    assert undo.keys == ("u", "backspace")


def test_everything_may_be_left_out() -> None:
    assert parse_settings("", "config") == Settings()


@pytest.mark.parametrize(
    ("toml", "named"),
    [
        ("name = ", "not valid TOML"),
        ("nmae = 'x'", "'nmae'"),
        ("name = 3", "'name' must be a string"),
        ("theme = true", "'theme' must be a string"),
        ("emoji = 'none'", "'none'"),
        ("keys = 3", "[keys]"),
        ("[keys]\n'claim.undo' = 3", "[keys]"),
        ("[keys]\n'claim.fly' = 'f'", "claim.fly"),
        ("[keys]\n'claim.undo' = 'j'", "nav.next"),
        ("[surprise]\na = 1", "'surprise'"),
    ],
)
def test_a_wrong_entry_is_named(toml: str, named: str) -> None:
    with pytest.raises(AnnotatorError) as caught:
        parse_settings(toml, "config.toml")
    assert caught.value.message.startswith("config.toml: ")
    assert named in caught.value.message


def test_no_file_means_defaults() -> None:
    assert load_settings() == Settings()


def test_the_file_is_found_by_the_variable(configure: Callable[[str], Path]) -> None:
    path = configure(FULL)
    assert settings_path() == path
    assert load_settings().path == path


def test_without_the_variable_it_is_in_the_users_folder(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("ANNOTATOR_CONFIG")
    assert settings_path().name == "config.toml"
    assert settings_path().parent.name == "annotator"


@pytest.mark.parametrize("content", [b"\xff\xfe\x00", b"name = \xff"])
def test_an_unreadable_file_is_an_error(configure: Callable[[str], Path], content: bytes) -> None:
    path = configure("")
    path.write_bytes(content)
    with pytest.raises(AnnotatorError, match="cannot be read"):
        load_settings()


def test_a_name_is_remembered_and_the_rest_is_kept(configure: Callable[[str], Path]) -> None:
    path = configure("[keys]\n'claim.undo' = 'u'\n")
    remember_name('An"na \\ Ł')
    settings = load_settings()
    assert settings.name == 'An"na \\ Ł'
    assert settings.keys == {"claim.undo": "u"}
    assert path.read_text(encoding="utf-8").count("name =") == 1


def test_a_broken_configuration_stops_a_command_with_its_place(
    cli: Call, project: Path, configure: Callable[[str], Path]
) -> None:
    path = configure("colour = 'red'")
    result = cli("list")
    assert result.code == 1
    assert result.err.startswith(f"error: {path}: unknown entry 'colour'")
    assert "hint: known are" in result.err
