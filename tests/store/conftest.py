from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from annotator.store import Store


@pytest.fixture
def db(tmp_path: Path) -> Path:
    """Where a test's database lies, alone in its folder."""
    folder = tmp_path / "project"
    folder.mkdir()
    return folder / "annotations.db"


@pytest.fixture
def store(db: Path) -> Iterator[Store]:
    """A new database with two annotators."""
    with Store.create(db) as made:
        made.add_annotator("anna")
        made.add_annotator("ben")
        yield made
