"""Lines that are asked for: boxes of the screen, drawn safely, edited, kept or left."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from rich.cells import cell_len

from annotator.session.line_editor import LineEditor
from annotator.store import Store
from annotator.text.safe import safe_text
from annotator.tui.dialogs.entry import TextEntry
from annotator.tui.widgets.editing import editing_line
from tests.tui.app.conftest import Opened, app_of


@given(st.text(max_size=60), st.integers(0, 60), st.integers(3, 30))
def test_the_line_fits_and_shows_its_cursor(text: str, cursor: int, width: int) -> None:
    line = LineEditor(text)
    line.at = min(cursor, len(text))
    before, under, after = editing_line(line, width)
    assert cell_len(before.text) <= width - cell_len(under.text)
    assert under.style == "cursor"
    drawn = before.text + under.text + after.text
    assert drawn == safe_text(drawn)
    assert safe_text(text).endswith(drawn.removesuffix(" ")) or drawn.endswith(" ")


def test_a_long_pasted_line_is_looked_at_as_far_as_it_is_shown(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    measured = 0

    def counted(text: str) -> int:
        nonlocal measured
        measured += len(text)
        return cell_len(text)

    monkeypatch.setattr("annotator.tui.widgets.editing.cell_len", counted)
    line = LineEditor("mayor " * 10_000)
    before, *_ = editing_line(line, 76)
    assert cell_len(before.text) == 75
    assert measured < 100


async def test_a_note_is_edited_and_left_as_it_was(store: Store, opened: Opened) -> None:
    async with opened(size=(80, 24)) as pilot:
        screen = app_of(pilot).screen_annotate

        def entry() -> TextEntry:
            assert isinstance(screen.overlay, TextEntry)
            return screen.overlay

        await pilot.press("e", "c", *"why no", "ctrl+w", *"not", "home", "W", "delete", "enter")
        assert [a.note for a in store.annotations()] == ["Why not"]
        await pilot.press("c", "x")
        await pilot.pause()
        assert "Note on this claim" in entry().plain()
        assert "Why notx" in entry().plain()
        await pilot.press("escape")
        assert [a.note for a in store.annotations()] == ["Why not"]


async def test_what_cannot_be_drawn_is_kept_and_shown_as_a_symbol(
    store: Store, opened: Opened
) -> None:
    async with opened() as pilot:
        await pilot.press("e", "c")
        await pilot.pause()
        entry = app_of(pilot).screen_annotate.overlay
        assert isinstance(entry, TextEntry)
        entry.line.insert("a\u202eb")
        await pilot.press("c")
        assert "a·bc" in entry.plain()
        await pilot.press("enter")
    assert [a.note for a in store.annotations()] == ["a\u202ebc"]


async def test_the_list_filters_by_an_entry_of_its_own(opened: Opened) -> None:
    async with opened(size=(80, 24)) as pilot:
        app = app_of(pilot)
        await pilot.press("f10", "slash", *"minister")
        await pilot.pause()
        top = app.screen
        assert "minister" in top.overlay.plain()  # type: ignore[attr-defined]
        await pilot.click(None, offset=(1, 1))
        assert top.overlay is None  # type: ignore[attr-defined]
        assert app.screen is top


async def test_the_question_for_a_new_file_stands_above_a_note(
    store: Store, opened: Opened
) -> None:
    async with opened() as pilot:
        app = app_of(pilot)
        screen = app.screen_annotate
        await pilot.press("e", "c", *"half")
        note = screen.overlay
        path = Path(store.path)
        path.rename(path.with_name("elsewhere.db"))
        app.rescue.look()
        await pilot.pause()
        assert screen.overlay is not note
        await pilot.press("enter")
        await pilot.pause()
        assert screen.overlay is note
        await pilot.press(*" done", "enter")
        assert [a.note for a in app.project.annotations()] == ["half done"]
