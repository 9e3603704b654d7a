"""Jump, count, find and text objects with real keys: what the screen shows and says meanwhile."""

from __future__ import annotations

import pytest
from textual.screen import Screen

from annotator.domain.model import ArticleDraft
from annotator.project import Project
from annotator.session.actions import ACTIONS
from annotator.session.jump import Jump
from annotator.store import Store
from annotator.tui.annotate.screen import AnnotateScreen
from annotator.tui.app import AnnotatorApp
from annotator.tui.keymap import key_name
from tests.robot.drive import press
from tests.session.build import TEXT, layout
from tests.tui.app.conftest import Opened, app_of

SEED = (
    "“In leaked documents, companies [that sold fentanyl] boasted that the CCP owned them and that"
    " their illicit products were tax-exempt,” the researchers said."
)


def labels(screen: AnnotateScreen, words: str) -> str:
    """The label over some words."""
    jump = screen.motions.waiting
    assert isinstance(jump, Jump)
    at = screen.session.article.text.index(words)
    return next(name for name, t in jump.labels.items() if t.start == at)


def selected(screen: AnnotateScreen) -> str:
    selection = screen.session.selection
    return screen.session.article.text[slice(*selection.range)] if selection else ""


async def test_companies_to_tax_exempt_in_five_keys(store: Store) -> None:
    store.add_article(ArticleDraft(SEED, name="seed"), layout(SEED))
    app = AnnotatorApp(Project(store, "ann"))
    app.first = store.resolve("4")
    async with app.run_test(size=(80, 24)) as pilot:
        await pilot.pause()
        screen = app.screen_annotate
        await press(app, ["z"])
        first = [*labels(screen, "companies")]
        await press(app, [*first[:-1], first[-1].upper()])
        await press(app, ["z"])
        second = [*labels(screen, "tax")]
        await press(app, second)
        assert selected(screen).startswith("companies [that sold")
        assert selected(screen).endswith("were tax")  # the test's tokens part tax, - and exempt
        assert 2 + len(first) + len(second) <= 5


async def test_labels_are_drawn_on_what_is_in_view_and_go_with_esc(opened: Opened) -> None:
    async with opened(first="2", size=(80, 24)) as pilot:
        app = app_of(pilot)
        screen = app.screen_annotate
        await pilot.press("z")
        await pilot.pause()
        jump = screen.motions.waiting
        assert isinstance(jump, Jump)
        low, high = screen.view.visible_range()
        assert all(low <= t.start < high for t in jump.labels.values())
        drawn = [s.text for y in range(8) for s in screen.view.render_line(y)]
        letters = {name for name, t in jump.labels.items() if t.start < 60}
        assert letters <= set(drawn)
        assert "Tab label the pieces" in screen.footer.plain()
        await pilot.press("tab")
        assert "no pieces in view" in screen.footer.plain()
        await pilot.press("tab", "tab", "tab")
        assert screen.contexts() == ("jump",)
        await pilot.press("escape")
        assert screen.motions.waiting is None
        assert screen.contexts() == ("article",)
        before = screen.session.cursor
        await pilot.press("z", "question_mark")
        assert "left" in screen.footer.plain()
        assert app.screen is screen
        assert screen.session.cursor == before
        assert not screen.escaped


async def test_what_scrolls_away_cannot_be_jumped_to(opened: Opened) -> None:
    async with opened(first="2", size=(80, 24)) as pilot:
        screen = app_of(pilot).screen_annotate
        await pilot.press("z")
        label = labels(screen, "part 1,")
        screen.view.scroll_to(y=80, animate=False)
        await pilot.pause()
        await pilot.press(*label)
        assert "out of view" in screen.footer.plain()
        assert screen.session.cursor == 0


async def test_neither_jump_nor_find_nor_text_objects_cost_a_layout_pass(
    opened: Opened, monkeypatch: pytest.MonkeyPatch
) -> None:
    passes: list[object] = []
    original = Screen._refresh_layout

    def counted(self: Screen[object], *args: object, **kwargs: object) -> object:
        passes.append(self)
        return original(self, *args, **kwargs)  # type: ignore[arg-type]

    async with opened(first="2") as pilot:
        await pilot.pause()
        monkeypatch.setattr(Screen, "_refresh_layout", counted)
        await pilot.press("z", "tab", "tab", "escape", "z", "f", "F", "w", "F", "colon", "M", "M")
        await pilot.press(
            "escape", "at", "3", "l", "C", "v", "v", "V", "escape", "Z", "dollar_sign"
        )
        await pilot.pause()
    assert passes == []


async def test_a_count_repeats_a_motion_also_of_a_selection(opened: Opened) -> None:
    async with opened(first="2") as pilot:
        screen = app_of(pilot).screen_annotate
        await pilot.press("at", "5")
        assert "5 times" in screen.footer.plain()
        assert screen.contexts() == ("count",)
        await pilot.press("l")
        assert screen.session.cursor == 5
        await pilot.press("at", "1", "0", "j")
        assert screen.session.sentence == 10
        await pilot.press("v", "at", "2", "l")
        assert len(selected(screen).split()) == 3
        await pilot.press("at", "9", "9", "9", "9", "right")  # till the end, and no further
        assert screen.session.cursor == screen.session.page.token_count - 1
        await pilot.press("escape", "at", "3", "x")
        assert "left" in screen.footer.plain() or "no motion" in screen.footer.plain()
        await pilot.press("at", "j")
        assert "no number" in screen.footer.plain()


async def test_find_says_what_it_takes_and_what_is_not_there(opened: Opened) -> None:
    async with opened() as pilot:
        screen = app_of(pilot).screen_annotate
        await pilot.press("F")
        assert screen.contexts() == ("find",)
        assert '" quotation mark' in screen.footer.plain()
        await pilot.press("r")
        assert TEXT[screen.session.offset :].startswith("Ruiz")
        await pilot.press("F", "enter")
        assert TEXT[screen.session.offset :].startswith("reporters")
        await pilot.press("F", "enter")
        assert "no word with 'r' below" in screen.footer.plain()
        await pilot.press("g", "F", "quotation_mark", "F", "at")
        assert TEXT[screen.session.offset :].startswith("Monday")


async def test_noun_phrase_and_clause_are_said_and_labelled(store: Store, opened: Opened) -> None:
    async with opened() as pilot:
        screen = app_of(pilot).screen_annotate
        screen.controller.read_words()
        screen.session.go(TEXT.index("spokesperson"))
        await pilot.press("M", "w")
        screen.session.go(TEXT.index("said"))
        await pilot.press("C")
        assert selected(screen) == "“We never wrote that,”"
        await pilot.press("e")
        (claim,) = store.annotations()
        assert {(f.role, TEXT[f.start : f.end]) for f in claim.fragments} == {
            ("source", "a spokesperson"),
            ("content", "“We never wrote that,”"),
        }


async def test_the_keys_of_each_waiting_context_are_in_the_table(opened: Opened) -> None:
    assert {a.context for a in ACTIONS} >= {"jump", "find", "count"}
    async with opened() as pilot:
        screen = app_of(pilot).screen_annotate
        for key, context in (("z", "jump"), ("F", "find"), ("at", "count")):
            await pilot.press(key)
            assert screen.contexts() == (context,)
            await pilot.press("escape")
            assert screen.contexts() == ("article",)
        await pilot.press("v")
        for key, context in (("z", "jump"), ("F", "find"), ("at", "count")):
            await pilot.press(key)
            assert screen.contexts() == (context,)
            await pilot.press("escape")
            assert screen.contexts() == ("selection", "article")


async def test_a_count_without_a_number_says_what_is_missing(opened: Opened) -> None:
    async with opened() as pilot:
        screen = app_of(pilot).screen_annotate
        before = screen.session.cursor
        await pilot.press("at", "l")
        assert "no number was typed" in screen.footer.plain()
        assert screen.session.cursor == before


async def test_every_key_in_an_article_without_a_word(store: Store) -> None:
    number = store.add_article(ArticleDraft("", name="none"), layout("")).number
    app = AnnotatorApp(Project(store, "ann"))
    app.first = store.resolve(str(number))
    contexts = ("article", "selection", "search", "proposal")
    keys = [key_name(k) for a in ACTIONS if a.context in contexts for k in a.keys]
    async with app.run_test(size=(80, 24)) as pilot:
        await pilot.pause()
        for key in [*keys, *"ewEWf1"]:
            if key in ("ctrl+q", "escape", "f8", "f7", *map(key_name, "[]")):
                continue
            await press(app, [key])
            await pilot.pause()
            if app.screen_annotate.overlay or app.screen is not app.screen_annotate:
                await press(app, ["escape"])
                await pilot.pause()
        assert app.screen_annotate.session.article.text == ""
    assert {a.layer for a in store.annotations()} <= {"article"}
