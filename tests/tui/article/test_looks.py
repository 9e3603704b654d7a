"""Styles: legible in every theme, and roles told apart without any colour."""

from __future__ import annotations

import subprocess
import sys
from itertools import combinations

import pytest
from rich.color import Color
from rich.style import Style
from textual.theme import BUILTIN_THEMES

from annotator.tui.article import gutter, paint
from annotator.tui.article.legible import READABLE, VISIBLE, contrast, legible
from annotator.tui.article.strips import StyleBook
from tests.tui.article.demo import showpiece
from tests.tui.article.screen import ViewApp, shown

TEXTS = {
    "plain": 0,
    "content": paint.CONTENT,
    "source": paint.SOURCE,
    "cue": paint.CUE,
    "role": paint.ROLE,
    "mark": paint.MARK,
}
GROUNDS = {
    "page": 0,
    "sentence": paint.SENTENCE,
    "selection": paint.SELECTION,
    "hit": paint.HIT,
    "current hit": paint.HIT | paint.CURRENT_HIT,
    "cursor": paint.CURSOR,
}


def book_of(app: ViewApp) -> StyleBook:
    app.view.render_line(0)
    book = app.view._book
    assert book is not None
    return book


def ratio(style: Style) -> float:
    assert style.color is not None
    assert style.bgcolor is not None
    assert style.color.triplet is not None
    assert style.bgcolor.triplet is not None
    return contrast(style.color.triplet, style.bgcolor.triplet)


async def test_every_theme_is_legible_and_shows_where_one_is() -> None:
    article, state = showpiece()
    async with shown(article, (60, 10)) as (app, pilot):
        app.view.show(state)
        for name, theme in BUILTIN_THEMES.items():
            if theme.ansi:
                continue
            app.theme = name
            await pilot.pause()
            book = book_of(app)
            for text in TEXTS.values():
                for ground in GROUNDS.values():
                    assert ratio(book.text(text | ground)) >= READABLE, name
            for sign in gutter.STYLED:
                assert ratio(book.gutter(sign)) >= VISIBLE, name
            assert ratio(book.text(paint.QUIET)) >= VISIBLE, name
            grounds = {str(book.text(ground).bgcolor) for ground in GROUNDS.values()}
            assert len(grounds) >= 5, name


async def test_terminal_palettes_keep_their_colours() -> None:
    article, _ = showpiece()
    async with shown(article, (60, 10)) as (app, pilot):
        for name in ("ansi-dark", "ansi-light"):
            app.theme = name
            await pilot.pause()
            book = book_of(app)
            for bits in (paint.CURSOR, paint.SELECTION, paint.HIT):
                assert book.text(bits).reverse, name
            for bits in TEXTS.values():
                style = book.text(bits)
                assert style.color is None or style.color.triplet is None, name


def attributes(style: Style) -> tuple[bool, ...]:
    return tuple(
        bool(value)
        for value in (style.bold, style.dim, style.italic, style.underline, style.reverse)
    )


async def test_without_colour_roles_differ_by_underline_bold_and_italic(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv("NO_COLOR", "1")
    article, state = showpiece()
    async with shown(article, (60, 10)) as (app, _):
        assert app.no_color
        app.view.show(state)
        book = book_of(app)
        looks = {name: attributes(book.text(bits)) for name, bits in TEXTS.items()}
        for one, other in combinations(looks, 2):
            assert looks[one] != looks[other], (one, other)
        for name in ("content", "source", "cue", "role"):
            active = attributes(book.text(TEXTS[name] | paint.ACTIVE))
            assert active != looks[name]
        for bits in (paint.CURSOR, paint.SELECTION, paint.HIT, paint.CURRENT_HIT):
            assert book.text(bits).reverse


async def test_with_colour_claims_are_underlined_and_the_active_one_is_bold() -> None:
    article, _ = showpiece()
    async with shown(article, (60, 10)) as (app, _):
        book = book_of(app)
        for name in ("content", "source", "cue", "role"):
            assert book.text(TEXTS[name]).underline
            assert not book.text(TEXTS[name]).bold
            assert book.text(TEXTS[name] | paint.ACTIVE).bold
        assert book.text(paint.CUE).italic
        assert not book.text(paint.MARK).underline
        assert book.text(paint.HEADING).bold
        # Background only says where one is.
        for bits in (*TEXTS.values(), paint.QUIET, paint.HEADING, paint.ACTIVE):
            assert book.text(bits).bgcolor == book.base.bgcolor


def test_legible_moves_no_further_than_it_must() -> None:
    plain = Style.parse("#e0e0e0 on #121212")
    assert legible(plain, plain, READABLE) is plain
    dim = Style.parse("#333333 on #121212")
    moved = legible(dim, plain, READABLE)
    assert READABLE <= ratio(moved) < READABLE + 2
    hopeless = Style.parse("#888888 on #808080")
    assert ratio(legible(hopeless, Style.parse("#8a8a8a on #808080"), READABLE)) >= READABLE
    own = Style(color=Color.parse("red"), bgcolor=Color.parse("default"))
    assert legible(own, plain, READABLE) is own
    assert legible(Style(), plain, READABLE) == Style()


def test_the_view_imports_nothing_heavy() -> None:
    code = (
        "import sys, annotator.tui.article.view;"
        "print(*sorted({m.split('.')[0] for m in sys.modules}))"
    )
    bare = "import sys, textual.app, textual.widgets, textual.scroll_view;" + code.split(";", 1)[1]
    loaded, floor = (
        set(
            subprocess.run(
                [sys.executable, "-c", source], check=True, capture_output=True, text=True
            ).stdout.split()
        )
        for source in (code, bare)
    )
    ours = {name for name in loaded - floor if name not in sys.stdlib_module_names}
    assert ours == {"annotator"}
