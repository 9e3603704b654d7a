"""Styles: legible in every theme, and roles told apart without any colour."""

from __future__ import annotations

import subprocess
import sys
from itertools import combinations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from rich.color import Color
from rich.color_triplet import ColorTriplet
from rich.style import Style
from textual.theme import BUILTIN_THEMES

from annotator.tui.article import gutter, paint
from annotator.tui.article.layout import WrappedLine
from annotator.tui.article.state import PaintedSpan, ViewState
from annotator.tui.article.strips import StyleBook
from annotator.tui.widgets import role_colours
from annotator.tui.widgets.legible import READABLE, contrast, legible
from tests.tui.article.demo import showpiece
from tests.tui.article.screen import ViewApp, shown

ROLES = [paint.role_bit(n) for n in range(role_colours.ROLES)]
SUGGESTED = [paint.suggested_bit(n) for n in range(role_colours.ROLES)]
MARKS = [paint.mark_bit(n) for n in range(role_colours.COLOURS)]
TEXTS = {
    "plain": 0,
    "content": ROLES[0],
    "source": ROLES[1],
    "cue": ROLES[2],
    "role": ROLES[3],
    "mark": MARKS[role_colours.MARK],
    "suggestion": SUGGESTED[0],
}
GROUNDS = {
    "page": 0,
    "sentence": paint.SENTENCE,
    "selection": paint.SELECTION,
    "hit": paint.HIT,
    "current hit": paint.HIT | paint.CURRENT_HIT,
    "cursor": paint.CURSOR,
}
OWN = [name for name, theme in BUILTIN_THEMES.items() if not theme.ansi]
"""The themes whose colours are known; the others take the terminal's."""


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
        for name in OWN:
            app.theme = name
            await pilot.pause()
            book = book_of(app)
            texts = [0, *MARKS, paint.QUIET, paint.HEADING, *ROLES, *SUGGESTED]
            texts += [bit | paint.ACTIVE for bit in ROLES]
            texts += [bit | paint.OFFERED for bit in SUGGESTED]
            for text in texts:
                for ground in GROUNDS.values():
                    assert ratio(book.text(text | ground)) >= READABLE, (name, text, ground)
            for sign in gutter.STYLED:
                assert ratio(book.gutter(sign)) >= READABLE, (name, sign)
            grounds = {str(book.text(ground).bgcolor) for ground in GROUNDS.values()}
            assert len(grounds) >= 5, name


def colour_of(style: Style) -> role_colours.Lab:
    assert style.color is not None
    assert style.color.triplet is not None
    return role_colours.lab(style.color.triplet)


async def test_in_every_theme_every_role_is_told_from_every_other_and_from_the_text() -> None:
    """As claims and as suggestions, on the page, in the cursor's sentence and under a selection."""
    article, state = showpiece()
    async with shown(article, (60, 10)) as (app, pilot):
        app.view.show(state)
        for name in OWN:
            app.theme = name
            await pilot.pause()
            book = book_of(app)
            for roles in (ROLES, SUGGESTED):
                for ground in (0, paint.SENTENCE):
                    seen = [colour_of(book.text(bit | ground)) for bit in (0, MARKS[-1], *roles)]
                    for one, other in combinations(seen, 2):
                        assert role_colours.difference(one, other) >= role_colours.APART, name
                    # The colour of a role does not depend on where it stands.
                    assert seen[2:] == [colour_of(book.text(bit)) for bit in roles], name
            assert [colour_of(book.text(bit)) for bit in ROLES] == [
                colour_of(book.text(bit)) for bit in SUGGESTED
            ]


async def test_in_every_theme_the_colour_of_every_label_is_told_from_every_other() -> None:
    """On the page and in the cursor's sentence, and readable on every ground."""
    article, state = showpiece()
    async with shown(article, (60, 10)) as (app, pilot):
        app.view.show(state)
        for name in OWN:
            app.theme = name
            await pilot.pause()
            book = book_of(app)
            for ground in (0, paint.SENTENCE):
                seen = [colour_of(book.text(bit | ground)) for bit in (0, *MARKS)]
                for one, other in combinations(seen, 2):
                    assert role_colours.difference(one, other) >= role_colours.APART, name
            for bit in MARKS:
                for more in (0, paint.MARK_OVER, paint.MARK_START, paint.ACTIVE):
                    for ground in GROUNDS.values():
                        assert ratio(book.text(bit | more | ground)) >= READABLE, (name, bit)


@pytest.mark.parametrize("no_color", [False, True])
@pytest.mark.parametrize(
    ("one", "other"),
    [((0, 3), (3, 6)), ((0, 3), (4, 6)), ((0, 4), (2, 6)), ((0, 6), (2, 4)), ((0, 3), (0, 6))],
)
@pytest.mark.parametrize("at_work", ["", "one"])
async def test_marks_of_one_label_beside_each_other_are_told_apart_also_without_colour(
    one: tuple[int, int],
    other: tuple[int, int],
    at_work: str,
    no_color: bool,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    if no_color:
        monkeypatch.setenv("NO_COLOR", "1")
    article, state = showpiece()
    spans = [
        PaintedSpan(*one, 3, "one", at_work == "one", "mark"),
        PaintedSpan(*other, 3, "other", layer="mark"),
    ]
    async with shown(article, (60, 10)) as (app, _):
        app.view.show(state)
        book = book_of(app)
        found = paint.runs(WrappedLine(0, 8), ViewState(), spans, paint.KindRanges(()))
        ends = [*(run.start for run in found[1:]), 8]
        looks = [
            attributes(book.text(run.bits & ~paint.CURSOR))
            for run, end in zip(found, ends, strict=True)
            for _ in range(run.start, end)
        ]
        inside = range(one[0], one[1] + 1) if at_work else ()
        for place in {*one, *other} - {0}:
            if place not in inside or place in one:
                assert looks[place - 1] != looks[place], place


def test_more_roles_than_colours_take_them_again_but_never_that_of_the_content() -> None:
    found = [role_colours.colour_number(n) for n in range(40)]
    assert found[: role_colours.ROLES] == list(range(role_colours.ROLES))
    assert set(found[role_colours.ROLES :]) == set(range(1, role_colours.ROLES))


@given(
    st.tuples(*[st.integers(0, 255)] * 3).map(lambda c: ColorTriplet(*c)),
    st.tuples(*[st.integers(0, 255)] * 3).map(lambda c: ColorTriplet(*c)),
)
def test_roles_can_be_read_on_any_page(page: ColorTriplet, text: ColorTriplet) -> None:
    best = max(contrast(page, ColorTriplet(*[end] * 3)) for end in (0, 255))
    for colour in role_colours.role_colours(text, (page,)):
        assert contrast(colour, page) >= min(READABLE, best - 0.2)


# The pairs of Sharma, Wu and Dalal (2005), table 1, that try each branch of the formula.
PAIRS = [
    ((50.0, 2.6772, -79.7751), (50.0, 0.0, -82.7485), 2.0425),
    ((50.0, -1.3802, -84.2814), (50.0, 0.0, -82.7485), 1.0000),
    ((50.0, 0.0, 0.0), (50.0, -1.0, 2.0), 2.3669),
    ((50.0, 2.49, -0.001), (50.0, -2.49, 0.0009), 7.1792),
    ((50.0, 2.49, -0.001), (50.0, -2.49, 0.0011), 7.2195),
    ((50.0, -0.001, 2.49), (50.0, 0.0011, -2.49), 4.7461),
    ((50.0, 2.5, 0.0), (50.0, 0.0, -2.5), 4.3065),
    ((50.0, 2.5, 0.0), (73.0, 25.0, -18.0), 27.1492),
    ((60.2574, -34.0099, 36.2677), (60.4626, -34.1751, 39.4387), 1.2644),
    ((22.7233, 20.0904, -46.694), (23.0331, 14.973, -42.5619), 2.0373),
    ((90.8027, -2.0831, 1.441), (91.1528, -1.6435, 0.0447), 1.4441),
    ((2.0776, 0.0795, -1.135), (0.9033, -0.0636, -0.5514), 0.9082),
]


@pytest.mark.parametrize(("one", "other", "said"), PAIRS)
def test_the_difference_is_the_published_one(
    one: role_colours.Lab, other: role_colours.Lab, said: float
) -> None:
    assert role_colours.difference(one, other) == pytest.approx(said, abs=5e-5)
    assert role_colours.difference(other, one) == pytest.approx(said, abs=5e-5)


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
            assert (
                len({str(book.text(bit).color) for bit in (0, MARKS[-1], *ROLES)}) == len(ROLES) + 2
            )


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
        assert not any(look[1] for look in looks.values())  # the text is never dimmed
        for name in ("content", "source", "cue", "role"):
            active = attributes(book.text(TEXTS[name] | paint.ACTIVE))
            assert active not in looks.values()
        for bit in SUGGESTED:
            assert attributes(book.text(bit)) == looks["suggestion"]
            assert attributes(book.text(bit | paint.OFFERED)) != looks["suggestion"]
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
        assert book.text(TEXTS["cue"]).italic
        for bit in SUGGESTED:  # What is only suggested is told from claims by what is under it.
            assert not book.text(bit).underline
            assert book.text(bit).italic
            assert not book.text(bit).dim
            assert book.text(bit | paint.OFFERED).bold
        assert not book.text(MARKS[-1]).underline
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
