"""Schemes, settings, models and pages of strange making: clear errors, and nothing raw."""

from __future__ import annotations

import json
import tomllib
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from annotator.attribution.learn.decode import DecodingSettings
from annotator.attribution.learn.model import FORMAT, Description, describe, load
from annotator.attribution.learn.network import Network, NetworkShape
from annotator.domain.errors import InputError
from annotator.domain.scheme import DEFAULT_SCHEME
from annotator.text.safe import safe_text, toml_safe
from tests.cli.conftest import Call

DEEP = "a = " + "[" * 100_000 + "]" * 100_000
WIDE = f"a = {'9' * 5_000}"
RAW = "\x9b31m\x85\u202eesrever\u202c\u2066x\u2069"


@pytest.mark.parametrize("source", [DEEP, WIDE, "a = {b = " * 2_000], ids=["deep", "wide", "open"])
def test_toml_without_end_is_an_error(cli: Call, source: str) -> None:
    cli("init")
    Path("scheme.toml").write_text(source, encoding="utf-8")
    Path("article.md").write_text(f"+++\n{source}\n+++\nA text, he said.\n", encoding="utf-8")
    for command in (("scheme", "check"), ("scheme", "set")):
        done = cli(*command, "scheme.toml")
        assert done.code == 1
        assert "error:" in done.err
    assert cli("add", "article.md").code in (0, 1)


@pytest.mark.parametrize("source", [DEEP, WIDE], ids=["deep", "wide"])
def test_settings_without_end_are_an_error(
    cli: Call, monkeypatch: pytest.MonkeyPatch, source: str
) -> None:
    cli("init")
    Path("config.toml").write_text(source, encoding="utf-8")
    monkeypatch.setenv("ANNOTATOR_CONFIG", "config.toml")
    done = cli("list")
    assert done.code == 1
    assert "not valid TOML" in done.err


def test_a_scheme_in_an_imported_file_too(cli: Call, project: Path) -> None:
    assert cli("export", "jsonl", "out.jsonl").code == 0
    lines = [json.loads(line) for line in Path("out.jsonl").read_text().splitlines()]
    for line in lines:
        if line["record"] == "scheme":
            line["toml"] = DEEP
    Path("deep.jsonl").write_text("\n".join(map(json.dumps, lines)))
    done = cli("--db", "new.db", "import", "jsonl", "deep.jsonl")
    assert done.code == 1
    assert "error:" in done.err


def test_the_source_of_a_scheme_is_shown_without_what_commands_a_terminal(cli: Call) -> None:
    source = DEFAULT_SCHEME.read_text(encoding="utf-8")
    source = source.replace('guideline = """', f'guideline = """{RAW} ', 1)
    cli("init")
    Path("own.toml").write_text(f"# {RAW}\n{source}", encoding="utf-8")
    assert cli("scheme", "set", "own.toml").code == 0
    done = cli("scheme", "show", "--toml")
    assert not set(RAW) & set(done.out) - set("31mesrevrx")
    assert tomllib.loads(done.out) == tomllib.loads(f"# {RAW}\n{source}")


@given(st.dictionaries(st.text(), st.text(), max_size=4), st.text())
def test_toml_stays_the_same_toml(values: dict[str, str], comment: str) -> None:
    lines = [f"{json.dumps(k)} = {json.dumps(v, ensure_ascii=False)}" for k, v in values.items()]
    source = "\n".join([*lines, "# " + "".join(c for c in comment if c.isprintable())])
    try:
        meant = tomllib.loads(source)
    except tomllib.TOMLDecodeError:
        return  # JSON's escapes are not all TOML's
    shown = toml_safe(source)
    assert tomllib.loads(shown) == meant
    assert all(safe_text(line) == line for line in shown.split("\n"))


def test_the_lineage_page_holds_nothing_raw(cli: Call) -> None:
    text = f"The bridge {RAW} was never safe at all, she said."
    for i in range(2):
        Path(f"a{i}.txt").write_text(f"{text}\n\nNumber {i} of them.\n", encoding="utf-8")
    assert cli("add", "a0.txt", "a1.txt").code == 0
    done = cli("phrases", "lineage", text, "--html", "page.html")
    assert done.code == 0
    page = Path("page.html").read_text(encoding="utf-8")
    assert "was never safe" in page
    assert not {"\x9b", "\x85", "\u202e", "\u202c", "\u2066", "\u2069"} & set(page)


# ------------------------------------------------------------------------------ model.json

json_values = st.recursive(
    st.none()
    | st.booleans()
    | st.integers()
    | st.floats()
    | st.text(max_size=5)
    | st.sampled_from([10**30, -1, "128"]),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner),
    max_leaves=8,
)


def sound() -> dict[str, Any]:
    return {
        "id": "abc",
        "shape": {"hidden": 8, "layers": 1, "pair": 8, "pair_layers": 1},
        "settings": {"cue_bias": 0.5},
        "curve": [[0.0, 0.1], [1.0, 0.9]],
        "pipeline": "en",
        "articles": 3,
        "claims": 9,
        "held_out": {},
        "enabled": False,
        "format": FORMAT,
    }


def described(folder: Path, data: object) -> Description | None:
    (folder / "model.json").write_text(json.dumps(data), encoding="utf-8")
    try:
        return describe(folder)
    except InputError:
        return None


def test_a_sound_description_is_read(tmp_path: Path) -> None:
    about = described(tmp_path, sound())
    assert about is not None
    assert (about.shape.hidden, about.settings) == (8, DecodingSettings(0.5))


@given(st.data())
def test_a_description_of_any_shape_is_an_error_or_used(
    tmp_path_factory: pytest.TempPathFactory, data: st.DataObject
) -> None:
    record: Any = sound()
    place: Any = record
    key = data.draw(st.sampled_from(sorted(record)))
    if isinstance(record[key], dict) and record[key] and data.draw(st.booleans()):
        place = record[key]
        key = data.draw(st.sampled_from(sorted(place)))
    place[key] = data.draw(json_values)
    about = described(tmp_path_factory.mktemp("model"), record)
    if about is not None:
        assert isinstance(about.shape, NetworkShape)
        Network(about.shape)


@pytest.mark.parametrize(
    "text", ["[" * 100_000, "null", "[]", '"x"', "9" * 5_000, "{"], ids=range(6)
)
def test_what_is_no_description_is_an_error(tmp_path: Path, text: str) -> None:
    (tmp_path / "model.json").write_text(text, encoding="utf-8")
    with pytest.raises(InputError):
        load(tmp_path)
