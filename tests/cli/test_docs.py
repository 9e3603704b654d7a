"""The documents are true: what they show is what the program prints, and nothing is left out."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest

from annotator.cli.main import COMMANDS
from annotator.cli.settings import parse_settings
from annotator.domain.scheme import ATTRIBUTE_KINDS
from annotator.domain.scheme_file import parse_scheme
from annotator.session.actions import reserved_keys
from tools import docs

ROOT = docs.ROOT
PAGES = [ROOT / "README.md", *sorted((ROOT / "docs").glob("*.md")), ROOT / "db/README.md"]


@pytest.mark.parametrize(
    ("name", "written"),
    [
        ("docs/commands.md", docs.commands),
        ("docs/keys.md", docs.keys),
        ("docs/example.jsonl", docs.example),
        ("docs/architecture.md", docs.architecture),
    ],
)
def test_generated_documents_are_up_to_date(name: str, written: object) -> None:
    assert callable(written)
    assert (ROOT / name).read_text(encoding="utf-8") == written(), "run: make docs"


@pytest.mark.parametrize("path", docs.console_documents(), ids=lambda p: p.name)
def test_every_example_prints_what_the_document_shows(path: Path) -> None:
    text = path.read_text(encoding="utf-8")
    assert docs.replay_console(text) == text, "run: make docs, and read what changed"


def test_the_examples_are_really_run(monkeypatch: pytest.MonkeyPatch) -> None:
    block = "```console\n$ annotator --version\nsomething else\n$ false\n```"
    shown = docs.replay_console(block)
    assert re.fullmatch(
        r"```console\n\$ annotator --version\nannotator \d+\.\d+\.\d+\S*\n\$ false\n```", shown
    )


@pytest.mark.parametrize("command", COMMANDS)
def test_every_command_is_documented(command: str) -> None:
    assert f"## `annotator {command}`" in (ROOT / "docs/commands.md").read_text(encoding="utf-8")


def test_every_command_that_a_document_names_exists() -> None:
    for page in PAGES:
        text = page.read_text(encoding="utf-8")
        for name in re.findall(r"(?:`|^    |^\$ .*?\b)annotator ([a-z]+)\b", text, flags=re.M):
            assert name in COMMANDS, f"{page.name}: annotator {name}"


def test_every_page_is_reached_from_the_readme() -> None:
    readme = (ROOT / "README.md").read_text(encoding="utf-8")
    for page in sorted((ROOT / "docs").glob("*.md")):
        assert f"(docs/{page.name})" in readme, page.name


def test_links_between_documents_lead_somewhere() -> None:
    for page in PAGES:
        for target in re.findall(r"\]\(([^)#]+)(?:#[^)]*)?\)", page.read_text(encoding="utf-8")):
            if "://" not in target:
                assert (page.parent / target).exists(), f"{page.name} -> {target}"


def test_the_configuration_that_is_shown_is_accepted() -> None:
    text = (ROOT / "docs/configuration.md").read_text(encoding="utf-8")
    (example,) = re.findall(r"```toml\n(.*?)```", text, flags=re.DOTALL)
    settings = parse_settings(example, "docs")
    assert settings.name == "anna"
    assert len(settings.keys) == 2


def test_the_schemes_that_are_shown_are_accepted() -> None:
    text = (ROOT / "docs/scheme.md").read_text(encoding="utf-8")
    examples = re.findall(r"```toml\n(.*?)```", text, flags=re.DOTALL)
    news, entities, kinds = (parse_scheme(example, reserved_keys()) for example in examples)
    assert set(news.label_keys()) == {"f", "a"}
    assert set(entities.label_keys()) == {"p", "o"}
    assert {a.kind for a in kinds.attributes} == set(ATTRIBUTE_KINDS)


def test_the_example_file_is_sound_json_lines() -> None:
    lines = (ROOT / "docs/example.jsonl").read_text(encoding="utf-8").splitlines()
    assert [json.loads(x)["record"] for x in lines] == ["header", "annotator", "article"]


def test_the_changelog_knows_this_version() -> None:
    from annotator.version import __version__

    assert f"## {__version__}" in (ROOT / "CHANGELOG.md").read_text(encoding="utf-8")
