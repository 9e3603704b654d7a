"""The list, the sheets, the mouse, small terminals, hostile text, and the key path's cost."""

from __future__ import annotations

from collections.abc import Sequence

import pytest
from textual import events
from textual.screen import Screen

from annotator.domain.errors import AnnotatorError
from annotator.domain.model import ArticleDraft
from annotator.project import Project
from annotator.session.actions import ACTIONS
from annotator.store import Store
from annotator.tui.app import AnnotatorApp
from annotator.tui.articles.screen import ArticlesScreen
from annotator.tui.dialogs.palette import Palette
from annotator.tui.options import ScreenOptions, options_from
from annotator.tui.widgets.lines import Lines
from tests.session.build import layout
from tests.tui.app.conftest import Opened, app_of


def on_article(app: AnnotatorApp) -> bool:
    """Whether the annotation screen is on top."""
    return app.screen is app.screen_annotate


async def test_every_action_of_the_table_has_a_handler(opened: Opened) -> None:
    async with opened() as pilot:
        handlers = app_of(pilot).screen_annotate.handlers
    relations = ("choosing", "relating", "relation")
    contexts = ("article", "selection", "proposal", *relations, "search", "jump", "find", "count")
    wanted = {a.id for a in ACTIONS if a.context in contexts}
    assert wanted == set(handlers)


async def test_the_list_opens_an_article_filters_and_goes_back(opened: Opened) -> None:
    async with opened() as pilot:
        app = app_of(pilot)
        await pilot.press("f10")
        assert isinstance(app.screen, ArticlesScreen)
        await pilot.press("down", "enter")
        assert app.screen_annotate.session.article.number == 2
        await pilot.press("f10", "slash", *"minister", "enter", "enter")
        assert app.screen_annotate.session.article.number == 1
        await pilot.press("f10", "escape")
        assert on_article(app)


async def test_a_list_without_rows_says_so_and_opens_nothing(opened: Opened) -> None:
    async with opened(size=(80, 24)) as pilot:
        app = app_of(pilot)
        await pilot.press("f10", "slash", *"nowhere", "enter")
        await app.workers.wait_for_complete()
        await pilot.pause()
        head, rows = (app.screen.query_one(part, Lines) for part in ("#head", "#rows"))
        assert "3 articles  as ann  filter: nowhere  none" in head.plain()
        assert "No title, outlet or name has these words; / changes" in rows.plain()
        for key in ("down", "end", "pageup", "home", "enter"):
            await pilot.press(key)
            assert isinstance(app.screen, ArticlesScreen)
        await pilot.press("n")
        assert "every article from here on is done" in head.plain()
        await pilot.press("escape")
        assert on_article(app)


async def test_the_list_draws_and_reads_what_is_in_view_alone(
    store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    for i in range(300):
        text = f"Paper {i}. Nobody came."
        store.add_article(ArticleDraft(text, title=f"Paper {i}"), layout(text))
    asked: list[int] = []
    summaries = Store.summaries

    def counted(self: Store, annotator: str, uids: Sequence[str]) -> object:
        asked.append(len(uids))
        return summaries(self, annotator, uids)

    app = AnnotatorApp(Project(store, "ann"))
    app.first = store.resolve("2")
    async with app.run_test(size=(80, 24)) as pilot:
        await pilot.pause()
        monkeypatch.setattr(Store, "summaries", counted)
        await pilot.press("f10")
        await pilot.pause()
        rows = app.screen.query_one("#rows", Lines)
        assert len(rows.plain().splitlines()) == rows.size.height == 18
        await pilot.press("end")
        assert rows.plain().splitlines()[-1].split()[:4] == ["303", "new", "Paper", "299"]
        assert asked == [18, 18]
        await pilot.press("up", "enter")
        assert app.screen_annotate.session.article.number == 302


@pytest.mark.parametrize("size", [(80, 24), (120, 40), (60, 14), (200, 60)])
async def test_the_screen_works_at_every_size(opened: Opened, size: tuple[int, int]) -> None:
    async with opened(size=size) as pilot:
        screen = app_of(pilot).screen_annotate
        await pilot.press("e", "1", "f")
        assert screen.view.size.height >= 5
        narrow = size[0] < 100
        assert screen.side.display != narrow
        assert screen.strip.display == narrow
        shown = (screen.strip if narrow else screen.side).plain()
        assert "claim" in shown.lower()
        assert ("named person" if size[0] > 60 else "1*n. pe") in shown
        if narrow:
            await pilot.press("i")
            await pilot.pause()
            assert screen.side.display


async def test_a_tiny_terminal_says_so(opened: Opened) -> None:
    async with opened(size=(50, 10)) as pilot:
        screen = app_of(pilot).screen_annotate
        assert not screen.view.display
        assert "too small" in screen.query_one("#small").plain()  # type: ignore[attr-defined]


async def test_mouse_drag_selects_and_a_click_on_a_label_labels(
    store: Store, opened: Opened
) -> None:
    async with opened() as pilot:
        screen = app_of(pilot).screen_annotate
        await pilot.mouse_down("#article", offset=(8, 2))
        await pilot.hover("#article", offset=(16, 2))
        await pilot.mouse_up("#article", offset=(16, 2))
        await pilot.pause()
        session = screen.session
        assert session.selection is not None
        words = session.article.text[session.selection.start : session.selection.end]
        assert words == "“We never"
        await pilot.press("e")
        lines = screen.side.plain().splitlines()
        row = next(i for i, line in enumerate(lines) if "7 media" in line)
        # One more for the panel's border, one for its padding.
        await pilot.click("#panel", offset=(lines[row].index("7 media") + 2, row))
        await pilot.pause()
    assert store.annotations()[0].attributes == {"source_type": "media"}


async def test_hostile_text_never_reaches_the_terminal_raw(opened: Opened) -> None:
    async with opened(first="3") as pilot:
        app = app_of(pilot)
        await pilot.press("e", "j", "e", "f10")
        await pilot.pause()
        for screen in (app.screen, app.screen_annotate):
            strips = screen._compositor.render_strips()
            drawn = "".join(s.text for line in strips for s in line)
            assert "\x1b" not in drawn
            assert "\u202e" not in drawn
            assert "\u200b" not in drawn
        await pilot.press("escape")


async def test_no_layout_pass_on_the_key_path(
    opened: Opened, monkeypatch: pytest.MonkeyPatch
) -> None:
    passes: list[Screen[object]] = []
    original = Screen._refresh_layout

    def counted(self: Screen[object], *args: object, **kwargs: object) -> object:
        passes.append(self)
        return original(self, *args, **kwargs)  # type: ignore[arg-type]

    async with opened(first="2") as pilot:
        await pilot.pause()
        monkeypatch.setattr(Screen, "_refresh_layout", counted)
        await pilot.press(*list("jlvLe1fj"), "space", *list("khuUJK"))
        await pilot.pause()
    assert passes == []


async def test_own_keys_are_heard_and_wrong_ones_refused(store: Store, opened: Opened) -> None:
    options = options_from("", "full", {"claim.reviewed": "f11", "claim.undo": "backspace"})
    async with opened(options=options) as pilot:
        await pilot.press("space")
        assert store.annotations() == []
        await pilot.press("f11")
        assert len(store.annotations()) == 1
        await pilot.press("backspace")
        assert store.annotations() == []
    with pytest.raises(AnnotatorError, match=r"no action 'claim\.nope'"):
        options_from("", "full", {"claim.nope": "f11"})
    with pytest.raises(AnnotatorError, match="given to both"):
        options_from("", "full", {"claim.undo": "j"})
    assert ScreenOptions().emoji == "full"


def palette_of(app: AnnotatorApp) -> Palette:
    """The palette that is open."""
    overlay = app.screen_annotate.overlay
    assert isinstance(overlay, Palette)
    return overlay


async def test_the_palette_does_what_is_found_by_typing(opened: Opened) -> None:
    async with opened() as pilot:
        app = app_of(pilot)
        await pilot.press("e", "f", "colon", *"remove claim")
        assert palette_of(app).found[0].name.startswith("remove")
        assert app.project.annotations()
        await pilot.press("enter")
        assert app.project.annotations() == []
        assert "claim removed" in app.screen_annotate.footer.plain()
        await pilot.press("colon", *"zzz", "enter")
        assert "nothing fits" in palette_of(app).plain()
        await pilot.press("backspace", "backspace", "backspace", "escape")
        assert app.screen_annotate.overlay is None


async def test_the_palette_offers_every_action_of_the_article_and_articles_by_title(
    opened: Opened,
) -> None:
    async with opened(size=(80, 24)) as pilot:
        app = app_of(pilot)
        await pilot.press("colon")
        titles = {a.title for a in ACTIONS if a.context == "article"}
        assert titles <= {e.name for e in palette_of(app).found}
        uid, title = list(app.project.titles())[1]
        await pilot.press(*f"article: {title}"[:40], "enter")
        assert app.screen_annotate.session.article.uid == uid


async def test_what_was_used_comes_first_in_the_palette(opened: Opened) -> None:
    async with opened() as pilot:
        app = app_of(pilot)
        for words in ("theme: nord", "theme: nord", "theme: dracula"):
            await pilot.press("colon", *words, "enter")
        assert app.theme == "dracula"
        await pilot.press("colon")
        assert [e.name for e in palette_of(app).found][:2] == ["theme: nord", "theme: dracula"]
        await pilot.press("enter")
        assert app.theme == "nord"


async def test_keys_that_come_together_reach_palette_and_article_in_turn(opened: Opened) -> None:
    """Of `: Esc Esc` the second Esc, a round later, ended the program."""
    async with opened() as pilot:
        app = app_of(pilot)
        sentence = app.screen_annotate.session.sentence
        for _ in range(5):
            for key in ("colon", "escape", "escape", "alt+l"):
                app.post_message(events.Key(key, ":" if key == "colon" else None))
        await pilot.pause()
        assert not app.leaving
        for key in ("colon", *"next sentence", "enter", "j"):
            app.post_message(events.Key(key, ":" if key == "colon" else key[:1]))
        await pilot.pause()
        assert app.screen_annotate.overlay is None
        assert app.screen_annotate.session.sentence == sentence + 2


async def test_the_panel_of_a_narrow_screen_has_its_width_from_the_first_look(
    opened: Opened,
) -> None:
    async with opened(size=(80, 24)) as pilot:
        side = app_of(pilot).screen_annotate.side
        await pilot.press("j", "e", "escape", "i")
        await pilot.pause()
        assert side.size.width == 32
        assert "CLAIM · Enter works on it" in side.plain()
        await pilot.press("i", "j", "i")
        await pilot.pause()
        assert "NO CLAIM IN THIS SENTENCE" in side.plain()
        assert "1 named person" in side.plain()
