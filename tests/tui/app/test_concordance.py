"""The concordance on the screen: typed, counted, aligned, marked, labelled, left for a place."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from rich.cells import cell_len
from textual.pilot import Pilot

from annotator.domain.graphemes import is_boundary
from annotator.domain.model import ArticleDraft
from annotator.project import Project
from annotator.project.concordance import ConcordanceLine
from annotator.store import Store
from annotator.text.safe import safe_text
from annotator.tui.app import AnnotatorApp
from annotator.tui.concordance.preview import Preview
from annotator.tui.concordance.rows import flat, head, place_row, tail
from annotator.tui.concordance.screen import ConcordanceScreen
from annotator.tui.dialogs.palette import Palette
from annotator.tui.options import ScreenOptions
from annotator.tui.widgets.lines import Line, Lines
from tests.phrases.support import claim
from tests.session.build import layout

TEXTS = (
    "The regime raised the tax. Critics of the regime called it theft.",
    "Ministers said the tax cut would come.\n\nThe regime fell on Monday.",
    "Nothing happened here.",
)


@pytest.fixture
def corpus(tmp_path: Path) -> Store:
    store = Store.create(tmp_path / "corpus.db")
    for i, text in enumerate(TEXTS):
        store.add_article(ArticleDraft(text, name=f"n{i}", outlet=f"Outlet {i}"), layout(text))
    store.add_annotator("ann")
    return store


def _plain(app: AnnotatorApp, what: str) -> str:
    return app.screen.query_one(f"#{what}", Lines).plain()


def _top(app: AnnotatorApp) -> object:
    return app.screen


def _preview(screen: ConcordanceScreen) -> Preview:
    box = screen.overlay
    assert isinstance(box, Preview)
    return box


async def _found(app: AnnotatorApp, pilot: Pilot[None], asked: str) -> ConcordanceScreen:
    screen = app.screen
    assert isinstance(screen, ConcordanceScreen)
    for _ in range(100):
        if screen.view.asked == asked and screen.view.found and screen.view.found.complete:
            break
        await pilot.pause(0.05)
    await pilot.pause()
    return screen


async def _typed(app: AnnotatorApp, pilot: Pilot[None], words: str) -> ConcordanceScreen:
    await pilot.press("backslash")
    await pilot.press(*(" " if c == " " else c for c in words))
    return await _found(app, pilot, words)


async def test_typed_counted_aligned_and_left_for_a_place_and_back(corpus: Store) -> None:
    app = AnnotatorApp(Project(corpus, "ann"))
    async with app.run_test(size=(80, 24)) as pilot:
        await pilot.pause()
        article = app.screen_annotate
        await pilot.press("j")
        before = article.session.offset
        screen = await _typed(app, pilot, "regime")
        assert "1 of 3 in 2 of 3 articles" in _plain(app, "head")
        rows = _plain(app, "rows").split("\n")
        assert len({row.index("regime") for row in rows if "The regime" in row}) == 1
        assert "Outlet 0" in _plain(app, "place")
        await pilot.press("enter", "j", "j", "enter")
        assert _top(app) is article
        session = article.session
        assert session.article.number == 2
        assert session.article.text[session.offset :].startswith("regime fell")
        assert "returns to the concordance" in article.footer.plain()
        await pilot.press("escape")
        await _found(app, pilot, "regime")
        assert isinstance(_top(app), ConcordanceScreen)
        assert _top(app) is not screen
        assert "3 of 3 in 2" in _plain(app, "head")
        await pilot.press("escape")
        assert _top(app) is article
        assert (article.session.article.number, article.session.offset) == (1, before)
        await pilot.press("escape")
        assert "Esc Esc quits" in article.footer.plain()
    corpus.close()


async def test_a_fault_in_the_query_says_where_and_keeps_what_was_found(corpus: Store) -> None:
    app = AnnotatorApp(Project(corpus, "ann"))
    async with app.run_test(size=(80, 24)) as pilot:
        await pilot.pause()
        screen = await _typed(app, pilot, "regime")
        await pilot.press(" ", "O", "R")
        assert "character 10: words are missing" in _plain(app, "foot")
        assert len(screen.view.lines) == 3
        await pilot.press(" ", "t", "a", "x")
        await _found(app, pilot, "regime OR tax")
        assert "of 5 in 2 of 3" in _plain(app, "head")
        assert "character" not in _plain(app, "foot")
    corpus.close()


async def test_marked_rows_become_marks_as_one_action_with_one_undo(corpus: Store) -> None:
    app = AnnotatorApp(Project(corpus, "ann"))
    async with app.run_test(size=(80, 24)) as pilot:
        await pilot.pause()
        screen = await _typed(app, pilot, "regime")
        await pilot.press("enter", "t")
        assert "no row is marked" in _plain(app, "foot")
        await pilot.press("a", "t")
        assert isinstance(screen.overlay, Palette)
        await pilot.press(*"become marks type lex", "enter")
        told = _preview(screen).plain()
        assert "3  new marks are made of the words" in told
        assert corpus.annotations() == []
        await pilot.press("enter")
        marks = corpus.annotations()
        assert [corpus.text_of(m.article)[m.start : m.end] for m in marks] == ["regime"] * 3
        assert {m.attributes["type"] for m in marks} == {"lexical"}
        assert len(app.screen_annotate.session.index.by_id) == 2
        assert "3 marks; u takes it back" in _plain(app, "foot")
        assert screen.view.marked == set()
        assert "yours: mark lexical" in _plain(app, "place")
        # Again: every row is counted as skipped, and why.
        await pilot.press("a", "t", *"become marks type lex", "enter")
        assert "3  a mark of yours is there already" in _preview(screen).plain()
        await pilot.press("enter")
        assert "nothing to do" in _preview(screen).plain()
        await pilot.press("escape", "u")
        assert corpus.annotations() == []
        assert len(app.screen_annotate.session.index.by_id) == 0
        assert "undone: type: lexical for 3 marks" in _plain(app, "foot")
    assert all(f.problems == () for f in corpus.findings())
    corpus.close()


async def test_a_label_for_the_claims_that_are_hit(corpus: Store) -> None:
    first, second, _ = corpus.uids()
    claim(corpus, first, "The regime raised the tax", annotator="ann", stance="against")
    claim(corpus, second, "The regime fell", annotator="ann")
    app = AnnotatorApp(Project(corpus, "ann"))
    async with app.run_test(size=(120, 40)) as pilot:
        await pilot.pause()
        screen = await _typed(app, pilot, "regime")
        await pilot.press("enter", "a", "t", *"claims there stance favor", "enter")
        told = _preview(screen).plain()
        assert "1  claim gets it" in told
        assert "1  claim has another value" in told
        assert "1  no claim of yours is there" in told
        await pilot.press("enter")
        assert [a.attributes["stance"] for a in corpus.annotations()] == ["favor", "favor"]
        await pilot.press("escape", "u")
        assert {a.attributes.get("stance") for a in corpus.annotations()} == {"against", None}
    corpus.close()


async def test_the_selected_words_are_looked_for(corpus: Store) -> None:
    app = AnnotatorApp(Project(corpus, "ann"), ScreenOptions(others=True))
    async with app.run_test(size=(80, 24)) as pilot:
        await pilot.pause()
        await pilot.press("v", "l", "backslash")
        await _found(app, pilot, '"The regime"')
        assert "of 3 in 2 of 3 articles" in _plain(app, "head")
    corpus.close()


async def test_words_with_quotation_marks_are_looked_for(tmp_path: Path) -> None:
    store = Store.create(tmp_path / "quoted.db")
    text = "So “tax cut” it is."
    store.add_article(ArticleDraft(text), layout(text))
    store.add_annotator("ann")
    app = AnnotatorApp(Project(store, "ann"))
    async with app.run_test(size=(80, 24)) as pilot:
        await pilot.pause()
        await pilot.press("v", "l", "l", "l", "backslash")
        screen = await _found(app, pilot, '"So tax cut"')
        assert "1 of 1" in _plain(app, "head")
        assert screen.view.lines[0].text == "So “tax cut"
    store.close()


async def test_the_rows_hear_keys_by_their_place_on_another_keyboard(corpus: Store) -> None:
    app = AnnotatorApp(Project(corpus, "ann"), ScreenOptions(layout="ru"))
    async with app.run_test(size=(80, 24)) as pilot:
        await pilot.pause()
        screen = await _typed(app, pilot, "regime")
        await pilot.press("enter", "о")
        assert screen.view.cursor == 1
        await pilot.press("П")
        assert screen.view.cursor == 2
        await pilot.press("ф")
        assert len(screen.view.marked) == 3
        await pilot.press("т")
        assert not screen.view.marked
    corpus.close()


async def test_pasted_words_go_into_the_query(corpus: Store) -> None:
    app = AnnotatorApp(Project(corpus, "ann"))
    async with app.run_test(size=(80, 24)) as pilot:
        await pilot.pause()
        await pilot.press("backslash")
        screen = app.screen
        assert isinstance(screen, ConcordanceScreen)
        screen.paste("tax\ncut", typed=False)
        await _found(app, pilot, "tax cut")
        assert "1 of 1 in 1 of 3 articles" in _plain(app, "head")
    corpus.close()


words = st.text(st.sampled_from("ab 東e\u0301👩‍👩‍👧\u202e\x1b\nक्ष🇩🇪"), max_size=40)


@given(before=words, found=words, after=words, width=st.integers(60, 200))
def test_what_was_found_begins_in_one_column_and_nothing_is_wider_than_the_row(
    before: str, found: str, after: str, width: int
) -> None:
    line = ConcordanceLine("u", 7, "", "", 0, 1, found, before, after, "", "")
    row = place_row(line, 0, 3, width, here=True, marked=False)
    empty = line._replace(text="x", before="", after="")
    other = place_row(empty, 0, 3, width, here=False, marked=True)

    def column(pieces: Line) -> int:
        return sum(cell_len(p.text) for p in pieces[:4])

    assert column(row) == column(other)
    assert sum(cell_len(p.text) for p in row) <= width
    assert all(safe_text(p.text) == p.text for p in row)


@given(words, st.integers(0, 60))
def test_context_is_cut_at_graphemes(text: str, cells: int) -> None:
    shown = flat(text)
    end, start = tail(shown, cells), head(shown, cells)
    assert cell_len(end) == cells
    assert cell_len(start) <= cells
    cuts = [shown[i:] for i in range(len(shown) + 1) if is_boundary(shown, i)]
    assert any(end == " " * (len(end) - len(kept)) + kept for kept in cuts)
    assert shown.startswith(start)
    assert is_boundary(shown, len(start))
