"""Keyboards of other scripts: by position where the terminal tells it, a preset, or a word."""

from __future__ import annotations

import os
import time
from collections.abc import Iterator

import pytest
from textual import events
from textual._xterm_parser import XTermParser

from annotator.cli.settings import parse_settings
from annotator.domain.errors import AnnotatorError
from annotator.domain.scheme import DEFAULT_SCHEME
from annotator.domain.scheme_file import parse_scheme
from annotator.session.actions import ACTIONS
from annotator.session.commands import Do, GiveLabel, GiveRole
from annotator.tui.keyboard import LAYOUTS, TOLD, foreign_letter
from annotator.tui.keymap import Keymap, key_name
from annotator.tui.options import ScreenOptions, options_from
from annotator.tui.terminal.positions import PositionParser
from tests.tui.app.conftest import Opened, app_of
from tests.tui.app.test_compat import started, unix

SCHEME = parse_scheme(DEFAULT_SCHEME.read_text(encoding="utf-8"), {})


@pytest.fixture(autouse=True)
def nothing_told() -> Iterator[None]:
    TOLD.clear()
    yield
    TOLD.clear()


# What kitty 0.39 sends, by its protocol with flags 29, from a Russian, Greek and French keyboard.
RECORDED = [
    ("\x1b[1086::106;;1086u", "о", "о", {"о": "j"}),
    ("\x1b[1089:1057:99;2;1057u", "С", "С", {"С": "C"}),
    ("\x1b[1078::59;;1078u", "ж", "ж", {"ж": ";"}),
    ("\x1b[1078:1046:59;2;1046u", "Ж", "Ж", {"Ж": ":"}),
    ("\x1b[1088::104;5u", "ctrl+р", None, {"р": "h"}),
    ("\x1b[51:8470:51;2;8470u", "numero_sign", "№", {"numero_sign": "#"}),
    ("\x1b[962::119;;962u", "ς", "ς", {"ς": "w"}),
    ("\x1b[233:50:50;;233u", "é", "é", {"é": "2"}),
    ("\x1b[97:65:113;2;65u", "A", "A", {}),
    ("\x1b[106;;106u", "j", "j", {}),
    ("\x1b[106:74;2;74u", "J", "J", {}),
    ("\x1b[13u", "enter", "\r", {}),
    ("\x1b[1;1B", "down", None, {}),
    ("\x1b[27u", "escape", None, {}),
    ("о", "о", "о", {}),
]


@pytest.mark.parametrize(("sent", "key", "character", "told"), RECORDED, ids=repr)
def test_what_a_terminal_tells_is_read(
    sent: str, key: str, character: str | None, told: dict[str, str]
) -> None:
    parser = PositionParser()
    found = [e for e in (*parser.feed(sent), *parser.tick()) if isinstance(e, events.Key)]
    time.sleep(0.12)
    found += [e for e in parser.tick() if isinstance(e, events.Key)]
    assert [(e.key, e.character) for e in found] == [(key, character)]
    assert told == TOLD


@pytest.mark.parametrize("cut", range(1, 20))
def test_a_sequence_may_come_in_two_reads(cut: int) -> None:
    sent = "\x1b[1086::106;;1086u" * 2
    parser = PositionParser()
    found = [*parser.feed(sent[:cut]), *parser.feed(sent[cut:])]
    assert [e.key for e in found if isinstance(e, events.Key)] == ["о", "о"]


def test_textual_itself_cannot_read_them() -> None:
    with pytest.raises(ValueError, match="1086::106"):
        list(XTermParser().feed("\x1b[1086::106;;1086u"))


@unix
def test_the_terminal_is_asked_for_them() -> None:
    for how, flags in (("plain", b"\x1b[>25u"), ("patched", b"\x1b[>29u")):
        leader, process = started(how)
        try:
            shown = b""
            until = time.monotonic() + 60
            while flags not in shown and time.monotonic() < until:
                shown += os.read(leader, 4096)
            assert flags in shown
        finally:
            process.kill()
            process.wait()
            os.close(leader)


def test_a_key_acts_by_its_place_once_it_was_told() -> None:
    keymap = Keymap(ACTIONS, SCHEME)
    assert keymap.command("о", ("article",)) is None
    list(PositionParser().feed("\x1b[1086::106;;1086u\x1b[1089:1057:99;2;1057u\x1b[1082::114;5u"))
    assert keymap.command("о", ("article",)) == Do("nav.next")
    assert keymap.command("ctrl+к", ("article",)) == Do("claim.redo")
    assert keymap.action("о", "adjudicate") == "adjudicate.down"
    list(PositionParser().feed("\x1b[113::97;;113u"))  # q of a French keyboard stays q
    assert keymap.command("q", ("article",)) == GiveRole("cue")


@pytest.mark.parametrize("name", sorted(LAYOUTS))
def test_a_preset_takes_each_character_for_one_key(name: str) -> None:
    layout = LAYOUTS[name]
    assert all(len(c) == len(k) == 1 for c, k in layout.items())
    if name == "azerty":
        return
    assert not any(c.isascii() for c in layout)
    assert all(k.isascii() for k in layout.values())
    if name != "qwertz":
        letters = {k for k in layout.values() if k.islower()}
        # Keys of these keyboards on which an ASCII sign is.
        signs = {"he": set("qw"), "el": set("q"), "bg": set("q"), "ar": set("b")}
        assert letters == set("abcdefghijklmnopqrstuvwxyz") - signs.get(name, set())
    lower = [(c, k) for c, k in layout.items() if c != c.lower()]
    assert all(k == k.upper() for _, k in lower)


@pytest.mark.parametrize(
    ("layout", "key", "meant"),
    [
        ("ru", "о", Do("nav.next")), ("ru", "О", Do("nav.claim_next")), ("ru", "ф", "against"),
        ("uk", "і", "neutral"), ("el", "Σ", Do("suggestion.order")), ("he", "ח", Do("nav.next")),
        ("ar", "ت", Do("nav.next")), ("bg", "т", Do("nav.next")),
        ("bg-phonetic", "й", Do("nav.next")), ("ru", "numero_sign", Do("phrase.lineage")),
        ("azerty", "ampersand", "named_person"), ("azerty", "é", "unnamed_person"),
        ("azerty", "3", Do("span.quotation")), ("azerty", "5", Do("nav.incomplete_prev")),
        ("azerty", "a", "against"), ("qwertz", "ö", Do("view.guidelines")),
        ("qwertz", "z", Keymap(ACTIONS, SCHEME).command("z", ("article",))),
        ("ru", "j", Do("nav.next")), ("ru", "full_stop", Do("claim.repeat")),
    ],
)  # fmt: skip
def test_a_preset(layout: str, key: str, meant: object) -> None:
    found = Keymap(ACTIONS, SCHEME, layout).command(key, ("article",))
    assert (found.value if isinstance(found, GiveLabel) else found) == meant


def test_every_key_of_the_table_is_reached_on_a_french_keyboard() -> None:
    plain, french = Keymap(ACTIONS, SCHEME), Keymap(ACTIONS, SCHEME, "azerty")
    typed = [key_name(c) for c in "&é\"'(-è_çà1234567890"]
    meant = {plain.command(key_name(c), ("article",)) for c in "&\"'(-_1234567890"}
    assert meant <= {french.command(key, ("article",)) for key in typed}


@pytest.mark.parametrize(
    ("layout", "key", "digit"),
    [("azerty", "ampersand", "1"), ("azerty", "1", "1"), ("azerty", "é", "2"), ("", "7", "7"),
     ("azerty", "quotation_mark", "3"), ("ar", "٣", "3"), ("", "ampersand", ""), ("", "f1", "")],
)  # fmt: skip
def test_digits_that_choose(layout: str, key: str, digit: str) -> None:
    assert Keymap(ACTIONS, SCHEME, layout).digit(key) == digit


async def test_a_french_keyboard_chooses_in_the_form(opened: Opened) -> None:
    async with opened(options=ScreenOptions(layout="azerty")) as pilot:
        session = app_of(pilot).screen_annotate.session
        await pilot.press("b", "é")
        await pilot.press("escape", "escape")
        (mark,) = [a for a in session.index.by_id.values() if a.layer == "mark"]
    assert mark.attributes == {"type": "informational"}


def test_a_scheme_with_letters_of_its_own_keeps_them() -> None:
    own = 'name = "x"\n[[role]]\nname = "content"\nkey = "о"\n'
    keymap = Keymap(ACTIONS, parse_scheme(own, {}), "ru")
    assert keymap.command("о", ("article",)) == GiveRole("content")
    assert keymap.command("л", ("article",)) == Do("nav.prev")


def test_the_configuration_names_a_layout_that_is_there() -> None:
    assert parse_settings('layout = "ru"', "c").layout == "ru"
    with pytest.raises(AnnotatorError, match="there is no layout 'xx'") as caught:
        parse_settings('layout = "xx"', "c")
    assert "bg-phonetic" in caught.value.hint
    with pytest.raises(AnnotatorError, match="there is no layout"):
        options_from("", "full", {}, "xx")


@pytest.mark.parametrize(
    ("character", "what"),
    [
        ("о", ("This keyboard types Cyrillic", 'layout = "ru"')),
        ("ν", ("This keyboard types Greek", 'layout = "el"')),
        ("ש", ("This keyboard types Hebrew", 'layout = "he"')),
        ("ض", ("This keyboard types Arabic", 'layout = "ar"')),
        ("ก", ("This keyboard types Thai", "switch the layout")),
        # Italian, Spanish and Portuguese keyboards have these too: it is said of French ones only.
        ("é", ("No key is on é", 'on a French one layout = "azerty"')),
        ("ç", ("No key is on ç", 'on a French one layout = "azerty"')),
        ("ö", None), ("j", None), ("№", None), ("", None), (None, None), ("\u0301", None),
    ],
)  # fmt: skip
def test_what_is_said_of_a_letter_that_does_nothing(
    character: str | None, what: tuple[str, str] | None
) -> None:
    found = foreign_letter(character)
    assert (found is None) is (what is None)
    if found and what:
        assert found[0] == what[0]
        assert what[1] in found[1]


async def test_on_the_screen(opened: Opened) -> None:
    async with opened() as pilot:
        app = app_of(pilot)
        session = app.screen_annotate.session
        await pilot.press("о")
        assert session.sentence == 0
        assert [n.title for n in app._notifications] == ["This keyboard types Cyrillic"]
        await pilot.press("л")
        assert len(app._notifications) == 1
        list(PositionParser().feed("\x1b[1086::106;;1086u"))
        await pilot.press("о")
        assert session.sentence == 1
        await pilot.press("c", "о", "enter")
        assert [a.note for a in session.index.by_id.values()] == ["о"]


async def test_on_the_screen_with_a_preset(opened: Opened) -> None:
    async with opened(options=ScreenOptions(layout="ru")) as pilot:
        app = app_of(pilot)
        await pilot.press("о", "о", "л")
        assert app.screen_annotate.session.sentence == 1
        assert not app._notifications
