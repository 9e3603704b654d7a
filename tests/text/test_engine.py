"""Loading the layout engine, and what it loads."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest
import spacy

from annotator.domain.errors import InputError, MissingExtraError
from annotator.text.engine import DEFAULT_PIPELINE, RULES_VERSION, load_engine


def test_names_say_engine_and_version() -> None:
    prefix = f"rules {RULES_VERSION} + spacy {spacy.about.__version__}"
    assert load_engine("blank:de").name == f"{prefix} blank:de"
    assert load_engine("blank:de").layout("Ja.").engine == f"{prefix} blank:de"


def test_the_default_pipeline() -> None:
    pytest.importorskip(DEFAULT_PIPELINE, reason="the extra nlp-model is not installed")
    engine = load_engine()
    assert engine.name == load_engine(DEFAULT_PIPELINE).name
    assert engine.name.endswith(" en_core_web_sm 3.8.0")


def test_without_the_default_pipeline(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("annotator.text.engine.importlib.util.find_spec", lambda _: None)
    assert load_engine().name.endswith(" blank:en")


def test_a_pipeline_in_a_folder_gives_its_tokenizer_alone(tmp_path: Path) -> None:
    nlp = spacy.blank("en")
    nlp.add_pipe("sentencizer")
    special = [{"ORTH": "minister-president"}]
    nlp.tokenizer.add_special_case("minister-president", special)  # type: ignore[union-attr]
    nlp.meta["name"], nlp.meta["version"] = "ours", "1.2.3"
    nlp.to_disk(tmp_path / "ours")
    engine = load_engine(str(tmp_path / "ours"))
    assert engine.name.endswith(" en_ours 1.2.3")
    assert len(engine.layout("A minister-president. B").token_starts) == 4
    assert engine._nlp.pipe_names == []


@pytest.mark.parametrize(
    "name", ["no_such_pipeline_xyz", "blank:xx-none", "blank:", "a\0b", "../x"]
)
def test_a_pipeline_that_is_not_there(name: str) -> None:
    with pytest.raises(MissingExtraError) as caught:
        load_engine(name)
    assert caught.value.hint


@pytest.mark.parametrize("meta", [None, "{", "[]", json.dumps({"lang": "en", "components": ["x"]})])
def test_a_folder_that_is_no_pipeline(tmp_path: Path, meta: str | None) -> None:
    if meta is not None:
        (tmp_path / "meta.json").write_text(meta)
    with pytest.raises(InputError, match="cannot be loaded"):
        load_engine(str(tmp_path))


def test_reading_files_needs_no_spacy(tmp_path: Path) -> None:
    """Neither importing the readers nor reading with them imports spaCy."""
    (tmp_path / "a.txt").write_text("Nobody came.")
    program = (
        "import sys\n"
        "import annotator.text.engine\n"
        "from annotator.text.readers import read_sources\n"
        f"assert list(read_sources([{str(tmp_path)!r}]))[0].draft\n"
        "print([m for m in ('spacy', 'numpy', 'trafilatura', 'textual') if m in sys.modules])"
    )
    done = subprocess.run(
        [sys.executable, "-c", program], capture_output=True, text=True, check=True
    )
    assert done.stdout.strip() == "[]"
