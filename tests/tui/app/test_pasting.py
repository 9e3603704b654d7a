"""Pasted text: whole where text is asked for, no commands elsewhere, and never mere typing."""

from __future__ import annotations

import re
import time
from collections.abc import Iterable, Sequence

import pytest
from hypothesis import given
from hypothesis import strategies as st
from textual import events
from textual._xterm_parser import XTermParser
from textual.message import Message

from annotator.session.actions import ACTIONS
from annotator.session.commands import Do
from annotator.tui.annotate.screen import AnnotateScreen
from annotator.tui.dialogs.entry import TextEntry
from annotator.tui.dialogs.palette import Palette
from annotator.tui.keymap import key_character, key_name
from annotator.tui.terminal.pasting import Burst, PasteParser, is_paste, one_line
from tests.tui.app.conftest import Opened, app_of

LINES = "First line of the note,\nsecond one;\r\n\tand the third."
FOLDED = "First line of the note, second one; and the third."

# ------------------------------------------------------------------------------ telling a paste


def heard(parser: XTermParser, reads: Iterable[str]) -> list[Message]:
    """What a parser makes of some reads that follow each other at once, and of silence then."""
    found: list[Message] = []
    for read in reads:
        found += parser.feed(read)
        found += parser.tick()
    time.sleep(0.11)
    return [*found, *parser.tick()]


def told(messages: Sequence[Message]) -> list[tuple[str, str]]:
    """The messages as plain values."""
    out = []
    for message in messages:
        if isinstance(message, events.Key):
            out.append(("key", message.key))
        elif isinstance(message, events.Paste):
            out.append((type(message).__name__, message.text))
        else:
            out.append((type(message).__name__, ""))
    return out


@pytest.mark.parametrize("text", [
    "The minister said on Monday that she knew.\rNothing was done.\r",
    "hello world", "a line of words\r", "Ana Ruiz, 43", "https://example.org/a/b",
    "据外交部发言人周一表示会谈将于下周继续进行", "x = 3; y = 4\r" * 400,
])  # fmt: skip
def test_an_unmarked_paste_is_one_thing(text: str) -> None:
    assert told(heard(PasteParser(), [text])) == [("Burst", text)]


def test_a_long_paste_in_several_reads_is_one_thing() -> None:
    text = "A word and a word more.\r" * 600
    reads = [text[i : i + 4096] for i in range(0, len(text), 4096)]
    assert told(heard(PasteParser(), [*reads, "q"])) == [("Burst", text + "q")]


@pytest.mark.parametrize("keys", [
    "j" * 200, "jjjjjjjkkkkkkk", "t31t42", "lWlvlqlvllllea", " " * 40, "cnote\r", "hj" * 9,
])  # fmt: skip
def test_held_keys_and_a_handful_are_keys(keys: str) -> None:
    assert {kind for kind, _ in told(heard(PasteParser(), [keys]))} == {"key"}


KEYS = [
    *{key_character(k) for a in ACTIONS for k in a.keys if len(key_character(k)) == 1},
    *("\x1b[A", "\x1b[B", "\x1b[18~", "\x1b[3~", "\x1b[1;5B", "\x1bOP", "\r", "\t", "\x7f", "\x11"),
    *("\x1b[<35;42;10M", "\x1b[<0;142;10m", "\x1b[I", "\x1b[O", "\x1b[?2026;2$y"),
]


@given(st.lists(st.sampled_from(KEYS), max_size=60))
def test_one_by_one_nothing_is_taken_for_a_paste(keys: list[str]) -> None:
    """Whatever a hand types, and the mouse and the terminal tell in between."""
    ours, textual = PasteParser(), XTermParser()
    for key in keys:
        assert told([*ours.feed(key)]) == told([*textual.feed(key)])


@given(st.lists(st.sampled_from(KEYS[-15:]), max_size=40), st.integers(1, 9))
def test_sequences_cut_anywhere_are_what_they_were(keys: list[str], size: int) -> None:
    data = "".join(keys)
    reads = [data[i : i + size] for i in range(0, len(data), size)]
    ours, textual = PasteParser(), XTermParser()
    for read in reads:
        assert told([*ours.feed(read)]) == told([*textual.feed(read)])


@given(st.text(st.characters(exclude_characters="\x1b\x00"), min_size=1), st.integers(1, 30))
def test_a_marked_paste_stays_a_paste_however_it_is_cut(text: str, size: int) -> None:
    data = f"\x1b[200~{text}\x1b[201~"
    parser = PasteParser()
    messages = [m for i in range(0, len(data), size) for m in parser.feed(data[i : i + size])]
    assert told(messages) == [("Paste", text)]


@given(
    st.text(st.sampled_from("ab 12[0;mOM\x1b~?<\u202e"), min_size=1, max_size=60),
    st.integers(1, 80),
    st.booleans(),
)
def test_no_escape_sequence_in_a_marked_paste_makes_keys_of_it(
    text: str, size: int, slow: bool
) -> None:
    """What is copied from a terminal has colours in it; a read may end anywhere in them."""
    while (clean := re.sub(r"\x1b\[20[01]~", "", text)) != text:
        text = clean
    data = f"\x1b[200~{text}\x1b[201~"
    parser = PasteParser()
    found: list[Message] = []
    for i in range(0, len(data), size):
        if slow and i > 6:  # the mark itself comes at once
            parser._last -= 1
        found += [*parser.feed(data[i : i + size]), *parser.tick()]
    assert [m.text for m in found if isinstance(m, events.Paste)] == [text.replace("\x1b", "␛")]
    assert len(found) == 1


def test_keys_after_a_marked_paste_are_keys() -> None:
    found = told(heard(PasteParser(), ["\x1b[200~a b c", " d e f\x1b[201~jk", "l"]))
    assert found == [("Paste", "a b c d e f"), ("key", "j"), ("key", "k"), ("key", "l")]


@given(st.text())
def test_one_line_keeps_every_word_and_no_control(text: str) -> None:
    line = one_line(text)
    assert not set(line) & {chr(c) for c in (*range(0x20), *range(0x7F, 0xA0))}
    plain = [w for w in text.split() if w.isprintable()]
    assert all(w in line for w in plain)
    assert not is_paste("")


# ------------------------------------------------------------------------------ on the screen


async def test_several_lines_are_kept_in_an_entry(opened: Opened) -> None:
    async with opened() as pilot:
        app = app_of(pilot)
        await pilot.press("e", "c")
        app.post_message(events.Paste(LINES))
        await pilot.pause()
        entry = app.screen_annotate.overlay
        assert isinstance(entry, TextEntry)
        assert entry.line.text == FOLDED
        await pilot.press("left", "!")
        app.post_message(Burst("and\rmore\r"))
        await pilot.pause()
        assert app.screen_annotate.overlay is None
        (claim,) = app.project.annotations()
        assert claim.note == FOLDED[:-1] + "!and more."


@pytest.mark.parametrize("before", ["", "f10", "percent_sign"])
async def test_elsewhere_it_does_nothing_and_that_is_said(opened: Opened, before: str) -> None:
    async with opened() as pilot:
        app = app_of(pilot)
        await pilot.press("e", *before.split())
        screen, known = app.screen, app.project.annotations()
        for text in (events.Paste(LINES), Burst(LINES)):
            app.post_message(text)
            await pilot.pause()
        assert app.screen is screen
        assert app.project.annotations() == known
        assert ["ignored" in n.title for n in app._notifications] == [True, True]


async def test_the_palette_takes_all_of_it_too(opened: Opened) -> None:
    async with opened() as pilot:
        app = app_of(pilot)
        await pilot.press("colon")
        await pilot.pause()
        app.post_message(events.Paste("next\n\x1b]0;x\x07sentence"))
        await pilot.pause()
        palette = app.screen_annotate.overlay
        assert isinstance(palette, Palette)
        assert palette.typed == "next ␛]0;x␇sentence"
        assert "next ␛]0;x␇sentence" in palette.plain()
        app.post_message(events.Paste("x" * 10))
        await pilot.press("escape", "colon")
        app.post_message(Burst("remove the claim\n"))
        await pilot.pause()
        assert app.screen_annotate.overlay is None


@pytest.mark.parametrize("size", [(40, 10), (59, 24), (80, 13)])
async def test_a_screen_that_is_too_small_hears_nothing_but_quit(
    opened: Opened, size: tuple[int, int]
) -> None:
    async with opened(size=(80, 24)) as pilot:
        app = app_of(pilot)
        await pilot.press("e", "t")
        known = app.project.annotations()
        await pilot.resize_terminal(*size)
        await pilot.pause()
        for action in ACTIONS:
            if action.context == "article" and action.id != "app.quit":
                await pilot.press(*map(key_name, action.keys))
        await pilot.press(*"0123456789eqwpofads")
        assert isinstance(app.screen, AnnotateScreen)
        assert app.project.annotations() == known
        small = app.screen.query_one("#small").plain()  # type: ignore[attr-defined]
        assert "too small" in small
        assert "Ctrl+q" in small
        await pilot.resize_terminal(80, 24)
        await pilot.press("escape", "f")
        assert app.project.annotations() != known
        await pilot.resize_terminal(*size)
        await pilot.press("ctrl+q")
        assert app.leaving


@pytest.mark.parametrize("size", [(40, 10), (59, 24), (80, 13)])
@pytest.mark.parametrize(
    "opening",
    [(":", *"undo"), (":", *"remove the claim"), ("c", *"a note"), ("t",), ("f10",)],
    ids=["undo", "remove", "note", "labels", "list"],
)
async def test_a_dialog_over_a_screen_that_is_too_small_hears_nothing_either(
    opened: Opened, size: tuple[int, int], opening: tuple[str, ...]
) -> None:
    async with opened(size=(80, 24)) as pilot:
        app = app_of(pilot)
        await pilot.press("e", "f", *(key_name(key) for key in opening))
        await pilot.pause(0.2)
        known, top = app.project.annotations(), app.screen
        assert known
        await pilot.resize_terminal(*size)
        await pilot.pause()
        await pilot.press("enter", "1", "escape", "f2", "f3", "x")
        await pilot.pause()
        app.screen_annotate.do(Do("claim.undo"))  # as a click in the palette does
        assert app.project.annotations() == known
        assert app.screen is top
        assert any("too small" in told.title for told in app._notifications)
        await pilot.press("ctrl+q")
        assert app.leaving
