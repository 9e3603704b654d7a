"""The report and adjudication at the sizes and in the colours that people have, as text.

One start of the application for a size and a way to be coloured: all parts are walked through.
Renew them with `pytest --snapshot-update tests/tui/adjudicate/test_every_view.py`.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Final

import pytest
from syrupy.assertion import SnapshotAssertion
from textual.pilot import Pilot

from annotator.tui.agree.screen import SHORT
from tests.report.conftest import fill
from tests.tui.adjudicate.test_adjudicate import opened
from tests.tui.pictures import SIZES, in_both_themes, settled, unreadable, without_colour

NAMES: Final = [f"agree-{part}" for part in SHORT]
FIRST: Final = NAMES.index("agree-layers")
"""The part that is shown at first; Tab goes on from there, round the end."""
PARTS: Final = {name: ["tab"] for name in [*NAMES[FIRST + 1 :], *NAMES[:FIRST]]}
WALK: Final = {
    **PARTS,
    "agree-filter": ["d", "slash", *"claim"],
    "adjudicate": ["enter", "enter"],
    "adjudicate-anonymous": ["o"],
    "adjudicate-form": ["o", "t"],
    "adjudicate-reason": ["escape", "c", *"as they say"],
    "adjudicate-decided": ["enter", "1"],
    "adjudicate-before": ["K"],
    "adjudicate-mixed": ["j", "j", "space"],
    "adjudicate-majority": ["M"],
    "agree-counted-again": ["escape"],
}
"""What to press for each, after the one before it."""


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("views") / "read.db"
    fill(path)
    return path


async def walked(pilot: Pilot[None], show: Callable[[str], Awaitable[None]]) -> None:
    """Go through all parts and cases, and show each."""
    await settled(pilot)
    await show(NAMES[FIRST])
    for name, keys in WALK.items():
        for key in keys:
            await pilot.press(key)
        await settled(pilot)
        await show(name)


@pytest.mark.parametrize("size", SIZES, ids=lambda s: f"{s[0]}x{s[1]}")
async def test_every_view_looks_as_it_did(
    made: Path,
    tmp_path: Path,
    picture: SnapshotAssertion,
    monkeypatch: pytest.MonkeyPatch,
    size: tuple[int, int],
) -> None:
    parts: dict[str, list[str]] = {}

    def copy(name: str) -> Path:
        path = tmp_path / name / "read.db"
        path.parent.mkdir()
        path.write_bytes(made.read_bytes())
        return path

    async with opened(copy("coloured"), report=True, size=size) as (pilot, _):

        async def coloured(name: str) -> None:
            parts[name] = [await in_both_themes(pilot)]
            if size == (120, 40):
                found, bad = unreadable(pilot.app)
                assert found > 5
                assert not bad, name

        await walked(pilot, coloured)
    monkeypatch.setenv("NO_COLOR", "1")
    async with opened(copy("plain"), report=True, size=size) as (pilot, _):

        async def plain(name: str) -> None:
            parts[name].append(without_colour(pilot.app))

        await walked(pilot, plain)
    for name, said in parts.items():
        assert "\n".join(said) + "\n" == picture(name=name)
