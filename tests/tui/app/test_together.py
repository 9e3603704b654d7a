"""Two keys that are both there before the first has been heard: each goes to the screen of then."""

from __future__ import annotations

import pytest

from annotator.tui.annotate.screen import AnnotateScreen
from tests.robot.drive import press
from tests.tui.app.conftest import Opened, app_of


@pytest.mark.parametrize(
    ("opener", "together"),
    [
        ("question_mark", "escape escape l"),
        ("semicolon", "escape escape l"),
        ("f10", "escape escape l"),
        ("f10", "enter enter"),
        ("equals_sign", "escape escape l"),
        ("percent_sign", "escape escape l"),
        ("asterisk", "escape escape l"),
        ("backslash", "escape escape l"),
        ("c", "escape escape l"),
        ("slash", "enter enter l"),
    ],
)
async def test_no_key_leaves_two_screens(opened: Opened, opener: str, together: str) -> None:
    async with opened() as pilot:
        app = app_of(pilot)
        await pilot.press("e", opener)
        await pilot.pause()
        boxes = (len(app.screen_stack) == 2) + (app.screen_annotate.overlay is not None)
        assert boxes == 1
        await press(app, together.split())
        await pilot.pause()
        assert isinstance(app.screen, AnnotateScreen)
        assert app.screen_annotate.overlay is None
        assert app.return_code is None
        assert not app.leaving


async def test_a_key_after_the_one_that_quits_does_nothing(opened: Opened) -> None:
    async with opened() as pilot:
        app = app_of(pilot)
        await pilot.press("e")
        known = app.project.annotations()
        await press(app, ["ctrl+q", "x", "1", "f"])
        assert app.leaving
        assert app.project.annotations() == known
