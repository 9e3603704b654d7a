"""The pipeline, loaded once for all tests of this package."""

from __future__ import annotations

import pytest
from spacy.language import Language

from annotator.attribution.parse import load_pipeline
from annotator.domain.errors import MissingExtraError


@pytest.fixture(scope="session")
def nlp() -> Language:
    try:
        return load_pipeline()
    except MissingExtraError as error:
        pytest.skip(f"{error.message}: {error.hint}")
