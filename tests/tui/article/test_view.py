"""The view on a (headless) screen: what it shows, what it paints again, where it scrolls."""

from __future__ import annotations

from dataclasses import replace

import pytest
from rich.cells import cell_len

from annotator.tui.article import rows as rows_module
from annotator.tui.article.gutter import WIDTH
from annotator.tui.article.state import PaintedSpan, SentenceMark, SpanSet, ViewState
from tests.tui.article.build import (
    make_article,
    many_sentences,
    sentence_at,
    span,
    token_at,
)
from tests.tui.article.demo import showpiece
from tests.tui.article.screen import CountingView, shown
from tests.tui.article.strategies import FAMILY, PIECES
from tests.tui.article.test_safe import dangerous


def at(text: str, words: str) -> ViewState:
    """A state with the cursor on the first word of `words`."""
    article = make_article(text)
    offset = text.index(words)
    return ViewState(cursor=token_at(article, offset), sentence=sentence_at(article, offset))


async def test_the_screen_at_80_by_24() -> None:
    article, state = showpiece()
    async with shown(article) as (app, _):
        app.view.show(state)
        rows = [row.rstrip() for row in app.view.text_rows()]
    assert rows[:18] == [
        " ✓      Minister denies cutting the number",
        "",
        " ✓      By Ana Prieto",
        "",
        " ✓1f╭   The finance minister said on Tuesday that the plan would cut emissions",
        "!✓  ╰   by half. Critics called the figure “invented”.",
        "",
        " ✓4a╭   The ministry, according to two people familiar with the talks, has no",
        " · ?╰[  study to support it. “We never wrote that number,” a spokesperson",
        "▶·2?  ┏ said. “It was, if anything, a hope,” she added, “and hopes are not",
        "┊     ┗ plans.”",
        "",
        "        A crowd outside the ministry in March. Photo: Lena Okafor",
        "",
        "!·9n╭   Those networks, he said, were positioning themselves for a long",
        " · l╰   winter. Officials insisted that the outrageous scheme was legal;",
        "  4f[╭╭ researchers said leaked documents showed that companies had boasted of",
        " ·   ╰╰ it. Farmers protested on Monday.",
    ]


async def test_brackets_move_no_text() -> None:
    article, state = showpiece()
    async with shown(article) as (app, _):
        app.view.show(state)
        plain = app.view.text_rows()
        app.view.show(replace(state, brackets=True))
        bracketed = app.view.text_rows()
    assert [row.rstrip() for row in bracketed[9:11]] == [
        "▶·2?  ┏ said.‹“It was, if anything, a hope,”|she|added,‹“and hopes are not",
        "┊     ┗ plans.”›",
    ]
    for before, after in zip(plain, bracketed, strict=True):
        assert all(a == b or a == " " for a, b in zip(before, after, strict=True))


async def test_claims_over_paragraphs_keep_their_lane_in_the_blank_row() -> None:
    text = "One “never ends\nand goes on” here.\nLast."
    claim = PaintedSpan(4, 28, 0, "a", key="2f")
    async with shown(make_article(text), (40, 10)) as (app, _):
        app.view.show(ViewState(spans=SpanSet([claim])))
        rows = [row.rstrip() for row in app.view.text_rows()]
    assert rows[:5] == [
        "  2f╭   One “never ends",
        "    ┆",
        "    ╰   and goes on” here.",
        "",
        "        Last.",
    ]


@pytest.mark.parametrize("simplify", [False, True])
async def test_nothing_raw_reaches_the_terminal(simplify: bool) -> None:
    text = "\n".join(
        "".join(PIECES[n:] + PIECES[:n]).replace("\n", " ") for n in range(len(PIECES))
    )
    article = make_article(text)
    spans = [PaintedSpan(n, n + 5, 0, f"o{n}", key="\x1b]0;x\x07") for n in range(0, 900, 7)]
    state = ViewState(spans=SpanSet(spans), selection=(40, 90), brackets=True)
    async with shown(article, (60, 40), simplify=simplify) as (app, pilot):
        app.view.show(state)
        for _ in range(12):
            for y in range(app.view.scrollable_size.height):
                strip = app.view.render_line(y)
                for segment in strip:
                    assert segment.control is None
                    assert not any(dangerous(ch) for ch in segment.text), ascii(segment.text)
                # Textual lays out by this sum; if it were wrong the screen would be torn.
                assert sum(cell_len(s.text) for s in strip) == strip.cell_length == 59
                for escape in strip.render(app.console).split("\x1b")[1:]:
                    assert escape[0] == "["
                    assert set(escape[1 : escape.index("m")]) <= set("0123456789;")
            app.view.page(1)
            await pilot.pause()


# Painting again


async def drawn_by(app_view: CountingView, pause: object, state: ViewState) -> list[int]:
    app_view.drawn.clear()
    app_view.show(state)
    await pause()  # type: ignore[operator]
    return sorted(app_view.drawn)


@pytest.mark.parametrize("sentences", [60, 20_000])
async def test_only_the_lines_that_differ_are_painted(sentences: int) -> None:
    article = make_article(many_sentences(sentences))
    text, all_sentences = article.text, article.layout.sentences

    def state_of(number: int) -> ViewState:
        s = all_sentences[number]
        return ViewState(cursor=(s.start, s.start + 3), sentence=(s.start, s.end))

    async with shown(article, (80, 24)) as (app, pilot):
        view = app.view
        await drawn_by(view, pilot.pause, state_of(0))
        rows = {n: {view.line_of(o) for o in range(*all_sentences[n][:2])} for n in range(4)}
        layouts = app.layouts

        # To the next sentence: the lines of both.
        drawn = await drawn_by(view, pilot.pause, state_of(1))
        assert drawn == sorted(rows[0] | rows[1])
        # To the next token of the sentence: its line.
        second = replace(
            state_of(1), cursor=(all_sentences[1].start + 4, all_sentences[1].start + 8)
        )
        assert await drawn_by(view, pilot.pause, second) == [min(rows[1])]
        # Nothing changed: nothing, even for equal but other objects.
        assert await drawn_by(view, pilot.pause, replace(second, marks={}, spans=SpanSet())) == []
        # A label: where the claim is.
        claim = span(text, "day 1", "content", "c", key="2f", after=all_sentences[1].start)
        labelled = replace(second, spans=SpanSet([claim]))
        row = view.line_of(claim.start)
        assert await drawn_by(view, pilot.pause, labelled) == [row]
        # Active: the same line again; a key of another claim: only that one.
        active = replace(labelled, spans=SpanSet([replace(claim, active=True)]))
        assert await drawn_by(view, pilot.pause, active) == [row]
        # A mark: one line.
        marked = replace(active, marks={2: SentenceMark(reviewed=True)})
        assert await drawn_by(view, pilot.pause, marked) == [min(rows[2])]
        # Something out of view: nothing.
        far = replace(marked, marks={**marked.marks, 50: SentenceMark(flagged=True)})
        assert await drawn_by(view, pilot.pause, far) == []
        # A search.
        hit = text.index("day 3")
        hits = ((hit, hit + 5),)
        assert await drawn_by(view, pilot.pause, replace(far, hits=hits)) == [view.line_of(hit)]
        assert app.layouts == layouts, "a key must not cost a layout pass"


async def test_what_is_painted_is_what_the_state_says() -> None:
    """After any walk the screen is the same as one painted from nothing."""
    article, state = showpiece()
    tokens = list(zip(article.layout.token_starts, article.layout.token_ends, strict=True))
    async with shown(article, (50, 16)) as (app, pilot):
        view = app.view
        for number in range(0, len(tokens), 3):
            cursor = tokens[number]
            every = list(state.spans)
            spans = SpanSet(
                replace(s, active=s.start <= cursor[0] < s.end, key=str(number % 10))
                for s in every[: number % len(every)]
            )
            here = replace(
                state, cursor=cursor, sentence=sentence_at(article, cursor[0]), spans=spans
            )
            view.show(here)
            view.reveal(*here.sentence)
            await pilot.pause()
            kept = [view._styles_cache._cache.get(y) for y in range(16)]
            view.drawn.clear()
            fresh = CountingView.render_line
            for y in range(16):
                strip = kept[y]
                assert strip is not None
                assert [(s.text, s.style) for s in strip.crop(0, 49)] == [
                    (s.text, s.style) for s in fresh(view, y)
                ]


async def test_another_theme_draws_everything_anew() -> None:
    article, state = showpiece()
    async with shown(article) as (app, pilot):
        app.view.show(state)
        await pilot.pause()
        before = app.view.render_line(9)
        app.theme = "textual-light"
        await pilot.pause()
        after = app.view.render_line(9)
    assert before.text == after.text
    assert [s.style for s in before] != [s.style for s in after]


# Scrolling


async def test_reveal_scrolls_by_the_least_and_keeps_a_margin() -> None:
    article = make_article("\n".join(f"Paragraph {n}." for n in range(50)))
    starts = [p.start for p in article.layout.paragraphs]
    async with shown(article, (40, 11)) as (app, pilot):
        view = app.view
        view.reveal(starts[4], starts[4] + 1)  # row 8, the last that leaves two below
        assert view.scroll_offset.y == 0
        view.reveal(starts[5], starts[5] + 1)  # row 10
        await pilot.pause()
        assert view.scroll_offset.y == 2
        view.reveal(starts[2], starts[2] + 1)  # row 4
        assert view.scroll_offset.y == 2
        view.reveal(starts[1], starts[1] + 1)  # row 2
        assert view.scroll_offset.y == 0
        view.reveal(starts[49], starts[49] + 1)
        assert view.scroll_offset.y == 99 - 11
        view.reveal(starts[0], starts[0] + 1)
        assert view.scroll_offset.y == 0
        view.reveal(starts[5], starts[5] + 1, step=6)
        assert view.scroll_offset.y == 6
        view.reveal(starts[20], starts[49])  # taller than the view: its start
        assert view.scroll_offset.y == 38


async def test_centre_puts_the_cursor_in_the_middle() -> None:
    text = "\n".join(f"Paragraph {n}." for n in range(50))
    async with shown(make_article(text), (40, 11)) as (app, pilot):
        app.view.show(at(text, "Paragraph 20"))
        app.view.centre()
        await pilot.pause()
        assert app.view.text_rows()[5].strip() == "▶       Paragraph 20."


async def test_what_is_asked_before_the_first_size_is_done_then() -> None:
    text = "\n".join(f"Paragraph {n}." for n in range(50))
    article = make_article(text)
    view = CountingView()
    view.set_article(article)
    view.show(at(text, "Paragraph 30"))
    view.reveal(*at(text, "Paragraph 30").sentence)
    assert view.line_of(100) == 0
    async with shown(article, (40, 11)) as (app, pilot):
        await app.view.remove()
        await app.mount(view)
        await pilot.pause()
        assert view.text_rows()[8].strip() == "▶       Paragraph 30."
        view.set_article(article)
        view.show(at(text, "Paragraph 40"))
        view.centre()
        await pilot.pause()
        assert view.text_rows()[5].strip() == "▶       Paragraph 40."


async def test_pages_land_in_the_row_where_the_cursor_was() -> None:
    text = "\n".join(f"Paragraph {n}." for n in range(50))
    article = make_article(text)
    starts = [p.start for p in article.layout.paragraphs]
    async with shown(article, (40, 12)) as (app, pilot):
        view = app.view
        view.show(at(text, "Paragraph 1."))
        landed = view.page(1)
        await pilot.pause()
        assert (view.scroll_offset.y, landed) == (10, starts[6])
        # The cursor was left behind, out of view: near the top.
        assert view.page(-1) == starts[1]
        assert view.scroll_offset.y == 0
        assert view.page(-1) == starts[0]
        for _ in range(12):
            landed = view.page(1)
        assert landed == starts[49]


async def test_the_wheel_scrolls_and_moves_nothing_else() -> None:
    text = many_sentences(60)
    async with shown(make_article(text), (60, 15)) as (app, pilot):
        app.view.show(at(text, "A spokesperson"))
        await pilot._post_mouse_events([_wheel_event()], app.view, (20, 5), button=0)
        await pilot.pause()
        assert app.view.scroll_offset.y > 0
        assert app.heard == []
        assert app.view.focus_offset == text.index("A spokesperson")


def _wheel_event() -> type:
    from textual.events import MouseScrollDown

    return MouseScrollDown


@pytest.mark.parametrize("sentences", [200, 3_000])
async def test_a_resize_keeps_the_cursor_where_it_is(sentences: int) -> None:
    text = many_sentences(sentences)
    words = f"on day {sentences // 2} that"
    async with shown(make_article(text), (100, 30)) as (app, pilot):
        view = app.view
        state = at(text, words)
        view.show(state)
        view.centre()
        await pilot.pause()

        def row() -> int:
            return view.line_of(state.cursor[0]) - view.scroll_offset.y

        assert row() == 15
        for width in (60, 100, 41):
            await pilot.resize_terminal(width, 30)
            await pilot.pause()
            assert row() == 15
            assert view.text_rows()[15].startswith("▶") or "┊" in view.text_rows()[15][0]
        await pilot.resize_terminal(41, 10)
        await pilot.pause()
        assert 0 <= row() < 10
        view.scroll_to(y=0, animate=False)  # the cursor is out of view: the top line stays
        await pilot.pause()
        first = view.text_rows()[0]
        await pilot.resize_terminal(41, 30)
        await pilot.pause()
        assert view.text_rows()[0] == first


async def test_a_large_text_is_wrapped_while_nobody_looks_and_nothing_moves(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(rows_module, "_IDLE_PAUSE", 3600.0)  # the slices are called here
    text = many_sentences(6_000)
    state = at(text, "on day 4000 that")
    async with shown(make_article(text), (61, 20)) as (app, pilot):
        view = app.view
        view.show(state)
        view.reveal(*state.sentence)
        await pilot.pause()
        rows = view.text_rows()
        assert any(row.startswith("▶") for row in rows)
        top, layouts, slices = view.scroll_offset.y, app.layouts, 0
        view.drawn.clear()
        while view._idle is not None:
            view._idle.stop()
            view._settle_slice()
            await pilot.pause()
            slices += 1
            assert view.text_rows() == rows
        assert slices > 5
        assert view.scroll_offset.y != top, "the estimates were exact: the test shows nothing"
        assert view.drawn == []
        assert app.layouts == layouts
        assert view.vertical_scrollbar.window_virtual_size == view.virtual_size.height
        last = len(text) - 1
        view.reveal(last, last + 1)
        await pilot.pause()
        assert view.text_rows()[-1].rstrip().endswith("as we promised.”")


async def test_wrapping_goes_on_by_itself() -> None:
    text = many_sentences(2_500)
    async with shown(make_article(text), (61, 20)) as (app, pilot):
        for _ in range(200):
            if app.view._idle is None:
                break
            await pilot.pause(0.02)
        rows = app.view.fit()
        assert rows is not None
        assert rows.exact


async def test_the_end_of_a_large_text_can_be_reached_at_once() -> None:
    text = many_sentences(6_000)
    async with shown(make_article(text), (61, 20)) as (app, pilot):
        end = len(text)
        app.view.reveal(end - 1, end)
        await pilot.pause()
        shown_rows = "".join(row.strip() for row in app.view.text_rows())
        assert "day 5999" in shown_rows


# Emoji, right-to-left, empty articles


async def test_emoji_can_be_simplified() -> None:
    text = f"The {FAMILY} family."
    for simplify, drawn in ((False, FAMILY), (True, "\U0001f469")):
        async with shown(make_article(text), (40, 5), simplify=simplify) as (app, _):
            assert app.view.text_rows()[0].strip() == f"The {drawn} family."
            assert app.view.offset_at(WIDTH + 7, 0) == text.index("family")


async def test_the_share_of_right_to_left_letters() -> None:
    for text, share in (
        ("plain", 0.0),
        ("naïve", 0.0),
        ("שלום", 1.0),
        ("abc שלמ", 0.5),
        ("12 — 3", 0.0),
        ("\u0645\u06cc\u200c\u062e\u0648", 1.0),
    ):
        async with shown(make_article(text), (40, 5)) as (app, _):
            assert app.view.rtl_share == share


@pytest.mark.parametrize("text", ["", "\n\n", "x"])
async def test_tiny_articles(text: str) -> None:
    async with shown(make_article(text), (40, 5)) as (app, pilot):
        view = app.view
        view.show(ViewState(marks={0: SentenceMark(flagged=True)}))
        view.reveal(0, 1)
        view.centre()
        assert view.page(1) == 0
        assert view.line_of(0) == 0
        await pilot.click(CountingView, offset=(20, 3))
        await pilot.click(CountingView, offset=(1, 3))
        assert app.heard == []


async def test_a_tiny_screen_does_no_harm() -> None:
    article, state = showpiece()
    async with shown(article, (6, 1)) as (app, pilot):
        app.view.show(state)
        app.view.reveal(*state.sentence)
        app.view.page(1)
        await pilot.pause()
        assert len(app.view.text_rows()) == 1
