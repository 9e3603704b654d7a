"""Every line of a native export satisfies the published JSON Schema."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings

from annotator import formats
from annotator.domain.exchange import Document
from annotator.store.transfer import dataset, documents
from tests.formats.support import export_given, filled, stored_documents

SCHEMA = Path(__file__).parents[2] / "docs" / "annotator-v1.schema.json"


@settings(max_examples=30, deadline=None, suppress_health_check=list(HealthCheck))
@given(found=stored_documents())
def test_every_line_is_valid(
    tmp_path_factory: pytest.TempPathFactory, found: list[Document]
) -> None:
    jsonschema = pytest.importorskip("jsonschema")
    validator = jsonschema.Draft202012Validator(json.loads(SCHEMA.read_text(encoding="utf-8")))
    target = tmp_path_factory.mktemp("schema") / "x.jsonl"
    with filled(found) as store:
        export_given(
            formats.get("jsonl"),
            target,
            documents=lambda: documents(store),
            dataset=dataset(store),
        )
    for line in target.read_bytes().splitlines():
        validator.validate(json.loads(line))
    with pytest.raises(jsonschema.ValidationError):
        validator.validate({"record": "article", "text": "a", "surprise": 1})
