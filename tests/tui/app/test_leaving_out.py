"""Articles are left out and taken in on the screen: in the list, in the palette, undone by undo."""

from __future__ import annotations

import pytest
from textual.pilot import Pilot

from annotator.store import Store
from annotator.tui.articles.screen import ArticlesScreen
from annotator.tui.widgets.lines import Lines
from tests.tui.app.conftest import Opened, app_of


def shown(pilot: Pilot[None], id_: str) -> str:
    return app_of(pilot).screen.query_one(id_, Lines).plain()


def out(store: Store) -> list[tuple[int, str]]:
    return [(a.number, a.reason) for a in store.excluded()]


@pytest.mark.parametrize("size", [(80, 24), (120, 40)])
async def test_the_list_leaves_out_with_a_reason_and_takes_in(
    opened: Opened, store: Store, size: tuple[int, int]
) -> None:
    async with opened(size) as pilot:
        await pilot.press("f10")
        await pilot.pause()
        assert isinstance(app_of(pilot).screen, ArticlesScreen)
        assert "3 articles" in shown(pilot, "#head")
        assert "x leave out" in shown(pilot, "#foot")
        await pilot.press("down", "x")
        await pilot.press(*"advert", "enter")
        assert out(store) == [(2, "advert")]
        assert "2 articles" in shown(pilot, "#head")
        assert "1 left out (X)" in shown(pilot, "#head")
        assert "article 2 is left out" in shown(pilot, "#head")
        assert "Long read" not in shown(pilot, "#rows")
        await pilot.press("X")
        assert "those that are left out" in shown(pilot, "#head")
        assert "advert: Long read" in shown(pilot, "#rows")
        assert "x take in" in shown(pilot, "#foot")
        await pilot.press("x")
        assert out(store) == []
        assert "3 articles" in shown(pilot, "#head")
        assert "Long read" in shown(pilot, "#rows")
        await pilot.press("X")
        assert "no article is left out" in shown(pilot, "#head")


async def test_no_reason_and_esc_leave_everything_as_it_was(opened: Opened, store: Store) -> None:
    async with opened() as pilot:
        await pilot.press("f10", "x", "escape")
        assert isinstance(app_of(pilot).screen, ArticlesScreen)
        await pilot.press("x", "space", "enter")
        assert out(store) == []
        await pilot.press("x", *"one", "enter", "x", *"two", "enter", "x", *"three", "enter", "x")
        assert out(store) == [(1, "one"), (2, "two"), (3, "three")]
        assert "Every article is left out" in shown(pilot, "#rows")
        await pilot.press("enter", "n", "down", "/", "escape", "X", "x", "x", "x")
        assert out(store) == []


async def test_undo_takes_the_article_in_and_steps_go_past_those_left_out(
    opened: Opened, store: Store
) -> None:
    async with opened() as pilot:
        app = app_of(pilot)
        await pilot.press("f10", "down", "x", *"advert", "enter", "escape")
        here = app.screen_annotate.session.article.uid
        assert app.position_of(here) == (1, 2)
        app.screen_annotate.controller.step(1)
        assert store.number_of(app.screen_annotate.session.article.uid) == 3
        await pilot.press("u")
        assert out(store) == []
        assert app.position_of(here) == (1, 3)
        await pilot.press("ctrl+r")
        assert out(store) == [(2, "advert")]


async def test_the_palette_leaves_the_open_article_out_and_takes_it_in(
    opened: Opened, store: Store
) -> None:
    async with opened() as pilot:
        await pilot.press(":", *"leave this", "enter", *"no news", "enter")
        assert out(store) == [(1, "no news")]
        await pilot.press(":", *"take this", "enter")
        assert out(store) == []


async def test_who_stopped_in_an_article_that_is_left_out_begins_in_another(
    opened: Opened, store: Store
) -> None:
    store.set_bookmark("ann", store.resolve("1"), 5)
    from annotator.project import Project

    Project(store, "ann").exclude([1], "advert")
    async with opened(first="") as pilot:
        assert store.number_of(app_of(pilot).screen_annotate.session.article.uid) == 2
