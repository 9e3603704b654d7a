"""The mouse: hit tests through graphemes, clicks, drags, the gutter."""

from __future__ import annotations

import pytest
from rich.cells import cell_len
from textual import events
from textual.pilot import Pilot

from annotator.tui.article.cells import clusters
from annotator.tui.article.gutter import WIDTH
from annotator.tui.article.pointing import Dragged, GutterPicked, Pointed, WordPicked
from annotator.tui.article.state import PaintedSpan, SpanSet, ViewState
from tests.tui.article.build import make_article, many_sentences
from tests.tui.article.screen import CountingView, ViewApp, shown
from tests.tui.article.strategies import FAMILY, PIECES

MIXED = f"A {FAMILY} fam\u0301ily\tsaid 東京の新しい fini\u0301 \x1b[0m end."


def cell_of(text: str, words: str) -> int:
    """The first cell of `words` in a one-line article, gutter included."""
    before = clusters(text, 0, text.index(words))
    return WIDTH + sum(cluster.width for cluster in before)


@pytest.mark.parametrize(
    "words",
    [
        "A",
        FAMILY,
        "fam",
        "m\u0301",
        "ily",
        "\t",
        "said",
        "東",
        "新",
        "fini",
        "i\u0301",
        "\x1b",
        "end",
    ],
)
async def test_a_cell_leads_to_its_grapheme(words: str) -> None:
    async with shown(make_article(MIXED)) as (app, _):
        cell = cell_of(MIXED, words)
        assert app.view.offset_at(cell, 0) == MIXED.index(words)
        if cell_len(words[0]) == 2:
            assert app.view.offset_at(cell + 1, 0) == MIXED.index(words)


async def test_every_cell_of_hard_lines_leads_to_what_is_drawn_there() -> None:
    text = "".join(PIECES).replace("\n", " ") * 3
    article = make_article(text)
    async with shown(article, (50, 30)) as (app, _):
        rows = app.view.text_rows()
        for y, row in enumerate(rows):
            shown_text = row[WIDTH:].rstrip()
            found = [app.view.offset_at(x, y) for x in range(WIDTH, WIDTH + cell_len(shown_text))]
            assert None not in found
            drawn = {c.start: c.drawn for c in clusters(text, 0, len(text))}
            assert "".join(drawn[o] for o in dict.fromkeys(o for o in found if o is not None)) == (
                shown_text
            )


async def test_where_nothing_is_nothing_is_found() -> None:
    async with shown(make_article("One.\nTwo."), (40, 10)) as (app, _):
        view = app.view
        assert view.offset_at(WIDTH - 1, 0) is None
        assert view.offset_at(WIDTH, 1) is None
        assert view.offset_at(WIDTH, 3) is None
        assert view.offset_at(WIDTH, -1) is None
        assert view.offset_at(WIDTH, 99) is None
        assert view.offset_at(WIDTH + 30, 0) == 3  # right of the line: its last character
        assert view.offset_at(WIDTH, 2) == 5


async def test_clicks() -> None:
    async with shown(make_article(MIXED)) as (app, pilot):
        said = cell_of(MIXED, "said")
        await pilot.click(CountingView, offset=(said, 0))
        assert app.heard == [Pointed(MIXED.index("said"), False)]
        app.heard.clear()
        await pilot.click(CountingView, offset=(said + 1, 0), shift=True)
        assert app.heard == [Pointed(MIXED.index("said") + 1, True)]
        app.heard.clear()
        await pilot.double_click(CountingView, offset=(cell_of(MIXED, "新"), 0))
        offset = MIXED.index("新")
        assert app.heard == [Pointed(offset, False), WordPicked(offset)]
        app.heard.clear()
        await pilot.click(CountingView, offset=(said, 0), button=3)
        await pilot.click(CountingView, offset=(said, 5))
        assert app.heard == []


def post(app: ViewApp, kind: type[events.MouseEvent], x: int, y: int) -> None:
    """Send what a driver sends, so that the app makes clicks of it as it does in a terminal."""
    button = 0 if kind is events.MouseMove else 1
    app.post_message(kind(None, x, y, 0, 0, button, False, False, False, x, y))


async def drag(
    app: ViewApp, pilot: Pilot[None], start: tuple[int, int], *stops: tuple[int, int]
) -> None:
    post(app, events.MouseDown, *start)
    await pilot.pause()
    for stop in stops:
        post(app, events.MouseMove, *stop)
        await pilot.pause()
    post(app, events.MouseUp, *stops[-1])
    await pilot.pause()


def ends(app: ViewApp) -> tuple[int, int]:
    last = app.heard[-1]
    assert isinstance(last, Dragged)
    assert last.done
    assert all(isinstance(m, Dragged) and not m.done for m in app.heard[:-1])
    return last.anchor, last.head


async def test_a_drag_takes_in_the_graphemes_at_both_ends() -> None:
    async with shown(make_article(MIXED)) as (app, pilot):
        family, said = cell_of(MIXED, FAMILY), cell_of(MIXED, "said")
        await drag(app, pilot, (family + 1, 0), (said, 0), (said + 3, 0))
        assert MIXED[slice(*ends(app))] == f"{FAMILY} fam\u0301ily\tsaid"
        app.heard.clear()
        await drag(app, pilot, (said + 3, 0), (family + 1, 0))
        anchor, head = ends(app)
        assert MIXED[head:anchor] == f"{FAMILY} fam\u0301ily\tsaid"
        app.heard.clear()
        # Into the gutter and beyond the end of the line.
        await drag(app, pilot, (said, 0), (0, 0))
        assert ends(app) == (MIXED.index("said") + 1, 0)
        app.heard.clear()
        await drag(app, pilot, (said, 0), (79, 0))
        assert ends(app) == (MIXED.index("said"), len(MIXED))


async def test_a_drag_over_a_blank_row_ends_with_the_line_above() -> None:
    text = "One two.\nThree."
    async with shown(make_article(text), (40, 10)) as (app, pilot):
        await drag(app, pilot, (WIDTH + 4, 0), (WIDTH + 2, 1))
        assert ends(app) == (4, 8)
        app.heard.clear()
        await drag(app, pilot, (WIDTH + 4, 0), (WIDTH + 1, 2), (WIDTH + 20, 8))
        assert ends(app) == (4, len(text))


async def test_a_click_that_shakes_within_one_grapheme_is_a_click() -> None:
    async with shown(make_article(MIXED)) as (app, pilot):
        family = cell_of(MIXED, FAMILY)
        await drag(app, pilot, (family, 0), (family + 1, 0))
        assert app.heard == [Pointed(MIXED.index(FAMILY), False)]
        app.heard.clear()
        await drag(app, pilot, (family, 0), (family + 4, 0))
        assert not any(isinstance(m, Pointed) for m in app.heard)
        app.heard.clear()
        await drag(app, pilot, (family, 0), (family + 4, 0), (family, 0))
        assert isinstance(app.heard[-1], Dragged)  # there and back again is a drag of one
        assert app.heard[-1].done


async def test_a_drag_that_starts_in_the_gutter_is_none() -> None:
    async with shown(make_article(MIXED)) as (app, pilot):
        await drag(app, pilot, (1, 0), (20, 0))
        assert not any(isinstance(m, Dragged) for m in app.heard)


async def test_dragging_beyond_the_edge_scrolls() -> None:
    text = many_sentences(200)
    async with shown(make_article(text), (60, 12)) as (app, pilot):
        view = app.view
        view.styles.margin = (3, 0, 0, 0)
        await pilot.pause()
        post(app, events.MouseDown, 20, 5)
        await pilot.pause()  # the app must hear that the view holds the mouse
        post(app, events.MouseMove, 20, 0)
        await pilot.pause(0.2)
        assert view.scroll_offset.y == 0
        view.scroll_to(y=50, animate=False)
        await pilot.pause(0.3)
        assert view.scroll_offset.y < 50
        first = app.heard[-1]
        await pilot.pause(0.2)
        later = app.heard[-1]
        assert isinstance(first, Dragged)
        assert isinstance(later, Dragged)
        assert later.head < first.head
        post(app, events.MouseUp, 20, 0)
        await pilot.pause()
        stopped = view.scroll_offset.y
        await pilot.pause(0.2)
        assert view.scroll_offset.y == stopped
        last = app.heard[-1]
        assert isinstance(last, Dragged)
        assert last.done
        assert app.mouse_captured is None


async def test_the_gutter() -> None:
    text = "First one. Then two.\nA third “quote” follows here.\nFourth."
    spans = [
        PaintedSpan(text.index("Then"), text.index("follows"), 0, "a", key="2f"),
        PaintedSpan(text.index("third"), text.index("here"), 0, "b", key="?"),
    ]
    async with shown(make_article(text), (40, 10)) as (app, pilot):
        app.view.show(ViewState(spans=SpanSet(spans)))
        await pilot.pause()

        async def picked(x: int, y: int) -> GutterPicked:
            app.heard.clear()
            await pilot.click(CountingView, offset=(x, y))
            assert len(app.heard) == 1
            message = app.heard[0]
            assert isinstance(message, GutterPicked)
            return message

        assert await picked(3, 0) == GutterPicked(0, "a")  # its key
        assert await picked(4, 0) == GutterPicked(0, "a")  # its lane
        assert await picked(1, 0) == GutterPicked(0, None)
        assert await picked(4, 1) == GutterPicked(2, "a")  # the lane in a blank row
        assert await picked(3, 2) == GutterPicked(2, "b")
        assert await picked(5, 2) == GutterPicked(2, "b")
        assert await picked(4, 2) == GutterPicked(2, "a")
        assert await picked(4, 4) == GutterPicked(3, None)
        app.heard.clear()
        await pilot.click(CountingView, offset=(2, 8))
        assert app.heard == []


async def test_a_line_that_goes_on_belongs_to_its_sentence() -> None:
    text = "Short. " + "This sentence is long and goes on and on over several lines of text."
    async with shown(make_article(text), (40, 10)) as (app, pilot):
        await pilot.click(CountingView, offset=(0, 1))
        assert app.heard == [GutterPicked(1, None)]


async def test_where_padding_is_the_hit_test_still_holds() -> None:
    async with shown(make_article("One two.")) as (app, pilot):
        app.view.styles.padding = (1, 2)
        await pilot.pause()
        await pilot.click(CountingView, offset=(WIDTH + 2 + 4, 1))
        assert app.heard == [Pointed(4, False)]
