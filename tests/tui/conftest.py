"""What the tests of the screens share."""

from __future__ import annotations

import pytest
from syrupy.assertion import SnapshotAssertion

from tests.tui.pictures import TextPicture


@pytest.fixture
def picture(snapshot: SnapshotAssertion) -> SnapshotAssertion:
    """A snapshot kept as a text file of its own: a screen as `tests.tui.pictures` writes it."""
    return snapshot.use_extension(TextPicture)
