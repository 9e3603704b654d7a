"""The search on the bottom line: lit and counted while it is typed, kept, or left as it was."""

from __future__ import annotations

import pytest
from textual import events

from annotator.tui.annotate.search_line import SearchLine
from annotator.tui.terminal.pasting import Burst
from tests.tui.app.conftest import Opened, app_of


async def test_places_are_lit_and_counted_while_typing(opened: Opened) -> None:
    async with opened(size=(80, 24)) as pilot:
        screen = app_of(pilot).screen_annotate
        await pilot.press("j", "slash", "l")
        await pilot.pause()
        line = screen.overlay
        assert isinstance(line, SearchLine)
        assert line.region == (0, 23, 80, 1)
        await pilot.press(*"ate")
        await pilot.pause()
        assert "/late" in line.plain()
        assert "1 of 2" in line.plain()
        assert len(screen.session.hits) == 2
        await pilot.press("down", "down")
        await pilot.pause()
        assert "1 of 2" in line.plain()
        await pilot.press("enter")
        assert screen.overlay is None
        assert "next/previous (1 of 2)" in screen.footer.plain()
        await pilot.press("n")
        assert "(2 of 2)" in screen.footer.plain()
        await pilot.press("slash", *"minister", "enter")
        assert "from the top" in screen.footer.plain()


@pytest.mark.parametrize("ending", [["escape"], ["x", "x", "x", "enter"], ["ctrl+u", "escape"]])
async def test_escape_and_nothing_found_go_back_to_where_one_was(
    opened: Opened, ending: list[str]
) -> None:
    async with opened(size=(80, 24), first="2") as pilot:
        screen = app_of(pilot).screen_annotate
        await pilot.press(*["j"] * 30, "e", "slash", *"part 33", "enter")
        screen.view.scroll_to(y=screen.view.scroll_offset.y + 3, animate=False)
        await pilot.pause()
        session = screen.session
        before = session.cursor, list(session.hits), session.hit, session.active_id
        top = screen.view.scroll_offset.y
        await pilot.press("slash", *"part 5")
        assert session.cursor != before[0]
        assert screen.view.scroll_offset.y != top
        await pilot.press(*ending)
        await pilot.pause()
        assert screen.overlay is None
        assert (session.cursor, list(session.hits), session.hit, session.active_id) == before
        assert screen.view.scroll_offset.y == top


async def test_enter_on_an_empty_line_looks_for_the_last_words_again(opened: Opened) -> None:
    async with opened() as pilot:
        screen = app_of(pilot).screen_annotate
        await pilot.press("slash", "enter")
        await pilot.press("slash", *"late", "enter")
        first = screen.session.offset
        await pilot.press("escape", "slash")
        await pilot.pause()
        line = screen.overlay
        assert isinstance(line, SearchLine)
        assert "again: late" in line.plain()
        await pilot.press("enter")
        assert screen.session.offset > first
        await pilot.press("escape", "slash", *"zzz", "enter")
        assert "“zzz” is not in this article" in screen.footer.plain()


async def test_pasted_words_are_looked_for_and_a_click_stays(opened: Opened) -> None:
    async with opened() as pilot:
        app = app_of(pilot)
        screen = app.screen_annotate
        await pilot.press("slash")
        app.post_message(events.Paste("a\nspokesperson"))
        await pilot.pause()
        at = screen.session.offset
        assert screen.session.article.text[at:].startswith("a spokesperson")
        await pilot.click("#status", offset=(0, 0))
        assert screen.overlay is None
        assert screen.session.offset == at
        await pilot.press("escape", "slash")
        app.post_message(Burst("very late\r"))
        await pilot.pause()
        assert screen.overlay is None
        assert len(screen.session.hits) == 1
