"""The digest of the installed pipeline."""

from __future__ import annotations

from pathlib import Path

import pytest
from spacy.language import Language

from annotator.attribution import pipelines
from annotator.attribution.pipelines import digest_of, installed_pipeline


def test_installed_pipeline_is_the_measured_one(nlp: Language) -> None:
    state = installed_pipeline()
    assert state is not None
    assert state.version == nlp.meta["version"]
    assert state.known is True


def test_none_installed(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(pipelines, "PIPELINES", ("no_such_pipeline",))
    assert installed_pipeline() is None


def test_digest_follows_the_weights_alone(tmp_path: Path) -> None:
    (tmp_path / "ner").mkdir()
    (tmp_path / "ner" / "model").write_bytes(b"one")
    before = digest_of(tmp_path)
    (tmp_path / "meta.json").write_text("{}")
    assert digest_of(tmp_path) == before
    (tmp_path / "ner" / "model").write_bytes(b"two")
    assert digest_of(tmp_path) != before
