"""Other people's corpora, read where they lie; tests on them are skipped where they are not."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]


def corpus(*parts: str) -> Path:
    """A folder or file of the shared corpora; skips the test when it is not there."""
    shared = Path(os.environ.get("ANNOTATOR_SHARED", ROOT.parent / "shared"))
    found = shared.joinpath("corpora", *parts)
    if not found.exists():
        pytest.skip(f"{'/'.join(parts)} is not here: set ANNOTATOR_SHARED to the shared folder")
    return found
